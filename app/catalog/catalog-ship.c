/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "catalog/catalog-private.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

/* 16 MB: what a till needs of memory to unpack. What repeats in a catalog lies further apart than zstd
 * looks at its lower levels, so long-distance matching is on. */
#define WINDOW_LOG 24
#define N_WORKERS 2
/* So much is handed to the disk at a time while the rest is still unpacked. */
#define WRITE_BACK_BYTES (8 * 1024 * 1024)

static const char SQL_GET_PAGE_SIZE[] = "PRAGMA page_size";
static const char SQL_GET_PAGE_COUNT[] = "PRAGMA page_count";
static const char SQL_QUICK_CHECK[] = "PRAGMA quick_check (1)";
static const char SQL_GET_ANY_NAME[] = "SELECT name FROM good ORDER BY id LIMIT 1";

/* A file on its way through zstd; @out becomes @to when it is whole. */
typedef struct
{
  int in;
  int out;
  const char *from; /* (unowned) */
  const char *to; /* (unowned) */
  char *part; /* (owned) */
  off64_t written;
  off64_t written_back; /* the disk was told to begin with */
} Pass;

static gboolean
set_errno_error (const char *doing, const char *path, GError **error)
{
  int saved = errno;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved), "%s %s: %s", doing, path,
               g_strerror (saved));
  return FALSE;
}

static gboolean
set_zstd_error (const Pass *pass, gsize code, GError **error)
{
  g_set_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE, "%s: %s", pass->from,
               ZSTD_getErrorName (code));
  return FALSE;
}

static void
pass_end (Pass *self)
{
  if (self->in >= 0)
    close (self->in);
  if (self->out >= 0)
    {
      close (self->out);
      unlink (self->part);
    }
  g_free (self->part);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pass, pass_end)

static gboolean
pass_begin (Pass *self, const char *from, const char *to, GError **error)
{
  self->from = from;
  self->to = to;
  self->part = g_strconcat (to, ".part", NULL);
  self->in = open (from, O_RDONLY | O_CLOEXEC);
  if (self->in < 0)
    return set_errno_error ("opening", from, error);
  self->out = open (self->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (self->out < 0)
    return set_errno_error ("making", self->part, error);
  return TRUE;
}

static gboolean
pass_read (Pass *self, void *buffer, gsize size, gsize *length, GError **error)
{
  gssize n;

  do
    n = read (self->in, buffer, size);
  while (n < 0 && errno == EINTR);
  *length = n > 0 ? (gsize) n : 0;
  return n >= 0 || set_errno_error ("reading", self->from, error);
}

static gboolean
pass_write (Pass *self, const void *bytes, gsize length, GError **error)
{
  const char *p = bytes;

  while (length > 0)
    {
      gssize n = write (self->out, p, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return set_errno_error ("writing", self->part, error);
      p += n;
      length -= (gsize) n;
      self->written += n;
    }
  if (self->written - self->written_back >= WRITE_BACK_BYTES)
    {
      /* Only a hint: the fsync at the end has less left to wait for. */
      sync_file_range (self->out, self->written_back, self->written - self->written_back,
                       SYNC_FILE_RANGE_WRITE);
      self->written_back = self->written;
    }
  return TRUE;
}

static gboolean
sync_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean synced = fd >= 0 && fsync (fd) == 0;

  if (!synced)
    set_errno_error ("syncing", folder, error);
  if (fd >= 0)
    close (fd);
  return synced;
}

/* The file gets its name only after its bytes are on the disk; @replace FALSE never takes the name of
 * another, which somebody may have open. */
static gboolean
pass_finish (Pass *self, gboolean replace, GError **error)
{
  if (fsync (self->out) != 0)
    return set_errno_error ("syncing", self->part, error);
  if (renameat2 (AT_FDCWD, self->part, AT_FDCWD, self->to, replace ? 0 : RENAME_NOREPLACE) != 0)
    return set_errno_error ("naming", self->to, error);
  close (self->out);
  self->out = -1;
  return sync_folder (self->to, error);
}

/* --- compressing --- */

static gboolean
set_up_compressor (ZSTD_CCtx *zstd, const Pass *pass, int level, GError **error)
{
  GStatBuf info = { 0 };
  gsize code = ZSTD_CCtx_setParameter (zstd, ZSTD_c_compressionLevel, level);

  if (!ZSTD_isError (code))
    code = ZSTD_CCtx_setParameter (zstd, ZSTD_c_windowLog, WINDOW_LOG);
  if (!ZSTD_isError (code))
    code = ZSTD_CCtx_setParameter (zstd, ZSTD_c_enableLongDistanceMatching, 1);
  if (!ZSTD_isError (code))
    code = ZSTD_CCtx_setParameter (zstd, ZSTD_c_checksumFlag, 1);
  if (!ZSTD_isError (code) && g_stat (pass->from, &info) == 0)
    code = ZSTD_CCtx_setPledgedSrcSize (zstd, (unsigned long long) info.st_size);
  if (ZSTD_isError (code))
    return set_zstd_error (pass, code, error);
  /* A libzstd built without threads says no, and compresses on this one. */
  ZSTD_CCtx_setParameter (zstd, ZSTD_c_nbWorkers, N_WORKERS);
  return TRUE;
}

static gboolean
compress_chunk (ZSTD_CCtx *zstd, Pass *pass, ZSTD_inBuffer *in, gboolean last, void *out,
                gsize out_size, GError **error)
{
  gboolean done = FALSE;

  while (!done)
    {
      ZSTD_outBuffer produced = { out, out_size, 0 };
      gsize left = ZSTD_compressStream2 (zstd, &produced, in, last ? ZSTD_e_end : ZSTD_e_continue);

      if (ZSTD_isError (left))
        return set_zstd_error (pass, left, error);
      if (!pass_write (pass, out, produced.pos, error))
        return FALSE;
      done = last ? left == 0 : in->pos == in->size;
    }
  return TRUE;
}

static gboolean
compress_all (ZSTD_CCtx *zstd, Pass *pass, GError **error)
{
  gsize in_size = ZSTD_CStreamInSize ();
  gsize out_size = ZSTD_CStreamOutSize ();
  g_autofree char *in_bytes = g_malloc (in_size);
  g_autofree char *out_bytes = g_malloc (out_size);
  gboolean last = FALSE;

  while (!last)
    {
      gsize length = 0;

      if (!pass_read (pass, in_bytes, in_size, &length, error))
        return FALSE;
      last = length == 0;

      ZSTD_inBuffer in = { in_bytes, length, 0 };
      if (!compress_chunk (zstd, pass, &in, last, out_bytes, out_size, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_pages (const char *path, GError **error)
{
  g_autoptr (MrCatalog) catalog = mr_catalog_open (path, error);
  g_autofree char *verdict =
      catalog != NULL ? mr_db_get_text (catalog->db, error, SQL_QUICK_CHECK, "") : NULL;

  if (verdict == NULL)
    return FALSE;
  if (strcmp (verdict, "ok") == 0)
    return TRUE;
  g_set_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE, "%s is damaged: %s", catalog->path,
               verdict);
  return FALSE;
}

gboolean
mr_catalog_pack (const char *path, const char *zst_path, int level, GError **error)
{
  g_auto (Pass) pass = { .in = -1, .out = -1 };
  ZSTD_CCtx *zstd = NULL;
  gboolean packed;

  if (!check_pages (path, error) || !pass_begin (&pass, path, zst_path, error))
    return FALSE;
  zstd = ZSTD_createCCtx ();
  packed = set_up_compressor (zstd, &pass, level, error) && compress_all (zstd, &pass, error);
  ZSTD_freeCCtx (zstd);
  return packed && pass_finish (&pass, TRUE, error);
}

/* --- decompressing --- */

static gboolean
decompress_all (ZSTD_DCtx *zstd, Pass *pass, GError **error)
{
  gsize in_size = ZSTD_DStreamInSize ();
  gsize out_size = ZSTD_DStreamOutSize ();
  g_autofree char *in_bytes = g_malloc (in_size);
  g_autofree char *out_bytes = g_malloc (out_size);
  gsize left = 1; /* 0 when a frame has ended */
  gsize length = 0;

  for (;;)
    {
      gboolean full = FALSE;

      if (!pass_read (pass, in_bytes, in_size, &length, error))
        return FALSE;
      if (length == 0)
        break;

      ZSTD_inBuffer in = { in_bytes, length, 0 };
      /* More may wait behind a full buffer, but nothing behind the end of the frame. */
      while (in.pos < in.size || (full && left != 0))
        {
          ZSTD_outBuffer out = { out_bytes, out_size, 0 };

          left = ZSTD_decompressStream (zstd, &out, &in);
          if (ZSTD_isError (left))
            return set_zstd_error (pass, left, error);
          if (!pass_write (pass, out_bytes, out.pos, error))
            return FALSE;
          full = out.pos == out.size;
        }
    }
  if (left != 0)
    {
      g_set_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE, "%s ends too early", pass->from);
      return FALSE;
    }
  return TRUE;
}

gboolean
mr_catalog_unpack (const char *zst_path, const char *path, GError **error)
{
  g_auto (Pass) pass = { .in = -1, .out = -1 };
  ZSTD_DCtx *zstd = NULL;
  gboolean unpacked;

  if (!pass_begin (&pass, zst_path, path, error))
    return FALSE;
  zstd = ZSTD_createDCtx ();
  ZSTD_DCtx_setParameter (zstd, ZSTD_d_windowLogMax, WINDOW_LOG);
  unpacked = decompress_all (zstd, &pass, error);
  ZSTD_freeDCtx (zstd);
  return unpacked && pass_finish (&pass, FALSE, error);
}

/* --- checking --- */

static gboolean
check_head (MrCatalog *catalog, const MrCatalogHead *expected, GError **error)
{
  MrCatalogHead head = { 0 };

  if (!mr_catalog_get_head (catalog, &head, error))
    return FALSE;
  if (strcmp (head.region, expected->region) == 0 && head.v == expected->v &&
      strcmp (head.salt, expected->salt) == 0 && strcmp (head.currency, expected->currency) == 0)
    return TRUE;
  g_set_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE,
               "%s is the catalog of %s at %" G_GINT64_FORMAT ".%s, not of %s at %" G_GINT64_FORMAT
               ".%s",
               catalog->path, head.region, head.v, head.salt, expected->region, expected->v,
               expected->salt);
  return FALSE;
}

/* What was cut off after it was unpacked. */
static gboolean
check_size (MrCatalog *catalog, GError **error)
{
  GStatBuf info = { 0 };
  gint64 page_bytes = 0;
  gint64 n_pages = 0;

  if (!mr_db_get_int (catalog->db, &page_bytes, error, SQL_GET_PAGE_SIZE, "") ||
      !mr_db_get_int (catalog->db, &n_pages, error, SQL_GET_PAGE_COUNT, ""))
    return FALSE;
  if (g_stat (catalog->path, &info) != 0)
    return set_errno_error ("looking at", catalog->path, error);
  if (info.st_size >= page_bytes * n_pages)
    return TRUE;
  g_set_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE, "%s is cut off", catalog->path);
  return FALSE;
}

/* The index must be readable; whether a name is found may depend on later rules of splitting. */
static gboolean
check_search (MrCatalog *catalog, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *name = mr_db_get_text (catalog->db, &local, SQL_GET_ANY_NAME, "");
  g_autoptr (GPtrArray) found = NULL;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (name == NULL)
    return TRUE;
  found = mr_catalog_search (catalog, name, 1, 0, error);
  return found != NULL;
}

gboolean
mr_catalog_check (const char *path, const MrCatalogHead *expected, GError **error)
{
  g_autoptr (MrCatalog) catalog = mr_catalog_open (path, error);

  return catalog != NULL && check_head (catalog, expected, error) && check_size (catalog, error) &&
         check_search (catalog, error);
}
