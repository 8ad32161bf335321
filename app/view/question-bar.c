/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/question-bar.h"

#include "view/good-tile.h"

#include <glib/gi18n.h>

#define MAX_CANDIDATES 8

struct _MrQuestionBar
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  MrQuestion *question; /* (owned) (nullable): the one shown */
  GtkLabel *text;
  GtkLabel *more;
  GtkButton *yes_button;
  GtkButton *no_button;
  GtkFlowBox *candidates;
};

G_DEFINE_FINAL_TYPE (MrQuestionBar, mr_question_bar, GTK_TYPE_BOX)

static guint ask_price_signal;
static guint ask_weight_signal;

/* What lies on the scale, and what is to be done. */
static char *
weight_words (MrQuestionBar *self)
{
  const char *name = mr_question_get_good (self->question)->name;
  g_autofree char *weight = NULL;
  gint64 grams;
  MrScaleDesk *desk = mr_till_get_scale_desk (self->till);
  MrPan pan = mr_scale_desk_look (desk, &grams);
  weight = g_strdup_printf ("%" G_GINT64_FORMAT ".%03d", grams / 1000, (int) (grams % 1000));
  switch (pan)
    {
    case MR_PAN_EMPTY:
      return g_strdup_printf (_ ("%s: put it on the scale."), name);
    case MR_PAN_MOVING:
      return g_strdup_printf (_ ("%s: the scale is settling …"), name);
    case MR_PAN_READY:
      if (mr_scale_desk_is_net (desk))
        return g_strdup_printf (_ ("%s: is that the %s kg on the scale, tare taken off?"), name,
                                weight);
      return g_strdup_printf (_ ("%s: is that the %s kg on the scale?"), name, weight);
    case MR_PAN_TAKEN:
      return g_strdup_printf (_ ("%s: first take the goods before it off the scale."), name);
    case MR_PAN_OVER:
      return g_strdup_printf (_ ("%s: too heavy for the scale."), name);
    case MR_PAN_UNDER:
      return g_strdup_printf (_ ("%s: the scale is below zero. Empty it and press its zero key."),
                              name);
    case MR_PAN_FOREIGN:
      return g_strdup_printf (_ ("%s: the scale does not weigh in kilograms."), name);
    case MR_PAN_NONE:
    default:
      return g_strdup_printf (_ ("%s: the scale cannot be heard. Type the weight."), name);
    }
}

static char *
question_words (MrQuestionBar *self)
{
  MrQuestion *question = self->question;
  MrGood *good = mr_question_get_good (question);
  const char *name = good != NULL ? good->name : mr_question_get_code (question);
  switch (mr_question_get_kind (question))
    {
    case MR_QUESTION_UNKNOWN:
      return g_strdup_printf (_ ("No good has the code %s. Sell it by price?"),
                              mr_question_get_code (question));
    case MR_QUESTION_NO_PRICE:
      return g_strdup_printf (_ ("%s has no price yet."), name);
    case MR_QUESTION_SEVERAL:
      return g_strdup_printf (_ ("Several goods have the code %s. Which one is it?"),
                              mr_question_get_code (question));
    case MR_QUESTION_WEIGHT:
      return weight_words (self);
    case MR_QUESTION_WHILE_PAYING:
    default:
      return g_strdup_printf (_ ("%s was scanned after a part was paid."), name);
    }
}

static void
on_candidate (GtkButton *button, MrQuestionBar *self)
{
  MrGood *good = mr_good_tile_get_good (MR_GOOD_TILE (button));
  g_autoptr (GError) error = NULL;
  if (!mr_checkout_answer (mr_till_get_checkout (self->till), mr_question_get_id (self->question),
                           -1, good->pack_id, &error))
    g_message ("question not answered: %s", error->message);
}

static void
show_candidates (MrQuestionBar *self)
{
  GPtrArray *goods = mr_question_get_candidates (self->question);
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->candidates))) != NULL)
    gtk_flow_box_remove (self->candidates, child);
  gtk_widget_set_visible (GTK_WIDGET (self->candidates), goods != NULL);
  for (guint i = 0; goods != NULL && i < MIN (goods->len, MAX_CANDIDATES); i++)
    {
      GtkWidget *tile =
          mr_good_tile_new (mr_till_get_checkout (self->till), g_ptr_array_index (goods, i));
      g_signal_connect_object (tile, "clicked", G_CALLBACK (on_candidate), self, 0);
      gtk_flow_box_append (self->candidates, tile);
      gtk_widget_set_focusable (gtk_widget_get_parent (tile), FALSE);
    }
}

/* With two that wait a person says which of them lies on the scale. */
static gboolean
can_take (MrQuestionBar *self)
{
  gint64 grams;
  return mr_question_get_kind (self->question) == MR_QUESTION_WEIGHT &&
         mr_scale_desk_look (mr_till_get_scale_desk (self->till), &grams) == MR_PAN_READY;
}

static const char *
yes_words (MrQuestionBar *self)
{
  switch (mr_question_get_kind (self->question))
    {
    case MR_QUESTION_WHILE_PAYING:
      return _ ("Add it");
    case MR_QUESTION_WEIGHT:
      return can_take (self) ? _ ("Take this weight") : _ ("Type its weight");
    case MR_QUESTION_UNKNOWN:
    case MR_QUESTION_NO_PRICE:
    case MR_QUESTION_SEVERAL:
    default:
      return _ ("Type its price");
    }
}

static void
show_question (MrQuestionBar *self, guint n)
{
  MrQuestionKind kind = mr_question_get_kind (self->question);
  g_autofree char *words = question_words (self);
  g_autofree char *more = g_strdup_printf (_ ("1 of %u"), n);
  gtk_label_set_text (self->text, words);
  gtk_label_set_text (self->more, more);
  gtk_widget_set_visible (GTK_WIDGET (self->more), n > 1);
  gtk_widget_set_visible (GTK_WIDGET (self->yes_button), kind != MR_QUESTION_SEVERAL);
  gtk_button_set_label (self->yes_button, yes_words (self));
  show_candidates (self);
}

static void
on_items_changed (MrQuestionBar *self)
{
  GListModel *questions = mr_checkout_get_questions (mr_till_get_checkout (self->till));
  guint n = g_list_model_get_n_items (questions);
  g_clear_object (&self->question);
  if (n > 0)
    {
      self->question = g_list_model_get_item (questions, 0);
      show_question (self, n);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
}

/* The words follow the pan; everything else stays, or a finger would hit another button. */
static void
on_scale (MrQuestionBar *self)
{
  g_autofree char *words = NULL;
  if (self->question == NULL || mr_question_get_kind (self->question) != MR_QUESTION_WEIGHT)
    return;
  words = question_words (self);
  gtk_label_set_text (self->text, words);
  gtk_button_set_label (self->yes_button, yes_words (self));
}

static void
on_yes_weight (MrQuestionBar *self)
{
  MrCheckout *checkout = mr_till_get_checkout (self->till);
  g_autoptr (GError) error = NULL;
  if (!can_take (self))
    g_signal_emit (self, ask_weight_signal, 0, self->question);
  else if (!mr_checkout_take_weight (checkout, mr_question_get_id (self->question), &error))
    g_message ("question not answered: %s", error->message);
}

static void
on_yes (MrQuestionBar *self)
{
  if (mr_question_get_kind (self->question) == MR_QUESTION_WEIGHT)
    {
      on_yes_weight (self);
      return;
    }
  if (mr_question_get_kind (self->question) != MR_QUESTION_WHILE_PAYING)
    {
      g_signal_emit (self, ask_price_signal, 0, self->question);
      return;
    }
  gtk_widget_activate_action (GTK_WIDGET (self), "win.answer", "u",
                              mr_question_get_id (self->question));
}

static void
on_no (MrQuestionBar *self)
{
  mr_checkout_dismiss (mr_till_get_checkout (self->till), mr_question_get_id (self->question));
}

void
mr_question_bar_set_till (MrQuestionBar *self, MrTill *till)
{
  g_set_object (&self->till, till);
  g_signal_connect_object (mr_checkout_get_questions (mr_till_get_checkout (till)), "items-changed",
                           G_CALLBACK (on_items_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mr_till_get_scale_desk (till), "changed", G_CALLBACK (on_scale), self,
                           G_CONNECT_SWAPPED);
  on_items_changed (self);
}

static void
mr_question_bar_dispose (GObject *object)
{
  MrQuestionBar *self = MR_QUESTION_BAR (object);
  g_clear_object (&self->question);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_question_bar_parent_class)->dispose (object);
}

static void
mr_question_bar_class_init (MrQuestionBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mr_question_bar_dispose;
  ask_price_signal = g_signal_new ("ask-price", MR_TYPE_QUESTION_BAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, MR_TYPE_QUESTION);
  ask_weight_signal = g_signal_new ("ask-weight", MR_TYPE_QUESTION_BAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 1, MR_TYPE_QUESTION);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/question-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, MrQuestionBar, text);
  gtk_widget_class_bind_template_child (widget_class, MrQuestionBar, more);
  gtk_widget_class_bind_template_child (widget_class, MrQuestionBar, yes_button);
  gtk_widget_class_bind_template_child (widget_class, MrQuestionBar, no_button);
  gtk_widget_class_bind_template_child (widget_class, MrQuestionBar, candidates);
  gtk_widget_class_bind_template_callback (widget_class, on_yes);
  gtk_widget_class_bind_template_callback (widget_class, on_no);
}

static void
mr_question_bar_init (MrQuestionBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
