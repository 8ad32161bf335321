/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/search-view.h"

#include "view/good-row.h"
#include "view/letter-pad.h"

#include <glib/gi18n.h>

#define MAX_RESULTS 40

struct _MrSearchView
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  int marked; /* index of the row that Enter takes; −1 = none */
  GtkSearchEntry *entry;
  GtkStack *stack;
  GtkScrolledWindow *scroller;
  GtkListBox *list;
  GtkLabel *nothing;
};

G_DEFINE_FINAL_TYPE (MrSearchView, mr_search_view, GTK_TYPE_BOX)

enum
{
  CHOSEN,
  CANCELLED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static MrGoodRow *
get_row (MrSearchView *self, int index)
{
  GtkListBoxRow *row = index >= 0 ? gtk_list_box_get_row_at_index (self->list, index) : NULL;
  return row != NULL ? MR_GOOD_ROW (row) : NULL;
}

static void
mark (MrSearchView *self, int index)
{
  MrGoodRow *before = get_row (self, self->marked);
  MrGoodRow *row = get_row (self, index);
  if (row == NULL)
    return;
  if (before != NULL)
    mr_good_row_set_marked (before, FALSE);
  mr_good_row_set_marked (row, TRUE);
  self->marked = index;

  graphene_rect_t bounds;
  if (gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (self->list), &bounds))
    gtk_adjustment_clamp_page (gtk_scrolled_window_get_vadjustment (self->scroller),
                               (double) bounds.origin.y,
                               (double) (bounds.origin.y + bounds.size.height));
}

static void
on_row_chosen (MrGoodRow *row, MrSearchView *self)
{
  g_signal_emit (self, signals[CHOSEN], 0, mr_good_row_get_good (row));
}

static void
show_found (MrSearchView *self, GPtrArray *goods)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
  self->marked = -1;
  for (guint i = 0; i < goods->len; i++)
    {
      GtkWidget *row = mr_good_row_new (self->till, g_ptr_array_index (goods, i));
      g_signal_connect_object (row, "chosen", G_CALLBACK (on_row_chosen), self, 0);
      gtk_list_box_append (self->list, row);
    }
  gtk_stack_set_visible_child_name (self->stack, goods->len > 0 ? "found" : "nothing");
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
  mark (self, 0);
}

static void
on_changed (MrSearchView *self)
{
  g_autofree char *typed =
      g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))));
  g_autoptr (GPtrArray) goods = NULL;
  if (self->till == NULL)
    return;
  if (typed[0] == '\0')
    {
      g_autoptr (GPtrArray) none = g_ptr_array_new ();
      show_found (self, none);
      gtk_label_set_text (self->nothing, _ ("Type a name, its pinyin initials (可乐 is kl), or a "
                                            "piece of the code."));
      return;
    }
  goods = mr_shelf_search (mr_till_get_shelf (self->till), typed, MAX_RESULTS);
  gtk_label_set_text (self->nothing,
                      _ ("Nothing is called that. Try fewer letters, or sell it by price."));
  show_found (self, goods);
}

static void
on_activate (MrSearchView *self)
{
  MrGoodRow *row = get_row (self, self->marked);
  if (row != NULL)
    on_row_chosen (row, self);
}

static void
on_cancel (MrSearchView *self)
{
  g_signal_emit (self, signals[CANCELLED], 0);
}

static void
on_letter (MrSearchView *self, guint character)
{
  GtkEditable *editable = GTK_EDITABLE (self->entry);
  char letter[2] = { (char) character, '\0' };
  int position = -1;
  gtk_editable_insert_text (editable, letter, -1, &position);
  gtk_editable_set_position (editable, -1);
}

static void
on_backspace (MrSearchView *self)
{
  GtkEditable *editable = GTK_EDITABLE (self->entry);
  int length = (int) g_utf8_strlen (gtk_editable_get_text (editable), -1);
  if (length > 0)
    gtk_editable_delete_text (editable, length - 1, length);
}

static gboolean
on_key_pressed (MrSearchView *self, guint keyval)
{
  switch (keyval)
    {
    case GDK_KEY_Down:
      mark (self, self->marked + 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Up:
      mark (self, self->marked - 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_KP_Enter:
      on_activate (self);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

void
mr_search_view_open (MrSearchView *self, const char *initial)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), initial != NULL ? initial : "");
  on_changed (self);
  /* What was typed to get here is the beginning, not a selection the next letter replaces. */
  gtk_text_grab_focus_without_selecting (
      GTK_TEXT (gtk_editable_get_delegate (GTK_EDITABLE (self->entry))));
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}

void
mr_search_view_set_till (MrSearchView *self, MrTill *till)
{
  g_set_object (&self->till, till);
}

static void
mr_search_view_dispose (GObject *object)
{
  MrSearchView *self = MR_SEARCH_VIEW (object);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_search_view_parent_class)->dispose (object);
}

static void
mr_search_view_class_init (MrSearchViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_LETTER_PAD);
  G_OBJECT_CLASS (klass)->dispose = mr_search_view_dispose;
  signals[CHOSEN] = g_signal_new ("chosen", MR_TYPE_SEARCH_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[CANCELLED] = g_signal_new ("cancelled", MR_TYPE_SEARCH_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/search-view.ui");
  gtk_widget_class_bind_template_child (widget_class, MrSearchView, entry);
  gtk_widget_class_bind_template_child (widget_class, MrSearchView, stack);
  gtk_widget_class_bind_template_child (widget_class, MrSearchView, scroller);
  gtk_widget_class_bind_template_child (widget_class, MrSearchView, list);
  gtk_widget_class_bind_template_child (widget_class, MrSearchView, nothing);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_letter);
  gtk_widget_class_bind_template_callback (widget_class, on_backspace);
}

static void
mr_search_view_init (MrSearchView *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_key_pressed), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
}
