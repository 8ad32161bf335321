/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sample-till.h"
#include "temp-dir.h"
#include "virtual-scale.h"

/* A till with a scale: what lies on it goes into the basket once, and nobody ever waits for it. */

#define COLA "6901234567892"
#define BANANA "6900000000014" /* 5.98 per 千克 */

typedef struct
{
  SampleTill sample;
  char *dir; /* (owned) */
  VirtualScale *scale; /* (owned) */
} Fixture;

static MrCheckout *
get_checkout (Fixture *self)
{
  return mr_till_get_checkout (self->sample.till);
}

static MrScaleDesk *
get_desk (Fixture *self)
{
  return mr_till_get_scale_desk (self->sample.till);
}

static void
set (Fixture *self, const char *name, const char *value)
{
  mr_settings_set_async (mr_till_get_settings (self->sample.till), name, value, NULL, NULL);
  sample_till_settle (&self->sample);
  g_assert_cmpstr (mr_settings_get (mr_till_get_settings (self->sample.till), name), ==, value);
}

static void
wait_pan (Fixture *self, MrPan pan)
{
  gint64 grams;

  while (mr_scale_desk_look (get_desk (self), &grams) != pan)
    g_main_context_iteration (NULL, TRUE);
  sample_till_settle (&self->sample);
}

static void
lay (Fixture *self, gint64 grams)
{
  virtual_scale_set_weight (self->scale, MR_WEIGHT_STABLE, grams);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *path = NULL, *location = NULL;

  sample_till_set_up (&self->sample);
  sample_till_start (&self->sample);
  self->dir = temp_dir_new ();
  path = g_build_filename (self->dir, "scale", NULL);
  location = g_strconcat ("serial:", path, NULL);
  self->scale = virtual_scale_new (path, MR_SCALE_CAS);
  set (self, MR_SETTING_SCALE_PROTOCOL, "cas");
  set (self, MR_SETTING_SCALE, location);
  wait_pan (self, MR_PAN_EMPTY);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  sample_till_tear_down (&self->sample);
  virtual_scale_free (self->scale);
  temp_dir_remove (self->dir);
  g_free (self->dir);
}

static guint
count_lines (Fixture *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (get_checkout (self)));
}

static guint
count_questions (Fixture *self)
{
  return g_list_model_get_n_items (mr_checkout_get_questions (get_checkout (self)));
}

static guint
get_question_id (Fixture *self)
{
  g_autoptr (MrQuestion) question =
      g_list_model_get_item (mr_checkout_get_questions (get_checkout (self)), 0);

  return mr_question_get_id (question);
}

static void
assert_line (Fixture *self, guint position, gint64 quantity_milli)
{
  g_autoptr (MrBasketLine) line =
      g_list_model_get_item (G_LIST_MODEL (get_checkout (self)), position);

  g_assert_nonnull (line);
  g_assert_cmpint (mr_basket_line_get_quantity_milli (line), ==, quantity_milli);
}

/* On the scale first, then scanned: there at once, and only once. */
static void
test_laid_first (Fixture *self, gconstpointer data)
{
  lay (self, 375);
  wait_pan (self, MR_PAN_READY);
  g_assert_cmpint (mr_checkout_scan (get_checkout (self), BANANA), ==, MR_SCAN_ADDED);
  assert_line (self, 0, 375);
  g_assert_cmpint (mr_checkout_get_totals (get_checkout (self))->total_minor, ==, 224);
  /* The next one is not these bananas again, nor both together. */
  wait_pan (self, MR_PAN_TAKEN);
  g_assert_cmpint (mr_checkout_scan (get_checkout (self), BANANA), ==, MR_SCAN_WEIGHT);
  lay (self, 500);
  while (mr_scale_desk_look (get_desk (self), &(gint64){ 0 }) != MR_PAN_TAKEN)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (count_lines (self), ==, 1);
  lay (self, 0);
  wait_pan (self, MR_PAN_EMPTY);
  lay (self, 125);
  while (count_lines (self) < 2)
    g_main_context_iteration (NULL, TRUE);
  assert_line (self, 1, 125);
  g_assert_cmpuint (count_questions (self), ==, 0);
}

/* The scale says that it took the tare off; the weight is sold as it says. */
static void
test_tare (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->dir, "net", NULL);
  g_autofree char *location = g_strconcat ("serial:", path, NULL);
  g_autoptr (VirtualScale) scale = virtual_scale_new (path, MR_SCALE_CONTINUOUS);

  set (self, MR_SETTING_SCALE_PROTOCOL, "continuous");
  set (self, MR_SETTING_SCALE, location);
  wait_pan (self, MR_PAN_EMPTY);
  g_assert_false (mr_scale_desk_is_net (get_desk (self)));
  virtual_scale_set_tare (scale, TRUE);
  virtual_scale_set_weight (scale, MR_WEIGHT_STABLE, 355);
  wait_pan (self, MR_PAN_READY);
  while (!mr_scale_desk_is_net (get_desk (self)))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (mr_checkout_scan (get_checkout (self), BANANA), ==, MR_SCAN_ADDED);
  assert_line (self, 0, 355);
  set (self, MR_SETTING_SCALE, "");
}

/* Scanned first: other goods go on, and the weight comes into its place by itself. */
static void
test_scanned_first (Fixture *self, gconstpointer data)
{
  g_assert_cmpint (mr_checkout_scan (get_checkout (self), BANANA), ==, MR_SCAN_WEIGHT);
  g_assert_cmpint (mr_checkout_scan (get_checkout (self), COLA), ==, MR_SCAN_ADDED);
  virtual_scale_set_weight (self->scale, MR_WEIGHT_MOVING, 900);
  wait_pan (self, MR_PAN_MOVING);
  g_assert_cmpuint (count_lines (self), ==, 1);
  lay (self, 1250);
  while (count_lines (self) < 2)
    g_main_context_iteration (NULL, TRUE);
  assert_line (self, 1, 1250);
  g_assert_cmpuint (count_questions (self), ==, 0);
  /* While somebody pays, nothing comes from under his hands. */
  lay (self, 0);
  wait_pan (self, MR_PAN_EMPTY);
  g_assert_cmpint (mr_checkout_scan (get_checkout (self), BANANA), ==, MR_SCAN_WEIGHT);
  g_assert_true (mr_checkout_begin_payment (get_checkout (self), NULL));
  lay (self, 300);
  wait_pan (self, MR_PAN_READY);
  g_assert_cmpuint (count_lines (self), ==, 2);
}

/* Two that wait: nobody but a person knows which of them lies there. */
static void
test_two (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  mr_checkout_scan (get_checkout (self), BANANA);
  mr_checkout_scan (get_checkout (self), BANANA);
  lay (self, 700);
  wait_pan (self, MR_PAN_READY);
  g_assert_cmpuint (count_lines (self), ==, 0);
  g_assert_false (mr_checkout_answer (get_checkout (self), get_question_id (self), -1, 0, &error));
  g_assert_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_false (
      mr_checkout_answer_weight (get_checkout (self), get_question_id (self), 0, &error));
  g_assert_error (error, MR_SALE_ERROR, MR_SALE_ERROR_RANGE);
  g_clear_error (&error);
  g_assert_true (
      mr_checkout_answer_weight (get_checkout (self), get_question_id (self), 220, &error));
  g_assert_no_error (error);
  assert_line (self, 0, 220);
  g_assert_cmpuint (count_questions (self), ==, 1);
  /* The one that is left waits alone: what lies there is its own. */
  lay (self, 640);
  while (count_lines (self) < 2)
    g_main_context_iteration (NULL, TRUE);
  assert_line (self, 1, 640);
  g_assert_false (mr_checkout_take_weight (get_checkout (self), 99, &error));
  g_assert_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_MISSING);
}

/* A scale that is gone holds nothing up: weights are typed, before the scan or after it. */
static void
test_unplugged (Fixture *self, gconstpointer data)
{
  virtual_scale_unplug (self->scale);
  wait_pan (self, MR_PAN_NONE);
  g_assert_cmpint (mr_scale_desk_get_state (get_desk (self)), ==, MR_DESK_TROUBLE);
  g_assert_cmpstr (mr_scale_desk_get_reason (get_desk (self)), ==, "no-device");
  mr_checkout_set_pending_quantity (get_checkout (self), 410);
  g_assert_cmpint (mr_checkout_scan (get_checkout (self), BANANA), ==, MR_SCAN_ADDED);
  assert_line (self, 0, 410);
  g_assert_cmpint (mr_checkout_scan (get_checkout (self), BANANA), ==, MR_SCAN_WEIGHT);
  g_assert_true (mr_checkout_answer_weight (get_checkout (self), get_question_id (self), 90, NULL));
  assert_line (self, 1, 90);
  sample_till_pay (&self->sample, MR_TENDER_CASH, -1);
  /* Without any scale it is as it always was. */
  set (self, MR_SETTING_SCALE, "");
  g_assert_false (mr_scale_desk_is_set (get_desk (self)));
  g_assert_cmpint (mr_checkout_scan (get_checkout (self), BANANA), ==, MR_SCAN_ADDED);
  assert_line (self, 0, MR_QUANTITY_ONE_MILLI);
}

static void
test_units (void)
{
  static const struct
  {
    const char *unit;
    gint64 quantity_milli; /* of 250 g; 0: no weight */
  } cases[] = {
    { "千克", 250 }, { "公斤", 250 }, { "KG", 250 },   { "", 250 }, { "斤", 500 },
    { "500g", 500 }, { "两", 5000 },  { "g", 250000 }, { "袋", 0 }, { "pcs", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      MrGood good = { .unit = cases[i].unit };
      gint64 quantity_milli = 0;

      g_assert_cmpint (mr_scale_desk_convert (&good, 250, &quantity_milli), ==,
                       cases[i].quantity_milli > 0);
      if (cases[i].quantity_milli > 0)
        g_assert_cmpint (quantity_milli, ==, cases[i].quantity_milli);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/till-scale/units", test_units);
  g_test_add ("/till-scale/laid-first", Fixture, NULL, set_up, test_laid_first, tear_down);
  g_test_add ("/till-scale/tare", Fixture, NULL, set_up, test_tare, tear_down);
  g_test_add ("/till-scale/scanned-first", Fixture, NULL, set_up, test_scanned_first, tear_down);
  g_test_add ("/till-scale/two", Fixture, NULL, set_up, test_two, tear_down);
  g_test_add ("/till-scale/unplugged", Fixture, NULL, set_up, test_unplugged, tear_down);
  return g_test_run ();
}
