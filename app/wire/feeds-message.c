/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/member.h"

#include <string.h>

#define MAX_TABLE_BYTES 64
#define MAX_ID_BYTES 128

void
mr_feed_row_free (MrFeedRow *self)
{
  if (self == NULL)
    return;
  g_free (self->table);
  g_free (self->id);
  g_free (self->fields);
  g_free (self);
}

void
mr_feeds_reply_free (MrFeedsReply *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->region.rows, g_ptr_array_unref);
  g_clear_pointer (&self->shop.rows, g_ptr_array_unref);
  g_clear_pointer (&self->region.sums, g_array_unref);
  g_clear_pointer (&self->shop.sums, g_array_unref);
  g_clear_pointer (&self->mine, g_array_unref);
  g_free (self);
}

MrFeedsReply *
mr_feeds_reply_new (void)
{
  MrFeedsReply *self = g_new0 (MrFeedsReply, 1);

  self->region.rows = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_feed_row_free);
  self->shop.rows = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_feed_row_free);
  self->mine = g_array_new (FALSE, FALSE, sizeof (MrMine));
  return self;
}

/* An id that is a number is one in the row, too. */
static gboolean
is_number (const char *id)
{
  gsize length = strlen (id);

  return length > 0 && length <= 15 && strspn (id, "0123456789") == length &&
         (length == 1 || id[0] != '0');
}

/* [table, v, id, field…]: the fields' own brackets are left out. */
static void
append_row (GString *out, const MrFeedRow *row)
{
  g_string_append_c (out, '[');
  mr_wire_append_string (out, row->table);
  g_string_append_printf (out, ",%" G_GINT64_FORMAT ",", row->v);
  if (is_number (row->id))
    g_string_append (out, row->id);
  else
    mr_wire_append_string (out, row->id);
  if (row->fields != NULL)
    {
      g_string_append_c (out, ',');
      g_string_append_len (out, row->fields + 1, (gssize) strlen (row->fields) - 2);
    }
  g_string_append_c (out, ']');
}

static void
append_sums (GString *out, const GArray *sums)
{
  mr_member_append_key (out, "sums");
  g_string_append_c (out, '[');
  for (guint i = 0; i < sums->len; i++)
    {
      const MrTableSum *sum = &g_array_index (sums, MrTableSum, i);

      g_string_append (out, i > 0 ? ",[" : "[");
      mr_wire_append_string (out, sum->table);
      g_string_append_printf (out, ",%" G_GINT64_FORMAT ",\"%016" G_GINT64_MODIFIER "x\"]",
                              sum->count, sum->sum);
    }
  g_string_append_c (out, ']');
}

static void
append_page (GString *out, const char *name, const MrFeedPage *page)
{
  mr_member_append_key (out, name);
  g_string_append_c (out, '{');
  mr_member_append_position (out, "head", &page->head);
  mr_member_append_position (out, "seen", &page->seen);
  mr_member_append_boolean (out, "full", page->full);
  mr_member_append_key (out, "rows");
  g_string_append_c (out, '[');
  for (guint i = 0; i < page->rows->len; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      append_row (out, g_ptr_array_index (page->rows, i));
    }
  g_string_append_c (out, ']');
  if (page->sums != NULL)
    append_sums (out, page->sums);
  g_string_append_c (out, '}');
}

static void
append_mine (GString *out, const MrMine *mine)
{
  char writer[MR_ID_STRING_SIZE], h[MR_HASH_STRING_SIZE];

  g_string_append_printf (out,
                          "[\"%s\",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT
                          ",\"%s\",%" G_GINT64_FORMAT "]",
                          mr_id_format (mine->writer, writer), mine->acked, mine->applied,
                          mr_hash_format (&mine->h, h), mine->safe);
}

char *
mr_feeds_reply_to_json (const MrFeedsReply *self)
{
  GString *out = g_string_new ("{");

  mr_member_append_time (out, "now", self->now_us);
  append_page (out, "region", &self->region);
  append_page (out, "shop", &self->shop);
  mr_member_append_key (out, "mine");
  g_string_append_c (out, '[');
  for (guint i = 0; i < self->mine->len; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      append_mine (out, &g_array_index (self->mine, MrMine, i));
    }
  g_string_append (out, "]}");
  return g_string_free (out, FALSE);
}

static char *
join_fields (JsonArray *array)
{
  GString *out = g_string_new ("[");

  for (guint i = 3; i < json_array_get_length (array); i++)
    {
      if (i > 3)
        g_string_append_c (out, ',');
      mr_wire_append_node (out, json_array_get_element (array, i));
    }
  g_string_append_c (out, ']');
  return g_string_free (out, FALSE);
}

static gboolean
read_row_head (JsonArray *array, MrFeedRow *row)
{
  const char *table = mr_wire_element_text (array, 0);
  const char *id = mr_wire_element_text (array, 2);
  gint64 number;

  if (table == NULL || *table == '\0' || strlen (table) > MAX_TABLE_BYTES)
    return FALSE;
  if (!mr_wire_element_int (array, 1, &row->v) || row->v < 1)
    return FALSE;
  if (mr_wire_element_int (array, 2, &number) && number >= 0)
    row->id = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  else if (id != NULL && *id != '\0' && strlen (id) <= MAX_ID_BYTES)
    row->id = g_strdup (id);
  else
    return FALSE;
  row->table = g_strdup (table);
  return TRUE;
}

static gboolean
read_rows (JsonArray *array, MrFeedPage *page, GError **error)
{
  gint64 last_v = 0;

  if (json_array_get_length (array) > MR_FEEDS_MAX_ROWS)
    {
      g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_SIZE, "more than %d rows at a time",
                   MR_FEEDS_MAX_ROWS);
      return FALSE;
    }
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      MrFeedRow *row = g_new0 (MrFeedRow, 1);

      g_ptr_array_add (page->rows, row);
      if (!JSON_NODE_HOLDS_ARRAY (node) || !read_row_head (json_node_get_array (node), row) ||
          row->v < last_v || row->v > page->head.v)
        {
          g_set_error (
              error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE,
              "rows[%u] is not [table, v, id, field…] with v from the row before to the head", i);
          return FALSE;
        }
      if (json_array_get_length (json_node_get_array (node)) > 3)
        row->fields = join_fields (json_node_get_array (node));
      last_v = row->v;
    }
  return TRUE;
}

static gboolean
read_sum (JsonArray *array, MrTableSum *sum)
{
  const char *table = mr_wire_element_text (array, 0);
  const char *hex = mr_wire_element_text (array, 2);

  if (table == NULL || *table == '\0' || strlen (table) > MAX_TABLE_BYTES || hex == NULL ||
      strlen (hex) != 16 || strspn (hex, "0123456789abcdef") != 16 ||
      !mr_wire_element_int (array, 1, &sum->count) || sum->count < 0)
    return FALSE;
  g_strlcpy (sum->table, table, sizeof sum->table);
  return g_ascii_string_to_unsigned (hex, 16, 0, G_MAXUINT64, &sum->sum, NULL);
}

static gboolean
read_sums (JsonObject *object, MrFeedPage *page, GError **error)
{
  JsonArray *array;

  if (!mr_wire_has (object, "sums"))
    return TRUE;
  array = mr_wire_get_array (object, "sums", error);
  if (array == NULL)
    return FALSE;
  page->sums = g_array_new (FALSE, TRUE, sizeof (MrTableSum));
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      MrTableSum sum = { .count = 0 };

      if (!JSON_NODE_HOLDS_ARRAY (node) || !read_sum (json_node_get_array (node), &sum))
        {
          g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE,
                       "sums[%u] is not [table, rows, 16 hex digits]", i);
          return FALSE;
        }
      g_array_append_val (page->sums, sum);
    }
  return TRUE;
}

static gboolean
read_page (JsonObject *reply, const char *name, MrFeedPage *page, GError **error)
{
  JsonObject *object = mr_wire_get_object (reply, name, error);
  JsonArray *rows;

  if (object == NULL)
    return FALSE;
  if (!mr_member_get_position (object, "head", &page->head, error) ||
      !mr_member_get_position (object, "seen", &page->seen, error) ||
      !mr_wire_get_boolean (object, "full", &page->full, error) ||
      (rows = mr_wire_get_array (object, "rows", error)) == NULL ||
      !read_rows (rows, page, error) || !read_sums (object, page, error))
    {
      g_prefix_error (error, "%s: ", name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_mine (JsonArray *array, MrMine *mine)
{
  const char *writer = mr_wire_element_text (array, 0);
  const char *h = mr_wire_element_text (array, 3);

  return writer != NULL && mr_id_parse (writer, &mine->writer) &&
         mr_wire_element_int (array, 1, &mine->acked) && mine->acked >= 0 &&
         mr_wire_element_int (array, 2, &mine->applied) && mine->applied >= 0 && h != NULL &&
         mr_hash_parse (h, &mine->h) && mr_wire_element_int (array, 4, &mine->safe) &&
         mine->safe >= 0;
}

static gboolean
read_all_mine (JsonObject *object, GArray *all, GError **error)
{
  JsonArray *array = mr_wire_get_array (object, "mine", error);

  if (array == NULL)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      MrMine mine = { 0 };

      if (!JSON_NODE_HOLDS_ARRAY (node) || !read_mine (json_node_get_array (node), &mine))
        {
          g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE,
                       "mine[%u] is not [writer, acked, applied, h, safe]", i);
          return FALSE;
        }
      g_array_append_val (all, mine);
    }
  return TRUE;
}

MrFeedsReply *
mr_feeds_reply_from_json (const char *json, gssize length, GError **error)
{
  g_autoptr (MrFeedsReply) reply = mr_feeds_reply_new ();
  JsonObject *object;
  g_autoptr (JsonNode) root =
      mr_wire_parse_object (json, length, MR_FEEDS_MAX_REPLY, &object, error);

  if (root == NULL || !mr_member_get_time (object, "now", &reply->now_us, error) ||
      !read_page (object, "region", &reply->region, error) ||
      !read_page (object, "shop", &reply->shop, error) ||
      !read_all_mine (object, reply->mine, error))
    return NULL;
  return g_steal_pointer (&reply);
}
