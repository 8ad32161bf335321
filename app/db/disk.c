/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/db.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

gboolean
mr_db_fail_errno (const char *path, GError **error)
{
  int code = errno;

  g_set_error (error, MR_DB_ERROR,
               code == ENOSPC || code == EDQUOT ? MR_DB_ERROR_FULL : MR_DB_ERROR_IO, "%s: %s", path,
               g_strerror (code));
  return FALSE;
}

gboolean
mr_db_sync_path (const char *path, GError **error)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  gboolean synced = fd >= 0 && fsync (fd) == 0;

  if (!synced)
    mr_db_fail_errno (path, error);
  if (fd >= 0)
    close (fd);
  return synced;
}
