/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What the till says to people, in one place: money, times, and a sentence for each trouble that says
 * what happened, what it means for the sale, and what to do. Translated. All (transfer full) unless
 * const. */

/* "¥158.50"; a minus sign before the currency's. */
char *mr_words_money (MrCheckout *checkout, gint64 amount_minor);
/* Shows money on a large label, set smaller (class "long") when it has more than @max_chars. */
void mr_words_show_money (GtkLabel *label, MrCheckout *checkout, gint64 amount_minor,
                          long max_chars);
/* "158.50" */
char *mr_words_amount (MrCheckout *checkout, gint64 amount_minor);
const char *mr_words_currency_sign (const char *currency);

/* "just now", "4 min ago", "3 h ago", "2 days ago" */
char *mr_words_ago (gint64 then_us, gint64 now_us);
/* "14:32"; with the date when it was not today. */
char *mr_words_time (MrTill *till, gint64 at_us);
/* "2026-11-22 14:32" */
char *mr_words_date_time (MrTill *till, gint64 at_us);

/* "F6", "Space": what is written on the key. */
const char *mr_words_key (MrKey key);
const char *mr_words_tender (MrTenderKind kind);
const char *mr_words_role (MrRole role);
/* For the status bar: "Online", "Offline, selling on · 12 waiting". */
char *mr_words_link (const MrTillStatus *status);
const char *mr_words_paper (const MrTillStatus *status);
/* A sentence for the bar; NULL when nothing is wrong. */
char *mr_words_paper_trouble (const MrTillStatus *status);
/* How the scanner is: "Scanner ready". */
const char *mr_words_scanner (const MrTillStatus *status);
/* A sentence for the bar; NULL when nothing is wrong, or somebody is pairing one just now. */
const char *mr_words_scanner_trouble (const MrTillStatus *status);
/* Why a scanner, a scale or a display cannot be used, and what to do. */
const char *mr_words_device_reason (const char *reason);
char *mr_words_link_trouble (const MrTillStatus *status);
char *mr_words_error (const GError *error);
/* Why a scan did not become a line; NULL when it did or a question stands for it. */
const char *mr_words_scan_result (MrScanResult result);

G_END_DECLS
