/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrChoice:
 *
 * One setting of the till as a row of buttons, one of them pressed. No list drops down: what can be chosen
 * is there to be touched.
 *
 * Properties: caption, columns (options stand side by side in so many; 0 = all in one row).
 */
#define MR_TYPE_CHOICE (mr_choice_get_type ())
G_DECLARE_FINAL_TYPE (MrChoice, mr_choice, MR, CHOICE, GtkBox)

/**
 * MrChoicePart:
 * @read: that part of the setting's value, "" where it has none: nothing is shown then. Give
 * @write: the value with another part. Give
 */
typedef struct
{
  char *(*read) (const char *value);
  char *(*write) (const char *value, const char *part);
} MrChoicePart;

/* Binds it to a setting; add the options after. */
void mr_choice_set_setting (MrChoice *self, MrSettings *settings, const char *name);
void mr_choice_add (MrChoice *self, const char *value, const char *label);
/* The options are a part of the setting alone. */
void mr_choice_set_part (MrChoice *self, MrChoicePart part);
/* What is shown as chosen while the setting is not one of the options. */
void mr_choice_set_fallback (MrChoice *self, const char *value);
/* Takes all options away again. */
void mr_choice_clear (MrChoice *self);

G_END_DECLS
