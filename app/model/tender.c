/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/tender.h"

#include "model/money.h"

#include <string.h>

static const char *const names[MR_N_TENDERS] = {
  [MR_TENDER_CASH] = "cash",
  [MR_TENDER_WECHAT] = "wechat",
  [MR_TENDER_ALIPAY] = "alipay",
  [MR_TENDER_CARD] = "card",
};

const char *
mr_tender_kind_to_string (MrTenderKind kind)
{
  g_assert (kind < MR_N_TENDERS);
  return names[kind];
}

gboolean
mr_tender_kind_parse (const char *text, MrTenderKind *kind)
{
  for (guint i = 0; text != NULL && i < MR_N_TENDERS; i++)
    {
      if (strcmp (names[i], text) == 0)
        {
          *kind = i;
          return TRUE;
        }
    }

  return FALSE;
}

/* Puts @sum into the rising row after the exact one, unless it is there. */
static gsize
insert_sum (gint64 *sums, gsize n_filled, gsize n, gint64 sum)
{
  gsize at = n_filled;

  while (at > 0 && sums[at - 1] > sum)
    at--;
  if ((at > 0 && sums[at - 1] == sum) || at == n)
    return n_filled;
  if (n_filled == n)
    n_filled--;
  memmove (sums + at + 1, sums + at, (n_filled - at) * sizeof *sums);
  sums[at] = sum;

  return n_filled + 1;
}

gsize
mr_tender_quick_sums (const char *currency_code, gint64 due_minor, gint64 *sums_minor, gsize n)
{
  const MrCurrency *currency = mr_currency_find (currency_code);
  gsize n_filled = 1;

  if (n == 0 || due_minor <= 0 || due_minor > MR_MONEY_MAX_MINOR)
    return 0;

  sums_minor[0] = due_minor;
  for (const gint64 *note = currency != NULL ? currency->notes_minor : NULL;
       note != NULL && *note != 0; note++)
    {
      /* Nobody rounds a purse up to the next small coin: a hundredth of the largest note is the
       * least that makes a likely sum (1 yuan, 100 yen). */
      if (*note >= currency->largest_note_minor / 100)
        n_filled = insert_sum (sums_minor, n_filled, n, (due_minor + *note - 1) / *note * *note);
    }

  return n_filled;
}
