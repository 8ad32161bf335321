/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

#include <string.h>

#define CHUNK_BYTES 2048

/* A request on its way, and then its answer. */
typedef struct
{
  SimTill *till; /* (unowned) */
  guint life; /* of the till when it was sent */
  guint id;
  char *method;
  char *path;
  char *body; /* (nullable) */
  gsize length;
  char *time;
  char *signature;
  char *till_id;
  char *range;
  char *if_range;

  guint status;
  GBytes *reply; /* (owned) (nullable) */
  char *etag;
  gint64 whole_length;
  gint64 retry_after_ms;
} Flight;

static void
free_flight (gpointer data)
{
  Flight *self = data;

  g_free (self->method);
  g_free (self->path);
  g_free (self->body);
  g_free (self->time);
  g_free (self->signature);
  g_free (self->till_id);
  g_free (self->range);
  g_free (self->if_range);
  g_free (self->etag);
  g_clear_pointer (&self->reply, g_bytes_unref);
  g_free (self);
}

static Flight *
new_flight (SimTill *till, const MrSyncRequest *request)
{
  Flight *self = g_new0 (Flight, 1);

  self->till = till;
  self->life = till->life;
  self->id = request->id;
  self->method = g_strdup (request->method);
  self->path = g_strdup (request->path);
  self->body = g_memdup2 (request->body, request->body == NULL ? 0 : request->length + 1);
  self->length = request->length;
  self->time = g_strdup (request->time);
  self->signature = g_strdup (request->signature);
  self->till_id = g_strdup (request->till);
  self->range = g_strdup (request->range);
  self->if_range = g_strdup (request->if_range);
  self->retry_after_ms = -1;
  self->whole_length = -1;
  return self;
}

/* An answer of its own for the same request. */
static Flight *
copy_flight (const Flight *from)
{
  Flight *self = g_memdup2 (from, sizeof *from);

  self->method = g_strdup (from->method);
  self->path = g_strdup (from->path);
  self->body = g_memdup2 (from->body, from->body == NULL ? 0 : from->length + 1);
  self->time = g_strdup (from->time);
  self->signature = g_strdup (from->signature);
  self->till_id = g_strdup (from->till_id);
  self->range = g_strdup (from->range);
  self->if_range = g_strdup (from->if_range);
  self->etag = g_strdup (from->etag);
  self->reply = from->reply == NULL ? NULL : g_bytes_ref (from->reply);
  return self;
}

static gboolean
is_awaited (Flight *self)
{
  return self->till->engine != NULL && self->till->life == self->life &&
         mr_sync_engine_is_waiting_for (self->till->engine, self->id);
}

/* --- the answer arrives ------------------------------------------------------------------------ */

static void
give_reply (Flight *self, const void *body, gsize length, gboolean partial)
{
  const MrSyncReply reply = { .status = self->status,
                              .etag = self->etag,
                              .content_length = self->whole_length,
                              .retry_after_ms = self->retry_after_ms,
                              .body = body,
                              .length = length,
                              .partial = partial };

  mr_sync_engine_reply (self->till->engine, self->id, &reply);
}

static void
give_nothing (Flight *self)
{
  const MrSyncReply reply = { .content_length = -1, .retry_after_ms = -1 };

  mr_sync_engine_reply (self->till->engine, self->id, &reply);
}

/* A catalog comes in pieces, as it would over a socket, and may break off after any of them. */
static void
give_in_pieces (Sim *sim, Flight *self, const guint8 *bytes, gsize length)
{
  gsize cut = sim_chance (sim, 300) ? test_world_below (&sim->chance, length + 1) : length;

  for (gsize at = 0; at < cut && is_awaited (self); at += CHUNK_BYTES)
    give_reply (self, bytes + at, MIN (CHUNK_BYTES, cut - at), TRUE);
  if (cut < length)
    {
      sim->counts[SIM_BODY_CUT]++;
      give_nothing (self);
    }
  else
    {
      give_reply (self, NULL, 0, FALSE);
      if (!is_awaited (self))
        sim->counts[SIM_SNAPSHOTS]++;
    }
}

static gboolean
is_catalog (Flight *self)
{
  return g_str_has_prefix (self->path, "/v1/snapshot/") && strchr (self->path, '?') == NULL &&
         (self->status == 200 || self->status == 206);
}

static void
count_reply (Sim *sim, Flight *self)
{
  if (self->status == 200 && g_str_has_prefix (self->path, "/v1/journal"))
    sim->counts[SIM_PUSHES]++;
  if (self->status == 409 && g_str_has_prefix (self->path, "/v1/journal"))
    sim->counts[SIM_CHAIN_REWOUND]++;
  if (self->status == 200 && g_str_has_prefix (self->path, "/v1/feeds"))
    sim->counts[SIM_PAGES]++;
}

static void
on_answer (Sim *sim, gpointer data)
{
  Flight *self = data;
  SimTill *till = self->till;
  gsize length = 0;
  const void *bytes = self->reply == NULL ? NULL : g_bytes_get_data (self->reply, &length);
  gboolean power_fails = sim_chance (sim, 6);
  gboolean disk_fails = sim_chance (sim, 6);

  if (!is_awaited (self))
    {
      sim->counts[SIM_ANSWER_LATE]++;
      return;
    }
  if (till->cut_off_until_us > sim->now_us)
    return;
  count_reply (sim, self);
  if (strcmp (self->path, "/v1/health") != 0)
    sim_note (sim, "till %u: %u to %.40s", till->index, self->status, self->path);
  sim_set_clock (sim, &till->world, till->skew_us);
  if (power_fails || disk_fails)
    fault_vfs_plan (sim->vfs, FAULT_IO, FAULT_ON_WRITE | FAULT_ON_SYNC,
                    1 + test_world_below (&sim->chance, 30), power_fails);
  sim->counts[SIM_DISK_HICCUP] += disk_fails;
  if (is_catalog (self))
    give_in_pieces (sim, self, bytes, length);
  else
    give_reply (self, bytes, length, FALSE);
  fault_vfs_plan (sim->vfs, FAULT_NONE, 0, 0, FALSE);
  if (power_fails)
    {
      sim->counts[SIM_TILL_POWER_LOST_IN_SYNC]++;
      sim_till_lose_power (sim, till);
      return;
    }
  sim_pump (sim, till);
}

static void
on_timeout (Sim *sim, gpointer data)
{
  Flight *self = data;

  if (!is_awaited (self))
    return;
  sim_set_clock (sim, &self->till->world, self->till->skew_us);
  give_nothing (self);
  sim_pump (sim, self->till);
}

/* --- the request arrives ----------------------------------------------------------------------- */

static void
take_center_reply (Flight *self, MrCenterReply *reply)
{
  const char *total = reply->content_range == NULL ? NULL : strrchr (reply->content_range, '/');

  self->status = reply->status;
  self->reply = reply->body == NULL ? NULL : g_bytes_ref (reply->body);
  self->etag = g_strdup (reply->etag);
  self->retry_after_ms = reply->retry_after_s > 0 ? reply->retry_after_s * 1000 : -1;
  if (total != NULL)
    self->whole_length = g_ascii_strtoll (total + 1, NULL, 10);
  else if (reply->body != NULL)
    self->whole_length = (gint64) g_bytes_get_size (reply->body);
}

static void
on_request (Sim *sim, gpointer data)
{
  Flight *self = data;
  MrCenterRequest request = { .method = self->method,
                              .path = self->path,
                              .till = self->till_id,
                              .time = self->time,
                              .signature = self->signature,
                              .range = self->range,
                              .if_range = self->if_range,
                              .body = self->body,
                              .length = self->length };
  MrCenterReply reply = { 0 };
  Flight *answer;

  if (!sim_center_handle (sim, &request, &reply))
    {
      mr_center_reply_clear (&reply);
      return;
    }
  sim_center_break (sim, &request, &reply);
  answer = copy_flight (self);
  take_center_reply (answer, &reply);
  mr_center_reply_clear (&reply);
  if (sim_chance (sim, 30))
    {
      sim->counts[SIM_ANSWER_LOST]++;
      free_flight (answer);
      return;
    }
  sim_plan (sim, sim_between_us (sim, 2000, sim_chance (sim, 20) ? 90 * G_USEC_PER_SEC : 150000),
            on_answer, answer, free_flight);
}

/* A gateway in front of the center that has enough. */
static void
refuse_as_busy (Sim *sim, Flight *self)
{
  static const char problem[] =
      "{\"type\":\"/problems/busy\",\"title\":\"Busy\",\"status\":503,\"detail\":\"later\"}";

  sim->counts[SIM_REFUSED_BUSY]++;
  self->status = 503;
  self->retry_after_ms = 1000 * (gint64) test_world_below (&sim->chance, 20);
  self->reply = g_bytes_new_static (problem, strlen (problem));
  sim_plan (sim, 5000, on_answer, self, free_flight);
}

static void
send_request (Sim *sim, SimTill *till, const MrSyncRequest *request)
{
  Flight *flight = new_flight (till, request);

  if (strcmp (request->path, "/v1/health") != 0)
    sim_note (sim, "till %u asks %.40s", till->index, request->path);

  sim_plan (sim, request->timeout_ms * 1000, on_timeout, copy_flight (flight), free_flight);
  if (till->cut_off_until_us > sim->now_us || sim_chance (sim, 30))
    {
      sim->counts[SIM_REQUEST_LOST]++;
      free_flight (flight);
      return;
    }
  if (sim_chance (sim, 20))
    {
      refuse_as_busy (sim, flight);
      return;
    }
  if (sim_chance (sim, 30))
    {
      sim->counts[SIM_REQUEST_DOUBLED]++;
      sim_plan (sim, sim_between_us (sim, 2000, 3 * G_USEC_PER_SEC), on_request,
                copy_flight (flight), free_flight);
    }
  sim_plan (sim, sim_between_us (sim, 2000, 150000), on_request, flight, free_flight);
}

/* --- asking the engine ------------------------------------------------------------------------- */

typedef struct
{
  SimTill *till; /* (unowned) */
  guint life;
} Wake;

static void
on_wake (Sim *sim, gpointer data)
{
  Wake *wake = data;

  if (wake->till->engine == NULL || wake->till->life != wake->life)
    return;
  if (wake->till->wake_us <= sim->now_us)
    wake->till->wake_us = G_MAXINT64;
  sim_pump (sim, wake->till);
}

void
sim_pump (Sim *sim, SimTill *till)
{
  MrSyncRequest request = { 0 };
  gint64 wait_ms = 0;
  Wake *wake;

  if (till->engine == NULL)
    return;
  sim_set_clock (sim, &till->world, till->skew_us);
  if (sim->copies_disks || sim->broken == SIM_LYING_DISK)
    sim_till_part (sim, till);
  while (mr_sync_engine_next (till->engine, &request, &wait_ms))
    {
      send_request (sim, till, &request);
      mr_sync_request_clear (&request);
    }
  if (mr_sync_engine_needs_reopening (till->engine))
    {
      sim_till_reopen (sim, till);
      return;
    }
  if (sim->now_us + wait_ms * 1000 >= till->wake_us)
    return;
  wake = g_new (Wake, 1);
  *wake = (Wake){ till, till->life };
  till->wake_us = sim->now_us + wait_ms * 1000;
  sim_plan (sim, wait_ms * 1000, on_wake, wake, g_free);
}
