/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "virtual-usb.h"

#include "virtual-usb-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROOT_HUB "/sys/devices/usb1"
#define BUS_FOLDER "/dev/bus/usb/001"
#define MAX_DEVICES 127
#define FIRST_DEVICE 2

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
  virtual_usb_kernel_update (self);
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

/* When nobody can be asking it any more. */
static void
bury (gpointer data)
{
  VirtualUsbDevice *self = data;

  g_signal_handlers_disconnect_by_data (self->handler, self);
  g_object_unref (self->handler);
  virtual_usb_kernel_forget (self);
  g_ptr_array_unref (self->attached);
  g_free (self->node);
  if (self->fifo >= 0)
    close (self->fifo);
  g_rec_mutex_clear (&self->mutex);
  g_free (self);
}

VirtualUsb *
virtual_usb_new (void)
{
  VirtualUsb *self = g_new0 (VirtualUsb, 1);
  g_autofree char *answers = NULL;
  g_autofree char *folder = NULL;

  self->testbed = umockdev_testbed_new ();
  self->freed = g_ptr_array_new_with_free_func (bury);
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
  g_ptr_array_unref (self->freed);
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
  g_signal_connect (self->handler, "handle-ioctl", G_CALLBACK (virtual_usb_kernel_on_ioctl), self);
  g_signal_connect (self->handler, "client-vanished", G_CALLBACK (virtual_usb_kernel_on_vanished),
                    self);
  return self;
}

void
virtual_usb_device_free (VirtualUsbDevice *self)
{
  if (self->syspath != NULL)
    virtual_usb_unplug (self, -ESHUTDOWN);
  for (guint i = 0; i < self->attached->len; i++)
    umockdev_testbed_detach_ioctl (self->bus->testbed, g_ptr_array_index (self->attached, i), NULL);
  /* Whoever had it may be in the middle of giving it back, and hears that it is gone. */
  g_rec_mutex_lock (&self->mutex);
  self->conduct = (VirtualUsbConduct){ NULL };
  g_rec_mutex_unlock (&self->mutex);
  g_ptr_array_add (self->bus->freed, self);
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
virtual_usb_set_names (VirtualUsbDevice *self, const char *maker, const char *name)
{
  self->plan.maker = maker;
  self->plan.name = name;
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
  virtual_usb_kernel_end_all (self, status);
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
  virtual_usb_kernel_run (self);
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
