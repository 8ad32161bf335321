/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/printer-id.h"

#include "fuzz.h"

#include <string.h>

/* Whatever a printer calls itself: a name is something that can be shown, or there is none. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *name = mr_printer_id_dup_name (data, size);

  if (name == NULL)
    return 0;
  g_assert_cmpuint (strlen (name), >, 0);
  for (const char *p = name; *p != '\0'; p++)
    g_assert_true (g_ascii_isprint (*p) && *p != ';');
  return 0;
}
