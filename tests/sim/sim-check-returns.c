/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

/* What came back, at rest. R the returns booked, of a line ℓ of a sale:
 *
 *   once      Σ { q : r ∈ R(ℓ) } ≤ sold(ℓ), or the difference is what the owner is told of ℓ, and only then
 *   alone     Σ { q : r ∈ R(ℓ), r.writer = w } ≤ sold(ℓ): a till remembers what it took back itself
 *   share     whoever has given all of ℓ back has been paid ℓ, but for a rounded unit for each return that had
 *             not heard of another
 *   told      the feed's row of ℓ = Σ R(ℓ)
 *   shifts    for each closed shift: Σ tenders = what was sold − what was given back + rounding
 */

#define ID                                                                                    \
  "lower (substr (hex (r.sale_uuid), 1, 8) || '-' || substr (hex (r.sale_uuid), 9, 4) || '-'" \
  " || substr (hex (r.sale_uuid), 13, 4) || '-' || substr (hex (r.sale_uuid), 17, 4) || '-'"  \
  " || substr (hex (r.sale_uuid), 21)) || '/' || r.line"
#define RETURNED                                                                     \
  "(SELECT r.shop_id AS shop_id, r.sale_uuid AS uuid, r.line AS line, " ID " AS id," \
  " sum (r.quantity) AS quantity, max (r.sold) AS sold, sum (r.gross) AS gross,"     \
  " sum (r.amount) AS amount, sum (r.tax) AS tax, count(*) AS n FROM sale_return r"  \
  " GROUP BY r.shop_id, r.sale_uuid, r.line)"

static const char SQL_UNLISTED[] =
    "SELECT count(*) FROM " RETURNED " x WHERE x.quantity > x.sold AND NOT EXISTS"
    " (SELECT 1 FROM taken_twice t WHERE t.shop_id = x.shop_id AND t.kind = 'return'"
    "  AND t.subject = x.id AND t.amount = x.quantity - x.sold)";
static const char SQL_WRONGLY_LISTED[] =
    "SELECT count(*) FROM taken_twice t WHERE t.kind = 'return' AND NOT EXISTS"
    " (SELECT 1 FROM " RETURNED " x WHERE x.shop_id = t.shop_id AND x.id = t.subject"
    "  AND x.quantity - x.sold = t.amount)";
static const char SQL_LISTED[] = "SELECT count(*) FROM taken_twice WHERE kind = 'return'";
static const char SQL_FORGOTTEN[] = "SELECT count(*) FROM (SELECT 1 FROM sale_return r GROUP BY "
                                    "r.shop_id, r.writer_id, r.sale_uuid,"
                                    " r.line HAVING sum (r.quantity) > max (r.sold))";
static const char SQL_WRONG_LINES[] =
    "SELECT count(*) FROM " RETURNED " x JOIN sale s ON s.shop_id = x.shop_id AND s.uuid = x.uuid"
    " JOIN sale_line l ON l.shop_id = s.shop_id AND l.writer_id = s.writer_id AND l.n = s.n"
    " AND l.number = x.line WHERE l.quantity <> x.sold OR (x.quantity = x.sold AND"
    " (abs (l.amount - x.amount) >= x.n OR abs (l.tax - x.tax) >= x.n))";
static const char SQL_UNTOLD[] =
    "SELECT count(*) FROM " RETURNED " x WHERE NOT EXISTS (SELECT 1 FROM feed f JOIN feed_row w"
    " ON w.feed_id = f.id WHERE f.kind = 'shop' AND f.scope_id = x.shop_id AND w.tbl = 'returned'"
    " AND w.id = x.id AND json_extract (w.fields, '$[0]') = x.quantity"
    " AND json_extract (w.fields, '$[1]') = x.gross AND json_extract (w.fields, '$[2]') = x.amount"
    " AND json_extract (w.fields, '$[3]') = x.tax)";
/* All taxes here are in the prices. */
static const char SQL_WRONG_SHIFTS[] =
    "SELECT count(*) FROM shift z WHERE z.closed_n > 0 AND z.opened_n > 0 AND"
    " (SELECT coalesce (sum (x.amount), 0) FROM sale s JOIN sale_tender x ON x.shop_id = s.shop_id"
    "  AND x.writer_id = s.writer_id AND x.n = s.n WHERE s.shop_id = z.shop_id"
    "  AND s.writer_id = z.writer_id AND s.shift = z.number) <>"
    " (SELECT coalesce (sum (x.amount), 0) FROM sale s JOIN sale_line x ON x.shop_id = s.shop_id"
    "  AND x.writer_id = s.writer_id AND x.n = s.n WHERE s.shop_id = z.shop_id"
    "  AND s.writer_id = z.writer_id AND s.shift = z.number AND x.quantity > 0)"
    " - (SELECT coalesce (sum (x.paid), 0) FROM sale s JOIN sale_return x ON x.shop_id = s.shop_id"
    "  AND x.writer_id = s.writer_id AND x.n = s.n WHERE s.shop_id = z.shop_id"
    "  AND s.writer_id = z.writer_id AND s.shift = z.number)"
    " + (SELECT coalesce (sum (s.rounding), 0) FROM sale s WHERE s.shop_id = z.shop_id"
    "  AND s.writer_id = z.writer_id AND s.shift = z.number)";

static void
expect_none (Sim *sim, const char *sql, const char *what)
{
  gint64 n = -1;

  if (!mr_db_get_int (mr_center_get_db (sim->center), &n, NULL, sql, "") || n != 0)
    sim_fail (sim, "%s: %" G_GINT64_FORMAT, what, n);
}

void
sim_check_returns (Sim *sim)
{
  gint64 n_listed = 0;

  expect_none (sim, SQL_UNLISTED, "more came back than was sold, and nobody is told");
  expect_none (sim, SQL_WRONGLY_LISTED, "what came back once is listed as twice");
  expect_none (sim, SQL_WRONG_LINES, "a line that came back was not paid back");
  expect_none (sim, SQL_UNTOLD, "tills are told something else of what came back");
  /* Until it is found a turned bit of a replica may have added taxes to the prices, or hidden what came back. */
  if (!sim->copies_disks && !sim->damages_files)
    {
      expect_none (sim, SQL_FORGOTTEN, "one till took the same back twice");
      expect_none (sim, SQL_WRONG_SHIFTS, "a shift's tenders are not what was sold and given back");
    }
  mr_db_get_int (mr_center_get_db (sim->center), &n_listed, NULL, SQL_LISTED, "");
  sim->counts[SIM_RETURNED_TWICE] += (guint64) n_listed;
}
