/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/news-desk.h"
#include "till/till-private.h"

/* Sources of "Needs you": what the till knows of itself, and what the center says. */

/* An hour without the network is nothing; entries that wait for a day mean that nobody has noticed. */
#define UNSENT_US (24 * 60 * 60 * (gint64) G_USEC_PER_SEC)
/* Of many numbers these are named. */
#define MAX_NAMED 3

static void
add (GPtrArray *needs, MrNeedFacts facts)
{
  g_ptr_array_add (needs, mr_need_new (&facts));
}

static void
add_news (GPtrArray *needs, MrTill *till, MrNeedFacts facts)
{
  if (!mr_news_desk_is_put_away (mr_till_get_ground (till), facts.what, facts.subject, facts.at_us))
    add (needs, facts);
}

static void
collect_disk (GPtrArray *needs, MrTill *till, const MrTillStatus *status)
{
  if (status->disk_trouble)
    add (needs, (MrNeedFacts){ .kind = MR_NEED_DISK_FULL });
  else if (status->disk_low)
    add (needs, (MrNeedFacts){ .kind = MR_NEED_DISK_LOW });
  if (status->damaged_n > 0)
    add (needs, (MrNeedFacts){ .kind = MR_NEED_DAMAGED, .cause = "unsent", .what = MR_NEWS_FORK });
  /* Of a damaged journal no backup can be made: that is said with it. */
  if (*status->damage != '\0')
    add_news (needs, till,
              (MrNeedFacts){
                  .kind = MR_NEED_DAMAGED, .what = "damaged", .subject = status->damage });
  else if (status->backup == MR_BACKUP_FAILED || status->backup == MR_BACKUP_ELSEWHERE)
    add (needs, (MrNeedFacts){ .kind = MR_NEED_BACKUP,
                               .cause = status->backup == MR_BACKUP_FAILED ? "failed" : "elsewhere",
                               .at_us = status->backup_at_us });
}

static void
collect_center (GPtrArray *needs, const MrTillStatus *status, gint64 now_us)
{
  if (status->forked && status->damaged_n == 0)
    add (needs, (MrNeedFacts){ .kind = MR_NEED_FORKED, .what = MR_NEWS_FORK });
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
  collect_disk (needs, till, &status);
  if (status.rebuilt_us > 0)
    add_news (needs, till,
              (MrNeedFacts){ .kind = MR_NEED_REPLICA,
                             .at_us = status.rebuilt_us,
                             .what = "replica",
                             .subject = "" });
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

static void
add_twice (GPtrArray *needs, MrTill *till, const MrTakenTwice *twice)
{
  add_news (needs, till,
            (MrNeedFacts){ .kind = MR_NEED_TWICE,
                           .cause = twice->kind,
                           .label = twice->label,
                           .at_us = twice->at_us,
                           .count = twice->amount,
                           .what = twice->kind,
                           .subject = twice->subject });
}

/* Two computers that were one till for a day have printed hundreds: one line for all of them. @numbers: newest
 * first. */
static void
add_numbers (GPtrArray *needs, GPtrArray *numbers)
{
  GString *label = g_string_new (NULL);
  g_autofree char *text = NULL;

  for (guint i = 0; i < MIN (numbers->len, MAX_NAMED); i++)
    g_string_append_printf (label, "%s%s", i > 0 ? ", " : "",
                            ((const MrTakenTwice *) g_ptr_array_index (numbers, i))->label);
  if (numbers->len > MAX_NAMED)
    g_string_append (label, " …");
  text = g_string_free (label, FALSE);
  if (numbers->len > 0)
    add (needs,
         (MrNeedFacts){ .kind = MR_NEED_TWICE,
                        .cause = "number",
                        .label = text,
                        .at_us = ((const MrTakenTwice *) g_ptr_array_index (numbers, 0))->at_us,
                        .count = numbers->len,
                        .what = "number",
                        .subject = "" });
}

static void
collect_twice (GPtrArray *needs, gpointer user)
{
  MrGround *ground = mr_till_get_ground (user);
  g_autoptr (GPtrArray) numbers = g_ptr_array_new ();
  g_autoptr (GPtrArray) twice = NULL;
  g_autoptr (GError) error = NULL;

  if (ground->shop != NULL)
    twice = mr_shop_list_taken_twice (ground->shop, &error);
  if (error != NULL)
    g_warning ("what was taken twice cannot be listed: %s", error->message);
  for (guint i = 0; twice != NULL && i < twice->len; i++)
    {
      MrTakenTwice *one = g_ptr_array_index (twice, i);

      if (!g_str_equal (one->kind, "number"))
        add_twice (needs, user, one);
      else if (!mr_news_desk_is_put_away (ground, one->kind, one->subject, one->at_us))
        g_ptr_array_add (numbers, one);
    }
  add_numbers (needs, numbers);
}

void
mr_till_put_away (MrTill *self, const char *what, const char *subject, gint64 at_us)
{
  if (g_str_equal (what, MR_NEWS_FORK))
    mr_till_forget_fork (self);
  else if (mr_session_may (mr_till_get_session (self), MR_MAY_CHANGE_SETTINGS))
    mr_news_desk_put_away (mr_till_get_ground (self), what, subject, at_us);
}

void
mr_till_join_need_sources (MrTill *self, MrNeeds *needs)
{
  mr_needs_add_source (needs, collect_own, self);
  mr_needs_add_source (needs, collect_refused, self);
  mr_needs_add_source (needs, collect_twice, self);
}
