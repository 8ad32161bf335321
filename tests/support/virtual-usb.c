/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "virtual-usb.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <umockdev.h>
#include <unistd.h>

#define ROOT_HUB "/sys/devices/usb1"
#define BUS_FOLDER "/dev/bus/usb/001"
#define MAX_DEVICES 127
#define FIRST_DEVICE 2
#define ONE_PAGE 4096
#define SETUP_BYTES 8

struct _VirtualUsb
{
  UMockdevTestbed *testbed; /* (owned) */
  char *root; /* (owned) */
  int last_address;
};

/* A transfer, as the program under test handed it in. */
typedef struct
{
  UMockdevIoctlData *data; /* (owned): its struct usbdevfs_urb */
  UMockdevIoctlData *buffer; /* (owned) (nullable) */
  UMockdevIoctlClient *client; /* (unowned) */
  struct usbdevfs_urb *urb; /* (unowned): within data */
  int n; /* transferred so far */
} Urb;

struct _VirtualUsbDevice
{
  VirtualUsb *bus; /* (unowned) */
  VirtualUsbPlan plan;
  VirtualUsbConduct conduct;
  gpointer user; /* (unowned) */
  UMockdevIoctlBase *handler; /* (owned) */
  char *node; /* (owned) (nullable): of the last time it was plugged in */
  GPtrArray *attached; /* (owned): the nodes that answer, or did */
  char *syspath; /* (owned) (nullable): while plugged in */

  GRecMutex mutex;
  gboolean is_plugged;
  int fifo; /* of the last node: full while there is nothing to reap; −1 at first */
  GQueue flying; /* (owned): Urb */
  GQueue ended; /* (owned): Urb */
  UMockdevIoctlClient *owner; /* (unowned) (nullable): who has claimed it */
  gboolean has_driver;
  gboolean is_in_use;
  gboolean is_forbidden;
  guint n_cleared;
  guint n_claims;
  guint n_discarded;
};

/* --- the node ---------------------------------------------------------------------------------- */

/* libusb waits until the node can be written to, and reaps then. */
static void
update_fifo (VirtualUsbDevice *self)
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

static char *
dup_real_path (VirtualUsb *self, const char *path)
{
  return g_strconcat (self->root, path, NULL);
}

/* Who may not open a node talks to what answers for it all the same: the wrapper asks before it looks
 * whether opening went well. */
static void
attach (VirtualUsbDevice *self)
{
  g_autofree char *answers = g_strconcat (self->bus->root, "/ioctl", self->node, NULL);

  g_assert_true (
      umockdev_testbed_attach_ioctl (self->bus->testbed, self->node, self->handler, NULL));
  g_ptr_array_add (self->attached, g_strdup (self->node));
  g_assert_cmpint (chmod (answers, 0777), ==, 0);
}

static void
allow (VirtualUsbDevice *self)
{
  g_autofree char *path = dup_real_path (self->bus, self->node);

  g_assert_cmpint (chmod (path, self->is_forbidden ? 0 : 0666), ==, 0);
}

static void
make_fifo (VirtualUsbDevice *self)
{
  g_autofree char *path = dup_real_path (self->bus, self->node);

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  if (self->fifo >= 0)
    close (self->fifo);
  self->fifo = open (path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  g_assert_cmpint (self->fifo, >=, 0);
  g_assert_cmpint (fcntl (self->fifo, F_SETPIPE_SZ, ONE_PAGE), ==, ONE_PAGE);
  update_fifo (self);
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

static void
run_urbs (VirtualUsbDevice *self)
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
  update_fifo (self);
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
  run_urbs (self);
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
        run_urbs (self);
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
      update_fifo (self);
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

static gboolean
on_ioctl (UMockdevIoctlBase *handler, UMockdevIoctlClient *client, gpointer user)
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
static void
on_client_vanished (UMockdevIoctlBase *handler, UMockdevIoctlClient *client, gpointer user)
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
  update_fifo (self);
  g_rec_mutex_unlock (&self->mutex);
}

/* --- the bus ----------------------------------------------------------------------------------- */

static void
write_descriptors (VirtualUsb *self, const char *syspath, const guint8 *device,
                   const guint8 *config, gsize config_length)
{
  g_autofree char *folder = dup_real_path (self, syspath);
  g_autofree char *path = g_build_filename (folder, "descriptors", NULL);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  g_byte_array_append (bytes, device, device[0]);
  g_byte_array_append (bytes, config, (guint) config_length);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_true (g_file_set_contents (path, (char *) bytes->data, bytes->len, NULL));
}

static void
add_root_hub (VirtualUsb *self)
{
  static const guint8 device[] = { 18, 1, 0, 2, 9, 0, 1, 64, 0x6B, 0x1D, 2, 0, 0, 6, 0, 0, 0, 1 };
  static const guint8 config[] = { 9, 2, 25, 0, 1, 1, 0, 0xE0, 0, 9, 4, 0, 0,
                                   1, 9, 0,  0, 0, 7, 5, 0x81, 3, 4, 0, 12 };
  char *attributes[] = { (char *) "busnum",
                         (char *) "1",
                         (char *) "devnum",
                         (char *) "1",
                         (char *) "speed",
                         (char *) "480",
                         (char *) "bConfigurationValue",
                         (char *) "1",
                         NULL };
  char *properties[] = { (char *) "DEVTYPE",
                         (char *) "usb_device",
                         (char *) "BUSNUM",
                         (char *) "001",
                         (char *) "DEVNUM",
                         (char *) "001",
                         (char *) "DEVNAME",
                         (char *) BUS_FOLDER "/001",
                         (char *) "MAJOR",
                         (char *) "189",
                         NULL };
  g_autofree char *syspath = NULL;

  write_descriptors (self, ROOT_HUB, device, config, sizeof config);
  syspath =
      umockdev_testbed_add_devicev (self->testbed, "usb", "usb1", NULL, attributes, properties);
  g_assert_cmpstr (syspath, ==, ROOT_HUB);
}

VirtualUsb *
virtual_usb_new (void)
{
  VirtualUsb *self = g_new0 (VirtualUsb, 1);
  g_autofree char *answers = NULL;
  g_autofree char *folder = NULL;

  self->testbed = umockdev_testbed_new ();
  if (!umockdev_in_mock_environment ())
    g_error ("to be run under umockdev-wrapper");
  self->root = umockdev_testbed_get_root_dir (self->testbed);
  /* For who is not root, too. */
  g_assert_cmpint (chmod (self->root, 0755), ==, 0);
  answers = dup_real_path (self, "/ioctl/_default");
  g_assert_cmpint (chmod (answers, 0777), ==, 0);
  folder = dup_real_path (self, BUS_FOLDER);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  add_root_hub (self);
  self->last_address = FIRST_DEVICE - 1;
  return self;
}

void
virtual_usb_free (VirtualUsb *self)
{
  g_object_unref (self->testbed);
  g_free (self->root);
  g_free (self);
}

/* --- a device ---------------------------------------------------------------------------------- */

VirtualUsbDevice *
virtual_usb_device_new (VirtualUsb *bus, const VirtualUsbPlan *plan,
                        const VirtualUsbConduct *conduct, gpointer user)
{
  VirtualUsbDevice *self = g_new0 (VirtualUsbDevice, 1);

  self->bus = bus;
  self->plan = *plan;
  self->conduct = *conduct;
  self->user = user;
  self->fifo = -1;
  self->attached = g_ptr_array_new_with_free_func (g_free);
  g_rec_mutex_init (&self->mutex);
  self->handler = umockdev_ioctl_base_new ();
  g_signal_connect (self->handler, "handle-ioctl", G_CALLBACK (on_ioctl), self);
  g_signal_connect (self->handler, "client-vanished", G_CALLBACK (on_client_vanished), self);
  return self;
}

void
virtual_usb_device_free (VirtualUsbDevice *self)
{
  if (self->syspath != NULL)
    virtual_usb_unplug (self, -ESHUTDOWN);
  for (guint i = 0; i < self->attached->len; i++)
    umockdev_testbed_detach_ioctl (self->bus->testbed, g_ptr_array_index (self->attached, i), NULL);
  g_signal_handlers_disconnect_by_data (self->handler, self);
  g_object_unref (self->handler);
  remove_urbs_of (&self->flying, NULL);
  remove_urbs_of (&self->ended, NULL);
  g_ptr_array_unref (self->attached);
  g_free (self->node);
  if (self->fifo >= 0)
    close (self->fifo);
  g_rec_mutex_clear (&self->mutex);
  g_free (self);
}

static guint8
get_string_index (const char *string, guint8 index)
{
  return string != NULL ? index : 0;
}

static void
write_device (VirtualUsbDevice *self)
{
  const VirtualUsbPlan *plan = &self->plan;
  guint8 descriptor[18] = { 18, 1, 0, 2, 0, 0, 0, 64 };
  g_autofree char *syspath = g_build_filename (ROOT_HUB, plan->port, NULL);

  descriptor[8] = (guint8) (plan->vendor & 0xFF);
  descriptor[9] = (guint8) (plan->vendor >> 8);
  descriptor[10] = (guint8) (plan->product & 0xFF);
  descriptor[11] = (guint8) (plan->product >> 8);
  descriptor[13] = 1;
  descriptor[14] = get_string_index (plan->maker, 1);
  descriptor[15] = get_string_index (plan->name, 2);
  descriptor[16] = get_string_index (plan->serial, 3);
  descriptor[17] = 1;
  write_descriptors (self->bus, syspath, descriptor, plan->config, plan->config_length);
}

static void
add_pair (GPtrArray *pairs, const char *name, const char *value)
{
  if (value == NULL)
    return;
  g_ptr_array_add (pairs, g_strdup (name));
  g_ptr_array_add (pairs, g_strdup (value));
}

/* Sends the system's word of it, too. */
static void
add_to_testbed (VirtualUsbDevice *self, int address)
{
  g_autoptr (GPtrArray) attributes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) properties = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *plain = g_strdup_printf ("%d", address);
  g_autofree char *padded = g_strdup_printf ("%03d", address);
  g_autofree char *vendor = g_strdup_printf ("%04x", self->plan.vendor);
  g_autofree char *product = g_strdup_printf ("%04x", self->plan.product);

  add_pair (attributes, "busnum", "1");
  add_pair (attributes, "devnum", plain);
  add_pair (attributes, "speed", "12");
  add_pair (attributes, "bConfigurationValue", "1");
  add_pair (attributes, "idVendor", vendor);
  add_pair (attributes, "idProduct", product);
  add_pair (attributes, "serial", self->plan.serial);
  add_pair (attributes, "manufacturer", self->plan.maker);
  add_pair (attributes, "product", self->plan.name);
  g_ptr_array_add (attributes, NULL);
  add_pair (properties, "DEVTYPE", "usb_device");
  add_pair (properties, "BUSNUM", "001");
  add_pair (properties, "DEVNUM", padded);
  add_pair (properties, "DEVNAME", self->node);
  add_pair (properties, "MAJOR", "189");
  g_ptr_array_add (properties, NULL);
  write_device (self);
  self->syspath =
      umockdev_testbed_add_devicev (self->bus->testbed, "usb", self->plan.port, ROOT_HUB,
                                    (char **) attributes->pdata, (char **) properties->pdata);
  g_assert_nonnull (self->syspath);
}

/* Who listens has a socket in the testbed. Renames them all. */
static void
rename_listeners (VirtualUsb *self, const char *from, const char *to)
{
  g_autoptr (GDir) folder = g_dir_open (self->root, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_prefix (name, from))
      {
        g_autofree char *old = g_build_filename (self->root, name, NULL);
        g_autofree char *new = g_strconcat (self->root, "/", to, name + strlen (from), NULL);

        g_assert_cmpint (rename (old, new), ==, 0);
      }
}

void
virtual_usb_plug (VirtualUsbDevice *self, gboolean is_heard)
{
  int address = ++self->bus->last_address;

  g_assert_true (self->syspath == NULL && address <= MAX_DEVICES);
  g_rec_mutex_lock (&self->mutex);
  self->is_plugged = TRUE;
  self->has_driver = self->plan.driver != NULL;
  g_free (self->node);
  self->node = g_strdup_printf (BUS_FOLDER "/%03d", address);
  attach (self);
  make_fifo (self);
  allow (self);
  g_rec_mutex_unlock (&self->mutex);
  if (!is_heard)
    rename_listeners (self->bus, "event", "deaf");
  add_to_testbed (self, address);
  if (!is_heard)
    rename_listeners (self->bus, "deaf", "event");
}

void
virtual_usb_unplug (VirtualUsbDevice *self, int status)
{
  g_autofree char *path = dup_real_path (self->bus, self->node);

  g_assert_nonnull (self->syspath);
  g_rec_mutex_lock (&self->mutex);
  while (!g_queue_is_empty (&self->flying))
    end_urb (self, g_queue_peek_head (&self->flying), status);
  update_fifo (self);
  self->is_plugged = FALSE;
  self->has_driver = FALSE;
  g_rec_mutex_unlock (&self->mutex);
  g_assert_cmpint (unlink (path), ==, 0);
  umockdev_testbed_uevent (self->bus->testbed, self->syspath, "remove");
  umockdev_testbed_remove_device (self->bus->testbed, self->syspath);
  g_clear_pointer (&self->syspath, g_free);
}

void
virtual_usb_lock (VirtualUsbDevice *self)
{
  g_rec_mutex_lock (&self->mutex);
}

void
virtual_usb_unlock (VirtualUsbDevice *self)
{
  g_rec_mutex_unlock (&self->mutex);
}

void
virtual_usb_pump (VirtualUsbDevice *self)
{
  g_rec_mutex_lock (&self->mutex);
  run_urbs (self);
  g_rec_mutex_unlock (&self->mutex);
}

void
virtual_usb_set_in_use (VirtualUsbDevice *self, gboolean is_in_use)
{
  g_rec_mutex_lock (&self->mutex);
  self->is_in_use = is_in_use;
  g_rec_mutex_unlock (&self->mutex);
}

void
virtual_usb_set_forbidden (VirtualUsbDevice *self, gboolean is_forbidden)
{
  g_rec_mutex_lock (&self->mutex);
  self->is_forbidden = is_forbidden;
  if (self->is_plugged)
    allow (self);
  g_rec_mutex_unlock (&self->mutex);
}

static guint
get_locked (VirtualUsbDevice *self, const guint *value)
{
  guint copy;

  g_rec_mutex_lock (&self->mutex);
  copy = *value;
  g_rec_mutex_unlock (&self->mutex);
  return copy;
}

gboolean
virtual_usb_has_driver (VirtualUsbDevice *self)
{
  return (gboolean) get_locked (self, (guint *) &self->has_driver);
}

gboolean
virtual_usb_is_claimed (VirtualUsbDevice *self)
{
  gboolean is_claimed;

  g_rec_mutex_lock (&self->mutex);
  is_claimed = self->owner != NULL;
  g_rec_mutex_unlock (&self->mutex);
  return is_claimed;
}

guint
virtual_usb_get_n_cleared (VirtualUsbDevice *self)
{
  return get_locked (self, &self->n_cleared);
}

guint
virtual_usb_get_n_claims (VirtualUsbDevice *self)
{
  return get_locked (self, &self->n_claims);
}

guint
virtual_usb_get_n_discarded (VirtualUsbDevice *self)
{
  return get_locked (self, &self->n_discarded);
}

gboolean
virtual_usb_is_reaped (VirtualUsbDevice *self)
{
  gboolean is_reaped;

  g_rec_mutex_lock (&self->mutex);
  is_reaped = g_queue_is_empty (&self->ended);
  g_rec_mutex_unlock (&self->mutex);
  return is_reaped;
}
