/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/entry-context.h"

void
mr_held_body_clear (MrHeldBody *self)
{
  g_clear_pointer (&self->label, g_free);
  g_clear_pointer (&self->basket, g_free);
}

static gboolean
read_basket (JsonObject *object, MrHeldBody *held, GError **error)
{
  GString *text;

  if (!mr_wire_has (object, "basket"))
    return !mr_wire_has (object, "sale") || mr_member_get_id (object, "sale", &held->sale, error);

  text = g_string_new (NULL);
  mr_wire_append_node (text, json_object_get_member (object, "basket"));
  held->basket = g_string_free (text, FALSE);
  g_autoptr (MrSale) sale = mr_basket_read (held->basket, error);
  if (sale == NULL)
    return FALSE;
  held->sale = mr_sale_get_id (sale);
  held->n_lines = mr_sale_count_live_lines (sale);
  held->total_minor = mr_sale_get_totals (sale)->total_minor;
  return TRUE;
}

static gboolean
read_all (JsonObject *object, MrEntryContext *context, MrHeldBody *held, GError **error)
{
  const char *label = "";
  gint64 unclaimed = 0;

  if (!mr_entry_context_get (object, context, error) ||
      !mr_wire_get_text_if (object, "label", 1000, &label, error) ||
      !mr_wire_get_int_if (object, "unclaimed", 0, 1, &unclaimed, error) ||
      (mr_wire_has (object, "hold") && !mr_member_get_id (object, "hold", &held->hold, error)) ||
      !read_basket (object, held, error))
    return FALSE;
  held->label = g_strdup (label);
  held->unclaimed = unclaimed != 0;
  return TRUE;
}

gboolean
mr_held_body_read (const char *body, MrEntryContext *context, MrHeldBody *held, GError **error)
{
  JsonObject *object;
  g_autoptr (JsonNode) root = mr_wire_parse_object (body, -1, MR_ENTRY_MAX_BODY, &object, error);

  *held = (MrHeldBody){ .label = NULL };
  if (root != NULL && read_all (object, context, held, error))
    return TRUE;
  mr_held_body_clear (held);
  return FALSE;
}
