/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center-fixture.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

/* The center's router and handlers on a scratch database. The first line says what comes: "METHOD PATH" of
 * a request signed by an enrolled till, with the rest as its body; or "entry KIND", with the rest as the
 * body of an entry well hashed and pushed, so that effects are reached. */

static CenterFixture fixture;
static gint64 acked;

static void
close_center (void)
{
  center_fixture_check_books (&fixture);
  center_fixture_tear_down (&fixture, NULL);
}

static void
open_once (void)
{
  if (fixture.center != NULL)
    return;
  center_fixture_set_up (&fixture, NULL);
  atexit (close_center);
}

static void
check_reply (MrCenterReply *reply)
{
  g_assert_cmpuint (reply->status, >=, 200);
  /* "The center failed" is never the answer to a stranger's bytes. */
  g_assert_cmpuint (reply->status, !=, 500);
  if (reply->status >= 400)
    {
      g_autofree char *text = center_fixture_dup_body (reply);
      g_autoptr (MrProblem) problem = mr_problem_from_json (text, -1, NULL);

      g_assert_nonnull (problem);
      g_assert_cmpuint (problem->status, ==, reply->status);
    }
  mr_center_reply_clear (reply);
}

static void
try_entry (const char *kind, const char *body)
{
  g_autofree char *push = NULL;
  MrCenterReply reply;

  if (!mr_entry_kind_is_valid (kind) || !g_utf8_validate (body, -1, NULL))
    return;
  fake_till_add (&fixture.till, MR_ID_NONE, kind, 1, body);
  push = fake_till_make_push (&fixture.till, acked, 1);
  reply = center_fixture_send (&fixture, &fixture.till, "POST", "/v1/journal", push, 0);
  /* Whatever it says, it happened. */
  g_assert_cmpuint (reply.status, ==, 200);
  acked++;
  check_reply (&reply);
}

static void
try_request (const char *line, const char *body, size_t length)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 2);
  MrCenterReply reply;

  if (words[0] == NULL || words[1] == NULL)
    return;
  if (strcmp (words[0], "entry") == 0)
    {
      try_entry (words[1], body);
      return;
    }
  reply = center_fixture_send (&fixture, &fixture.till, words[0], words[1],
                               length > 0 ? body : NULL, 0);
  check_reply (&reply);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const uint8_t *end = memchr (data, '\n', size);
  g_autofree char *line = NULL;
  g_autofree char *body = NULL;
  size_t head = end != NULL ? (size_t) (end - data) : size;

  open_once ();
  line = g_strndup ((const char *) data, head);
  body = end != NULL ? g_strndup ((const char *) end + 1, size - head - 1) : g_strdup ("");
  try_request (line, body, strlen (body));
  return 0;
}
