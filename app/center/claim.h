/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/call.h"

G_BEGIN_DECLS

/* POST /v1/claim reserves for some minutes what another till may want too. By the center's clock alone; an
 * entry that names the claim's key makes it final, however late it comes. */

/* An entry came that says it used this claim. A claim that is not there any more, or never was, is no
 * error: what happened has happened. */
gboolean mr_claim_confirm (MrBatch *batch, const MrScope *scope, const char *key, GError **error);
/* Those that expired long ago. */
gboolean mr_claim_forget_old (MrBatch *batch, GError **error);

G_END_DECLS
