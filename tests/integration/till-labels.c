/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "catalog/catalog.h"
#include "model/barcode.h"
#include "till/till.h"

#include "sample-till.h"
#include "temp-dir.h"

#include <glib/gstdio.h>
#include <string.h>

/* The price list for a scale that prints labels, made from a shop's goods. */

#define ZEROS "00000000000000000000000000000000000000000000000000000000000"

static const MrCatalogRow weighed[] = {
  { "good", 201, "20", "[\"苹果\",\"kg\",2,\"\",2,1,700,\"\"]" },
  { "pack", 202, "30", "[20,1000,\"\",\"\"]" },
  { "price", 203, "30", "[30,\"retail\",0,1290]" },
  { "good", 204, "21", "[\"生姜\",\"斤\",2,\"\",2,1,700,\"\"]" },
  { "pack", 205, "31", "[21,1000,\"\",\"\"]" },
  { "price", 206, "31", "[31,\"retail\",0,800]" },
  { "good", 207, "22", "[\"䶮鱼\",\"公斤\",2,\"\",2,1,700,\"\"]" },
  { "pack", 208, "32", "[22,1000,\"\",\"\"]" },
  { "price", 209, "32", "[32,\"retail\",0,4000]" },
  { "good", 210, "23", "[\"冬虫夏草\",\"千克\",2,\"\",2,1,700,\"\"]" },
  { "pack", 211, "33", "[23,1000,\"\",\"\"]" },
  { "price", 212, "33", "[33,\"retail\",0,12000000]" },
  { "good", 213, "24", "[\"时价鱼\",\"千克\",2,\"\",2,1,700,\"\"]" },
  { "pack", 214, "34", "[24,1000,\"\",\"\"]" },
};

typedef SampleTill Fixture;

static void
add_goods (Fixture *self)
{
  static const MrCatalogHead head = {
    .region = "east", .v = 214, .salt = "0123456789abcdef", .currency = "CNY"
  };
  g_autofree char *path = g_build_filename (self->dir, "catalog-100-0123456789abcdef.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = mr_catalog_open_writer (path, &error);

  g_assert_no_error (error);
  mr_catalog_apply (catalog, weighed, G_N_ELEMENTS (weighed), &head, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  sample_till_set_up (self);
  add_goods (self);
  sample_till_feed (self, "staff", "1", "[1,\"王芳\",\"owner\",\"\",1]");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  sample_till_tear_down (self);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

static void
set_setting (Fixture *self, const char *name, const char *value)
{
  mr_settings_set_async (mr_till_get_settings (self->till), name, value, NULL, NULL);
  sample_till_settle (self);
}

static MrLabelList *
write_list (Fixture *self, const char *folder, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  set_setting (self, MR_SETTING_LABEL_FOLDER, folder);
  mr_till_write_label_list_async (self->till, on_written, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return mr_till_write_label_list_finish (self->till, result, error);
}

static char *
dup_refusals (const MrLabelList *list)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < list->refusals->len; i++)
    {
      const MrLabelRefusal *refusal = g_ptr_array_index (list->refusals, i);

      g_string_append_printf (text, "%s %s %s\n", refusal->code, refusal->name, refusal->trouble);
    }
  return g_string_free (text, FALSE);
}

static void
test_list (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrLabelList) list = NULL;
  g_autofree char *content = NULL;
  g_autofree char *refusals = NULL;
  g_autofree char *path = g_build_filename (self->dir, MR_LABEL_LIST_FILE, NULL);

  sample_till_feed (self, "short_code", "1",
                    "[\"12\",3]"); /* bananas, at a price of the shop's own */
  sample_till_feed (self, "short_code", "2", "[\"7\",30]"); /* apples */
  sample_till_feed (self, "short_code", "3", "[\"007\",30]"); /* once more */
  sample_till_feed (self, "short_code", "4", "[\"99\",1]"); /* a can of cola: sold by the piece */
  sample_till_feed (self, "short_code", "5", "[\"31\",31]");
  sample_till_feed (self, "short_code", "6", "[\"32\",32]");
  sample_till_feed (self, "short_code", "7", "[\"33\",33]");
  sample_till_feed (self, "short_code", "8", "[\"4001\",30]");
  sample_till_feed (self, "short_code", "9", "[\"35\",777]"); /* not in the catalog */
  sample_till_feed (self, "short_code", "10", "[\"36\",34]");
  sample_till_feed (self, "own_price", "1", "[3,0,650]");
  sample_till_start (self);
  list = write_list (self, self->dir, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (list->path, ==, path);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, list->text);
  g_assert_cmpstr (content, ==,
                   "!0V0007A21000070012900" ZEROS "B38272591CDE\r\n"
                   "!0V0012A21000120006500" ZEROS "B47672922CDE\r\n");
  g_assert_cmpuint (list->n_written, ==, 2);
  refusals = dup_refusals (list);
  g_assert_cmpstr (refusals, ==,
                   "31 生姜 unit\n"
                   "32 䶮鱼 name\n"
                   "33 冬虫夏草 price\n"
                   "36 时价鱼 no-price\n"
                   "007 苹果 double\n"
                   "4001 苹果 code\n");
}

/* Goods that the shop plainly sells and that nobody gave a number. */
static void
test_no_code (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrLabelList) list = NULL;
  g_autofree char *refusals = NULL;
  g_autofree char *path = g_build_filename (self->dir, MR_LABEL_LIST_FILE, NULL);

  sample_till_feed (self, "tile", "1", "[\"水果\",1,30]");
  sample_till_feed (self, "own_price", "1", "[3,0,650]");
  sample_till_feed (self, "own_price", "2", "[1,0,350]");
  sample_till_start (self);
  list = write_list (self, self->dir, &error);
  g_assert_no_error (error);
  refusals = dup_refusals (list);
  g_assert_cmpstr (refusals, ==, " 苹果 no-code\n 香蕉 no-code\n");
  /* An empty list would wipe the scale. */
  g_assert_cmpstr (list->path, ==, "");
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_prefix_and_folder (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrLabelList) list = NULL;
  g_autofree char *missing = g_build_filename (self->dir, "nowhere", NULL);

  sample_till_feed (self, "short_code", "1", "[\"12\",3]");
  sample_till_start (self);
  g_assert_false (mr_settings_check (MR_SETTING_LABEL_PREFIX, "31", NULL));
  g_assert_false (mr_settings_check (MR_SETTING_LABEL_PREFIX, "2", NULL));
  g_assert_false (mr_settings_check (MR_SETTING_LABEL_FOLDER, "stick/labels", NULL));
  g_assert_false (mr_settings_check (MR_SETTING_LABEL_FOLDER, "", NULL));
  set_setting (self, MR_SETTING_LABEL_PREFIX, "28");
  list = write_list (self, missing, &error);
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_assert_null (list);
  g_clear_error (&error);
  list = write_list (self, self->dir, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (list->text, "!0V0012A2800012000598"));
}

static void
expect_written (Fixture *self, gint64 at_us, gboolean is_changed)
{
  g_autoptr (MrLabelList) list = mr_till_dup_label_list (self->till);

  g_assert_cmpint (list->written_at_us, ==, at_us);
  g_assert_cmpint (list->is_changed, ==, is_changed);
}

/* The till knows when the list was written, and that it is not what would be written now. */
static void
test_changed (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrLabelList) list = NULL;

  sample_till_feed (self, "short_code", "1", "[\"12\",3]");
  sample_till_start (self);
  expect_written (self, 0, FALSE);
  list = write_list (self, self->dir, &error);
  g_assert_no_error (error);
  sample_till_settle (self);
  g_assert_cmpint (list->written_at_us, >, 0);
  expect_written (self, list->written_at_us, FALSE);
  set_setting (self, MR_SETTING_LABEL_PREFIX, "22");
  expect_written (self, list->written_at_us, TRUE);
  set_setting (self, MR_SETTING_LABEL_PREFIX, "21");
  expect_written (self, list->written_at_us, FALSE);
  sample_till_stop (self);
  sample_till_feed (self, "own_price", "1", "[3,0,650]");
  sample_till_start (self);
  expect_written (self, list->written_at_us, TRUE);
}

/* What is there already stays when nothing is fit for the list, and when the folder takes nothing. */
static void
test_kept (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrLabelList) list = NULL;
  g_autofree char *path = g_build_filename (self->dir, MR_LABEL_LIST_FILE, NULL);
  g_autofree char *content = NULL;

  sample_till_start (self);
  g_assert_true (g_file_set_contents (path, "a good list", -1, NULL));
  list = write_list (self, self->dir, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->n_written, ==, 0);
  expect_written (self, 0, FALSE);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "a good list");
}

/* @first_digits: twelve */
static MrScanResult
scan_label (Fixture *self, const char *first_digits)
{
  g_autofree char *code =
      g_strdup_printf ("%s%d", first_digits,
                       mr_barcode_check_digit (first_digits, strlen (first_digits)));

  return mr_checkout_scan (mr_till_get_checkout (self->till), code);
}

/* What the scale prints by that list is sold by its weight, at the price in force; nothing else is a label. */
static void
test_scanned (Fixture *self, gconstpointer data)
{
  MrCheckout *checkout;

  sample_till_feed (self, "short_code", "1", "[\"12\",3]"); /* bananas, 5.98 a kilogram */
  sample_till_feed (self, "short_code", "2", "[\"007\",31]"); /* ginger, 8.00 a jin */
  sample_till_feed (self, "short_code", "3", "[\"99\",1]"); /* a can of cola */
  sample_till_start (self);
  checkout = mr_till_get_checkout (self->till);
  g_assert_cmpint (scan_label (self, "210001200375"), ==, MR_SCAN_UNKNOWN);
  set_setting (self, MR_SETTING_LABEL_VALUE, MR_LABEL_WEIGHT);
  g_assert_cmpint (scan_label (self, "210001200375"), ==, MR_SCAN_ADDED);
  g_assert_cmpint (mr_checkout_get_totals (checkout)->total_minor, ==, 224);
  g_assert_cmpint (scan_label (self, "210000701250"), ==, MR_SCAN_ADDED);
  g_assert_cmpint (mr_checkout_get_totals (checkout)->total_minor, ==, 224 + 2000);
  /* The same twice is two bags; another prefix, no weight, no such number, a piece, a wrong check digit. */
  g_assert_cmpint (scan_label (self, "210001200375"), ==, MR_SCAN_ADDED);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (checkout)), ==, 3);
  g_assert_cmpint (scan_label (self, "220001200375"), ==, MR_SCAN_UNKNOWN);
  g_assert_cmpint (scan_label (self, "210001200000"), ==, MR_SCAN_UNKNOWN);
  g_assert_cmpint (scan_label (self, "210001300375"), ==, MR_SCAN_UNKNOWN);
  g_assert_cmpint (scan_label (self, "210009900375"), ==, MR_SCAN_UNKNOWN);
  g_assert_cmpint (mr_checkout_scan (checkout, "2100012003750"), ==, MR_SCAN_UNKNOWN);
  g_assert_cmpint (mr_checkout_get_totals (checkout)->total_minor, ==, 224 + 2000 + 224);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/label-list/list", Fixture, NULL, set_up, test_list, tear_down);
  g_test_add ("/label-list/no-code", Fixture, NULL, set_up, test_no_code, tear_down);
  g_test_add ("/label-list/prefix-and-folder", Fixture, NULL, set_up, test_prefix_and_folder,
              tear_down);
  g_test_add ("/label-list/changed", Fixture, NULL, set_up, test_changed, tear_down);
  g_test_add ("/label-list/scanned", Fixture, NULL, set_up, test_scanned, tear_down);
  g_test_add ("/label-list/kept", Fixture, NULL, set_up, test_kept, tear_down);
  return g_test_run ();
}
