/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "view/devices-page.h"
#include "view/held-page.h"
#include "view/input-method.h"
#include "view/keys-page.h"
#include "view/needs-page.h"
#include "view/rail.h"
#include "view/receipts-page.h"
#include "view/safe-popover.h"
#include "view/sale-page.h"
#include "view/settings-page.h"
#include "view/shift-page.h"
#include "view/sign-in-page.h"
#include "view/status-bar.h"
#include "view/trouble-bar.h"
#include "view/welcome-page.h"
#include "view/window-keys.h"
#include "view/window.h"

G_BEGIN_DECLS

struct _MrWindow
{
  AdwApplicationWindow parent_instance;

  MrTill *till; /* (owned) (nullable) */
  MrWindowKeys *window_keys; /* (owned) (nullable) */
  MrInputMethod *input_method; /* (owned) (nullable) */
  MrSafePopover *safe; /* (owned by the status bar) (nullable): made when it is first asked for */
  char *page_before_keys; /* (owned) (nullable) */
  gboolean was_enrolled; /* when the window was made: no assistant is needed */
  gboolean narrow;
  guint narrow_source;
  guint ahead_source;
  GSettings *settings_store; /* (owned) (nullable) */
  MrStatusBar *status_bar;
  MrTroubleBar *trouble_bar;
  GtkStack *outer;
  MrRail *rail;
  GtkStack *pages;
  MrSalePage *sale;
};

/* What the window's actions need of it. */
MrSalePage *mr_window_get_sale_page (MrWindow *self);
MrTroubleBar *mr_window_get_trouble_bar (MrWindow *self);
/* What was done next makes a message of before stale; an error is the next message. */
void mr_window_report (MrWindow *self, gboolean ok, const GError *error);
/* Says an error in the shop's words. */
void mr_window_say_error (MrWindow *self, const GError *error);

/* Shows the page for who is signed in, if anybody is. */
void mr_window_follow_session (MrWindow *self);

/* window-pages.c: the pages of the window, each made when it is first asked for. */
MrDevicesPage *mr_window_get_devices_page (MrWindow *self);
MrShiftPage *mr_window_get_shift_page (MrWindow *self);
MrHeldPage *mr_window_get_held_page (MrWindow *self);
MrReceiptsPage *mr_window_get_receipts_page (MrWindow *self);
MrSignInPage *mr_window_get_sign_in_page (MrWindow *self);
MrWelcomePage *mr_window_get_welcome_page (MrWindow *self);
MrSafePopover *mr_window_get_safe_popover (MrWindow *self);
/* "shop", "sign-in" or "welcome" */
void mr_window_show_outer (MrWindow *self, const char *name);
/* Goes to the sale screen from wherever one is. */
void mr_window_show_sale (MrWindow *self);

/* window-route.c: which page a scan, a key, or what the keypad makes of keys is for. */
void mr_window_route_scan (const char *code, gpointer user_data);
gboolean mr_window_route_key (guint keyval, GdkModifierType state, gpointer user_data);
void mr_window_route_action (MrWindow *self, const char *name, const char *target);
void mr_window_show_message (MrWindow *self, int message);

/* window-actions.c, which installs those of window-sale-actions.c too */
void mr_window_install_actions (MrWindow *self);
void mr_window_install_sale_actions (MrWindow *self);
/* Enables what the person may do now. */
void mr_window_update_actions (MrWindow *self);

G_END_DECLS
