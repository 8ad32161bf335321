/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The location of a new center's database: a SQLite file in @dir, or a new database of the PostgreSQL server
 * whose location is in MR_TEST_POSTGRESQL (tests/support/with-postgresql.py starts one). */
char *test_database_new (const char *dir);
/* A copy of the database at @location as it stands, which nobody may have open. */
char *test_database_copy (const char *location, const char *dir);
/* Whether tests run on PostgreSQL: what is about a file is skipped. */
gboolean test_database_is_server (void);
