/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <adwaita.h>

/**
 * Walk:
 *
 * One walk over every page and state of the till's window, in one language and one theme: each is
 * brought about, drawn at each size, kept as a picture and looked over.
 */
typedef struct
{
  MrTill *till; /* (unowned) */
  GtkWindow *window; /* (unowned) */
  const char *folder; /* (unowned): pictures go to FOLDER/<size>-<variant>/<state>.png */
  const char *variant; /* (unowned) "light-zh_CN" */
  const char *state; /* (unowned) what is being looked at */
  const char *size; /* (unowned) "1280x800" */
  int width;
  int height;
  guint n_states;
  GHashTable *findings; /* (owned) (element-type utf8): one line each, said once */
  GHashTable *focused; /* (owned) (element-type utf8): kinds of targets whose focus was looked at */
} Walk;

void walk_find (Walk *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Runs the main loop until the window has been drawn with all that was asked of it. */
void walk_settle (Walk *self);
/* Looks at the state the window is in, at each size. */
void walk_look (Walk *self, const char *state);

/* --- finding widgets, by the names of their types --- */
typedef gboolean (*WalkVisit) (GtkWidget *widget, gpointer user_data);
/* Each mapped widget below @root, parents first; FALSE from @visit leaves out what is below. */
void walk_each (GtkWidget *root, WalkVisit visit, gpointer user_data);
/* The @index-th mapped widget of this type; ends the program when there is none. */
GtkWidget *walk_get (Walk *self, GtkWidget *below, const char *type_name, guint index);
gboolean walk_has (GtkWidget *below, const char *type_name);
/* What it says: a label's text, a button's label; for findings. Borrowed for a moment. */
const char *walk_name (GtkWidget *widget);
gboolean walk_is_target (GtkWidget *widget);

/* --- bringing states about --- */
typedef gboolean (*WalkCondition) (Walk *self);
/* Runs the main loop until @holds; ends the program when that takes too long. */
void walk_await (Walk *self, const char *what, WalkCondition holds);
/* "win.page::held" */
void walk_act (Walk *self, const char *action);
void walk_press (Walk *self, GtkWidget *button);

/* The page Devices, and goods that wait for the scale: walk-devices.c */
void walk_devices (Walk *self);
void walk_weighing (Walk *self);

/* What the customer reads, in a window of its own: walk-customer.c */
void walk_customer (Walk *self);

/* --- what is looked at --- */
void walk_check_layout (Walk *self, GtkWidget *root);
void walk_check_picture (Walk *self, GtkWidget *root);
void walk_check_focus (Walk *self, GtkWidget *root);
