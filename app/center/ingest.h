/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/call.h"

G_BEGIN_DECLS

/* Applies the entries kept for later whose kind and schema this version knows, in chain order. A
 * MrCenterJob. */
gboolean mr_ingest_apply_deferred (MrBatch *batch, gpointer data, GError **error);

G_END_DECLS
