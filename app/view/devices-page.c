/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/devices-page.h"

#include "view/device-row.h"
#include "view/label-form.h"
#include "view/place-form.h"
#include "view/printer-form.h"
#include "view/scanner-form.h"
#include "view/words.h"

#include <glib/gi18n.h>

struct _MrDevicesPage
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  MrDeviceRow *printer;
  MrDeviceRow *drawer;
  MrDeviceRow *scanner;
  MrScannerForm *scanner_form;
  MrDeviceRow *scale;
  MrDeviceRow *labels;
  MrLabelForm *label_form;
  MrDeviceRow *display;
  GtkWidget *letters;
};

G_DEFINE_FINAL_TYPE (MrDevicesPage, mr_devices_page, GTK_TYPE_BOX)

static void
show_printer (MrDevicesPage *self, const MrTillStatus *status)
{
  MrPrinterKinds *kinds = mr_spooler_get_kinds (mr_till_get_spooler (self->till));
  g_autofree char *trouble = mr_words_paper_trouble (status);
  const char *advice = trouble;
  if (advice == NULL && status->paper == MR_PAPER_NONE)
    advice = _ ("Receipts are kept, not printed. Unfold Settings and say where the printer is.");
  else if (advice == NULL && mr_printer_kinds_is_chosen_missing (kinds))
    advice = _ ("The file of the chosen kind of printer is missing or wrong. It prints as any "
                "printer with such paper does; choose the kind anew.");
  else if (advice == NULL && status->paper == MR_PAPER_READY &&
           mr_spooler_is_silent (mr_till_get_spooler (self->till)))
    advice = _ ("This printer does not say whether it has paper. See now and then that receipts "
                "come out.");
  mr_device_row_say (self->printer, mr_words_paper (status), advice);
  mr_device_row_enable_test (self->printer, status->paper != MR_PAPER_NONE);
}

static void
show_drawer (MrDevicesPage *self, const MrTillStatus *status)
{
  MrPrinterKinds *kinds = mr_spooler_get_kinds (mr_till_get_spooler (self->till));
  gboolean has_socket = mr_printer_kinds_has_drawer (kinds);
  if (status->paper == MR_PAPER_NONE)
    mr_device_row_say (self->drawer, _ ("No printer set"),
                       _ ("The drawer's cable goes into the printer, which opens it."));
  else if (!has_socket)
    mr_device_row_say (self->drawer, _ ("This kind of printer opens no drawer"),
                       _ ("If it does, choose another kind of printer above."));
  else
    mr_device_row_say (self->drawer, _ ("Opened by the printer, also without paper"),
                       mr_spooler_is_away (mr_till_get_spooler (self->till))
                           ? _ ("While the printer cannot be reached, open it by its key.")
                           : NULL);
  mr_device_row_enable_test (self->drawer, has_socket && status->paper != MR_PAPER_NONE);
}

static void
show_scanner (MrDevicesPage *self, const MrTillStatus *status)
{
  mr_device_row_say (self->scanner, mr_words_scanner (status),
                     status->scanner == MR_DESK_TROUBLE
                         ? mr_words_device_reason (status->scanner_reason)
                         : NULL);
}

/* What lies on it is the best test of a scale. */
static void
show_scale (MrDevicesPage *self)
{
  MrScaleDesk *desk = mr_till_get_scale_desk (self->till);
  gint64 grams = 0;
  MrPan pan = mr_scale_desk_look (desk, &grams);
  g_autofree char *weight =
      g_strdup_printf ("%d.%03d kg%s%s", (int) (ABS (grams) / 1000), (int) (ABS (grams) % 1000),
                       mr_scale_desk_is_net (desk) ? " · " : "",
                       mr_scale_desk_is_net (desk) ? _ ("tare taken off") : "");
  if (!mr_scale_desk_is_set (desk))
    mr_device_row_say (self->scale, _ ("No scale set: weights are typed"), NULL);
  else if (mr_scale_desk_get_state (desk) == MR_DESK_TROUBLE)
    mr_device_row_say (self->scale, _ ("Scale needs help; weights are typed"),
                       mr_words_device_reason (mr_scale_desk_get_reason (desk)));
  else if (pan == MR_PAN_MOVING || pan == MR_PAN_READY || pan == MR_PAN_TAKEN)
    mr_device_row_say (self->scale, weight, NULL);
  else if (pan == MR_PAN_NONE)
    mr_device_row_say (self->scale, _ ("Looking for the scale"), NULL);
  else
    mr_device_row_say (self->scale, _ ("Scale ready"), NULL);
}

static void
show_display (MrDevicesPage *self)
{
  MrDisplayDesk *desk = mr_till_get_display_desk (self->till);
  gboolean is_pole =
      !mr_display_desk_wants_window (desk) && mr_display_desk_get_state (desk) != MR_DESK_NONE;
  gtk_widget_set_visible (self->letters, is_pole);
  mr_device_row_enable_test (self->display, is_pole);
  switch (mr_display_desk_get_state (desk))
    {
    case MR_DESK_LOOKING:
      mr_device_row_say (self->display, _ ("Looking for the display"), NULL);
      break;
    case MR_DESK_READY:
      mr_device_row_say (self->display, _ ("Display ready"), NULL);
      break;
    case MR_DESK_TROUBLE:
      mr_device_row_say (self->display, _ ("Display needs help"),
                         mr_words_device_reason (mr_display_desk_get_reason (desk)));
      break;
    case MR_DESK_NONE:
    default:
      mr_device_row_say (self->display, _ ("No display set"), NULL);
      break;
    }
}

static void
show (MrDevicesPage *self)
{
  MrTillStatus status;
  mr_till_get_status (self->till, &status);
  show_printer (self, &status);
  show_drawer (self, &status);
  show_scanner (self, &status);
  show_scale (self);
  show_display (self);
}

static void
on_test_printer (MrDevicesPage *self)
{
  mr_spooler_print_test (mr_till_get_spooler (self->till));
}

/* The drawer is opened without a sale, and noted like that. */
static void
on_test_drawer (MrDevicesPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.no-sale", NULL);
}

static void
on_test_display (MrDevicesPage *self)
{
  mr_display_desk_test (mr_till_get_display_desk (self->till));
}

static void
on_write_labels (MrDevicesPage *self)
{
  mr_label_form_write (self->label_form);
}

static void
on_pair_scanner (MrDevicesPage *self)
{
  mr_device_row_unfold (self->scanner);
  mr_scanner_form_pair (self->scanner_form);
}

gboolean
mr_devices_page_take_scan (MrDevicesPage *self, const char *code)
{
  return mr_scanner_form_take_scan (self->scanner_form, code);
}

static MrChoice *
add_choice (MrDevicesPage *self, MrDeviceRow *row, const char *setting, const char *caption)
{
  GtkWidget *choice = g_object_new (MR_TYPE_CHOICE, "caption", caption, NULL);
  mr_choice_set_setting (MR_CHOICE (choice), mr_till_get_settings (self->till), setting);
  mr_device_row_add (row, choice);
  return MR_CHOICE (choice);
}

static void
fill_printer (MrDevicesPage *self)
{
  GtkWidget *form = g_object_new (MR_TYPE_PRINTER_FORM, NULL);
  mr_printer_form_set_till (MR_PRINTER_FORM (form), self->till);
  mr_printer_form_hide_test (MR_PRINTER_FORM (form));
  mr_device_row_add (self->printer, form);
  mr_device_row_set_test (self->printer, _ ("Test print"));
}

static void
fill_drawer (MrDevicesPage *self)
{
  MrChoice *pin =
      add_choice (self, self->drawer, MR_SETTING_DRAWER_PIN, _ ("Pin of the drawer's cable"));
  mr_choice_add (pin, "2", _ ("2 (most)"));
  mr_choice_add (pin, "5", "5");
  mr_device_row_set_test (self->drawer, _ ("Open the drawer"));
}

static void
fill_scanner (MrDevicesPage *self)
{
  self->scanner_form = g_object_new (MR_TYPE_SCANNER_FORM, NULL);
  mr_scanner_form_set_till (self->scanner_form, self->till);
  mr_device_row_add (self->scanner, GTK_WIDGET (self->scanner_form));
  mr_device_row_set_test (self->scanner, _ ("Scan this code"));
}

static void
fill_scale (MrDevicesPage *self)
{
  MrSettings *settings = mr_till_get_settings (self->till);
  MrChoice *protocol;
  mr_device_row_add (self->scale,
                     mr_place_form_new (settings, MR_SETTING_SCALE, _ ("Where is the scale?")));
  protocol = add_choice (self, self->scale, MR_SETTING_SCALE_PROTOCOL, _ ("How does it talk?"));
  mr_choice_add (protocol, "continuous", _ ("By itself"));
  mr_choice_add (protocol, "cas", "CAS");
  mr_choice_add (protocol, "8217", "Toledo 8217");
}

static void
fill_labels (MrDevicesPage *self)
{
  self->label_form = g_object_new (MR_TYPE_LABEL_FORM, NULL);
  mr_label_form_set_till (self->label_form, self->till, self->labels);
}

/* What somebody else set stays to be chosen. */
static void
fill_letters (MrDevicesPage *self, MrSettings *settings)
{
  const char *letters = mr_settings_get (settings, MR_SETTING_DISPLAY_TEXT);
  MrChoice *choice =
      add_choice (self, self->display, MR_SETTING_DISPLAY_TEXT, _ ("Which letters can it show?"));
  self->letters = GTK_WIDGET (choice);
  mr_choice_add (choice, MR_DISPLAY_ASCII, _ ("Latin letters"));
  mr_choice_add (choice, MR_DISPLAY_GB18030, _ ("Chinese, too"));
  if (!g_str_equal (letters, MR_DISPLAY_ASCII) && !g_str_equal (letters, MR_DISPLAY_GB18030))
    mr_choice_add (choice, letters, letters);
}

static void
fill_display (MrDevicesPage *self)
{
  MrSettings *settings = mr_till_get_settings (self->till);
  MrChoice *what =
      add_choice (self, self->display, MR_SETTING_DISPLAY, _ ("What does the customer see?"));
  mr_choice_add (what, "", _ ("Nothing"));
  mr_choice_add (what, "window", _ ("A second screen"));
  mr_device_row_add (self->display, mr_place_form_new (settings, MR_SETTING_DISPLAY,
                                                       _ ("Where is the pole display?")));
  fill_letters (self, settings);
  mr_device_row_set_test (self->display, _ ("Test display"));
}

void
mr_devices_page_set_till (MrDevicesPage *self, MrTill *till)
{
  MrTillStatus status;
  g_set_object (&self->till, till);
  fill_printer (self);
  fill_drawer (self);
  fill_scanner (self);
  fill_scale (self);
  fill_labels (self);
  fill_display (self);
  g_signal_connect_object (till, "status-changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mr_till_get_spooler (till), "changed", G_CALLBACK (show), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (mr_till_get_scale_desk (till), "changed", G_CALLBACK (show_scale), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (mr_till_get_display_desk (till), "changed", G_CALLBACK (show_display),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mr_till_get_scanner_desk (till), "changed", G_CALLBACK (show), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (mr_till_get_settings (till), "changed::" MR_SETTING_PRINTER_PROFILE,
                           G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  mr_till_get_status (till, &status);
  if (status.paper == MR_PAPER_NONE)
    mr_device_row_unfold (self->printer);
}

static void
mr_devices_page_dispose (GObject *object)
{
  MrDevicesPage *self = MR_DEVICES_PAGE (object);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_devices_page_parent_class)->dispose (object);
}

static void
mr_devices_page_class_init (MrDevicesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_DEVICE_ROW);
  G_OBJECT_CLASS (klass)->dispose = mr_devices_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/devices-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MrDevicesPage, printer);
  gtk_widget_class_bind_template_child (widget_class, MrDevicesPage, drawer);
  gtk_widget_class_bind_template_child (widget_class, MrDevicesPage, scanner);
  gtk_widget_class_bind_template_child (widget_class, MrDevicesPage, scale);
  gtk_widget_class_bind_template_child (widget_class, MrDevicesPage, labels);
  gtk_widget_class_bind_template_child (widget_class, MrDevicesPage, display);
  gtk_widget_class_bind_template_callback (widget_class, on_test_printer);
  gtk_widget_class_bind_template_callback (widget_class, on_test_drawer);
  gtk_widget_class_bind_template_callback (widget_class, on_pair_scanner);
  gtk_widget_class_bind_template_callback (widget_class, on_write_labels);
  gtk_widget_class_bind_template_callback (widget_class, on_test_display);
}

static void
mr_devices_page_init (MrDevicesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
