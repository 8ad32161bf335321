/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/verify-walk.h"

#include <sodium.h>
#include <string.h>

static const char select_receipts[] = //
    "SELECT writer, number, label, entry_id, entry_n, at, total, shift_number FROM receipt"
    " ORDER BY writer, number";
static const char select_movements[] = //
    "SELECT writer, n, good, quantity FROM movement ORDER BY writer, n, good";
static const char select_original[] = //
    "SELECT n, id, kind, schema, at, body, h FROM entry WHERE id = ?1 AND writer < ?2"
    " ORDER BY writer DESC LIMIT 1";
static const char select_shift[] = "SELECT id, state, sums FROM shift WHERE number = ?1";
static const char count_shifts[] = "SELECT count(*) FROM shift WHERE number > ?1 OR number < 1";

/* After an error nothing more is read: the first one is told. */
static gboolean
next_row (MrWalk *self, MrQuery *query)
{
  return *self->error == NULL && mr_query_step (query, self->error) == MR_STEP_ROW;
}

gboolean
mr_walk_open_tables (MrWalk *self)
{
  self->receipts = mr_db_select (self->db, self->error, select_receipts, "");
  if (self->receipts == NULL)
    return FALSE;
  self->movements = mr_db_select (self->db, self->error, select_movements, "");
  if (self->movements == NULL)
    return FALSE;
  self->has_receipt = next_row (self, self->receipts);
  self->has_movement = next_row (self, self->movements);
  return *self->error == NULL;
}

void
mr_walk_clear (MrWalk *self)
{
  mr_query_reset (self->receipts);
  mr_query_reset (self->movements);
  g_clear_pointer (&self->entry, mr_entry_free);
  g_clear_pointer (&self->shift, mr_shift_free);
  g_clear_pointer (&self->settings, g_hash_table_unref);
  g_clear_pointer (&self->copies, g_hash_table_unref);
  g_clear_pointer (&self->public_keys, g_array_unref);
}

/* --- receipts --- */

static char *
check_receipt (MrWalk *self, const MrSale *sale, const MrEntryContext *context,
               const MrSaleFacts *facts)
{
  MrQuery *row = self->receipts;
  MrId id;

  if (facts->receipt_number != self->receipt_number + 1)
    return g_strdup_printf ("receipt %" G_GINT64_FORMAT " follows receipt %" G_GINT64_FORMAT,
                            facts->receipt_number, self->receipt_number);
  if (!self->has_receipt || mr_query_get_int (row, 0) != self->writer ||
      mr_query_get_int (row, 1) != facts->receipt_number)
    return g_strdup_printf ("receipt %" G_GINT64_FORMAT " is not in the list of receipts",
                            facts->receipt_number);
  if (g_strcmp0 (mr_query_get_text (row, 2), facts->receipt_label) != 0 ||
      !mr_query_get_id (row, 3, &id) || !mr_id_equal (id, self->entry->id) ||
      mr_query_get_int (row, 4) != self->entry->n ||
      mr_query_get_int (row, 5) != self->entry->at_us ||
      mr_query_get_int (row, 6) != mr_sale_get_totals (sale)->total_minor ||
      mr_query_get_int (row, 7) != context->shift_number)
    return g_strdup_printf ("the list of receipts says something else of receipt %" G_GINT64_FORMAT,
                            facts->receipt_number);

  self->receipt_number = facts->receipt_number;
  self->has_receipt = next_row (self, row);
  return NULL;
}

/* --- movements --- */

static GHashTable *
sum_lines (const MrSale *sale)
{
  GHashTable *sums = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);

  for (guint i = 0; i < mr_sale_get_n_lines (sale); i++)
    {
      const MrLine *line = mr_sale_get_line (sale, i);

      if (line->removed || line->good->good_id == 0)
        continue;
      gint64 *sum = g_hash_table_lookup (sums, &line->good->good_id);
      if (sum == NULL)
        {
          sum = g_new0 (gint64, 1);
          g_hash_table_insert (sums, g_memdup2 (&line->good->good_id, sizeof (gint64)), sum);
        }
      *sum -= mr_money_ratio (line->quantity_milli, line->good->units_milli, MR_QUANTITY_ONE_MILLI);
    }
  return sums;
}

/* Takes the rows of the entry looked at off @sums (nullable = none expected). */
static char *
check_movements (MrWalk *self, GHashTable *sums)
{
  MrQuery *row = self->movements;

  while (self->has_movement && mr_query_get_int (row, 0) == self->writer &&
         mr_query_get_int (row, 1) == self->entry->n)
    {
      gint64 good = mr_query_get_int (row, 2);
      const gint64 *sum = sums != NULL ? g_hash_table_lookup (sums, &good) : NULL;

      if (sum == NULL || *sum != mr_query_get_int (row, 3))
        return g_strdup_printf ("its movement of good %" G_GINT64_FORMAT " is another one", good);
      g_hash_table_remove (sums, &good);
      self->has_movement = next_row (self, row);
    }
  if (self->has_movement &&
      (mr_query_get_int (row, 0) < self->writer ||
       (mr_query_get_int (row, 0) == self->writer && mr_query_get_int (row, 1) < self->entry->n)))
    return g_strdup ("there are movements of no entry before it");
  if (sums != NULL && g_hash_table_size (sums) > 0)
    return g_strdup ("movements of its goods are missing");
  return NULL;
}

/* --- shifts --- */

static char *
compare_sums (const MrShift *rebuilt, const MrShift *written)
{
  g_autofree char *expected = mr_shift_body_write (rebuilt, NULL, NULL);
  g_autofree char *found = mr_shift_body_write (written, NULL, NULL);

  if (g_str_equal (expected, found))
    return NULL;
  return g_strdup_printf ("the sums of shift %" G_GINT64_FORMAT " are not those of its entries",
                          rebuilt->number);
}

static char *
check_shift_row (MrWalk *self, const MrShift *shift)
{
  g_autoptr (MrQuery) row = mr_db_select (self->db, self->error, select_shift, "i", shift->number);
  g_autofree char *sums = mr_shift_body_write (shift, NULL, NULL);
  MrId id;

  if (row == NULL || mr_query_step (row, self->error) != MR_STEP_ROW)
    return g_strdup_printf ("shift %" G_GINT64_FORMAT " is not in the list of shifts",
                            shift->number);
  if (!mr_query_get_id (row, 0, &id) || !mr_id_equal (id, shift->id) ||
      g_strcmp0 (mr_query_get_text (row, 1), mr_shift_state_to_string (shift->state)) != 0 ||
      g_strcmp0 (mr_query_get_text (row, 2), sums) != 0)
    return g_strdup_printf ("the list of shifts says something else of shift %" G_GINT64_FORMAT,
                            shift->number);
  return NULL;
}

static char *
check_opened (MrWalk *self, const MrShift *written)
{
  if (self->shift != NULL)
    return g_strdup ("a shift was opened while another was open");
  if (written->number != self->shift_number + 1)
    return g_strdup_printf ("shift %" G_GINT64_FORMAT " follows shift %" G_GINT64_FORMAT,
                            written->number, self->shift_number);

  self->shift =
      mr_shift_new (written->id, written->number, written->float_minor, self->grand_total_minor);
  self->shift->staff_number = written->staff_number;
  self->shift->opened_at_us = self->entry->at_us;
  self->shift_number = written->number;
  return compare_sums (self->shift, written);
}

static char *
check_seal (MrWalk *self)
{
  g_autofree char *signature = NULL;
  g_autofree char *text = mr_shift_body_dup_signed (self->entry->body, &signature);
  gsize length = 0;

  if (text == NULL)
    return g_strdup ("the Z is not sealed");
  if (self->public_keys->len == 0)
    return g_strdup ("the key that sealed the Z is not in the file");

  g_autofree guint8 *bytes = g_base64_decode (signature, &length);
  g_autoptr (GByteArray) message = mr_seal_message (&self->h, text);
  for (guint i = 0; length == crypto_sign_BYTES && i < self->public_keys->len; i++)
    if (crypto_sign_verify_detached (bytes, message->data, message->len,
                                     g_array_index (self->public_keys, MrHash, i).bytes) == 0)
      return NULL;
  return g_strdup ("the seal of the Z is broken");
}

static char *
check_closed (MrWalk *self, const MrShift *written)
{
  if (!mr_shift_close (self->shift, written->has_count, written->counted_minor, self->entry->at_us,
                       NULL))
    return g_strdup ("the shift cannot be closed with this count");

  char *reason = compare_sums (self->shift, written);
  if (reason == NULL)
    reason = check_seal (self);
  if (reason == NULL)
    reason = check_shift_row (self, self->shift);
  self->grand_total_minor = self->shift->grand_total_minor;
  g_clear_pointer (&self->shift, mr_shift_free);
  return reason;
}

static char *
describe_unreadable (GError *error)
{
  return g_strdup_printf ("its body does not read as what it says it is: %s", error->message);
}

static char *
check_shift_entry (MrWalk *self)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (MrShift) written = mr_shift_body_read (self->entry->body, NULL, &local);

  if (written == NULL)
    return describe_unreadable (local);
  if (g_str_equal (self->entry->kind, MR_KIND_SHIFT_OPENED))
    return check_opened (self, written);
  if (self->shift == NULL)
    return g_strdup ("it is about a shift while none is open");
  if (g_str_equal (self->entry->kind, MR_KIND_SHIFT_READ))
    return compare_sums (self->shift, written);
  return check_closed (self, written);
}

/* --- kinds --- */

static char *
check_sale (MrWalk *self)
{
  g_autoptr (GError) local = NULL;
  MrEntryContext context;
  MrSaleFacts facts;
  g_autoptr (MrSale) sale = mr_sale_body_read (self->entry->body, &context, &facts, &local);

  if (sale == NULL)
    return describe_unreadable (local);
  if (!mr_id_equal (mr_sale_get_id (sale), self->entry->id))
    return g_strdup ("the sale in it has another id");
  if (self->shift == NULL || context.shift_number != self->shift->number)
    return g_strdup ("its shift was not open");

  char *reason = check_receipt (self, sale, &context, &facts);
  if (reason == NULL)
    {
      g_autoptr (GHashTable) sums = sum_lines (sale);

      reason = check_movements (self, sums);
    }
  if (reason == NULL && !mr_shift_add_sale (self->shift, sale, &local))
    reason = g_strdup (local->message);
  return reason;
}

static char *
check_cash_moved (MrWalk *self)
{
  gint64 amount;

  if (self->shift == NULL || !mr_note_body_get_int (self->entry->body, "amount", &amount))
    return g_strdup ("cash was moved without a shift or a sum");
  if (amount > 0)
    self->shift->cash_in_minor += amount;
  else
    self->shift->cash_out_minor -= amount;
  return NULL;
}

/* The shift another computer of this till had, as the center knew it. */
static char *
check_last_shift (MrWalk *self)
{
  g_autofree char *text = mr_note_body_dup_json (self->entry->body, "last_shift");
  g_autoptr (MrShift) shift = text != NULL ? mr_shift_body_read (text, NULL, NULL) : NULL;

  if (shift == NULL || self->shift != NULL || shift->number <= self->shift_number)
    return g_strdup ("it takes no shift over that could go on here");
  self->shift_number = shift->number;
  self->grand_total_minor = shift->grand_total_minor;
  if (shift->state == MR_SHIFT_CLOSED)
    return check_shift_row (self, shift);
  self->shift = g_steal_pointer (&shift);
  return NULL;
}

/* What a fork took over into a new chain was counted in the old one: it must be the same, and its
 * movements beside it. */
static char *
check_taken_over (MrWalk *self, const MrEntry *original)
{
  const MrEntry *entry = self->entry;
  g_autoptr (GError) local = NULL;
  g_autoptr (MrSale) sale = NULL;
  g_autoptr (GHashTable) sums = NULL;

  if (entry->schema != original->schema || entry->at_us != original->at_us ||
      !g_str_equal (entry->kind, original->kind) || !g_str_equal (entry->body, original->body))
    return g_strdup ("it is not what it was in the chain it was taken over from");
  if (!g_str_equal (entry->kind, MR_KIND_SALE))
    return check_movements (self, NULL);
  sale = mr_sale_body_read (entry->body, NULL, NULL, &local);
  if (sale == NULL)
    return describe_unreadable (local);
  sums = sum_lines (sale);
  return check_movements (self, sums);
}

/* (nullable): the same entry in an older chain of this file. */
static MrEntry *
find_original (MrWalk *self)
{
  g_autoptr (MrEntry) original = mr_entry_new ();

  if (self->writer < 2)
    return NULL;
  g_autoptr (MrQuery) query =
      mr_db_select (self->db, self->error, select_original, "bi", self->entry->id.bytes,
                    sizeof self->entry->id.bytes, self->writer);
  if (query == NULL || mr_query_step (query, self->error) != MR_STEP_ROW ||
      !mr_entry_read_row (query, 0, original))
    return NULL;
  return g_steal_pointer (&original);
}

char *
mr_walk_check_kind (MrWalk *self)
{
  const char *kind = self->entry->kind;
  g_autoptr (MrEntry) original = find_original (self);

  if (*self->error != NULL)
    return NULL;
  if (original != NULL)
    return check_taken_over (self, original);
  if (g_str_equal (kind, MR_KIND_SALE))
    return check_sale (self);

  char *reason = check_movements (self, NULL);
  if (reason != NULL)
    return reason;
  if (g_str_equal (kind, MR_KIND_SHIFT_OPENED) || g_str_equal (kind, MR_KIND_SHIFT_READ) ||
      g_str_equal (kind, MR_KIND_SHIFT_CLOSED))
    return check_shift_entry (self);
  if (g_str_equal (kind, MR_KIND_TAKEN_OVER))
    return check_last_shift (self);
  if (g_str_equal (kind, MR_KIND_CASH_MOVED))
    return check_cash_moved (self);
  /* Outside a shift these two are counted nowhere. */
  if (self->shift != NULL && g_str_equal (kind, MR_KIND_DRAWER_OPENED))
    self->shift->no_sale_count++;
  if (self->shift != NULL && mr_entry_is_void (kind, self->entry->body))
    self->shift->void_count++;
  return mr_walk_note_rest (self);
}

char *
mr_walk_check_end (MrWalk *self)
{
  gint64 more = 0;

  if (self->has_receipt)
    return g_strdup_printf ("the list of receipts holds receipt %" G_GINT64_FORMAT
                            ", of which there is no entry",
                            mr_query_get_int (self->receipts, 1));
  if (self->has_movement)
    return g_strdup_printf ("there is a movement of entry %" G_GINT64_FORMAT
                            ", which is not a sale here",
                            mr_query_get_int (self->movements, 1));
  if (mr_db_get_int (self->db, &more, self->error, count_shifts, "i", self->shift_number) &&
      more > 0)
    return g_strdup ("the list of shifts holds more than were opened");
  char *reason =
      self->shift != NULL && *self->error == NULL ? check_shift_row (self, self->shift) : NULL;
  return reason != NULL ? reason : mr_walk_check_rest (self);
}
