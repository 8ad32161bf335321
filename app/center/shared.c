/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/shared.h"

#include "center/returned.h"

#include <string.h>

#define SQL_HOLD                                                                                 \
  "INSERT INTO held_basket (shop_id, uuid, writer_id, n, sale_uuid, till_id, label, at, staff, " \
  "line_count, total, basket) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
#define SQL_TAKE                                                                                 \
  "INSERT INTO held_taken (shop_id, writer_id, n, held_uuid, sale_uuid, till_id, at, recalled, " \
  "unclaimed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
/* What an early version wrote names the sale only: it was held last under that id. */
#define SQL_FIND_BY_SALE                                                               \
  "SELECT uuid FROM held_basket WHERE shop_id = ?1 AND sale_uuid = ?2 AND NOT EXISTS " \
  "(SELECT 1 FROM held_taken WHERE held_taken.shop_id = held_basket.shop_id "          \
  "AND held_taken.held_uuid = held_basket.uuid) ORDER BY at DESC LIMIT 1"
#define SQL_COUNT_TAKEN "SELECT count(*) FROM held_taken WHERE shop_id = ?1 AND held_uuid = ?2"
#define SQL_COUNT_RECALLED \
  "SELECT count(*) FROM held_taken WHERE shop_id = ?1 AND held_uuid = ?2 AND recalled = 1"
#define SQL_HELD_LABEL \
  "SELECT coalesce((SELECT label FROM held_basket WHERE shop_id = ?1 AND uuid = ?2), '')"
#define SQL_SHOW_UNTIL "UPDATE held_basket SET shown_until = ?3 WHERE shop_id = ?1 AND uuid = ?2"
#define SQL_TWICE                                                         \
  "INSERT INTO taken_twice (shop_id, kind, subject, label, amount, at) "  \
  "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (shop_id, kind, subject) " \
  "DO UPDATE SET amount = excluded.amount, at = excluded.at, settled_at = NULL"
/* Only a till that had more than one life can have printed a number twice. */
#define SQL_COUNT_PARTED                                                              \
  "SELECT count(*) FROM writer one JOIN writer other ON other.shop_id = one.shop_id " \
  "AND other.till_id = one.till_id AND other.id > one.id WHERE one.shop_id = ?1"
#define SQL_COUNT_LABEL "SELECT count(*) FROM sale WHERE shop_id = ?1 AND label = ?2"
#define SQL_TO_PUT_AWAY                                                   \
  "SELECT subject FROM taken_twice WHERE shop_id = ?1 AND kind = ?2 AND " \
  "(?3 = '' OR subject = ?3) AND at <= ?4 AND settled_at IS NULL ORDER BY subject"
#define SQL_PUT_AWAY                                                             \
  "UPDATE taken_twice SET settled_at = ?4 WHERE shop_id = ?1 AND kind = ?2 AND " \
  "subject = ?3"
#define SQL_HELD                                                                          \
  "SELECT home.uuid, held.label, held.at, held.staff, held.line_count, held.total, "      \
  "held.basket, coalesce(held.shown_until, -1), "                                         \
  "(SELECT taker.uuid FROM held_taken JOIN till taker ON taker.id = held_taken.till_id "  \
  "WHERE held_taken.shop_id = held.shop_id AND held_taken.held_uuid = held.uuid "         \
  "ORDER BY held_taken.recalled DESC, held_taken.at, held_taken.writer_id, held_taken.n " \
  "LIMIT 1) "                                                                             \
  "FROM held_basket held JOIN till home ON home.id = held.till_id "                       \
  "WHERE held.shop_id = ?1 AND held.uuid = ?2"
#define SQL_TWICE_ROW                                                                          \
  "SELECT label, amount, at, CASE WHEN settled_at IS NULL THEN 1 ELSE 0 END FROM taken_twice " \
  "WHERE shop_id = ?1 "                                                                        \
  "AND kind = ?2 AND subject = ?3"
#define SQL_HIDE_RECEIPT \
  "UPDATE sale SET shown_until = 0 WHERE shop_id = ?1 AND writer_id = ?2 AND n = ?3"
#define SQL_EXPIRED_RECEIPTS                                                   \
  "SELECT sale.shop_id, sale.uuid, feed.id, sale.writer_id, sale.n FROM sale " \
  "JOIN feed ON feed.kind = 'shop' AND feed.scope_id = sale.shop_id "          \
  "WHERE sale.shown_until > 0 AND sale.shown_until < ?1 ORDER BY sale.shown_until LIMIT 5000"
#define SQL_EXPIRED                                                                        \
  "SELECT held.shop_id, held.uuid, feed.id, held.writer_id, held.n FROM held_basket held " \
  "JOIN feed ON feed.kind = 'shop' AND feed.scope_id = held.shop_id "                      \
  "WHERE held.shown_until > 0 AND held.shown_until < ?1 ORDER BY held.shown_until LIMIT 5000"

/* Of a line of which something came back, when the last of it is as old; its number stands for the entry's. */
#define SQL_EXPIRED_RETURNS                                                                     \
  "SELECT DISTINCT old.shop_id, old.sale_uuid, feed.id, 0, old.line FROM sale_return old "      \
  "JOIN feed ON feed.kind = 'shop' AND feed.scope_id = old.shop_id "                            \
  "WHERE old.shown_until > 0 AND old.shown_until < ?1 AND NOT EXISTS "                          \
  "(SELECT 1 FROM sale_return later WHERE later.shop_id = old.shop_id "                         \
  "AND later.sale_uuid = old.sale_uuid AND later.line = old.line AND later.shown_until >= ?1) " \
  "LIMIT 5000"

typedef enum
{
  SHOWN_HELD,
  SHOWN_RETURNED,
  SHOWN_TWICE,
  SHOWN_OLD_RETURNED,
  SHOWN_OLD_RECEIPT,
  SHOWN_RECEIPT, /* last: published all together */
} ShownKind;

/* A row of a feed that may be another now. */
typedef struct
{
  gint64 feed_id;
  gint64 shop_id;
  ShownKind kind;
  gint64 writer_id; /* of an old receipt: its entry */
  gint64 n;
  char *fields; /* (owned) (nullable) of a receipt: it never changes */
  char *label; /* (owned) (nullable) of a receipt: its number */
  char id[MR_CLAIM_MAX_SUBJECT + MR_ENTRY_MAX_KIND + 2]; /* of the row */
} Shown;

/* --- the set --- */

static guint
hash_shown (gconstpointer key)
{
  const Shown *shown = key;

  return g_str_hash (shown->id) ^ (guint) shown->shop_id ^ ((guint) shown->kind << 24);
}

static gboolean
equal_shown (gconstpointer a, gconstpointer b)
{
  const Shown *left = a, *right = b;

  return left->shop_id == right->shop_id && left->kind == right->kind &&
         strcmp (left->id, right->id) == 0;
}

static void
free_shown (gpointer data)
{
  Shown *shown = data;

  g_free (shown->fields);
  g_free (shown->label);
  g_free (shown);
}

GHashTable *
mr_shared_new_set (void)
{
  return g_hash_table_new_full (hash_shown, equal_shown, free_shown, NULL);
}

static Shown *
show_in (MrBatch *batch, gint64 shop_id, gint64 feed_id, ShownKind kind, const char *id)
{
  Shown *shown = g_new0 (Shown, 1);

  shown->feed_id = feed_id;
  shown->shop_id = shop_id;
  shown->kind = kind;
  g_strlcpy (shown->id, id, sizeof shown->id);
  g_hash_table_add (batch->shared, shown);
  return shown;
}

static Shown *
show (MrBatch *batch, const MrScope *scope, ShownKind kind, const char *id)
{
  return show_in (batch, scope->shop_id, scope->shop_feed, kind, id);
}

void
mr_shared_show_receipt (MrBatch *batch, const MrScope *scope, const MrEffect *effect,
                        const MrEffectOf *of)
{
  char entry_id[MR_ID_STRING_SIZE], till[MR_ID_STRING_SIZE];
  Shown *shown = show (batch, scope, SHOWN_RECEIPT, mr_id_format (of->id, entry_id));

  shown->label = g_strdup (effect->facts.receipt_label);
  shown->fields =
      mr_feed_fields ("ssiis", mr_id_format (scope->till, till), effect->facts.receipt_label,
                      of->at_us, mr_sale_get_totals (effect->sale)->total_minor, effect->body);
}

static void
show_held (MrBatch *batch, const MrScope *scope, MrId hold)
{
  char text[MR_ID_STRING_SIZE];

  show (batch, scope, SHOWN_HELD, mr_id_format (hold, text));
}

/* --- effects --- */

static gboolean
note_twice_in (MrBatch *batch, gint64 shop_id, gint64 feed_id, const char *kind,
               const char *subject, const char *label, gint64 amount, GError **error)
{
  g_autofree char *id = g_strconcat (kind, "/", subject, NULL);

  show_in (batch, shop_id, feed_id, SHOWN_TWICE, id);
  return mr_db_run (batch->db, error, SQL_TWICE, "isssii", shop_id, kind, subject, label, amount,
                    batch->now_us);
}

static gboolean
note_twice (MrBatch *batch, const MrScope *scope, const char *kind, const char *subject,
            const char *label, gint64 amount, GError **error)
{
  return note_twice_in (batch, scope->shop_id, scope->shop_feed, kind, subject, label, amount,
                        error);
}

/* Whoever took @hold, in whatever order the tills told of it. */
static gboolean
look_at_held (MrBatch *batch, const MrScope *scope, MrId hold, GError **error)
{
  gint64 n_taken = 0, n_recalled = 0;
  g_autofree char *label = NULL;
  char text[MR_ID_STRING_SIZE];

  show_held (batch, scope, hold);
  if (!mr_db_get_int (batch->db, &n_taken, error, SQL_COUNT_TAKEN, "ib", scope->shop_id, hold.bytes,
                      sizeof hold.bytes) ||
      !mr_db_get_int (batch->db, &n_recalled, error, SQL_COUNT_RECALLED, "ib", scope->shop_id,
                      hold.bytes, sizeof hold.bytes))
    return FALSE;
  if (n_taken > 0 && !mr_db_run (batch->db, error, SQL_SHOW_UNTIL, "ibi", scope->shop_id,
                                 hold.bytes, sizeof hold.bytes, batch->now_us + MR_SHARED_SHOWN_US))
    return FALSE;
  if (n_recalled < 2)
    return TRUE;
  label = mr_db_get_text (batch->db, error, SQL_HELD_LABEL, "ib", scope->shop_id, hold.bytes,
                          sizeof hold.bytes);
  return label != NULL && note_twice (batch, scope, MR_CLAIM_HELD, mr_id_format (hold, text), label,
                                      n_recalled - 1, error);
}

gboolean
mr_shared_apply_held (MrBatch *batch, const MrScope *scope, const MrEffect *effect,
                      const MrEffectOf *of, GError **error)
{
  const MrHeldBody *held = &effect->held;

  return mr_db_run (batch->db, error, SQL_HOLD, "ibiibisiiiis", scope->shop_id, of->id.bytes,
                    sizeof of->id.bytes, of->writer_id, of->n, held->sale.bytes,
                    sizeof held->sale.bytes, scope->till_id, held->label, of->at_us,
                    effect->context.staff_number, (gint64) held->n_lines, held->total_minor,
                    held->basket != NULL ? held->basket : "") &&
         look_at_held (batch, scope, of->id, error);
}

gboolean
mr_shared_apply_return (MrBatch *batch, const MrScope *scope, const MrLine *line,
                        const MrEffectOf *of, GError **error)
{
  char id[MR_RETURNED_ID_SIZE];

  show (batch, scope, SHOWN_RETURNED, mr_returned_format_id (line->origin, id));
  return mr_returned_book (batch, scope, line, of, batch->now_us + MR_SHARED_SHOWN_US, error);
}

static gboolean
find_hold (MrBatch *batch, const MrScope *scope, const MrHeldBody *held, MrId *hold, GError **error)
{
  g_autoptr (MrQuery) query = NULL;
  gconstpointer bytes;
  gsize length;
  MrStep step;

  *hold = mr_id_is_none (held->hold) ? held->sale : held->hold;
  if (!mr_id_is_none (held->hold))
    return TRUE;
  query = mr_db_select (batch->db, error, SQL_FIND_BY_SALE, "ib", scope->shop_id, held->sale.bytes,
                        sizeof held->sale.bytes);
  step = query != NULL ? mr_query_step (query, error) : MR_STEP_ERROR;
  if (step != MR_STEP_ROW)
    return step == MR_STEP_DONE;
  bytes = mr_query_get_bytes (query, 0, &length);
  if (length == sizeof hold->bytes)
    memcpy (hold->bytes, bytes, length);
  return TRUE;
}

gboolean
mr_shared_apply_taken (MrBatch *batch, const MrScope *scope, const MrEffect *effect,
                       const MrEffectOf *of, GError **error)
{
  const MrHeldBody *held = &effect->held;
  MrId hold;

  return find_hold (batch, scope, held, &hold, error) &&
         mr_db_run (batch->db, error, SQL_TAKE, "iiibbiiii", scope->shop_id, of->writer_id, of->n,
                    hold.bytes, sizeof hold.bytes, held->sale.bytes, sizeof held->sale.bytes,
                    scope->till_id, of->at_us, (gint64) (effect->kind == MR_EFFECT_RECALLED),
                    (gint64) (held->unclaimed != 0)) &&
         look_at_held (batch, scope, hold, error);
}

gboolean
mr_shared_count_taken (MrBatch *batch, const MrScope *scope, const char *subject, gint64 *n,
                       GError **error)
{
  MrId hold;

  *n = 0;
  /* No basket has such a name, so nobody has taken it. */
  if (!mr_id_parse (subject, &hold))
    return TRUE;
  return mr_db_get_int (batch->db, n, error, SQL_COUNT_TAKEN, "ib", scope->shop_id, hold.bytes,
                        sizeof hold.bytes);
}

gboolean
mr_shared_apply_put_away (MrBatch *batch, const MrScope *scope, const MrEffect *effect,
                          GError **error)
{
  g_autoptr (GPtrArray) subjects = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (MrQuery) query =
      mr_db_select (batch->db, error, SQL_TO_PUT_AWAY, "issi", scope->shop_id, effect->what,
                    effect->subject, effect->upto_us);
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    g_ptr_array_add (subjects, g_strdup (mr_query_get_text (query, 0)));
  for (guint i = 0; i < subjects->len && step == MR_STEP_DONE; i++)
    {
      const char *subject = g_ptr_array_index (subjects, i);
      g_autofree char *id = g_strconcat (effect->what, "/", subject, NULL);

      if (!mr_db_run (batch->db, error, SQL_PUT_AWAY, "issi", scope->shop_id, effect->what, subject,
                      batch->now_us))
        return FALSE;
      show (batch, scope, SHOWN_TWICE, id);
    }
  return step == MR_STEP_DONE;
}

/* --- numbers that two computers printed --- */

static gboolean
look_at_label (MrBatch *batch, const Shown *shown, GError **error)
{
  gint64 n = 0;

  if (!mr_db_get_int (batch->db, &n, error, SQL_COUNT_LABEL, "is", shown->shop_id, shown->label))
    return FALSE;
  return n < 2 || note_twice_in (batch, shown->shop_id, shown->feed_id, MR_TWICE_NUMBER,
                                 shown->label, shown->label, n - 1, error);
}

/* Once the feeds are locked: another center may be booking the other computer's sales. @sorted: by feed. */
static gboolean
look_for_doubled (MrBatch *batch, GPtrArray *sorted, GError **error)
{
  gint64 shop_id = 0, n_parted = 0;

  for (guint i = 0; i < sorted->len; i++)
    {
      const Shown *shown = g_ptr_array_index (sorted, i);

      if (shown->label == NULL)
        continue;
      if (shown->shop_id != shop_id &&
          !mr_db_get_int (batch->db, &n_parted, error, SQL_COUNT_PARTED, "i", shown->shop_id))
        return FALSE;
      shop_id = shown->shop_id;
      if (n_parted > 0 && !look_at_label (batch, shown, error))
        return FALSE;
    }
  return TRUE;
}

/* --- the feed --- */

static void
format_id (MrQuery *query, int column, char out[MR_ID_STRING_SIZE])
{
  gsize length = 0;
  gconstpointer bytes = mr_query_get_bytes (query, column, &length);
  MrId id;

  out[0] = '\0';
  if (bytes == NULL || length != sizeof id.bytes)
    return;
  memcpy (id.bytes, bytes, length);
  mr_id_format (id, out);
}

static gboolean
publish_held (MrBatch *batch, const Shown *shown, GError **error)
{
  g_autoptr (MrQuery) query = NULL;
  g_autofree char *fields = NULL;
  char home[MR_ID_STRING_SIZE], taker[MR_ID_STRING_SIZE];
  MrStep step;
  MrId hold;

  if (!mr_id_parse (shown->id, &hold))
    return TRUE;
  query = mr_db_select (batch->db, error, SQL_HELD, "ib", shown->shop_id, hold.bytes,
                        sizeof hold.bytes);
  step = query != NULL ? mr_query_step (query, error) : MR_STEP_ERROR;
  /* Its call was refused after all, or the till that held it has not told yet. */
  if (step != MR_STEP_ROW)
    return step == MR_STEP_DONE;
  if (mr_query_get_int (query, 7) == 0)
    return mr_feed_tombstone (batch->feeds, shown->feed_id, "held", shown->id, error);
  format_id (query, 0, home);
  format_id (query, 8, taker);
  fields = mr_feed_fields ("ssiiiiss", home, mr_query_get_text (query, 1),
                           mr_query_get_int (query, 2), mr_query_get_int (query, 3),
                           mr_query_get_int (query, 4), mr_query_get_int (query, 5),
                           *taker != '\0' ? "" : mr_query_get_text (query, 6), taker);
  return mr_feed_publish (batch->feeds, shown->feed_id, "held", shown->id, fields, error);
}

/* A sale that was booked stays booked: nothing has to be looked up. */
static gboolean
publish_receipt (MrBatch *batch, const Shown *shown, GError **error)
{
  return mr_feed_publish_later (batch->feeds, shown->feed_id, "receipt", shown->id, shown->fields,
                                error);
}

static gboolean
remove_receipt (MrBatch *batch, const Shown *shown, GError **error)
{
  return mr_feed_tombstone (batch->feeds, shown->feed_id, "receipt", shown->id, error);
}

static gboolean
publish_twice (MrBatch *batch, const Shown *shown, GError **error)
{
  const char *slash = strchr (shown->id, '/');
  g_autofree char *kind = g_strndup (shown->id, (gsize) (slash - shown->id));
  g_autoptr (MrQuery) query =
      mr_db_select (batch->db, error, SQL_TWICE_ROW, "iss", shown->shop_id, kind, slash + 1);
  MrStep step = query != NULL ? mr_query_step (query, error) : MR_STEP_ERROR;
  g_autofree char *fields = NULL;

  if (step != MR_STEP_ROW)
    return step == MR_STEP_DONE;
  if (mr_query_get_int (query, 3) == 0)
    return mr_feed_tombstone (batch->feeds, shown->feed_id, "taken_twice", shown->id, error);
  fields = mr_feed_fields ("ssii", kind, mr_query_get_text (query, 0), mr_query_get_int (query, 1),
                           mr_query_get_int (query, 2));
  return mr_feed_publish (batch->feeds, shown->feed_id, "taken_twice", shown->id, fields, error);
}

/* Goods in hand are never refused: what came back too often is told to the owner, and here, where the feed's row
 * lets nobody else look at the same line. */
static gboolean
publish_returned_twice (MrBatch *batch, const Shown *shown, const char *label,
                        gint64 too_much_milli, GError **error)
{
  Shown twice = { .feed_id = shown->feed_id, .shop_id = shown->shop_id, .kind = SHOWN_TWICE };

  g_snprintf (twice.id, sizeof twice.id, "%s/%s", MR_CLAIM_RETURN, shown->id);
  return mr_db_run (batch->db, error, SQL_TWICE, "isssii", shown->shop_id, MR_CLAIM_RETURN,
                    shown->id, label, too_much_milli, batch->now_us) &&
         publish_twice (batch, &twice, error);
}

static gboolean
publish_returned (MrBatch *batch, const Shown *shown, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *label = NULL;
  gint64 too_much_milli;
  g_autofree char *fields = mr_returned_dup_fields (batch, shown->shop_id, shown->id,
                                                    &too_much_milli, &label, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  /* Its call was refused after all. */
  if (fields == NULL)
    return TRUE;
  return mr_feed_publish (batch->feeds, shown->feed_id, "returned", shown->id, fields, error) &&
         (too_much_milli == 0 ||
          publish_returned_twice (batch, shown, label, too_much_milli, error));
}

static gboolean
remove_returned (MrBatch *batch, const Shown *shown, GError **error)
{
  return mr_feed_tombstone (batch->feeds, shown->feed_id, "returned", shown->id, error);
}

static int
compare_shown (gconstpointer a, gconstpointer b)
{
  const Shown *left = *(const Shown *const *) a, *right = *(const Shown *const *) b;

  if (left->feed_id != right->feed_id)
    return left->feed_id < right->feed_id ? -1 : 1;
  return left->kind != right->kind ? (left->kind < right->kind ? -1 : 1)
                                   : strcmp (left->id, right->id);
}

void
mr_shared_list_feeds (MrBatch *batch, GArray *ids)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, batch->shared);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_array_append_val (ids, ((const Shown *) key)->feed_id);
}

static gboolean (*const publishers[]) (MrBatch *, const Shown *, GError **) = {
  [SHOWN_OLD_RETURNED] = remove_returned, [SHOWN_OLD_RECEIPT] = remove_receipt,
  [SHOWN_RECEIPT] = publish_receipt,      [SHOWN_HELD] = publish_held,
  [SHOWN_RETURNED] = publish_returned,    [SHOWN_TWICE] = publish_twice,
};

static GPtrArray *
sort_shown (MrBatch *batch)
{
  GPtrArray *sorted = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, batch->shared);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_ptr_array_add (sorted, key);
  g_ptr_array_sort (sorted, compare_shown);
  return sorted;
}

gboolean
mr_shared_publish (MrBatch *batch, GError **error)
{
  g_autoptr (GPtrArray) booked = sort_shown (batch);
  g_autoptr (GPtrArray) sorted = NULL;

  if (!look_for_doubled (batch, booked, error))
    return FALSE;
  sorted = sort_shown (batch);
  for (guint i = 0; i < sorted->len; i++)
    {
      const Shown *shown = g_ptr_array_index (sorted, i);

      if (!publishers[shown->kind](batch, shown, error))
        return FALSE;
    }
  return TRUE;
}

/* --- what is over --- */

static gboolean
hide (MrBatch *batch, const Shown *shown, GError **error)
{
  MrId id;

  if (shown->kind == SHOWN_OLD_RECEIPT)
    return mr_db_run (batch->db, error, SQL_HIDE_RECEIPT, "iii", shown->shop_id, shown->writer_id,
                      shown->n);
  if (shown->kind == SHOWN_OLD_RETURNED)
    return mr_returned_hide (batch, shown->shop_id, shown->id, error);
  return !mr_id_parse (shown->id, &id) ||
         mr_db_run (batch->db, error, SQL_SHOW_UNTIL, "ibi", shown->shop_id, id.bytes,
                    sizeof id.bytes, (gint64) 0);
}

static gboolean
expire (MrBatch *batch, ShownKind kind, const char *sql, GError **error)
{
  g_autoptr (GPtrArray) expired = g_ptr_array_new ();
  g_autoptr (MrQuery) query = mr_db_select (batch->db, error, sql, "i", batch->now_us);
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      Shown *shown = g_new0 (Shown, 1);

      shown->shop_id = mr_query_get_int (query, 0);
      shown->feed_id = mr_query_get_int (query, 2);
      shown->writer_id = mr_query_get_int (query, 3);
      shown->n = mr_query_get_int (query, 4);
      shown->kind = kind;
      format_id (query, 1, shown->id);
      if (kind == SHOWN_OLD_RETURNED)
        g_snprintf (shown->id + strlen (shown->id), 16, "/%" G_GINT64_FORMAT, shown->n);
      g_hash_table_add (batch->shared, shown);
      g_ptr_array_add (expired, shown);
    }
  for (guint i = 0; i < expired->len && step == MR_STEP_DONE; i++)
    if (!hide (batch, g_ptr_array_index (expired, i), error))
      return FALSE;
  return step == MR_STEP_DONE;
}

gboolean
mr_shared_expire (MrBatch *batch, gpointer data, GError **error)
{
  return expire (batch, SHOWN_OLD_RETURNED, SQL_EXPIRED_RETURNS, error) &&
         expire (batch, SHOWN_OLD_RECEIPT, SQL_EXPIRED_RECEIPTS, error) &&
         expire (batch, SHOWN_HELD, SQL_EXPIRED, error);
}
