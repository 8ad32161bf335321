/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/center.h"
#include "store/journal.h"
#include "sync/engine.h"

#include "fault-vfs.h"
#include "test-world.h"

/**
 * Sim:
 *
 * A shop with several tills and its center in one thread and in virtual time, all chance drawn from one
 * seed: the real journal, sync engine and center core on real SQLite, over a disk that loses what was not
 * synced and a network that loses, doubles and delays. The same seed gives the same history.
 */

#define SIM_BASE_US G_GINT64_CONSTANT (1780000000000000) /* 2026-05-28 */
#define SIM_MAX_TILLS 4
#define SIM_MAX_CLONES 2

/* What the simulator counts: a fault that never happened was not tested. */
typedef enum
{
  SIM_SALES,
  SIM_OTHER_ENTRIES,
  SIM_PUSHES,
  SIM_PAGES,
  SIM_SNAPSHOTS,
  SIM_CENTER_CHANGES,
  SIM_FIRST_FAULT,
  SIM_REQUEST_LOST = SIM_FIRST_FAULT,
  SIM_ANSWER_LOST,
  SIM_REQUEST_DOUBLED,
  SIM_ANSWER_LATE,
  SIM_REFUSED_BUSY,
  SIM_BODY_CUT,
  SIM_TILL_CUT_OFF,
  SIM_TILL_POWER_LOST,
  SIM_TILL_POWER_LOST_IN_COMMIT,
  SIM_TILL_POWER_LOST_IN_SYNC,
  SIM_DISK_HICCUP,
  SIM_CENTER_POWER_LOST,
  SIM_CENTER_POWER_LOST_IN_REQUEST,
  SIM_CENTER_RESTORED,
  SIM_CHAIN_REWOUND,
  SIM_REPLICA_DELETED,
  SIM_CATALOG_DELETED,
  SIM_CLOCK_SET,
  SIM_DISK_RESTORED,
  SIM_DISK_CLONED,
  SIM_CHAIN_PARTED,
  SIM_N_COUNTS,
} SimCount;
const char *sim_count_to_string (SimCount count);

/* Something that must not hold is made to: the checks have to notice. */
typedef enum
{
  SIM_SOUND,
  SIM_LYING_DISK, /* a till's disk says "synced" and has not */
  SIM_LOST_ROW, /* a page of a feed lacks a row */
  SIM_DOUBLE_MOVEMENT, /* the center takes a sale off its stock twice */
  SIM_ALTERED_BODY, /* the center holds other bytes than the till */
  SIM_REPEATED_RECEIPT, /* a receipt number is given twice */
  SIM_MISSING_ENTRY, /* the center acknowledges an entry and loses it */
  SIM_N_BREAKS,
} SimBreak;
const char *sim_break_to_string (SimBreak broken);

typedef struct
{
  MrId id;
  gint64 receipt_number;
} SimAnswered;

typedef struct
{
  guint index;
  char *dir; /* (owned) ends in "/": a prefix of its files' paths */
  TestWorld world;
  gint64 skew_us; /* its wall clock against the true time */
  MrJournal *journal; /* (owned) (nullable) NULL = switched off */
  MrSyncEngine *engine; /* (owned) (nullable) */
  char *image; /* (owned) (nullable) copy of its journal, from some time ago */
  guint n_disks; /* disks it has had */
  guint life; /* counts its starts: what was sent in an earlier life answers nobody */
  gint64 cut_off_until_us;
  gint64 wake_us; /* of the wake-up already planned */
  GArray *answered; /* (owned) of SimAnswered: what the cashier saw as paid */
} SimTill;

typedef struct _SimEvent SimEvent;

typedef struct
{
  guint64 seed;
  SimBreak broken;
  gboolean verbose;
  char *dir; /* (owned) */
  FaultVfs *vfs; /* (owned) */
  TestWorld vfs_world;
  TestWorld chance;
  gint64 now_us; /* virtual, from 0 */
  guint64 n_events;
  GSequence *events; /* (owned) of SimEvent */
  gboolean calm; /* no more faults: everything has to come to rest */
  guint64 counts[SIM_N_COUNTS];
  GPtrArray *trace; /* (owned) of text */
  char *failure; /* (owned) (nullable) */

  SimTill tills[SIM_MAX_TILLS + SIM_MAX_CLONES];
  guint n_tills;
  gboolean
      copies_disks; /* a history of copied and restored tills; its center never goes back in time */
  GArray *left_at_center; /* (owned) of MrId: what restored tills forgot and the center had */

  char *center_dir; /* (owned) ends in "/" */
  guint center_copy; /* the database after how many restores */
  TestWorld center_world;
  MrCenter *center; /* (owned) (nullable) NULL = down */
  char *backup; /* (owned) (nullable) copy of its database */
  guint n_goods;
  gboolean broke; /* the break has been done */
} Sim;

/* --- sim.c --- */
/* Runs @seed; NULL when all held, else what did not. */
char *sim_run (guint64 seed, SimBreak broken, gboolean verbose, guint64 counts[SIM_N_COUNTS],
               guint64 *fingerprint);
void sim_note (Sim *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void sim_fail (Sim *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* TRUE with @per_mille of a thousand, never in the calm. */
gboolean sim_chance (Sim *self, guint per_mille);
gint64 sim_between_us (Sim *self, gint64 low_us, gint64 high_us);
/* Sets @world to the virtual time, its wall clock off by @skew_us. */
void sim_set_clock (Sim *self, TestWorld *world, gint64 skew_us);

/* One more till, on a copy of the journal @image or on an empty disk (NULL). */
SimTill *sim_till_add (Sim *self, const char *image);

typedef void (*SimAction) (Sim *self, gpointer data);
/* @data is freed with @free_data after the action, or unused at the end. */
void sim_plan (Sim *self, gint64 delay_us, SimAction action, gpointer data,
               GDestroyNotify free_data);

/* --- sim-network.c --- */
/* Asks the till's engine what it wants to send until it wants nothing, and plans when to ask again. */
void sim_pump (Sim *self, SimTill *till);

/* --- sim-till.c --- */
void sim_till_start (Sim *self, SimTill *till);
void sim_till_stop (Sim *self, SimTill *till);
void sim_till_lose_power (Sim *self, SimTill *till);
void sim_till_clear (Sim *self, SimTill *till);
/* A new disk, with its image on it when it has one. */
void sim_till_put_disk (Sim *self, SimTill *till);
/* What the till does when two chains are known to part: MrTill does it by itself. */
void sim_till_part (Sim *self, SimTill *till);
/* After a failure of its disk: new connections to its files, as MrSync makes them. */
void sim_till_reopen (Sim *self, SimTill *till);
/* What its cashier does next. */
void sim_till_act (Sim *self, SimTill *till);

/* --- sim-center.c --- */
void sim_center_set_up (Sim *self);
void sim_center_open (Sim *self);
void sim_center_close (Sim *self);
char *sim_center_get_path (Sim *self);
/* Enrols @till, whose journal is open. */
void sim_center_enrol (Sim *self, SimTill *till);
/* Somebody at the center changes something. */
void sim_center_change (Sim *self);
/* Power lost, back after a while; sometimes from a backup that is older. */
void sim_center_trouble (Sim *self);
void sim_center_lose_power (Sim *self);
/* Answers; FALSE: it is down, or went down over it. @reply is cleared by the caller. */
gboolean sim_center_handle (Sim *self, const MrCenterRequest *request, MrCenterReply *reply);
void sim_center_break (Sim *self, const MrCenterRequest *request, MrCenterReply *reply);

/* --- sim-check.c --- */
/* At rest: the invariants. */
void sim_check (Sim *self);
