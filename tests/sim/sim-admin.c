/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

#include "center/enrol.h"
#include "center/goods.h"
#include "wire/message.h"

#include <string.h>

#define N_FIRST_GOODS 12
/* The first goods come in single pieces: each is the last one soon. */
#define N_SCARCE_GOODS 3

static const char SQL_TILL[] = "SELECT id FROM till WHERE shop_id = ?1 AND number = ?2";
static const char *const shop_names[SIM_N_SHOPS] = { "corner", "river" };

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
                           .price_minor = 100 + (gint64) sim_below (sim, 900) };
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
  MrNetworkShop river;

  return region != 0 && mr_network_add_shop (batch, region, "corner", "街角便利店", error) != 0 &&
         mr_network_add_shop (batch, region, "river", "河边便利店", error) != 0 &&
         mr_network_find_shop (batch->db, "river", &river, error) &&
         mr_network_set_setting (batch, &river, "time_zone", "Europe/Berlin", error) &&
         mr_network_add_staff (batch, &river, 0, "老周", "owner", "", error) != 0 &&
         mr_network_add_staff (batch, &river, 0, "小王", "cashier", "", error) != 0;
}

static const MrNetworkShop *
choose_shop (Sim *sim)
{
  return &sim->shops[sim_below (sim, SIM_N_SHOPS)];
}

static gboolean
receive_goods (MrBatch *batch, gpointer data, GError **error)
{
  Sim *sim = data;
  /* A later good may be unknown to a center that went back in time. */
  guint number = sim_below (sim, N_FIRST_GOODS);
  gint64 pieces = number < N_SCARCE_GOODS ? 1 : 1 + sim_below (sim, 50);
  g_autofree char *barcode = g_strdup_printf ("69%011u", number);

  return mr_network_receive (batch, choose_shop (sim), barcode, 1000 * pieces, error);
}

static gboolean
add_staff (MrBatch *batch, gpointer data, GError **error)
{
  Sim *sim = data;

  return mr_network_add_staff (batch, choose_shop (sim), 0, "小王", "cashier", "", error) != 0;
}

static gboolean
set_footer (MrBatch *batch, gpointer data, GError **error)
{
  Sim *sim = data;
  g_autofree char *footer = g_strdup_printf ("谢谢光临 %u", sim_below (sim, 1000));

  return mr_network_set_setting (batch, choose_shop (sim), "receipt_footer", footer, error);
}

static gboolean
set_tile (MrBatch *batch, gpointer data, GError **error)
{
  Sim *sim = data;
  g_autofree char *barcode = g_strdup_printf ("69%011u", sim_below (sim, N_FIRST_GOODS));

  return mr_network_set_tile (batch, choose_shop (sim), "饮料", 1 + sim_below (sim, 6), barcode,
                              error);
}

static gboolean
set_short_code (MrBatch *batch, gpointer data, GError **error)
{
  Sim *sim = data;
  g_autofree char *barcode = g_strdup_printf ("69%011u", sim_below (sim, N_FIRST_GOODS));
  g_autofree char *code = g_strdup_printf ("%u", 1 + sim_below (sim, 9));

  return mr_network_set_short_code (batch, choose_shop (sim), code, barcode, error);
}

static gint64
find_region_feed (MrBatch *batch, GError **error)
{
  return mr_feed_find (batch->db, "region", 1, error);
}

/* Of a version of the center that knows more than its tills. */
static gboolean
publish_unknown_row (MrBatch *batch, gpointer data, GError **error)
{
  Sim *sim = data;
  gint64 feed =
      sim_below (sim, 2) == 0 ? find_region_feed (batch, error) : choose_shop (sim)->feed_id;
  g_autofree char *fields = g_strdup_printf ("[\"春节\",%u,[1,2]]", sim_below (sim, 1000));

  if (feed == 0)
    return FALSE;
  if (sim_below (sim, 4) == 0)
    return mr_feed_tombstone (batch->feeds, feed, "festival", "1", error);
  return mr_feed_publish_int (batch->feeds, feed, "festival", 1 + (gint64) (sim->n_rows++ % 4),
                              fields, error);
}

static gboolean
delete_row (MrBatch *batch, gint64 feed, const char *table, const char *sql, gint64 good_id,
            GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (MrQuery) query = mr_db_select (batch->db, error, sql, "i", good_id);

  while (query != NULL && mr_query_step (query, error) == MR_STEP_ROW)
    g_ptr_array_add (ids, g_strdup (mr_query_get_text (query, 0)));
  for (guint i = 0; i < ids->len; i++)
    if (!mr_feed_tombstone (batch->feeds, feed, table, g_ptr_array_index (ids, i), error))
      return FALSE;
  return query != NULL;
}

/* A good leaves the region while it stands in baskets; a price of it that comes later brings its rows
 * back. */
static gboolean
delete_good (MrBatch *batch, gpointer data, GError **error)
{
  Sim *sim = data;
  gint64 feed = find_region_feed (batch, error);
  gint64 good_id = 1 + (gint64) sim_below (sim, N_FIRST_GOODS);

  return feed != 0 &&
         delete_row (batch, feed, "price",
                     "SELECT CAST (price.id AS TEXT) FROM price JOIN pack ON pack.id = pack_id"
                     " WHERE good_id = ?1",
                     good_id, error) &&
         delete_row (batch, feed, "pack", "SELECT CAST (id AS TEXT) FROM pack WHERE good_id = ?1",
                     good_id, error) &&
         delete_row (batch, feed, "good", "SELECT CAST (id AS TEXT) FROM good WHERE id = ?1",
                     good_id, error);
}

/* --- the beginning ----------------------------------------------------------------------------- */

void
sim_admin_found (Sim *sim)
{
  g_autoptr (GError) error = NULL;

  sim_center_run (sim, add_network, NULL);
  for (guint i = 0; i < SIM_N_SHOPS; i++)
    {
      mr_network_find_shop (mr_center_get_db (sim->center), shop_names[i], &sim->shops[i], &error);
      g_assert_no_error (error);
    }
  for (guint i = 0; i < N_FIRST_GOODS; i++)
    put_good (sim, i);
  sim->n_goods = N_FIRST_GOODS;
  for (guint i = 0; i < 16; i++)
    sim_center_run (sim, receive_goods, sim);
}

void
sim_admin_act (Sim *sim)
{
  static const MrCenterJob jobs[] = { receive_goods, receive_goods, add_staff,
                                      set_footer,    set_tile,      set_short_code };
  guint which = sim_below (sim, 14);

  if (sim->center == NULL)
    return;
  sim_set_clock (sim, &sim->center_world, 0);
  sim->counts[SIM_CENTER_CHANGES]++;
  if (which < G_N_ELEMENTS (jobs))
    {
      sim_center_run (sim, jobs[which], sim);
    }
  else if (which < 8)
    {
      /* Many prices at once: pages to be cut in two. */
      for (guint i = 0; i < 8; i++)
        put_good (sim, sim_below (sim, sim->n_goods));
    }
  else if (which == 8)
    {
      put_good (sim, sim->n_goods++);
    }
  else if (which == 9)
    {
      sim_count_fault (sim, SIM_UNKNOWN_ROW);
      sim_center_run (sim, publish_unknown_row, sim);
    }
  else if (which == 10)
    {
      sim_count_fault (sim, SIM_GOOD_DELETED);
      sim_center_run (sim, delete_good, sim);
    }
  else
    {
      /* A new price takes effect in its own second. */
      put_good (sim, sim_below (sim, sim->n_goods));
    }
  sim_note (sim, "something changes at the center");
  sim_watch_center (sim, sim->center);
  sim_owner_act (sim);
}

/* --- tills ------------------------------------------------------------------------------------- */

typedef struct
{
  gint64 shop_id;
  gint64 number; /* of the till it is for, 0 = a new one */
  char *code;
} NewCode;

static gboolean
make_code (MrBatch *batch, gpointer data, GError **error)
{
  NewCode *code = data;

  gint64 till_id = 0;

  if (code->number != 0 &&
      !mr_db_get_int (batch->db, &till_id, error, SQL_TILL, "ii", code->shop_id, code->number))
    return FALSE;
  code->code = mr_enrol_new_code_for (batch, code->shop_id, till_id, error);
  return code->code != NULL;
}

static MrEnrolReply *
ask_enrolment (Sim *sim, const char *code, const guint8 public_key[32])
{
  g_autoptr (GError) error = NULL;
  g_autofree char *key = g_base64_encode (public_key, 32);
  MrEnrolRequest message = { .name = (char *) "till", .code = (char *) code, .public_key = key };
  g_autofree char *body = mr_enrol_request_to_json (&message);
  MrCenterRequest request = {
    .method = "POST", .path = "/v1/enrol", .body = body, .length = strlen (body)
  };
  MrCenterReply reply = { 0 };
  MrEnrolReply *enrolled;

  mr_center_handle (sim->center, &request, &reply);
  g_assert_cmpuint (reply.status, ==, 200);
  enrolled = mr_enrol_reply_from_json (g_bytes_get_data (reply.body, NULL),
                                       (gssize) g_bytes_get_size (reply.body), &error);
  g_assert_no_error (error);
  mr_center_reply_clear (&reply);
  return enrolled;
}

void
sim_admin_enrol (Sim *sim, SimTill *till)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrEnrolReply) enrolled = NULL;
  g_autoptr (MrJournal) journal = NULL;
  NewCode code = { .shop_id = sim->shops[till->shop].id,
                   .number = till->becomes == NULL ? 0 : till->becomes->number };
  guint8 public_key[32], secret_key[64];

  if (till->backup != NULL)
    sim_machine_restore (sim, till);
  journal = mr_journal_open (till->dir, &till->world.world, &error);
  g_assert_no_error (error);
  sim_set_clock (sim, &sim->center_world, 0);
  mr_center_run (sim->center, make_code, &code, &error);
  g_assert_no_error (error);
  mr_journal_get_key (journal, public_key, secret_key, &error);
  g_assert_no_error (error);
  enrolled = ask_enrolment (sim, code.code, public_key);
  mr_journal_set_enrolment (journal, "http://sim.invalid", enrolled, &error);
  g_assert_no_error (error);
  g_free (code.code);
  till->is_enrolled = TRUE;
  till->number = enrolled->till_number;
  if (till->becomes != NULL)
    till->becomes->is_fenced = till->becomes->is_replaced = TRUE;
  sim_watch_center (sim, sim->center);
}
