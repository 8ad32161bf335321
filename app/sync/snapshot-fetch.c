/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sync/engine-inside.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define TIMEOUT_MS 60000
#define PREFIX "fetch-"
#define NOTHING_YET "0-0000000000000000"
#define PART_SUFFIX ".part"
#define ETAG_SUFFIX ".etag"

/* A catalog on its way: fetch-<name>.part holds what has come so far, fetch-<name>.etag says of which
 * bytes; both stay over a restart, and the rest is asked for by Range. */
static char *
build_path (MrSyncEngine *self, const char *suffix)
{
  return g_strconcat (self->dir, G_DIR_SEPARATOR_S, PREFIX, self->snapshot.name, suffix, NULL);
}

/* "<region>-<schema>-<v>-<salt>" */
static gboolean
parse_name (MrSyncEngine *self, const char *name, MrPosition *position)
{
  g_autofree char *prefix = g_strdup_printf ("%s-%d-", self->region, MR_CATALOG_SCHEMA);
  g_autofree char *text = NULL;

  if (!g_str_has_prefix (name, prefix))
    return FALSE;
  name += strlen (prefix);
  /* The catalog of a region that offers nothing yet. */
  if (strcmp (name, NOTHING_YET) == 0)
    {
      *position = (MrPosition){ 0 };
      return TRUE;
    }
  text = g_strdelimit (g_strdup (name), "-", '.');
  return mr_position_parse (text, position) && position->v > 0;
}

static void
close_part (MrSyncEngine *self)
{
  if (self->snapshot.fd >= 0)
    close (self->snapshot.fd);
  self->snapshot.fd = -1;
}

/* Back to asking which snapshot is the newest. */
static void
drop_part (MrSyncEngine *self)
{
  static const char *const suffixes[] = { PART_SUFFIX, ETAG_SUFFIX };

  close_part (self);
  for (gsize i = 0; self->snapshot.name != NULL && i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = build_path (self, suffixes[i]);

      g_unlink (path);
    }
  g_clear_pointer (&self->snapshot.name, g_free);
  g_clear_pointer (&self->snapshot.etag, g_free);
  self->snapshot.done = self->snapshot.total = 0;
}

static void
take_up_part (MrSyncEngine *self, const char *file)
{
  g_autofree char *part = NULL;
  g_autofree char *etag = NULL;
  MrPosition position;
  GStatBuf info;

  self->snapshot.name =
      g_strndup (file + strlen (PREFIX), strlen (file) - strlen (PREFIX) - strlen (PART_SUFFIX));
  part = build_path (self, PART_SUFFIX);
  etag = build_path (self, ETAG_SUFFIX);
  if (!parse_name (self, self->snapshot.name, &position) || g_stat (part, &info) != 0 ||
      !g_file_get_contents (etag, &self->snapshot.etag, NULL, NULL))
    {
      drop_part (self);
      return;
    }
  self->snapshot.done = info.st_size;
}

void
mr_snapshot_fetch_begin (MrSyncEngine *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->dir, 0, NULL);
  const char *file;

  while (dir != NULL && (file = g_dir_read_name (dir)) != NULL)
    {
      if (!g_str_has_prefix (file, PREFIX) || !g_str_has_suffix (file, PART_SUFFIX))
        continue;
      /* One at a time: of several, all but the first are of fetches long given up. */
      if (self->snapshot.name == NULL)
        take_up_part (self, file);
    }
}

void
mr_snapshot_fetch_end (MrSyncEngine *self)
{
  close_part (self);
  g_clear_pointer (&self->snapshot.name, g_free);
  g_clear_pointer (&self->snapshot.etag, g_free);
}

void
mr_snapshot_fetch_want (MrSyncEngine *self)
{
  if (self->snapshot.wanted)
    return;
  self->snapshot.wanted = TRUE;
  self->lanes[MR_LANE_SNAPSHOT].due_us = 0;
}

static void finish (MrSyncEngine *self);

gboolean
mr_snapshot_fetch_build (MrSyncEngine *self, MrSyncRequest *request)
{
  if (!self->snapshot.wanted)
    return FALSE;
  /* All of it came, and our disk would not have it: nothing to ask the center. */
  if (self->snapshot.total > 0 && self->snapshot.done == self->snapshot.total)
    {
      finish (self);
      return FALSE;
    }
  self->snapshot.asked_name = self->snapshot.name == NULL;
  if (self->snapshot.asked_name)
    {
      g_autofree char *region = g_uri_escape_string (self->region, NULL, FALSE);

      mr_engine_ask (self, MR_LANE_SNAPSHOT, "GET",
                     g_strdup_printf ("/v1/snapshot/%s?schema=%d", region, MR_CATALOG_SCHEMA), NULL,
                     TIMEOUT_MS, FALSE, request);
      return TRUE;
    }
  mr_engine_ask (self, MR_LANE_SNAPSHOT, "GET",
                 g_strdup_printf ("/v1/snapshot/%s", self->snapshot.name), NULL, TIMEOUT_MS, FALSE,
                 request);
  if (self->snapshot.done > 0 && self->snapshot.etag != NULL)
    {
      request->range = g_strdup_printf ("bytes=%" G_GINT64_FORMAT "-", self->snapshot.done);
      request->if_range = g_strdup (self->snapshot.etag);
    }
  return TRUE;
}

/* --- the name ---------------------------------------------------------------------------------- */

static void
take_name (MrSyncEngine *self, const MrSyncReply *reply)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSnapshotInfo) info =
      mr_snapshot_info_from_json (reply->body, (gssize) reply->length, &error);
  MrPosition position;

  if (info != NULL && !parse_name (self, info->name, &position))
    g_set_error (&error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE,
                 "“%s” is not a snapshot of this region", info->name);
  if (error != NULL)
    {
      g_prefix_error (&error, "the center's answer about snapshots makes no sense: ");
      mr_engine_failed (self, MR_LANE_SNAPSHOT, g_steal_pointer (&error));
      return;
    }
  self->snapshot.name = g_strdup (info->name);
  self->snapshot.done = 0;
  self->snapshot.total = info->bytes;
  mr_engine_succeeded (self, MR_LANE_SNAPSHOT, 0);
}

/* --- the bytes --------------------------------------------------------------------------------- */

static gboolean
fail_errno (const char *doing, const char *path, GError **error)
{
  int saved = errno;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved), "%s %s: %s", doing, path,
               g_strerror (saved));
  return FALSE;
}

/* 206 goes on where the part ends; 200 begins anew, with bytes of another ETag. */
static gboolean
open_part (MrSyncEngine *self, const MrSyncReply *reply, GError **error)
{
  g_autofree char *path = build_path (self, PART_SUFFIX);

  if (reply->status == 200)
    {
      g_autofree char *etag_path = build_path (self, ETAG_SUFFIX);

      self->snapshot.done = 0;
      g_free (self->snapshot.etag);
      self->snapshot.etag = g_strdup (reply->etag);
      g_unlink (etag_path);
      g_unlink (path);
      if (reply->etag != NULL && !g_file_set_contents (etag_path, reply->etag, -1, error))
        return FALSE;
    }
  self->snapshot.total = MAX (reply->content_length, 0);
  self->snapshot.fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  return self->snapshot.fd >= 0 || fail_errno ("making", path, error);
}

static gboolean
append_part (MrSyncEngine *self, const MrSyncReply *reply, GError **error)
{
  const char *bytes = reply->body;
  gsize left = reply->length;

  while (left > 0)
    {
      gssize n = write (self->snapshot.fd, bytes, left);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return fail_errno ("writing", "the catalog on its way", error);
      bytes += n;
      left -= (gsize) n;
      self->snapshot.done += n;
    }
  /* Bytes that came are progress, however often the connection breaks. */
  if (reply->length > 0)
    mr_backoff_succeed (&self->lanes[MR_LANE_SNAPSHOT].backoff);
  return TRUE;
}

/* A name nobody has open: a damaged file of the same version may still be the current one. */
static char *
find_free_name (MrSyncEngine *self, const MrPosition *position)
{
  for (guint i = 1;; i++)
    {
      g_autofree char *file = i == 1 ? g_strdup_printf ("catalog-%" G_GINT64_FORMAT "-%s.db",
                                                        position->v, position->salt)
                                     : g_strdup_printf ("catalog-%" G_GINT64_FORMAT "-%s-%u.db",
                                                        position->v, position->salt, i);
      g_autofree char *path = g_build_filename (self->dir, file, NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        continue;
      mr_replica_file_delete (self, file);
      return g_steal_pointer (&file);
    }
}

static gboolean
check_file (MrSyncEngine *self, const char *path, const MrPosition *position, GError **error)
{
  g_autoptr (MrCatalog) catalog = mr_catalog_open (path, error);
  MrCatalogHead expected = { 0 };

  /* The currency is the region's to say. */
  if (catalog == NULL || !mr_catalog_get_head (catalog, &expected, error))
    return FALSE;
  g_strlcpy (expected.region, self->region, sizeof expected.region);
  expected.v = position->v;
  g_strlcpy (expected.salt, position->salt, sizeof expected.salt);
  return mr_catalog_check (path, &expected, error);
}

static gboolean
install (MrSyncEngine *self, GError **error)
{
  g_autofree char *part = build_path (self, PART_SUFFIX);
  g_autofree char *file = NULL;
  g_autofree char *path = NULL;
  MrPosition position;

  if (!parse_name (self, self->snapshot.name, &position))
    g_assert_not_reached ();
  file = find_free_name (self, &position);
  path = g_build_filename (self->dir, file, NULL);
  if (!mr_catalog_unpack (part, path, error))
    return FALSE;
  if (check_file (self, path, &position, error) && mr_replica_file_switch (self, file, error))
    return TRUE;
  mr_replica_file_delete (self, file);
  return FALSE;
}

static void
finish (MrSyncEngine *self)
{
  g_autoptr (GError) error = NULL;

  if (install (self, &error))
    {
      drop_part (self);
      self->snapshot.wanted = FALSE;
      mr_engine_succeeded (self, MR_LANE_SNAPSHOT, G_MAXINT64);
      /* What has changed since it was built. */
      self->lanes[MR_LANE_PULL].due_us = 0;
      return;
    }
  /* Damaged on its way or on our disk: from the beginning. A full disk keeps what there is. */
  if (g_error_matches (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE))
    drop_part (self);
  g_prefix_error (&error, "the catalog that came cannot be used: ");
  mr_engine_failed (self, MR_LANE_SNAPSHOT, g_steal_pointer (&error));
}

static gboolean
take_bytes (MrSyncEngine *self, const MrSyncReply *reply)
{
  g_autoptr (GError) error = NULL;

  if ((self->snapshot.fd < 0 && !open_part (self, reply, &error)) ||
      !append_part (self, reply, &error))
    {
      close_part (self);
      mr_engine_failed (self, MR_LANE_SNAPSHOT, g_steal_pointer (&error));
      return TRUE;
    }
  if (reply->partial)
    return FALSE;
  close_part (self);
  if (self->snapshot.total > 0 && self->snapshot.done > self->snapshot.total)
    drop_part (self);
  if (self->snapshot.total > 0 && self->snapshot.done == self->snapshot.total)
    finish (self);
  else
    mr_engine_refused (self, MR_LANE_SNAPSHOT, reply);
  return TRUE;
}

gboolean
mr_snapshot_fetch_reply (MrSyncEngine *self, const MrSyncReply *reply)
{
  if (self->snapshot.asked_name && reply->status == 200)
    {
      take_name (self, reply);
      return TRUE;
    }
  if (!self->snapshot.asked_name && (reply->status == 200 || reply->status == 206))
    return take_bytes (self, reply);
  /* The connection broke: what came stays. It is gone at the center, or we hold too much: anew. */
  close_part (self);
  if (!self->snapshot.asked_name && (reply->status == 404 || reply->status == 416))
    drop_part (self);
  mr_engine_refused (self, MR_LANE_SNAPSHOT, reply);
  return TRUE;
}
