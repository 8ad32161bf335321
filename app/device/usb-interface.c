/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/usb-bus.h"

#include "device/usb-context.h"

#include <string.h>

static void
clear_interface (gpointer data)
{
  MrUsbInterface *self = data;

  g_free (self->serial);
  g_free (self->maker);
  g_free (self->name);
  g_free (self->path);
  g_clear_pointer (&self->device, libusb_unref_device);
  g_clear_pointer (&self->context, mr_usb_context_unref);
}

MrUsbInterface *
mr_usb_interface_ref (MrUsbInterface *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
mr_usb_interface_unref (MrUsbInterface *self)
{
  g_atomic_rc_box_release_full (self, clear_interface);
}

char *
mr_usb_interface_dup_location (const MrUsbInterface *self)
{
  return g_strdup_printf ("usb:%04x:%04x%s%s", self->vendor, self->product,
                          self->serial != NULL ? ":" : "",
                          self->serial != NULL ? self->serial : "");
}

char *
mr_usb_interface_dup_name (const MrUsbInterface *self)
{
  if (self->name == NULL || self->maker == NULL || g_str_has_prefix (self->name, self->maker))
    return g_strdup (self->name);
  return g_strconcat (self->maker, " ", self->name, NULL);
}

/* Four hexadecimal digits, and then the end or a colon. */
static gboolean
parse_number (const char *text, guint16 *number)
{
  *number = 0;
  for (int i = 0; i < 4; i++)
    {
      if (!g_ascii_isxdigit (text[i]))
        return FALSE;
      *number = (guint16) (*number << 4 | g_ascii_xdigit_value (text[i]));
    }
  return text[4] == '\0' || text[4] == ':';
}

gboolean
mr_usb_match_parse (const char *text, MrUsbMatch *match, GError **error)
{
  *match = (MrUsbMatch){ .is_any = text[0] == '\0' };
  if (match->is_any)
    return TRUE;
  if (!parse_number (text, &match->vendor) || text[4] != ':' ||
      !parse_number (text + 5, &match->product) || strcmp (text + 9, ":") == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "\"%s\" is not VVVV:PPPP or VVVV:PPPP:SERIAL", text);
      return FALSE;
    }
  match->serial = text[9] == ':' ? g_strdup (text + 10) : NULL;
  return TRUE;
}

void
mr_usb_match_clear (MrUsbMatch *self)
{
  g_clear_pointer (&self->serial, g_free);
}

gboolean
mr_usb_match_fits (const MrUsbMatch *self, const MrUsbInterface *interface)
{
  return self->is_any ||
         (self->vendor == interface->vendor && self->product == interface->product &&
          (self->serial == NULL || g_strcmp0 (self->serial, interface->serial) == 0));
}
