/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "virtual-usb-private.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define SETUP_BYTES 8

/* libusb waits until the node can be written to, and reaps then. */
void
virtual_usb_kernel_update (VirtualUsbDevice *self)
{
  static const guint8 page[ONE_PAGE];
  guint8 drained[ONE_PAGE];

  if (self->fifo < 0)
    return;
  if (g_queue_is_empty (&self->ended))
    while (write (self->fifo, page, sizeof page) > 0)
      continue;
  else
    while (read (self->fifo, drained, sizeof drained) > 0)
      continue;
}

/* --- transfers --------------------------------------------------------------------------------- */

static void
urb_free (Urb *self)
{
  g_clear_object (&self->buffer);
  g_object_unref (self->data);
  g_free (self);
}

static void
end_urb (VirtualUsbDevice *self, Urb *urb, int status)
{
  g_queue_remove (&self->flying, urb);
  urb->urb->status = status;
  urb->urb->actual_length = urb->n;
  g_queue_push_tail (&self->ended, urb);
}

static void
run_control (VirtualUsbDevice *self, Urb *urb)
{
  guint8 *setup = urb->buffer->data;
  int n = VIRTUAL_USB_STALL;

  if (self->conduct.control != NULL)
    n = self->conduct.control (self->user, setup, setup + SETUP_BYTES,
                               urb->urb->buffer_length - SETUP_BYTES);
  urb->n = MAX (n, 0);
  if (n != VIRTUAL_USB_NAK)
    end_urb (self, urb, n == VIRTUAL_USB_STALL ? -EPIPE : 0);
}

static void
run_in (VirtualUsbDevice *self, Urb *urb)
{
  int n = VIRTUAL_USB_NAK;

  if (self->conduct.give != NULL)
    n = self->conduct.give (self->user, urb->urb->endpoint, urb->buffer->data,
                            urb->urb->buffer_length);
  urb->n = MAX (n, 0);
  if (n != VIRTUAL_USB_NAK)
    end_urb (self, urb, n == VIRTUAL_USB_STALL ? -EPIPE : 0);
}

static void
run_out (VirtualUsbDevice *self, Urb *urb)
{
  int length = urb->urb->buffer_length;
  int n = VIRTUAL_USB_NAK;

  if (self->conduct.take != NULL)
    n = self->conduct.take (self->user, urb->urb->endpoint, urb->buffer->data + urb->n,
                            length - urb->n);
  urb->n += MAX (n, 0);
  if (n == VIRTUAL_USB_STALL || urb->n == length)
    end_urb (self, urb, n == VIRTUAL_USB_STALL ? -EPIPE : 0);
}

/* The first transfer of an endpoint has to end before the next begins. */
static gboolean
is_first_of_endpoint (VirtualUsbDevice *self, const Urb *urb)
{
  for (GList *l = self->flying.head; l != NULL && l->data != urb; l = l->next)
    if (((Urb *) l->data)->urb->endpoint == urb->urb->endpoint)
      return FALSE;
  return TRUE;
}

void
virtual_usb_kernel_run (VirtualUsbDevice *self)
{
  GList *next;

  for (GList *l = self->flying.head; l != NULL; l = next)
    {
      Urb *urb = l->data;

      next = l->next;
      if (!is_first_of_endpoint (self, urb))
        continue;
      if (urb->urb->type == USBDEVFS_URB_TYPE_CONTROL)
        run_control (self, urb);
      else if ((urb->urb->endpoint & 0x80) != 0)
        run_in (self, urb);
      else
        run_out (self, urb);
    }
  virtual_usb_kernel_update (self);
}

/* --- what libusb asks the kernel --------------------------------------------------------------- */

typedef struct
{
  VirtualUsbDevice *device;
  UMockdevIoctlClient *client;
  UMockdevIoctlData *arg; /* (unowned) */
} Request;

/* What the request points at. Give. */
static UMockdevIoctlData *
resolve (const Request *request, gsize size)
{
  UMockdevIoctlData *data = umockdev_ioctl_data_resolve (request->arg, 0, size, NULL);

  g_assert_nonnull (data);
  return data;
}

static int
submit (const Request *request)
{
  VirtualUsbDevice *self = request->device;
  Urb *urb;

  if (!self->is_plugged)
    return -ENODEV;
  urb = g_new0 (Urb, 1);
  urb->client = request->client;
  urb->data = resolve (request, sizeof (struct usbdevfs_urb));
  urb->urb = (gpointer) urb->data->data;
  if (urb->urb->buffer_length > 0)
    urb->buffer =
        umockdev_ioctl_data_resolve (urb->data, G_STRUCT_OFFSET (struct usbdevfs_urb, buffer),
                                     (gsize) urb->urb->buffer_length, NULL);
  if (urb->urb->type != USBDEVFS_URB_TYPE_CONTROL && self->owner != request->client)
    g_error ("a transfer on an interface that was not claimed");
  g_queue_push_tail (&self->flying, urb);
  virtual_usb_kernel_run (self);
  return 0;
}

static int
discard (const Request *request)
{
  VirtualUsbDevice *self = request->device;
  gulong address = *(gulong *) (gpointer) request->arg->data;

  for (GList *l = self->flying.head; l != NULL; l = l->next)
    if (((Urb *) l->data)->data->client_addr == address)
      {
        self->n_discarded++;
        end_urb (self, l->data, -ENOENT);
        virtual_usb_kernel_run (self);
        return 0;
      }
  return -EINVAL;
}

static int
reap (const Request *request)
{
  VirtualUsbDevice *self = request->device;

  for (GList *l = self->ended.head; l != NULL; l = l->next)
    {
      Urb *urb = l->data;
      g_autoptr (UMockdevIoctlData) pointer = NULL;

      if (urb->client != request->client)
        continue;
      g_queue_delete_link (&self->ended, l);
      pointer = resolve (request, sizeof (gpointer));
      umockdev_ioctl_data_set_ptr (pointer, 0, urb->data);
      umockdev_ioctl_client_complete (request->client, 0, 0);
      urb_free (urb);
      virtual_usb_kernel_update (self);
      return 1;
    }
  return !self->is_plugged ? -ENODEV : -EAGAIN;
}

static int
claim (const Request *request, gboolean detaches)
{
  VirtualUsbDevice *self = request->device;

  if (!self->is_plugged)
    return -ENODEV;
  if (self->is_in_use || (self->has_driver && !detaches) ||
      (self->owner != NULL && self->owner != request->client))
    return -EBUSY;
  self->has_driver = FALSE;
  self->owner = request->client;
  self->n_claims++;
  return 0;
}

static int
let_go (const Request *request)
{
  VirtualUsbDevice *self = request->device;

  if (self->owner != request->client)
    return -EINVAL;
  self->owner = NULL;
  if (self->conduct.freed != NULL)
    self->conduct.freed (self->user);
  return !self->is_plugged ? -ENODEV : 0;
}

/* The kernel's driver is called, or sent away. */
static int
change_driver (const Request *request)
{
  VirtualUsbDevice *self = request->device;
  g_autoptr (UMockdevIoctlData) data = resolve (request, sizeof (struct usbdevfs_ioctl));
  const struct usbdevfs_ioctl *order = (gconstpointer) data->data;

  if (!self->is_plugged)
    return -ENODEV;
  if ((unsigned int) order->ioctl_code == USBDEVFS_CONNECT && self->owner == NULL)
    self->has_driver = self->plan.driver != NULL;
  else if ((unsigned int) order->ioctl_code == USBDEVFS_DISCONNECT && self->has_driver)
    self->has_driver = FALSE;
  else
    return -ENODATA;
  return 0;
}

static int
tell_driver (const Request *request)
{
  VirtualUsbDevice *self = request->device;
  g_autoptr (UMockdevIoctlData) data = resolve (request, sizeof (struct usbdevfs_getdriver));
  struct usbdevfs_getdriver *answer = (gpointer) data->data;

  if (!self->has_driver)
    return -ENODATA;
  g_strlcpy (answer->driver, self->plan.driver, sizeof answer->driver);
  return 0;
}

static int
tell_capabilities (const Request *request)
{
  g_autoptr (UMockdevIoctlData) data = resolve (request, sizeof (guint32));

  *(guint32 *) (gpointer) data->data = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_BULK_CONTINUATION |
                                       USBDEVFS_CAP_NO_PACKET_SIZE_LIM |
                                       USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
  return 0;
}

/* 0 or a negative errno; 1 when it is answered already. */
static int
answer_request (const Request *request)
{
  VirtualUsbDevice *self = request->device;

  switch (umockdev_ioctl_client_get_request (request->client))
    {
    case USBDEVFS_GET_CAPABILITIES:
      return tell_capabilities (request);
    case USBDEVFS_CLAIMINTERFACE:
      return claim (request, FALSE);
    case USBDEVFS_DISCONNECT_CLAIM:
      return claim (request, TRUE);
    case USBDEVFS_RELEASEINTERFACE:
      return let_go (request);
    case USBDEVFS_SETINTERFACE:
      return !self->is_plugged ? -ENODEV : 0;
    case USBDEVFS_CLEAR_HALT:
      self->n_cleared += self->is_plugged ? 1 : 0;
      return !self->is_plugged ? -ENODEV : 0;
    case USBDEVFS_GETDRIVER:
      return tell_driver (request);
    case USBDEVFS_IOCTL:
      return change_driver (request);
    case USBDEVFS_SUBMITURB:
      return submit (request);
    case USBDEVFS_DISCARDURB:
      return discard (request);
    case USBDEVFS_REAPURB:
    case USBDEVFS_REAPURBNDELAY:
      return reap (request);
    case USBDEVFS_RESET:
    case USBDEVFS_SETCONFIGURATION:
      g_error ("a device must not be reset or configured");
    default:
      return -ENOTTY;
    }
}

gboolean
virtual_usb_kernel_on_ioctl (UMockdevIoctlBase *handler, UMockdevIoctlClient *client, gpointer user)
{
  VirtualUsbDevice *self = user;
  Request request = { self, client, umockdev_ioctl_client_get_arg (client) };
  int r;

  g_rec_mutex_lock (&self->mutex);
  r = answer_request (&request);
  g_rec_mutex_unlock (&self->mutex);
  if (r <= 0)
    umockdev_ioctl_client_complete (client, r == 0 ? 0 : -1, -r);
  return TRUE;
}

static void
remove_urbs_of (GQueue *urbs, UMockdevIoctlClient *client)
{
  GList *next;

  for (GList *l = urbs->head; l != NULL; l = next)
    {
      next = l->next;
      if (client == NULL || ((Urb *) l->data)->client == client)
        {
          urb_free (l->data);
          g_queue_delete_link (urbs, l);
        }
    }
}

/* The program closed the node. */
void
virtual_usb_kernel_on_vanished (UMockdevIoctlBase *handler, UMockdevIoctlClient *client,
                                gpointer user)
{
  VirtualUsbDevice *self = user;

  g_rec_mutex_lock (&self->mutex);
  remove_urbs_of (&self->flying, client);
  remove_urbs_of (&self->ended, client);
  if (self->owner == client)
    {
      self->owner = NULL;
      if (self->conduct.freed != NULL)
        self->conduct.freed (self->user);
    }
  virtual_usb_kernel_update (self);
  g_rec_mutex_unlock (&self->mutex);
}

void
virtual_usb_kernel_end_all (VirtualUsbDevice *self, int status)
{
  while (!g_queue_is_empty (&self->flying))
    end_urb (self, g_queue_peek_head (&self->flying), status);
  virtual_usb_kernel_update (self);
}

void
virtual_usb_kernel_forget (VirtualUsbDevice *self)
{
  remove_urbs_of (&self->flying, NULL);
  remove_urbs_of (&self->ended, NULL);
}
