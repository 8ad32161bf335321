/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/tiles-view.h"

#include "view/good-tile.h"

#include <glib/gi18n.h>

/* More are not looked through by anybody: the search is for those. */
#define MAX_TILES 60
#define MAX_TABS 16

struct _MrTilesView
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  GPtrArray *pages; /* (owned) (nullable) (element-type MrTilePage) */
  guint page; /* index into pages */
  GtkFlowBox *tabs;
  GtkStack *stack;
  GtkFlowBox *tiles;
  GtkLabel *empty_text;
};

G_DEFINE_FINAL_TYPE (MrTilesView, mr_tiles_view, GTK_TYPE_BOX)

static guint ask_amount_signal;

static const char *
page_title (const MrTilePage *page)
{
  return page->title[0] != '\0' ? page->title : _ ("Best sellers");
}

static void
clear (GtkFlowBox *box)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_flow_box_remove (box, child);
}

/* The box's own children are not what is pressed: the buttons in them are. */
static void
append (GtkFlowBox *box, GtkWidget *button)
{
  gtk_flow_box_append (box, button);
  gtk_widget_set_focusable (gtk_widget_get_parent (button), FALSE);
}

static void
on_tile (GtkButton *button, MrTilesView *self)
{
  MrGood *good = mr_good_tile_get_good (MR_GOOD_TILE (button));
  mr_checkout_add_good (mr_till_get_checkout (self->till), good);
}

static void
on_open_price (MrTilesView *self)
{
  const MrTilePage *page = self->pages != NULL && self->page < self->pages->len
                               ? g_ptr_array_index (self->pages, self->page)
                               : NULL;
  gint64 category_id = page != NULL ? page->category_id : 0;
  g_signal_emit (self, ask_amount_signal, 0, category_id,
                 category_id != 0 ? page->title : _ ("Other goods"));
}

static void
show_tiles (MrTilesView *self)
{
  const MrTilePage *page = g_ptr_array_index (self->pages, self->page);
  g_autoptr (GPtrArray) goods =
      mr_shelf_list_tiles (mr_till_get_shelf (self->till), page, MAX_TILES);
  GtkWidget *open_tile =
      mr_good_tile_new_open (page->category_id != 0 ? page->title : _ ("Other goods"));
  clear (self->tiles);
  for (guint i = 0; i < goods->len; i++)
    {
      GtkWidget *tile =
          mr_good_tile_new (mr_till_get_checkout (self->till), g_ptr_array_index (goods, i));
      g_signal_connect_object (tile, "clicked", G_CALLBACK (on_tile), self, 0);
      append (self->tiles, tile);
    }
  g_signal_connect_object (open_tile, "clicked", G_CALLBACK (on_open_price), self,
                           G_CONNECT_SWAPPED);
  append (self->tiles, open_tile);
}

static void
on_tab (GtkToggleButton *tab, MrTilesView *self)
{
  guint page = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (tab), "page"));
  if (!gtk_toggle_button_get_active (tab) || page == self->page)
    return;
  self->page = page;
  show_tiles (self);
}

/* The shop's own page of a name stands for the category of that name. */
static gboolean
has_twin_before (MrTilesView *self, guint index)
{
  const char *title = page_title (g_ptr_array_index (self->pages, index));
  for (guint i = 0; i < index; i++)
    if (g_str_equal (page_title (g_ptr_array_index (self->pages, i)), title))
      return TRUE;
  return FALSE;
}

static void
show_tabs (MrTilesView *self)
{
  GtkToggleButton *first = NULL;
  clear (self->tabs);
  for (guint i = 0; i < MIN (self->pages->len, MAX_TABS); i++)
    {
      if (has_twin_before (self, i))
        continue;
      GtkWidget *tab = gtk_toggle_button_new ();
      GtkWidget *label = gtk_label_new (page_title (g_ptr_array_index (self->pages, i)));
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 14);
      gtk_button_set_child (GTK_BUTTON (tab), label);
      gtk_widget_set_focus_on_click (tab, FALSE);
      gtk_widget_add_css_class (tab, "tab");
      gtk_accessible_update_property (GTK_ACCESSIBLE (tab), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      gtk_label_get_text (GTK_LABEL (label)), -1);
      g_object_set_data (G_OBJECT (tab), "page", GUINT_TO_POINTER (i));
      if (first == NULL)
        first = GTK_TOGGLE_BUTTON (tab);
      else
        gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (tab), first);
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (tab), i == self->page);
      g_signal_connect_object (tab, "toggled", G_CALLBACK (on_tab), self, 0);
      append (self->tabs, tab);
    }
}

static void
show_empty_text (MrTilesView *self)
{
  MrTillStatus status;
  mr_till_get_status (self->till, &status);
  gtk_label_set_text (self->empty_text,
                      status.enrolled
                          ? _ ("The goods are on their way from the center and show here by "
                               "themselves. Until then, sell by price.")
                          : _ ("The region's goods show here once this till is joined to a center: "
                               "page Settings. Until then, sell by price."));
}

static void
on_shelf_changed (MrTilesView *self)
{
  MrShelf *shelf = mr_till_get_shelf (self->till);
  gboolean has_goods = mr_shelf_has_goods (shelf);
  g_clear_pointer (&self->pages, g_ptr_array_unref);
  gtk_stack_set_visible_child_name (self->stack, has_goods ? "tiles" : "empty");
  gtk_widget_set_visible (GTK_WIDGET (self->tabs), has_goods);
  if (!has_goods)
    {
      show_empty_text (self);
      return;
    }
  self->pages = mr_shelf_list_pages (shelf);
  if (self->page >= self->pages->len)
    self->page = 0;
  show_tabs (self);
  if (self->pages->len > 0)
    show_tiles (self);
}

static void
on_status_changed (MrTilesView *self)
{
  if (self->pages == NULL)
    show_empty_text (self);
}

void
mr_tiles_view_set_till (MrTilesView *self, MrTill *till)
{
  g_set_object (&self->till, till);
  g_signal_connect_object (mr_till_get_shelf (till), "changed", G_CALLBACK (on_shelf_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (till, "status-changed", G_CALLBACK (on_status_changed), self,
                           G_CONNECT_SWAPPED);
  on_shelf_changed (self);
}

static void
mr_tiles_view_dispose (GObject *object)
{
  MrTilesView *self = MR_TILES_VIEW (object);
  g_clear_pointer (&self->pages, g_ptr_array_unref);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_tiles_view_parent_class)->dispose (object);
}

static void
mr_tiles_view_class_init (MrTilesViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mr_tiles_view_dispose;
  ask_amount_signal = g_signal_new ("ask-amount", MR_TYPE_TILES_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/tiles-view.ui");
  gtk_widget_class_bind_template_child (widget_class, MrTilesView, tabs);
  gtk_widget_class_bind_template_child (widget_class, MrTilesView, stack);
  gtk_widget_class_bind_template_child (widget_class, MrTilesView, tiles);
  gtk_widget_class_bind_template_child (widget_class, MrTilesView, empty_text);
  gtk_widget_class_bind_template_callback (widget_class, on_open_price);
}

static void
mr_tiles_view_init (MrTilesView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
