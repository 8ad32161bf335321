/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-region.h"

#include <string.h>

#define CHUNK_ROWS 1000

MrDb *
test_region_new (const char *dir, TestWorld *world)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *location = g_strconcat ("sqlite:", dir, "/center.db", NULL);
  MrDb *db = mr_db_open (location, MR_DB_WRITE | MR_DB_CREATE, &error);

  g_assert_no_error (error);
  mr_db_migrate (db, "/org/millrace/sql/center", world->now_us, &error);
  g_assert_no_error (error);
  mr_db_exec (db,
              "INSERT INTO party (id, kind, name, created_at) VALUES (1, 'region', 'east', 0);"
              "INSERT INTO region (id, name, title, party_id, currency, time_zone, created_at)"
              " VALUES (1, 'east', 'East', 1, 'CNY', 'Asia/Shanghai', 0);",
              &error);
  g_assert_no_error (error);
  return db;
}

MrImportCounts
test_region_import (MrDb *db, TestWorld *world, const char *path, const char *report_path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) report_file =
      g_file_new_for_path (report_path != NULL ? report_path : "/dev/null");
  g_autoptr (GFileInputStream) in = g_file_read (file, NULL, &error);
  g_autoptr (GFileOutputStream) report = NULL;
  g_autoptr (MrImport) import = NULL;

  g_assert_no_error (error);
  report = g_file_append_to (report_file, G_FILE_CREATE_NONE, NULL, &error);
  g_assert_no_error (error);
  import = mr_import_new (G_INPUT_STREAM (in), 1, &world->world, G_OUTPUT_STREAM (report), &error);
  g_assert_no_error (error);
  mr_import_run (import, db, NULL, NULL, &error);
  g_assert_no_error (error);
  return *mr_import_get_counts (import);
}

static void
apply_chunk (MrCatalog *catalog, GArray *rows, GStringChunk *texts)
{
  g_autoptr (GError) error = NULL;

  mr_catalog_apply_bulk (catalog, (const MrCatalogRow *) (gpointer) rows->data, rows->len, &error);
  g_assert_no_error (error);
  g_array_set_size (rows, 0);
  g_string_chunk_clear (texts);
}

void
test_region_build_catalog (MrDb *db, TestWorld *world, const char *path, MrCatalogHead *head)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = NULL;
  g_autoptr (MrQuery) query = NULL;
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (MrCatalogRow));
  g_autoptr (GStringChunk) texts = g_string_chunk_new (65536);
  g_autofree char *salt = mr_db_get_text (db, &error, "SELECT salt FROM feed WHERE id = 1", "");

  g_assert_no_error (error);
  *head = (MrCatalogHead){ .region = "east", .currency = "CNY" };
  g_strlcpy (head->salt, salt, sizeof head->salt);
  mr_db_get_int (db, &head->v, &error, "SELECT version FROM feed WHERE id = 1", "");
  g_assert_no_error (error);
  catalog = mr_catalog_create (path, head, world->now_us, &error);
  g_assert_no_error (error);
  mr_catalog_begin_bulk (catalog, &error);
  g_assert_no_error (error);
  query = mr_db_select (
      db, &error,
      "SELECT tbl, v, id, fields FROM feed_row WHERE feed_id = 1 AND fields IS NOT NULL ORDER BY v",
      "");
  while (mr_query_step (query, &error) == MR_STEP_ROW)
    {
      MrCatalogRow row = { g_string_chunk_insert_const (texts, mr_query_get_text (query, 0)),
                           mr_query_get_int (query, 1),
                           g_string_chunk_insert (texts, mr_query_get_text (query, 2)),
                           g_string_chunk_insert (texts, mr_query_get_text (query, 3)) };

      g_array_append_val (rows, row);
      if (rows->len == CHUNK_ROWS)
        apply_chunk (catalog, rows, texts);
    }
  query = NULL;
  g_assert_no_error (error);
  apply_chunk (catalog, rows, texts);
  mr_catalog_finish_bulk (catalog, head, &error);
  g_assert_no_error (error);
}
