/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "virtual-usb.h"

#include <linux/usbdevice_fs.h>
#include <umockdev.h>

/* Of virtual-usb.c, the bus and what is plugged in, and virtual-usb-kernel.c, what answers libusb. */

/* What a node holds when it is full. */
#define ONE_PAGE 4096

struct _VirtualUsb
{
  UMockdevTestbed *testbed; /* (owned) */
  char *root; /* (owned) */
  int last_address;
  GPtrArray *
      freed; /* (owned) (element-type VirtualUsbDevice): a program may still be letting go of them */
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

/* With the device locked. */
void virtual_usb_kernel_update (VirtualUsbDevice *self); /* whether there is something to reap */
void virtual_usb_kernel_run (VirtualUsbDevice *self); /* every transfer that waits */
void virtual_usb_kernel_end_all (VirtualUsbDevice *self, int status); /* and those under way */
void virtual_usb_kernel_forget (VirtualUsbDevice *self); /* all there are */

/* Of the handler, with the device as the user. */
gboolean virtual_usb_kernel_on_ioctl (UMockdevIoctlBase *handler, UMockdevIoctlClient *client,
                                      gpointer user);
void virtual_usb_kernel_on_vanished (UMockdevIoctlBase *handler, UMockdevIoctlClient *client,
                                     gpointer user);
