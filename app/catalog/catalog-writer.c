/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "catalog/catalog-private.h"

#include "catalog/search-terms.h"

#include <string.h>

/* ?1 id, ?2 v, ?3 fields as a JSON array. A row is put only when each field has the JSON type and the
 * range its column asks for; one that is not put is malformed. Types are asked of the JSON, since a column
 * would make an integer of "12" and of 12.0. */
static const char SQL_PUT_GOOD[] =
    "INSERT OR REPLACE INTO good"
    " SELECT ?1, ?2, json_extract (?3, '$[0]'), json_extract (?3, '$[1]'), json_extract (?3, "
    "'$[2]'),"
    " json_extract (?3, '$[3]'), json_extract (?3, '$[4]'), json_extract (?3, '$[5]'),"
    " json_extract (?3, '$[6]'), json_extract (?3, '$[7]'),"
    " CASE WHEN json_array_length (?3) > 8 THEN ?3 END"
    " WHERE json_type (?3) = 'array'"
    " AND json_type (?3, '$[0]') = 'text' AND json_extract (?3, '$[0]') <> ''"
    " AND json_type (?3, '$[1]') = 'text'"
    " AND json_type (?3, '$[2]') = 'integer' AND json_extract (?3, '$[2]') BETWEEN 0 AND 4294967295"
    " AND json_type (?3, '$[3]') = 'text'"
    " AND json_type (?3, '$[4]') = 'integer' AND json_extract (?3, '$[4]') BETWEEN 0 AND 4294967295"
    " AND json_type (?3, '$[5]') = 'integer' AND json_extract (?3, '$[5]') IN (0, 1)"
    " AND json_type (?3, '$[6]') = 'integer' AND json_extract (?3, '$[6]') BETWEEN 0 AND 1000000"
    " AND json_type (?3, '$[7]') = 'text'";
static const char SQL_PUT_PACK[] =
    "INSERT OR REPLACE INTO pack"
    " SELECT ?1, ?2, json_extract (?3, '$[0]'), json_extract (?3, '$[1]'), json_extract (?3, "
    "'$[2]'),"
    " json_extract (?3, '$[3]'),"
    " CASE WHEN json_array_length (?3) > 4 THEN ?3 END"
    " WHERE json_type (?3) = 'array'"
    " AND json_type (?3, '$[0]') = 'integer' AND json_extract (?3, '$[0]') BETWEEN 1 AND 4294967295"
    " AND json_type (?3, '$[1]') = 'integer' AND json_extract (?3, '$[1]') BETWEEN 1 AND 1000000000"
    " AND json_type (?3, '$[2]') = 'text'"
    " AND json_type (?3, '$[3]') = 'text'";
static const char SQL_PUT_PRICE[] =
    "INSERT OR REPLACE INTO price"
    " SELECT ?1, ?2, json_extract (?3, '$[0]'), json_extract (?3, '$[1]'), json_extract (?3, "
    "'$[2]'),"
    " json_extract (?3, '$[3]'),"
    " CASE WHEN json_array_length (?3) > 4 THEN ?3 END"
    " WHERE json_type (?3) = 'array'"
    " AND json_type (?3, '$[0]') = 'integer' AND json_extract (?3, '$[0]') BETWEEN 1 AND 4294967295"
    " AND json_type (?3, '$[1]') = 'text' AND json_extract (?3, '$[1]') <> ''"
    " AND json_type (?3, '$[2]') = 'integer'"
    " AND json_extract (?3, '$[2]') BETWEEN 0 AND 9000000000000000000"
    " AND json_type (?3, '$[3]') = 'integer' AND json_extract (?3, '$[3]') BETWEEN 0 AND "
    "1000000000000";
static const char SQL_PUT_CATEGORY[] =
    "INSERT OR REPLACE INTO category"
    " SELECT ?1, ?2, json_extract (?3, '$[0]'), json_extract (?3, '$[1]'), json_extract (?3, "
    "'$[2]'),"
    " CASE WHEN json_array_length (?3) > 3 THEN ?3 END"
    " WHERE json_type (?3) = 'array'"
    " AND json_type (?3, '$[0]') = 'integer' AND json_extract (?3, '$[0]') BETWEEN 0 AND 4294967295"
    " AND json_type (?3, '$[1]') = 'text' AND json_extract (?3, '$[1]') <> ''"
    " AND json_type (?3, '$[2]') = 'integer'";
static const char SQL_PUT_TAX[] =
    "INSERT OR REPLACE INTO tax"
    " SELECT ?1, ?2, json_extract (?3, '$[0]'), json_extract (?3, '$[1]'), json_extract (?3, "
    "'$[2]'),"
    " CASE WHEN json_array_length (?3) > 3 THEN ?3 END"
    " WHERE json_type (?3) = 'array'"
    " AND json_type (?3, '$[0]') = 'text'"
    " AND json_type (?3, '$[1]') = 'integer' AND json_extract (?3, '$[1]') BETWEEN 0 AND 10000000"
    " AND json_type (?3, '$[2]') = 'integer' AND json_extract (?3, '$[2]') IN (0, 1)";
static const char SQL_PUT_UNKNOWN[] = "INSERT OR REPLACE INTO unknown_row (tbl, id, v, fields)"
                                      " SELECT ?4, ?1, ?2, ?3 WHERE json_type (?3) = 'array'";
static const char SQL_DELETE_GOOD[] = "DELETE FROM good WHERE id = ?1";
static const char SQL_DELETE_PACK[] = "DELETE FROM pack WHERE id = ?1";
static const char SQL_DELETE_PRICE[] = "DELETE FROM price WHERE id = ?1";
static const char SQL_DELETE_CATEGORY[] = "DELETE FROM category WHERE id = ?1";
static const char SQL_DELETE_TAX[] = "DELETE FROM tax WHERE id = ?1";
static const char SQL_LIST_UNKNOWN[] = "SELECT tbl, v, id, fields FROM unknown_row ORDER BY v";
static const char SQL_DELETE_UNKNOWN[] = "DELETE FROM unknown_row WHERE tbl = ?1 AND id = ?2";

static const char SQL_GET_GOOD_TEXTS[] =
    "SELECT name, brand, initials, popularity FROM good WHERE id = ?1";
static const char SQL_GET_PACK_BARCODES[] = "SELECT barcodes FROM pack WHERE id = ?1";
static const char SQL_PUT_BARCODE[] = "INSERT OR IGNORE INTO barcode (key, pack) VALUES (?1, ?2)";
static const char SQL_DELETE_BARCODE[] = "DELETE FROM barcode WHERE key = ?1 AND pack = ?2";
static const char SQL_PUT_SEARCH[] = "INSERT INTO search (rowid, text) VALUES (?1, ?2)";
static const char SQL_FORGET_SEARCH[] =
    "INSERT INTO search (search, rowid, text) VALUES ('delete', ?1, ?2)";

/* While building in bulk the file is nobody's yet: no log, no syncs until the end. */
static const char SQL_BEGIN_BULK[] =
    "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -131072;"
    "DROP INDEX good_by_category; DROP INDEX pack_by_good; DROP INDEX price_by_pack;"
    "DROP INDEX price_by_start;";
static const char SQL_MAKE_INDEXES[] =
    "CREATE INDEX good_by_category ON good (category, popularity DESC);"
    "CREATE INDEX pack_by_good ON pack (good, units);"
    "CREATE INDEX price_by_pack ON price (pack, kind, starts_at);"
    "CREATE INDEX price_by_start ON price (starts_at) WHERE starts_at > 0;";
static const char SQL_FILL_BARCODES[] =
    "INSERT INTO barcode (key, pack) SELECT barcodes, id FROM pack"
    " WHERE barcodes <> '' AND instr (barcodes, char (10)) = 0 ORDER BY barcodes, id";
static const char SQL_LIST_MANY_BARCODES[] =
    "SELECT id, barcodes FROM pack WHERE instr (barcodes, char (10)) > 0";
/* A large hash of terms while building makes few segments to merge; it is kept in the file, so it is
 * given back its usual size for the tills. */
static const char SQL_BEGIN_SEARCH[] =
    "INSERT INTO search (search) VALUES ('delete-all');"
    "INSERT INTO search (search, rank) VALUES ('hashsize', 134217728);";
static const char SQL_LIST_TEXTS[] =
    "SELECT id, popularity, name, brand, initials FROM good ORDER BY popularity DESC, id";
static const char SQL_END_SEARCH[] =
    "INSERT INTO search (search) VALUES ('optimize');"
    "INSERT INTO search (search, rank) VALUES ('hashsize', 1048576);";
/* The file leaves as one file, every page of it written. */
static const char SQL_END_BULK[] =
    "PRAGMA journal_mode = DELETE; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -2000;";

typedef enum
{
  TABLE_GOOD,
  TABLE_PACK,
  TABLE_PRICE,
  TABLE_CATEGORY,
  TABLE_TAX,
  N_TABLES,
} Table;

static const char *const TABLE_NAMES[] = { "good", "pack", "price", "category", "tax", NULL };

static const struct
{
  const char *put;
  const char *delete;
} TABLE_SQL[N_TABLES] = {
  [TABLE_GOOD] = { SQL_PUT_GOOD, SQL_DELETE_GOOD },
  [TABLE_PACK] = { SQL_PUT_PACK, SQL_DELETE_PACK },
  [TABLE_PRICE] = { SQL_PUT_PRICE, SQL_DELETE_PRICE },
  [TABLE_CATEGORY] = { SQL_PUT_CATEGORY, SQL_DELETE_CATEGORY },
  [TABLE_TAX] = { SQL_PUT_TAX, SQL_DELETE_TAX },
};

const char *const *
mr_catalog_get_tables (void)
{
  return TABLE_NAMES;
}

static Table
find_table (const char *name)
{
  for (guint i = 0; i < N_TABLES; i++)
    {
      if (strcmp (name, TABLE_NAMES[i]) == 0)
        return i;
    }
  return N_TABLES;
}

static gboolean
put_barcodes (MrCatalog *self, const char *sql, const char *barcodes, gint64 pack, GError **error)
{
  g_auto (GStrv) keys = g_strsplit (barcodes, "\n", -1);

  for (guint i = 0; keys[i] != NULL; i++)
    {
      if (*keys[i] != '\0' && !mr_db_run (self->db, error, sql, "si", keys[i], pack))
        return FALSE;
    }
  return TRUE;
}

/* Adds the pack's barcodes to the derived table, or takes them out. */
static gboolean
change_barcodes (MrCatalog *self, const char *sql, gint64 id, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *barcodes = mr_db_get_text (self->db, &local, SQL_GET_PACK_BARCODES, "i", id);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return barcodes == NULL || put_barcodes (self, sql, barcodes, id, error);
}

/* What a good is found by; its name, brand and initials from column @first. A row damaged on the disk may lack them. */
static char *
dup_search_text (MrCatalog *self, MrQuery *query, int first, GError **error)
{
  for (int i = first; i < first + 3; i++)
    {
      if (mr_query_is_null (query, i))
        {
          g_set_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE,
                       "%s is damaged: a good lacks a text", self->path);
          return NULL;
        }
    }
  return mr_search_terms_index (mr_query_get_text (query, first),
                                mr_query_get_text (query, first + 1),
                                mr_query_get_text (query, first + 2));
}

static gboolean
change_search (MrCatalog *self, const char *sql, gint64 id, GError **error)
{
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, SQL_GET_GOOD_TEXTS, "i", id);
  g_autofree char *text = NULL;
  MrStep step;
  gint64 rowid;

  if (query == NULL)
    return FALSE;
  step = mr_query_step (query, error);
  if (step != MR_STEP_ROW)
    {
      query = NULL;
      return step == MR_STEP_DONE;
    }
  text = dup_search_text (self, query, 0, error);
  rowid = mr_catalog_search_rowid (id, mr_query_get_int (query, 3));
  g_clear_pointer (&query, mr_query_reset);
  return text != NULL && mr_db_run (self->db, error, sql, "is", rowid, text);
}

static gboolean
forget_derived (MrCatalog *self, Table table, gint64 id, GError **error)
{
  if (table == TABLE_GOOD)
    return change_search (self, SQL_FORGET_SEARCH, id, error);
  if (table == TABLE_PACK)
    return change_barcodes (self, SQL_DELETE_BARCODE, id, error);
  return TRUE;
}

static gboolean
make_derived (MrCatalog *self, Table table, gint64 id, GError **error)
{
  if (table == TABLE_GOOD)
    return change_search (self, SQL_PUT_SEARCH, id, error);
  if (table == TABLE_PACK)
    return change_barcodes (self, SQL_PUT_BARCODE, id, error);
  return TRUE;
}

static gboolean
set_row_error (const MrCatalogRow *row, const char *what, GError **error)
{
  g_set_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_ROW, "feed row %s %s: %s", row->table,
               row->id, what);
  return FALSE;
}

/* What SQLite finds wrong with the JSON or a value is the row's fault; a full disk is not. */
static gboolean
run_put (MrCatalog *self, const MrCatalogRow *row, gboolean put, GError **error)
{
  if (!put)
    {
      if (g_error_matches (*error, MR_DB_ERROR, MR_DB_ERROR_FAILED) ||
          g_error_matches (*error, MR_DB_ERROR, MR_DB_ERROR_CONFLICT))
        {
          g_autoptr (GError) local = g_steal_pointer (error);

          return set_row_error (row, local->message, error);
        }
      return FALSE;
    }
  if (mr_db_get_changes (self->db) == 0)
    return set_row_error (row, "fields are not what this table has", error);
  return TRUE;
}

static gboolean
read_escape (const char *p, guint *value)
{
  *value = 0;
  for (guint i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (p[i]);

      if (digit < 0)
        return FALSE;
      *value = *value * 16 + digit;
    }
  return TRUE;
}

/* SQLite's JSON cuts a text at \u0000 and makes broken UTF-8 of half a surrogate pair, without a word. */
static gboolean
is_clean_text (const char *fields)
{
  guint high = 0;

  if (!g_utf8_validate (fields, -1, NULL))
    return FALSE;
  for (const char *p = fields; *p != '\0'; p++)
    {
      guint value = 0;

      if (*p != '\\' || *++p != 'u')
        {
          if (high != 0 || *p == '\0')
            return FALSE;
          continue;
        }
      if (!read_escape (p + 1, &value) || value == 0 ||
          (high != 0) != (value >= 0xDC00 && value <= 0xDFFF))
        return FALSE;
      high = value >= 0xD800 && value <= 0xDBFF ? value : 0;
      p += 4;
    }
  return high == 0;
}

static gboolean
apply_unknown (MrCatalog *self, const MrCatalogRow *row, GError **error)
{
  if (row->fields == NULL)
    return mr_db_run (self->db, error, SQL_DELETE_UNKNOWN, "ss", row->table, row->id);
  return run_put (self, row,
                  mr_db_run (self->db, error, SQL_PUT_UNKNOWN, "siss", row->id, row->v, row->fields,
                             row->table),
                  error);
}

gboolean
mr_catalog_apply_row (MrCatalog *self, const MrCatalogRow *row, gboolean keep_derived,
                      GError **error)
{
  Table table = find_table (row->table);
  gint64 id = 0;

  if (row->fields != NULL && !is_clean_text (row->fields))
    return set_row_error (row, "fields are not well-formed text", error);
  if (table == N_TABLES)
    return apply_unknown (self, row, error);
  if (!g_ascii_string_to_signed (row->id, 10, 1, MR_CATALOG_MAX_ID, &id, NULL))
    return set_row_error (row, "id is no integer from 1 to 4294967295", error);
  if (keep_derived && !forget_derived (self, table, id, error))
    return FALSE;
  if (row->fields == NULL)
    return mr_db_run (self->db, error, TABLE_SQL[table].delete, "i", id);
  return run_put (self, row,
                  mr_db_run (self->db, error, TABLE_SQL[table].put, "iis", id, row->v, row->fields),
                  error) &&
         (!keep_derived || make_derived (self, table, id, error));
}

static gboolean
apply_rows (MrCatalog *self, const MrCatalogRow *rows, gsize n, gboolean keep_derived,
            GError **error)
{
  GError *local = NULL;

  for (gsize i = 0; i < n; i++)
    {
      if (!mr_catalog_apply_row (self, &rows[i], keep_derived, &local))
        {
          g_propagate_error (error, local);
          return FALSE;
        }
    }
  return TRUE;
}

/* Takes @borrowed. */
static gboolean
read_replayed (MrQuery *borrowed, GArray *rows, GStringChunk *texts, GError **error)
{
  g_autoptr (MrQuery) query = borrowed;
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      const char *table = mr_query_get_required_text (query, 0);
      MrCatalogRow row = { .v = mr_query_get_int (query, 1) };

      if (find_table (table) == N_TABLES)
        continue;
      row.table = g_string_chunk_insert (texts, table);
      row.id = g_string_chunk_insert (texts, mr_query_get_required_text (query, 2));
      row.fields = g_string_chunk_insert (texts, mr_query_get_required_text (query, 3));
      g_array_append_val (rows, row);
    }
  query = NULL;
  return step == MR_STEP_DONE;
}

gboolean
mr_catalog_replay_unknown (MrCatalog *self, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (MrCatalogRow));
  g_autoptr (GStringChunk) texts = g_string_chunk_new (1024);

  if (!read_replayed (mr_db_select (self->db, error, SQL_LIST_UNKNOWN, ""), rows, texts, error))
    return FALSE;
  if (rows->len == 0)
    return TRUE;
  if (!mr_db_begin (self->db, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      const MrCatalogRow *row = &g_array_index (rows, MrCatalogRow, i);

      if (!mr_catalog_apply_row (self, row, TRUE, error) ||
          !mr_db_run (self->db, error, SQL_DELETE_UNKNOWN, "ss", row->table, row->id))
        {
          mr_db_rollback (self->db);
          return FALSE;
        }
    }
  return mr_db_commit (self->db, error);
}

gboolean
mr_catalog_apply (MrCatalog *self, const MrCatalogRow *rows, gsize n, const MrCatalogHead *head,
                  GError **error)
{
  g_return_val_if_fail (!self->bulk, FALSE);

  if (!mr_db_begin (self->db, error))
    return FALSE;
  mr_catalog_forget_small (self);
  if (!apply_rows (self, rows, n, TRUE, error) || !mr_catalog_write_head (self, head, error))
    {
      mr_db_rollback (self->db);
      mr_catalog_blame_file (self, error);
      return FALSE;
    }
  return mr_db_commit (self->db, error);
}

gboolean
mr_catalog_begin_bulk (MrCatalog *self, GError **error)
{
  g_return_val_if_fail (!self->bulk, FALSE);

  if (!mr_db_exec (self->db, SQL_BEGIN_BULK, error) || !mr_db_begin (self->db, error))
    return FALSE;
  self->bulk = TRUE;
  return TRUE;
}

gboolean
mr_catalog_apply_bulk (MrCatalog *self, const MrCatalogRow *rows, gsize n, GError **error)
{
  g_return_val_if_fail (self->bulk, FALSE);

  return apply_rows (self, rows, n, FALSE, error);
}

static gboolean
fill_barcodes (MrCatalog *self, GError **error)
{
  g_autoptr (MrQuery) query = NULL;
  MrStep step;

  if (!mr_db_exec (self->db, SQL_FILL_BARCODES, error))
    return FALSE;
  query = mr_db_select (self->db, error, SQL_LIST_MANY_BARCODES, "");
  if (query == NULL)
    return FALSE;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      if (!put_barcodes (self, SQL_PUT_BARCODE, mr_query_get_text (query, 1),
                         mr_query_get_int (query, 0), error))
        return FALSE;
    }
  query = NULL;
  return step == MR_STEP_DONE;
}

static gboolean
fill_search (MrCatalog *self, GError **error)
{
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, SQL_LIST_TEXTS, "");
  MrStep step;

  if (query == NULL)
    return FALSE;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      g_autofree char *text = dup_search_text (self, query, 2, error);
      gint64 rowid =
          mr_catalog_search_rowid (mr_query_get_int (query, 0), mr_query_get_int (query, 1));

      if (text == NULL || !mr_db_run (self->db, error, SQL_PUT_SEARCH, "is", rowid, text))
        return FALSE;
    }
  query = NULL;
  return step == MR_STEP_DONE;
}

gboolean
mr_catalog_rebuild_search (MrCatalog *self, GError **error)
{
  return mr_db_exec (self->db, SQL_BEGIN_SEARCH, error) && fill_search (self, error) &&
         mr_db_exec (self->db, SQL_END_SEARCH, error);
}

gboolean
mr_catalog_finish_bulk (MrCatalog *self, const MrCatalogHead *head, GError **error)
{
  g_return_val_if_fail (self->bulk, FALSE);

  if (!fill_barcodes (self, error) || !mr_catalog_rebuild_search (self, error) ||
      !mr_db_exec (self->db, SQL_MAKE_INDEXES, error) ||
      !mr_catalog_write_head (self, head, error) || !mr_db_commit (self->db, error) ||
      !mr_db_exec (self->db, SQL_END_BULK, error))
    return FALSE;
  self->bulk = FALSE;
  return TRUE;
}
