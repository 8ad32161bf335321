/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/mechanism.h"

static const char *const names[MR_N_MECHANISMS] = {
  [MR_MECHANISM_CHAIN] = "no-chain", [MR_MECHANISM_ENTRY_ID] = "no-entry-id",
  [MR_MECHANISM_SALT] = "no-salt",   [MR_MECHANISM_SEEN] = "no-seen",
  [MR_MECHANISM_MINE] = "no-mine",   [MR_MECHANISM_STAGE] = "no-stage",
  [MR_MECHANISM_KEEP] = "no-keep",   [MR_MECHANISM_AUDIT] = "no-audit",
};

static guint off;

const char *
mr_mechanism_to_string (MrMechanism self)
{
  return names[self];
}

void
mr_mechanism_set_off (MrMechanism self, gboolean is_off)
{
  off = is_off ? off | 1u << self : off & ~(1u << self);
}

gboolean
mr_mechanism_is_off (MrMechanism self)
{
  return (off & 1u << self) != 0;
}
