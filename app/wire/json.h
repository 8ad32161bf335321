/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Strict reading of outside JSON. json-glib silently wraps integers beyond 64 bits and merges duplicate keys;
 * both are refused here, as are integers beyond ±2^53, text that is not UTF-8, NUL (\u0000),
 * unpaired surrogates, nesting deeper than 32 and anything after the value. */
#define MR_WIRE_ERROR (mr_wire_error_quark ())
GQuark mr_wire_error_quark (void);
typedef enum
{
  MR_WIRE_ERROR_JSON,    /* not JSON, or JSON we refuse */
  MR_WIRE_ERROR_MESSAGE, /* JSON, but not this message: a field is missing or of the wrong type */
  MR_WIRE_ERROR_SIZE,    /* larger than the message may be */
} MrWireError;

/* The message names the place: line and column or the path of the member. */
JsonNode *mr_wire_parse (const char *text, gssize length, GError **error);

/* Members of an object, with the error naming @name when missing or wrong. @minimum/@maximum bound it. */
gboolean mr_wire_get_int (JsonObject *object, const char *name, gint64 minimum, gint64 maximum,
                          gint64 *value, GError **error);
/* Borrowed from @object; @max_bytes bounds it. */
const char *mr_wire_get_text (JsonObject *object, const char *name, gsize max_bytes, GError **error);
gboolean mr_wire_has (JsonObject *object, const char *name);
JsonArray *mr_wire_get_array (JsonObject *object, const char *name, GError **error);
JsonObject *mr_wire_get_object (JsonObject *object, const char *name, GError **error);
gboolean mr_wire_get_boolean (JsonObject *object, const char *name, gboolean *value, GError **error);

/* Appends @text as a JSON string, quotes included. */
void mr_wire_append_string (GString *out, const char *text);

G_END_DECLS
