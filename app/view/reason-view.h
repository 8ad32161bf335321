/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/keypad.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a reason is asked for; each has its usual ones. */
typedef enum
{
  MR_REASON_NO_SALE,
  MR_REASON_VOID,
  MR_REASON_RETURN,
  MR_REASON_CASH_IN,
  MR_REASON_CASH_OUT,
} MrReasonKind;

/**
 * MrReasonView:
 *
 * Asks why: the usual reasons to be touched, or chosen by their digit, and a line for any other. Enter takes
 * the first. Not a dialog: scans go on, and Esc leaves it.
 *
 * Signals:
 *   chosen (string): in the words of the screen, as the journal keeps it
 */
#define MR_TYPE_REASON_VIEW (mr_reason_view_get_type ())
G_DECLARE_FINAL_TYPE (MrReasonView, mr_reason_view, MR, REASON_VIEW, GtkBox)

void mr_reason_view_ask (MrReasonView *self, MrReasonKind kind);
gboolean mr_reason_view_press (MrReasonView *self, MrKey key, gunichar character);

G_END_DECLS
