/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/shop-inside.h"

#include <string.h>

/* Each table's rows as the feed had them: id, v, the fields this version knows as a JSON array, and those of a
 * later version. */
static const struct
{
  const char *name;
  const char *list;
} tables[] = {
  { "setting", "SELECT id, v, json_array (value), rest FROM setting" },
  { "staff", "SELECT id, v, json_array (number, name, role, pin_hash, active), rest FROM staff" },
  { "level", "SELECT id, v, json_array (quantity), rest FROM level" },
  { "tile", "SELECT id, v, json_array (page, place, pack), rest FROM tile" },
  { "short_code", "SELECT id, v, json_array (code, pack), rest FROM short_code" },
  { "own_price", "SELECT id, v, json_array (pack, starts_at, amount), rest FROM own_price" },
  { "till", "SELECT id, v, json_array (name, number, revoked), rest FROM till" },
  { "waiting", "SELECT id, v, json_array (cause, till, kind, at, label, amount, reason), rest"
               " FROM waiting" },
  { "held", "SELECT id, v, json_array (till, label, at, staff, lines, total, basket, taker), rest"
            " FROM held" },
  { "receipt", "SELECT id, v, json_array (till, label, at, total, body), rest FROM receipt" },
  { "returned", "SELECT id, v, json_array (quantity, gross, amount, tax), rest FROM returned" },
  { "taken_twice", "SELECT id, v, json_array (kind, label, amount, at), rest FROM taken_twice" },
};

/* What counts is what is on the disk, not what was read from it long ago. */
#define SQL_FORGET_PAGES "PRAGMA shrink_memory"
static const char list_unknown[] = "SELECT tbl, id, v, fields FROM unknown_row ORDER BY tbl";

/* "[1,2]" and "[3]" → "[1,2,3]" */
static char *
join_arrays (const char *known, const char *rest)
{
  return rest == NULL || *rest != '['
             ? g_strdup (known)
             : g_strdup_printf ("%.*s,%s", (int) strlen (known) - 1, known, rest + 1);
}

static gboolean
sum_table (MrShop *self, guint index, GArray *sums, GError **error)
{
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, tables[index].list, "");
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      g_autofree char *fields =
          join_arrays (mr_query_get_text (query, 2), mr_query_get_text (query, 3));

      mr_table_sums_add (sums, tables[index].name, mr_query_get_text (query, 0),
                         mr_query_get_int (query, 1), fields);
    }
  return step == MR_STEP_DONE;
}

static gboolean
sum_unknown (MrShop *self, GArray *sums, GError **error)
{
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, list_unknown, "");
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    mr_table_sums_add (sums, mr_query_get_text (query, 0), mr_query_get_text (query, 1),
                       mr_query_get_int (query, 2), mr_query_get_text (query, 3));
  return step == MR_STEP_DONE;
}

GArray *
mr_shop_sum_tables (MrShop *self, GError **error)
{
  g_autoptr (GArray) sums = g_array_new (FALSE, TRUE, sizeof (MrTableSum));

  if (!mr_db_exec (self->db, SQL_FORGET_PAGES, error) || !mr_shop_check_file (self, error))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    if (!sum_table (self, i, sums, error))
      return NULL;
  return sum_unknown (self, sums, error) ? g_steal_pointer (&sums) : NULL;
}
