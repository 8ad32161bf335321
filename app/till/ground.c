/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/ground.h"

#include <string.h>

typedef struct
{
  MrGround *ground; /* (owned) */
  MrGroundDone done;
} Run;

static GTimeZone *
load_time_zone (MrGround *self)
{
  g_autofree char *name = mr_ground_dup_shop_setting (self, "time_zone", "");
  GTimeZone *zone = *name != '\0' ? g_time_zone_new_identifier (name) : NULL;

  return zone != NULL ? zone : g_time_zone_new_local ();
}

static void
load_currency (MrGround *self)
{
  g_autofree char *enrolled = mr_ground_dup_identity (self, "currency");
  g_autofree char *set = mr_ground_dup_shop_setting (self, "currency", "");
  const char *currency = "CNY";

  /* One that there is not, of a replica damaged on the disk, is none: the center takes no sale in another. */
  if (mr_currency_find (set) != NULL)
    currency = set;
  else if (enrolled != NULL && mr_currency_find (enrolled) != NULL)
    currency = enrolled;
  g_strlcpy (self->currency, currency, sizeof self->currency);
}

/* Asked for with every scan: read once for each change of the replica. */
static void
load_prices (MrGround *self)
{
  g_clear_pointer (&self->priced_packs, g_hash_table_unref);
  self->cash_rounding_minor = 1;
  if (self->shop == NULL)
    return;
  self->priced_packs = mr_shop_list_priced_packs (self->shop);
  self->cash_rounding_minor =
      CLAMP (mr_shop_get_setting_int (self->shop, "cash_rounding", 1), 1, MR_MONEY_MAX_MINOR);
}

static void
reopen_shop (MrGround *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrShop) shop = NULL;

  if (self->shop != NULL && !mr_shop_is_replaced (self->shop))
    return;
  shop = mr_shop_open_reader (self->dir, &error);
  if (shop == NULL)
    {
      g_debug ("no shop replica yet: %s", error->message);
      return;
    }
  g_clear_pointer (&self->shop, mr_shop_close);
  self->shop = g_steal_pointer (&shop);
}

static void
reopen_catalog (MrGround *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *file = self->shop != NULL ? mr_shop_dup_catalog (self->shop) : NULL;
  g_autofree char *path = NULL;
  g_autoptr (MrCatalog) catalog = NULL;

  if (file == NULL || g_strcmp0 (file, self->catalog_file) == 0)
    return;
  path = g_build_filename (self->dir, file, NULL);
  catalog = mr_catalog_open (path, &error);
  if (catalog == NULL)
    {
      g_warning ("the new catalog cannot be read, the one before stays in use: %s", error->message);
      return;
    }
  g_clear_pointer (&self->catalog, mr_catalog_close);
  self->catalog = g_steal_pointer (&catalog);
  g_free (self->catalog_file);
  self->catalog_file = g_steal_pointer (&file);
}

static void
free_ground (gpointer data)
{
  MrGround *self = data;

  mr_ground_stop (self);
  g_clear_pointer (&self->catalog, mr_catalog_close);
  g_clear_pointer (&self->priced_packs, g_hash_table_unref);
  g_clear_pointer (&self->shop, mr_shop_close);
  g_clear_pointer (&self->journal, mr_journal_close);
  g_clear_object (&self->store);
  g_clear_pointer (&self->time_zone, g_time_zone_unref);
  g_free (self->catalog_file);
  g_free (self->dir);
  g_free (self);
}

/* What the rules refuse says nothing about the disk. */
static gboolean
is_of_the_disk (const GError *error)
{
  return error->domain != MR_JOURNAL_ERROR && error->domain != MR_SALE_ERROR &&
         error->domain != MR_MONEY_ERROR;
}

static void
on_job_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Run *run = user_data;
  MrGround *self = run->ground;
  g_autoptr (GError) error = NULL;
  gpointer data = NULL;

  if (!mr_store_run_finish (MR_STORE (source), result, &data, &error) && is_of_the_disk (error))
    self->disk_trouble = TRUE;
  if (self->journal != NULL)
    self->last_at_us = mr_journal_get_last_at_us (self->journal);
  if (run->done != NULL)
    run->done (self, data, error);
  mr_ground_touch (self);
  mr_ground_unref (run->ground);
  g_free (run);
}

MrGround *
mr_ground_new (const char *dir, const MrWorld *world, gboolean inline_jobs, GError **error)
{
  g_autoptr (MrGround) self = g_new0 (MrGround, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->world = world;
  self->dir = g_strdup (dir);
  self->inline_jobs = inline_jobs;
  self->store = mr_store_new (dir, world, inline_jobs, error);
  if (self->store == NULL)
    return NULL;
  self->journal = mr_journal_open_reader (dir, error);
  if (self->journal == NULL)
    return NULL;
  self->last_at_us = mr_journal_get_last_at_us (self->journal);
  mr_ground_reopen (self);
  return g_steal_pointer (&self);
}

MrGround *
mr_ground_ref (MrGround *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
mr_ground_unref (MrGround *self)
{
  if (g_atomic_ref_count_dec (&self->ref_count))
    free_ground (self);
}

void
mr_ground_stop (MrGround *self)
{
  if (self->store != NULL)
    mr_store_stop (self->store);
}

void
mr_ground_reopen (MrGround *self)
{
  MrCatalogHead head;

  reopen_shop (self);
  reopen_catalog (self);
  self->catalog_v = 0;
  if (self->catalog != NULL && mr_catalog_get_head (self->catalog, &head, NULL))
    self->catalog_v = head.v;
  g_clear_pointer (&self->time_zone, g_time_zone_unref);
  self->time_zone = load_time_zone (self);
  load_currency (self);
  load_prices (self);
}

gint64
mr_ground_get_now_us (MrGround *self)
{
  return MAX (mr_world_now_us (self->world) + self->clock_offset_us, self->last_at_us);
}

void
mr_ground_fill_context (MrGround *self, MrEntryContext *context)
{
  const MrShift *shift =
      self->shift_desk != NULL ? mr_shift_desk_get_shift (self->shift_desk) : NULL;
  g_autoptr (GDateTime) utc =
      g_date_time_new_from_unix_utc (mr_ground_get_now_us (self) / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, self->time_zone);
  g_autofree char *date = g_date_time_format (local, "%Y-%m-%d");

  memset (context, 0, sizeof *context);
  g_strlcpy (context->business_date, date, sizeof context->business_date);
  g_strlcpy (context->currency, self->currency, sizeof context->currency);
  context->shift_number = shift != NULL ? shift->number : 0;
  context->staff_number = self->session != NULL ? mr_session_get_staff_number (self->session) : 0;
}

char *
mr_ground_dup_identity (MrGround *self, const char *name)
{
  return mr_journal_dup_identity (self->journal, name);
}

char *
mr_ground_dup_shop_setting (MrGround *self, const char *id, const char *fallback)
{
  char *value = self->shop != NULL ? mr_shop_dup_setting (self->shop, id) : NULL;

  return value != NULL ? value : g_strdup (fallback);
}

char *
mr_ground_dup_shop_name (MrGround *self)
{
  g_autofree char *joined = mr_ground_dup_identity (self, "shop_name");

  return mr_ground_dup_shop_setting (self, "name", joined != NULL ? joined : "");
}

void
mr_ground_run (MrGround *self, MrStoreJob job, gpointer data, GDestroyNotify free_data,
               MrGroundDone done)
{
  Run *run = g_new0 (Run, 1);

  run->ground = mr_ground_ref (self);
  run->done = done;
  mr_store_run_async (self->store, job, data, free_data, on_job_done, run);
}

void
mr_ground_claim (MrGround *self, const char *key, const char *kind, const char *subject,
                 gint64 amount, gint64 of, MrClaimAnswer answer, gpointer data)
{
  g_autoptr (MrClaimRequest) claim = mr_claim_request_new (key, kind, subject, amount, of);

  if (self->sync != NULL)
    mr_sync_claim (self->sync, claim, answer, data);
  else
    answer (MR_CLAIM_UNANSWERED, data);
}

gboolean
mr_ground_has_other_tills (MrGround *self)
{
  return self->shop != NULL && mr_shop_count_tills (self->shop) > 1;
}

void
mr_ground_touch (MrGround *self)
{
  if (self->changed != NULL)
    self->changed (self->changed_user);
}
