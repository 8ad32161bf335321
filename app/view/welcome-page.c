/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/welcome-page.h"

#include "view/center-form.h"
#include "view/choice.h"
#include "view/printer-form.h"

#include <glib/gi18n.h>

struct _MrWelcomePage
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  guint step;
  GtkStack *stack;
  MrChoice *language;
  MrCenterForm *center;
  GtkLabel *scanned;
  MrPrinterForm *printer;
  GtkLabel *progress;
  GtkWidget *back_button;
  GtkButton *next_button;
};

G_DEFINE_FINAL_TYPE (MrWelcomePage, mr_welcome_page, GTK_TYPE_BOX)

static const char *const steps[] = { "language", "center", "scanner", "printer" };
#define N_STEPS G_N_ELEMENTS (steps)

static guint finished_signal;

static void
go_to (MrWelcomePage *self, guint step)
{
  g_autofree char *progress = g_strdup_printf (_ ("Step %u of %u"), step + 1, (guint) N_STEPS);
  self->step = step;
  gtk_stack_set_visible_child_name (self->stack, steps[step]);
  gtk_label_set_text (self->progress, progress);
  gtk_widget_set_visible (self->back_button, step > 0);
  gtk_button_set_label (self->next_button, step + 1 < N_STEPS ? _ ("Next") : _ ("Begin to sell"));
}

static void
on_finish (MrWelcomePage *self)
{
  mr_settings_set_async (mr_till_get_settings (self->till), MR_SETTING_SETUP, "done", NULL, NULL);
  g_signal_emit (self, finished_signal, 0);
}

static void
on_next (MrWelcomePage *self)
{
  if (self->step + 1 < N_STEPS)
    go_to (self, self->step + 1);
  else
    on_finish (self);
}

static void
on_back (MrWelcomePage *self)
{
  if (self->step > 0)
    go_to (self, self->step - 1);
}

gboolean
mr_welcome_page_press (MrWelcomePage *self, MrKey key)
{
  if (key != MR_KEY_ENTER && key != MR_KEY_ESCAPE)
    return FALSE;
  if (key == MR_KEY_ENTER)
    on_next (self);
  else
    on_back (self);
  return TRUE;
}

void
mr_welcome_page_take_scan (MrWelcomePage *self, const char *code)
{
  g_autofree char *read = g_strdup_printf ("✓ %s", code);
  gtk_label_set_text (self->scanned, read);
}

/* Put back from a backup, joining comes next. */
static guint
find_first_step (MrTill *till)
{
  MrTillStatus status;

  mr_till_get_status (till, &status);
  return !status.enrolled && status.center_url[0] != '\0' ? 1 : 0;
}

void
mr_welcome_page_set_till (MrWelcomePage *self, MrTill *till)
{
  g_set_object (&self->till, till);
  mr_choice_set_setting (self->language, mr_till_get_settings (till), MR_SETTING_LANGUAGE);
  mr_choice_add (self->language, "", _ ("As the computer"));
  mr_choice_add (self->language, "zh_CN", "简体中文");
  mr_choice_add (self->language, "zh_TW", "繁體中文");
  mr_choice_add (self->language, "en", "English");
  mr_center_form_set_till (self->center, till);
  mr_printer_form_shorten (self->printer);
  mr_printer_form_set_till (self->printer, till);
  go_to (self, find_first_step (till));
}

static void
mr_welcome_page_dispose (GObject *object)
{
  MrWelcomePage *self = MR_WELCOME_PAGE (object);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_welcome_page_parent_class)->dispose (object);
}

static void
mr_welcome_page_class_init (MrWelcomePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_CHOICE);
  g_type_ensure (MR_TYPE_CENTER_FORM);
  g_type_ensure (MR_TYPE_PRINTER_FORM);
  G_OBJECT_CLASS (klass)->dispose = mr_welcome_page_dispose;
  finished_signal = g_signal_new ("finished", MR_TYPE_WELCOME_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/welcome-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MrWelcomePage, stack);
  gtk_widget_class_bind_template_child (widget_class, MrWelcomePage, language);
  gtk_widget_class_bind_template_child (widget_class, MrWelcomePage, center);
  gtk_widget_class_bind_template_child (widget_class, MrWelcomePage, scanned);
  gtk_widget_class_bind_template_child (widget_class, MrWelcomePage, printer);
  gtk_widget_class_bind_template_child (widget_class, MrWelcomePage, progress);
  gtk_widget_class_bind_template_child (widget_class, MrWelcomePage, back_button);
  gtk_widget_class_bind_template_child (widget_class, MrWelcomePage, next_button);
  gtk_widget_class_bind_template_callback (widget_class, on_finish);
  gtk_widget_class_bind_template_callback (widget_class, on_next);
  gtk_widget_class_bind_template_callback (widget_class, on_back);
}

static void
mr_welcome_page_init (MrWelcomePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
