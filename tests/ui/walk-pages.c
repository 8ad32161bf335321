/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "walk.h"

#include "system-world.h"
#include "view/application.h"
#include "view/language.h"

#include <stdio.h>
#include <string.h>

/*
 * walk-pages --till DIR --center URL --enrol CODE --pictures DIR --variant NAME --phase simple|staffed
 *
 * Language and theme come from the environment. Prints what is wrong, a line each, and ends with 1 if
 * anything is. Where it needs the center gone it prints "offline" and waits until it is.
 */

#define PATIENCE_S 60
#define MOST_TURNS 1000
#define COLA "6901300700376"
#define WATER "6955260200742"
#define TEA "6998427800744"
#define UNKNOWN "6999999999993"

static const struct
{
  const char *name;
  int width;
  int height;
} sizes[] = { { "1280x800", 1280, 800 }, { "1024x600", 1024, 600 } };

static char *till_folder = NULL;
static char *center_url = NULL;
static char *enrol_code = NULL;
static char *pictures = NULL;
static char *variant = NULL;
static char *phase = NULL;

static const GOptionEntry options[] = {
  { "till", 0, 0, G_OPTION_ARG_FILENAME, &till_folder, "The till's folder", "DIR" },
  { "center", 0, 0, G_OPTION_ARG_STRING, &center_url, "Where the center is", "URL" },
  { "enrol", 0, 0, G_OPTION_ARG_STRING, &enrol_code, "Enrolment code", "CODE" },
  { "pictures", 0, 0, G_OPTION_ARG_FILENAME, &pictures, "Folder for pictures", "DIR" },
  { "variant", 0, 0, G_OPTION_ARG_STRING, &variant, "Theme and language, as the pictures are filed",
    "NAME" },
  { "phase", 0, 0, G_OPTION_ARG_STRING, &phase, "A shop of one person, or one with staff",
    "simple|staffed" },
  G_OPTION_ENTRY_NULL,
};

/* --- the walk --- */

void
walk_find (Walk *self, const char *format, ...)
{
  va_list arguments;
  g_autofree char *text = NULL;
  char *line;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  line = g_strdup_printf ("%s-%s/%s: %s", self->size, self->variant, self->state, text);
  if (!g_hash_table_contains (self->findings, line))
    printf ("%s\n", line);
  fflush (stdout);
  g_hash_table_add (self->findings, line);
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  guint *n_left = user_data;
  if (*n_left > 0)
    (*n_left)--;
  return *n_left > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

void
walk_settle (Walk *self)
{
  guint n_left = 4;
  gtk_widget_add_tick_callback (GTK_WIDGET (self->window), on_tick, &n_left, NULL);
  while (n_left > 0)
    g_main_context_iteration (NULL, TRUE);
  /* What never comes to rest is not waited for. */
  for (guint i = 0; i < MOST_TURNS && g_main_context_iteration (NULL, FALSE); i++)
    ;
}

void
walk_await (Walk *self, const char *what, WalkCondition holds)
{
  gint64 end_us = g_get_monotonic_time () + PATIENCE_S * G_USEC_PER_SEC;
  while (!holds (self))
    {
      if (g_get_monotonic_time () > end_us)
        g_error ("did not come: %s", what);
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
}

static gboolean
has_size (Walk *self)
{
  return gtk_widget_get_width (GTK_WIDGET (self->window)) == self->width &&
         gtk_widget_get_height (GTK_WIDGET (self->window)) == self->height;
}

static void
take_size (Walk *self, guint index)
{
  GtkWidget *window = GTK_WIDGET (self->window);
  self->size = sizes[index].name;
  self->width = sizes[index].width;
  self->height = sizes[index].height;
  if (has_size (self))
    return;
  /* A smaller window first asks for what it needed when it was large; then it is asked again. */
  for (guint i = 0; i < 8 && !has_size (self); i++)
    {
      gtk_window_set_default_size (self->window, self->width, self->height - (int) (i % 2));
      walk_settle (self);
    }
  if (!has_size (self))
    walk_find (self, "the window does not fit: it needs %d x %d", gtk_widget_get_width (window),
               gtk_widget_get_height (window));
}

static void
look_here (Walk *self)
{
  walk_settle (self);
  walk_check_layout (self, GTK_WIDGET (self->window));
  walk_check_picture (self, GTK_WIDGET (self->window));
}

typedef struct
{
  GtkAdjustment *adjustment; /* (unowned) (nullable): of what scrolls furthest */
  double length;
} Furthest;

static gboolean
find_furthest (GtkWidget *widget, gpointer user_data)
{
  Furthest *furthest = user_data;
  GtkAdjustment *adjustment;
  double length;
  if (!GTK_IS_SCROLLED_WINDOW (widget))
    return TRUE;
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (widget));
  length = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
  if (length > furthest->length)
    {
      furthest->length = length;
      furthest->adjustment = adjustment;
    }
  return TRUE;
}

/* What is below the edge is looked at as well. */
static void
look_at_the_end (Walk *self)
{
  Furthest furthest = { NULL, 1 };
  g_autofree char *state = g_strconcat (self->state, "-end", NULL);
  const char *before = self->state;

  walk_each (GTK_WIDGET (self->window), find_furthest, &furthest);
  if (furthest.adjustment == NULL)
    return;
  double value = gtk_adjustment_get_value (furthest.adjustment);
  gtk_adjustment_set_value (furthest.adjustment, value > 1 ? 0 : furthest.length);
  self->state = state;
  look_here (self);
  gtk_adjustment_set_value (furthest.adjustment, value);
  self->state = before;
}

void
walk_look (Walk *self, const char *state)
{
  self->state = state;
  self->n_states++;
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      take_size (self, i);
      look_here (self);
      look_at_the_end (self);
    }
  take_size (self, 0);
  walk_settle (self);
  if (gtk_widget_get_can_focus (GTK_WIDGET (self->window)))
    walk_check_focus (self, GTK_WIDGET (self->window));
}

/* --- widgets --- */

void
walk_each (GtkWidget *root, WalkVisit visit, gpointer user_data)
{
  if (!gtk_widget_get_mapped (root) || !visit (root, user_data))
    return;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (!GTK_IS_NATIVE (child))
      walk_each (child, visit, user_data);
}

typedef struct
{
  const char *type_name;
  guint index;
  GtkWidget *found;
} Wanted;

static gboolean
compare_type (GtkWidget *widget, gpointer user_data)
{
  Wanted *wanted = user_data;
  if (wanted->found == NULL && g_str_equal (G_OBJECT_TYPE_NAME (widget), wanted->type_name) &&
      wanted->index-- == 0)
    wanted->found = widget;
  return wanted->found == NULL;
}

gboolean
walk_has (GtkWidget *below, const char *type_name)
{
  Wanted wanted = { type_name, 0, NULL };
  walk_each (below, compare_type, &wanted);
  return wanted.found != NULL;
}

GtkWidget *
walk_get (Walk *self, GtkWidget *below, const char *type_name, guint index)
{
  Wanted wanted = { type_name, index, NULL };
  walk_each (below != NULL ? below : GTK_WIDGET (self->window), compare_type, &wanted);
  if (wanted.found == NULL)
    g_error ("%s: no %s here (%u)", self->state, type_name, index);
  return wanted.found;
}

static gboolean
take_text (GtkWidget *widget, gpointer user_data)
{
  const char **text = user_data;
  if (GTK_IS_LABEL (widget) && *text == NULL && gtk_label_get_text (GTK_LABEL (widget))[0] != '\0')
    *text = gtk_label_get_text (GTK_LABEL (widget));
  return *text == NULL;
}

const char *
walk_name (GtkWidget *widget)
{
  const char *text = NULL;
  if (GTK_IS_IMAGE (widget))
    return gtk_image_get_icon_name (GTK_IMAGE (widget)) != NULL
               ? gtk_image_get_icon_name (GTK_IMAGE (widget))
               : "";
  walk_each (widget, take_text, &text);
  return text != NULL ? text : gtk_widget_get_name (widget);
}

/* --- bringing states about --- */

void
walk_act (Walk *self, const char *action)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;
  g_autoptr (GError) error = NULL;
  gboolean parsed = g_action_parse_detailed_name (action, &name, &target, &error);
  g_assert_no_error (error);
  g_assert_true (parsed);
  gtk_widget_activate_action_variant (GTK_WIDGET (self->window), name, target);
  walk_settle (self);
}

void
walk_press (Walk *self, GtkWidget *widget)
{
  g_signal_emit_by_name (widget, "clicked");
  walk_settle (self);
}

static void
scan (Walk *self, const char *code)
{
  mr_checkout_scan (mr_till_get_checkout (self->till), code);
}

static void
type_keys (Walk *self, const char *digits)
{
  for (const char *at = digits; *at != '\0'; at++)
    {
      MrKey key = *at == '.'    ? MR_KEY_POINT
                  : *at == '\n' ? MR_KEY_ENTER
                  : *at == '*'  ? MR_KEY_TIMES
                                : MR_KEY_CHARACTER;
      mr_keypad_press (mr_till_get_keypad (self->till), key,
                       key == MR_KEY_CHARACTER ? (gunichar) *at : 0);
    }
  walk_settle (self);
}

static gboolean
is_stocked (Walk *self)
{
  MrTillStatus status;
  mr_till_get_status (self->till, &status);
  return status.catalog_v > 0 && status.idle && status.link == MR_LINK_ONLINE;
}

static gboolean
is_offline (Walk *self)
{
  MrTillStatus status;
  mr_till_get_status (self->till, &status);
  return status.link == MR_LINK_OFFLINE;
}

static gboolean
has_paper_trouble (Walk *self)
{
  MrTillStatus status;
  mr_till_get_status (self->till, &status);
  return status.paper == MR_PAPER_TROUBLE;
}

static gboolean
is_paid (Walk *self)
{
  return mr_checkout_get_state (mr_till_get_checkout (self->till)) == MR_CHECKOUT_CHANGE;
}

static gboolean
has_shift (Walk *self)
{
  return mr_shift_desk_get_shift (mr_till_get_shift_desk (self->till)) != NULL;
}

static gboolean
has_no_shift (Walk *self)
{
  return !has_shift (self);
}

static gboolean
holds_nothing (Walk *self)
{
  return mr_checkout_is_empty (mr_till_get_checkout (self->till));
}

static gboolean
has_window (Walk *self)
{
  return gtk_widget_get_mapped (GTK_WIDGET (self->window));
}

/* --- the states --- */

static void
enrol (Walk *self)
{
  mr_till_enrol_async (self->till, center_url, enrol_code, "1", NULL, NULL);
  walk_await (self, "the region's goods", is_stocked);
}

static void
walk_welcome (Walk *self)
{
  static const char *const names[] = { "welcome-language", "welcome-center", "welcome-scanner",
                                       "welcome-printer" };
  GtkWidget *page = walk_get (self, NULL, "MrWelcomePage", 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      walk_look (self, names[i]);
      if (i + 1 < G_N_ELEMENTS (names))
        walk_press (self, gtk_widget_get_last_child (gtk_widget_get_last_child (page)));
    }
  walk_press (self, gtk_widget_get_last_child (gtk_widget_get_last_child (page)));
  walk_look (self, "sale-not-joined");
}

static void
walk_selling (Walk *self)
{
  MrCheckout *checkout = mr_till_get_checkout (self->till);
  walk_look (self, "sale-empty");
  scan (self, COLA);
  scan (self, WATER);
  scan (self, TEA);
  mr_checkout_add_amount (
      checkout, 0,
      "新疆和田骏枣特级大果免洗即食孕妇零食袋装原产地直发当季新货一级品质坚持每一颗精选", 123456);
  walk_look (self, "sale-lines");
  g_assert_true (mr_checkout_set_line_discount (checkout, 0, 1000, NULL));
  g_assert_true (mr_checkout_set_sale_discount (checkout, 250, NULL));
  walk_press (self, walk_get (self, walk_get (self, NULL, "MrBasketRow", 0), "GtkButton", 0));
  walk_look (self, "sale-line-open");
  walk_press (self, walk_get (self, walk_get (self, NULL, "MrBasketRow", 0), "GtkButton", 0));
  type_keys (self, "6*");
  walk_look (self, "sale-entry");
  walk_act (self, "win.back");
  walk_weighing (self);
  scan (self, UNKNOWN);
  walk_look (self, "sale-question");
  for (guint i = 0; i < 30; i++)
    mr_checkout_add_amount (checkout, 0, "散装 大米", 100 + i);
  walk_look (self, "sale-long");
  walk_act (self, "win.remove-line");
  walk_look (self, "sale-removed");
}

static void
walk_asking (Walk *self)
{
  walk_act (self, "win.search");
  walk_look (self, "search-empty");
  gtk_editable_set_text (GTK_EDITABLE (walk_get (self, NULL, "GtkSearchEntry", 0)), "kl");
  walk_look (self, "search-found");
  gtk_editable_set_text (GTK_EDITABLE (walk_get (self, NULL, "GtkSearchEntry", 0)), "qqqqq");
  walk_look (self, "search-nothing");
  walk_act (self, "win.back");
  walk_act (self, "win.price-check");
  walk_look (self, "price-check");
  walk_act (self, "win.back");
  walk_act (self, "win.quantity");
  walk_look (self, "ask-quantity");
  walk_act (self, "win.back");
  walk_act (self, "win.line-price");
  walk_look (self, "ask-price");
  walk_act (self, "win.back");
  walk_act (self, "win.discount");
  walk_look (self, "ask-discount");
  walk_act (self, "win.back");
}

static void
walk_paying (Walk *self)
{
  walk_act (self, "win.pay");
  walk_look (self, "pay");
  type_keys (self, "99999\n");
  walk_look (self, "pay-doubt");
  mr_keypad_clear (mr_till_get_keypad (self->till));
  mr_checkout_pay_async (mr_till_get_checkout (self->till), MR_TENDER_WECHAT, 5000, NULL, NULL);
  walk_look (self, "pay-part");
  mr_checkout_pay_async (mr_till_get_checkout (self->till), MR_TENDER_CASH, 1000000, NULL, NULL);
  walk_await (self, "the sale", is_paid);
  walk_look (self, "change");
  walk_act (self, "win.next-sale");
  scan (self, COLA);
  scan (self, COLA);
  walk_act (self, "win.tender::wechat");
  walk_await (self, "the sale", is_paid);
  walk_look (self, "change-none");
  walk_act (self, "win.next-sale");
}

static gboolean
has_line (Walk *self)
{
  return !mr_checkout_is_empty (mr_till_get_checkout (self->till));
}

/* From the receipt that is shown: one of two pieces comes back and is paid out. */
static void
walk_return (Walk *self)
{
  walk_act (self, "win.return-goods");
  walk_press (self, walk_get (self, walk_get (self, NULL, "MrReturnView", 0), "GtkButton", 0));
  walk_look (self, "return-quantity");
  g_signal_emit_by_name (walk_get (self, NULL, "MrAmountView", 0), "entered",
                         (gint64) MR_QUANTITY_ONE_MILLI);
  walk_await (self, "the line given back", has_line);
  walk_look (self, "return-line");
  walk_act (self, "win.pay");
  walk_look (self, "pay-out");
  walk_act (self, "win.exact-cash");
  walk_await (self, "the refund", is_paid);
  walk_look (self, "change-out");
  walk_act (self, "win.next-sale");
  walk_act (self, "win.page::receipts");
  walk_look (self, "receipts-returned");
}

static void
walk_pages (Walk *self)
{
  walk_act (self, "win.page::held");
  walk_look (self, "held-empty");
  walk_act (self, "win.page::sale");
  scan (self, COLA);
  scan (self, TEA);
  walk_act (self, "win.hold");
  walk_await (self, "the basket held", holds_nothing);
  walk_act (self, "win.page::held");
  walk_look (self, "held");
  walk_act (self, "win.page::receipts");
  walk_look (self, "receipts");
  walk_press (self, walk_get (self, walk_get (self, NULL, "MrListRow", 0), "GtkButton", 0));
  walk_look (self, "receipt");
  walk_return (self);
  walk_act (self, "win.page::settings");
  walk_look (self, "settings");
  walk_devices (self);
  walk_act (self, "win.keys");
  walk_look (self, "keys");
  mr_settings_set_async (mr_till_get_settings (self->till), MR_SETTING_KEY_SET, "chinese", NULL,
                         NULL);
  walk_look (self, "keys-chinese");
  mr_settings_set_async (mr_till_get_settings (self->till), MR_SETTING_KEY_SET, "international",
                         NULL, NULL);
  walk_act (self, "win.page::sale");
  walk_act (self, "win.safe");
  walk_look (self, "safe");
}

/* One of each kind, and those only the center can have: there is no other way to bring all about at once. */
static void
collect_all (GPtrArray *needs, gpointer user)
{
  static const char *const causes[] = { "unreadable", "currency", "sums", "revoked",
                                        "of a later version" };
  const gint64 now_us = *(const gint64 *) user;
  for (int kind = 0; kind < MR_N_NEEDS; kind++)
    for (gsize i = 0; i < (kind == MR_NEED_REFUSED ? G_N_ELEMENTS (causes) : 1); i++)
      {
        const MrNeedFacts facts = {
          .kind = (MrNeedKind) kind,
          .cause = kind == MR_NEED_REFUSED ? causes[i] : "elsewhere",
          .entry_kind = "sale",
          .label = i == 0   ? ""
                   : i == 1 ? "?9c1f-000001"
                            : "12AB-000123",
          .till_number = i > 0 ? 12 : 0,
          .amount_minor = i == 3 ? G_GINT64_CONSTANT (123456789012) : 350,
          .at_us = now_us - (gint64) i * 26 * 3600 * G_USEC_PER_SEC,
          .count = 1234,
        };
        g_ptr_array_add (needs, mr_need_new (&facts));
      }
}

static void
walk_needs (Walk *self)
{
  MrNeeds *needs = mr_till_get_needs (self->till);
  gint64 now_us = mr_world_now_us (mr_till_get_world (self->till));
  walk_act (self, "win.page::needs");
  walk_look (self, "needs-empty");
  mr_needs_add_source (needs, collect_all, &now_us);
  mr_needs_refresh (needs);
  walk_look (self, "needs");
  walk_act (self, "win.safe");
  walk_look (self, "safe-needs");
  mr_needs_drop_source (needs, collect_all, &now_us);
  mr_needs_refresh (needs);
}

static void
walk_shift (Walk *self)
{
  walk_act (self, "win.page::shift");
  walk_look (self, "shift");
  walk_act (self, "win.cash-out");
  walk_look (self, "shift-cash-out");
  g_signal_emit_by_name (walk_get (self, NULL, "MrAmountView", 0), "entered",
                         G_GINT64_CONSTANT (1250));
  walk_look (self, "shift-cash-reason");
  walk_press (self, walk_get (self, walk_get (self, NULL, "MrReasonView", 0), "GtkButton", 0));
  walk_act (self, "win.x-report");
  walk_look (self, "shift-x");
  walk_act (self, "win.page::shift");
  walk_act (self, "win.close-shift");
  walk_look (self, "shift-count");
  walk_press (self, gtk_widget_get_next_sibling (walk_get (self, NULL, "MrAmountView", 0)));
  for (guint i = 0; i < 5; i++)
    walk_press (self, walk_get (self, walk_get (self, NULL, "MrNumberPad", 0), "GtkButton", 0));
  walk_look (self, "shift-coins");
  walk_press (self, gtk_widget_get_last_child (
                        gtk_widget_get_last_child (walk_get (self, NULL, "MrCoinView", 0))));
  walk_look (self, "shift-counted");
  mr_shift_desk_close_async (mr_till_get_shift_desk (self->till), 12345, TRUE, NULL, NULL);
  walk_await (self, "the close", has_no_shift);
  walk_act (self, "win.page::sale");
  walk_act (self, "win.page::shift");
  walk_look (self, "shift-closed");
}

static void
walk_trouble (Walk *self)
{
  mr_settings_set_async (mr_till_get_settings (self->till), MR_SETTING_PRINTER, "tcp:127.0.0.1:9",
                         NULL, NULL);
  walk_act (self, "win.page::sale");
  scan (self, COLA);
  walk_act (self, "win.exact-cash");
  walk_await (self, "the sale", is_paid);
  walk_await (self, "the printer's trouble", has_paper_trouble);
  printf ("offline\n");
  fflush (stdout);
  walk_await (self, "the center gone", is_offline);
  walk_look (self, "trouble");
  walk_act (self, "win.page::settings");
  walk_look (self, "trouble-settings");
  walk_act (self, "win.page::devices");
  walk_look (self, "trouble-devices");
}

static void
walk_simple (Walk *self)
{
  walk_welcome (self);
  enrol (self);
  walk_customer (self);
  walk_selling (self);
  walk_asking (self);
  walk_paying (self);
  walk_pages (self);
  walk_needs (self);
  walk_shift (self);
  walk_trouble (self);
}

static void
sign_in (Walk *self, gint64 number, const char *pin)
{
  mr_session_sign_in_async (mr_till_get_session (self->till), number, pin, NULL, NULL);
}

static gboolean
is_signed_in (Walk *self)
{
  return mr_session_is_signed_in (mr_till_get_session (self->till));
}

static void
walk_staffed (Walk *self)
{
  mr_settings_set_async (mr_till_get_settings (self->till), MR_SETTING_SETUP, "done", NULL, NULL);
  enrol (self);
  walk_look (self, "sign-in");
  sign_in (self, 1003, "3456");
  walk_await (self, "somebody signed in", is_signed_in);
  walk_look (self, "cashier-sale");
  walk_act (self, "win.page::shift");
  walk_look (self, "cashier-shift");
  mr_shift_desk_open_async (mr_till_get_shift_desk (self->till), 20000, NULL, NULL);
  walk_await (self, "the shift", has_shift);
  walk_look (self, "cashier-shift-open");
  walk_act (self, "win.no-sale");
  walk_look (self, "cashier-no-sale");
  walk_act (self, "win.back");
  scan (self, COLA);
  walk_act (self, "win.void");
  walk_look (self, "cashier-void");
  walk_press (self, walk_get (self, walk_get (self, NULL, "MrReasonView", 0), "GtkButton", 0));
  walk_await (self, "the sale given up", holds_nothing);
  scan (self, COLA);
  walk_act (self, "win.exact-cash");
  walk_await (self, "the sale", is_paid);
  walk_act (self, "win.page::receipts");
  walk_act (self, "win.return-goods");
  walk_look (self, "cashier-return-reason");
  walk_press (self, walk_get (self, walk_get (self, NULL, "MrReasonView", 0), "GtkButton", 0));
  walk_press (self, walk_get (self, walk_get (self, NULL, "MrReturnView", 0), "GtkButton", 0));
  walk_await (self, "the line given back", has_line);
  walk_look (self, "cashier-return");
}

/* --- the program --- */

static gboolean
parse (int *argc, char ***argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("— look over every page of the till");
  g_autoptr (GError) error = NULL;
  g_option_context_add_main_entries (context, options, NULL);
  if (g_option_context_parse (context, argc, argv, &error) && till_folder != NULL &&
      center_url != NULL && enrol_code != NULL && pictures != NULL && variant != NULL &&
      phase != NULL)
    return TRUE;
  g_printerr ("%s\n", error != NULL ? error->message : "every option is needed");
  return FALSE;
}

/* A till has the whole screen; the frame GTK draws where there is no window manager would take from it. */
static void
take_frame_off (void)
{
  GtkCssProvider *provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_data (
      provider,
      "window.csd, window.solid-csd { border: none; padding: 0; margin: 0; box-shadow: none; }",
      -1);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_USER);
  g_object_unref (provider);
}

/* How much was found. */
static guint
walk (MrTill *till, GApplication *application)
{
  Walk self = {
    .till = till,
    .folder = pictures,
    .variant = variant,
    .state = "start",
    .size = "",
    .findings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .focused = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
  };
  guint n_findings;

  g_application_activate (application);
  self.window = gtk_application_get_active_window (GTK_APPLICATION (application));
  take_frame_off ();
  walk_await (&self, "the window", has_window);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  if (g_str_equal (phase, "staffed"))
    walk_staffed (&self);
  else
    walk_simple (&self);
  n_findings = g_hash_table_size (self.findings);
  printf ("%u states, %u findings\n", self.n_states, n_findings);
  g_hash_table_unref (self.focused);
  g_hash_table_unref (self.findings);
  gtk_window_destroy (self.window);
  return n_findings;
}

int
main (int argc, char **argv)
{
  MrTillConfig config = { .world = mr_system_world_get (), .with_sync = TRUE };
  g_autoptr (GError) error = NULL;
  g_autoptr (MrTill) till = NULL;
  g_autoptr (GApplication) application = NULL;
  guint n_findings;

  mr_language_set_up (g_getenv ("MR_LOCALE_DIR"), g_getenv ("LANGUAGE"));
  if (!parse (&argc, &argv))
    return 2;
  config.dir = till_folder;
  till = mr_till_new (&config, &error);
  g_assert_no_error (error);
  application = G_APPLICATION (mr_application_new (till, FALSE));
  g_application_register (application, NULL, &error);
  g_assert_no_error (error);
  n_findings = walk (till, application);
  mr_till_stop (till);
  return n_findings > 0 ? 1 : 0;
}
