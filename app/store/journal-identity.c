/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/journal-inside.h"

#include <sodium.h>
#include <string.h>

#define DEFAULT_TIME_ZONE "Asia/Shanghai"
#define DEFAULT_CURRENCY "CNY"

static const char select_identity[] = "SELECT value FROM identity WHERE name = ?1";
static const char upsert_identity[] = //
    "INSERT INTO identity (name, value) VALUES (?1, ?2)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value";
static const char select_letter[] = "SELECT letter FROM writer WHERE closed_at IS NULL"
                                    " ORDER BY number DESC LIMIT 1";
static const char update_letter[] = "UPDATE writer SET letter = ?1 WHERE number = ?2";
static const char select_key[] = "SELECT public, secret FROM key";
static const char insert_key[] = //
    "INSERT INTO key (id, public, secret, created_at) VALUES (1, ?1, ?2, ?3)";
static const char select_setting[] = "SELECT value FROM setting WHERE name = ?1";
static const char upsert_setting[] = //
    "INSERT INTO setting (name, value) VALUES (?1, ?2)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value";

static char *
get_text (MrJournal *self, const char *sql, const char *name)
{
  return mr_journal_ready (self, NULL) ? mr_db_get_text (self->db, NULL, sql, "s", name) : NULL;
}

char *
mr_journal_dup_identity (MrJournal *self, const char *name)
{
  return get_text (self, select_identity, name);
}

/* What every entry and receipt needs is kept at hand. */
gboolean
mr_journal_load_identity (MrJournal *self, GError **error)
{
  g_autofree char *currency = mr_db_get_text (self->db, NULL, select_identity, "s", "currency");
  g_autofree char *zone = mr_db_get_text (self->db, NULL, select_identity, "s", "time_zone");
  g_autofree char *number = mr_db_get_text (self->db, NULL, select_identity, "s", "till_number");
  g_autofree char *letter = mr_db_get_text (self->db, error, select_letter, "");

  if (letter == NULL)
    {
      if (error != NULL && *error == NULL)
        g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_BROKEN, "%s: it has no writer",
                     mr_db_get_path (self->db));
      return FALSE;
    }
  g_strlcpy (self->currency, currency != NULL ? currency : DEFAULT_CURRENCY, sizeof self->currency);
  g_snprintf (self->label_prefix, sizeof self->label_prefix, "%s%s",
              number != NULL && letter[0] != '?' ? number : "", letter);
  g_clear_pointer (&self->time_zone, g_time_zone_unref);
  self->time_zone = g_time_zone_new_identifier (zone != NULL ? zone : DEFAULT_TIME_ZONE);
  /* Of a zone the system does not know the day is that of Greenwich. */
  if (self->time_zone == NULL)
    self->time_zone = g_time_zone_new_utc ();
  return TRUE;
}

void
mr_journal_fill_context (MrJournal *self, const MrEntryContext *context, MrEntryContext *filled)
{
  *filled = context != NULL ? *context : (MrEntryContext){ .shift_number = 0 };

  if (filled->currency[0] == '\0')
    g_strlcpy (filled->currency, self->currency, sizeof filled->currency);
  if (filled->shift_number == 0 && self->shift != NULL)
    filled->shift_number = self->shift->number;
  if (filled->business_date[0] != '\0')
    return;

  gint64 now_us = self->world != NULL ? mr_world_now_us (self->world) : 0;
  gint64 at_us = MAX (now_us, self->head.at_us);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, self->time_zone);
  g_snprintf (filled->business_date, sizeof filled->business_date, "%04d-%02d-%02d",
              g_date_time_get_year (local) % 10000, g_date_time_get_month (local),
              g_date_time_get_day_of_month (local));
}

static gboolean
put_identity (MrJournal *self, const char *name, const char *value, GError **error)
{
  return mr_db_run (self->db, error, upsert_identity, "ss", name, value);
}

gboolean
mr_turn_put_identity (MrTurn *self, const char *name, const char *value, GError **error)
{
  return put_identity (self->journal, name, value, error);
}

gboolean
mr_journal_set_identity (MrJournal *self, const char *name, const char *value, GError **error)
{
  g_auto (MrTurn) turn = { NULL };

  return mr_turn_begin (&turn, self, TRUE, error) && put_identity (self, name, value, error) &&
         mr_turn_commit (&turn, error) && mr_journal_load_identity (self, error);
}

static gboolean
put_enrolment (MrJournal *self, const char *center_url, const MrEnrolReply *reply, GError **error)
{
  char till[MR_ID_STRING_SIZE];
  char shop[MR_ID_STRING_SIZE];
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, reply->till_number);
  const struct
  {
    const char *name;
    const char *value;
  } rows[] = {
    { "till_id", mr_id_format (reply->till, till) },
    { "shop_id", mr_id_format (reply->shop, shop) },
    { "shop_name", reply->shop_name },
    { "region", reply->region },
    { "currency", reply->currency },
    { "letter", reply->letter },
    { "till_number", number },
    { "center_url", center_url },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (!put_identity (self, rows[i].name, rows[i].value, error))
      return FALSE;
  return mr_db_run (self->db, error, update_letter, "si", reply->letter, self->head.writer);
}

/* The numbers of the till go on where the computer left them that was it before, unless this one has counted
 * further itself. */
static gboolean
take_shift_over (MrTurn *turn, const MrEnrolReply *reply, GError **error)
{
  MrJournal *self = turn->journal;
  g_autoptr (MrShift) shift = NULL;
  g_autoptr (MrShift) last = NULL;
  g_autofree char *sums = NULL;
  g_autofree char *body = NULL;
  MrEntryContext context;

  if (reply->shift != NULL)
    shift = mr_shift_body_read (reply->shift, NULL, NULL);
  last = mr_journal_load_last_shift (self, NULL);
  if (shift == NULL || turn->shift != NULL || (last != NULL && last->number >= shift->number))
    return TRUE;
  mr_journal_fill_context (self, NULL, &context);
  sums = mr_shift_body_write (shift, NULL, NULL);
  body =
      mr_note_body_write (&context, "till", 'i', reply->till_number, "last_shift", 'j', sums, NULL);
  turn->shift = g_steal_pointer (&shift);
  return mr_turn_append (turn, MR_ID_NONE, MR_KIND_TAKEN_OVER, body, error) &&
         mr_turn_store_shift (turn, error);
}

gboolean
mr_journal_set_enrolment (MrJournal *self, const char *center_url, const MrEnrolReply *reply,
                          GError **error)
{
  g_auto (MrTurn) turn = { NULL };

  return mr_turn_begin (&turn, self, TRUE, error) &&
         put_enrolment (self, center_url, reply, error) && take_shift_over (&turn, reply, error) &&
         mr_turn_commit (&turn, error) && mr_journal_load_identity (self, error);
}

/* --- the key --- */

/* −1 = error, 0 = none yet. */
static int
read_key (MrJournal *self, guint8 public_key[32], guint8 secret_key[64], GError **error)
{
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, select_key, "");
  MrStep step = query != NULL ? mr_query_step (query, error) : MR_STEP_ERROR;

  if (step != MR_STEP_ROW)
    return step;

  gsize public_length, secret_length;
  gconstpointer public = mr_query_get_bytes (query, 0, &public_length);
  gconstpointer secret = mr_query_get_bytes (query, 1, &secret_length);
  if (public_length != 32 || secret_length != 64)
    {
      g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_BROKEN, "%s: the key is damaged",
                   mr_db_get_path (self->db));
      return -1;
    }
  memcpy (public_key, public, 32);
  memcpy (secret_key, secret, 64);
  return 1;
}

static gboolean
make_key (MrJournal *self, guint8 public_key[32], guint8 secret_key[64], GError **error)
{
  guint8 seed[crypto_sign_SEEDBYTES];
  g_auto (MrTurn) turn = { NULL };

  mr_world_fill_random (self->world, seed, sizeof seed);
  crypto_sign_seed_keypair (public_key, secret_key, seed);
  sodium_memzero (seed, sizeof seed);
  return mr_turn_begin (&turn, self, TRUE, error) &&
         mr_db_run (self->db, error, insert_key, "bbi", public_key, (gsize) 32, secret_key,
                    (gsize) 64, mr_world_now_us (self->world)) &&
         mr_turn_commit (&turn, error);
}

gboolean
mr_journal_get_key (MrJournal *self, guint8 public_key[32], guint8 secret_key[64], GError **error)
{
  if (!mr_journal_ready (self, error))
    return FALSE;

  int found = read_key (self, public_key, secret_key, error);
  if (found != 0)
    return found > 0;
  if (self->world != NULL)
    return make_key (self, public_key, secret_key, error);
  g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING, "%s: this till has no key yet",
               mr_db_get_path (self->db));
  return FALSE;
}

/* --- settings of this machine --- */

char *
mr_journal_dup_setting (MrJournal *self, const char *name)
{
  return get_text (self, select_setting, name);
}

gboolean
mr_journal_set_setting (MrJournal *self, const char *name, const char *value,
                        const MrEntryContext *context, GError **error)
{
  g_auto (MrTurn) turn = { NULL };
  MrEntryContext filled;

  if (!mr_turn_begin (&turn, self, TRUE, error))
    return FALSE;
  mr_journal_fill_context (self, context, &filled);
  g_autofree char *body =
      mr_note_body_write (&filled, "name", 's', name, "value", 's', value, NULL);
  return mr_turn_append (&turn, MR_ID_NONE, MR_KIND_SETTING_CHANGED, body, error) &&
         mr_db_run (self->db, error, upsert_setting, "ss", name, value) &&
         mr_turn_commit (&turn, error);
}
