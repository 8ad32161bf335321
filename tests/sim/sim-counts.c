/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

static const char *const count_names[SIM_N_COUNTS] = {
  [SIM_SALES] = "sales answered",
  [SIM_OTHER_ENTRIES] = "other entries",
  [SIM_RETURNS] = "lines given back",
  [SIM_PUSHES] = "pushes stored",
  [SIM_PAGES] = "feed pages",
  [SIM_SNAPSHOTS] = "catalogs fetched",
  [SIM_CENTER_CHANGES] = "changes at the center",
  [SIM_GROUPS] = "requests written in a group",
  [SIM_LOOKS] = "replicas compared in between",
  [SIM_POKES] = "pokes",
  [SIM_ENTRIES_HELD] = "entries held for the owner at rest",
  [SIM_ENTRIES_SETTLED] = "entries settled by the owner",
  [SIM_ENTRIES_BY_HAND] = "entries the owner put right by hand",
  [SIM_ENTRIES_DROPPED] = "entries the owner dropped",
  [SIM_REQUEST_LOST] = "requests lost",
  [SIM_ANSWER_LOST] = "answers lost after the commit",
  [SIM_REQUEST_DOUBLED] = "requests doubled",
  [SIM_ANSWER_LATE] = "answers too late",
  [SIM_OVERTAKEN] = "requests overtaken",
  [SIM_REFUSED_BUSY] = "refused as busy",
  [SIM_BAD_GATEWAY] = "refused by a proxy",
  [SIM_HTML_ANSWER] = "a web page for an answer",
  [SIM_BODY_CUT] = "catalogs cut off",
  [SIM_BODY_HALF] = "half bodies",
  [SIM_TILL_CUT_OFF] = "tills cut off",
  [SIM_TILL_DEAF] = "tills that send and hear nothing",
  [SIM_TILL_KILLED] = "tills killed",
  [SIM_TILL_POWER_LOST] = "tills without power",
  [SIM_TILL_POWER_LOST_IN_ACT] = "tills without power while used",
  [SIM_TILL_POWER_LOST_IN_SYNC] = "tills without power in an answer",
  [SIM_TILL_POWER_LOST_AT_START] = "tills without power while starting",
  [SIM_DISK_HICCUP] = "disks that failed once",
  [SIM_DISK_FULL] = "disks full for a while",
  [SIM_BIT_FLIPPED] = "bits flipped on the way",
  [SIM_BIT_FLIPPED_ON_DISK] = "bits flipped on a disk",
  [SIM_REPLICA_DAMAGED] = "bits turned over in a replica that was synced",
  [SIM_REPLICA_DAMAGED_RUNNING] = "bits turned over in a replica while its till ran",
  [SIM_DAMAGE_AUDITED] = "damaged replicas found by the audit",
  [SIM_JOURNAL_DAMAGED] = "bits turned over in a journal",
  [SIM_DAMAGE_NAMED] = "damaged journals found, the entry or the file named",
  [SIM_CENTER_POWER_LOST] = "center without power",
  [SIM_CENTER_POWER_LOST_IN_REQUEST] = "center without power in a request",
  [SIM_CENTER_RESTORED] = "center restored to an older state",
  [SIM_CENTER_RESTORED_FURTHER] = "center restored from an earlier backup than the last",
  [SIM_CENTER_RESTORED_BY_COMMAND] = "center restored by its command",
  [SIM_TWO_CENTERS] = "two centers at once",
  [SIM_OVERLOADED] = "center overloaded",
  [SIM_CHAIN_REWOUND] = "chains rewound",
  [SIM_REPLICA_DELETED] = "replicas deleted",
  [SIM_CATALOG_DELETED] = "catalogs deleted",
  [SIM_CLOCK_SET] = "clocks set",
  [SIM_CLOCK_YEARS_OFF] = "clocks years off",
  [SIM_CLOCK_JUMPED] = "clocks that jumped while the till ran",
  [SIM_SUMMER_TIME] = "runs over the end of summer time",
  [SIM_DISK_RESTORED] = "tills restored to an older disk",
  [SIM_DISK_CLONED] = "tills on a copied disk",
  [SIM_DISK_CLONED_RUNNING] = "tills on a disk copied while it ran",
  [SIM_CHAIN_PARTED] = "chains parted",
  [SIM_POISON_ENTRY] = "poison entries",
  [SIM_UNKNOWN_KIND] = "entries of an unknown kind",
  [SIM_UNKNOWN_ROW] = "rows of an unknown table",
  [SIM_GOOD_DELETED] = "goods deleted",
  [SIM_TILL_REVOKED] = "tills revoked",
  [SIM_MACHINE_FROM_CENTER] = "new computers that became a till",
  [SIM_MACHINE_FROM_BACKUP] = "new computers that became a till from a backup",
  [SIM_LAST_PIECE_TWICE] = "last pieces sold on two tills",
  [SIM_RETURNED_TWICE] = "pieces given back on two tills",
  [SIM_NUMBER_TWICE] = "receipt numbers that two computers printed",
};

static const char *const break_names[SIM_FIRST_MECHANISM] = {
  [SIM_SOUND] = "nothing",
  [SIM_LYING_DISK] = "lying-disk",
  [SIM_LOST_ROW] = "lost-row",
  [SIM_DOUBLE_MOVEMENT] = "double-movement",
  [SIM_ALTERED_BODY] = "altered-body",
  [SIM_REPEATED_RECEIPT] = "repeated-receipt",
  [SIM_MISSING_ENTRY] = "missing-entry",
};

const char *
sim_count_to_string (SimCount count)
{
  return count_names[count];
}

const char *
sim_break_to_string (SimBreak broken)
{
  if (broken >= SIM_FIRST_MECHANISM)
    return mr_mechanism_to_string ((MrMechanism) (broken - SIM_FIRST_MECHANISM));
  return break_names[broken];
}
