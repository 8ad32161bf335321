/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of the commands @bytes, as MrEscpos writes them, a printer took the first @n_taken: how many more it
 * waits for before it understands another; 0 where it waits for none. Bytes of 0 will do: white dots in the
 * middle of a picture, and nothing at all to one that has forgotten what it was told. Behind so many more of
 * @bytes themselves is the next place where another command may stand. */
gsize mr_escpos_count_missing (const guint8 *bytes, gsize length, gsize n_taken);

G_END_DECLS
