/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/member.h"

#include <string.h>

char *
mr_poke_to_json (const MrPoke *self)
{
  GString *out = g_string_new ("{");

  mr_member_append_text (out, "feed", self->region ? "region" : "shop");
  mr_member_append_int (out, "spread_ms", self->spread_ms);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

gboolean
mr_poke_from_json (const char *json, gssize length, MrPoke *poke, GError **error)
{
  JsonObject *object;
  g_autoptr (JsonNode) root =
      mr_wire_parse_object (json, length, MR_POKE_MAX_BYTES, &object, error);
  g_autofree char *feed = NULL;

  if (root == NULL || (feed = mr_member_dup_text (object, "feed", 16, error)) == NULL ||
      !mr_wire_get_int (object, "spread_ms", 0, MR_POKE_MAX_SPREAD_MS, &poke->spread_ms, error))
    return FALSE;
  poke->region = strcmp (feed, "region") == 0;
  return TRUE;
}
