/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The rows of entries of the first writer of the PostgreSQL database @from, put into the empty tables of @to by
 * COPY, in transactions of @group entries: how long that took, in ns, reading them not counted. */
gint64 bench_copy (const char *from, const char *to, const char *const *tables, guint n_tables,
                   guint n_groups, guint group, guint *n_rows);
