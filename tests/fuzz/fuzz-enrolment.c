/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/message.h"

#include "fuzz.h"

/* The small messages: enrolment, claims, problems, the newest snapshot, and the texts in addresses and headers. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *bytes = (const char *) data;
  g_autofree char *text = g_strndup (bytes, size);
  g_autoptr (MrEnrolRequest) request = mr_enrol_request_from_json (bytes, (gssize) size, NULL);
  g_autoptr (MrEnrolReply) reply = mr_enrol_reply_from_json (bytes, (gssize) size, NULL);
  g_autoptr (MrProblem) problem = mr_problem_from_json (bytes, (gssize) size, NULL);
  g_autoptr (MrSnapshotInfo) info = mr_snapshot_info_from_json (bytes, (gssize) size, NULL);
  g_autoptr (MrClaimRequest) claim = mr_claim_request_from_json (bytes, (gssize) size, NULL);
  g_auto (MrClaimReply) granted = { NULL };
  static const guint8 key[32] = { 1 };
  MrPosition position;
  gint64 time_us;

  if (request != NULL)
    g_free (mr_enrol_request_to_json (request));
  if (reply != NULL)
    g_free (mr_enrol_reply_to_json (reply));
  if (problem != NULL)
    g_free (mr_problem_to_json (problem));
  if (info != NULL)
    g_free (mr_snapshot_info_to_json (info));
  if (claim != NULL)
    g_free (mr_claim_request_to_json (claim));
  if (mr_claim_reply_from_json (bytes, (gssize) size, &granted, NULL))
    g_free (mr_claim_reply_to_json (&granted));
  if (mr_position_parse (text, &position))
    {
      char out[MR_POSITION_STRING_SIZE];

      g_assert_cmpstr (mr_position_format (&position, out), ==, text);
    }
  if (mr_time_parse (text, &time_us))
    g_free (mr_time_format (time_us));
  g_assert_false (mr_verify_request (key, text, text, "GET", text, data, size));
  return 0;
}
