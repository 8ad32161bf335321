/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/hid-descriptor.h"

/*
 * Device Class Definition for HID 1.11, 6.2.2; HID Point of Sale Usage Tables 1.02, 4: bar code
 * scanner.
 */

#define USAGE(page, id) ((guint32) (page) << 16 | (id))
#define USAGE_COUNT USAGE (0x01, 0x3B)
#define USAGE_SCANNER USAGE (0x8C, 0x02)
#define USAGE_AIM_1 USAGE (0x8C, 0xFB)
#define USAGE_AIM_3 USAGE (0x8C, 0xFD)
#define USAGE_DATA USAGE (0x8C, 0xFE)
#define USAGE_CONTINUED USAGE (0x8C, 0xFF)

/* Tags of short items, their size bits taken off. */
#define ITEM_INPUT 0x80
#define ITEM_COLLECTION 0xA0
#define ITEM_END_COLLECTION 0xC0
#define ITEM_USAGE_PAGE 0x04
#define ITEM_REPORT_SIZE 0x74
#define ITEM_REPORT_ID 0x84
#define ITEM_REPORT_COUNT 0x94
#define ITEM_PUSH 0xA4
#define ITEM_POP 0xB4
#define ITEM_USAGE 0x08
#define ITEM_USAGE_MIN 0x18
#define ITEM_USAGE_MAX 0x28
#define ITEM_LONG 0xFE

/* More than any device has; the rest of one that has more is not read. */
#define MAX_DEPTH 16
#define MAX_USAGES 64
#define MAX_REPORT_BITS (8 * 4096)

typedef struct
{
  guint16 page;
  guint8 report_id;
  guint32 size_bits;
  guint32 count;
} Globals;

typedef struct
{
  Globals globals;
  Globals stack[MAX_DEPTH];
  guint n_stacked;

  guint32 usages[MAX_USAGES]; /* whole: page and id */
  guint n_usages;
  guint32 usage_min;

  guint depth; /* of collections */
  guint scanner_depth; /* of the scanner's, 0 outside of it */
  gboolean has_scanner;
  guint n_bits[256]; /* of the input report with that id, so far */
  gboolean is_broken;
} Parser;

static guint32
read_value (const guint8 *bytes, gsize n)
{
  guint32 value = 0;

  for (gsize i = 0; i < n; i++)
    value |= (guint32) bytes[i] << (8 * i);
  return value;
}

static void
add_usage (Parser *self, guint32 usage)
{
  if (self->n_usages < MAX_USAGES)
    self->usages[self->n_usages++] = usage;
}

/* A usage of four bytes brings its own page. */
static guint32
make_usage (const Parser *self, guint32 value, gsize n)
{
  return n == 4 ? value : USAGE (self->globals.page, value);
}

static void
add_usage_range (Parser *self, guint32 max)
{
  for (guint32 usage = self->usage_min; usage <= max && self->n_usages < MAX_USAGES; usage++)
    add_usage (self, usage);
}

static void
set_field (MrHidField *field, guint bit, guint n_bits)
{
  if (field->n_bits == 0)
    *field = (MrHidField){ bit, n_bits };
}

/* Where one value, or a row of them with the same usage, lies. */
static void
note_field (Parser *self, MrHidScanner *scanner, guint32 usage, guint bit, guint n_bits)
{
  guint value_bits = MIN (n_bits, 32);

  /* The codes come in one report; what another brings (status, settings) is not for us. */
  if (scanner->data.n_bits > 0 && scanner->report_id != self->globals.report_id)
    return;
  if (usage >= USAGE_AIM_1 && usage <= USAGE_AIM_3)
    {
      for (guint i = 0; usage == USAGE_AIM_1 && i < 3 && n_bits >= 24; i++)
        set_field (&scanner->aim[i], bit + 8 * i, 8);
      set_field (&scanner->aim[usage - USAGE_AIM_1], bit, MIN (n_bits, 8));
    }
  else if (usage == USAGE_COUNT)
    set_field (&scanner->count, bit, value_bits);
  else if (usage == USAGE_CONTINUED)
    set_field (&scanner->continued, bit, value_bits);
  else if (usage == USAGE_DATA)
    set_field (&scanner->data, bit, n_bits);
}

static void
take_input (Parser *self, MrHidScanner *scanner)
{
  guint *end = &self->n_bits[self->globals.report_id];
  guint64 n_bits = (guint64) self->globals.size_bits * self->globals.count;
  guint32 n = self->globals.count;
  guint bit = *end;

  if (n_bits + *end > MAX_REPORT_BITS)
    {
      self->is_broken = TRUE;
      return;
    }
  *end += (guint) n_bits;
  if (self->scanner_depth == 0 || n_bits == 0 || self->n_usages == 0)
    return;
  if (self->globals.report_id != scanner->report_id && scanner->data.n_bits == 0)
    *scanner = (MrHidScanner){ .report_id = self->globals.report_id };
  if (self->globals.report_id != 0)
    bit += 8;
  /* One usage each; the last is that of all the rest. */
  for (guint i = 0; i < self->n_usages && i < n; i++)
    {
      guint n_values = i + 1 < self->n_usages ? 1 : n - i;

      note_field (self, scanner, self->usages[i], bit, n_values * self->globals.size_bits);
      bit += self->globals.size_bits;
    }
}

static void
open_collection (Parser *self)
{
  self->depth++;
  if (self->scanner_depth == 0 && self->n_usages > 0 && self->usages[0] == USAGE_SCANNER)
    {
      self->scanner_depth = self->depth;
      self->has_scanner = TRUE;
    }
}

static void
close_collection (Parser *self)
{
  if (self->depth == 0)
    self->is_broken = TRUE;
  else if (self->depth-- == self->scanner_depth)
    self->scanner_depth = 0;
}

static void
take_main (Parser *self, guint8 tag, MrHidScanner *scanner)
{
  if (tag == ITEM_INPUT)
    take_input (self, scanner);
  else if (tag == ITEM_COLLECTION)
    open_collection (self);
  else if (tag == ITEM_END_COLLECTION)
    close_collection (self);
  /* What was said of one item is not said of the next. */
  self->n_usages = 0;
  self->usage_min = 0;
}

static void
push_or_pop (Parser *self, gboolean is_push)
{
  if (is_push && self->n_stacked < MAX_DEPTH)
    self->stack[self->n_stacked++] = self->globals;
  else if (!is_push && self->n_stacked > 0)
    self->globals = self->stack[--self->n_stacked];
  else
    self->is_broken = TRUE;
}

static void
take_item (Parser *self, guint8 tag, guint32 value, gsize n, MrHidScanner *scanner)
{
  switch (tag)
    {
    case ITEM_USAGE_PAGE:
      self->globals.page = (guint16) value;
      break;
    case ITEM_REPORT_SIZE:
      self->globals.size_bits = value;
      break;
    case ITEM_REPORT_COUNT:
      self->globals.count = value;
      break;
    case ITEM_REPORT_ID:
      self->globals.report_id = (guint8) value;
      self->is_broken |= value == 0 || value > 0xFF;
      break;
    case ITEM_PUSH:
    case ITEM_POP:
      push_or_pop (self, tag == ITEM_PUSH);
      break;
    case ITEM_USAGE:
      add_usage (self, make_usage (self, value, n));
      break;
    case ITEM_USAGE_MIN:
      self->usage_min = make_usage (self, value, n);
      break;
    case ITEM_USAGE_MAX:
      add_usage_range (self, make_usage (self, value, n));
      break;
    default:
      if ((tag & 0x0C) == 0)
        take_main (self, tag, scanner);
    }
}

gboolean
mr_hid_scanner_parse (const guint8 *bytes, gsize length, MrHidScanner *scanner)
{
  static const gsize sizes[] = { 0, 1, 2, 4 };
  Parser parser = { { 0 } };
  gsize i = 0;

  *scanner = (MrHidScanner){ 0 };
  while (i < length && !parser.is_broken)
    {
      guint8 prefix = bytes[i++];
      gsize n = sizes[prefix & 3];

      /* A long item: its size, its tag, its data. Nobody has defined one. */
      if (prefix == ITEM_LONG)
        n = i + 1 < length ? (gsize) bytes[i] + 2 : length;
      if (n > length - i)
        return FALSE;
      if (prefix != ITEM_LONG)
        take_item (&parser, prefix & 0xFC, read_value (bytes + i, n), n, scanner);
      i += n;
    }
  scanner->n_bytes =
      (parser.n_bits[scanner->report_id] + 7) / 8 + (scanner->report_id != 0 ? 1 : 0);
  return !parser.is_broken && parser.has_scanner && scanner->data.n_bits >= 8 &&
         scanner->data.bit % 8 == 0;
}

guint32
mr_hid_field_read (const MrHidField *field, const guint8 *report, gsize length)
{
  guint32 value = 0;

  for (guint i = 0; i < MIN (field->n_bits, 32); i++)
    {
      gsize bit = (gsize) field->bit + i;

      if (bit / 8 < length && (report[bit / 8] >> (bit % 8) & 1) != 0)
        value |= (guint32) 1 << i;
    }
  return value;
}
