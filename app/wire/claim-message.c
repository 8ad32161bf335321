/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/member.h"

#define MAX_BYTES (16 * 1024)

void
mr_claim_request_free (MrClaimRequest *self)
{
  if (self == NULL)
    return;
  g_free (self->key);
  g_free (self->kind);
  g_free (self->subject);
  g_free (self);
}

MrClaimRequest *
mr_claim_request_new (const char *key, const char *kind, const char *subject, gint64 amount,
                      gint64 of)
{
  MrClaimRequest *self = g_new0 (MrClaimRequest, 1);

  self->key = g_strdup (key);
  self->kind = g_strdup (kind);
  self->subject = g_strdup (subject);
  self->amount = amount;
  self->of = of;
  return self;
}

char *
mr_claim_request_to_json (const MrClaimRequest *self)
{
  GString *out = g_string_new ("{");

  mr_member_append_text (out, "key", self->key);
  mr_member_append_text (out, "kind", self->kind);
  mr_member_append_text (out, "subject", self->subject);
  mr_member_append_int (out, "amount", self->amount);
  if (self->of >= 0)
    mr_member_append_int (out, "of", self->of);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

static char *
dup_text (JsonObject *object, const char *name, gsize max_bytes, GError **error)
{
  g_autofree char *text = mr_member_dup_text (object, name, max_bytes, error);

  if (text == NULL || *text != '\0')
    return g_steal_pointer (&text);
  g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE, "“%s” must not be empty", name);
  return NULL;
}

MrClaimRequest *
mr_claim_request_from_json (const char *json, gssize length, GError **error)
{
  g_autoptr (MrClaimRequest) claim = g_new0 (MrClaimRequest, 1);
  JsonObject *object;
  g_autoptr (JsonNode) root = mr_wire_parse_object (json, length, MAX_BYTES, &object, error);

  claim->of = -1;
  if (root == NULL || (claim->key = dup_text (object, "key", MR_CLAIM_MAX_KEY, error)) == NULL ||
      (claim->kind = dup_text (object, "kind", MR_ENTRY_MAX_KIND, error)) == NULL ||
      (claim->subject = dup_text (object, "subject", MR_CLAIM_MAX_SUBJECT, error)) == NULL ||
      !mr_wire_get_int (object, "amount", 0, MR_WIRE_MAX_INT, &claim->amount, error) ||
      !mr_wire_get_int_if (object, "of", 0, MR_WIRE_MAX_INT, &claim->of, error))
    return NULL;
  if (mr_entry_kind_is_valid (claim->kind))
    return g_steal_pointer (&claim);
  g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE,
               "“kind” must be lower-case letters, digits and “-”");
  return NULL;
}

void
mr_claim_reply_clear (MrClaimReply *self)
{
  g_clear_pointer (&self->key, g_free);
}

char *
mr_claim_reply_to_json (const MrClaimReply *self)
{
  GString *out = g_string_new ("{");

  mr_member_append_text (out, "key", self->key);
  mr_member_append_time (out, "expires", self->expires_us);
  mr_member_append_time (out, "now", self->now_us);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

gboolean
mr_claim_reply_from_json (const char *json, gssize length, MrClaimReply *reply, GError **error)
{
  JsonObject *object;
  g_autoptr (JsonNode) root = mr_wire_parse_object (json, length, MAX_BYTES, &object, error);

  *reply = (MrClaimReply){ NULL };
  if (root != NULL && mr_member_get_time (object, "expires", &reply->expires_us, error) &&
      mr_member_get_time (object, "now", &reply->now_us, error))
    reply->key = dup_text (object, "key", MR_CLAIM_MAX_KEY, error);
  return reply->key != NULL;
}
