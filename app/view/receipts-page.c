/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/receipts-page.h"

#include "view/key-button.h"
#include "view/list-row.h"
#include "view/paper-view.h"
#include "view/words.h"

#include <glib/gi18n.h>

#define MAX_RECEIPTS 200

struct _MrReceiptsPage
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  GPtrArray *receipts; /* (owned) (nullable) (element-type MrReceiptSummary) */
  int chosen; /* index into receipts; −1 = none */
  GtkSearchEntry *entry;
  GtkStack *stack;
  GtkListBox *list;
  MrPaperView *paper;
};

G_DEFINE_FINAL_TYPE (MrReceiptsPage, mr_receipts_page, GTK_TYPE_BOX)

static void
choose (MrReceiptsPage *self, int index)
{
  GtkListBoxRow *before = gtk_list_box_get_row_at_index (self->list, MAX (self->chosen, 0));
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, index);
  const MrReceiptSummary *summary = g_ptr_array_index (self->receipts, index);
  g_autoptr (MrReceipt) receipt = NULL;
  g_autoptr (GError) error = NULL;

  if (before != NULL)
    mr_list_row_set_marked (MR_LIST_ROW (before), FALSE);
  mr_list_row_set_marked (MR_LIST_ROW (row), TRUE);
  self->chosen = index;
  receipt = mr_till_load_receipt (self->till, summary->entry_id, 0, &error);
  if (receipt == NULL)
    g_message ("receipt %s: %s", summary->label, error->message);
  mr_paper_view_show (self->paper, receipt,
                      mr_printer_kinds_get_columns (
                          mr_spooler_get_kinds (mr_till_get_spooler (self->till))));
}

static void
on_pressed (GtkListBoxRow *row, MrReceiptsPage *self)
{
  choose (self, gtk_list_box_row_get_index (row));
}

static void
add_word (GString *words, const char *word)
{
  if (*word != '\0')
    g_string_append_printf (words, "%s%s", words->len > 0 ? " · " : "", word);
}

/* "14:32 · Till 2 · 1 copy" */
static char *
detail_words (MrReceiptsPage *self, const MrReceiptSummary *summary)
{
  g_autofree char *time = mr_words_time (self->till, summary->at_us);
  g_autofree char *copies =
      g_strdup_printf (ngettext ("%d copy", "%d copies", (gulong) summary->copies),
                       (int) summary->copies);
  GString *words = g_string_new (time);
  add_word (words, summary->till_name);
  add_word (words, summary->copies > 0 ? copies : "");
  add_word (words, summary->returned ? _ ("goods have come back") : "");
  return g_string_free (words, FALSE);
}

static GtkWidget *
create_row (MrReceiptsPage *self, const MrReceiptSummary *summary)
{
  g_autofree char *sum = mr_words_money (mr_till_get_checkout (self->till), summary->total_minor);
  g_autofree char *detail = detail_words (self, summary);
  GtkWidget *row = mr_list_row_new (summary->label, detail, sum);
  g_signal_connect_object (row, "pressed", G_CALLBACK (on_pressed), self, 0);
  return row;
}

void
mr_receipts_page_refresh (MrReceiptsPage *self)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
  g_clear_pointer (&self->receipts, g_ptr_array_unref);
  self->receipts = mr_till_find_receipts (self->till, typed, MAX_RECEIPTS);
  self->chosen = -1;
  for (guint i = 0; i < self->receipts->len; i++)
    gtk_list_box_append (self->list, create_row (self, g_ptr_array_index (self->receipts, i)));
  gtk_stack_set_visible_child_name (self->stack, self->receipts->len > 0 ? "list"
                                                 : *typed != '\0'        ? "none"
                                                                         : "empty");
  if (self->receipts->len > 0)
    choose (self, 0);
}

void
mr_receipts_page_find (MrReceiptsPage *self, const char *typed)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), typed);
  mr_receipts_page_refresh (self);
}

static void
on_changed (MrReceiptsPage *self)
{
  if (self->till != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    mr_receipts_page_refresh (self);
}

void
mr_receipts_page_step (MrReceiptsPage *self, int step)
{
  int n = self->receipts != NULL ? (int) self->receipts->len : 0;
  if (n > 0)
    choose (self, CLAMP (self->chosen + step, 0, n - 1));
}

const MrReceiptSummary *
mr_receipts_page_get_chosen (MrReceiptsPage *self)
{
  return self->chosen >= 0 ? g_ptr_array_index (self->receipts, self->chosen) : NULL;
}

void
mr_receipts_page_set_till (MrReceiptsPage *self, MrTill *till)
{
  g_set_object (&self->till, till);
}

static void
mr_receipts_page_dispose (GObject *object)
{
  MrReceiptsPage *self = MR_RECEIPTS_PAGE (object);
  g_clear_pointer (&self->receipts, g_ptr_array_unref);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_receipts_page_parent_class)->dispose (object);
}

static void
mr_receipts_page_class_init (MrReceiptsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_KEY_BUTTON);
  g_type_ensure (MR_TYPE_PAPER_VIEW);
  G_OBJECT_CLASS (klass)->dispose = mr_receipts_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/receipts-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MrReceiptsPage, entry);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_child (widget_class, MrReceiptsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, MrReceiptsPage, list);
  gtk_widget_class_bind_template_child (widget_class, MrReceiptsPage, paper);
}

static void
mr_receipts_page_init (MrReceiptsPage *self)
{
  self->chosen = -1;
  gtk_widget_init_template (GTK_WIDGET (self));
}
