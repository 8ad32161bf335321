/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wire/fields.h"
#include "wire/wire-error.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Strict reading of outside JSON. json-glib silently wraps integers beyond 64 bits and merges
 * duplicate keys; both are refused here, as are integers beyond ±2^53, fractions and exponents (no
 * message has any), text that is not UTF-8, NUL (\u0000), unpaired surrogates, nesting deeper than 32
 * and anything after the value. */
#define MR_WIRE_MAX_DEPTH 32

/* FALSE with line and column in the message; reads nothing into memory. @length −1: to the NUL. */
gboolean mr_wire_check (const char *text, gssize length, GError **error);
/* Checks, then reads. The message names the place: line and column, or the member's name. */
JsonNode *mr_wire_parse (const char *text, gssize length, GError **error);
/* The same for a message that must be an object; longer than @max_bytes is MR_WIRE_ERROR_SIZE. The
 * object is borrowed from the node returned. */
JsonNode *mr_wire_parse_object (const char *text, gssize length, gsize max_bytes,
                                JsonObject **object, GError **error);

/* Members of an object, with the error naming @name when missing or wrong. @minimum/@maximum bound it. */
gboolean mr_wire_get_int (JsonObject *object, const char *name, gint64 minimum, gint64 maximum,
                          gint64 *value, GError **error);
/* The same for a member that may be absent: @value is left alone then. */
gboolean mr_wire_get_int_if (JsonObject *object, const char *name, gint64 minimum, gint64 maximum,
                             gint64 *value, GError **error);
/* Borrowed from @object; @max_bytes bounds it. */
const char *mr_wire_get_text (JsonObject *object, const char *name, gsize max_bytes,
                              GError **error);
gboolean mr_wire_get_text_if (JsonObject *object, const char *name, gsize max_bytes,
                              const char **value, GError **error);
gboolean mr_wire_has (JsonObject *object, const char *name);
JsonArray *mr_wire_get_array (JsonObject *object, const char *name, GError **error);
JsonObject *mr_wire_get_object (JsonObject *object, const char *name, GError **error);
gboolean mr_wire_get_boolean (JsonObject *object, const char *name, gboolean *value,
                              GError **error);
gboolean mr_wire_get_boolean_if (JsonObject *object, const char *name, gboolean *value,
                                 GError **error);
/* Element @index of @array, an object; the error names @name and the index. */
JsonObject *mr_wire_get_element (JsonArray *array, const char *name, guint index, GError **error);
/* Elements of a row: FALSE without an error when there is none or it is of another type. */
gboolean mr_wire_element_int (JsonArray *array, guint index, gint64 *value);
const char *mr_wire_element_text (JsonArray *array, guint index); /* (nullable) */

/* Appends @node as it was, in the shortest form. */
void mr_wire_append_node (GString *out, JsonNode *node);

G_END_DECLS
