/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/scanner-pairing.h"

#include "device/bars.h"
#include "device/scanner.h"
#include "model/barcode.h"
#include "till/parts.h"

#include <string.h>

#define LIST_SECONDS 2
#define LIMIT_SECONDS 60
/* A number for use inside a shop, so that no good has it. */
#define CODE_PREFIX "29"
#define CODE_DIGITS 13

typedef struct
{
  char *name; /* (owned) */
  MrScanner *scanner; /* (owned) */
  gboolean is_desks; /* the one that was set when this began */
} Place;

struct _MrScannerPairing
{
  GObject parent_instance;

  MrScannerDesk *desk; /* (owned) */
  MrPairingState state;
  char code[CODE_DIGITS + 1];
  char *bars; /* (owned) */
  GPtrArray *places; /* (owned) (element-type Place) */
  char *found; /* (owned) (nullable) */
  gboolean is_listing;
  guint list_source;
  guint limit_source;
};

G_DEFINE_FINAL_TYPE (MrScannerPairing, mr_scanner_pairing, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void list_places (MrScannerPairing *self);

static void
place_free (Place *place)
{
  g_object_unref (place->scanner);
  g_free (place->name);
  g_free (place);
}

static GPtrArray *
new_places (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) place_free);
}

static void
tell (MrScannerPairing *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Gives all devices back; the one that was found goes on. */
static void
end (MrScannerPairing *self, MrPairingState state, MrScanner *found)
{
  g_autoptr (GPtrArray) places = NULL;

  if (self->state != MR_PAIRING_LISTENING)
    return;
  self->state = state;
  places = g_steal_pointer (&self->places);
  self->places = new_places ();
  g_clear_handle_id (&self->list_source, g_source_remove);
  g_clear_handle_id (&self->limit_source, g_source_remove);
  for (guint i = 0; i < places->len; i++)
    {
      Place *place = g_ptr_array_index (places, i);

      g_signal_handlers_disconnect_by_data (place->scanner, self);
      if (found != NULL ? place->scanner == found : place->is_desks)
        mr_scanner_desk_take_back (self->desk, place->scanner);
      else
        mr_scanner_close (place->scanner);
    }
  if (mr_scanner_desk_is_lent (self->desk))
    mr_scanner_desk_take_back (self->desk, NULL);
  tell (self);
}

static void
on_scanned (MrScanner *scanner, const MrScan *scan, MrScannerPairing *self)
{
  g_autoptr (MrScannerPairing) kept = g_object_ref (self);
  MrSettings *settings = mr_scanner_desk_get_ground (self->desk)->settings;

  if (self->state != MR_PAIRING_LISTENING ||
      (strstr (scan->text, self->code) == NULL && !mr_scanner_is_hid_pos (scanner)))
    return;
  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = g_ptr_array_index (self->places, i);

      if (place->scanner == scanner)
        self->found = g_strdup (place->name);
    }
  mr_settings_set_async (settings, MR_SETTING_SCANNER, mr_scanner_get_location (scanner), NULL,
                         NULL);
  end (self, MR_PAIRING_FOUND, scanner);
}

static gboolean
has_place (MrScannerPairing *self, const char *location)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = g_ptr_array_index (self->places, i);

      if (g_str_equal (mr_scanner_get_location (place->scanner), location))
        return TRUE;
    }
  return FALSE;
}

/* Takes @scanner. */
static void
listen_to (MrScannerPairing *self, MrScanner *scanner, const char *name, gboolean is_desks)
{
  Place *place = g_new0 (Place, 1);

  place->scanner = scanner;
  place->name = g_strdup (*name != '\0' ? name : mr_scanner_get_location (scanner));
  place->is_desks = is_desks;
  g_ptr_array_add (self->places, place);
  g_signal_connect_object (scanner, "scanned", G_CALLBACK (on_scanned), self, 0);
  g_signal_connect_object (scanner, "changed", G_CALLBACK (tell), self, G_CONNECT_SWAPPED);
}

static gboolean
add_place (MrScannerPairing *self, const MrScannerPlace *found)
{
  MrScanner *scanner = NULL;

  if (!has_place (self, found->location))
    scanner = mr_scanner_new (found->location, NULL);
  if (scanner != NULL)
    listen_to (self, scanner, found->name, FALSE);
  return scanner != NULL;
}

static void
run_listing (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_pointer (task, mr_scanner_list_places (), (GDestroyNotify) g_ptr_array_unref);
}

static gboolean
on_list_due (gpointer user_data)
{
  list_places (user_data);
  return G_SOURCE_CONTINUE;
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MrScannerPairing *self = MR_SCANNER_PAIRING (source);
  g_autoptr (GPtrArray) found = g_task_propagate_pointer (G_TASK (result), NULL);
  gboolean is_new = FALSE;

  self->is_listing = FALSE;
  if (self->state != MR_PAIRING_LISTENING)
    return;
  for (guint i = 0; i < found->len; i++)
    is_new |= add_place (self, g_ptr_array_index (found, i));
  if (is_new)
    tell (self);
}

static void
list_places (MrScannerPairing *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->is_listing)
    return;
  self->is_listing = TRUE;
  task = g_task_new (self, NULL, on_listed, NULL);
  g_task_run_in_thread (task, run_listing);
}

static gboolean
on_limit (gpointer user_data)
{
  MrScannerPairing *self = user_data;

  self->limit_source = 0;
  end (self, MR_PAIRING_ENDED, NULL);
  return G_SOURCE_REMOVE;
}

static void
draw_code (MrScannerPairing *self)
{
  const MrWorld *world = mr_scanner_desk_get_ground (self->desk)->world;
  guint8 random[CODE_DIGITS];

  mr_world_fill_random (world, random, sizeof random);
  g_strlcpy (self->code, CODE_PREFIX, sizeof self->code);
  for (guint i = strlen (CODE_PREFIX); i < CODE_DIGITS - 1; i++)
    self->code[i] = (char) ('0' + random[i] % 10);
  self->code[CODE_DIGITS - 1] = (char) ('0' + mr_barcode_check_digit (self->code, CODE_DIGITS - 1));
  self->bars = mr_bars_encode (MR_BARS_EAN13, self->code);
}

static void
mr_scanner_pairing_dispose (GObject *object)
{
  MrScannerPairing *self = MR_SCANNER_PAIRING (object);

  if (self->desk != NULL)
    end (self, MR_PAIRING_ENDED, NULL);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (mr_scanner_pairing_parent_class)->dispose (object);
}

static void
mr_scanner_pairing_finalize (GObject *object)
{
  MrScannerPairing *self = MR_SCANNER_PAIRING (object);

  g_ptr_array_unref (self->places);
  g_free (self->bars);
  g_free (self->found);
  G_OBJECT_CLASS (mr_scanner_pairing_parent_class)->finalize (object);
}

static void
mr_scanner_pairing_class_init (MrScannerPairingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = mr_scanner_pairing_dispose;
  object_class->finalize = mr_scanner_pairing_finalize;
  signals[CHANGED] = g_signal_new ("changed", MR_TYPE_SCANNER_PAIRING, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
mr_scanner_pairing_init (MrScannerPairing *self)
{
  self->places = new_places ();
}

MrScannerPairing *
mr_scanner_pairing_start (MrScannerDesk *desk)
{
  MrScannerPairing *self;
  MrScanner *scanner;

  if (mr_scanner_desk_is_lent (desk))
    return NULL;
  self = g_object_new (MR_TYPE_SCANNER_PAIRING, NULL);
  self->desk = g_object_ref (desk);
  draw_code (self);
  scanner = mr_scanner_desk_lend (desk);
  if (scanner != NULL)
    listen_to (self, scanner, "", TRUE);
  list_places (self);
  self->list_source = g_timeout_add_seconds (LIST_SECONDS, on_list_due, self);
  self->limit_source = g_timeout_add_seconds (LIMIT_SECONDS, on_limit, self);
  return self;
}

void
mr_scanner_pairing_cancel (MrScannerPairing *self)
{
  end (self, MR_PAIRING_ENDED, NULL);
}

MrPairingState
mr_scanner_pairing_get_state (MrScannerPairing *self)
{
  return self->state;
}

const char *
mr_scanner_pairing_get_code (MrScannerPairing *self)
{
  return self->code;
}

const char *
mr_scanner_pairing_get_bars (MrScannerPairing *self)
{
  return self->bars;
}

guint
mr_scanner_pairing_get_n_places (MrScannerPairing *self)
{
  return self->places->len;
}

const char *
mr_scanner_pairing_get_place (MrScannerPairing *self, guint index)
{
  g_return_val_if_fail (index < self->places->len, "");
  return ((Place *) g_ptr_array_index (self->places, index))->name;
}

const char *
mr_scanner_pairing_get_place_reason (MrScannerPairing *self, guint index)
{
  const Place *place;

  g_return_val_if_fail (index < self->places->len, "");
  place = g_ptr_array_index (self->places, index);
  if (mr_device_get_reason (MR_DEVICE (place->scanner)) == MR_DEVICE_REASON_NONE)
    return "";
  return mr_device_reason_to_string (mr_device_get_reason (MR_DEVICE (place->scanner)));
}

const char *
mr_scanner_pairing_get_found (MrScannerPairing *self)
{
  return self->found != NULL ? self->found : "";
}

gboolean
mr_scanner_pairing_take_scan (MrScannerPairing *self, const char *code)
{
  if (self->state != MR_PAIRING_LISTENING || strstr (code, self->code) == NULL)
    return FALSE;
  end (self, MR_PAIRING_TYPES, NULL);
  return TRUE;
}
