/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What is plugged into this computer, for a person to choose from. */

typedef enum
{
  MR_PLUGGED_PRINTERS, /* receipt printers on USB */
  MR_PLUGGED_LINES, /* serial lines, whatever is at them */
} MrPluggedKind;

typedef struct
{
  char *
      name; /* (owned): as it calls itself, with its serial number where two are alike, else its location */
  char *location; /* (owned): for the setting: "usb:VVVV:PPPP[:SERIAL]", "serial:PATH" */
} MrPlugged;

void mr_plugged_free (MrPlugged *self);

/* Looks on a thread of its own. */
void mr_plugged_list_async (MrPluggedKind kind, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) (element-type MrPlugged): printers by where they are plugged in, one for each location; of
 * the lines those over USB first. NULL when cancelled. */
GPtrArray *mr_plugged_list_finish (GAsyncResult *result, GError **error);

/* "serial:PATH[:BAUD[:FORMAT]]" with another speed, or on another line at the same speed (@line: "serial:PATH").
 * Any other location is as if there was none. Give. */
char *mr_plugged_set_speed (const char *location, const char *baud);
char *mr_plugged_set_line (const char *location, const char *line);
/* The speed it says, "9600" where it says none; "" when it is no serial line's. Give. */
char *mr_plugged_dup_speed (const char *location);
/* Without the speed and what follows. Give. */
char *mr_plugged_dup_line (const char *location);

G_END_DECLS
