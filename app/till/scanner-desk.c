/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/scanner-desk.h"

#include "device/scanner.h"
#include "till/parts.h"
#include "till/scan-keys.h"

struct _MrScannerDesk
{
  GObject parent_instance;

  MrGround *ground; /* (owned) */
  MrScanner *scanner; /* (owned) (nullable) */
  gboolean is_lent; /* a pairing has the devices */
  gboolean is_closed;
};

G_DEFINE_FINAL_TYPE (MrScannerDesk, mr_scanner_desk, G_TYPE_OBJECT)

enum
{
  SCANNED,
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
tell (MrScannerDesk *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
  mr_ground_touch (self->ground);
}

static void
note_end (MrScannerDesk *self, MrScanner *scanner)
{
  const char *end = mr_scanner_ends_by_pause (scanner) ? MR_SCAN_END_PAUSE : "";

  if (!g_str_equal (end, mr_settings_get (self->ground->settings, MR_SETTING_SCAN_END)))
    mr_settings_set_async (self->ground->settings, MR_SETTING_SCAN_END, end, NULL, NULL);
}

static void
on_scanned (MrScanner *scanner, const MrScan *scan, MrScannerDesk *self)
{
  g_autoptr (MrScan) copy = mr_scan_copy (scan);

  note_end (self, scanner);
  mr_scan_keys_trim (self->ground->settings, copy);
  g_signal_emit (self, signals[SCANNED], 0, copy->text);
}

/* Gives it away. (nullable) */
static MrScanner *
let_go (MrScannerDesk *self)
{
  if (self->scanner != NULL)
    g_signal_handlers_disconnect_by_data (self->scanner, self);
  return g_steal_pointer (&self->scanner);
}

static void
drop_scanner (MrScannerDesk *self)
{
  g_autoptr (MrScanner) scanner = let_go (self);

  if (scanner != NULL)
    mr_scanner_close (scanner);
}

/* (nullable) (transfer full) */
static MrScanner *
open_scanner (MrScannerDesk *self)
{
  const char *location = mr_settings_get (self->ground->settings, MR_SETTING_SCANNER);
  g_autoptr (GError) error = NULL;
  MrScanner *scanner;

  if (*location == '\0' || self->is_lent || self->is_closed)
    return NULL;
  scanner = mr_scanner_new (location, &error);
  if (scanner == NULL)
    g_warning ("the scanner cannot be used: %s", error->message);
  else
    mr_scanner_set_ends_by_pause (scanner, g_str_equal (mr_settings_get (self->ground->settings,
                                                                         MR_SETTING_SCAN_END),
                                                        MR_SCAN_END_PAUSE));
  return scanner;
}

/* Takes @scanner (nullable). */
static void
use_scanner (MrScannerDesk *self, MrScanner *scanner)
{
  self->scanner = scanner;
  if (scanner != NULL)
    {
      g_signal_connect_object (scanner, "scanned", G_CALLBACK (on_scanned), self, 0);
      g_signal_connect_object (scanner, "changed", G_CALLBACK (tell), self, G_CONNECT_SWAPPED);
    }
  tell (self);
}

/* Another scanner may end its codes in another way. */
static void
on_setting_changed (MrScannerDesk *self)
{
  drop_scanner (self);
  if (*mr_settings_get (self->ground->settings, MR_SETTING_SCAN_END) != '\0')
    mr_settings_set_async (self->ground->settings, MR_SETTING_SCAN_END, "", NULL, NULL);
  use_scanner (self, open_scanner (self));
}

static void
mr_scanner_desk_dispose (GObject *object)
{
  MrScannerDesk *self = MR_SCANNER_DESK (object);

  drop_scanner (self);
  g_clear_pointer (&self->ground, mr_ground_unref);
  G_OBJECT_CLASS (mr_scanner_desk_parent_class)->dispose (object);
}

static void
mr_scanner_desk_class_init (MrScannerDeskClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mr_scanner_desk_dispose;
  signals[SCANNED] = g_signal_new ("scanned", MR_TYPE_SCANNER_DESK, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CHANGED] = g_signal_new ("changed", MR_TYPE_SCANNER_DESK, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
mr_scanner_desk_init (MrScannerDesk *self)
{
}

MrScannerDesk *
mr_scanner_desk_new (MrGround *ground)
{
  MrScannerDesk *self = g_object_new (MR_TYPE_SCANNER_DESK, NULL);

  self->ground = mr_ground_ref (ground);
  g_signal_connect_object (ground->settings, "changed::" MR_SETTING_SCANNER,
                           G_CALLBACK (on_setting_changed), self, G_CONNECT_SWAPPED);
  use_scanner (self, open_scanner (self));
  return self;
}

void
mr_scanner_desk_close (MrScannerDesk *self)
{
  self->is_closed = TRUE;
  drop_scanner (self);
}

MrScanner *
mr_scanner_desk_lend (MrScannerDesk *self)
{
  MrScanner *scanner = let_go (self);

  self->is_lent = TRUE;
  tell (self);
  return scanner;
}

void
mr_scanner_desk_take_back (MrScannerDesk *self, MrScanner *scanner)
{
  const char *location = mr_settings_get (self->ground->settings, MR_SETTING_SCANNER);

  self->is_lent = FALSE;
  if (scanner != NULL && !self->is_closed &&
      g_str_equal (mr_scanner_get_location (scanner), location))
    use_scanner (self, g_object_ref (scanner));
  else
    use_scanner (self, open_scanner (self));
}

gboolean
mr_scanner_desk_is_lent (MrScannerDesk *self)
{
  return self->is_lent;
}

MrGround *
mr_scanner_desk_get_ground (MrScannerDesk *self)
{
  return self->ground;
}

MrDeskState
mr_scanner_desk_get_state (MrScannerDesk *self)
{
  return mr_desk_state_of (self->scanner,
                           mr_settings_get (self->ground->settings, MR_SETTING_SCANNER));
}

const char *
mr_scanner_desk_get_reason (MrScannerDesk *self)
{
  const char *location = mr_settings_get (self->ground->settings, MR_SETTING_SCANNER);

  if (self->is_lent && *location != '\0')
    return "pairing";
  return mr_desk_reason_of (self->scanner, location);
}

void
mr_scanner_desk_retry (MrScannerDesk *self)
{
  if (self->scanner != NULL)
    mr_scanner_probe (self->scanner);
}
