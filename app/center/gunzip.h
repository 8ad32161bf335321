/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MrGunzip:
 *
 * A converter from gzip of any number of members, as `cat a.gz b.gz` makes. GLib's own ends with the first and
 * says nothing of the rest; half a list of goods would be taken for the whole.
 */
#define MR_TYPE_GUNZIP (mr_gunzip_get_type ())
G_DECLARE_FINAL_TYPE (MrGunzip, mr_gunzip, MR, GUNZIP, GObject)

GConverter *mr_gunzip_new (void);

G_END_DECLS
