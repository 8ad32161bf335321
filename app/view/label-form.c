/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/label-form.h"

#include "view/choice.h"
#include "view/path-chooser.h"
#include "view/words.h"

#include <glib/gi18n.h>

struct _MrLabelForm
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  MrDeviceRow *row; /* (unowned) (nullable): around it */
  char *outcome; /* (owned) (nullable): of the last writing, until something else is to be said */
  MrChoice *folder;
  MrChoice *prefix;
  MrChoice *value;
  GtkBox *refusals;
};

G_DEFINE_FINAL_TYPE (MrLabelForm, mr_label_form, GTK_TYPE_BOX)

/* --- what is left out --- */

/* Each trouble of MrLabelRefusal, in the order they are best seen to. */
static const struct
{
  const char *trouble;
  const char *sentence;
} troubles[] = {
  { "no-code", N_ ("Without a short code, which is its number on the scale") },
  { "no-price", N_ ("Without a price") },
  { "unit", N_ ("Not priced by the kilogram") },
  { "code", N_ ("Short code is not from 1 to 4000") },
  { "double", N_ ("Another good has that number") },
  { "price", N_ ("Price is 0, or above 9999.99") },
  { "name", N_ ("A character of the name is not on the scale") },
};

static GtkWidget *
create_refusal_label (const char *text)
{
  GtkWidget *label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  return label;
}

static void
append_refused (MrLabelForm *self, const MrLabelList *list, guint index)
{
  /* A line does not begin with what parts two names: a space that does not break. */
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *text = NULL;
  guint n = 0;
  for (guint i = 0; i < list->refusals->len; i++)
    {
      const MrLabelRefusal *refusal = g_ptr_array_index (list->refusals, i);
      if (!g_str_equal (refusal->trouble, troubles[index].trouble))
        continue;
      g_string_append_printf (names, "%s%s", n++ > 0 ? "\302\240· " : "", refusal->name);
      if (*refusal->code != '\0')
        g_string_append_printf (names, " (%s)", refusal->code);
    }
  if (n == 0)
    return;
  /* Translators: why goods are left out, how many, and their names */
  text = g_strdup_printf (_ ("%s (%u): %s"), _ (troubles[index].sentence), n, names->str);
  gtk_box_append (self->refusals, create_refusal_label (text));
}

static void
show_refusals (MrLabelForm *self, const MrLabelList *list)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->refusals))) != NULL)
    gtk_box_remove (self->refusals, child);
  gtk_widget_set_visible (GTK_WIDGET (self->refusals), list->refusals->len > 0);
  gtk_box_append (self->refusals, create_refusal_label (_ ("Left out, and why:")));
  for (guint i = 0; i < G_N_ELEMENTS (troubles); i++)
    append_refused (self, list, i);
}

/* --- the row --- */

static char *
make_state (MrLabelForm *self, const MrLabelList *list)
{
  GString *text = g_string_new (NULL);
  guint n_refused = list->refusals->len;
  if (list->n_written == 0 && n_refused == 0)
    {
      g_string_append (text, _ ("No goods are sold by weight"));
      return g_string_free (text, FALSE);
    }
  g_string_append_printf (text,
                          ngettext ("%u good by weight in it", "%u goods by weight in it",
                                    list->n_written),
                          list->n_written);
  if (n_refused > 0)
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, ngettext ("%u left out", "%u left out", n_refused), n_refused);
    }
  g_string_append (text, " · ");
  if (list->written_at_us > 0)
    {
      g_autofree char *time = mr_words_time (self->till, list->written_at_us);
      g_string_append_printf (text, _ ("written %s"), time);
    }
  else
    g_string_append (text, _ ("never written"));
  return g_string_free (text, FALSE);
}

static const char *
get_advice (MrLabelForm *self, const MrLabelList *list)
{
  if (self->outcome != NULL)
    return self->outcome;
  if (list->n_written == 0 && list->refusals->len > 0)
    return _ ("Nothing can be written yet. Unfold Settings: what each good lacks stands there.");
  if (list->n_written > 0 && list->is_changed)
    return _ ("Goods or prices have changed since. Write it again and load it into the scale.");
  return NULL;
}

static void
show_folder (MrLabelForm *self)
{
  const char *folder = mr_settings_get (mr_till_get_settings (self->till), MR_SETTING_LABEL_FOLDER);
  mr_choice_clear (self->folder);
  mr_choice_add (self->folder, MR_BACKUP_STICK, _ ("A stick"));
  if (!g_str_equal (folder, MR_BACKUP_STICK))
    {
      g_autofree char *shown = g_filename_display_name (folder);
      mr_choice_add (self->folder, folder, shown);
    }
}

static void
show (MrLabelForm *self)
{
  g_autoptr (MrLabelList) list = mr_till_dup_label_list (self->till);
  g_autofree char *state = make_state (self, list);
  mr_device_row_say (self->row, state, get_advice (self, list));
  mr_device_row_enable_test (self->row, list->n_written > 0);
  show_refusals (self, list);
}

static void
look_again (MrLabelForm *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self->row)))
    show (self);
}

/* What came of the last writing is old news now. */
static void
start_anew (MrLabelForm *self)
{
  g_clear_pointer (&self->outcome, g_free);
  look_again (self);
}

static void
on_folder_changed (MrLabelForm *self)
{
  show_folder (self);
  start_anew (self);
}

/* --- writing --- */

static const char *
explain (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return _ ("No stick is plugged in. Put one in and press again, or choose a folder in the "
              "settings.");
  if (error->domain != G_FILE_ERROR)
    return NULL;
  switch (error->code)
    {
    case G_FILE_ERROR_NOSPC:
      return _ ("There is no room left there. Make room, or choose another folder in the settings. "
                "An earlier list is still whole.");
    case G_FILE_ERROR_ACCES:
    case G_FILE_ERROR_PERM:
    case G_FILE_ERROR_ROFS:
      return _ ("This folder may not be written to. Choose another one in the settings.");
    case G_FILE_ERROR_NOENT:
    case G_FILE_ERROR_NOTDIR:
    case G_FILE_ERROR_NXIO:
      return _ ("The folder is not there. If it was on a stick, put that in and press again; or "
                "choose another one in the settings.");
    default:
      return NULL;
    }
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrLabelForm) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MrLabelList) list = mr_till_write_label_list_finish (MR_TILL (source), result, &error);
  if (self->till == NULL)
    return;
  g_clear_pointer (&self->outcome, g_free);
  if (list != NULL && *list->path != '\0')
    {
      g_autofree char *path = g_filename_display_name (list->path);
      self->outcome =
          g_strdup_printf (_ ("Written to %s. Load it with the scale's own program."), path);
    }
  else if (list == NULL && explain (error) != NULL)
    self->outcome = g_strdup (explain (error));
  else if (list == NULL)
    self->outcome =
        g_strdup_printf (_ ("It could not be written. Take another stick or folder. (%s)"),
                         error->message);
  show (self);
}

void
mr_label_form_write (MrLabelForm *self)
{
  mr_device_row_enable_test (self->row, FALSE);
  mr_till_write_label_list_async (self->till, on_written, g_object_ref (self));
}

static void
on_chosen (GtkWidget *widget, const char *path)
{
  MrLabelForm *self = MR_LABEL_FORM (widget);
  mr_settings_set_async (mr_till_get_settings (self->till), MR_SETTING_LABEL_FOLDER, path, NULL,
                         NULL);
}

static void
on_choose (MrLabelForm *self)
{
  mr_choose_path (GTK_WIDGET (self), _ ("Folder for the price list"),
                  GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, on_chosen);
}

void
mr_label_form_set_till (MrLabelForm *self, MrTill *till, MrDeviceRow *row)
{
  MrSettings *settings = mr_till_get_settings (till);
  g_set_object (&self->till, till);
  self->row = row;
  mr_device_row_add (row, GTK_WIDGET (self));
  mr_device_row_set_test (row, _ ("Write it"));
  mr_choice_set_setting (self->folder, settings, MR_SETTING_LABEL_FOLDER);
  mr_choice_set_setting (self->prefix, settings, MR_SETTING_LABEL_PREFIX);
  for (guint i = 20; i < 30; i++)
    {
      g_autofree char *digits = g_strdup_printf ("%u", i);
      mr_choice_add (self->prefix, digits, digits);
    }
  mr_choice_set_setting (self->value, settings, MR_SETTING_LABEL_VALUE);
  mr_choice_add (self->value, "", _ ("They are not read"));
  mr_choice_add (self->value, MR_LABEL_WEIGHT, _ ("The weight in grams"));
  show_folder (self);
  g_signal_connect_object (settings, "changed::" MR_SETTING_LABEL_FOLDER,
                           G_CALLBACK (on_folder_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::" MR_SETTING_LABEL_PREFIX, G_CALLBACK (start_anew),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mr_till_get_shelf (till), "changed", G_CALLBACK (look_again), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "map", G_CALLBACK (start_anew), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

static void
mr_label_form_dispose (GObject *object)
{
  MrLabelForm *self = MR_LABEL_FORM (object);
  g_clear_object (&self->till);
  g_clear_pointer (&self->outcome, g_free);
  G_OBJECT_CLASS (mr_label_form_parent_class)->dispose (object);
}

static void
mr_label_form_class_init (MrLabelFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_CHOICE);
  G_OBJECT_CLASS (klass)->dispose = mr_label_form_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/label-form.ui");
  gtk_widget_class_bind_template_child (widget_class, MrLabelForm, folder);
  gtk_widget_class_bind_template_child (widget_class, MrLabelForm, prefix);
  gtk_widget_class_bind_template_child (widget_class, MrLabelForm, value);
  gtk_widget_class_bind_template_child (widget_class, MrLabelForm, refusals);
  gtk_widget_class_bind_template_callback (widget_class, on_choose);
}

static void
mr_label_form_init (MrLabelForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
