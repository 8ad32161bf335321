/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "db/db.h"
#include "store/journal.h"

G_BEGIN_DECLS

/* Inside app/store only: what the files of the journal share. */

#define MR_JOURNAL_SQL "/org/millrace/sql/journal"

/* Where the chain stands. */
typedef struct
{
  gint64 writer; /* its number in this file */
  MrId writer_id;
  gint64 n;
  MrHash h;
  gint64 at_us; /* of entry n; 0 = none */
  gint64 receipt_number; /* the last one given */
} MrHead;

struct _MrJournal
{
  char *dir; /* (owned) */
  const MrWorld *world; /* (unowned) (nullable) NULL = a reader */
  MrDb *db; /* (owned) (nullable) NULL after a failure of the disk that still lasts */
  GThread *thread; /* (unowned) the writer's */
  int lock_fd; /* −1 = none */

  /* Of the writer; a reader asks the file. */
  MrHead head;
  MrShift *shift; /* (owned) (nullable) the open one */
  gint64 jump_noted_at_us; /* time of the last clock-jumped entry */
  gboolean basket_waits; /* a kept basket is not on the disk yet */

  /* From the identity, looked up once. */
  char label_prefix[24]; /* "2A" */
  char currency[4];
  GTimeZone *time_zone; /* (owned) */
};

/* Reopens the file after a failure; every call that uses journal->db comes through here. */
gboolean mr_journal_ready (MrJournal *self, GError **error);
/* journal-restore.c: a backup made ready by mr_journal_restore() takes the journal's place, which must not be open. */
gboolean mr_journal_take_staged (MrJournal *self, GError **error);
/* journal-open.c: head, shift and identity from the file. */
gboolean mr_journal_load (MrJournal *self, GError **error);
gboolean mr_journal_load_identity (MrJournal *self, GError **error);
/* Closes, opens and looks whether entry @id is there, all of the log folded into the file. */
gboolean mr_journal_look_again (MrJournal *self, MrId id);
/* Frees the reserve's room; FALSE when there was none. */
gboolean mr_journal_release_reserve (MrJournal *self);
void mr_journal_keep_reserve (MrJournal *self);

/* Reads a row of (n, id, kind, schema, at, body, h) beginning at @column. */
gboolean mr_entry_read_row (MrQuery *query, int column, MrEntry *entry);
/* Whether its hash is that of its content after an entry of hash @previous. */
gboolean mr_entry_is_sound (const MrEntry *entry, const MrHash *previous);
gboolean mr_query_get_id (MrQuery *query, int column, MrId *id);
/* FALSE leaves @h all zero. */
gboolean mr_query_get_hash (MrQuery *query, int column, MrHash *h);

/**
 * MrTurn:
 *
 * One transaction of the writer: begun, entries appended, committed; what goes out of scope without a
 * commit is rolled back. The journal's own idea of head and shift changes with the commit only.
 */
typedef struct
{
  MrJournal *journal; /* (unowned) (nullable) NULL = not begun, or over */
  MrHead head;
  gint64 at_us; /* time of its entries */
  MrId last_id; /* of the last entry appended */
  MrShift *shift; /* (owned) (nullable) the open shift as it will be */
} MrTurn;

/* @durable: the commit waits for the disk. */
gboolean mr_turn_begin (MrTurn *self, MrJournal *journal, gboolean durable, GError **error);
gboolean mr_turn_link (MrTurn *self, MrEntry *entry, GError **error); /* sets n and h */
gboolean mr_turn_append (MrTurn *self, MrId id, const char *kind, const char *body, GError **error);
/* One whose kind has another schema than the first. */
gboolean mr_turn_append_schema (MrTurn *self, MrId id, const char *kind, gint64 schema,
                                const char *body, GError **error);
/* Writes turn->shift into its table; a closed one is no longer the open one after the commit. */
gboolean mr_turn_store_shift (MrTurn *self, GError **error);
/* A row of the spool for the last entry; its number in @spool_id (nullable). */
gboolean mr_turn_queue_print (MrTurn *self, MrId entry_id, gint64 copy, gint64 *spool_id,
                              GError **error);
gboolean mr_turn_clear_basket (MrTurn *self, GError **error);
/* journal-identity.c: sets a name of the identity within the turn. */
gboolean mr_turn_put_identity (MrTurn *self, const char *name, const char *value, GError **error);
/* journal-fork.c: closes the turn's writer; from here on it is at the beginning of a chain of its own. */
gboolean mr_turn_begin_writer (MrTurn *self, GError **error);
/* Puts the entries of @old_writer after @common_n at the end of the turn's chain, with their ids and
 * movements; the first damaged one's n in @damaged_n, 0 = none. */
gboolean mr_turn_take_over (MrTurn *self, gint64 old_writer, gint64 common_n, gint64 *damaged_n,
                            GError **error);
gboolean mr_turn_commit (MrTurn *self, GError **error);
void mr_turn_cancel (MrTurn *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MrTurn, mr_turn_cancel)

/* What the seal of a Z is made over. (transfer full) */
GByteArray *mr_seal_message (const MrHash *previous, const char *unsigned_body);

G_END_DECLS
