/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/basket-line.h"

#include "till/basket-line-private.h"

struct _MrBasketLine
{
  GObject parent_instance;

  MrLine line; /* good: (owned) */
  char *quantity_text; /* (owned) */
};

G_DEFINE_FINAL_TYPE (MrBasketLine, mr_basket_line, G_TYPE_OBJECT)

static void
mr_basket_line_finalize (GObject *object)
{
  MrBasketLine *self = MR_BASKET_LINE (object);

  g_clear_pointer (&self->line.good, mr_good_unref);
  g_clear_pointer (&self->line.origin, mr_origin_free);
  g_clear_pointer (&self->quantity_text, g_free);
  G_OBJECT_CLASS (mr_basket_line_parent_class)->finalize (object);
}

static void
mr_basket_line_class_init (MrBasketLineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mr_basket_line_finalize;
}

static void
mr_basket_line_init (MrBasketLine *self)
{
}

MrBasketLine *
mr_basket_line_new (const MrLine *line)
{
  MrBasketLine *self = g_object_new (MR_TYPE_BASKET_LINE, NULL);

  self->line = *line;
  self->line.good = mr_good_ref (line->good);
  self->line.origin = mr_origin_copy (line->origin);
  return self;
}

gboolean
mr_basket_line_shows (MrBasketLine *self, const MrLine *line)
{
  return self->line.number == line->number && self->line.good == line->good &&
         self->line.quantity_milli == line->quantity_milli &&
         self->line.unit_price_minor == line->unit_price_minor &&
         self->line.price_overridden == line->price_overridden &&
         self->line.discount_minor == line->discount_minor &&
         self->line.gross_minor == line->gross_minor;
}

guint
mr_basket_line_get_number (MrBasketLine *self)
{
  return self->line.number;
}

const char *
mr_basket_line_get_name (MrBasketLine *self)
{
  return self->line.good->name;
}

MrGood *
mr_basket_line_get_good (MrBasketLine *self)
{
  return self->line.good;
}

gint64
mr_basket_line_get_quantity_milli (MrBasketLine *self)
{
  return self->line.quantity_milli;
}

const char *
mr_basket_line_get_quantity_text (MrBasketLine *self)
{
  /* Made when first asked for: on the scan's way nobody has. */
  if (self->quantity_text == NULL)
    {
      g_autofree char *number = mr_quantity_format (self->line.quantity_milli);
      gboolean weighed = self->line.good->sold_by == MR_SOLD_BY_WEIGHT;

      self->quantity_text = weighed && *self->line.good->unit != '\0'
                                ? g_strdup_printf ("%s %s", number, self->line.good->unit)
                                : g_steal_pointer (&number);
    }
  return self->quantity_text;
}

gint64
mr_basket_line_get_unit_price_minor (MrBasketLine *self)
{
  return self->line.unit_price_minor;
}

gint64
mr_basket_line_get_discount_minor (MrBasketLine *self)
{
  return self->line.discount_minor;
}

const char *
mr_basket_line_get_receipt_label (MrBasketLine *self)
{
  return self->line.origin != NULL ? self->line.origin->receipt_label : "";
}

gint64
mr_basket_line_get_gross_minor (MrBasketLine *self)
{
  return self->line.gross_minor;
}

gint64
mr_basket_line_get_amount_minor (MrBasketLine *self)
{
  return self->line.gross_minor - self->line.discount_minor;
}

MrBasketLineFlags
mr_basket_line_get_flags (MrBasketLine *self)
{
  MrBasketLineFlags flags = MR_BASKET_LINE_PLAIN;

  if (self->line.price_overridden)
    flags |= MR_BASKET_LINE_PRICE_SET;
  if (self->line.discount_minor > 0)
    flags |= MR_BASKET_LINE_DISCOUNTED;
  if (self->line.good->sold_by == MR_SOLD_BY_WEIGHT)
    flags |= MR_BASKET_LINE_WEIGHED;
  if (self->line.good->good_id == 0)
    flags |= MR_BASKET_LINE_OPEN;
  if (self->line.origin != NULL)
    flags |= MR_BASKET_LINE_RETURNED;
  return flags;
}
