/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrLatePage:
 *
 * A page of a stack that is made when it is first asked for, or ahead of that while nothing else is to be
 * done: a till is ready to scan long before it needs its settings. Only the page a stack shows first is in
 * its template.
 */
typedef struct
{
  const char *name; /* of the stack's child */
  GType (*get_type) (void);
  /* What a page needs before it is shown: its till, its signals. @owner is who holds the stack. */
  void (*set_up) (GtkWidget *page, gpointer owner);
} MrLatePage;

/* (transfer none): the page, made now if it was not yet. */
GtkWidget *mr_late_page_get (GtkStack *stack, const MrLatePage *self, gpointer owner);
/* (transfer none) (nullable): the page if it was made. */
GtkWidget *mr_late_page_peek (GtkStack *stack, const MrLatePage *self);

G_END_DECLS
