/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/till.h"

#include "sync/sync.h"
#include "till/fork-desk.h"
#include "till/news-desk.h"
#include "till/parts.h"
#include "till/till-private.h"

#include <errno.h>
#include <glib/gstdio.h>

/* Further from the center's clock than this, ours is said to be doubtful. */
#define DOUBTFUL_CLOCK_US (5 * 60 * (gint64) G_USEC_PER_SEC)
/* Status changes come in bursts; the bar is told this often at most. */
#define STATUS_MS 250
#define TICK_SECONDS 60

struct _MrTill
{
  GObject parent_instance;

  const MrWorld *world; /* (unowned) */
  MrGround *ground; /* (owned) */
  MrSync *sync; /* (owned) (nullable) */
  MrSettings *settings; /* (owned) */
  MrSession *session; /* (owned) */
  MrShelf *shelf; /* (owned) */
  MrShiftDesk *shift_desk; /* (owned) */
  MrBackupDesk *backup_desk; /* (owned) */
  MrSpooler *spooler; /* (owned) */
  MrScaleDesk *scale_desk; /* (owned) */
  MrScannerDesk *scanner_desk; /* (owned) */
  MrCheckout *checkout; /* (owned) */
  MrDisplayDesk *display_desk; /* (owned) */
  MrKeypad *keypad; /* (owned) */
  MrNeeds *needs; /* (owned) */

  MrSyncStatus sync_status;
  gint64 rebuilt_us; /* as in MrTillStatus */
  char *shop_name; /* (owned) */
  char *center_url; /* (owned) */
  gint64 till_number;
  gboolean enrolled;
  guint status_source;
  guint tick_source;
  guint price_source; /* at the next change of a price, when that is soon */
  gint64 next_price_us; /* when a price changes next */
  gboolean stopped;
};

G_DEFINE_FINAL_TYPE (MrTill, mr_till, G_TYPE_OBJECT)

enum
{
  STATUS_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const char *const link_names[] = { "not-enrolled", "offline",  "online",
                                          "revoked",      "replaced", "too-old" };

static void
load_identity (MrTill *self)
{
  g_autofree char *number = mr_ground_dup_identity (self->ground, "till_number");
  g_autofree char *till_id = mr_ground_dup_identity (self->ground, "till_id");

  g_free (self->shop_name);
  g_free (self->center_url);
  self->shop_name = mr_ground_dup_shop_name (self->ground);
  self->center_url = mr_ground_dup_identity (self->ground, "center_url");
  self->till_number = number != NULL ? g_ascii_strtoll (number, NULL, 10) : 0;
  self->enrolled = till_id != NULL && *till_id != '\0';
}

static void
load_news (MrTill *self)
{
  g_autofree char *rebuilt = mr_news_desk_dup (self->ground, MR_NEWS_REPLICA);

  self->rebuilt_us = g_ascii_strtoll (rebuilt, NULL, 10);
}

static gboolean
tell_status (gpointer user_data)
{
  MrTill *self = user_data;

  self->status_source = 0;
  mr_needs_refresh (self->needs);
  g_signal_emit (self, signals[STATUS_CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static void
on_ground_changed (gpointer user)
{
  MrTill *self = user;

  if (self->status_source == 0 && !self->stopped && !self->ground->by_hand)
    self->status_source = g_timeout_add (STATUS_MS, tell_status, self);
}

static gboolean on_price_change (gpointer user_data);

/* Prices are looked up when asked for; at the moment one changes what is shown must be shown anew. */
static void
look_for_price_changes (MrTill *self)
{
  gint64 now_us = mr_ground_get_now_us (self->ground);

  self->next_price_us = self->ground->catalog != NULL
                            ? mr_catalog_get_next_change_us (self->ground->catalog, now_us)
                            : G_MAXINT64;
  g_clear_handle_id (&self->price_source, g_source_remove);
  /* The clock may be set meanwhile: what is further off is looked at again with each tick. */
  if (self->next_price_us - now_us < TICK_SECONDS * (gint64) G_USEC_PER_SEC && !self->stopped &&
      !self->ground->by_hand)
    self->price_source =
        g_timeout_add ((guint) ((self->next_price_us - now_us) / 1000 + 1), on_price_change, self);
}

static void
switch_prices (MrTill *self)
{
  gboolean is_due = mr_ground_get_now_us (self->ground) >= self->next_price_us;

  look_for_price_changes (self);
  if (is_due)
    mr_shelf_refresh (self->shelf);
}

static gboolean
on_price_change (gpointer user_data)
{
  MrTill *self = user_data;

  self->price_source = 0;
  switch_prices (self);
  return G_SOURCE_REMOVE;
}

static void
on_replica_changed (MrTill *self)
{
  mr_ground_reopen (self->ground);
  load_identity (self);
  look_for_price_changes (self);
  mr_session_refresh (self->session);
  mr_shelf_refresh (self->shelf);
  mr_checkout_look_at_held (self->checkout);
  mr_display_desk_refresh (self->display_desk);
  on_ground_changed (self);
}

/* An audit that found a replica wrong is news until one has found all right. */
static void
look_at_audit (MrTill *self)
{
  const MrSyncStatus *sync = &self->sync_status;
  gint64 news_us = self->rebuilt_us;
  char text[32] = "";

  if (sync->rebuilt_us > news_us)
    news_us = sync->rebuilt_us;
  if (sync->audited_us > news_us)
    news_us = 0;
  if (news_us == self->rebuilt_us)
    return;
  self->rebuilt_us = news_us;
  if (news_us > 0)
    g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, news_us);
  mr_news_desk_remember (self->ground, MR_NEWS_REPLICA, text);
}

static void
on_sync_status (MrTill *self)
{
  mr_sync_get_status (self->sync, &self->sync_status);
  look_at_audit (self);
  self->ground->clock_offset_us = self->sync_status.clock_offset_us;
  mr_fork_desk_act (self->ground, self->sync);
  on_ground_changed (self);
}

static void
on_appended (MrTill *self)
{
  /* An entry reached the disk: that is the proof that it works again. */
  self->ground->disk_trouble = FALSE;
  mr_backup_desk_note_use (self->backup_desk);
  if (self->sync != NULL)
    mr_sync_appended (self->sync);
  on_ground_changed (self);
}

static gboolean
on_tick (gpointer user_data)
{
  mr_till_tick (user_data);
  return G_SOURCE_CONTINUE;
}

static void
make_parts (MrTill *self)
{
  MrGround *ground = self->ground;

  self->settings = ground->settings = mr_settings_new (ground);
  self->session = ground->session = mr_session_new (ground);
  self->shelf = ground->shelf = mr_shelf_new (ground);
  self->shift_desk = ground->shift_desk = mr_shift_desk_new (ground);
  self->spooler = ground->spooler = mr_spooler_new (ground);
  self->scale_desk = ground->scale_desk = mr_scale_desk_new (ground);
  self->scanner_desk = mr_scanner_desk_new (ground);
  self->backup_desk = mr_backup_desk_new (ground);
  self->checkout = mr_checkout_new (ground);
  g_signal_connect_object (self->scale_desk, "changed", G_CALLBACK (mr_checkout_look_at_scale),
                           self->checkout, G_CONNECT_SWAPPED);
  self->display_desk = mr_display_desk_new (ground, self->checkout);
  self->keypad = mr_keypad_new (self->checkout, self->settings);
  self->needs = mr_needs_new ();
  mr_till_join_need_sources (self, self->needs);
  ground->changed = on_ground_changed;
  ground->changed_user = self;
  g_signal_connect_object (ground->store, "appended", G_CALLBACK (on_appended), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->shift_desk, "closed", G_CALLBACK (mr_backup_desk_start),
                           self->backup_desk, G_CONNECT_SWAPPED);
}

static void
start_sync (MrTill *self, const char *dir, const MrSyncHand *hand)
{
  self->sync =
      hand != NULL ? mr_sync_new_by_hand (dir, self->world, hand) : mr_sync_new (dir, self->world);
  g_signal_connect_object (self->sync, "status-changed", G_CALLBACK (on_sync_status), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sync, "replica-changed", G_CALLBACK (on_replica_changed), self,
                           G_CONNECT_SWAPPED);
  mr_sync_get_status (self->sync, &self->sync_status);
  self->ground->sync = self->sync;
}

static void
mr_till_dispose (GObject *object)
{
  MrTill *self = MR_TILL (object);

  if (self->ground != NULL)
    mr_till_stop (self);
  g_clear_object (&self->needs);
  g_clear_object (&self->keypad);
  g_clear_object (&self->display_desk);
  g_clear_object (&self->checkout);
  g_clear_object (&self->scale_desk);
  g_clear_object (&self->scanner_desk);
  g_clear_object (&self->spooler);
  g_clear_object (&self->backup_desk);
  g_clear_object (&self->shift_desk);
  g_clear_object (&self->shelf);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  g_clear_object (&self->sync);
  g_clear_pointer (&self->ground, mr_ground_unref);
  G_OBJECT_CLASS (mr_till_parent_class)->dispose (object);
}

static void
mr_till_finalize (GObject *object)
{
  MrTill *self = MR_TILL (object);

  g_free (self->shop_name);
  g_free (self->center_url);
  G_OBJECT_CLASS (mr_till_parent_class)->finalize (object);
}

static void
mr_till_class_init (MrTillClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = mr_till_dispose;
  object_class->finalize = mr_till_finalize;
  signals[STATUS_CHANGED] = g_signal_new ("status-changed", MR_TYPE_TILL, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mr_till_init (MrTill *self)
{
  self->next_price_us = G_MAXINT64;
}

MrTill *
mr_till_new (const MrTillConfig *config, GError **error)
{
  g_autoptr (MrTill) self = g_object_new (MR_TYPE_TILL, NULL);

  self->world = config->world;
  if (g_mkdir_with_parents (config->dir, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   "the folder '%s' cannot be made: %s", config->dir, g_strerror (errno));
      return NULL;
    }
  self->ground = mr_ground_new (config->dir, config->world, config->inline_jobs, error);
  if (self->ground == NULL)
    return NULL;
  self->ground->by_hand = config->sync_hand != NULL;
  make_parts (self);
  load_identity (self);
  load_news (self);
  look_for_price_changes (self);
  if (config->with_sync)
    start_sync (self, config->dir, config->sync_hand);
  mr_needs_refresh (self->needs);
  if (!self->ground->by_hand)
    self->tick_source = g_timeout_add_seconds (TICK_SECONDS, on_tick, self);
  return g_steal_pointer (&self);
}

void
mr_till_stop (MrTill *self)
{
  if (self->stopped)
    return;
  self->stopped = TRUE;
  g_clear_handle_id (&self->tick_source, g_source_remove);
  g_clear_handle_id (&self->status_source, g_source_remove);
  g_clear_handle_id (&self->price_source, g_source_remove);
  if (self->sync != NULL)
    mr_sync_stop (self->sync);
  self->ground->sync = NULL;
  if (self->backup_desk != NULL)
    mr_backup_desk_close (self->backup_desk);
  if (self->scanner_desk != NULL)
    mr_scanner_desk_close (self->scanner_desk);
  if (self->spooler != NULL)
    mr_spooler_close (self->spooler);
  if (self->scale_desk != NULL)
    mr_scale_desk_close (self->scale_desk);
  if (self->display_desk != NULL)
    mr_display_desk_close (self->display_desk);
  if (self->checkout != NULL)
    mr_checkout_keep_now (self->checkout);
  self->ground->changed = NULL;
  mr_ground_stop (self->ground);
}

MrSession *
mr_till_get_session (MrTill *self)
{
  return self->session;
}

MrShelf *
mr_till_get_shelf (MrTill *self)
{
  return self->shelf;
}

MrCheckout *
mr_till_get_checkout (MrTill *self)
{
  return self->checkout;
}

MrKeypad *
mr_till_get_keypad (MrTill *self)
{
  return self->keypad;
}

MrShiftDesk *
mr_till_get_shift_desk (MrTill *self)
{
  return self->shift_desk;
}

MrBackupDesk *
mr_till_get_backup_desk (MrTill *self)
{
  return self->backup_desk;
}

MrScannerDesk *
mr_till_get_scanner_desk (MrTill *self)
{
  return self->scanner_desk;
}

MrDisplayDesk *
mr_till_get_display_desk (MrTill *self)
{
  return self->display_desk;
}

MrSpooler *
mr_till_get_spooler (MrTill *self)
{
  return self->spooler;
}

MrScaleDesk *
mr_till_get_scale_desk (MrTill *self)
{
  return self->scale_desk;
}

MrNeeds *
mr_till_get_needs (MrTill *self)
{
  return self->needs;
}

MrSettings *
mr_till_get_settings (MrTill *self)
{
  return self->settings;
}

MrSync *
mr_till_get_sync (MrTill *self)
{
  return self->sync;
}

const MrWorld *
mr_till_get_world (MrTill *self)
{
  return self->world;
}

GTimeZone *
mr_till_get_time_zone (MrTill *self)
{
  return self->ground->time_zone;
}

static MrLink
get_link (MrTill *self)
{
  if (!self->enrolled)
    return MR_LINK_NOT_ENROLLED;
  if (self->sync == NULL)
    return MR_LINK_OFFLINE;
  switch (self->sync_status.connection)
    {
    case MR_SYNC_ONLINE:
      return MR_LINK_ONLINE;
    case MR_SYNC_REVOKED:
      return MR_LINK_REVOKED;
    case MR_SYNC_REPLACED:
      return MR_LINK_REPLACED;
    case MR_SYNC_TOO_OLD:
      return MR_LINK_TOO_OLD;
    case MR_SYNC_OFFLINE:
    default:
      return MR_LINK_OFFLINE;
    }
}

static void
fill_sync_status (MrTill *self, MrTillStatus *status)
{
  const MrSyncStatus *sync = &self->sync_status;
  MrForkNews news;

  status->idle = sync->idle;
  status->waiting = sync->waiting;
  status->waiting_since_us = sync->waiting_since_us;
  status->last_contact_us = sync->last_contact_us;
  status->catalog_age_us =
      sync->catalog_at_us > 0 ? MAX (mr_world_now_us (self->world) - sync->catalog_at_us, 0) : -1;
  status->snapshot_done = sync->snapshot_done;
  status->snapshot_total = sync->snapshot_total;
  /* Until somebody who runs the shop has said that they know. */
  news = mr_journal_get_fork_news (self->ground->journal, &status->damaged_n);
  status->forked = news != MR_FORK_NONE || sync->forked;
  status->clock_offset_us = sync->clock_offset_us;
  status->problem = sync->problem;
}

/* What a fire at the center could still take, where this till keeps no copy of its own any more. */
static void
fill_unbacked (MrTill *self, MrTillStatus *status)
{
  MrGround *ground = self->ground;
  MrMine mine;
  MrId writer;
  MrHash h;
  gint64 n;

  if (!self->enrolled || ground->shop == NULL ||
      !mr_journal_get_head (ground->journal, &writer, &n, &h, NULL) ||
      !mr_shop_get_mine (ground->shop, writer, &mine) || mine.acked <= mine.safe)
    return;
  status->unbacked = mine.acked - mine.safe;
  status->unbacked_since_us = mr_journal_get_waiting_since_us (ground->journal, mine.safe);
}

void
mr_till_get_status (MrTill *self, MrTillStatus *status)
{
  *status = (MrTillStatus){ 0 };
  fill_sync_status (self, status);
  fill_unbacked (self, status);
  status->link = get_link (self);
  status->enrolled = self->enrolled;
  status->catalog_v = self->ground->catalog_v;
  status->clock_doubtful =
      ABS (status->clock_offset_us) > DOUBTFUL_CLOCK_US ||
      mr_world_now_us (self->world) + status->clock_offset_us + DOUBTFUL_CLOCK_US <
          self->ground->last_at_us;
  status->disk_trouble = self->ground->disk_trouble;
  status->disk_low = mr_journal_is_disk_low (self->ground->journal);
  status->disk_free = mr_journal_get_disk_free (self->ground->journal);
  status->damage = mr_backup_desk_get_damage (self->backup_desk);
  status->damaged = *status->damage != '\0';
  status->rebuilt_us = self->rebuilt_us;
  status->backup = mr_backup_desk_get_state (self->backup_desk);
  status->backup_at_us = mr_backup_desk_get_made_at_us (self->backup_desk);
  status->backup_problem = mr_backup_desk_get_problem (self->backup_desk);
  status->paper = mr_spooler_get_state (self->spooler);
  status->paper_reason = mr_spooler_get_reason (self->spooler);
  status->paper_waiting = mr_spooler_get_n_waiting (self->spooler);
  status->scanner = mr_scanner_desk_get_state (self->scanner_desk);
  status->scanner_reason = mr_scanner_desk_get_reason (self->scanner_desk);
  status->shop_name = self->shop_name;
  status->till_number = self->till_number;
  status->center_url = self->center_url != NULL ? self->center_url : "";
}

gboolean
mr_till_is_disk_error (const GError *error, gboolean *is_full)
{
  return mr_journal_is_disk_error (error, is_full);
}

gboolean
mr_till_is_enrolled (MrTill *self)
{
  return self->enrolled;
}

MrGround *
mr_till_get_ground (MrTill *self)
{
  return self->ground;
}

void
mr_till_take_enrolment (MrTill *self)
{
  on_replica_changed (self);
  mr_shift_desk_refresh (self->shift_desk);
  mr_till_sync_now (self);
}

void
mr_till_forget_fork (MrTill *self)
{
  if (mr_session_may (self->session, MR_MAY_CHANGE_SETTINGS))
    mr_fork_desk_forget (self->ground);
}

void
mr_till_sync_now (MrTill *self)
{
  if (self->sync != NULL)
    mr_sync_poke (self->sync);
}

static gboolean
store_tidy (MrJournal *journal, gpointer data, GError **error)
{
  return mr_journal_tidy (journal, FALSE, error);
}

void
mr_till_tick (MrTill *self)
{
  switch_prices (self);
  /* Again, should the disk have refused it. */
  if (self->sync != NULL)
    mr_fork_desk_act (self->ground, self->sync);
  mr_needs_refresh (self->needs);
  mr_ground_run (self->ground, store_tidy, NULL, NULL, NULL);
  mr_spooler_look (self->spooler);
  if (mr_checkout_is_empty (self->checkout))
    mr_backup_desk_look (self->backup_desk);
  on_ground_changed (self);
}

const char *
mr_link_to_string (MrLink link)
{
  g_return_val_if_fail (link < G_N_ELEMENTS (link_names), "offline");
  return link_names[link];
}
