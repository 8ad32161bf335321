/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/call.h"
#include "center/center-private.h"
#include "center/route.h"
#include "center/stock.h"

#include <string.h>

/* Writes of many callers in one transaction. */

/* A deadlock leaves one of two: so many in a row are no accident. A server that starts again takes seconds. */
#define TRIES 40

static const MrId nobody;

/* First those that lock writers, in the order of their names; then the others, shop by shop. */
static int
compare_calls (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const MrCall *left = *(const MrCall *const *) a, *right = *(const MrCall *const *) b;
  gboolean left_first = !mr_id_equal (left->locks_first, nobody);
  gboolean right_first = !mr_id_equal (right->locks_first, nobody);

  if (left_first != right_first)
    return left_first ? -1 : 1;
  if (left_first)
    return memcmp (left->locks_first.bytes, right->locks_first.bytes,
                   sizeof left->locks_first.bytes);
  return left->scope.shop_id < right->scope.shop_id ? -1
                                                    : left->scope.shop_id > right->scope.shop_id;
}

/* One call whose rows wait: a refused one must not have left any. */
static gboolean
run_together (MrBatch *batch, MrCall *call, GError **error)
{
  gint64 n_written = mr_db_get_n_written (batch->db);

  if (!mr_route_get_parts (call->route)->write (batch, call, error))
    return FALSE;
  if (call->reply.status < 400)
    {
      mr_stock_keep (batch);
      return TRUE;
    }
  mr_stock_drop (batch);
  if (mr_db_get_n_written (batch->db) == n_written)
    return TRUE;
  g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_CONFLICT, "a call was refused after it had written");
  return FALSE;
}

/* One call within the group; what is refused leaves nothing behind. */
static gboolean
run_alone (MrBatch *batch, MrCall *call, GError **error)
{
  if (!mr_db_savepoint (batch->db, "call", error) ||
      !mr_route_get_parts (call->route)->write (batch, call, error))
    return FALSE;
  if (call->reply.status >= 400)
    {
      mr_stock_drop (batch);
      mr_db_rollback_to (batch->db, "call");
      mr_center_forget (batch->center);
      return TRUE;
    }
  mr_stock_keep (batch);
  return mr_db_release (batch->db, "call", error);
}

static gboolean
run_calls (MrBatch *batch, MrCall **calls, guint n, GError **error)
{
  gboolean together = mr_db_is_queueing (batch->db);

  for (guint i = 0; i < n; i++)
    {
      mr_center_reply_clear (&calls[i]->reply);
      if (!(together ? run_together : run_alone) (batch, calls[i], error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
run_once (MrCenter *self, MrCall **calls, guint n, gboolean together, GError **error)
{
  MrBatch *batch = mr_batch_begin (self, error);
  gboolean done = FALSE;

  if (batch == NULL)
    return FALSE;
  mr_db_set_queueing (batch->db, together);
  if (run_calls (batch, calls, n, error))
    done = mr_batch_commit (batch, error);
  else
    mr_batch_rollback (batch);
  mr_db_set_queueing (self->db, FALSE);
  return done;
}

/* Nothing was answered yet, so that all may be done again: what a commit kept whose answer was lost is known by
 * its names and has no second effect. */
static gboolean
run_group (MrCenter *self, MrCall **calls, guint n, gboolean together, GError **error)
{
  for (guint i = 1;; i++)
    {
      g_autoptr (GError) local_error = NULL;

      if (run_once (self, calls, n, together, &local_error))
        return TRUE;
      if (i < TRIES && mr_center_may_pass (self, local_error))
        continue;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
}

/* What does not get better by asking in smaller pieces. */
static gboolean
is_for_all (const GError *error)
{
  return g_error_matches (error, MR_DB_ERROR, MR_DB_ERROR_IO) ||
         g_error_matches (error, MR_DB_ERROR, MR_DB_ERROR_FULL) ||
         g_error_matches (error, MR_DB_ERROR, MR_DB_ERROR_LOST);
}

static void
answer_all (MrCall **calls, guint n, const GError *error)
{
  for (guint i = 0; i < n; i++)
    {
      mr_center_reply_clear (&calls[i]->reply);
      mr_call_reply_error (calls[i], error);
    }
}

static void
write_halving (MrCenter *self, MrCall **calls, guint n)
{
  g_autoptr (GError) error = NULL;

  if (n == 0 || run_group (self, calls, n, FALSE, &error))
    return;
  if (n == 1 || is_for_all (error))
    {
      answer_all (calls, n, error);
      return;
    }
  write_halving (self, calls, n / 2);
  write_halving (self, calls + n / 2, n - n / 2);
}

void
mr_center_write (MrCenter *self, MrCall **calls, guint n)
{
  g_autoptr (GError) error = NULL;

  g_qsort_with_data (calls, (int) n, sizeof *calls, compare_calls, NULL);
  if (mr_db_can_queue (self->db) && n > 0)
    {
      if (run_group (self, calls, n, TRUE, &error))
        return;
      if (is_for_all (error))
        {
          answer_all (calls, n, error);
          return;
        }
    }
  write_halving (self, calls, n);
}
