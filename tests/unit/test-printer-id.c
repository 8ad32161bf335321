/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/printer-id.h"

typedef struct
{
  const char *bytes;
  gsize length;
  const char *name;
} Case;

#define ID(bytes, name)           \
  {                               \
    bytes, sizeof bytes - 1, name \
  }

static const Case cases[] = {
  ID ("\x00\x19MFG:EPSON;MDL:TM-T20II;", "EPSON TM-T20II"),
  /* The length leaves out its own two bytes, is turned round, nothing or too much. */
  ID ("\x00\x17MFG:EPSON;MDL:TM-T20II;", "EPSON TM-T20II"),
  ID ("\x19\x00MFG:EPSON;MDL:TM-T20II;", "EPSON TM-T20II"),
  ID ("\x00\x00MFG:EPSON;MDL:TM-T20II;", "EPSON TM-T20II"),
  ID ("\xFF\xFFMFG:EPSON;MDL:TM-T20II;", "EPSON TM-T20II"),
  /* The last two characters count, also without a semicolon. */
  ID ("\x00\x16MFG:EPSON;MDL:TM-T20II", "EPSON TM-T20II"),
  ID ("\x00\x18MFG:EPSON;MDL:TM-T20II", "EPSON TM-T20II"),
  ID ("\x00\x30MANUFACTURER: Star ; MODEL : Star TSP100 ;", "Star TSP100"),
  ID ("\x00\x10mfg:A;des:B c;", "A B c"),
  ID ("\x00\x0AMDL:X-1;", "X-1"),
  ID ("\x00\x0AMFG:Acme;", "Acme"),
  ID ("\x00\x10MFG:;MDL:  ;", NULL),
  ID ("\x00\x10        ", NULL),
  ID ("\x00\x10MFG", NULL),
  ID ("\x00\x02", NULL),
  ID ("\x00", NULL),
  ID ("", NULL),
};

static void
test_names (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name =
          mr_printer_id_dup_name ((const guint8 *) cases[i].bytes, cases[i].length);

      g_assert_cmpstr (name, ==, cases[i].name);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/printer-id/names", test_names);
  return g_test_run ();
}
