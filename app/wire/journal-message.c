/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/member.h"

#include <string.h>

void
mr_journal_request_free (MrJournalRequest *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_free (self);
}

static void
append_entry (GString *out, const MrEntry *entry)
{
  g_string_append_c (out, '{');
  mr_member_append_int (out, "n", entry->n);
  mr_member_append_id (out, "id", entry->id);
  mr_member_append_text (out, "kind", entry->kind);
  mr_member_append_int (out, "schema", entry->schema);
  mr_member_append_time (out, "at", entry->at_us);
  mr_member_append_text (out, "body", entry->body);
  g_string_append_c (out, '}');
}

char *
mr_journal_request_to_json (const MrJournalRequest *self)
{
  GString *out = g_string_new ("{");

  mr_member_append_id (out, "writer", self->writer);
  mr_member_append_key (out, "prev");
  g_string_append_c (out, '{');
  mr_member_append_int (out, "n", self->prev_n);
  mr_member_append_hash (out, "h", &self->prev_h);
  g_string_append_c (out, '}');
  if (self->letter[0] != '\0')
    mr_member_append_text (out, "letter", self->letter);
  mr_member_append_key (out, "entries");
  g_string_append_c (out, '[');
  for (guint i = 0; i < self->entries->len; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      append_entry (out, g_ptr_array_index (self->entries, i));
    }
  g_string_append (out, "]}");
  return g_string_free (out, FALSE);
}

static gboolean
read_letter (JsonObject *object, char letter[MR_LETTER_SIZE], GError **error)
{
  const char *text = "";

  if (!mr_wire_get_text_if (object, "letter", MR_LETTER_SIZE - 1, &text, error))
    return FALSE;
  g_strlcpy (letter, text, MR_LETTER_SIZE);
  if (*text == '\0' || mr_letter_parse (text) > 0)
    return TRUE;
  g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE,
               "“letter” must be one to three of A to Z");
  return FALSE;
}

static MrEntry *
read_entry (JsonObject *object, GError **error)
{
  g_autoptr (MrEntry) entry = mr_entry_new ();

  if (!mr_member_get_count (object, "n", &entry->n, error) ||
      !mr_member_get_id (object, "id", &entry->id, error))
    return NULL;
  entry->kind = mr_member_dup_text (object, "kind", MR_ENTRY_MAX_KIND, error);
  if (entry->kind == NULL)
    return NULL;
  if (!mr_entry_kind_is_valid (entry->kind))
    {
      g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE,
                   "“kind” must be lower-case letters, digits and “-”");
      return NULL;
    }
  if (!mr_wire_get_int (object, "schema", 1, G_MAXINT32, &entry->schema, error) ||
      !mr_member_get_time (object, "at", &entry->at_us, error))
    return NULL;
  entry->body = mr_member_dup_text (object, "body", MR_ENTRY_MAX_BODY, error);
  return entry->body == NULL ? NULL : g_steal_pointer (&entry);
}

static gboolean
read_entries (JsonArray *array, MrJournalRequest *request, GError **error)
{
  MrHash previous = request->prev_h;
  gsize bytes = 0;

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *object = mr_wire_get_element (array, "entries", i, error);
      MrEntry *entry;

      if (object == NULL)
        return FALSE;
      entry = read_entry (object, error);
      if (entry == NULL)
        {
          g_prefix_error (error, "entries[%u]: ", i);
          return FALSE;
        }
      g_ptr_array_add (request->entries, entry);
      if (entry->n != request->prev_n + 1 + i)
        {
          g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE,
                       "entries[%u]: “n” must be %" G_GINT64_FORMAT ", not %" G_GINT64_FORMAT, i,
                       request->prev_n + 1 + i, entry->n);
          return FALSE;
        }
      bytes += strlen (entry->body);
      mr_entry_compute_hash (entry, &previous, &entry->h);
      previous = entry->h;
    }
  if (bytes > MR_JOURNAL_MAX_BYTES && request->entries->len > 1)
    {
      g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_SIZE,
                   "the bodies are longer than %d bytes: send fewer entries at a time",
                   MR_JOURNAL_MAX_BYTES);
      return FALSE;
    }
  return TRUE;
}

MrJournalRequest *
mr_journal_request_from_json (const char *json, gssize length, GError **error)
{
  g_autoptr (MrJournalRequest) request = g_new0 (MrJournalRequest, 1);
  JsonObject *object, *prev;
  g_autoptr (JsonNode) root =
      mr_wire_parse_object (json, length, MR_JOURNAL_MAX_REQUEST, &object, error);
  JsonArray *entries;

  if (root == NULL)
    return NULL;
  request->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_entry_free);
  if (!mr_member_get_id (object, "writer", &request->writer, error) ||
      !read_letter (object, request->letter, error))
    return NULL;
  prev = mr_wire_get_object (object, "prev", error);
  if (prev == NULL)
    return NULL;
  if (!mr_member_get_count (prev, "n", &request->prev_n, error) ||
      !mr_member_get_hash (prev, "h", &request->prev_h, error))
    {
      g_prefix_error (error, "prev: ");
      return NULL;
    }
  entries = mr_wire_get_array (object, "entries", error);
  if (entries == NULL)
    return NULL;
  if (json_array_get_length (entries) > MR_JOURNAL_MAX_ENTRIES)
    {
      g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_SIZE, "more than %d entries at a time",
                   MR_JOURNAL_MAX_ENTRIES);
      return NULL;
    }
  return read_entries (entries, request, error) ? g_steal_pointer (&request) : NULL;
}

char *
mr_journal_reply_to_json (const MrJournalReply *self)
{
  GString *out = g_string_new ("{");

  mr_member_append_int (out, "acked", self->acked);
  mr_member_append_hash (out, "h", &self->h);
  mr_member_append_time (out, "now", self->now_us);
  if (self->letter[0] != '\0')
    mr_member_append_text (out, "letter", self->letter);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

gboolean
mr_journal_reply_from_json (const char *json, gssize length, MrJournalReply *reply, GError **error)
{
  JsonObject *object;
  g_autoptr (JsonNode) root = mr_wire_parse_object (json, length, 64 * 1024, &object, error);

  return root != NULL && mr_member_get_count (object, "acked", &reply->acked, error) &&
         mr_member_get_hash (object, "h", &reply->h, error) &&
         mr_member_get_time (object, "now", &reply->now_us, error) &&
         read_letter (object, reply->letter, error);
}

char *
mr_chain_reply_to_json (const MrChainReply *self)
{
  GString *out = g_string_new ("{");

  mr_member_append_int (out, "n", self->n);
  mr_member_append_hash (out, "h", &self->h);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

gboolean
mr_chain_reply_from_json (const char *json, gssize length, MrChainReply *reply, GError **error)
{
  JsonObject *object;
  g_autoptr (JsonNode) root = mr_wire_parse_object (json, length, 64 * 1024, &object, error);

  return root != NULL && mr_member_get_count (object, "n", &reply->n, error) &&
         mr_member_get_hash (object, "h", &reply->h, error);
}
