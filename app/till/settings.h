/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* When a sale's receipt is printed. The drawer does not care. */
typedef enum
{
  MR_PRINT_ALWAYS,
  MR_PRINT_ON_KEY, /* only when somebody asks: "win.print-receipt" */
  MR_PRINT_NEVER,
  MR_N_PRINT_MODES,
} MrPrintMode;

typedef enum
{
  MR_KEY_SET_INTERNATIONAL, /* function keys */
  MR_KEY_SET_CHINESE, /* made for the numeric keypad */
  MR_N_KEY_SETS,
} MrKeySet;

/* The names of the settings, as the "changed" signal's detail and as stored. */
#define MR_SETTING_PRINTER \
  "printer" /* location: "usb:04b8:0202", "tcp:HOST:9100", "file:/dev/usb/lp0", "serial:PATH:19200", "dir:PATH", "" */
#define MR_SETTING_PRINTER_PROFILE \
  "printer-profile" /* what kind of printer it is (till/printer-kinds.h): "" what it says it is, or a generic one for … */
#define MR_SETTING_PAPER_MM "paper-mm" /* … this width of paper: 58 or 80 */
#define MR_SETTING_PRINTER_MODEL "printer-model" /* what it last called itself, "" = nothing */
#define MR_SETTING_PRINT "print" /* MrPrintMode as text */
#define MR_SETTING_KEY_SET "key-set" /* MrKeySet as text */
#define MR_SETTING_KEYS "keys" /* remapped keys: "F6=hold;F7=discount", "" = the set's own */
#define MR_SETTING_LANGUAGE "language" /* "zh_CN", "en", "" = the system's */
#define MR_SETTING_LOGO "logo" /* "" none, "stored:N" in the printer, or a PBM file's path */
#define MR_SETTING_DRAWER_PIN "drawer-pin" /* 2 or 5 */
#define MR_SETTING_BLIND_COUNT \
  "blind-count" /* "yes": the expected sum is not shown before the count */
#define MR_SETTING_ASK_REASONS "ask-reasons" /* "yes": no-sale and void ask why */
#define MR_SETTING_SCANNER_US "scanner-us" /* "yes": the wedge sends positions of a US keyboard */
#define MR_SETTING_WEDGE_GAP \
  "wedge-gap" /* ms between the keys of a scanner that types, as learnt: 35 … 60; "" = nothing yet */
#define MR_SETTING_SCANNER \
  "scanner" /* location: "usb:VVVV:PPPP[:SERIAL]", "usb:", "serial:PATH[:BAUD]", "" = one that types */
#define MR_SETTING_SCAN_END \
  "scan-end" /* "pause": that scanner sends nothing behind its codes, as learnt; "" = it does, or it is not known */
#define MR_SCAN_END_PAUSE "pause"
#define MR_SETTING_SCAN_PREFIX "scan-prefix" /* what scanners send before each code, and … */
#define MR_SETTING_SCAN_SUFFIX "scan-suffix" /* … behind it; "" = nothing */
#define MR_SETTING_BACKUP_FOLDER \
  "backup-folder" /* where closing a shift puts the journal's backup: "" the till's own folder, "stick" \
                     whatever is plugged in, or an absolute path */
#define MR_BACKUP_STICK "stick"
#define MR_SETTING_DISPLAY \
  "display" /* what the customer sees: "" nothing, "window" on the second screen, or the location of a pole display, as of \
               MR_SETTING_PRINTER without "dir:" */
#define MR_DISPLAY_WINDOW "window"
#define MR_SETTING_DISPLAY_TEXT \
  "display-text" /* what a pole display has letters for: "ascii", "gb18030", "NUMBER:CHARSET" */
#define MR_DISPLAY_ASCII "ascii"
#define MR_DISPLAY_GB18030 "gb18030"
#define MR_SETTING_LABEL_PREFIX \
  "label-prefix" /* two digits, 20 … 29: what the barcodes of the shop's own scale labels begin with */
#define MR_SETTING_LABEL_VALUE \
  "label-value" /* what of such labels this till reads: "weight" in grams, "" = nothing */
#define MR_LABEL_WEIGHT "weight"
#define MR_SETTING_LABEL_FOLDER \
  "label-folder" /* where the label scale's price list is written: MR_BACKUP_STICK, or an absolute path */
#define MR_SETTING_LABEL_WRITTEN \
  "label-written" /* when it was, µs, and the SHA-256 of what was written: "1700000000000000 a3f5…"; "" never */
#define MR_SETTING_SCALE "scale" /* location: "serial:/dev/ttyUSB0:9600:8N1", "" none */
#define MR_SETTING_SCALE_PROTOCOL "scale-protocol" /* "continuous", "cas" or "8217" */
#define MR_SETTING_SETUP "setup" /* "done" once the first start's assistant was gone through */

/**
 * MrSettings:
 *
 * What is set at this till alone, kept in the journal's setting table: each change is an entry. Reading
 * is a look into memory; writing answers later but is seen by readers at once, and taken back
 * should the disk refuse. Main thread.
 *
 * Signals:
 *   changed::NAME (const char *name)
 */
#define MR_TYPE_SETTINGS (mr_settings_get_type ())
G_DECLARE_FINAL_TYPE (MrSettings, mr_settings, MR, SETTINGS, GObject)

/* The text as set, or the built-in default; never NULL. Borrowed until the next change. */
const char *mr_settings_get (MrSettings *self, const char *name);
/* G_IO_ERROR_INVALID_ARGUMENT when @value makes no sense for @name: nothing is changed. */
void mr_settings_set_async (MrSettings *self, const char *name, const char *value,
                            GAsyncReadyCallback callback, gpointer user_data);
gboolean mr_settings_set_finish (MrSettings *self, GAsyncResult *result, GError **error);
/* Whether @value could be set, without setting it. */
gboolean mr_settings_check (const char *name, const char *value, GError **error);

int mr_settings_get_paper_mm (MrSettings *self);
MrPrintMode mr_settings_get_print_mode (MrSettings *self);
MrKeySet mr_settings_get_key_set (MrSettings *self);
gboolean mr_settings_get_flag (MrSettings *self, const char *name);

const char *mr_print_mode_to_string (MrPrintMode mode); /* "always", "on-key", "never" */
const char *mr_key_set_to_string (MrKeySet key_set); /* "international", "chinese" */
gboolean mr_print_mode_parse (const char *text, MrPrintMode *mode) G_GNUC_WARN_UNUSED_RESULT;
gboolean mr_key_set_parse (const char *text, MrKeySet *key_set) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
