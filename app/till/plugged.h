/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What is plugged into this computer, for a person to choose from. */

typedef struct
{
  char *
      name; /* (owned): as it calls itself, with its serial number where two are alike, else its location */
  char *location; /* (owned): for the setting: "usb:VVVV:PPPP[:SERIAL]" */
} MrPlugged;

void mr_plugged_free (MrPlugged *self);

/* Looks for receipt printers on USB, on a thread of its own. */
void mr_plugged_list_printers_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);
/* (transfer full) (element-type MrPlugged): by where they are plugged in, one for each location. NULL when
 * cancelled. */
GPtrArray *mr_plugged_list_printers_finish (GAsyncResult *result, GError **error);

G_END_DECLS
