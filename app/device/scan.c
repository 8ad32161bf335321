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

MrScan *
mr_scan_new (const char *bytes, gsize length)
{
  MrScan *self;
  char aim[4] = "";

  if (memchr (bytes, '\0', length) != NULL)
    return NULL;
  if (length >= 3 && bytes[0] == ']' && g_ascii_isalpha (bytes[1]) && g_ascii_isalnum (bytes[2]))
    {
      memcpy (aim, bytes, 3);
      bytes += 3;
      length -= 3;
    }
  self = g_new0 (MrScan, 1);
  memcpy (self->aim, aim, sizeof aim);
  self->text = to_utf8 (bytes, length);
  drop_controls (self->text);
  if (self->text[0] == '\0')
    g_clear_pointer (&self, mr_scan_free);
  return self;
}

void
mr_scan_free (MrScan *self)
{
  g_free (self->text);
  g_free (self);
}
