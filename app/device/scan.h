/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MrScan:
 * @aim: the AIM symbology identifier the scanner sent ("]E0", "]d2", …), or ""
 * @text: (owned): what was read, UTF-8, GS as 0x1D, without identifier and terminator
 *
 * One code read by a scanner, however it came: keys, USB or serial.
 */
typedef struct
{
  char aim[4];
  char *text;
} MrScan;

/* From the bytes a scanner sent: an AIM identifier at the front is taken off, a CR/LF/Tab at the end
 * is dropped, GB18030 is understood where it is not UTF-8. NULL when nothing is left, or a NUL is in
 * it. Give. */
MrScan *mr_scan_new (const char *bytes, gsize length) G_GNUC_WARN_UNUSED_RESULT;
MrScan *mr_scan_copy (const MrScan *self) G_GNUC_WARN_UNUSED_RESULT;

/* Takes off what the scanner was told to send around each code: @prefix at the front (before the AIM
 * identifier or behind it) and @suffix at the end, "" for none, each once and only where it is there. A code
 * that is nothing else stays as it is. */
void mr_scan_trim (MrScan *self, const char *prefix, const char *suffix);
void mr_scan_free (MrScan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrScan, mr_scan_free)

G_END_DECLS
