/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/device-state.h"

#include <gio/gio.h>

G_BEGIN_DECLS

struct libusb_device;
typedef struct _MrUsbContext MrUsbContext;

typedef enum
{
  MR_USB_PRINTER, /* class 7 with bulk OUT; not IPP over USB */
  MR_USB_HID, /* class 3 with interrupt IN */
} MrUsbKind;

/**
 * MrUsbInterface:
 * @serial, @maker, @name: (nullable): as the system read them when it was plugged in; serials are
 *   missing, or all alike, on many cheap devices
 * @path: where it is plugged in, "1-4.2": stays with the socket
 * @address: with @bus, of this plugging-in only
 * @number, @alternate: which interface of the device, and its best setting: one that can be read
 * @subclass, @protocol: of a HID, 1 and 1 is a boot keyboard
 * @out_endpoint, @in_endpoint: 0 for none
 * @in_size: the largest packet of @in_endpoint
 *
 * An interface of a device that is, or was, plugged in. Immutable and counted, on any thread.
 */
typedef struct
{
  MrUsbKind kind;
  guint16 vendor;
  guint16 product;
  char *serial; /* (owned) */
  char *maker; /* (owned) */
  char *name; /* (owned) */
  char *path; /* (owned) */
  guint8 bus;
  guint8 address;
  guint8 number;
  guint8 alternate;
  guint8 subclass;
  guint8 protocol;
  guint8 out_endpoint;
  guint8 in_endpoint;
  guint16 in_size;

  MrUsbContext *context; /* (owned) */
  struct libusb_device *device; /* (owned) */
} MrUsbInterface;

MrUsbInterface *mr_usb_interface_ref (MrUsbInterface *self);
void mr_usb_interface_unref (MrUsbInterface *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrUsbInterface, mr_usb_interface_unref)

/* "usb:VVVV:PPPP[:SERIAL]". Give. */
char *mr_usb_interface_dup_location (const MrUsbInterface *self);
/* What it calls itself, its maker once: "EPSON TM-T20III"; NULL when it tells no name. Give. */
char *mr_usb_interface_dup_name (const MrUsbInterface *self);

/**
 * MrUsbMatch:
 * @is_any: the first that fits
 * @serial: (nullable) (owned): of whichever, when NULL
 *
 * Which device a location means. { 0 } to start.
 */
typedef struct
{
  gboolean is_any;
  guint16 vendor;
  guint16 product;
  char *serial;
} MrUsbMatch;

/* @text: a location without its "usb:", so "" or "VVVV:PPPP[:SERIAL]" in hexadecimal digits.
 * G_IO_ERROR_INVALID_ARGUMENT. */
gboolean mr_usb_match_parse (const char *text, MrUsbMatch *match, GError **error);
void mr_usb_match_clear (MrUsbMatch *self);
gboolean mr_usb_match_fits (const MrUsbMatch *self, const MrUsbInterface *interface);

/**
 * MrUsbBus:
 *
 * What is plugged into this computer; one for the whole process, for as long as somebody has it. Coming
 * and going is heard from the system, and looked after every two seconds where the system is silent (a
 * container, a sandbox). Where there is no USB at all nothing is ever plugged in. Any thread.
 */
typedef struct _MrUsbBus MrUsbBus;

/* May take some milliseconds, so on a device's own thread. Give. */
MrUsbBus *mr_usb_bus_get (void) G_GNUC_WARN_UNUSED_RESULT;
void mr_usb_bus_unref (MrUsbBus *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrUsbBus, mr_usb_bus_unref)

/* Whether anybody still has it, or it is being taken down: for who plays the bus. */
gboolean mr_usb_bus_is_used (void);

/* What is there now: MrUsbInterface, in the order of their paths and numbers. Give. */
GPtrArray *mr_usb_bus_list (MrUsbBus *self, MrUsbKind kind) G_GNUC_WARN_UNUSED_RESULT;
/* The same, those alone that @match means. Give. */
GPtrArray *mr_usb_bus_find (MrUsbBus *self, MrUsbKind kind, const MrUsbMatch *match)
    G_GNUC_WARN_UNUSED_RESULT;

/* Looks now instead of within two seconds, for who misses a device. Does not wait for it. */
void mr_usb_bus_look (MrUsbBus *self);

/* Called on the bus's thread when something came or went; must not call the bus. */
typedef void (*MrUsbBusChanged) (gpointer user);

/* A number for mr_usb_bus_unwatch(). */
guint mr_usb_bus_watch (MrUsbBus *self, MrUsbBusChanged on_changed, gpointer user);
/* It is not being called any more when this returns. */
void mr_usb_bus_unwatch (MrUsbBus *self, guint watch);

G_END_DECLS
