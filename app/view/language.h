/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which language the screen and the receipts speak. Main thread, before the first window or between
 * two. */

/* Takes the system's locale and finds the messages under @locale_dir. A system without a locale gets one that
 * can show everything. @language (nullable) is what the environment's LANGUAGE says. */
void mr_language_set_up (const char *locale_dir, const char *language);
/* "zh_CN", "en", …; "" is the system's. New texts are in it; what stands on the screen is not. */
void mr_language_use (const char *language);

G_END_DECLS
