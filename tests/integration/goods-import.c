/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/import.h"
#include "center/import-table.h"
#include "db/db.h"

#include "fault-vfs.h"
#include "temp-dir.h"
#include "test-world.h"

#include <string.h>

typedef struct
{
  char *dir; /* (owned) */
  MrDb *db; /* (owned) */
  TestWorld world;
  MrImportCounts counts; /* of the last import */
  char *report; /* (owned) (nullable) */
  char *description; /* (owned) (nullable) */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *location = NULL;

  test_world_init (&fixture->world, 5);
  fixture->dir = temp_dir_new ();
  location = g_strconcat ("sqlite:", fixture->dir, "/center.db", NULL);
  fixture->db = mr_db_open (location, MR_DB_WRITE | MR_DB_CREATE, &error);
  g_assert_no_error (error);
  mr_db_migrate (fixture->db, "/org/millrace/sql/center", fixture->world.now_us, &error);
  g_assert_no_error (error);
  mr_db_exec (fixture->db,
              "INSERT INTO party (id, kind, name, created_at) VALUES (1, 'region', 'east', 0);"
              "INSERT INTO region (id, name, title, party_id, currency, time_zone, created_at)"
              " VALUES (1, 'east', 'East', 1, 'CNY', 'Asia/Shanghai', 0);",
              &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  mr_db_close (fixture->db);
  temp_dir_remove (fixture->dir);
  g_free (fixture->dir);
  g_free (fixture->report);
  g_free (fixture->description);
}

static gboolean
import_bytes (Fixture *fixture, const char *bytes, gsize length, GError **error)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_data (bytes, (gssize) length, NULL);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (MrImport) import = mr_import_new (in, 1, &fixture->world.world, out, error);
  gboolean imported = import != NULL && mr_import_run (import, fixture->db, NULL, NULL, error);
  GMemoryOutputStream *memory = G_MEMORY_OUTPUT_STREAM (out);

  g_clear_pointer (&fixture->report, g_free);
  g_clear_pointer (&fixture->description, g_free);
  fixture->report = g_strndup (g_memory_output_stream_get_data (memory),
                               g_memory_output_stream_get_data_size (memory));
  if (import != NULL)
    {
      fixture->counts = *mr_import_get_counts (import);
      fixture->description = mr_import_describe (import);
    }
  return imported;
}

static void
import_text (Fixture *fixture, const char *text)
{
  g_autoptr (GError) error = NULL;

  import_bytes (fixture, text, strlen (text), &error);
  g_assert_no_error (error);
}

static gint64
count (Fixture *fixture, const char *sql)
{
  g_autoptr (GError) error = NULL;
  gint64 n = 0;

  mr_db_get_int (fixture->db, &n, &error, sql, "");
  g_assert_no_error (error);
  return n;
}

/* The feed as its reader sees it: "table id fields" a line, tombstones too. */
static char *
read_feed (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrQuery) query =
      mr_db_select (fixture->db, &error, "SELECT tbl, id, fields FROM feed_row ORDER BY v", "");
  GString *text = g_string_new (NULL);

  while (mr_query_step (query, &error) == MR_STEP_ROW)
    g_string_append_printf (text, "%s %s %s\n", mr_query_get_text (query, 0),
                            mr_query_get_text (query, 1),
                            mr_query_is_null (query, 2) ? "gone" : mr_query_get_text (query, 2));
  query = NULL;
  g_assert_no_error (error);
  return g_string_free (text, FALSE);
}

static const char SHOP_CSV[] = "barcode,name,price,unit,category,brand,tax,pack_of,sold_by,shelf\n"
                               "6901939621608,可口可乐 330ml,3.00,罐,饮料/碳酸,可口可乐,13%,,,A1\n"
                               "16901939621605,可口可乐 330ml "
                               "24罐/箱,66.00,箱,饮料/碳酸,可口可乐,13%,24x6901939621608,piece,A1\n"
                               "4011,香蕉,5.98,千克,水果,,9%,,weight,\n"
                               "6924882406207,\"鸡蛋, 10枚 \"\"土\"\"\",,盒,,,0.09,10,,\n";

static void
test_feed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *feed = NULL;

  import_text (fixture, SHOP_CSV);
  g_assert_cmpstr (fixture->report, ==, "line\tverdict\tbarcode\tname\treason\n");
  g_assert_cmpstr (fixture->description, ==,
                   "4 lines: 4 added, 0 changed, 0 as they were, 0 repeated, 0 refused; 0 loaded "
                   "with a warning; "
                   "columns ignored: shelf");
  feed = read_feed (fixture);
  g_assert_cmpstr (feed, ==,
                   "category 1 [0,\"饮料\",1]\n"
                   "category 2 [1,\"碳酸\",1]\n"
                   "tax 1 [\"13%\",130000,1]\n"
                   "good 1 [\"可口可乐 330ml\",\"罐\",2,\"可口可乐\",1,0,0,\"\"]\n"
                   "pack 1 [1,1000,\"6901939621608\",\"\"]\n"
                   "price 1 [1,\"retail\",0,300]\n"
                   "pack 2 [1,24000,\"16901939621605\",\"24罐/箱\"]\n"
                   "price 2 [2,\"retail\",0,6600]\n"
                   "category 3 [0,\"水果\",2]\n"
                   "tax 2 [\"9%\",90000,1]\n"
                   "good 2 [\"香蕉\",\"千克\",3,\"\",2,1,0,\"\"]\n"
                   "pack 3 [2,1000,\"4011\",\"\"]\n"
                   "price 3 [3,\"retail\",0,598]\n"
                   "good 3 [\"鸡蛋, 10枚 \\\"土\\\"\",\"盒\",0,\"\",2,0,0,\"\"]\n"
                   "pack 4 [3,10000,\"6924882406207\",\"\"]\n");
}

static void
test_twice (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gint64 version;

  import_text (fixture, SHOP_CSV);
  before = read_feed (fixture);
  version = count (fixture, "SELECT version FROM feed");
  test_world_advance (&fixture->world, G_USEC_PER_SEC);
  import_text (fixture, SHOP_CSV);
  after = read_feed (fixture);
  g_assert_cmpuint (fixture->counts.same, ==, 4);
  g_assert_cmpuint (fixture->counts.added + fixture->counts.changed, ==, 0);
  g_assert_cmpint (count (fixture, "SELECT version FROM feed"), ==, version);
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM feed_salt"), ==, 1);
  g_assert_cmpstr (before, ==, after);
}

/* A column that is not in the file says nothing; a new price begins now, and the last one stays known. */
static void
test_change (Fixture *fixture, gconstpointer data)
{
  g_autofree char *feed = NULL;
  g_autofree char *expected = NULL;
  gint64 version;

  import_text (fixture, SHOP_CSV);
  version = count (fixture, "SELECT version FROM feed");
  for (guint i = 0; i < 3; i++)
    {
      static const char *const PRICES[] = { "3.20", "3.50", "3.50" };
      g_autofree char *text =
          g_strdup_printf ("条码\t品名\t售价\n6901939621608\t可口可乐 330ml\t%s\n", PRICES[i]);

      test_world_advance (&fixture->world, G_USEC_PER_SEC);
      import_text (fixture, text);
      g_assert_cmpuint (fixture->counts.changed, ==, i < 2 ? 1 : 0);
    }
  g_assert_cmpint (count (fixture, "SELECT version FROM feed"), ==,
                   version + 3); /* two prices and a tombstone */
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM price WHERE pack_id = 1"), ==, 3);
  feed = read_feed (fixture);
  expected = g_strdup_printf ("price 4 [1,\"retail\",%" G_GINT64_FORMAT ",320]\nprice 1 gone\n"
                              "price 5 [1,\"retail\",%" G_GINT64_FORMAT ",350]\n",
                              fixture->world.now_us - 2 * G_USEC_PER_SEC,
                              fixture->world.now_us - G_USEC_PER_SEC);
  g_assert_true (g_str_has_suffix (feed, expected));

  import_text (fixture, "barcode,name,brand\n6901939621608,可口可乐 听装,\n");
  g_clear_pointer (&feed, g_free);
  feed = read_feed (fixture);
  g_assert_true (g_str_has_suffix (feed, "good 1 [\"可口可乐 听装\",\"罐\",2,\"\",1,0,0,\"\"]\n"));
}

/* line: what the report says of it, in one file with good lines between */
static const struct
{
  const char *line;
  const char *verdict; /* (nullable) loaded without a word */
} LINES[] = {
  { "6901939621608,可乐,3.00", NULL },
  { "6901939621608,可乐,3.00", NULL }, /* the same again */
  { "6901939621608,可乐,3.50",
    "refused\t6901939621608\t可乐\thas the barcode of line 2, which was taken" },
  { "6901939621609,假可乐,3.00", "warning\t6901939621609\t假可乐\tcheck digit of 6901939621609 "
                                 "should be 8; kept as a plain code" },
  { ",没码,1", "refused\t\t没码\thas no barcode" },
  { "100,,1", "refused\t100\t\thas no name" },
  { "101,a", NULL },
  { "102,b,", NULL },
  { "103,c,0", "warning\t103\tc\tprice 0 is taken as none: it is asked for when sold" },
  { "104,d,-1", "refused\t104\td\thas a price below zero: -1" },
  { "105,e,1.234", "refused\t105\te\thas a price with too many digits: 1.234" },
  { "106,f,1.2000", NULL },
  { "107,g,¥12.5元", NULL },
  { "108,h,1000000", NULL },
  { "109,i,1000000.01", "refused\t109\ti\thas a price above 1000000: 1000000.01" },
  { "110,j,6901939621608000",
    "refused\t110\tj\thas a price with too many digits: 6901939621608000" },
  { "111,k,3,50",
    "refused\t111\tk\thas 4 fields, the header 3: is a separator in a text that is not quoted?" },
  { "112,l,three", "refused\t112\tl\thas a price that is no number: three" },
  { "6.90194E+12,m,1", "refused\t6.90194E+12\tm\thas a barcode a spreadsheet has made a number of "
                       "(6.90194E+12): its digits are lost" },
  { "'113,n,1", NULL },
  { "114,\"o,1", "refused\t\t\thas a quote that is not closed, or one in the wrong place" },
  { "115,12\" pizza,1", NULL },
  { "116,\"two\nlines\",1", NULL },
  { "117,q\xff,1", "refused\t117\t\tholds bytes that are not UTF-8" },
  { "118,r\x01,1", "refused\t118\t\tholds a control character" },
  { "0012345678905,leading zero,1", NULL },
  { "012345678905,the same as UPC-A,1",
    "refused\t012345678905\tthe same as UPC-A\thas the barcode of line 28, which was taken" },
  { "119,بسكويت 🍪 \u202Eevil,1", NULL },
  { "120,gaÂ\xC2\x82s,1", "warning\t120\tgaÂs\tcontrol characters were taken out" },
  { "12345678901,short,1", "warning\t12345678901\tshort\t12345678901 has 11 digits, which no GTIN "
                           "has; kept as a plain code" },
  { "", NULL },
  { ",,", NULL },
};

static void
test_lines (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("barcode,name,price\r\n");
  g_autoptr (GString) expected = g_string_new ("line\tverdict\tbarcode\tname\treason\n");
  guint line = 2;

  for (guint i = 0; i < G_N_ELEMENTS (LINES); i++)
    {
      g_string_append_printf (text, "%s\r\n", LINES[i].line);
      if (LINES[i].verdict != NULL)
        g_string_append_printf (expected, "%u\t%s\n", line, LINES[i].verdict);
      line += strchr (LINES[i].line, '\n') != NULL ? 2 : 1;
    }
  import_text (fixture, text->str);
  g_assert_cmpstr (fixture->report, ==, expected->str);
  g_assert_cmpuint (fixture->counts.lines, ==, 30);
  g_assert_cmpuint (fixture->counts.added, ==, 15);
  g_assert_cmpuint (fixture->counts.repeated, ==, 1);
  g_assert_cmpuint (fixture->counts.warned, ==, 4);
  g_assert_cmpuint (fixture->counts.refused, ==, 14);
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM good WHERE name = 'two lines'"), ==, 1);
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM good WHERE name = 'بسكويت 🍪 evil'"), ==,
                   1);
  g_assert_cmpint (
      count (fixture,
             "SELECT amount FROM price JOIN pack_barcode USING (pack_id) WHERE barcode = '107'"),
      ==, 1250);
}

static const struct
{
  const char *what;
  const char *bytes;
  gssize length;
  const char *name; /* of the one good in it */
} ENCODINGS[] = {
  { "utf-8", "barcode,name\n1,可乐\n", -1, "可乐" },
  { "utf-8 with a mark",
    "\xEF\xBB\xBF"
    "barcode,name\n1,可乐\n",
    -1, "可乐" },
  { "gbk", "barcode,name\n1,\xBF\xC9\xC0\xD6\n", -1, "可乐" },
  { "gbk header", "\xCC\xF5\xC2\xEB,\xC3\xFB\xB3\xC6\n1,\xBF\xC9\xC0\xD6\n", -1, "可乐" },
  { "gb18030, four bytes", "barcode,name\n1,\x95\x32\x82\x36\xBF\xC9\n", -1, "𠀀可" },
  { "semicolons", "barcode;name\n1;\"a;b\"\n", -1, "a;b" },
  { "tabs with quotes", "barcode\tname\n1\t\"a \"\"b\"\"\"\n", -1, "a \"b\"" },
  { "tabs with a bare quote", "barcode\tname\n1\t\"a\" b\n", -1, "\"a\" b" },
  { "no end of line", "barcode,name\n1,a", -1, "a" },
  { "order and case", "Name,Barcode\na,1\n", -1, "a" },
};

static void
test_encodings (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (ENCODINGS); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *name = NULL;

      g_test_message ("%s", ENCODINGS[i].what);
      import_text (fixture, ENCODINGS[i].bytes);
      g_assert_cmpuint (fixture->counts.lines, ==, 1);
      g_assert_cmpuint (fixture->counts.refused, ==, 0);
      name = mr_db_get_text (fixture->db, &error, "SELECT name FROM good", "");
      g_assert_no_error (error);
      g_assert_cmpstr (name, ==, ENCODINGS[i].name);
    }
}

static const struct
{
  const char *bytes;
  const char *message; /* a part of it */
} NO_TABLES[] = {
  { "", "empty" },
  { "\n\n", "empty" },
  { "6901939621608,可乐\n", "no \"barcode\"" },
  { "barcode,price\n", "no \"name\"" },
  { "PK\3\4xxxx", "save the sheet as CSV" },
  { "\xFF\xFE"
    "b",
    "UTF-16" },
  { "barcode,\"name\n", "quote" },
};

static void
test_no_tables (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (NO_TABLES); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (
          import_bytes (fixture, NO_TABLES[i].bytes, strlen (NO_TABLES[i].bytes), &error));
      g_assert_error (error, MR_IMPORT_ERROR, MR_IMPORT_ERROR_FORMAT);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, NO_TABLES[i].message));
    }
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM feed_row"), ==, 0);
}

static GBytes *
gzip (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GConverter) gz =
      G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6));
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) out = g_converter_output_stream_new (memory, gz);

  g_output_stream_write_all (out, text, strlen (text), NULL, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_close (out, NULL, &error);
  g_assert_no_error (error);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

/* Several batches; and a file that breaks off keeps what came before. */
static void
test_gzip (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new ("barcode,name,price\n");
  g_autoptr (GBytes) packed = NULL;
  const char *bytes = NULL;
  gsize length = 0;

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (text, "%u,good %u,%u.50\n", 70000 + i, i * 7919 % 5000, i % 90);
  packed = gzip (text->str);
  bytes = g_bytes_get_data (packed, &length);

  g_assert_false (import_bytes (fixture, bytes, length / 2, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT);
  g_assert_cmpuint (fixture->counts.added, >, 1000);
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM good"), ==,
                   (gint64) fixture->counts.added);
  g_clear_error (&error);

  import_bytes (fixture, bytes, length, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->counts.lines, ==, 5000);
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM good"), ==, 5000);
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM feed_row WHERE tbl = 'price'"), ==, 5000);
}

static void
reopen (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *location = g_strconcat ("sqlite:", fixture->dir, "/center.db", NULL);

  g_clear_pointer (&fixture->db, mr_db_close);
  fixture->db = mr_db_open (location, MR_DB_WRITE, &error);
  g_assert_no_error (error);
}

/* Wherever the disk fills up, whole batches are there and nothing else, and the same file again loads the rest. */
static void
test_disk_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FaultVfs) vfs = fault_vfs_new ("full-import", &fixture->world);
  g_autoptr (GString) text = g_string_new ("barcode,name,price\n");
  guint n_failed = 0;

  for (guint i = 0; i < 9000; i++)
    g_string_append_printf (text, "%u,good %u,%u.50\n", 70000 + i, i, i % 90);
  mr_db_use_vfs (fault_vfs_get_name (vfs));
  reopen (fixture);
  for (guint k = 1; k < 4000; k = k * 3 + 40)
    {
      g_autoptr (GError) error = NULL;
      gint64 before = count (fixture, "SELECT count(*) FROM good");

      fault_vfs_plan (vfs, FAULT_FULL, FAULT_ON_WRITE, k, TRUE);
      if (!import_bytes (fixture, text->str, text->len, &error))
        {
          g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FULL);
          n_failed++;
        }
      fault_vfs_plan (vfs, FAULT_NONE, FAULT_ON_ANY, 1, FALSE);
      reopen (fixture);
      g_assert_cmpint (count (fixture, "SELECT count(*) FROM good"), ==,
                       before + (gint64) fixture->counts.added);
      g_assert_cmpint (count (fixture, "SELECT version FROM feed"), ==,
                       count (fixture, "SELECT count(*) FROM feed_row"));
    }
  g_assert_cmpuint (n_failed, >, 2);
  import_text (fixture, text->str);
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM good"), ==, 9000);
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM feed_row"), ==, 3 * 9000);
  g_clear_pointer (&fixture->db, mr_db_close);
  mr_db_use_vfs (NULL);
  reopen (fixture);
}

/* Two files put behind one another are both read; what is no gzip behind one is said. */
static void
test_gzip_members (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) head = gzip ("barcode,name\n1,a\n");
  g_autoptr (GBytes) tail = gzip ("2,b\n3,c\n");
  g_autoptr (GByteArray) both = g_byte_array_new ();

  g_byte_array_append (both, g_bytes_get_data (head, NULL), (guint) g_bytes_get_size (head));
  g_byte_array_append (both, g_bytes_get_data (tail, NULL), (guint) g_bytes_get_size (tail));
  import_bytes (fixture, (const char *) both->data, both->len, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->counts.added, ==, 3);

  g_byte_array_append (both, (const guint8 *) "4,d\n", 4);
  g_assert_false (import_bytes (fixture, (const char *) both->data, both->len, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

/* What a spreadsheet cannot open does not stop the rest. */
static void
test_long_line (Fixture *fixture, gconstpointer data)
{
  g_autofree char *endless = g_strnfill (MR_IMPORT_MAX_LINE_BYTES * 3, 'x');
  g_autofree char *text = g_strconcat ("barcode,name\n1,", endless, "\n2,b\n", NULL);
  const char nul[] = "barcode,name\n3,c\0d\n4,e\n";
  g_autoptr (GError) error = NULL;

  import_text (fixture, text);
  g_assert_cmpuint (fixture->counts.added, ==, 1);
  g_assert_cmpstr (
      fixture->report, ==,
      "line\tverdict\tbarcode\tname\treason\n2\trefused\t\t\tis longer than 65536 bytes\n");

  import_bytes (fixture, nul, sizeof nul - 1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->counts.added, ==, 1);
  g_assert_cmpstr (fixture->report, ==,
                   "line\tverdict\tbarcode\tname\treason\n2\trefused\t3\t\tholds a NUL byte\n");
}

static void
test_packs (Fixture *fixture, gconstpointer data)
{
  import_text (fixture, "barcode,name,pack_of,sold_by,tax,price\n"
                        "200,case before its piece,24x201,,,\n"
                        "201,piece,,,,\n"
                        "202,case,24 × 201,,,10\n"
                        "203,piece 6-pack,6*201,,,\n"
                        "204,own,204,piece,,\n"
                        "205,of itself,2x205,,,\n"
                        "206,none,0,,,\n"
                        "207,words,many,,,\n"
                        "208,half,2.5,,,\n"
                        "209,weighed case,6,weight,,\n"
                        "210,what,,volume,,\n"
                        "211,tax,,,130%,\n"
                        "212,tax,,,-1,\n"
                        "213,tax,,,免税,\n");
  g_assert_cmpstr (
      fixture->report, ==,
      "line\tverdict\tbarcode\tname\treason\n"
      "2\trefused\t200\tcase before its piece\tis a pack of a piece that is not known: the piece's "
      "line "
      "must come before\n"
      "7\trefused\t205\tof itself\tis a pack of itself\n"
      "8\trefused\t206\tnone\thas a pack_of that is no number from 1 to 100000: 0\n"
      "9\trefused\t207\twords\thas a pack_of that is no number from 1 to 100000: many\n"
      "10\trefused\t208\thalf\thas a pack_of that is not understood: 2.5\n"
      "11\trefused\t209\tweighed case\tis sold by weight and in packs of several\n"
      "12\trefused\t210\twhat\tis sold by neither piece nor weight: volume\n"
      "13\trefused\t211\ttax\thas a tax rate above 100 %: 130%\n"
      "14\trefused\t212\ttax\thas a tax rate that is no number: -1\n");
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM good"), ==, 3);
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM pack WHERE good_id = 1"), ==, 3);
  g_assert_cmpint (count (fixture,
                          "SELECT count(*) FROM pack WHERE name = '×24' AND units = 24000"),
                   ==, 1);
  g_assert_cmpint (count (fixture,
                          "SELECT count(*) FROM pack WHERE name = '6-pack' AND units = 6000"),
                   ==, 1);
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM tax WHERE name = '0%'"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/import/feed", Fixture, NULL, set_up, test_feed, tear_down);
  g_test_add ("/import/twice", Fixture, NULL, set_up, test_twice, tear_down);
  g_test_add ("/import/change", Fixture, NULL, set_up, test_change, tear_down);
  g_test_add ("/import/lines", Fixture, NULL, set_up, test_lines, tear_down);
  g_test_add ("/import/encodings", Fixture, NULL, set_up, test_encodings, tear_down);
  g_test_add ("/import/no-tables", Fixture, NULL, set_up, test_no_tables, tear_down);
  g_test_add ("/import/gzip", Fixture, NULL, set_up, test_gzip, tear_down);
  g_test_add ("/import/disk-full", Fixture, NULL, set_up, test_disk_full, tear_down);
  g_test_add ("/import/gzip-members", Fixture, NULL, set_up, test_gzip_members, tear_down);
  g_test_add ("/import/long-line", Fixture, NULL, set_up, test_long_line, tear_down);
  g_test_add ("/import/packs", Fixture, NULL, set_up, test_packs, tear_down);
  return g_test_run ();
}
