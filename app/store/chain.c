/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/journal-inside.h"

#include <string.h>

/* A reader asks for the current writer each time: the till may have gone on under a new one. */
#define CURRENT_WRITER "(SELECT max(number) FROM writer WHERE closed_at IS NULL)"
#define ENTRY_COLUMNS "n, id, kind, schema, at, body, h"

static const char select_head[] = //
    "SELECT w.id, coalesce(max(e.n), 0) FROM writer w LEFT JOIN entry e ON e.writer = w.number"
    " WHERE w.number = " CURRENT_WRITER;
static const char select_entries[] = //
    "SELECT " ENTRY_COLUMNS " FROM entry WHERE writer = " CURRENT_WRITER
    " AND n > ?1 ORDER BY n LIMIT ?2";
static const char select_entry[] = "SELECT " ENTRY_COLUMNS " FROM entry WHERE id = ?1"
                                   " ORDER BY writer DESC LIMIT 1";
static const char select_hash[] = //
    "SELECT h FROM entry WHERE writer = " CURRENT_WRITER " AND n = ?1";
/* From the end of each: what was taken over comes last, and is found by its id. */
static const char select_old_chains[] = //
    "SELECT w.id, coalesce((SELECT e.n FROM entry e WHERE e.writer = w.number AND NOT EXISTS"
    " (SELECT 1 FROM entry later WHERE later.id = e.id AND later.writer > w.number)"
    " ORDER BY e.n DESC LIMIT 1), 0) FROM writer w WHERE w.closed_at IS NOT NULL"
    " ORDER BY w.number";
static const char select_chain[] = //
    "SELECT " ENTRY_COLUMNS " FROM entry WHERE writer = (SELECT number FROM writer WHERE id = ?1)"
    " AND n > ?2 AND n <= ?3 ORDER BY n LIMIT ?4";
static const char select_chain_hash[] = //
    "SELECT h FROM entry WHERE writer = (SELECT number FROM writer WHERE id = ?1) AND n = ?2";
static const char select_waiting_since[] = //
    "SELECT at FROM entry WHERE writer = " CURRENT_WRITER " AND n = ?1 + 1";
static const char select_last_at[] = //
    "SELECT at FROM entry WHERE writer = " CURRENT_WRITER " ORDER BY n DESC LIMIT 1";

gboolean
mr_entry_read_row (MrQuery *query, int column, MrEntry *entry)
{
  gsize kind_length, body_length, h_length;
  const char *kind = mr_query_get_bytes (query, column + 2, &kind_length);
  const char *body = mr_query_get_bytes (query, column + 5, &body_length);
  gconstpointer h = mr_query_get_bytes (query, column + 6, &h_length);

  if (!mr_query_get_id (query, column + 1, &entry->id) || kind == NULL || body == NULL ||
      h == NULL || h_length != MR_HASH_SIZE || memchr (kind, '\0', kind_length) != NULL ||
      memchr (body, '\0', body_length) != NULL)
    return FALSE;

  entry->n = mr_query_get_int (query, column);
  g_free (entry->kind);
  entry->kind = g_strndup (kind, kind_length);
  entry->schema = mr_query_get_int (query, column + 3);
  entry->at_us = mr_query_get_int (query, column + 4);
  g_free (entry->body);
  entry->body = g_strndup (body, body_length);
  memcpy (entry->h.bytes, h, MR_HASH_SIZE);
  /* The hash holds 32 bits of it. */
  return entry->schema > 0 && entry->schema <= G_MAXINT32;
}

gboolean
mr_entry_is_sound (const MrEntry *entry, const MrHash *previous)
{
  MrHash h;

  mr_entry_compute_hash (entry, previous, &h);
  return mr_hash_equal (&h, &entry->h);
}

static MrEntry *
read_entry (MrJournal *self, MrQuery *query, GError **error)
{
  g_autoptr (MrEntry) entry = mr_entry_new ();

  if (mr_entry_read_row (query, 0, entry))
    return g_steal_pointer (&entry);
  g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_BROKEN,
               "%s: entry %" G_GINT64_FORMAT " is damaged", mr_db_get_path (self->db),
               mr_query_get_int (query, 0));
  return NULL;
}

/* The same, and its hash follows from what it holds and from the entry before (nullable). */
static MrEntry *
read_sound_entry (MrJournal *self, MrQuery *query, const MrHash *previous, GError **error)
{
  g_autoptr (MrEntry) entry = read_entry (self, query, error);

  if (entry == NULL || previous == NULL || mr_entry_is_sound (entry, previous))
    return g_steal_pointer (&entry);
  g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_BROKEN,
               "%s: the hash of entry %" G_GINT64_FORMAT " is not that of its content",
               mr_db_get_path (self->db), entry->n);
  return NULL;
}

/* Takes the hash of entry @n out of @query. */
static gboolean
take_hash (MrJournal *self, MrQuery *query, gint64 n, MrHash *h, GError **error)
{
  MrStep step = query != NULL ? mr_query_step (query, error) : MR_STEP_ERROR;
  gsize length = 0;
  gconstpointer bytes = step == MR_STEP_ROW ? mr_query_get_bytes (query, 0, &length) : NULL;

  if (length == MR_HASH_SIZE)
    memcpy (h->bytes, bytes, length);
  else if (step == MR_STEP_DONE)
    g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING,
                 "there is no entry %" G_GINT64_FORMAT, n);
  else if (step == MR_STEP_ROW)
    g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_BROKEN,
                 "%s: the hash of entry %" G_GINT64_FORMAT " is damaged", mr_db_get_path (self->db),
                 n);
  return length == MR_HASH_SIZE;
}

static gboolean
read_hash (MrJournal *self, gint64 n, MrHash *h, GError **error)
{
  g_autoptr (MrQuery) query = NULL;

  memset (h, 0, sizeof *h);
  if (n == 0)
    return TRUE;
  query = mr_db_select (self->db, error, select_hash, "i", n);
  return take_hash (self, query, n, h, error);
}

gboolean
mr_journal_get_chain_hash (MrJournal *self, MrId writer, gint64 n, MrHash *h, GError **error)
{
  g_autoptr (MrQuery) query = NULL;

  memset (h, 0, sizeof *h);
  if (n == 0)
    return TRUE;
  if (!mr_journal_ready (self, error))
    return FALSE;
  query =
      mr_db_select (self->db, error, select_chain_hash, "bi", writer.bytes, sizeof writer.bytes, n);
  return take_hash (self, query, n, h, error);
}

gboolean
mr_journal_get_hash (MrJournal *self, gint64 n, MrHash *h, GError **error)
{
  return mr_journal_ready (self, error) && read_hash (self, n, h, error);
}

gboolean
mr_journal_get_head (MrJournal *self, MrId *writer, gint64 *n, MrHash *h, GError **error)
{
  if (!mr_journal_ready (self, error))
    return FALSE;

  g_autoptr (MrQuery) query = mr_db_select (self->db, error, select_head, "");
  if (query == NULL || mr_query_step (query, error) != MR_STEP_ROW)
    return FALSE;
  if (!mr_query_get_id (query, 0, writer))
    {
      g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_BROKEN, "%s: its writer is damaged",
                   mr_db_get_path (self->db));
      return FALSE;
    }
  *n = mr_query_get_int (query, 1);
  return read_hash (self, *n, h, error);
}

/* (nullable) @query; (nullable) @before: hash of the entry before the first */
static GPtrArray *
take_entries (MrJournal *self, MrQuery *query, const MrHash *before, gsize max_bytes,
              GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_entry_free);
  gsize bytes = 0;
  MrStep step = MR_STEP_ERROR;
  MrHash previous = before != NULL ? *before : (MrHash){ { 0 } };
  gboolean known = before != NULL;

  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (MrEntry) entry = read_sound_entry (self, query, known ? &previous : NULL, &local);

      /* What comes before it is good and may go. */
      if (entry == NULL && entries->len > 0)
        return g_steal_pointer (&entries);
      if (entry == NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      previous = entry->h;
      known = TRUE;
      bytes += strlen (entry->body);
      if (entries->len > 0 && bytes > max_bytes)
        {
          step = MR_STEP_DONE;
          break;
        }
      g_ptr_array_add (entries, g_steal_pointer (&entry));
    }
  return step == MR_STEP_DONE ? g_steal_pointer (&entries) : NULL;
}

GPtrArray *
mr_journal_read (MrJournal *self, gint64 after_n, guint max, gsize max_bytes, GError **error)
{
  g_autoptr (MrQuery) query = NULL;
  MrHash before;
  gboolean known;

  if (!mr_journal_ready (self, error))
    return NULL;
  known = read_hash (self, after_n, &before, NULL);
  query = mr_db_select (self->db, error, select_entries, "ii", after_n, (gint64) max);
  return take_entries (self, query, known ? &before : NULL, max_bytes, error);
}

GPtrArray *
mr_journal_read_chain (MrJournal *self, const MrOldChain *chain, gint64 after_n, guint max,
                       gsize max_bytes, GError **error)
{
  g_autoptr (MrQuery) query = NULL;

  if (!mr_journal_ready (self, error))
    return NULL;
  query = mr_db_select (self->db, error, select_chain, "biii", chain->writer.bytes,
                        sizeof chain->writer.bytes, after_n, chain->n, (gint64) max);
  return take_entries (self, query, NULL, max_bytes, error);
}

GArray *
mr_journal_list_old_chains (MrJournal *self, GError **error)
{
  g_autoptr (GArray) chains = g_array_new (FALSE, FALSE, sizeof (MrOldChain));
  g_autoptr (MrQuery) query = NULL;
  MrStep step = MR_STEP_ERROR;

  if (!mr_journal_ready (self, error))
    return NULL;
  query = mr_db_select (self->db, error, select_old_chains, "");
  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      MrOldChain chain = { .n = mr_query_get_int (query, 1) };

      if (mr_query_get_id (query, 0, &chain.writer) && chain.n > 0)
        g_array_append_val (chains, chain);
    }
  return step == MR_STEP_DONE ? g_steal_pointer (&chains) : NULL;
}

MrEntry *
mr_journal_find (MrJournal *self, MrId entry_id, GError **error)
{
  if (!mr_journal_ready (self, error))
    return NULL;

  g_autoptr (MrQuery) query =
      mr_db_select (self->db, error, select_entry, "b", entry_id.bytes, sizeof entry_id.bytes);
  MrStep step = query != NULL ? mr_query_step (query, error) : MR_STEP_ERROR;

  if (step == MR_STEP_DONE)
    g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING,
                 "the journal of this till has no such entry");
  return step == MR_STEP_ROW ? read_entry (self, query, error) : NULL;
}

gint64
mr_journal_get_waiting_since_us (MrJournal *self, gint64 after_n)
{
  gint64 at_us = 0;

  if (mr_journal_ready (self, NULL))
    mr_db_get_int (self->db, &at_us, NULL, select_waiting_since, "i", after_n);
  return at_us;
}

gint64
mr_journal_get_last_at_us (MrJournal *self)
{
  gint64 at_us = 0;

  if (mr_journal_ready (self, NULL))
    mr_db_get_int (self->db, &at_us, NULL, select_last_at, "");
  return at_us;
}
