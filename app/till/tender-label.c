/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/tender-label.h"

#define GETTEXT_PACKAGE MR_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>

static const char *const labels[MR_N_TENDERS] = {
  [MR_TENDER_CASH] = N_ ("Cash"),
  [MR_TENDER_WECHAT] = N_ ("WeChat"),
  [MR_TENDER_ALIPAY] = N_ ("Alipay"),
  [MR_TENDER_CARD] = N_ ("Card"),
};

const char *
mr_tender_get_label (MrTenderKind kind)
{
  g_return_val_if_fail (kind < MR_N_TENDERS, "");
  return _ (labels[kind]);
}
