/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "catalog/catalog-private.h"

#include "catalog/search-terms.h"

#include <string.h>

/* A whole good is read by one statement: one view of the file, and a scan costs one statement's
 * overhead. CROSS JOIN keeps the order of the joins as written. ?1 is always now. */
#define COLUMNS                                                                              \
  "p.id, p.units, p.barcodes, p.name, g.id, g.name, g.unit, g.category, g.brand, g.sold_by," \
  " g.tax, r.id, r.v, r.amount, g.popularity,"                                               \
  " (SELECT value FROM meta WHERE name = 'v')"
#define JOIN_PRICE                                                                           \
  " LEFT JOIN price r ON r.id = (SELECT q.id FROM price q WHERE q.pack = p.id AND q.kind = " \
  "'retail'"                                                                                 \
  " AND q.starts_at <= ?1 ORDER BY q.starts_at DESC, q.id DESC LIMIT 1)"

static const char SQL_FIND_BARCODE[] =
    "SELECT " COLUMNS " FROM barcode b CROSS JOIN pack p ON p.id = b.pack"
    " CROSS JOIN good g ON g.id = p.good" JOIN_PRICE " WHERE b.key = ?2";
static const char SQL_GET_PACK[] =
    "SELECT " COLUMNS " FROM pack p CROSS JOIN good g ON g.id = p.good" JOIN_PRICE
    " WHERE p.id = ?2";
/* The index of packs gives the smallest pack of a good first. */
static const char SQL_SEARCH[] =
    "SELECT " COLUMNS " FROM search s CROSS JOIN good g ON g.id = (s.rowid & 4294967295)"
    " CROSS JOIN pack p ON p.good = g.id" JOIN_PRICE
    " WHERE s.search MATCH ?2 ORDER BY s.rowid LIMIT ?3";
static const char SQL_SEARCH_BARCODES[] =
    "SELECT " COLUMNS " FROM barcode b CROSS JOIN pack p ON p.id = b.pack"
    " CROSS JOIN good g ON g.id = p.good" JOIN_PRICE
    " WHERE b.key >= ?2 AND b.key < ?4 ORDER BY b.key LIMIT ?3";
static const char SQL_LIST_CATEGORY[] =
    "SELECT " COLUMNS " FROM good g CROSS JOIN pack p ON p.good = g.id" JOIN_PRICE
    " WHERE g.category = ?2 ORDER BY g.category, g.popularity DESC, g.id LIMIT ?3";
static const char SQL_LIST_DESCENDANTS[] = "WITH RECURSIVE below (id) AS (SELECT ?1 UNION SELECT "
                                           "c.id FROM category c JOIN below ON c.parent = below.id)"
                                           " SELECT id FROM below";
static const char SQL_LIST_CATEGORIES[] =
    "SELECT id, parent, name FROM category WHERE parent = ?1 ORDER BY place, id";
static const char SQL_LIST_ALL_CATEGORIES[] = "SELECT id, parent, name FROM category";
static const char SQL_LIST_TAXES[] = "SELECT id, rate_ppm, inclusive FROM tax";
static const char SQL_GET_NEXT_CHANGE[] =
    "SELECT min (starts_at) FROM price WHERE starts_at > ?1 AND starts_at > 0";
static const char SQL_COUNT_GOODS[] = "SELECT count (*) FROM good";

/* Deeper trees are not shown; a circle of parents ends here too. */
#define MAX_DEPTH 16
/* As far as a sale's entry goes. */
/* Fewer digits are a size ("330"), more may be the beginning of a barcode. */
#define MIN_BARCODE_DIGITS 4

/* A good and where it stands. */
typedef struct
{
  MrGood *good; /* (owned) */
  gint64 popularity;
} Hit;

static void
hit_free (Hit *hit)
{
  mr_good_unref (hit->good);
  g_free (hit);
}

void
mr_category_free (MrCategory *self)
{
  g_free (self->name);
  g_free (self);
}

/* --- categories --- */

static GPtrArray *
read_categories (MrQuery *borrowed, GError **error)
{
  g_autoptr (MrQuery) query = borrowed;
  g_autoptr (GPtrArray) categories =
      g_ptr_array_new_with_free_func ((GDestroyNotify) mr_category_free);
  MrStep step;

  if (query == NULL)
    return NULL;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      MrCategory *category = g_new0 (MrCategory, 1);

      category->id = mr_query_get_int (query, 0);
      category->parent = mr_query_get_int (query, 1);
      category->name = g_strdup (mr_query_get_required_text (query, 2));
      g_ptr_array_add (categories, category);
    }
  query = NULL;
  return step == MR_STEP_DONE ? g_steal_pointer (&categories) : NULL;
}

static char *
build_path (GHashTable *by_id, const MrCategory *category)
{
  GString *path = g_string_new (category->name);

  for (guint depth = 1; depth < MAX_DEPTH; depth++)
    {
      category = g_hash_table_lookup (by_id, &category->parent);
      if (category == NULL)
        break;
      g_string_prepend_c (path, '/');
      g_string_prepend (path, category->name);
    }
  return g_string_free (path, FALSE);
}

static gboolean
load_paths (MrCatalog *self, GError **error)
{
  g_autoptr (GPtrArray) categories =
      read_categories (mr_db_select (self->db, error, SQL_LIST_ALL_CATEGORIES, ""), error);
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_int64_hash, g_int64_equal);

  if (categories == NULL)
    return FALSE;
  self->category_paths = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  for (guint i = 0; i < categories->len; i++)
    {
      MrCategory *category = categories->pdata[i];

      g_hash_table_insert (by_id, &category->id, category);
    }
  for (guint i = 0; i < categories->len; i++)
    {
      MrCategory *category = categories->pdata[i];

      g_hash_table_insert (self->category_paths, g_memdup2 (&category->id, sizeof category->id),
                           build_path (by_id, category));
    }
  return TRUE;
}

static gboolean
load_taxes (MrCatalog *self, GError **error)
{
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, SQL_LIST_TAXES, "");
  MrStep step;

  if (query == NULL)
    return FALSE;
  self->taxes = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      MrTax *tax = g_new (MrTax, 1);

      *tax = (MrTax){ .id = mr_query_get_int (query, 0),
                      .rate_ppm = (guint32) mr_query_get_int (query, 1),
                      .inclusive = mr_query_get_int (query, 2) == 1 };
      g_hash_table_insert (self->taxes, &tax->id, tax);
    }
  query = NULL;
  return step == MR_STEP_DONE;
}

/* So that they are of the same version as the goods read with @v beside them. */
static gboolean
use_small (MrCatalog *self, gint64 v, GError **error)
{
  if (self->taxes != NULL && self->small_v == v)
    return TRUE;
  mr_catalog_forget_small (self);
  self->small_v = v;
  if (load_paths (self, error) && load_taxes (self, error))
    return TRUE;
  mr_catalog_forget_small (self);
  return FALSE;
}

GPtrArray *
mr_catalog_list_categories (MrCatalog *self, gint64 parent, GError **error)
{
  return read_categories (mr_db_select (self->db, error, SQL_LIST_CATEGORIES, "i", parent), error);
}

/* --- goods --- */

/* A turned bit in a row's head makes NULL of what cannot be NULL. */
static gboolean
has_texts (MrQuery *query)
{
  static const int texts[] = { 2, 3, 5, 6, 8 };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (mr_query_is_null (query, texts[i]))
      return FALSE;
  return TRUE;
}

/* What no center sends is damage: a sale of it could not be read by anybody. */
static gboolean
is_sound (const MrGood *good)
{
  return good->good_id > 0 && good->pack_id > 0 && mr_good_is_sound (good);
}

static Hit *
refuse_row (MrCatalog *self, MrQuery *query)
{
  g_message ("%s: the row of pack %" G_GINT64_FORMAT " is damaged", self->path,
             mr_query_get_int (query, 0));
  return NULL;
}

/* NULL without @error: it is not for sale, its row is damaged. */
static Hit *
read_hit (MrCatalog *self, MrQuery *query, const char *key, GError **error)
{
  g_autofree char *first = NULL, *name = NULL;
  const char *barcodes = mr_query_get_text (query, 2);
  const char *pack_name = mr_query_get_text (query, 3);
  const char *good_name = mr_query_get_text (query, 5);
  const char *v = mr_query_get_text (query, 15);
  gint64 category_id = mr_query_get_int (query, 7);
  gint64 tax_id = mr_query_get_int (query, 10);
  const char *path = NULL;
  const MrTax *tax = NULL;
  Hit *hit = NULL;

  if (!has_texts (query))
    return refuse_row (self, query);
  first = key == NULL ? g_strndup (barcodes, strcspn (barcodes, "\n")) : NULL;
  name = *pack_name != '\0' ? g_strconcat (good_name, " ", pack_name, NULL) : NULL;
  if (!use_small (self, v != NULL ? g_ascii_strtoll (v, NULL, 10) : 0, error))
    return NULL;
  path = g_hash_table_lookup (self->category_paths, &category_id);
  tax = g_hash_table_lookup (self->taxes, &tax_id);

  MrGood values = {
    .good_id = mr_query_get_int (query, 4),
    .pack_id = mr_query_get_int (query, 0),
    .category_id = category_id,
    .price_id = mr_query_get_int (query, 11),
    .price_version = mr_query_get_int (query, 12),
    .price_minor = mr_query_get_int (query, 13),
    .has_price = !mr_query_is_null (query, 11),
    .units_milli = mr_query_get_int (query, 1),
    .sold_by = mr_query_get_int (query, 9) == 1 ? MR_SOLD_BY_WEIGHT : MR_SOLD_BY_PIECE,
    .tax = tax != NULL ? *tax : (MrTax){ 0 },
    .name = name != NULL ? name : good_name,
    .unit = mr_query_get_text (query, 6),
    .barcode = key != NULL ? key : first,
    .brand = mr_query_get_text (query, 8),
    .category = path != NULL ? path : "",
  };

  if (!is_sound (&values))
    return refuse_row (self, query);
  hit = g_new0 (Hit, 1);
  hit->good = mr_good_new (&values);
  hit->popularity = mr_query_get_int (query, 14);
  return hit;
}

/* Takes @query, even when it is NULL; @key: (nullable) the barcode all of them were found by. */
static gboolean
read_hits (MrCatalog *self, MrQuery *borrowed, const char *key, GPtrArray *hits, GError **error)
{
  g_autoptr (MrQuery) query = borrowed;
  MrStep step;

  if (query == NULL)
    return FALSE;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      g_autoptr (GError) local = NULL;
      Hit *hit = read_hit (self, query, key, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (hit != NULL)
        g_ptr_array_add (hits, hit);
    }
  query = NULL;
  return step == MR_STEP_DONE;
}

static int
compare_hits (gconstpointer a, gconstpointer b)
{
  const Hit *x = *(const Hit *const *) a;
  const Hit *y = *(const Hit *const *) b;

  if (x->popularity != y->popularity)
    return x->popularity > y->popularity ? -1 : 1;
  if (x->good->good_id != y->good->good_id)
    return x->good->good_id < y->good->good_id ? -1 : 1;
  if (x->good->units_milli != y->good->units_milli)
    return x->good->units_milli < y->good->units_milli ? -1 : 1;
  if (x->good->pack_id != y->good->pack_id)
    return x->good->pack_id < y->good->pack_id ? -1 : 1;
  return 0;
}

/* The goods alone, @max at most, each pack once; @hits is sorted when it came from several lists. */
static GPtrArray *
take_goods (GPtrArray *hits, guint max)
{
  GPtrArray *goods = g_ptr_array_new_full (MIN (hits->len, max), (GDestroyNotify) mr_good_unref);
  gint64 last_pack = 0;

  for (guint i = 0; i < hits->len && goods->len < max; i++)
    {
      Hit *hit = hits->pdata[i];

      if (hit->good->pack_id != last_pack)
        g_ptr_array_add (goods, mr_good_ref (hit->good));
      last_pack = hit->good->pack_id;
    }
  return goods;
}

GPtrArray *
mr_catalog_find_barcode (MrCatalog *self, const char *key, gint64 now_us, GError **error)
{
  g_autoptr (GPtrArray) hits = g_ptr_array_new_with_free_func ((GDestroyNotify) hit_free);

  if (!read_hits (self, mr_db_select (self->db, error, SQL_FIND_BARCODE, "is", now_us, key), key,
                  hits, error))
    return NULL;
  if (hits->len > 1)
    g_ptr_array_sort (hits, compare_hits);
  return take_goods (hits, G_MAXUINT);
}

MrGood *
mr_catalog_get_pack (MrCatalog *self, gint64 pack_id, gint64 now_us, GError **error)
{
  g_autoptr (GPtrArray) hits = g_ptr_array_new_with_free_func ((GDestroyNotify) hit_free);

  if (!read_hits (self, mr_db_select (self->db, error, SQL_GET_PACK, "ii", now_us, pack_id), NULL,
                  hits, error))
    return NULL;
  return hits->len > 0 ? mr_good_ref (((Hit *) hits->pdata[0])->good) : NULL;
}

static gboolean
is_barcode_beginning (const char *typed)
{
  gsize length = strlen (typed);

  return length >= MIN_BARCODE_DIGITS && length <= 14 && strspn (typed, "0123456789") == length;
}

static gboolean
search_barcodes (MrCatalog *self, const char *digits, guint max, gint64 now_us, GPtrArray *hits,
                 GError **error)
{
  /* ':' is the character after '9'. */
  g_autofree char *end = g_strconcat (digits, ":", NULL);

  return read_hits (self,
                    mr_db_select (self->db, error, SQL_SEARCH_BARCODES, "isis", now_us, digits,
                                  (gint64) max, end),
                    NULL, hits, error);
}

GPtrArray *
mr_catalog_search (MrCatalog *self, const char *typed, guint max, gint64 now_us, GError **error)
{
  g_autoptr (GPtrArray) hits = g_ptr_array_new_with_free_func ((GDestroyNotify) hit_free);
  g_autofree char *expression = mr_search_terms_query (typed);
  g_autofree char *trimmed = g_strstrip (g_strdup (typed));

  if (expression == NULL || max == 0)
    return take_goods (hits, 0);
  if (!read_hits (self,
                  mr_db_select (self->db, error, SQL_SEARCH, "isi", now_us, expression,
                                (gint64) max),
                  NULL, hits, error))
    return NULL;
  if (is_barcode_beginning (trimmed))
    {
      if (!search_barcodes (self, trimmed, max, now_us, hits, error))
        return NULL;
      g_ptr_array_sort (hits, compare_hits);
    }
  return take_goods (hits, max);
}

static GArray *
list_descendants (MrCatalog *self, gint64 category_id, GError **error)
{
  g_autoptr (MrQuery) query =
      mr_db_select (self->db, error, SQL_LIST_DESCENDANTS, "i", category_id);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  MrStep step;

  if (query == NULL)
    return NULL;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      gint64 id = mr_query_get_int (query, 0);

      g_array_append_val (ids, id);
    }
  query = NULL;
  return step == MR_STEP_DONE ? g_steal_pointer (&ids) : NULL;
}

GPtrArray *
mr_catalog_list_category (MrCatalog *self, gint64 category_id, guint max, gint64 now_us,
                          GError **error)
{
  g_autoptr (GPtrArray) hits = g_ptr_array_new_with_free_func ((GDestroyNotify) hit_free);
  g_autoptr (GArray) ids = list_descendants (self, category_id, error);

  if (ids == NULL)
    return NULL;
  for (guint i = 0; i < ids->len; i++)
    {
      gint64 id = g_array_index (ids, gint64, i);
      MrQuery *query =
          mr_db_select (self->db, error, SQL_LIST_CATEGORY, "iii", now_us, id, (gint64) max);

      if (!read_hits (self, query, NULL, hits, error))
        return NULL;
    }
  g_ptr_array_sort (hits, compare_hits);
  return take_goods (hits, max);
}

gint64
mr_catalog_get_next_change_us (MrCatalog *self, gint64 now_us)
{
  gint64 next_us = 0;

  /* Without rows the minimum is NULL, which reads as 0. */
  if (!mr_db_get_int (self->db, &next_us, NULL, SQL_GET_NEXT_CHANGE, "i", now_us) ||
      next_us <= now_us)
    return G_MAXINT64;
  return next_us;
}

gboolean
mr_catalog_count_goods (MrCatalog *self, gint64 *count, GError **error)
{
  return mr_db_get_int (self->db, count, error, SQL_COUNT_GOODS, "");
}
