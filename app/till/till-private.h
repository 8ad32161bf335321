/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/ground.h"
#include "till/till.h"

G_BEGIN_DECLS

/* What the files of MrTill share. Private to this folder. */

MrGround *mr_till_get_ground (MrTill *self);
/* The journal knows now who this till is: so does everybody, and sync begins. */
void mr_till_take_enrolment (MrTill *self);
/* Everything this till knows of that somebody has to see to. */
void mr_till_join_need_sources (MrTill *self, MrNeeds *needs);

G_END_DECLS
