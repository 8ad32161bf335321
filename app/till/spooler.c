/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/spooler.h"

#include "device/printer.h"
#include "till/parts.h"
#include "till/printer-kinds-private.h"
#include "till/receipt-escpos.h"
#include "till/receipt-source.h"

#include <string.h>

/* Older receipts are not wanted any more: whoever comes in the morning is asked first. */
#define OLD_US (30 * 60 * (gint64) G_USEC_PER_SEC)
/* The reason of a row of which something may be on paper already: printed again it is a copy. */
#define REASON_CUT_SHORT "cut-short"

struct _MrSpooler
{
  GObject parent_instance;

  MrGround *ground; /* (owned) */
  MrPrinterKinds *kinds; /* (owned) */
  MrPrinter *printer; /* (owned) (nullable) */
  GPtrArray *waiting; /* (owned) (element-type MrSpoolRow), oldest first */
  gint64 current; /* spool id with the printer or on its way there, 0 = none */
  guint n_ending; /* rows of which the end is on its way to the disk: they are not yet true */
  gboolean is_again; /* something of the current one may be on paper since an earlier try */
  gint64 wanted_until; /* old rows up to this id are printed all the same */
  gboolean is_blocked; /* the last try failed: wait for the printer to be ready again */
  gboolean is_closed;
  MrLinePainter painter; /* (nullable) */
  gpointer painter_data;
  GDestroyNotify free_painter_data;
};

G_DEFINE_FINAL_TYPE (MrSpooler, mr_spooler, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const char *const state_names[] = { "none", "looking", "ready", "printing", "trouble" };

/* A spool row's new state, on its way to the journal. */
typedef struct
{
  MrSpooler *spooler; /* (owned) */
  gint64 id;
  const char *state; /* (static) */
  char reason[24];
  gint64 tries;
  MrId entry_id;
  guint copy;
} Move;

static void print_next (MrSpooler *self);

static void
free_move (gpointer data)
{
  Move *move = data;

  g_object_unref (move->spooler);
  g_free (move);
}

static gboolean
store_move (MrJournal *journal, gpointer data, GError **error)
{
  const Move *move = data;

  return mr_journal_set_spool (journal, move->id, move->state, move->reason, error);
}

static Move *
new_move (MrSpooler *self, gint64 id, const char *state, const char *reason)
{
  Move *move = g_new0 (Move, 1);

  move->spooler = g_object_ref (self);
  move->id = id;
  move->state = state;
  g_strlcpy (move->reason, reason, sizeof move->reason);
  return move;
}

static void
read_waiting (MrSpooler *self)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *rows = mr_journal_list_spool (self->ground->journal, &error);

  if (rows == NULL)
    {
      g_warning ("the spool cannot be read: %s", error->message);
      return;
    }
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  self->waiting = rows;
}

static void
tell (MrSpooler *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
  mr_ground_touch (self->ground);
}

static gboolean
is_old (MrSpooler *self, const MrSpoolRow *row)
{
  return row->id > self->wanted_until && row->id != self->current &&
         mr_ground_get_now_us (self->ground) - row->queued_at_us > OLD_US;
}

static MrRaster *
load_logo (const char *setting)
{
  g_autoptr (GError) error = NULL;
  MrRaster *logo;

  if (*setting == '\0' || g_str_has_prefix (setting, "stored:"))
    return NULL;
  logo = mr_raster_new_from_pbm_file (setting, &error);
  if (logo == NULL)
    g_warning ("the logo cannot be read: %s", error->message);
  return logo;
}

static GBytes *
render (MrSpooler *self, const MrReceipt *receipt)
{
  const char *setting = mr_settings_get (self->ground->settings, MR_SETTING_LOGO);
  g_autoptr (MrRaster) logo = load_logo (setting);
  MrPaperOptions options = {
    .profile = mr_printer_kinds_get_profile (self->kinds),
    .logo = logo,
    .painter = self->painter,
    .painter_data = self->painter_data,
  };

  if (g_str_has_prefix (setting, "stored:"))
    options.stored_logo =
        (int) CLAMP (g_ascii_strtoll (setting + strlen ("stored:"), NULL, 10), 0, 255);
  return mr_receipt_to_escpos (receipt, &options);
}

static void
on_ended (MrGround *ground, gpointer data, const GError *error)
{
  const Move *move = data;

  if (error != NULL)
    g_warning ("the spool cannot be kept: %s", error->message);
  move->spooler->n_ending--;
  mr_spooler_look (move->spooler);
}

static void
end_current (MrSpooler *self, const char *state, const char *reason)
{
  Move *move = new_move (self, self->current, state, reason);

  self->current = 0;
  self->n_ending++;
  mr_ground_run (self->ground, store_move, move, free_move, on_ended);
}

/* Whatever came of this try: what an earlier one left on paper is still there. */
static void
put_back (MrSpooler *self, const char *reason)
{
  end_current (self, "queued", self->is_again ? REASON_CUT_SHORT : reason);
}

/* The row says "printing" on disk before a byte leaves: what a power cut interrupts is printed
 * again as a copy. */
static void
on_marked_printing (MrGround *ground, gpointer data, const GError *error)
{
  const Move *move = data;
  MrSpooler *self = move->spooler;
  g_autoptr (GError) failure = NULL;
  g_autoptr (MrReceipt) receipt = NULL;
  g_autoptr (GBytes) job = NULL;
  g_autofree char *id = NULL;

  if (error != NULL)
    {
      g_warning ("the spool cannot be kept: %s", error->message);
      self->current = 0;
      self->is_blocked = TRUE;
      return;
    }
  /* The printer was taken away meanwhile: not a byte of it is on paper. */
  if (self->printer == NULL || self->is_closed)
    {
      put_back (self, "");
      return;
    }
  receipt = mr_receipt_load (ground, move->entry_id, move->copy, &failure);
  if (receipt == NULL)
    {
      g_warning ("a receipt cannot be made: %s", failure->message);
      end_current (self, "given-up", "unreadable");
      return;
    }
  job = render (self, receipt);
  id = g_strdup_printf ("%06" G_GINT64_FORMAT "-%" G_GINT64_FORMAT, move->id, move->tries);
  mr_printer_print (self->printer, id, job);
  tell (self);
}

static void
print_row (MrSpooler *self, const MrSpoolRow *row)
{
  gboolean again =
      g_str_equal (row->state, "printing") || g_str_equal (row->reason, REASON_CUT_SHORT);
  Move *move = new_move (self, row->id, "printing", "");

  self->current = row->id;
  self->is_again = again;
  move->tries = row->tries;
  move->entry_id = row->entry_id;
  move->copy = again ? MAX ((guint) row->copy, 1) : (guint) row->copy;
  mr_ground_run (self->ground, store_move, move, free_move, on_marked_printing);
}

static void
print_next (MrSpooler *self)
{
  if (self->printer == NULL || self->current != 0 || self->n_ending > 0 || self->is_blocked ||
      self->is_closed)
    return;
  for (guint i = 0; i < self->waiting->len; i++)
    {
      const MrSpoolRow *row = g_ptr_array_index (self->waiting, i);

      if (is_old (self, row))
        continue;
      print_row (self, row);
      return;
    }
}

static void
on_job_done (MrSpooler *self, const char *id, int outcome, int reason)
{
  gint64 spool_id = g_ascii_strtoll (id, NULL, 10);

  if (spool_id == 0 || spool_id != self->current)
    return;
  if (mr_print_outcome_is_printed ((MrPrintOutcome) outcome))
    {
      end_current (self, "printed", "");
      return;
    }
  /* Given up for the drawer, it is sent again at once; for anything else the printer must be ready
   * first. */
  self->is_blocked = reason != MR_DEVICE_REASON_OVERTAKEN;
  if (outcome == MR_PRINT_CUT_SHORT)
    end_current (self, "queued", REASON_CUT_SHORT);
  else
    put_back (self, mr_device_reason_to_string ((MrDeviceReason) reason));
}

static void
note_model (MrSpooler *self)
{
  g_autofree char *name = mr_printer_dup_name (self->printer);

  mr_printer_kinds_note_model (self->kinds, name != NULL ? name : "");
}

static void
on_printer_changed (MrSpooler *self)
{
  gboolean is_ready = mr_device_get_state (MR_DEVICE (self->printer)) == MR_DEVICE_READY;

  if (is_ready)
    note_model (self);
  if (is_ready && self->is_blocked)
    {
      self->is_blocked = FALSE;
      mr_spooler_look (self);
      return;
    }
  tell (self);
}

static void
drop_printer (MrSpooler *self)
{
  if (self->printer == NULL)
    return;
  /* What is with it ends here, and says whether any of it may be on paper. */
  mr_printer_close (self->printer);
  g_signal_handlers_disconnect_by_data (self->printer, self);
  g_clear_object (&self->printer);
}

static void
take_printer (MrSpooler *self)
{
  const char *location = mr_settings_get (self->ground->settings, MR_SETTING_PRINTER);
  g_autoptr (GError) error = NULL;

  drop_printer (self);
  self->is_blocked = FALSE;
  if (*location == '\0')
    {
      tell (self);
      return;
    }
  self->printer = mr_printer_new (location, NULL, &error);
  if (self->printer == NULL)
    {
      g_warning ("the printer's place cannot be understood: %s", error->message);
      return;
    }
  g_signal_connect_swapped (self->printer, "job-done", G_CALLBACK (on_job_done), self);
  g_signal_connect_swapped (self->printer, "changed", G_CALLBACK (on_printer_changed), self);
  mr_spooler_look (self);
}

static void
mr_spooler_dispose (GObject *object)
{
  MrSpooler *self = MR_SPOOLER (object);

  mr_spooler_close (self);
  mr_spooler_set_painter (self, NULL, NULL, NULL);
  G_OBJECT_CLASS (mr_spooler_parent_class)->dispose (object);
}

static void
mr_spooler_finalize (GObject *object)
{
  MrSpooler *self = MR_SPOOLER (object);

  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_clear_pointer (&self->kinds, mr_printer_kinds_free);
  g_clear_pointer (&self->ground, mr_ground_unref);
  G_OBJECT_CLASS (mr_spooler_parent_class)->finalize (object);
}

static void
mr_spooler_class_init (MrSpoolerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = mr_spooler_dispose;
  object_class->finalize = mr_spooler_finalize;
  signals[CHANGED] = g_signal_new ("changed", MR_TYPE_SPOOLER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
mr_spooler_init (MrSpooler *self)
{
  self->waiting = g_ptr_array_new_with_free_func (g_free);
}

MrSpooler *
mr_spooler_new (MrGround *ground)
{
  MrSpooler *self = g_object_new (MR_TYPE_SPOOLER, NULL);

  self->ground = mr_ground_ref (ground);
  self->kinds = mr_printer_kinds_new (ground);
  g_signal_connect_object (ground->settings, "changed::" MR_SETTING_PRINTER,
                           G_CALLBACK (take_printer), self, G_CONNECT_SWAPPED);
  take_printer (self);
  return self;
}

void
mr_spooler_look (MrSpooler *self)
{
  if (self->is_closed)
    return;
  read_waiting (self);
  print_next (self);
  tell (self);
}

MrGround *
mr_spooler_get_ground (MrSpooler *self)
{
  return self->ground;
}

void
mr_spooler_take_order (MrSpooler *self)
{
  self->is_blocked = FALSE;
  mr_spooler_look (self);
}

void
mr_spooler_close (MrSpooler *self)
{
  if (self->is_closed)
    return;
  drop_printer (self);
  self->is_closed = TRUE;
}

MrPaperState
mr_spooler_get_state (MrSpooler *self)
{
  if (self->printer == NULL)
    return MR_PAPER_NONE;
  switch (mr_device_get_state (MR_DEVICE (self->printer)))
    {
    case MR_DEVICE_READY:
      return MR_PAPER_READY;
    case MR_DEVICE_BUSY:
      return MR_PAPER_PRINTING;
    case MR_DEVICE_TROUBLE:
    case MR_DEVICE_GONE:
      return MR_PAPER_TROUBLE;
    case MR_DEVICE_ABSENT:
    case MR_DEVICE_OPENING:
    default:
      return MR_PAPER_LOOKING;
    }
}

const char *
mr_spooler_get_reason (MrSpooler *self)
{
  MrDeviceReason reason;

  if (self->printer == NULL)
    return "";
  reason = mr_device_get_reason (MR_DEVICE (self->printer));
  return reason != MR_DEVICE_REASON_NONE ? mr_device_reason_to_string (reason) : "";
}

gboolean
mr_spooler_is_silent (MrSpooler *self)
{
  return self->printer != NULL && mr_printer_is_silent (self->printer);
}

gboolean
mr_spooler_is_away (MrSpooler *self)
{
  if (mr_spooler_get_state (self) != MR_PAPER_TROUBLE)
    return self->printer == NULL;
  switch (mr_device_get_reason (MR_DEVICE (self->printer)))
    {
    case MR_DEVICE_REASON_PAPER:
    case MR_DEVICE_REASON_COVER:
    case MR_DEVICE_REASON_FAULT:
      return FALSE;
    default:
      return TRUE;
    }
}

guint
mr_spooler_get_n_waiting (MrSpooler *self)
{
  return self->waiting->len;
}

guint
mr_spooler_get_n_old (MrSpooler *self)
{
  guint n = 0;

  for (guint i = 0; i < self->waiting->len; i++)
    n += is_old (self, g_ptr_array_index (self->waiting, i)) ? 1 : 0;
  return n;
}

void
mr_spooler_print_old (MrSpooler *self)
{
  const MrSpoolRow *last;

  if (self->waiting->len == 0)
    return;
  last = g_ptr_array_index (self->waiting, self->waiting->len - 1);
  self->wanted_until = last->id;
  mr_spooler_retry (self);
}

void
mr_spooler_drop_old (MrSpooler *self)
{
  for (guint i = 0; i < self->waiting->len; i++)
    {
      const MrSpoolRow *row = g_ptr_array_index (self->waiting, i);

      if (is_old (self, row))
        {
          self->n_ending++;
          mr_ground_run (self->ground, store_move, new_move (self, row->id, "given-up", "old"),
                         free_move, on_ended);
        }
    }
}

void
mr_spooler_retry (MrSpooler *self)
{
  self->is_blocked = FALSE;
  if (self->printer != NULL)
    mr_printer_probe (self->printer);
  mr_spooler_look (self);
}

void
mr_spooler_print_test (MrSpooler *self)
{
  g_auto (MrShopFacts) shop = { 0 };
  g_autoptr (MrReceipt) receipt = NULL;
  g_autoptr (GBytes) job = NULL;

  if (self->printer == NULL)
    return;
  mr_shop_facts_init (&shop, self->ground, 0);
  receipt = mr_receipt_new_test (&shop.facts);
  job = render (self, receipt);
  mr_printer_print (self->printer, "test", job);
}

gboolean
mr_spooler_kick_drawer (MrSpooler *self)
{
  const MrPrinterProfile *profile = mr_printer_kinds_get_profile (self->kinds);
  int pin = (int) g_ascii_strtoll (mr_settings_get (self->ground->settings, MR_SETTING_DRAWER_PIN),
                                   NULL, 10);
  g_autoptr (GBytes) job = NULL;
  g_autoptr (GBytes) now = NULL;

  if (self->printer == NULL)
    return FALSE;
  job = mr_escpos_new_kick_job (profile, pin);
  now = mr_escpos_new_kick_now (profile, pin);
  mr_printer_kick (self->printer, "drawer", job, now);
  return TRUE;
}

MrPrinterKinds *
mr_spooler_get_kinds (MrSpooler *self)
{
  return self->kinds;
}

void
mr_spooler_set_painter (MrSpooler *self, MrLinePainter painter, gpointer user_data,
                        GDestroyNotify free_data)
{
  if (self->free_painter_data != NULL)
    self->free_painter_data (self->painter_data);
  self->painter = painter;
  self->painter_data = user_data;
  self->free_painter_data = free_data;
}

const char *
mr_paper_state_to_string (MrPaperState state)
{
  g_return_val_if_fail (state < G_N_ELEMENTS (state_names), "none");
  return state_names[state];
}
