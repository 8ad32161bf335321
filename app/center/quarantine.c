/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/quarantine.h"

#include "center/ingest.h"
#include "center/network.h"

#include <string.h>

#define SQL_ADD                                                                     \
  "INSERT INTO quarantine (shop_id, writer_id, n, reason, at, cause, settled_how) " \
  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, '') "                                            \
  "ON CONFLICT (shop_id, writer_id, n) DO UPDATE SET reason = excluded.reason, "    \
  "cause = excluded.cause"
#define SQL_SETTLE                                           \
  "UPDATE quarantine SET settled_at = ?4, settled_how = ?5 " \
  "WHERE shop_id = ?1 AND writer_id = ?2 AND n = ?3"
#define SQL_SET_STATE "UPDATE entry SET state = ?4 WHERE shop_id = ?1 AND writer_id = ?2 AND n = ?3"
#define SQL_UNDEFER "DELETE FROM deferred WHERE shop_id = ?1 AND writer_id = ?2 AND n = ?3"
#define SQL_N_MOVED "SELECT count(*) FROM movement WHERE shop_id = ?1 AND writer_id = ?2 AND n = ?3"
/* What waits is little, whatever the shop has sold: from there to the entries. */
#define SQL_WAITING                                                                              \
  "SELECT till.uuid, waits.writer_id, waits.n, entry.uuid, entry.kind, entry.schema, entry.at, " \
  "entry.body, waits.cause, waits.reason, till.number FROM ("                                    \
  "SELECT shop_id, writer_id, n, cause, reason FROM quarantine "                                 \
  "WHERE shop_id = ?1 AND settled_at IS NULL UNION ALL "                                         \
  "SELECT shop_id, writer_id, n, cause, '' FROM deferred "                                       \
  "WHERE shop_id = ?1 AND cause = 'revoked') waits "                                             \
  "JOIN entry ON entry.shop_id = waits.shop_id AND entry.writer_id = waits.writer_id "           \
  "AND entry.n = waits.n "                                                                       \
  "JOIN writer ON writer.shop_id = waits.shop_id AND writer.id = waits.writer_id "               \
  "JOIN till ON till.shop_id = waits.shop_id AND till.id = writer.till_id "                      \
  "ORDER BY waits.writer_id, waits.n"

static const char REVOKED[] = "It was sent after its till was revoked, and waits for your word.";

/* --- noting --- */

static gboolean
publish (MrBatch *batch, const MrScope *scope, const MrEffectOf *of, const char *kind,
         const MrEffect *effect, const MrObjection *objection, GError **error)
{
  gint64 amount_minor = effect->sale != NULL ? mr_sale_get_totals (effect->sale)->total_minor : 0;
  char id[MR_ID_STRING_SIZE];
  g_autofree char *fields =
      mr_feed_fields ("sisisis", objection->cause, scope->till_number, kind, of->at_us,
                      effect->facts.receipt_label, amount_minor, objection->reason);

  return mr_feed_publish (batch->feeds, scope->shop_feed, "waiting", mr_id_format (of->id, id),
                          fields, error);
}

gboolean
mr_quarantine_add (MrBatch *batch, const MrScope *scope, const MrEffectOf *of, const char *kind,
                   const MrEffect *effect, const MrObjection *objection, GError **error)
{
  return mr_db_run (batch->db, error, SQL_ADD, "iiisis", scope->shop_id, of->writer_id, of->n,
                    objection->reason, batch->now_us, objection->cause) &&
         publish (batch, scope, of, kind, effect, objection, error);
}

gboolean
mr_quarantine_hold (MrBatch *batch, const MrScope *scope, const MrEffectOf *of, const char *kind,
                    const MrEffect *effect, GError **error)
{
  const MrObjection revoked = { "revoked", (char *) REVOKED };

  /* What nothing follows from need not be decided about one by one. */
  return effect->kind == MR_EFFECT_NONE ||
         publish (batch, scope, of, kind, effect, &revoked, error);
}

/* --- what waits --- */

typedef struct
{
  MrId till;
  gint64 till_number;
  MrEffectOf of;
  char *kind; /* (owned) */
  gint64 schema;
  char *body; /* (owned) */
  char *cause; /* (owned) */
  char *reason; /* (owned) */
} Waiting;

static void
clear_waiting (gpointer item)
{
  Waiting *waiting = item;

  g_free (waiting->kind);
  g_free (waiting->body);
  g_free (waiting->cause);
  g_free (waiting->reason);
}

static void
take_waiting (MrQuery *query, GArray *all)
{
  Waiting item = { 0 };
  gconstpointer bytes;
  gsize length;

  if (!mr_query_copy_bytes (query, 0, &item.till, sizeof (MrId)) ||
      !mr_query_copy_bytes (query, 3, &item.of.id, sizeof (MrId)))
    return;
  item.of.writer_id = mr_query_get_int (query, 1);
  item.of.n = mr_query_get_int (query, 2);
  item.kind = g_strdup (mr_query_get_text (query, 4));
  item.schema = mr_query_get_int (query, 5);
  item.of.at_us = mr_query_get_int (query, 6);
  bytes = mr_query_get_bytes (query, 7, &length);
  item.body = g_strndup (bytes, length);
  item.cause = g_strdup (mr_query_get_text (query, 8));
  item.reason =
      g_strdup (strcmp (item.cause, "revoked") == 0 ? REVOKED : mr_query_get_text (query, 9));
  item.till_number = mr_query_get_int (query, 10);
  g_array_append_val (all, item);
}

static GArray *
load_waiting (MrDb *db, gint64 shop_id, GError **error)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (Waiting));
  g_autoptr (MrQuery) query = mr_db_select (db, error, SQL_WAITING, "i", shop_id);
  MrStep step;

  if (query == NULL)
    return NULL;
  g_array_set_clear_func (all, clear_waiting);
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    take_waiting (query, all);
  return step == MR_STEP_DONE ? g_steal_pointer (&all) : NULL;
}

char *
mr_quarantine_list (MrDb *db, const char *shop, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GArray) all = NULL;
  MrNetworkShop found;

  if (!mr_network_find_shop (db, shop, &found, error) ||
      (all = load_waiting (db, found.id, error)) == NULL)
    return NULL;
  for (guint i = 0; i < all->len; i++)
    {
      const Waiting *item = &g_array_index (all, Waiting, i);
      g_autofree char *at = mr_time_format (item->of.at_us);
      char id[MR_ID_STRING_SIZE];

      g_string_append_printf (out,
                              "%s\t%" G_GINT64_FORMAT "\t%" G_GINT64_FORMAT "\t%s\t%s\t%s\t%s\n",
                              mr_id_format (item->of.id, id), item->till_number, item->of.n,
                              item->kind, at, item->cause, item->reason);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* --- settling --- */

void
mr_settling_clear (MrSettling *self)
{
  g_clear_pointer (&self->reason, g_free);
}

static gboolean
is_held (const Waiting *item)
{
  return strcmp (item->cause, "revoked") == 0;
}

static gboolean
close_case (MrBatch *batch, const MrScope *scope, const Waiting *item, const char *how,
            GError **error)
{
  char id[MR_ID_STRING_SIZE];

  return mr_db_run (batch->db, error, SQL_SETTLE, "iiiis", scope->shop_id, item->of.writer_id,
                    item->of.n, batch->now_us, how) &&
         mr_feed_tombstone (batch->feeds, scope->shop_feed, "waiting",
                            mr_id_format (item->of.id, id), error) &&
         mr_batch_note (batch, "console", "entry-settled", id, error);
}

/* Not to be booked: by hand, or not at all. */
static gboolean
set_aside (MrBatch *batch, const MrScope *scope, const Waiting *item, const char *how,
           GError **error)
{
  if (is_held (item) &&
      (!mr_db_run (batch->db, error, SQL_UNDEFER, "iii", scope->shop_id, item->of.writer_id,
                   item->of.n) ||
       !mr_db_run (batch->db, error, SQL_ADD, "iiisis", scope->shop_id, item->of.writer_id,
                   item->of.n, item->reason, batch->now_us, item->cause)))
    return FALSE;
  return close_case (batch, scope, item, how, error);
}

/* The whole effect where nothing of it happened yet, else what comes after the goods. */
static gboolean
apply_again (MrBatch *batch, const MrScope *scope, const Waiting *item, const MrEffect *effect,
             MrObjection *objection, GError **error)
{
  g_autoptr (MrStockDeltas) deltas = NULL;
  gint64 n_moved = 0;

  if (!mr_db_get_int (batch->db, &n_moved, error, SQL_N_MOVED, "iii", scope->shop_id,
                      item->of.writer_id, item->of.n))
    return FALSE;
  if (n_moved > 0)
    return mr_effect_book (batch, scope, effect, &item->of, objection, error);
  deltas = mr_stock_deltas_new (scope->shop_id, scope->shop_location, scope->shop_feed);
  return mr_effect_apply (batch, scope, deltas, effect, &item->of, objection, error) &&
         mr_stock_flush (batch, deltas, error);
}

static gboolean
book_again (MrBatch *batch, const MrScope *scope, const Waiting *item, const MrEffect *effect,
            MrSettling *settling, GError **error)
{
  g_auto (MrObjection) objection = { NULL };

  /* Some of its lines have moved, and one never can. */
  if (strcmp (item->cause, "stock") == 0)
    objection = (MrObjection){ "stock", g_strdup (item->reason) };
  else if (effect->kind == MR_EFFECT_BROKEN)
    objection = (MrObjection){ "unreadable", g_strdup (effect->reason) };
  else if (!apply_again (batch, scope, item, effect, &objection, error))
    return FALSE;
  if (objection.cause == NULL)
    {
      settling->n_settled++;
      return mr_db_run (batch->db, error, SQL_SET_STATE, "iiis", scope->shop_id, item->of.writer_id,
                        item->of.n, "applied") &&
             close_case (batch, scope, item, "booked", error);
    }
  settling->n_refused++;
  g_free (settling->reason);
  settling->reason = g_strdup (objection.reason);
  return mr_quarantine_add (batch, scope, &item->of, item->kind, effect, &objection, error);
}

static gboolean
release (MrBatch *batch, MrScope *scope, const Waiting *item, const MrEffect *effect,
         MrSettling *settling, GError **error)
{
  char id[MR_ID_STRING_SIZE];

  /* By the word of whoever asks, as if the till had never been revoked. */
  scope->revoked = FALSE;
  settling->n_settled++;
  return mr_feed_tombstone (batch->feeds, scope->shop_feed, "waiting",
                            mr_id_format (item->of.id, id), error) &&
         mr_db_run (batch->db, error, SQL_UNDEFER, "iii", scope->shop_id, item->of.writer_id,
                    item->of.n) &&
         mr_ingest_apply_late (batch, scope, &item->of, item->kind, effect, error) &&
         mr_batch_note (batch, "console", "entry-released", id, error);
}

static gboolean
settle_one (MrBatch *batch, const Waiting *item, MrSettling *settling, GError **error)
{
  MrEffect effect;
  MrScope scope;
  gboolean done;

  if (!mr_scope_load (batch->db, item->till, &scope, error))
    return FALSE;
  if (settling->how != MR_SETTLE_BOOK)
    {
      settling->n_settled++;
      return set_aside (batch, &scope, item,
                        settling->how == MR_SETTLE_DROP ? "dropped" : "by-hand", error);
    }
  mr_effect_read (&effect, item->kind, item->schema, item->body);
  done = is_held (item) ? release (batch, &scope, item, &effect, settling, error)
                        : book_again (batch, &scope, item, &effect, settling, error);
  mr_effect_clear (&effect);
  return done;
}

gboolean
mr_quarantine_settle (MrBatch *batch, gpointer data, GError **error)
{
  MrSettling *settling = data;
  g_autoptr (GArray) all = NULL;
  MrNetworkShop shop;
  MrId wanted = MR_ID_NONE;
  gboolean found = settling->entry == NULL;

  settling->n_settled = settling->n_refused = 0;
  mr_settling_clear (settling);
  if (settling->entry != NULL && !mr_id_parse (settling->entry, &wanted))
    {
      g_set_error (error, MR_NETWORK_ERROR, MR_NETWORK_ERROR_INVALID,
                   "“%s” is no entry's id; “waiting list” tells them", settling->entry);
      return FALSE;
    }
  if (!mr_network_find_shop (batch->db, settling->shop, &shop, error) ||
      (all = load_waiting (batch->db, shop.id, error)) == NULL)
    return FALSE;
  for (guint i = 0; i < all->len; i++)
    {
      const Waiting *item = &g_array_index (all, Waiting, i);

      if (settling->entry != NULL && !mr_id_equal (item->of.id, wanted))
        continue;
      found = TRUE;
      if (!settle_one (batch, item, settling, error))
        return FALSE;
    }
  if (!found)
    g_set_error (error, MR_NETWORK_ERROR, MR_NETWORK_ERROR_MISSING,
                 "no entry %s of this shop waits for anybody", settling->entry);
  return found;
}
