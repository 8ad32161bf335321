/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/good.h"

#include "model/money.h"
#include "model/quantity.h"

#include <string.h>

/* What stands behind an MrGood: its strings follow in the same block, so that a scan costs one
 * allocation. */
typedef struct
{
  MrGood values;
  gatomicrefcount references;
  char strings[];
} Good;

static gsize
measure (const char *text)
{
  return text != NULL ? strlen (text) + 1 : 1;
}

static const char *
store_string (char **cursor, const char *text)
{
  char *stored = *cursor;

  *cursor = g_stpcpy (stored, text != NULL ? text : "") + 1;
  return stored;
}

MrGood *
mr_good_new (const MrGood *values)
{
  gsize length = measure (values->name) + measure (values->unit) + measure (values->barcode) +
                 measure (values->brand) + measure (values->category);
  Good *self = g_malloc (sizeof (Good) + length);
  char *cursor = self->strings;

  self->values = *values;
  self->values.name = store_string (&cursor, values->name);
  self->values.unit = store_string (&cursor, values->unit);
  self->values.barcode = store_string (&cursor, values->barcode);
  self->values.brand = store_string (&cursor, values->brand);
  self->values.category = store_string (&cursor, values->category);
  g_atomic_ref_count_init (&self->references);

  return &self->values;
}

MrGood *
mr_good_ref (MrGood *self)
{
  g_atomic_ref_count_inc (&((Good *) self)->references);
  return self;
}

void
mr_good_unref (MrGood *self)
{
  if (g_atomic_ref_count_dec (&((Good *) self)->references))
    g_free (self);
}

static gboolean
is_id (gint64 value)
{
  return value >= 0 && value <= MR_GOOD_MAX_ID;
}

gboolean
mr_good_is_sound (const MrGood *self)
{
  return is_id (self->good_id) && is_id (self->pack_id) && is_id (self->category_id) &&
         is_id (self->price_id) && is_id (self->price_version) && is_id (self->tax.id) &&
         self->tax.rate_ppm <= MR_TAX_MAX_RATE_PPM && self->units_milli > 0 &&
         self->units_milli <= MR_QUANTITY_MAX_MILLI && self->price_minor >= -MR_MONEY_MAX_MINOR &&
         self->price_minor <= MR_MONEY_MAX_MINOR;
}
