/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sync/engine-inside.h"

/* Whoever waits for the answer stands at the counter: what takes longer counts as no answer, and is not
 * asked again. A claim that was granted all the same expires unused. */
#define CLAIM_TIMEOUT_MS 3000

typedef struct
{
  guint number;
  MrClaimRequest *request; /* (owned) */
  MrClaimVerdict verdict;
} Claim;

static void
free_claim (gpointer data)
{
  Claim *claim = data;

  mr_claim_request_free (claim->request);
  g_free (claim);
}

void
mr_claim_end (MrSyncEngine *self)
{
  g_queue_clear_full (&self->claims, free_claim);
  g_queue_clear_full (&self->verdicts, free_claim);
}

guint
mr_sync_engine_claim (MrSyncEngine *self, const MrClaimRequest *request)
{
  Claim *claim = g_new0 (Claim, 1);

  claim->number = ++self->last_claim;
  claim->request = mr_claim_request_new (request->key, request->kind, request->subject,
                                         request->amount, request->of);
  claim->verdict = MR_CLAIM_UNANSWERED;
  self->last_use_us = mr_engine_now_us (self);
  g_queue_push_tail (self->status.connection == MR_SYNC_ONLINE ? &self->claims : &self->verdicts,
                     claim);
  return claim->number;
}

gboolean
mr_sync_engine_take_verdict (MrSyncEngine *self, guint *number, MrClaimVerdict *verdict)
{
  Claim *claim = g_queue_pop_head (&self->verdicts);

  if (claim == NULL)
    return FALSE;
  *number = claim->number;
  *verdict = claim->verdict;
  free_claim (claim);
  return TRUE;
}

gboolean
mr_claim_build (MrSyncEngine *self, MrSyncRequest *request)
{
  const Claim *claim = g_queue_peek_head (&self->claims);

  mr_engine_ask (self, MR_LANE_CLAIM, "POST", g_strdup ("/v1/claim"),
                 mr_claim_request_to_json (claim->request), CLAIM_TIMEOUT_MS, FALSE, request);
  return TRUE;
}

/* A page of a hotel's network answers 200 to everything: only our own key is a yes. */
static gboolean
is_granted (const Claim *claim, const MrSyncReply *reply)
{
  g_auto (MrClaimReply) granted = { NULL };

  return reply->status == 200 &&
         mr_claim_reply_from_json (reply->body, (gssize) reply->length, &granted, NULL) &&
         g_str_equal (granted.key, claim->request->key);
}

static gboolean
is_taken (const MrSyncReply *reply)
{
  g_autoptr (MrProblem) problem = NULL;

  if (reply->status == 409)
    problem = mr_problem_from_json (reply->body, (gssize) reply->length, NULL);
  return problem != NULL && g_str_equal (problem->type, "/problems/taken");
}

void
mr_claim_reply (MrSyncEngine *self, const MrSyncReply *reply)
{
  Claim *claim = g_queue_pop_head (&self->claims);

  if (is_granted (claim, reply))
    claim->verdict = MR_CLAIM_GRANTED;
  else if (is_taken (reply))
    claim->verdict = MR_CLAIM_TAKEN;
  g_queue_push_tail (&self->verdicts, claim);
}
