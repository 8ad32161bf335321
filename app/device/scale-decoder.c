/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/scale-decoder.h"

#include <string.h>

#define SOH 0x01
#define STX 0x02
#define ETX 0x03
#define EOT 0x04
#define ACK 0x06
#define LF '\n'
#define CR '\r'

/* No frame of any of them is longer: noise is thrown away from there. */
#define MAX_HELD 64
/* SOH STX status sign weight(6) unit(2) check ETX EOT */
#define CAS_FRAME 15
#define CAS_CHECKED_FROM 2
#define CAS_CHECK 12
/* "ST,GS" */
#define LINE_HEAD 5
/* "ST,GS," device and lamp, "," weight(8) " " unit(2), without its CR LF */
#define CAS_LINE 20
#define CAS_LINE_WEIGHT 9
#define CAS_LINE_WEIGHT_SIZE 8
/* The bits behind "?" of the 8217; with any other it has no weight to tell yet. */
#define BIT_OVER 0x02
#define BIT_UNDER 0x04

struct _MrScaleDecoder
{
  MrScaleProtocol protocol;
  GByteArray *held; /* (owned): not a whole frame yet */
  const char *request; /* (static) (nullable) */
  gboolean has_weight;
  MrWeight weight; /* the newest */
};

static const char *const names[] = { "continuous", "cas", "8217" };

const char *
mr_scale_protocol_to_string (MrScaleProtocol protocol)
{
  g_assert ((guint) protocol < G_N_ELEMENTS (names));
  return names[protocol];
}

gboolean
mr_scale_protocol_parse (const char *text, MrScaleProtocol *protocol)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (text, names[i]))
      {
        *protocol = (MrScaleProtocol) i;
        return TRUE;
      }
  return FALSE;
}

MrScaleDecoder *
mr_scale_decoder_new (MrScaleProtocol protocol)
{
  MrScaleDecoder *self = g_new0 (MrScaleDecoder, 1);

  self->protocol = protocol;
  self->held = g_byte_array_new ();
  return self;
}

void
mr_scale_decoder_free (MrScaleDecoder *self)
{
  if (self == NULL)
    return;
  g_byte_array_unref (self->held);
  g_free (self);
}

static void
tell (MrScaleDecoder *self, MrWeightState state, gint64 grams, gboolean is_net)
{
  gboolean has_grams = state == MR_WEIGHT_STABLE || state == MR_WEIGHT_MOVING;

  self->has_weight = TRUE;
  self->weight = (MrWeight){ state, has_grams ? grams : 0, is_net };
}

/* --- numbers --- */

/* Grams in one of a unit; 0 for none of ours. */
static gint64
find_unit (const char *text, gsize length)
{
  g_autofree char *unit = g_ascii_strdown (text, (gssize) length);

  g_strstrip (unit);
  if (g_str_equal (unit, "kg"))
    return 1000;
  return g_str_equal (unit, "g") ? 1 : 0;
}

/* "-  1.2345" in units of @unit_grams, to the next gram. FALSE when it is no number. */
static gboolean
parse_grams (const char *text, gsize length, gint64 unit_grams, gint64 *grams)
{
  gint64 value = 0, scale = 1;
  gboolean negative = FALSE, pointed = FALSE;
  guint n_digits = 0;

  for (gsize i = 0; i < length; i++)
    {
      char c = text[i];

      if (g_ascii_isdigit (c) && n_digits < 9)
        {
          value = value * 10 + (c - '0');
          scale *= pointed ? 10 : 1;
          n_digits++;
        }
      else if (c == '.' && !pointed)
        pointed = TRUE;
      else if ((c == '-' || c == '+') && n_digits == 0 && !pointed && !negative)
        negative = c == '-';
      else if (c != ' ' || n_digits > 0 || pointed)
        return FALSE;
    }
  value = (value * unit_grams + scale / 2) / scale;
  *grams = negative ? -value : value;
  return n_digits > 0 && value <= MR_QUANTITY_MAX_MILLI;
}

/* A weight that may be below zero, as that of an empty pan that is tared. */
static void
tell_grams (MrScaleDecoder *self, MrWeightState state, gint64 grams, gboolean is_net)
{
  if (grams < 0)
    tell (self, MR_WEIGHT_UNDER, 0, is_net);
  else
    tell (self, state, grams, is_net);
}

/* --- continuous --- */

/* Where the weight is in a line, its unit behind it. */
static gboolean
find_weight (const char *line, gsize length, gsize *from, gsize *to)
{
  gsize i = LINE_HEAD;

  /* What stands before it there are two bytes of any value. */
  if (length == CAS_LINE && line[LINE_HEAD] == ',' && line[CAS_LINE_WEIGHT - 1] == ',')
    {
      *from = CAS_LINE_WEIGHT;
      *to = CAS_LINE_WEIGHT + CAS_LINE_WEIGHT_SIZE;
      return TRUE;
    }
  if (i < length && line[i] == ',')
    i++;
  *from = i;
  while (i < length && !g_ascii_isalpha (line[i]))
    i++;
  while (i > *from && line[i - 1] == ' ')
    i--;
  *to = i;
  return i > *from;
}

static gboolean
is_line (const char *text)
{
  return text[2] == ',' &&
         (memcmp (text, "ST", 2) == 0 || memcmp (text, "US", 2) == 0 ||
          memcmp (text, "OL", 2) == 0) &&
         (memcmp (text + 3, "GS", 2) == 0 || memcmp (text + 3, "NT", 2) == 0);
}

static void
take_line (MrScaleDecoder *self, const char *line, gsize length)
{
  gboolean is_net = line[3] == 'N';
  gsize from, to;
  gint64 unit, grams;

  if (line[0] == 'O')
    {
      tell (self, MR_WEIGHT_OVER, 0, is_net);
      return;
    }
  if (!find_weight (line, length, &from, &to))
    return;
  unit = find_unit (line + to, length - to);
  if (!parse_grams (line + from, to - from, MAX (unit, 1), &grams))
    return;
  if (unit == 0)
    tell (self, MR_WEIGHT_FOREIGN, 0, is_net);
  else
    tell_grams (self, line[0] == 'S' ? MR_WEIGHT_STABLE : MR_WEIGHT_MOVING, grams, is_net);
}

static void
take_lines (MrScaleDecoder *self)
{
  const guint8 *end;

  while (self->held->len > 0 && (end = memchr (self->held->data, LF, self->held->len)) != NULL)
    {
      const char *text = (const char *) self->held->data;
      gsize length = (gsize) (end - self->held->data), used = length + 1;

      if (length > 0 && text[length - 1] == CR)
        length--;
      /* Before the last beginning of a line there is noise, or a line that broke off. */
      for (gsize i = length; i >= LINE_HEAD; i--)
        if (is_line (text + i - LINE_HEAD))
          {
            take_line (self, text + i - LINE_HEAD, length + LINE_HEAD - i);
            break;
          }
      g_byte_array_remove_range (self->held, 0, (guint) used);
    }
}

/* --- CAS --- */

static gboolean
is_cas_frame (const guint8 *frame)
{
  guint8 check = 0;

  for (guint i = CAS_CHECKED_FROM; i < CAS_CHECK; i++)
    check ^= frame[i];
  return frame[1] == STX && frame[13] == ETX && frame[14] == EOT && frame[CAS_CHECK] == check;
}

static void
take_cas_frame (MrScaleDecoder *self, const guint8 *frame)
{
  const char *text = (const char *) frame;
  gint64 unit = find_unit (text + 10, 2), grams;

  if (frame[3] == 'F')
    tell (self, MR_WEIGHT_OVER, 0, FALSE);
  else if (frame[3] == '-')
    tell (self, MR_WEIGHT_UNDER, 0, FALSE);
  else if ((frame[2] == 'S' || frame[2] == 'U') && frame[3] == ' ' &&
           parse_grams (text + 4, 6, MAX (unit, 1), &grams))
    {
      if (unit == 0)
        tell (self, MR_WEIGHT_FOREIGN, 0, FALSE);
      else
        tell_grams (self, frame[2] == 'S' ? MR_WEIGHT_STABLE : MR_WEIGHT_MOVING, grams, FALSE);
    }
}

static void
take_cas (MrScaleDecoder *self)
{
  while (self->held->len > 0)
    {
      guint used = 1;

      if (self->held->data[0] == ACK)
        self->request = "\x11"; /* DC1: the weight alone */
      else if (self->held->data[0] == SOH)
        {
          if (self->held->len < CAS_FRAME)
            return;
          if (is_cas_frame (self->held->data))
            {
              take_cas_frame (self, self->held->data);
              used = CAS_FRAME;
            }
        }
      g_byte_array_remove_range (self->held, 0, used);
    }
}

/* --- 8217 --- */

/* Between STX and CR: "12.345", "00.375N", or "?" and a byte of bits. */
static void
take_answer (MrScaleDecoder *self, const char *text, gsize length)
{
  gboolean is_net = length > 0 && text[length - 1] == 'N';
  gint64 grams;

  if (length == 2 && text[0] == '?')
    {
      if ((text[1] & BIT_OVER) != 0)
        tell (self, MR_WEIGHT_OVER, 0, FALSE);
      else if ((text[1] & BIT_UNDER) != 0)
        tell (self, MR_WEIGHT_UNDER, 0, FALSE);
      else
        tell (self, MR_WEIGHT_MOVING, 0, FALSE);
    }
  else if (memchr (text, '.', length) != NULL &&
           parse_grams (text, length - (is_net ? 1 : 0), 1000, &grams))
    tell_grams (self, MR_WEIGHT_STABLE, grams, is_net);
}

static void
take_answers (MrScaleDecoder *self)
{
  const guint8 *begin, *end;

  while (self->held->len > 0 && (begin = memchr (self->held->data, STX, self->held->len)) != NULL)
    {
      g_byte_array_remove_range (self->held, 0, (guint) (begin - self->held->data));
      /* The byte of bits may be anything, CR too. */
      end = self->held->len > 3 ? memchr (self->held->data + 2, CR, self->held->len - 2) : NULL;
      if (self->held->len > 3 && self->held->data[1] == '?')
        end = self->held->data[3] == CR ? self->held->data + 3 : self->held->data;
      if (end == NULL)
        return;
      if (end > self->held->data)
        take_answer (self, (const char *) self->held->data + 1,
                     (gsize) (end - self->held->data) - 1);
      g_byte_array_remove_range (self->held, 0, (guint) (end - self->held->data) + 1);
    }
  g_byte_array_set_size (self->held, 0);
}

/* --- all --- */

void
mr_scale_decoder_ask (MrScaleDecoder *self)
{
  static const char *const first[] = { NULL, "\x05" /* ENQ */, "W" };

  /* One that speaks by itself may be in the middle of a line. */
  if (first[self->protocol] == NULL)
    return;
  g_byte_array_set_size (self->held, 0);
  self->request = first[self->protocol];
}

void
mr_scale_decoder_push (MrScaleDecoder *self, const guint8 *bytes, gsize length)
{
  for (gsize i = 0; i < length; i += MAX_HELD)
    {
      g_byte_array_append (self->held, bytes + i, (guint) MIN (length - i, MAX_HELD));
      switch (self->protocol)
        {
        case MR_SCALE_CAS:
          take_cas (self);
          break;
        case MR_SCALE_8217:
          take_answers (self);
          break;
        case MR_SCALE_CONTINUOUS:
        case MR_N_SCALE_PROTOCOLS:
        default:
          take_lines (self);
          break;
        }
      if (self->held->len > MAX_HELD)
        g_byte_array_set_size (self->held, 0);
    }
}

GBytes *
mr_scale_decoder_take_request (MrScaleDecoder *self)
{
  const char *request = g_steal_pointer (&self->request);

  return request != NULL ? g_bytes_new_static (request, strlen (request)) : NULL;
}

gboolean
mr_scale_decoder_pop (MrScaleDecoder *self, MrWeight *weight)
{
  gboolean has_weight = self->has_weight;

  self->has_weight = FALSE;
  if (has_weight)
    *weight = self->weight;
  return has_weight;
}
