/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/till-private.h"

/* Sources of "Needs you": what the till knows of itself, and what the center says. */

/* An hour without the network is nothing; entries that wait for a day mean that nobody has noticed. */
#define UNSENT_US (24 * 60 * 60 * (gint64) G_USEC_PER_SEC)

static void
add (GPtrArray *needs, MrNeedFacts facts)
{
  g_ptr_array_add (needs, mr_need_new (&facts));
}

static void
collect_disk (GPtrArray *needs, const MrTillStatus *status)
{
  if (status->disk_trouble)
    add (needs, (MrNeedFacts){ .kind = MR_NEED_DISK_FULL });
  else if (status->disk_low)
    add (needs, (MrNeedFacts){ .kind = MR_NEED_DISK_LOW });
  if (status->damaged)
    add (needs, (MrNeedFacts){ .kind = MR_NEED_DAMAGED });
  else if (status->backup == MR_BACKUP_FAILED || status->backup == MR_BACKUP_ELSEWHERE)
    add (needs, (MrNeedFacts){ .kind = MR_NEED_BACKUP,
                               .cause = status->backup == MR_BACKUP_FAILED ? "failed" : "elsewhere",
                               .at_us = status->backup_at_us });
}

static void
collect_center (GPtrArray *needs, const MrTillStatus *status, gint64 now_us)
{
  if (status->forked)
    add (needs, (MrNeedFacts){ .kind = MR_NEED_FORKED });
  if (status->link == MR_LINK_REVOKED)
    add (needs, (MrNeedFacts){ .kind = MR_NEED_REVOKED, .count = status->waiting });
  else if (status->link == MR_LINK_TOO_OLD)
    add (needs, (MrNeedFacts){ .kind = MR_NEED_TOO_OLD, .count = status->waiting });
  else if (status->enrolled && status->waiting > 0 && status->waiting_since_us > 0 &&
           now_us - status->waiting_since_us > UNSENT_US)
    add (needs, (MrNeedFacts){ .kind = MR_NEED_UNSENT,
                               .count = status->waiting,
                               .at_us = status->waiting_since_us });
  if (status->clock_doubtful)
    add (needs, (MrNeedFacts){ .kind = MR_NEED_CLOCK });
}

static void
collect_own (GPtrArray *needs, gpointer user)
{
  MrTill *till = user;
  MrTillStatus status;

  mr_till_get_status (till, &status);
  collect_disk (needs, &status);
  collect_center (needs, &status, mr_world_now_us (mr_till_get_world (till)));
}

static void
collect_refused (GPtrArray *needs, gpointer user)
{
  g_autoptr (GPtrArray) refused = mr_till_list_refused (user);

  for (guint i = 0; i < refused->len; i++)
    {
      const MrRefusedEntry *entry = g_ptr_array_index (refused, i);

      add (needs, (MrNeedFacts){ .kind = MR_NEED_REFUSED,
                                 .cause = entry->cause,
                                 .entry_id = entry->entry_id,
                                 .entry_kind = entry->kind,
                                 .label = entry->label,
                                 .till_number = entry->till_number,
                                 .amount_minor = entry->amount_minor,
                                 .at_us = entry->at_us });
    }
}

void
mr_till_join_need_sources (MrTill *self, MrNeeds *needs)
{
  mr_needs_add_source (needs, collect_own, self);
  mr_needs_add_source (needs, collect_refused, self);
}
