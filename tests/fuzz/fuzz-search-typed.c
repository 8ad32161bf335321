/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "catalog/catalog.h"

#include "fuzz.h"

static const MrCatalogHead HEAD = {
  .region = "east", .v = 1, .salt = "0123456789abcdef", .currency = "CNY"
};

static MrCatalog *
open_catalog (void)
{
  static const MrCatalogRow ROWS[] = {
    { "good", 1, "1", "[\"可口可乐 330ml\",\"罐\",0,\"\",0,0,9,\"\"]" },
    { "pack", 2, "1", "[1,1000,\"6901939621608\",\"\"]" },
    { "good", 3, "2", "[\"Crème AND \\\"OR\\\" NEAR* 12\",\"\",0,\"\",0,0,0,\"\"]" },
    { "pack", 4, "2", "[2,1000,\"12\",\"\"]" },
  };
  g_autoptr (GError) error = NULL;
  MrCatalog *catalog = mr_catalog_create (":memory:", &HEAD, 0, &error);

  g_assert_no_error (error);
  mr_catalog_apply (catalog, ROWS, G_N_ELEMENTS (ROWS), &HEAD, &error);
  g_assert_no_error (error);
  return catalog;
}

/* Nothing that can be typed is a wrong query. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static MrCatalog *catalog = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *typed = g_strndup ((const char *) data, size);
  g_autoptr (GPtrArray) goods = NULL;

  if (catalog == NULL)
    catalog = open_catalog ();
  goods = mr_catalog_search (catalog, typed, 5, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (goods->len, <=, 2);
  return 0;
}
