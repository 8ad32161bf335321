/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "db/backend.h"

#include <libpq-fe.h>

G_BEGIN_DECLS

/* Inside app/db only: the two halves of what speaks to PostgreSQL. */

typedef struct
{
  PGconn *server; /* (owned) */
  gint64 changes; /* rows of the last statement */
  guint n_prepared; /* statements named so far */
} MrPostgresql;

/* The error of @result, or of the connection when there is none, as one of ours. @doing: (nullable). */
void mr_postgresql_set_error (MrDb *db, const PGresult *result, const char *doing, GError **error);

/* postgresql-statement.c: the statements of the backend's table. */
gpointer mr_postgresql_prepare (MrDb *db, const char *sql, GError **error);
void mr_postgresql_finalize (gpointer statement);
gboolean mr_postgresql_bind_int (gpointer statement, int index, gint64 value);
gboolean mr_postgresql_bind_text (gpointer statement, int index, const char *value);
gboolean mr_postgresql_bind_bytes (gpointer statement, int index, const void *data, gsize length);
gboolean mr_postgresql_bind_null (gpointer statement, int index);
gboolean mr_postgresql_bind_column (gpointer statement, int index, const MrColumn *column);
MrStep mr_postgresql_step (MrDb *db, gpointer statement, GError **error);
void mr_postgresql_reset (gpointer statement);
gint64 mr_postgresql_get_int (gpointer statement, int column);
const char *mr_postgresql_get_text (gpointer statement, int column);
gconstpointer mr_postgresql_get_bytes (gpointer statement, int column, gsize *length);
gboolean mr_postgresql_is_null (gpointer statement, int column);

G_END_DECLS
