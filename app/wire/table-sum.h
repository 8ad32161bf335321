/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A checksum of a table of a feed: the sum modulo 2^64 of eight bytes of the SHA-256 of each row, so that
 * neither side has to sort. A row counts by its values: how its JSON is written makes no difference. */
#define MR_TABLE_NAME_SIZE 65
typedef struct
{
  char table[MR_TABLE_NAME_SIZE];
  gint64 count; /* rows */
  guint64 sum;
} MrTableSum;

/* Adds a row to the sum of its table in @sums (element-type MrTableSum). Rows come table by table. @fields: a JSON array
 * of integers, texts and nulls; one that is none counts by its text. */
void mr_table_sums_add (GArray *sums, const char *table, const char *id, gint64 v,
                        const char *fields);
/* (nullable) The name of a table that is not the same in both, NULL = none. Borrowed from either. */
const char *mr_table_sums_find_difference (const GArray *a, const GArray *b);

G_END_DECLS
