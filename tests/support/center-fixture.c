/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center-fixture.h"

#include "center/enrol.h"
#include "center/network.h"

#include "temp-dir.h"
#include "test-database.h"

#include <string.h>

static gboolean
set_up_network (MrBatch *batch, gpointer data, GError **error)
{
  gint64 region = mr_network_add_region (batch, "east", "华东", "CNY", "Asia/Shanghai", error);

  return region != 0 && mr_network_add_shop (batch, region, "corner", "街角便利店", error) != 0 &&
         mr_network_add_shop (batch, region, "other", "另一家", error) != 0;
}

static gboolean
make_code (MrBatch *batch, gpointer data, GError **error)
{
  MrNetworkShop shop;

  if (!mr_network_find_shop (batch->db, "corner", &shop, error))
    return FALSE;
  *(char **) data = mr_enrol_new_code (batch, shop.id, error);
  return *(char **) data != NULL;
}

void
center_fixture_run (CenterFixture *self, MrCenterJob job, gpointer data)
{
  g_autoptr (GError) error = NULL;

  mr_center_run (self->center, job, data, &error);
  g_assert_no_error (error);
}

MrCenterReply
center_fixture_send (CenterFixture *self, FakeTill *till, const char *method, const char *path,
                     const char *body, gint64 skew_us)
{
  FakeSignature signature = { 0 };
  MrCenterRequest request = { .method = method, .path = path, .body = body };
  MrCenterReply reply = { 0 };

  if (till != NULL)
    signature = fake_till_sign (till, method, path, body, skew_us);
  request.length = body != NULL ? strlen (body) : 0;
  request.till = signature.till;
  request.time = signature.time;
  request.signature = signature.signature;
  mr_center_handle (self->center, &request, &reply);
  fake_signature_clear (&signature);
  return reply;
}

char *
center_fixture_dup_body (const MrCenterReply *reply)
{
  gsize length = 0;
  const char *text = reply->body != NULL ? g_bytes_get_data (reply->body, &length) : NULL;

  return g_strndup (text != NULL ? text : "", length);
}

char *
center_fixture_expect (CenterFixture *self, FakeTill *till, const char *method, const char *path,
                       const char *body, guint status, const char *type)
{
  MrCenterReply reply = center_fixture_send (self, till, method, path, body, 0);
  char *text = center_fixture_dup_body (&reply);

  if (reply.status != status)
    g_test_message ("%s %s: %u %s", method, path, reply.status, text);
  g_assert_cmpuint (reply.status, ==, status);
  if (type != NULL)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MrProblem) problem = mr_problem_from_json (text, -1, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (reply.content_type, ==, "application/problem+json");
      g_assert_cmpuint (problem->status, ==, status);
      g_assert_cmpstr (problem->type, ==, type);
      g_assert_cmpstr (problem->detail, !=, "");
    }
  mr_center_reply_clear (&reply);
  return text;
}

char *
center_fixture_new_code (CenterFixture *self)
{
  char *code = NULL;

  center_fixture_run (self, make_code, &code);
  return code;
}

void
center_fixture_enrol (CenterFixture *self, FakeTill *till)
{
  g_autofree char *code = center_fixture_new_code (self);
  g_autofree char *body = NULL;
  g_autofree char *reply = NULL;

  body = fake_till_make_enrolment (till, code);
  reply = center_fixture_expect (self, NULL, "POST", "/v1/enrol", body, 200, NULL);
  fake_till_enrolled (till, reply, -1);
}

void
center_fixture_open (CenterFixture *self)
{
  g_autoptr (GError) error = NULL;

  self->center = mr_center_open (self->location, self->files, &self->world.world, &error);
  g_assert_no_error (error);
}

void
center_fixture_set_up (CenterFixture *self, gconstpointer data)
{
  test_world_init (&self->world, 42);
  self->dir = temp_dir_new ();
  self->location = test_database_new (self->dir);
  self->files = g_build_filename (self->dir, "files", NULL);
  center_fixture_open (self);
  center_fixture_run (self, set_up_network, NULL);
  fake_till_init (&self->till, &self->world.world);
  center_fixture_enrol (self, &self->till);
}

void
center_fixture_tear_down (CenterFixture *self, gconstpointer data)
{
  fake_till_clear (&self->till);
  mr_center_close (self->center);
  temp_dir_remove (self->dir);
  g_free (self->dir);
  g_free (self->location);
  g_free (self->files);
}

gint64
center_fixture_count (CenterFixture *self, const char *sql)
{
  g_autoptr (GError) error = NULL;
  /* A sum is wider than what it is of, in PostgreSQL. */
  g_autofree char *cast = g_strdup_printf ("SELECT CAST((%s) AS bigint)", sql);
  gint64 value = -1;

  mr_db_get_int (mr_center_get_db (self->center), &value, &error, cast, "");
  g_assert_no_error (error);
  return value;
}

MrJournalReply
center_fixture_push (CenterFixture *self, FakeTill *till, gint64 prev_n, guint max, guint status)
{
  g_autofree char *body = fake_till_make_push (till, prev_n, max);
  g_autofree char *text = center_fixture_expect (self, till, "POST", "/v1/journal", body, status,
                                                 status == 409 ? "/problems/fork" : NULL);
  g_autoptr (GError) error = NULL;
  MrJournalReply reply = { 0 };

  mr_journal_reply_from_json (text, -1, &reply, &error);
  g_assert_no_error (error);
  return reply;
}

void
center_fixture_check_books (CenterFixture *self)
{
  g_assert_cmpint (
      center_fixture_count (self,
                            "SELECT count(*) FROM entry WHERE state = 'applied' AND kind = 'sale'"),
      ==, center_fixture_count (self, "SELECT count(*) FROM sale"));
  g_assert_cmpint (center_fixture_count (self,
                                         "SELECT coalesce(sum(total + rounding), 0) FROM sale"),
                   ==,
                   center_fixture_count (self, "SELECT coalesce(sum(amount), 0) FROM sale_tender"));
  g_assert_cmpint (center_fixture_count (self, "SELECT coalesce(sum(tax), 0) FROM sale"), ==,
                   center_fixture_count (self, "SELECT coalesce(sum(tax), 0) FROM sale_tax"));
  g_assert_cmpint (center_fixture_count (self, "SELECT coalesce(sum(tax), 0) FROM sale"), ==,
                   center_fixture_count (self, "SELECT coalesce(sum(tax), 0) FROM sale_line"));
  /* Every good's level is the sum of its movements. */
  g_assert_cmpint (
      center_fixture_count (
          self,
          "SELECT count(*) FROM level WHERE quantity <> "
          "(SELECT coalesce(sum(quantity), 0) FROM movement WHERE movement.good_id = level.good_id "
          "AND movement.to_location = level.location_id) - "
          "(SELECT coalesce(sum(quantity), 0) FROM movement WHERE movement.good_id = level.good_id "
          "AND movement.from_location = level.location_id)"),
      ==, 0);
  g_assert_cmpint (center_fixture_count (self, "SELECT coalesce(sum(quantity), 0) FROM level"), ==,
                   0);
  /* What came in by tenders is what the accounts of tenders hold. */
  g_assert_cmpint (
      center_fixture_count (self, "SELECT coalesce(sum(CASE WHEN account.id = transfer.debit THEN "
                                  "amount ELSE -amount END), 0) "
                                  "FROM transfer JOIN account ON account.kind = 'tender' "
                                  "AND account.id IN (transfer.debit, transfer.credit)"),
      ==, center_fixture_count (self, "SELECT coalesce(sum(amount), 0) FROM sale_tender"));
}
