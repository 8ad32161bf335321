/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/scan.h"

#include <string.h>

/* Separators of GS1 and of ISO/IEC 15434 envelopes; no other control character means anything. */
static gboolean
is_separator (char byte)
{
  return byte == 0x1D || byte == 0x1E || byte == 0x04;
}

static char *
to_utf8 (const char *bytes, gsize length)
{
  char *text;

  if (g_utf8_validate (bytes, (gssize) length, NULL))
    return g_strndup (bytes, length);
  text = g_convert (bytes, (gssize) length, "UTF-8", "GB18030", NULL, NULL, NULL);
  return text != NULL ? text : g_utf8_make_valid (bytes, (gssize) length);
}

static void
drop_controls (char *text)
{
  char *out = text;

  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_iscntrl (*p) || is_separator (*p))
      *out++ = *p;
  *out = '\0';
}

/* The identifier at the front of @bytes goes to @aim. How many bytes it took. */
static gsize
take_aim (const char *bytes, gsize length, char aim[4])
{
  if (length < 3 || bytes[0] != ']' || !g_ascii_isalpha (bytes[1]) || !g_ascii_isalnum (bytes[2]))
    return 0;
  memcpy (aim, bytes, 3);
  return 3;
}

MrScan *
mr_scan_new (const char *bytes, gsize length)
{
  MrScan *self;
  char aim[4] = "";
  gsize n_aim;

  if (memchr (bytes, '\0', length) != NULL)
    return NULL;
  /* Some frame a code with STX and ETX. */
  while (length > 0 && g_ascii_iscntrl (*bytes) && !is_separator (*bytes))
    {
      bytes++;
      length--;
    }
  n_aim = take_aim (bytes, length, aim);
  self = g_new0 (MrScan, 1);
  memcpy (self->aim, aim, sizeof aim);
  self->text = to_utf8 (bytes + n_aim, length - n_aim);
  drop_controls (self->text);
  if (self->text[0] == '\0')
    g_clear_pointer (&self, mr_scan_free);
  return self;
}

MrScan *
mr_scan_copy (const MrScan *self)
{
  MrScan *copy = g_memdup2 (self, sizeof *self);

  copy->text = g_strdup (self->text);
  return copy;
}

void
mr_scan_trim (MrScan *self, const char *prefix, const char *suffix)
{
  gsize length = strlen (self->text);
  gsize n_prefix = g_str_has_prefix (self->text, prefix) ? strlen (prefix) : 0;
  gsize n_suffix = g_str_has_suffix (self->text, suffix) ? strlen (suffix) : 0;
  char *rest;

  if (n_prefix + n_suffix >= length)
    return;
  length -= n_prefix + n_suffix;
  rest = self->text + n_prefix;
  if (n_prefix > 0 && self->aim[0] == '\0' && length > 3)
    {
      gsize n_aim = take_aim (rest, length, self->aim);

      rest += n_aim;
      length -= n_aim;
    }
  memmove (self->text, rest, length);
  self->text[length] = '\0';
}

void
mr_scan_free (MrScan *self)
{
  g_free (self->text);
  g_free (self);
}
