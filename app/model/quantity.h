/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A quantity is a count of thousandths (of a piece, of a kilogram) in a gint64 whose name ends in
 * _milli; at most ±MR_QUANTITY_MAX_MILLI. */
#define MR_QUANTITY_ONE_MILLI G_GINT64_CONSTANT (1000)
#define MR_QUANTITY_MAX_MILLI G_GINT64_CONSTANT (1000000000)

/* "3", "0.375"; three decimals at the most; errors are MR_MONEY_ERROR. */
gboolean mr_quantity_parse (const char *text, gint64 *quantity_milli, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* Without needless decimals: "3", "0.375". */
char *mr_quantity_format (gint64 quantity_milli);

G_END_DECLS
