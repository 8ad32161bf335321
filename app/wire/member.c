/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/member.h"

static gboolean
refuse (const char *name, const char *wanted, GError **error)
{
  g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE, "“%s” must be %s", name, wanted);
  return FALSE;
}

gboolean
mr_member_get_id (JsonObject *object, const char *name, MrId *id, GError **error)
{
  const char *text = mr_wire_get_text (object, name, MR_ID_STRING_SIZE, error);

  if (text == NULL)
    return FALSE;
  return mr_id_parse (text, id) || refuse (name, "a UUID", error);
}

gboolean
mr_member_get_hash (JsonObject *object, const char *name, MrHash *h, GError **error)
{
  const char *text = mr_wire_get_text (object, name, MR_HASH_STRING_SIZE, error);

  if (text == NULL)
    return FALSE;
  return mr_hash_parse (text, h) || refuse (name, "64 lower-case hexadecimal digits", error);
}

gboolean
mr_member_get_time (JsonObject *object, const char *name, gint64 *time_us, GError **error)
{
  const char *text = mr_wire_get_text (object, name, 40, error);

  if (text == NULL)
    return FALSE;
  return mr_time_parse (text, time_us) ||
         refuse (name, "a time like 2026-05-28T07:06:40.000000Z", error);
}

gboolean
mr_member_get_position (JsonObject *object, const char *name, MrPosition *position, GError **error)
{
  const char *text = mr_wire_get_text (object, name, MR_POSITION_STRING_SIZE, error);

  if (text == NULL)
    return FALSE;
  return mr_position_parse (text, position) ||
         refuse (name, "a version, a point and 16 lower-case hexadecimal digits, or 0", error);
}

gboolean
mr_member_get_count (JsonObject *object, const char *name, gint64 *value, GError **error)
{
  return mr_wire_get_int (object, name, 0, MR_WIRE_MAX_INT, value, error);
}

char *
mr_member_dup_text (JsonObject *object, const char *name, gsize max_bytes, GError **error)
{
  return g_strdup (mr_wire_get_text (object, name, max_bytes, error));
}

void
mr_member_append_key (GString *out, const char *name)
{
  if (out->len > 0 && out->str[out->len - 1] != '{')
    g_string_append_c (out, ',');
  /* Names are ours: there is nothing to escape in them. */
  g_string_append_c (out, '"');
  g_string_append (out, name);
  g_string_append_len (out, "\":", 2);
}

void
mr_member_append_text (GString *out, const char *name, const char *value)
{
  mr_member_append_key (out, name);
  mr_wire_append_string (out, value);
}

/* By hand: a sale has some hundred integers, and printf was most of the time of writing it. */
static void
append_int (GString *out, gint64 value)
{
  char digits[24];
  gsize at = sizeof digits;
  guint64 rest = value < 0 ? -(guint64) value : (guint64) value;

  do
    digits[--at] = (char) ('0' + rest % 10);
  while ((rest /= 10) > 0);
  if (value < 0)
    digits[--at] = '-';
  g_string_append_len (out, digits + at, (gssize) (sizeof digits - at));
}

void
mr_member_append_int (GString *out, const char *name, gint64 value)
{
  mr_member_append_key (out, name);
  append_int (out, value);
}

void
mr_member_append_boolean (GString *out, const char *name, gboolean value)
{
  mr_member_append_key (out, name);
  g_string_append (out, value ? "true" : "false");
}

void
mr_member_append_id (GString *out, const char *name, MrId id)
{
  char text[MR_ID_STRING_SIZE];

  mr_member_append_text (out, name, mr_id_format (id, text));
}

void
mr_member_append_hash (GString *out, const char *name, const MrHash *h)
{
  char text[MR_HASH_STRING_SIZE];

  mr_member_append_text (out, name, mr_hash_format (h, text));
}

void
mr_member_append_time (GString *out, const char *name, gint64 time_us)
{
  g_autofree char *text = mr_time_format (time_us);

  mr_member_append_key (out, name);
  g_string_append_c (out, '"');
  g_string_append (out, text);
  g_string_append_c (out, '"');
}

void
mr_member_append_position (GString *out, const char *name, const MrPosition *position)
{
  char text[MR_POSITION_STRING_SIZE];

  mr_member_append_text (out, name, mr_position_format (position, text));
}
