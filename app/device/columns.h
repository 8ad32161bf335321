/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Text laid out in the columns of a receipt. A Latin character takes one column; a hanzi, and
 * whatever a Chinese printer draws with its Chinese font (×, ①, ¥ …), takes two; marks that sit on
 * the letter before take none. Text is UTF-8; invalid bytes count and print as "?".
 */

typedef enum
{
  MR_ALIGN_LEFT,
  MR_ALIGN_CENTER,
  MR_ALIGN_RIGHT,
} MrAlign;

/* Columns @text takes on paper. */
int mr_columns_width (const char *text);

/* Columns one character takes: 0, 1 or 2. */
int mr_columns_char_width (gunichar character);

/* @text as it will be printed: composed (NFC), without control characters and invisible joiners,
 * every kind of space a space, ¥ (U+00A5) as ¥ and − as -, which Chinese fonts have. Give: the
 * caller frees. */
char *mr_columns_fold (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* @text cut to @columns with "…" (2 columns; nothing when @columns is smaller) at its end where
 * something was cut. Give. */
char *mr_columns_ellipsize (const char *text, int columns) G_GNUC_WARN_UNUSED_RESULT;

/* @text in lines of @columns: Latin words stay whole where they fit, hanzi break anywhere but not
 * before a closing mark. A newline in the text starts a line. With @max_lines > 0 the last line is
 * ellipsized. At least one line, which may be empty. Give (g_strfreev). */
char **mr_columns_wrap (const char *text, int columns, int max_lines) G_GNUC_WARN_UNUSED_RESULT;

/* "name ....... 6.00": @left and @right at the two ends of @columns, the space between filled by
 * @fill (a space, a dot). @left is ellipsized to leave one column; @right is never cut unless it is
 * wider than the line. Give. */
char *mr_columns_pair (const char *left, const char *right, int columns, char fill)
    G_GNUC_WARN_UNUSED_RESULT;

/* @text with spaces up to @columns; ellipsized when it is wider. Give. */
char *mr_columns_pad (const char *text, int columns, MrAlign align) G_GNUC_WARN_UNUSED_RESULT;

/* A line of @mark. Give. */
char *mr_columns_rule (char mark, int columns) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
