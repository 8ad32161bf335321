/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wire/entry-body.h"
#include "wire/member.h"

G_BEGIN_DECLS

/* What several bodies share. Inside app/wire only. */
void mr_entry_context_append (GString *out, const MrEntryContext *self);
gboolean mr_entry_context_get (JsonObject *object, MrEntryContext *self, GError **error);
/* One rule's row of the tax table of a sale or a shift, as an object. */
void mr_tax_sum_append (GString *out, const MrTaxSum *self);

G_END_DECLS
