/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "walk.h"

#include "virtual-scale.h"

#include <glib/gstdio.h>
#include <string.h>

#define BANANA "4011"
#define APPLE "4129"

enum
{
  ROW_PRINTER,
  ROW_DRAWER,
  ROW_SCANNER,
  ROW_SCALE,
  ROW_LABELS,
  ROW_DISPLAY,
  N_ROWS,
};

static void
set_setting (Walk *self, const char *name, const char *value)
{
  mr_settings_set_async (mr_till_get_settings (self->till), name, value, NULL, NULL);
}

static GtkWidget *
get_row (Walk *self, guint index)
{
  return walk_get (self, NULL, "MrDeviceRow", index);
}

static void
unfold (Walk *self, guint index, gboolean is_open)
{
  GtkWidget *button = walk_get (self, get_row (self, index), "GtkToggleButton", 0);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), is_open);
}

/* --- the price list for the label scale --- */

typedef struct
{
  const char *text;
  gboolean is_found;
} Search;

static gboolean
look_for_text (GtkWidget *widget, gpointer user_data)
{
  Search *search = user_data;
  if (GTK_IS_LABEL (widget) &&
      strstr (gtk_label_get_text (GTK_LABEL (widget)), search->text) != NULL)
    search->is_found = TRUE;
  return !search->is_found;
}

static gboolean
says (Walk *self, const char *text)
{
  Search search = { text, FALSE };
  walk_each (get_row (self, ROW_LABELS), look_for_text, &search);
  return search.is_found;
}

/* The button is dead while the list is being written. */
static gboolean
has_outcome (Walk *self)
{
  return gtk_widget_get_sensitive (walk_get (self, get_row (self, ROW_LABELS), "GtkButton", 0));
}

static void
write_labels (Walk *self)
{
  walk_press (self, walk_get (self, get_row (self, ROW_LABELS), "GtkButton", 0));
  walk_await (self, "the price list", has_outcome);
}

static GtkFileChooser *
get_chooser (void)
{
  GListModel *windows = gtk_window_get_toplevels ();
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);
      if (GTK_IS_FILE_CHOOSER (window) && gtk_widget_get_mapped (window))
        return GTK_FILE_CHOOSER (window);
    }
  return NULL;
}

static gboolean
has_chooser (Walk *self)
{
  return get_chooser () != NULL;
}

static gboolean
has_no_chooser (Walk *self)
{
  return get_chooser () == NULL;
}

static gboolean
stands_in_a_folder (Walk *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (get_chooser ());
  return file != NULL;
}

/* By the dialog a person would see where the desktop has none of its own. */
static void
choose_folder (Walk *self, const char *path)
{
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  GtkWidget *form = walk_get (self, NULL, "MrLabelForm", 0);
  walk_press (self, walk_get (self, form, "GtkButton", 0));
  walk_await (self, "the dialog", has_chooser);
  g_assert_true (gtk_file_chooser_set_current_folder (get_chooser (), folder, NULL));
  walk_await (self, "the folder in the dialog", stands_in_a_folder);
  gtk_dialog_response (GTK_DIALOG (get_chooser ()), GTK_RESPONSE_ACCEPT);
  walk_await (self, "the end of the dialog", has_no_chooser);
  walk_settle (self);
}

static void
expect_file (Walk *self, const char *path)
{
  g_autoptr (MrLabelList) list = mr_till_dup_label_list (self->till);
  g_autofree char *content = NULL;
  if (list->n_written == 0)
    walk_find (self, "no good is fit for the price list");
  if (!g_file_get_contents (path, &content, NULL, NULL) || !g_str_equal (content, list->text))
    walk_find (self, "%s is not the price list", path);
  if (!says (self, path))
    walk_find (self, "it is not said where the price list is");
}

/* A folder that went away, one that is there, then other labels. */
static void
walk_labels (Walk *self)
{
  g_autofree char *folder = g_dir_make_tmp ("labels-XXXXXX", NULL);
  g_autofree char *missing = g_build_filename (folder, "stick", NULL);
  g_autofree char *path = g_build_filename (folder, MR_LABEL_LIST_FILE, NULL);

  unfold (self, ROW_LABELS, TRUE);
  walk_settle (self);
  g_assert_cmpint (g_mkdir (missing, 0700), ==, 0);
  choose_folder (self, missing);
  g_assert_cmpint (g_rmdir (missing), ==, 0);
  write_labels (self);
  if (says (self, missing) && g_file_test (missing, G_FILE_TEST_EXISTS))
    walk_find (self, "a missing folder was made");
  walk_look (self, "devices-labels-no-folder");
  set_setting (self, MR_SETTING_LABEL_FOLDER, folder);
  write_labels (self);
  expect_file (self, path);
  walk_look (self, "devices-labels-written");
  set_setting (self, MR_SETTING_LABEL_PREFIX, "22");
  walk_look (self, "devices-labels-changed");
  write_labels (self);
  expect_file (self, path);
  set_setting (self, MR_SETTING_LABEL_PREFIX, "21");
  g_unlink (path);
  g_rmdir (folder);
}

/* --- the page --- */

static gboolean
has_silent_printer (Walk *self)
{
  MrSpooler *spooler = mr_till_get_spooler (self->till);
  return mr_spooler_get_state (spooler) == MR_PAPER_READY && mr_spooler_is_silent (spooler);
}

/* A scanner and a pole display on serial lines that are not there, and how they are set. */
static void
walk_lines (Walk *self)
{
  for (guint i = 0; i < N_ROWS; i++)
    unfold (self, i, i == ROW_SCANNER || i == ROW_DISPLAY);
  set_setting (self, MR_SETTING_SCANNER, "serial:/dev/ttyUSB7:115200");
  set_setting (self, MR_SETTING_DISPLAY, "serial:/dev/ttyUSB8");
  walk_look (self, "devices-lines");
  set_setting (self, MR_SETTING_SCANNER, "");
  set_setting (self, MR_SETTING_DISPLAY, "");
}

/* No printer set, one that says nothing, one that is being looked for in vain, each row's settings unfolded. */
void
walk_devices (Walk *self)
{
  g_autofree char *before =
      g_strdup (mr_settings_get (mr_till_get_settings (self->till), MR_SETTING_PRINTER));

  set_setting (self, MR_SETTING_PRINTER, "");
  walk_act (self, "win.page::devices");
  walk_look (self, "devices-empty");
  set_setting (self, MR_SETTING_PRINTER, "file:/dev/null");
  walk_await (self, "the silent printer", has_silent_printer);
  walk_look (self, "devices-silent");
  set_setting (self, MR_SETTING_PRINTER, "");
  unfold (self, ROW_PRINTER, FALSE);
  walk_labels (self);
  for (guint i = 0; i < N_ROWS; i++)
    unfold (self, i, TRUE);
  set_setting (self, MR_SETTING_PRINTER_PROFILE, "a-printer-nobody-has-heard-of");
  walk_look (self, "devices-unfolded");
  set_setting (self, MR_SETTING_PRINTER_PROFILE, "");
  set_setting (self, MR_SETTING_PRINTER, before);
  walk_lines (self);
}

/* --- the scale at the counter --- */

static gboolean
has_weight (Walk *self)
{
  gint64 grams;
  return mr_scale_desk_look (mr_till_get_scale_desk (self->till), &grams) == MR_PAN_READY;
}

static gboolean
has_tare (Walk *self)
{
  return has_weight (self) && mr_scale_desk_is_net (mr_till_get_scale_desk (self->till));
}

static gboolean
is_moving (Walk *self)
{
  gint64 grams;
  return mr_scale_desk_look (mr_till_get_scale_desk (self->till), &grams) == MR_PAN_MOVING;
}

static gboolean
is_below_zero (Walk *self)
{
  gint64 grams;
  return mr_scale_desk_look (mr_till_get_scale_desk (self->till), &grams) == MR_PAN_UNDER;
}

static gboolean
has_scale_trouble (Walk *self)
{
  return mr_scale_desk_get_state (mr_till_get_scale_desk (self->till)) == MR_DESK_TROUBLE;
}

static void
dismiss_questions (Walk *self)
{
  MrCheckout *checkout = mr_till_get_checkout (self->till);
  GListModel *questions = mr_checkout_get_questions (checkout);
  while (g_list_model_get_n_items (questions) > 0)
    {
      g_autoptr (MrQuestion) question = g_list_model_get_item (questions, 0);
      mr_checkout_dismiss (checkout, mr_question_get_id (question));
    }
}

/* Two kinds of fruit, one on the scale, which settles: which of them is it? Then the scale has to be set to
 * zero, and then it is gone. */
void
walk_weighing (Walk *self)
{
  MrCheckout *checkout = mr_till_get_checkout (self->till);
  g_autofree char *folder = g_dir_make_tmp ("scale-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "line", NULL);
  g_autofree char *location = g_strconcat ("serial:", path, NULL);
  VirtualScale *scale = virtual_scale_new (path, MR_SCALE_CONTINUOUS);

  set_setting (self, MR_SETTING_SCALE, location);
  g_assert_cmpint (mr_checkout_scan (checkout, BANANA), ==, MR_SCAN_WEIGHT);
  g_assert_cmpint (mr_checkout_scan (checkout, APPLE), ==, MR_SCAN_WEIGHT);
  virtual_scale_set_weight (scale, MR_WEIGHT_MOVING, 1271);
  walk_await (self, "the moving weight", is_moving);
  walk_look (self, "sale-weight-moving");
  virtual_scale_set_weight (scale, MR_WEIGHT_STABLE, 1284);
  walk_await (self, "the weight", has_weight);
  walk_look (self, "sale-weight");
  virtual_scale_set_tare (scale, TRUE);
  walk_await (self, "the tare", has_tare);
  walk_look (self, "sale-weight-net");
  virtual_scale_set_tare (scale, FALSE);
  virtual_scale_set_weight (scale, MR_WEIGHT_UNDER, 120);
  walk_await (self, "less than nothing", is_below_zero);
  walk_look (self, "sale-weight-under");
  virtual_scale_free (scale);
  walk_await (self, "the scale gone", has_scale_trouble);
  walk_look (self, "sale-weight-typed");
  dismiss_questions (self);
  set_setting (self, MR_SETTING_SCALE, "");
  g_unlink (path);
  g_rmdir (folder);
}
