/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/need-words.h"

#include "view/words.h"

#include <glib/gi18n.h>

/* What is always the same of a need; NULL where it is put together below. */
static const struct
{
  const char *title;
  const char *meaning;
  const char *advice;
} needs[MR_N_NEEDS] = {
  [MR_NEED_DISK_FULL] = { N_ ("The disk takes nothing"),
                          N_ ("The sale on the screen is not saved yet. What was sold before it "
                              "is safe."),
                          N_ ("Delete on this computer what is not needed, then pay again.") },
  [MR_NEED_DAMAGED] = { N_ ("A record on this disk is damaged"), NULL,
                        N_ ("The disk may be failing: have whoever set up this computer look at "
                            "it soon. With a code from the center another computer can become "
                            "this till.") },
  [MR_NEED_FORKED] = { N_ ("Another computer uses this till's name"),
                       N_ ("A copy of this till's disk sells, or sold, somewhere else. Both sell "
                           "on, and every sale of both counts."),
                       N_ ("Find the other computer and switch it off, or join one of the two "
                           "anew in Settings.") },
  [MR_NEED_REVOKED] = { N_ ("The center no longer accepts this till"), NULL,
                        N_ ("If that is a mistake, join it anew in Settings with a code from the "
                            "center.") },
  [MR_NEED_TOO_OLD] = { N_ ("This till's program is too old"),
                        N_ ("New goods and prices no longer come. Sales are sent all the same."),
                        N_ ("Have Millrace on this computer updated.") },
  [MR_NEED_CLOCK] = { N_ ("This computer's clock is wrong"),
                      N_ ("Prices and offers go by the center's time as far as it is known, and "
                          "selling goes on."),
                      N_ ("Set the date and the time of this computer.") },
  [MR_NEED_DISK_LOW] = { N_ ("Little room is left on the disk"),
                         N_ ("Selling goes on, but not when the disk is full."),
                         N_ ("Make room today: delete what is not needed, or move it "
                             "elsewhere.") },
  [MR_NEED_UNSENT] = { NULL, NULL,
                       N_ ("Look after the network: is the cable in, is the router on? Keep this "
                           "computer until they are sent.") },
  [MR_NEED_BACKUP] = { NULL, NULL, NULL },
  [MR_NEED_REFUSED] = { NULL, NULL, NULL },
  [MR_NEED_TWICE] = { NULL, NULL, NULL },
  [MR_NEED_REPLICA] = { N_ ("Goods and prices here were not as the center says"),
                        N_ ("The nightly comparison found it, and they were fetched anew by "
                            "themselves. What was sold stays as it was sold."),
                        N_ ("Nothing has to be done now. If it comes again, the disk may be "
                            "failing: have it looked at.") },
};

/* What there is but one of, by the words of MrTakenTwice.kind. */
static const struct
{
  const char *kind;
  const char *title; /* (nullable) with %s for its label */
  const char *meaning;
  const char *advice;
} twices[] = {
  { "held", N_ ("Held basket “%s” was recalled twice"),
    N_ ("Two tills took it while they could not ask each other. If both were paid, both sales "
        "are in the books and their goods are counted twice."),
    N_ ("Look at Receipts: if the customer paid once only, one of the two is one too many. Tell "
        "the region's office which.") },
  { "return", N_ ("Of receipt %s more came back than was sold"),
    N_ ("Two tills took goods of it back while they could not ask each other. Both returns are "
        "in the books."),
    N_ ("Ask who was at the tills, and look whether both were paid out.") },
  { "number", NULL,
    N_ ("Two computers were this till for a while, and both gave out these numbers. No sale is "
        "lost, and each counts."),
    N_ ("Keep both papers. Where a number has to be unique, give the bookkeeper its date, time "
        "and sum as well: the code on the paper tells the two apart.") },
};

/* Why the center could not book an entry, by the words of its causes. */
static const struct
{
  const char *cause;
  const char *sentence;
} causes[] = {
  { "unreadable", N_ ("The center cannot read this record.") },
  { "currency", N_ ("It was sold in another currency than the shop's books are kept in.") },
  { "unfinished", N_ ("It is written down as a sale, but was never finished.") },
  { "sums", N_ ("Its lines and its total do not agree.") },
  { "too-large", N_ ("It is larger than any sale can be.") },
  { "stock", N_ ("It moves more stock than there can be.") },
  { "books", N_ ("The center's books did not take it.") },
  { "revoked", N_ ("It was sent after its till was no longer accepted.") },
};

static const char *
cause_sentence (const char *cause)
{
  for (gsize i = 0; i < G_N_ELEMENTS (causes); i++)
    if (g_str_equal (causes[i].cause, cause))
      return _ (causes[i].sentence);
  return _ ("The center could not book it.");
}

static gsize
find_twice (const char *kind)
{
  gsize i = 0;

  while (i < G_N_ELEMENTS (twices) && !g_str_equal (twices[i].kind, kind))
    i++;
  return i;
}

static char *
twice_title (const MrNeedFacts *need)
{
  gsize i = find_twice (need->cause);

  if (i == G_N_ELEMENTS (twices))
    return g_strdup_printf (_ ("%s was taken twice"), need->label);
  if (twices[i].title != NULL)
    {
      g_autoptr (GString) title = g_string_new (_ (twices[i].title));

      g_string_replace (title, "%s", need->label, 1);
      return g_string_free (g_steal_pointer (&title), FALSE);
    }
  return g_strdup_printf (ngettext ("%d receipt number was printed twice: %s",
                                    "%d receipt numbers were printed twice: %s",
                                    (gulong) need->count),
                          (int) MIN (need->count, G_MAXINT), need->label);
}

static char *
refused_title (MrTill *till, const MrNeedFacts *need)
{
  g_autofree char *money = mr_words_money (mr_till_get_checkout (till), need->amount_minor);
  if (need->label[0] == '\0')
    return g_strdup (_ ("A record the center could not book"));
  if (need->amount_minor == 0)
    return g_strdup_printf (_ ("Receipt %s"), need->label);
  return g_strdup_printf (_ ("Receipt %s, %s"), need->label, money);
}

char *
mr_need_words_title (MrTill *till, const MrNeedFacts *need)
{
  if (needs[need->kind].title != NULL)
    return g_strdup (_ (needs[need->kind].title));
  if (need->kind == MR_NEED_UNSENT)
    {
      g_autofree char *since = mr_words_time (till, need->at_us);
      return g_strdup_printf (_ ("Nothing was sent since %s"), since);
    }
  if (need->kind == MR_NEED_BACKUP)
    return g_strdup (g_str_equal (need->cause, "failed")
                         ? _ ("The last backup could not be made")
                         : _ ("The last backup is on this computer only"));
  if (need->kind == MR_NEED_TWICE)
    return twice_title (need);
  return refused_title (till, need);
}

char *
mr_need_words_detail (MrTill *till, const MrNeedFacts *need)
{
  if (need->kind != MR_NEED_REFUSED && need->kind != MR_NEED_TWICE && need->kind != MR_NEED_REPLICA)
    return g_strdup ("");
  g_autofree char *time = mr_words_time (till, need->at_us);
  return need->till_number > 0 ? g_strdup_printf (_ ("till %d · %s"), (int) need->till_number, time)
                               : g_strdup (time);
}

static char *
waiting_words (const MrNeedFacts *need)
{
  return g_strdup_printf (ngettext ("%d entry is on this computer's disk only.",
                                    "%d entries are on this computer's disk only.",
                                    (gulong) need->count),
                          (int) MIN (need->count, G_MAXINT));
}

static char *
damage_words (const MrNeedFacts *need)
{
  return g_strdup (g_str_equal (need->cause, "unsent")
                       ? _ ("It was damaged before it was sent; what is left of it waits at the "
                            "center. The till goes on under a new letter, and selling goes on.")
                       : _ ("Something of earlier can no longer be read as it was written, and no "
                            "backup can be made of it. What the center has is safe there, and "
                            "selling goes on."));
}

static char *
twice_words (const MrNeedFacts *need)
{
  gsize i = find_twice (need->cause);

  return g_strdup (i < G_N_ELEMENTS (twices)
                       ? _ (twices[i].meaning)
                       : _ ("There is but one of it, and two tills took it while they could not "
                            "ask each other."));
}

static char *
backup_words (MrTill *till, const MrNeedFacts *need)
{
  if (need->at_us == 0)
    return g_strdup (_ ("There is none yet. If this computer breaks, what the center does not "
                        "have is lost."));
  g_autofree char *time = mr_words_time (till, need->at_us);
  if (g_str_equal (need->cause, "failed"))
    return g_strdup_printf (_ ("The newest that is whole is of %s."), time);
  return g_strdup_printf (_ ("The folder or stick it was to go to was not there at closing. It was "
                             "made here, at %s."),
                          time);
}

char *
mr_need_words_meaning (MrTill *till, const MrNeedFacts *need)
{
  if (needs[need->kind].meaning != NULL)
    return g_strdup (_ (needs[need->kind].meaning));
  switch ((int) need->kind)
    {
    case MR_NEED_UNSENT:
      return waiting_words (need);
    case MR_NEED_BACKUP:
      return backup_words (till, need);
    case MR_NEED_DAMAGED:
      return damage_words (need);
    case MR_NEED_TWICE:
      return twice_words (need);
    case MR_NEED_REVOKED:
      return g_strdup (_ ("Selling goes on. What is sold is sent all the same, and the owner says "
                          "at the center whether it counts."));
    case MR_NEED_REFUSED:
    default:
      return g_strdup_printf (_ ("%s The record is kept and its goods are counted, but it is not "
                                 "in the books. Everything else is."),
                              cause_sentence (need->cause));
    }
}

const char *
mr_need_words_advice (const MrNeedFacts *need)
{
  if (needs[need->kind].advice != NULL)
    return _ (needs[need->kind].advice);
  if (need->kind == MR_NEED_BACKUP)
    return g_str_equal (need->cause, "failed")
               ? _ ("Is the disk or the stick full? Make room; the next closing tries again.")
               : _ ("Plug the stick in before the next closing, or choose another place in "
                    "Settings.");
  if (need->kind == MR_NEED_TWICE)
    {
      gsize i = find_twice (need->cause);

      return i < G_N_ELEMENTS (twices) ? _ (twices[i].advice)
                                       : _ ("Ask who was at the tills, and look at Receipts.");
    }
  if (g_str_equal (need->cause, "revoked"))
    return _ ("The owner decides at the center whether it counts; then it leaves this list.");
  return _ ("Nothing can be done at the till. Tell the region's office; it leaves this list when "
            "they have put it right.");
}

const char *
mr_need_words_action (const MrNeedFacts *need, const char **caption)
{
  switch ((int) need->kind)
    {
    case MR_NEED_UNSENT:
      *caption = _ ("Send now");
      return "win.sync-now";
    case MR_NEED_FORKED:
    case MR_NEED_REVOKED:
      *caption = _ ("Settings");
      return "win.page::settings";
    case MR_NEED_TWICE:
      *caption = _ ("Receipts");
      return g_str_equal (need->cause, "number") ? NULL : "win.page::receipts";
    case MR_NEED_BACKUP:
      *caption = _ ("Settings");
      return g_str_equal (need->cause, "elsewhere") ? "win.page::settings" : NULL;
    default:
      return NULL;
    }
}
