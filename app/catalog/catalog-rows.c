/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "catalog/catalog-private.h"

/* Each table's rows as the feed had them: `rest` is all of a row's fields where a later version sent more than
 * this one knows. */
static const struct
{
  const char *name;
  const char *list;
} tables[] = {
  { "good", "SELECT id, v, coalesce (rest, json_array (name, unit, category, brand, tax, sold_by,"
            " popularity, initials)) FROM good" },
  { "pack", "SELECT id, v, coalesce (rest, json_array (good, units, barcodes, name)) FROM pack" },
  { "price",
    "SELECT id, v, coalesce (rest, json_array (pack, kind, starts_at, amount)) FROM price" },
  { "category", "SELECT id, v, coalesce (rest, json_array (parent, name, place)) FROM category" },
  { "tax", "SELECT id, v, coalesce (rest, json_array (name, rate_ppm, inclusive)) FROM tax" },
};

static const char SQL_CHECK_PAGES[] = "PRAGMA integrity_check (1)";
/* What counts is what is on the disk, not what was read from it long ago. */
#define SQL_FORGET_PAGES "PRAGMA shrink_memory"
static const char list_unknown[] = "SELECT tbl, id, v, fields FROM unknown_row ORDER BY tbl";

static gboolean
visit_table (MrCatalog *self, guint index, MrCatalogVisit visit, gpointer data, GError **error)
{
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, tables[index].list, "");
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      const MrCatalogRow row = { tables[index].name, mr_query_get_int (query, 1),
                                 mr_query_get_text (query, 0), mr_query_get_text (query, 2) };

      visit (&row, data);
    }
  return step == MR_STEP_DONE;
}

static gboolean
visit_all (MrCatalog *self, MrCatalogVisit visit, gpointer data, GError **error)
{
  g_autoptr (MrQuery) query = NULL;
  MrStep step = MR_STEP_ERROR;

  if (!mr_db_exec (self->db, SQL_FORGET_PAGES, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    if (!visit_table (self, i, visit, data, error))
      return FALSE;
  query = mr_db_select (self->db, error, list_unknown, "");
  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      const MrCatalogRow row = { mr_query_get_text (query, 0), mr_query_get_int (query, 2),
                                 mr_query_get_text (query, 1), mr_query_get_text (query, 3) };

      visit (&row, data);
    }
  return step == MR_STEP_DONE;
}

gboolean
mr_catalog_visit_rows (MrCatalog *self, MrCatalogVisit visit, gpointer data, GError **error)
{
  gboolean visited = visit_all (self, visit, data, error);

  if (!visited)
    mr_catalog_blame_file (self, error);
  return visited;
}

gboolean
mr_catalog_check_pages (MrCatalog *self, GError **error)
{
  g_autofree char *verdict = NULL;

  if (!mr_db_exec (self->db, SQL_FORGET_PAGES, error))
    return FALSE;
  verdict = mr_db_get_text (self->db, error, SQL_CHECK_PAGES, "");
  if (verdict == NULL)
    mr_catalog_blame_file (self, error);
  else if (!g_str_equal (verdict, "ok"))
    g_set_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE, "%s is damaged: %s", self->path,
                 verdict);
  return verdict != NULL && g_str_equal (verdict, "ok");
}
