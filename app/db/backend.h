/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "db/db.h"

G_BEGIN_DECLS

/* Inside app/db only: what a kind of database must be able to do. The calls of db.h do what is the same
 * for all of them (transactions, kept statements, short forms, migrations) and leave the rest to one of these. */
typedef struct
{
  /* Work-alikes of the calls of db.h; connection and statement are the backend's own. */
  void (*close) (MrDb *db);
  gboolean (*exec) (MrDb *db, const char *sql, GError **error);
  gboolean (*in_transaction) (MrDb *db);
  gboolean (*set_durable) (MrDb *db, gboolean durable, GError **error);
  gboolean (*checkpoint) (MrDb *db, gsize min_wal_bytes, gboolean truncate, GError **error);
  gboolean (*backup) (MrDb *db, const char *path, GError **error);
  gint64 (*get_changes) (MrDb *db);
  /* Whether a table of this name is there. −1 with @error set, 0, 1. */
  int (*has_table) (MrDb *db, const char *name, GError **error);

  gpointer (*prepare) (MrDb *db, const char *sql, GError **error);
  void (*finalize) (gpointer statement);
  /* FALSE: no such parameter, or no memory; the step that follows says so. */
  gboolean (*bind_int) (gpointer statement, int index, gint64 value);
  gboolean (*bind_text) (gpointer statement, int index, const char *value);
  gboolean (*bind_bytes) (gpointer statement, int index, const void *data, gsize length);
  gboolean (*bind_null) (gpointer statement, int index);
  MrStep (*step) (MrDb *db, gpointer statement, GError **error);
  void (*reset) (gpointer statement); /* rows and parameters */
  gint64 (*get_int) (gpointer statement, int column);
  const char *(*get_text) (gpointer statement, int column);
  gconstpointer (*get_bytes) (gpointer statement, int column, gsize *length);
  gboolean (*is_null) (gpointer statement, int column);

  const char *begin_read; /* SQL that opens a transaction and takes its view at once */
  const char *begin_write;
  const char *create_migration; /* SQL: the table of migrations, unless it is there */
} MrBackend;

struct _MrDb
{
  const MrBackend *backend; /* (static) */
  gpointer connection; /* (owned) the backend's */
  char *path; /* (owned) (nullable) */
  MrDbFlags flags;
  gboolean durable;
  gboolean failed_io; /* the disk failed once: nothing more is moved about in this file */
  GHashTable *queries; /* (owned) SQL text → MrQuery, the first of those with that text */
};

/* app/db/sqlite.c. @path without the scheme. */
MrDb *mr_sqlite_open (const char *path, MrDbFlags flags, GError **error);
/* An error of SQLite as one of ours, naming the file; also used by the copying half. */
void mr_sqlite_set_error (MrDb *db, int code, const char *doing, GError **error);
gboolean mr_sqlite_checkpoint (MrDb *db, gsize min_wal_bytes, gboolean truncate, GError **error);
gboolean mr_sqlite_backup (MrDb *db, const char *path, GError **error);

/* query.c */
void mr_query_free_all (MrDb *db);

G_END_DECLS
