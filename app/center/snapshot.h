/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/call.h"

G_BEGIN_DECLS

/* Snapshots: a region's catalog as a ready file, compressed, in the folder of files. They never change;
 * a new one is built at most every 15 minutes or when 2 % of the rows have changed. */

typedef struct
{
  gint64 region_id;
  gint64 schema;
  MrPosition position;
  gint64 bytes; /* compressed */
  char *name; /* (owned) */
} MrSnapshot;
void mr_snapshot_clear (MrSnapshot *self);

/* {0} when there is none. */
gboolean mr_snapshot_find_newest (MrCenter *center, gint64 region_id, MrPosition *newest,
                                  GError **error);
/* Whether a newer one is worth its work. */
gboolean mr_snapshot_is_due (MrCenter *center, gint64 region_id, gboolean *due, GError **error);
/* Reads the feed as of one moment and makes the file; on any connection, beside everything else. */
gboolean mr_snapshot_build (MrCenter *center, gint64 region_id, MrSnapshot *built, GError **error);

/* The lease of building @region_id, held by one process of all that have the database. */
typedef struct
{
  gint64 region_id;
  gboolean taken; /* it is ours */
  MrId holder; /* under this name, as long as nobody took it over */
  MrSnapshot built; /* what was built under it */
} MrSnapshotLease;
/* MrCenterJobs with MrSnapshotLease. Not taken: somebody builds, or has just built. */
gboolean mr_snapshot_take_lease (MrBatch *batch, gpointer lease, GError **error);
gboolean mr_snapshot_give_back_lease (MrBatch *batch, gpointer lease, GError **error);
/* All of them: of servers that were killed. MrCenterJob. */
gboolean mr_snapshot_drop_leases (MrBatch *batch, gpointer data, GError **error);
/* Makes the built file known, and gives the lease back; a lease that ran out meanwhile adds nothing: what is
 * newest has been somebody else's to say. */
gboolean mr_snapshot_add (MrBatch *batch, gpointer lease, GError **error);

/* Forgets snapshots whose file is gone and removes files of no or of old snapshots, unless somebody is
 * building one. */
gboolean mr_snapshot_tidy (MrCenter *center, GError **error);

/* --- between building and serving --- */
#define MR_SNAPSHOT_SUFFIX ".zst"
#define MR_SNAPSHOT_LEASE_US (10 * G_TIME_SPAN_MINUTE)
char *mr_snapshot_make_name (const char *region, gint64 schema, const MrPosition *position);
char *mr_snapshot_make_path (MrCenter *center, const char *name, const char *suffix);
char *mr_snapshot_make_lease_name (gint64 region_id);
/* *@built_at 0: there is none. */
gboolean mr_snapshot_load_newest (MrCenter *center, gint64 region_id, MrSnapshot *newest,
                                  gint64 *built_at, GError **error);
gboolean mr_snapshot_build_inline (MrCenter *center, gint64 region_id, GError **error);

G_END_DECLS
