/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/shift.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MrShiftDesk:
 *
 * Shifts: float, X, cash in and out, no-sale, closing count and Z. In a simple shop a shift opens by
 * itself with the first sale, its float being last night's counted cash, and closing is one counted
 * sum. Closing works with held baskets and with an open one, offline, always. Main thread.
 * Errors: MR_CHECKOUT_ERROR (not signed in, forbidden), MR_JOURNAL_ERROR, MR_DB_ERROR.
 *
 * Signals:
 *   changed (): another shift, or other sums
 *   closed (): a shift was closed, and its Z is on the disk
 */
#define MR_TYPE_SHIFT_DESK (mr_shift_desk_get_type ())
G_DECLARE_FINAL_TYPE (MrShiftDesk, mr_shift_desk, MR, SHIFT_DESK, GObject)

/* (nullable) the open shift's sums as of the last sale; borrowed until "changed". */
const MrShift *mr_shift_desk_get_shift (MrShiftDesk *self);
/* (nullable) the last closed one: what the Z said. */
const MrShift *mr_shift_desk_get_last_closed (MrShiftDesk *self);
/* What the next shift's float would be: last night's counted cash, or expected where nobody counted; ≥ 0. */
gint64 mr_shift_desk_get_default_float_minor (MrShiftDesk *self);
/* FALSE in a staffed shop without an open shift: nothing can be paid before one is opened. */
gboolean mr_shift_desk_can_sell (MrShiftDesk *self);

void mr_shift_desk_open_async (MrShiftDesk *self, gint64 float_minor, GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean mr_shift_desk_open_finish (MrShiftDesk *self, GAsyncResult *result, GError **error);
/* The Z. @has_count FALSE: closed without counting, and the Z says so. Returns the closed shift with
 * its variance. (transfer full) */
void mr_shift_desk_close_async (MrShiftDesk *self, gint64 counted_minor, gboolean has_count,
                                GAsyncReadyCallback callback, gpointer user_data);
MrShift *mr_shift_desk_close_finish (MrShiftDesk *self, GAsyncResult *result, GError **error);
/* The X: an entry, and a report where there is a printer. (transfer full) */
void mr_shift_desk_read_async (MrShiftDesk *self, GAsyncReadyCallback callback, gpointer user_data);
MrShift *mr_shift_desk_read_finish (MrShiftDesk *self, GAsyncResult *result, GError **error);
/* Opens the drawer without a sale; noted with @reason. */
void mr_shift_desk_no_sale_async (MrShiftDesk *self, const char *reason,
                                  GAsyncReadyCallback callback, gpointer user_data);
gboolean mr_shift_desk_no_sale_finish (MrShiftDesk *self, GAsyncResult *result, GError **error);
/* > 0 into the drawer, < 0 out of it. */
void mr_shift_desk_move_cash_async (MrShiftDesk *self, gint64 amount_minor, const char *reason,
                                    GAsyncReadyCallback callback, gpointer user_data);
gboolean mr_shift_desk_move_cash_finish (MrShiftDesk *self, GAsyncResult *result, GError **error);

G_END_DECLS
