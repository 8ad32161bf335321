/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MrHidField:
 * @bit: where it begins in a report, the byte of the report's id included
 * @n_bits: how long it is; 0: there is none
 */
typedef struct
{
  guint bit;
  guint n_bits;
} MrHidField;

/**
 * MrHidScanner:
 * @report_id: the first byte of the reports that bring codes; 0: reports bear no id
 * @n_bytes: how long they are, their id included
 * @count: (01:3B): how many bytes of @data count
 * @aim: (8C:FB, FC, FD): the three characters of the AIM identifier
 * @data: (8C:FE): what was read; whole bytes
 * @continued: (8C:FF): another report goes on with this code
 *
 * How a barcode scanner's reports (HID Point of Sale, usage page 8C) are laid out.
 */
typedef struct
{
  guint8 report_id;
  guint n_bytes;
  MrHidField count;
  MrHidField aim[3];
  MrHidField data;
  MrHidField continued;
} MrHidScanner;

/* Reads a HID report descriptor. FALSE when it is not one of a barcode scanner (usage 8C:02), or makes no
 * sense. Pure. */
gboolean mr_hid_scanner_parse (const guint8 *bytes, gsize length, MrHidScanner *scanner);

/* The field's value in @report, least bit first as HID has it; 0 for what @length cuts off. @n_bits up to 32. */
guint32 mr_hid_field_read (const MrHidField *field, const guint8 *report, gsize length);

G_END_DECLS
