/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/shop-inside.h"

/* A row of the feed is [table, v, id, field…]: its fields are the table's columns after id and v, in
 * order. What comes after them was added by a later version and is kept in `rest`, what a row lacks makes it
 * malformed. SQLite takes the JSON apart, a table at a time. */

#define IS_INT(index) "json_type (fields, '$[" #index "]') IS 'integer'"
#define IS_TEXT(index) "json_type (fields, '$[" #index "]') IS 'text'"
#define FIELD(index) "json_extract (fields, '$[" #index "]')"
#define REST(removes) "nullif (json_remove (fields" removes "), '[]')"
#define INT_ID "CAST (id AS INTEGER)"

#define FIND_BAD(table, id_fits, fields_fit)                                          \
  "SELECT id FROM stage WHERE feed = ?1 AND tbl = '" table "' AND fields IS NOT NULL" \
  " AND NOT CASE WHEN json_valid (fields) THEN json_type (fields) = 'array'"          \
  " AND " id_fits " AND " fields_fit " ELSE 0 END LIMIT 1"
#define INT_ID_FITS "CAST (CAST (id AS INTEGER) AS TEXT) = id"
#define TEXT_ID_FITS "id <> ''"
#define DELETE_DEAD(table, id)                                                                    \
  "DELETE FROM " table " WHERE id IN (SELECT " id " FROM stage WHERE feed = ?1 AND tbl = '" table \
  "' AND fields IS NULL)"
#define FROM_STAGE(table) " FROM stage WHERE feed = ?1 AND tbl = '" table "' AND fields IS NOT NULL"

static const struct
{
  const char *name;
  const char *find_bad;
  const char *delete_dead;
  const char *put;
  const char *empty;
} tables[] = {
  { "setting", FIND_BAD ("setting", TEXT_ID_FITS, IS_TEXT (0)), DELETE_DEAD ("setting", "id"),
    "INSERT OR REPLACE INTO setting (id, v, value, rest)"
    " SELECT id, v, " FIELD (0) ", " REST (", '$[0]'") FROM_STAGE ("setting"),
    "DELETE FROM setting" },
  { "staff",
    FIND_BAD ("staff", INT_ID_FITS,
              IS_INT (0) " AND " IS_TEXT (1) " AND " IS_TEXT (2) " AND " IS_TEXT (
                  3) " AND " IS_INT (4)),
    DELETE_DEAD ("staff", INT_ID),
    "INSERT OR REPLACE INTO staff (id, v, number, name, role, pin_hash, active, rest)"
    " SELECT " INT_ID ", v, " FIELD (0) ", " FIELD (1) ", " FIELD (2) ", " FIELD (3) ", " FIELD (
        4) ", " REST (", '$[0]', '$[0]', '$[0]', '$[0]', '$[0]'") FROM_STAGE ("staff"),
    "DELETE FROM staff" },
  { "level", FIND_BAD ("level", INT_ID_FITS, IS_INT (0)), DELETE_DEAD ("level", INT_ID),
    "INSERT OR REPLACE INTO level (id, v, quantity, rest)"
    " SELECT " INT_ID ", v, " FIELD (0) ", " REST (", '$[0]'") FROM_STAGE ("level"),
    "DELETE FROM level" },
  { "tile", FIND_BAD ("tile", INT_ID_FITS, IS_TEXT (0) " AND " IS_INT (1) " AND " IS_INT (2)),
    DELETE_DEAD ("tile", INT_ID),
    "INSERT OR REPLACE INTO tile (id, v, page, place, pack, rest)"
    " SELECT " INT_ID ", v, " FIELD (0) ", " FIELD (1) ", " FIELD (2) ", " REST (
        ", '$[0]', '$[0]', '$[0]'") FROM_STAGE ("tile"),
    "DELETE FROM tile" },
  { "short_code", FIND_BAD ("short_code", INT_ID_FITS, IS_TEXT (0) " AND " IS_INT (1)),
    DELETE_DEAD ("short_code", INT_ID),
    "INSERT OR REPLACE INTO short_code (id, v, code, pack, rest)"
    " SELECT " INT_ID ", v, " FIELD (0) ", " FIELD (1) ", " REST (", '$[0]', '$[0]'")
        FROM_STAGE ("short_code"),
    "DELETE FROM short_code" },
  { "own_price",
    FIND_BAD ("own_price", INT_ID_FITS, IS_INT (0) " AND " IS_INT (1) " AND " IS_INT (2)),
    DELETE_DEAD ("own_price", INT_ID),
    "INSERT OR REPLACE INTO own_price (id, v, pack, starts_at, amount, rest)"
    " SELECT " INT_ID ", v, " FIELD (0) ", " FIELD (1) ", " FIELD (2) ", " REST (
        ", '$[0]', '$[0]', '$[0]'") FROM_STAGE ("own_price"),
    "DELETE FROM own_price" },
  { "till", FIND_BAD ("till", TEXT_ID_FITS, IS_TEXT (0) " AND " IS_INT (1) " AND " IS_INT (2)),
    DELETE_DEAD ("till", "id"),
    "INSERT OR REPLACE INTO till (id, v, name, number, revoked, rest)"
    " SELECT id, v, " FIELD (0) ", " FIELD (1) ", " FIELD (2) ", " REST (", '$[0]', '$[0]', '$[0]'")
        FROM_STAGE ("till"),
    "DELETE FROM till" },
  { "waiting",
    FIND_BAD ("waiting", TEXT_ID_FITS,
              IS_TEXT (0) " AND " IS_INT (1) " AND " IS_TEXT (2) " AND " IS_INT (
                  3) " AND " IS_TEXT (4) " AND " IS_INT (5) " AND " IS_TEXT (6)),
    DELETE_DEAD ("waiting", "id"),
    "INSERT OR REPLACE INTO waiting (id, v, cause, till, kind, at, label, amount, reason, rest)"
    " SELECT id, v, " FIELD (0) ", " FIELD (1) ", " FIELD (2) ", " FIELD (3) ", " FIELD (
        4) ", " FIELD (5) ", " FIELD (6) ", " REST (", '$[0]', '$[0]', '$[0]', '$[0]', '$[0]', "
                                                    "'$[0]', '$[0]'") FROM_STAGE ("waiting"),
    "DELETE FROM waiting" },
  { "held",
    FIND_BAD ("held", TEXT_ID_FITS,
              IS_TEXT (0) " AND " IS_TEXT (1) " AND " IS_INT (2) " AND " IS_INT (3) " AND " IS_INT (
                  4) " AND " IS_INT (5) " AND " IS_TEXT (6) " AND " IS_TEXT (7)),
    DELETE_DEAD ("held", "id"),
    "INSERT OR REPLACE INTO held (id, v, till, label, at, staff, lines, total, basket, taker, rest)"
    " SELECT id, v, " FIELD (0) ", " FIELD (1) ", " FIELD (2) ", " FIELD (3) ", " FIELD (
        4) ", " FIELD (5) ", " FIELD (6) ", " FIELD (7) ", " REST (", '$[0]', '$[0]', '$[0]', "
                                                                   "'$[0]',"
                                                                   " '$[0]', '$[0]', '$[0]', "
                                                                   "'$[0]'") FROM_STAGE ("held"),
    "DELETE FROM held" },
  { "receipt",
    FIND_BAD ("receipt", TEXT_ID_FITS,
              IS_TEXT (0) " AND " IS_TEXT (1) " AND " IS_INT (2) " AND " IS_INT (
                  3) " AND " IS_TEXT (4)),
    DELETE_DEAD ("receipt", "id"),
    "INSERT OR REPLACE INTO receipt (id, v, till, label, at, total, body, rest)"
    " SELECT id, v, " FIELD (0) ", " FIELD (1) ", " FIELD (2) ", " FIELD (3) ", " FIELD (
        4) ", " REST (", '$[0]', '$[0]', '$[0]', '$[0]', '$[0]'") FROM_STAGE ("receipt"),
    "DELETE FROM receipt" },
  { "returned",
    FIND_BAD ("returned", TEXT_ID_FITS,
              IS_INT (0) " AND " IS_INT (1) " AND " IS_INT (2) " AND " IS_INT (3)),
    DELETE_DEAD ("returned", "id"),
    "INSERT OR REPLACE INTO returned (id, v, quantity, gross, amount, tax, rest)"
    " SELECT id, v, " FIELD (0) ", " FIELD (1) ", " FIELD (2) ", " FIELD (3) ", " REST (
        ", '$[0]', '$[0]', '$[0]', '$[0]'") FROM_STAGE ("returned"),
    "DELETE FROM returned" },
  { "taken_twice",
    FIND_BAD ("taken_twice", TEXT_ID_FITS,
              IS_TEXT (0) " AND " IS_TEXT (1) " AND " IS_INT (2) " AND " IS_INT (3)),
    DELETE_DEAD ("taken_twice", "id"),
    "INSERT OR REPLACE INTO taken_twice (id, v, kind, label, amount, at, rest)"
    " SELECT id, v, " FIELD (0) ", " FIELD (1) ", " FIELD (2) ", " FIELD (3) ", " REST (
        ", '$[0]', '$[0]', '$[0]', '$[0]'") FROM_STAGE ("taken_twice"),
    "DELETE FROM taken_twice" },
};

#define KNOWN_TABLES                                                        \
  "('setting', 'staff', 'level', 'tile', 'short_code', 'own_price', 'till'" \
  ", 'waiting', 'held', 'receipt', 'returned', 'taken_twice')"

/* A row that changed while the pages were fetched is in several of them: the last one counts. */
static const char delete_superseded[] = //
    "DELETE FROM stage WHERE feed = ?1 AND (tbl, id, v) NOT IN"
    " (SELECT tbl, id, max(v) FROM stage WHERE feed = ?1 GROUP BY tbl, id)";
static const char delete_unknown[] = //
    "DELETE FROM unknown_row WHERE (tbl, id) IN"
    " (SELECT tbl, id FROM stage WHERE feed = ?1 AND fields IS NULL)";
static const char put_unknown[] = //
    "INSERT OR REPLACE INTO unknown_row (tbl, id, v, fields) SELECT tbl, id, v, fields FROM stage"
    " WHERE feed = ?1 AND fields IS NOT NULL AND tbl NOT IN " KNOWN_TABLES;
static const char empty_unknown[] = "DELETE FROM unknown_row";
static const char stage_known[] = //
    "INSERT INTO stage (feed, v, tbl, id, fields) SELECT 'replay', v, tbl, id, fields"
    " FROM unknown_row WHERE tbl IN " KNOWN_TABLES;
static const char delete_known[] = "DELETE FROM unknown_row WHERE tbl IN " KNOWN_TABLES;
static const char delete_stage[] = "DELETE FROM stage WHERE feed = ?1";

static gboolean
check_table (MrShop *self, guint index, const char *feed, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *id = mr_db_get_text (self->db, &local, tables[index].find_bad, "s", feed);

  if (id != NULL)
    g_set_error (&local, MR_DB_ERROR, MR_DB_ERROR_CONFLICT,
                 "row “%s” of the feed's table “%s” is malformed", id, tables[index].name);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
mr_shop_apply_rows (MrShop *self, const char *feed, GError **error)
{
  if (!mr_db_run (self->db, error, delete_superseded, "s", feed))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    if (!check_table (self, i, feed, error) ||
        !mr_db_run (self->db, error, tables[i].delete_dead, "s", feed) ||
        !mr_db_run (self->db, error, tables[i].put, "s", feed))
      return FALSE;
  return mr_db_run (self->db, error, delete_unknown, "s", feed) &&
         mr_db_run (self->db, error, put_unknown, "s", feed);
}

gboolean
mr_shop_empty_tables (MrShop *self, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    if (!mr_db_run (self->db, error, tables[i].empty, ""))
      return FALSE;
  return mr_db_run (self->db, error, empty_unknown, "");
}

gboolean
mr_shop_replay_unknown (MrShop *self, GError **error)
{
  return mr_db_run (self->db, error, stage_known, "") &&
         mr_db_run (self->db, error, delete_known, "") &&
         mr_shop_apply_rows (self, "replay", error) &&
         mr_db_run (self->db, error, delete_stage, "s", "replay");
}
