/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/world.h"

G_BEGIN_DECLS

/* The real world: the system's clocks and its random bytes. For the mains alone; everything else is
 * given a world. Any thread. (transfer none) */
const MrWorld *mr_system_world_get (void);

G_END_DECLS
