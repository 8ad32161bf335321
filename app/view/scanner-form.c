/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/scanner-form.h"

#include "till/scanner-pairing.h"
#include "view/place-form.h"
#include "view/setting-entry.h"
#include "view/words.h"

#include <glib/gi18n.h>

/* Pixels of a bar's module: read from a screen at arm's length. */
#define MODULE_PX 3

struct _MrScannerForm
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  MrScannerPairing *listening; /* (owned) (nullable): while a code is shown */
  GtkWidget *pairing;
  GtkDrawingArea *bars;
  GtkLabel *places;
  GtkLabel *outcome;
  GtkWidget *forget_button;
  MrChoice *us;
};

G_DEFINE_FINAL_TYPE (MrScannerForm, mr_scanner_form, GTK_TYPE_BOX)

static void
draw_bars (GtkDrawingArea *area, cairo_t *cairo, int width, int height, gpointer user_data)
{
  MrScannerForm *self = user_data;
  const char *modules =
      self->listening != NULL ? mr_scanner_pairing_get_bars (self->listening) : "";
  /* Black on white in every theme: a scanner reads nothing else. */
  cairo_set_source_rgb (cairo, 1, 1, 1);
  cairo_paint (cairo);
  cairo_set_source_rgb (cairo, 0, 0, 0);
  for (int i = 0; modules[i] != '\0'; i++)
    if (modules[i] == '1')
      cairo_rectangle (cairo, i * MODULE_PX, 0, MODULE_PX, height);
  cairo_fill (cairo);
}

static void
say (MrScannerForm *self, const char *text)
{
  gtk_label_set_text (self->outcome, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->outcome), text != NULL);
}

static void
end_pairing (MrScannerForm *self)
{
  if (self->listening != NULL)
    g_signal_handlers_disconnect_by_data (self->listening, self);
  g_clear_object (&self->listening);
  gtk_widget_set_visible (self->pairing, FALSE);
}

static void
show_places (MrScannerForm *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = mr_scanner_pairing_get_n_places (self->listening);
  for (guint i = 0; i < n; i++)
    {
      const char *reason = mr_scanner_pairing_get_place_reason (self->listening, i);
      g_string_append_printf (text, "%s%s%s%s", i > 0 ? "\n" : "",
                              mr_scanner_pairing_get_place (self->listening, i),
                              *reason != '\0' ? " · " : "",
                              *reason != '\0' ? mr_words_device_reason (reason) : "");
    }
  gtk_label_set_text (self->places,
                      n > 0 ? text->str : _ ("Nothing that may be a scanner is plugged in."));
}

static void
on_pairing_changed (MrScannerForm *self)
{
  g_autofree char *found = NULL;
  switch (mr_scanner_pairing_get_state (self->listening))
    {
    case MR_PAIRING_FOUND:
      /* Translators: a device's own name, as "Honeywell 1470g" */
      found = g_strdup_printf (_ ("This till has its scanner now: %s"),
                               mr_scanner_pairing_get_found (self->listening));
      say (self, found);
      end_pairing (self);
      break;
    case MR_PAIRING_TYPES:
      say (self, _ ("It works: it types like a keyboard. This computer may not read it directly; "
                    "whoever set it up can allow that."));
      end_pairing (self);
      break;
    case MR_PAIRING_ENDED:
      say (self, _ ("No scanner was found. The one there was goes on."));
      end_pairing (self);
      break;
    case MR_PAIRING_LISTENING:
    default:
      show_places (self);
      break;
    }
}

void
mr_scanner_form_pair (MrScannerForm *self)
{
  const char *code;
  if (self->listening != NULL)
    return;
  self->listening = mr_scanner_pairing_start (mr_till_get_scanner_desk (self->till));
  if (self->listening == NULL)
    return;
  say (self, NULL);
  code = mr_scanner_pairing_get_code (self->listening);
  gtk_drawing_area_set_content_width (
      self->bars, MODULE_PX * (int) strlen (mr_scanner_pairing_get_bars (self->listening)));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bars), GTK_ACCESSIBLE_PROPERTY_LABEL, code,
                                  -1);
  gtk_widget_set_visible (self->pairing, TRUE);
  gtk_widget_queue_draw (GTK_WIDGET (self->bars));
  g_signal_connect_object (self->listening, "changed", G_CALLBACK (on_pairing_changed), self,
                           G_CONNECT_SWAPPED);
  on_pairing_changed (self);
}

gboolean
mr_scanner_form_take_scan (MrScannerForm *self, const char *code)
{
  return self->listening != NULL && mr_scanner_pairing_take_scan (self->listening, code);
}

static void
on_stop (MrScannerForm *self)
{
  if (self->listening != NULL)
    mr_scanner_pairing_cancel (self->listening);
}

static void
on_forget (MrScannerForm *self)
{
  mr_settings_set_async (mr_till_get_settings (self->till), MR_SETTING_SCANNER, "", NULL, NULL);
  say (self, NULL);
}

static void
show (MrScannerForm *self)
{
  const char *location = mr_settings_get (mr_till_get_settings (self->till), MR_SETTING_SCANNER);
  gtk_widget_set_visible (self->forget_button, *location != '\0');
}

static void
add_affix (MrScannerForm *self, MrSettings *settings, const char *name, const char *caption)
{
  MrSettingWords words = {
    caption, NULL, _ ("That cannot be: up to 16 letters, digits and signs of a keyboard.")
  };
  gtk_box_append (GTK_BOX (self), mr_setting_entry_new (settings, name, &words));
}

static void
add_entries (MrScannerForm *self, MrSettings *settings)
{
  gtk_box_append (GTK_BOX (self),
                  mr_place_form_new (settings, MR_SETTING_SCANNER,
                                     _ ("Where is the scanner, if it is on a serial line?")));
  add_affix (self, settings, MR_SETTING_SCAN_PREFIX, _ ("What does it send before each code?"));
  add_affix (self, settings, MR_SETTING_SCAN_SUFFIX, _ ("And behind each code?"));
}

void
mr_scanner_form_set_till (MrScannerForm *self, MrTill *till)
{
  MrSettings *settings = mr_till_get_settings (till);
  g_set_object (&self->till, till);
  mr_choice_set_setting (self->us, settings, MR_SETTING_SCANNER_US);
  mr_choice_add (self->us, "yes", _ ("Yes"));
  mr_choice_add (self->us, "no", _ ("No"));
  add_entries (self, settings);
  g_signal_connect_object (settings, "changed::" MR_SETTING_SCANNER, G_CALLBACK (show), self,
                           G_CONNECT_SWAPPED);
  show (self);
}

/* Keyboards are claimed meanwhile: whoever goes to another page wants to type there. */
static void
mr_scanner_form_unmap (GtkWidget *widget)
{
  end_pairing (MR_SCANNER_FORM (widget));
  GTK_WIDGET_CLASS (mr_scanner_form_parent_class)->unmap (widget);
}

static void
mr_scanner_form_dispose (GObject *object)
{
  MrScannerForm *self = MR_SCANNER_FORM (object);
  g_clear_object (&self->listening);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_scanner_form_parent_class)->dispose (object);
}

static void
mr_scanner_form_class_init (MrScannerFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_CHOICE);
  G_OBJECT_CLASS (klass)->dispose = mr_scanner_form_dispose;
  widget_class->unmap = mr_scanner_form_unmap;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/scanner-form.ui");
  gtk_widget_class_bind_template_child (widget_class, MrScannerForm, pairing);
  gtk_widget_class_bind_template_child (widget_class, MrScannerForm, bars);
  gtk_widget_class_bind_template_child (widget_class, MrScannerForm, places);
  gtk_widget_class_bind_template_child (widget_class, MrScannerForm, outcome);
  gtk_widget_class_bind_template_child (widget_class, MrScannerForm, forget_button);
  gtk_widget_class_bind_template_child (widget_class, MrScannerForm, us);
  gtk_widget_class_bind_template_callback (widget_class, on_stop);
  gtk_widget_class_bind_template_callback (widget_class, on_forget);
}

static void
mr_scanner_form_init (MrScannerForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drawing_area_set_draw_func (self->bars, draw_bars, self, NULL);
}
