/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/message.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (MrFeedsReply) reply =
      mr_feeds_reply_from_json ((const char *) data, (gssize) size, NULL);
  g_autoptr (MrFeedsReply) again = NULL;
  g_autofree char *json = NULL;
  g_autofree char *json_again = NULL;

  if (reply == NULL)
    return 0;
  json = mr_feeds_reply_to_json (reply);
  again = mr_feeds_reply_from_json (json, -1, NULL);
  g_assert_nonnull (again);
  json_again = mr_feeds_reply_to_json (again);
  g_assert_cmpstr (json, ==, json_again);
  return 0;
}
