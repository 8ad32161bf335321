/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/verify-walk.h"

#include <sodium.h>
#include <string.h>

static const char select_settings[] = "SELECT name, value FROM setting";
static const char select_copies[] = "SELECT entry_id, copies, number FROM receipt";
static const char select_key[] = "SELECT public, secret FROM key";
static const char select_lost_print[] = //
    "SELECT id FROM spool WHERE copy < 0 OR NOT EXISTS"
    " (SELECT 1 FROM entry WHERE entry.id = spool.entry_id) LIMIT 1";
static const char select_baskets[] = "SELECT slot, id, body FROM basket";

/* --- while walking --- */

char *
mr_walk_note_rest (MrWalk *self)
{
  const char *kind = self->entry->kind;
  const char *body = self->entry->body;

  if (g_str_equal (kind, MR_KIND_SETTING_CHANGED))
    {
      g_autofree char *name = mr_note_body_dup_text (body, "name");
      g_autofree char *value = mr_note_body_dup_text (body, "value");

      if (name == NULL || value == NULL)
        return g_strdup ("it changes no setting");
      g_hash_table_replace (self->settings, g_steal_pointer (&name), g_steal_pointer (&value));
    }
  else if (g_str_equal (kind, MR_KIND_REPRINTED))
    {
      g_autofree char *entry = mr_note_body_dup_text (body, "entry");

      if (entry == NULL)
        return g_strdup ("it reprints nothing");
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->copies, entry));
      g_hash_table_replace (self->copies, g_steal_pointer (&entry), GUINT_TO_POINTER (n + 1));
    }
  return NULL;
}

/* --- at the end --- */

static char *
check_settings (MrWalk *self)
{
  g_autoptr (MrQuery) query = mr_db_select (self->db, self->error, select_settings, "");
  guint n = 0;

  while (query != NULL && mr_query_step (query, self->error) == MR_STEP_ROW)
    {
      const char *name = mr_query_get_required_text (query, 0);

      if (g_strcmp0 (g_hash_table_lookup (self->settings, name), mr_query_get_text (query, 1)) != 0)
        return g_strdup_printf ("the setting “%s” is not what it was last changed to", name);
      n++;
    }
  return n == g_hash_table_size (self->settings) ? NULL : g_strdup ("a setting is missing");
}

static char *
check_copies (MrWalk *self)
{
  g_autoptr (MrQuery) query = mr_db_select (self->db, self->error, select_copies, "");

  while (query != NULL && mr_query_step (query, self->error) == MR_STEP_ROW)
    {
      char text[MR_ID_STRING_SIZE];
      MrId id = MR_ID_NONE;

      mr_query_get_id (query, 0, &id);
      if (GPOINTER_TO_UINT (g_hash_table_lookup (self->copies, mr_id_format (id, text))) !=
          mr_query_get_int (query, 1))
        return g_strdup_printf ("the copies of receipt %" G_GINT64_FORMAT
                                " are not those that were made",
                                mr_query_get_int (query, 2));
    }
  return NULL;
}

/* The secret half makes the public one. */
static char *
check_key (MrWalk *self)
{
  g_autoptr (MrQuery) query = mr_db_select (self->db, self->error, select_key, "");
  guint8 seed[crypto_sign_SEEDBYTES], public[32], secret[64];
  gsize public_length, secret_length;

  if (query == NULL || mr_query_step (query, self->error) != MR_STEP_ROW)
    return NULL;
  gconstpointer kept_public = mr_query_get_bytes (query, 0, &public_length);
  gconstpointer kept_secret = mr_query_get_bytes (query, 1, &secret_length);
  if (public_length != sizeof public || secret_length != sizeof secret)
    return g_strdup ("the till's key is damaged");

  memcpy (secret, kept_secret, sizeof secret);
  crypto_sign_ed25519_sk_to_seed (seed, secret);
  crypto_sign_seed_keypair (public, secret, seed);
  gboolean whole = sodium_memcmp (public, kept_public, sizeof public) == 0 &&
                   sodium_memcmp (secret, kept_secret, sizeof secret) == 0;
  sodium_memzero (seed, sizeof seed);
  sodium_memzero (secret, sizeof secret);
  return whole ? NULL : g_strdup ("the till's key is damaged");
}

static char *
check_baskets (MrWalk *self)
{
  g_autoptr (MrQuery) query = mr_db_select (self->db, self->error, select_baskets, "");

  while (query != NULL && mr_query_step (query, self->error) == MR_STEP_ROW)
    {
      g_autoptr (MrSale) sale = mr_basket_read (mr_query_get_required_text (query, 2), NULL);
      MrId id = MR_ID_NONE;

      mr_query_get_id (query, 1, &id);
      if (sale == NULL || !mr_id_equal (mr_sale_get_id (sale), id))
        return g_strdup_printf ("the basket kept under %" G_GINT64_FORMAT " does not read",
                                mr_query_get_int (query, 0));
    }
  return NULL;
}

static char *
check_spool (MrWalk *self)
{
  gint64 id;

  if (!mr_db_get_int (self->db, &id, self->error, select_lost_print, ""))
    return NULL;
  return g_strdup_printf ("what is printed under %" G_GINT64_FORMAT " is no entry", id);
}

char *
mr_walk_check_rest (MrWalk *self)
{
  char *(*const checks[]) (MrWalk *) = { check_settings, check_copies, check_key, check_baskets,
                                         check_spool };
  char *reason = NULL;

  for (guint i = 0; reason == NULL && *self->error == NULL && i < G_N_ELEMENTS (checks); i++)
    reason = checks[i](self);
  return reason;
}
