/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/snapshot.h"

#include "catalog/catalog.h"
#include "center/center-private.h"

#include <string.h>

/* Replaying more rows than this takes a till longer than waiting for the newer file, ... */
#define WAIT_FOR_NEWER 5000
/* ... unless that does not come: a build that takes longer has failed. */
#define BUILD_MAX_US (2 * G_TIME_SPAN_MINUTE)

#define SQL_FIND \
  "SELECT bytes FROM snapshot WHERE region_id = ?1 AND schema = ?2 AND v = ?3 AND salt = ?4"
#define SQL_LEASE_ENDS "SELECT expires_at FROM lease WHERE name = ?1"
#define SQL_FEED "SELECT id FROM feed WHERE kind = 'region' AND scope_id = ?1"
#define SQL_COUNT_SINCE "SELECT count(*) FROM feed_row WHERE feed_id = ?1 AND v > ?2"

/* --- GET /v1/snapshot/… --- */

static void
refuse_name (MrCall *call)
{
  mr_call_reply_problem (call, 404, "no-snapshot", "There is no such snapshot.", NULL,
                         "Ask /v1/snapshot/%s for the name of the newest one.", call->scope.region);
}

/* Whether @newest is so far behind that the file being built is worth waiting for. */
static gboolean
is_worth_waiting (MrCenter *center, const MrSnapshot *newest, gboolean *worth, GError **error)
{
  g_autofree char *lease = mr_snapshot_make_lease_name (newest->region_id);
  g_autoptr (GError) local_error = NULL;
  gint64 feed_id = 0, behind = 0, ends_at = 0;

  *worth = FALSE;
  if (!mr_db_get_int (center->db, &feed_id, error, SQL_FEED, "i", newest->region_id) ||
      !mr_db_get_int (center->db, &behind, error, SQL_COUNT_SINCE, "ii", feed_id,
                      newest->position.v))
    return FALSE;
  if (behind <= WAIT_FOR_NEWER)
    return TRUE;
  if (!mr_db_get_int (center->db, &ends_at, &local_error, SQL_LEASE_ENDS, "s", lease))
    {
      *worth = TRUE; /* it begins in a moment */
      if (local_error == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  *worth = mr_world_now_us (center->world) < ends_at - MR_SNAPSHOT_LEASE_US + BUILD_MAX_US;
  return TRUE;
}

/* Has one built when it is worth it: here and now, or by whoever does it. *@wait: it is better to come back
 * for that. */
static gboolean
provide (MrCenter *center, MrSnapshot *newest, gboolean *wait, GError **error)
{
  gint64 region_id = newest->region_id, built_at;
  gboolean due;

  *wait = FALSE;
  if (!mr_snapshot_is_due (center, region_id, &due, error))
    return FALSE;
  if (due && center->snapshot_due != NULL)
    center->snapshot_due (region_id, center->snapshot_data);
  else if (due && !mr_snapshot_build_inline (center, region_id, error))
    return FALSE;
  if (!mr_snapshot_load_newest (center, region_id, newest, &built_at, error))
    return FALSE;
  if (built_at == 0)
    *wait = TRUE;
  else if (due && center->snapshot_due != NULL)
    return is_worth_waiting (center, newest, wait, error);
  return TRUE;
}

static gboolean
reply_newest (MrCenter *center, MrCall *call, GError **error)
{
  MrSnapshot newest = { .region_id = call->scope.region_id };
  gint64 schema = MR_CATALOG_SCHEMA;
  MrSnapshotInfo info = { 0 };
  gboolean wait;

  if (g_hash_table_contains (call->query, "schema") &&
      !mr_call_get_query_int (call, "schema", 1, 1000000, &schema))
    return TRUE;
  if (schema < MR_CATALOG_SCHEMA)
    {
      mr_call_reply_problem (call, 426, "too-old-to-talk", "This till needs an update.", NULL,
                             "Catalogs are of schema %d here, the till reads %" G_GINT64_FORMAT ".",
                             MR_CATALOG_SCHEMA, schema);
      return TRUE;
    }
  if (!provide (center, &newest, &wait, error))
    return FALSE;
  if (wait)
    {
      mr_call_reply_problem (call, 503, "building", "The snapshot is being built.", NULL,
                             "Ask again in two seconds.");
      call->reply.retry_after_s = 2;
      return TRUE;
    }
  info.name = mr_snapshot_make_name (call->scope.region, newest.schema, &newest.position);
  info.bytes = newest.bytes;
  info.schema = newest.schema;
  info.position = newest.position;
  mr_call_reply_json (call, 200, mr_snapshot_info_to_json (&info));
  g_free (info.name);
  return TRUE;
}

/* "<region>-<schema>-<v>-<salt>" of the caller's region. */
static gboolean
parse_name (const char *name, const char *region, gint64 *schema, MrPosition *position)
{
  gsize prefix = strlen (region);
  g_auto (GStrv) parts = NULL;

  if (strncmp (name, region, prefix) != 0 || name[prefix] != '-')
    return FALSE;
  parts = g_strsplit (name + prefix + 1, "-", 4);
  if (g_strv_length (parts) != 3 || strlen (parts[2]) != 16 ||
      !g_ascii_string_to_signed (parts[0], 10, 1, 1000000, schema, NULL) ||
      !g_ascii_string_to_signed (parts[1], 10, 0, G_MAXINT64, &position->v, NULL))
    return FALSE;
  g_strlcpy (position->salt, position->v > 0 ? parts[2] : "", sizeof position->salt);
  return TRUE;
}

typedef enum
{
  RANGE_ALL,
  RANGE_PART,
  RANGE_WRONG,
} Range;

/* One range of bytes (RFC 9110, 14.1.2); anything else asks for the whole file. */
static Range
parse_range (const char *text, gsize size, gsize *first, gsize *length)
{
  guint64 from, to = size - 1;
  char *end = NULL;

  *first = 0;
  *length = size;
  if (text == NULL || !g_str_has_prefix (text, "bytes=") || !g_ascii_isdigit (text[6]))
    return RANGE_ALL;
  from = g_ascii_strtoull (text + 6, &end, 10);
  if (*end++ != '-')
    return RANGE_ALL;
  if (g_ascii_isdigit (*end))
    to = g_ascii_strtoull (end, &end, 10);
  if (*end != '\0' || to < from)
    return *end != '\0' ? RANGE_ALL : RANGE_WRONG;
  if (from >= size)
    return RANGE_WRONG;
  *first = (gsize) from;
  *length = (gsize) (MIN (to, (guint64) size - 1) - from + 1);
  return RANGE_PART;
}

static void
reply_file (MrCall *call, GBytes *file, const char *etag)
{
  const MrCenterRequest *request = &call->request;
  gsize size = g_bytes_get_size (file), first, length;
  gboolean current = request->if_range == NULL || strcmp (request->if_range, etag) == 0;
  Range range = parse_range (current ? request->range : NULL, size, &first, &length);

  call->reply.etag = g_strdup (etag);
  call->reply.immutable = TRUE;
  if (request->if_none_match != NULL && strcmp (request->if_none_match, etag) == 0)
    {
      call->reply.status = 304;
      return;
    }
  if (range == RANGE_WRONG)
    {
      mr_call_reply_problem (call, 416, "range", "The file ends before that.", NULL,
                             "It is %" G_GSIZE_FORMAT " bytes long.", size);
      call->reply.content_range = g_strdup_printf ("bytes */%" G_GSIZE_FORMAT, size);
      return;
    }
  call->reply.status = range == RANGE_PART ? 206 : 200;
  call->reply.content_type = "application/zstd";
  call->reply.body = g_bytes_new_from_bytes (file, first, length);
  if (range == RANGE_PART)
    call->reply.content_range =
        g_strdup_printf ("bytes %" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT "/%" G_GSIZE_FORMAT, first,
                         first + length - 1, size);
}

gboolean
mr_handle_snapshot (MrCenter *center, MrCall *call, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GMappedFile) mapped = NULL;
  g_autoptr (GBytes) file = NULL;
  g_autofree char *path = NULL;
  g_autofree char *etag = NULL;
  MrPosition position;
  gint64 schema, bytes;

  if (strcmp (call->rest, call->scope.region) == 0)
    return reply_newest (center, call, error);
  if (!mr_snapshot_name_is_valid (call->rest) ||
      !parse_name (call->rest, call->scope.region, &schema, &position))
    {
      refuse_name (call);
      return TRUE;
    }
  if (!mr_db_get_int (center->db, &bytes, &local_error, SQL_FIND, "iiis", call->scope.region_id,
                      schema, position.v, position.salt))
    {
      if (local_error == NULL)
        refuse_name (call);
      else
        g_propagate_error (error, g_steal_pointer (&local_error));
      return mr_call_is_answered (call);
    }
  path = mr_snapshot_make_path (center, call->rest, MR_SNAPSHOT_SUFFIX);
  mapped = g_mapped_file_new (path, FALSE, NULL);
  if (mapped == NULL)
    {
      refuse_name (call);
      return TRUE;
    }
  file = g_mapped_file_get_bytes (mapped);
  etag = g_strdup_printf ("\"%s\"", call->rest);
  reply_file (call, file, etag);
  return TRUE;
}
