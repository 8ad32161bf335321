/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "test-world.h"

/**
 * FaultVfs:
 *
 * A disk for SQLite that a test can make fail: a VFS over the system's one, on real files (so that other
 * code sees them too), which remembers for each file what a power cut would leave of it: the content at
 * the last sync, and in sectors of 512 bytes what was written since. Nothing is really synced: it is as
 * fast as memory, and one seed gives one history. Used with mr_db_use_vfs (name). One thread at a time.
 */
typedef struct _FaultVfs FaultVfs;

typedef enum
{
  FAULT_NONE,
  FAULT_FULL, /* the write is refused: no room */
  FAULT_HALF_FULL, /* half of it is written, then there is no room */
  FAULT_IO, /* the call fails; a write has written nothing */
  FAULT_EXIT, /* the program ends before the call */
  FAULT_HALF_EXIT, /* … in the middle of it: half of a write is on the disk */
} Fault;

#define FAULT_EXIT_STATUS 77

/* Which calls are counted, and may fail. */
typedef enum
{
  FAULT_ON_WRITE = 1 << 0,
  FAULT_ON_SYNC = 1 << 1,
  FAULT_ON_TRUNCATE = 1 << 2,
  FAULT_ON_DELETE = 1 << 3,
  FAULT_ON_OPEN = 1 << 4,
  FAULT_ON_ANY = 0x1f,
} FaultCalls;

/* Registers the VFS; its name is fault_vfs_get_name(). @world gives the chance of crashes. */
FaultVfs *fault_vfs_new (const char *name, TestWorld *world);
/* Unregisters; all of its files must be closed. */
void fault_vfs_free (FaultVfs *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FaultVfs, fault_vfs_free)
const char *fault_vfs_get_name (FaultVfs *self);

/* Calls of the kinds in @calls made since the last plan. */
guint64 fault_vfs_get_count (FaultVfs *self);
/* Whether the planned fault has struck. */
gboolean fault_vfs_has_hit (FaultVfs *self);
/* @fault at the @k-th (from 1) of the calls in @calls counted from now; @lasting: at all that follow
 * too. FAULT_NONE only counts. */
void fault_vfs_plan (FaultVfs *self, Fault fault, FaultCalls calls, guint64 k, gboolean lasting);

/* All files below @dir together may hold @bytes; a write that would need more finds no room.
 * G_MAXINT64 = no limit. */
void fault_vfs_set_capacity (FaultVfs *self, const char *dir, gint64 bytes);

/* Power cut for all files whose path starts with @prefix: of what was not synced each sector is there or
 * not, by chance, and one of what the file has grown by may have a bit turned over. Files open now answer nothing but errors; close them all before opening again. */
void fault_vfs_crash (FaultVfs *self, const char *prefix);
/* Turns one bit over in a byte that is not 0 between @from and @to of the file at @path, which nobody has open.
 * FALSE: there is none. */
gboolean fault_vfs_flip (FaultVfs *self, const char *path, gint64 from, gint64 to);
/* Bits turned over by crashes so far. */
guint64 fault_vfs_get_n_flips (FaultVfs *self);
/* From now on the disk of all files whose path starts with @prefix says "synced" without having done
 * so; NULL: an honest disk again. To see that a test notices. */
void fault_vfs_set_lying (FaultVfs *self, const char *prefix);
/* Files whose path starts with @prefix, none of them open, were moved or replaced past this disk: what is there
 * now is all synced. */
void fault_vfs_forget (FaultVfs *self, const char *prefix);
/* Whether anything of a path starting with @prefix waits for a sync. */
gboolean fault_vfs_is_dirty (FaultVfs *self, const char *prefix);
