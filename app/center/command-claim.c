/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/command.h"

#include "center/network.h"
#include "wire/fields.h"

#include <glib/gi18n.h>

/* For whoever helps a shop: what its tills have asked for alone, and not yet said that they took. */

#define SQL_CLAIMS                                                           \
  "SELECT claim.key, claim.kind, claim.subject, claim.amount, till.number, " \
  "claim.expires_at FROM claim JOIN till ON till.id = claim.till_id "        \
  "WHERE claim.shop_id = ?1 AND claim.state = 'held' AND claim.amount > 0 "  \
  "ORDER BY claim.expires_at, claim.key"

typedef struct
{
  char *shop;
  gboolean json;
  GString *text; /* (owned) */
} Question;

static void
question_clear (Question *self)
{
  g_free (self->shop);
  g_string_free (self->text, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Question, question_clear)

static void
append_text (GString *out, const char *name, const char *value)
{
  g_string_append_printf (out, "\"%s\":", name);
  mr_wire_append_string (out, value);
  g_string_append_c (out, ',');
}

static void
add_json (GString *out, MrQuery *query, const char *state, const char *expires)
{
  g_string_append (out, out->len > 1 ? ",{" : "{");
  append_text (out, "key", mr_query_get_text (query, 0));
  append_text (out, "kind", mr_query_get_text (query, 1));
  append_text (out, "subject", mr_query_get_text (query, 2));
  append_text (out, "state", state);
  append_text (out, "expires", expires);
  g_string_append_printf (out, "\"amount\":%" G_GINT64_FORMAT ",\"till\":%" G_GINT64_FORMAT "}",
                          mr_query_get_int (query, 3), mr_query_get_int (query, 4));
}

static void
add_line (GString *out, MrQuery *query, const char *state, const char *expires)
{
  g_string_append_printf (out, "%s\t%s\t%s\t%" G_GINT64_FORMAT "\t%" G_GINT64_FORMAT "\t%s\t%s\n",
                          state, mr_query_get_text (query, 1), mr_query_get_text (query, 2),
                          mr_query_get_int (query, 3), mr_query_get_int (query, 4), expires,
                          mr_query_get_text (query, 0));
}

static gboolean
read_claims (MrCenter *center, gpointer data, GError **error)
{
  Question *question = data;
  MrDb *db = mr_center_get_db (center);
  gint64 now_us = mr_world_now_us (mr_center_get_world (center));
  g_autoptr (MrQuery) query = NULL;
  MrNetworkShop shop;
  MrStep step;

  if (!mr_network_find_shop (db, question->shop, &shop, error))
    return FALSE;
  query = mr_db_select (db, error, SQL_CLAIMS, "i", shop.id);
  if (query == NULL)
    return FALSE;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      gint64 expires_us = mr_query_get_int (query, 5);
      g_autofree char *expires = mr_time_format (expires_us);
      const char *state = expires_us > now_us ? "open" : "expired";

      (question->json ? add_json : add_line) (question->text, query, state, expires);
    }
  return step == MR_STEP_DONE;
}

gboolean
mr_command_list_claims (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Question) question = { .text = g_string_new (NULL) };
  const GOptionEntry entries[] = {
    { "shop", 0, 0, G_OPTION_ARG_STRING, &question.shop, NULL, NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &question.json, NULL, NULL },
    { NULL },
  };

  if (!mr_command_parse (&arguments, entries, 0, "claim list --shop SHOP [--json]", error) ||
      !mr_command_need (question.shop, "--shop", error))
    return FALSE;
  if (question.json)
    g_string_append_c (question.text, '[');
  if (!host->read (host->user, read_claims, &question, error))
    return FALSE;
  mr_command_print (host, question.json ? "%s]\n" : "%s", question.text->str);
  return TRUE;
}
