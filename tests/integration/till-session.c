/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/session.h"

#include "sample-till.h"
#include "store/journal.h"

#include <string.h>

typedef SampleTill Fixture;

static void
set_up_staffed (Fixture *self, gconstpointer data)
{
  sample_till_set_up (self);
  sample_till_feed_staff (self);
  sample_till_start (self);
}

static void
set_up_simple (Fixture *self, gconstpointer data)
{
  sample_till_set_up (self);
  sample_till_feed (self, "staff", "1", "[1,\"王芳\",\"owner\",\"\",1]");
  sample_till_start (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  sample_till_tear_down (self);
}

static MrSession *
get_session (Fixture *self)
{
  return mr_till_get_session (self->till);
}

static MrShiftDesk *
get_desk (Fixture *self)
{
  return mr_till_get_shift_desk (self->till);
}

static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError **error = user_data;

  mr_session_sign_in_finish (MR_SESSION (source), result, error);
}

static void
sign_in (Fixture *self, gint64 number, const char *pin, GError **error)
{
  mr_session_sign_in_async (get_session (self), number, pin, on_signed_in, error);
  sample_till_settle (self);
}

static void
assert_refused (Fixture *self, gint64 number, const char *pin, MrSessionError code)
{
  g_autoptr (GError) error = NULL;

  sign_in (self, number, pin, &error);
  g_assert_error (error, MR_SESSION_ERROR, (int) code);
}

static void
assert_signed_in (Fixture *self, gint64 number, const char *pin)
{
  g_autoptr (GError) error = NULL;

  sign_in (self, number, pin, &error);
  g_assert_no_error (error);
  g_assert_cmpint (mr_session_get_staff_number (get_session (self)), ==, number);
}

static void
on_signed_out (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (mr_session_sign_out_finish (MR_SESSION (source), result, &error));
  g_assert_no_error (error);
}

static void
sign_out (Fixture *self)
{
  mr_session_sign_out_async (get_session (self), on_signed_out, NULL);
  sample_till_settle (self);
}

static void
test_simple (Fixture *self, gconstpointer data)
{
  MrSession *session = get_session (self);

  g_assert_true (mr_session_is_simple (session));
  g_assert_true (mr_session_is_signed_in (session));
  g_assert_cmpint (mr_session_get_staff_number (session), ==, 1);
  g_assert_cmpstr (mr_session_get_name (session), ==, "王芳");
  g_assert_true (mr_session_may (session, MR_MAY_CHANGE_SETTINGS));
  /* Nobody can lock the one person out by signing out. */
  sign_out (self);
  g_assert_true (mr_session_is_signed_in (session));
}

/* With the second person it matters who stands there. */
static void
test_second_person (Fixture *self, gconstpointer data)
{
  sample_till_feed_staff (self);
  sample_till_start (self);
  g_assert_false (mr_session_is_simple (get_session (self)));
  g_assert_false (mr_session_is_signed_in (get_session (self)));
  g_assert_cmpint (mr_checkout_scan (mr_till_get_checkout (self->till), "6901234567892"), ==,
                   MR_SCAN_FORBIDDEN);
  assert_signed_in (self, 1001, "1234");
  g_assert_cmpint (mr_checkout_scan (mr_till_get_checkout (self->till), "6901234567892"), ==,
                   MR_SCAN_ADDED);
}

static void
test_roles (Fixture *self, gconstpointer data)
{
  MrCheckout *checkout = mr_till_get_checkout (self->till);
  g_autoptr (GPtrArray) people = mr_session_list_people (get_session (self));
  g_autoptr (GError) error = NULL;
  gint64 n_entries;

  g_assert_cmpuint (people->len, ==, 2);
  g_assert_true (((const MrPerson *) people->pdata[0])->has_pin);
  n_entries = sample_till_verify (self);
  assert_refused (self, 1099, "1234", MR_SESSION_ERROR_UNKNOWN);
  g_assert_cmpint (sample_till_verify (self), ==, n_entries + 1);
  assert_refused (self, 1002, "", MR_SESSION_ERROR_WRONG);
  assert_signed_in (self, 1002, "5678");
  g_assert_cmpint (mr_session_get_role (get_session (self)), ==, MR_ROLE_CASHIER);
  mr_checkout_scan (checkout, "6901234567892");
  g_assert_false (mr_checkout_set_price (checkout, 0, 100, &error));
  g_assert_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_FORBIDDEN);
  g_clear_error (&error);
  g_assert_false (mr_checkout_set_sale_discount (checkout, 100, &error));
  g_assert_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_FORBIDDEN);
  g_clear_error (&error);
  /* The basket stays when somebody else takes over. */
  sign_out (self);
  g_assert_false (mr_checkout_remove (checkout, 0, &error));
  g_assert_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_NOT_SIGNED_IN);
  g_clear_error (&error);
  assert_signed_in (self, 1001, "1234");
  g_assert_true (mr_checkout_set_price (checkout, 0, 100, &error));
  sample_till_settle (self);
}

/* Five wrong PINs lock for half a minute, each further one for twice as long, never for ever; other
 * people, a restart and the wall clock change nothing. */
static void
test_lock_out (Fixture *self, gconstpointer data)
{
  static const gint64 waits_s[] = { 30, 60, 120, 240, 480, 900, 900 };

  for (guint i = 0; i < 4; i++)
    assert_refused (self, 1002, "0000", MR_SESSION_ERROR_WRONG);
  g_assert_cmpint (mr_session_get_wait_ms (get_session (self), 1002), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (waits_s); i++)
    {
      assert_refused (self, 1002, "0000", MR_SESSION_ERROR_WRONG);
      g_assert_cmpint (mr_session_get_wait_ms (get_session (self), 1002), ==, waits_s[i] * 1000);
      assert_refused (self, 1002, "5678", MR_SESSION_ERROR_LOCKED);
      self->world.now_us += 3600 * (gint64) G_USEC_PER_SEC;
      assert_refused (self, 1002, "5678", MR_SESSION_ERROR_LOCKED);
      if (i == 2)
        {
          sample_till_start (self);
          assert_refused (self, 1002, "5678", MR_SESSION_ERROR_LOCKED);
        }
      test_world_advance (&self->world, waits_s[i] * G_USEC_PER_SEC);
      g_assert_cmpint (mr_session_get_wait_ms (get_session (self), 1002), ==, 0);
    }
  assert_signed_in (self, 1001, "1234");
  assert_signed_in (self, 1002, "5678");
  /* Right once: counted from the beginning again. */
  assert_refused (self, 1002, "0000", MR_SESSION_ERROR_WRONG);
  g_assert_cmpint (mr_session_get_wait_ms (get_session (self), 1002), ==, 0);
  sample_till_verify (self);
}

/* A lock-out never closes a shop with one person in it. */
static void
test_lock_out_alone (Fixture *self, gconstpointer data)
{
  sample_till_feed (self, "staff", "2", NULL);
  sample_till_start (self);
  for (guint i = 0; i < 5; i++)
    assert_refused (self, 1001, "0000", MR_SESSION_ERROR_WRONG);
  for (guint i = 0; i < 6; i++)
    {
      g_assert_cmpint (mr_session_get_wait_ms (get_session (self), 1001), ==, 30000);
      test_world_advance (&self->world, 30 * G_USEC_PER_SEC);
      assert_refused (self, 1001, "0000", MR_SESSION_ERROR_WRONG);
    }
  test_world_advance (&self->world, 30 * G_USEC_PER_SEC);
  assert_signed_in (self, 1001, "1234");
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError **error = user_data;

  mr_shift_desk_open_finish (MR_SHIFT_DESK (source), result, error);
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MrShift **shift = user_data;
  g_autoptr (GError) error = NULL;

  *shift = mr_shift_desk_close_finish (MR_SHIFT_DESK (source), result, &error);
  g_assert_no_error (error);
}

static void
on_moved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError **error = user_data;

  mr_shift_desk_move_cash_finish (MR_SHIFT_DESK (source), result, error);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MrShift **shift = user_data;
  g_autoptr (GError) error = NULL;

  *shift = mr_shift_desk_read_finish (MR_SHIFT_DESK (source), result, &error);
  g_assert_no_error (error);
}

static void
sell_cola (Fixture *self, MrTenderKind kind)
{
  g_assert_cmpint (mr_checkout_scan (mr_till_get_checkout (self->till), "6901234567892"), ==,
                   MR_SCAN_ADDED);
  sample_till_pay (self, kind, -1);
}

/* A staffed shop opens its shift by hand; X, cash in and out, no-sale and the Z add up. */
static void
test_shift (Fixture *self, gconstpointer data)
{
  MrCheckout *checkout = mr_till_get_checkout (self->till);
  g_autoptr (GError) error = NULL;
  g_autoptr (MrShift) closed = NULL;
  g_autoptr (MrShift) read = NULL;

  assert_signed_in (self, 1001, "1234");
  mr_checkout_scan (checkout, "6901234567892");
  g_assert_false (mr_shift_desk_can_sell (get_desk (self)));
  g_assert_false (mr_checkout_begin_payment (checkout, &error));
  g_assert_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_NO_SHIFT);
  g_clear_error (&error);
  mr_shift_desk_open_async (get_desk (self), 20000, on_opened, &error);
  sample_till_settle (self);
  g_assert_no_error (error);
  g_assert_true (mr_shift_desk_can_sell (get_desk (self)));
  mr_shift_desk_open_async (get_desk (self), 0, on_opened, &error);
  sample_till_settle (self);
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_SHIFT);
  g_clear_error (&error);

  sample_till_pay (self, MR_TENDER_CASH, 1000);
  sell_cola (self, MR_TENDER_WECHAT);
  mr_shift_desk_move_cash_async (get_desk (self), -5000, "milk", on_moved, &error);
  mr_shift_desk_move_cash_async (get_desk (self), 1000, "change", on_moved, &error);
  mr_shift_desk_no_sale_async (get_desk (self), "", on_moved, &error);
  sample_till_settle (self);
  g_assert_no_error (error);
  mr_shift_desk_read_async (get_desk (self), on_read, &read);
  sample_till_settle (self);
  g_assert_cmpint (mr_shift_get_expected_minor (read), ==, 20000 + 300 - 5000 + 1000);
  g_assert_cmpuint (read->no_sale_count, ==, 1);
  g_assert_cmpint (read->tenders[MR_TENDER_WECHAT].amount_minor, ==, 300);

  mr_shift_desk_close_async (get_desk (self), 16200, TRUE, on_closed, &closed);
  sample_till_settle (self);
  g_assert_cmpint (mr_shift_get_variance_minor (closed), ==, -100);
  g_assert_cmpint (closed->total_minor, ==, 600);
  g_assert_null (mr_shift_desk_get_shift (get_desk (self)));
  g_assert_cmpint (mr_shift_desk_get_default_float_minor (get_desk (self)), ==, 16200);
  sample_till_verify (self);
}

/* In a simple shop the float is last night's cash and nobody opens anything; closing works with a
 * basket at hand, which is there the next day. */
static void
test_nights (Fixture *self, gconstpointer data)
{
  g_autoptr (MrShift) closed = NULL;
  g_autoptr (MrShift) uncounted = NULL;

  sell_cola (self, MR_TENDER_CASH);
  mr_checkout_scan (mr_till_get_checkout (self->till), "6900000000045");
  mr_shift_desk_close_async (get_desk (self), 500, TRUE, on_closed, &closed);
  sample_till_settle (self);
  g_assert_cmpint (closed->float_minor, ==, 0);
  g_assert_cmpint (mr_shift_get_variance_minor (closed), ==, 200);
  test_world_advance (&self->world, 12 * 3600 * (gint64) G_USEC_PER_SEC);
  sample_till_start (self);
  g_assert_cmpint (mr_checkout_get_totals (mr_till_get_checkout (self->till))->total_minor, ==,
                   800);
  sample_till_pay (self, MR_TENDER_CASH, -1);
  g_assert_cmpint (mr_shift_desk_get_shift (get_desk (self))->number, ==, 2);
  g_assert_cmpint (mr_shift_desk_get_shift (get_desk (self))->float_minor, ==, 500);
  g_assert_cmpint (mr_shift_desk_get_shift (get_desk (self))->grand_total_minor, ==, 1100);
  mr_shift_desk_close_async (get_desk (self), 0, FALSE, on_closed, &uncounted);
  sample_till_settle (self);
  g_assert_false (uncounted->has_count);
  g_assert_cmpint (mr_shift_desk_get_default_float_minor (get_desk (self)), ==, 1300);
  sample_till_verify (self);
}

/* More was taken out than there can have been, and nobody counted: the next day begins with an empty drawer,
 * and sells. */
static void
test_overdrawn (Fixture *self, gconstpointer data)
{
  g_autoptr (MrShift) closed = NULL;

  sell_cola (self, MR_TENDER_CASH);
  mr_shift_desk_move_cash_async (get_desk (self), -1000, "进货", NULL, NULL);
  mr_shift_desk_close_async (get_desk (self), 0, FALSE, on_closed, &closed);
  sample_till_settle (self);
  g_assert_cmpint (mr_shift_get_expected_minor (closed), ==, -700);
  g_assert_cmpint (mr_shift_desk_get_default_float_minor (get_desk (self)), ==, 0);
  sell_cola (self, MR_TENDER_CASH);
  g_assert_cmpint (mr_shift_desk_get_shift (get_desk (self))->float_minor, ==, 0);
  sample_till_verify (self);
}

static void
on_set (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError **error = user_data;

  mr_settings_set_finish (MR_SETTINGS (source), result, error);
}

static void
count_change (MrSettings *settings, const char *name, guint *count)
{
  g_assert_cmpstr (name, ==, MR_SETTING_PAPER_MM);
  (*count)++;
}

static void
test_settings (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *value;
    gboolean valid;
  } values[] = {
    { MR_SETTING_PRINTER, "tcp:192.168.1.9:9100", TRUE },
    { MR_SETTING_PRINTER, "", TRUE },
    { MR_SETTING_PRINTER, "somewhere", FALSE },
    { MR_SETTING_PAPER_MM, "80", TRUE },
    { MR_SETTING_PAPER_MM, "70", FALSE },
    { MR_SETTING_PRINT, "on-key", TRUE },
    { MR_SETTING_PRINT, "sometimes", FALSE },
    { MR_SETTING_KEY_SET, "chinese", TRUE },
    { MR_SETTING_KEY_SET, "klingon", FALSE },
    { MR_SETTING_KEYS, "F6=discount;F8=tender:card", TRUE },
    { MR_SETTING_KEYS, "F6=explode", FALSE },
    { MR_SETTING_KEYS, "Enter=pay", FALSE },
    { MR_SETTING_DRAWER_PIN, "5", TRUE },
    { MR_SETTING_DRAWER_PIN, "3", FALSE },
    { MR_SETTING_BLIND_COUNT, "yes", TRUE },
    { MR_SETTING_BLIND_COUNT, "maybe", FALSE },
    { "colour", "teal", FALSE },
  };
  MrSettings *settings = mr_till_get_settings (self->till);
  guint n_changes = 0;
  g_autoptr (GError) failure = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    g_assert_cmpint (mr_settings_check (values[i].name, values[i].value, NULL), ==,
                     values[i].valid);
  g_assert_cmpstr (mr_settings_get (settings, MR_SETTING_PAPER_MM), ==, "58");
  g_assert_cmpint (mr_settings_get_print_mode (settings), ==, MR_PRINT_ALWAYS);
  g_signal_connect (settings, "changed::" MR_SETTING_PAPER_MM, G_CALLBACK (count_change),
                    &n_changes);
  mr_settings_set_async (settings, MR_SETTING_PAPER_MM, "70", on_set, &failure);
  sample_till_settle (self);
  g_assert_error (failure, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&failure);
  g_assert_cmpuint (n_changes, ==, 0);
  mr_settings_set_async (settings, MR_SETTING_PAPER_MM, "80", on_set, &failure);
  g_assert_cmpint (mr_settings_get_paper_mm (settings), ==, 80);
  sample_till_settle (self);
  g_assert_no_error (failure);
  g_assert_cmpuint (n_changes, ==, 1);
  sample_till_start (self);
  g_assert_cmpint (mr_settings_get_paper_mm (mr_till_get_settings (self->till)), ==, 80);
  sample_till_verify (self);
}

static void
test_status (Fixture *self, gconstpointer data)
{
  MrTillStatus status;

  mr_till_get_status (self->till, &status);
  g_assert_cmpint (status.link, ==, MR_LINK_NOT_ENROLLED);
  g_assert_cmpstr (status.shop_name, ==, "街角便利店");
  g_assert_cmpint (status.catalog_v, ==, 100);
  g_assert_cmpint (status.paper, ==, MR_PAPER_NONE);
  g_assert_false (status.clock_doubtful);
  sell_cola (self, MR_TENDER_CASH);
  self->world.now_us -= 24 * 3600 * (gint64) G_USEC_PER_SEC;
  mr_till_get_status (self->till, &status);
  g_assert_true (status.clock_doubtful);
}

#define ADD(name, set_up, function) \
  g_test_add ("/session/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("simple", set_up_simple, test_simple);
  ADD ("second-person", set_up_simple, test_second_person);
  ADD ("roles", set_up_staffed, test_roles);
  ADD ("lock-out", set_up_staffed, test_lock_out);
  ADD ("lock-out-alone", set_up_staffed, test_lock_out_alone);
  ADD ("shift", set_up_staffed, test_shift);
  ADD ("nights", set_up_simple, test_nights);
  ADD ("overdrawn", set_up_simple, test_overdrawn);
  ADD ("settings", set_up_simple, test_settings);
  ADD ("status", set_up_simple, test_status);
  return g_test_run ();
}
