/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/json.h"

#include <string.h>

G_DEFINE_QUARK (mr - wire - error - quark, mr_wire_error)

JsonNode *
mr_wire_parse (const char *text, gssize length, GError **error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) inner = NULL;

  if (!mr_wire_check (text, length, error))
    return NULL;
  parser = json_parser_new ();
  if (!json_parser_load_from_data (parser, text, length, &inner))
    {
      g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_JSON, "%s", inner->message);
      return NULL;
    }
  return json_parser_steal_root (parser);
}

JsonNode *
mr_wire_parse_object (const char *text, gssize length, gsize max_bytes, JsonObject **object,
                      GError **error)
{
  gsize size = length < 0 ? strlen (text) : (gsize) length;
  g_autoptr (JsonNode) root = NULL;

  if (size > max_bytes)
    {
      g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_SIZE,
                   "%" G_GSIZE_FORMAT " bytes are more than the %" G_GSIZE_FORMAT " allowed", size,
                   max_bytes);
      return NULL;
    }
  root = mr_wire_parse (text, (gssize) size, error);
  if (root == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE, "the message is not an object");
      return NULL;
    }
  *object = json_node_get_object (root);
  return g_steal_pointer (&root);
}

static JsonNode *
find_member (JsonObject *object, const char *name, GError **error)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL)
    g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE, "“%s” is missing", name);
  return node;
}

static gboolean
is_value_of (JsonNode *node, GType type)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

static gboolean
refuse_type (const char *name, const char *wanted, GError **error)
{
  g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE, "“%s” must be %s", name, wanted);
  return FALSE;
}

gboolean
mr_wire_has (JsonObject *object, const char *name)
{
  return json_object_has_member (object, name);
}

gboolean
mr_wire_get_int (JsonObject *object, const char *name, gint64 minimum, gint64 maximum,
                 gint64 *value, GError **error)
{
  JsonNode *node = find_member (object, name, error);
  gint64 read;

  if (node == NULL)
    return FALSE;
  if (!is_value_of (node, G_TYPE_INT64))
    return refuse_type (name, "an integer", error);
  read = json_node_get_int (node);
  if (read < minimum || read > maximum)
    {
      g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE,
                   "“%s” must be from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                   ", not %" G_GINT64_FORMAT,
                   name, minimum, maximum, read);
      return FALSE;
    }
  *value = read;
  return TRUE;
}

gboolean
mr_wire_get_int_if (JsonObject *object, const char *name, gint64 minimum, gint64 maximum,
                    gint64 *value, GError **error)
{
  return !mr_wire_has (object, name) ||
         mr_wire_get_int (object, name, minimum, maximum, value, error);
}

const char *
mr_wire_get_text (JsonObject *object, const char *name, gsize max_bytes, GError **error)
{
  JsonNode *node = find_member (object, name, error);
  const char *text;

  if (node == NULL)
    return NULL;
  if (!is_value_of (node, G_TYPE_STRING))
    {
      refuse_type (name, "a text", error);
      return NULL;
    }
  text = json_node_get_string (node);
  if (strlen (text) > max_bytes)
    {
      g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_SIZE,
                   "“%s” is longer than %" G_GSIZE_FORMAT " bytes", name, max_bytes);
      return NULL;
    }
  return text;
}

gboolean
mr_wire_get_text_if (JsonObject *object, const char *name, gsize max_bytes, const char **value,
                     GError **error)
{
  const char *text;

  if (!mr_wire_has (object, name))
    return TRUE;
  text = mr_wire_get_text (object, name, max_bytes, error);
  if (text == NULL)
    return FALSE;
  *value = text;
  return TRUE;
}

JsonArray *
mr_wire_get_array (JsonObject *object, const char *name, GError **error)
{
  JsonNode *node = find_member (object, name, error);

  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    {
      refuse_type (name, "an array", error);
      return NULL;
    }
  return json_node_get_array (node);
}

JsonObject *
mr_wire_get_object (JsonObject *object, const char *name, GError **error)
{
  JsonNode *node = find_member (object, name, error);

  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      refuse_type (name, "an object", error);
      return NULL;
    }
  return json_node_get_object (node);
}

gboolean
mr_wire_get_boolean (JsonObject *object, const char *name, gboolean *value, GError **error)
{
  JsonNode *node = find_member (object, name, error);

  if (node == NULL)
    return FALSE;
  if (!is_value_of (node, G_TYPE_BOOLEAN))
    return refuse_type (name, "true or false", error);
  *value = json_node_get_boolean (node);
  return TRUE;
}

gboolean
mr_wire_get_boolean_if (JsonObject *object, const char *name, gboolean *value, GError **error)
{
  return !mr_wire_has (object, name) || mr_wire_get_boolean (object, name, value, error);
}

JsonObject *
mr_wire_get_element (JsonArray *array, const char *name, guint index, GError **error)
{
  JsonNode *node = json_array_get_element (array, index);

  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE, "“%s[%u]” must be an object", name,
                   index);
      return NULL;
    }
  return json_node_get_object (node);
}

gboolean
mr_wire_element_int (JsonArray *array, guint index, gint64 *value)
{
  JsonNode *node;

  if (index >= json_array_get_length (array))
    return FALSE;
  node = json_array_get_element (array, index);
  if (!is_value_of (node, G_TYPE_INT64))
    return FALSE;
  *value = json_node_get_int (node);
  return TRUE;
}

const char *
mr_wire_element_text (JsonArray *array, guint index)
{
  JsonNode *node;

  if (index >= json_array_get_length (array))
    return NULL;
  node = json_array_get_element (array, index);
  return is_value_of (node, G_TYPE_STRING) ? json_node_get_string (node) : NULL;
}

static void
append_object (GString *out, JsonObject *object)
{
  JsonObjectIter iter;
  const char *name, *comma = "";
  JsonNode *node;

  g_string_append_c (out, '{');
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      g_string_append (out, comma);
      mr_wire_append_string (out, name);
      g_string_append_c (out, ':');
      mr_wire_append_node (out, node);
      comma = ",";
    }
  g_string_append_c (out, '}');
}

static void
append_array (GString *out, JsonArray *array)
{
  g_string_append_c (out, '[');
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      mr_wire_append_node (out, json_array_get_element (array, i));
    }
  g_string_append_c (out, ']');
}

/* Recursion is bounded: the text was no deeper than MR_WIRE_MAX_DEPTH. */
void
mr_wire_append_node (GString *out, JsonNode *node)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    append_object (out, json_node_get_object (node));
  else if (JSON_NODE_HOLDS_ARRAY (node))
    append_array (out, json_node_get_array (node));
  else if (is_value_of (node, G_TYPE_STRING))
    mr_wire_append_string (out, json_node_get_string (node));
  else if (is_value_of (node, G_TYPE_INT64))
    g_string_append_printf (out, "%" G_GINT64_FORMAT, json_node_get_int (node));
  else if (is_value_of (node, G_TYPE_BOOLEAN))
    g_string_append (out, json_node_get_boolean (node) ? "true" : "false");
  else
    g_string_append (out, "null");
}
