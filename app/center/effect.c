/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/effect.h"

#include "center/claim.h"
#include "center/shared.h"

#include <string.h>

#define SQL_SALE                                                                               \
  "INSERT INTO sale (shop_id, writer_id, n, uuid, label, business_date, at, currency, staff, " \
  "shift, catalog_v, gross, discount, tax, total, rounding, shown_until) "                     \
  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"
#define SQL_LINE                                                                                \
  "INSERT INTO sale_line (shop_id, writer_id, n, number, good_id, pack_id, offer_id, "          \
  "category_id, price_id, price_version, tax_id, tax_rate, name, quantity, units, unit_price, " \
  "discount, amount, tax) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "                                     \
  "coalesce((SELECT id FROM offer WHERE region_id = ?7 AND good_id = ?5), 0), "                 \
  "?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)"
#define SQL_TAX                                                                         \
  "INSERT INTO sale_tax (shop_id, writer_id, n, tax_id, rate, inclusive, amount, tax) " \
  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
#define SQL_TENDER \
  "INSERT INTO sale_tender (shop_id, writer_id, n, kind, amount) VALUES (?1, ?2, ?3, ?4, ?5)"
#define SQL_TRANSFER                                                                 \
  "INSERT INTO transfer (shop_id, writer_id, n, line, debit, credit, amount, unit) " \
  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
#define SQL_SHIFT                                                                             \
  "INSERT INTO shift (shop_id, writer_id, number, opened_n, closed_n, business_date, staff, " \
  "float_amount, sale_count, total, expected, counted) "                                      \
  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) "                               \
  "ON CONFLICT (shop_id, writer_id, number) DO UPDATE SET closed_n = excluded.closed_n, "     \
  "sale_count = excluded.sale_count, total = excluded.total, expected = excluded.expected, "  \
  "counted = excluded.counted"

/* Sums of ten million of these still fit: what is larger is a fault of whoever wrote it, and would spoil
 * every sum it went into. */
#define MAX_MOVED_MILLI MR_MONEY_MAX_MINOR
#define MAX_SALE_MINOR MR_MONEY_MAX_MINOR

/* Each kind's newest schema this version understands. */
static const struct
{
  const char *kind;
  gint64 schema;
  MrEffectKind effect;
} kinds[] = {
  { MR_KIND_SALE, 2, MR_EFFECT_SALE },
  { MR_KIND_SHIFT_OPENED, 1, MR_EFFECT_SHIFT_OPENED },
  { MR_KIND_SHIFT_CLOSED, 1, MR_EFFECT_SHIFT_CLOSED },
  { MR_KIND_SHIFT_READ, 1, MR_EFFECT_NONE },
  { MR_KIND_SALE_VOIDED, 1, MR_EFFECT_NONE },
  { MR_KIND_SIGNED_IN, 1, MR_EFFECT_NONE },
  { MR_KIND_SIGNED_OUT, 1, MR_EFFECT_NONE },
  { MR_KIND_SIGN_IN_REFUSED, 1, MR_EFFECT_NONE },
  { MR_KIND_BASKET_HELD, 1, MR_EFFECT_HELD },
  { MR_KIND_BASKET_RECALLED, 1, MR_EFFECT_RECALLED },
  { MR_KIND_BASKET_DROPPED, 1, MR_EFFECT_DROPPED },
  { MR_KIND_LINE_REMOVED, 1, MR_EFFECT_NONE },
  { MR_KIND_DRAWER_OPENED, 1, MR_EFFECT_NONE },
  { MR_KIND_CASH_MOVED, 1, MR_EFFECT_NONE },
  { MR_KIND_REPRINTED, 1, MR_EFFECT_NONE },
  { MR_KIND_SETTING_CHANGED, 1, MR_EFFECT_NONE },
  { MR_KIND_CLOCK_JUMPED, 1, MR_EFFECT_NONE },
  { MR_KIND_FORKED, 1, MR_EFFECT_NONE },
  { MR_KIND_DAMAGED, 1, MR_EFFECT_DAMAGED },
  { MR_KIND_TAKEN_OVER, 1, MR_EFFECT_TAKEN_OVER },
  { MR_KIND_STAFF_ADDED, 1, MR_EFFECT_NONE },
  { MR_KIND_PUT_AWAY, 1, MR_EFFECT_PUT_AWAY },
};

static MrEffectKind
find_kind (const char *kind, gint64 schema)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i].kind, kind) == 0)
      return schema <= kinds[i].schema ? kinds[i].effect : MR_EFFECT_UNKNOWN_SCHEMA;
  return MR_EFFECT_UNKNOWN_KIND;
}

static gboolean
is_shift (MrEffectKind kind)
{
  return kind == MR_EFFECT_SHIFT_OPENED || kind == MR_EFFECT_SHIFT_CLOSED;
}

/* The shift that was open goes on in this chain; of one that was closed there is nothing to do. */
static void
read_taken_over (MrEffect *self, const char *body, GError **error)
{
  g_autofree char *shift = mr_note_body_dup_json (body, "last_shift");

  self->kind = MR_EFFECT_NONE;
  if (!mr_entry_context_read (body, &self->context, error) || shift == NULL)
    return;
  self->shift = mr_shift_body_read (shift, NULL, error);
  if (self->shift != NULL && self->shift->state == MR_SHIFT_OPEN)
    self->kind = MR_EFFECT_SHIFT_OPENED;
}

static gboolean
is_held (MrEffectKind kind)
{
  return kind == MR_EFFECT_HELD || kind == MR_EFFECT_RECALLED || kind == MR_EFFECT_DROPPED;
}

static void
read_put_away (MrEffect *self, const char *body, GError **error)
{
  if (!mr_entry_context_read (body, &self->context, error))
    return;
  self->what = mr_note_body_dup_text (body, "what");
  self->subject = mr_note_body_dup_text (body, "subject");
  /* What does not say what was put away puts nothing away. */
  if (self->what == NULL || self->subject == NULL ||
      !mr_note_body_get_int (body, "at", &self->upto_us))
    self->kind = MR_EFFECT_NONE;
}

void
mr_effect_read (MrEffect *self, const char *kind, gint64 schema, const char *body)
{
  g_autoptr (GError) error = NULL;

  *self = (MrEffect){ .kind = find_kind (kind, schema) };
  if (self->kind == MR_EFFECT_SALE)
    {
      self->sale = mr_sale_body_read (body, &self->context, &self->facts, &error);
      self->body = g_strdup (body);
    }
  else if (self->kind == MR_EFFECT_TAKEN_OVER)
    read_taken_over (self, body, &error);
  else if (self->kind == MR_EFFECT_PUT_AWAY)
    read_put_away (self, body, &error);
  else if (is_shift (self->kind))
    self->shift = mr_shift_body_read (body, &self->context, &error);
  else if (is_held (self->kind))
    mr_held_body_read (body, &self->context, &self->held, &error);
  else if (!mr_entry_context_read (body, &self->context, &error))
    {
      self->context = (MrEntryContext){ 0 };
      /* Nobody can say what a later version writes. */
      if (self->kind != MR_EFFECT_NONE)
        g_clear_error (&error);
    }
  if (error == NULL && self->kind == MR_EFFECT_DAMAGED)
    {
      self->kind = MR_EFFECT_BROKEN;
      self->reason = g_strdup ("It was damaged on the till's disk before it was sent; what is left "
                               "of it is kept. Compare the till's paper of that moment.");
    }
  /* Any kind may confirm a claim; few do, and reading JSON twice is not for nothing. */
  if (error == NULL && strstr (body, "\"claim\":") != NULL)
    self->claim = mr_note_body_dup_text (body, "claim");
  if (error == NULL)
    return;
  mr_effect_clear (self);
  self->kind = MR_EFFECT_BROKEN;
  self->reason = g_strdup_printf ("Its text cannot be read: %s.", error->message);
}

void
mr_effect_clear (MrEffect *self)
{
  g_clear_pointer (&self->sale, mr_sale_free);
  g_clear_pointer (&self->shift, mr_shift_free);
  g_clear_pointer (&self->body, g_free);
  mr_held_body_clear (&self->held);
  g_clear_pointer (&self->claim, g_free);
  g_clear_pointer (&self->what, g_free);
  g_clear_pointer (&self->subject, g_free);
  g_clear_pointer (&self->reason, g_free);
  *self = (MrEffect){ 0 };
}

void
mr_objection_clear (MrObjection *self)
{
  g_clear_pointer (&self->reason, g_free);
  self->cause = NULL;
}

static void
object (MrObjection *self, const char *cause, char *reason)
{
  mr_objection_clear (self);
  *self = (MrObjection){ cause, reason };
}

/* --- stock --- */

static gboolean
move_line (MrBatch *batch, const MrScope *scope, MrStockDeltas *deltas, const MrLine *line,
           const MrEffectOf *of, MrObjection *objection, GError **error)
{
  MrMovement movement = {
    scope->shop_id, of->writer_id, of->n, line->number, line->good->good_id, 0, 0, 0,
  };
  gint64 units_milli;

  if (line->removed || line->good->good_id == 0)
    return TRUE;
  if (!mr_money_times (line->good->units_milli, line->quantity_milli, &units_milli) ||
      ABS (units_milli) > MAX_MOVED_MILLI)
    {
      object (objection, "stock",
              g_strdup_printf ("Line %u moves more stock than there can be.", line->number));
      return TRUE;
    }
  if (units_milli == 0)
    return TRUE;
  /* What comes back comes from the customer. */
  movement.from = units_milli > 0 ? scope->shop_location : scope->customer_location;
  movement.to = units_milli > 0 ? scope->customer_location : scope->shop_location;
  movement.quantity_milli = ABS (units_milli);
  return mr_stock_move (batch, deltas, &movement, error);
}

/* --- the books of a sale --- */

static gboolean
insert_sale (MrBatch *batch, const MrScope *scope, const MrEffect *self, const MrEffectOf *of,
             GError **error)
{
  const MrTotals *totals = mr_sale_get_totals (self->sale);

  return mr_db_queue (batch->db, error, SQL_SALE, "iiibssisiiiiiiiii", scope->shop_id,
                      of->writer_id, of->n, of->id.bytes, sizeof of->id.bytes,
                      self->facts.receipt_label, self->context.business_date, of->at_us,
                      self->context.currency, self->context.staff_number,
                      self->context.shift_number, self->facts.catalog_v, totals->gross_minor,
                      totals->discount_minor, totals->tax_minor, totals->total_minor,
                      totals->rounding_minor, batch->now_us + MR_SHARED_SHOWN_US);
}

static gboolean
insert_line (MrBatch *batch, const MrScope *scope, const MrLine *line, const MrEffectOf *of,
             GError **error)
{
  const MrGood *good = line->good;

  return mr_db_queue (batch->db, error, SQL_LINE, "iiiiiiiiiiiisiiiiii", scope->shop_id,
                      of->writer_id, of->n, (gint64) line->number, good->good_id, good->pack_id,
                      scope->region_id, good->category_id, good->price_id, good->price_version,
                      good->tax.id, (gint64) good->tax.rate_ppm, good->name, line->quantity_milli,
                      good->units_milli, line->unit_price_minor,
                      line->discount_minor + line->sale_discount_minor, line->amount_minor,
                      line->tax_minor);
}

/* One transfer of the sale's; a negative sum runs the other way round. */
static gboolean
transfer (MrBatch *batch, const MrScope *scope, const MrEffectOf *of, gint64 *line, gint64 debit,
          gint64 credit, gint64 amount_minor, GError **error)
{
  if (debit == 0 || credit == 0)
    return FALSE;
  if (amount_minor == 0)
    return TRUE;
  *line += 1;
  return mr_db_queue (batch->db, error, SQL_TRANSFER, "iiiiiiis", scope->shop_id, of->writer_id,
                      of->n, *line, amount_minor > 0 ? debit : credit,
                      amount_minor > 0 ? credit : debit, ABS (amount_minor), scope->currency);
}

static gint64
get_account (MrBatch *batch, const MrScope *scope, const char *kind, const char *name,
             GError **error)
{
  return mr_center_get_account (batch, scope->shop_id, scope->party_id, kind, name, scope->currency,
                                error);
}

static gboolean
book_tenders (MrBatch *batch, const MrScope *scope, const MrEffect *self, const MrEffectOf *of,
              gint64 sales, gint64 *line, GError **error)
{
  gint64 sums_minor[MR_N_TENDERS] = { 0 };
  gboolean used[MR_N_TENDERS] = { FALSE };

  for (guint i = 0; i < mr_sale_get_n_tenders (self->sale); i++)
    {
      const MrTender *tender = mr_sale_get_tender (self->sale, i);

      sums_minor[tender->kind] += tender->amount_minor;
      used[tender->kind] = TRUE;
    }
  sums_minor[MR_TENDER_CASH] -= mr_sale_get_totals (self->sale)->change_minor;
  for (guint kind = 0; kind < MR_N_TENDERS; kind++)
    {
      const char *name = mr_tender_kind_to_string (kind);

      if (!used[kind])
        continue;
      if (!mr_db_queue (batch->db, error, SQL_TENDER, "iiisi", scope->shop_id, of->writer_id, of->n,
                        name, sums_minor[kind]) ||
          !transfer (batch, scope, of, line, get_account (batch, scope, "tender", name, error),
                     sales, sums_minor[kind], error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
book_taxes (MrBatch *batch, const MrScope *scope, const MrEffect *self, const MrEffectOf *of,
            gint64 sales, gint64 *line, GError **error)
{
  for (guint i = 0; i < mr_sale_get_n_taxes (self->sale); i++)
    {
      const MrTaxSum *sum = mr_sale_get_tax (self->sale, i);
      char name[24];

      if (!mr_db_queue (batch->db, error, SQL_TAX, "iiiiiiii", scope->shop_id, of->writer_id, of->n,
                        sum->tax.id, (gint64) sum->tax.rate_ppm, (gint64) (sum->tax.inclusive != 0),
                        sum->amount_minor, sum->tax_minor))
        return FALSE;
      g_snprintf (name, sizeof name, "%u", sum->tax.rate_ppm);
      if (!transfer (batch, scope, of, line, sales, get_account (batch, scope, "tax", name, error),
                     sum->tax_minor, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
apply_sale (MrBatch *batch, const MrScope *scope, const MrEffect *self, const MrEffectOf *of,
            GError **error)
{
  gint64 rounding_minor = mr_sale_get_totals (self->sale)->rounding_minor;
  gint64 sales = get_account (batch, scope, "sales", "", error);
  gint64 line_number = 0;

  if (sales == 0 || !insert_sale (batch, scope, self, of, error))
    return FALSE;
  for (guint i = 0; i < mr_sale_get_n_lines (self->sale); i++)
    {
      const MrLine *line = mr_sale_get_line (self->sale, i);

      if (!line->removed && !insert_line (batch, scope, line, of, error))
        return FALSE;
      if (!line->removed && line->origin != NULL &&
          !mr_shared_apply_return (batch, scope, line, of, error))
        return FALSE;
    }
  if (!book_tenders (batch, scope, self, of, sales, &line_number, error) ||
      !book_taxes (batch, scope, self, of, sales, &line_number, error) ||
      (rounding_minor != 0 &&
       !transfer (batch, scope, of, &line_number, sales,
                  get_account (batch, scope, "rounding", "", error), rounding_minor, error)))
    return FALSE;
  mr_shared_show_receipt (batch, scope, self, of);
  return TRUE;
}

static gboolean
apply_shift (MrBatch *batch, const MrScope *scope, const MrEffect *self, const MrEffectOf *of,
             GError **error)
{
  const MrShift *shift = self->shift;
  gboolean closed = self->kind == MR_EFFECT_SHIFT_CLOSED;

  return mr_db_run (batch->db, error, SQL_SHIFT, shift->has_count ? "iiiiisiiiiii" : "iiiiisiiiiin",
                    scope->shop_id, of->writer_id, shift->number, closed ? (gint64) 0 : of->n,
                    closed ? of->n : (gint64) 0, self->context.business_date, shift->staff_number,
                    shift->float_minor, (gint64) shift->sale_count, shift->total_minor,
                    mr_shift_get_expected_minor (shift), shift->counted_minor);
}

/* What the books refuse. */
static void
find_objection (const MrScope *scope, const MrEffect *self, MrObjection *objection)
{
  g_autofree char *broken = NULL;
  const MrTotals *totals;

  if (self->sale == NULL)
    return;
  totals = mr_sale_get_totals (self->sale);
  if (strcmp (self->context.currency, scope->currency) != 0)
    object (objection, "currency",
            g_strdup_printf ("It was sold in %s, but the shop's books are kept in %s.",
                             self->context.currency, scope->currency));
  else if (mr_sale_get_state (self->sale) != MR_SALE_COMPLETE)
    object (objection, "unfinished", g_strdup ("It is called a sale but was never completed."));
  else if (ABS (totals->total_minor) > MAX_SALE_MINOR || ABS (totals->gross_minor) > MAX_SALE_MINOR)
    object (objection, "too-large", g_strdup ("It is larger than any sale can be."));
  else if ((broken = mr_sale_check (self->sale)) != NULL)
    object (objection, "sums", g_strdup_printf ("Its sums do not hold: %s.", broken));
}

static gboolean
apply_books (MrBatch *batch, const MrScope *scope, const MrEffect *self, const MrEffectOf *of,
             MrObjection *objection, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  /* What waits is refused later, as a whole: then this is done over, one by one. */
  gboolean together = mr_db_is_queueing (batch->db);
  gboolean applied;

  if (!together && !mr_db_savepoint (batch->db, "books", error))
    return FALSE;
  if (self->kind == MR_EFFECT_SALE)
    applied = apply_sale (batch, scope, self, of, &local_error);
  else if (self->kind == MR_EFFECT_HELD)
    applied = mr_shared_apply_held (batch, scope, self, of, &local_error);
  else if (is_held (self->kind))
    applied = mr_shared_apply_taken (batch, scope, self, of, &local_error);
  else if (self->kind == MR_EFFECT_PUT_AWAY)
    applied = mr_shared_apply_put_away (batch, scope, self, &local_error);
  else
    applied = apply_shift (batch, scope, self, of, &local_error);
  if (!applied && (together || !g_error_matches (local_error, MR_DB_ERROR, MR_DB_ERROR_CONFLICT)))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (applied)
    return together || mr_db_release (batch->db, "books", error);
  mr_db_rollback_to (batch->db, "books");
  mr_center_forget (batch->center);
  object (objection, "books", g_strdup_printf ("The books refuse it: %s.", local_error->message));
  return TRUE;
}

/* What was claimed for this entry is final now. */
static gboolean
confirm_claims (MrBatch *batch, const MrScope *scope, const MrEffect *self, GError **error)
{
  if (self->claim != NULL && !mr_claim_confirm (batch, scope, self->claim, error))
    return FALSE;
  for (guint i = 0; self->sale != NULL && i < mr_sale_get_n_lines (self->sale); i++)
    {
      const MrLine *line = mr_sale_get_line (self->sale, i);
      char key[MR_ID_STRING_SIZE];

      if (!line->removed && line->origin != NULL && !mr_id_is_none (line->origin->claim) &&
          !mr_claim_confirm (batch, scope, mr_id_format (line->origin->claim, key), error))
        return FALSE;
    }
  return TRUE;
}

gboolean
mr_effect_book (MrBatch *batch, const MrScope *scope, const MrEffect *self, const MrEffectOf *of,
                MrObjection *objection, GError **error)
{
  if (!confirm_claims (batch, scope, self, error))
    return FALSE;
  find_objection (scope, self, objection);
  if (objection->cause != NULL || self->kind == MR_EFFECT_NONE)
    return TRUE;
  return apply_books (batch, scope, self, of, objection, error);
}

gboolean
mr_effect_apply (MrBatch *batch, const MrScope *scope, MrStockDeltas *deltas, const MrEffect *self,
                 const MrEffectOf *of, MrObjection *objection, GError **error)
{
  *objection = (MrObjection){ NULL };
  for (guint i = 0; self->sale != NULL && i < mr_sale_get_n_lines (self->sale); i++)
    if (!move_line (batch, scope, deltas, mr_sale_get_line (self->sale, i), of, objection, error))
      return FALSE;
  return objection->cause != NULL || mr_effect_book (batch, scope, self, of, objection, error);
}
