/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/message.h"

#include <sodium.h>
#include <string.h>

const char *
mr_hash_format (const MrHash *self, char out[MR_HASH_STRING_SIZE])
{
  return sodium_bin2hex (out, MR_HASH_STRING_SIZE, self->bytes, sizeof self->bytes);
}

/* Lower case only: two spellings of one hash would compare unequal as text. */
static gboolean
is_lower_hex (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (text[i]) && (text[i] < 'a' || text[i] > 'f'))
      return FALSE;
  return text[length] == '\0';
}

gboolean
mr_hash_parse (const char *text, MrHash *self)
{
  if (strnlen (text, MR_HASH_STRING_SIZE) != MR_HASH_STRING_SIZE - 1 ||
      !is_lower_hex (text, MR_HASH_STRING_SIZE - 1))
    return FALSE;
  return sodium_hex2bin (self->bytes, sizeof self->bytes, text, MR_HASH_STRING_SIZE - 1, NULL, NULL,
                         NULL) == 0;
}

gboolean
mr_hash_equal (const MrHash *a, const MrHash *b)
{
  return memcmp (a->bytes, b->bytes, sizeof a->bytes) == 0;
}

const char *
mr_position_format (const MrPosition *self, char out[MR_POSITION_STRING_SIZE])
{
  if (self->v == 0)
    g_snprintf (out, MR_POSITION_STRING_SIZE, "0");
  else
    g_snprintf (out, MR_POSITION_STRING_SIZE, "%" G_GINT64_FORMAT ".%s", self->v, self->salt);
  return out;
}

gboolean
mr_position_parse (const char *text, MrPosition *self)
{
  const char *dot = strchr (text, '.');
  guint64 v;

  if (strcmp (text, "0") == 0)
    {
      *self = (MrPosition){ 0 };
      return TRUE;
    }
  if (dot == NULL || dot == text || dot - text > 16 || *text == '0')
    return FALSE;
  for (const char *p = text; p < dot; p++)
    if (!g_ascii_isdigit (*p))
      return FALSE;
  v = g_ascii_strtoull (text, NULL, 10);
  if (v > (G_GUINT64_CONSTANT (1) << 53) || strnlen (dot + 1, 17) != 16 ||
      !is_lower_hex (dot + 1, 16))
    return FALSE;
  self->v = (gint64) v;
  memcpy (self->salt, dot + 1, 17);
  return TRUE;
}

gboolean
mr_position_equal (const MrPosition *a, const MrPosition *b)
{
  return a->v == b->v && strcmp (a->salt, b->salt) == 0;
}

gboolean
mr_position_is_sound (const MrPosition *self)
{
  char text[MR_POSITION_STRING_SIZE];
  MrPosition read;

  return mr_position_parse (mr_position_format (self, text), &read);
}
