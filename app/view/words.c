/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/words.h"

#include "model/money.h"

#include <glib/gi18n.h>

static const struct
{
  const char *code;
  const char *sign;
} currency_signs[] = {
  { "CNY", "¥" }, { "JPY", "¥" },   { "USD", "$" },   { "EUR", "€" },
  { "GBP", "£" }, { "TWD", "NT$" }, { "HKD", "HK$" },
};

/* Sentences of the printer's reasons (till/spooler.h lists them). */
static const struct
{
  const char *reason;
  const char *sentence;
} paper_sentences[] = {
  { "paper", N_ ("The printer has no paper. Sales are saved. Put in a roll; the receipt will print "
                 "again.") },
  { "cover", N_ ("The printer's cover is open. Sales are saved. Close it; printing goes on.") },
  { "fault",
    N_ ("The printer says that it needs help: paper jam, cutter or heat. Sales are saved.") },
  { "no-answer",
    N_ ("The printer does not answer. Sales are saved. Is it switched on, and its cable "
        "in?") },
  { "refused",
    N_ ("There is no printer at the address set. Sales are saved. See Settings, Devices.") },
  { "unknown-host",
    N_ ("The printer's address is not known here. Sales are saved. See Settings, Devices.") },
  { "no-network",
    N_ ("There is no way to the printer's address. Sales are saved. Check the network cable.") },
  { "dropped", N_ ("The printer broke off. Sales are saved. The receipt will print again.") },
  { "no-device", N_ ("The printer is not plugged in. Sales are saved. It comes back by itself.") },
  { "permission", N_ ("This computer may not use the printer. Sales are saved. Ask whoever set up "
                      "the computer.") },
  { "in-use", N_ ("Another program uses the printer. Sales are saved. It is tried again.") },
  { "disk-full", N_ ("The disk for receipts is full. Sales are saved. Make some room.") },
  { "no-folder", N_ ("The folder for receipts is not there. See Settings, Devices.") },
};

const char *
mr_words_currency_sign (const char *currency)
{
  for (gsize i = 0; i < G_N_ELEMENTS (currency_signs); i++)
    if (g_str_equal (currency_signs[i].code, currency))
      return currency_signs[i].sign;
  return currency;
}

char *
mr_words_amount (MrCheckout *checkout, gint64 amount_minor)
{
  g_autofree char *amount = mr_money_format (ABS (amount_minor), mr_checkout_get_digits (checkout));
  return g_strdup_printf ("%s%s", amount_minor < 0 ? "−" : "", amount);
}

char *
mr_words_money (MrCheckout *checkout, gint64 amount_minor)
{
  const char *sign = mr_words_currency_sign (mr_checkout_get_currency (checkout));
  g_autofree char *amount = mr_words_amount (checkout, ABS (amount_minor));
  return g_strdup_printf ("%s%s%s", amount_minor < 0 ? "−" : "", sign, amount);
}

void
mr_words_show_money (GtkLabel *label, MrCheckout *checkout, gint64 amount_minor, long max_chars)
{
  g_autofree char *money = mr_words_money (checkout, amount_minor);
  gtk_label_set_text (label, money);
  if (g_utf8_strlen (money, -1) > max_chars)
    gtk_widget_add_css_class (GTK_WIDGET (label), "long");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (label), "long");
}

char *
mr_words_ago (gint64 then_us, gint64 now_us)
{
  gint64 minutes = (now_us - then_us) / (60 * G_USEC_PER_SEC);
  if (minutes < 1)
    return g_strdup (_ ("just now"));
  if (minutes < 60)
    return g_strdup_printf (ngettext ("%d min ago", "%d min ago", (gulong) minutes), (int) minutes);
  if (minutes < 48 * 60)
    return g_strdup_printf (ngettext ("%d h ago", "%d h ago", (gulong) (minutes / 60)),
                            (int) (minutes / 60));
  return g_strdup_printf (ngettext ("%d day ago", "%d days ago", (gulong) (minutes / 1440)),
                          (int) MIN (minutes / 1440, G_MAXINT));
}

static char *
format_time (MrTill *till, gint64 at_us, const char *format)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, mr_till_get_time_zone (till));
  return g_date_time_format (local, format);
}

char *
mr_words_time (MrTill *till, gint64 at_us)
{
  g_autofree char *day = format_time (till, at_us, "%F");
  g_autofree char *today = format_time (till, mr_world_now_us (mr_till_get_world (till)), "%F");
  return format_time (till, at_us, g_str_equal (day, today) ? "%H:%M" : "%m-%d %H:%M");
}

char *
mr_words_date_time (MrTill *till, gint64 at_us)
{
  return format_time (till, at_us, "%F %H:%M");
}

const char *
mr_words_key (MrKey key)
{
  switch ((int) key)
    {
    case MR_KEY_SPACE:
      return _ ("Space");
    case MR_KEY_ENTER:
      return _ ("Enter");
    default:
      return mr_key_to_string (key);
    }
}

const char *
mr_words_tender (MrTenderKind kind)
{
  switch (kind)
    {
    case MR_TENDER_CASH:
      return _ ("Cash");
    case MR_TENDER_WECHAT:
      return _ ("WeChat");
    case MR_TENDER_ALIPAY:
      return _ ("Alipay");
    case MR_TENDER_CARD:
      return _ ("Card");
    case MR_N_TENDERS:
    default:
      return "";
    }
}

const char *
mr_words_role (MrRole role)
{
  switch (role)
    {
    case MR_ROLE_CASHIER:
      return _ ("Cashier");
    case MR_ROLE_MANAGER:
      return _ ("Manager");
    case MR_ROLE_OWNER:
      return _ ("Owner");
    case MR_ROLE_NONE:
    default:
      return "";
    }
}

static char *
with_waiting (const char *words, gint64 waiting)
{
  if (waiting <= 0)
    return g_strdup (words);
  g_autofree char *count =
      g_strdup_printf (ngettext ("%d entry waiting", "%d entries waiting", (gulong) waiting),
                       (int) MIN (waiting, G_MAXINT));
  return g_strdup_printf ("%s · %s", words, count);
}

char *
mr_words_link (const MrTillStatus *status)
{
  switch (status->link)
    {
    case MR_LINK_ONLINE:
      return with_waiting (_ ("Online"), status->waiting);
    case MR_LINK_OFFLINE:
      return with_waiting (_ ("Offline, selling goes on"), status->waiting);
    case MR_LINK_REVOKED:
      return with_waiting (_ ("Not accepted by the center"), status->waiting);
    case MR_LINK_REPLACED:
      return with_waiting (_ ("Another computer is this till now"), status->waiting);
    case MR_LINK_TOO_OLD:
      return with_waiting (_ ("Update needed"), status->waiting);
    case MR_LINK_NOT_ENROLLED:
    default:
      return g_strdup (_ ("Not joined to a center"));
    }
}

const char *
mr_words_paper (const MrTillStatus *status)
{
  switch (status->paper)
    {
    case MR_PAPER_READY:
      return _ ("Printer ready");
    case MR_PAPER_PRINTING:
      return _ ("Printing");
    case MR_PAPER_LOOKING:
      return _ ("Looking for the printer");
    case MR_PAPER_TROUBLE:
      return _ ("Printer needs help");
    case MR_PAPER_NONE:
    default:
      return _ ("No printer set");
    }
}

char *
mr_words_paper_trouble (const MrTillStatus *status)
{
  if (status->paper != MR_PAPER_TROUBLE)
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (paper_sentences); i++)
    if (g_str_equal (paper_sentences[i].reason, status->paper_reason))
      return g_strdup (_ (paper_sentences[i].sentence));
  return g_strdup (_ ("The printer cannot be used. Sales are saved. It is tried again by itself."));
}

const char *
mr_words_scanner (const MrTillStatus *status)
{
  switch (status->scanner)
    {
    case MR_DESK_LOOKING:
      return _ ("Looking for the scanner");
    case MR_DESK_READY:
      return _ ("Scanner ready");
    case MR_DESK_TROUBLE:
      return _ ("Scanner needs help");
    case MR_DESK_NONE:
    default:
      return _ ("One that types like a keyboard works as it is");
    }
}

const char *
mr_words_scanner_trouble (const MrTillStatus *status)
{
  static const struct
  {
    const char *reason;
    const char *sentence;
  } sentences[] = {
    { "no-device", N_ ("The scanner is not plugged in. Search or type what is sold meanwhile. It "
                       "comes back by itself.") },
    { "permission", N_ ("This computer may not use the scanner. Search or type what is sold. Ask "
                        "whoever set up the computer.") },
    { "in-use", N_ ("Another program uses the scanner. Search or type what is sold meanwhile. It "
                    "is tried again.") },
  };
  if (status->scanner != MR_DESK_TROUBLE || g_str_equal (status->scanner_reason, "pairing"))
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (sentences); i++)
    if (g_str_equal (sentences[i].reason, status->scanner_reason))
      return _ (sentences[i].sentence);
  return _ ("The scanner cannot be read. Search or type what is sold. Pull its cable and put it in "
            "again.");
}

const char *
mr_words_device_reason (const char *reason)
{
  static const struct
  {
    const char *reason;
    const char *sentence;
  } sentences[] = {
    { "no-device", N_ ("It is not plugged in. Put its cable in; it comes back by itself.") },
    { "no-answer", N_ ("It does not answer. Is it switched on, and set here as it is?") },
    { "refused", N_ ("There is nothing at the address set. Is it switched on?") },
    { "unknown-host", N_ ("The address set is not known here. See its settings.") },
    { "no-network", N_ ("There is no way to the address set. Check the network cable.") },
    { "dropped", N_ ("It broke off. It is tried again.") },
    { "no-screen", N_ ("There is no second screen. Plug one in; it is taken by itself.") },
    { "permission", N_ ("This computer may not use it. Ask whoever set up the computer.") },
    { "in-use", N_ ("Another program uses it. It is tried again.") },
    { "pairing", N_ ("It is given back while a scanner is being looked for.") },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (sentences); i++)
    if (g_str_equal (sentences[i].reason, reason))
      return _ (sentences[i].sentence);
  return _ ("It cannot be read. Pull its cable and put it in again.");
}

char *
mr_words_link_trouble (const MrTillStatus *status)
{
  if (status->disk_trouble)
    return g_strdup (_ ("The disk does not take what is written. The sale on the screen is not "
                        "saved yet: make room on this computer, then pay again."));
  if (status->damaged_n > 0)
    return g_strdup_printf (
        _ ("Record %d was damaged on this computer's disk before it was sent. Selling goes on, "
           "and what is left of it waits at the center. The disk may be failing: tell the owner."),
        (int) MIN (status->damaged_n, G_MAXINT));
  if (status->forked)
    return g_strdup (
        _ ("This till's disk was copied, or an older one was put back. Nothing is lost: it goes on "
           "under a new letter. If another computer still sells as this till, tell the owner."));
  if (status->clock_doubtful)
    return g_strdup (_ ("This computer's clock seems wrong. Selling goes on; set the clock when "
                        "there is time."));
  if (status->disk_low)
    return g_strdup (_ ("There is little room left on this computer's disk. Selling goes on; make "
                        "room today."));
  switch (status->link)
    {
    case MR_LINK_OFFLINE:
      return g_strdup (_ ("No connection to the center. Selling goes on; everything is sent when "
                          "the network is back."));
    case MR_LINK_REVOKED:
      return g_strdup (_ ("The center no longer accepts this till. Sales are saved here and still "
                          "sent; whether they count, the owner decides. The owner can join it anew "
                          "in Settings."));
    case MR_LINK_REPLACED:
      return g_strdup (_ ("Another computer is this till now. What was sold here is still sent and "
                          "waits for the owner; sell on the other computer."));
    case MR_LINK_TOO_OLD:
      return g_strdup (_ ("The center asks for a newer version of Millrace. Sales are saved here "
                          "until it is updated."));
    case MR_LINK_NOT_ENROLLED:
      /* Put back from a backup: without a code for that till it is nobody's yet. */
      return status->center_url[0] == '\0'
                 ? NULL
                 : g_strdup (_ (
                       "This computer goes on from a backup, but is not joined yet. Sales are kept "
                       "here; join it in Settings with a code for its till."));
    case MR_LINK_ONLINE:
    default:
      return NULL;
    }
}

static const char *
checkout_sentence (int code)
{
  switch (code)
    {
    case MR_CHECKOUT_ERROR_EMPTY:
      return _ ("The basket is empty: scan something first.");
    case MR_CHECKOUT_ERROR_BUSY:
      return _ ("Part of this sale is paid already. Finish it, or take the payment back first.");
    case MR_CHECKOUT_ERROR_NOT_SIGNED_IN:
      return _ ("Sign in first.");
    case MR_CHECKOUT_ERROR_FORBIDDEN:
      return _ ("This needs somebody with more rights. Ask the owner.");
    case MR_CHECKOUT_ERROR_NO_SHIFT:
      return _ ("Open a shift first: page Shift.");
    case MR_CHECKOUT_ERROR_TOO_MUCH:
      return _ ("That is more than is due. Only cash can be more.");
    case MR_CHECKOUT_ERROR_MISSING:
      return _ ("That line is not there any more.");
    case MR_CHECKOUT_ERROR_TAKEN:
      return _ ("Another till has taken it already.");
    case MR_CHECKOUT_ERROR_OFFLINE:
      return _ (
          "The center cannot be asked whether another till has it. Try again when it is back.");
    case MR_CHECKOUT_ERROR_RETURNED:
      return _ (
          "So much of it is not left to come back: it was returned before, here or at another "
          "till.");
    case MR_CHECKOUT_ERROR_OLD:
      return _ ("This receipt is older than 90 days: what came back of it is not known any more.");
    case MR_CHECKOUT_ERROR_PAID_OUT:
      return _ ("No more is paid out than what is due.");
    case MR_CHECKOUT_ERROR_GIVING_BACK:
      return _ ("Goods are given back in this basket: finish it, or take those lines out first.");
    case MR_CHECKOUT_ERROR_NOTHING:
    default:
      return _ ("There is nothing to take back.");
    }
}

static const char *
sale_sentence (int code)
{
  switch (code)
    {
    case MR_SALE_ERROR_RANGE:
      return _ ("That number is too large or does not fit. The line is as it was.");
    case MR_SALE_ERROR_NO_LINE:
      return _ ("That line is not there any more.");
    case MR_SALE_ERROR_NO_PRICE:
      return _ ("This has no price yet: type one.");
    case MR_SALE_ERROR_FULL:
      return _ ("The basket is full: pay for it, then go on with the rest.");
    case MR_SALE_ERROR_STATE:
    default:
      return _ ("That is not possible now. Nothing was changed.");
    }
}

static const char *
session_sentence (int code)
{
  switch (code)
    {
    case MR_SESSION_ERROR_LOCKED:
      return _ ("Too many wrong PINs. Wait a little, then try again.");
    case MR_SESSION_ERROR_UNKNOWN:
      return _ ("Nobody here has this number.");
    case MR_SESSION_ERROR_WRONG:
    default:
      return _ ("Number and PIN do not go together. Try again.");
    }
}

char *
mr_words_error (const GError *error)
{
  gboolean is_full;
  if (mr_till_is_disk_error (error, &is_full))
    return g_strdup (is_full ? _ ("The disk is full: this is not saved yet, and stays as it is. "
                                  "Free some room on this computer, then try again.")
                             : _ ("The disk did not take it: this is not saved yet, and stays as "
                                  "it is. Try again; if it stays so, tell the owner."));
  if (error->domain == MR_CHECKOUT_ERROR)
    return g_strdup (checkout_sentence (error->code));
  if (error->domain == MR_SALE_ERROR)
    return g_strdup (sale_sentence (error->code));
  if (error->domain == MR_SESSION_ERROR)
    return g_strdup (session_sentence (error->code));
  if (error->domain == MR_MONEY_ERROR)
    return g_strdup (_ ("That is not a number that fits here."));
  return g_strdup_printf (_ ("That did not work, and nothing was changed. Try again. (%s)"),
                          error->message);
}

const char *
mr_words_scan_result (MrScanResult result)
{
  switch (result)
    {
    case MR_SCAN_BAD:
      return _ ("That was not a code. Scan it again.");
    case MR_SCAN_FULL:
      return _ ("The basket is full: pay for it, then go on with the rest.");
    case MR_SCAN_FORBIDDEN:
      return _ ("Sign in first, then scan again.");
    case MR_SCAN_ADDED:
    case MR_SCAN_UNKNOWN:
    case MR_SCAN_NO_PRICE:
    case MR_SCAN_SEVERAL:
    case MR_SCAN_WEIGHT:
    case MR_SCAN_LATE:
    case MR_SCAN_SAVED:
    default:
      return NULL;
    }
}
