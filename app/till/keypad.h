/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/checkout.h"
#include "till/settings.h"

G_BEGIN_DECLS

/* Keys by meaning, not by keyboard: the view maps keyvals (KP_Add and plus alike), touch pads and tests
 * send them as they are. */
typedef enum
{
  MR_KEY_NONE,
  MR_KEY_CHARACTER, /* digits and letters: see the character */
  MR_KEY_POINT,
  MR_KEY_TIMES,
  MR_KEY_PLUS,
  MR_KEY_MINUS,
  MR_KEY_SLASH,
  MR_KEY_SPACE,
  MR_KEY_ENTER,
  MR_KEY_BACKSPACE,
  MR_KEY_DELETE,
  MR_KEY_ESCAPE,
  MR_KEY_F1,
  MR_KEY_F2,
  MR_KEY_F3,
  MR_KEY_F4,
  MR_KEY_F5,
  MR_KEY_F6,
  MR_KEY_F7,
  MR_KEY_F8,
  MR_KEY_F9,
  MR_KEY_F10,
  MR_KEY_F11,
  MR_KEY_F12,
  MR_N_KEYS,
} MrKey;

/* One key of a set: what it does on the sale screen. */
typedef struct
{
  MrKey key;
  const char *
      action; /* (static) the GAction without "win.": "pay", "hold", …; "" for keys of the entry line */
  const char *target; /* (static) its string parameter, "" = none */
  const char *label; /* (static) for buttons and the printed card, to be translated (N_) */
} MrKeyBinding;

/**
 * MrKeypad:
 *
 * The entry line of the sale screen: keys in, what they mean done to the checkout. It is not a text
 * widget, so focus and input methods have no part in it. What only a screen can do leaves as a
 * signal that names the GAction. Scans never come this way: the wedge takes them out first.
 *
 * In SELLING: digits and Enter are a short code or barcode; "6 *" then a scan, or a scan then "6 *";
 * "+" and "−" change the newest line by one; digits and "." set its price ("12.50 ." or ". 12.50
 * Enter"), digits and "/" take that much off it, ending in "%" a share; Del removes it; Space pays
 * exact cash; Enter on an empty line goes to Pay; letters open the search.
 * In PAYING: digits are cash in whole units, "." begins the rest; only Enter pays. A sum that
 * mr_checkout_is_doubtful_cash() asks once: the same Enter again pays it. Eight digits or more are
 * never money.
 * On the page of receipts, which has no entry line, "−" gives back goods of the receipt that is shown.
 * In CHANGE: any digit starts the next sale's entry; Enter or Esc clears the change.
 *
 * Signals:
 *   entry-changed (): the text of the line is another
 *   action (const char *name, const char *target): activate win.NAME with TARGET ("" = without)
 *   message (int MrKeypadMessage): say it in the bar, or flash the entry line
 * Main thread.
 */
#define MR_TYPE_KEYPAD (mr_keypad_get_type ())
G_DECLARE_FINAL_TYPE (MrKeypad, mr_keypad, MR, KEYPAD, GObject)

typedef enum
{
  MR_KEYPAD_UNKNOWN_CODE, /* no good has this code: a question waits */
  MR_KEYPAD_NOT_A_NUMBER,
  MR_KEYPAD_NO_LINE, /* there is no line to change */
  MR_KEYPAD_REFUSED, /* out of range, not allowed: mr_keypad_get_refusal() */
  MR_KEYPAD_DOUBTFUL_CASH, /* so much? Enter again if it is right */
  MR_KEYPAD_NEVER_MONEY, /* eight digits and more are no cash sum */
} MrKeypadMessage;

/* What is in the line now, as typed: "6 ×", "12.5". "" = empty. */
const char *mr_keypad_get_text (MrKeypad *self);
/* (nullable): why the last MR_KEYPAD_REFUSED. */
const GError *mr_keypad_get_refusal (MrKeypad *self);
/* TRUE: the key was taken. FALSE: it means nothing here (let the window have it). @character matters
 * for MR_KEY_CHARACTER only. */
gboolean mr_keypad_press (MrKeypad *self, MrKey key, gunichar character);
/* Empties the line: after a scan, a page switch. */
void mr_keypad_clear (MrKeypad *self);

/* The keys in force, remapped ones included; ended by MR_KEY_NONE. Borrowed until the settings change. */
const MrKeyBinding *mr_keypad_get_bindings (MrKeypad *self);
/* The key of "pay", "tender" "wechat", …; MR_KEY_NONE = none. */
MrKey mr_keypad_find_key (MrKeypad *self, const char *action, const char *target);

const char *mr_key_to_string (MrKey key); /* "F6", "Enter", "+", … */
gboolean mr_key_parse (const char *text, MrKey *key) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
