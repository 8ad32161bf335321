/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/ingest.h"

#include "center/effect.h"
#include "center/enrol.h"
#include "center/quarantine.h"
#include "model/mechanism.h"

#include <string.h>

#define SQL_WRITER                                                            \
  "SELECT id, acked, h, letter FROM writer WHERE shop_id = ?1 AND uuid = ?2 " \
  "FOR UPDATE"
#define SQL_ADD_WRITER                                                                       \
  "INSERT INTO writer (shop_id, uuid, id, till_id, acked, h, applied, safe, opened_at, "     \
  "letter) VALUES (?1, ?2, (SELECT coalesce(max(id), 0) + 1 FROM writer), ?3, 0, ?4, 0, 0, " \
  "?5, '') "                                                                                 \
  "RETURNING id"
#define SQL_MOVE_WRITER                                               \
  "UPDATE writer SET acked = ?3, h = ?4, applied = ?3, till_id = ?5 " \
  "WHERE shop_id = ?1 AND uuid = ?2"
#define SQL_SEEN "UPDATE till SET seen_at = ?3 WHERE shop_id = ?1 AND id = ?2"
#define SQL_HASH_AT "SELECT h FROM entry WHERE shop_id = ?1 AND writer_id = ?2 AND n = ?3"
#define SQL_ENTRY                                                                                  \
  "INSERT INTO entry (shop_id, writer_id, n, uuid, kind, schema, at, body, h, business_date, "     \
  "currency, state, received_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) " \
  "ON CONFLICT (shop_id, uuid) WHERE state <> 'duplicate' DO NOTHING"
/* Where rows wait to be written together: an event known from another chain is refused then, and the group is
 * done over one by one. */
#define SQL_NEW_ENTRY                                                                          \
  "INSERT INTO entry (shop_id, writer_id, n, uuid, kind, schema, at, body, h, business_date, " \
  "currency, state, received_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
#define SQL_SET_STATE "UPDATE entry SET state = ?4 WHERE shop_id = ?1 AND writer_id = ?2 AND n = ?3"
#define SQL_DEFER \
  "INSERT INTO deferred (shop_id, writer_id, n, cause, at) VALUES (?1, ?2, ?3, ?4, ?5)"
#define SQL_DEFERRED                                                                         \
  "SELECT till.uuid, deferred.writer_id, deferred.n, entry.uuid, entry.kind, entry.schema, " \
  "entry.at, entry.body FROM deferred "                                                      \
  "JOIN entry ON entry.shop_id = deferred.shop_id AND entry.writer_id = deferred.writer_id " \
  "AND entry.n = deferred.n "                                                                \
  "JOIN writer ON writer.shop_id = deferred.shop_id AND writer.id = deferred.writer_id "     \
  "JOIN till ON till.shop_id = deferred.shop_id AND till.id = writer.till_id "               \
  "WHERE deferred.cause <> 'revoked' ORDER BY deferred.shop_id, deferred.writer_id, deferred.n"
#define SQL_UNDEFER "DELETE FROM deferred WHERE shop_id = ?1 AND writer_id = ?2 AND n = ?3"

/* --- the message, and what its entries mean, worked out before the writer is needed --- */

typedef struct
{
  MrJournalRequest *request; /* (owned) */
  MrEffect *effects; /* (owned) one for each entry */
} Push;

void
mr_parsed_journal_free (gpointer message)
{
  Push *push = message;

  if (push->effects != NULL)
    for (guint i = 0; i < push->request->entries->len; i++)
      mr_effect_clear (&push->effects[i]);
  g_free (push->effects);
  g_clear_pointer (&push->request, mr_journal_request_free);
  g_free (push);
}

gpointer
mr_parse_journal (MrCall *call, GError **error)
{
  MrJournalRequest *request =
      mr_journal_request_from_json (call->request.body, (gssize) call->request.length, error);
  Push *push;

  if (request == NULL)
    return NULL;
  push = g_new0 (Push, 1);
  push->request = request;
  call->locks_first = request->writer;
  push->effects = g_new0 (MrEffect, MAX (request->entries->len, 1));
  for (guint i = 0; i < request->entries->len; i++)
    {
      const MrEntry *entry = g_ptr_array_index (request->entries, i);

      mr_effect_read (&push->effects[i], entry->kind, entry->schema, entry->body);
    }
  return push;
}

/* --- the chain --- */

typedef struct
{
  gint64 id; /* 0 = not known yet */
  gint64 acked;
  MrHash h;
  char letter[MR_LETTER_SIZE]; /* "" = none yet */
} Writer;

static gboolean
take_hash (MrQuery *query, int column, MrHash *h)
{
  gsize length = 0;
  gconstpointer bytes = mr_query_get_bytes (query, column, &length);

  if (length != sizeof h->bytes)
    return FALSE;
  memcpy (h->bytes, bytes, length);
  return TRUE;
}

static gboolean
load_writer (MrBatch *batch, const MrScope *scope, MrId uuid, Writer *writer, GError **error)
{
  g_autoptr (MrQuery) query = NULL;
  MrStep step;

  *writer = (Writer){ 0 };
  query = mr_db_select (batch->db, error, SQL_WRITER, "ib", scope->shop_id, uuid.bytes,
                        sizeof uuid.bytes);
  if (query == NULL)
    return FALSE;
  step = mr_query_step (query, error);
  if (step == MR_STEP_ROW)
    {
      writer->id = mr_query_get_int (query, 0);
      writer->acked = mr_query_get_int (query, 1);
      g_strlcpy (writer->letter, mr_query_get_text (query, 3), sizeof writer->letter);
      if (!take_hash (query, 2, &writer->h))
        {
          g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_CORRUPT,
                       "the hash of writer %" G_GINT64_FORMAT " is damaged", writer->id);
          return FALSE;
        }
    }
  return step != MR_STEP_ERROR;
}

/* The stored hash at @n; the zero hash at 0. */
static gboolean
load_hash_at (MrBatch *batch, const MrScope *scope, const Writer *writer, gint64 n, MrHash *h,
              GError **error)
{
  g_autoptr (MrQuery) query = NULL;

  *h = (MrHash){ { 0 } };
  if (n == 0)
    return TRUE;
  if (n == writer->acked)
    {
      *h = writer->h;
      return TRUE;
    }
  query = mr_db_select (batch->db, error, SQL_HASH_AT, "iii", scope->shop_id, writer->id, n);
  if (query == NULL)
    return FALSE;
  switch (mr_query_step (query, error))
    {
    case MR_STEP_ROW:
      if (take_hash (query, 0, h))
        return TRUE;
      break;
    case MR_STEP_DONE:
      break;
    case MR_STEP_ERROR:
    default:
      return FALSE;
    }
  g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_CORRUPT,
               "entry %" G_GINT64_FORMAT " of writer %" G_GINT64_FORMAT " is missing or damaged", n,
               writer->id);
  return FALSE;
}

/* Whether @request continues, or repeats, what is stored: @n_known of its entries are here already. */
static gboolean
match_chain (MrBatch *batch, const MrScope *scope, const Writer *writer,
             const MrJournalRequest *request, gboolean *matches, guint *n_known, GError **error)
{
  gint64 overlap = MIN (writer->acked - request->prev_n, (gint64) request->entries->len);
  MrHash stored;

  *matches = FALSE;
  *n_known = 0;
  if (overlap < 0)
    return TRUE;
  if (mr_mechanism_is_off (MR_MECHANISM_CHAIN))
    {
      *matches = TRUE;
      *n_known = (guint) overlap;
      return TRUE;
    }
  if (!load_hash_at (batch, scope, writer, request->prev_n, &stored, error))
    return FALSE;
  if (!mr_hash_equal (&stored, &request->prev_h))
    return TRUE;
  if (overlap > 0)
    {
      const MrEntry *last = g_ptr_array_index (request->entries, overlap - 1);

      /* A hash covers all before it: one comparison settles the whole overlap. */
      if (!load_hash_at (batch, scope, writer, last->n, &stored, error))
        return FALSE;
      if (!mr_hash_equal (&stored, &last->h))
        return TRUE;
    }
  *matches = TRUE;
  *n_known = (guint) overlap;
  return TRUE;
}

/* --- storing --- */

static const char *
get_state (const MrScope *scope, const MrEffect *effect)
{
  if (scope->revoked)
    return "held";
  if (effect->kind == MR_EFFECT_UNKNOWN_KIND || effect->kind == MR_EFFECT_UNKNOWN_SCHEMA)
    return "deferred";
  return effect->kind == MR_EFFECT_BROKEN ? "quarantined" : "applied";
}

static gboolean
insert_entry (MrBatch *batch, const MrScope *scope, const Writer *writer, const MrEntry *entry,
              const MrEffect *effect, const char *state, GError **error)
{
  return mr_db_queue (batch->db, error, mr_db_is_queueing (batch->db) ? SQL_NEW_ENTRY : SQL_ENTRY,
                      "iiibsiibbsssi", scope->shop_id, writer->id, entry->n, entry->id.bytes,
                      sizeof entry->id.bytes, entry->kind, entry->schema, entry->at_us, entry->body,
                      strlen (entry->body), entry->h.bytes, sizeof entry->h.bytes,
                      effect->context.business_date, effect->context.currency, state,
                      batch->now_us);
}

static gboolean
put_aside (MrBatch *batch, const MrScope *scope, const MrEffectOf *of, const char *kind,
           const MrEffect *effect, const char *state, GError **error)
{
  const MrObjection broken = { "unreadable", effect->reason };
  const char *cause = "revoked";

  if (strcmp (state, "quarantined") == 0)
    return mr_quarantine_add (batch, scope, of, kind, effect, &broken, error);
  if (!scope->revoked)
    cause = effect->kind == MR_EFFECT_UNKNOWN_KIND ? "kind" : "schema";
  return mr_db_run (batch->db, error, SQL_DEFER, "iiisi", scope->shop_id, of->writer_id, of->n,
                    cause, batch->now_us) &&
         (!scope->revoked || mr_quarantine_hold (batch, scope, of, kind, effect, error));
}

static gboolean
apply_entry (MrBatch *batch, const MrScope *scope, MrStockDeltas *deltas, const char *kind,
             const MrEffect *effect, const MrEffectOf *of, GError **error)
{
  g_auto (MrObjection) objection = { NULL };

  if (!mr_effect_apply (batch, scope, deltas, effect, of, &objection, error))
    return FALSE;
  if (objection.cause == NULL)
    return TRUE;
  return mr_db_run (batch->db, error, SQL_SET_STATE, "iiis", scope->shop_id, of->writer_id, of->n,
                    "quarantined") &&
         mr_quarantine_add (batch, scope, of, kind, effect, &objection, error);
}

static gboolean
store_entry (MrBatch *batch, const MrScope *scope, const Writer *writer, MrStockDeltas *deltas,
             const MrEntry *entry, const MrEffect *effect, GError **error)
{
  const char *state = get_state (scope, effect);
  MrEffectOf of = { writer->id, entry->n, entry->id, entry->at_us };

  if (!insert_entry (batch, scope, writer, entry, effect, state, error))
    return FALSE;
  if (!mr_db_is_queueing (batch->db) && mr_db_get_changes (batch->db) == 0)
    {
      /* A clone's shared tail: the event is known from another chain and has had its effect. */
      if (!insert_entry (batch, scope, writer, entry, effect, "duplicate", error))
        return FALSE;
      if (!mr_mechanism_is_off (MR_MECHANISM_ENTRY_ID))
        return TRUE;
    }
  if (strcmp (state, "applied") != 0)
    return put_aside (batch, scope, &of, entry->kind, effect, state, error);
  return apply_entry (batch, scope, deltas, entry->kind, effect, &of, error);
}

static gboolean
store_entries (MrBatch *batch, const MrScope *scope, Writer *writer, const Push *push, guint first,
               GError **error)
{
  const MrJournalRequest *request = push->request;
  g_autoptr (MrStockDeltas) deltas =
      mr_stock_deltas_new (scope->shop_id, scope->shop_location, scope->shop_feed);
  guint n = request->entries->len;

  for (guint i = first; i < n; i++)
    if (!store_entry (batch, scope, writer, deltas, g_ptr_array_index (request->entries, i),
                      &push->effects[i], error))
      return FALSE;
  if (!mr_stock_flush (batch, deltas, error))
    return FALSE;
  if (n > first)
    {
      const MrEntry *last = g_ptr_array_index (request->entries, n - 1);

      writer->acked = last->n;
      writer->h = last->h;
    }
  return TRUE;
}

static gboolean
ensure_writer (MrBatch *batch, const MrScope *scope, MrId uuid, Writer *writer, GError **error)
{
  return writer->id != 0 ||
         (mr_db_lock (batch->db, MR_CENTER_LOCK_NUMBERS, error) &&
          mr_db_get_int (batch->db, &writer->id, error, SQL_ADD_WRITER, "ibibi", scope->shop_id,
                         uuid.bytes, sizeof uuid.bytes, scope->till_id, writer->h.bytes,
                         sizeof writer->h.bytes, batch->now_us));
}

static void
refuse_chain (MrBatch *batch, MrCall *call, const Writer *writer)
{
  char h[MR_HASH_STRING_SIZE];
  g_autofree char *now = mr_time_format (batch->now_us);
  g_autofree char *more =
      g_strdup_printf (",\"acked\":%" G_GINT64_FORMAT ",\"h\":\"%s\",\"now\":\"%s\"", writer->acked,
                       mr_hash_format (&writer->h, h), now);

  mr_call_reply_problem (call, 409, "fork", "This is not the chain the center has.", more,
                         "The center has this writer's chain up to entry %" G_GINT64_FORMAT
                         "; find the last common entry with GET /v1/chain.",
                         writer->acked);
}

gboolean
mr_handle_journal (MrBatch *batch, MrCall *call, GError **error)
{
  const MrScope *scope = &call->scope;
  const Push *push = call->message;
  const MrJournalRequest *request = push->request;
  MrJournalReply reply;
  gboolean matches;
  guint n_known;
  Writer writer;

  if (!load_writer (batch, scope, request->writer, &writer, error) ||
      !match_chain (batch, scope, &writer, request, &matches, &n_known, error))
    return FALSE;
  if (!matches)
    {
      refuse_chain (batch, call, &writer);
      return TRUE;
    }
  if (n_known < request->entries->len &&
      (!ensure_writer (batch, scope, request->writer, &writer, error) ||
       !store_entries (batch, scope, &writer, push, n_known, error) ||
       !mr_db_run (batch->db, error, SQL_MOVE_WRITER, "ibibi", scope->shop_id,
                   request->writer.bytes, sizeof request->writer.bytes, writer.acked,
                   writer.h.bytes, sizeof writer.h.bytes, scope->till_id)))
    return FALSE;
  if (!mr_db_run (batch->db, error, SQL_SEEN, "iii", scope->shop_id, scope->till_id, batch->now_us))
    return FALSE;
  /* A computer that is no longer the till keeps the letter it has. */
  if (writer.id != 0 && writer.letter[0] == '\0' && !scope->replaced &&
      !mr_enrol_give_letter (batch, scope, writer.id, request->letter, writer.letter, error))
    return FALSE;
  reply = (MrJournalReply){ writer.acked, writer.h, batch->now_us, "" };
  g_strlcpy (reply.letter, writer.letter, sizeof reply.letter);
  mr_call_reply_json (call, 200, mr_journal_reply_to_json (&reply));
  return TRUE;
}

/* --- what an older version kept for this one --- */

typedef struct
{
  MrId till;
  MrEffectOf of;
  char *kind; /* (owned) */
  MrEffect effect;
} Deferred;

static void
clear_deferred (gpointer item)
{
  Deferred *deferred = item;

  g_clear_pointer (&deferred->kind, g_free);
  mr_effect_clear (&deferred->effect);
}

static void
take_deferred (MrQuery *query, GArray *known)
{
  Deferred item = { 0 };
  g_autofree char *body = NULL;
  gconstpointer bytes;
  gsize length;

  if (!mr_query_copy_bytes (query, 0, &item.till, sizeof (MrId)) ||
      !mr_query_copy_bytes (query, 3, &item.of.id, sizeof (MrId)))
    return;
  item.of.writer_id = mr_query_get_int (query, 1);
  item.of.n = mr_query_get_int (query, 2);
  item.of.at_us = mr_query_get_int (query, 6);
  bytes = mr_query_get_bytes (query, 7, &length);
  body = g_strndup (bytes, length);
  mr_effect_read (&item.effect, mr_query_get_text (query, 4), mr_query_get_int (query, 5), body);
  if (item.effect.kind == MR_EFFECT_UNKNOWN_KIND || item.effect.kind == MR_EFFECT_UNKNOWN_SCHEMA)
    {
      mr_effect_clear (&item.effect);
      return;
    }
  item.kind = g_strdup (mr_query_get_text (query, 4));
  g_array_append_val (known, item);
}

gboolean
mr_ingest_apply_late (MrBatch *batch, const MrScope *scope, const MrEffectOf *of, const char *kind,
                      const MrEffect *effect, GError **error)
{
  const char *state = get_state (scope, effect);
  g_autoptr (MrStockDeltas) deltas =
      mr_stock_deltas_new (scope->shop_id, scope->shop_location, scope->shop_feed);

  if (!mr_db_run (batch->db, error, SQL_SET_STATE, "iiis", scope->shop_id, of->writer_id, of->n,
                  state))
    return FALSE;
  if (strcmp (state, "applied") != 0)
    return put_aside (batch, scope, of, kind, effect, state, error);
  return apply_entry (batch, scope, deltas, kind, effect, of, error) &&
         mr_stock_flush (batch, deltas, error);
}

static gboolean
apply_deferred (MrBatch *batch, const Deferred *item, GError **error)
{
  MrScope scope;

  if (!mr_scope_load (batch->db, item->till, &scope, error))
    return FALSE;
  /* It was taken before the till was revoked, if it was. */
  scope.revoked = FALSE;
  return mr_db_run (batch->db, error, SQL_UNDEFER, "iii", scope.shop_id, item->of.writer_id,
                    item->of.n) &&
         mr_ingest_apply_late (batch, &scope, &item->of, item->kind, &item->effect, error);
}

gboolean
mr_ingest_apply_deferred (MrBatch *batch, gpointer data, GError **error)
{
  g_autoptr (GArray) known = g_array_new (FALSE, FALSE, sizeof (Deferred));
  g_autoptr (MrQuery) query = mr_db_select (batch->db, error, SQL_DEFERRED, "");
  MrStep step;

  if (query == NULL)
    return FALSE;
  g_array_set_clear_func (known, clear_deferred);
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    take_deferred (query, known);
  if (step == MR_STEP_ERROR)
    return FALSE;
  for (guint i = 0; i < known->len; i++)
    if (!apply_deferred (batch, &g_array_index (known, Deferred, i), error))
      return FALSE;
  return TRUE;
}
