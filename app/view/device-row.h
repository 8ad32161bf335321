/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrDeviceRow:
 *
 * One device on the page Devices: what it is, how it is, what to do, a test, and its settings, which
 * unfold in place.
 *
 * Properties: title (translated text).
 * Signals:
 *   test (): its test was asked for
 */
#define MR_TYPE_DEVICE_ROW (mr_device_row_get_type ())
G_DECLARE_FINAL_TYPE (MrDeviceRow, mr_device_row, MR, DEVICE_ROW, GtkBox)

/* @advice: what to do, NULL when all is well. */
void mr_device_row_say (MrDeviceRow *self, const char *state, const char *advice);

/* Gives it a button for its test. */
void mr_device_row_set_test (MrDeviceRow *self, const char *caption);
void mr_device_row_enable_test (MrDeviceRow *self, gboolean enabled);

/* Takes @widget as a part of its settings. */
void mr_device_row_add (MrDeviceRow *self, GtkWidget *widget);
/* On the screen, the whole row is scrolled to, as far as it fits. */
void mr_device_row_unfold (MrDeviceRow *self);

G_END_DECLS
