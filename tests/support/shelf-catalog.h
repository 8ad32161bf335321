/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalog/catalog.h"

/* A catalog of six goods that hold most of what is odd about goods: two of one barcode, a case, a price to
 * come, one sold by weight, one without a price, initials of its own. */

#define SHELF_NOW_US G_GINT64_CONSTANT (1750000000000000)

extern const MrCatalogHead SHELF_HEAD;

typedef struct
{
  char *dir; /* (owned) */
  char *path; /* (owned) where the catalog is to be */
} ShelfFixture;

void shelf_set_up (ShelfFixture *fixture, gconstpointer data);
void shelf_tear_down (ShelfFixture *fixture, gconstpointer data);

/* An empty one, open for writing. */
MrCatalog *shelf_create (const char *path);
void shelf_build_rows (const char *path, const MrCatalogRow *rows, gsize n);
void shelf_build (const char *path);
MrCatalog *shelf_open (const char *path);
/* "2 7": the ids of the packs, in the order given; (transfer full). */
char *shelf_pack_ids (GPtrArray *goods);
