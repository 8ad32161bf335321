/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MrCodePage:
 *
 * One of a printer's tables for the bytes 0x80 … 0xFF: the number by which it is selected (ESC t) and
 * the character set it holds. Immutable; any thread.
 */
typedef struct _MrCodePage MrCodePage;

/* NULL when iconv knows no @charset, or it is not one byte a character with ASCII below 0x80. */
MrCodePage *mr_code_page_new (int number, const char *charset) G_GNUC_WARN_UNUSED_RESULT;
void mr_code_page_free (MrCodePage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrCodePage, mr_code_page_free)

int mr_code_page_get_number (const MrCodePage *self);

/* The byte, 0x80 … 0xFF, that prints @character; 0 when this table has it not. */
guint8 mr_code_page_encode (const MrCodePage *self, gunichar character);

G_END_DECLS
