/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/network.h"

#include "center/enrol.h"
#include "center/stock.h"
#include "model/barcode.h"
#include "model/money.h"
#include "model/quantity.h"

#include <sodium.h>
#include <string.h>

G_DEFINE_QUARK (mr - network - error - quark, mr_network_error)

#define FIRST_STAFF_NUMBER 1001

#define SQL_FIND_REGION "SELECT id FROM region WHERE name = ?1"
#define SQL_FIND_SHOP                                                                         \
  "SELECT shop.id, shop.region_id, shop.party_id, shop.currency, "                            \
  "(SELECT id FROM feed WHERE kind = 'shop' AND scope_id = shop.id), "                        \
  "(SELECT id FROM location WHERE party_id = shop.party_id AND kind = 'shop' AND name = '') " \
  "FROM shop WHERE shop.name = ?1"
#define SQL_ADD_PARTY \
  "INSERT INTO party (kind, region_id, name, created_at) VALUES (?1, ?2, ?3, ?4) RETURNING id"
#define SQL_ADD_REGION                                                           \
  "INSERT INTO region (name, title, party_id, currency, time_zone, created_at) " \
  "VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id"
#define SQL_REGION "SELECT currency, time_zone FROM region WHERE id = ?1"
#define SQL_ADD_SHOP                                                                            \
  "INSERT INTO shop (region_id, uuid, name, title, party_id, currency, time_zone, created_at) " \
  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id"
#define SQL_ADD_LOCATION "INSERT INTO location (kind, party_id, name) VALUES (?1, ?2, '')"
#define SQL_FIND_LOCATION "SELECT id FROM location WHERE kind = ?1 AND party_id = ?2 AND name = ''"
#define SQL_SET_SETTING                                             \
  "INSERT INTO setting (shop_id, name, value) VALUES (?1, ?2, ?3) " \
  "ON CONFLICT (shop_id, name) DO UPDATE SET value = excluded.value"
#define SQL_NEXT_NUMBER \
  "SELECT coalesce(max(number), CAST(?2 AS bigint) - 1) + 1 FROM staff WHERE shop_id = ?1"
#define SQL_ADD_STAFF                                                      \
  "INSERT INTO staff (shop_id, number, id, name, role, pin_hash, active) " \
  "VALUES (?1, ?2, (SELECT coalesce(max(id), 0) + 1 FROM staff), ?3, ?4, ?5, 1) RETURNING id"
#define SQL_FIND_PACK                                                    \
  "SELECT pack.id, pack.good_id, pack.units FROM pack_barcode "          \
  "JOIN pack ON pack.id = pack_barcode.pack_id "                         \
  "JOIN offer ON offer.good_id = pack.good_id AND offer.region_id = ?1 " \
  "WHERE pack_barcode.barcode = ?2 ORDER BY offer.popularity DESC, pack.id LIMIT 1"
#define SQL_SET_TILE                                                      \
  "INSERT INTO tile (shop_id, id, page, place, pack_id) "                 \
  "VALUES (?1, (SELECT coalesce(max(id), 0) + 1 FROM tile), ?2, ?3, ?4) " \
  "ON CONFLICT (shop_id, page, place) DO UPDATE SET pack_id = excluded.pack_id RETURNING id"
#define SQL_SET_SHORT_CODE                                                  \
  "INSERT INTO short_code (shop_id, code, id, pack_id) "                    \
  "VALUES (?1, ?2, (SELECT coalesce(max(id), 0) + 1 FROM short_code), ?3) " \
  "ON CONFLICT (shop_id, code) DO UPDATE SET pack_id = excluded.pack_id RETURNING id"
#define SQL_NEXT_MOVEMENT \
  "SELECT coalesce(max(n), 0) + 1 FROM movement WHERE shop_id = ?1 AND writer_id = 0"
#define SQL_REVOKE                                                                             \
  "UPDATE till SET revoked_at = ?3 WHERE shop_id = ?1 AND number = ?2 AND revoked_at IS NULL " \
  "RETURNING id"

/* --- finding --- */

static gboolean
set_missing (GError **error, const char *format, const char *name)
{
  g_autoptr (GString) text = g_string_new (format);

  /* Nothing wrong with the database: the name is. */
  if (error != NULL && *error != NULL)
    return FALSE;
  g_string_replace (text, "%s", name, 1);
  g_set_error_literal (error, MR_NETWORK_ERROR, MR_NETWORK_ERROR_MISSING, text->str);
  return FALSE;
}

gint64
mr_network_find_region (MrDb *db, const char *name, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gint64 id = 0;

  if (!mr_db_get_int (db, &id, &local_error, SQL_FIND_REGION, "s", name))
    {
      set_missing (&local_error, "there is no region “%s”: add it with “region add”", name);
      g_propagate_error (error, g_steal_pointer (&local_error));
    }
  return id;
}

gboolean
mr_network_find_shop (MrDb *db, const char *name, MrNetworkShop *shop, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MrQuery) query = mr_db_select (db, &local_error, SQL_FIND_SHOP, "s", name);

  *shop = (MrNetworkShop){ 0 };
  if (query == NULL || mr_query_step (query, &local_error) != MR_STEP_ROW)
    {
      set_missing (&local_error, "there is no shop “%s”: add it with “shop add”", name);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  shop->id = mr_query_get_int (query, 0);
  shop->region_id = mr_query_get_int (query, 1);
  shop->party_id = mr_query_get_int (query, 2);
  g_strlcpy (shop->currency, mr_query_get_text (query, 3), sizeof shop->currency);
  shop->feed_id = mr_query_get_int (query, 4);
  shop->location_id = mr_query_get_int (query, 5);
  return TRUE;
}

/* --- checking --- */

static gboolean
check_name (const char *name, GError **error)
{
  gsize length = strlen (name);

  if (length >= 1 && length <= 40 && g_ascii_isalnum (name[0]) &&
      strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == length)
    return TRUE;
  g_set_error (error, MR_NETWORK_ERROR, MR_NETWORK_ERROR_INVALID,
               "“%s” is not a name: use 1 to 40 lower-case letters, digits, “-” and “_”", name);
  return FALSE;
}

static gboolean
check_text (const char *what, const char *text, gsize max_bytes, GError **error)
{
  if (*text != '\0' && strlen (text) <= max_bytes && g_utf8_validate (text, -1, NULL))
    return TRUE;
  g_set_error (error, MR_NETWORK_ERROR, MR_NETWORK_ERROR_INVALID,
               "the %s must be 1 to %" G_GSIZE_FORMAT " bytes of UTF-8", what, max_bytes);
  return FALSE;
}

static gboolean
check_time_zone (const char *name, GError **error)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (name);

  if (zone != NULL)
    return TRUE;
  g_set_error (error, MR_NETWORK_ERROR, MR_NETWORK_ERROR_INVALID,
               "“%s” is not a time zone: use a name such as Asia/Shanghai", name);
  return FALSE;
}

static gboolean
say_taken (GError **error, GError *conflict, const char *what, const char *name)
{
  if (!g_error_matches (conflict, MR_DB_ERROR, MR_DB_ERROR_CONFLICT))
    {
      g_propagate_error (error, conflict);
      return FALSE;
    }
  g_error_free (conflict);
  g_set_error (error, MR_NETWORK_ERROR, MR_NETWORK_ERROR_EXISTS, "there is a %s “%s” already", what,
               name);
  return FALSE;
}

/* --- regions and shops --- */

static gint64
add_party (MrBatch *batch, const char *kind, gint64 region_id, const char *name, GError **error)
{
  gint64 id = 0;

  mr_db_get_int (batch->db, &id, error, SQL_ADD_PARTY, "sisi", kind, region_id, name,
                 batch->now_us);
  return id;
}

gint64
mr_network_add_region (MrBatch *batch, const char *name, const char *title, const char *currency,
                       const char *time_zone, GError **error)
{
  GError *local_error = NULL;
  gint64 party_id, region_id = 0;

  if (!check_name (name, error) || !check_text ("title", title, 200, error) ||
      !check_time_zone (time_zone, error))
    return 0;
  if (mr_currency_find (currency) == NULL)
    {
      g_set_error (error, MR_NETWORK_ERROR, MR_NETWORK_ERROR_INVALID,
                   "“%s” is not a currency Millrace knows: use a code such as CNY", currency);
      return 0;
    }
  party_id = add_party (batch, "region", 0, title, error);
  if (party_id == 0)
    return 0;
  if (!mr_db_get_int (batch->db, &region_id, &local_error, SQL_ADD_REGION, "ssissi", name, title,
                      party_id, currency, time_zone, batch->now_us))
    {
      say_taken (error, local_error, "region", name);
      return 0;
    }
  if (mr_feed_find (batch->db, "region", region_id, error) == 0 ||
      !mr_db_run (batch->db, error, SQL_ADD_LOCATION, "si", "warehouse", party_id) ||
      !mr_batch_note (batch, "console", "region-added", name, error))
    return 0;
  return region_id;
}

static gint64
insert_shop (MrBatch *batch, gint64 region_id, const char *name, const char *title, gint64 party_id,
             GError **error)
{
  g_autoptr (MrQuery) region = mr_db_select (batch->db, error, SQL_REGION, "i", region_id);
  MrId uuid = mr_id_new (mr_center_get_world (batch->center));
  GError *local_error = NULL;
  gint64 id = 0;

  if (region == NULL || mr_query_step (region, error) != MR_STEP_ROW)
    return 0;
  if (!mr_db_get_int (batch->db, &id, &local_error, SQL_ADD_SHOP, "ibssissi", region_id, uuid.bytes,
                      sizeof uuid.bytes, name, title, party_id, mr_query_get_text (region, 0),
                      mr_query_get_text (region, 1), batch->now_us))
    say_taken (error, local_error, "shop", name);
  return id;
}

static gboolean
furnish_shop (MrBatch *batch, gint64 region_id, gint64 shop_id, gint64 party_id, const char *title,
              GError **error)
{
  static const char *const locations[] = { "shop", "customer", "supplier", "loss" };
  g_autofree char *currency = NULL, *time_zone = NULL;
  g_autoptr (MrQuery) region = NULL;
  MrNetworkShop shop = { .id = shop_id, .region_id = region_id, .party_id = party_id };

  for (gsize i = 0; i < G_N_ELEMENTS (locations); i++)
    if (!mr_db_run (batch->db, error, SQL_ADD_LOCATION, "si", locations[i], party_id))
      return FALSE;
  shop.feed_id = mr_feed_find (batch->db, "shop", shop_id, error);
  if (shop.feed_id == 0)
    return FALSE;
  region = mr_db_select (batch->db, error, SQL_REGION, "i", region_id);
  if (region == NULL || mr_query_step (region, error) != MR_STEP_ROW)
    return FALSE;
  currency = g_strdup (mr_query_get_text (region, 0));
  time_zone = g_strdup (mr_query_get_text (region, 1));
  return mr_network_set_setting (batch, &shop, "name", title, error) &&
         mr_network_set_setting (batch, &shop, "currency", currency, error) &&
         mr_network_set_setting (batch, &shop, "time_zone", time_zone, error);
}

gint64
mr_network_add_shop (MrBatch *batch, gint64 region_id, const char *name, const char *title,
                     GError **error)
{
  gint64 party_id, shop_id;

  if (!check_name (name, error) || !check_text ("title", title, 200, error))
    return 0;
  party_id = add_party (batch, "shop", region_id, title, error);
  if (party_id == 0)
    return 0;
  shop_id = insert_shop (batch, region_id, name, title, party_id, error);
  if (shop_id == 0 || !furnish_shop (batch, region_id, shop_id, party_id, title, error) ||
      !mr_batch_note (batch, "console", "shop-added", name, error))
    return 0;
  return shop_id;
}

gboolean
mr_network_set_setting (MrBatch *batch, const MrNetworkShop *shop, const char *name,
                        const char *value, GError **error)
{
  g_autofree char *fields = NULL;

  if (!check_name (name, error))
    return FALSE;
  if (strlen (value) > 2000 || !g_utf8_validate (value, -1, NULL))
    {
      g_set_error (error, MR_NETWORK_ERROR, MR_NETWORK_ERROR_INVALID,
                   "the value must be at most 2000 bytes of UTF-8");
      return FALSE;
    }
  fields = mr_feed_fields ("s", value);
  return mr_db_run (batch->db, error, SQL_SET_SETTING, "iss", shop->id, name, value) &&
         mr_feed_publish (batch->feeds, shop->feed_id, "setting", name, fields, error);
}

/* --- people --- */

char *
mr_network_hash_pin (const char *pin, GError **error)
{
  char hash[crypto_pwhash_STRBYTES];
  gsize length = strlen (pin);

  if (length == 0)
    return g_strdup ("");
  if (length < 4 || length > 12 || strspn (pin, "0123456789") != length)
    {
      g_set_error (error, MR_NETWORK_ERROR, MR_NETWORK_ERROR_INVALID, "a PIN is 4 to 12 digits");
      return NULL;
    }
  if (crypto_pwhash_str (hash, pin, length, crypto_pwhash_OPSLIMIT_INTERACTIVE, 16 * 1024 * 1024) ==
      0)
    return g_strdup (hash);
  g_set_error (error, MR_NETWORK_ERROR, MR_NETWORK_ERROR_INVALID,
               "there is no memory to hash the PIN");
  return NULL;
}

static gboolean
check_role (const char *role, GError **error)
{
  static const char *const roles[] = { "owner", "manager", "cashier", NULL };

  if (g_strv_contains (roles, role))
    return TRUE;
  g_set_error (error, MR_NETWORK_ERROR, MR_NETWORK_ERROR_INVALID,
               "“%s” is not a role: use owner, manager or cashier", role);
  return FALSE;
}

gint64
mr_network_add_staff (MrBatch *batch, const MrNetworkShop *shop, gint64 number, const char *name,
                      const char *role, const char *pin_hash, GError **error)
{
  g_autofree char *fields = NULL;
  GError *local_error = NULL;
  char text[24];
  gint64 id = 0;

  if (!check_text ("name", name, 200, error) || !check_role (role, error) ||
      (number == 0 && !mr_db_get_int (batch->db, &number, error, SQL_NEXT_NUMBER, "ii", shop->id,
                                      (gint64) FIRST_STAFF_NUMBER)))
    return 0;
  if (number < 1 || number > 99999999)
    {
      g_set_error (error, MR_NETWORK_ERROR, MR_NETWORK_ERROR_INVALID,
                   "a staff number is 1 to 99999999");
      return 0;
    }
  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, number);
  if (!mr_db_get_int (batch->db, &id, &local_error, SQL_ADD_STAFF, "iisss", shop->id, number, name,
                      role, pin_hash))
    {
      say_taken (error, local_error, "person with number", text);
      return 0;
    }
  fields = mr_feed_fields ("isssi", number, name, role, pin_hash, (gint64) 1);
  if (!mr_feed_publish_int (batch->feeds, shop->feed_id, "staff", id, fields, error) ||
      !mr_batch_note (batch, "console", "staff-added", text, error))
    return 0;
  return number;
}

/* --- goods of the shop's region --- */

typedef struct
{
  gint64 id;
  gint64 good_id;
  gint64 units_milli;
} Pack;

static gboolean
find_pack (MrBatch *batch, const MrNetworkShop *shop, const char *barcode, Pack *pack,
           GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MrQuery) query = NULL;
  MrBarcode parsed;

  if (mr_barcode_parse (barcode, &parsed))
    query =
        mr_db_select (batch->db, &local_error, SQL_FIND_PACK, "is", shop->region_id, parsed.key);
  if (query == NULL || mr_query_step (query, &local_error) != MR_STEP_ROW)
    {
      set_missing (&local_error, "the shop's region offers no good with barcode “%s”", barcode);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  *pack = (Pack){ mr_query_get_int (query, 0), mr_query_get_int (query, 1),
                  mr_query_get_int (query, 2) };
  return TRUE;
}

gboolean
mr_network_set_tile (MrBatch *batch, const MrNetworkShop *shop, const char *page, gint64 place,
                     const char *barcode, GError **error)
{
  g_autofree char *fields = NULL;
  gint64 id = 0;
  Pack pack;

  if (!check_text ("page", page, 60, error) || !find_pack (batch, shop, barcode, &pack, error) ||
      !mr_db_get_int (batch->db, &id, error, SQL_SET_TILE, "isii", shop->id, page, place, pack.id))
    return FALSE;
  fields = mr_feed_fields ("sii", page, place, pack.id);
  return mr_feed_publish_int (batch->feeds, shop->feed_id, "tile", id, fields, error);
}

gboolean
mr_network_set_short_code (MrBatch *batch, const MrNetworkShop *shop, const char *code,
                           const char *barcode, GError **error)
{
  gsize length = strlen (code);
  g_autofree char *fields = NULL;
  gint64 id = 0;
  Pack pack;

  if (length < 1 || length > 6 || strspn (code, "0123456789") != length)
    {
      g_set_error (error, MR_NETWORK_ERROR, MR_NETWORK_ERROR_INVALID,
                   "a short code is 1 to 6 digits");
      return FALSE;
    }
  if (!find_pack (batch, shop, barcode, &pack, error) ||
      !mr_db_get_int (batch->db, &id, error, SQL_SET_SHORT_CODE, "isi", shop->id, code, pack.id))
    return FALSE;
  fields = mr_feed_fields ("si", code, pack.id);
  return mr_feed_publish_int (batch->feeds, shop->feed_id, "short_code", id, fields, error);
}

gboolean
mr_network_receive (MrBatch *batch, const MrNetworkShop *shop, const char *barcode,
                    gint64 quantity_milli, GError **error)
{
  g_autoptr (MrStockDeltas) deltas =
      mr_stock_deltas_new (shop->id, shop->location_id, shop->feed_id);
  MrMovement movement = { .shop_id = shop->id, .line = 1, .to = shop->location_id };
  Pack pack;

  if (!find_pack (batch, shop, barcode, &pack, error))
    return FALSE;
  movement.good_id = pack.good_id;
  if (quantity_milli <= 0 || quantity_milli > MR_QUANTITY_MAX_MILLI ||
      !mr_money_times (pack.units_milli, quantity_milli, &movement.quantity_milli))
    {
      g_set_error (error, MR_NETWORK_ERROR, MR_NETWORK_ERROR_INVALID,
                   "a quantity received is more than 0 and at most 1000000");
      return FALSE;
    }
  return mr_db_get_int (batch->db, &movement.n, error, SQL_NEXT_MOVEMENT, "i", shop->id) &&
         mr_db_get_int (batch->db, &movement.from, error, SQL_FIND_LOCATION, "si", "supplier",
                        shop->party_id) &&
         mr_stock_move (batch, deltas, &movement, error) && mr_stock_flush (batch, deltas, error);
}

/* --- tills --- */

gboolean
mr_network_revoke_till (MrBatch *batch, const MrNetworkShop *shop, gint64 number, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gint64 till_id = 0;
  char text[24];

  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, number);
  if (!mr_db_get_int (batch->db, &till_id, &local_error, SQL_REVOKE, "iii", shop->id, number,
                      batch->now_us))
    {
      set_missing (&local_error, "the shop has no till %s that could be revoked", text);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return mr_enrol_publish_till (batch, till_id, error) &&
         mr_batch_note (batch, "console", "till-revoked", text, error);
}
