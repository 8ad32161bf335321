/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "printer-desk.h"

#include "device/escpos.h"

const MrPrinterTiming printer_desk_quick = {
  .connect_ms = 400,
  .answer_ms = 60,
  .stall_ms = 300,
  .kick_patience_ms = 100,
  .probe_ready_ms = 5000,
  .probe_trouble_ms = 50,
};

const MrPrinterTiming printer_desk_patient = {
  .connect_ms = 2000,
  .answer_ms = 200,
  .stall_ms = 10000,
  .kick_patience_ms = 500,
  .probe_ready_ms = 5000,
  .probe_trouble_ms = 50,
};

static void
on_job_done (MrPrinter *printer, const char *id, int outcome, int reason, gpointer user)
{
  PrinterDesk *self = user;

  g_string_append_printf (self->done, "%s %s %s\n", id, mr_print_outcome_to_string (outcome),
                          mr_device_reason_to_string (reason));
  self->n_done++;
}

static void
on_state_changed (MrPrinter *printer, gpointer user)
{
  PrinterDesk *self = user;

  g_string_append_printf (self->states, "%s/%s ",
                          mr_device_state_to_string (mr_device_get_state (MR_DEVICE (printer))),
                          mr_device_reason_to_string (mr_device_get_reason (MR_DEVICE (printer))));
}

void
printer_desk_init (PrinterDesk *self, const char *location, const MrPrinterTiming *timing)
{
  g_autoptr (GError) error = NULL;

  *self = (PrinterDesk){ NULL };
  self->done = g_string_new (NULL);
  self->states = g_string_new (NULL);
  self->printer = mr_printer_new (location, timing, &error);
  g_assert_no_error (error);
  g_signal_connect (self->printer, "job-done", G_CALLBACK (on_job_done), self);
  g_signal_connect (self->printer, "changed", G_CALLBACK (on_state_changed), self);
}

void
printer_desk_clear (PrinterDesk *self)
{
  if (self->printer == NULL)
    return;
  g_clear_object (&self->printer);
  g_string_free (self->done, TRUE);
  g_string_free (self->states, TRUE);
}

void
printer_desk_wait_done (PrinterDesk *self, guint n)
{
  while (self->n_done < n)
    g_main_context_iteration (NULL, TRUE);
}

void
printer_desk_wait_state (PrinterDesk *self, MrDeviceState state, MrDeviceReason reason)
{
  while (mr_device_get_state (MR_DEVICE (self->printer)) != state ||
         mr_device_get_reason (MR_DEVICE (self->printer)) != reason)
    g_main_context_iteration (NULL, TRUE);
}

void
printer_desk_wait_voice (PrinterDesk *self)
{
  while (mr_printer_is_silent (self->printer))
    {
      mr_printer_probe (self->printer);
      g_main_context_iteration (NULL, TRUE);
    }
}

GBytes *
printer_desk_make_receipt (int n_lines)
{
  g_autoptr (MrEscpos) escpos = mr_escpos_new (mr_printer_profile_find ("generic-80"));

  mr_escpos_init (escpos);
  for (int i = 0; i < n_lines; i++)
    g_assert_true (mr_escpos_line (escpos, "可口可乐 330 ml ......... 3.00"));
  mr_escpos_cut (escpos, MR_ESCPOS_CUT_PARTIAL);
  return mr_escpos_finish (escpos);
}

GBytes *
printer_desk_make_mixed_receipt (int n_blocks)
{
  g_autoptr (MrEscpos) escpos = mr_escpos_new (mr_printer_profile_find ("generic-80"));
  g_autoptr (MrRaster) raster = mr_raster_new_qr ("街角便利店", 576, 6);

  mr_escpos_init (escpos);
  for (int i = 0; i < n_blocks; i++)
    {
      mr_escpos_style (escpos, MR_ESCPOS_BOLD | MR_ESCPOS_DOUBLE_HEIGHT);
      g_assert_true (mr_escpos_line (escpos, "合计 TOTAL 可口可乐雪碧芬达"));
      mr_escpos_style (escpos, MR_ESCPOS_PLAIN);
      mr_escpos_raster (escpos, raster);
      g_assert_true (mr_escpos_barcode (escpos, MR_BARS_CODE128, "2A-000123", 60, TRUE));
      g_assert_true (mr_escpos_line (escpos, "thank you 谢谢惠顾"));
    }
  mr_escpos_cut (escpos, MR_ESCPOS_CUT_PARTIAL);
  return mr_escpos_finish (escpos);
}

void
printer_desk_print (PrinterDesk *self, const char *id, int n_lines)
{
  g_autoptr (GBytes) job = printer_desk_make_receipt (n_lines);

  mr_printer_print (self->printer, id, job);
}

void
printer_desk_kick (PrinterDesk *self, const char *id)
{
  const MrPrinterProfile *profile = mr_printer_profile_find ("generic-80");
  g_autoptr (GBytes) job = mr_escpos_new_kick_job (profile, 2);
  g_autoptr (GBytes) now = mr_escpos_new_kick_now (profile, 2);

  mr_printer_kick (self->printer, id, job, now);
}
