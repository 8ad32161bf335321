/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/tender.h"

G_BEGIN_DECLS

/* The tender's name in the shop's language: "Cash", "WeChat", … Borrowed from the translations. */
const char *mr_tender_get_label (MrTenderKind kind);

G_END_DECLS
