/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/sale.h"
#include "till/basket-line.h"

G_BEGIN_DECLS

/* What the checkout alone may do with a line. Private to this folder. */

MrBasketLine *mr_basket_line_new (const MrLine *line);
/* Whether @line would look the same: then the snapshot stays. */
gboolean mr_basket_line_shows (MrBasketLine *self, const MrLine *line);

G_END_DECLS
