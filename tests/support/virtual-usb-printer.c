/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "virtual-usb-printer.h"

#include <string.h>

#define COLUMNS 48
/* Bytes between two looks at the roll: a packet. */
#define PACKET 64
#define TICK_US 2000
#define GET_DEVICE_ID 0
#define GET_PORT_STATUS 1
#define PORT_WELL 0x18
#define PORT_PAPER_EMPTY 0x20
#define SOFT_RESET 2

struct _VirtualUsbPrinter
{
  VirtualUsbPrinterPlan plan;
  VirtualUsbDevice *device; /* (owned) */
  GThread *clock; /* (owned) */
  int is_stopping; /* atomic */

  /* Under the device's lock: */
  VirtualHead head; /* (owned) */
  VirtualRoll roll;
  GByteArray *taken; /* (owned) */
  int limit;
  guint pace;
  guint budget; /* what is left of this tick's pace */
  int stall_in; /* −1 for never */
  int held; /* bytes taken while out of order */
  gboolean sends_empty;
  gboolean in_stalls;
  gboolean keeps_buffer;
  guint n_ids;
  guint n_statuses;
  guint n_resets;
};

/* Endpoints as some real printers have them, not as most. */
static const guint8 both_ways[] = {
  9, 2, 32, 0, 1,    1, 0,  0xC0, 1, 9, 4, 0,    0, 2,  7, 1,
  2, 0, 7,  5, 0x02, 2, 64, 0,    0, 7, 5, 0x81, 2, 64, 0, 0,
};

static const guint8 one_way[] = {
  9, 2, 25, 0, 1, 1, 0, 0xC0, 1, 9, 4, 0, 0, 1, 7, 1, 1, 0, 7, 5, 0x01, 2, 64, 0, 0,
};

static int
control (gpointer user, const guint8 setup[8], guint8 *bytes, int size)
{
  VirtualUsbPrinter *self = user;
  int n = MIN ((int) self->plan.id_length, size);

  if (setup[0] == 0x21 && setup[1] == SOFT_RESET && !self->keeps_buffer)
    {
      virtual_head_forget (&self->head);
      g_byte_array_set_size (self->head.said, 0);
      self->held = 0;
      self->n_resets++;
      return 0;
    }
  if (setup[0] == 0xA1 && setup[1] == GET_PORT_STATUS && size > 0)
    {
      self->n_statuses++;
      if (self->plan.port_status == VIRTUAL_PORT_STATUS_REFUSED)
        return VIRTUAL_USB_STALL;
      bytes[0] = self->roll.paper_lines == 0 || self->plan.port_status == VIRTUAL_PORT_STATUS_STUCK
                     ? PORT_PAPER_EMPTY
                     : PORT_WELL;
      return 1;
    }
  if (setup[0] != 0xA1 || setup[1] != GET_DEVICE_ID)
    return VIRTUAL_USB_STALL;
  self->n_ids++;
  if (self->plan.id == NULL)
    return VIRTUAL_USB_STALL;
  memcpy (bytes, self->plan.id, (gsize) n);
  return n;
}

/* How much of the next packet is taken now. */
static int
get_room (VirtualUsbPrinter *self, int length)
{
  int n = MIN (length, PACKET);

  if (self->limit >= 0)
    n = MIN (n, self->limit);
  if (self->pace > 0)
    n = MIN (n, (int) self->budget);
  if (self->stall_in >= 0)
    n = MIN (n, self->stall_in);
  if (virtual_roll_is_out_of_order (&self->roll))
    n = MIN (n, VIRTUAL_USB_PRINTER_BUFFER - self->held);
  return n;
}

static void
take_packet (VirtualUsbPrinter *self, const guint8 *bytes, int n)
{
  if (self->limit >= 0)
    self->limit -= n;
  if (self->pace > 0)
    self->budget -= (guint) n;
  if (self->stall_in >= 0)
    self->stall_in -= n;
  if (virtual_roll_is_out_of_order (&self->roll))
    self->held += n;
  g_byte_array_append (self->taken, bytes, (guint) n);
  virtual_head_push (&self->head, &self->roll, bytes, (gsize) n);
}

static int
take (gpointer user, guint8 endpoint, const guint8 *bytes, int length)
{
  VirtualUsbPrinter *self = user;
  int total = 0;
  int n;

  if (self->stall_in == 0)
    {
      self->stall_in = -1;
      return VIRTUAL_USB_STALL;
    }
  while (total < length && (n = get_room (self, length - total)) > 0)
    {
      take_packet (self, bytes + total, n);
      total += n;
    }
  return total;
}

static int
give (gpointer user, guint8 endpoint, guint8 *bytes, int size)
{
  VirtualUsbPrinter *self = user;
  GByteArray *said = self->head.said;
  guint n = MIN (said->len, (guint) size);

  if (self->in_stalls)
    return VIRTUAL_USB_STALL;
  if (n == 0)
    return self->sends_empty ? 0 : VIRTUAL_USB_NAK;
  memcpy (bytes, said->data, n);
  g_byte_array_remove_range (said, 0, n);
  return (int) n;
}

static gpointer
tick (gpointer user)
{
  VirtualUsbPrinter *self = user;

  while (!g_atomic_int_get (&self->is_stopping))
    {
      virtual_usb_lock (self->device);
      self->budget = self->pace;
      virtual_usb_pump (self->device);
      virtual_usb_unlock (self->device);
      g_usleep (TICK_US);
    }
  return NULL;
}

VirtualUsbPrinter *
virtual_usb_printer_new (VirtualUsb *bus, const VirtualUsbPrinterPlan *plan)
{
  static const VirtualUsbConduct conduct = { .control = control, .take = take, .give = give };
  VirtualUsbPrinter *self = g_new0 (VirtualUsbPrinter, 1);
  VirtualUsbPlan device = {
    .port = plan->port,
    .vendor = 0x0416,
    .product = 0x5011,
    .serial = plan->serial,
    .maker = plan->has_strings ? "POSco" : NULL,
    .name = plan->has_strings ? "R-80" : NULL,
    .config = plan->has_in ? both_ways : one_way,
    .config_length = plan->has_in ? sizeof both_ways : sizeof one_way,
    .driver = "usblp",
  };

  self->plan = *plan;
  virtual_head_init (&self->head, COLUMNS);
  self->roll = VIRTUAL_USB_PRINTER_ROLL;
  self->taken = g_byte_array_new ();
  self->limit = -1;
  self->stall_in = -1;
  self->device = virtual_usb_device_new (bus, &device, &conduct, self);
  self->clock = g_thread_new ("virtual-usb-printer", tick, self);
  return self;
}

void
virtual_usb_printer_free (VirtualUsbPrinter *self)
{
  g_atomic_int_set (&self->is_stopping, TRUE);
  g_thread_join (self->clock);
  virtual_usb_device_free (self->device);
  virtual_head_clear (&self->head);
  g_byte_array_unref (self->taken);
  g_free (self);
}

VirtualUsbDevice *
virtual_usb_printer_get_device (VirtualUsbPrinter *self)
{
  return self->device;
}

/* The lock is recursive, so that who changes something and pumps is one act. */
static void
pump_and_unlock (VirtualUsbPrinter *self)
{
  virtual_usb_pump (self->device);
  virtual_usb_unlock (self->device);
}

void
virtual_usb_printer_set_roll (VirtualUsbPrinter *self, VirtualRoll roll)
{
  virtual_usb_lock (self->device);
  self->roll = roll;
  if (!virtual_roll_is_out_of_order (&roll))
    self->held = 0;
  virtual_head_push (&self->head, &self->roll, "", 0);
  pump_and_unlock (self);
}

void
virtual_usb_printer_set_limit (VirtualUsbPrinter *self, int n)
{
  virtual_usb_lock (self->device);
  self->limit = n;
  pump_and_unlock (self);
}

void
virtual_usb_printer_set_pace (VirtualUsbPrinter *self, guint n)
{
  virtual_usb_lock (self->device);
  self->pace = n;
  self->budget = n;
  pump_and_unlock (self);
}

void
virtual_usb_printer_stall_after (VirtualUsbPrinter *self, guint n)
{
  virtual_usb_lock (self->device);
  self->stall_in = (int) n;
  virtual_usb_unlock (self->device);
}

void
virtual_usb_printer_set_keeps_buffer (VirtualUsbPrinter *self, gboolean keeps)
{
  virtual_usb_lock (self->device);
  self->keeps_buffer = keeps;
  virtual_usb_unlock (self->device);
}

void
virtual_usb_printer_say (VirtualUsbPrinter *self, const void *bytes, gsize length)
{
  virtual_usb_lock (self->device);
  g_byte_array_append (self->head.said, bytes, (guint) length);
  pump_and_unlock (self);
}

void
virtual_usb_printer_set_empty_packets (VirtualUsbPrinter *self, gboolean sends_empty)
{
  virtual_usb_lock (self->device);
  self->sends_empty = sends_empty;
  pump_and_unlock (self);
}

void
virtual_usb_printer_set_in_stalls (VirtualUsbPrinter *self, gboolean stalls)
{
  virtual_usb_lock (self->device);
  self->in_stalls = stalls;
  pump_and_unlock (self);
}

static guint
get_locked (VirtualUsbPrinter *self, const guint *value)
{
  guint copy;

  virtual_usb_lock (self->device);
  copy = *value;
  virtual_usb_unlock (self->device);
  return copy;
}

guint
virtual_usb_printer_get_n_taken (VirtualUsbPrinter *self)
{
  return get_locked (self, &self->taken->len);
}

guint
virtual_usb_printer_get_n_kicks (VirtualUsbPrinter *self)
{
  return get_locked (self, &self->head.n_kicks);
}

guint
virtual_usb_printer_get_n_resets (VirtualUsbPrinter *self)
{
  return get_locked (self, &self->n_resets);
}

guint
virtual_usb_printer_get_n_statuses (VirtualUsbPrinter *self)
{
  return get_locked (self, &self->n_statuses);
}

guint
virtual_usb_printer_get_n_ids (VirtualUsbPrinter *self)
{
  return get_locked (self, &self->n_ids);
}

/* DLE EOT n, GS a n and GS r n: three bytes each; DLE DC4: five. Jobs of text hold nothing that looks like them. */
GBytes *
virtual_usb_printer_dup_jobs (VirtualUsbPrinter *self)
{
  GByteArray *jobs = g_byte_array_new ();
  const guint8 *bytes;
  guint length;

  virtual_usb_lock (self->device);
  bytes = self->taken->data;
  length = self->taken->len;
  for (guint i = 0; i < length; i++)
    if (i + 2 < length && ((bytes[i] == 0x10 && bytes[i + 1] == 0x04) ||
                           (bytes[i] == 0x1D && (bytes[i + 1] == 'a' || bytes[i + 1] == 'r'))))
      i += 2;
    else if (i + 4 < length && bytes[i] == 0x10 && bytes[i + 1] == 0x14)
      i += 4;
    else
      g_byte_array_append (jobs, bytes + i, 1);
  virtual_usb_unlock (self->device);
  return g_byte_array_free_to_bytes (jobs);
}

char *
virtual_usb_printer_dup_text (VirtualUsbPrinter *self)
{
  char *text;

  virtual_usb_lock (self->device);
  text = virtual_paper_dup_text (self->head.paper);
  virtual_usb_unlock (self->device);
  return text;
}

char *
virtual_usb_printer_dup_error (VirtualUsbPrinter *self)
{
  char *error;

  virtual_usb_lock (self->device);
  error = virtual_paper_dup_error (self->head.paper);
  virtual_usb_unlock (self->device);
  return error;
}
