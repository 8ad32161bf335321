/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/held-page.h"

#include "view/list-row.h"
#include "view/reason-view.h"
#include "view/void-button.h"
#include "view/words.h"

#include <glib/gi18n.h>

struct _MrHeldPage
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  GtkStack *stack;
  GtkListBox *list;
  GtkLabel *note;
  MrReasonView *reason;
  GVariant *given_up; /* (owned) (nullable): which, while its reason is asked for */
  gboolean has_others; /* baskets of other tills are shown */
};

G_DEFINE_FINAL_TYPE (MrHeldPage, mr_held_page, GTK_TYPE_BOX)

static void
on_pressed (MrListRow *row, MrHeldPage *self)
{
  const MrHeld *held = g_object_get_data (G_OBJECT (row), "held");
  char hold[MR_ID_STRING_SIZE];
  if (held->slot != 0)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.recall-slot", "x", held->slot);
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "win.recall-held", "s",
                                mr_id_format (held->hold, hold));
}

static void
add_word (GString *words, const char *word)
{
  if (*word != '\0')
    g_string_append_printf (words, "%s%s", words->len > 0 ? " · " : "", word);
}

/* "Till 2 · Wang · 3 lines · 5 minutes ago" */
static char *
detail_words (MrHeldPage *self, const MrHeld *held)
{
  g_autofree char *ago =
      mr_words_ago (held->held_at_us, mr_world_now_us (mr_till_get_world (self->till)));
  g_autofree char *lines =
      g_strdup_printf (ngettext ("%u line", "%u lines", held->n_lines), held->n_lines);
  GString *words = g_string_new (NULL);
  if (held->slot == 0)
    add_word (words, *held->till_name != '\0' ? held->till_name : _ ("another till"));
  add_word (words, held->staff_name);
  add_word (words, lines);
  add_word (words, ago);
  return g_string_free (words, FALSE);
}

/* Takes @held. */
static GtkWidget *
create_row (MrHeldPage *self, MrHeld *held)
{
  g_autofree char *detail = detail_words (self, held);
  g_autofree char *sum = mr_words_money (mr_till_get_checkout (self->till), held->total_minor);
  GtkWidget *row = mr_list_row_new (held->label, detail, sum);
  g_object_set_data_full (G_OBJECT (row), "held", held, (GDestroyNotify) mr_held_free);
  g_signal_connect_object (row, "pressed", G_CALLBACK (on_pressed), self, 0);
  if (mr_session_may (mr_till_get_session (self->till), MR_MAY_VOID_SALE))
    {
      char hold[MR_ID_STRING_SIZE];
      GVariant *target = g_variant_new ("(sx)", mr_id_format (held->hold, hold), held->slot);
      mr_list_row_add (MR_LIST_ROW (row), mr_void_button_new_for_held (held->label, target));
    }
  return row;
}

/* --- giving up --- */

static gboolean
asks_reason (MrHeldPage *self)
{
  return g_str_equal (gtk_stack_get_visible_child_name (self->stack), "reason");
}

static void
give_up (MrHeldPage *self, const char *reason)
{
  const char *hold;
  gint64 slot;
  g_variant_get (self->given_up, "(&sx)", &hold, &slot);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.drop-held", "(sxs)", hold, slot, reason);
  g_clear_pointer (&self->given_up, g_variant_unref);
}

static void
on_give_up (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MrHeldPage *self = MR_HELD_PAGE (widget);
  g_clear_pointer (&self->given_up, g_variant_unref);
  self->given_up = g_variant_ref (parameter);
  if (mr_session_is_simple (mr_till_get_session (self->till)))
    {
      give_up (self, "");
      return;
    }
  mr_reason_view_ask (self->reason, MR_REASON_VOID);
  gtk_stack_set_visible_child_name (self->stack, "reason");
}

static void
on_reason (MrHeldPage *self, const char *reason)
{
  if (self->given_up != NULL)
    give_up (self, reason);
  mr_held_page_refresh (self);
}

gboolean
mr_held_page_back (MrHeldPage *self)
{
  if (!asks_reason (self))
    return FALSE;
  g_clear_pointer (&self->given_up, g_variant_unref);
  mr_held_page_refresh (self);
  return TRUE;
}

gboolean
mr_held_page_press (MrHeldPage *self, MrKey key, gunichar character)
{
  return asks_reason (self) && mr_reason_view_press (self->reason, key, character);
}

static void
update_note (MrHeldPage *self)
{
  MrTillStatus status;
  mr_till_get_status (self->till, &status);
  gtk_widget_set_visible (GTK_WIDGET (self->note),
                          self->has_others && status.link != MR_LINK_ONLINE);
}

void
mr_held_page_refresh (MrHeldPage *self)
{
  GPtrArray *held = mr_checkout_list_held (mr_till_get_checkout (self->till));
  g_autofree gpointer *rows = NULL;
  GtkWidget *child;
  gsize n;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
  rows = g_ptr_array_steal (held, &n);
  self->has_others = FALSE;
  g_ptr_array_unref (held);
  for (gsize i = 0; i < n; i++)
    {
      self->has_others |= ((MrHeld *) rows[i])->slot == 0;
      gtk_list_box_append (self->list, create_row (self, rows[i]));
    }
  update_note (self);
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "list" : "empty");
}

/* A page nobody looks at is made anew when it is shown. */
static void
refresh_shown (MrHeldPage *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && !asks_reason (self))
    mr_held_page_refresh (self);
}

void
mr_held_page_set_till (MrHeldPage *self, MrTill *till)
{
  if (!g_set_object (&self->till, till) || till == NULL)
    return;
  g_signal_connect_object (mr_till_get_checkout (till), "held-changed", G_CALLBACK (refresh_shown),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (till, "status-changed", G_CALLBACK (update_note), self,
                           G_CONNECT_SWAPPED);
}

static void
mr_held_page_dispose (GObject *object)
{
  MrHeldPage *self = MR_HELD_PAGE (object);
  g_clear_object (&self->till);
  g_clear_pointer (&self->given_up, g_variant_unref);
  G_OBJECT_CLASS (mr_held_page_parent_class)->dispose (object);
}

static void
mr_held_page_class_init (MrHeldPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_REASON_VIEW);
  G_OBJECT_CLASS (klass)->dispose = mr_held_page_dispose;
  gtk_widget_class_install_action (widget_class, "held.give-up", "(sx)", on_give_up);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/held-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MrHeldPage, stack);
  gtk_widget_class_bind_template_child (widget_class, MrHeldPage, list);
  gtk_widget_class_bind_template_child (widget_class, MrHeldPage, note);
  gtk_widget_class_bind_template_child (widget_class, MrHeldPage, reason);
  gtk_widget_class_bind_template_callback (widget_class, on_reason);
}

static void
mr_held_page_init (MrHeldPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
