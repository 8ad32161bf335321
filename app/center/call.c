/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/call.h"

#include "center/center-private.h"
#include "center/route.h"
#include "center/successor.h"

#include "wire/json.h"

#include <stdarg.h>
#include <string.h>

/* A signature older or newer than this is refused, so that what was once overheard is worth nothing for
 * long. A day, as shops' clocks are wrong by hours; beyond it the reply tells the time. Order never
 * depends on it. */
#define SIGNATURE_WINDOW_US (24 * G_TIME_SPAN_HOUR)

#define SQL_SCOPE                                                                                  \
  "SELECT till.id, till.shop_id, shop.region_id, shop.party_id, till.public_key, "                 \
  "till.revoked_at IS NOT NULL, shop.currency, region.name, "                                      \
  "(SELECT id FROM feed WHERE kind = 'region' AND scope_id = shop.region_id), "                    \
  "(SELECT id FROM feed WHERE kind = 'shop' AND scope_id = shop.id), "                             \
  "(SELECT id FROM location WHERE party_id = shop.party_id AND kind = 'shop' AND name = ''), "     \
  "(SELECT id FROM location WHERE party_id = shop.party_id AND kind = 'customer' AND name = ''), " \
  "till.number FROM till JOIN shop ON shop.id = till.shop_id JOIN region ON region.id = "          \
  "shop.region_id "                                                                                \
  "WHERE till.uuid = ?1"

void
mr_center_reply_clear (MrCenterReply *self)
{
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->etag, g_free);
  g_clear_pointer (&self->content_range, g_free);
  *self = (MrCenterReply){ 0 };
}

void
mr_call_reply_json (MrCall *self, guint status, char *json)
{
  mr_center_reply_clear (&self->reply);
  self->reply.status = status;
  self->reply.content_type = "application/json";
  self->reply.body = g_bytes_new_take (json, strlen (json));
}

static void
append_member (GString *out, const char *name, const char *text)
{
  g_string_append_printf (out, "%s\"%s\":", out->len > 1 ? "," : "", name);
  mr_wire_append_string (out, text);
}

void
mr_call_reply_problem (MrCall *self, guint status, const char *type, const char *title,
                       const char *more, const char *format, ...)
{
  GString *out = g_string_new ("{");
  g_autofree char *address = g_strconcat ("/problems/", type, NULL);
  g_autofree char *detail = NULL;
  g_autofree char *valid = NULL;
  va_list values;

  va_start (values, format);
  detail = g_strdup_vprintf (format, values);
  va_end (values);
  valid = g_utf8_make_valid (detail, -1);
  append_member (out, "type", address);
  append_member (out, "title", title);
  g_string_append_printf (out, ",\"status\":%u", status);
  append_member (out, "detail", valid);
  if (more != NULL)
    g_string_append (out, more);
  g_string_append_c (out, '}');
  mr_call_reply_json (self, status, g_string_free (out, FALSE));
  self->reply.content_type = "application/problem+json";
}

void
mr_call_reply_error (MrCall *self, const GError *error)
{
  if (g_error_matches (error, MR_DB_ERROR, MR_DB_ERROR_BUSY) ||
      g_error_matches (error, MR_DB_ERROR, MR_DB_ERROR_LOST))
    {
      mr_call_reply_problem (self, 503, "busy", "The center is busy.", NULL,
                             "Nothing was changed; ask again in a second.");
      self->reply.retry_after_s = 1;
      return;
    }
  if (g_error_matches (error, MR_DB_ERROR, MR_DB_ERROR_FULL))
    {
      mr_call_reply_problem (self, 507, "disk-full", "The center's disk is full.", NULL,
                             "Nothing was changed; ask again once there is room.");
      self->reply.retry_after_s = 60;
      return;
    }
  /* What went wrong inside is for the log, not for whoever asks. */
  g_warning ("%s %s: %s", self->request.method, self->request.path, error->message);
  mr_call_reply_problem (self, 500, "internal", "The center failed.", NULL,
                         "Nothing was changed; its log says why. Ask again later.");
}

gboolean
mr_call_is_answered (const MrCall *self)
{
  return self->reply.status != 0;
}

static void
take_scope (MrQuery *query, MrScope *scope)
{
  gsize length = 0;
  gconstpointer key = mr_query_get_bytes (query, 4, &length);

  scope->till_id = mr_query_get_int (query, 0);
  scope->shop_id = mr_query_get_int (query, 1);
  scope->region_id = mr_query_get_int (query, 2);
  scope->party_id = mr_query_get_int (query, 3);
  if (length == sizeof scope->public_key)
    memcpy (scope->public_key, key, length);
  scope->revoked = mr_query_get_int (query, 5) != 0;
  g_strlcpy (scope->currency, mr_query_get_text (query, 6), sizeof scope->currency);
  g_strlcpy (scope->region, mr_query_get_text (query, 7), sizeof scope->region);
  scope->region_feed = mr_query_get_int (query, 8);
  scope->shop_feed = mr_query_get_int (query, 9);
  scope->shop_location = mr_query_get_int (query, 10);
  scope->customer_location = mr_query_get_int (query, 11);
  scope->till_number = mr_query_get_int (query, 12);
}

gboolean
mr_scope_load (MrDb *db, MrId till, MrScope *scope, GError **error)
{
  g_autoptr (MrQuery) query = NULL;

  *scope = (MrScope){ .till = till };
  query = mr_db_select (db, error, SQL_SCOPE, "b", till.bytes, sizeof till.bytes);
  if (query == NULL || mr_query_step (query, error) != MR_STEP_ROW)
    return FALSE;
  take_scope (query, scope);
  return TRUE;
}

static void
refuse_signature (MrCall *self, const char *why)
{
  mr_call_reply_problem (self, 401, "signature", "The request is not signed by a known till.", NULL,
                         "%s", why);
}

static gboolean
check_clock (MrCall *self, const MrWorld *world)
{
  gint64 now_us = mr_world_now_us (world);
  g_autofree char *now = NULL;
  g_autofree char *more = NULL;
  gint64 time_us;

  if (!mr_time_parse (self->request.time, &time_us))
    {
      refuse_signature (self, "Millrace-Time is not a time like 2026-05-28T07:06:40Z.");
      return FALSE;
    }
  if (ABS (time_us - now_us) <= SIGNATURE_WINDOW_US)
    return TRUE;
  now = mr_time_format (now_us);
  more = g_strdup_printf (",\"now\":\"%s\"", now);
  mr_call_reply_problem (
      self, 401, "clock", "The till's clock is off by more than a day.", more,
      "The center's clock says %s; sign again with that time, and set the clock.", now);
  return FALSE;
}

/* The connection may have been lost since it was last used. */
static gboolean
load_scope (MrCall *self, MrCenter *center, MrId till, GError **error)
{
  g_autoptr (GError) lost = NULL;

  if (!mr_center_heal (center, error))
    return FALSE;
  if (mr_scope_load (mr_center_get_db (center), till, &self->scope, &lost))
    return TRUE;
  if (g_error_matches (lost, MR_DB_ERROR, MR_DB_ERROR_LOST))
    return mr_center_heal (center, error) &&
           mr_scope_load (mr_center_get_db (center), till, &self->scope, error);
  if (lost != NULL)
    g_propagate_error (error, g_steal_pointer (&lost));
  return FALSE;
}

static gboolean
is_signed_with (const guint8 *public_key, gpointer data)
{
  const MrCenterRequest *request = &((MrCall *) data)->request;

  return mr_verify_request (public_key, request->signature, request->time, request->method,
                            request->path, request->body, request->length);
}

/* What a computer sends that was this till before another became it is taken like a revoked till's. */
static gboolean
is_of_old_computer (MrCall *self, MrCenter *center)
{
  gboolean had = FALSE;

  if (!mr_successor_had_key (mr_center_get_db (center), self->scope.till_id, is_signed_with, self,
                             &had, NULL) ||
      !had)
    return FALSE;
  self->scope.revoked = self->scope.replaced = TRUE;
  return TRUE;
}

/* FALSE after having replied. */
static gboolean
authenticate (MrCall *self, MrCenter *center)
{
  const MrCenterRequest *request = &self->request;
  g_autoptr (GError) error = NULL;
  MrId till;

  if (request->till == NULL || request->time == NULL || request->signature == NULL)
    {
      refuse_signature (self, "Millrace-Till, Millrace-Time and Millrace-Signature must be sent.");
      return FALSE;
    }
  if (!mr_id_parse (request->till, &till))
    {
      refuse_signature (self, "Millrace-Till is not the id of a till.");
      return FALSE;
    }
  if (!load_scope (self, center, till, &error))
    {
      if (error != NULL)
        mr_call_reply_error (self, error);
      else
        refuse_signature (self, "The center knows no such till; enrol it with a new code.");
      return FALSE;
    }
  if (!is_signed_with (self->scope.public_key, self) && !is_of_old_computer (self, center))
    {
      refuse_signature (self, "The signature is not that of this till's key over this request.");
      return FALSE;
    }
  if (!check_clock (self, mr_center_get_world (center)))
    return FALSE;
  if (self->scope.replaced && self->route->caller != MR_CALLER_REVOKED_TILL)
    {
      mr_call_reply_problem (self, 403, "replaced", "Another computer is this till now.", NULL,
                             "What this one still has is taken and kept for the owner; sell on "
                             "the other one.");
      return FALSE;
    }
  if (self->scope.revoked && self->route->caller != MR_CALLER_REVOKED_TILL)
    {
      mr_call_reply_problem (
          self, 403, "revoked", "This till was revoked.", NULL,
          "Its sales are still taken; enrol it anew with a code from the owner.");
      return FALSE;
    }
  return TRUE;
}

/* FALSE after having replied. */
static gboolean
split_path (MrCall *self)
{
  g_autoptr (GError) error = NULL;
  const char *question = strchr (self->request.path, '?');
  gsize prefix = strlen (self->route->path);

  if (self->route->path[prefix - 1] == '/')
    {
      const char *rest = self->request.path + prefix;
      gsize length = question != NULL ? (gsize) (question - rest) : strlen (rest);

      self->rest = g_strndup (rest, length);
    }
  self->query =
      g_uri_parse_params (question != NULL ? question + 1 : "", -1, "&", G_URI_PARAMS_NONE, &error);
  if (self->query == NULL)
    mr_call_reply_problem (self, 400, "bad-query", "The address cannot be read.", NULL, "%s",
                           error->message);
  return self->query != NULL;
}

static void
parse_message (MrCall *self)
{
  const MrRouteParts *parts = mr_route_get_parts (self->route);
  g_autoptr (GError) error = NULL;

  if (parts->parse == NULL)
    return;
  self->free_message = parts->free_message;
  self->message = parts->parse (self, &error);
  if (self->message != NULL)
    return;
  if (g_error_matches (error, MR_WIRE_ERROR, MR_WIRE_ERROR_SIZE))
    mr_call_reply_problem (self, 413, "too-large", "The request is too large.", NULL, "%s",
                           error->message);
  else if (g_error_matches (error, MR_WIRE_ERROR, MR_WIRE_ERROR_JSON))
    mr_call_reply_problem (self, 400, "bad-json", "The body is not JSON we take.", NULL, "%s",
                           error->message);
  else
    mr_call_reply_problem (self, 400, "bad-message", "The body is not this message.", NULL, "%s",
                           error->message);
}

static void
refuse_path (MrCall *self)
{
  if (mr_route_is_path_known (self->request.path))
    mr_call_reply_problem (self, 405, "method", "This address takes another method.", NULL,
                           "%s is not taken here; data/openapi.yaml says what is.",
                           self->request.method);
  else
    mr_call_reply_problem (self, 404, "not-found", "There is nothing at this address.", NULL,
                           "The interface begins at /v1/; data/openapi.yaml describes it.");
}

MrCall *
mr_call_new (MrCenter *center, const MrCenterRequest *request)
{
  MrCall *self = g_new0 (MrCall, 1);

  self->request = *request;
  /* Parsers are given a text, if an empty one. */
  if (self->request.body == NULL)
    self->request.body = "";
  self->route = mr_center_find_route (request->method, request->path);
  if (self->route == NULL)
    refuse_path (self);
  else if (request->length > self->route->max_body)
    mr_call_reply_problem (self, 413, "too-large", "The request is too large.", NULL,
                           "At most %" G_GSIZE_FORMAT " bytes are taken here.",
                           self->route->max_body);
  else if (split_path (self) &&
           (self->route->caller < MR_CALLER_TILL || authenticate (self, center)))
    parse_message (self);
  return self;
}

void
mr_call_free (MrCall *self)
{
  if (self == NULL)
    return;
  if (self->message != NULL)
    self->free_message (self->message);
  g_clear_pointer (&self->query, g_hash_table_unref);
  mr_center_reply_clear (&self->reply);
  g_free (self->rest);
  g_free (self);
}

gboolean
mr_call_get_query_int (MrCall *self, const char *name, gint64 minimum, gint64 maximum,
                       gint64 *value)
{
  const char *text = g_hash_table_lookup (self->query, name);

  if (text != NULL && g_ascii_isdigit (*text) &&
      g_ascii_string_to_signed (text, 10, minimum, maximum, value, NULL))
    return TRUE;
  mr_call_reply_problem (self, 400, "bad-query", "The address cannot be read.", NULL,
                         "“%s” must be a whole number from %" G_GINT64_FORMAT
                         " to %" G_GINT64_FORMAT ".",
                         name, minimum, maximum);
  return FALSE;
}
