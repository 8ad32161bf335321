/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/settings.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrSettingEntry:
 *
 * A setting of the till that is typed and saved. What cannot be is not saved, and said.
 */
#define MR_TYPE_SETTING_ENTRY (mr_setting_entry_get_type ())
G_DECLARE_FINAL_TYPE (MrSettingEntry, mr_setting_entry, MR, SETTING_ENTRY, GtkBox)

/**
 * MrSettingWords:
 * @caption: what is asked
 * @example: (nullable): stands there while it is empty
 * @refusal: said of what cannot be
 *
 * Translated.
 */
typedef struct
{
  const char *caption;
  const char *example;
  const char *refusal;
} MrSettingWords;

/* @name: of the setting */
GtkWidget *mr_setting_entry_new (MrSettings *settings, const char *name,
                                 const MrSettingWords *words);
/* Whoever is around it asks. */
void mr_setting_entry_hide_caption (MrSettingEntry *self);

G_END_DECLS
