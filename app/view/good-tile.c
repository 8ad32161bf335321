/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/good-tile.h"

#include "view/words.h"

#include <glib/gi18n.h>

struct _MrGoodTile
{
  GtkButton parent_instance;

  MrGood *good; /* (owned) (nullable) */
  GtkLabel *name;
  GtkLabel *unit;
  GtkLabel *price;
};

G_DEFINE_FINAL_TYPE (MrGoodTile, mr_good_tile, GTK_TYPE_BUTTON)

static void
show (MrGoodTile *self, const char *name, const char *unit, const char *price)
{
  g_autofree char *spoken = g_strdup_printf ("%s %s", name, price);
  gtk_label_set_text (self->name, name);
  gtk_label_set_text (self->unit, unit);
  gtk_label_set_text (self->price, price);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

GtkWidget *
mr_good_tile_new (MrCheckout *checkout, MrGood *good)
{
  MrGoodTile *self = g_object_new (MR_TYPE_GOOD_TILE, NULL);
  g_autofree char *price =
      good->has_price ? mr_words_amount (checkout, good->price_minor) : g_strdup (_ ("price?"));
  self->good = mr_good_ref (good);
  show (self, good->name, good->unit, price);
  return GTK_WIDGET (self);
}

GtkWidget *
mr_good_tile_new_open (const char *title)
{
  MrGoodTile *self = g_object_new (MR_TYPE_GOOD_TILE, NULL);
  show (self, title, _ ("by price"), "…");
  gtk_widget_add_css_class (GTK_WIDGET (self), "open-price");
  return GTK_WIDGET (self);
}

MrGood *
mr_good_tile_get_good (MrGoodTile *self)
{
  return self->good;
}

/* The whole name, where the tile has no room for it. */
static gboolean
on_query_tooltip (MrGoodTile *self, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  if (!pango_layout_is_ellipsized (gtk_label_get_layout (self->name)))
    return FALSE;
  gtk_tooltip_set_text (tooltip, gtk_label_get_text (self->name));
  return TRUE;
}

static void
mr_good_tile_finalize (GObject *object)
{
  MrGoodTile *self = MR_GOOD_TILE (object);
  g_clear_pointer (&self->good, mr_good_unref);
  G_OBJECT_CLASS (mr_good_tile_parent_class)->finalize (object);
}

static void
mr_good_tile_class_init (MrGoodTileClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = mr_good_tile_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/good-tile.ui");
  gtk_widget_class_bind_template_child (widget_class, MrGoodTile, name);
  gtk_widget_class_bind_template_child (widget_class, MrGoodTile, unit);
  gtk_widget_class_bind_template_child (widget_class, MrGoodTile, price);
  gtk_widget_class_bind_template_callback (widget_class, on_query_tooltip);
}

static void
mr_good_tile_init (MrGoodTile *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
