/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "figures.h"
#include "herd.h"
#include "system-world.h"
#include "temp-dir.h"
#include "test-database.h"

#include "center/call.h"
#include "center/enrol.h"
#include "center/network.h"

#include <gio/gio.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* A center comes back and all its tills with it: each listens again, pushes ten sales and pulls, within 30 s, over
 * sockets of its own. How long until every till has what its shop's feed holds, the memory of the center's process, and
 * that nothing was answered but 503. Arguments: the program, the number of tills. */

#define TILLS_A_SHOP 2
#define LINES 3
#define CODES_AT_ONCE 500
#define NS_PER_S 1e9
#define MIB (1024.0 * 1024.0)
/* Sockets of the center's process: one that listens and one that asks, of each till, and what else is open. */
#define OTHER_FILES 200

#define SQL_HEAD                                                   \
  "SELECT feed.version FROM feed JOIN shop ON shop.id = scope_id " \
  "WHERE feed.kind = 'shop' AND shop.name = ?1"

typedef struct
{
  guint n_tills;
  guint first;
  char *codes[CODES_AT_ONCE];
} Network;

static gint64
shop_number (guint till)
{
  return till / TILLS_A_SHOP;
}

static gboolean
add_shops (MrBatch *batch, gpointer data, GError **error)
{
  const Network *network = data;
  gint64 region = mr_network_add_region (batch, "east", "华东", "CNY", "Asia/Shanghai", error);
  gint64 n_shops = shop_number (network->n_tills - 1) + 1;

  for (gint64 i = 0; i < n_shops && region != 0; i++)
    {
      g_autofree char *name = g_strdup_printf ("s%" G_GINT64_FORMAT, i);

      if (mr_network_add_shop (batch, region, name, "便利店", error) == 0)
        return FALSE;
    }
  return region != 0;
}

static gboolean
make_codes (MrBatch *batch, gpointer data, GError **error)
{
  Network *network = data;

  for (guint i = 0; i < CODES_AT_ONCE && network->first + i < network->n_tills; i++)
    {
      g_autofree char *name =
          g_strdup_printf ("s%" G_GINT64_FORMAT, shop_number (network->first + i));
      MrNetworkShop shop;

      g_free (network->codes[i]);
      network->codes[i] = NULL;
      if (!mr_network_find_shop (batch->db, name, &shop, error) ||
          (network->codes[i] = mr_enrol_new_code (batch, shop.id, error)) == NULL)
        return FALSE;
    }
  return TRUE;
}

static void
run (MrCenter *center, MrCenterJob job, gpointer data)
{
  g_autoptr (GError) error = NULL;

  mr_center_run (center, job, data, &error);
  g_assert_no_error (error);
}

static void
enrol (MrCenter *center, FakeTill *till, const char *code)
{
  g_autofree char *body = NULL;
  MrCenterRequest request = { .method = "POST", .path = "/v1/enrol" };
  MrCenterReply reply = { 0 };

  fake_till_init (till, mr_system_world_get ());
  body = fake_till_make_enrolment (till, code);
  request.body = body;
  request.length = strlen (body);
  mr_center_handle (center, &request, &reply);
  g_assert_cmpuint (reply.status, ==, 200);
  fake_till_enrolled (till, g_bytes_get_data (reply.body, NULL),
                      (gssize) g_bytes_get_size (reply.body));
  mr_center_reply_clear (&reply);
}

/* The heads of a till's feeds, as it knew them when the center went away. */
static char *
ask_cursors (MrCenter *center, FakeTill *till)
{
  FakeSignature signature = fake_till_sign (till, "GET", "/v1/feeds?schema=1", NULL, 0);
  MrCenterRequest request = { .method = "GET",
                              .path = "/v1/feeds?schema=1",
                              .till = signature.till,
                              .time = signature.time,
                              .signature = signature.signature };
  MrCenterReply reply = { 0 };
  g_autoptr (MrFeedsReply) feeds = NULL;

  mr_center_handle (center, &request, &reply);
  g_assert_cmpuint (reply.status, ==, 200);
  feeds = mr_feeds_reply_from_json (g_bytes_get_data (reply.body, NULL),
                                    (gssize) g_bytes_get_size (reply.body), NULL);
  g_assert_nonnull (feeds);
  mr_center_reply_clear (&reply);
  fake_signature_clear (&signature);
  return herd_make_pull (&feeds->region.seen, &feeds->shop.seen);
}

static void
set_up (const char *location, const char *files, Herd *herd)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCenter) center = mr_center_open (location, files, mr_system_world_get (), &error);
  Network network = { .n_tills = herd->n };

  g_assert_no_error (error);
  run (center, add_shops, &network);
  for (; network.first < herd->n; network.first += CODES_AT_ONCE)
    {
      run (center, make_codes, &network);
      for (guint i = 0; i < CODES_AT_ONCE && network.first + i < herd->n; i++)
        {
          HerdTill *till = &herd->tills[network.first + i];

          enrol (center, &till->fake, network.codes[i]);
          till->shop = (guint) shop_number (network.first + i);
          for (guint sale = 0; sale < HERD_SALES; sale++)
            fake_till_sell (&till->fake, LINES);
          till->push = fake_till_make_push (&till->fake, 0, HERD_SALES);
          /* The text is what is sent; the entries themselves would fill the memory. */
          g_ptr_array_set_size (till->fake.entries, 0);
        }
    }
  for (guint i = 0; i < herd->n; i++)
    herd->tills[i].pull = ask_cursors (center, &herd->tills[i].fake);
  for (guint i = 0; i < CODES_AT_ONCE; i++)
    g_free (network.codes[i]);
}

/* --- the center as a program --- */

/* In the child: nobody is left to end it when this program is killed. */
static void
end_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static GSubprocess *
start_center (const char *program, const char *location, const char *files, guint16 *port)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  GSubprocess *process;
  g_autoptr (GDataInputStream) lines = NULL;
  g_autofree char *line = NULL;

  g_subprocess_launcher_set_child_setup (launcher, end_with_parent, NULL, NULL);
  process = g_subprocess_launcher_spawn (launcher, &error, program, "serve", "--db", location,
                                         "--files", files, "--listen", "127.0.0.1:0", NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  *port = (guint16) g_ascii_strtoull (strrchr (line, ':') + 1, NULL, 10);
  return process;
}

/* Of /proc/PID/status, in bytes. */
static gint64
read_memory (GSubprocess *process, const char *field)
{
  g_autofree char *path =
      g_strdup_printf ("/proc/%s/status", g_subprocess_get_identifier (process));
  g_autofree char *text = NULL;
  const char *at;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  at = strstr (text, field);
  g_assert_nonnull (at);
  return g_ascii_strtoll (at + strlen (field), NULL, 10) * 1024;
}

static void
stop_center (GSubprocess *process)
{
  g_subprocess_send_signal (process, SIGTERM);
  g_subprocess_wait (process, NULL, NULL);
  g_object_unref (process);
}

/* All of it is there, once, and each till is at the head of its shop's feed. */
static void
check (const char *location, const Herd *herd)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrDb) db = mr_db_open (location, MR_DB_READ_ONLY, &error);
  gint64 sales = 0;

  g_assert_no_error (error);
  g_assert_true (mr_db_get_int (db, &sales, &error, "SELECT count(*) FROM sale", ""));
  g_assert_cmpint (sales, ==, (gint64) herd->n * HERD_SALES);
  for (guint i = 0; i < herd->n; i++)
    {
      g_autofree char *name = g_strdup_printf ("s%u", herd->tills[i].shop);
      gint64 head = 0;

      g_assert_true (mr_db_get_int (db, &head, &error, SQL_HEAD, "s", name));
      g_assert_cmpint (herd->tills[i].shop_head, ==, head);
    }
}

static void
print_figures (const Herd *herd, gint64 before, gint64 most)
{
  figures_value ("until the last till was in sync", (double) herd->ended_ns / NS_PER_S, "s", 60);
  figures_value ("a till, from coming back or a poke, p50",
                 (double) samples_percentile (&herd->took, 50) / NS_PER_S, "s", 0);
  figures_value ("the same, p99", (double) samples_percentile (&herd->took, 99) / NS_PER_S, "s", 0);
  figures_value ("told to come back later (503)", herd->n_busy, "times", 0);
  figures_value ("pulls", herd->n_pulls, "", 0);
  figures_value ("other errors", herd->n_errors, "", 0);
  figures_value ("memory of the center before", (double) before / MIB, "MiB", 0);
  figures_value ("at most", (double) most / MIB, "MiB", 100);
}

int
main (int argc, char **argv)
{
  guint wanted = argc > 2 ? (guint) g_ascii_strtoull (argv[2], NULL, 10) : 10000;
  g_autofree char *dir = temp_dir_new ();
  g_autofree char *files = g_build_filename (dir, "files", NULL);
  g_autofree char *location = test_database_new (dir);
  struct rlimit limit;
  GSubprocess *process;
  gint64 before, most;
  Herd *herd;
  int status;

  g_assert_cmpint (argc, >=, 2);
  g_assert_cmpint (sodium_init (), >=, 0);
  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  /* Half may ask at the same time as all listen; on average far fewer do. */
  herd = herd_new (MIN (wanted, (guint) MIN (limit.rlim_max, 1000000) * 2 / 3 - OTHER_FILES));
  figures_title ("%u tills come back, each with %d sales, %d to a shop", herd->n, HERD_SALES,
                 TILLS_A_SHOP);
  set_up (location, files, herd);
  process = start_center (argv[1], location, files, &herd->port);
  before = read_memory (process, "VmRSS:");
  herd_run (herd);
  most = read_memory (process, "VmHWM:");
  stop_center (process);
  if (herd->n_errors == 0)
    check (location, herd);
  print_figures (herd, before, most);
  temp_dir_remove (dir);
  status = herd->n_errors > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
  if (herd->n_errors > 0)
    g_printerr ("%s\n", herd->first_error);
  herd_free (herd);
  return status;
}
