/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a number typed with Alt held stands for, as scanners for Chinese Windows send it: a separator,
 * ASCII, or two bytes of GBK. Appended to @text as UTF-8; nothing for any other number. */
void mr_alt_number_append (GString *text, guint number);

G_END_DECLS
