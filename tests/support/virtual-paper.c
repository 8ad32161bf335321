/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "virtual-code-tables.h"
#include "virtual-paper.h"

#include <string.h>

struct _VirtualPaper
{
  int columns;
  const char *kind; /* (unowned) (nullable): of printer; Epson's */
  GByteArray *pending; /* (owned): not yet a whole command */
  gsize offset; /* of the first pending byte */
  GArray *events; /* (owned): VirtualEvent */
  GString *text; /* (owned): since the last event that is not text */
  gsize text_offset;
  gboolean is_table_text; /* what is gathered there is of a code table */
  int line_columns;
  gboolean is_hanzi;
  const char *charset; /* (static) (nullable): of the bytes above ASCII outside Kanji mode */
  guint8 latin_style;
  guint8 hanzi_style;
  int bar_height;
  int qr_module_dots;
  char *qr_text; /* (owned) (nullable) */
};

#define DLE 0x10
#define ESC 0x1B
#define FS 0x1C
#define GS 0x1D

/* The command is not whole yet. */
#define MORE 0

static void
clear_event (gpointer data)
{
  VirtualEvent *event = data;

  g_free (event->text);
  g_clear_pointer (&event->bytes, g_bytes_unref);
}

VirtualPaper *
virtual_paper_new (int columns)
{
  VirtualPaper *self = g_new0 (VirtualPaper, 1);

  self->columns = columns;
  self->pending = g_byte_array_new ();
  self->events = g_array_new (FALSE, TRUE, sizeof (VirtualEvent));
  g_array_set_clear_func (self->events, clear_event);
  self->text = g_string_new (NULL);
  self->bar_height = 162;
  return self;
}

void
virtual_paper_set_kind (VirtualPaper *self, const char *kind)
{
  self->kind = kind;
}

void
virtual_paper_free (VirtualPaper *self)
{
  g_byte_array_unref (self->pending);
  g_array_unref (self->events);
  g_string_free (self->text, TRUE);
  g_free (self->qr_text);
  g_free (self);
}

/* Text is gathered until something else comes. */
static void
flush_text (VirtualPaper *self)
{
  VirtualEvent event = { VIRTUAL_TEXT, self->text_offset, self->is_table_text };

  if (self->text->len == 0)
    return;
  event.text = g_strdup (self->text->str);
  g_string_truncate (self->text, 0);
  g_array_append_val (self->events, event);
}

static void
add (VirtualPaper *self, VirtualEventKind kind, int a, int b, char *text)
{
  VirtualEvent event = { kind, self->offset, a, b, text };

  flush_text (self);
  g_array_append_val (self->events, event);
}

static void G_GNUC_PRINTF (2, 3) complain (VirtualPaper *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  add (self, VIRTUAL_ERROR, 0, 0, g_strdup_vprintf (format, args));
  va_end (args);
}

static void
add_text (VirtualPaper *self, const char *text, int columns, gboolean is_table_text)
{
  if (is_table_text != self->is_table_text)
    flush_text (self);
  self->is_table_text = is_table_text;
  if (self->text->len == 0)
    self->text_offset = self->offset;
  g_string_append (self->text, text);
  self->line_columns += columns;
}

static void
end_line (VirtualPaper *self)
{
  if (self->line_columns > self->columns)
    complain (self, "a line of %d columns on paper of %d", self->line_columns, self->columns);
  self->line_columns = 0;
}

static gsize
read_hanzi (VirtualPaper *self, const guint8 *bytes, gsize length)
{
  g_autofree char *utf8 = NULL;
  gsize size = 2;

  if (length < 2)
    return MORE;
  if (bytes[1] >= '0' && bytes[1] <= '9')
    {
      complain (self, "a four-byte character, which cheap fonts lack");
      return length < 4 ? MORE : 4;
    }
  if (bytes[0] != 0x80 && bytes[0] != 0xFF && bytes[1] >= 0x40 && bytes[1] != 0x7F)
    utf8 = g_convert ((const char *) bytes, (gssize) size, "UTF-8", "GB18030", NULL, NULL, NULL);
  if (utf8 == NULL)
    {
      complain (self, "%02x %02x is no hanzi", bytes[0], bytes[1]);
      return 1;
    }
  add_text (self, utf8, (self->hanzi_style & 0x04) != 0 ? 4 : 2, FALSE);
  return size;
}

static void
read_from_table (VirtualPaper *self, guint8 byte)
{
  const char bytes[1] = { (char) byte };
  g_autofree char *utf8 = NULL;

  if (self->charset != NULL)
    utf8 = g_convert (bytes, 1, "UTF-8", self->charset, NULL, NULL, NULL);
  if (utf8 == NULL)
    complain (self, "unknown byte %02x", byte);
  else
    add_text (self, utf8, (self->latin_style & 0x20) != 0 ? 2 : 1, TRUE);
}

static gsize
read_text (VirtualPaper *self, const guint8 *bytes, gsize length)
{
  char latin[2] = { (char) bytes[0] };

  /* Printers pass these over, and so they fill up what was cut short. */
  if (bytes[0] == 0)
    return 1;
  if (bytes[0] >= 0x80 && self->is_hanzi)
    return read_hanzi (self, bytes, length);
  if (bytes[0] == '\n')
    {
      end_line (self);
      add (self, VIRTUAL_LINE, 0, 0, NULL);
    }
  else if (bytes[0] >= 0x80)
    read_from_table (self, bytes[0]);
  else if (bytes[0] < 0x20 || bytes[0] == 0x7F)
    complain (self, "unknown byte %02x", bytes[0]);
  else
    add_text (self, latin, (self->latin_style & 0x20) != 0 ? 2 : 1, FALSE);
  return 1;
}

static gsize
read_dle (VirtualPaper *self, const guint8 *bytes, gsize length)
{
  if (length < 3)
    return MORE;
  if (bytes[1] == 0x04 && bytes[2] >= 1 && bytes[2] <= 4)
    {
      add (self, VIRTUAL_STATUS, bytes[2], 0, NULL);
      return 3;
    }
  if (bytes[1] == 0x14 && bytes[2] == 1 && length < 5)
    return MORE;
  if (bytes[1] == 0x14 && bytes[2] == 1 && bytes[3] <= 1 && bytes[4] >= 1 && bytes[4] <= 8)
    {
      add (self, VIRTUAL_KICK_NOW, bytes[3] == 0 ? 2 : 5, 0, NULL);
      return 5;
    }
  complain (self, "unknown real-time command %02x %02x %02x", bytes[0], bytes[1], bytes[2]);
  return 1;
}

static gsize
read_style (VirtualPaper *self, const guint8 *bytes, gboolean is_hanzi)
{
  guint8 known = is_hanzi ? 0x8C : 0xB8;

  if ((bytes[2] & ~known) != 0)
    complain (self, "unknown style bits %02x", bytes[2]);
  if (is_hanzi)
    self->hanzi_style = bytes[2];
  else
    self->latin_style = bytes[2];
  add (self, VIRTUAL_STYLE, is_hanzi ? -1 : bytes[2], is_hanzi ? bytes[2] : -1, NULL);
  return 3;
}

static gsize
read_kick (VirtualPaper *self, const guint8 *bytes, gsize length)
{
  if (length < 5)
    return MORE;
  if (bytes[2] > 1 || bytes[3] == 0 || bytes[4] < bytes[3])
    complain (self, "a pulse no drawer understands: %02x %02x %02x", bytes[2], bytes[3], bytes[4]);
  add (self, VIRTUAL_KICK, bytes[2] == 0 ? 2 : 5, 0, NULL);
  return 5;
}

static void
select_table (VirtualPaper *self, guint8 number)
{
  self->charset = virtual_code_table_find (self->kind, number);
  if (self->charset == NULL)
    complain (self, "unknown code table %d", number);
}

static gsize
read_esc (VirtualPaper *self, const guint8 *bytes, gsize length)
{
  if (length >= 2 && bytes[1] == '@')
    {
      if (self->line_columns > 0)
        complain (self, "reset in the middle of a line");
      self->is_hanzi = TRUE; /* as Asian models wake up */
      self->charset = NULL; /* each model has its own */
      self->latin_style = 0;
      self->hanzi_style = 0;
      self->bar_height = 162;
      add (self, VIRTUAL_INIT, 0, 0, NULL);
      return 2;
    }
  if (length < 3)
    return MORE;
  switch (bytes[1])
    {
    case '!':
      return read_style (self, bytes, FALSE);
    case 'R':
      add (self, VIRTUAL_SETTING, 0, 0, g_strdup_printf ("character set %d", bytes[2]));
      return 3;
    case 't':
      select_table (self, bytes[2]);
      return 3;
    case 'a':
      if (bytes[2] > 2 || self->line_columns > 0)
        complain (self, "alignment %d in a line of %d columns", bytes[2], self->line_columns);
      add (self, VIRTUAL_ALIGN, bytes[2], 0, NULL);
      return 3;
    case 'd':
      end_line (self);
      add (self, VIRTUAL_FEED, bytes[2], 0, NULL);
      return 3;
    case 'p':
      return read_kick (self, bytes, length);
    default:
      complain (self, "unknown command ESC %02x", bytes[1]);
      return 2;
    }
}

static gsize
read_fs (VirtualPaper *self, const guint8 *bytes, gsize length)
{
  if (length < 2)
    return MORE;
  switch (bytes[1])
    {
    case '&':
      self->is_hanzi = TRUE;
      return 2;
    case '.':
      self->is_hanzi = FALSE;
      return 2;
    case '!':
      return length < 3 ? MORE : read_style (self, bytes, TRUE);
    case 'p':
      if (length < 4)
        return MORE;
      if (bytes[2] == 0 || bytes[3] > 3)
        complain (self, "no logo is called %d or scaled %d", bytes[2], bytes[3]);
      add (self, VIRTUAL_LOGO, bytes[2], 0, NULL);
      return 4;
    default:
      complain (self, "unknown command FS %02x", bytes[1]);
      return 2;
    }
}

/* A column has 12 dots; 42 of them stand on a printer of 180 dots an inch, which has a few more. */
static gsize
get_paper_dots (const VirtualPaper *self)
{
  return self->columns == 42 ? 512 : (gsize) self->columns * 12;
}

static gsize
read_image (VirtualPaper *self, const guint8 *bytes, gsize length)
{
  gsize stride;
  gsize rows;
  VirtualEvent event = { VIRTUAL_IMAGE, self->offset };

  if (length < 8)
    return MORE;
  stride = (gsize) bytes[4] | (gsize) bytes[5] << 8;
  rows = (gsize) bytes[6] | (gsize) bytes[7] << 8;
  if (bytes[2] != '0' || bytes[3] != 0 || stride == 0 || rows == 0 || rows > 2303)
    {
      complain (self, "an image of %u bytes × %u rows", (guint) stride, (guint) rows);
      return 8;
    }
  if (length < 8 + stride * rows)
    return MORE;
  if (stride * 8 > get_paper_dots (self))
    complain (self, "an image of %u dots on paper of %u", (guint) stride * 8,
              (guint) get_paper_dots (self));
  for (gsize i = 3; i + 1 < 8 + stride * rows; i++)
    if (bytes[i] == DLE && (bytes[i + 1] == 0x04 || bytes[i + 1] == 0x05 || bytes[i + 1] == 0x14))
      complain (self, "an image that says 10 %02x at %u", bytes[i + 1], (guint) i);
  flush_text (self);
  event.a = (int) stride * 8;
  event.b = (int) rows;
  event.bytes = g_bytes_new (bytes + 8, stride * rows);
  g_array_append_val (self->events, event);
  return 8 + stride * rows;
}

/* Symbology 79, function and its parameters after pL pH. */
static void
read_qr_function (VirtualPaper *self, const guint8 *data, gsize length)
{
  switch (data[1])
    {
    case 'A':
      if (length != 4 || data[2] != '2')
        complain (self, "unknown QR model");
      break;
    case 'C':
      if (length != 3 || data[2] < 1 || data[2] > 16)
        complain (self, "a QR module of %d dots", data[2]);
      self->qr_module_dots = data[2];
      break;
    case 'E':
      if (length != 3 || data[2] < '0' || data[2] > '3')
        complain (self, "unknown QR error correction");
      break;
    case 'P':
      g_free (self->qr_text);
      self->qr_text = g_strndup ((const char *) data + 3, length - 3);
      break;
    case 'Q':
      if (self->qr_text == NULL)
        complain (self, "a QR code printed before it was given");
      add (self, VIRTUAL_QR, self->qr_module_dots, 0, g_steal_pointer (&self->qr_text));
      break;
    default:
      complain (self, "unknown QR function %02x", data[1]);
    }
}

static gsize
read_graphics (VirtualPaper *self, const guint8 *bytes, gsize length)
{
  gsize size;

  if (length < 5)
    return MORE;
  size = (gsize) bytes[3] | (gsize) bytes[4] << 8;
  if (length < 5 + size)
    return MORE;
  if (bytes[2] != 'k' || size < 3 || bytes[5] != '1')
    complain (self, "unknown command GS ( %02x", bytes[2]);
  else
    read_qr_function (self, bytes + 5, size);
  return 5 + size;
}

/* What a scanner would read back; NULL when the data are wrong. */
static char *
decode_barcode (guint8 kind, const guint8 *data, gsize length)
{
  GString *text = g_string_new (NULL);
  gboolean is_code_c = FALSE;
  gboolean is_right = kind == 67 ? length == 13 : kind == 68 ? length == 8 : kind == 73;

  for (gsize i = 0; i < length && is_right; i++)
    {
      if (kind != 73)
        {
          is_right = g_ascii_isdigit ((char) data[i]);
          g_string_append_c (text, (char) data[i]);
        }
      else if (data[i] == '{' && i + 1 < length && data[i + 1] != '{')
        {
          is_code_c = data[++i] == 'C';
          is_right = i == 1 && (data[i] == 'B' || data[i] == 'C');
        }
      else if (is_code_c)
        {
          is_right = data[i] < 100;
          g_string_append_printf (text, "%02d", data[i]);
        }
      else
        {
          is_right = i > 1 && g_ascii_isprint ((char) data[i]);
          g_string_append_c (text, (char) data[i]);
          i += data[i] == '{';
        }
    }
  return g_string_free (text, !is_right);
}

static gsize
read_barcode (VirtualPaper *self, const guint8 *bytes, gsize length)
{
  char *text;

  if (length < 4 || length < 4 + (gsize) bytes[3])
    return MORE;
  text = decode_barcode (bytes[2], bytes + 4, bytes[3]);
  if (text == NULL)
    complain (self, "a barcode of kind %d that cannot be", bytes[2]);
  else
    add (self, VIRTUAL_BARCODE, bytes[2], self->bar_height, text);
  return 4 + (gsize) bytes[3];
}

static gsize
read_gs (VirtualPaper *self, const guint8 *bytes, gsize length)
{
  if (length < 3)
    return MORE;
  switch (bytes[1])
    {
    case 'V':
      if (length < 4)
        return MORE;
      if (bytes[2] != 'A' && bytes[2] != 'B')
        complain (self, "unknown cut %02x", bytes[2]);
      end_line (self);
      add (self, VIRTUAL_CUT, bytes[2], 0, NULL);
      return 4;
    case 'h':
      self->bar_height = bytes[2];
      return 3;
    case 'w':
      if (bytes[2] < 2 || bytes[2] > 6)
        complain (self, "bars of %d dots", bytes[2]);
      return 3;
    case 'H':
      add (self, VIRTUAL_SETTING, 0, 0, g_strdup_printf ("barcode text %d", bytes[2]));
      return 3;
    case 'k':
      return read_barcode (self, bytes, length);
    case 'v':
      return read_image (self, bytes, length);
    case '(':
      return read_graphics (self, bytes, length);
    case 'r':
      add (self, VIRTUAL_CONFIRM, bytes[2], 0, NULL);
      return 3;
    case 'a':
      add (self, VIRTUAL_AUTOMATIC, bytes[2], 0, NULL);
      return 3;
    default:
      complain (self, "unknown command GS %02x", bytes[1]);
      return 2;
    }
}

static gsize
read_one (VirtualPaper *self, const guint8 *bytes, gsize length)
{
  switch (bytes[0])
    {
    case DLE:
      return read_dle (self, bytes, length);
    case ESC:
      return read_esc (self, bytes, length);
    case FS:
      return read_fs (self, bytes, length);
    case GS:
      return read_gs (self, bytes, length);
    default:
      return read_text (self, bytes, length);
    }
}

void
virtual_paper_push (VirtualPaper *self, const void *bytes, gsize length)
{
  gsize done = 0;
  gsize size = 1;

  g_byte_array_append (self->pending, bytes, (guint) length);
  while (size != MORE && done < self->pending->len)
    {
      size = read_one (self, self->pending->data + done, self->pending->len - done);
      done += size;
      self->offset += size;
    }
  g_byte_array_remove_range (self->pending, 0, (guint) done);
}

void
virtual_paper_end (VirtualPaper *self)
{
  if (self->pending->len > 0)
    complain (self, "it ends in the middle of a command that starts with %02x",
              self->pending->data[0]);
  flush_text (self);
}

void
virtual_paper_forget (VirtualPaper *self)
{
  self->offset += self->pending->len;
  g_byte_array_set_size (self->pending, 0);
  flush_text (self);
  self->line_columns = 0;
}

VirtualPaper *
virtual_paper_read (GBytes *job, int columns)
{
  VirtualPaper *self = virtual_paper_new (columns);

  virtual_paper_push (self, g_bytes_get_data (job, NULL), g_bytes_get_size (job));
  virtual_paper_end (self);
  return self;
}

guint
virtual_paper_get_n_events (VirtualPaper *self)
{
  return self->events->len;
}

const VirtualEvent *
virtual_paper_get_event (VirtualPaper *self, guint index)
{
  return &g_array_index (self->events, VirtualEvent, index);
}

guint
virtual_paper_count (VirtualPaper *self, VirtualEventKind kind)
{
  guint n = 0;

  for (guint i = 0; i < self->events->len; i++)
    n += virtual_paper_get_event (self, i)->kind == kind;
  return n;
}

char *
virtual_paper_dup_error (VirtualPaper *self)
{
  for (guint i = 0; i < self->events->len; i++)
    {
      const VirtualEvent *event = virtual_paper_get_event (self, i);

      if (event->kind == VIRTUAL_ERROR)
        return g_strdup_printf ("at byte %" G_GSIZE_FORMAT ": %s", event->offset, event->text);
    }
  return NULL;
}
