/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/mechanism.h"
#include "sync/engine-inside.h"

#define TIMEOUT_MS 30000

/* What the replica remembers of our chain at the center. */
static void
recall_acked (MrSyncEngine *self)
{
  MrMine mine;

  self->acked_known = mr_shop_get_mine (self->shop, self->writer, &mine);
  self->acked = self->acked_known ? mine.acked : 0;
}

/* --- forks ------------------------------------------------------------------------------------- */

static void
end_fork (MrSyncEngine *self)
{
  if (self->status.forked)
    mr_engine_set_problem (self, MR_LANE_PUSH, "");
  self->status.forked = FALSE;
  self->status.fork_n = -1;
}

/* Halves what is between the last common entry and the first other one, until nothing is. */
static void
narrow_fork (MrSyncEngine *self)
{
  self->status.fork_n = self->fork_high - self->fork_low > 1 ? -1 : self->fork_low;
  mr_engine_set_problem (self, MR_LANE_PUSH,
                         "the center holds another chain under this till's name: was this disk "
                         "copied or restored?");
}

/* The center has entry @acked of this writer, and it is not ours, or we do not have it. */
static void
begin_fork (MrSyncEngine *self, gint64 acked)
{
  if (self->status.forked)
    return;
  self->status.forked = TRUE;
  self->status.fork_writer = self->writer;
  self->fork_asked = 0;
  self->fork_low = 0;
  self->fork_high = MIN (acked, self->head_n + 1);
  narrow_fork (self);
}

static char *
write_chain_path (MrSyncEngine *self)
{
  char writer[MR_ID_STRING_SIZE];

  self->fork_asked = self->fork_low + (self->fork_high - self->fork_low) / 2;
  return g_strdup_printf ("/v1/chain?writer=%s&n=%" G_GINT64_FORMAT,
                          mr_id_format (self->writer, writer), self->fork_asked);
}

static void
take_chain_reply (MrSyncEngine *self, gint64 asked, const MrSyncReply *reply)
{
  g_autoptr (GError) error = NULL;
  MrChainReply said;
  MrHash own;

  /* The till has gone on in the meantime: the question is of the past. */
  if (!self->status.forked)
    {
      mr_engine_succeeded (self, MR_LANE_PUSH, 0);
      return;
    }
  if (reply->status != 200)
    {
      mr_engine_refused (self, MR_LANE_PUSH, reply);
      return;
    }
  if (!mr_chain_reply_from_json (reply->body, (gssize) reply->length, &said, &error) ||
      !mr_journal_get_hash (self->journal, asked, &own, &error))
    {
      g_prefix_error (&error, "where the chains part cannot be found: ");
      mr_engine_failed (self, MR_LANE_PUSH, g_steal_pointer (&error));
      return;
    }
  mr_engine_succeeded (self, MR_LANE_PUSH, 0);
  if (said.n == asked && mr_hash_equal (&said.h, &own))
    self->fork_low = asked;
  else
    self->fork_high = asked;
  narrow_fork (self);
}

/* An entry that is damaged here is where our chain ends, whatever the center has: the till parts from it just
 * like from another's. */
static void
part_at_damage (MrSyncEngine *self, const GError *error)
{
  self->status.forked = TRUE;
  self->status.fork_writer = self->writer;
  self->status.fork_n = self->acked;
  mr_engine_set_problem (self, MR_LANE_PUSH, error->message);
}

/* --- the letter -------------------------------------------------------------------------------- */

static void
take_letter (MrSyncEngine *self, const MrJournalReply *said)
{
  self->letter_due = FALSE;
  if (said->letter[0] == '\0')
    return;
  self->status.letter_writer = self->writer;
  g_strlcpy (self->status.letter, said->letter, sizeof self->status.letter);
}

/* Nothing is to be done about a letter that the journal has, or that was for another chain. */
static void
look_at_letter (MrSyncEngine *self)
{
  g_autofree char *own = NULL;

  if (self->status.letter[0] == '\0')
    return;
  own = mr_journal_dup_letter (self->journal);
  if (!mr_id_equal (self->status.letter_writer, self->writer) ||
      g_strcmp0 (own, self->status.letter) == 0)
    self->status.letter[0] = '\0';
}

/* --- entries ----------------------------------------------------------------------------------- */

void
mr_push_look (MrSyncEngine *self)
{
  g_autoptr (GError) error = NULL;
  MrId writer;
  MrHash h;
  gint64 n;

  if (!mr_journal_get_head (self->journal, &writer, &n, &h, &error))
    {
      mr_engine_failed (self, MR_LANE_PUSH, g_steal_pointer (&error));
      return;
    }
  if (!mr_id_equal (writer, self->writer))
    {
      self->writer = writer;
      recall_acked (self);
      if (!mr_old_chains_load (self, &error))
        {
          mr_engine_failed (self, MR_LANE_PUSH, g_steal_pointer (&error));
          return;
        }
      self->letter_due = mr_journal_is_provisional (self->journal);
      /* Of a writer born from a fork the center cannot have heard. */
      self->acked_known |= self->status.forked;
      end_fork (self);
    }
  look_at_letter (self);
  self->head_n = n;
  self->status.waiting = MAX (n - self->acked, 0) + mr_old_chains_count_waiting (self);
  self->status.waiting_since_us = mr_old_chains_get_waiting_since_us (self);
  if (self->status.waiting > 0 && self->status.waiting_since_us == 0)
    self->status.waiting_since_us = mr_journal_get_waiting_since_us (self->journal, self->acked);
}

static char *
write_request (MrSyncEngine *self, GError **error)
{
  MrJournalRequest request = { .writer = self->writer, .prev_n = self->acked };
  g_autoptr (GPtrArray) entries = NULL;
  g_autofree char *letter = mr_journal_dup_letter (self->journal);

  if (letter != NULL && mr_letter_parse (letter) > 0)
    g_strlcpy (request.letter, letter, sizeof request.letter);
  if (!mr_journal_get_hash (self->journal, self->acked, &request.prev_h, error))
    return NULL;
  entries =
      mr_journal_read (self->journal, self->acked, self->max_entries, MR_JOURNAL_MAX_BYTES, error);
  if (entries == NULL)
    return NULL;
  request.entries = entries;
  return mr_journal_request_to_json (&request);
}

gboolean
mr_push_wants (MrSyncEngine *self)
{
  if (self->status.forked)
    return self->status.fork_n < 0;
  return self->status.waiting > 0 || self->letter_due || self->head_due;
}

gboolean
mr_push_build (MrSyncEngine *self, MrSyncRequest *request)
{
  g_autoptr (GError) error = NULL;
  char *body;

  if (!mr_push_wants (self))
    return FALSE;
  if (self->status.forked)
    {
      mr_engine_ask (self, MR_LANE_PUSH, "GET", write_chain_path (self), NULL, TIMEOUT_MS, FALSE,
                     request);
      return TRUE;
    }
  /* With the replica gone, one look at the center saves sending it years of what it has. */
  if (!self->acked_known && self->lanes[MR_LANE_PULL].backoff.failures == 0)
    return FALSE;
  /* What happened first goes first. */
  if (mr_old_chains_build (self, request, &error))
    return TRUE;
  body = error == NULL ? write_request (self, &error) : NULL;
  if (body == NULL && g_error_matches (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_BROKEN))
    {
      part_at_damage (self, error);
      return FALSE;
    }
  if (body == NULL)
    {
      mr_engine_failed (self, MR_LANE_PUSH, g_steal_pointer (&error));
      return FALSE;
    }
  self->push_writer = self->writer;
  mr_engine_ask (self, MR_LANE_PUSH, "POST", g_strdup ("/v1/journal"), body, TIMEOUT_MS, FALSE,
                 request);
  return TRUE;
}

gboolean
mr_push_adopt (MrSyncEngine *self, gint64 acked, const MrHash *h, GError **error)
{
  MrHash own = { { 0 } };
  gboolean is_ours = acked <= self->head_n;

  if (is_ours && acked > 0 && !mr_journal_get_hash (self->journal, acked, &own, error))
    return FALSE;
  if ((!is_ours || !mr_hash_equal (&own, h)) && !mr_mechanism_is_off (MR_MECHANISM_CHAIN))
    {
      begin_fork (self, acked);
      return TRUE;
    }
  end_fork (self);
  if (self->acked_known &&
      (acked == self->acked || (acked < self->acked && mr_mechanism_is_off (MR_MECHANISM_KEEP))))
    return TRUE;
  if (!mr_shop_set_acked (self->shop, self->writer, acked, h, error))
    return FALSE;
  self->acked = acked;
  self->acked_known = TRUE;
  mr_push_look (self);
  return TRUE;
}

/* Of another chain than the current one: an old one, or the one that was current when it was asked. */
static void
go_on_with_old (MrSyncEngine *self, const MrSyncReply *reply, const MrJournalReply *said)
{
  g_autoptr (GError) error = NULL;

  if (!mr_old_chains_take_reply (self, reply->status, said, &error))
    mr_engine_failed (self, MR_LANE_PUSH, g_steal_pointer (&error));
  else
    mr_engine_succeeded (self, MR_LANE_PUSH, 0);
  mr_push_look (self);
}

/* 200 and 409 both say what the center has. */
static void
go_on_from (MrSyncEngine *self, const MrSyncReply *reply)
{
  g_autoptr (GError) error = NULL;
  gint64 before = self->acked;
  MrJournalReply said;

  if (!mr_journal_reply_from_json (reply->body, (gssize) reply->length, &said, &error))
    {
      g_prefix_error (&error, "the center's answer to entries makes no sense: ");
      mr_engine_failed (self, MR_LANE_PUSH, g_steal_pointer (&error));
      return;
    }
  mr_engine_learn_clock (self, MR_LANE_PUSH, said.now_us);
  if (reply->status == 200 && mr_id_equal (self->push_writer, self->writer))
    take_letter (self, &said);
  /* The center may know more of our chain than we had looked at. */
  mr_push_look (self);
  if (!mr_id_equal (self->push_writer, self->writer))
    {
      go_on_with_old (self, reply, &said);
      return;
    }
  if (!mr_push_adopt (self, said.acked, &said.h, &error))
    {
      mr_engine_failed (self, MR_LANE_PUSH, g_steal_pointer (&error));
      return;
    }
  self->acked_at_us = mr_engine_now_us (self);
  self->head_due = FALSE;
  /* Refused, and nowhere else to go on from: asking again at once would be asking the same. */
  if (reply->status == 409 && self->acked == before && !self->status.forked)
    mr_engine_refused (self, MR_LANE_PUSH, reply);
  else if (!self->status.forked)
    mr_engine_succeeded (self, MR_LANE_PUSH, 0);
  if (self->max_entries < MR_JOURNAL_MAX_ENTRIES && reply->status == 200)
    self->max_entries = MIN (self->max_entries * 2, MR_JOURNAL_MAX_ENTRIES);
}

void
mr_push_reply (MrSyncEngine *self, const MrSyncReply *reply)
{
  gint64 asked = self->fork_asked;

  self->fork_asked = 0;
  if (asked != 0)
    {
      take_chain_reply (self, asked, reply);
      return;
    }
  if (reply->status == 200 || reply->status == 409)
    {
      go_on_from (self, reply);
      return;
    }
  if (reply->status == 413)
    self->max_entries = MAX (self->max_entries / 2, 1);
  mr_engine_refused (self, MR_LANE_PUSH, reply);
}
