/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/place-form.h"

#include "view/found-places.h"
#include "view/setting-entry.h"

#include <glib/gi18n.h>

#define SPEED_COLUMNS 4

struct _MrPlaceForm
{
  GtkBox parent_instance;
};

G_DEFINE_FINAL_TYPE (MrPlaceForm, mr_place_form, GTK_TYPE_BOX)

void
mr_place_form_fill_speed (MrChoice *speed, MrSettings *settings, const char *name)
{
  static const char *const speeds[] = { "1200",  "2400",  "4800",  "9600",
                                        "19200", "38400", "57600", "115200" };
  mr_choice_set_part (speed, (MrChoicePart){ mr_plugged_dup_speed, mr_plugged_set_speed });
  mr_choice_set_setting (speed, settings, name);
  for (gsize i = 0; i < G_N_ELEMENTS (speeds); i++)
    mr_choice_add (speed, speeds[i], speeds[i]);
}

GtkWidget *
mr_place_form_new (MrSettings *settings, const char *name, const char *caption)
{
  MrPlaceForm *self = g_object_new (MR_TYPE_PLACE_FORM, NULL);
  MrSettingWords words = { caption, "serial:/dev/ttyUSB0:9600:8N1",
                           _ ("That is not a device's place. It reads as "
                              "serial:/dev/ttyUSB0:9600:8N1; empty: none.") };
  GtkWidget *label = gtk_label_new (caption);
  GtkWidget *found = g_object_new (MR_TYPE_FOUND_PLACES, NULL);
  GtkWidget *entry = mr_setting_entry_new (settings, name, &words);
  GtkWidget *speed = g_object_new (MR_TYPE_CHOICE, "caption", _ ("How fast does it talk?"),
                                   "columns", SPEED_COLUMNS, NULL);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  mr_found_places_set_setting (MR_FOUND_PLACES (found), settings, name, MR_PLUGGED_LINES);
  mr_setting_entry_hide_caption (MR_SETTING_ENTRY (entry));
  mr_place_form_fill_speed (MR_CHOICE (speed), settings, name);
  gtk_box_append (GTK_BOX (self), label);
  gtk_box_append (GTK_BOX (self), found);
  gtk_box_append (GTK_BOX (self), entry);
  gtk_box_append (GTK_BOX (self), speed);
  return GTK_WIDGET (self);
}

static void
mr_place_form_class_init (MrPlaceFormClass *klass)
{
}

static void
mr_place_form_init (MrPlaceForm *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 8);
}
