/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/display-desk.h"

#include "device/pole-display.h"
#include "device/pole-text.h"
#include "model/quantity.h"
#include "till/parts.h"

#define GETTEXT_PACKAGE MR_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>

#define TEST_SECONDS 5

struct _MrDisplayDesk
{
  GObject parent_instance;

  MrGround *ground; /* (owned) */
  MrCheckout *checkout; /* (owned) */
  MrPoleDisplay *pole; /* (owned) (nullable) */
  MrPoleText *text; /* (owned) (nullable): with the pole */
  guint test_source;
  gboolean window_is_shown;
  gboolean is_closed;
};

G_DEFINE_FINAL_TYPE (MrDisplayDesk, mr_display_desk, G_TYPE_OBJECT)

enum
{
  SCENE_CHANGED,
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const char *const scene_names[] = { "idle", "sale", "paying", "paid" };

static void
tell (MrDisplayDesk *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
  mr_ground_touch (self->ground);
}

/* --- what a pole shows --- */

/* In the shop's language, or as it stands here where the display has not the letters. */
static const char *
choose_word (MrDisplayDesk *self, const char *word)
{
  const char *translated = g_dgettext (MR_GETTEXT_DOMAIN, word);

  return mr_pole_text_can_show (self->text, translated) ? translated : word;
}

static char *
format_money (MrDisplayDesk *self, gint64 amount_minor)
{
  return mr_money_format (amount_minor, mr_checkout_get_digits (self->checkout));
}

static void
show_rows (MrDisplayDesk *self, const MrPoleRow *upper, const MrPoleRow *lower)
{
  const MrPoleRow rows[MR_POLE_ROWS] = { *upper, *lower };
  g_autoptr (GBytes) frame = mr_pole_text_new_frame (self->text, rows);

  mr_pole_display_show (self->pole, frame);
}

static void
show_idle (MrDisplayDesk *self)
{
  g_autofree char *name = mr_ground_dup_shop_name (self->ground);
  gboolean can_show = mr_pole_text_can_show (self->text, name);

  show_rows (self, &(MrPoleRow){ can_show ? name : choose_word (self, N_ ("Welcome")), "" },
             &(MrPoleRow){ "", "" });
}

/* The good that came last, or what it was worked out of where its name cannot be shown. */
static char *
dup_line_text (MrDisplayDesk *self, MrBasketLine *line)
{
  gint64 quantity_milli = mr_basket_line_get_quantity_milli (line);
  g_autofree char *quantity = mr_quantity_format (quantity_milli);
  g_autofree char *price = format_money (self, mr_basket_line_get_unit_price_minor (line));
  const char *name = mr_basket_line_get_name (line);

  if (!mr_pole_text_can_show (self->text, name))
    return g_strdup_printf ("%s x %s", quantity, price);
  if (quantity_milli == MR_QUANTITY_ONE_MILLI)
    return g_strdup (name);
  return g_strdup_printf ("%s x %s", quantity, name);
}

static void
show_sale (MrDisplayDesk *self)
{
  guint newest = mr_checkout_get_newest (self->checkout);
  g_autoptr (MrBasketLine) line = g_list_model_get_item (G_LIST_MODEL (self->checkout), newest);
  const MrTotals *totals = mr_checkout_get_totals (self->checkout);
  g_autofree char *total = format_money (self, totals->total_minor);
  g_autofree char *left = line != NULL ? dup_line_text (self, line) : g_strdup ("");
  g_autofree char *right =
      line != NULL ? format_money (self, mr_basket_line_get_amount_minor (line)) : g_strdup ("");

  show_rows (self, &(MrPoleRow){ left, right },
             &(MrPoleRow){ choose_word (self, N_ ("Total")), total });
}

static void
show_sums (MrDisplayDesk *self, gint64 total_minor, const char *word, gint64 other_minor)
{
  g_autofree char *total = format_money (self, total_minor);
  g_autofree char *other = format_money (self, other_minor);

  show_rows (self, &(MrPoleRow){ choose_word (self, N_ ("Total")), total },
             &(MrPoleRow){ choose_word (self, word), other });
}

static void
show_paid (MrDisplayDesk *self)
{
  const MrPaymentResult *payment = mr_checkout_get_last_payment (self->checkout);
  g_autofree char *total = NULL;

  if (payment == NULL)
    return;
  if (payment->total_minor < 0)
    show_sums (self, payment->total_minor, N_ ("Paid out"),
               payment->cash_out_minor > 0 ? payment->cash_out_minor : -payment->total_minor);
  else if (payment->change_minor > 0)
    show_sums (self, payment->total_minor, N_ ("Change"), payment->change_minor);
  else
    {
      total = format_money (self, payment->total_minor);
      show_rows (self, &(MrPoleRow){ choose_word (self, N_ ("Total")), total },
                 &(MrPoleRow){ choose_word (self, N_ ("Thank you")), "" });
    }
}

static void
show_on_pole (MrDisplayDesk *self)
{
  const MrTotals *totals = mr_checkout_get_totals (self->checkout);

  if (self->pole == NULL)
    return;
  g_clear_handle_id (&self->test_source, g_source_remove);
  switch (mr_display_desk_get_scene (self))
    {
    case MR_DISPLAY_SALE:
      show_sale (self);
      break;
    case MR_DISPLAY_PAYING:
      show_sums (self, totals->total_minor, N_ ("To pay"), totals->due_minor);
      break;
    case MR_DISPLAY_PAID:
      show_paid (self);
      break;
    case MR_DISPLAY_IDLE:
    default:
      show_idle (self);
    }
}

static void
on_checkout_changed (MrDisplayDesk *self)
{
  show_on_pole (self);
  g_signal_emit (self, signals[SCENE_CHANGED], 0);
}

/* --- which display there is --- */

static void
close_pole (MrDisplayDesk *self)
{
  g_clear_handle_id (&self->test_source, g_source_remove);
  if (self->pole != NULL)
    g_signal_handlers_disconnect_by_data (self->pole, self);
  g_clear_object (&self->pole);
  g_clear_pointer (&self->text, mr_pole_text_free);
}

static void
open_pole (MrDisplayDesk *self)
{
  const char *location = mr_settings_get (self->ground->settings, MR_SETTING_DISPLAY);
  const char *kind = mr_settings_get (self->ground->settings, MR_SETTING_DISPLAY_TEXT);
  g_autoptr (GError) error = NULL;

  if (*location == '\0' || g_str_equal (location, MR_DISPLAY_WINDOW) || self->is_closed)
    return;
  self->text = mr_pole_text_new (kind, &error);
  self->pole = self->text != NULL ? mr_pole_display_new (location, NULL, &error) : NULL;
  if (self->pole == NULL)
    {
      g_warning ("the display cannot be used: %s", error->message);
      close_pole (self);
      return;
    }
  g_signal_connect_object (self->pole, "changed", G_CALLBACK (tell), self, G_CONNECT_SWAPPED);
  show_on_pole (self);
}

static void
on_setting_changed (MrDisplayDesk *self)
{
  close_pole (self);
  open_pole (self);
  tell (self);
}

static void
mr_display_desk_dispose (GObject *object)
{
  MrDisplayDesk *self = MR_DISPLAY_DESK (object);

  close_pole (self);
  g_clear_object (&self->checkout);
  g_clear_pointer (&self->ground, mr_ground_unref);
  G_OBJECT_CLASS (mr_display_desk_parent_class)->dispose (object);
}

static void
mr_display_desk_class_init (MrDisplayDeskClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mr_display_desk_dispose;
  signals[SCENE_CHANGED] = g_signal_new ("scene-changed", MR_TYPE_DISPLAY_DESK, G_SIGNAL_RUN_LAST,
                                         0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CHANGED] = g_signal_new ("changed", MR_TYPE_DISPLAY_DESK, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
mr_display_desk_init (MrDisplayDesk *self)
{
}

MrDisplayDesk *
mr_display_desk_new (MrGround *ground, MrCheckout *checkout)
{
  static const char *const names[] = { "changed::" MR_SETTING_DISPLAY,
                                       "changed::" MR_SETTING_DISPLAY_TEXT,
                                       "changed::" MR_SETTING_LANGUAGE };
  MrDisplayDesk *self = g_object_new (MR_TYPE_DISPLAY_DESK, NULL);

  self->ground = mr_ground_ref (ground);
  self->checkout = g_object_ref (checkout);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_signal_connect_object (ground->settings, names[i], G_CALLBACK (on_setting_changed), self,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (checkout, "changed", G_CALLBACK (on_checkout_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (checkout, "line-changed", G_CALLBACK (on_checkout_changed), self,
                           G_CONNECT_SWAPPED);
  open_pole (self);
  return self;
}

void
mr_display_desk_refresh (MrDisplayDesk *self)
{
  on_checkout_changed (self);
}

void
mr_display_desk_close (MrDisplayDesk *self)
{
  self->is_closed = TRUE;
  close_pole (self);
}

MrDisplayScene
mr_display_desk_get_scene (MrDisplayDesk *self)
{
  switch (mr_checkout_get_state (self->checkout))
    {
    case MR_CHECKOUT_PAYING:
    case MR_CHECKOUT_SAVING:
      return MR_DISPLAY_PAYING;
    case MR_CHECKOUT_CHANGE:
      return MR_DISPLAY_PAID;
    case MR_CHECKOUT_SELLING:
    default:
      return mr_checkout_is_empty (self->checkout) ? MR_DISPLAY_IDLE : MR_DISPLAY_SALE;
    }
}

gboolean
mr_display_desk_wants_window (MrDisplayDesk *self)
{
  return !self->is_closed &&
         g_str_equal (mr_settings_get (self->ground->settings, MR_SETTING_DISPLAY),
                      MR_DISPLAY_WINDOW);
}

void
mr_display_desk_note_window (MrDisplayDesk *self, gboolean is_shown)
{
  if (self->window_is_shown == is_shown)
    return;
  self->window_is_shown = is_shown;
  tell (self);
}

MrDeskState
mr_display_desk_get_state (MrDisplayDesk *self)
{
  if (mr_display_desk_wants_window (self))
    return self->window_is_shown ? MR_DESK_READY : MR_DESK_TROUBLE;
  return mr_desk_state_of (self->pole,
                           mr_settings_get (self->ground->settings, MR_SETTING_DISPLAY));
}

const char *
mr_display_desk_get_reason (MrDisplayDesk *self)
{
  if (mr_display_desk_wants_window (self))
    return self->window_is_shown ? "" : "no-screen";
  return mr_desk_reason_of (self->pole,
                            mr_settings_get (self->ground->settings, MR_SETTING_DISPLAY));
}

static gboolean
on_test_over (gpointer user_data)
{
  MrDisplayDesk *self = user_data;

  self->test_source = 0;
  show_on_pole (self);
  return G_SOURCE_REMOVE;
}

void
mr_display_desk_test (MrDisplayDesk *self)
{
  if (self->pole == NULL)
    return;
  g_clear_handle_id (&self->test_source, g_source_remove);
  show_rows (self, &(MrPoleRow){ choose_word (self, N_ ("Test")), "0123456789" },
             &(MrPoleRow){ choose_word (self, N_ ("Total")), "888888.88" });
  self->test_source = g_timeout_add_seconds (TEST_SECONDS, on_test_over, self);
}

void
mr_display_desk_retry (MrDisplayDesk *self)
{
  if (self->pole != NULL)
    mr_pole_display_retry (self->pole);
}

const char *
mr_display_scene_to_string (MrDisplayScene scene)
{
  g_return_val_if_fail (scene < G_N_ELEMENTS (scene_names), "idle");
  return scene_names[scene];
}
