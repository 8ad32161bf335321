/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/id.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What somebody has to see to. The view has a sentence for each, and one that says what to do. */
typedef enum
{
  MR_NEED_DISK_FULL, /* what is sold now cannot be written */
  MR_NEED_DAMAGED, /* a record in the journal's file is damaged; cause "unsent": before it was sent, else "" */
  MR_NEED_FORKED, /* another computer sells, or sold, under this till's name */
  MR_NEED_REVOKED, /* the center no longer takes this till for one of its own; count: what waits */
  MR_NEED_TOO_OLD, /* the center wants a newer Millrace; count: what waits */
  MR_NEED_CLOCK, /* this computer's clock is wrong */
  MR_NEED_DISK_LOW, /* there is little room */
  MR_NEED_UNSENT, /* nothing was sent for a day: count, and the time of the oldest */
  MR_NEED_BACKUP, /* cause "failed" or "elsewhere" (MrBackupState); the time of the newest, 0 = none */
  MR_NEED_REFUSED, /* the center could not book an entry; cause as in MrRefusedEntry (till/till.h) */
  MR_NEED_TWICE, /* there was but one of it; cause as MrTakenTwice.kind: "held", "return", "number"; count: times
                  * too often, thousandths too many, numbers */
  MR_NEED_REPLICA, /* goods and prices here were not what the center says; they are fetched anew */
  MR_N_NEEDS,
} MrNeedKind;

typedef struct
{
  MrNeedKind kind;
  const char *cause; /* "" where there is only one */
  MrId entry_id; /* MR_ID_NONE where it is of no entry */
  const char *entry_kind; /* "" */
  const char *label; /* receipt number, "" */
  gint64 till_number; /* where it happened, 0 = here */
  gint64 amount_minor;
  gint64 at_us; /* 0 = no moment of its own */
  gint64 count;
  /* What is put away with mr_till_put_away(), since nobody else settles it; "" = goes by itself only. */
  const char *what;
  const char *subject; /* "" = all of that */
} MrNeedFacts;

/**
 * MrNeed:
 *
 * One thing that somebody has to see to; never changes. Main thread.
 */
#define MR_TYPE_NEED (mr_need_get_type ())
G_DECLARE_FINAL_TYPE (MrNeed, mr_need, MR, NEED, GObject)

/* Copies @facts; strings may be NULL for "". */
MrNeed *mr_need_new (const MrNeedFacts *facts);
const MrNeedFacts *mr_need_get_facts (MrNeed *self);

/**
 * MrNeeds:
 *
 * "Needs you": the list of them, a GListModel of MrNeed, the most urgent first. What has been seen to is
 * gone by itself, as soon as the source says so. Main thread.
 */
#define MR_TYPE_NEEDS (mr_needs_get_type ())
G_DECLARE_FINAL_TYPE (MrNeeds, mr_needs, MR, NEEDS, GObject)

MrNeeds *mr_needs_new (void);
/* Adds to @needs what it knows of now (element-type MrNeed). */
typedef void (*MrNeedSource) (GPtrArray *needs, gpointer user);
void mr_needs_add_source (MrNeeds *self, MrNeedSource source, gpointer user);
void mr_needs_drop_source (MrNeeds *self, MrNeedSource source, gpointer user);
/* Asks all sources anew; "items-changed" only when something is another. */
void mr_needs_refresh (MrNeeds *self);

G_END_DECLS
