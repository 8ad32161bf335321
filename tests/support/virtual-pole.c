/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "virtual-pole.h"

#include <fcntl.h>
#include <pty.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_US (10 * G_USEC_PER_SEC)

static void
clear (VirtualPole *self)
{
  memset (self->rows, ' ', sizeof self->rows);
  self->x = 0;
  self->y = 0;
  self->is_dark = TRUE;
}

void
virtual_pole_plug (VirtualPole *self, gboolean has_chinese)
{
  struct termios raw;

  memset (self, 0, sizeof *self);
  self->has_chinese = has_chinese;
  self->table = -1;
  clear (self);
  g_assert_cmpint (openpty (&self->master, &self->slave, self->path, NULL, NULL), ==, 0);
  g_assert_cmpint (tcgetattr (self->slave, &raw), ==, 0);
  cfmakeraw (&raw);
  g_assert_cmpint (tcsetattr (self->slave, TCSANOW, &raw), ==, 0);
  g_assert_cmpint (fcntl (self->master, F_SETFL, O_NONBLOCK), ==, 0);
}

void
virtual_pole_unplug (VirtualPole *self)
{
  close (self->master);
  close (self->slave);
}

/* Overwrite mode, as it starts: behind the last column of a row comes the first of the other. */
static void
put (VirtualPole *self, guint8 byte)
{
  self->rows[self->y][self->x] = byte;
  self->is_dark = FALSE;
  if (++self->x < 20)
    return;
  self->x = 0;
  self->y = 1 - self->y;
  self->n_rows_written++;
}

/* TRUE when @pending is a whole command, which is then done. */
static gboolean
do_command (VirtualPole *self)
{
  const guint8 *command = self->pending;

  if (self->n_pending == 1)
    return FALSE;
  if (command[0] == 0x1B)
    {
      g_assert_cmphex (command[1], ==, 't');
      if (self->n_pending == 3)
        self->table = command[2];
      return self->n_pending == 3;
    }
  g_assert_true (command[1] == '$' || command[1] == 'C');
  if (command[1] == 'C')
    {
      g_assert_true (self->n_pending < 3 || command[2] <= 1);
      return self->n_pending == 3;
    }
  if (self->n_pending < 4)
    return FALSE;
  g_assert_true (command[2] >= 1 && command[2] <= 20 && command[3] >= 1 && command[3] <= 2);
  self->x = command[2] - 1;
  self->y = command[3] - 1;
  return TRUE;
}

static void
take_byte (VirtualPole *self, guint8 byte)
{
  if (self->n_pending > 0)
    {
      self->pending[self->n_pending++] = byte;
      if (do_command (self))
        self->n_pending = 0;
    }
  else if (byte == 0x1B || byte == 0x1F)
    self->pending[self->n_pending++] = byte;
  else if (byte == 0x0C)
    clear (self);
  else
    {
      g_assert_true (byte >= 0x20 && byte != 0x7F);
      g_assert_true (byte < 0x80 || self->has_chinese || self->table >= 0);
      put (self, byte);
    }
}

/* A hanzi's two halves stand in one row. */
static void
show_row (VirtualPole *self, guint y)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text =
      g_convert ((const char *) self->rows[y], 20, "UTF-8",
                 self->has_chinese ? "GB18030" : "ISO-8859-1", NULL, NULL, &error);

  g_assert_no_error (error);
  g_strlcpy (self->cells[y], g_strchomp (text), sizeof self->cells[y]);
}

void
virtual_pole_take (VirtualPole *self, const guint8 *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    take_byte (self, bytes[i]);
  /* Between two rows, and not in the middle of one, it can be read. */
  if (self->n_pending == 0 && self->x == 0)
    for (guint y = 0; y < 2; y++)
      show_row (self, y);
}

void
virtual_pole_read (VirtualPole *self)
{
  guint8 bytes[256];
  ssize_t n;

  while ((n = read (self->master, bytes, sizeof bytes)) > 0)
    virtual_pole_take (self, bytes, (gsize) n);
}

static void
turn (VirtualPole *self, gint64 end_us)
{
  g_assert_cmpint (g_get_monotonic_time (), <, end_us);
  virtual_pole_read (self);
  if (!g_main_context_iteration (NULL, FALSE))
    g_usleep (1000);
}

void
virtual_pole_await (VirtualPole *self, const char *upper, const char *lower)
{
  gint64 end_us = g_get_monotonic_time () + PATIENCE_US;

  while (strcmp (self->cells[0], upper) != 0 || strcmp (self->cells[1], lower) != 0)
    {
      if (g_get_monotonic_time () > end_us)
        g_error ("the display shows \"%s\" and \"%s\", not \"%s\" and \"%s\"", self->cells[0],
                 self->cells[1], upper, lower);
      turn (self, end_us + G_USEC_PER_SEC);
    }
}

void
virtual_pole_await_dark (VirtualPole *self)
{
  gint64 end_us = g_get_monotonic_time () + PATIENCE_US;

  while (!self->is_dark)
    turn (self, end_us);
}
