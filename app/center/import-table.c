/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/import-table.h"

#include "center/gunzip.h"

#include <csv.h>
#include <string.h>

G_DEFINE_QUARK (mr - import - error - quark, mr_import_error)

#define CHUNK_BYTES 65536
/* The encoding is judged by the lines up to here. */
#define SAMPLE_LINES 1000
/* A quoted field goes on over at most so many lines. */
#define MAX_RECORD_LINES 16

typedef enum
{
  ENCODING_UNKNOWN, /* nothing but ASCII so far */
  ENCODING_UTF8,
  ENCODING_GB18030,
} Encoding;

typedef struct
{
  guint64 number;
  GString *bytes; /* (owned) without its line end */
  gboolean too_long;
} Line;

struct _MrImportTable
{
  GInputStream *stream; /* (owned) unpacked */
  guint8 *chunk; /* (owned) */
  gsize chunk_length;
  gsize chunk_at;
  guint64 n_lines;

  GQueue lines; /* (element-type Line) (owned) read, not yet used */
  Encoding encoding;
  GIConv from_gb18030;
  char delimiter;

  GPtrArray *header; /* (owned) */
  GPtrArray *raw; /* (owned) (element-type GString) fields of the record as bytes */
  GPtrArray *fields; /* (owned) */
  guint n_rows; /* rows the parser has ended */
};

static void
line_free (Line *line)
{
  g_string_free (line->bytes, TRUE);
  g_free (line);
}

static void
raw_free (GString *field)
{
  g_string_free (field, TRUE);
}

static gboolean
is_ascii (const GString *bytes)
{
  for (gsize i = 0; i < bytes->len; i++)
    {
      if ((guchar) bytes->str[i] >= 0x80)
        return FALSE;
    }
  return TRUE;
}

/* --- lines --- */

/* 1 a byte, 0 the end, -1 an error. */
static int
fill_chunk (MrImportTable *self, GError **error)
{
  gssize n = g_input_stream_read (self->stream, self->chunk, CHUNK_BYTES, NULL, error);

  self->chunk_at = 0;
  self->chunk_length = n > 0 ? (gsize) n : 0;
  return n > 0 ? 1 : (int) n;
}

/* (nullable) at the end and on an error. A line may be far longer than memory allows; its rest is
 * read over. */
static Line *
read_line (MrImportTable *self, GError **error)
{
  Line *line = NULL;
  gboolean ended = FALSE;

  while (!ended)
    {
      const guint8 *start;
      const guint8 *end;
      gsize length;
      int filled = self->chunk_at < self->chunk_length ? 1 : fill_chunk (self, error);

      if (filled < 0)
        {
          g_clear_pointer (&line, line_free);
          return NULL;
        }
      if (filled == 0)
        break;
      if (line == NULL)
        {
          line = g_new0 (Line, 1);
          line->number = ++self->n_lines;
          line->bytes = g_string_sized_new (128);
        }
      start = self->chunk + self->chunk_at;
      end = memchr (start, '\n', self->chunk_length - self->chunk_at);
      ended = end != NULL;
      length = ended ? (gsize) (end - start) : self->chunk_length - self->chunk_at;
      self->chunk_at += length + (ended ? 1 : 0);
      if (line->bytes->len + length > MR_IMPORT_MAX_LINE_BYTES)
        line->too_long = TRUE;
      else
        g_string_append_len (line->bytes, (const char *) start, (gssize) length);
    }
  if (line != NULL && line->bytes->len > 0 && line->bytes->str[line->bytes->len - 1] == '\r')
    g_string_truncate (line->bytes, line->bytes->len - 1);
  return line;
}

static Line *
take_line (MrImportTable *self, GError **error)
{
  Line *line = g_queue_pop_head (&self->lines);

  return line != NULL ? line : read_line (self, error);
}

/* --- encoding --- */

static void
count_encodings (const Line *line, guint *n_utf8, guint *n_other)
{
  if (is_ascii (line->bytes))
    return;
  if (g_utf8_validate_len (line->bytes->str, line->bytes->len, NULL))
    (*n_utf8)++;
  else
    (*n_other)++;
}

/* A broken line does not make a file of another encoding: the many decide. */
static gboolean
judge_encoding (MrImportTable *self, GError **error)
{
  guint n_utf8 = 0;
  guint n_other = 0;

  for (GList *l = self->lines.head; l != NULL; l = l->next)
    count_encodings (l->data, &n_utf8, &n_other);
  while (self->lines.length < SAMPLE_LINES)
    {
      g_autoptr (GError) local = NULL;
      Line *line = read_line (self, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (line == NULL)
        break;
      count_encodings (line, &n_utf8, &n_other);
      g_queue_push_tail (&self->lines, line);
    }
  if (self->encoding == ENCODING_UNKNOWN && n_utf8 + n_other > 0)
    self->encoding = n_utf8 >= n_other ? ENCODING_UTF8 : ENCODING_GB18030;
  return TRUE;
}

/* (nullable) when it is not of this file's encoding. */
static char *
decode (MrImportTable *self, const GString *bytes)
{
  if (is_ascii (bytes))
    return g_strndup (bytes->str, bytes->len);
  if (self->encoding == ENCODING_UNKNOWN)
    self->encoding =
        g_utf8_validate_len (bytes->str, bytes->len, NULL) ? ENCODING_UTF8 : ENCODING_GB18030;
  if (self->encoding == ENCODING_UTF8)
    return g_utf8_validate_len (bytes->str, bytes->len, NULL) ? g_strndup (bytes->str, bytes->len)
                                                              : NULL;

  gsize length = 0;
  g_autofree char *text = g_convert_with_iconv (bytes->str, (gssize) bytes->len, self->from_gb18030,
                                                NULL, &length, NULL);
  return text != NULL && g_utf8_validate_len (text, length, NULL) ? g_steal_pointer (&text) : NULL;
}

/* Left over where somebody took one encoding for another; what is printed of such a name can be read. */
static gboolean
is_c1_control (gunichar c)
{
  return c >= 0x80 && c <= 0x9F && c != 0x85;
}

/* Line ends and tabs within a field, no-break spaces and marks nobody sees come from copying; a run of
 * them is one space. NULL: another control character is in it. */
static char *
clean (const char *text, gboolean *mended)
{
  GString *out = g_string_sized_new (strlen (text));
  gboolean space = FALSE;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c) || c == 0xFEFF)
        {
          space = TRUE;
          continue;
        }
      /* Marks of writing direction turn round what is printed after them. */
      if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200B)
        continue;
      if (is_c1_control (c))
        {
          *mended = TRUE;
          continue;
        }
      if (g_unichar_iscntrl (c))
        return g_string_free (out, TRUE);
      if (space && out->len > 0)
        g_string_append_c (out, ' ');
      space = FALSE;
      g_string_append_unichar (out, c);
    }
  return g_string_free (out, FALSE);
}

/* --- fields --- */

static void
on_field (void *bytes, size_t length, void *user)
{
  MrImportTable *self = user;

  g_ptr_array_add (self->raw, g_string_new_len (bytes, (gssize) length));
}

static void
on_row (int c, void *user)
{
  MrImportTable *self = user;

  self->n_rows++;
}

static void
split_tabs (MrImportTable *self, const GString *line)
{
  const char *start = line->str;
  const char *end = line->str + line->len;

  for (;;)
    {
      const char *tab = memchr (start, '\t', (gsize) (end - start));
      gsize length = (gsize) ((tab != NULL ? tab : end) - start);
      GString *field = NULL;

      if (length >= 2 && start[0] == '"' && start[length - 1] == '"')
        {
          field = g_string_new_len (start + 1, (gssize) length - 2);
          g_string_replace (field, "\"\"", "\"", 0);
        }
      else
        {
          field = g_string_new_len (start, (gssize) length);
        }
      g_ptr_array_add (self->raw, field);
      if (tab == NULL)
        return;
      start = tab + 1;
    }
}

static gboolean
feed_parser (MrImportTable *self, struct csv_parser *parser, const GString *line)
{
  return csv_parse (parser, line->str, line->len, on_field, on_row, self) == line->len &&
         csv_parse (parser, "\n", 1, on_field, on_row, self) == 1;
}

/* A quote in the middle of an unquoted field is common (a 12" pizza) and harmless as long as the line
 * ends as a record does. */
static gboolean
split_leniently (MrImportTable *self, const GString *line)
{
  struct csv_parser parser;
  gboolean whole;

  g_ptr_array_set_size (self->raw, 0);
  self->n_rows = 0;
  csv_init (&parser, 0);
  csv_set_delim (&parser, (guchar) self->delimiter);
  whole = feed_parser (self, &parser, line) && self->n_rows == 1;
  csv_free (&parser);
  return whole;
}

/* @first and as many lines after it as its quotes ask for. When they are not closed as they should be, the
 * lines after it are given back and the record is @first alone. */
static gboolean
split_record (MrImportTable *self, const Line *first, GError **error)
{
  struct csv_parser parser;
  GQueue used = G_QUEUE_INIT;
  gboolean good;

  g_ptr_array_set_size (self->raw, 0);
  self->n_rows = 0;
  csv_init (&parser, CSV_STRICT);
  csv_set_delim (&parser, (guchar) self->delimiter);
  good = feed_parser (self, &parser, first->bytes);
  while (good && self->n_rows == 0 && used.length < MAX_RECORD_LINES)
    {
      Line *next = take_line (self, error);

      if (next == NULL)
        break;
      g_queue_push_tail (&used, next);
      good = !next->too_long && feed_parser (self, &parser, next->bytes);
    }
  csv_free (&parser);
  good = good && self->n_rows == 1;
  if (!good)
    {
      for (Line *line = NULL; (line = g_queue_pop_tail (&used)) != NULL;)
        g_queue_push_head (&self->lines, line);
    }
  g_queue_clear_full (&used, (GDestroyNotify) line_free);
  return good || split_leniently (self, first->bytes);
}

static const char *
decode_fields (MrImportTable *self, gboolean *mended)
{
  for (guint i = 0; i < self->raw->len; i++)
    {
      const GString *bytes = self->raw->pdata[i];
      g_autofree char *text = decode (self, bytes);
      char *cleaned = NULL;

      if (memchr (bytes->str, '\0', bytes->len) != NULL)
        return "holds a NUL byte";
      if (text == NULL)
        return self->encoding == ENCODING_GB18030 ? "holds bytes that are not GB18030"
                                                  : "holds bytes that are not UTF-8";
      cleaned = clean (text, mended);
      if (cleaned == NULL)
        return "holds a control character";
      g_ptr_array_add (self->fields, cleaned);
    }
  return NULL;
}

static gboolean
split_line (MrImportTable *self, const Line *line, MrImportRecord *record, GError **error)
{
  g_autoptr (GError) local = NULL;
  gboolean split = TRUE;
  gboolean mended = FALSE;

  *record = (MrImportRecord){ .line = line->number, .fields = self->fields };
  g_ptr_array_set_size (self->fields, 0);
  g_ptr_array_set_size (self->raw, 0);
  if (line->too_long)
    {
      record->fault = "is longer than 65536 bytes";
      return TRUE;
    }
  if (self->delimiter == '\t')
    split_tabs (self, line->bytes);
  else
    split = split_record (self, line, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  record->fault = split ? decode_fields (self, &mended)
                        : "has a quote that is not closed, or one in the wrong place";
  record->remark = mended ? "control characters were taken out" : NULL;
  return TRUE;
}

static gboolean
is_blank (const Line *line)
{
  return !line->too_long && strspn (line->bytes->str, " \t,;") == line->bytes->len;
}

gboolean
mr_import_table_next (MrImportTable *self, MrImportRecord *record, GError **error)
{
  for (;;)
    {
      Line *line = take_line (self, error);
      gboolean blank = line != NULL && is_blank (line);
      gboolean split = line != NULL && !blank && split_line (self, line, record, error);

      g_clear_pointer (&line, line_free);
      if (!blank)
        return split;
    }
}

/* --- opening --- */

static GInputStream *
unpack (GInputStream *stream, GError **error)
{
  g_autoptr (GInputStream) buffered = g_buffered_input_stream_new (stream);
  g_autoptr (GConverter) gunzip = NULL;
  const guint8 *start = NULL;
  gsize length = 0;

  if (g_buffered_input_stream_fill (G_BUFFERED_INPUT_STREAM (buffered), 4, NULL, error) < 0)
    return NULL;
  start = g_buffered_input_stream_peek_buffer (G_BUFFERED_INPUT_STREAM (buffered), &length);
  if (length >= 4 && memcmp (start, "PK\3\4", 4) == 0)
    {
      g_set_error (error, MR_IMPORT_ERROR, MR_IMPORT_ERROR_FORMAT,
                   "this is a spreadsheet or an archive: save the sheet as CSV (UTF-8) first");
      return NULL;
    }
  if (length < 2 || start[0] != 0x1F || start[1] != 0x8B)
    return g_steal_pointer (&buffered);
  gunzip = mr_gunzip_new ();
  return g_converter_input_stream_new (buffered, gunzip);
}

static gboolean
take_byte_order_mark (MrImportTable *self, Line *header, GError **error)
{
  if (g_str_has_prefix (header->bytes->str, "\xEF\xBB\xBF"))
    {
      g_string_erase (header->bytes, 0, 3);
      self->encoding = ENCODING_UTF8;
    }
  if (g_str_has_prefix (header->bytes->str, "\x84\x31\x95\x33"))
    {
      g_string_erase (header->bytes, 0, 4);
      self->encoding = ENCODING_GB18030;
    }
  if (!g_str_has_prefix (header->bytes->str, "\xFF\xFE") &&
      !g_str_has_prefix (header->bytes->str, "\xFE\xFF"))
    return TRUE;
  g_set_error (error, MR_IMPORT_ERROR, MR_IMPORT_ERROR_FORMAT,
               "this is UTF-16 (\"Unicode text\"): save it as CSV in UTF-8");
  return FALSE;
}

static guint
count_char (const GString *bytes, char c)
{
  guint n = 0;

  for (gsize i = 0; i < bytes->len; i++)
    n += bytes->str[i] == c;
  return n;
}

static char
guess_delimiter (const GString *header)
{
  if (count_char (header, '\t') > 0)
    return '\t';
  return count_char (header, ';') > count_char (header, ',') ? ';' : ',';
}

static gboolean
read_header (MrImportTable *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  MrImportRecord record = { 0 };
  Line *line = read_line (self, &local);

  if (line == NULL)
    {
      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      else
        g_set_error (error, MR_IMPORT_ERROR, MR_IMPORT_ERROR_FORMAT, "the file is empty");
      return FALSE;
    }
  g_queue_push_tail (&self->lines, line);
  if (!take_byte_order_mark (self, line, error) || !judge_encoding (self, error))
    return FALSE;
  self->delimiter = guess_delimiter (line->bytes);
  if (!mr_import_table_next (self, &record, &local) || record.fault != NULL)
    {
      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      else
        g_set_error (error, MR_IMPORT_ERROR, MR_IMPORT_ERROR_FORMAT, "the header line %s",
                     record.fault != NULL ? record.fault : "is empty");
      return FALSE;
    }
  for (guint i = 0; i < record.fields->len; i++)
    g_ptr_array_add (self->header, g_strdup (record.fields->pdata[i]));
  return TRUE;
}

MrImportTable *
mr_import_table_new (GInputStream *stream, GError **error)
{
  g_autoptr (GInputStream) unpacked = unpack (stream, error);
  g_autoptr (MrImportTable) self = NULL;

  if (unpacked == NULL)
    return NULL;
  self = g_new0 (MrImportTable, 1);
  self->stream = g_steal_pointer (&unpacked);
  self->chunk = g_malloc (CHUNK_BYTES);
  self->from_gb18030 = g_iconv_open ("UTF-8", "GB18030");
  self->header = g_ptr_array_new_with_free_func (g_free);
  self->raw = g_ptr_array_new_with_free_func ((GDestroyNotify) raw_free);
  self->fields = g_ptr_array_new_with_free_func (g_free);
  g_queue_init (&self->lines);
  if (self->from_gb18030 == (GIConv) -1)
    {
      g_set_error (error, MR_IMPORT_ERROR, MR_IMPORT_ERROR_FORMAT,
                   "this system cannot read GB18030");
      return NULL;
    }
  return read_header (self, error) ? g_steal_pointer (&self) : NULL;
}

void
mr_import_table_free (MrImportTable *self)
{
  g_clear_object (&self->stream);
  g_free (self->chunk);
  g_queue_clear_full (&self->lines, (GDestroyNotify) line_free);
  if (self->from_gb18030 != (GIConv) -1)
    g_iconv_close (self->from_gb18030);
  g_ptr_array_unref (self->header);
  g_ptr_array_unref (self->raw);
  g_ptr_array_unref (self->fields);
  g_free (self);
}

GPtrArray *
mr_import_table_get_header (MrImportTable *self)
{
  return self->header;
}
