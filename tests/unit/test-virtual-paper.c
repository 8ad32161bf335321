/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "virtual-paper.h"

#include <string.h>

/* The judge is judged: each of these is what no printer should be sent. */
static void
test_errors (void)
{
#define JOB(bytes, what)          \
  {                               \
    bytes, sizeof bytes - 1, what \
  }
  static const struct
  {
    const char *bytes;
    gsize length;
    const char *error; /* NULL: fine */
  } cases[] = {
    JOB ("milk\n", NULL),
    JOB ("\x1b@\x1c.milk\n\x1c&\xbf\xc9\x1c.\n", NULL),
    JOB ("\x07", "at byte 0: unknown byte 07"),
    JOB ("ok\x1bw", "at byte 2: it ends in the middle of a command that starts with 1b"),
    JOB ("\x1bw1", "at byte 0: unknown command ESC 77"),
    JOB ("\x1d\x01\x01", "at byte 0: unknown command GS 01"),
    JOB ("\x1c\x01", "at byte 0: unknown command FS 01"),
    JOB ("\x10\x14\x01\x02\x01", "at byte 0: unknown real-time command 10 14 01"),
    JOB ("\x10\x14\x01\x00\x09", "at byte 0: unknown real-time command 10 14 01"),
    JOB ("\x10\x14\x01\x01\x08", NULL),
    JOB ("\x1c.\xbf\xc9", "at byte 2: unknown byte bf"), /* hanzi without Kanji mode */
    JOB ("\x1c&\xbf", "at byte 2: it ends in the middle of a command that starts with bf"),
    JOB ("\x1c&\xff\x41", "at byte 2: ff 41 is no hanzi"),
    JOB ("\x1c&\x81\x30\x84\x36", "at byte 2: a four-byte character, which cheap fonts lack"),
    JOB ("123456789012345678901234567890123\n", "at byte 33: a line of 33 columns on paper of 32"),
    JOB ("12345678901234567890123456789012\n", NULL),
    JOB ("\x1b!\x20"
         "12345678901234567\n",
         "at byte 20: a line of 34 columns on paper of 32"),
    JOB ("\x1dv0\0\x01\0\x02\0\x10\x04", "at byte 0: an image that says 10 04 at 8"),
    JOB ("\x1dv0\0\x01\0\x02\0\x18\x04", NULL),
    JOB ("\x1dv0\0\x01\0\x02\0\x18",
         "at byte 0: it ends in the middle of a command that starts with 1d"),
    JOB ("\x1dk\x43\x0c"
         "690123456789",
         "at byte 0: a barcode of kind 67 that cannot be"),
    JOB ("\x1dk\x49\x03"
         "abc",
         "at byte 0: a barcode of kind 73 that cannot be"),
    JOB ("\x1d(k\x03\0"
         "1Q0",
         "at byte 0: a QR code printed before it was given"),
    JOB ("\x1bp\x02\x32\xfa", "at byte 0: a pulse no drawer understands: 02 32 fa"),
    JOB ("\x1dV\0\0", "at byte 0: unknown cut 00"),
    JOB ("a\x1b"
         "a\x01",
         "at byte 1: alignment 1 in a line of 1 columns"),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) job = g_bytes_new_static (cases[i].bytes, cases[i].length);
      g_autoptr (VirtualPaper) paper = virtual_paper_read (job, 32);
      g_autofree char *error = virtual_paper_dup_error (paper);

      g_assert_cmpstr (error, ==, cases[i].error);
    }
}

/* Bytes one by one make the same events as all at once. */
static void
test_pieces (void)
{
  static const char job[] = "\x1b@\x1c.a\x1c&\xbf\xc9\xc0\xd6\x1c.b\n"
                            "\x1dv0\0\x01\0\x02\0\x18\x04\x1dk\x44\x08"
                            "96385074\x1bp\0\x32\xfa\x10\x04\x04\x1dr\x01\x1dVB\0";
  g_autoptr (GBytes) bytes = g_bytes_new_static (job, sizeof job - 1);
  g_autoptr (VirtualPaper) whole = virtual_paper_read (bytes, 48);
  g_autoptr (VirtualPaper) pieces = virtual_paper_new (48);
  g_autofree char *whole_events = virtual_paper_dup_events (whole);
  g_autofree char *pieces_events = NULL;
  g_autofree char *text = virtual_paper_dup_text (whole);

  for (gsize i = 0; i < sizeof job - 1; i++)
    virtual_paper_push (pieces, job + i, 1);
  virtual_paper_end (pieces);
  pieces_events = virtual_paper_dup_events (pieces);
  g_assert_cmpstr (pieces_events, ==, whole_events);
  g_assert_cmpstr (text, ==, "a可乐b\n[image 8 × 2]\n[ean8 96385074]\n[drawer]\n[cut]\n");
  g_assert_cmpuint (virtual_paper_count (whole, VIRTUAL_STATUS), ==, 1);
  g_assert_cmpuint (virtual_paper_count (whole, VIRTUAL_CONFIRM), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/virtual-paper/errors", test_errors);
  g_test_add_func ("/virtual-paper/pieces", test_pieces);
  return g_test_run ();
}
