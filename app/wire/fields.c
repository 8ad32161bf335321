/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/fields.h"

#include "wire/json.h"

#include <string.h>

struct _MrFields
{
  JsonNode *root; /* (owned) */
  JsonArray *array; /* (unowned) of root */
};

MrFields *
mr_fields_parse (const char *json, GError **error)
{
  g_autoptr (JsonNode) root = mr_wire_parse (json, -1, error);
  MrFields *self;

  if (root == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_ARRAY (root))
    {
      g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE, "the fields are not an array");
      return NULL;
    }
  self = g_new0 (MrFields, 1);
  self->root = g_steal_pointer (&root);
  self->array = json_node_get_array (self->root);
  return self;
}

void
mr_fields_free (MrFields *self)
{
  if (self == NULL)
    return;
  json_node_unref (self->root);
  g_free (self);
}

guint
mr_fields_get_n (const MrFields *self)
{
  return json_array_get_length (self->array);
}

gboolean
mr_fields_get_int (const MrFields *self, guint index, gint64 *value)
{
  return mr_wire_element_int (self->array, index, value);
}

const char *
mr_fields_get_text (const MrFields *self, guint index)
{
  return mr_wire_element_text (self->array, index);
}

char *
mr_fields_dup_rest (const MrFields *self, guint index)
{
  GString *out;

  if (index >= mr_fields_get_n (self))
    return NULL;
  out = g_string_new ("[");
  for (guint i = index; i < mr_fields_get_n (self); i++)
    {
      if (i > index)
        g_string_append_c (out, ',');
      mr_wire_append_node (out, json_array_get_element (self->array, i));
    }
  g_string_append_c (out, ']');
  return g_string_free (out, FALSE);
}

static void
append_comma (GString *out)
{
  if (out->len > 1)
    g_string_append_c (out, ',');
}

void
mr_fields_append_int (GString *out, gint64 value)
{
  append_comma (out);
  g_string_append_printf (out, "%" G_GINT64_FORMAT, value);
}

void
mr_fields_append_text (GString *out, const char *text)
{
  append_comma (out);
  mr_wire_append_string (out, text);
}

char *
mr_fields_end (GString *out, const char *rest_json)
{
  /* "[…]": what is between the brackets follows, if there is anything. */
  gsize length = rest_json == NULL ? 0 : strlen (rest_json);

  if (length > 2)
    {
      append_comma (out);
      g_string_append_len (out, rest_json + 1, (gssize) length - 2);
    }
  g_string_append_c (out, ']');
  return g_string_free (out, FALSE);
}

/* The one test for nearly all bytes of a text. */
static inline gboolean
is_plain (guchar c)
{
  return c >= 0x20 && c != '"' && c != '\\';
}

static const char *
find_escape (guchar c)
{
  switch (c)
    {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return NULL;
    }
}

void
mr_wire_append_string (GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_validate (text, -1, NULL) ? NULL : g_utf8_make_valid (text, -1);
  const char *run = valid != NULL ? valid : text;

  g_string_append_c (out, '"');
  for (const char *p = run; *p != '\0'; p++)
    {
      if (is_plain ((guchar) *p))
        continue;

      const char *escape = find_escape ((guchar) *p);
      g_string_append_len (out, run, p - run);
      if (escape != NULL)
        g_string_append (out, escape);
      else
        g_string_append_printf (out, "\\u%04x", (guint) (guchar) *p);
      run = p + 1;
    }
  g_string_append (out, run);
  g_string_append_c (out, '"');
}
