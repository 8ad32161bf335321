/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/message.h"

#include "fuzz.h"

/* What a center answers besides feeds: what is read is written as something that reads the same. */

static void
try_journal (const char *text, gssize length)
{
  MrJournalReply reply, again;
  g_autofree char *json = NULL;

  if (!mr_journal_reply_from_json (text, length, &reply, NULL))
    return;
  json = mr_journal_reply_to_json (&reply);
  g_assert_true (mr_journal_reply_from_json (json, -1, &again, NULL));
  g_assert_cmpint (reply.acked, ==, again.acked);
  g_assert_true (mr_hash_equal (&reply.h, &again.h));
}

static void
try_chain (const char *text, gssize length)
{
  MrChainReply reply, again;
  g_autofree char *json = NULL;

  if (!mr_chain_reply_from_json (text, length, &reply, NULL))
    return;
  json = mr_chain_reply_to_json (&reply);
  g_assert_true (mr_chain_reply_from_json (json, -1, &again, NULL));
  g_assert_cmpint (reply.n, ==, again.n);
}

static void
try_snapshot (const char *text, gssize length)
{
  g_autoptr (MrSnapshotInfo) info = mr_snapshot_info_from_json (text, length, NULL);
  g_autoptr (MrSnapshotInfo) again = NULL;
  g_autofree char *json = NULL;

  if (info == NULL)
    return;
  g_assert_true (mr_snapshot_name_is_valid (info->name));
  json = mr_snapshot_info_to_json (info);
  again = mr_snapshot_info_from_json (json, -1, NULL);
  g_assert_nonnull (again);
  g_assert_cmpstr (info->name, ==, again->name);
}

/* Problems are read leniently, since anybody in between may write them. */
static void
try_problem (const char *text, gssize length)
{
  g_autoptr (MrProblem) problem = mr_problem_from_json (text, length, NULL);
  g_autofree char *json = NULL;

  if (problem == NULL)
    return;
  json = mr_problem_to_json (problem);
  g_assert_true (g_utf8_validate (json, -1, NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GArray) sums = g_array_new (FALSE, TRUE, sizeof (MrTableSum));

  try_journal ((const char *) data, (gssize) size);
  try_chain ((const char *) data, (gssize) size);
  try_snapshot ((const char *) data, (gssize) size);
  try_problem ((const char *) data, (gssize) size);
  mr_table_sums_add (sums, "good", "1", 1, text);
  return 0;
}
