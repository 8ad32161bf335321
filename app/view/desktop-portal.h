/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* GTK and libadwaita ask the desktop's portal for its settings before the first window, and where it
 * hangs (half a desktop is started, as on a kiosk) wait 25 s for each answer. This asks first, for a
 * second at the most, and where nothing comes the till starts without the desktop's bus: what is on it (dark mode,
 * a screen reader) is as on a machine that has none. Before GTK's first call, as the environment says it.
 * Blocks. */
void mr_desktop_portal_leave_if_hung (void);

G_END_DECLS
