/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "virtual-paper.h"

#include <string.h>

/* How what a VirtualPaper read is shown to people. */

static const char *
name_barcode (int kind)
{
  return kind == 67 ? "ean13" : kind == 68 ? "ean8" : "code128";
}

static void
describe_style (GString *out, const VirtualEvent *event)
{
  gboolean is_hanzi = event->b >= 0;
  int bits = is_hanzi ? event->b : event->a;

  g_string_append (out, is_hanzi ? "hanzi style" : "latin style");
  if (bits == 0)
    g_string_append (out, " plain");
  if (!is_hanzi && (bits & 0x08) != 0)
    g_string_append (out, " bold");
  if ((bits & (is_hanzi ? 0x04 : 0x20)) != 0)
    g_string_append (out, " double-width");
  if ((bits & (is_hanzi ? 0x08 : 0x10)) != 0)
    g_string_append (out, " double-height");
  if ((bits & 0x80) != 0)
    g_string_append (out, " underline");
}

static void
describe (GString *out, const VirtualEvent *event)
{
  static const char *const sides[] = { "left", "center", "right" };
  g_autofree char *checksum = NULL;

  switch (event->kind)
    {
    case VIRTUAL_INIT:
      g_string_append (out, "init");
      break;
    case VIRTUAL_TEXT:
      g_string_append_printf (out, "text \"%s\"", event->text);
      break;
    case VIRTUAL_LINE:
      g_string_append (out, "line");
      break;
    case VIRTUAL_STYLE:
      describe_style (out, event);
      break;
    case VIRTUAL_ALIGN:
      g_string_append_printf (out, "align %s", sides[MIN (event->a, 2)]);
      break;
    case VIRTUAL_FEED:
      g_string_append_printf (out, "feed %d", event->a);
      break;
    case VIRTUAL_CUT:
      g_string_append (out, event->a == 'A' ? "cut full" : "cut partial");
      break;
    case VIRTUAL_KICK:
      g_string_append_printf (out, "kick pin %d", event->a);
      break;
    case VIRTUAL_KICK_NOW:
      g_string_append_printf (out, "kick pin %d at once", event->a);
      break;
    case VIRTUAL_IMAGE:
      checksum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, event->bytes);
      g_string_append_printf (out, "image %d x %d %.8s", event->a, event->b, checksum);
      break;
    case VIRTUAL_BARCODE:
      g_string_append_printf (out, "barcode %s %d \"%s\"", name_barcode (event->a), event->b,
                              event->text);
      break;
    case VIRTUAL_QR:
      g_string_append_printf (out, "qr %d \"%s\"", event->a, event->text);
      break;
    case VIRTUAL_LOGO:
      g_string_append_printf (out, "logo %d", event->a);
      break;
    case VIRTUAL_STATUS:
      g_string_append_printf (out, "status %d?", event->a);
      break;
    case VIRTUAL_CONFIRM:
      g_string_append (out, "printed?");
      break;
    case VIRTUAL_AUTOMATIC:
      g_string_append_printf (out, "tell %02x", (unsigned int) event->a);
      break;
    case VIRTUAL_SETTING:
      g_string_append (out, event->text);
      break;
    case VIRTUAL_ERROR:
    default:
      g_string_append_printf (out, "ERROR %s", event->text);
      break;
    }
  g_string_append_c (out, '\n');
}

char *
virtual_paper_dup_events (VirtualPaper *self)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < virtual_paper_get_n_events (self); i++)
    describe (out, virtual_paper_get_event (self, i));
  return g_string_free (out, FALSE);
}

/* A line as it is gathered; marks stand for what is not text. */
static void
mark (GString *out, const VirtualEvent *event)
{
  switch (event->kind)
    {
    case VIRTUAL_IMAGE:
      g_string_append_printf (out, "[image %d × %d]\n", event->a, event->b);
      break;
    case VIRTUAL_BARCODE:
      g_string_append_printf (out, "[%s %s]\n", name_barcode (event->a), event->text);
      break;
    case VIRTUAL_QR:
      g_string_append_printf (out, "[qr %s]\n", event->text);
      break;
    case VIRTUAL_LOGO:
      g_string_append_printf (out, "[logo %d]\n", event->a);
      break;
    case VIRTUAL_CUT:
      g_string_append (out, "[cut]\n");
      break;
    case VIRTUAL_KICK:
    case VIRTUAL_KICK_NOW:
      g_string_append (out, "[drawer]\n");
      break;
    case VIRTUAL_ERROR:
      g_string_append_printf (out, "[ERROR %s]\n", event->text);
      break;
    default:
      break;
    }
}

char *
virtual_paper_dup_text (VirtualPaper *self)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GString) line = g_string_new (NULL);
  int align = 0;

  for (guint i = 0; i < virtual_paper_get_n_events (self); i++)
    {
      const VirtualEvent *event = virtual_paper_get_event (self, i);

      if (event->kind == VIRTUAL_ALIGN)
        align = event->a;
      else if (event->kind == VIRTUAL_TEXT)
        g_string_append (line, event->text);
      else if (event->kind == VIRTUAL_LINE || event->kind == VIRTUAL_FEED)
        {
          if (align != 0 && line->len > 0)
            g_string_append (out, align == 1 ? "    " : "        ");
          g_string_append (out, line->str);
          g_string_append_c (out, '\n');
          g_string_truncate (line, 0);
          for (int n = 1; event->kind == VIRTUAL_FEED && n < event->a; n++)
            g_string_append_c (out, '\n');
        }
      else
        mark (out, event);
    }
  g_string_append (out, line->str);
  return g_string_free (out, FALSE);
}
