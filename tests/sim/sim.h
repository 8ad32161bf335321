/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalog/catalog.h"
#include "center/call.h"
#include "center/center.h"
#include "center/network.h"
#include "model/mechanism.h"
#include "store/journal.h"
#include "sync/sync.h"
#include "till/till.h"

#include "fault-vfs.h"
#include "test-world.h"

/**
 * Sim:
 *
 * Two shops with several tills, their center and its administrator in one thread and in virtual time, all
 * chance drawn from one seed: the real till without its screen, journal, sync and center on real SQLite, over
 * disks that lose what was not synced and a network that loses, doubles and delays. The same seed gives
 * the same history.
 *
 * What must hold, and who looks:
 *   durable after any crash        check_answered (), verify_journal (); at the center check_durable ()
 *   a sale has its entry, and back SQL_ORPHANS in check_journal ()
 *   nothing lost, bodies equal     compare_entries (), find_entries () where disks are copied,
 *                                  check_left_at_center ()
 *   nothing invented or doubled    sim_check (): as many entries as the tills have, where no disk is copied
 *   chains without a gap           verify_journal (); SQL_TORN_CHAINS in sim_check ()
 *   acked never too far            check_acked ()
 *   receipt numbers                check_receipts (); those that clones doubled are listed: sim_check_numbers ()
 *   stock, transfers, money        sim_check_stock (), sim_check_money (); what was given back: sim_check_returns ()
 *   convergence                    always compare () of sim-watch.c, at rest compare_feed ()
 *   on hand                        both check_on_hand (); no answer to a push changes it: deliver ()
 *   states of entries              check_settled (); revoked tills and the owner's word: check_held (), check_aside ()
 *   healed in time                 rest (): 20 virtual minutes
 *   caps                           check_caps (): logs of a till, stage; run_seeds (): the heap over many runs.
 *                                  What waits to be sent has none: a till never refuses a sale for it
 *   bits in what was synced        sim_damage_watch () and compare () after the audit; sim_damage_check_journal ()
 *                                  on copies of the journals: no till sells on over a damaged journal here
 *   each fault happened            check_counts (), from 100 seeds on
 *   no mistake of the program      run_seed (): no critical message of GLib
 *   each mechanism is needed       check_breaks (), all of them with --breaks
 */

#define SIM_MAX_TILLS 5
#define SIM_MAX_CLONES 2
#define SIM_N_SHOPS 2
#define SIM_N_BACKUPS 4

/* What the simulator counts: a fault that never happened was not tested. */
typedef enum
{
  SIM_SALES,
  SIM_OTHER_ENTRIES,
  SIM_RETURNS,
  SIM_PUSHES,
  SIM_PAGES,
  SIM_SNAPSHOTS,
  SIM_CENTER_CHANGES,
  SIM_GROUPS,
  SIM_LOOKS,
  SIM_POKES,
  SIM_ENTRIES_HELD,
  SIM_ENTRIES_SETTLED,
  SIM_ENTRIES_BY_HAND,
  SIM_ENTRIES_DROPPED,
  SIM_FIRST_FAULT,
  SIM_REQUEST_LOST = SIM_FIRST_FAULT,
  SIM_ANSWER_LOST,
  SIM_REQUEST_DOUBLED,
  SIM_ANSWER_LATE,
  SIM_OVERTAKEN,
  SIM_REFUSED_BUSY,
  SIM_BAD_GATEWAY,
  SIM_HTML_ANSWER,
  SIM_BODY_CUT,
  SIM_BODY_HALF,
  SIM_TILL_CUT_OFF,
  SIM_TILL_DEAF,
  SIM_TILL_KILLED,
  SIM_TILL_POWER_LOST,
  SIM_TILL_POWER_LOST_IN_ACT,
  SIM_TILL_POWER_LOST_IN_SYNC,
  SIM_TILL_POWER_LOST_AT_START,
  SIM_DISK_HICCUP,
  SIM_DISK_FULL,
  SIM_BIT_FLIPPED,
  SIM_BIT_FLIPPED_ON_DISK,
  SIM_REPLICA_DAMAGED,
  SIM_REPLICA_DAMAGED_RUNNING,
  SIM_DAMAGE_AUDITED,
  SIM_JOURNAL_DAMAGED,
  SIM_DAMAGE_NAMED,
  SIM_CENTER_POWER_LOST,
  SIM_CENTER_POWER_LOST_IN_REQUEST,
  SIM_CENTER_RESTORED,
  SIM_CENTER_RESTORED_FURTHER,
  SIM_CENTER_RESTORED_BY_COMMAND,
  SIM_TWO_CENTERS,
  SIM_OVERLOADED,
  SIM_CHAIN_REWOUND,
  SIM_REPLICA_DELETED,
  SIM_CATALOG_DELETED,
  SIM_CLOCK_SET,
  SIM_CLOCK_YEARS_OFF,
  SIM_CLOCK_JUMPED,
  SIM_SUMMER_TIME,
  SIM_DISK_RESTORED,
  SIM_DISK_CLONED,
  SIM_DISK_CLONED_RUNNING,
  SIM_CHAIN_PARTED,
  SIM_POISON_ENTRY,
  SIM_UNKNOWN_KIND,
  SIM_UNKNOWN_ROW,
  SIM_GOOD_DELETED,
  SIM_LAST_PIECE_TWICE,
  SIM_RETURNED_TWICE,
  SIM_NUMBER_TWICE,
  SIM_TILL_REVOKED,
  SIM_MACHINE_FROM_CENTER,
  SIM_MACHINE_FROM_BACKUP,
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
  SIM_FIRST_MECHANISM, /* and from here on one of MrMechanism is taken away */
  SIM_N_BREAKS = SIM_FIRST_MECHANISM + MR_N_MECHANISMS,
} SimBreak;
const char *sim_break_to_string (SimBreak broken);

typedef struct
{
  MrId id;
  char label[32]; /* "" = no receipt, or noted for one already */
} SimAnswered;

typedef struct _Sim Sim;

typedef struct _SimTill SimTill;
struct _SimTill
{
  Sim *sim; /* (unowned) */
  guint index;
  guint shop; /* which of the shops it stands in */
  char *dir; /* (owned) ends in "/": a prefix of its files' paths */
  TestWorld world;
  gint64 skew_us; /* its wall clock against the true time */
  MrTill *till; /* (owned) (nullable) NULL = switched off */
  char *image; /* (owned) (nullable) copy of its journal, from some time ago */
  guint n_disks; /* disks it has had */
  guint life; /* counts its starts: what was sent in an earlier life answers nobody */
  gint64 cut_off_until_us;
  gint64 deaf_until_us; /* what it sends arrives, no answer comes back */
  gint64 full_until_us; /* no room on its disk */
  guint n_wakes; /* planned so far: only the last one counts */
  guint poke_id; /* of the request that listens for pokes, 0 = none does */
  guint n_wanted; /* lines the basket at hand is to have */
  gboolean is_enrolled;
  gint64 number; /* in its shop, 0 until enrolled */
  gboolean is_fenced; /* the center no longer takes it for one of its own */
  SimTill *becomes; /* (unowned) (nullable) a new computer: the one in whose place it comes */
  char *backup; /* (owned) (nullable) what it begins with */
  gboolean is_replaced; /* fenced by the computer that came in its place */
  gboolean is_settled; /* the owner has decided since it was revoked */
  guint revoked_in_copy; /* n_restores then */
  gint64 acked_when_revoked;
  gint64 pushed_us; /* when the center last said how far it has its chain */
  gboolean is_damaged; /* a bit of its replica turned over, and no audit has answered since */
  gint64 audited_us; /* … the last audit before the damage: the next one counts */
  gboolean is_rebuilding; /* … that audit found it */
  GArray *answered; /* (owned) of SimAnswered: what the cashier saw as done */

  /* What is looked at, by the checks' own connections. */
  MrDb *journal_db; /* (owned) (nullable) */
  MrDb *shop_db; /* (owned) (nullable) */
  MrDb *catalog_db; /* (owned) (nullable) */
  char *catalog_file; /* (owned) (nullable) */
  guint looked_at; /* the replica's count at the last look */
};

typedef struct _SimEvent SimEvent;
typedef struct _SimFlight SimFlight;

struct _Sim
{
  guint64 seed;
  SimBreak broken;
  gboolean verbose;
  char *dir; /* (owned) */
  FaultVfs *vfs; /* (owned) */
  TestWorld vfs_world;
  TestWorld chance;
  gint64 base_us; /* the wall clock at virtual time 0 */
  gint64 now_us; /* virtual, from 0 */
  guint64 n_events;
  guint n_steps; /* what people did, and faults */
  GSequence *events; /* (owned) of SimEvent */
  gboolean calm; /* no more faults: everything has to come to rest */
  gint64 calm_us; /* when that began */
  gint64 healed_us; /* how long it took then until all was at rest */
  guint64 counts[SIM_N_COUNTS];
  GPtrArray *trace; /* (owned) of text */
  char *failure; /* (owned) (nullable) */

  SimTill tills[SIM_MAX_TILLS + SIM_MAX_CLONES];
  guint n_tills;
  gboolean
      copies_disks; /* a history of copied and restored tills; its center never goes back in time */
  gboolean
      changes_machines; /* one of those in which disks are not copied: new computers come instead */
  gboolean damages_files; /* a history of bits that turn over in what was synced */
  GArray *left_at_center; /* (owned) of MrId: what restored tills forgot and the center had */
  GPtrArray *acts; /* (owned) what people did: some of it is answered much later */
  GHashTable *put_aside; /* (owned) of MrId → the state the center has to give that entry */

  char *center_dir; /* (owned) ends in "/" */
  guint center_copy; /* the database's file has had so many names */
  guint n_restores;
  TestWorld center_world;
  MrCenter *center; /* (owned) (nullable) NULL = down */
  MrCenter *stale; /* (owned) (nullable) the one that was replaced and has not heard of it */
  GPtrArray *backups; /* (owned) of paths, newest last */
  MrNetworkShop shops[SIM_N_SHOPS];
  GPtrArray *waiting; /* (owned) of SimFlight: requests the center has not looked at yet */
  guint n_goods;
  guint n_rows; /* of tables the tills do not know */
  GHashTable *projections; /* (owned) "feed v.salt" → what a replica at that position holds */
  gboolean broke; /* the break has been done */
};

/* What one run came to. */
typedef struct
{
  guint64 counts[SIM_N_COUNTS];
  guint64 fingerprint;
  guint n_steps;
  guint n_tills;
  guint n_faults; /* kinds of fault that happened */
  gint64 healed_us; /* from the last fault until all was at rest */
} SimOutcome;

/* --- sim.c --- */
/* Runs @seed; NULL when all held, else what did not. */
char *sim_run (guint64 seed, SimBreak broken, gboolean verbose, SimOutcome *outcome);
void sim_note (Sim *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void sim_fail (Sim *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* A fault happened: it is counted, and is a step. */
void sim_count_fault (Sim *self, SimCount fault);
/* TRUE with @per_mille of a thousand, never in the calm. */
gboolean sim_chance (Sim *self, guint per_mille);
guint sim_below (Sim *self, guint n);
gint64 sim_between_us (Sim *self, gint64 low_us, gint64 high_us);
/* Sets @world to the virtual time, its wall clock off by @skew_us. */
void sim_set_clock (Sim *self, TestWorld *world, gint64 skew_us);
/* Lets everything happen that waits in the main context. */
void sim_settle (void);

/* One more till in @shop, on a copy of the journal @image or on an empty disk (NULL). @becomes: (nullable) the till
 * in whose place it comes. */
SimTill *sim_till_add (Sim *self, guint shop, const char *image, SimTill *becomes);

typedef void (*SimAction) (Sim *self, gpointer data);
/* @data is freed with @free_data after the action, or unused at the end. */
void sim_plan (Sim *self, gint64 delay_us, SimAction action, gpointer data,
               GDestroyNotify free_data);

/* --- sim-network.c --- */
/* What a till's sync asks for. */
extern const MrSyncHand sim_hand;
/* Asks the till's engine what it wants to send. */
void sim_pump (Sim *self, SimTill *till);
/* Tells the tills that listen that the feed of @kind has changed; of @shop_id alone, when it is a shop's. */
void sim_poke (Sim *self, const char *kind, gint64 shop_id);
/* The center is gone, and with it all who listened to it. */
void sim_end_pokes (Sim *self);
/* The center's answer to what it was sent; NULL = none comes. */
void sim_flight_answer (Sim *self, SimFlight *flight, const MrCenterReply *reply);
void sim_flight_free (gpointer flight);
void sim_flight_get_request (SimFlight *flight, MrCenterRequest *request);

/* --- sim-till.c --- */
void sim_till_start (Sim *self, SimTill *till);
void sim_till_stop (Sim *self, SimTill *till);
/* @killed: only the program ends, what it wrote stays. */
void sim_till_go_off (Sim *self, SimTill *till, gboolean killed);
/* The files of the journal in @from, as they are, to the folder @to. */
void sim_till_copy_journal (const char *from, const char *to);
void sim_till_clear (Sim *self, SimTill *till);
/* A new disk, with its image on it when it has one. */
void sim_till_put_disk (Sim *self, SimTill *till);
/* Something happens to it that nobody asked for. */
void sim_till_trouble (Sim *self, SimTill *till);
/* Faults of the disk from here on, by chance; sim_till_end_faults() says whether one hit, and has then
 * done what follows from it. */
typedef struct
{
  gboolean power_fails;
  gboolean is_killed;
  gboolean disk_fails;
  gboolean is_full;
} SimDiskFaults;
SimDiskFaults sim_till_begin_faults (Sim *self, SimTill *till, guint per_mille);
gboolean sim_till_end_faults (Sim *self, SimTill *till, const SimDiskFaults *faults,
                              SimCount power_count);

/* --- sim-damage.c --- */
/* Perhaps turns a bit over in the replicas of a till, off or running. */
void sim_damage_replica (Sim *sim, SimTill *till);
/* What its audit has found by now. */
void sim_damage_watch (Sim *sim, SimTill *till, const MrSyncStatus *status);
/* Every till whose replica was damaged has been through its audit, and has fetched what it had to. */
gboolean sim_damage_is_mended (Sim *sim);
/* Turns bits over in copies of its journal. */
void sim_damage_check_journal (Sim *sim, SimTill *till);

/* --- sim-cashier.c --- */
/* What its cashier does next. */
void sim_cashier_act (Sim *self, SimTill *till);

/* --- sim-center.c --- */
void sim_center_set_up (Sim *self);
void sim_center_open (Sim *self);
void sim_center_close (Sim *self);
/* Of two centers at once the older one ends. */
void sim_center_end_stale (Sim *self);
char *sim_center_get_path (Sim *self);
/* Power lost, back after a while; sometimes from a backup that is older. */
void sim_center_trouble (Sim *self);
void sim_center_lose_power (Sim *self);
/* Takes @flight. */
void sim_center_receive (Sim *self, SimFlight *flight);
gboolean sim_center_run (Sim *self, MrCenterJob job, gpointer data);

/* --- sim-admin.c --- */
/* The network, its goods and people, as every run begins. */
void sim_admin_found (Sim *self);
/* Somebody at the center changes something. */
void sim_admin_act (Sim *self);
/* Enrols @till, which has a folder and no program running. */
void sim_admin_enrol (Sim *self, SimTill *till);

/* --- sim-machine.c --- */
/* Sometimes another computer comes in the place of @till, which has no power: the center gives it a code for that
 * till, and it begins with nothing or with a backup. */
void sim_machine_change (Sim *sim, SimTill *till);
/* Puts its backup on its empty disk. */
void sim_machine_restore (Sim *sim, SimTill *till);

/* --- sim-owner.c --- */
/* Now and then a till is lost, or the owner decides about what waits. */
void sim_owner_act (Sim *sim);
/* Revokes again who was revoked when the center still knew. */
void sim_owner_remind (Sim *sim);
/* Checks what waits for the owner, then has it booked, or put aside where it cannot be; FALSE = nothing does. */
gboolean sim_owner_settle_all (Sim *sim);

/* --- sim-break.c --- */
void sim_break_reply (Sim *self, const MrCenterRequest *request, MrCenterReply *reply);
void sim_break_begin (Sim *self);
void sim_break_end (Sim *self);

/* --- sim-watch.c --- */
/* The center has committed something, or is another one. */
void sim_watch_center (Sim *self, MrCenter *center);
/* Something may have happened to the till's replica: what must hold at any moment. */
void sim_watch_till (Sim *self, SimTill *till);
void sim_watch_forget (SimTill *till);
/* Sum over all goods of what the till shows to be on hand. */
gint64 sim_watch_sum_on_hand (Sim *self, SimTill *till);
/* Each row of a replica as text, whatever feed it is of. */
typedef struct
{
  const char *feed;
  const char *table;
  const char *sql;
} SimReplicaTable;
extern const SimReplicaTable sim_replica_tables[];
extern const gsize sim_n_replica_tables;

/* --- sim-check.c --- */
/* At rest: the invariants. */
void sim_check (Sim *self);

/* --- sim-check-books.c --- */
void sim_check_stock (Sim *self);
void sim_check_money (Sim *self);

/* --- sim-check-returns.c --- */
void sim_check_returns (Sim *self);

/* --- sim-check-numbers.c --- */
void sim_check_numbers (Sim *self);
