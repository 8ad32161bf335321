/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What iconv calls table @number of ESC t on a printer of @kind, a profile's id whose beginning says the maker;
 * NULL: (nullable): Epson's. NULL when it has none of that number. */
const char *virtual_code_table_find (const char *kind, int number);
