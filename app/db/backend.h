/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "db/db.h"

#include <stdarg.h>

G_BEGIN_DECLS

/* The values of one parameter over many rows, as PostgreSQL reads the elements of an array: a length (−1: NULL)
 * and the bytes of each, numbers big-endian. */
typedef struct
{
  char type; /* 'i', 's', 'b' */
  guint n;
  gboolean has_null;
  GByteArray *bytes; /* (owned) */
} MrColumn;

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

  /* NULL where numbers are drawn from behind those in the table anyway. */
  gboolean (*draw_after) (MrDb *db, const char *table, const char *column, GError **error);

  /* NULL where a database has but one process. @notice: NULL when none came. */
  gboolean (*listen) (MrDb *db, GError **error);
  gboolean (*await_notice) (MrDb *db, int timeout_ms, char **notice, GError **error);

  gpointer (*prepare) (MrDb *db, const char *sql, GError **error);
  void (*finalize) (gpointer statement);
  /* FALSE: no such parameter, or no memory; the step that follows says so. */
  gboolean (*bind_int) (gpointer statement, int index, gint64 value);
  gboolean (*bind_text) (gpointer statement, int index, const char *value);
  gboolean (*bind_bytes) (gpointer statement, int index, const void *data, gsize length);
  gboolean (*bind_null) (gpointer statement, int index);
  /* NULL: the database takes rows one by one as fast as together. */
  gboolean (*bind_column) (gpointer statement, int index, const MrColumn *column);
  MrStep (*step) (MrDb *db, gpointer statement, GError **error);
  void (*reset) (gpointer statement); /* rows and parameters */
  gint64 (*get_int) (gpointer statement, int column);
  const char *(*get_text) (gpointer statement, int column);
  gconstpointer (*get_bytes) (gpointer statement, int column, gsize *length);
  gboolean (*is_null) (gpointer statement, int column);

  const char *begin_read; /* SQL that opens a transaction and takes its view at once */
  const char *begin_write;
  const char *take_lock; /* (nullable) SQL: lock number ?1 until the end of the transaction */
  const char *log_ends; /* (nullable) SQL: see mr_db_get_log() */
  const char *notify; /* (nullable) SQL: ?1 to who listens, at the commit */
  gboolean
      reads_at_once; /* the rows of a statement are all in memory: many are read through a cursor */
} MrBackend;

struct _MrDb
{
  const MrBackend *backend; /* (static) */
  gpointer connection; /* (owned) the backend's */
  char *path; /* (owned) (nullable) of a file */
  char *name; /* (owned) for messages */
  const char *schema; /* (interned) (nullable) the migrations it is known to have */
  MrDbFlags flags;
  gboolean durable;
  gboolean failed_io; /* the disk failed once: nothing more is moved about in this file */
  GHashTable *queries; /* (owned) SQL text → MrQuery, the first of those with that text */
  GHashTable *sets; /* (owned) (nullable) SQL text → that of the same for many rows */
  GPtrArray *queue; /* (owned) (nullable) of MrRows, in the order of their first rows */
  gboolean queues; /* rows may wait */
  gint64 n_written;
};

typedef MrDb *(*MrOpener) (const char *location, MrDbFlags flags, GError **error);
/* @scheme: (static), with its colon. */
void mr_db_add_opener (const char *scheme, MrOpener open);

/* app/db/sqlite.c. @path without the scheme. */
MrDb *mr_sqlite_open (const char *path, MrDbFlags flags, GError **error);
/* An error of SQLite as one of ours, naming the file; also used by the copying half. */
void mr_sqlite_set_error (MrDb *db, int code, const char *doing, GError **error);
gboolean mr_sqlite_checkpoint (MrDb *db, gsize min_wal_bytes, gboolean truncate, GError **error);
gboolean mr_sqlite_backup (MrDb *db, const char *path, GError **error);

/* copy.c: one of the two is a SQLite file, and both have the same tables. */
/* All rows of @from, in one view, in the place of those of @to; then reads them again and compares. */
gboolean mr_copy_rows (MrDb *from, MrDb *to, GError **error);
/* Whether a table of @file has rows in @db. */
gboolean mr_copy_is_used (MrDb *file, MrDb *db, gboolean *used, GError **error);
/* The backup of a database that is no file. */
gboolean mr_copy_to_file (MrDb *db, const char *path, GError **error);

/* query.c */
void mr_query_free_all (MrDb *db);
MrQuery *mr_db_select_valist (MrDb *db, GError **error, const char *sql, const char *types,
                              va_list *arguments);
gboolean mr_query_bind_column (MrQuery *self, int index, const MrColumn *column);

/* rows.c */
/* The current row of a query, whose columns are those of @self. */
void mr_rows_add_row (MrRows *self, MrQuery *row);
void mr_rows_free_queue (MrDb *db);
void mr_rows_drop_queue (MrDb *db);
/* Writes what waits, when @sql speaks of a table rows of which wait. */
gboolean mr_rows_flush_before (MrDb *db, const char *sql, GError **error);

G_END_DECLS
