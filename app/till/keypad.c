/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/keypad.h"

#include "till/key-set.h"
#include "till/parts.h"

#include <string.h>

/* More than a hand types: what lies beyond was a scanner after all. */
#define MAX_ENTRY 40
/* From here on digits are a code, never cash. */
#define MIN_CODE_DIGITS 8

struct _MrKeypad
{
  GObject parent_instance;

  MrCheckout *checkout; /* (owned) */
  MrSettings *settings; /* (owned) (nullable) */
  GString *entry; /* (owned): digits and what goes between them, as typed */
  GString *text; /* (owned): what is shown */
  GArray *bindings; /* (owned) (element-type MrKeyBinding), ended by MR_KEY_NONE */
  GError *refusal; /* (owned) (nullable) */
  gint64 doubted_minor; /* asked about once already; −1 = nothing */
};

G_DEFINE_FINAL_TYPE (MrKeypad, mr_keypad, G_TYPE_OBJECT)

enum
{
  ENTRY_CHANGED,
  ACTION,
  MESSAGE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
show_entry (MrKeypad *self)
{
  gint64 pending_milli = mr_checkout_get_pending_quantity (self->checkout);
  g_autofree char *before = g_strdup (self->text->str);

  g_string_truncate (self->text, 0);
  if (pending_milli > 0)
    {
      g_autofree char *quantity = mr_quantity_format (pending_milli);

      g_string_append_printf (self->text, "%s × ", quantity);
    }
  g_string_append (self->text, self->entry->str);
  if (!g_str_equal (before, self->text->str))
    g_signal_emit (self, signals[ENTRY_CHANGED], 0);
}

static void
set_entry (MrKeypad *self, const char *entry)
{
  g_string_assign (self->entry, entry);
  self->doubted_minor = -1;
  show_entry (self);
}

static void
say (MrKeypad *self, MrKeypadMessage message)
{
  g_signal_emit (self, signals[MESSAGE], 0, (int) message);
}

static void
activate (MrKeypad *self, const char *action, const char *target)
{
  /* One key for both: put aside what is there, or fetch what was put aside. */
  if (g_str_equal (action, "hold") && mr_checkout_is_empty (self->checkout))
    action = "recall";
  g_signal_emit (self, signals[ACTION], 0, action, target);
}

/* Tells what came of a change; takes @error. */
static void
report (MrKeypad *self, gboolean done, GError *error)
{
  g_clear_error (&self->refusal);
  self->refusal = error;
  if (done)
    return;
  if (g_error_matches (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_MISSING))
    say (self, MR_KEYPAD_NO_LINE);
  else
    say (self, MR_KEYPAD_REFUSED);
}

static void
on_paid (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrKeypad) self = user_data;
  GError *error = NULL;
  gboolean done = mr_checkout_pay_finish (MR_CHECKOUT (source), result, NULL, &error);

  report (self, done, error);
}

static void
pay_cash (MrKeypad *self, gint64 amount_minor)
{
  mr_checkout_pay_async (self->checkout, MR_TENDER_CASH, amount_minor, on_paid,
                         g_object_ref (self));
}

static gboolean
parse_money (MrKeypad *self, const char *text, gint64 *amount_minor)
{
  if (mr_money_parse (text, mr_checkout_get_digits (self->checkout), amount_minor, NULL) &&
      *amount_minor >= 0)
    return TRUE;
  say (self, MR_KEYPAD_NOT_A_NUMBER);
  return FALSE;
}

static void
set_price (MrKeypad *self, const char *text)
{
  GError *error = NULL;
  gint64 price_minor;
  gboolean done;

  if (!parse_money (self, text, &price_minor))
    return;
  done = mr_checkout_set_price (self->checkout, 0, price_minor, &error);
  report (self, done, error);
}

static void
set_discount (MrKeypad *self, const char *text)
{
  g_autofree char *number = g_strdup (text);
  GError *error = NULL;
  gsize length = strlen (number);
  gint64 value;
  gboolean done;

  if (length > 0 && number[length - 1] == '%')
    {
      number[length - 1] = '\0';
      /* One decimal of a percent: thousandths. */
      if (!mr_money_parse (number, 1, &value, NULL) || value < 0 || value > 1000)
        {
          say (self, MR_KEYPAD_NOT_A_NUMBER);
          return;
        }
      done = mr_checkout_set_line_discount_permille (self->checkout, 0, (guint) value, &error);
    }
  else if (parse_money (self, number, &value))
    done = mr_checkout_set_line_discount (self->checkout, 0, value, &error);
  else
    return;
  report (self, done, error);
}

static void
set_pending (MrKeypad *self)
{
  gint64 quantity_milli;

  if (!mr_quantity_parse (self->entry->str, &quantity_milli, NULL) || quantity_milli <= 0)
    {
      say (self, MR_KEYPAD_NOT_A_NUMBER);
      set_entry (self, "");
      return;
    }
  g_string_truncate (self->entry, 0);
  mr_checkout_set_pending_quantity (self->checkout, quantity_milli);
  show_entry (self);
}

static void
step (MrKeypad *self, int direction)
{
  GError *error = NULL;
  gint64 steps = 1;
  gboolean done;

  if (self->entry->len > 0)
    steps = self->entry->len <= 3 ? g_ascii_strtoll (self->entry->str, NULL, 10) : 0;
  set_entry (self, "");
  if (steps <= 0)
    {
      say (self, MR_KEYPAD_NOT_A_NUMBER);
      return;
    }
  done = mr_checkout_step_quantity (self->checkout, 0, direction * (int) steps, &error);
  report (self, done, error);
}

/* Enter on "6 × ": the newest line is to be six. */
static void
give_pending_to_newest (MrKeypad *self)
{
  gint64 quantity_milli = mr_checkout_get_pending_quantity (self->checkout);
  GError *error = NULL;
  gboolean done;

  mr_checkout_set_pending_quantity (self->checkout, 0);
  done = mr_checkout_set_quantity (self->checkout, 0, quantity_milli, &error);
  show_entry (self);
  report (self, done, error);
}

static void
enter_selling (MrKeypad *self)
{
  g_autofree char *entry = g_strdup (self->entry->str);

  if (*entry == '\0')
    {
      if (mr_checkout_get_pending_quantity (self->checkout) > 0)
        give_pending_to_newest (self);
      else
        activate (self, "pay", "");
      return;
    }
  set_entry (self, "");
  if (*entry == '/')
    set_discount (self, entry + 1);
  else if (*entry == '.' && strchr (entry + 1, '.') == NULL && strlen (entry) > 1)
    set_price (self, entry + 1);
  else if (strchr (entry, '.') != NULL)
    set_price (self, *entry == '.' ? entry + 1 : entry);
  else if (mr_checkout_scan (self->checkout, entry) == MR_SCAN_UNKNOWN)
    say (self, MR_KEYPAD_UNKNOWN_CODE);
}

static void
enter_paying (MrKeypad *self)
{
  gint64 amount_minor;

  if (self->entry->len == 0)
    return;
  if (strspn (self->entry->str, "0123456789") >= MIN_CODE_DIGITS)
    {
      set_entry (self, "");
      say (self, MR_KEYPAD_NEVER_MONEY);
      return;
    }
  if (!parse_money (self, self->entry->str, &amount_minor))
    {
      set_entry (self, "");
      return;
    }
  if (amount_minor != self->doubted_minor &&
      mr_checkout_is_doubtful_cash (self->checkout, amount_minor))
    {
      self->doubted_minor = amount_minor;
      say (self, MR_KEYPAD_DOUBTFUL_CASH);
      return;
    }
  set_entry (self, "");
  pay_cash (self, amount_minor);
}

static gboolean
append (MrKeypad *self, gunichar character)
{
  if (self->entry->len >= MAX_ENTRY)
    {
      say (self, MR_KEYPAD_NOT_A_NUMBER);
      return TRUE;
    }
  g_string_append_unichar (self->entry, character);
  self->doubted_minor = -1;
  show_entry (self);
  return TRUE;
}

static gboolean
press_character (MrKeypad *self, gunichar character)
{
  gboolean is_digit = character >= '0' && character <= '9';

  if (is_digit)
    return append (self, character);
  if (mr_checkout_get_state (self->checkout) == MR_CHECKOUT_PAYING ||
      !g_unichar_isgraph (character))
    return FALSE;
  if (self->entry->len > 0)
    return append (self, character);
  if (g_unichar_isalpha (character))
    {
      char letter[7] = "";

      letter[g_unichar_to_utf8 (character, letter)] = '\0';
      activate (self, "search", letter);
      return TRUE;
    }
  return FALSE;
}

/* The operators of the numeric keypad, on the sale screen. */
static gboolean
press_operator (MrKeypad *self, MrKey key)
{
  g_autofree char *entry = g_strdup (self->entry->str);

  switch (key)
    {
    case MR_KEY_TIMES:
      set_pending (self);
      return TRUE;
    case MR_KEY_PLUS:
    case MR_KEY_MINUS:
      step (self, key == MR_KEY_PLUS ? 1 : -1);
      return TRUE;
    case MR_KEY_POINT:
      /* A second point ends a price: "12.50 ." */
      if (*entry != '.' && strchr (entry, '.') != NULL)
        {
          set_entry (self, "");
          set_price (self, entry);
          return TRUE;
        }
      return append (self, '.');
    case MR_KEY_SLASH:
      if (*entry == '\0')
        return append (self, '/');
      set_entry (self, "");
      set_discount (self, entry);
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
remove_newest (MrKeypad *self)
{
  GError *error = NULL;
  gboolean done;

  if (self->entry->len > 0)
    {
      set_entry (self, "");
      return TRUE;
    }
  if (mr_checkout_get_state (self->checkout) == MR_CHECKOUT_PAYING)
    done = mr_checkout_take_back_tender (self->checkout, &error);
  else
    done = mr_checkout_remove (self->checkout, 0, &error);
  report (self, done, error);
  return TRUE;
}

static gboolean
escape (MrKeypad *self)
{
  if (self->entry->len > 0)
    set_entry (self, "");
  else if (mr_checkout_get_pending_quantity (self->checkout) > 0)
    mr_checkout_set_pending_quantity (self->checkout, 0);
  else if (mr_checkout_get_state (self->checkout) == MR_CHECKOUT_CHANGE)
    mr_checkout_begin_next (self->checkout);
  else
    activate (self, "back", "");
  return TRUE;
}

static gboolean
press_enter (MrKeypad *self)
{
  MrCheckoutState state = mr_checkout_get_state (self->checkout);

  if (state == MR_CHECKOUT_CHANGE && self->entry->len == 0)
    mr_checkout_begin_next (self->checkout);
  else if (state == MR_CHECKOUT_PAYING)
    enter_paying (self);
  else
    enter_selling (self);
  return TRUE;
}

static gboolean
backspace (MrKeypad *self)
{
  if (self->entry->len > 0)
    {
      const char *last =
          g_utf8_find_prev_char (self->entry->str, self->entry->str + self->entry->len);

      g_string_truncate (self->entry, (gsize) (last - self->entry->str));
      self->doubted_minor = -1;
      show_entry (self);
    }
  else if (mr_checkout_get_pending_quantity (self->checkout) > 0)
    mr_checkout_set_pending_quantity (self->checkout, 0);
  else
    return FALSE;
  return TRUE;
}

static gboolean
press_bound (MrKeypad *self, MrKey key)
{
  const MrKeyBinding *bindings = mr_keypad_get_bindings (self);

  for (; bindings->key != MR_KEY_NONE; bindings++)
    {
      if (bindings->key != key || *bindings->action == '\0')
        continue;
      if (g_str_equal (bindings->action, "exact-cash"))
        pay_cash (self, -1);
      else
        activate (self, bindings->action, bindings->target);
      return TRUE;
    }
  return FALSE;
}

static void
load_bindings (MrKeypad *self)
{
  MrKeySet key_set =
      self->settings != NULL ? mr_settings_get_key_set (self->settings) : MR_KEY_SET_INTERNATIONAL;
  const char *remapped =
      self->settings != NULL ? mr_settings_get (self->settings, MR_SETTING_KEYS) : "";

  g_clear_pointer (&self->bindings, g_array_unref);
  self->bindings = mr_key_set_build (key_set, remapped);
}

static void
on_checkout_changed (MrKeypad *self)
{
  show_entry (self);
}

static void
on_scanned (MrKeypad *self)
{
  set_entry (self, "");
}

static void
mr_keypad_finalize (GObject *object)
{
  MrKeypad *self = MR_KEYPAD (object);

  g_clear_object (&self->checkout);
  g_clear_object (&self->settings);
  g_clear_error (&self->refusal);
  g_clear_pointer (&self->bindings, g_array_unref);
  g_string_free (self->entry, TRUE);
  g_string_free (self->text, TRUE);
  G_OBJECT_CLASS (mr_keypad_parent_class)->finalize (object);
}

static void
mr_keypad_class_init (MrKeypadClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mr_keypad_finalize;
  signals[ENTRY_CHANGED] = g_signal_new ("entry-changed", MR_TYPE_KEYPAD, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTION] = g_signal_new ("action", MR_TYPE_KEYPAD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[MESSAGE] = g_signal_new ("message", MR_TYPE_KEYPAD, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
mr_keypad_init (MrKeypad *self)
{
  self->entry = g_string_new ("");
  self->text = g_string_new ("");
  self->doubted_minor = -1;
}

MrKeypad *
mr_keypad_new (MrCheckout *checkout, MrSettings *settings)
{
  MrKeypad *self = g_object_new (MR_TYPE_KEYPAD, NULL);

  self->checkout = g_object_ref (checkout);
  g_set_object (&self->settings, settings);
  load_bindings (self);
  g_signal_connect_object (checkout, "changed", G_CALLBACK (on_checkout_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (checkout, "scanned", G_CALLBACK (on_scanned), self, G_CONNECT_SWAPPED);
  if (settings != NULL)
    {
      g_signal_connect_object (settings, "changed::" MR_SETTING_KEY_SET, G_CALLBACK (load_bindings),
                               self, G_CONNECT_SWAPPED);
      g_signal_connect_object (settings, "changed::" MR_SETTING_KEYS, G_CALLBACK (load_bindings),
                               self, G_CONNECT_SWAPPED);
    }
  return self;
}

const char *
mr_keypad_get_text (MrKeypad *self)
{
  return self->text->str;
}

const GError *
mr_keypad_get_refusal (MrKeypad *self)
{
  return self->refusal;
}

gboolean
mr_keypad_press (MrKeypad *self, MrKey key, gunichar character)
{
  gboolean paying = mr_checkout_get_state (self->checkout) == MR_CHECKOUT_PAYING;

  switch (key)
    {
    case MR_KEY_CHARACTER:
      return press_character (self, character);
    case MR_KEY_POINT:
      return paying ? append (self, '.') : press_operator (self, key);
    case MR_KEY_TIMES:
    case MR_KEY_PLUS:
    case MR_KEY_MINUS:
    case MR_KEY_SLASH:
      /* Taken all the same: nobody else is to make something of it. */
      return paying || press_operator (self, key);
    case MR_KEY_ENTER:
      return press_enter (self);
    case MR_KEY_DELETE:
      return remove_newest (self);
    case MR_KEY_ESCAPE:
      return escape (self);
    case MR_KEY_BACKSPACE:
      return backspace (self);
    default:
      return press_bound (self, key);
    }
}

void
mr_keypad_clear (MrKeypad *self)
{
  if (mr_checkout_get_pending_quantity (self->checkout) > 0)
    mr_checkout_set_pending_quantity (self->checkout, 0);
  set_entry (self, "");
}

const MrKeyBinding *
mr_keypad_get_bindings (MrKeypad *self)
{
  return (const MrKeyBinding *) (gconstpointer) self->bindings->data;
}

MrKey
mr_keypad_find_key (MrKeypad *self, const char *action, const char *target)
{
  const MrKeyBinding *bindings = mr_keypad_get_bindings (self);

  for (; bindings->key != MR_KEY_NONE; bindings++)
    {
      if (g_str_equal (bindings->action, action) &&
          g_str_equal (bindings->target, target != NULL ? target : ""))
        return bindings->key;
    }
  return MR_KEY_NONE;
}
