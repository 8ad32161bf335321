/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/escpos.h"

#include "device/bars.h"
#include "device/gb18030.h"

#include <string.h>

struct _MrEscpos
{
  MrPrinterProfile profile;
  GByteArray *bytes; /* (owned) */
  const MrCodePage
      *page; /* (unowned) (nullable): the one the printer uses now, as far as is known */
};

#define DLE 0x10
#define EOT 0x04
#define ENQ 0x05
#define DC4 0x14
#define ESC 0x1B
#define FS 0x1C
#define GS 0x1D

/* Lines from the print head to the tear bar of a printer without a knife. */
#define TEAR_LINES 4
/* Bytes of picture a band holds: small printers have a buffer of 4 KiB. */
#define BAND_BYTES 3072
/* Narrower bars do not print sharp on thermal paper. */
#define BAR_DOTS 2
/* ISO/IEC 15417: quiet zones of ten modules, start 11, each character 11, check 11, stop 13. */
#define CODE128_B_MODULES(n) (2 * 10 + 11 + 11 * (n) + 11 + 13)
/* Pulse of the drawer's magnet in steps of 2 ms: 100 ms on, 500 ms until the next. */
#define KICK_ON 50
#define KICK_OFF 250
/* Of DLE DC4: its first function, and the same time on and off in steps of 100 ms. */
#define KICK_NOW 1
#define KICK_NOW_TIME 1

static void
put (MrEscpos *self, const void *bytes, gsize length)
{
  g_byte_array_append (self->bytes, bytes, (guint) length);
}

#define PUT(self, ...) \
  put ((self), (const guint8[]){ __VA_ARGS__ }, sizeof ((const guint8[]){ __VA_ARGS__ }))

MrEscpos *
mr_escpos_new (const MrPrinterProfile *profile)
{
  MrEscpos *self = g_new0 (MrEscpos, 1);

  self->profile = *profile;
  self->bytes = g_byte_array_new ();
  return self;
}

void
mr_escpos_free (MrEscpos *self)
{
  g_byte_array_unref (self->bytes);
  g_free (self);
}

const MrPrinterProfile *
mr_escpos_get_profile (const MrEscpos *self)
{
  return &self->profile;
}

GBytes *
mr_escpos_finish (MrEscpos *self)
{
  GByteArray *bytes = g_steal_pointer (&self->bytes);

  self->bytes = g_byte_array_new ();
  self->page = NULL;
  return g_byte_array_free_to_bytes (bytes);
}

/* How a printer is told one character. */
typedef struct
{
  guint8 bytes[4];
  gsize length; /* 1 or 2: a hanzi; 0 when no font has it */
  const MrCodePage *page; /* (unowned) (nullable): which must be selected */
} Glyph;

static const MrCodePage *
get_page (const MrPrinterProfile *profile, guint index)
{
  return g_ptr_array_index (profile->code_pages, index);
}

/* @page: (nullable): the one selected now, which is kept where it will do. */
static Glyph
encode (const MrPrinterProfile *profile, const MrCodePage *page, gunichar character)
{
  Glyph glyph = { { 0 } };

  glyph.length = mr_gb18030_encode (character, glyph.bytes);
  if (glyph.length == 1 || (glyph.length == 2 && profile->gb18030))
    return glyph;
  glyph.page = page;
  glyph.bytes[0] = page != NULL ? mr_code_page_encode (page, character) : 0;
  for (guint i = 0; i < profile->code_pages->len && glyph.bytes[0] == 0; i++)
    {
      glyph.page = get_page (profile, i);
      glyph.bytes[0] = mr_code_page_encode (glyph.page, character);
    }
  glyph.length = glyph.bytes[0] != 0 ? 1 : 0;
  return glyph;
}

static gboolean
can_print_folded (const MrPrinterProfile *profile, const char *folded)
{
  if (profile->raster_always)
    return *folded == '\0';
  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
    if (encode (profile, NULL, g_utf8_get_char (p)).length == 0)
      return FALSE;
  return TRUE;
}

gboolean
mr_escpos_can_print (const MrPrinterProfile *profile, const char *text)
{
  g_autofree char *folded = mr_columns_fold (text);

  return can_print_folded (profile, folded);
}

void
mr_escpos_init (MrEscpos *self)
{
  PUT (self, ESC, '@');
  self->page = NULL;
  /* Asian models wake up in Kanji mode, and with a Chinese character set in which $ is ¥. */
  if (self->profile.gb18030 || self->profile.code_pages->len > 0)
    PUT (self, FS, '.');
  PUT (self, ESC, 'R', 0);
}

/* Columns that a text laid out for a Chinese font has to spare when a code page prints some of it: there
 * a Cyrillic letter takes one column and not two. */
static int
count_spare_columns (const MrEscpos *self, const char *folded)
{
  int spare = 0;

  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
    if (encode (&self->profile, self->page, g_utf8_get_char (p)).page != NULL)
      spare += mr_columns_char_width (g_utf8_get_char (p)) - 1;
  return spare;
}

/* Where spaces can be put in so that the line stays as it was laid out: the gap before what stands at
 * the right edge, or half of them before what is centred. */
static void
put_spaces_back (GString *line, int spare)
{
  gsize indent = strspn (line->str, " ");
  const char *gap = g_strrstr (line->str + indent, "  ");
  gssize at = gap != NULL ? gap - line->str : 0;

  if (gap == NULL)
    spare = indent > 0 ? spare / 2 : 0;
  for (int i = 0; i < spare; i++)
    g_string_insert_c (line, at, ' ');
}

static void
select_fonts (MrEscpos *self, const Glyph *glyph, gboolean *in_hanzi)
{
  if (glyph->length != 2 && *in_hanzi)
    PUT (self, FS, '.');
  if (glyph->length == 2 && !*in_hanzi)
    PUT (self, FS, '&');
  *in_hanzi = glyph->length == 2;
  if (glyph->page != NULL && glyph->page != self->page && glyph->length > 0)
    {
      PUT (self, ESC, 't', (guint8) mr_code_page_get_number (glyph->page));
      self->page = glyph->page;
    }
}

/* "?" is written for what encode() does not know. */
static void
put_text (MrEscpos *self, const char *folded)
{
  g_autoptr (GString) line = g_string_new (folded);
  gboolean in_hanzi = FALSE;

  put_spaces_back (line, count_spare_columns (self, folded));
  for (const char *p = line->str; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar character = g_utf8_get_char (p);
      Glyph glyph = encode (&self->profile, self->page, character);

      select_fonts (self, &glyph, &in_hanzi);
      if (glyph.length > 0)
        put (self, glyph.bytes, glyph.length);
      else
        put (self, "??", (gsize) mr_columns_char_width (character));
    }
  if (in_hanzi)
    PUT (self, FS, '.');
}

gboolean
mr_escpos_text (MrEscpos *self, const char *text)
{
  g_autofree char *folded = mr_columns_fold (text);

  if (!can_print_folded (&self->profile, folded))
    return FALSE;
  put_text (self, folded);
  return TRUE;
}

gboolean
mr_escpos_line (MrEscpos *self, const char *text)
{
  if (!mr_escpos_text (self, text))
    return FALSE;
  PUT (self, '\n');
  return TRUE;
}

void
mr_escpos_line_lossy (MrEscpos *self, const char *text)
{
  g_autofree char *folded = mr_columns_fold (text);

  put_text (self, folded);
  PUT (self, '\n');
}

void
mr_escpos_style (MrEscpos *self, MrEscposStyle style)
{
  guint8 hanzi = 0;
  guint8 latin = 0;

  if (style & MR_ESCPOS_BOLD)
    latin |= 0x08;
  if (style & MR_ESCPOS_DOUBLE_WIDTH)
    {
      hanzi |= 0x04;
      latin |= 0x20;
    }
  if (style & MR_ESCPOS_DOUBLE_HEIGHT)
    {
      hanzi |= 0x08;
      latin |= 0x10;
    }
  if (style & MR_ESCPOS_UNDERLINE)
    {
      hanzi |= 0x80;
      latin |= 0x80;
    }
  if (self->profile.gb18030)
    PUT (self, FS, '!', hanzi);
  PUT (self, ESC, '!', latin);
}

void
mr_escpos_align (MrEscpos *self, MrAlign align)
{
  PUT (self, ESC, 'a', (guint8) align);
}

void
mr_escpos_feed (MrEscpos *self, int lines)
{
  PUT (self, ESC, 'd', (guint8) CLAMP (lines, 0, 255));
}

void
mr_escpos_cut (MrEscpos *self, MrEscposCut cut)
{
  if (!self->profile.cutter || cut == MR_ESCPOS_CUT_NONE)
    mr_escpos_feed (self, TEAR_LINES);
  else if (cut == MR_ESCPOS_CUT_PARTIAL)
    PUT (self, GS, 'V', 'B', 0);
  else
    PUT (self, GS, 'V', 'A', 0);
}

void
mr_escpos_kick (MrEscpos *self, int pin)
{
  if (self->profile.drawer)
    PUT (self, ESC, 'p', pin == 5 ? 1 : 0, KICK_ON, KICK_OFF);
}

GBytes *
mr_escpos_new_kick_job (const MrPrinterProfile *profile, int pin)
{
  g_autoptr (MrEscpos) self = mr_escpos_new (profile);

  mr_escpos_kick (self, pin);
  return mr_escpos_finish (self);
}

GBytes *
mr_escpos_new_kick_now (const MrPrinterProfile *profile, int pin)
{
  const guint8 bytes[] = { DLE, DC4, KICK_NOW, pin == 5 ? 1 : 0, KICK_NOW_TIME };

  return profile->drawer && profile->drawer_now ? g_bytes_new (bytes, sizeof bytes) : NULL;
}

static gboolean
has_control_characters (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      return TRUE;
  return FALSE;
}

static gboolean
put_native_qr (MrEscpos *self, const char *text, int max_module_dots)
{
  gsize length = strlen (text);
  int modules = mr_raster_measure_qr (text);
  int module_dots;

  if (modules == 0)
    return FALSE;
  module_dots = MIN (MIN (max_module_dots, 16), self->profile.dots / (modules + 8));
  if (module_dots < 1)
    return FALSE;
  PUT (self, GS, '(', 'k', 4, 0, '1', 'A', '2', 0);
  PUT (self, GS, '(', 'k', 3, 0, '1', 'C', (guint8) module_dots);
  PUT (self, GS, '(', 'k', 3, 0, '1', 'E', '1');
  PUT (self, GS, '(', 'k', (guint8) ((length + 3) & 0xFF), (guint8) ((length + 3) >> 8), '1', 'P',
       '0');
  put (self, text, length);
  PUT (self, GS, '(', 'k', 3, 0, '1', 'Q', '0');
  return TRUE;
}

gboolean
mr_escpos_qr (MrEscpos *self, const char *text, int max_module_dots)
{
  g_autoptr (MrRaster) raster = NULL;

  /* A control character could spell a command for the printer on its way. */
  if (text[0] == '\0' || has_control_characters (text))
    return FALSE;
  if (self->profile.native_qr)
    return put_native_qr (self, text, max_module_dots);
  raster = mr_raster_new_qr (text, self->profile.dots, max_module_dots);
  if (raster == NULL)
    return FALSE;
  mr_escpos_raster (self, raster);
  return TRUE;
}

static gboolean
is_command_start (guint8 first, guint8 second)
{
  return first == DLE && (second == EOT || second == ENQ || second == DC4);
}

/* Two digits a symbol, as bytes 0 … 99: half as wide. FALSE when that does not go, or would spell a
 * command. */
static gboolean
pack_code_c (const char *text, GByteArray *data)
{
  gsize length = strlen (text);

  if (length < 4 || length % 2 != 0 || strspn (text, "0123456789") != length)
    return FALSE;
  g_byte_array_append (data, (const guint8 *) "{C", 2);
  for (gsize i = 0; i < length; i += 2)
    {
      guint8 pair =
          (guint8) (g_ascii_digit_value (text[i]) * 10 + g_ascii_digit_value (text[i + 1]));

      if (is_command_start (data->data[data->len - 1], pair))
        return FALSE;
      g_byte_array_append (data, &pair, 1);
    }
  return TRUE;
}

static void
pack_code_b (const char *text, GByteArray *data)
{
  g_byte_array_set_size (data, 0);
  g_byte_array_append (data, (const guint8 *) "{B", 2);
  for (const char *p = text; *p != '\0'; p++)
    {
      g_byte_array_append (data, (const guint8 *) p, 1);
      if (*p == '{')
        g_byte_array_append (data, (const guint8 *) p, 1);
    }
}

static gboolean
put_code128 (MrEscpos *self, const char *text)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();

  if (!pack_code_c (text, data))
    {
      /* Twice as wide where pairs of digits would have done. */
      if (CODE128_B_MODULES (strlen (text)) * BAR_DOTS > (gsize) self->profile.dots)
        return FALSE;
      pack_code_b (text, data);
    }
  PUT (self, GS, 'k', 73, (guint8) data->len);
  put (self, data->data, data->len);
  return TRUE;
}

static void
put_ean (MrEscpos *self, const char *text)
{
  gsize n_digits = strlen (text);

  PUT (self, GS, 'k', n_digits == 13 ? 67 : 68, (guint8) n_digits);
  put (self, text, n_digits);
}

/* FALSE, and nothing is written, when that is too wide. */
static gboolean
put_native_barcode (MrEscpos *self, MrBarsKind kind, const char *text, int height_dots,
                    gboolean with_text)
{
  guint before = self->bytes->len;
  gboolean done = TRUE;

  PUT (self, GS, 'h', (guint8) height_dots);
  PUT (self, GS, 'w', BAR_DOTS);
  PUT (self, GS, 'H', with_text ? 2 : 0);
  if (kind == MR_BARS_CODE128)
    done = put_code128 (self, text);
  else
    put_ean (self, text);
  if (!done)
    g_byte_array_set_size (self->bytes, before);
  return done;
}

gboolean
mr_escpos_barcode (MrEscpos *self, MrBarsKind kind, const char *text, int height_dots,
                   gboolean with_text)
{
  g_autofree char *bars = mr_bars_encode (kind, text);
  g_autoptr (MrRaster) raster = NULL;

  if (bars == NULL || strlen (bars) * BAR_DOTS > (gsize) self->profile.dots)
    return FALSE;
  height_dots = CLAMP (height_dots, 1, 255);
  if (self->profile.native_barcodes &&
      put_native_barcode (self, kind, text, height_dots, with_text))
    return TRUE;
  raster = mr_raster_new_bars (bars, BAR_DOTS, height_dots);
  mr_escpos_raster (self, raster);
  return TRUE;
}

/* A dot is made one wider where the picture would speak to the printer. One bit always does, and
 * nobody sees it; shifting the picture may make another such pair elsewhere. */
static void
silence_commands (guint8 *picture, gsize length)
{
  for (gsize i = 0; i + 1 < length; i++)
    if (is_command_start (picture[i], picture[i + 1]))
      picture[i] |= DLE >> 1;
}

static void
put_band (MrEscpos *self, const MrRaster *raster, int first, int n_rows, gsize stride)
{
  guint start;

  PUT (self, GS, 'v', '0', 0, (guint8) (stride & 0xFF), (guint8) (stride >> 8),
       (guint8) (n_rows & 0xFF), (guint8) (n_rows >> 8));
  start = self->bytes->len;
  for (int y = first; y < first + n_rows; y++)
    put (self, mr_raster_get_row (raster, y), stride);
  silence_commands (self->bytes->data + start, self->bytes->len - start);
}

void
mr_escpos_raster (MrEscpos *self, const MrRaster *raster)
{
  gsize stride = MIN (mr_raster_get_stride (raster), (gsize) self->profile.dots / 8);
  int height = mr_raster_get_height (raster);
  int band = MAX (1, (int) (BAND_BYTES / stride));

  for (int y = 0; y < height; y += band)
    put_band (self, raster, y, MIN (band, height - y), stride);
}

void
mr_escpos_stored_logo (MrEscpos *self, int number)
{
  PUT (self, FS, 'p', (guint8) CLAMP (number, 1, 255), 0);
}
