/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/world.h"

G_BEGIN_DECLS

/**
 * MrId:
 *
 * A UUID version 7 (RFC 9562), by value. Its order means nothing; all zero is "none".
 */
typedef struct
{
  guint8 bytes[16];
} MrId;

#define MR_ID_STRING_SIZE 37 /* 36 characters and the NUL */
#define MR_ID_NONE ((MrId){ { 0 } })

MrId mr_id_new (const MrWorld *world);
/* 128 random bits: a chain's name (`writer`). */
MrId mr_id_new_random (const MrWorld *world);
gboolean mr_id_is_none (MrId self);
gboolean mr_id_equal (MrId a, MrId b);
/* Lower-case 8-4-4-4-12 form. Returns @out. */
const char *mr_id_format (MrId self, char out[MR_ID_STRING_SIZE]);
char *mr_id_to_string (MrId self);
/* Takes upper and lower case; FALSE when @text is not exactly one UUID; @id is then left alone. */
gboolean mr_id_parse (const char *text, MrId *id) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
