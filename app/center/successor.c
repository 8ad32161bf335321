/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/successor.h"

#include "wire/entry-body.h"

#include <string.h>

#define SQL_RETIRE_KEY                                                                       \
  "INSERT INTO old_key (till_id, public_key, retired_at) "                                   \
  "SELECT id, public_key, ?3 FROM till WHERE shop_id = ?1 AND id = ?2 AND public_key <> ?4 " \
  "ON CONFLICT (till_id, public_key) DO NOTHING"
#define SQL_APPOINT                                                                \
  "UPDATE till SET public_key = ?3, letter = ?4, enrolled_at = ?5, seen_at = ?5, " \
  "revoked_at = NULL WHERE shop_id = ?1 AND id = ?2"
/* From a backup the new computer goes on in a chain of the old one: not with its letter. */
#define SQL_FORGET_LETTERS "UPDATE writer SET letter = '' WHERE shop_id = ?1 AND till_id = ?2"
#define SQL_OLD_KEYS "SELECT public_key FROM old_key WHERE till_id = ?1"
#define SQL_LAST_SHIFT                                                                            \
  "SELECT shift.writer_id, shift.number, shift.opened_n, shift.closed_n, entry.kind, entry.body " \
  "FROM shift JOIN writer ON writer.shop_id = shift.shop_id AND writer.id = shift.writer_id "     \
  "JOIN entry ON entry.shop_id = shift.shop_id AND entry.writer_id = shift.writer_id "            \
  "AND entry.n = CASE WHEN shift.closed_n > 0 THEN shift.closed_n ELSE shift.opened_n END "       \
  "WHERE shift.shop_id = ?1 AND writer.till_id = ?2 "                                             \
  "ORDER BY shift.number DESC, shift.closed_n DESC, shift.writer_id DESC LIMIT 1"
#define SQL_SINCE                                                                     \
  "SELECT entry.kind, entry.body FROM entry "                                         \
  "JOIN writer ON writer.shop_id = entry.shop_id AND writer.id = entry.writer_id "    \
  "WHERE entry.shop_id = ?1 AND writer.till_id = ?2 AND entry.state = 'applied' AND " \
  "(entry.writer_id > ?3 OR (entry.writer_id = ?3 AND entry.n > ?4)) "                \
  "ORDER BY entry.writer_id, entry.n"

gboolean
mr_successor_appoint (MrBatch *batch, gint64 shop_id, gint64 till_id, const guint8 *public_key,
                      const char *letter, GError **error)
{
  return mr_db_run (batch->db, error, SQL_RETIRE_KEY, "iiib", shop_id, till_id, batch->now_us,
                    public_key, (gsize) 32) &&
         mr_db_run (batch->db, error, SQL_FORGET_LETTERS, "ii", shop_id, till_id) &&
         mr_db_run (batch->db, error, SQL_APPOINT, "iibsi", shop_id, till_id, public_key,
                    (gsize) 32, letter, batch->now_us);
}

gboolean
mr_successor_had_key (MrDb *db, gint64 till_id, gboolean (*matches) (const guint8 *, gpointer),
                      gpointer data, gboolean *had, GError **error)
{
  g_autoptr (MrQuery) query = mr_db_select (db, error, SQL_OLD_KEYS, "i", till_id);
  MrStep step = MR_STEP_ERROR;

  *had = FALSE;
  while (query != NULL && !*had && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      gsize length;
      gconstpointer key = mr_query_get_bytes (query, 0, &length);

      *had = length == 32 && matches (key, data);
    }
  return step != MR_STEP_ERROR;
}

/* --- the shift --- */

static char *
dup_text (MrQuery *query, int column)
{
  gsize length;
  gconstpointer bytes = mr_query_get_bytes (query, column, &length);

  return g_strndup (bytes != NULL ? bytes : "", length);
}

static MrShift *
read_shift (const char *kind, const char *body)
{
  g_autofree char *within =
      strcmp (kind, MR_KIND_TAKEN_OVER) == 0 ? mr_note_body_dup_json (body, "last_shift") : NULL;

  return mr_shift_body_read (within != NULL ? within : body, NULL, NULL);
}

/* Of an open shift: what was rung up since. An entry that does not add up is a person's business. */
static gboolean
add_entries (MrDb *db, gint64 shop_id, gint64 till_id, gint64 writer_id, gint64 n, MrShift *shift,
             GError **error)
{
  g_autoptr (MrQuery) query =
      mr_db_select (db, error, SQL_SINCE, "iiii", shop_id, till_id, writer_id, n);
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      g_autofree char *kind = g_strdup (mr_query_get_text (query, 0));
      g_autofree char *body = dup_text (query, 1);
      g_autoptr (GError) local = NULL;
      MrEntryContext context;

      if (mr_entry_context_read (body, &context, NULL) && context.shift_number == shift->number &&
          !mr_shift_add_entry (shift, kind, body, &local))
        g_message ("shift %" G_GINT64_FORMAT ": %s", shift->number, local->message);
    }
  return step == MR_STEP_DONE;
}

char *
mr_successor_dup_shift (MrDb *db, gint64 shop_id, gint64 till_id, GError **error)
{
  g_autoptr (MrQuery) query = mr_db_select (db, error, SQL_LAST_SHIFT, "ii", shop_id, till_id);
  g_autoptr (MrShift) shift = NULL;
  g_autofree char *kind = NULL;
  g_autofree char *body = NULL;
  gint64 writer_id, n;

  if (query == NULL || mr_query_step (query, error) != MR_STEP_ROW)
    return NULL;
  writer_id = mr_query_get_int (query, 0);
  n = mr_query_get_int (query, 2);
  kind = g_strdup (mr_query_get_text (query, 4));
  body = dup_text (query, 5);
  mr_query_reset (query);
  shift = read_shift (kind, body);
  if (shift == NULL || (shift->state == MR_SHIFT_OPEN &&
                        !add_entries (db, shop_id, till_id, writer_id, n, shift, error)))
    return NULL;
  return mr_shift_body_write (shift, NULL, NULL);
}
