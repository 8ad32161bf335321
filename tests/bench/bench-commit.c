/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/journal.h"

#include "figures.h"
#include "sample-sale.h"
#include "temp-dir.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One sale of 8 lines committed, to be printed, against one write and fdatasync of as many bytes as it put
 * into the write-ahead log, turn by turn on the same file system. Both logs begin again at the same time. */
#define N_LINES 8
#define N_SALES 2000
#define N_WARM_UP 100
#define SALES_PER_LOG 60
#define MAX_SALE_BYTES (1 << 20)

static const MrEntryContext cashier = { .staff_number = 1001 };

typedef struct
{
  TestWorld world;
  char *dir; /* (owned) */
  char *wal; /* (owned) */
  MrJournal *journal; /* (owned) */
  int raw_fd;
  guint8 *raw_bytes; /* (owned) */
  gint64 raw_at;
  Samples commits;
  Samples raws;
  Samples keeps;
  gint64 bytes; /* of all commits measured */
} Bench;

static gint64
measure_log (Bench *self)
{
  GStatBuf status;

  return g_stat (self->wal, &status) == 0 ? status.st_size : 0;
}

static gint64
commit_one (Bench *self, const MrSale *sale)
{
  g_autoptr (GError) error = NULL;
  MrCommittedSale committed = { 0 };
  gint64 begin = figures_now_ns ();

  mr_journal_commit_sale (self->journal, sale, &cashier, 1, TRUE, &committed, &error);
  gint64 end = figures_now_ns ();
  g_assert_no_error (error);
  mr_committed_sale_clear (&committed);
  return end - begin;
}

static gint64
write_raw (Bench *self, gint64 length)
{
  gint64 begin = figures_now_ns ();

  g_assert_cmpint (pwrite (self->raw_fd, self->raw_bytes, (gsize) length, self->raw_at), ==,
                   length);
  g_assert_cmpint (fdatasync (self->raw_fd), ==, 0);
  self->raw_at += length;
  return figures_now_ns () - begin;
}

static gint64
keep_one (Bench *self, const MrSale *sale)
{
  gint64 begin = figures_now_ns ();

  g_assert_true (mr_journal_keep_basket (self->journal, sale, 1001, NULL));
  return figures_now_ns () - begin;
}

/* The log is new each time, so that its growth tells the bytes: as after the close of a day. */
static void
begin_logs (Bench *self)
{
  g_autoptr (GError) error = NULL;

  mr_journal_tidy (self->journal, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ftruncate (self->raw_fd, 0), ==, 0);
  self->raw_at = 0;
}

static void
run (Bench *self)
{
  for (int i = -N_WARM_UP; i < N_SALES; i++)
    {
      g_autoptr (MrSale) sale = sample_sale (&self->world, N_LINES);

      if ((i + N_WARM_UP) % SALES_PER_LOG == 0)
        begin_logs (self);
      gint64 keep_ns = keep_one (self, sale);
      gint64 before = measure_log (self);
      gint64 commit_ns = commit_one (self, sale);
      gint64 bytes = measure_log (self) - before;
      gint64 raw_ns = write_raw (self, bytes);

      test_world_advance (&self->world, G_USEC_PER_SEC);
      if (i < 0)
        continue;
      samples_add (&self->commits, commit_ns);
      samples_add (&self->raws, raw_ns);
      samples_add (&self->keeps, keep_ns);
      self->bytes += bytes;
    }
}

static void
set_up (Bench *self)
{
  g_autoptr (GError) error = NULL;
  const char *build = g_getenv ("MR_BUILD_DIR");

  /* Not below /tmp, which may be memory. */
  self->dir = g_build_filename (build != NULL ? build : ".", "bench-commit-XXXXXX", NULL);
  g_assert_nonnull (g_mkdtemp (self->dir));
  self->wal = g_build_filename (self->dir, "journal.db-wal", NULL);
  g_autofree char *raw = g_build_filename (self->dir, "raw", NULL);
  self->raw_fd = g_open (raw, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  self->raw_bytes = g_malloc (MAX_SALE_BYTES);
  memset (self->raw_bytes, 0x5a, MAX_SALE_BYTES);
  self->commits = SAMPLES_NEW;
  self->raws = SAMPLES_NEW;
  self->keeps = SAMPLES_NEW;

  test_world_init (&self->world, 1);
  self->journal = mr_journal_open (self->dir, &self->world.world, &error);
  g_assert_no_error (error);
  MrShift *shift = mr_journal_open_shift (self->journal, 20000, &cashier, &error);
  g_assert_no_error (error);
  mr_shift_free (shift);
}

static void
tear_down (Bench *self)
{
  mr_journal_close (self->journal);
  close (self->raw_fd);
  g_free (self->raw_bytes);
  samples_clear (&self->commits);
  samples_clear (&self->raws);
  samples_clear (&self->keeps);
  temp_dir_remove (self->dir);
  g_free (self->dir);
  g_free (self->wal);
}

static void
print_ratio (Bench *self, const char *what, guint percent, double goal)
{
  figures_ratio (what, (double) samples_percentile (&self->commits, percent) / 1000, "raw write",
                 (double) samples_percentile (&self->raws, percent) / 1000, "µs", goal);
}

int
main (void)
{
  Bench bench = { .raw_fd = -1 };

  g_assert_cmpint (sodium_init (), >=, 0);
  set_up (&bench);
  run (&bench);
  figures_title ("sale of %d lines, %d times, %" G_GINT64_FORMAT " bytes of log each", N_LINES,
                 N_SALES, bench.bytes / N_SALES);
  print_ratio (&bench, "sale commit p50", 50, 2);
  print_ratio (&bench, "sale commit p99", 99, 2.5);
  figures_value ("basket kept after a scan p50",
                 (double) samples_percentile (&bench.keeps, 50) / 1000, "µs", 0);
  figures_value ("basket kept after a scan p99",
                 (double) samples_percentile (&bench.keeps, 99) / 1000, "µs", 0);
  tear_down (&bench);
  return 0;
}
