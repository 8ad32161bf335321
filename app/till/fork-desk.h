/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/sync.h"
#include "till/ground.h"

G_BEGIN_DECLS

/* What the journal has to do because of what the center said of its chain: part from another's, or bear
 * a letter. Private to this folder. */
void mr_fork_desk_act (MrGround *ground, MrSync *sync);
/* The owner knows of the last fork. */
void mr_fork_desk_forget (MrGround *ground);

G_END_DECLS
