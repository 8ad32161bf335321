/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "usb-desk.h"

const MrPrinterTiming usb_desk_sure = {
  .connect_ms = 2000,
  .answer_ms = 10000,
  .stall_ms = 20000,
  .kick_patience_ms = 50,
  .probe_ready_ms = 60000,
  .probe_trouble_ms = 50,
};

void
usb_desk_set_up (UsbDesk *self, gconstpointer plan)
{
  self->bus = virtual_usb_new ();
  self->usb = mr_usb_bus_get ();
  self->printer =
      virtual_usb_printer_new (self->bus, plan != NULL ? plan : &VIRTUAL_USB_PRINTER_PLAN);
  self->device = virtual_usb_printer_get_device (self->printer);
}

void
usb_desk_tear_down (UsbDesk *self, gconstpointer plan)
{
  printer_desk_clear (&self->desk);
  printer_desk_clear (&self->other_desk);
  mr_usb_bus_unref (self->usb);
  /* The printer's thread ends by itself, and lets go then. */
  while (mr_usb_bus_is_used ())
    g_usleep (1000);
  virtual_usb_printer_free (self->printer);
  g_clear_pointer (&self->other, virtual_usb_printer_free);
  virtual_usb_free (self->bus);
}

void
usb_desk_start (UsbDesk *self, const MrPrinterTiming *timing)
{
  virtual_usb_plug (self->device, TRUE);
  printer_desk_init (&self->desk, USB_DESK_KIND, timing);
  printer_desk_wait_state (&self->desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
}

void
usb_desk_wait_taken (UsbDesk *self, guint n)
{
  while (virtual_usb_printer_get_n_taken (self->printer) < n)
    g_usleep (1000);
}

void
usb_desk_assert_done (UsbDesk *self, guint n, const char *done)
{
  printer_desk_wait_done (&self->desk, n);
  g_assert_cmpstr (self->desk.done->str, ==, done);
}

void
usb_desk_assert_receipts (VirtualUsbPrinter *printer, int n, int n_lines)
{
  g_autoptr (GBytes) receipt = printer_desk_make_receipt (n_lines);
  g_autoptr (GBytes) jobs = virtual_usb_printer_dup_jobs (printer);
  g_autofree char *error = virtual_usb_printer_dup_error (printer);
  g_autoptr (GByteArray) expected = g_byte_array_new ();

  for (int i = 0; i < n; i++)
    g_byte_array_append (expected, g_bytes_get_data (receipt, NULL),
                         (guint) g_bytes_get_size (receipt));
  g_assert_cmpmem (g_bytes_get_data (jobs, NULL), g_bytes_get_size (jobs), expected->data,
                   expected->len);
  g_assert_cmpstr (error, ==, NULL);
}
