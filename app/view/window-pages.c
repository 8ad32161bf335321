/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/window-private.h"

#include "view/key-button.h"
#include "view/late-page.h"

/* The pages of the window. The sale page is there from the start, the others when they are asked for. */

/* @set_till is the page's own function. */
#define DEFINE_SET_UP(name, type, set_till)                           \
  static void set_up_##name (GtkWidget *page, gpointer owner)         \
  {                                                                   \
    MrWindow *self = owner;                                           \
    set_till (type (page), self->till);                               \
    mr_key_button_update_all (page, mr_till_get_keypad (self->till)); \
  }

DEFINE_SET_UP (held, MR_HELD_PAGE, mr_held_page_set_till)
DEFINE_SET_UP (receipts, MR_RECEIPTS_PAGE, mr_receipts_page_set_till)
DEFINE_SET_UP (shift, MR_SHIFT_PAGE, mr_shift_page_set_till)
DEFINE_SET_UP (needs, MR_NEEDS_PAGE, mr_needs_page_set_till)
DEFINE_SET_UP (settings, MR_SETTINGS_PAGE, mr_settings_page_set_till)
DEFINE_SET_UP (devices, MR_DEVICES_PAGE, mr_devices_page_set_till)
DEFINE_SET_UP (keys, MR_KEYS_PAGE, mr_keys_page_set_till)
DEFINE_SET_UP (sign_in, MR_SIGN_IN_PAGE, mr_sign_in_page_set_till)

static void
set_up_welcome (GtkWidget *page, gpointer owner)
{
  MrWindow *self = owner;
  mr_welcome_page_set_till (MR_WELCOME_PAGE (page), self->till);
  g_signal_connect_object (page, "finished", G_CALLBACK (mr_window_follow_session), self,
                           G_CONNECT_SWAPPED);
}

static const MrLatePage held_page = { "held", mr_held_page_get_type, set_up_held };
static const MrLatePage receipts_page = { "receipts", mr_receipts_page_get_type, set_up_receipts };
static const MrLatePage shift_page = { "shift", mr_shift_page_get_type, set_up_shift };
static const MrLatePage needs_page = { "needs", mr_needs_page_get_type, set_up_needs };
static const MrLatePage settings_page = { "settings", mr_settings_page_get_type, set_up_settings };
static const MrLatePage devices_page = { "devices", mr_devices_page_get_type, set_up_devices };
static const MrLatePage keys_page = { "keys", mr_keys_page_get_type, set_up_keys };
static const MrLatePage sign_in_page = { "sign-in", mr_sign_in_page_get_type, set_up_sign_in };
static const MrLatePage welcome_page = { "welcome", mr_welcome_page_get_type, set_up_welcome };

MrHeldPage *
mr_window_get_held_page (MrWindow *self)
{
  return MR_HELD_PAGE (mr_late_page_get (self->pages, &held_page, self));
}

MrReceiptsPage *
mr_window_get_receipts_page (MrWindow *self)
{
  return MR_RECEIPTS_PAGE (mr_late_page_get (self->pages, &receipts_page, self));
}

MrDevicesPage *
mr_window_get_devices_page (MrWindow *self)
{
  return MR_DEVICES_PAGE (mr_late_page_get (self->pages, &devices_page, self));
}

MrShiftPage *
mr_window_get_shift_page (MrWindow *self)
{
  return MR_SHIFT_PAGE (mr_late_page_get (self->pages, &shift_page, self));
}

MrSignInPage *
mr_window_get_sign_in_page (MrWindow *self)
{
  return MR_SIGN_IN_PAGE (mr_late_page_get (self->outer, &sign_in_page, self));
}

MrWelcomePage *
mr_window_get_welcome_page (MrWindow *self)
{
  return MR_WELCOME_PAGE (mr_late_page_get (self->outer, &welcome_page, self));
}

MrSafePopover *
mr_window_get_safe_popover (MrWindow *self)
{
  if (self->safe != NULL)
    return self->safe;
  self->safe = g_object_new (MR_TYPE_SAFE_POPOVER, NULL);
  gtk_widget_set_parent (GTK_WIDGET (self->safe), mr_status_bar_get_link_button (self->status_bar));
  mr_safe_popover_set_till (self->safe, self->till);
  return self->safe;
}

void
mr_window_show_outer (MrWindow *self, const char *name)
{
  if (g_str_equal (name, "sign-in"))
    mr_window_get_sign_in_page (self);
  else if (g_str_equal (name, "welcome"))
    mr_window_get_welcome_page (self);
  gtk_stack_set_visible_child_name (self->outer, name);
}

void
mr_window_show_sale (MrWindow *self)
{
  if (!g_str_equal (mr_window_get_page (self), "sale"))
    mr_window_show_page (self, "sale");
}

const char *
mr_window_get_page (MrWindow *self)
{
  const char *outer = gtk_stack_get_visible_child_name (self->outer);
  return g_str_equal (outer, "shop") ? gtk_stack_get_visible_child_name (self->pages) : outer;
}

const char *
mr_window_get_page_before_keys (MrWindow *self)
{
  return self->page_before_keys != NULL ? self->page_before_keys : "sale";
}

/* The page is there, and says what holds now. */
static void
prepare_page (MrWindow *self, const char *name)
{
  if (g_str_equal (name, "held"))
    mr_held_page_refresh (mr_window_get_held_page (self));
  else if (g_str_equal (name, "receipts"))
    mr_receipts_page_refresh (mr_window_get_receipts_page (self));
  else if (g_str_equal (name, "shift"))
    mr_window_get_shift_page (self);
  else if (g_str_equal (name, "needs"))
    mr_late_page_get (self->pages, &needs_page, self);
  else if (g_str_equal (name, "settings"))
    mr_late_page_get (self->pages, &settings_page, self);
  else if (g_str_equal (name, "devices"))
    mr_window_get_devices_page (self);
  else if (g_str_equal (name, "keys"))
    mr_late_page_get (self->pages, &keys_page, self);
}

void
mr_window_show_page (MrWindow *self, const char *name)
{
  const char *before = gtk_stack_get_visible_child_name (self->pages);
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "page");
  if (g_str_equal (name, "keys") && !g_str_equal (before, "keys"))
    {
      g_free (self->page_before_keys);
      self->page_before_keys = g_strdup (before);
    }
  prepare_page (self, name);
  if (self->safe != NULL)
    gtk_popover_popdown (GTK_POPOVER (self->safe));
  mr_keypad_clear (mr_till_get_keypad (self->till));
  gtk_window_set_focus (GTK_WINDOW (self), NULL);
  gtk_stack_set_visible_child_name (self->pages, name);
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_string (name));
  mr_window_update_actions (self);
}
