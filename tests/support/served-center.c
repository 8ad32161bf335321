/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "served-center.h"

#include "center/enrol.h"
#include "center/goods.h"
#include "center/network.h"
#include "center/server.h"
#include "center/snapshot.h"
#include "system-world.h"

#include "temp-dir.h"
#include "test-database.h"

#include <string.h>

struct _ServedCenter
{
  char *dir; /* (owned) */
  char *location; /* (owned) */
  char *files; /* (owned) */
  char *listen; /* (owned) */
  char *url; /* (owned) */
  GThread *thread; /* (owned) (nullable) NULL = stopped */
  GMainContext *context; /* (owned) (nullable) */
  GMainLoop *loop; /* (owned) (nullable) */
  MrWorker *worker; /* (owned) (nullable) */
  GMutex lock;
  GCond started;
};

static gboolean
set_up_network (MrBatch *batch, gpointer data, GError **error)
{
  gint64 region = mr_network_add_region (batch, "east", "华东", "CNY", "Asia/Shanghai", error);

  return region != 0 && mr_network_add_shop (batch, region, "corner", "街角便利店", error) != 0;
}

static gpointer
serve (gpointer data)
{
  ServedCenter *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MrServer) server = NULL;

  g_main_context_push_thread_default (self->context);
  server = mr_server_new (self->worker, self->listen, MR_SERVER_LOOPBACK_ONLY, &error);
  g_assert_no_error (error);
  g_mutex_lock (&self->lock);
  g_free (self->url);
  self->url = mr_server_dup_url (server);
  g_cond_signal (&self->started);
  g_mutex_unlock (&self->lock);
  g_main_loop_run (self->loop);
  g_clear_pointer (&server, mr_server_free);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

void
served_center_start (ServedCenter *self)
{
  g_autoptr (GError) error = NULL;

  self->worker = mr_worker_new (self->location, self->files, mr_system_world_get (), 2, &error);
  g_assert_no_error (error);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  g_clear_pointer (&self->url, g_free);
  g_mutex_lock (&self->lock);
  self->thread = g_thread_new ("center", serve, self);
  while (self->url == NULL)
    g_cond_wait (&self->started, &self->lock);
  g_mutex_unlock (&self->lock);
  g_free (self->listen);
  self->listen = g_strdup (self->url + strlen ("http://"));
}

static gboolean
on_quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

void
served_center_stop (ServedCenter *self)
{
  if (self->thread == NULL)
    return;
  g_main_context_invoke (self->context, on_quit, self->loop);
  g_thread_join (g_steal_pointer (&self->thread));
  g_clear_pointer (&self->worker, mr_worker_free);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
}

ServedCenter *
served_center_new (void)
{
  ServedCenter *self = g_new0 (ServedCenter, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->started);
  self->dir = temp_dir_new ();
  self->location = test_database_new (self->dir);
  self->files = g_build_filename (self->dir, "files", NULL);
  self->listen = g_strdup ("127.0.0.1:0");
  served_center_start (self);
  served_center_run (self, set_up_network, NULL);
  return self;
}

void
served_center_free (ServedCenter *self)
{
  served_center_stop (self);
  temp_dir_remove (self->dir);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->started);
  g_free (self->dir);
  g_free (self->location);
  g_free (self->files);
  g_free (self->listen);
  g_free (self->url);
  g_free (self);
}

const char *
served_center_get_url (ServedCenter *self)
{
  return self->url;
}

const char *
served_center_get_location (ServedCenter *self)
{
  return self->location;
}

/* --- jobs -------------------------------------------------------------------------------------- */

typedef struct
{
  MrCenterJob job;
  gpointer data;
} Job;

static gboolean
run_job (MrCenter *center, gpointer data, GError **error)
{
  const Job *job = data;

  return mr_center_run (center, job->job, job->data, error);
}

void
served_center_run (ServedCenter *self, MrCenterJob job, gpointer data)
{
  g_autoptr (GError) error = NULL;
  Job both = { job, data };

  mr_worker_write (self->worker, run_job, &both, &error);
  g_assert_no_error (error);
}

static gboolean
build_snapshot (MrCenter *center, gpointer data, GError **error)
{
  MrNetworkShop shop;

  return mr_network_find_shop (mr_center_get_db (center), "corner", &shop, error) &&
         mr_snapshot_build_inline (center, shop.region_id, error);
}

void
served_center_build_snapshot (ServedCenter *self)
{
  g_autoptr (GError) error = NULL;

  mr_worker_write (self->worker, build_snapshot, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
make_code (MrBatch *batch, gpointer data, GError **error)
{
  MrNetworkShop shop;

  if (!mr_network_find_shop (batch->db, "corner", &shop, error))
    return FALSE;
  *(char **) data = mr_enrol_new_code (batch, shop.id, error);
  return *(char **) data != NULL;
}

char *
served_center_new_code (ServedCenter *self)
{
  char *code = NULL;

  served_center_run (self, make_code, &code);
  return code;
}

/* --- goods ------------------------------------------------------------------------------------- */

typedef struct
{
  guint first;
  guint n;
  gint64 price_minor;
} Goods;

char *
served_center_make_barcode (guint number)
{
  return g_strdup_printf ("69%011u", number);
}

static gboolean
put_good (MrGoods *goods, guint number, gint64 price_minor, GError **error)
{
  g_autofree char *barcode = served_center_make_barcode (number);
  g_autofree char *name = g_strdup_printf ("可口可乐 %uml", number);
  const MrGoodsRow row = { .given = MR_GOODS_PRICE | MR_GOODS_TAX | MR_GOODS_CATEGORY,
                           .barcode = barcode,
                           .name = name,
                           .unit = "",
                           .category = "饮料",
                           .brand = "",
                           .initials = "",
                           .tax_ppm = 130000,
                           .units_milli = 1000,
                           .price_minor = price_minor };
  MrGoodsOutcome outcome;

  return mr_goods_put (goods, &row, &outcome, error);
}

static gboolean
put_goods (MrCenter *center, gpointer data, GError **error)
{
  const Goods *wanted = data;
  g_autoptr (MrGoods) goods =
      mr_goods_new (mr_center_get_db (center), mr_center_get_world (center), 1, error);

  if (goods == NULL || !mr_goods_begin (goods, error))
    return FALSE;
  for (guint i = 0; i < wanted->n; i++)
    if (!put_good (goods, wanted->first + i, wanted->price_minor, error))
      return FALSE;
  return mr_goods_commit (goods, error);
}

void
served_center_put_goods (ServedCenter *self, guint first, guint n, gint64 price_minor)
{
  g_autoptr (GError) error = NULL;
  Goods wanted = { first, n, price_minor };

  mr_worker_write (self->worker, put_goods, &wanted, &error);
  g_assert_no_error (error);
}
