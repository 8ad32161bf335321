/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How money comes in. Recorded tenders are taken outside Millrace (the shop's printed QR, a card
 * machine): noted, not verified, and kept apart from the drawer's cash in the Z. */
typedef enum
{
  MR_TENDER_CASH,
  MR_TENDER_WECHAT, /* 微信收款码, recorded */
  MR_TENDER_ALIPAY, /* 支付宝收款码, recorded */
  MR_TENDER_CARD, /* card on its own machine, recorded */
  MR_N_TENDERS,
} MrTenderKind;

typedef struct
{
  MrTenderKind kind;
  gint64 amount_minor; /* given: for cash it may exceed what is due; the rest is change */
} MrTender;

const char *mr_tender_kind_to_string (MrTenderKind kind); /* "cash", "wechat", "alipay", "card" */
gboolean mr_tender_kind_parse (const char *text, MrTenderKind *kind) G_GNUC_WARN_UNUSED_RESULT;

/* The next sums a customer is likely to hand over for @due_minor: exact first, then rising, from the
 * currency's notes; without doubles. Returns how many of @sums_minor (room for @n) were filled. */
gsize mr_tender_quick_sums (const char *currency, gint64 due_minor, gint64 *sums_minor, gsize n);

G_END_DECLS
