/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/id.h"
#include "till/printer-kinds.h"
#include "till/receipt.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  MR_PAPER_NONE, /* no printer is set */
  MR_PAPER_LOOKING, /* being looked for */
  MR_PAPER_READY,
  MR_PAPER_PRINTING,
  MR_PAPER_TROUBLE, /* see the reason; tried again by itself */
} MrPaperState;

/* Draws @text, a piece of a line of a receipt that the printer has no font for, on one line and @width_px
 * wide, made narrower where it would be wider: 8-bit ink (0 = paper), @height_px rows of @width_px bytes.
 * (transfer full): free with g_free(). NULL = cannot. */
typedef guint8 *(*MrLinePainter) (const char *text, MrReceiptStyle style, int width_px,
                                  int *height_px, gpointer user_data);

/**
 * MrSpooler:
 *
 * Takes what the journal says is to be printed to the printer, in order, and never makes anybody wait.
 * What did not come out whole is printed again whole, marked COPY. What has waited longer than
 * 30 minutes is not printed by itself: a printer that was off all night does not start the
 * day with yesterday's receipts; the view asks. The drawer opens on its own, whatever the
 * paper does. Main thread.
 *
 * Signals:
 *   changed (): state, reason or the numbers waiting
 */
#define MR_TYPE_SPOOLER (mr_spooler_get_type ())
G_DECLARE_FINAL_TYPE (MrSpooler, mr_spooler, MR, SPOOLER, GObject)

MrPaperState mr_spooler_get_state (MrSpooler *self);
/* "" or why not: "no-answer", "refused", "unknown-host", "no-network", "dropped", "no-device", "permission",
 * "in-use", "paper", "cover", "fault", "disk-full", "no-folder", "io". The view has a sentence for each. */
const char *mr_spooler_get_reason (MrSpooler *self);
/* No printer is set, or the one there is cannot be reached: nothing opens the drawer either. */
gboolean mr_spooler_is_away (MrSpooler *self);
/* The printer does not say whether it has paper, nor whether it printed. */
gboolean mr_spooler_is_silent (MrSpooler *self);
guint mr_spooler_get_n_waiting (MrSpooler *self); /* all that is not printed yet */
guint mr_spooler_get_n_old (MrSpooler *self); /* of them, those nobody prints unless asked */
void mr_spooler_print_old (MrSpooler *self);
void mr_spooler_drop_old (MrSpooler *self);
/* Looks at the printer now. */
void mr_spooler_retry (MrSpooler *self);

/* The receipt of the last sale, where printing is on a key or never: an original if none was made,
 * else marked COPY. */
void mr_spooler_print_last_async (MrSpooler *self, GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean mr_spooler_print_last_finish (MrSpooler *self, GAsyncResult *result, GError **error);
/* Marked COPY, counted in the journal. */
void mr_spooler_reprint_async (MrSpooler *self, MrId entry_id, GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean mr_spooler_reprint_finish (MrSpooler *self, GAsyncResult *result, GError **error);
/* A page that shows whether the printer is set up right; not in the journal. */
void mr_spooler_print_test (MrSpooler *self);
/* Opens the drawer: FALSE when there is no printer to do it. Not noted here. */
gboolean mr_spooler_kick_drawer (MrSpooler *self);

/* The kinds of printers there are, and which is in use. Borrowed. */
MrPrinterKinds *mr_spooler_get_kinds (MrSpooler *self);

/* For lines the printer's fonts cannot show; without one they go with "?" for what is missing. */
void mr_spooler_set_painter (MrSpooler *self, MrLinePainter painter, gpointer user_data,
                             GDestroyNotify free_data);

const char *mr_paper_state_to_string (MrPaperState state); /* "none", "ready", … */

G_END_DECLS
