/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Inside app/db only: SQL is written once, as SQLite reads it, and put into PostgreSQL's words here. A
 * small reader of tokens goes before every change, so that nothing in a string, a quoted name or
 * a comment is touched. */

/* ?1 → $1. @n_parameters: the highest number. */
char *mr_dialect_number_parameters (const char *sql, int *n_parameters);

/* The rule for migrations: INTEGER → bigint, BLOB → bytea, INTEGER NOT NULL PRIMARY KEY draws its number where
 * none is given, and STRICT and WITHOUT ROWID go. Everything else must be what both databases understand. */
char *mr_dialect_translate_schema (const char *sql);

/* One INSERT … VALUES (…) … of many rows: the values come from an array for each parameter. @types has a
 * letter a parameter: 'i', 's' or 'b'. Its parameters are still to be numbered. NULL: @sql is not such a statement. */
char *mr_dialect_make_set (const char *sql, const char *types);

/* The length of @sql without a closing FOR UPDATE, which SQLite neither knows nor needs. */
gsize mr_dialect_cut_for_update (const char *sql);

/* Whether the word @name stands anywhere in @sql, in any case. */
gboolean mr_dialect_mentions (const char *sql, const char *name);

G_END_DECLS
