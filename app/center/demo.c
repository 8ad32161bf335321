/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/call.h"
#include "center/command.h"
#include "center/goods.h"
#include "center/import.h"
#include "center/network.h"
#include "model/barcode.h"

#include <glib/gi18n.h>
#include <string.h>

/* The network that `./dev run` shows, from tables anybody can read and change (data/demo/README.md): one
 * function a table, run once on an empty center. */

#define OPENING_STOCK_MILLI 24000

#define SQL_N_REGIONS "SELECT count(*) FROM region"

typedef struct
{
  const char *dir;
  const MrCommandHost *host;
  GPtrArray *pin_hashes; /* (owned) a row of staff.tsv each: hashing takes its time */
  MrImport *import;
  gboolean done;
  gint64 region_id;
} Demo;

/* --- tables: tab-separated, a header row --- */

/* (element-type GStrv) without the header; NULL with @error. */
static GPtrArray *
read_table (const char *dir, const char *name, guint n_columns, GError **error)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  if (!g_file_get_contents (path, &text, NULL, error))
    return NULL;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++)
    {
      char **fields = g_strsplit (lines[i], "\t", -1);

      if (*lines[i] == '\0')
        {
          g_strfreev (fields);
          continue;
        }
      g_ptr_array_add (rows, fields);
      if (g_strv_length (fields) == n_columns)
        continue;
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s, line %u: %u columns, not %u", path,
                   i + 1, g_strv_length (fields), n_columns);
      return NULL;
    }
  return g_steal_pointer (&rows);
}

typedef gboolean (*PutRow) (MrBatch *batch, char **row, GError **error);

static gboolean
put_table (MrBatch *batch, const char *dir, const char *name, guint n_columns, PutRow put,
           GError **error)
{
  g_autoptr (GPtrArray) rows = read_table (dir, name, n_columns, error);

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    if (!put (batch, g_ptr_array_index (rows, i), error))
      {
        g_prefix_error (error, "%s, line %u: ", name, i + 2);
        return FALSE;
      }
  return TRUE;
}

/* --- rows --- */

static gboolean
put_region (MrBatch *batch, char **row, GError **error)
{
  return mr_network_add_region (batch, row[0], row[1], row[2], row[3], error) != 0;
}

static gboolean
put_shop (MrBatch *batch, char **row, GError **error)
{
  gint64 region_id = mr_network_find_region (batch->db, row[1], error);

  return region_id != 0 && mr_network_add_shop (batch, region_id, row[0], row[2], error) != 0;
}

static gboolean
put_setting (MrBatch *batch, char **row, GError **error)
{
  g_autofree char *value = g_strcompress (row[2]);
  MrNetworkShop shop;

  return mr_network_find_shop (batch->db, row[0], &shop, error) &&
         mr_network_set_setting (batch, &shop, row[1], value, error);
}

static gboolean
put_tile (MrBatch *batch, char **row, GError **error)
{
  MrNetworkShop shop;
  gint64 place;

  return mr_network_find_shop (batch->db, row[0], &shop, error) &&
         g_ascii_string_to_signed (row[2], 10, 0, G_MAXINT32, &place, error) &&
         mr_network_set_tile (batch, &shop, row[1], place, row[3], error);
}

static gboolean
put_short_code (MrBatch *batch, char **row, GError **error)
{
  MrNetworkShop shop;

  return mr_network_find_shop (batch->db, row[0], &shop, error) &&
         mr_network_set_short_code (batch, &shop, row[1], row[2], error);
}

static gboolean
put_staff (MrBatch *batch, const Demo *demo, GError **error)
{
  g_autoptr (GPtrArray) rows = read_table (demo->dir, "staff.tsv", 5, error);

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len && i < demo->pin_hashes->len; i++)
    {
      char **row = g_ptr_array_index (rows, i);
      MrNetworkShop shop;
      gint64 number;

      if (!mr_network_find_shop (batch->db, row[0], &shop, error) ||
          !g_ascii_string_to_signed (row[1], 10, 1, G_MAXINT32, &number, error) ||
          mr_network_add_staff (batch, &shop, number, row[2], row[3],
                                g_ptr_array_index (demo->pin_hashes, i), error) == 0)
        return FALSE;
    }
  return TRUE;
}

/* Every quick tile's good is on the shelf; the rest of the shop was never counted. */
static gboolean
put_stock (MrBatch *batch, char **row, GError **error)
{
  MrNetworkShop shop;

  return mr_network_find_shop (batch->db, row[0], &shop, error) &&
         mr_network_receive (batch, &shop, row[3], OPENING_STOCK_MILLI, error);
}

/* --- steps --- */

static gboolean
put_network (MrBatch *batch, gpointer data, GError **error)
{
  const Demo *demo = data;
  gint64 n_regions = 0;

  if (!mr_db_get_int (batch->db, &n_regions, error, SQL_N_REGIONS, ""))
    return FALSE;
  if (n_regions > 0)
    {
      g_set_error (error, MR_NETWORK_ERROR, MR_NETWORK_ERROR_EXISTS,
                   "this center has a network already: the demo needs an empty one");
      return FALSE;
    }
  return put_table (batch, demo->dir, "regions.tsv", 4, put_region, error) &&
         put_table (batch, demo->dir, "shops.tsv", 3, put_shop, error) &&
         put_table (batch, demo->dir, "settings.tsv", 3, put_setting, error) &&
         put_staff (batch, demo, error);
}

static gboolean
put_shelves (MrBatch *batch, gpointer data, GError **error)
{
  const Demo *demo = data;

  return put_table (batch, demo->dir, "tiles.tsv", 4, put_tile, error) &&
         put_table (batch, demo->dir, "short-codes.tsv", 3, put_short_code, error) &&
         put_table (batch, demo->dir, "tiles.tsv", 4, put_stock, error);
}

static gboolean
hash_pins (Demo *demo, GError **error)
{
  g_autoptr (GPtrArray) rows = read_table (demo->dir, "staff.tsv", 5, error);

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      char *hash = mr_network_hash_pin (((char **) g_ptr_array_index (rows, i))[4], error);

      if (hash == NULL)
        return FALSE;
      g_ptr_array_add (demo->pin_hashes, hash);
    }
  return TRUE;
}

static gboolean
import_goods (MrCenter *center, gpointer data, GError **error)
{
  Demo *demo = data;
  g_autoptr (GPtrArray) regions = read_table (demo->dir, "regions.tsv", 4, error);
  g_autofree char *path = g_build_filename (demo->dir, "goods.tsv", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) input = g_file_read (file, NULL, error);
  g_autoptr (MrImport) import = NULL;
  MrDb *db = mr_center_get_db (center);
  g_autofree char *summary = NULL;

  if (regions == NULL || input == NULL || regions->len == 0)
    return FALSE;
  demo->region_id =
      mr_network_find_region (db, ((char **) g_ptr_array_index (regions, 0))[0], error);
  if (demo->region_id == 0)
    return FALSE;
  import = mr_import_new (G_INPUT_STREAM (input), demo->region_id, demo->host->world, NULL, error);
  if (import == NULL || !mr_import_run (import, db, NULL, NULL, error))
    return FALSE;
  summary = mr_import_describe (import);
  mr_command_print (demo->host, "%s\n", summary);
  return TRUE;
}

static gboolean
put_popularity (MrCenter *center, gpointer data, GError **error)
{
  const Demo *demo = data;
  g_autoptr (GPtrArray) rows = read_table (demo->dir, "popularity.tsv", 2, error);
  g_autoptr (MrGoods) goods = NULL;

  if (rows == NULL)
    return FALSE;
  goods = mr_goods_new (mr_center_get_db (center), demo->host->world, demo->region_id, error);
  if (goods == NULL || !mr_goods_begin (goods, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      char **row = g_ptr_array_index (rows, i);
      g_autoptr (GError) local_error = NULL;
      gint64 popularity;
      MrBarcode barcode;

      if (!mr_barcode_parse (row[0], &barcode) ||
          !g_ascii_string_to_signed (row[1], 10, 0, 1000000, &popularity, &local_error) ||
          (!mr_goods_set_popularity (goods, barcode.key, popularity, &local_error) &&
           local_error != NULL))
        {
          mr_goods_rollback (goods);
          g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "popularity.tsv, line %u: %s",
                       i + 2, local_error != NULL ? local_error->message : "not a barcode");
          return FALSE;
        }
    }
  return mr_goods_commit (goods, error);
}

static gboolean
set_up (Demo *demo, GError **error)
{
  return hash_pins (demo, error) && mr_command_write_job (demo->host, put_network, demo, error) &&
         demo->host->write (demo->host->user, import_goods, demo, error) &&
         demo->host->write (demo->host->user, put_popularity, demo, error) &&
         mr_command_write_job (demo->host, put_shelves, demo, error);
}

gboolean
mr_command_demo (const MrCommandHost *host, char **arguments, GError **error)
{
  g_autofree char *dir = NULL;
  g_autoptr (GPtrArray) hashes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &dir, NULL, NULL },
    { NULL },
  };
  Demo demo = { .host = host, .pin_hashes = hashes };

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse_strv (context, &arguments, error))
    return FALSE;
  if (dir == NULL)
    dir = g_build_filename (MR_PACKAGE_DATA_DIR, "demo", NULL);
  demo.dir = dir;
  if (!set_up (&demo, error))
    return FALSE;
  mr_command_print (host, _ ("The demo is set up.\n"));
  return TRUE;
}
