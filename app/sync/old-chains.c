/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sync/engine-inside.h"

#define TIMEOUT_MS 30000

/* The chains this journal had before it parted from a clone. They are finished, and the center has had all
 * of them; but a center that was restored may lack them again, and nobody else can send them. */

static MrOldPush *
find_old (MrSyncEngine *self, MrId writer)
{
  for (guint i = 0; i < self->old->len; i++)
    {
      MrOldPush *old = &g_array_index (self->old, MrOldPush, i);

      if (mr_id_equal (old->chain.writer, writer))
        return old;
    }
  return NULL;
}

static MrOldPush *
find_behind (MrSyncEngine *self)
{
  for (guint i = 0; i < self->old->len; i++)
    if (g_array_index (self->old, MrOldPush, i).behind)
      return &g_array_index (self->old, MrOldPush, i);
  return NULL;
}

gboolean
mr_old_chains_load (MrSyncEngine *self, GError **error)
{
  g_autoptr (GArray) chains = mr_journal_list_old_chains (self->journal, error);

  if (chains == NULL)
    return FALSE;
  g_array_set_size (self->old, 0);
  for (guint i = 0; i < chains->len; i++)
    {
      MrOldPush old = { g_array_index (chains, MrOldChain, i), 0, FALSE };

      g_array_append_val (self->old, old);
    }
  return TRUE;
}

/* The center has @acked entries of it, the last of which has the hash @h: whether it is to be sent from there.
 * What is not ours up to there is a clone's affair, which has come further. */
static gboolean
adopt (MrSyncEngine *self, MrOldPush *old, gint64 acked, const MrHash *h, GError **error)
{
  MrHash own;

  old->behind = FALSE;
  if (acked >= old->chain.n)
    return TRUE;
  if (!mr_journal_get_chain_hash (self->journal, old->chain.writer, acked, &own, error))
    return FALSE;
  old->behind = mr_hash_equal (&own, h);
  old->acked = acked;
  return TRUE;
}

gboolean
mr_old_chains_adopt (MrSyncEngine *self, const GArray *mine, GError **error)
{
  for (guint i = 0; i < self->old->len; i++)
    {
      MrOldPush *old = &g_array_index (self->old, MrOldPush, i);
      MrMine said = { .writer = old->chain.writer };

      for (guint j = 0; j < mine->len; j++)
        if (mr_id_equal (g_array_index (mine, MrMine, j).writer, said.writer))
          said = g_array_index (mine, MrMine, j);
      if (!adopt (self, old, said.acked, &said.h, error))
        return FALSE;
    }
  return TRUE;
}

/* No news tells how far the center has them: each is asked about with a push of nothing, at its end. */
void
mr_old_chains_doubt (MrSyncEngine *self)
{
  for (guint i = 0; i < self->old->len; i++)
    {
      MrOldPush *old = &g_array_index (self->old, MrOldPush, i);

      if (old->behind)
        continue;
      old->behind = TRUE;
      old->acked = old->chain.n;
    }
}

gint64
mr_old_chains_count_waiting (MrSyncEngine *self)
{
  gint64 waiting = 0;

  for (guint i = 0; i < self->old->len; i++)
    {
      const MrOldPush *old = &g_array_index (self->old, MrOldPush, i);

      waiting += old->behind ? old->chain.n - old->acked : 0;
    }
  return waiting;
}

gint64
mr_old_chains_get_waiting_since_us (MrSyncEngine *self)
{
  gint64 since_us = 0;

  for (guint i = 0; i < self->old->len; i++)
    {
      const MrOldPush *old = &g_array_index (self->old, MrOldPush, i);
      g_autoptr (GPtrArray) entries = NULL;

      if (!old->behind)
        continue;
      entries = mr_journal_read_chain (self->journal, &old->chain, old->acked, 1,
                                       MR_JOURNAL_MAX_BYTES, NULL);
      if (entries != NULL && entries->len > 0)
        {
          const MrEntry *first = entries->pdata[0];

          since_us = since_us == 0 ? first->at_us : MIN (since_us, first->at_us);
        }
    }
  return since_us;
}

gboolean
mr_old_chains_build (MrSyncEngine *self, MrSyncRequest *request, GError **error)
{
  MrOldPush *old = find_behind (self);
  MrJournalRequest push = { 0 };
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) local = NULL;

  if (old == NULL)
    return FALSE;
  push.writer = old->chain.writer;
  push.prev_n = old->acked;
  if (!mr_journal_get_chain_hash (self->journal, push.writer, push.prev_n, &push.prev_h, error))
    return FALSE;
  entries = mr_journal_read_chain (self->journal, &old->chain, old->acked, self->max_entries,
                                   MR_JOURNAL_MAX_BYTES, &local);
  /* What is damaged here nobody can send any more: the current chain is not to wait for it. */
  old->behind = !g_error_matches (local, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_BROKEN);
  if (entries == NULL && old->behind)
    g_propagate_error (error, g_steal_pointer (&local));
  if (entries == NULL)
    return FALSE;
  push.entries = entries;
  self->push_writer = push.writer;
  mr_engine_ask (self, MR_LANE_PUSH, "POST", g_strdup ("/v1/journal"),
                 mr_journal_request_to_json (&push), TIMEOUT_MS, FALSE, request);
  return TRUE;
}

gboolean
mr_old_chains_take_reply (MrSyncEngine *self, guint status, const MrJournalReply *said,
                          GError **error)
{
  MrOldPush *old = find_old (self, self->push_writer);
  gint64 before;

  /* The till has parted from its clone while this was under way: the next pull tells what is missing. */
  if (old == NULL || !old->behind)
    return TRUE;
  before = old->acked;
  if (!adopt (self, old, said->acked, &said->h, error))
    return FALSE;
  /* Refused, and nowhere else to go on from. */
  if (status == 409 && old->acked == before)
    old->behind = FALSE;
  return TRUE;
}
