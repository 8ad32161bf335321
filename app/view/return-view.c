/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/return-view.h"

#include "model/quantity.h"
#include "view/key-button.h"
#include "view/list-row.h"
#include "view/words.h"

#include <glib/gi18n.h>

struct _MrReturnView
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  MrId receipt;
  char *reason; /* (owned) (nullable) */
  GPtrArray *lines; /* (owned) (nullable) (element-type MrReturnable): as the rows show them */
  gboolean asking; /* whether a piece may come back is being asked */
  GtkLabel *title;
  GtkLabel *hint;
  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (MrReturnView, mr_return_view, GTK_TYPE_BOX)

static guint ask_quantity_signal;

static MrCheckout *
get_checkout (MrReturnView *self)
{
  return mr_till_get_checkout (self->till);
}

static char *
quantity_words (const MrReturnable *line, gint64 quantity_milli)
{
  g_autofree char *number = mr_quantity_format (quantity_milli);
  gboolean weighed = line->good->sold_by == MR_SOLD_BY_WEIGHT && *line->good->unit != '\0';
  return weighed ? g_strdup_printf ("%s %s", number, line->good->unit) : g_steal_pointer (&number);
}

/* What may come back at once: all that is left, or a number of pieces that is asked for. */
static void
choose (MrReturnView *self, guint index)
{
  const MrReturnable *line = g_ptr_array_index (self->lines, index);
  gboolean several =
      line->good->sold_by == MR_SOLD_BY_PIECE && line->left_milli > MR_QUANTITY_ONE_MILLI;
  if (self->asking || line->left_milli == 0)
    return;
  if (several)
    g_signal_emit (self, ask_quantity_signal, 0, line->line, line->good->name, line->left_milli);
  else
    mr_return_view_give_back (self, line->line, line->left_milli);
}

static void
on_pressed (GtkListBoxRow *row, MrReturnView *self)
{
  choose (self, (guint) gtk_list_box_row_get_index (row));
}

/* "sold 3 · may come back: 2", or that nothing is left */
static char *
detail_words (const MrReturnable *line)
{
  g_autofree char *sold = quantity_words (line, line->sold_milli);
  g_autofree char *left = quantity_words (line, line->left_milli);
  return line->left_milli == 0 ? g_strdup_printf (_ ("sold %s · all of it has come back"), sold)
                               : g_strdup_printf (_ ("sold %s · may come back: %s"), sold, left);
}

static GtkWidget *
create_row (MrReturnView *self, guint index)
{
  const MrReturnable *line = g_ptr_array_index (self->lines, index);
  g_autofree char *paid = mr_words_money (get_checkout (self), line->paid_minor);
  g_autofree char *detail = detail_words (line);
  g_autofree char *title = index < 9 ? g_strdup_printf ("%u · %s", index + 1, line->good->name)
                                     : g_strdup (line->good->name);
  GtkWidget *row = mr_list_row_new (title, detail, paid);
  gtk_widget_set_sensitive (row, line->left_milli > 0);
  g_signal_connect_object (row, "pressed", G_CALLBACK (on_pressed), self, 0);
  return row;
}

static void
say (MrReturnView *self, const GError *error)
{
  g_autofree char *words = mr_words_error (error);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.say", "s", words);
}

static const char *
hint_words (MrReturnView *self, guint n_left)
{
  if (n_left > 0)
    return _ ("Choose what comes back. Scan what is taken instead, or pay out.");
  return mr_checkout_is_empty (get_checkout (self))
             ? _ ("All of this receipt has come back.")
             : _ ("Nothing more is left on it. Scan what is taken instead, or pay out.");
}

static void
refresh (MrReturnView *self)
{
  g_autoptr (GError) error = NULL;
  GtkWidget *child;
  guint n_left = 0;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  self->lines = mr_checkout_list_returnable (get_checkout (self), self->receipt, &error);
  if (self->lines == NULL)
    {
      say (self, error);
      self->lines = g_ptr_array_new ();
    }
  for (guint i = 0; i < self->lines->len; i++)
    {
      gtk_list_box_append (self->list, create_row (self, i));
      n_left += ((const MrReturnable *) g_ptr_array_index (self->lines, i))->left_milli > 0 ? 1 : 0;
    }
  gtk_label_set_text (self->hint, hint_words (self, n_left));
}

static void
on_given_back (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrReturnView) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = mr_checkout_return_finish (MR_CHECKOUT (source), result, &error);
  self->asking = FALSE;
  if (self->till == NULL)
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (self->list), TRUE);
  refresh (self);
  if (!ok)
    say (self, error);
}

void
mr_return_view_give_back (MrReturnView *self, guint line, gint64 quantity_milli)
{
  self->asking = TRUE;
  gtk_widget_set_sensitive (GTK_WIDGET (self->list), FALSE);
  mr_checkout_return_async (get_checkout (self), self->receipt, line, quantity_milli, self->reason,
                            on_given_back, g_object_ref (self));
}

gboolean
mr_return_view_press (MrReturnView *self, MrKey key, gunichar character)
{
  guint index = character - '1';
  if (key != MR_KEY_CHARACTER || character < '1' || character > '9')
    return FALSE;
  if (self->lines != NULL && index < self->lines->len)
    choose (self, index);
  return TRUE;
}

void
mr_return_view_open (MrReturnView *self, MrId receipt, const char *label, const char *reason)
{
  g_autofree char *title = g_strdup_printf (_ ("Return of receipt %s"), label);
  self->receipt = receipt;
  g_free (self->reason);
  self->reason = g_strdup (reason);
  gtk_label_set_text (self->title, title);
  refresh (self);
}

/* A line was taken out of the basket again. */
static void
on_items_changed (MrReturnView *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && !self->asking)
    refresh (self);
}

void
mr_return_view_set_till (MrReturnView *self, MrTill *till)
{
  g_set_object (&self->till, till);
  g_signal_connect_object (get_checkout (self), "items-changed", G_CALLBACK (on_items_changed),
                           self, G_CONNECT_SWAPPED);
}

static void
mr_return_view_dispose (GObject *object)
{
  MrReturnView *self = MR_RETURN_VIEW (object);
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  g_clear_pointer (&self->reason, g_free);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_return_view_parent_class)->dispose (object);
}

static void
mr_return_view_class_init (MrReturnViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_KEY_BUTTON);
  G_OBJECT_CLASS (klass)->dispose = mr_return_view_dispose;
  ask_quantity_signal =
      g_signal_new ("ask-quantity", MR_TYPE_RETURN_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 3, G_TYPE_UINT, G_TYPE_STRING, G_TYPE_INT64);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/return-view.ui");
  gtk_widget_class_bind_template_child (widget_class, MrReturnView, title);
  gtk_widget_class_bind_template_child (widget_class, MrReturnView, hint);
  gtk_widget_class_bind_template_child (widget_class, MrReturnView, list);
}

static void
mr_return_view_init (MrReturnView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
