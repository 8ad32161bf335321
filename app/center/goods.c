/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/goods.h"

#include "center/call.h"
#include "center/feed.h"

#include "model/quantity.h"

#include <string.h>

static const char SQL_GET_REGION[] = "SELECT party_id, currency FROM region WHERE id = ?1";
static const char SQL_FIND_PACK[] =
    "SELECT p.id, p.good_id, p.units, p.name, g.name, g.unit, g.brand_id, g.sold_by, g.initials, "
    "o.good_id,"
    " o.category_id, o.tax_id, o.popularity, o.active, b.name"
    " FROM pack_barcode c JOIN pack p ON p.id = c.pack_id JOIN good g ON g.id = p.good_id"
    " LEFT JOIN offer o ON o.region_id = ?1 AND o.good_id = g.id LEFT JOIN brand b ON b.id = "
    "g.brand_id"
    " WHERE c.party_id = ?2 AND c.barcode = ?3 ORDER BY p.id LIMIT 1";
static const char SQL_LIST_BARCODES[] =
    "SELECT barcode FROM pack_barcode WHERE pack_id = ?1 ORDER BY place, barcode";
/* A batch counts up from the largest ids itself: RETURNING makes a table for its one row each time, which took
 * a third of an import. Somebody else's same ids, were there two writers, are a conflict and the batch is run
 * again. */
static const char SQL_GET_LAST_GOOD[] = "SELECT coalesce (max (id), 0) FROM good";
static const char SQL_GET_LAST_PACK[] = "SELECT coalesce (max (id), 0) FROM pack";
static const char SQL_GET_LAST_OFFER[] = "SELECT coalesce (max (id), 0) FROM offer";
static const char SQL_GET_LAST_PRICE[] = "SELECT coalesce (max (id), 0) FROM price";
static const char SQL_ADD_GOOD[] =
    "INSERT INTO good (id, party_id, name, unit, brand_id, sold_by, initials, created_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
static const char SQL_CHANGE_GOOD[] = "UPDATE good SET name = ?2, unit = ?3, brand_id = ?4, "
                                      "sold_by = ?5, initials = ?6 WHERE id = ?1";
static const char SQL_ADD_PACK[] =
    "INSERT INTO pack (id, good_id, units, name) VALUES (?1, ?2, ?3, ?4)";
static const char SQL_CHANGE_PACK[] = "UPDATE pack SET units = ?2, name = ?3 WHERE id = ?1";
static const char SQL_ADD_BARCODE[] =
    "INSERT INTO pack_barcode (party_id, barcode, pack_id, place) VALUES (?1, ?2, ?3, 0)";
static const char SQL_ADD_OFFER[] =
    "INSERT INTO offer (region_id, good_id, id, category_id, tax_id, popularity, active)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)";
static const char SQL_CHANGE_OFFER[] =
    "UPDATE offer SET category_id = ?3, tax_id = ?4, popularity = ?5, active = 1"
    " WHERE region_id = ?1 AND good_id = ?2";
static const char SQL_GET_PRICE[] =
    "SELECT starts_at, amount FROM price WHERE scope = 'region' AND scope_id = ?1 AND pack_id = ?2"
    " AND kind = 'retail' AND starts_at <= ?3 ORDER BY starts_at DESC LIMIT 1";
static const char SQL_ADD_PRICE[] =
    "INSERT INTO price (id, scope, scope_id, pack_id, kind, starts_at, amount)"
    " VALUES (?1, 'region', ?2, ?3, 'retail', ?4, ?5)";
static const char SQL_LIST_PAST_PRICES[] = "SELECT id FROM price WHERE scope = 'region' AND "
                                           "scope_id = ?1 AND pack_id = ?2 AND kind = 'retail'"
                                           " AND starts_at < ?3";
static const char SQL_FIND_CATEGORY[] =
    "SELECT id FROM category WHERE region_id = ?1 AND parent = ?2 AND name = ?3";
static const char SQL_ADD_CATEGORY[] =
    "INSERT INTO category (region_id, parent, name, place) VALUES (?1, ?2, ?3,"
    " (SELECT coalesce (max (place), 0) + 1 FROM category WHERE region_id = ?1 AND parent = ?2)) "
    "RETURNING id";
static const char SQL_GET_PLACE[] = "SELECT place FROM category WHERE id = ?1";
static const char SQL_FIND_BRAND[] = "SELECT id FROM brand WHERE name = ?1";
static const char SQL_ADD_BRAND[] =
    "INSERT INTO brand (name, party_id) VALUES (?1, NULL) RETURNING id";
static const char SQL_FIND_TAX[] = "SELECT id FROM tax WHERE region_id = ?1 AND rate_ppm = ?2 AND "
                                   "inclusive = ?3 ORDER BY id LIMIT 1";
static const char SQL_ADD_TAX[] =
    "INSERT INTO tax (region_id, name, rate_ppm, inclusive) VALUES (?1, ?2, ?3, ?4) RETURNING id";

struct _MrGoods
{
  MrDb *db; /* (unowned) */
  const MrWorld *world; /* (unowned) */
  gint64 region_id;
  gint64 party_id;
  const MrCurrency *currency; /* (unowned) */
  gint64 feed_id;
  MrFeedWriter *feed; /* (owned) (nullable) within a batch */
  gint64 last_good_id; /* given in or before this batch */
  gint64 last_pack_id;
  gint64 last_offer_id;
  gint64 last_price_id;

  /* What was looked up or made: name → id. Dropped with a rollback. */
  GHashTable *categories; /* (owned) path */
  GHashTable *brands; /* (owned) */
  GHashTable *taxes; /* (owned) rate as text */
};

/* A pack with its good and offer, as they stand. */
typedef struct
{
  gint64 pack_id;
  gint64 good_id;
  gint64 units;
  char *pack_name; /* (owned) */
  char *name; /* (owned) */
  char *unit; /* (owned) */
  gint64 brand_id;
  char *brand; /* (owned) */
  gint64 sold_by;
  char *initials; /* (owned) */
  gboolean offered;
  gint64 category_id;
  gint64 tax_id;
  gint64 popularity;
} Stand;

static void
stand_clear (Stand *self)
{
  g_free (self->pack_name);
  g_free (self->name);
  g_free (self->unit);
  g_free (self->brand);
  g_free (self->initials);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Stand, stand_clear)

/* --- looking up, making when missing --- */

/* -1 an error, 0 not there. */
static gint64
find_id (MrDb *db, MrQuery *borrowed, GError **error)
{
  g_autoptr (MrQuery) query = borrowed;
  MrStep step;
  gint64 id;

  if (query == NULL)
    return -1;
  step = mr_query_step (query, error);
  id = step == MR_STEP_ROW ? mr_query_get_int (query, 0) : step == MR_STEP_DONE ? 0 : -1;
  if (step != MR_STEP_ROW)
    query = NULL;
  return id;
}

static void
remember (GHashTable *table, const char *name, gint64 id)
{
  g_hash_table_insert (table, g_strdup (name), g_memdup2 (&id, sizeof id));
}

static gint64
use_category_below (MrGoods *self, gint64 parent, const char *name, GError **error)
{
  MrQuery *query =
      mr_db_select (self->db, error, SQL_FIND_CATEGORY, "iis", self->region_id, parent, name);
  gint64 id = find_id (self->db, query, error);
  gint64 place = 0;
  g_autofree char *fields = NULL;

  if (id != 0)
    return id;
  if (!mr_db_get_int (self->db, &id, error, SQL_ADD_CATEGORY, "iis", self->region_id, parent,
                      name) ||
      !mr_db_get_int (self->db, &place, error, SQL_GET_PLACE, "i", id))
    return -1;
  fields = mr_feed_fields ("isi", parent, name, place);
  return mr_feed_publish_int (self->feed, self->feed_id, "category", id, fields, error) ? id : -1;
}

/* 0 for an empty path; -1 on error. */
static gint64
use_category (MrGoods *self, const char *path, GError **error)
{
  const gint64 *known = g_hash_table_lookup (self->categories, path);
  g_auto (GStrv) parts = NULL;
  gint64 id = 0;

  if (*path == '\0')
    return 0;
  if (known != NULL)
    return *known;
  parts = g_strsplit (path, "/", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      id = use_category_below (self, id, parts[i], error);
      if (id < 0)
        return -1;
    }
  remember (self->categories, path, id);
  return id;
}

static gint64
use_brand (MrGoods *self, const char *name, GError **error)
{
  const gint64 *known = g_hash_table_lookup (self->brands, name);
  gint64 id;

  if (*name == '\0')
    return 0;
  if (known != NULL)
    return *known;
  id = find_id (self->db, mr_db_select (self->db, error, SQL_FIND_BRAND, "s", name), error);
  if (id < 0 || (id == 0 && !mr_db_get_int (self->db, &id, error, SQL_ADD_BRAND, "s", name)))
    return -1;
  remember (self->brands, name, id);
  return id;
}

/* Shelf prices hold the tax everywhere but in North America. */
static gint64
is_tax_inclusive (MrGoods *self)
{
  return strcmp (self->currency->code, "USD") != 0 && strcmp (self->currency->code, "CAD") != 0;
}

/* "13%", "4.5%" */
static char *
name_tax (gint64 ppm)
{
  g_autofree char *decimal = mr_money_format (ppm, 4);
  gsize length = strlen (decimal);

  while (decimal[length - 1] == '0')
    decimal[--length] = '\0';
  if (decimal[length - 1] == '.')
    decimal[--length] = '\0';
  return g_strconcat (decimal, "%", NULL);
}

static gint64
use_tax (MrGoods *self, gint64 ppm, GError **error)
{
  g_autofree char *name = ppm >= 0 ? name_tax (ppm) : g_strdup ("");
  const gint64 *known = g_hash_table_lookup (self->taxes, name);
  g_autofree char *fields = NULL;
  gint64 inclusive = is_tax_inclusive (self);
  gint64 id;

  if (ppm < 0)
    return 0;
  if (known != NULL)
    return *known;
  id =
      find_id (self->db,
               mr_db_select (self->db, error, SQL_FIND_TAX, "iii", self->region_id, ppm, inclusive),
               error);
  if (id < 0)
    return -1;
  if (id == 0)
    {
      if (!mr_db_get_int (self->db, &id, error, SQL_ADD_TAX, "isii", self->region_id, name, ppm,
                          inclusive))
        return -1;
      fields = mr_feed_fields ("sii", name, ppm, inclusive);
      if (!mr_feed_publish_int (self->feed, self->feed_id, "tax", id, fields, error))
        return -1;
    }
  remember (self->taxes, name, id);
  return id;
}

/* 1 found, 0 not there, -1 an error. */
static int
find_stand (MrGoods *self, const char *barcode, Stand *stand, GError **error)
{
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, SQL_FIND_PACK, "iis", self->region_id,
                                            self->party_id, barcode);
  MrStep step;

  if (query == NULL)
    return -1;
  step = mr_query_step (query, error);
  if (step != MR_STEP_ROW)
    {
      query = NULL;
      return step == MR_STEP_DONE ? 0 : -1;
    }
  *stand = (Stand){
    .pack_id = mr_query_get_int (query, 0),
    .good_id = mr_query_get_int (query, 1),
    .units = mr_query_get_int (query, 2),
    .pack_name = g_strdup (mr_query_get_text (query, 3)),
    .name = g_strdup (mr_query_get_text (query, 4)),
    .unit = g_strdup (mr_query_get_text (query, 5)),
    .brand_id = mr_query_get_int (query, 6),
    .sold_by = mr_query_get_int (query, 7),
    .initials = g_strdup (mr_query_get_text (query, 8)),
    .offered = !mr_query_is_null (query, 9) && mr_query_get_int (query, 13) == 1,
    .category_id = mr_query_get_int (query, 10),
    .tax_id = mr_query_get_int (query, 11),
    .popularity = mr_query_get_int (query, 12),
    .brand = g_strdup (mr_query_is_null (query, 14) ? "" : mr_query_get_text (query, 14)),
  };
  return 1;
}

/* --- publishing --- */

static gboolean
publish_good (MrGoods *self, const Stand *stand, GError **error)
{
  g_autofree char *fields =
      mr_feed_fields ("ssisiiis", stand->name, stand->unit, stand->category_id, stand->brand,
                      stand->tax_id, stand->sold_by, stand->popularity, stand->initials);

  return mr_feed_publish_int (self->feed, self->feed_id, "good", stand->good_id, fields, error);
}

static gboolean
publish_pack (MrGoods *self, const Stand *stand, const char *barcodes, GError **error)
{
  g_autofree char *fields =
      mr_feed_fields ("iiss", stand->good_id, stand->units, barcodes, stand->pack_name);

  return mr_feed_publish_int (self->feed, self->feed_id, "pack", stand->pack_id, fields, error);
}

/* (nullable) on error; the keys separated by line feeds */
static char *
list_barcodes (MrGoods *self, gint64 pack_id, GError **error)
{
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, SQL_LIST_BARCODES, "i", pack_id);
  g_autoptr (GString) barcodes = g_string_new (NULL);
  MrStep step;

  if (query == NULL)
    return NULL;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      if (barcodes->len > 0)
        g_string_append_c (barcodes, '\n');
      g_string_append (barcodes, mr_query_get_text (query, 0));
    }
  query = NULL;
  return step == MR_STEP_DONE ? g_string_free (g_steal_pointer (&barcodes), FALSE) : NULL;
}

/* A till needs the price in force and, for a clock that is a little behind, the one before it; older
 * ones stay in the center's table and leave the feed. */
static gboolean
retire_prices (MrGoods *self, gint64 pack_id, gint64 before_us, GError **error)
{
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, SQL_LIST_PAST_PRICES, "iii",
                                            self->region_id, pack_id, before_us);
  MrStep step;

  if (query == NULL)
    return FALSE;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      char id[24];

      g_snprintf (id, sizeof id, "%" G_GINT64_FORMAT, mr_query_get_int (query, 0));
      if (!mr_feed_tombstone (self->feed, self->feed_id, "price", id, error))
        return FALSE;
    }
  query = NULL;
  return step == MR_STEP_DONE;
}

static gboolean
add_price (MrGoods *self, gint64 pack_id, gint64 starts_at_us, gint64 amount_minor, GError **error)
{
  g_autofree char *fields = mr_feed_fields ("isii", pack_id, "retail", starts_at_us, amount_minor);
  gint64 id = ++self->last_price_id;

  return mr_db_run (self->db, error, SQL_ADD_PRICE, "iiiii", id, self->region_id, pack_id,
                    starts_at_us, amount_minor) &&
         mr_feed_publish_int (self->feed, self->feed_id, "price", id, fields, error);
}

/* The first price of a pack is always in force, a later one from now on. */
static gboolean
put_price (MrGoods *self, gint64 pack_id, gint64 amount_minor, gboolean *changed, GError **error)
{
  gint64 now_us = mr_world_now_us (self->world);
  g_autoptr (MrQuery) query =
      mr_db_select (self->db, error, SQL_GET_PRICE, "iii", self->region_id, pack_id, now_us);
  MrStep step = query != NULL ? mr_query_step (query, error) : MR_STEP_ERROR;
  gint64 since_us;
  gint64 current_minor;

  if (step != MR_STEP_ROW)
    {
      query = NULL;
      *changed = TRUE;
      return step == MR_STEP_DONE && add_price (self, pack_id, 0, amount_minor, error);
    }
  since_us = mr_query_get_int (query, 0);
  current_minor = mr_query_get_int (query, 1);
  g_clear_pointer (&query, mr_query_reset);
  if (current_minor == amount_minor)
    return TRUE;
  *changed = TRUE;
  return retire_prices (self, pack_id, since_us, error) &&
         add_price (self, pack_id, MAX (now_us, since_us + 1), amount_minor, error);
}

/* --- putting --- */

static gboolean
add_pack (MrGoods *self, Stand *stand, const MrGoodsRow *row, GError **error)
{
  stand->pack_id = ++self->last_pack_id;
  return mr_db_run (self->db, error, SQL_ADD_PACK, "iiis", stand->pack_id, stand->good_id,
                    stand->units, stand->pack_name) &&
         mr_db_run (self->db, error, SQL_ADD_BARCODE, "isi", self->party_id, row->barcode,
                    stand->pack_id) &&
         publish_pack (self, stand, row->barcode, error) &&
         ((row->given & MR_GOODS_PRICE) == 0 ||
          add_price (self, stand->pack_id, 0, row->price_minor, error));
}

/* "可乐 330ml 24罐/箱" beside "可乐 330ml" is the pack "24罐/箱". */
static char *
name_pack (const char *good_name, const MrGoodsRow *row)
{
  gsize length = strlen (good_name);
  g_autofree char *units = mr_quantity_format (row->units_milli);

  if (g_str_has_prefix (row->name, good_name) && row->name[length] != '\0')
    return g_strstrip (g_strdup (row->name + length));
  return g_strconcat ("×", units, NULL);
}

static gboolean
add_further_pack (MrGoods *self, const MrGoodsRow *row, MrGoodsOutcome *outcome, GError **error)
{
  g_auto (Stand) stand = { 0 };
  int found = find_stand (self, row->piece, &stand, error);

  *outcome = found == 0 ? MR_GOODS_NO_PIECE : MR_GOODS_ADDED;
  if (found <= 0)
    return found == 0;
  stand.units = row->units_milli;
  g_free (stand.pack_name);
  stand.pack_name = name_pack (stand.name, row);
  return add_pack (self, &stand, row, error);
}

/* What the row says of the good goes into @stand; TRUE in @changed when that was news. */
static gboolean
take_row (MrGoods *self, Stand *stand, const MrGoodsRow *row, gboolean *changed, GError **error)
{
  gint64 category_id = (row->given & MR_GOODS_CATEGORY) != 0
                           ? use_category (self, row->category, error)
                           : stand->category_id;
  gint64 brand_id =
      (row->given & MR_GOODS_BRAND) != 0 ? use_brand (self, row->brand, error) : stand->brand_id;
  gint64 tax_id =
      (row->given & MR_GOODS_TAX) != 0 ? use_tax (self, row->tax_ppm, error) : stand->tax_id;
  gint64 sold_by = (row->given & MR_GOODS_SOLD_BY) != 0 ? (gint64) row->sold_by : stand->sold_by;
  const char *unit = (row->given & MR_GOODS_UNIT) != 0 ? row->unit : stand->unit;
  const char *initials = (row->given & MR_GOODS_INITIALS) != 0 ? row->initials : stand->initials;

  if (category_id < 0 || brand_id < 0 || tax_id < 0)
    return FALSE;
  *changed = category_id != stand->category_id || brand_id != stand->brand_id ||
             tax_id != stand->tax_id || sold_by != stand->sold_by ||
             strcmp (row->name, stand->name) != 0 || strcmp (unit, stand->unit) != 0 ||
             strcmp (initials, stand->initials) != 0;
  stand->category_id = category_id;
  stand->tax_id = tax_id;
  stand->sold_by = sold_by;
  if (brand_id != stand->brand_id)
    {
      g_free (stand->brand);
      stand->brand = g_strdup (row->brand);
      stand->brand_id = brand_id;
    }
  if (*changed)
    {
      g_autofree char *old_name = g_steal_pointer (&stand->name);
      g_autofree char *old_unit = g_steal_pointer (&stand->unit);
      g_autofree char *old_initials = g_steal_pointer (&stand->initials);

      stand->name = g_strdup (row->name);
      stand->unit = g_strdup (unit);
      stand->initials = g_strdup (initials);
    }
  return TRUE;
}

static gboolean
add_offer (MrGoods *self, const Stand *stand, GError **error)
{
  return mr_db_run (self->db, error, SQL_ADD_OFFER, "iiiiii", self->region_id, stand->good_id,
                    ++self->last_offer_id, stand->category_id, stand->tax_id, stand->popularity);
}

static gboolean
add_good (MrGoods *self, const MrGoodsRow *row, GError **error)
{
  g_auto (Stand) stand = { .name = g_strdup (""),
                           .unit = g_strdup (""),
                           .initials = g_strdup (""),
                           .brand = g_strdup (""),
                           .pack_name = g_strdup (""),
                           .units = row->units_milli };
  gboolean changed = FALSE;

  if (!take_row (self, &stand, row, &changed, error))
    return FALSE;
  stand.good_id = ++self->last_good_id;
  return mr_db_run (self->db, error, SQL_ADD_GOOD, "iissiisi", stand.good_id, self->party_id,
                    stand.name, stand.unit, stand.brand_id, stand.sold_by, stand.initials,
                    mr_world_now_us (self->world)) &&
         add_offer (self, &stand, error) && publish_good (self, &stand, error) &&
         add_pack (self, &stand, row, error);
}

static gboolean
write_good (MrGoods *self, const Stand *stand, GError **error)
{
  return mr_db_run (self->db, error, SQL_CHANGE_GOOD, "issiis", stand->good_id, stand->name,
                    stand->unit, stand->brand_id, stand->sold_by, stand->initials) &&
         mr_db_run (self->db, error, SQL_CHANGE_OFFER, "iiiii", self->region_id, stand->good_id,
                    stand->category_id, stand->tax_id, stand->popularity) &&
         (mr_db_get_changes (self->db) > 0 || add_offer (self, stand, error)) &&
         publish_good (self, stand, error);
}

static gboolean
write_pack (MrGoods *self, Stand *stand, const MrGoodsRow *row, gboolean *changed, GError **error)
{
  g_autofree char *name =
      row->piece != NULL ? name_pack (stand->name, row) : g_strdup (stand->pack_name);
  g_autofree char *barcodes = NULL;

  if (row->units_milli == stand->units && strcmp (name, stand->pack_name) == 0)
    return TRUE;
  barcodes = list_barcodes (self, stand->pack_id, error);
  if (barcodes == NULL)
    return FALSE;
  *changed = TRUE;
  stand->units = row->units_milli;
  g_free (stand->pack_name);
  stand->pack_name = g_steal_pointer (&name);
  return mr_db_run (self->db, error, SQL_CHANGE_PACK, "iis", stand->pack_id, stand->units,
                    stand->pack_name) &&
         publish_pack (self, stand, barcodes, error);
}

/* A further pack says nothing of its good; that is its piece's row to say. */
static gboolean
change_good (MrGoods *self, Stand *stand, const MrGoodsRow *row, gboolean *changed, GError **error)
{
  gboolean good_changed = FALSE;

  if (row->piece == NULL && !take_row (self, stand, row, &good_changed, error))
    return FALSE;
  if ((good_changed || !stand->offered) && !write_good (self, stand, error))
    return FALSE;
  *changed = good_changed || !stand->offered;
  return ((row->given & MR_GOODS_UNITS) == 0 || write_pack (self, stand, row, changed, error)) &&
         ((row->given & MR_GOODS_PRICE) == 0 ||
          put_price (self, stand->pack_id, row->price_minor, changed, error));
}

gboolean
mr_goods_put (MrGoods *self, const MrGoodsRow *row, MrGoodsOutcome *outcome, GError **error)
{
  g_auto (Stand) stand = { 0 };
  gboolean changed = FALSE;
  int found;

  g_return_val_if_fail (self->feed != NULL, FALSE);

  found = find_stand (self, row->barcode, &stand, error);
  if (found < 0)
    return FALSE;
  *outcome = MR_GOODS_ADDED;
  if (found == 0)
    return row->piece != NULL ? add_further_pack (self, row, outcome, error)
                              : add_good (self, row, error);
  if (!change_good (self, &stand, row, &changed, error))
    return FALSE;
  *outcome = changed ? MR_GOODS_CHANGED : MR_GOODS_SAME;
  return TRUE;
}

gboolean
mr_goods_set_popularity (MrGoods *self, const char *barcode, gint64 popularity, GError **error)
{
  g_auto (Stand) stand = { 0 };
  int found;

  g_return_val_if_fail (self->feed != NULL && popularity >= 0 && popularity <= 1000000, FALSE);

  found = find_stand (self, barcode, &stand, error);
  if (found <= 0 || !stand.offered)
    return FALSE;
  stand.popularity = popularity;
  return write_good (self, &stand, error);
}

/* --- batches --- */

MrGoods *
mr_goods_new (MrDb *db, const MrWorld *world, gint64 region_id, GError **error)
{
  g_autoptr (MrQuery) query = mr_db_select (db, error, SQL_GET_REGION, "i", region_id);
  g_autoptr (MrGoods) self = NULL;
  MrStep step = query != NULL ? mr_query_step (query, error) : MR_STEP_ERROR;

  if (step != MR_STEP_ROW)
    {
      query = NULL;
      if (step == MR_STEP_DONE)
        g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED, "there is no region %" G_GINT64_FORMAT,
                     region_id);
      return NULL;
    }
  self = g_new0 (MrGoods, 1);
  self->db = db;
  self->world = world;
  self->region_id = region_id;
  self->party_id = mr_query_get_int (query, 0);
  self->currency = mr_currency_find (mr_query_get_text (query, 1));
  self->categories = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->brands = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->taxes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (self->currency == NULL)
    {
      g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED, "the region's currency is not known");
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
mr_goods_free (MrGoods *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->feed, mr_feed_writer_free);
  g_hash_table_unref (self->categories);
  g_hash_table_unref (self->brands);
  g_hash_table_unref (self->taxes);
  g_free (self);
}

const MrCurrency *
mr_goods_get_currency (MrGoods *self)
{
  return self->currency;
}

gboolean
mr_goods_begin (MrGoods *self, GError **error)
{
  g_return_val_if_fail (self->feed == NULL, FALSE);

  if (!mr_db_begin (self->db, error))
    return FALSE;
  if (!mr_db_lock (self->db, MR_CENTER_LOCK_DESK, error))
    {
      mr_db_rollback (self->db);
      return FALSE;
    }
  self->feed = mr_feed_writer_new (self->db, self->world);
  self->feed_id = mr_feed_find (self->db, "region", self->region_id, error);
  if (self->feed_id == 0 ||
      !mr_db_get_int (self->db, &self->last_good_id, error, SQL_GET_LAST_GOOD, "") ||
      !mr_db_get_int (self->db, &self->last_pack_id, error, SQL_GET_LAST_PACK, "") ||
      !mr_db_get_int (self->db, &self->last_offer_id, error, SQL_GET_LAST_OFFER, "") ||
      !mr_db_get_int (self->db, &self->last_price_id, error, SQL_GET_LAST_PRICE, ""))
    {
      mr_goods_rollback (self);
      return FALSE;
    }
  return TRUE;
}

gboolean
mr_goods_commit (MrGoods *self, GError **error)
{
  gboolean committed = mr_feed_writer_finish (self->feed, error) &&
                       mr_feed_writer_notify (self->feed, "goods", error) &&
                       mr_db_commit (self->db, error);

  if (!committed)
    {
      mr_goods_rollback (self);
      return FALSE;
    }
  g_clear_pointer (&self->feed, mr_feed_writer_free);
  return TRUE;
}

void
mr_goods_rollback (MrGoods *self)
{
  g_clear_pointer (&self->feed, mr_feed_writer_free);
  mr_db_rollback (self->db);
  g_hash_table_remove_all (self->categories);
  g_hash_table_remove_all (self->brands);
  g_hash_table_remove_all (self->taxes);
}
