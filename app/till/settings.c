/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/settings.h"

#include "device/pole-display.h"
#include "device/pole-text.h"
#include "device/printer.h"
#include "device/scale.h"
#include "device/scanner.h"
#include "device/wedge-timing.h"
#include "till/key-set.h"
#include "till/parts.h"

#include <string.h>

/* The name of a file. */
#define MAX_PROFILE_BYTES 100

struct _MrSettings
{
  GObject parent_instance;

  MrGround *ground; /* (owned) */
  GHashTable *values; /* (owned) (element-type utf8 utf8): as set, or as being set */
};

G_DEFINE_FINAL_TYPE (MrSettings, mr_settings, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

typedef gboolean (*Check) (const char *value);

static gboolean check_printer (const char *value);
static gboolean check_profile (const char *value);
static gboolean check_scanner (const char *value);
static gboolean check_paper (const char *value);
static gboolean check_scale (const char *value);
static gboolean check_scale_protocol (const char *value);
static gboolean check_print (const char *value);
static gboolean check_key_set (const char *value);
static gboolean check_keys (const char *value);
static gboolean check_wedge_gap (const char *value);
static gboolean check_scan_end (const char *value);
static gboolean check_affix (const char *value);
static gboolean check_text (const char *value);
static gboolean check_pin (const char *value);
static gboolean check_flag (const char *value);
static gboolean check_backup_folder (const char *value);
static gboolean check_label_prefix (const char *value);
static gboolean check_label_value (const char *value);
static gboolean check_label_folder (const char *value);
static gboolean check_label_written (const char *value);
static gboolean check_display (const char *value);
static gboolean check_display_text (const char *value);

static const struct
{
  const char *name;
  const char *fallback;
  Check check;
} known[] = {
  { MR_SETTING_PRINTER, "", check_printer },
  { MR_SETTING_PRINTER_PROFILE, "", check_profile },
  { MR_SETTING_PAPER_MM, "58", check_paper },
  { MR_SETTING_PRINTER_MODEL, "", check_text },
  { MR_SETTING_PRINT, "always", check_print },
  { MR_SETTING_KEY_SET, "", check_key_set },
  { MR_SETTING_KEYS, "", check_keys },
  { MR_SETTING_LANGUAGE, "", check_text },
  { MR_SETTING_LOGO, "", check_text },
  { MR_SETTING_DRAWER_PIN, "2", check_pin },
  { MR_SETTING_BLIND_COUNT, "no", check_flag },
  { MR_SETTING_ASK_REASONS, "no", check_flag },
  { MR_SETTING_SCANNER_US, "no", check_flag },
  { MR_SETTING_WEDGE_GAP, "", check_wedge_gap },
  { MR_SETTING_SCALE, "", check_scale },
  { MR_SETTING_SCALE_PROTOCOL, "continuous", check_scale_protocol },
  { MR_SETTING_SCANNER, "", check_scanner },
  { MR_SETTING_SCAN_END, "", check_scan_end },
  { MR_SETTING_SCAN_PREFIX, "", check_affix },
  { MR_SETTING_SCAN_SUFFIX, "", check_affix },
  { MR_SETTING_SETUP, "", check_text },
  { MR_SETTING_BACKUP_FOLDER, "", check_backup_folder },
  { MR_SETTING_LABEL_PREFIX, "21", check_label_prefix },
  { MR_SETTING_LABEL_VALUE, "", check_label_value },
  { MR_SETTING_LABEL_FOLDER, MR_BACKUP_STICK, check_label_folder },
  { MR_SETTING_LABEL_WRITTEN, "", check_label_written },
  { MR_SETTING_DISPLAY, "", check_display },
  { MR_SETTING_DISPLAY_TEXT, MR_DISPLAY_ASCII, check_display_text },
};

static const char *const print_modes[MR_N_PRINT_MODES] = { "always", "on-key", "never" };
static const char *const key_sets[MR_N_KEY_SETS] = { "international", "chinese" };

typedef struct
{
  MrSettings *settings; /* (owned) */
  char *name; /* (owned) */
  char *value; /* (owned) */
  char *before; /* (owned) (nullable) */
  MrEntryContext context;
  GTask *task; /* (owned) */
} Change;

static void
free_change (gpointer data)
{
  Change *change = data;

  g_object_unref (change->settings);
  g_object_unref (change->task);
  g_free (change->name);
  g_free (change->value);
  g_free (change->before);
  g_free (change);
}

static gboolean
check_printer (const char *value)
{
  return *value == '\0' || mr_printer_check_location (value, NULL);
}

/* A kind whose file is not there today may come back. */
static gboolean
check_profile (const char *value)
{
  return strlen (value) <= MAX_PROFILE_BYTES && strpbrk (value, "/\n\r") == NULL &&
         g_utf8_validate (value, -1, NULL);
}

static gboolean
check_scanner (const char *value)
{
  return *value == '\0' || mr_scanner_check_location (value, NULL);
}

static gboolean
check_paper (const char *value)
{
  return g_str_equal (value, "58") || g_str_equal (value, "80");
}

static gboolean
check_scale (const char *value)
{
  return *value == '\0' || mr_scale_check_location (value, NULL);
}

static gboolean
check_scale_protocol (const char *value)
{
  MrScaleProtocol protocol;

  return mr_scale_protocol_parse (value, &protocol);
}

static gboolean
check_print (const char *value)
{
  MrPrintMode mode;

  return mr_print_mode_parse (value, &mode);
}

static gboolean
check_key_set (const char *value)
{
  MrKeySet key_set;

  return *value == '\0' || mr_key_set_parse (value, &key_set);
}

static gboolean
check_keys (const char *value)
{
  return mr_key_set_check (value);
}

static gboolean
check_text (const char *value)
{
  return g_utf8_validate (value, -1, NULL) && strlen (value) <= 1024;
}

static gboolean
check_wedge_gap (const char *value)
{
  return *value == '\0' ||
         g_ascii_string_to_unsigned (value, 10, MR_WEDGE_FAST_MS, MR_WEDGE_SLOW_MS, NULL, NULL);
}

static gboolean
check_scan_end (const char *value)
{
  return *value == '\0' || g_str_equal (value, MR_SCAN_END_PAUSE);
}

/* Control characters at the ends of a code are dropped anyway. */
static gboolean
check_affix (const char *value)
{
  return strlen (value) <= 16 && g_str_is_ascii (value);
}

static gboolean
check_pin (const char *value)
{
  return g_str_equal (value, "2") || g_str_equal (value, "5");
}

static gboolean
check_flag (const char *value)
{
  return g_str_equal (value, "yes") || g_str_equal (value, "no");
}

static gboolean
check_backup_folder (const char *value)
{
  return check_text (value) &&
         (*value == '\0' || g_str_equal (value, MR_BACKUP_STICK) || g_path_is_absolute (value));
}

static gboolean
check_label_value (const char *value)
{
  return *value == '\0' || g_str_equal (value, MR_LABEL_WEIGHT);
}

static gboolean
check_label_folder (const char *value)
{
  return *value != '\0' && check_backup_folder (value);
}

static gboolean
check_label_written (const char *value)
{
  return *value == '\0' || (g_ascii_isdigit (*value) && strchr (value, ' ') != NULL);
}

/* What GS1 leaves to shops for goods of their own. */
static gboolean
check_label_prefix (const char *value)
{
  return strlen (value) == 2 && value[0] == '2' && g_ascii_isdigit (value[1]);
}

static gboolean
check_display (const char *value)
{
  return *value == '\0' || g_str_equal (value, MR_DISPLAY_WINDOW) ||
         mr_pole_display_check_location (value, NULL);
}

static gboolean
check_display_text (const char *value)
{
  g_autoptr (MrPoleText) text = mr_pole_text_new (value, NULL);

  return text != NULL;
}

static int
find_known (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      if (g_str_equal (known[i].name, name))
        return (int) i;
    }
  return -1;
}

static void
put_value (MrSettings *self, const char *name, const char *value)
{
  if (value != NULL)
    g_hash_table_insert (self->values, g_strdup (name), g_strdup (value));
  else
    g_hash_table_remove (self->values, name);
  g_signal_emit (self, signals[CHANGED], g_quark_from_string (name), name);
}

static gboolean
store_change (MrJournal *journal, gpointer data, GError **error)
{
  Change *change = data;

  return mr_journal_set_setting (journal, change->name, change->value, &change->context, error);
}

static void
on_change_stored (MrGround *ground, gpointer data, const GError *error)
{
  Change *change = data;

  if (error != NULL)
    {
      put_value (change->settings, change->name, change->before);
      g_task_return_error (change->task, g_error_copy (error));
    }
  else
    {
      g_task_return_boolean (change->task, TRUE);
    }
}

static void
mr_settings_finalize (GObject *object)
{
  MrSettings *self = MR_SETTINGS (object);

  g_clear_pointer (&self->values, g_hash_table_unref);
  g_clear_pointer (&self->ground, mr_ground_unref);
  G_OBJECT_CLASS (mr_settings_parent_class)->finalize (object);
}

static void
mr_settings_class_init (MrSettingsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mr_settings_finalize;
  signals[CHANGED] =
      g_signal_new ("changed", MR_TYPE_SETTINGS, G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
mr_settings_init (MrSettings *self)
{
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

MrSettings *
mr_settings_new (MrGround *ground)
{
  MrSettings *self = g_object_new (MR_TYPE_SETTINGS, NULL);

  self->ground = mr_ground_ref (ground);
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      char *value = mr_journal_dup_setting (ground->journal, known[i].name);

      if (value != NULL)
        g_hash_table_insert (self->values, g_strdup (known[i].name), value);
    }
  return self;
}

const char *
mr_settings_get (MrSettings *self, const char *name)
{
  const char *value = g_hash_table_lookup (self->values, name);
  int index = find_known (name);

  if (value != NULL)
    return value;
  return index >= 0 ? known[index].fallback : "";
}

gboolean
mr_settings_check (const char *name, const char *value, GError **error)
{
  int index = find_known (name);

  if (index < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "there is no setting '%s'",
                   name);
      return FALSE;
    }
  if (!known[index].check (value))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "'%s' is not a value of the setting '%s'", value, name);
      return FALSE;
    }
  return TRUE;
}

void
mr_settings_set_async (MrSettings *self, const char *name, const char *value,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (GError) error = NULL;
  Change *change;

  if (!mr_settings_check (name, value, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  change = g_new0 (Change, 1);
  change->settings = g_object_ref (self);
  change->name = g_strdup (name);
  change->value = g_strdup (value);
  change->before = g_strdup (g_hash_table_lookup (self->values, name));
  change->task = g_steal_pointer (&task);
  mr_ground_fill_context (self->ground, &change->context);
  put_value (self, name, value);
  mr_ground_run (self->ground, store_change, change, free_change, on_change_stored);
}

gboolean
mr_settings_set_finish (MrSettings *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

int
mr_settings_get_paper_mm (MrSettings *self)
{
  return g_str_equal (mr_settings_get (self, MR_SETTING_PAPER_MM), "80") ? 80 : 58;
}

MrPrintMode
mr_settings_get_print_mode (MrSettings *self)
{
  MrPrintMode mode = MR_PRINT_ALWAYS;

  if (!mr_print_mode_parse (mr_settings_get (self, MR_SETTING_PRINT), &mode))
    return MR_PRINT_ALWAYS;
  return mode;
}

MrKeySet
mr_settings_get_key_set (MrSettings *self)
{
  MrKeySet key_set;
  const char *const *languages;

  if (mr_key_set_parse (mr_settings_get (self, MR_SETTING_KEY_SET), &key_set))
    return key_set;
  languages = g_get_language_names ();
  return g_str_has_prefix (languages[0], "zh") ? MR_KEY_SET_CHINESE : MR_KEY_SET_INTERNATIONAL;
}

gboolean
mr_settings_get_flag (MrSettings *self, const char *name)
{
  return g_str_equal (mr_settings_get (self, name), "yes");
}

const char *
mr_print_mode_to_string (MrPrintMode mode)
{
  g_return_val_if_fail (mode < MR_N_PRINT_MODES, "always");
  return print_modes[mode];
}

const char *
mr_key_set_to_string (MrKeySet key_set)
{
  g_return_val_if_fail (key_set < MR_N_KEY_SETS, "international");
  return key_sets[key_set];
}

gboolean
mr_print_mode_parse (const char *text, MrPrintMode *mode)
{
  for (guint i = 0; i < MR_N_PRINT_MODES; i++)
    {
      if (g_str_equal (text, print_modes[i]))
        {
          *mode = (MrPrintMode) i;
          return TRUE;
        }
    }
  return FALSE;
}

gboolean
mr_key_set_parse (const char *text, MrKeySet *key_set)
{
  for (guint i = 0; i < MR_N_KEY_SETS; i++)
    {
      if (g_str_equal (text, key_sets[i]))
        {
          *key_set = (MrKeySet) i;
          return TRUE;
        }
    }
  return FALSE;
}
