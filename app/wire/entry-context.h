/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wire/entry-body.h"
#include "wire/member.h"

G_BEGIN_DECLS

/* The part all bodies share. Inside app/wire only. */
void mr_entry_context_append (GString *out, const MrEntryContext *self);
gboolean mr_entry_context_get (JsonObject *object, MrEntryContext *self, GError **error);

G_END_DECLS
