/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MR_WIRE_ERROR (mr_wire_error_quark ())
GQuark mr_wire_error_quark (void);
typedef enum
{
  MR_WIRE_ERROR_JSON, /* not JSON, or JSON we refuse */
  MR_WIRE_ERROR_MESSAGE, /* JSON, but not this message: a field is missing or of the wrong type */
  MR_WIRE_ERROR_SIZE, /* larger than the message may be */
} MrWireError;

G_END_DECLS
