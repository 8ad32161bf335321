/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/call.h"
#include "center/center.h"

/**
 * ServedCenter:
 *
 * A real center behind a real socket on loopback, on threads of its own and in a folder of its own: the
 * region "east" with the shop "corner".
 */
typedef struct _ServedCenter ServedCenter;

ServedCenter *served_center_new (void);
void served_center_free (ServedCenter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServedCenter, served_center_free)

/* Closes its socket and its database; served_center_start() opens them again at the same address. */
void served_center_stop (ServedCenter *self);
void served_center_start (ServedCenter *self);

const char *served_center_get_url (ServedCenter *self);
/* "sqlite:PATH" */
const char *served_center_get_location (ServedCenter *self);
/* Runs @job in a transaction, beside what is served. */
void served_center_run (ServedCenter *self, MrCenterJob job, gpointer data);
/* Builds the catalog that a new till takes, which is otherwise told to come again in two seconds. */
void served_center_build_snapshot (ServedCenter *self);
char *served_center_new_code (ServedCenter *self);
/* Puts goods first … first + n − 1 on offer at @price_minor, in one transaction. Good i has the barcode
 * served_center_make_barcode (i). */
void served_center_put_goods (ServedCenter *self, guint first, guint n, gint64 price_minor);
char *served_center_make_barcode (guint number);
