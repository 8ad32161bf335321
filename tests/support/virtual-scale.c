/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "virtual-scale.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <pty.h>
#include <string.h>
#include <unistd.h>

#define EACH_MS 20 /* a word of one that speaks by itself */
#define MAX_WORD 64

struct _VirtualScale
{
  char *path; /* (owned) */
  MrScaleProtocol protocol;
  GThread *thread; /* (owned) (nullable): while it is plugged in */
  GMutex mutex; /* guards the following */
  int master;
  gboolean stopping;
  MrWeightState state;
  gint64 grams;
  gboolean is_net;
  VirtualScaleFault fault;
  guint n_words;
};

/* --- its words --- */

static gsize
write_line (const VirtualScale *self, char *word)
{
  if (self->state == MR_WEIGHT_OVER)
    return (gsize) g_snprintf (word, MAX_WORD, "OL,GS,1\x88,         kg\r\n");
  return (gsize) g_snprintf (word, MAX_WORD, "%s,%s,1\x88,%c%3d.%03d kg\r\n",
                             self->state == MR_WEIGHT_MOVING ? "US" : "ST",
                             self->is_net ? "NT" : "GS", self->state == MR_WEIGHT_UNDER ? '-' : ' ',
                             (int) (self->grams / 1000), (int) (self->grams % 1000));
}

static gsize
write_frame (const VirtualScale *self, char *word)
{
  char sign = ' ';
  guint8 check = 0;

  if (self->state == MR_WEIGHT_OVER)
    sign = 'F';
  else if (self->state == MR_WEIGHT_UNDER)
    sign = '-';
  g_snprintf (word, MAX_WORD, "\x01\x02%c%c%2d.%03dkg", self->state == MR_WEIGHT_MOVING ? 'U' : 'S',
              sign, (int) (self->grams / 1000), (int) (self->grams % 1000));
  for (guint i = 2; i < 12; i++)
    check ^= (guint8) word[i];
  word[12] = (char) check;
  word[13] = 0x03;
  word[14] = 0x04;
  return 15;
}

static gsize
write_answer (const VirtualScale *self, char *word)
{
  static const char bits[] = { 0, 1, 2, 4 };

  if (self->state != MR_WEIGHT_STABLE)
    return (gsize) g_snprintf (word, MAX_WORD, "\x02?%c\r", bits[self->state]);
  return (gsize) g_snprintf (word, MAX_WORD, "\x02%02d.%03d%s\r", (int) (self->grams / 1000),
                             (int) (self->grams % 1000), self->is_net ? "N" : "");
}

/* What it says to @asked, 0 for nothing at all; 0: it is quiet. */
static gsize
find_word (const VirtualScale *self, char asked, char *word)
{
  if (self->protocol == MR_SCALE_CONTINUOUS)
    return asked == 0 ? write_line (self, word) : 0;
  if (self->protocol == MR_SCALE_8217)
    return asked == 'W' ? write_answer (self, word) : 0;
  if (asked == 0x11)
    return write_frame (self, word);
  word[0] = 0x06;
  return asked == 0x05 ? 1 : 0;
}

/* Called with the mutex held. */
static void
speak (VirtualScale *self, char asked)
{
  char word[MAX_WORD];
  gsize length = find_word (self, asked, word);
  ssize_t n = 0;

  if (length == 0 || self->fault == VIRTUAL_SCALE_MUTE)
    return;
  self->n_words++;
  if (self->fault == VIRTUAL_SCALE_NOISE && self->n_words % 2 == 0)
    n = write (self->master, "\xff\x01~ST,\x02?", 8);
  if (self->fault == VIRTUAL_SCALE_HALF && self->n_words % 3 == 0)
    length /= 2;
  if (n >= 0)
    n = write (self->master, word, length);
  if (n < 0)
    g_test_message ("the scale is not listened to: %s", g_strerror (errno));
}

static gpointer
weigh (gpointer data)
{
  VirtualScale *self = data;
  char asked[MAX_WORD];
  gboolean stopping = FALSE;

  while (!stopping)
    {
      struct pollfd ready = { self->master, POLLIN, 0 };
      ssize_t n = 0;

      poll (&ready, 1, EACH_MS);
      g_mutex_lock (&self->mutex);
      stopping = self->stopping;
      if ((ready.revents & POLLIN) != 0)
        n = read (self->master, asked, sizeof asked);
      for (ssize_t i = 0; i < n && !stopping; i++)
        speak (self, asked[i]);
      if (self->protocol == MR_SCALE_CONTINUOUS && !stopping)
        speak (self, 0);
      g_mutex_unlock (&self->mutex);
      /* Nobody has it open: poll() does not wait then. */
      if ((ready.revents & POLLHUP) != 0)
        g_usleep (EACH_MS * 1000);
    }
  return NULL;
}

/* --- its cable --- */

void
virtual_scale_plug (VirtualScale *self)
{
  char name[64];
  int near;

  g_assert_null (self->thread);
  g_assert_cmpint (openpty (&self->master, &near, name, NULL, NULL), ==, 0);
  close (near);
  g_assert_cmpint (fcntl (self->master, F_SETFL, O_NONBLOCK), ==, 0);
  g_assert_cmpint (symlink (name, self->path), ==, 0);
  self->stopping = FALSE;
  self->thread = g_thread_new ("virtual-scale", weigh, self);
}

void
virtual_scale_unplug (VirtualScale *self)
{
  if (self->thread == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->stopping = TRUE;
  g_mutex_unlock (&self->mutex);
  g_thread_join (g_steal_pointer (&self->thread));
  g_assert_cmpint (g_unlink (self->path), ==, 0);
  close (self->master);
}

VirtualScale *
virtual_scale_new (const char *path, MrScaleProtocol protocol)
{
  VirtualScale *self = g_new0 (VirtualScale, 1);

  self->path = g_strdup (path);
  self->protocol = protocol;
  g_mutex_init (&self->mutex);
  virtual_scale_plug (self);
  return self;
}

void
virtual_scale_free (VirtualScale *self)
{
  if (self == NULL)
    return;
  virtual_scale_unplug (self);
  g_mutex_clear (&self->mutex);
  g_free (self->path);
  g_free (self);
}

void
virtual_scale_set_weight (VirtualScale *self, MrWeightState state, gint64 grams)
{
  g_mutex_lock (&self->mutex);
  self->state = state;
  self->grams = grams;
  g_mutex_unlock (&self->mutex);
}

void
virtual_scale_set_tare (VirtualScale *self, gboolean is_set)
{
  g_mutex_lock (&self->mutex);
  self->is_net = is_set;
  g_mutex_unlock (&self->mutex);
}

void
virtual_scale_set_fault (VirtualScale *self, VirtualScaleFault fault)
{
  g_mutex_lock (&self->mutex);
  self->fault = fault;
  g_mutex_unlock (&self->mutex);
}
