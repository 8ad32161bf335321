/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "sync/engine.h"

G_BEGIN_DECLS

/**
 * MrSync:
 *
 * The sync thread: one engine, one HTTP client. Made and used on the main thread; never makes it wait.
 *
 * Signals, on the main context that made it:
 * "status-changed" – mr_sync_get_status() differs;
 * "replica-changed" – shop.db or the catalog holds something new (reopen readers, look again).
 */
#define MR_TYPE_SYNC (mr_sync_get_type ())
G_DECLARE_FINAL_TYPE (MrSync, mr_sync, MR, SYNC, GObject)

#define MR_SYNC_ERROR (mr_sync_error_quark ())
GQuark mr_sync_error_quark (void);
typedef enum
{
  MR_SYNC_ERROR_ADDRESS, /* what was given is not the address of a center */
  MR_SYNC_ERROR_UNREACHABLE, /* nobody answers there */
  MR_SYNC_ERROR_REFUSED, /* the center says no: the code is wrong, used or too old */
  MR_SYNC_ERROR_ANSWER, /* what answers there is no center */
} MrSyncError;

/* Starts the thread. A till not enrolled yet asks nothing: poke when it is. */
MrSync *mr_sync_new (const char *dir, const MrWorld *world);
void mr_sync_stop (MrSync *self);

/**
 * MrSyncHand:
 *
 * Who drives a sync that has no thread, no socket and no timer of its own: the simulator.
 */
typedef struct _MrSyncHand MrSyncHand;
struct _MrSyncHand
{
  /* @request is to be sent now, and borrowed. */
  void (*send) (const MrSyncRequest *request, gpointer user);
  /* mr_sync_pump() is to be called when @wait_ms have passed; an earlier wake is forgotten. */
  void (*wake) (gint64 wait_ms, gpointer user);
  /* Another engine is at work: what was sent so far is waited for no more. */
  void (*renewed) (gpointer user);
  gpointer user; /* (unowned) */
};
/* Everything happens in the calls themselves; signals come through the main context all the same. */
MrSync *mr_sync_new_by_hand (const char *dir, const MrWorld *world, const MrSyncHand *hand);
void mr_sync_pump (MrSync *self);
void mr_sync_take_reply (MrSync *self, guint id, const MrSyncReply *reply);
/* (nullable) (transfer none): NULL while its files cannot be opened; of a sync driven by hand alone. */
MrSyncEngine *mr_sync_get_engine (MrSync *self);

/* Push and pull at once: somebody wants to see that all is well. */
void mr_sync_poke (MrSync *self);
/* An entry was committed: push it at once. For the store's "appended". */
void mr_sync_appended (MrSync *self);
void mr_sync_get_status (MrSync *self, MrSyncStatus *status);

/* Asks for @claim, once. @answer comes exactly once, on the main context that made @self: in seconds, also
 * when the center is away or the sync is stopped (MR_CLAIM_UNANSWERED). */
typedef void (*MrClaimAnswer) (MrClaimVerdict verdict, gpointer data);
void mr_sync_claim (MrSync *self, const MrClaimRequest *claim, MrClaimAnswer answer, gpointer data);

/* Asks @center_url for an enrolment with @code. The reply is to be committed with
 * mr_journal_set_enrolment() by the caller, then mr_sync_poke(). Static: needs no MrSync. */
void mr_sync_enrol_async (const char *center_url, const char *code, const char *name,
                          const guint8 public_key[32], GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data);
MrEnrolReply *mr_sync_enrol_finish (GAsyncResult *result, GError **error);

G_END_DECLS
