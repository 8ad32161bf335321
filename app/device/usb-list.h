/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/usb-bus.h"

G_BEGIN_DECLS

/* Of usb-bus.c: what one context sees. */

/* The interfaces of @kind, in order. Give. */
GPtrArray *mr_usb_list_interfaces (MrUsbContext *context, MrUsbKind kind) G_GNUC_WARN_UNUSED_RESULT;

/* A line of "bus:address " for each device: changes with each coming and going. Give. */
char *mr_usb_list_addresses (MrUsbContext *context) G_GNUC_WARN_UNUSED_RESULT;

/* The same of those whose nodes are there, but which the context knows nothing of. Give. */
char *mr_usb_list_unknown (MrUsbContext *context) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
