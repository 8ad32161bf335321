/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/printer-form.h"

#include "view/found-places.h"
#include "view/place-form.h"
#include "view/words.h"

#include <glib/gi18n.h>

struct _MrPrinterForm
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  gboolean is_short;
  MrFoundPlaces *found;
  MrFoundPlaces *lines;
  MrChoice *speed;
  GtkEditable *location;
  GtkWidget *test_button;
  GtkLabel *message;
  GtkLabel *state;
  MrChoice *kind;
  MrChoice *print;
};

G_DEFINE_FINAL_TYPE (MrPrinterForm, mr_printer_form, GTK_TYPE_BOX)

static void
say (MrPrinterForm *self, const char *text)
{
  gtk_widget_set_visible (GTK_WIDGET (self->message), text != NULL);
  gtk_label_set_text (self->message, text != NULL ? text : "");
}

static void
show_state (MrPrinterForm *self)
{
  MrTillStatus status;
  mr_till_get_status (self->till, &status);
  g_autofree char *trouble = mr_words_paper_trouble (&status);
  gtk_label_set_text (self->state, trouble != NULL ? trouble : mr_words_paper (&status));
  gtk_widget_set_sensitive (self->test_button, status.paper != MR_PAPER_NONE);
}

static void
show_location (MrPrinterForm *self)
{
  gtk_editable_set_text (self->location,
                         mr_settings_get (mr_till_get_settings (self->till), MR_SETTING_PRINTER));
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrPrinterForm) self = user_data;
  g_autoptr (GError) error = NULL;
  if (mr_settings_set_finish (MR_SETTINGS (source), result, &error))
    return;
  g_autofree char *words = mr_words_error (error);
  say (self, words);
}

static void
on_save (MrPrinterForm *self)
{
  g_autofree char *location = g_strstrip (g_strdup (gtk_editable_get_text (self->location)));
  if (!mr_settings_check (MR_SETTING_PRINTER, location, NULL))
    {
      say (self, _ ("That is not a printer's place. It begins with usb:, tcp:, serial:, "
                    "file: or dir:, as below."));
      return;
    }
  say (self, NULL);
  mr_settings_set_async (mr_till_get_settings (self->till), MR_SETTING_PRINTER, location, on_saved,
                         g_object_ref (self));
}

static void
on_test (MrPrinterForm *self)
{
  mr_spooler_print_test (mr_till_get_spooler (self->till));
}

/* The generic kinds in the words of the screen, others by their name. */
static const char *
get_kind_name (const MrPrinterKind *kind)
{
  static const struct
  {
    const char *id;
    const char *name;
  } names[] = {
    { "generic-58", N_ ("Any, 58 mm paper") },
    { "generic-80", N_ ("Any, 80 mm paper") },
    { "picture-58", N_ ("58 mm, all as pictures") },
    { "picture-80", N_ ("80 mm, all as pictures") },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i].id, kind->id))
      return _ (names[i].name);
  return kind->name;
}

/* The printer may have said meanwhile which it is. */
static void
show_kinds (MrPrinterForm *self)
{
  MrPrinterKinds *kinds = mr_spooler_get_kinds (mr_till_get_spooler (self->till));
  const char *chosen = mr_printer_kinds_get_chosen (kinds).id;

  mr_choice_clear (self->kind);
  for (guint i = 0; i < mr_printer_kinds_get_n (kinds); i++)
    {
      MrPrinterKind kind = mr_printer_kinds_get (kinds, i);
      if (self->is_short && !g_str_has_prefix (kind.id, "generic-") &&
          !g_str_equal (kind.id, chosen))
        continue;
      mr_choice_add (self->kind, kind.id, get_kind_name (&kind));
    }
  mr_choice_set_fallback (self->kind, chosen);
}

void
mr_printer_form_shorten (MrPrinterForm *self)
{
  self->is_short = TRUE;
  gtk_widget_set_visible (GTK_WIDGET (self->lines), FALSE);
}

void
mr_printer_form_hide_test (MrPrinterForm *self)
{
  gtk_widget_set_visible (self->test_button, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->state), FALSE);
}

void
mr_printer_form_set_till (MrPrinterForm *self, MrTill *till)
{
  MrSettings *settings = mr_till_get_settings (till);
  g_set_object (&self->till, till);
  mr_found_places_set_setting (self->found, settings, MR_SETTING_PRINTER, MR_PLUGGED_PRINTERS);
  mr_found_places_set_setting (self->lines, settings, MR_SETTING_PRINTER, MR_PLUGGED_LINES);
  mr_place_form_fill_speed (self->speed, settings, MR_SETTING_PRINTER);
  mr_choice_set_setting (self->kind, settings, MR_SETTING_PRINTER_PROFILE);
  show_kinds (self);
  mr_choice_set_setting (self->print, settings, MR_SETTING_PRINT);
  mr_choice_add (self->print, mr_print_mode_to_string (MR_PRINT_ALWAYS), _ ("Always"));
  mr_choice_add (self->print, mr_print_mode_to_string (MR_PRINT_ON_KEY), _ ("When asked for"));
  mr_choice_add (self->print, mr_print_mode_to_string (MR_PRINT_NEVER), _ ("Never"));
  g_signal_connect_object (settings, "changed::" MR_SETTING_PRINTER, G_CALLBACK (show_location),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::" MR_SETTING_PRINTER_MODEL, G_CALLBACK (show_kinds),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (till, "status-changed", G_CALLBACK (show_state), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (mr_till_get_spooler (till), "changed", G_CALLBACK (show_state), self,
                           G_CONNECT_SWAPPED);
  show_location (self);
  show_state (self);
}

static void
mr_printer_form_dispose (GObject *object)
{
  MrPrinterForm *self = MR_PRINTER_FORM (object);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_printer_form_parent_class)->dispose (object);
}

static void
mr_printer_form_class_init (MrPrinterFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_CHOICE);
  g_type_ensure (MR_TYPE_FOUND_PLACES);
  G_OBJECT_CLASS (klass)->dispose = mr_printer_form_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/printer-form.ui");
  gtk_widget_class_bind_template_child (widget_class, MrPrinterForm, found);
  gtk_widget_class_bind_template_child (widget_class, MrPrinterForm, lines);
  gtk_widget_class_bind_template_child (widget_class, MrPrinterForm, speed);
  gtk_widget_class_bind_template_child (widget_class, MrPrinterForm, location);
  gtk_widget_class_bind_template_child (widget_class, MrPrinterForm, test_button);
  gtk_widget_class_bind_template_child (widget_class, MrPrinterForm, message);
  gtk_widget_class_bind_template_child (widget_class, MrPrinterForm, state);
  gtk_widget_class_bind_template_child (widget_class, MrPrinterForm, kind);
  gtk_widget_class_bind_template_child (widget_class, MrPrinterForm, print);
  gtk_widget_class_bind_template_callback (widget_class, on_save);
  gtk_widget_class_bind_template_callback (widget_class, on_test);
}

static void
mr_printer_form_init (MrPrinterForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
