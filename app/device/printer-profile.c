/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/printer-profile.h"

static const MrPrinterProfile profiles[] = {
  { "generic-58", 58, 32, 384, TRUE, FALSE, TRUE, FALSE },
  { "generic-80", 80, 48, 576, TRUE, TRUE, TRUE, FALSE },
  { NULL },
};

const MrPrinterProfile *
mr_printer_profile_list (void)
{
  return profiles;
}

const MrPrinterProfile *
mr_printer_profile_find (const char *id)
{
  for (const MrPrinterProfile *profile = profiles; profile->id != NULL; profile++)
    if (g_strcmp0 (profile->id, id) == 0)
      return profile;
  return NULL;
}

const MrPrinterProfile *
mr_printer_profile_for_paper (int paper_mm)
{
  for (const MrPrinterProfile *profile = profiles; profile->id != NULL; profile++)
    if (profile->paper_mm == paper_mm)
      return profile;
  return &profiles[0];
}
