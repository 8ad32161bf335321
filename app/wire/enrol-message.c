/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/member.h"

#include <string.h>

#define MAX_BYTES (64 * 1024)
#define MAX_CODE_BYTES 64
#define MAX_NAME_BYTES 200
#define PUBLIC_KEY_BYTES 44 /* base64 of 32 */

void
mr_enrol_request_free (MrEnrolRequest *self)
{
  if (self == NULL)
    return;
  g_free (self->code);
  g_free (self->public_key);
  g_free (self->name);
  g_free (self);
}

void
mr_enrol_reply_free (MrEnrolReply *self)
{
  if (self == NULL)
    return;
  g_free (self->letter);
  g_free (self->shop_name);
  g_free (self->region);
  g_free (self->currency);
  g_free (self->shift);
  g_free (self);
}

char *
mr_enrol_request_to_json (const MrEnrolRequest *self)
{
  GString *out = g_string_new ("{");

  mr_member_append_text (out, "code", self->code);
  mr_member_append_text (out, "public_key", self->public_key);
  mr_member_append_text (out, "name", self->name);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

MrEnrolRequest *
mr_enrol_request_from_json (const char *json, gssize length, GError **error)
{
  g_autoptr (MrEnrolRequest) request = g_new0 (MrEnrolRequest, 1);
  JsonObject *object;
  g_autoptr (JsonNode) root = mr_wire_parse_object (json, length, MAX_BYTES, &object, error);

  if (root == NULL ||
      (request->code = mr_member_dup_text (object, "code", MAX_CODE_BYTES, error)) == NULL ||
      (request->public_key = mr_member_dup_text (object, "public_key", PUBLIC_KEY_BYTES, error)) ==
          NULL ||
      (request->name = mr_member_dup_text (object, "name", MAX_NAME_BYTES, error)) == NULL)
    return NULL;
  return g_steal_pointer (&request);
}

char *
mr_enrol_reply_to_json (const MrEnrolReply *self)
{
  GString *out = g_string_new ("{");

  mr_member_append_id (out, "till", self->till);
  mr_member_append_text (out, "letter", self->letter);
  mr_member_append_int (out, "till_number", self->till_number);
  mr_member_append_id (out, "shop", self->shop);
  mr_member_append_text (out, "shop_name", self->shop_name);
  mr_member_append_text (out, "region", self->region);
  mr_member_append_text (out, "currency", self->currency);
  mr_member_append_time (out, "now", self->now_us);
  if (self->shift != NULL)
    {
      mr_member_append_key (out, "shift");
      g_string_append (out, self->shift);
    }
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

/* Whatever is not an object counts as none: a till can go on without it. */
static char *
dup_shift (JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "shift");
  GString *text;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  text = g_string_new (NULL);
  mr_wire_append_node (text, node);
  return g_string_free (text, FALSE);
}

MrEnrolReply *
mr_enrol_reply_from_json (const char *json, gssize length, GError **error)
{
  g_autoptr (MrEnrolReply) reply = g_new0 (MrEnrolReply, 1);
  JsonObject *object;
  g_autoptr (JsonNode) root = mr_wire_parse_object (json, length, MAX_BYTES, &object, error);

  if (root == NULL || !mr_member_get_id (object, "till", &reply->till, error) ||
      (reply->letter = mr_member_dup_text (object, "letter", MR_LETTER_SIZE - 1, error)) == NULL ||
      !mr_wire_get_int (object, "till_number", 1, 9999, &reply->till_number, error) ||
      !mr_member_get_id (object, "shop", &reply->shop, error) ||
      (reply->shop_name = mr_member_dup_text (object, "shop_name", MAX_NAME_BYTES, error)) ==
          NULL ||
      (reply->region = mr_member_dup_text (object, "region", 63, error)) == NULL ||
      (reply->currency = mr_member_dup_text (object, "currency", 3, error)) == NULL ||
      !mr_member_get_time (object, "now", &reply->now_us, error))
    return NULL;
  reply->shift = dup_shift (object);
  return g_steal_pointer (&reply);
}
