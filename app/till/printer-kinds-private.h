/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/printer-profile.h"
#include "till/ground.h"
#include "till/printer-kinds.h"

G_BEGIN_DECLS

/* Private to this folder: the view knows no printers. */

/* Reads nothing before it is asked. @ground must live as long. */
MrPrinterKinds *mr_printer_kinds_new (MrGround *ground);
void mr_printer_kinds_free (MrPrinterKinds *self);

/* A printer that is ready calls itself @name; "" when it says nothing. */
void mr_printer_kinds_note_model (MrPrinterKinds *self, const char *name);

/* What the printer in use can do. Lives as long as @self. */
const MrPrinterProfile *mr_printer_kinds_get_profile (MrPrinterKinds *self);

G_END_DECLS
