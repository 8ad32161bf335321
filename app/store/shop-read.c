/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/journal-inside.h"
#include "store/shop-inside.h"
#include "wire/fields.h"

static const char select_setting[] = "SELECT value FROM setting WHERE id = ?1";
static const char select_staff[] = //
    "SELECT id, number, name, role, pin_hash, active FROM staff WHERE active <> 0"
    " ORDER BY number, id";
static const char select_staff_by_number[] = //
    "SELECT id, number, name, role, pin_hash, active FROM staff WHERE number = ?1 AND active <> 0"
    " ORDER BY id LIMIT 1";
static const char select_short_code[] = //
    "SELECT pack FROM short_code WHERE code = ?1 ORDER BY v DESC LIMIT 1";
static const char select_short_codes[] =
    "SELECT code, pack FROM short_code ORDER BY length (code), code, v DESC";
static const char select_priced[] = "SELECT DISTINCT pack FROM own_price";
static const char select_price[] = //
    "SELECT amount, id, v FROM own_price WHERE pack = ?1 AND starts_at <= ?2"
    " ORDER BY starts_at DESC, v DESC LIMIT 1";
static const char select_tiles[] = "SELECT pack, page, place FROM tile ORDER BY page, place, id";
static const char select_level[] = "SELECT quantity FROM level WHERE id = ?1";
/* One statement, so that both are of one moment whatever the sync thread does in between. */
static const char select_level_and_mine[] = //
    "SELECT NULL AS writer, quantity FROM level WHERE id = ?1"
    " UNION ALL SELECT writer, applied FROM mine";

static const char select_waiting[] = //
    "SELECT id, cause, till, kind, at, label, amount, reason FROM waiting ORDER BY at, id";

char *
mr_shop_dup_setting (MrShop *self, const char *id)
{
  return mr_db_get_text (self->db, NULL, select_setting, "s", id);
}

gint64
mr_shop_get_setting_int (MrShop *self, const char *id, gint64 fallback)
{
  g_autofree char *text = mr_shop_dup_setting (self, id);
  gint64 value;

  if (text == NULL || !g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &value, NULL))
    return fallback;
  return value;
}

/* --- staff --- */

void
mr_staff_free (MrStaff *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->role);
  g_free (self->pin_hash);
  g_free (self);
}

/* Whose row was damaged on the disk signs in again once it has been fetched anew: what they did could not be
 * read back, or they would have no PIN. */
static gboolean
is_sound_staff (MrQuery *query)
{
  gint64 number = mr_query_get_int (query, 1);

  return number >= 0 && number <= MR_WIRE_MAX_INT && !mr_query_is_null (query, 2) &&
         !mr_query_is_null (query, 3) && !mr_query_is_null (query, 4);
}

static MrStaff *
read_staff (MrQuery *query)
{
  MrStaff *staff = g_new0 (MrStaff, 1);

  staff->id = mr_query_get_int (query, 0);
  staff->number = mr_query_get_int (query, 1);
  staff->name = g_strdup (mr_query_get_required_text (query, 2));
  staff->role = g_strdup (mr_query_get_required_text (query, 3));
  staff->pin_hash = g_strdup (mr_query_get_required_text (query, 4));
  staff->active = mr_query_get_int (query, 5) != 0;
  return staff;
}

GPtrArray *
mr_shop_list_staff (MrShop *self, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_staff_free);
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, select_staff, "");
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    if (is_sound_staff (query))
      g_ptr_array_add (rows, read_staff (query));
  return step == MR_STEP_DONE ? g_steal_pointer (&rows) : NULL;
}

MrStaff *
mr_shop_find_staff (MrShop *self, gint64 number)
{
  g_autoptr (MrQuery) query = mr_db_select (self->db, NULL, select_staff_by_number, "i", number);

  if (query == NULL || mr_query_step (query, NULL) != MR_STEP_ROW || !is_sound_staff (query))
    return NULL;
  return read_staff (query);
}

/* --- goods --- */

gint64
mr_shop_find_short_code (MrShop *self, const char *code)
{
  gint64 pack = 0;

  mr_db_get_int (self->db, &pack, NULL, select_short_code, "s", code);
  return pack;
}

void
mr_short_code_free (MrShortCode *self)
{
  g_free (self->code);
  g_free (self);
}

GPtrArray *
mr_shop_list_short_codes (MrShop *self, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_short_code_free);
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, select_short_codes, "");
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      const MrShortCode *last = rows->len > 0 ? g_ptr_array_index (rows, rows->len - 1) : NULL;
      MrShortCode *row;

      if (last != NULL && g_str_equal (last->code, mr_query_get_required_text (query, 0)))
        continue;
      row = g_new0 (MrShortCode, 1);
      row->code = g_strdup (mr_query_get_required_text (query, 0));
      row->pack_id = mr_query_get_int (query, 1);
      g_ptr_array_add (rows, row);
    }
  return step == MR_STEP_DONE ? g_steal_pointer (&rows) : NULL;
}

gboolean
mr_shop_get_price (MrShop *self, gint64 pack_id, gint64 now_us, gint64 *amount_minor,
                   gint64 *price_id, gint64 *version)
{
  g_autoptr (MrQuery) query = mr_db_select (self->db, NULL, select_price, "ii", pack_id, now_us);

  if (query == NULL || mr_query_step (query, NULL) != MR_STEP_ROW)
    return FALSE;
  *amount_minor = mr_query_get_int (query, 0);
  *price_id = mr_query_get_int (query, 1);
  *version = mr_query_get_int (query, 2);
  /* A number that cannot be, of a row damaged on the disk, makes no price: the region's holds. */
  return *amount_minor >= 0 && *amount_minor <= MR_MONEY_MAX_MINOR && *price_id > 0 &&
         *price_id <= MR_WIRE_MAX_INT && *version > 0 && *version <= MR_WIRE_MAX_INT;
}

GHashTable *
mr_shop_list_priced_packs (MrShop *self)
{
  GHashTable *packs = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (MrQuery) query = mr_db_select (self->db, NULL, select_priced, "");

  while (query != NULL && mr_query_step (query, NULL) == MR_STEP_ROW)
    {
      gint64 pack_id = mr_query_get_int (query, 0);

      g_hash_table_add (packs, g_memdup2 (&pack_id, sizeof pack_id));
    }
  return packs;
}

void
mr_tile_free (MrTile *self)
{
  if (self == NULL)
    return;
  g_free (self->page);
  g_free (self);
}

GPtrArray *
mr_shop_list_tiles (MrShop *self, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_tile_free);
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, select_tiles, "");
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      MrTile *tile = g_new0 (MrTile, 1);

      tile->pack_id = mr_query_get_int (query, 0);
      tile->page = g_strdup (mr_query_get_required_text (query, 1));
      tile->place = mr_query_get_int (query, 2);
      g_ptr_array_add (rows, tile);
    }
  return step == MR_STEP_DONE ? g_steal_pointer (&rows) : NULL;
}

gboolean
mr_shop_get_level (MrShop *self, gint64 good_id, gint64 *quantity_milli)
{
  return mr_db_get_int (self->db, quantity_milli, NULL, select_level, "i", good_id);
}

GArray *
mr_shop_read_level (MrShop *self, gint64 good_id, gint64 *quantity_milli, gboolean *known)
{
  g_autoptr (GArray) mine = g_array_new (FALSE, TRUE, sizeof (MrMine));
  g_autoptr (MrQuery) query = mr_db_select (self->db, NULL, select_level_and_mine, "i", good_id);
  MrStep step = MR_STEP_ERROR;

  *quantity_milli = 0;
  *known = FALSE;
  while (query != NULL && (step = mr_query_step (query, NULL)) == MR_STEP_ROW)
    {
      MrMine row = { .applied = mr_query_get_int (query, 1) };

      if (mr_query_is_null (query, 0))
        {
          *quantity_milli = row.applied;
          *known = TRUE;
        }
      else if (mr_query_get_id (query, 0, &row.writer))
        g_array_append_val (mine, row);
    }
  return step == MR_STEP_DONE ? g_steal_pointer (&mine) : NULL;
}

/* --- what waits for a person --- */

void
mr_waiting_free (MrWaiting *self)
{
  if (self == NULL)
    return;
  g_free (self->cause);
  g_free (self->kind);
  g_free (self->label);
  g_free (self->reason);
  g_free (self);
}

static MrWaiting *
read_waiting (MrQuery *query)
{
  MrWaiting *waiting = g_new0 (MrWaiting, 1);

  if (!mr_id_parse (mr_query_get_required_text (query, 0), &waiting->entry_id))
    waiting->entry_id = MR_ID_NONE;
  waiting->cause = g_strdup (mr_query_get_required_text (query, 1));
  waiting->till_number = mr_query_get_int (query, 2);
  waiting->kind = g_strdup (mr_query_get_required_text (query, 3));
  waiting->at_us = mr_query_get_int (query, 4);
  waiting->label = g_strdup (mr_query_get_required_text (query, 5));
  waiting->amount_minor = mr_query_get_int (query, 6);
  waiting->reason = g_strdup (mr_query_get_required_text (query, 7));
  return waiting;
}

GPtrArray *
mr_shop_list_waiting (MrShop *self, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_waiting_free);
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, select_waiting, "");
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    g_ptr_array_add (all, read_waiting (query));
  return step == MR_STEP_DONE ? g_steal_pointer (&all) : NULL;
}
