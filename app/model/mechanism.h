/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MrMechanism:
 *
 * What keeps sync from losing or doubling anything, piece by piece, and a switch for each. All are on, always;
 * the simulator alone takes one away at a time, to see that its checks notice: a check that finds
 * nothing missing without a mechanism proves nothing with it.
 */
typedef enum
{
  MR_MECHANISM_CHAIN, /* a position in a chain is (number, hash): without, only the number counts */
  MR_MECHANISM_ENTRY_ID, /* an entry known by its id has no second effect */
  MR_MECHANISM_SALT, /* a feed's position is (version, salt): without, only the version counts */
  MR_MECHANISM_SEEN, /* a till tells the largest head it has seen */
  MR_MECHANISM_MINE, /* what levels include comes with the rows: without, what was acknowledged */
  MR_MECHANISM_STAGE, /* pages wait until all are there: without, each is applied as it comes */
  MR_MECHANISM_KEEP, /* entries are kept until they are safe: without, until they are acknowledged */
  MR_MECHANISM_AUDIT, /* replicas are compared with the center's checksums: without, nobody looks */
  MR_N_MECHANISMS,
} MrMechanism;

const char *mr_mechanism_to_string (MrMechanism self); /* "no-chain", … */
/* For the simulator alone; not while other threads run. */
void mr_mechanism_set_off (MrMechanism self, gboolean is_off);
gboolean mr_mechanism_is_off (MrMechanism self);

G_END_DECLS
