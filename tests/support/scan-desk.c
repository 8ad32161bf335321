/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "scan-desk.h"

#include <string.h>

#define FEW 1000
#define MANY 10000

static void
on_scanned (MrScanner *scanner, const MrScan *scan, ScanDesk *self)
{
  g_string_append_printf (self->seen, "[%s%s%s]", scan->aim, scan->aim[0] != '\0' ? " " : "",
                          scan->text);
  self->n_seen++;
}

void
scan_desk_init (ScanDesk *self, const char *location)
{
  g_autoptr (GError) error = NULL;

  self->seen = g_string_new (NULL);
  self->scanner = mr_scanner_new (location, &error);
  g_assert_no_error (error);
  g_signal_connect (self->scanner, "scanned", G_CALLBACK (on_scanned), self);
}

void
scan_desk_clear (ScanDesk *self)
{
  if (self->scanner == NULL)
    return;
  g_object_unref (self->scanner);
  g_string_free (self->seen, TRUE);
}

void
scan_desk_wait_state (ScanDesk *self, MrDeviceState state, MrDeviceReason reason)
{
  while (mr_device_get_state (MR_DEVICE (self->scanner)) != state ||
         mr_device_get_reason (MR_DEVICE (self->scanner)) != reason)
    g_main_context_iteration (NULL, TRUE);
}

void
scan_desk_settle (ScanDesk *self)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

void
scan_desk_wait_seen (ScanDesk *self, const char *seen)
{
  while (!g_str_has_suffix (self->seen->str, seen) || *seen == '\0')
    g_main_context_iteration (NULL, TRUE);
  scan_desk_settle (self);
  g_assert_cmpstr (self->seen->str, ==, seen);
  g_string_truncate (self->seen, 0);
  self->n_seen = 0;
}

char *
scan_desk_make_code (guint i)
{
  return g_strdup_printf ("69%010u", i - (i % 3 == 2 ? 1 : 0));
}

guint
scan_desk_count_many (void)
{
  return g_test_slow () ? MANY : FEW;
}

void
scan_desk_wait_many (ScanDesk *self, guint n)
{
  g_autoptr (GString) expected = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *code = scan_desk_make_code (i);

      g_string_append_printf (expected, "[%s]", code);
    }
  while (self->n_seen < n)
    g_main_context_iteration (NULL, TRUE);
  scan_desk_settle (self);
  g_assert_cmpuint (self->n_seen, ==, n);
  g_assert_cmpstr (self->seen->str, ==, expected->str);
}
