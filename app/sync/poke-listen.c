/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sync/engine-inside.h"

#define HANDSHAKE_TIMEOUT_MS 10000
#define OPEN 101
/* All tills of a center lose it at one moment. */
#define RETURN_SPREAD_US (30 * G_USEC_PER_SEC)

/* Listening for pokes: one request whose answer does not end. What it says is a hint that brings the next poll
 * forward; all that is true comes by polling. */

gboolean
mr_listen_wants (MrSyncEngine *self)
{
  return self->listens && self->status.connection != MR_SYNC_REVOKED &&
         self->status.connection != MR_SYNC_TOO_OLD;
}

gboolean
mr_listen_build (MrSyncEngine *self, MrSyncRequest *request)
{
  if (!mr_listen_wants (self))
    return FALSE;
  mr_engine_ask (self, MR_LANE_LISTEN, "GET", g_strdup ("/v1/poke"), NULL, HANDSHAKE_TIMEOUT_MS,
                 FALSE, request);
  request->listens = TRUE;
  self->listening = FALSE;
  return TRUE;
}

void
mr_listen_give_up (MrSyncEngine *self)
{
  MrLane *lane = &self->lanes[MR_LANE_LISTEN];

  if (lane->request_id == 0)
    return;
  lane->request_id = 0;
  self->listening = FALSE;
  lane->due_us = mr_engine_now_us (self) + mr_backoff_spread_us (self->world, RETURN_SPREAD_US);
}

static void
take_poke (MrSyncEngine *self, const MrSyncReply *reply)
{
  gint64 at_us = mr_engine_now_us (self);
  MrPoke poke;

  /* Of a later version, or nonsense: a hint that is not understood is none. */
  if (!mr_poke_from_json (reply->body, (gssize) reply->length, &poke, NULL))
    return;
  at_us += mr_backoff_spread_us (self->world, poke.spread_ms * 1000);
  if (self->poked_us == 0 || at_us < self->poked_us)
    self->poked_us = MAX (at_us, 1);
}

gboolean
mr_listen_reply (MrSyncEngine *self, const MrSyncReply *reply)
{
  MrLane *lane = &self->lanes[MR_LANE_LISTEN];

  /* Its end has shown already that the center is lost. */
  if (lane->request_id == 0)
    return TRUE;
  if (reply->status == OPEN && reply->partial)
    {
      if (!self->listening)
        {
          self->listening = TRUE;
          mr_backoff_succeed (&lane->backoff);
          /* What was said while nobody listened. */
          if (self->deaf_once)
            self->poked_us = MAX (mr_engine_now_us (self), 1);
        }
      if (reply->length > 0)
        take_poke (self, reply);
      return FALSE;
    }
  self->deaf_once = TRUE;
  if (self->listening)
    {
      mr_listen_give_up (self);
      return TRUE;
    }
  /* Nobody is told: without pokes the till is only slower. */
  lane->due_us = 0;
  mr_backoff_fail (&lane->backoff, self->world, reply->retry_after_ms);
  return TRUE;
}
