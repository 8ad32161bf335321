/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/effect.h"

G_BEGIN_DECLS

/* Applies the entries kept for later whose kind and schema this version knows, in chain order. A
 * MrCenterJob. */
gboolean mr_ingest_apply_deferred (MrBatch *batch, gpointer data, GError **error);
/* Applies @of, stored earlier and put aside until now: its state becomes what follows. */
gboolean mr_ingest_apply_late (MrBatch *batch, const MrScope *scope, const MrEffectOf *of,
                               const char *kind, const MrEffect *effect, GError **error);

G_END_DECLS
