/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/*
 * A USB bus by umockdev: this program, and what it starts, sees the devices that are plugged in here
 * instead of the machine's, by the real libusb. To be run under umockdev-wrapper; no rights needed.
 * Everything may be called from any thread.
 */

typedef struct _VirtualUsb VirtualUsb;
typedef struct _VirtualUsbDevice VirtualUsbDevice;

/* Before anybody asks for USB devices; freed after the last has let go of the bus. */
VirtualUsb *virtual_usb_new (void);
void virtual_usb_free (VirtualUsb *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VirtualUsb, virtual_usb_free)

/* What an endpoint may say instead of a number of bytes. */
#define VIRTUAL_USB_NAK (-1) /* not now: it is asked again after virtual_usb_pump() */
#define VIRTUAL_USB_STALL (-2)

/**
 * VirtualUsbConduct:
 * @control: (nullable): answers a control request to the device or interface: up to @size bytes for
 *   those IN, 0 for those OUT, or STALL, which is what happens without this function
 * @take: (nullable): OUT: how many of the bytes are taken now, STALL for none. For the rest it is
 *   called again after a pump.
 * @give: (nullable): IN: how many bytes are given now, 0 for an empty packet, NAK or STALL
 * @freed: (nullable): an interface was let go of, or its program ended
 *
 * How a device behaves. Called with the device locked.
 */
typedef struct
{
  int (*control) (gpointer user, const guint8 setup[8], guint8 *bytes, int size);
  int (*take) (gpointer user, guint8 endpoint, const guint8 *bytes, int length);
  int (*give) (gpointer user, guint8 endpoint, guint8 *bytes, int size);
  void (*freed) (gpointer user);
} VirtualUsbConduct;

/**
 * VirtualUsbPlan:
 * @port: where it is plugged in: "1-1", "1-2", …
 * @serial, @maker, @name: (nullable)
 * @config: the configuration's descriptor with all that belongs to it, @config_length bytes
 * @driver: (nullable): the kernel's, which takes every interface when it is plugged in
 *
 * What a device is. Copied, the bytes and strings are not.
 */
typedef struct
{
  const char *port;
  guint16 vendor;
  guint16 product;
  const char *serial;
  const char *maker;
  const char *name;
  const guint8 *config;
  gsize config_length;
  const char *driver;
} VirtualUsbPlan;

/* Not plugged in. */
VirtualUsbDevice *virtual_usb_device_new (VirtualUsb *bus, const VirtualUsbPlan *plan,
                                          const VirtualUsbConduct *conduct, gpointer user);
void virtual_usb_device_free (VirtualUsbDevice *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VirtualUsbDevice, virtual_usb_device_free)

/* What it calls itself from the next plugging in on: (nullable), not copied. */
void virtual_usb_set_names (VirtualUsbDevice *self, const char *maker, const char *name);

/* Under a new address each time, as the kernel does. @is_heard FALSE: the system tells nobody. */
void virtual_usb_plug (VirtualUsbDevice *self, gboolean is_heard);
/* Transfers under way end with @status: -ESHUTDOWN, or -EPROTO as on real buses. */
void virtual_usb_unplug (VirtualUsbDevice *self, int status);

/* What the conduct reads and writes is guarded by this lock. */
void virtual_usb_lock (VirtualUsbDevice *self);
void virtual_usb_unlock (VirtualUsbDevice *self);
/* Something changed: asks the conduct again for every transfer that waits. Locks. */
void virtual_usb_pump (VirtualUsbDevice *self);

/* Another program has its interfaces: claiming them fails. */
void virtual_usb_set_in_use (VirtualUsbDevice *self, gboolean is_in_use);
/* Nobody may open its node, but root. */
void virtual_usb_set_forbidden (VirtualUsbDevice *self, gboolean is_forbidden);
/* Whether the kernel's driver has it. */
gboolean virtual_usb_has_driver (VirtualUsbDevice *self);
gboolean virtual_usb_is_claimed (VirtualUsbDevice *self);
/* How often a stall was cleared, and an interface claimed. */
guint virtual_usb_get_n_cleared (VirtualUsbDevice *self);
guint virtual_usb_get_n_claims (VirtualUsbDevice *self);
/* How often a transfer was taken back before it had ended. */
guint virtual_usb_get_n_discarded (VirtualUsbDevice *self);
/* Whether nothing that has ended waits to be seen. */
gboolean virtual_usb_is_reaped (VirtualUsbDevice *self);
