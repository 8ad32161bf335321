/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How it is with a device of the till, as far as a person goes: a scanner, a scale, a display. */
typedef enum
{
  MR_DESK_NONE, /* none is set */
  MR_DESK_LOOKING,
  MR_DESK_READY,
  MR_DESK_TROUBLE, /* see the reason; tried again by itself */
} MrDeskState;

G_END_DECLS
