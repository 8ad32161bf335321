/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wire/json.h"
#include "wire/message.h"

G_BEGIN_DECLS

/* Members of messages that are more than a text: read strictly, with the member's name in the
 * error; written with the key and, unless it is the object's first, a comma. Inside app/wire only. */
gboolean mr_member_get_id (JsonObject *object, const char *name, MrId *id, GError **error);
gboolean mr_member_get_hash (JsonObject *object, const char *name, MrHash *h, GError **error);
gboolean mr_member_get_time (JsonObject *object, const char *name, gint64 *time_us, GError **error);
gboolean mr_member_get_position (JsonObject *object, const char *name, MrPosition *position,
                                 GError **error);
/* A count: 0 … 2^53. */
gboolean mr_member_get_count (JsonObject *object, const char *name, gint64 *value, GError **error);
/* (transfer full) */
char *mr_member_dup_text (JsonObject *object, const char *name, gsize max_bytes, GError **error);

void mr_member_append_text (GString *out, const char *name, const char *value);
void mr_member_append_int (GString *out, const char *name, gint64 value);
void mr_member_append_boolean (GString *out, const char *name, gboolean value);
void mr_member_append_id (GString *out, const char *name, MrId id);
void mr_member_append_hash (GString *out, const char *name, const MrHash *h);
void mr_member_append_time (GString *out, const char *name, gint64 time_us);
void mr_member_append_position (GString *out, const char *name, const MrPosition *position);
/* The key alone, for a value written by hand. */
void mr_member_append_key (GString *out, const char *name);

G_END_DECLS
