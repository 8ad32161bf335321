/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/member.h"

void
mr_problem_free (MrProblem *self)
{
  if (self == NULL)
    return;
  g_free (self->type);
  g_free (self->title);
  g_free (self->detail);
  g_free (self);
}

char *
mr_problem_to_json (const MrProblem *self)
{
  GString *out = g_string_new ("{");

  mr_member_append_text (out, "type", self->type);
  mr_member_append_text (out, "title", self->title);
  mr_member_append_int (out, "status", self->status);
  mr_member_append_text (out, "detail", self->detail);
  if (self->now_us != 0)
    mr_member_append_time (out, "now", self->now_us);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

/* RFC 9457 makes every member optional, and asks readers to take what is there. */
MrProblem *
mr_problem_from_json (const char *json, gssize length, GError **error)
{
  g_autoptr (MrProblem) problem = g_new0 (MrProblem, 1);
  const char *type = "about:blank", *title = "", *detail = "";
  gint64 status = 0;
  JsonObject *object;
  g_autoptr (JsonNode) root = mr_wire_parse_object (json, length, 64 * 1024, &object, error);

  if (root == NULL || !mr_wire_get_int_if (object, "status", 100, 999, &status, error) ||
      !mr_wire_get_text_if (object, "type", 2000, &type, error) ||
      !mr_wire_get_text_if (object, "title", 2000, &title, error) ||
      !mr_wire_get_text_if (object, "detail", 20000, &detail, error) ||
      (mr_wire_has (object, "now") && !mr_member_get_time (object, "now", &problem->now_us, error)))
    return NULL;
  problem->status = (guint) status;
  problem->type = g_strdup (type);
  problem->title = g_strdup (title);
  problem->detail = g_strdup (detail);
  return g_steal_pointer (&problem);
}
