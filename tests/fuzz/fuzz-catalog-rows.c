/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "catalog/catalog.h"

#include "fuzz.h"

#include <string.h>

#define MAX_ROWS 16

static const MrCatalogHead HEAD = {
  .region = "east", .v = 1, .salt = "0123456789abcdef", .currency = "CNY"
};

static MrCatalog *
open_catalog (void)
{
  g_autoptr (GError) error = NULL;
  MrCatalog *catalog = mr_catalog_create (":memory:", &HEAD, 0, &error);

  g_assert_no_error (error);
  return catalog;
}

/* Lines of "table id fields"; without fields, a tombstone. Applied whole or refused as malformed, and the
 * catalog answers after it. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static MrCatalog *catalog = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) goods = NULL;
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", MAX_ROWS);
  g_autoptr (GPtrArray) split = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  MrCatalogRow rows[MAX_ROWS];
  gsize n = 0;

  if (catalog == NULL)
    catalog = open_catalog ();
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char **parts = g_strsplit (lines[i], " ", 3);

      g_ptr_array_add (split, parts);
      if (g_strv_length (parts) >= 2)
        rows[n++] = (MrCatalogRow){ parts[0], (gint64) i + 1, parts[1], parts[2] };
    }
  if (!mr_catalog_apply (catalog, rows, n, &HEAD, &error))
    g_assert_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_ROW);
  g_clear_error (&error);
  goods = mr_catalog_search (catalog, "k", 5, 0, &error);
  g_assert_no_error (error);
  return 0;
}
