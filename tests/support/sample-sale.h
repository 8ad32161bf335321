/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "test-world.h"

#include "model/sale.h"

/* A basket of @n_lines different goods drawn from @world: pieces and weights, two tax rules, some goods
 * without an id (price-only). OPEN, in CNY, cash rounded to the jiao. */
MrSale *sample_basket (TestWorld *world, guint n_lines);
/* The same, paid by one or two tenders and COMPLETE. */
MrSale *sample_sale (TestWorld *world, guint n_lines);
