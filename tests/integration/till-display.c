/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/till.h"

#include "sample-till.h"
#include "virtual-pole.h"

/* What the customer is shown while a sale goes its way. */

#define COLA "6901234567892"
#define BANANAS "6900000000014"

typedef struct
{
  SampleTill sample;
  VirtualPole pole;
  char *location; /* (owned) */
} Fixture;

static MrDisplayDesk *
get_desk (Fixture *self)
{
  return mr_till_get_display_desk (self->sample.till);
}

static MrCheckout *
get_checkout (Fixture *self)
{
  return mr_till_get_checkout (self->sample.till);
}

static void
set (Fixture *self, const char *name, const char *value)
{
  mr_settings_set_async (mr_till_get_settings (self->sample.till), name, value, NULL, NULL);
  sample_till_settle (&self->sample);
}

static void
set_up (Fixture *self, gconstpointer text)
{
  sample_till_set_up (&self->sample);
  sample_till_feed (&self->sample, "staff", "1", "[1,\"王芳\",\"owner\",\"\",1]");
  sample_till_start (&self->sample);
  virtual_pole_plug (&self->pole, g_str_equal (text, "gb18030"));
  self->location = g_strconcat ("serial:", self->pole.path, NULL);
  set (self, MR_SETTING_DISPLAY_TEXT, text);
  set (self, MR_SETTING_DISPLAY, self->location);
}

static void
tear_down (Fixture *self, gconstpointer text)
{
  sample_till_tear_down (&self->sample);
  virtual_pole_unplug (&self->pole);
  g_free (self->location);
}

static void
assert_scene (Fixture *self, const char *scene)
{
  g_assert_cmpstr (mr_display_scene_to_string (mr_display_desk_get_scene (get_desk (self))), ==,
                   scene);
}

static void
test_sale (Fixture *self, gconstpointer text)
{
  MrCheckout *checkout = get_checkout (self);

  virtual_pole_await (&self->pole, "街角便利店", "");
  assert_scene (self, "idle");
  g_assert_cmpint (mr_checkout_scan (checkout, COLA), ==, MR_SCAN_ADDED);
  virtual_pole_await (&self->pole, "可口可乐 330ml  3.00", "Total           3.00");
  g_assert_cmpint (mr_checkout_scan (checkout, COLA), ==, MR_SCAN_ADDED);
  virtual_pole_await (&self->pole, "2 x 可口可乐 33 6.00", "Total           6.00");
  assert_scene (self, "sale");
  g_assert_true (mr_checkout_set_sale_discount (checkout, 100, NULL));
  virtual_pole_await (&self->pole, "2 x 可口可乐 33 6.00", "Total           5.00");
  g_assert_true (mr_checkout_begin_payment (checkout, NULL));
  virtual_pole_await (&self->pole, "Total           5.00", "To pay          5.00");
  assert_scene (self, "paying");
  sample_till_pay (&self->sample, MR_TENDER_CASH, 2000);
  virtual_pole_await (&self->pole, "Total           5.00", "Change         15.00");
  assert_scene (self, "paid");
  mr_checkout_begin_next (checkout);
  virtual_pole_await (&self->pole, "街角便利店", "");
  /* The exact sum. */
  mr_checkout_scan (checkout, COLA);
  sample_till_pay (&self->sample, MR_TENDER_CASH, 300);
  virtual_pole_await (&self->pole, "Total           3.00", "Thank you");
}

/* Without Chinese letters it shows the sums, and no row of question marks. */
static void
test_plain (Fixture *self, gconstpointer text)
{
  MrCheckout *checkout = get_checkout (self);

  virtual_pole_await (&self->pole, "Welcome", "");
  mr_checkout_set_pending_quantity (checkout, 375);
  g_assert_cmpint (mr_checkout_scan (checkout, BANANAS), ==, MR_SCAN_ADDED);
  virtual_pole_await (&self->pole, "0.375 x 5.98    2.24", "Total           2.24");
  g_assert_true (mr_checkout_remove (checkout, 0, NULL));
  virtual_pole_await (&self->pole, "Welcome", "");
}

static gboolean
is_ready (SampleTill *sample)
{
  return mr_display_desk_get_state (mr_till_get_display_desk (sample->till)) == MR_DESK_READY;
}

static gboolean
is_in_trouble (SampleTill *sample)
{
  return mr_display_desk_get_state (mr_till_get_display_desk (sample->till)) == MR_DESK_TROUBLE;
}

static void
test_states (Fixture *self, gconstpointer text)
{
  MrDisplayDesk *desk = get_desk (self);

  sample_till_wait (&self->sample, is_ready);
  g_assert_cmpstr (mr_display_desk_get_reason (desk), ==, "");
  mr_display_desk_test (desk);
  virtual_pole_await (&self->pole, "Test      0123456789", "Total      888888.88");
  /* Whoever comes first to the till ends the test. */
  mr_checkout_scan (get_checkout (self), BANANAS);
  virtual_pole_await (&self->pole, "1 x 5.98        5.98", "Total           5.98");

  set (self, MR_SETTING_DISPLAY, "serial:/nowhere/ttyS9");
  sample_till_wait (&self->sample, is_in_trouble);
  g_assert_cmpstr (mr_display_desk_get_reason (desk), ==, "no-device");
  virtual_pole_await_dark (&self->pole);
  /* The sale knows nothing of it. */
  sample_till_pay (&self->sample, MR_TENDER_CASH, -1);
  assert_scene (self, "paid");

  set (self, MR_SETTING_DISPLAY, MR_DISPLAY_WINDOW);
  g_assert_true (mr_display_desk_wants_window (desk));
  g_assert_cmpstr (mr_display_desk_get_reason (desk), ==, "no-screen");
  mr_display_desk_note_window (desk, TRUE);
  g_assert_cmpint (mr_display_desk_get_state (desk), ==, MR_DESK_READY);
  set (self, MR_SETTING_DISPLAY, "");
  g_assert_false (mr_display_desk_wants_window (desk));
  g_assert_cmpint (mr_display_desk_get_state (desk), ==, MR_DESK_NONE);
  g_assert_false (mr_settings_check (MR_SETTING_DISPLAY, "dir:/tmp", NULL));
  g_assert_false (mr_settings_check (MR_SETTING_DISPLAY_TEXT, "utf-8", NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/display/sale", Fixture, "gb18030", set_up, test_sale, tear_down);
  g_test_add ("/display/plain", Fixture, "ascii", set_up, test_plain, tear_down);
  g_test_add ("/display/states", Fixture, "ascii", set_up, test_states, tear_down);
  return g_test_run ();
}
