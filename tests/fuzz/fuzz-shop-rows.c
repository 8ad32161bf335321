/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/shop.h"

#include "fuzz.h"
#include "temp-dir.h"

#include <stdlib.h>
#include <string.h>

static char *dir; /* (owned) one replica for all inputs, emptied by each */

static void
remove_dir (void)
{
  temp_dir_remove (dir);
  g_free (dir);
}

/* A line is TABLE, ID and FIELDS between tabs; without the last, a tombstone. */
static void
add_row (GPtrArray *rows, const char *line)
{
  g_auto (GStrv) parts = g_strsplit (line, "\t", 3);
  guint n = g_strv_length (parts);

  if (n < 2)
    return;
  MrFeedRow *row = g_new0 (MrFeedRow, 1);
  row->v = (gint64) rows->len + 1;
  row->table = g_strdup (parts[0]);
  row->id = g_strdup (parts[1]);
  row->fields = g_strdup (parts[2]);
  g_ptr_array_add (rows, row);
}

static void
read_all (MrShop *shop)
{
  g_autoptr (GPtrArray) staff = mr_shop_list_staff (shop, NULL);
  g_autoptr (GPtrArray) tiles = mr_shop_list_tiles (shop, NULL);
  g_autoptr (GPtrArray) waiting = mr_shop_list_waiting (shop, NULL);
  g_autofree char *name = mr_shop_dup_setting (shop, "name");
  gint64 amount, id, v;
  gboolean known;

  g_assert_true (staff != NULL && tiles != NULL && waiting != NULL);
  mr_shop_get_price (shop, 1, G_MAXINT64, &amount, &id, &v);
  mr_shop_get_level (shop, 1, &amount);
  g_array_unref (mr_shop_read_level (shop, 1, &amount, &known));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_utf8_make_valid ((const char *) data, (gssize) size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 200);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_feed_row_free);
  MrFeedPage page = { .head = { 500, "0123456789abcdef" }, .rows = rows };
  MrPosition cursor, seen;

  if (dir == NULL)
    {
      dir = temp_dir_new ();
      atexit (remove_dir);
    }
  for (guint i = 0; lines[i] != NULL; i++)
    add_row (rows, lines[i]);

  g_autoptr (MrShop) shop = mr_shop_open (dir, 1, NULL);
  g_assert_nonnull (shop);
  g_assert_true (mr_shop_stage (shop, "shop", &page, TRUE, NULL));
  gboolean applied = mr_shop_apply (shop, NULL, NULL);
  if (!applied)
    g_assert_true (mr_shop_clear_stage (shop, "shop", NULL));
  else
    g_assert_true (mr_shop_get_cursor (shop, "shop", &cursor, &seen, NULL) && cursor.v == 500);
  read_all (shop);
  return 0;
}
