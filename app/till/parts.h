/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/scanner.h"
#include "till/backup-desk.h"
#include "till/checkout.h"
#include "till/display-desk.h"
#include "till/ground.h"
#include "till/keypad.h"
#include "till/label-list.h"
#include "till/scale-desk.h"
#include "till/scanner-desk.h"

G_BEGIN_DECLS

/* How MrTill makes its parts, and what they tell one another. Private to this folder. */

/* @device: (nullable): a MrDevice. @location: where it is set to be, "" = nowhere. */
MrDeskState mr_desk_state_of (gpointer device, const char *location);
/* "" or, in trouble, a device's reason. */
const char *mr_desk_reason_of (gpointer device, const char *location);

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

MrScaleDesk *mr_scale_desk_new (MrGround *ground);
/* What lies on it was sold. */
void mr_scale_desk_take (MrScaleDesk *self);
void mr_scale_desk_close (MrScaleDesk *self);

MrScannerDesk *mr_scanner_desk_new (MrGround *ground);
void mr_scanner_desk_close (MrScannerDesk *self);
/* A pairing opens everything: gives its scanner away, if it has one, and leaves all alone until … */
MrScanner *mr_scanner_desk_lend (MrScannerDesk *self) G_GNUC_WARN_UNUSED_RESULT;
/* … this. @scanner: (nullable): open already; used when it is the one that is set. */
void mr_scanner_desk_take_back (MrScannerDesk *self, MrScanner *scanner);
gboolean mr_scanner_desk_is_lent (MrScannerDesk *self);

/* Takes off what MR_SETTING_SCAN_PREFIX and MR_SETTING_SCAN_SUFFIX name. */
void mr_scan_keys_trim (MrSettings *settings, MrScan *scan);
MrGround *mr_scanner_desk_get_ground (MrScannerDesk *self);

/* Restores the basket kept in the journal. */
MrCheckout *mr_checkout_new (MrGround *ground);
/* The replica may say that another till took what is held here. */
void mr_checkout_look_at_held (MrCheckout *self);
/* Another weight lies on it: a question that waits for one may be answered. */
void mr_checkout_look_at_scale (MrCheckout *self);
/* Whether everything about the open basket is on the disk (the console answers only then). */
gboolean mr_checkout_is_kept (MrCheckout *self);

/* Gives what is not yet kept to the store, before it stops. */
void mr_checkout_keep_now (MrCheckout *self);

/* What would be written now. */
MrLabelList *mr_label_list_new (MrGround *ground);
gboolean mr_label_list_save (MrLabelList *self, const char *folder, GError **error);
/* It was saved: remembers when, and what. */
void mr_label_list_note_written (MrLabelList *self, MrGround *ground);

MrDisplayDesk *mr_display_desk_new (MrGround *ground, MrCheckout *checkout);
/* The shop may have another name. */
void mr_display_desk_refresh (MrDisplayDesk *self);
void mr_display_desk_close (MrDisplayDesk *self);

/* @settings: (nullable) */
MrKeypad *mr_keypad_new (MrCheckout *checkout, MrSettings *settings);

G_END_DECLS
