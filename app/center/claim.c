/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/call.h"
#include "wire/json.h"

#include <string.h>

#define CLAIM_LIFE_US (10 * G_TIME_SPAN_MINUTE)

#define SQL_FIND \
  "SELECT till_id, kind, subject, amount, state FROM claim WHERE shop_id = ?1 AND key = ?2"
/* What others hold of the subject now, or have used up for good. */
#define SQL_TAKEN                                                                                \
  "SELECT CAST(coalesce(sum(amount), 0) AS bigint) FROM claim WHERE shop_id = ?1 AND kind = ?2 " \
  "AND subject = ?3 "                                                                            \
  "AND key <> ?4 AND (state = 'confirmed' OR (state = 'held' AND expires_at > ?5))"
#define SQL_N_TAKEN                                                               \
  "SELECT count(*) FROM claim WHERE shop_id = ?1 AND kind = ?2 AND subject = ?3 " \
  "AND key <> ?4 AND (state = 'confirmed' OR (state = 'held' AND expires_at > ?5))"
#define SQL_HOLD                                                                                 \
  "INSERT INTO claim (shop_id, key, till_id, kind, subject, amount, state, reason, expires_at) " \
  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'held', '', ?7) "                                             \
  "ON CONFLICT (shop_id, key) DO UPDATE SET state = 'held', expires_at = excluded.expires_at"

typedef struct
{
  char *key; /* (owned) */
  char *kind; /* (owned) */
  char *subject; /* (owned) */
  gint64 amount;
  gint64 of; /* -1 = the subject is one whole */
} Claim;

void
mr_parsed_claim_free (gpointer message)
{
  Claim *claim = message;

  g_free (claim->key);
  g_free (claim->kind);
  g_free (claim->subject);
  g_free (claim);
}

static char *
dup_text (JsonObject *object, const char *name, gsize max_bytes, GError **error)
{
  const char *text = mr_wire_get_text (object, name, max_bytes, error);

  if (text == NULL)
    return NULL;
  if (*text != '\0')
    return g_strdup (text);
  g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE, "“%s” must not be empty", name);
  return NULL;
}

static gboolean
read_claim (JsonObject *object, Claim *claim, GError **error)
{
  claim->of = -1;
  return (claim->key = dup_text (object, "key", 64, error)) != NULL &&
         (claim->kind = dup_text (object, "kind", 40, error)) != NULL &&
         (claim->subject = dup_text (object, "subject", 200, error)) != NULL &&
         mr_wire_get_int (object, "amount", 0, MR_WIRE_MAX_INT, &claim->amount, error) &&
         (!mr_wire_has (object, "of") ||
          mr_wire_get_int (object, "of", 0, MR_WIRE_MAX_INT, &claim->of, error));
}

gpointer
mr_parse_claim (MrCall *call, GError **error)
{
  g_autoptr (JsonNode) root =
      mr_wire_parse (call->request.body, (gssize) call->request.length, error);
  Claim *claim;

  if (root == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE, "a claim is an object");
      return NULL;
    }
  claim = g_new0 (Claim, 1);
  if (read_claim (json_node_get_object (root), claim, error) &&
      (mr_entry_kind_is_valid (claim->kind) ||
       (g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE,
                     "“kind” must be lower-case letters, digits and “-”"),
        FALSE)))
    return claim;
  mr_parsed_claim_free (claim);
  return NULL;
}

/* FALSE after having replied, or with @error: the key must not have been used for something else. */
static gboolean
check_key (MrBatch *batch, MrCall *call, const Claim *claim, GError **error)
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
      mr_query_get_int (query, 3) == claim->amount &&
      strcmp (mr_query_get_text (query, 4), "confirmed") != 0)
    return TRUE;
  mr_call_reply_problem (call, 409, "key-used", "This key was used for something else.", NULL,
                         "Draw a new key for a new claim.");
  return FALSE;
}

static gboolean
is_free (MrBatch *batch, const MrCall *call, const Claim *claim, gboolean *available,
         GError **error)
{
  gint64 taken = 0;

  if (!mr_db_get_int (batch->db, &taken, error, claim->of < 0 ? SQL_N_TAKEN : SQL_TAKEN, "isssi",
                      call->scope.shop_id, claim->kind, claim->subject, claim->key, batch->now_us))
    return FALSE;
  *available = claim->of < 0 ? taken == 0 : claim->amount <= claim->of - taken;
  return TRUE;
}

gboolean
mr_handle_claim (MrBatch *batch, MrCall *call, GError **error)
{
  const Claim *claim = call->message;
  gint64 expires_at = batch->now_us + CLAIM_LIFE_US;
  g_autofree char *expires = mr_time_format (expires_at);
  g_autofree char *now = mr_time_format (batch->now_us);
  g_autoptr (GError) local_error = NULL;
  GString *out;
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
                  call->scope.till_id, claim->kind, claim->subject, claim->amount, expires_at))
    return FALSE;
  out = g_string_new ("{\"key\":");
  mr_wire_append_string (out, claim->key);
  g_string_append_printf (out, ",\"expires\":\"%s\",\"now\":\"%s\"}", expires, now);
  mr_call_reply_json (call, 200, g_string_free (out, FALSE));
  return TRUE;
}
