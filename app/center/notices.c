/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/notices.h"

#include <string.h>

/* How long a thread that is to end may go on waiting. */
#define WAIT_MS 200
#define RECONNECT_US G_TIME_SPAN_SECOND

struct _MrNotices
{
  char *location; /* (owned) */
  char *process; /* (owned) */
  MrFeedsChanged changed;
  gpointer data; /* (unowned) */
  GThread *thread; /* (owned) */
  int stopping; /* atomic */
};

/* "process 3,17" */
static void
take_notice (MrNotices *self, const char *notice)
{
  const char *ids = strchr (notice, ' ');
  g_autoptr (GArray) feed_ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_auto (GStrv) words = NULL;

  if (ids == NULL || (strncmp (notice, self->process, (gsize) (ids - notice)) == 0 &&
                      self->process[ids - notice] == '\0'))
    return;
  words = g_strsplit (ids + 1, ",", -1);
  for (char **word = words; *word != NULL; word++)
    {
      gint64 id;

      if (g_ascii_string_to_signed (*word, 10, 1, G_MAXINT64, &id, NULL))
        g_array_append_val (feed_ids, id);
    }
  if (feed_ids->len > 0)
    self->changed ((const gint64 *) (gpointer) feed_ids->data, feed_ids->len, self->data);
}

static gboolean
is_stopping (MrNotices *self)
{
  return g_atomic_int_get (&self->stopping) != 0;
}

/* Until the connection is lost. */
static void
listen (MrNotices *self, GError **error)
{
  g_autoptr (MrDb) db = mr_db_open (self->location, MR_DB_READ_ONLY, error);

  if (db == NULL || !mr_db_listen (db, error))
    return;
  while (!is_stopping (self))
    {
      g_autofree char *notice = NULL;

      if (!mr_db_await_notice (db, WAIT_MS, &notice, error))
        return;
      if (notice != NULL)
        take_notice (self, notice);
    }
}

static gpointer
listen_always (gpointer user_data)
{
  MrNotices *self = user_data;

  while (!is_stopping (self))
    {
      g_autoptr (GError) error = NULL;

      listen (self, &error);
      if (error == NULL)
        break;
      g_info ("notices: %s", error->message);
      for (gint64 waited_us = 0; waited_us < RECONNECT_US && !is_stopping (self);
           waited_us += WAIT_MS * G_TIME_SPAN_MILLISECOND)
        g_usleep (WAIT_MS * G_TIME_SPAN_MILLISECOND);
    }
  return NULL;
}

MrNotices *
mr_notices_new (const char *location, const char *process, MrFeedsChanged changed, gpointer data)
{
  MrNotices *self = g_new0 (MrNotices, 1);

  self->location = g_strdup (location);
  self->process = g_strdup (process);
  self->changed = changed;
  self->data = data;
  self->thread = g_thread_new ("center-notices", listen_always, self);
  return self;
}

void
mr_notices_free (MrNotices *self)
{
  if (self == NULL)
    return;
  g_atomic_int_set (&self->stopping, 1);
  g_thread_join (self->thread);
  g_free (self->location);
  g_free (self->process);
  g_free (self);
}
