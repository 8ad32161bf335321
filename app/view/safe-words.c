/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/safe-words.h"

#include "view/words.h"

#include <glib/gi18n.h>

#define HOUR_US (60 * 60 * (gint64) G_USEC_PER_SEC)
/* From then on somebody should look after it. */
#define STALE_US (24 * HOUR_US)
/* A backup is made each night at least. */
#define UNBACKED_US (48 * HOUR_US)

static void
free_fact (gpointer data)
{
  MrSafeFact *fact = data;
  g_free (fact->words);
  g_free (fact);
}

/* Takes @words over. */
static void
add (GPtrArray *facts, const char *title, gboolean bad, char *words)
{
  MrSafeFact *fact = g_new (MrSafeFact, 1);
  *fact = (MrSafeFact){ title, words, bad };
  g_ptr_array_add (facts, fact);
}

static void
add_here (GPtrArray *facts, const MrTillStatus *status)
{
  g_autofree char *room =
      status->disk_free >= 0 ? g_format_size ((guint64) status->disk_free) : NULL;
  gboolean bad = status->disk_trouble || status->damaged || status->disk_low;
  char *words;
  if (status->disk_trouble)
    words = g_strdup (_ ("the disk takes nothing now: make room, then pay again"));
  else if (status->damaged)
    words = g_strdup (_ ("a record is damaged: have the disk looked at soon"));
  else if (status->disk_low)
    words = g_strdup_printf (_ ("only %s free: make room today"), room);
  else if (room == NULL)
    words = g_strdup (_ ("written before each receipt prints"));
  else
    words = g_strdup_printf (_ ("written before each receipt prints; %s free"), room);
  add (facts, _ ("On this computer"), bad, words);
}

static void
add_backup (GPtrArray *facts, MrTill *till, const MrTillStatus *status)
{
  gboolean bad = status->backup == MR_BACKUP_FAILED || status->backup == MR_BACKUP_ELSEWHERE;
  char *words;
  g_autofree char *time =
      status->backup_at_us > 0 ? mr_words_date_time (till, status->backup_at_us) : NULL;
  if (status->backup == MR_BACKUP_FAILED)
    words = g_strdup (_ ("the last could not be made: is the disk or the stick full?"));
  else if (status->backup == MR_BACKUP_ELSEWHERE)
    words = g_strdup (_ ("on this computer only: plug the stick in before closing"));
  else if (time == NULL)
    words = g_strdup (_ ("none yet: made whenever a shift is closed"));
  else
    words = g_strdup_printf (_ ("%s, looked through and whole"), time);
  add (facts, _ ("Backup"), bad, words);
}

static void
add_waiting (GPtrArray *facts, MrTill *till, const MrTillStatus *status, gint64 now_us)
{
  gboolean bad = status->waiting > 0 && now_us - status->waiting_since_us > STALE_US;
  char *words;
  if (status->waiting == 0)
    words = g_strdup (_ ("everything has arrived"));
  else if (status->waiting < 0)
    words = g_strdup (_ ("not known now"));
  else
    {
      g_autofree char *since = mr_words_time (till, status->waiting_since_us);
      words = g_strdup_printf (ngettext ("%d entry waits since %s", "%d entries wait since %s",
                                         (gulong) status->waiting),
                               (int) MIN (status->waiting, G_MAXINT), since);
    }
  add (facts, _ ("At the center"), bad, words);
}

static void
add_contact (GPtrArray *facts, const MrTillStatus *status, gint64 now_us)
{
  gboolean bad = now_us - status->last_contact_us > STALE_US;
  g_autofree char *ago = status->last_contact_us > 0
                             ? mr_words_ago (status->last_contact_us, now_us)
                             : g_strdup (_ ("never"));
  add (facts, _ ("Last contact"), bad,
       bad ? g_strdup_printf (_ ("%s: look after cable and router"), ago) : g_strdup (ago));
}

static void
add_unbacked (GPtrArray *facts, const MrTillStatus *status, gint64 now_us)
{
  gboolean bad = status->unbacked_since_us > 0 && now_us - status->unbacked_since_us > UNBACKED_US;
  int n = (int) MIN (status->unbacked, G_MAXINT);
  char *words;
  if (n == 0)
    words = g_strdup (_ ("all that arrived is in it"));
  else if (bad)
    words =
        g_strdup_printf (ngettext ("%d entry is not in it for days: tell the region's office",
                                   "%d entries are not in it for days: tell the region's office",
                                   (gulong) n),
                         n);
  else
    words = g_strdup_printf (ngettext ("%d entry is not in it yet; this till keeps it",
                                       "%d entries are not in it yet; this till keeps them",
                                       (gulong) n),
                             n);
  add (facts, _ ("The center's backup"), bad, words);
}

static void
add_goods (GPtrArray *facts, const MrTillStatus *status)
{
  gboolean bad = status->catalog_age_us > STALE_US;
  char *words;
  if (status->snapshot_total > 0)
    {
      g_autofree char *done = g_format_size ((guint64) status->snapshot_done);
      g_autofree char *total = g_format_size ((guint64) status->snapshot_total);
      words = g_strdup_printf (_ ("being fetched: %s of %s"), done, total);
    }
  else if (status->catalog_v == 0)
    words = g_strdup (_ ("none yet"));
  else
    {
      g_autofree char *ago = mr_words_ago (0, MAX (status->catalog_age_us, 0));
      words = bad ? g_strdup_printf (_ ("checked %s: prices may have changed"), ago)
                  : g_strdup_printf (_ ("version %d, checked %s"),
                                     (int) MIN (status->catalog_v, G_MAXINT), ago);
    }
  add (facts, _ ("Goods and prices"), bad && status->snapshot_total == 0, words);
}

static void
add_clock (GPtrArray *facts, const MrTillStatus *status)
{
  gint64 minutes = ABS (status->clock_offset_us) / (60 * (gint64) G_USEC_PER_SEC);
  char *words;
  if (!status->clock_doubtful)
    words = g_strdup (_ ("right"));
  else if (minutes > 0)
    words =
        g_strdup_printf (ngettext ("%d minute off: set this computer's clock",
                                   "%d minutes off: set this computer's clock", (gulong) minutes),
                         (int) MIN (minutes, G_MAXINT));
  else
    words = g_strdup (_ ("went back: set this computer's clock"));
  add (facts, _ ("Clock"), status->clock_doubtful, words);
}

GPtrArray *
mr_safe_words_list (MrTill *till, const MrTillStatus *status)
{
  GPtrArray *facts = g_ptr_array_new_with_free_func (free_fact);
  gint64 now_us = mr_world_now_us (mr_till_get_world (till));
  add_here (facts, status);
  add_backup (facts, till, status);
  if (status->enrolled)
    {
      add_waiting (facts, till, status, now_us);
      add_contact (facts, status, now_us);
      add_unbacked (facts, status, now_us);
      add_goods (facts, status);
    }
  else
    add (facts, _ ("At the center"), FALSE,
         g_strdup (_ ("not joined: nothing is copied elsewhere")));
  add_clock (facts, status);
  add (facts, _ ("Receipts"), status->paper == MR_PAPER_TROUBLE,
       g_strdup (mr_words_paper (status)));
  return facts;
}

const char *
mr_safe_words_answer (const MrTillStatus *status)
{
  if (status->disk_trouble)
    return _ ("Not all of it: the sale on the screen is not written yet. What was sold before it "
              "is on this computer's disk.");
  if (status->damaged)
    return _ ("Not all of it: an earlier record on this computer's disk is damaged. Selling goes "
              "on.");
  if (!status->enrolled)
    return _ ("Every sale is on this computer's disk. Join the shop to a center, and it is also "
              "kept there.");
  if (status->waiting == 0)
    return _ ("Yes. Every sale is on this computer's disk and at the center.");
  if (status->waiting < 0)
    return _ ("Every sale is on this computer's disk. What of it the center has is not known now. "
              "Keep this computer until it is.");
  return _ ("Yes. Every sale is on this computer's disk; what waits is sent by itself. Keep this "
            "computer until it is.");
}
