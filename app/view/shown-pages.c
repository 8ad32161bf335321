/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/shown-pages.h"

static void
tell (GtkStack *stack)
{
  GtkWidget *shown = gtk_stack_get_visible_child (stack);
  for (GtkWidget *page = gtk_widget_get_first_child (GTK_WIDGET (stack)); page != NULL;
       page = gtk_widget_get_next_sibling (page))
    gtk_accessible_update_state (GTK_ACCESSIBLE (page), GTK_ACCESSIBLE_STATE_HIDDEN, page != shown,
                                 -1);
}

void
mr_shown_pages_watch (GtkWidget *root)
{
  if (GTK_IS_STACK (root))
    {
      g_signal_connect (root, "notify::visible-child", G_CALLBACK (tell), NULL);
      tell (GTK_STACK (root));
    }
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    mr_shown_pages_watch (child);
}

void
mr_shown_pages_join (GtkStack *stack, GtkWidget *page)
{
  tell (stack);
  mr_shown_pages_watch (page);
}
