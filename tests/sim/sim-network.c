/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

#include <string.h>

#define CHUNK_BYTES 2048

/* A request on its way, and then its answer. */
struct _SimFlight
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
};

void
sim_flight_free (gpointer data)
{
  SimFlight *self = data;

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

static SimFlight *
new_flight (SimTill *till, const MrSyncRequest *request)
{
  SimFlight *self = g_new0 (SimFlight, 1);

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

static SimFlight *
copy_flight (const SimFlight *from)
{
  SimFlight *self = g_memdup2 (from, sizeof *from);

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

/* What only says which request an answer, or none, is for. */
static SimFlight *
copy_address (const SimFlight *from)
{
  SimFlight *self = g_new0 (SimFlight, 1);

  self->till = from->till;
  self->life = from->life;
  self->id = from->id;
  self->path = g_strdup (from->path);
  self->retry_after_ms = -1;
  self->whole_length = -1;
  return self;
}

static MrSync *
get_sync (SimFlight *self)
{
  return self->till->till == NULL ? NULL : mr_till_get_sync (self->till->till);
}

static gboolean
is_awaited (SimFlight *self)
{
  MrSync *sync = get_sync (self);
  MrSyncEngine *engine = sync == NULL ? NULL : mr_sync_get_engine (sync);

  return engine != NULL && self->till->life == self->life &&
         mr_sync_engine_is_waiting_for (engine, self->id);
}

static gboolean
is_probe (const char *path)
{
  return g_str_has_prefix (path, "/v1/health");
}

/* --- the answer arrives ------------------------------------------------------------------------ */

static void
give_reply (SimFlight *self, const void *body, gsize length, gboolean partial)
{
  const MrSyncReply reply = { .status = self->status,
                              .etag = self->etag,
                              .content_length = self->whole_length,
                              .retry_after_ms = self->retry_after_ms,
                              .body = body,
                              .length = length,
                              .partial = partial };

  mr_sync_take_reply (get_sync (self), self->id, &reply);
}

static void
give_nothing (SimFlight *self)
{
  const MrSyncReply reply = { .content_length = -1, .retry_after_ms = -1 };

  mr_sync_take_reply (get_sync (self), self->id, &reply);
}

/* A catalog comes in pieces, as it would over a socket, may break off after any of them, and may hold a bit
 * that was another when it was sent. */
static void
give_in_pieces (Sim *sim, SimFlight *self, const guint8 *bytes, gsize length)
{
  gsize cut = sim_chance (sim, 300) ? test_world_below (&sim->chance, length + 1) : length;
  g_autofree guint8 *copy = g_memdup2 (bytes, length);

  if (length > 0 && sim_chance (sim, 100))
    {
      copy[sim_below (sim, (guint) length)] ^= (guint8) (1u << sim_below (sim, 8));
      sim_count_fault (sim, SIM_BIT_FLIPPED);
    }
  for (gsize at = 0; at < cut && is_awaited (self); at += CHUNK_BYTES)
    give_reply (self, copy + at, MIN (CHUNK_BYTES, cut - at), TRUE);
  if (cut < length)
    {
      sim_count_fault (sim, SIM_BODY_CUT);
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
is_catalog (SimFlight *self)
{
  return g_str_has_prefix (self->path, "/v1/snapshot/") && strchr (self->path, '?') == NULL &&
         (self->status == 200 || self->status == 206);
}

static gboolean
is_push (SimFlight *self)
{
  return g_str_has_prefix (self->path, "/v1/journal");
}

static void
count_reply (Sim *sim, SimFlight *self)
{
  if (self->status == 200 && is_push (self))
    {
      sim->counts[SIM_PUSHES]++;
      self->till->pushed_us = sim->now_us;
    }
  if (self->status == 409 && is_push (self))
    sim->counts[SIM_CHAIN_REWOUND]++;
  if (self->status == 200 && g_str_has_prefix (self->path, "/v1/feeds"))
    sim->counts[SIM_PAGES]++;
}

/* What no gateway between checks. */
static gsize
cut_body (Sim *sim, gsize length)
{
  if (length == 0 || !sim_chance (sim, 6))
    return length;
  sim_count_fault (sim, SIM_BODY_HALF);
  return sim_below (sim, (guint) length);
}

static void
deliver (Sim *sim, SimFlight *self)
{
  SimTill *till = self->till;
  gsize length = 0;
  const void *bytes = self->reply == NULL ? NULL : g_bytes_get_data (self->reply, &length);
  SimDiskFaults faults;
  gint64 before = 0;

  count_reply (sim, self);
  if (!is_probe (self->path))
    sim_note (sim, "till %u: %u to %.40s", till->index, self->status, self->path);
  sim_set_clock (sim, &till->world, till->skew_us);
  if (is_push (self))
    before = sim_watch_sum_on_hand (sim, till);
  faults = sim_till_begin_faults (sim, till, 6);
  if (is_catalog (self))
    give_in_pieces (sim, self, bytes, length);
  else
    give_reply (self, bytes, cut_body (sim, length), FALSE);
  sim_settle ();
  if (sim_till_end_faults (sim, till, &faults, SIM_TILL_POWER_LOST_IN_SYNC))
    return;
  /* What the center has taken is still in hand as it was: an answer to a push moves no goods. */
  if (is_push (self) && !faults.disk_fails && !till->is_damaged &&
      before != sim_watch_sum_on_hand (sim, till))
    sim_fail (sim, "till %u: an answer to a push changed what is on hand", till->index);
  sim_watch_till (sim, till);
}

static void
on_answer (Sim *sim, gpointer data)
{
  SimFlight *self = data;

  if (!is_awaited (self))
    {
      sim->counts[SIM_ANSWER_LATE]++;
      return;
    }
  if (self->till->cut_off_until_us > sim->now_us || self->till->deaf_until_us > sim->now_us)
    return;
  deliver (sim, self);
}

static void
on_timeout (Sim *sim, gpointer data)
{
  SimFlight *self = data;

  if (!is_awaited (self))
    return;
  sim_set_clock (sim, &self->till->world, self->till->skew_us);
  give_nothing (self);
  sim_settle ();
}

/* --- the request arrives ----------------------------------------------------------------------- */

static void
take_center_reply (SimFlight *self, const MrCenterReply *reply)
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

void
sim_flight_get_request (SimFlight *self, MrCenterRequest *request)
{
  *request = (MrCenterRequest){ .method = self->method,
                                .path = self->path,
                                .till = self->till_id,
                                .time = self->time,
                                .signature = self->signature,
                                .range = self->range,
                                .if_range = self->if_range,
                                .body = self->body,
                                .length = self->length };
}

void
sim_flight_answer (Sim *sim, SimFlight *self, const MrCenterReply *reply)
{
  SimFlight *answer;

  if (sim_chance (sim, 30))
    {
      sim_count_fault (sim, SIM_ANSWER_LOST);
      return;
    }
  answer = copy_address (self);
  take_center_reply (answer, reply);
  sim_plan (sim, sim_between_us (sim, 2000, sim_chance (sim, 20) ? 90 * G_USEC_PER_SEC : 150000),
            on_answer, answer, sim_flight_free);
}

static void
on_request (Sim *sim, gpointer data)
{
  sim_center_receive (sim, copy_flight (data));
}

/* --- what stands between ----------------------------------------------------------------------- */

/* A gateway in front of the center that has enough, has lost it, or belongs to somebody else. */
static gboolean
intercept (Sim *sim, SimFlight *self)
{
  static const char busy[] =
      "{\"type\":\"/problems/busy\",\"title\":\"Busy\",\"status\":503,\"detail\":\"later\"}";
  static const char page[] = "<!DOCTYPE html><title>Welcome</title><p>Please sign in.";
  SimFlight *answer;

  if (!sim_chance (sim, 30))
    return FALSE;
  answer = copy_address (self);
  switch (sim_below (sim, 3))
    {
    case 0:
      sim_count_fault (sim, SIM_REFUSED_BUSY);
      answer->status = 503;
      answer->retry_after_ms = 1000 * (gint64) sim_below (sim, 20);
      answer->reply = g_bytes_new_static (busy, strlen (busy));
      break;
    case 1:
      sim_count_fault (sim, SIM_BAD_GATEWAY);
      answer->status = 502;
      answer->reply = g_bytes_new_static (page, strlen (page));
      break;
    default:
      sim_count_fault (sim, SIM_HTML_ANSWER);
      answer->status = 200;
      answer->reply = g_bytes_new_static (page, strlen (page));
      break;
    }
  answer->whole_length = (gint64) g_bytes_get_size (answer->reply);
  sim_plan (sim, 5000, on_answer, answer, sim_flight_free);
  return TRUE;
}

static void
send_flight (Sim *sim, SimFlight *flight)
{
  SimTill *till = flight->till;

  if (till->cut_off_until_us > sim->now_us)
    {
      sim->counts[SIM_REQUEST_LOST]++;
      return;
    }
  if (sim_chance (sim, 30))
    {
      sim_count_fault (sim, SIM_REQUEST_LOST);
      return;
    }
  if (intercept (sim, flight))
    return;
  if (sim_chance (sim, 30))
    {
      sim_count_fault (sim, SIM_REQUEST_DOUBLED);
      sim_plan (sim, sim_between_us (sim, 2000, 3 * G_USEC_PER_SEC), on_request,
                copy_flight (flight), sim_flight_free);
    }
  /* One that is held up comes after others of its till, perhaps after its till has given it up. */
  if (sim_chance (sim, 20))
    {
      sim_count_fault (sim, SIM_OVERTAKEN);
      sim_plan (sim, sim_between_us (sim, G_USEC_PER_SEC, 40 * G_USEC_PER_SEC), on_request,
                copy_flight (flight), sim_flight_free);
      return;
    }
  sim_plan (sim, sim_between_us (sim, 2000, 150000), on_request, copy_flight (flight),
            sim_flight_free);
}

/* --- pokes ------------------------------------------------------------------------------------- */

/* One connection that stays open: it says that it is there, then now and then that there is something new,
 * and at last that it has ended. */
static void
on_poke_word (Sim *sim, gpointer data)
{
  SimFlight *self = data;
  SimTill *till = self->till;
  gsize length = 0;
  const void *bytes = self->reply == NULL ? NULL : g_bytes_get_data (self->reply, &length);

  if (!is_awaited (self) || till->cut_off_until_us > sim->now_us ||
      till->deaf_until_us > sim->now_us)
    return;
  sim_set_clock (sim, &till->world, till->skew_us);
  till->poke_id = self->status == 101 ? self->id : 0;
  sim->counts[SIM_POKES] += length > 0;
  if (self->status == 101)
    give_reply (self, bytes, length, TRUE);
  else
    give_nothing (self);
  sim_settle ();
}

static void
plan_poke_word (Sim *sim, SimTill *till, guint id, guint status, char *json)
{
  SimFlight *word = g_new0 (SimFlight, 1);

  word->till = till;
  word->life = till->life;
  word->id = id;
  word->status = status;
  word->whole_length = word->retry_after_ms = -1;
  word->reply = json == NULL ? NULL : g_bytes_new_take (json, strlen (json));
  sim_plan (sim, sim_between_us (sim, 2000, 200000), on_poke_word, word, sim_flight_free);
}

void
sim_poke (Sim *sim, const char *kind, gint64 shop_id)
{
  const MrPoke poke = { .region = strcmp (kind, "region") == 0 };

  for (guint i = 0; i < sim->n_tills; i++)
    {
      SimTill *till = &sim->tills[i];

      if (till->poke_id != 0 && (poke.region || sim->shops[till->shop].id == shop_id) &&
          !sim_chance (sim, 100))
        plan_poke_word (sim, till, till->poke_id, 101, mr_poke_to_json (&poke));
    }
}

void
sim_end_pokes (Sim *sim)
{
  for (guint i = 0; i < sim->n_tills; i++)
    {
      SimTill *till = &sim->tills[i];

      if (till->poke_id != 0)
        plan_poke_word (sim, till, till->poke_id, 0, NULL);
      till->poke_id = 0;
    }
}

/* --- what the till's sync asks for ------------------------------------------------------------- */

static void
on_send (const MrSyncRequest *request, gpointer user)
{
  SimTill *till = user;
  Sim *sim = till->sim;
  SimFlight *flight;

  if (request->listens)
    {
      plan_poke_word (sim, till, request->id,
                      sim->center == NULL || sim_chance (sim, 100) ? 0 : 101, NULL);
      return;
    }
  flight = new_flight (till, request);
  if (!is_probe (request->path))
    sim_note (sim, "till %u asks %.40s", till->index, request->path);
  sim_plan (sim, request->timeout_ms * 1000, on_timeout, copy_address (flight), sim_flight_free);
  send_flight (sim, flight);
  sim_flight_free (flight);
}

typedef struct
{
  SimTill *till; /* (unowned) */
  guint life;
  guint number;
} Wake;

static void
on_wake (Sim *sim, gpointer data)
{
  Wake *wake = data;

  if (wake->till->life == wake->life && wake->till->n_wakes == wake->number)
    sim_pump (sim, wake->till);
}

static void
on_wake_wanted (gint64 wait_ms, gpointer user)
{
  SimTill *till = user;
  Wake *wake = g_new (Wake, 1);

  *wake = (Wake){ till, till->life, ++till->n_wakes };
  sim_plan (till->sim, wait_ms * 1000, on_wake, wake, g_free);
}

static void
on_renewed (gpointer user)
{
  SimTill *till = user;

  till->life++;
  till->poke_id = 0;
  sim_note (till->sim, "till %u opens its files again", till->index);
}

const MrSyncHand sim_hand = { .send = on_send, .wake = on_wake_wanted, .renewed = on_renewed };

void
sim_pump (Sim *sim, SimTill *till)
{
  if (till->till == NULL)
    return;
  sim_set_clock (sim, &till->world, till->skew_us);
  mr_sync_pump (mr_till_get_sync (till->till));
  sim_settle ();
}
