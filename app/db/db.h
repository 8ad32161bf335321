/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MrDb:
 *
 * One connection to a database, SQLite or PostgreSQL behind the same calls. Used by one
 * thread at a time. SQL is written once, with ?1, ?2 …; values are integers, UTF-8 text
 * without NUL, bytes, or NULL. Statements are literals: they are prepared once and kept by their text.
 * A SELECT … FOR UPDATE locks its rows where more than one connection writes.
 */
typedef struct _MrDb MrDb;

#define MR_DB_ERROR (mr_db_error_quark ())
GQuark mr_db_error_quark (void);
typedef enum
{
  MR_DB_ERROR_FAILED, /* a statement is wrong, or the file is not a database */
  MR_DB_ERROR_BUSY, /* somebody else writes or holds the lock: try again */
  MR_DB_ERROR_FULL, /* no room on the disk; nothing of the transaction is kept */
  MR_DB_ERROR_IO, /* the disk failed: close, open again and look what is there */
  MR_DB_ERROR_CORRUPT, /* the file is damaged */
  MR_DB_ERROR_CONFLICT, /* a UNIQUE or CHECK refused the row */
  MR_DB_ERROR_NEWER, /* written by a newer version of Millrace */
  MR_DB_ERROR_MISSING, /* opened without MR_DB_CREATE and not there */
  MR_DB_ERROR_LOST, /* the server is gone, and nobody knows what of a commit: open again and look */
} MrDbError;

typedef enum
{
  MR_DB_READ_ONLY = 0,
  MR_DB_WRITE = 1 << 0,
  MR_DB_CREATE = 1 << 1, /* with MR_DB_WRITE: make it when absent */
  MR_DB_DURABLE = 1 << 2, /* synchronous=FULL: a commit that answered survives a power cut */
  MR_DB_STILL =
      1
      << 3, /* with MR_DB_READ_ONLY: nobody writes (a medium that cannot be written): no locks, no log */
} MrDbFlags;

/* @location: "sqlite:PATH", or "postgresql://…" as libpq reads it once mr_db_enable_postgresql() was called.
 * A file: WAL, foreign keys on, autocheckpoint off (call mr_db_checkpoint()),
 * a busy time-out of 5 s. A file named with MR_DB_VFS set by mr_db_use_vfs() goes through that VFS. */
MrDb *mr_db_open (const char *location, MrDbFlags flags, GError **error);
void mr_db_close (MrDb *self); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrDb, mr_db_close)

/* Every SQLite file opened afterwards goes through the registered VFS of this name; NULL = the
 * default. For the simulator, which gives disks that lose what was not synced. */
void mr_db_use_vfs (const char *vfs_name);

/* PostgreSQL 15 or newer, a database with LC_COLLATE C. Commits wait for its log with MR_DB_DURABLE
 * (synchronous_commit); what is locked is waited for up to 5 s. */
void mr_db_enable_postgresql (void);

const char *mr_db_get_path (MrDb *self); /* of a SQLite file; NULL for PostgreSQL */
const char *mr_db_get_name (MrDb *self); /* for messages: without a password */

/* Runs SQL of our own files: several statements, no parameters. */
gboolean mr_db_exec (MrDb *self, const char *sql, GError **error);

/* One level; a write transaction takes its lock at once (BEGIN IMMEDIATE). A failed commit has rolled
 * back. Rollback never fails; without a transaction it does nothing. */
gboolean mr_db_begin (MrDb *self, GError **error);
gboolean mr_db_begin_read (MrDb *self, GError **error); /* one consistent view (REPEATABLE READ) */
gboolean mr_db_commit (MrDb *self, GError **error);
void mr_db_rollback (MrDb *self);
gboolean mr_db_in_transaction (MrDb *self);
/* Nested, for one entry of a group: name is ours ("entry"). */
gboolean mr_db_savepoint (MrDb *self, const char *name, GError **error);
gboolean mr_db_release (MrDb *self, const char *name, GError **error);
void mr_db_rollback_to (MrDb *self, const char *name);

/* Until the transaction ends only one connection is past this call with the same @number. A
 * SQLite transaction that writes is alone anyway. */
gboolean mr_db_lock (MrDb *self, gint64 number, GError **error);

/* Tells whoever listens on the same database, once the transaction has committed; the same text twice in a
 * transaction is one. Nothing on SQLite, which one process serves. */
gboolean mr_db_notify (MrDb *self, const char *text, GError **error);
/* Whether there can be others to listen to; and that from now on this connection does. */
gboolean mr_db_can_listen (MrDb *self);
gboolean mr_db_listen (MrDb *self, GError **error);
/* Waits for one notice; NULL in @notice when none came. FALSE: the connection is lost. */
gboolean mr_db_await_notice (MrDb *self, int timeout_ms, char **notice, GError **error);

/* Where the log of a server's commits ends on its disk, and up to where a synchronous standby has it on its own: −1
 * where there is none, or this user may not see it. Numbers that grow. */
gboolean mr_db_get_log (MrDb *self, gint64 *end, gint64 *standby, GError **error);

/* Whether commits from now on wait for the disk, as opened with MR_DB_DURABLE or not. What is not durable
 * outlives the program all the same, and is made durable by the next commit that is. Outside of
 * transactions only. */
gboolean mr_db_set_durable (MrDb *self, gboolean durable, GError **error);

/**
 * MrQuery:
 *
 * A prepared statement in use, borrowed from its MrDb: got, bound, stepped, reset. A statement that
 * is still in use when it is asked for again (a nested loop) is prepared a second time.
 */
typedef struct _MrQuery MrQuery;

MrQuery *mr_db_query (MrDb *self, const char *sql, GError **error);
/* Index from 1. Text and bytes are copied. NULL text or data binds NULL. */
void mr_query_bind_int (MrQuery *self, int index, gint64 value);
void mr_query_bind_text (MrQuery *self, int index, const char *value);
void mr_query_bind_bytes (MrQuery *self, int index, const void *data, gsize length);
void mr_query_bind_null (MrQuery *self, int index);

typedef enum
{
  MR_STEP_ERROR = -1,
  MR_STEP_DONE = 0,
  MR_STEP_ROW = 1,
} MrStep;
/* On DONE and ERROR the query has been reset and is given back. */
MrStep mr_query_step (MrQuery *self, GError **error);
/* Column from 0, of the current row; text and bytes live until the next step or reset. */
gint64 mr_query_get_int (MrQuery *self, int column);
const char *mr_query_get_text (MrQuery *self, int column); /* (nullable) */
/* Of a column that is NOT NULL: a row damaged on the disk may lack it all the same, and then it is "". */
const char *mr_query_get_required_text (MrQuery *self, int column);
gconstpointer mr_query_get_bytes (MrQuery *self, int column, gsize *length); /* (nullable) */
gboolean mr_query_is_null (MrQuery *self, int column);
/* FALSE: the column has not exactly @size bytes. */
gboolean mr_query_copy_bytes (MrQuery *self, int column, void *out, gsize size);
/* Gives back a query whose rows were not all read; again is fine. */
void mr_query_reset (MrQuery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrQuery, mr_query_reset)

/* Short forms. @types, a letter an argument: 'i' gint64, 's' const char *, 'b' const void * and gsize,
 * 'n' nothing (NULL). */
gboolean mr_db_run (MrDb *self, GError **error, const char *sql, const char *types, ...);
/* First column of the first row into @value; FALSE without error set when there is no row (the
 * caller tells the two apart by *error). */
gboolean mr_db_get_int (MrDb *self, gint64 *value, GError **error, const char *sql,
                        const char *types, ...);
char *mr_db_get_text (MrDb *self, GError **error, const char *sql, const char *types, ...);
MrQuery *mr_db_select (MrDb *self, GError **error, const char *sql, const char *types, ...);
gint64 mr_db_get_changes (MrDb *self); /* rows touched by the last mr_db_run */

/**
 * MrRows:
 *
 * Many rows for one INSERT, written as a set where that is faster. @types as above, for every row; a NULL
 * is a NULL text or bytes, or 'n' in place of an 'i'. No two rows may meet the same row of the table.
 */
typedef struct _MrRows MrRows;
typedef gboolean (*MrRowFunc) (MrQuery *row, gpointer data, GError **error);

MrRows *mr_rows_new (const char *sql, const char *types); /* @sql is kept, not copied */
void mr_rows_free (MrRows *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrRows, mr_rows_free)
void mr_rows_add (MrRows *self, const char *types, ...);
/* Writes and forgets the rows; @each (nullable) is given what RETURNING returns, in no order. */
gboolean mr_rows_write (MrRows *self, MrDb *db, MrRowFunc each, gpointer data, GError **error);

/* Rows may wait from now on, until FALSE: then mr_db_queue() keeps an INSERT for later and writes many of
 * them together, before the next statement that speaks of their table, and before the commit. That a
 * row is refused comes out only then, so whoever has to know which one does it over with FALSE. Returns
 * whether rows do wait: never on SQLite, where one by one is as fast. */
gboolean mr_db_set_queueing (MrDb *self, gboolean queueing);
gboolean mr_db_can_queue (MrDb *self);
gboolean mr_db_is_queueing (MrDb *self);
gboolean mr_db_queue (MrDb *self, GError **error, const char *sql, const char *types, ...);
/* Writes what waits. */
gboolean mr_db_flush (MrDb *self, GError **error);
/* Counts the statements that are no SELECT, waiting rows included: equal twice, and nothing was changed in between. */
gint64 mr_db_get_n_written (MrDb *self);

/* The disk failed under this connection, or the server is gone: what it believes may be wrong. Close, open
 * again and look. */
gboolean mr_db_has_failed (MrDb *self);

/* PASSIVE checkpoint when the WAL is larger than @min_wal_bytes (0: always); TRUNCATE at closing. */
gboolean mr_db_checkpoint (MrDb *self, gsize min_wal_bytes, gboolean truncate, GError **error);

/* Brings the schema up to date from SQL built into the program: @resource_dir is a GResource path
 * ("/org/millrace/sql/journal") holding NNN-name.sql, append-only. Each runs in one transaction and is
 * noted in table `migration (number, name, sha256, at)`. A database with a higher number than the
 * program knows: MR_DB_ERROR_NEWER, nothing touched. A changed file of an applied number: FAILED. */
gboolean mr_db_migrate (MrDb *self, const char *resource_dir, gint64 now_us, GError **error);
/* For readers: that the schema is exactly the one this program knows. NEWER as above; FAILED when the
 * writer has not brought it up to date yet. */
gboolean mr_db_check_migrated (MrDb *self, const char *resource_dir, GError **error);

/* Copies the whole database to @path, always a SQLite file, and looks at what was written. @path must not be
 * there yet; a copy that failed is removed. A SQLite file is copied with the backup API and test-opened. The
 * rows of a PostgreSQL database, whose migrations this connection has seen to, are read in one view, then read
 * again from the file and compared. */
gboolean mr_db_backup (MrDb *self, const char *path, GError **error);

/* Puts the rows of the SQLite file @path, which has all migrations and no log, in the place of the PostgreSQL
 * database at @location: into it where it holds nothing, else into a new one that then takes its name. The old
 * one is kept under the name @kept (owned, NULL where there was nothing), which ends in @suffix. BUSY while
 * anybody else is connected. Whatever fails leaves the old one as it was. */
gboolean mr_db_replace (const char *location, const char *path, const char *resource_dir,
                        const char *suffix, char **kept, GError **error);

/* What errno says of @path, as one of ours. FALSE, to be returned. */
gboolean mr_db_fail_errno (const char *path, GError **error);
/* Makes sure that a file, or the names in a folder, are on the disk. */
gboolean mr_db_sync_path (const char *path, GError **error);

G_END_DECLS
