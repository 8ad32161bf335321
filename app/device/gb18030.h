/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How GB18030 writes @character: 1, 2 or 4 bytes in @bytes; 0 when it has no such character. ASCII is
 * one byte, what the fonts of cheap printers hold is two. Any thread. */
gsize mr_gb18030_encode (gunichar character, guint8 bytes[4]);

G_END_DECLS
