/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/backup-desk.h"
#include "till/checkout.h"
#include "till/ground.h"
#include "till/keypad.h"

G_BEGIN_DECLS

/* How MrTill makes its parts, and what they tell one another. Private to this folder. */

MrSettings *mr_settings_new (MrGround *ground);

MrSession *mr_session_new (MrGround *ground);
/* The staff list may be another: looks again. */
void mr_session_refresh (MrSession *self);

MrShelf *mr_shelf_new (MrGround *ground);
/* The replica or the time changed. */
void mr_shelf_refresh (MrShelf *self);

MrShiftDesk *mr_shift_desk_new (MrGround *ground);
/* The shift's sums after a sale. Takes @shift over. */
void mr_shift_desk_take_shift (MrShiftDesk *self, MrShift *shift);
/* Reads the open shift from the journal again. */
void mr_shift_desk_refresh (MrShiftDesk *self);

MrBackupDesk *mr_backup_desk_new (MrGround *ground);
/* The journal has grown: somebody is at the till. */
void mr_backup_desk_note_use (MrBackupDesk *self);
/* While nobody is at the till: looks through the journal when a day has passed. */
void mr_backup_desk_look (MrBackupDesk *self);
/* Waits for the one that is being made. */
void mr_backup_desk_close (MrBackupDesk *self);

MrSpooler *mr_spooler_new (MrGround *ground);
/* Something was queued in the journal, or time passed: look. */
void mr_spooler_look (MrSpooler *self);
void mr_spooler_close (MrSpooler *self);
MrGround *mr_spooler_get_ground (MrSpooler *self);
/* Somebody asked for paper: tries again, also a printer that was in trouble. */
void mr_spooler_take_order (MrSpooler *self);

/* Restores the basket kept in the journal. */
MrCheckout *mr_checkout_new (MrGround *ground);
/* The replica may say that another till took what is held here. */
void mr_checkout_look_at_held (MrCheckout *self);
/* Whether everything about the open basket is on the disk (the console answers only then). */
gboolean mr_checkout_is_kept (MrCheckout *self);

/* Gives what is not yet kept to the store, before it stops. */
void mr_checkout_keep_now (MrCheckout *self);

/* @settings: (nullable) */
MrKeypad *mr_keypad_new (MrCheckout *checkout, MrSettings *settings);

G_END_DECLS
