/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/claim.h"

#include "center/returned.h"
#include "center/shared.h"

#include <string.h>

#define CLAIM_LIFE_US (10 * G_TIME_SPAN_MINUTE)
/* How long a claim that nobody confirmed can still be looked at. */
#define CLAIM_KEPT_US (30 * G_TIME_SPAN_DAY)

#define SQL_FIND "SELECT till_id, kind, subject, state FROM claim WHERE shop_id = ?1 AND key = ?2"
/* What others hold of the subject now. */
#define SQL_HELD                                                                                 \
  "SELECT CAST(coalesce(sum(amount), 0) AS bigint) FROM claim WHERE shop_id = ?1 AND kind = ?2 " \
  "AND subject = ?3 AND key <> ?4 AND state = 'held' AND expires_at > ?5"
#define SQL_N_HELD                                                                \
  "SELECT count(*) FROM claim WHERE shop_id = ?1 AND kind = ?2 AND subject = ?3 " \
  "AND key <> ?4 AND state = 'held' AND amount > 0 AND expires_at > ?5"
/* What was used up for good, for kinds of which the center knows no more than their claims. */
#define SQL_USED                                                                                 \
  "SELECT CAST(coalesce(sum(amount), 0) AS bigint) FROM claim WHERE shop_id = ?1 AND kind = ?2 " \
  "AND subject = ?3 AND key <> ?4 AND state = 'confirmed'"
#define SQL_N_USED                                                                \
  "SELECT count(*) FROM claim WHERE shop_id = ?1 AND kind = ?2 AND subject = ?3 " \
  "AND key <> ?4 AND state = 'confirmed'"
#define SQL_HOLD                                                                                 \
  "INSERT INTO claim (shop_id, key, till_id, kind, subject, amount, state, reason, expires_at) " \
  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'held', '', ?7) "                                             \
  "ON CONFLICT (shop_id, key) DO UPDATE SET state = 'held', amount = excluded.amount, "          \
  "expires_at = excluded.expires_at"
#define SQL_CONFIRM \
  "UPDATE claim SET state = 'confirmed' WHERE shop_id = ?1 AND key = ?2 AND state = 'held'"
#define SQL_FORGET "DELETE FROM claim WHERE state = 'held' AND expires_at < ?1"

void
mr_parsed_claim_free (gpointer message)
{
  mr_claim_request_free (message);
}

gpointer
mr_parse_claim (MrCall *call, GError **error)
{
  return mr_claim_request_from_json (call->request.body, (gssize) call->request.length, error);
}

/* FALSE after having replied, or with @error: the key must not have been used for something else. */
static gboolean
check_key (MrBatch *batch, MrCall *call, const MrClaimRequest *claim, GError **error)
{
  g_autoptr (MrQuery) query =
      mr_db_select (batch->db, error, SQL_FIND, "is", call->scope.shop_id, claim->key);
  MrStep step;

  if (query == NULL)
    return FALSE;
  step = mr_query_step (query, error);
  if (step != MR_STEP_ROW)
    return step == MR_STEP_DONE;
  if (mr_query_get_int (query, 0) == call->scope.till_id &&
      strcmp (mr_query_get_text (query, 1), claim->kind) == 0 &&
      strcmp (mr_query_get_text (query, 2), claim->subject) == 0 &&
      strcmp (mr_query_get_text (query, 3), "confirmed") != 0)
    return TRUE;
  mr_call_reply_problem (call, 409, "key-used", "This key was used for something else.", NULL,
                         "Draw a new key for a new claim.");
  return FALSE;
}

/* What entries say was used of the subject, and how much there is, where the center knows it itself;
 * @of is left as it is where it does not. */
static gboolean
find_used (MrBatch *batch, const MrCall *call, const MrClaimRequest *claim, gint64 *used,
           gint64 *of, GError **error)
{
  const MrScope *scope = &call->scope;

  if (strcmp (claim->kind, MR_CLAIM_HELD) == 0)
    return mr_shared_count_taken (batch, scope, claim->subject, used, error);
  if (strcmp (claim->kind, MR_CLAIM_RETURN) == 0)
    return mr_returned_count (batch, scope, claim->subject, used, error);
  return mr_db_get_int (batch->db, used, error, *of < 0 ? SQL_N_USED : SQL_USED, "isss",
                        scope->shop_id, claim->kind, claim->subject, claim->key);
}

static gboolean
is_free (MrBatch *batch, const MrCall *call, const MrClaimRequest *claim, gboolean *available,
         GError **error)
{
  gint64 held = 0, used = 0, of = claim->of;

  if (!find_used (batch, call, claim, &used, &of, error) ||
      !mr_db_get_int (batch->db, &held, error, of < 0 ? SQL_N_HELD : SQL_HELD, "isssi",
                      call->scope.shop_id, claim->kind, claim->subject, claim->key, batch->now_us))
    return FALSE;
  /* Who gives up what it held is never refused. */
  *available = claim->amount == 0 ? TRUE
               : of < 0           ? held == 0 && used == 0
                                  : claim->amount <= of - used - held;
  return TRUE;
}

gboolean
mr_handle_claim (MrBatch *batch, MrCall *call, GError **error)
{
  const MrClaimRequest *claim = call->message;
  const MrClaimReply reply = { claim->key, batch->now_us + CLAIM_LIFE_US, batch->now_us };
  g_autoptr (GError) local_error = NULL;
  gboolean available;

  /* What is free is a sum over rows: only one at a time may look and take. */
  if (!mr_db_lock (batch->db, MR_CENTER_LOCK_CLAIMS (call->scope.shop_id), error))
    return FALSE;
  if (!check_key (batch, call, claim, &local_error))
    {
      if (local_error != NULL)
        g_propagate_error (error, g_steal_pointer (&local_error));
      return mr_call_is_answered (call);
    }
  if (!is_free (batch, call, claim, &available, error))
    return FALSE;
  if (!available)
    {
      mr_call_reply_problem (
          call, 409, "taken", "Somebody else has it.", NULL,
          "Another till holds it or has used it; it may be free again in %d minutes.",
          (int) (CLAIM_LIFE_US / G_TIME_SPAN_MINUTE));
      return TRUE;
    }
  if (!mr_db_run (batch->db, error, SQL_HOLD, "isissii", call->scope.shop_id, claim->key,
                  call->scope.till_id, claim->kind, claim->subject, claim->amount,
                  reply.expires_us))
    return FALSE;
  mr_call_reply_json (call, 200, mr_claim_reply_to_json (&reply));
  return TRUE;
}

gboolean
mr_claim_confirm (MrBatch *batch, const MrScope *scope, const char *key, GError **error)
{
  return mr_db_run (batch->db, error, SQL_CONFIRM, "is", scope->shop_id, key);
}

gboolean
mr_claim_forget_old (MrBatch *batch, GError **error)
{
  return mr_db_run (batch->db, error, SQL_FORGET, "i", batch->now_us - CLAIM_KEPT_US);
}
