/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/import.h"

#include "center/goods.h"
#include "center/import-line.h"
#include "center/import-table.h"

#include <string.h>

#define BATCH_LINES 2000
/* Bytes of log after which a batch folds it into the database. */
#define LOG_BYTES (32 * 1024 * 1024)

struct _MrImport
{
  MrImportTable *table; /* (owned) */
  MrImportColumns columns;
  GPtrArray *ignored; /* (owned) */
  gint64 region_id;
  const MrWorld *world; /* (unowned) */
  GOutputStream *report; /* (owned) (nullable) */
  GString *report_lines; /* (owned) of the batch, written when it is committed */
  MrGoods *goods; /* (owned) (nullable) before the first step */
  MrDb *db; /* (unowned) (nullable) */
  GHashTable *seen; /* (owned) barcode key → SeenLine */
  GError *stream_error; /* (owned) (nullable) told after what came before it is committed */
  MrImportCounts counts;
  gboolean over;
};

typedef struct
{
  guint64 line;
  guint64 digest; /* of all that the line says */
} SeenLine;

static gboolean
write_report (MrImport *self, const char *text, gsize length, GError **error)
{
  return self->report == NULL ||
         g_output_stream_write_all (self->report, text, length, NULL, NULL, error);
}

MrImport *
mr_import_new (GInputStream *stream, gint64 region_id, const MrWorld *world, GOutputStream *report,
               GError **error)
{
  static const char HEADER[] = "line\tverdict\tbarcode\tname\treason\n";
  g_autoptr (MrImportTable) table = mr_import_table_new (stream, error);
  g_autoptr (MrImport) self = NULL;

  if (table == NULL)
    return NULL;
  self = g_new0 (MrImport, 1);
  self->table = g_steal_pointer (&table);
  self->ignored = g_ptr_array_new_with_free_func (g_free);
  self->region_id = region_id;
  self->world = world;
  self->report = report != NULL ? g_object_ref (report) : NULL;
  self->report_lines = g_string_new (NULL);
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (!mr_import_columns_find (&self->columns, mr_import_table_get_header (self->table),
                               self->ignored, error) ||
      !write_report (self, HEADER, strlen (HEADER), error))
    return NULL;
  return g_steal_pointer (&self);
}

void
mr_import_free (MrImport *self)
{
  if (self == NULL)
    return;
  mr_import_table_free (self->table);
  g_ptr_array_unref (self->ignored);
  g_clear_object (&self->report);
  g_string_free (self->report_lines, TRUE);
  mr_goods_free (self->goods);
  g_hash_table_unref (self->seen);
  g_clear_error (&self->stream_error);
  g_free (self);
}

static const char *
peek_field (MrImport *self, const MrImportRecord *record, MrImportColumn column)
{
  int place = self->columns.places[column];

  return place >= 0 && (guint) place < record->fields->len ? record->fields->pdata[place] : "";
}

static void
add_to_report (MrImport *self, const MrImportRecord *record, const char *verdict,
               const char *reason)
{
  g_string_append_printf (self->report_lines, "%" G_GUINT64_FORMAT "\t%s\t%s\t%s\t%s\n",
                          record->line, verdict, peek_field (self, record, MR_IMPORT_BARCODE),
                          peek_field (self, record, MR_IMPORT_NAME), reason);
}

static void
refuse (MrImport *self, const MrImportRecord *record, const char *reason)
{
  self->counts.refused++;
  add_to_report (self, record, "refused", reason);
}

/* FNV-1a, 64 bits: two lines of one barcode that differ and still agree in this are not met. */
static guint64
digest_fields (GPtrArray *fields)
{
  guint64 digest = G_GUINT64_CONSTANT (14695981039346656037);

  for (guint i = 0; i < fields->len; i++)
    {
      /* The NUL at the end of each field parts it from the next. */
      const guint8 *p = fields->pdata[i];

      do
        digest = (digest ^ *p) * G_GUINT64_CONSTANT (1099511628211);
      while (*p++ != '\0');
    }
  return digest;
}

/* TRUE when the line is the first with its barcode. */
static gboolean
is_first (MrImport *self, const MrImportRecord *record, const MrImportLine *line)
{
  guint64 digest = digest_fields (record->fields);
  SeenLine *seen = g_hash_table_lookup (self->seen, line->barcode.key);

  if (seen == NULL)
    {
      seen = g_new (SeenLine, 1);
      *seen = (SeenLine){ record->line, digest };
      g_hash_table_insert (self->seen, g_strdup (line->barcode.key), seen);
      return TRUE;
    }
  if (seen->digest == digest)
    {
      self->counts.repeated++;
      return FALSE;
    }

  g_autofree char *reason =
      g_strdup_printf ("has the barcode of line %" G_GUINT64_FORMAT ", which was taken",
                       seen->line);
  refuse (self, record, reason);
  return FALSE;
}

static gboolean
put_line (MrImport *self, const MrImportRecord *record, const MrImportLine *line, GError **error)
{
  MrGoodsOutcome outcome = MR_GOODS_SAME;

  if (!mr_goods_put (self->goods, &line->row, &outcome, error))
    return FALSE;
  switch (outcome)
    {
    case MR_GOODS_ADDED:
      self->counts.added++;
      break;
    case MR_GOODS_CHANGED:
      self->counts.changed++;
      break;
    case MR_GOODS_SAME:
      self->counts.same++;
      break;
    case MR_GOODS_NO_PIECE:
    default:
      refuse (self, record,
              "is a pack of a piece that is not known: the piece's line must come before");
      return TRUE;
    }
  if (line->warning != NULL || record->remark != NULL)
    {
      g_autofree char *both =
          g_strconcat (line->warning != NULL ? line->warning : "",
                       line->warning != NULL && record->remark != NULL ? "; " : "", record->remark,
                       NULL);

      self->counts.warned++;
      add_to_report (self, record, "warning", both);
    }
  return TRUE;
}

static gboolean
take_record (MrImport *self, const MrImportRecord *record, GError **error)
{
  g_auto (MrImportLine) line = { 0 };
  g_autofree char *reason = NULL;

  self->counts.lines++;
  if (record->fault != NULL)
    {
      refuse (self, record, record->fault);
      return TRUE;
    }
  reason = mr_import_line_parse (&line, &self->columns, record->fields,
                                 mr_goods_get_currency (self->goods));
  if (reason != NULL)
    {
      refuse (self, record, reason);
      return TRUE;
    }
  return !is_first (self, record, &line) || put_line (self, record, &line, error);
}

static gboolean
take_batch (MrImport *self, gboolean *done, GError **error)
{
  for (guint i = 0; i < BATCH_LINES; i++)
    {
      MrImportRecord record = { 0 };

      if (!mr_import_table_next (self->table, &record, &self->stream_error))
        {
          *done = TRUE;
          return TRUE;
        }
      if (!take_record (self, &record, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
mr_import_step (MrImport *self, MrDb *db, gboolean *done, GError **error)
{
  const MrImportCounts before = self->counts;

  g_return_val_if_fail (!self->over && (self->db == NULL || self->db == db), FALSE);

  *done = FALSE;
  self->db = db;
  self->over = TRUE;
  if (self->goods == NULL)
    self->goods = mr_goods_new (db, self->world, self->region_id, error);
  if (self->goods == NULL || !mr_goods_begin (self->goods, error))
    return FALSE;
  if (!take_batch (self, done, error))
    {
      mr_goods_rollback (self->goods);
      self->counts = before;
      return FALSE;
    }
  if (!mr_goods_commit (self->goods, error))
    {
      self->counts = before;
      return FALSE;
    }
  if (!write_report (self, self->report_lines->str, self->report_lines->len, error) ||
      !mr_db_checkpoint (db, LOG_BYTES, FALSE, error))
    return FALSE;
  g_string_truncate (self->report_lines, 0);
  self->over = *done;
  if (self->stream_error == NULL)
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&self->stream_error),
                              "the file breaks off after %" G_GUINT64_FORMAT " lines: ",
                              self->counts.lines);
  return FALSE;
}

gboolean
mr_import_run (MrImport *self, MrDb *db, MrImportProgress progress, gpointer user, GError **error)
{
  gboolean done = FALSE;

  while (!done)
    {
      if (!mr_import_step (self, db, &done, error))
        return FALSE;
      if (progress != NULL)
        progress (&self->counts, user);
    }
  return TRUE;
}

const MrImportCounts *
mr_import_get_counts (MrImport *self)
{
  return &self->counts;
}

GPtrArray *
mr_import_get_ignored (MrImport *self)
{
  return self->ignored;
}

char *
mr_import_describe (MrImport *self)
{
  const MrImportCounts *c = &self->counts;
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_printf (text,
                   "%" G_GUINT64_FORMAT " lines: %" G_GUINT64_FORMAT " added, %" G_GUINT64_FORMAT
                   " changed, %" G_GUINT64_FORMAT " as they were, %" G_GUINT64_FORMAT
                   " repeated, %" G_GUINT64_FORMAT " refused; %" G_GUINT64_FORMAT
                   " loaded with a warning",
                   c->lines, c->added, c->changed, c->same, c->repeated, c->refused, c->warned);
  for (guint i = 0; i < self->ignored->len; i++)
    g_string_append_printf (text, "%s%s", i == 0 ? "; columns ignored: " : ", ",
                            (char *) self->ignored->pdata[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
