/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/paper-view.h"

#include <glib/gi18n.h>

/* Of a column of the paper, in the font of the preview. */
#define COLUMN_PX 8

struct _MrPaperView
{
  GtkBox parent_instance;
};

G_DEFINE_FINAL_TYPE (MrPaperView, mr_paper_view, GTK_TYPE_BOX)

static GtkWidget *
new_label (const char *text, MrReceiptStyle style, float xalign)
{
  GtkWidget *label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (style & MR_RECEIPT_BIG)
    gtk_widget_add_css_class (label, "big");
  if (style & MR_RECEIPT_BOLD)
    gtk_widget_add_css_class (label, "bold");
  return label;
}

static GtkWidget *
new_text (const MrPaperRow *row)
{
  gboolean center = (row->style & MR_RECEIPT_CENTER) != 0;
  GtkWidget *label = new_label (row->left, row->style, center ? 0.5f : 0.0f);
  gtk_label_set_justify (GTK_LABEL (label), center ? GTK_JUSTIFY_CENTER : GTK_JUSTIFY_LEFT);
  return label;
}

static GtkWidget *
new_pair (const MrPaperRow *row)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *left = new_label (row->left, row->style, 0.0f);
  GtkWidget *right = new_label (row->right, row->style, 1.0f);
  gtk_label_set_wrap (GTK_LABEL (right), FALSE);
  gtk_widget_set_hexpand (left, TRUE);
  gtk_box_append (GTK_BOX (box), left);
  gtk_box_append (GTK_BOX (box), right);
  return box;
}

static GtkWidget *
new_row (const MrPaperRow *row)
{
  g_autofree char *code = NULL;
  switch (row->kind)
    {
    case MR_RECEIPT_PAIR:
      return new_pair (row);
    case MR_RECEIPT_RULE:
      return gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);
    case MR_RECEIPT_BLANK:
      return gtk_label_new (" ");
    case MR_RECEIPT_BARCODE:
    case MR_RECEIPT_QR:
      code = g_strdup_printf ("[%s]", row->left);
      return new_label (code, row->style, 0.5f);
    case MR_RECEIPT_LOGO:
      return NULL;
    case MR_RECEIPT_TEXT:
    default:
      return new_text (row);
    }
}

void
mr_paper_view_show (MrPaperView *self, const MrReceipt *receipt, int columns)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_box_remove (GTK_BOX (self), child);
  gtk_widget_set_visible (GTK_WIDGET (self), receipt != NULL);
  gtk_widget_set_size_request (GTK_WIDGET (self), columns * COLUMN_PX, -1);
  for (guint i = 0; receipt != NULL && i < mr_receipt_get_n_rows (receipt); i++)
    {
      GtkWidget *row = new_row (mr_receipt_get_row (receipt, i));
      if (row != NULL)
        gtk_box_append (GTK_BOX (self), row);
    }
}

static void
mr_paper_view_class_init (MrPaperViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/paper-view.ui");
}

static void
mr_paper_view_init (MrPaperView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
