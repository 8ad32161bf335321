/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/member.h"

#include <string.h>

void
mr_snapshot_info_free (MrSnapshotInfo *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self);
}

gboolean
mr_snapshot_name_is_valid (const char *name)
{
  gsize length = strnlen (name, 121);

  if (length == 0 || length > 120 || !g_ascii_isalnum (name[0]))
    return FALSE;
  for (gsize i = 1; i < length; i++)
    if (!g_ascii_isalnum (name[i]) && strchr ("-_.", name[i]) == NULL)
      return FALSE;
  return TRUE;
}

char *
mr_snapshot_info_to_json (const MrSnapshotInfo *self)
{
  GString *out = g_string_new ("{");

  mr_member_append_text (out, "name", self->name);
  mr_member_append_int (out, "bytes", self->bytes);
  mr_member_append_int (out, "schema", self->schema);
  mr_member_append_position (out, "position", &self->position);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

MrSnapshotInfo *
mr_snapshot_info_from_json (const char *json, gssize length, GError **error)
{
  g_autoptr (MrSnapshotInfo) info = g_new0 (MrSnapshotInfo, 1);
  JsonObject *object;
  g_autoptr (JsonNode) root = mr_wire_parse_object (json, length, 64 * 1024, &object, error);

  if (root == NULL || (info->name = mr_member_dup_text (object, "name", 120, error)) == NULL ||
      !mr_wire_get_int (object, "bytes", 1, MR_WIRE_MAX_INT, &info->bytes, error) ||
      !mr_wire_get_int (object, "schema", 1, G_MAXINT32, &info->schema, error) ||
      !mr_member_get_position (object, "position", &info->position, error))
    return NULL;
  if (!mr_snapshot_name_is_valid (info->name))
    {
      g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE,
                   "“name” must be letters, digits, “-”, “_” and “.”");
      return NULL;
    }
  return g_steal_pointer (&info);
}
