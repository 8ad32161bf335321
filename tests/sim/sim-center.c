/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

#include "center/call.h"
#include "center/enrol.h"
#include "center/goods.h"
#include "center/network.h"
#include "db/db.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#define N_FIRST_GOODS 12

/* --- open and closed --------------------------------------------------------------------------- */

char *
sim_center_get_path (Sim *sim)
{
  return g_strdup_printf ("%scenter-%u.db", sim->center_dir, sim->center_copy);
}

void
sim_center_open (Sim *sim)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = sim_center_get_path (sim);
  g_autofree char *location = g_strconcat ("sqlite:", path, NULL);
  g_autofree char *files = g_strconcat (sim->center_dir, "files", NULL);

  sim_set_clock (sim, &sim->center_world, 0);
  sim->center = mr_center_open (location, files, &sim->center_world.world, &error);
  if (sim->center == NULL)
    sim_fail (sim, "the center does not open: %s", error->message);
  else
    sim_note (sim, "the center starts");
}

void
sim_center_close (Sim *sim)
{
  g_clear_pointer (&sim->center, mr_center_close);
}

static void
on_center_start (Sim *sim, gpointer data)
{
  if (sim->center == NULL)
    sim_center_open (sim);
}

static gboolean
copy_file (const char *from, const char *to)
{
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFile) target = g_file_new_for_path (to);

  return g_file_copy (source, target, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, NULL);
}

/* Somebody puts yesterday's copy back: everything acknowledged since is unknown again. */
static void
restore_backup (Sim *sim)
{
  g_autofree char *path = NULL;

  sim->center_copy++;
  path = sim_center_get_path (sim);
  if (!copy_file (sim->backup, path))
    sim_fail (sim, "the center's backup cannot be put back");
  sim->counts[SIM_CENTER_RESTORED]++;
  sim_note (sim, "the center is restored to an older state");
}

void
sim_center_lose_power (Sim *sim)
{
  sim_note (sim, "the center loses its power");
  fault_vfs_crash (sim->vfs, sim->center_dir);
  sim_center_close (sim);
  if (sim->backup != NULL && !sim->copies_disks && sim_chance (sim, 350))
    restore_backup (sim);
  sim_plan (sim, sim_between_us (sim, G_USEC_PER_SEC, 200 * G_USEC_PER_SEC), on_center_start, NULL,
            NULL);
}

static void
take_backup (Sim *sim)
{
  g_autoptr (GError) error = NULL;

  g_free (sim->backup);
  sim->backup = g_strdup_printf ("%sbackup-%" G_GINT64_FORMAT ".db", sim->center_dir, sim->now_us);
  if (!mr_db_backup (mr_center_get_db (sim->center), sim->backup, &error))
    sim_fail (sim, "no backup of the center: %s", error->message);
  sim_note (sim, "a backup of the center");
}

void
sim_center_trouble (Sim *sim)
{
  if (sim->center == NULL)
    return;
  if (sim->backup == NULL || sim_chance (sim, 300))
    {
      take_backup (sim);
      return;
    }
  sim->counts[SIM_CENTER_POWER_LOST]++;
  sim_center_lose_power (sim);
}

/* --- goods and people -------------------------------------------------------------------------- */

static gboolean
put_good (Sim *sim, guint number)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrGoods) goods = NULL;
  g_autofree char *barcode = g_strdup_printf ("69%011u", number);
  g_autofree char *name = g_strdup_printf ("可口可乐 %uml", 100 + number);
  const MrGoodsRow row = { .given = MR_GOODS_PRICE | MR_GOODS_TAX | MR_GOODS_CATEGORY,
                           .barcode = barcode,
                           .name = name,
                           .unit = "",
                           .category = "饮料",
                           .brand = "",
                           .initials = "",
                           .tax_ppm = 130000,
                           .units_milli = 1000,
                           .price_minor = 100 + (gint64) test_world_below (&sim->chance, 900) };
  MrGoodsOutcome outcome;

  goods = mr_goods_new (mr_center_get_db (sim->center), &sim->center_world.world, 1, &error);
  if (goods == NULL || !mr_goods_begin (goods, &error))
    return FALSE;
  if (mr_goods_put (goods, &row, &outcome, &error) && mr_goods_commit (goods, &error))
    return TRUE;
  mr_goods_rollback (goods);
  return FALSE;
}

static gboolean
add_network (MrBatch *batch, gpointer data, GError **error)
{
  gint64 region = mr_network_add_region (batch, "east", "华东", "CNY", "Asia/Shanghai", error);

  return region != 0 && mr_network_add_shop (batch, region, "corner", "街角便利店", error) != 0;
}

static gboolean
receive_goods (MrBatch *batch, gpointer data, GError **error)
{
  Sim *sim = data;
  /* A later good may be unknown to a center that went back in time. */
  g_autofree char *barcode =
      g_strdup_printf ("69%011u", (guint) test_world_below (&sim->chance, N_FIRST_GOODS));
  MrNetworkShop shop;

  return mr_network_find_shop (batch->db, "corner", &shop, error) &&
         mr_network_receive (batch, &shop, barcode,
                             1000 * (1 + (gint64) test_world_below (&sim->chance, 50)), error);
}

static gboolean
add_staff (MrBatch *batch, gpointer data, GError **error)
{
  MrNetworkShop shop;

  return mr_network_find_shop (batch->db, "corner", &shop, error) &&
         mr_network_add_staff (batch, &shop, 0, "小王", "cashier", "", error) != 0;
}

static gboolean
set_footer (MrBatch *batch, gpointer data, GError **error)
{
  Sim *sim = data;
  g_autofree char *footer =
      g_strdup_printf ("谢谢光临 %u", (guint) test_world_below (&sim->chance, 1000));
  MrNetworkShop shop;

  return mr_network_find_shop (batch->db, "corner", &shop, error) &&
         mr_network_set_setting (batch, &shop, "receipt_footer", footer, error);
}

static void
run (Sim *sim, MrCenterJob job)
{
  g_autoptr (GError) error = NULL;

  if (!mr_center_run (sim->center, job, sim, &error))
    sim_fail (sim, "the center cannot do its own work: %s", error->message);
}

void
sim_center_set_up (Sim *sim)
{
  test_world_init (&sim->center_world, sim->seed * 7 + 1);
  sim->center_dir = g_strconcat (sim->dir, "/center/", NULL);
  g_mkdir (sim->center_dir, 0700);
  sim_center_open (sim);
  run (sim, add_network);
  for (guint i = 0; i < N_FIRST_GOODS; i++)
    put_good (sim, i);
  sim->n_goods = N_FIRST_GOODS;
  for (guint i = 0; i < 8; i++)
    run (sim, receive_goods);
}

void
sim_center_change (Sim *sim)
{
  if (sim->center == NULL)
    return;
  sim_set_clock (sim, &sim->center_world, 0);
  sim->counts[SIM_CENTER_CHANGES]++;
  switch (test_world_below (&sim->chance, 8))
    {
    case 0:
      run (sim, receive_goods);
      break;
    case 4:
    case 5:
      /* Many prices at once: pages to be cut in two. */
      for (guint i = 0; i < 8; i++)
        put_good (sim, (guint) test_world_below (&sim->chance, sim->n_goods));
      break;
    case 1:
      run (sim, add_staff);
      break;
    case 2:
      run (sim, set_footer);
      break;
    case 3:
      put_good (sim, sim->n_goods++);
      break;
    default:
      /* A new price takes effect in its own second. */
      put_good (sim, (guint) test_world_below (&sim->chance, sim->n_goods));
      break;
    }
  sim_note (sim, "something changes at the center");
}

/* --- tills ------------------------------------------------------------------------------------- */

static gboolean
make_code (MrBatch *batch, gpointer data, GError **error)
{
  MrNetworkShop shop;

  if (!mr_network_find_shop (batch->db, "corner", &shop, error))
    return FALSE;
  *(char **) data = mr_enrol_new_code (batch, shop.id, error);
  return *(char **) data != NULL;
}

void
sim_center_enrol (Sim *sim, SimTill *till)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *code = NULL;
  g_autofree char *key = NULL;
  g_autofree char *body = NULL;
  g_autoptr (MrEnrolReply) enrolled = NULL;
  MrEnrolRequest message = { .name = (char *) "till" };
  MrCenterRequest request = { .method = "POST", .path = "/v1/enrol" };
  MrCenterReply reply = { 0 };
  guint8 public_key[32], secret_key[64];

  mr_center_run (sim->center, make_code, &code, &error);
  g_assert_no_error (error);
  mr_journal_get_key (till->journal, public_key, secret_key, &error);
  g_assert_no_error (error);
  key = g_base64_encode (public_key, sizeof public_key);
  message.code = code;
  message.public_key = key;
  body = mr_enrol_request_to_json (&message);
  request.body = body;
  request.length = strlen (body);
  mr_center_handle (sim->center, &request, &reply);
  g_assert_cmpuint (reply.status, ==, 200);
  enrolled = mr_enrol_reply_from_json (g_bytes_get_data (reply.body, NULL),
                                       (gssize) g_bytes_get_size (reply.body), &error);
  g_assert_no_error (error);
  mr_journal_set_enrolment (till->journal, "http://sim.invalid", enrolled, &error);
  g_assert_no_error (error);
  mr_center_reply_clear (&reply);
}

gboolean
sim_center_handle (Sim *sim, const MrCenterRequest *request, MrCenterReply *reply)
{
  gboolean power_fails = sim_chance (sim, 4);

  if (sim->center == NULL)
    return FALSE;
  sim_set_clock (sim, &sim->center_world, 0);
  if (power_fails)
    fault_vfs_plan (sim->vfs, FAULT_IO, FAULT_ON_WRITE | FAULT_ON_SYNC,
                    1 + test_world_below (&sim->chance, 40), TRUE);
  mr_center_handle (sim->center, request, reply);
  fault_vfs_plan (sim->vfs, FAULT_NONE, 0, 0, FALSE);
  if (!power_fails)
    return TRUE;
  sim->counts[SIM_CENTER_POWER_LOST_IN_REQUEST]++;
  sim_center_lose_power (sim);
  return FALSE;
}

/* --- breaking it on purpose -------------------------------------------------------------------- */

static void
break_books (Sim *sim, const char *sql)
{
  g_autoptr (GError) error = NULL;

  if (!mr_db_exec (mr_center_get_db (sim->center), sql, &error))
    sim_fail (sim, "cannot break the center: %s", error->message);
  sim->broke = TRUE;
}

static void
lose_row (Sim *sim, MrCenterReply *reply)
{
  g_autoptr (MrFeedsReply) feeds =
      mr_feeds_reply_from_json (g_bytes_get_data (reply->body, NULL),
                                (gssize) g_bytes_get_size (reply->body), NULL);
  char *json;

  /* A good's row, so that no later one makes up for it. */
  if (feeds == NULL || feeds->region.rows->len == 0)
    return;
  g_ptr_array_set_size (feeds->region.rows, (int) feeds->region.rows->len - 1);
  json = mr_feeds_reply_to_json (feeds);
  g_bytes_unref (reply->body);
  reply->body = g_bytes_new_take (json, strlen (json));
}

/* Late in the run, so that no restored backup undoes it. */
void
sim_center_break (Sim *sim, const MrCenterRequest *request, MrCenterReply *reply)
{
  gboolean is_push = reply->status == 200 && g_str_has_prefix (request->path, "/v1/journal");

  if (sim->broken == SIM_LOST_ROW && reply->status == 200 &&
      g_str_has_prefix (request->path, "/v1/feeds"))
    lose_row (sim, reply);
  if (sim->broke || !sim->calm || !is_push)
    return;
  if (sim->broken == SIM_DOUBLE_MOVEMENT)
    break_books (sim, "UPDATE level SET quantity = quantity - 1000 WHERE shop_id > 0 AND good_id ="
                      " (SELECT min (good_id) FROM movement WHERE shop_id > 0)");
  else if (sim->broken == SIM_ALTERED_BODY)
    break_books (sim,
                 "UPDATE entry SET body = CAST (replace (body, '\"staff\":1001', '\"staff\":1002')"
                 " AS BLOB) WHERE n = 2");
  else if (sim->broken == SIM_MISSING_ENTRY)
    break_books (sim, "DELETE FROM entry WHERE n = 2");
}
