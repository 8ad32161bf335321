/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/alt-number.h"
#include "device/scan-decoder.h"

#include <string.h>

/*
 * Reports of a keyboard in the boot protocol (Device Class Definition for HID 1.11, appendix B.1):
 * modifiers, a byte for nothing, and the keys that are down, six at most.
 */

#define REPORT_BYTES 8
#define FIRST_KEY 2

/* The modifiers, left and right. */
#define CONTROL 0x11
#define SHIFT 0x22
#define ALT 0x44

/* Keys (HID Usage Tables, page 07). */
#define KEY_ROLL_OVER 0x01 /* too many keys are down to say which */
#define KEY_FIRST 0x04
#define KEY_1 0x1E
#define KEY_0 0x27
#define KEY_RETURN 0x28
#define KEY_TAB 0x2B
#define KEY_KP_ENTER 0x58
#define KEY_KP_1 0x59
#define KEY_KP_0 0x62

#define GS 0x1D
#define RS 0x1E
#define EOT 0x04
#define MAX_ALT_NUMBER 99999

typedef struct
{
  MrScanDecoder decoder;
  guint8 down[REPORT_BYTES]; /* the last report */
  guint number; /* typed with Alt held */
  gboolean in_number;
} Keyboard;

/* From KEY_FIRST on, as an American keyboard has them; a space for a key without a character. */
static const char plain[] = "abcdefghijklmnopqrstuvwxyz1234567890"
                            "     -=[]\\\\;'`,./"
                            "                           /*-+ 1234567890.\\  =";
static const char shifted[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ!@#$%^&*()"
                              "     _+{}||:\"~<>?"
                              "                           /*-+ 1234567890.|  =";
#define KEY_SPACE 0x2C

/* '\0' for none. */
static char
get_character (guint8 key, gboolean shift)
{
  guint index = (guint) key - KEY_FIRST;
  char character;

  if (key == KEY_SPACE)
    return ' ';
  if (key < KEY_FIRST || index >= sizeof plain - 1)
    return '\0';
  character = shift ? shifted[index] : plain[index];
  return character == ' ' ? '\0' : character;
}

static int
get_digit (guint8 key)
{
  if (key >= KEY_1 && key <= KEY_0)
    return (key - KEY_1 + 1) % 10;
  if (key >= KEY_KP_1 && key <= KEY_KP_0)
    return (key - KEY_KP_1 + 1) % 10;
  return -1;
}

static void
end_number (Keyboard *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (!self->in_number)
    return;
  mr_alt_number_append (text, self->number);
  mr_scan_decoder_hold (&self->decoder, text->str, text->len);
  self->in_number = FALSE;
}

/* Separators as the control keys they are in ASCII; CR and LF end a code as Enter does. */
static void
press_control (Keyboard *self, char character)
{
  char separator = '\0';

  switch (g_ascii_tolower (character))
    {
    case ']':
    case '}':
      separator = GS;
      break;
    case '6':
    case '^':
      separator = RS;
      break;
    case 'd':
      separator = EOT;
      break;
    case 'j':
    case 'm':
      mr_scan_decoder_terminate (&self->decoder);
      break;
    default:
      break;
    }
  if (separator != '\0')
    mr_scan_decoder_hold (&self->decoder, &separator, 1);
}

static void
press (Keyboard *self, guint8 modifiers, guint8 key)
{
  char character = get_character (key, (modifiers & SHIFT) != 0);
  int digit = get_digit (key);

  if (key == KEY_RETURN || key == KEY_KP_ENTER || key == KEY_TAB)
    {
      end_number (self);
      mr_scan_decoder_terminate (&self->decoder);
    }
  else if ((modifiers & ALT) != 0 && digit >= 0)
    {
      self->number =
          MIN ((self->in_number ? self->number : 0) * 10 + (guint) digit, MAX_ALT_NUMBER);
      self->in_number = TRUE;
    }
  else if ((modifiers & ALT) == 0 && (modifiers & CONTROL) != 0)
    press_control (self, character);
  else if ((modifiers & ALT) == 0 && character != '\0')
    mr_scan_decoder_hold (&self->decoder, &character, 1);
}

static void
push_report (MrScanDecoder *decoder, const guint8 *report, gsize length)
{
  Keyboard *self = (Keyboard *) decoder;
  guint8 now[REPORT_BYTES] = { 0 };

  /* Some leave away what is 0 at the end. A packet without bytes says nothing. */
  if (length == 0)
    return;
  memcpy (now, report, MIN (length, sizeof now));
  if (now[FIRST_KEY] == KEY_ROLL_OVER)
    return;
  if ((now[0] & ALT) == 0)
    end_number (self);
  for (guint i = FIRST_KEY; i < REPORT_BYTES; i++)
    if (now[i] != 0 && memchr (self->down + FIRST_KEY, now[i], REPORT_BYTES - FIRST_KEY) == NULL)
      press (self, now[0], now[i]);
  memcpy (self->down, now, sizeof now);
}

static void
end_code (MrScanDecoder *decoder)
{
  end_number ((Keyboard *) decoder);
  mr_scan_decoder_finish (decoder);
}

MrScanDecoder *
mr_scan_decoder_new_keyboard (gboolean is_patient)
{
  static const MrScanDecoderClass class = { push_report, end_code };
  MrScanDecoder *self = mr_scan_decoder_alloc (sizeof (Keyboard), &class, MR_SCAN_PAUSE_MS);

  self->is_patient = is_patient;
  return self;
}
