/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/message.h"

#include "fuzz.h"

static void
try_request (const char *text, gssize length)
{
  g_autoptr (MrJournalRequest) request = mr_journal_request_from_json (text, length, NULL);
  g_autoptr (MrJournalRequest) again = NULL;
  g_autofree char *json = NULL;
  g_autofree char *json_again = NULL;

  if (request == NULL)
    return;
  json = mr_journal_request_to_json (request);
  again = mr_journal_request_from_json (json, -1, NULL);
  g_assert_nonnull (again);
  json_again = mr_journal_request_to_json (again);
  g_assert_cmpstr (json, ==, json_again);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  MrJournalReply reply;
  MrChainReply chain;

  try_request ((const char *) data, (gssize) size);
  if (mr_journal_reply_from_json ((const char *) data, (gssize) size, &reply, NULL))
    g_free (mr_journal_reply_to_json (&reply));
  if (mr_chain_reply_from_json ((const char *) data, (gssize) size, &chain, NULL))
    g_free (mr_chain_reply_to_json (&chain));
  return 0;
}
