/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/enrol.h"

#include "center/successor.h"

#include <sodium.h>
#include <string.h>

#define CODE_LIFE_US (24 * G_TIME_SPAN_HOUR)
#define CODE_LENGTH 12

#define SQL_ADD_CODE \
  "INSERT INTO enrol_code (hash, shop_id, expires_at, becomes_till) VALUES (?1, ?2, ?3, ?4)"
#define SQL_FIND_CODE                                                        \
  "SELECT shop_id, expires_at, coalesce(used_at, 0), coalesce(till_id, 0), " \
  "coalesce(becomes_till, 0) FROM enrol_code WHERE hash = ?1 FOR UPDATE"
#define SQL_USE_CODE "UPDATE enrol_code SET used_at = ?2, till_id = ?3 WHERE hash = ?1"
#define SQL_NUMBER "UPDATE shop SET tills = tills + 1 WHERE id = ?1 RETURNING tills"
#define SQL_ADD_TILL                                                                              \
  "INSERT INTO till (shop_id, number, id, uuid, name, letter, public_key, enrolled_at, seen_at) " \
  "VALUES (?1, ?2, (SELECT coalesce(max(id), 0) + 1 FROM till), ?3, ?4, ?5, ?6, ?7, ?7) "         \
  "RETURNING id"
#define SQL_IS_TAKEN                                                                \
  "SELECT count(*) FROM (SELECT id FROM writer WHERE shop_id = ?1 AND letter = ?2 " \
  "UNION ALL SELECT id FROM till WHERE shop_id = ?1 AND letter = ?2 AND id <> ?3) AS taken"
#define SQL_TILL_LETTER "SELECT letter FROM till WHERE shop_id = ?1 AND id = ?2"
#define SQL_RAISE_LETTERS "UPDATE shop SET letters = ?2 WHERE id = ?1 AND letters < ?2"
#define SQL_NEXT_LETTER "UPDATE shop SET letters = letters + 1 WHERE id = ?1 RETURNING letters"
#define SQL_SET_LETTER "UPDATE writer SET letter = ?3 WHERE shop_id = ?1 AND id = ?2"
#define SQL_TILL                                                                             \
  "SELECT till.uuid, till.letter, till.number, till.public_key, shop.uuid, shop.title, "     \
  "region.name, shop.currency, till.name, till.revoked_at IS NOT NULL, "                     \
  "(SELECT id FROM feed WHERE kind = 'shop' AND scope_id = shop.id) "                        \
  "FROM till JOIN shop ON shop.id = till.shop_id JOIN region ON region.id = shop.region_id " \
  "WHERE till.id = ?1"

/* Crockford's base 32: no I, L, O, U. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* --- codes --- */

/* SHA-256 of the code without dashes, upper case, look-alikes made one. */
static void
hash_code (const char *code, guint8 hash[crypto_hash_sha256_BYTES])
{
  g_autoptr (GString) plain = g_string_new (NULL);

  for (const char *c = code; *c != '\0'; c++)
    {
      char upper = g_ascii_toupper (*c);

      if (upper == 'O')
        upper = '0';
      else if (upper == 'I' || upper == 'L')
        upper = '1';
      if (g_ascii_isalnum (upper))
        g_string_append_c (plain, upper);
    }
  crypto_hash_sha256 (hash, (const guint8 *) plain->str, plain->len);
}

char *
mr_enrol_new_code_for (MrBatch *batch, gint64 shop_id, gint64 till_id, GError **error)
{
  guint8 chance[CODE_LENGTH], hash[crypto_hash_sha256_BYTES];
  GString *code = g_string_new (NULL);

  mr_world_fill_random (mr_center_get_world (batch->center), chance, sizeof chance);
  for (guint i = 0; i < CODE_LENGTH; i++)
    {
      if (i > 0 && i % 4 == 0)
        g_string_append_c (code, '-');
      g_string_append_c (code, alphabet[chance[i] % 32]);
    }
  hash_code (code->str, hash);
  if (mr_db_run (batch->db, error, SQL_ADD_CODE, till_id != 0 ? "biii" : "biin", hash, sizeof hash,
                 shop_id, batch->now_us + CODE_LIFE_US, till_id))
    return g_string_free (code, FALSE);
  g_string_free (code, TRUE);
  return NULL;
}

char *
mr_enrol_new_code (MrBatch *batch, gint64 shop_id, GError **error)
{
  return mr_enrol_new_code_for (batch, shop_id, 0, error);
}

/* --- tills --- */

typedef struct
{
  MrEnrolReply reply; /* owns its texts */
  guint8 public_key[32];
  char *name; /* (owned) */
  gboolean revoked;
  gint64 feed_id;
} Till;

static void
till_clear (Till *self)
{
  g_clear_pointer (&self->reply.letter, g_free);
  g_clear_pointer (&self->reply.shop_name, g_free);
  g_clear_pointer (&self->reply.region, g_free);
  g_clear_pointer (&self->reply.currency, g_free);
  g_clear_pointer (&self->reply.shift, g_free);
  g_clear_pointer (&self->name, g_free);
}

static void
take_bytes (MrQuery *query, int column, guint8 *bytes, gsize size)
{
  gsize length = 0;
  gconstpointer data = mr_query_get_bytes (query, column, &length);

  if (length == size)
    memcpy (bytes, data, size);
}

static gboolean
load_till (MrBatch *batch, gint64 till_id, Till *till, GError **error)
{
  g_autoptr (MrQuery) query = mr_db_select (batch->db, error, SQL_TILL, "i", till_id);

  *till = (Till){ 0 };
  if (query == NULL || mr_query_step (query, error) != MR_STEP_ROW)
    {
      if (error != NULL && *error == NULL)
        g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED, "there is no till %" G_GINT64_FORMAT,
                     till_id);
      return FALSE;
    }
  take_bytes (query, 0, till->reply.till.bytes, sizeof till->reply.till.bytes);
  till->reply.letter = g_strdup (mr_query_get_text (query, 1));
  till->reply.till_number = mr_query_get_int (query, 2);
  take_bytes (query, 3, till->public_key, sizeof till->public_key);
  take_bytes (query, 4, till->reply.shop.bytes, sizeof till->reply.shop.bytes);
  till->reply.shop_name = g_strdup (mr_query_get_text (query, 5));
  till->reply.region = g_strdup (mr_query_get_text (query, 6));
  till->reply.currency = g_strdup (mr_query_get_text (query, 7));
  till->name = g_strdup (mr_query_get_text (query, 8));
  till->revoked = mr_query_get_int (query, 9) != 0;
  till->feed_id = mr_query_get_int (query, 10);
  till->reply.now_us = batch->now_us;
  return TRUE;
}

gboolean
mr_enrol_publish_till (MrBatch *batch, gint64 till_id, GError **error)
{
  char uuid[MR_ID_STRING_SIZE];
  g_autofree char *fields = NULL;
  gboolean published;
  Till till;

  if (!load_till (batch, till_id, &till, error))
    return FALSE;
  fields = mr_feed_fields ("sii", till.name, till.reply.till_number, (gint64) (till.revoked != 0));
  published = mr_feed_publish (batch->feeds, till.feed_id, "till",
                               mr_id_format (till.reply.till, uuid), fields, error);
  till_clear (&till);
  return published;
}

/* --- letters --- */

static gboolean
is_free (MrBatch *batch, const MrScope *scope, const char *letter, gboolean *free, GError **error)
{
  gint64 taken = 0;

  *free = FALSE;
  if (mr_letter_parse (letter) == 0)
    return TRUE;
  if (!mr_db_get_int (batch->db, &taken, error, SQL_IS_TAKEN, "isi", scope->shop_id, letter,
                      scope->till_id))
    return FALSE;
  *free = taken == 0;
  return TRUE;
}

static gboolean
draw_letter (MrBatch *batch, gint64 shop_id, char letter[MR_LETTER_SIZE], GError **error)
{
  gint64 number = 0;

  if (!mr_db_get_int (batch->db, &number, error, SQL_NEXT_LETTER, "i", shop_id))
    return FALSE;
  mr_letter_format (number, letter);
  if (*letter != '\0')
    return TRUE;
  g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED, "the shop has used up all its letters");
  return FALSE;
}

static gboolean
choose_letter (MrBatch *batch, const MrScope *scope, const char *claimed,
               char letter[MR_LETTER_SIZE], GError **error)
{
  g_autofree char *own =
      mr_db_get_text (batch->db, error, SQL_TILL_LETTER, "ii", scope->shop_id, scope->till_id);
  const char *wishes[] = { claimed, own };

  if (own == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (wishes); i++)
    {
      gboolean free;

      if (!is_free (batch, scope, wishes[i], &free, error))
        return FALSE;
      if (!free)
        continue;
      g_strlcpy (letter, wishes[i], MR_LETTER_SIZE);
      return mr_db_run (batch->db, error, SQL_RAISE_LETTERS, "ii", scope->shop_id,
                        mr_letter_parse (letter));
    }
  return draw_letter (batch, scope->shop_id, letter, error);
}

gboolean
mr_enrol_give_letter (MrBatch *batch, const MrScope *scope, gint64 writer_id, const char *claimed,
                      char letter[MR_LETTER_SIZE], GError **error)
{
  return choose_letter (batch, scope, claimed, letter, error) &&
         mr_db_run (batch->db, error, SQL_SET_LETTER, "iis", scope->shop_id, writer_id, letter);
}

/* --- a new till --- */

static gint64
add_till (MrBatch *batch, gint64 shop_id, const MrEnrolRequest *request,
          const guint8 public_key[32], GError **error)
{
  MrId uuid = mr_id_new (mr_center_get_world (batch->center));
  char subject[MR_ID_STRING_SIZE];
  char letter[MR_LETTER_SIZE];
  g_autofree char *name = NULL;
  gint64 number = 0, till_id = 0;

  if (!mr_db_get_int (batch->db, &number, error, SQL_NUMBER, "i", shop_id) ||
      !draw_letter (batch, shop_id, letter, error))
    return 0;
  name = *request->name != '\0' ? g_strdup (request->name)
                                : g_strdup_printf ("%" G_GINT64_FORMAT, number);
  if (!mr_db_lock (batch->db, MR_CENTER_LOCK_NUMBERS, error) ||
      !mr_db_get_int (batch->db, &till_id, error, SQL_ADD_TILL, "iibssbi", shop_id, number,
                      uuid.bytes, sizeof uuid.bytes, name, letter, public_key, (gsize) 32,
                      batch->now_us) ||
      !mr_enrol_publish_till (batch, till_id, error) ||
      !mr_batch_note (batch, "enrolment code", "till-enrolled", mr_id_format (uuid, subject),
                      error))
    return 0;
  return till_id;
}

/* --- a new computer of a till there is --- */

static gint64
become_till (MrBatch *batch, gint64 shop_id, gint64 till_id, const guint8 public_key[32],
             GError **error)
{
  char letter[MR_LETTER_SIZE], subject[24];

  g_snprintf (subject, sizeof subject, "%" G_GINT64_FORMAT, till_id);
  if (!draw_letter (batch, shop_id, letter, error) ||
      !mr_successor_appoint (batch, shop_id, till_id, public_key, letter, error) ||
      !mr_enrol_publish_till (batch, till_id, error) ||
      !mr_batch_note (batch, "enrolment code", "till-replaced", subject, error))
    return 0;
  return till_id;
}

/* --- POST /v1/enrol --- */

void
mr_parsed_enrol_free (gpointer message)
{
  mr_enrol_request_free (message);
}

gpointer
mr_parse_enrol (MrCall *call, GError **error)
{
  g_autoptr (MrEnrolRequest) request =
      mr_enrol_request_from_json (call->request.body, (gssize) call->request.length, error);
  g_autofree guint8 *key = NULL;
  gsize length;

  if (request == NULL)
    return NULL;
  key = g_base64_decode (request->public_key, &length);
  if (length == 32)
    return g_steal_pointer (&request);
  g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE,
               "“public_key” must be base64 of 32 bytes");
  return NULL;
}

typedef struct
{
  gint64 shop_id; /* 0 = no such code */
  gint64 expires_at;
  gboolean used;
  gint64 till_id; /* that came of it */
  gint64 becomes; /* the till it is for, 0 = a new one */
} Code;

static gboolean
load_code (MrBatch *batch, const guint8 *hash, Code *code, GError **error)
{
  g_autoptr (MrQuery) query =
      mr_db_select (batch->db, error, SQL_FIND_CODE, "b", hash, (gsize) crypto_hash_sha256_BYTES);
  MrStep step;

  *code = (Code){ 0 };
  if (query == NULL)
    return FALSE;
  step = mr_query_step (query, error);
  if (step == MR_STEP_ROW)
    *code = (Code){ mr_query_get_int (query, 0), mr_query_get_int (query, 1),
                    mr_query_get_int (query, 2) != 0, mr_query_get_int (query, 3),
                    mr_query_get_int (query, 4) };
  return step != MR_STEP_ERROR;
}

static void
refuse_code (MrCall *call, const char *type, const char *why)
{
  mr_call_reply_problem (call, 403, type, "This enrolment code is not good.", NULL, "%s", why);
}

static gboolean
reply_till (MrBatch *batch, MrCall *call, const Code *code, const guint8 public_key[32],
            GError **error)
{
  g_autoptr (GError) local = NULL;
  Till till;

  if (!load_till (batch, code->till_id, &till, error))
    return FALSE;
  if (code->becomes != 0)
    till.reply.shift = mr_successor_dup_shift (batch->db, code->shop_id, code->becomes, &local);
  if (local != NULL)
    {
      till_clear (&till);
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (memcmp (till.public_key, public_key, 32) != 0)
    refuse_code (call, "code-used", "It was used by another till. Ask the center for a new one.");
  else
    mr_call_reply_json (call, 200, mr_enrol_reply_to_json (&till.reply));
  till_clear (&till);
  return TRUE;
}

gboolean
mr_handle_enrol (MrBatch *batch, MrCall *call, GError **error)
{
  const MrEnrolRequest *request = call->message;
  g_autofree guint8 *public_key = NULL;
  guint8 hash[crypto_hash_sha256_BYTES];
  gsize length;
  Code code;

  public_key = g_base64_decode (request->public_key, &length);
  hash_code (request->code, hash);
  if (!load_code (batch, hash, &code, error))
    return FALSE;
  if (code.shop_id == 0)
    {
      refuse_code (call, "code-unknown",
                   "The center has given no such code. Look for a slip of the hand.");
      return TRUE;
    }
  /* The first answer may have been lost on the way: the same key is answered again. */
  if (code.used)
    return reply_till (batch, call, &code, public_key, error);
  if (code.expires_at <= batch->now_us)
    {
      refuse_code (call, "code-expired",
                   "It was good for a day only. Ask the center for a new one.");
      return TRUE;
    }
  if (code.becomes != 0)
    code.till_id = become_till (batch, code.shop_id, code.becomes, public_key, error);
  else
    code.till_id = add_till (batch, code.shop_id, request, public_key, error);
  return code.till_id != 0 &&
         mr_db_run (batch->db, error, SQL_USE_CODE, "bii", hash, sizeof hash, batch->now_us,
                    code.till_id) &&
         reply_till (batch, call, &code, public_key, error);
}
