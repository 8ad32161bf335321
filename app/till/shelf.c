/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/shelf.h"

#include "model/barcode.h"
#include "model/quantity.h"
#include "till/parts.h"

#include <string.h>

/* Longer runs of digits are barcodes, never somebody's short code. */
#define MAX_SHORT_CODE 6

struct _MrShelf
{
  GObject parent_instance;

  MrGround *ground; /* (owned) */
  GHashTable *usual_taxes; /* (owned): of price-only sales, by category id; MrTax */
};

/* So many of the best sellers say how the others are taxed. */
#define N_USUAL 20

G_DEFINE_FINAL_TYPE (MrShelf, mr_shelf, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static GPtrArray *
new_goods (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) mr_good_unref);
}

/* What the catalog could not answer is nothing here: selling goes on without it. */
static GPtrArray *
take_goods (GPtrArray *goods, GError *error)
{
  if (goods != NULL)
    return goods;
  if (error != NULL)
    g_warning ("the catalog does not answer: %s", error->message);
  return new_goods ();
}

/* The shop's own price goes before the region's. Takes @good. */
static MrGood *
apply_own_price (MrShelf *self, MrGood *good, gint64 now_us)
{
  MrGood own;
  gint64 amount, price_id, version;
  MrGood *result;

  if (self->ground->priced_packs == NULL ||
      !g_hash_table_contains (self->ground->priced_packs, &good->pack_id) ||
      !mr_shop_get_price (self->ground->shop, good->pack_id, now_us, &amount, &price_id, &version))
    return good;
  own = *good;
  own.has_price = TRUE;
  own.price_minor = amount;
  own.price_id = price_id;
  own.price_version = version;
  result = mr_good_new (&own);
  mr_good_unref (good);
  return result;
}

static GPtrArray *
apply_own_prices (MrShelf *self, GPtrArray *goods, gint64 now_us)
{
  for (guint i = 0; i < goods->len; i++)
    goods->pdata[i] = apply_own_price (self, goods->pdata[i], now_us);
  return goods;
}

static gboolean
is_short_code (const char *code)
{
  gsize length = strlen (code);

  return length > 0 && length <= MAX_SHORT_CODE && strspn (code, "0123456789") == length;
}

static MrGood *
find_short_code (MrShelf *self, const char *code)
{
  gint64 pack_id;

  if (self->ground->shop == NULL || !is_short_code (code))
    return NULL;
  pack_id = mr_shop_find_short_code (self->ground->shop, code);
  return pack_id != 0 ? mr_shelf_find_pack (self, pack_id) : NULL;
}

static MrTilePage *
new_page (const char *title, gint64 category_id)
{
  MrTilePage *page = g_new0 (MrTilePage, 1);

  page->title = g_strdup (title);
  page->category_id = category_id;
  return page;
}

static GPtrArray *
list_own_tiles (MrShelf *self)
{
  GPtrArray *tiles =
      self->ground->shop != NULL ? mr_shop_list_tiles (self->ground->shop, NULL) : NULL;

  return tiles != NULL ? tiles : g_ptr_array_new_with_free_func ((GDestroyNotify) mr_tile_free);
}

static void
mr_shelf_finalize (GObject *object)
{
  MrShelf *self = MR_SHELF (object);

  g_clear_pointer (&self->usual_taxes, g_hash_table_unref);
  g_clear_pointer (&self->ground, mr_ground_unref);
  G_OBJECT_CLASS (mr_shelf_parent_class)->finalize (object);
}

static void
mr_shelf_class_init (MrShelfClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mr_shelf_finalize;
  signals[CHANGED] = g_signal_new ("changed", MR_TYPE_SHELF, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
mr_shelf_init (MrShelf *self)
{
  self->usual_taxes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
}

MrShelf *
mr_shelf_new (MrGround *ground)
{
  MrShelf *self = g_object_new (MR_TYPE_SHELF, NULL);

  self->ground = mr_ground_ref (ground);
  return self;
}

void
mr_shelf_refresh (MrShelf *self)
{
  g_hash_table_remove_all (self->usual_taxes);
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
mr_shelf_has_goods (MrShelf *self)
{
  return self->ground->catalog != NULL;
}

GPtrArray *
mr_shelf_find_code (MrShelf *self, const char *code)
{
  gint64 now_us = mr_ground_get_now_us (self->ground);
  g_autoptr (GError) error = NULL;
  g_autoptr (MrGood) short_good = find_short_code (self, code);
  GPtrArray *goods;
  MrBarcode barcode;

  if (short_good != NULL)
    {
      goods = new_goods ();
      g_ptr_array_add (goods, g_steal_pointer (&short_good));
      return goods;
    }
  if (self->ground->catalog == NULL || !mr_barcode_parse (code, &barcode))
    return new_goods ();
  goods = mr_catalog_find_barcode (self->ground->catalog, barcode.key, now_us, &error);
  return apply_own_prices (self, take_goods (goods, error), now_us);
}

MrGood *
mr_shelf_find_pack (MrShelf *self, gint64 pack_id)
{
  gint64 now_us = mr_ground_get_now_us (self->ground);
  MrGood *good = self->ground->catalog != NULL
                     ? mr_catalog_get_pack (self->ground->catalog, pack_id, now_us, NULL)
                     : NULL;

  return good != NULL ? apply_own_price (self, good, now_us) : NULL;
}

GPtrArray *
mr_shelf_search (MrShelf *self, const char *typed, guint max)
{
  gint64 now_us = mr_ground_get_now_us (self->ground);
  g_autoptr (GError) error = NULL;
  GPtrArray *goods;

  if (self->ground->catalog == NULL)
    return new_goods ();
  goods = mr_catalog_search (self->ground->catalog, typed, max, now_us, &error);
  return apply_own_prices (self, take_goods (goods, error), now_us);
}

void
mr_tile_page_free (MrTilePage *self)
{
  g_free (self->title);
  g_free (self);
}

GPtrArray *
mr_shelf_list_pages (MrShelf *self)
{
  GPtrArray *pages = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_tile_page_free);
  g_autoptr (GPtrArray) tiles = list_own_tiles (self);
  g_autoptr (GPtrArray) categories = NULL;
  const char *last = NULL;

  for (guint i = 0; i < tiles->len; i++)
    {
      const MrTile *tile = g_ptr_array_index (tiles, i);

      if (g_strcmp0 (tile->page, last) != 0)
        g_ptr_array_add (pages, new_page (tile->page, 0));
      last = tile->page;
    }
  if (tiles->len == 0)
    g_ptr_array_add (pages, new_page ("", 0));
  categories = mr_shelf_list_categories (self, 0);
  for (guint i = 0; i < categories->len; i++)
    {
      const MrShelfCategory *category = g_ptr_array_index (categories, i);

      g_ptr_array_add (pages, new_page (category->name, category->id));
    }
  return pages;
}

static GPtrArray *
list_page_tiles (MrShelf *self, const char *title, guint max)
{
  g_autoptr (GPtrArray) tiles = list_own_tiles (self);
  GPtrArray *goods = new_goods ();

  for (guint i = 0; i < tiles->len && goods->len < max; i++)
    {
      const MrTile *tile = g_ptr_array_index (tiles, i);
      MrGood *good =
          g_str_equal (tile->page, title) ? mr_shelf_find_pack (self, tile->pack_id) : NULL;

      if (good != NULL)
        g_ptr_array_add (goods, good);
    }
  return goods;
}

GPtrArray *
mr_shelf_list_tiles (MrShelf *self, const MrTilePage *page, guint max)
{
  g_autoptr (GPtrArray) own = NULL;

  if (page->category_id != 0)
    return mr_shelf_list_category (self, page->category_id, max);
  own = list_page_tiles (self, page->title, max);
  /* The shop has made no tiles: what sells best stands there. */
  if (own->len == 0 && *page->title == '\0')
    return mr_shelf_list_category (self, 0, max);
  return g_steal_pointer (&own);
}

void
mr_shelf_category_free (MrShelfCategory *self)
{
  g_free (self->name);
  g_free (self);
}

GPtrArray *
mr_shelf_list_categories (MrShelf *self, gint64 parent_id)
{
  GPtrArray *result = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_shelf_category_free);
  g_autoptr (GPtrArray) categories =
      self->ground->catalog != NULL
          ? mr_catalog_list_categories (self->ground->catalog, parent_id, NULL)
          : NULL;

  for (guint i = 0; categories != NULL && i < categories->len; i++)
    {
      const MrCategory *category = g_ptr_array_index (categories, i);
      MrShelfCategory *copy = g_new0 (MrShelfCategory, 1);

      copy->id = category->id;
      copy->name = g_strdup (category->name);
      g_ptr_array_add (result, copy);
    }
  return result;
}

GPtrArray *
mr_shelf_list_category (MrShelf *self, gint64 category_id, guint max)
{
  gint64 now_us = mr_ground_get_now_us (self->ground);
  g_autoptr (GError) error = NULL;
  GPtrArray *goods;

  if (self->ground->catalog == NULL)
    return new_goods ();
  goods = mr_catalog_list_category (self->ground->catalog, category_id, max, now_us, &error);
  return apply_own_prices (self, take_goods (goods, error), now_us);
}

static char *
dup_category_name (MrShelf *self, gint64 category_id)
{
  g_autoptr (GPtrArray) categories = mr_shelf_list_categories (self, 0);

  for (guint i = 0; i < categories->len; i++)
    {
      const MrShelfCategory *category = g_ptr_array_index (categories, i);

      if (category->id == category_id)
        return g_strdup (category->name);
    }
  return NULL;
}

static void
read_usual_tax (GPtrArray *goods, MrTax *tax)
{
  guint most = 0;

  for (guint i = 0; goods != NULL && i < goods->len; i++)
    {
      const MrTax *one = &((const MrGood *) g_ptr_array_index (goods, i))->tax;
      guint n = 0;

      for (guint j = 0; j < goods->len; j++)
        n += mr_tax_compare (one, &((const MrGood *) g_ptr_array_index (goods, j))->tax) == 0;
      if (n > most)
        *tax = *one;
      most = MAX (n, most);
    }
}

/* What has only a price is taxed like what sells best beside it: most of its category's goods, or of all. */
static MrTax
get_usual_tax (MrShelf *self, gint64 category_id)
{
  MrTax *tax = g_hash_table_lookup (self->usual_taxes, &category_id);

  if (tax == NULL)
    {
      g_autoptr (GPtrArray) goods = mr_shelf_list_category (self, category_id, N_USUAL);

      tax = g_new (MrTax, 1);
      *tax = (MrTax){ .inclusive = TRUE };
      read_usual_tax (goods, tax);
      g_hash_table_insert (self->usual_taxes, g_memdup2 (&category_id, sizeof category_id), tax);
    }
  return *tax;
}

MrGood *
mr_shelf_new_open_good (MrShelf *self, gint64 category_id, const char *name)
{
  g_autofree char *category = category_id != 0 ? dup_category_name (self, category_id) : NULL;
  const char *shown = name != NULL && *name != '\0' ? name : category;
  MrGood good = { .category_id = category_id,
                  .units_milli = MR_QUANTITY_ONE_MILLI,
                  .tax = get_usual_tax (self, category_id),
                  .name = shown != NULL ? shown : "",
                  .unit = "",
                  .barcode = "",
                  .brand = "",
                  .category = category != NULL ? category : "" };

  return mr_good_new (&good);
}

gboolean
mr_shelf_get_on_hand (MrShelf *self, gint64 good_id, gint64 *quantity_milli)
{
  MrGround *ground = self->ground;
  gint64 level_milli, own_milli;
  gboolean known;

  if (ground->shop == NULL)
    return FALSE;

  g_autoptr (GArray) mine = mr_shop_read_level (ground->shop, good_id, &level_milli, &known);
  if (mine == NULL)
    return FALSE;
  own_milli = mr_journal_sum_movements (ground->journal, good_id, mine);
  *quantity_milli = level_milli + own_milli;
  /* A good nobody has counted is at 0 where its movements begin: so the center books it, too. */
  return known || own_milli != 0;
}

gint64
mr_shelf_get_catalog_v (MrShelf *self)
{
  return self->ground->catalog_v;
}
