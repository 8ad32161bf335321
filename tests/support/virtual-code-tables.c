/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "virtual-code-tables.h"

#include <string.h>

/* Beginning of a profile's id, n of ESC t, what iconv calls that table. The last are Epson's (ESC/POS Command
 * Reference); those of other makers have numbers of their own. */
static const struct
{
  const char *maker;
  int number;
  const char *charset;
} tables[] = {
  { "bixolon-", 0, "IBM437" },
  { "bixolon-", 2, "IBM850" },
  { "bixolon-", 3, "IBM860" },
  { "bixolon-", 4, "IBM863" },
  { "bixolon-", 5, "IBM865" },
  { "bixolon-", 16, "CP1252" },
  { "bixolon-", 17, "IBM866" },
  { "bixolon-", 18, "IBM852" },
  { "bixolon-", 19, "CP858" },
  { "bixolon-", 24, "CP1253" },
  { "bixolon-", 25, "CP1254" },
  { "bixolon-", 26, "CP1257" },
  { "bixolon-", 28, "CP1251" },
  { "bixolon-", 29, "CP737" },
  { "bixolon-", 30, "CP775" },
  { "bixolon-", 36, "IBM855" },
  { "bixolon-", 37, "IBM857" },
  { "bixolon-", 47, "CP1250" },
  { "citizen-", 0, "IBM437" },
  { "citizen-", 2, "CP858" },
  { "citizen-", 3, "IBM860" },
  { "citizen-", 4, "IBM863" },
  { "citizen-", 5, "IBM865" },
  { "citizen-", 6, "IBM852" },
  { "citizen-", 7, "IBM866" },
  { "citizen-", 8, "IBM857" },
  { "citizen-", 16, "CP1252" },
  { "xprinter-", 0, "IBM437" },
  { "xprinter-", 2, "IBM850" },
  { "xprinter-", 3, "IBM860" },
  { "xprinter-", 4, "IBM863" },
  { "xprinter-", 5, "IBM865" },
  { "xprinter-", 7, "CP1253" },
  { "xprinter-", 16, "CP1252" },
  { "xprinter-", 17, "IBM866" },
  { "xprinter-", 18, "IBM852" },
  { "xprinter-", 19, "CP858" },
  { "xprinter-", 23, "CP1251" },
  { "xprinter-", 24, "CP737" },
  { "xprinter-", 25, "CP1257" },
  { "zijiang-58", 0, "IBM437" },
  { "zijiang-58", 2, "IBM850" },
  { "zijiang-58", 3, "IBM860" },
  { "zijiang-58", 4, "IBM863" },
  { "zijiang-58", 5, "IBM865" },
  { "zijiang-58", 16, "CP1252" },
  { "zijiang-58", 17, "IBM866" },
  { "zijiang-58", 18, "IBM852" },
  { "zijiang-58", 19, "CP858" },
  { "zijiang-58", 23, "CP1251" },
  { "zijiang-58", 24, "CP737" },
  { "zijiang-58", 25, "CP1257" },
  { "zijiang-58", 60, "IBM855" },
  { "zijiang-58", 61, "IBM857" },
  { "zijiang-58", 72, "CP1250" },
  { "zijiang-58", 90, "CP1253" },
  { "zijiang-58", 91, "CP1254" },
  { "zijiang-58", 95, "CP775" },
  { "zijiang-80", 0, "IBM437" },
  { "zijiang-80", 2, "IBM850" },
  { "zijiang-80", 3, "IBM860" },
  { "zijiang-80", 4, "IBM863" },
  { "zijiang-80", 5, "IBM865" },
  { "zijiang-80", 7, "CP1253" },
  { "zijiang-80", 16, "CP1252" },
  { "zijiang-80", 17, "IBM866" },
  { "zijiang-80", 18, "IBM852" },
  { "zijiang-80", 19, "CP858" },
  { "zijiang-80", 23, "CP1251" },
  { "zijiang-80", 24, "CP737" },
  { "zijiang-80", 25, "CP1257" },
  { "zijiang-80", 60, "IBM855" },
  { "zijiang-80", 61, "IBM857" },
  { "zijiang-80", 72, "CP1250" },
  { "zijiang-80", 91, "CP1254" },
  { "zijiang-80", 95, "CP775" },
  { "", 0, "IBM437" },
  { "", 2, "IBM850" },
  { "", 3, "IBM860" },
  { "", 4, "IBM863" },
  { "", 5, "IBM865" },
  { "", 13, "IBM857" },
  { "", 14, "CP737" },
  { "", 16, "CP1252" },
  { "", 17, "IBM866" },
  { "", 18, "IBM852" },
  { "", 33, "CP775" },
  { "", 34, "IBM855" },
  { "", 45, "CP1250" },
  { "", 46, "CP1251" },
  { "", 47, "CP1253" },
  { "", 48, "CP1254" },
  { "", 51, "CP1257" },
};

static gboolean
has_own (const char *kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    if (tables[i].maker[0] != '\0' && g_str_has_prefix (kind, tables[i].maker))
      return TRUE;
  return FALSE;
}

const char *
virtual_code_table_find (const char *kind, int number)
{
  gboolean is_own = kind != NULL && has_own (kind);

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    if (tables[i].number == number && (tables[i].maker[0] != '\0') == is_own &&
        (!is_own || g_str_has_prefix (kind, tables[i].maker)))
      return tables[i].charset;
  return NULL;
}
