/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a printer calls itself in its IEEE 1284 device id (MFG and MDL, or DES), as GET_DEVICE_ID gives
 * it: two bytes of length, then "KEY:VALUE;…". Lengths that leave out their own two bytes, that are the
 * wrong way round, or plainly wrong, are taken as they are meant. NULL when nothing is in it. Give. */
char *mr_printer_id_dup_name (const guint8 *bytes, gsize length);

G_END_DECLS
