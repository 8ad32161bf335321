/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MrPrinterKinds:
 *
 * The kinds of receipt printers this till knows: those built in, and what the shop put into the folder
 * "printers" of the till's own (device/printer-profile.h says how such a file reads). The setting
 * MR_SETTING_PRINTER_PROFILE chooses one; else the printer may say itself which it is. Main thread; read once.
 */
typedef struct _MrPrinterKinds MrPrinterKinds;

typedef struct
{
  const char *id; /* what the setting stores */
  const char *name;
  int paper_mm;
  gboolean is_generic; /* "generic-58" and its like: any printer with such paper */
} MrPrinterKind;

guint mr_printer_kinds_get_n (MrPrinterKinds *self);
/* The generic ones first. Strings live as long as @self. */
MrPrinterKind mr_printer_kinds_get (MrPrinterKinds *self, guint index);
/* The one in use: as chosen; where none is, or the chosen one is not there, as the printer calls itself
 * (MR_SETTING_PRINTER_MODEL); else the generic one for the paper's width. */
MrPrinterKind mr_printer_kinds_get_chosen (MrPrinterKinds *self);
/* Whether one is chosen whose file is not there or cannot be used. */
gboolean mr_printer_kinds_is_chosen_missing (MrPrinterKinds *self);
/* Files of the shop's own that cannot be used, a line each in English; "" when all can be. Give. */
char *mr_printer_kinds_dup_problems (MrPrinterKinds *self);
gboolean mr_printer_kinds_has_drawer (MrPrinterKinds *self); /* a socket for one */
/* Latin characters in a line of the printer in use. */
int mr_printer_kinds_get_columns (MrPrinterKinds *self);

G_END_DECLS
