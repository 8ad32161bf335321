/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/import.h"
#include "catalog/catalog.h"
#include "db/db.h"

#include "test-world.h"

/* A center's database with the one region 1, "east", in CNY, in @dir. */
MrDb *test_region_new (const char *dir, TestWorld *world);
/* Imports a file that must be readable; refused lines go to @report_path (nullable). Returns the counts. */
MrImportCounts test_region_import (MrDb *db, TestWorld *world, const char *path,
                                   const char *report_path);
/* A region's catalog file as a center ships it, from the rows of its feed; @head is filled in. */
void test_region_build_catalog (MrDb *db, TestWorld *world, const char *path, MrCatalogHead *head);
