/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/late-page.h"

#include "view/shown-pages.h"

GtkWidget *
mr_late_page_peek (GtkStack *stack, const MrLatePage *self)
{
  return gtk_stack_get_child_by_name (stack, self->name);
}

GtkWidget *
mr_late_page_get (GtkStack *stack, const MrLatePage *self, gpointer owner)
{
  GtkWidget *page = mr_late_page_peek (stack, self);
  if (page != NULL)
    return page;
  page = g_object_new (self->get_type (), NULL);
  self->set_up (page, owner);
  gtk_stack_add_named (stack, page, self->name);
  mr_shown_pages_join (stack, page);
  return page;
}
