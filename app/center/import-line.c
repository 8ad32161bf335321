/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/import-line.h"

#include "center/import-table.h"

#include "model/quantity.h"

#include <string.h>

#define MAX_NAME_CHARS 200
#define MAX_BRAND_CHARS 100
#define MAX_UNIT_CHARS 16
#define MAX_INITIALS_CHARS 64
#define MAX_CATEGORY_CHARS 60
#define MAX_CATEGORY_LEVELS 6
/* Whole currency units. Dearer things are not sold over a counter; it is a slip, or a barcode. */
#define MAX_PRICE 1000000
#define MAX_PIECES 100000

static const struct
{
  const char *name; /* lower case */
  MrImportColumn column;
} NAMES[] = {
  { "barcode", MR_IMPORT_BARCODE },   { "ean", MR_IMPORT_BARCODE },
  { "gtin", MR_IMPORT_BARCODE },      { "条码", MR_IMPORT_BARCODE },
  { "条形码", MR_IMPORT_BARCODE },    { "商品条码", MR_IMPORT_BARCODE },
  { "国际条码", MR_IMPORT_BARCODE },  { "name", MR_IMPORT_NAME },
  { "名称", MR_IMPORT_NAME },         { "品名", MR_IMPORT_NAME },
  { "商品名称", MR_IMPORT_NAME },     { "price", MR_IMPORT_PRICE },
  { "售价", MR_IMPORT_PRICE },        { "零售价", MR_IMPORT_PRICE },
  { "单价", MR_IMPORT_PRICE },        { "价格", MR_IMPORT_PRICE },
  { "unit", MR_IMPORT_UNIT },         { "单位", MR_IMPORT_UNIT },
  { "category", MR_IMPORT_CATEGORY }, { "分类", MR_IMPORT_CATEGORY },
  { "类别", MR_IMPORT_CATEGORY },     { "商品分类", MR_IMPORT_CATEGORY },
  { "brand", MR_IMPORT_BRAND },       { "品牌", MR_IMPORT_BRAND },
  { "tax", MR_IMPORT_TAX },           { "税率", MR_IMPORT_TAX },
  { "pack_of", MR_IMPORT_PACK_OF },   { "规格数", MR_IMPORT_PACK_OF },
  { "装箱数", MR_IMPORT_PACK_OF },    { "sold_by", MR_IMPORT_SOLD_BY },
  { "计价方式", MR_IMPORT_SOLD_BY },  { "initials", MR_IMPORT_INITIALS },
  { "拼音码", MR_IMPORT_INITIALS },   { "助记码", MR_IMPORT_INITIALS },
};

static const struct
{
  const char *word;
  MrSoldBy sold_by;
} SOLD_BY[] = {
  { "piece", MR_SOLD_BY_PIECE },   { "计件", MR_SOLD_BY_PIECE },  { "普通", MR_SOLD_BY_PIECE },
  { "weight", MR_SOLD_BY_WEIGHT }, { "称重", MR_SOLD_BY_WEIGHT }, { "计重", MR_SOLD_BY_WEIGHT },
};

/* --- columns --- */

static int
find_column (const char *name)
{
  g_autofree char *lower = g_utf8_strdown (name, -1);

  g_strdelimit (lower, " -", '_');
  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
    {
      if (strcmp (lower, NAMES[i].name) == 0)
        return (int) NAMES[i].column;
    }
  return -1;
}

gboolean
mr_import_columns_find (MrImportColumns *self, GPtrArray *header, GPtrArray *ignored,
                        GError **error)
{
  for (guint i = 0; i < MR_IMPORT_N_COLUMNS; i++)
    self->places[i] = -1;
  self->n_fields = header->len;
  for (guint i = 0; i < header->len; i++)
    {
      int column = find_column (header->pdata[i]);

      if (column >= 0 && self->places[column] < 0)
        self->places[column] = (int) i;
      else if (*(const char *) header->pdata[i] != '\0')
        g_ptr_array_add (ignored, g_strdup (header->pdata[i]));
    }
  if (self->places[MR_IMPORT_BARCODE] >= 0 && self->places[MR_IMPORT_NAME] >= 0)
    return TRUE;
  g_set_error (error, MR_IMPORT_ERROR, MR_IMPORT_ERROR_FORMAT,
               "the first line must name the columns, \"barcode\" (条码) and \"name\" (名称) among "
               "them; there is no \"%s\"",
               self->places[MR_IMPORT_BARCODE] < 0 ? "barcode" : "name");
  return FALSE;
}

/* --- fields --- */

void
mr_import_line_clear (MrImportLine *self)
{
  g_clear_pointer (&self->category, g_free);
  g_clear_pointer (&self->warning, g_free);
}

/* "" when the column is missing, or the line ends before it. */
static const char *
get_field (const MrImportColumns *columns, GPtrArray *fields, MrImportColumn column)
{
  int place = columns->places[column];

  return place >= 0 && (guint) place < fields->len ? fields->pdata[place] : "";
}

static void
warn (MrImportLine *line, char *warning)
{
  if (line->warning == NULL)
    {
      line->warning = warning;
      return;
    }

  g_autofree char *before = line->warning;
  g_autofree char *more = warning;
  line->warning = g_strconcat (before, "; ", more, NULL);
}

/* "6.90194E+12" */
static gboolean
is_spreadsheet_number (const char *text)
{
  gsize digits = strspn (text, "0123456789.");

  return digits > 0 && (text[digits] == 'E' || text[digits] == 'e') && text[digits + 1] == '+' &&
         text[digits + 2] != '\0' &&
         strspn (text + digits + 2, "0123456789") == strlen (text + digits + 2);
}

/* Numbers as short as this are a shop's own, 4011 for bananas, and nobody's mistake. */
#define MAX_OWN_NUMBER_DIGITS 5

/* Kept as it is either way: it is what the scanner reads off the good, or it never was a barcode. */
static void
warn_about_barcode (MrImportLine *line)
{
  const char *key = line->barcode.key;
  gsize length = strlen (key);
  int expected = -1;

  if (mr_barcode_has_wrong_check (key, &expected))
    warn (line,
          g_strdup_printf ("check digit of %s should be %d; kept as a plain code", key, expected));
  else if (line->barcode.kind == MR_BARCODE_TEXT && length > MAX_OWN_NUMBER_DIGITS &&
           strspn (key, "0123456789") == length)
    warn (line, g_strdup_printf ("%s has %" G_GSIZE_FORMAT
                                 " digits, which no GTIN has; kept as a plain code",
                                 key, length));
}

static char *
parse_barcode (MrImportLine *line, const char *text)
{
  /* Spreadsheets are told "this is text" by an apostrophe, and some programs leave it in. */
  if (*text == '\'')
    text++;
  if (*text == '\0')
    return g_strdup ("has no barcode");
  if (is_spreadsheet_number (text))
    return g_strdup_printf (
        "has a barcode a spreadsheet has made a number of (%s): its digits are lost", text);
  if (!mr_barcode_parse (text, &line->barcode))
    return g_strdup ("has a barcode longer than 128 bytes");
  warn_about_barcode (line);
  line->row.barcode = line->barcode.key;
  return NULL;
}

static char *
check_length (const char *what, const char *text, long max_chars)
{
  long length = g_utf8_strlen (text, -1);

  return length > max_chars
             ? g_strdup_printf ("has a %s of %ld characters, at most %ld", what, length, max_chars)
             : NULL;
}

static char *
parse_texts (MrImportLine *line, const MrImportColumns *columns, GPtrArray *fields)
{
  char *reason = NULL;

  line->row.name = get_field (columns, fields, MR_IMPORT_NAME);
  line->row.unit = get_field (columns, fields, MR_IMPORT_UNIT);
  line->row.brand = get_field (columns, fields, MR_IMPORT_BRAND);
  line->row.initials = get_field (columns, fields, MR_IMPORT_INITIALS);
  if (*line->row.name == '\0')
    return g_strdup ("has no name");
  reason = check_length ("name", line->row.name, MAX_NAME_CHARS);
  if (reason == NULL)
    reason = check_length ("unit", line->row.unit, MAX_UNIT_CHARS);
  if (reason == NULL)
    reason = check_length ("brand", line->row.brand, MAX_BRAND_CHARS);
  if (reason == NULL)
    reason = check_length ("initials field", line->row.initials, MAX_INITIALS_CHARS);
  return reason;
}

/* " 饮料 / 碳酸 /" is "饮料/碳酸". */
static char *
parse_category (MrImportLine *line, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", -1);
  g_autoptr (GString) path = g_string_new (NULL);
  guint levels = 0;

  for (guint i = 0; parts[i] != NULL; i++)
    {
      const char *part = g_strstrip (parts[i]);
      char *reason = check_length ("category", part, MAX_CATEGORY_CHARS);

      if (reason != NULL)
        return reason;
      if (*part == '\0')
        continue;
      if (++levels > MAX_CATEGORY_LEVELS)
        return g_strdup_printf ("has a category of more than %d levels", MAX_CATEGORY_LEVELS);
      if (path->len > 0)
        g_string_append_c (path, '/');
      g_string_append (path, part);
    }
  line->category = g_string_free (g_steal_pointer (&path), FALSE);
  line->row.category = line->category;
  return NULL;
}

/* Without the currency's sign, and without the zeros a program prints beyond its digits: "¥12.5000". */
static char *
strip_price (const char *text, guint digits)
{
  static const char *const SIGNS[] = { "¥", "￥", "元", "$", "€", "£", "CNY", "RMB" };
  g_autofree char *bare = g_strdup (text);
  char *point = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (SIGNS); i++)
    {
      gsize length = strlen (SIGNS[i]);

      if (g_str_has_prefix (bare, SIGNS[i]))
        memmove (bare, bare + length, strlen (bare) - length + 1);
      if (g_str_has_suffix (bare, SIGNS[i]))
        bare[strlen (bare) - length] = '\0';
    }
  g_strstrip (bare);
  point = strchr (bare, '.');
  for (gsize end = strlen (bare);
       point != NULL && end > (gsize) (point - bare) + 1 + digits && bare[end - 1] == '0'; end--)
    bare[end - 1] = '\0';
  if (point != NULL && digits == 0 && point[1] == '\0')
    *point = '\0';
  return g_steal_pointer (&bare);
}

static char *
parse_price (MrImportLine *line, const char *text, const MrCurrency *currency)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *bare = strip_price (text, currency->digits);
  gint64 max_minor = MAX_PRICE;

  if (*bare == '\0')
    return NULL;
  if (!mr_money_parse (bare, currency->digits, &line->row.price_minor, &error))
    return g_strdup_printf (g_error_matches (error, MR_MONEY_ERROR, MR_MONEY_ERROR_RANGE)
                                ? "has a price with too many digits: %s"
                                : "has a price that is no number: %s",
                            text);
  for (guint i = 0; i < currency->digits; i++)
    max_minor *= 10;
  if (line->row.price_minor < 0)
    return g_strdup_printf ("has a price below zero: %s", text);
  if (line->row.price_minor > max_minor)
    return g_strdup_printf ("has a price above %d: %s", MAX_PRICE, text);
  /* Zero is how programs write "not known"; nothing is given away because of that. */
  if (line->row.price_minor == 0)
    warn (line, g_strdup ("price 0 is taken as none: it is asked for when sold"));
  else
    line->row.given |= MR_GOODS_PRICE;
  return NULL;
}

/* "13%", "13", "0.13" are one rate, "免税" and 0 are another. */
static char *
parse_tax (MrImportLine *line, const char *text)
{
  g_autofree char *bare = g_strdup (text);
  gboolean percent = g_str_has_suffix (bare, "%");
  gint64 value = 0; /* ten-thousandths of what is written */

  line->row.tax_ppm = -1;
  if (*text == '\0')
    return NULL;
  line->row.tax_ppm = 0;
  if (strcmp (text, "免税") == 0 || strcmp (text, "exempt") == 0)
    return NULL;
  if (percent)
    bare[strlen (bare) - 1] = '\0';
  if (!mr_money_parse (g_strstrip (bare), 4, &value, NULL) || value < 0)
    return g_strdup_printf ("has a tax rate that is no number: %s", text);
  /* No tax is below one percent without saying so: a spreadsheet shows 13 % and writes 0.13. */
  line->row.tax_ppm = percent || value >= 10000 ? value : value * 100;
  if (line->row.tax_ppm > 1000000)
    return g_strdup_printf ("has a tax rate above 100 %%: %s", text);
  return NULL;
}

/* "24", or "24x6901234567892": a further pack of the good with that barcode. */
static char *
parse_pack_of (MrImportLine *line, const char *text)
{
  gsize digits = strspn (text, "0123456789");
  g_autofree char *number = g_strndup (text, digits);
  g_autofree char *rest = g_strstrip (g_strdup (text + digits));
  guint64 pieces = 1;
  const char *piece = rest;

  line->row.units_milli = MR_QUANTITY_ONE_MILLI;
  if (*text == '\0')
    return NULL;
  if (!g_ascii_string_to_unsigned (number, 10, 1, MAX_PIECES, &pieces, NULL))
    return g_strdup_printf ("has a pack_of that is no number from 1 to %d: %s", MAX_PIECES, text);
  line->row.units_milli = (gint64) pieces * MR_QUANTITY_ONE_MILLI;
  if (*rest == '\0')
    return NULL;
  if (g_str_has_prefix (rest, "×"))
    piece += strlen ("×");
  else if (strchr ("xX*", *rest) != NULL)
    piece++;
  else
    return g_strdup_printf ("has a pack_of that is not understood: %s", text);
  if (!mr_barcode_parse (piece, &line->piece))
    return g_strdup_printf ("has a pack_of without the barcode of its piece: %s", text);
  if (strcmp (line->piece.key, line->barcode.key) == 0)
    return g_strdup ("is a pack of itself");
  line->row.piece = line->piece.key;
  return NULL;
}

static char *
parse_sold_by (MrImportLine *line, const char *text)
{
  g_autofree char *lower = g_utf8_strdown (text, -1);

  line->row.sold_by = MR_SOLD_BY_PIECE;
  if (*text == '\0')
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (SOLD_BY); i++)
    {
      if (strcmp (lower, SOLD_BY[i].word) == 0)
        {
          line->row.sold_by = SOLD_BY[i].sold_by;
          return NULL;
        }
    }
  return g_strdup_printf ("is sold by neither piece nor weight: %s", text);
}

static MrGoodsFields
find_given (const MrImportColumns *columns)
{
  static const struct
  {
    MrImportColumn column;
    MrGoodsFields field;
  } FIELDS[] = {
    { MR_IMPORT_UNIT, MR_GOODS_UNIT },       { MR_IMPORT_CATEGORY, MR_GOODS_CATEGORY },
    { MR_IMPORT_BRAND, MR_GOODS_BRAND },     { MR_IMPORT_TAX, MR_GOODS_TAX },
    { MR_IMPORT_SOLD_BY, MR_GOODS_SOLD_BY }, { MR_IMPORT_INITIALS, MR_GOODS_INITIALS },
    { MR_IMPORT_PACK_OF, MR_GOODS_UNITS },
  };
  MrGoodsFields given = 0;

  for (guint i = 0; i < G_N_ELEMENTS (FIELDS); i++)
    {
      if (columns->places[FIELDS[i].column] >= 0)
        given |= FIELDS[i].field;
    }
  return given;
}

char *
mr_import_line_parse (MrImportLine *line, const MrImportColumns *columns, GPtrArray *fields,
                      const MrCurrency *currency)
{
  char *reason = NULL;

  memset (line, 0, sizeof *line);
  if (fields->len > columns->n_fields)
    return g_strdup_printf (
        "has %u fields, the header %u: is a separator in a text that is not quoted?", fields->len,
        columns->n_fields);
  line->row.given = find_given (columns);
  reason = parse_barcode (line, get_field (columns, fields, MR_IMPORT_BARCODE));
  if (reason == NULL)
    reason = parse_texts (line, columns, fields);
  if (reason == NULL)
    reason = parse_category (line, get_field (columns, fields, MR_IMPORT_CATEGORY));
  if (reason == NULL)
    reason = parse_price (line, get_field (columns, fields, MR_IMPORT_PRICE), currency);
  if (reason == NULL)
    reason = parse_tax (line, get_field (columns, fields, MR_IMPORT_TAX));
  if (reason == NULL)
    reason = parse_sold_by (line, get_field (columns, fields, MR_IMPORT_SOLD_BY));
  if (reason == NULL)
    reason = parse_pack_of (line, get_field (columns, fields, MR_IMPORT_PACK_OF));
  if (reason == NULL && line->row.sold_by == MR_SOLD_BY_WEIGHT &&
      line->row.units_milli != MR_QUANTITY_ONE_MILLI)
    reason = g_strdup ("is sold by weight and in packs of several");
  return reason;
}
