/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/center.h"
#include "center/feed.h"
#include "wire/message.h"

G_BEGIN_DECLS

/* The center's migrations. */
#define MR_CENTER_SQL "/org/millrace/sql/center"

/* Inside app/center: one request on its way from the router to its reply. */

/* Who asks, and the shop every statement is bound to. */
typedef struct
{
  gint64 till_id;
  gint64 shop_id;
  gint64 region_id;
  gint64 party_id; /* the shop's */
  gint64 region_feed;
  gint64 shop_feed;
  gint64 shop_location;
  gint64 customer_location;
  gint64 till_number; /* 1, 2, … in the shop */
  MrId till;
  guint8 public_key[32];
  char currency[4];
  char region[64]; /* short name */
  gboolean revoked; /* or replaced: */
  gboolean replaced; /* another computer has become this till */
} MrScope;

/* FALSE without error: there is no such till. */
gboolean mr_scope_load (MrDb *db, MrId till, MrScope *scope, GError **error);

typedef struct _MrCall MrCall;
struct _MrCall
{
  MrCenterRequest request; /* (unowned) */
  const MrCenterRoute *route;
  MrScope scope;
  GHashTable *query; /* (owned) (nullable) */
  char *rest; /* (owned) (nullable) what follows a route that ends in "/", without query */
  gpointer message; /* (owned) (nullable) the parsed body */
  GDestroyNotify free_message;
  MrId locks_first; /* name of the writer a push begins by locking; 0 = none */
  MrCenterReply reply; /* status 0 until there is one */
};

/* Routes, authenticates and parses: everything that needs no write. The reply may be there already. */
MrCall *mr_call_new (MrCenter *center, const MrCenterRequest *request);
void mr_call_free (MrCall *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrCall, mr_call_free)
gboolean mr_call_is_answered (const MrCall *self);

/* Runs a read on a connection of its own view. */
void mr_center_read (MrCenter *self, MrCall *call);
/* Runs writes as a group: one transaction, answered when it has committed, in an order of its own: @calls is
 * sorted so that everybody locks writers in one order. Where rows can wait to be written together that is tried
 * first; on an error the group is rolled back, done over one by one, and halved, down to single calls. What
 * somebody else was in the way of, or a lost server, is tried again. */
void mr_center_write (MrCenter *self, MrCall **calls, guint n);

/**
 * MrBatch:
 *
 * One write transaction: what it publishes, and the levels it has to publish at its end.
 */
typedef struct
{
  MrCenter *center; /* (unowned) */
  MrDb *db; /* (unowned) */
  MrFeedWriter *feeds; /* (owned) */
  GHashTable *levels; /* (owned) what its calls did to levels, written when it commits */
  GHashTable *call_levels; /* (owned) that of the call that is running */
  GHashTable *shared; /* (owned) set of rows the shops' tills share, see shared.c */
  gint64 now_us;
} MrBatch;

/* What only one transaction of all processes may do at a time, for mr_db_lock(); 1 is app/db's own. */
#define MR_CENTER_LOCK_DESK 2 /* commands, imports, whatever gives out ids by counting */
#define MR_CENTER_LOCK_NUMBERS 3 /* ids of writers and tills */
#define MR_CENTER_LOCK_CLAIMS(shop_id) (((shop_id) << 8) | 4)

MrBatch *mr_batch_begin (MrCenter *center, GError **error);
/* Publishes and commits; frees @self either way. */
gboolean mr_batch_commit (MrBatch *self, GError **error);
void mr_batch_rollback (MrBatch *self);
/* Somebody did something worth remembering at the center. */
gboolean mr_batch_note (MrBatch *self, const char *who, const char *what, const char *subject,
                        GError **error);

/* A MrCenterJob: forgets the oldest history of feeds that have much of it, and the tombstones in it. At each start,
 * and with each backup, as a server may run for years. */
gboolean mr_center_prune_feeds (MrBatch *batch, gpointer data, GError **error);

/* Runs one job of the center's own in a transaction. */
typedef gboolean (*MrCenterJob) (MrBatch *batch, gpointer data, GError **error);
gboolean mr_center_run (MrCenter *self, MrCenterJob job, gpointer data, GError **error);
/* The same as a piece of work for a MrWorker: @task is a MrCenterTask. */
typedef struct
{
  MrCenterJob job;
  gpointer data;
} MrCenterTask;
gboolean mr_center_run_task (MrCenter *self, gpointer task, GError **error);

/* --- replies --- */
void mr_call_reply_json (MrCall *self, guint status, char *json); /* takes @json */
/* @type: "bad-json"; @title: a short sentence. @more: further members, ",\"now\":…" */
void mr_call_reply_problem (MrCall *self, guint status, const char *type, const char *title,
                            const char *more, const char *format, ...) G_GNUC_PRINTF (6, 7);
/* What the database could not do, in words. */
void mr_call_reply_error (MrCall *self, const GError *error);

/* --- the handlers: FALSE with @error when the transaction has to be given up --- */
gboolean mr_handle_health (MrCenter *center, MrCall *call, GError **error);
gboolean mr_handle_enrol (MrBatch *batch, MrCall *call, GError **error);
gboolean mr_handle_journal (MrBatch *batch, MrCall *call, GError **error);
gboolean mr_handle_chain (MrCenter *center, MrCall *call, GError **error);
gboolean mr_handle_feeds (MrCenter *center, MrCall *call, GError **error);
gboolean mr_handle_snapshot (MrCenter *center, MrCall *call, GError **error);
gboolean mr_handle_poke (MrCenter *center, MrCall *call, GError **error);
gboolean mr_handle_claim (MrBatch *batch, MrCall *call, GError **error);

/* Their messages: NULL with MR_WIRE_ERROR when the body is not one. */
gpointer mr_parse_enrol (MrCall *call, GError **error);
gpointer mr_parse_journal (MrCall *call, GError **error);
gpointer mr_parse_claim (MrCall *call, GError **error);
void mr_parsed_enrol_free (gpointer message);
void mr_parsed_journal_free (gpointer message);
void mr_parsed_claim_free (gpointer message);

/* A whole number in the query; FALSE after having replied. */
gboolean mr_call_get_query_int (MrCall *self, const char *name, gint64 minimum, gint64 maximum,
                                gint64 *value);

/* --- what is kept in memory of the database, forgotten at every rollback --- */
/* Account of a shop's party, made when there is none yet; 0 on error. */
gint64 mr_center_get_account (MrBatch *batch, gint64 shop_id, gint64 party_id, const char *kind,
                              const char *name, const char *unit, GError **error);
void mr_center_forget (MrCenter *self);

G_END_DECLS
