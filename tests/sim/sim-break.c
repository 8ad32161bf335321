/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

#include "wire/message.h"

#include <string.h>

void
sim_break_begin (Sim *sim)
{
  if (sim->broken >= SIM_FIRST_MECHANISM)
    mr_mechanism_set_off ((MrMechanism) (sim->broken - SIM_FIRST_MECHANISM), TRUE);
}

void
sim_break_end (Sim *sim)
{
  if (sim->broken >= SIM_FIRST_MECHANISM)
    mr_mechanism_set_off ((MrMechanism) (sim->broken - SIM_FIRST_MECHANISM), FALSE);
}

static void
break_books (Sim *sim, const char *sql)
{
  g_autoptr (GError) error = NULL;

  if (!mr_db_exec (mr_center_get_db (sim->center), sql, &error))
    sim_fail (sim, "cannot break the center: %s", error->message);
  sim->broke = TRUE;
}

static void
lose_row (MrCenterReply *reply)
{
  g_autoptr (MrFeedsReply) feeds =
      mr_feeds_reply_from_json (g_bytes_get_data (reply->body, NULL),
                                (gssize) g_bytes_get_size (reply->body), NULL);
  char *json;

  /* A good's row, so that no later one makes up for it. */
  if (feeds == NULL || feeds->region.rows == NULL || feeds->region.rows->len == 0)
    return;
  g_ptr_array_set_size (feeds->region.rows, (int) feeds->region.rows->len - 1);
  json = mr_feeds_reply_to_json (feeds);
  g_bytes_unref (reply->body);
  reply->body = g_bytes_new_take (json, strlen (json));
}

/* Late in the run, so that no restored backup undoes it. */
void
sim_break_reply (Sim *sim, const MrCenterRequest *request, MrCenterReply *reply)
{
  gboolean is_push = reply->status == 200 && g_str_has_prefix (request->path, "/v1/journal");

  if (sim->broken == SIM_LOST_ROW && reply->status == 200 &&
      g_str_has_prefix (request->path, "/v1/feeds"))
    lose_row (reply);
  if (sim->broke || !sim->calm || !is_push)
    return;
  if (sim->broken == SIM_DOUBLE_MOVEMENT)
    break_books (sim, "UPDATE level SET quantity = quantity - 1000 WHERE shop_id > 0 AND good_id ="
                      " (SELECT min (good_id) FROM movement WHERE shop_id > 0)");
  else if (sim->broken == SIM_ALTERED_BODY)
    break_books (sim, "UPDATE entry SET body = CAST (body || ' ' AS BLOB) WHERE n = 2");
  else if (sim->broken == SIM_MISSING_ENTRY)
    break_books (sim, "DELETE FROM entry WHERE n = 2");
}
