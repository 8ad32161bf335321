/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalog/catalog.h"
#include "model/world.h"
#include "store/shop.h"
#include "store/store.h"
#include "sync/sync.h"
#include "till/scale-desk.h"
#include "till/session.h"
#include "till/settings.h"
#include "till/shelf.h"
#include "till/shift-desk.h"
#include "till/spooler.h"

G_BEGIN_DECLS

/**
 * MrGround:
 *
 * What the parts of the till stand on: the store, the readers of the three files, the clock, and one
 * another. Private to this folder: the view never sees it. Owned by MrTill, which outlives its
 * parts' work; parts hold a reference, so that a late answer of the store finds it still there. Main
 * thread.
 */
typedef struct
{
  gatomicrefcount ref_count;
  const MrWorld *world; /* (unowned) */
  char *dir; /* (owned) */
  MrStore *store; /* (owned) */
  MrJournal *journal; /* (owned): a reader */
  MrShop *shop; /* (owned) (nullable): a reader; NULL until something arrived */
  GHashTable *priced_packs; /* (owned) (nullable): those with a price of the shop's own */
  gint64 cash_rounding_minor; /* ≥ 1 */
  MrCatalog *catalog; /* (owned) (nullable): a reader; NULL until something arrived */
  char *catalog_file; /* (owned) (nullable): base name of the one open */
  gint64 catalog_v;
  GTimeZone *time_zone; /* (owned) */
  char currency[4];
  gint64 clock_offset_us; /* center − ours, as last heard */
  gint64 last_at_us; /* of the last entry: never sell at an earlier time */
  gboolean disk_trouble; /* the last write to the journal failed */
  gboolean inline_jobs;
  gboolean by_hand; /* no timers: mr_till_tick() does what they would */

  MrSync *sync; /* (unowned) (nullable): set by MrTill while there is one */

  /* Set by MrTill once they are made; valid as long as it lives. */
  MrSettings *settings; /* (unowned) (nullable) */
  MrSession *session; /* (unowned) (nullable) */
  MrShelf *shelf; /* (unowned) (nullable) */
  MrShiftDesk *shift_desk; /* (unowned) (nullable) */
  MrSpooler *spooler; /* (unowned) (nullable) */
  MrScaleDesk *scale_desk; /* (unowned) (nullable) */
  void (*changed) (gpointer user); /* (nullable): the status bar may say something else now */
  gpointer changed_user;
} MrGround;

MrGround *mr_ground_new (const char *dir, const MrWorld *world, gboolean inline_jobs,
                         GError **error);
MrGround *mr_ground_ref (MrGround *self);
void mr_ground_unref (MrGround *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrGround, mr_ground_unref)

/* Stops the store: everything given to it is done, nothing more is taken. */
void mr_ground_stop (MrGround *self);

/* Looks at shop.db and the catalog anew: opens what has come, leaves what is as it was. */
void mr_ground_reopen (MrGround *self);

/* The time by which prices are looked up and entries made: our clock put right by the center's, never
 * earlier than the last entry. */
gint64 mr_ground_get_now_us (MrGround *self);

/* Business date, currency, shift, who: what each entry carries. */
void mr_ground_fill_context (MrGround *self, MrEntryContext *context);

/* (nullable) */
char *mr_ground_dup_identity (MrGround *self, const char *name);
/* A setting of the shop, by the center; @fallback when unknown. */
char *mr_ground_dup_shop_setting (MrGround *self, const char *id, const char *fallback);
/* As the shop's feed says it, or as it was when this till joined; "" until then. */
char *mr_ground_dup_shop_name (MrGround *self);

/* Gives @job to the store. @done is called on the main thread with @data, which is freed
 * afterwards; @error is NULL when it worked, and borrowed. */
typedef void (*MrGroundDone) (MrGround *self, gpointer data, const GError *error);
void mr_ground_run (MrGround *self, MrStoreJob job, gpointer data, GDestroyNotify free_data,
                    MrGroundDone done);

/* Asks the center whether this till may have something another one may want too (MrClaimRequest). @answer
 * comes exactly once, unanswered at once where there is no network. */
void mr_ground_claim (MrGround *self, const char *key, const char *kind, const char *subject,
                      gint64 amount, gint64 of, MrClaimAnswer answer, gpointer data);
/* Whether another till may sell in this shop: else nothing needs to be claimed. */
gboolean mr_ground_has_other_tills (MrGround *self);

/* The status may be another now. */
void mr_ground_touch (MrGround *self);

G_END_DECLS
