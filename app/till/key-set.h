/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/keypad.h"

G_BEGIN_DECLS

/* The two key sets and what a shop made of them. Private to this folder. */

/* @remapped: "F6=discount;F8=tender:card"; what cannot be understood is left out.
 * (element-type MrKeyBinding), ended by MR_KEY_NONE. (transfer full) */
GArray *mr_key_set_build (MrKeySet key_set, const char *remapped);
/* Whether @remapped can be understood as a whole. */
gboolean mr_key_set_check (const char *remapped);

G_END_DECLS
