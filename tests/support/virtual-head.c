/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "virtual-head.h"

/* Bits of GS a that ask for what is told here: off-line, paper. */
#define TELLS_OFFLINE 0x02
#define TELLS_PAPER 0x08

gboolean
virtual_roll_is_out_of_order (const VirtualRoll *self)
{
  return self->paper_lines == 0 || self->cover_open;
}

static guint8
answer_status (const VirtualRoll *roll, int question)
{
  guint8 answer = 0x12;

  if (question == 1 && virtual_roll_is_out_of_order (roll))
    answer |= 0x08;
  if (question == 2 && roll->cover_open)
    answer |= 0x04;
  if (question == 2 && roll->paper_lines == 0)
    answer |= 0x20;
  if (question == 4 && roll->paper_lines == 0)
    answer |= 0x60;
  return answer;
}

static void
say (VirtualHead *self, guint8 byte)
{
  g_byte_array_append (self->said, &byte, 1);
}

/* The automatic status: at once when it is asked for, and with each change. */
static void
tell_changes (VirtualHead *self, const VirtualRoll *roll)
{
  int trouble = (roll->cover_open ? 1 : 0) | (roll->paper_lines == 0 ? 2 : 0);

  if ((self->tells & (TELLS_OFFLINE | TELLS_PAPER)) == 0 || self->told == trouble)
    return;
  self->told = trouble;
  say (self, (guint8) (0x10 | (trouble != 0 ? 0x08 : 0) | (roll->cover_open ? 0x20 : 0)));
  say (self, 0);
  say (self, roll->paper_lines == 0 ? 0x0C : 0);
  say (self, 0);
}

/* At once, off-line or not. */
static void
act_now (VirtualHead *self, const VirtualRoll *roll, const VirtualEvent *event)
{
  if (event->kind == VIRTUAL_STATUS && roll->answers)
    say (self, answer_status (roll, event->a));
  if (event->kind == VIRTUAL_KICK_NOW && !roll->lacks_kick_now)
    self->n_kicks++;
}

static void
act (VirtualHead *self, VirtualRoll *roll, const VirtualEvent *event)
{
  switch (event->kind)
    {
    case VIRTUAL_CONFIRM:
      self->owes_confirmation = roll->answers && roll->confirms;
      break;
    case VIRTUAL_AUTOMATIC:
      self->tells = roll->answers ? event->a : 0;
      self->told = -1;
      break;
    case VIRTUAL_INIT:
      self->tells = 0;
      break;
    case VIRTUAL_KICK:
      self->n_kicks++;
      break;
    case VIRTUAL_LINE:
      if (roll->paper_lines > 0)
        roll->paper_lines--;
      break;
    default:
      break;
    }
  tell_changes (self, roll);
}

void
virtual_head_init (VirtualHead *self, int columns)
{
  *self = (VirtualHead){ .paper = virtual_paper_new (columns), .said = g_byte_array_new () };
}

void
virtual_head_clear (VirtualHead *self)
{
  virtual_paper_free (self->paper);
  g_byte_array_unref (self->said);
}

void
virtual_head_push (VirtualHead *self, VirtualRoll *roll, const void *bytes, gsize length)
{
  virtual_paper_push (self->paper, bytes, length);
  for (; self->n_heard < virtual_paper_get_n_events (self->paper); self->n_heard++)
    act_now (self, roll, virtual_paper_get_event (self->paper, self->n_heard));
  for (; self->n_seen < self->n_heard && !virtual_roll_is_out_of_order (roll); self->n_seen++)
    act (self, roll, virtual_paper_get_event (self->paper, self->n_seen));
  tell_changes (self, roll);
  if (self->owes_confirmation && !virtual_roll_is_out_of_order (roll))
    {
      self->owes_confirmation = FALSE;
      say (self, 0);
    }
}

void
virtual_head_forget (VirtualHead *self)
{
  virtual_paper_forget (self->paper);
  self->n_heard = virtual_paper_get_n_events (self->paper);
  self->n_seen = self->n_heard;
  self->owes_confirmation = FALSE;
}

guint
virtual_head_count_held_kicks (const VirtualHead *self)
{
  guint n = 0;

  for (guint i = self->n_seen; i < self->n_heard; i++)
    n += virtual_paper_get_event (self->paper, i)->kind == VIRTUAL_KICK;
  return n;
}
