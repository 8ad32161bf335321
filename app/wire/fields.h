/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wire/wire-error.h"

G_BEGIN_DECLS

/* Integers of a message are at most this far from 0, which is what every reader of JSON keeps whole. */
#define MR_WIRE_MAX_INT (G_GINT64_CONSTANT (1) << 53)

/**
 * MrFields:
 *
 * The fields of a feed row: a JSON array of integers and texts in column order. For rooms that know
 * nothing of JSON. Reading is strict (see wire/json.h); a record, any thread.
 */
typedef struct _MrFields MrFields;

MrFields *mr_fields_parse (const char *json, GError **error);
void mr_fields_free (MrFields *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrFields, mr_fields_free)

guint mr_fields_get_n (const MrFields *self);
/* FALSE when there is no such field or it is not an integer; @value is left alone then. */
gboolean mr_fields_get_int (const MrFields *self, guint index, gint64 *value)
    G_GNUC_WARN_UNUSED_RESULT;
/* Borrowed; NULL when there is no such field or it is not a text. */
const char *mr_fields_get_text (const MrFields *self, guint index);
/* The fields from @index on as a JSON array of their own: what a later version has added. NULL when
 * there are none. */
char *mr_fields_dup_rest (const MrFields *self, guint index);

/* Writing: start with g_string_new ("["), append, and close with mr_fields_end(). */
void mr_fields_append_int (GString *out, gint64 value);
void mr_fields_append_text (GString *out, const char *text);
/* Closes the array, adding the fields of @rest_json (nullable) before. Frees @out, gives its text. */
char *mr_fields_end (GString *out, const char *rest_json);

/* Appends @text as a JSON string, quotes included. What is not UTF-8 in it, of a disk that is damaged, is written
 * as U+FFFD: no message is refused for it. */
void mr_wire_append_string (GString *out, const char *text);

G_END_DECLS
