/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sync/sync.h"

#include "sync/transport.h"

#include <string.h>

#define TIMEOUT_MS 15000

G_DEFINE_QUARK (mr - sync - error - quark, mr_sync_error)

typedef struct
{
  MrTransport *transport; /* (owned) */
  char *center_url; /* (owned) */
} Enrolment;

static void
enrolment_free (Enrolment *self)
{
  g_clear_pointer (&self->transport, mr_transport_free);
  g_free (self->center_url);
  g_free (self);
}

static void
return_refusal (GTask *task, const MrSyncReply *reply)
{
  g_autoptr (MrProblem) problem = mr_problem_from_json (reply->body, (gssize) reply->length, NULL);

  if (reply->status == 0)
    g_task_return_new_error (task, MR_SYNC_ERROR, MR_SYNC_ERROR_UNREACHABLE,
                             "the center does not answer");
  else if (problem == NULL)
    g_task_return_new_error (task, MR_SYNC_ERROR, MR_SYNC_ERROR_ANSWER,
                             "what answers there is no center (status %u)", reply->status);
  else
    g_task_return_new_error (task, MR_SYNC_ERROR, MR_SYNC_ERROR_REFUSED, "%s",
                             *problem->detail != '\0' ? problem->detail : problem->title);
}

static void
on_reply (gpointer user_data, guint id, const MrSyncReply *reply)
{
  GTask *task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MrEnrolReply) enrolled = NULL;

  if (reply->status != 200)
    {
      return_refusal (task, reply);
      g_object_unref (task);
      return;
    }
  enrolled = mr_enrol_reply_from_json (reply->body, (gssize) reply->length, &error);
  if (enrolled == NULL)
    g_task_return_new_error (task, MR_SYNC_ERROR, MR_SYNC_ERROR_ANSWER,
                             "what answers there is no center: %s", error->message);
  else
    g_task_return_pointer (task, g_steal_pointer (&enrolled), (GDestroyNotify) mr_enrol_reply_free);
  g_object_unref (task);
}

void
mr_sync_enrol_async (const char *center_url, const char *code, const char *name,
                     const guint8 public_key[32], GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *key = g_base64_encode (public_key, 32);
  const MrEnrolRequest message = { (char *) code, key, (char *) name };
  Enrolment *enrolment = g_new0 (Enrolment, 1);
  MrSyncRequest request = { .id = 1, .method = "POST", .timeout_ms = TIMEOUT_MS };

  enrolment->center_url = mr_transport_clean_url (center_url);
  g_task_set_task_data (task, enrolment, (GDestroyNotify) enrolment_free);
  if (enrolment->center_url == NULL)
    {
      g_task_return_new_error (task, MR_SYNC_ERROR, MR_SYNC_ERROR_ADDRESS,
                               "“%s” is not the address of a center", center_url);
      g_object_unref (task);
      return;
    }
  request.path = g_strdup ("/v1/enrol");
  request.body = mr_enrol_request_to_json (&message);
  request.length = strlen (request.body);
  enrolment->transport = mr_transport_new (on_reply, task);
  mr_transport_send (enrolment->transport, enrolment->center_url, &request, FALSE);
  mr_sync_request_clear (&request);
}

MrEnrolReply *
mr_sync_enrol_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
