/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/receipt-escpos.h"
#include "view/line-painter.h"

#include "sample-receipt.h"
#include "virtual-paper.h"

#include <locale.h>
#include <string.h>

/*
 * receipt-bytes FOLDER: receipts as they go to a printer, the drawer opened both ways and the questions around
 * them included, as NAME.bin; and what our virtual printer made of them, one thing a line, as NAME.txt. For a
 * decoder that is not ours (receipt-npos.py).
 */

static void
end_text (GString *out, GString *text, const char *kind)
{
  if (text->len > 0 || g_str_equal (kind, "line"))
    g_string_append_printf (out, "%s %s\n", kind, text->str);
  g_string_truncate (text, 0);
}

static void
add_event (GString *out, const VirtualEvent *event)
{
  g_autofree char *sum = NULL;

  switch (event->kind)
    {
    case VIRTUAL_STYLE:
      if (event->b >= 0)
        g_string_append_printf (out, "hanzi-style %d\n", event->b);
      else
        g_string_append_printf (out, "latin-style %d\n", event->a);
      break;
    case VIRTUAL_ALIGN:
      g_string_append_printf (out, "align %d\n", event->a);
      break;
    case VIRTUAL_FEED:
      g_string_append_printf (out, "feed %d\n", event->a);
      break;
    case VIRTUAL_CUT:
      g_string_append_printf (out, "cut %c\n", event->a);
      break;
    case VIRTUAL_KICK:
      g_string_append_printf (out, "drawer %d\n", event->a);
      break;
    case VIRTUAL_KICK_NOW:
      g_string_append_printf (out, "drawer-now %d\n", event->a);
      break;
    case VIRTUAL_IMAGE:
      sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, event->bytes);
      g_string_append_printf (out, "image %d %d %s\n", event->a, event->b, sum);
      break;
    case VIRTUAL_BARCODE:
      g_string_append_printf (out, "barcode %d %s\n", event->a, event->text);
      break;
    case VIRTUAL_QR:
      g_string_append_printf (out, "qr %d %s\n", event->a, event->text);
      break;
    case VIRTUAL_STATUS:
      g_string_append_printf (out, "status %d\n", event->a);
      break;
    case VIRTUAL_CONFIRM:
      g_string_append_printf (out, "printed %d\n", event->a);
      break;
    case VIRTUAL_AUTOMATIC:
      g_string_append_printf (out, "tell %d\n", event->a);
      break;
    default:
      break;
    }
}

static char *
dup_events (VirtualPaper *paper)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < virtual_paper_get_n_events (paper); i++)
    {
      const VirtualEvent *event = virtual_paper_get_event (paper, i);

      if (event->kind == VIRTUAL_TEXT)
        g_string_append (text, event->text);
      else
        end_text (out, text, event->kind == VIRTUAL_LINE ? "line" : "text");
      add_event (out, event);
    }
  end_text (out, text, "text");
  return g_string_free (out, FALSE);
}

static void
append (GByteArray *bytes, GBytes *piece)
{
  g_byte_array_append (bytes, g_bytes_get_data (piece, NULL), (guint) g_bytes_get_size (piece));
}

static GBytes *
make_job (const MrReceipt *receipt, const MrPrinterProfile *profile)
{
  MrPaperOptions options = { .profile = profile, .painter = mr_line_painter_paint };
  g_autoptr (GBytes) printed = mr_receipt_to_escpos (receipt, &options);
  g_autoptr (GBytes) kick = mr_escpos_new_kick_job (profile, 5);
  g_autoptr (GBytes) now = mr_escpos_new_kick_now (profile, 2);
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes,
                       (const guint8 *) "\x10\x04\x01\x1d"
                                        "a\x0e",
                       6);
  append (bytes, kick);
  append (bytes, printed);
  g_byte_array_append (bytes, (const guint8 *) "\x1dr\x01", 3);
  append (bytes, now);
  return g_byte_array_free_to_bytes (bytes);
}

static void
write_case (const char *folder, const char *name, const MrReceipt *receipt, const char *profile_id)
{
  const MrPrinterProfile *profile = mr_printer_profile_find (profile_id);
  g_autoptr (GBytes) job = make_job (receipt, profile);
  g_autoptr (VirtualPaper) paper = virtual_paper_read (job, profile->columns);
  g_autofree char *error = virtual_paper_dup_error (paper);
  g_autofree char *events = dup_events (paper);
  g_autofree char *bin = g_strdup_printf ("%s/%s-%s.bin", folder, name, profile_id);
  g_autofree char *txt = g_strdup_printf ("%s/%s-%s.txt", folder, name, profile_id);

  g_assert_cmpstr (error, ==, NULL);
  g_assert_true (g_file_set_contents (bin, g_bytes_get_data (job, NULL),
                                      (gssize) g_bytes_get_size (job), NULL));
  g_assert_true (g_file_set_contents (txt, events, -1, NULL));
}

int
main (int argc, char **argv)
{
  static const char *const languages[] = { "C",
                                           "zh_CN" }; /* gettext keeps what it has found once */
  static const char *const profiles[] = { "generic-58", "generic-80", "picture-58", "picture-80",
                                          "epson-tm-t20iii" };
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (8 * 3600);
  MrReceiptFacts facts = sample_receipt_make_facts (zone);
  g_autoptr (MrSale) sale = sample_receipt_make_full_sale ();

  setlocale (LC_ALL, "C.UTF-8");
  g_assert_cmpint (argc, ==, 2);
  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (profiles); k++)
      {
        g_autoptr (MrReceipt) receipt = NULL;
        g_autoptr (MrReceipt) test_page = NULL;
        g_autofree char *mixed = g_strconcat ("mixed-", languages[i], NULL);
        g_autofree char *name = g_strconcat ("sale-", languages[i], NULL);

        sample_receipt_use_language (languages[i]);
        receipt = mr_receipt_new_sale (sale, &facts);
        test_page = mr_receipt_new_test (&facts);
        write_case (argv[1], name, receipt, profiles[k]);
        write_case (argv[1], mixed, test_page, profiles[k]);
      }
  return 0;
}
