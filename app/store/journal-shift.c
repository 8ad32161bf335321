/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/journal-inside.h"

#include <sodium.h>
#include <string.h>

#define SEAL_PREFIX "millrace-z-1\n"

static const char select_open[] = "SELECT sums FROM shift WHERE state = 'open'";
static const char select_last[] = "SELECT sums FROM shift ORDER BY number DESC LIMIT 1";

static MrShift *
load_shift (MrJournal *self, const char *sql, GError **error)
{
  g_autofree char *sums = mr_db_get_text (self->db, error, sql, "");

  return sums != NULL ? mr_shift_body_read (sums, NULL, error) : NULL;
}

MrShift *
mr_journal_load_shift (MrJournal *self, GError **error)
{
  if (self->shift != NULL)
    return mr_shift_copy (self->shift);
  return mr_journal_ready (self, error) ? load_shift (self, select_open, error) : NULL;
}

MrShift *
mr_journal_load_last_shift (MrJournal *self, GError **error)
{
  return mr_journal_ready (self, error) ? load_shift (self, select_last, error) : NULL;
}

static gboolean
append_shift (MrTurn *turn, const char *kind, const MrEntryContext *context, const char *signature,
              GError **error)
{
  g_autofree char *body = mr_shift_body_write (turn->shift, context, signature);

  return mr_turn_append (turn, MR_ID_NONE, kind, body, error);
}

static void
fill_shift_context (MrTurn *turn, const MrEntryContext *context, MrEntryContext *filled)
{
  mr_journal_fill_context (turn->journal, context, filled);
  filled->shift_number = turn->shift->number;
}

static gboolean
require_shift (MrTurn *turn, GError **error)
{
  if (turn->shift != NULL)
    return TRUE;
  g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_NO_SHIFT, "no shift is open");
  return FALSE;
}

/* --- opening --- */

static MrShift *
make_shift (MrTurn *turn, gint64 float_minor, gint64 staff, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (MrShift) last = load_shift (turn->journal, select_last, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }

  MrShift *shift =
      mr_shift_new (mr_id_new (turn->journal->world), last != NULL ? last->number + 1 : 1,
                    float_minor, last != NULL ? last->grand_total_minor : 0);
  shift->staff_number = staff;
  shift->opened_at_us = turn->at_us;
  return shift;
}

MrShift *
mr_journal_open_shift (MrJournal *self, gint64 float_minor, const MrEntryContext *context,
                       GError **error)
{
  g_auto (MrTurn) turn = { NULL };
  MrEntryContext filled;

  if (!mr_turn_begin (&turn, self, TRUE, error))
    return NULL;
  if (turn.shift != NULL || float_minor < 0 || float_minor > MR_MONEY_MAX_MINOR)
    {
      g_set_error (error, MR_JOURNAL_ERROR,
                   turn.shift != NULL ? MR_JOURNAL_ERROR_SHIFT : MR_JOURNAL_ERROR_REFUSED,
                   turn.shift != NULL ? "a shift is open already" : "the float is out of range");
      return NULL;
    }

  turn.shift = make_shift (&turn, float_minor, context != NULL ? context->staff_number : 0, error);
  if (turn.shift == NULL)
    return NULL;
  fill_shift_context (&turn, context, &filled);
  g_autoptr (MrShift) opened = mr_shift_copy (turn.shift);
  if (!append_shift (&turn, MR_KIND_SHIFT_OPENED, &filled, NULL, error) ||
      !mr_turn_store_shift (&turn, error) || !mr_turn_commit (&turn, error))
    return NULL;
  return g_steal_pointer (&opened);
}

/* --- X --- */

gboolean
mr_journal_read_shift (MrJournal *self, const MrEntryContext *context, gboolean print,
                       GError **error)
{
  g_auto (MrTurn) turn = { NULL };
  MrEntryContext filled;

  if (!mr_turn_begin (&turn, self, TRUE, error) || !require_shift (&turn, error))
    return FALSE;
  fill_shift_context (&turn, context, &filled);
  return append_shift (&turn, MR_KIND_SHIFT_READ, &filled, NULL, error) &&
         (!print || mr_turn_queue_print (&turn, turn.last_id, 0, NULL, error)) &&
         mr_turn_commit (&turn, error);
}

/* --- Z --- */

GByteArray *
mr_seal_message (const MrHash *previous, const char *unsigned_body)
{
  GByteArray *message = g_byte_array_new ();

  g_byte_array_append (message, (const guint8 *) SEAL_PREFIX, strlen (SEAL_PREFIX));
  g_byte_array_append (message, previous->bytes, sizeof previous->bytes);
  g_byte_array_append (message, (const guint8 *) unsigned_body, (guint) strlen (unsigned_body));
  return message;
}

static char *
seal_shift (MrTurn *turn, const MrEntryContext *context, const guint8 secret_key[64])
{
  guint8 signature[crypto_sign_BYTES];
  g_autofree char *body = mr_shift_body_write (turn->shift, context, NULL);
  g_autoptr (GByteArray) message = mr_seal_message (&turn->head.h, body);

  crypto_sign_detached (signature, NULL, message->data, message->len, secret_key);
  return g_base64_encode (signature, sizeof signature);
}

static MrShift *
try_close_shift (MrJournal *self, gint64 counted_minor, gboolean has_count,
                 const MrEntryContext *context, gboolean print, GError **error)
{
  g_auto (MrTurn) turn = { NULL };
  guint8 public_key[32], secret_key[64];
  MrEntryContext filled;

  if (!mr_journal_get_key (self, public_key, secret_key, error) ||
      !mr_turn_begin (&turn, self, TRUE, error) || !require_shift (&turn, error) ||
      !mr_shift_close (turn.shift, has_count, counted_minor, turn.at_us, error))
    return NULL;

  fill_shift_context (&turn, context, &filled);
  g_autofree char *signature = seal_shift (&turn, &filled, secret_key);
  g_autoptr (MrShift) closed = mr_shift_copy (turn.shift);
  sodium_memzero (secret_key, sizeof secret_key);
  if (!append_shift (&turn, MR_KIND_SHIFT_CLOSED, &filled, signature, error) ||
      !mr_turn_store_shift (&turn, error) ||
      (print && !mr_turn_queue_print (&turn, turn.last_id, 0, NULL, error)) ||
      !mr_turn_commit (&turn, error))
    return NULL;
  return g_steal_pointer (&closed);
}

MrShift *
mr_journal_close_shift (MrJournal *self, gint64 counted_minor, gboolean has_count,
                        const MrEntryContext *context, gboolean print, GError **error)
{
  g_autoptr (GError) local = NULL;
  MrShift *closed = try_close_shift (self, counted_minor, has_count, context, print, &local);

  if (closed == NULL && g_error_matches (local, MR_DB_ERROR, MR_DB_ERROR_FULL) &&
      mr_journal_release_reserve (self))
    {
      g_clear_error (&local);
      closed = try_close_shift (self, counted_minor, has_count, context, print, &local);
    }
  if (closed == NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return closed;
}

/* --- the drawer --- */

gboolean
mr_journal_note_drawer (MrJournal *self, const MrEntryContext *context, const char *reason,
                        GError **error)
{
  g_auto (MrTurn) turn = { NULL };
  MrEntryContext filled;

  if (!mr_turn_begin (&turn, self, TRUE, error))
    return FALSE;
  mr_journal_fill_context (self, context, &filled);
  g_autofree char *body =
      mr_note_body_write (&filled, "reason", 's', reason != NULL ? reason : "", NULL);
  if (!mr_turn_append (&turn, MR_ID_NONE, MR_KIND_DRAWER_OPENED, body, error))
    return FALSE;
  if (turn.shift != NULL)
    {
      turn.shift->no_sale_count++;
      if (!mr_turn_store_shift (&turn, error))
        return FALSE;
    }
  return mr_turn_commit (&turn, error);
}

static gboolean
add_cash (MrShift *shift, gint64 amount_minor, GError **error)
{
  gint64 *sum = amount_minor > 0 ? &shift->cash_in_minor : &shift->cash_out_minor;

  if (amount_minor != 0 && ABS (amount_minor) <= MR_MONEY_MAX_MINOR &&
      mr_money_add (*sum, ABS (amount_minor), sum))
    return TRUE;
  g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_REFUSED,
               "the sum moved is nothing or out of range");
  return FALSE;
}

gboolean
mr_journal_move_cash (MrJournal *self, gint64 amount_minor, const char *reason,
                      const MrEntryContext *context, GError **error)
{
  g_auto (MrTurn) turn = { NULL };
  MrEntryContext filled;

  if (!mr_turn_begin (&turn, self, TRUE, error) || !require_shift (&turn, error) ||
      !add_cash (turn.shift, amount_minor, error))
    return FALSE;
  fill_shift_context (&turn, context, &filled);
  g_autofree char *body = mr_note_body_write (&filled, "amount", 'i', amount_minor, "reason", 's',
                                              reason != NULL ? reason : "", NULL);
  return mr_turn_append (&turn, MR_ID_NONE, MR_KIND_CASH_MOVED, body, error) &&
         mr_turn_store_shift (&turn, error) && mr_turn_commit (&turn, error);
}
