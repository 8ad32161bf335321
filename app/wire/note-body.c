/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/entry-context.h"

char *
mr_note_body_write (const MrEntryContext *context, ...)
{
  GString *out = g_string_new ("{");
  const char *name;
  va_list args;

  mr_entry_context_append (out, context);
  va_start (args, context);
  while ((name = va_arg (args, const char *)) != NULL)
    {
      int type = va_arg (args, int);

      if (type == 'i')
        {
          mr_member_append_int (out, name, va_arg (args, gint64));
        }
      else if (type == 's')
        {
          mr_member_append_text (out, name, va_arg (args, const char *));
        }
      else
        {
          g_assert (type == 'j');
          mr_member_append_key (out, name);
          g_string_append (out, va_arg (args, const char *));
        }
    }
  va_end (args);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

void
mr_note_body_append (GString *out, const char *name, const char *value)
{
  mr_member_append_text (out, name, value);
}

/* (nullable): the member of the body's object, valid with @root. */
static JsonNode *
find_member (const char *body, const char *name, JsonNode **root)
{
  JsonObject *object;

  *root = mr_wire_parse_object (body, -1, MR_ENTRY_MAX_BODY, &object, NULL);
  return *root == NULL ? NULL : json_object_get_member (object, name);
}

char *
mr_note_body_dup_text (const char *body, const char *name)
{
  g_autoptr (JsonNode) root = NULL;
  JsonNode *node = find_member (body, name, &root);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return g_strdup (json_node_get_string (node));
}

gboolean
mr_note_body_get_int (const char *body, const char *name, gint64 *value)
{
  g_autoptr (JsonNode) root = NULL;
  JsonNode *node = find_member (body, name, &root);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  *value = json_node_get_int (node);
  return TRUE;
}

char *
mr_note_body_dup_json (const char *body, const char *name)
{
  g_autoptr (JsonNode) root = NULL;
  JsonNode *node = find_member (body, name, &root);
  GString *out;

  if (node == NULL || (!JSON_NODE_HOLDS_OBJECT (node) && !JSON_NODE_HOLDS_ARRAY (node)))
    return NULL;
  out = g_string_new (NULL);
  mr_wire_append_node (out, node);
  return g_string_free (out, FALSE);
}
