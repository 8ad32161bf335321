/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/label-list.h"

#include "device/label-scale.h"
#include "till/parts.h"

#include <string.h>

typedef struct
{
  MrGround *ground; /* (unowned) */
  guint prefix;
  GString *lines; /* (unowned) */
  MrLabelList *list; /* (unowned) */
  GHashTable *packs; /* (owned) of gint64: those looked at */
  GHashTable *numbers; /* (owned): those taken on the scale */
} Writing;

static void
free_refusal (gpointer data)
{
  MrLabelRefusal *refusal = data;

  g_free (refusal->code);
  g_free (refusal->name);
  g_free (refusal);
}

void
mr_label_list_free (MrLabelList *self)
{
  g_free (self->text);
  g_free (self->path);
  g_ptr_array_unref (self->refusals);
  g_free (self);
}

static void
refuse (MrLabelList *list, const MrGood *good, const char *code, MrLabelScaleTrouble trouble)
{
  MrLabelRefusal *refusal = g_new0 (MrLabelRefusal, 1);

  refusal->code = g_strdup (code);
  refusal->name = g_strdup (good->name);
  refusal->trouble = mr_label_scale_trouble_to_string (trouble);
  g_ptr_array_add (list->refusals, refusal);
}

static gboolean
is_by_kilogram (const MrGood *good)
{
  static const char *const units[] = { "kg", "千克", "公斤", NULL };
  g_autofree char *unit = g_ascii_strdown (good->unit, -1);

  return g_strv_contains (units, unit) && good->units_milli == 1000;
}

static MrLabelScaleTrouble
write_good (Writing *self, const MrGood *good, const char *code)
{
  guint number = mr_label_scale_get_number (code);
  MrLabelScaleGood line = { .code = code, .name = good->name, .price_minor = good->price_minor };
  MrLabelScaleTrouble trouble;

  if (!is_by_kilogram (good))
    return MR_LABEL_SCALE_UNIT;
  if (*code != '\0' && !good->has_price)
    return MR_LABEL_SCALE_NO_PRICE;
  if (number != 0 && g_hash_table_contains (self->numbers, GUINT_TO_POINTER (number)))
    return MR_LABEL_SCALE_DOUBLE;
  trouble = mr_label_scale_append (self->lines, &line, self->prefix);
  if (trouble == MR_LABEL_SCALE_FINE)
    g_hash_table_add (self->numbers, GUINT_TO_POINTER (number));
  return trouble;
}

static void
add_pack (Writing *self, gint64 pack_id, const char *code)
{
  g_autoptr (MrGood) good = mr_shelf_find_pack (self->ground->shelf, pack_id);
  MrLabelScaleTrouble trouble;

  g_hash_table_add (self->packs, g_memdup2 (&pack_id, sizeof pack_id));
  if (good == NULL || good->sold_by != MR_SOLD_BY_WEIGHT)
    return;
  trouble = write_good (self, good, code);
  if (trouble == MR_LABEL_SCALE_FINE)
    self->list->n_written++;
  else
    refuse (self->list, good, code, trouble);
}

static void
add_without_code (Writing *self, gint64 pack_id)
{
  if (!g_hash_table_contains (self->packs, &pack_id))
    add_pack (self, pack_id, "");
}

static void
add_coded (Writing *self)
{
  g_autoptr (GPtrArray) codes = mr_shop_list_short_codes (self->ground->shop, NULL);

  for (guint i = 0; codes != NULL && i < codes->len; i++)
    {
      const MrShortCode *code = g_ptr_array_index (codes, i);

      add_pack (self, code->pack_id, code->code);
    }
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  gint64 one = *(const gint64 *) a;
  gint64 other = *(const gint64 *) b;

  return (one > other) - (one < other);
}

static void
add_uncoded (Writing *self)
{
  g_autoptr (GPtrArray) tiles = mr_shop_list_tiles (self->ground->shop, NULL);
  g_autoptr (GList) priced = self->ground->priced_packs != NULL
                                 ? g_hash_table_get_keys (self->ground->priced_packs)
                                 : NULL;

  for (guint i = 0; tiles != NULL && i < tiles->len; i++)
    add_without_code (self, ((const MrTile *) g_ptr_array_index (tiles, i))->pack_id);
  priced = g_list_sort (priced, compare_ids);
  for (const GList *l = priced; l != NULL; l = l->next)
    add_without_code (self, *(const gint64 *) l->data);
}

static void
read_written (MrLabelList *list, const char *written)
{
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, list->text, -1);
  char *end;

  list->written_at_us = g_ascii_strtoll (written, &end, 10);
  list->is_changed = *written != '\0' && !g_str_equal (end + (*end == ' '), sum);
}

MrLabelList *
mr_label_list_new (MrGround *ground)
{
  MrLabelList *list = g_new0 (MrLabelList, 1);
  const char *prefix = mr_settings_get (ground->settings, MR_SETTING_LABEL_PREFIX);
  Writing writing = {
    .ground = ground,
    .prefix = (guint) g_ascii_strtoull (prefix, NULL, 10),
    .lines = g_string_new (NULL),
    .list = list,
    .packs = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL),
    .numbers = g_hash_table_new (NULL, NULL),
  };

  list->refusals = g_ptr_array_new_with_free_func (free_refusal);
  list->path = g_strdup ("");
  if (ground->shop != NULL)
    {
      add_coded (&writing);
      add_uncoded (&writing);
    }
  list->text = g_string_free (writing.lines, FALSE);
  read_written (list, mr_settings_get (ground->settings, MR_SETTING_LABEL_WRITTEN));
  g_hash_table_unref (writing.packs);
  g_hash_table_unref (writing.numbers);
  return list;
}

/* Whole or not at all, and on the stick before anybody pulls it out. */
gboolean
mr_label_list_save (MrLabelList *self, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, MR_LABEL_LIST_FILE, NULL);

  if (!g_file_set_contents_full (path, self->text, -1,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644,
                                 error))
    return FALSE;
  g_free (self->path);
  self->path = g_steal_pointer (&path);
  return TRUE;
}

void
mr_label_list_note_written (MrLabelList *self, MrGround *ground)
{
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, self->text, -1);
  g_autofree char *written = NULL;

  self->written_at_us = mr_ground_get_now_us (ground);
  self->is_changed = FALSE;
  written = g_strdup_printf ("%" G_GINT64_FORMAT " %s", self->written_at_us, sum);
  mr_settings_set_async (ground->settings, MR_SETTING_LABEL_WRITTEN, written, NULL, NULL);
}
