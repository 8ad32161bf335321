/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/printer-port.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * dir:PATH — each job a file. It is written under a name that starts with a dot and gets its own
 * name when it is whole and on the disk, so that who watches the folder never sees half a receipt.
 */

typedef struct
{
  MrPrinterPort port;
  char *path; /* (owned) */
  int folder_fd;
  int fd;
  char *name; /* (owned) (nullable): of the job, without ending */
  char *part_name; /* (owned) (nullable) */
} Folder;

static MrDeviceReason
translate (int error)
{
  if (error == ENOENT || error == ENOTDIR)
    return MR_DEVICE_REASON_NO_FOLDER;
  return mr_device_reason_from_errno (error);
}

static void
folder_close (MrPrinterPort *port)
{
  Folder *self = (Folder *) port;

  if (self->fd >= 0)
    {
      close (self->fd);
      unlinkat (self->folder_fd, self->part_name, 0);
    }
  if (self->folder_fd >= 0)
    close (self->folder_fd);
  self->fd = -1;
  self->folder_fd = -1;
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->part_name, g_free);
}

static MrDeviceReason
folder_open (MrPrinterPort *port, const char *job_id, const MrDeviceWait *wait)
{
  Folder *self = (Folder *) port;

  self->folder_fd = open (self->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->folder_fd < 0)
    return translate (errno);
  if (faccessat (self->folder_fd, ".", W_OK | X_OK, AT_EACCESS) != 0)
    return translate (errno);
  if (job_id == NULL)
    return MR_DEVICE_REASON_NONE;
  self->name = g_strcanon (g_strdup (job_id), G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_.", '_');
  self->part_name = g_strdup_printf (".%s.part", self->name);
  self->fd = openat (self->folder_fd, self->part_name,
                     O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  return self->fd < 0 ? translate (errno) : MR_DEVICE_REASON_NONE;
}

static MrDeviceReason
folder_write (MrPrinterPort *port, const guint8 *bytes, gsize length, gsize *n_taken,
              const MrDeviceWait *wait)
{
  Folder *self = (Folder *) port;

  return mr_device_write_fd (self->fd, bytes, length, n_taken, port->timing.stall_ms, wait);
}

/* ID.bin; ID-2.bin when that one is there already: nothing is overwritten. */
static char *
choose_name (Folder *self)
{
  char *name = g_strdup_printf ("%s.bin", self->name);

  for (int i = 2; faccessat (self->folder_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0; i++)
    {
      g_free (name);
      name = g_strdup_printf ("%s-%d.bin", self->name, i);
    }
  return name;
}

static MrDeviceReason
folder_finish (MrPrinterPort *port, const MrDeviceWait *wait)
{
  Folder *self = (Folder *) port;
  MrDeviceReason reason = MR_DEVICE_REASON_NONE;

  if (self->fd >= 0)
    {
      g_autofree char *name = choose_name (self);

      if (fsync (self->fd) != 0 ||
          renameat (self->folder_fd, self->part_name, self->folder_fd, name) != 0)
        reason = translate (errno);
      else
        {
          fsync (self->folder_fd);
          close (self->fd);
          self->fd = -1;
        }
    }
  folder_close (port);
  return reason;
}

static void
folder_free (MrPrinterPort *port)
{
  Folder *self = (Folder *) port;

  g_free (self->path);
  g_free (self);
}

static const MrPrinterPortClass folder_class = {
  .open = folder_open,
  .write = folder_write,
  .finish = folder_finish,
  .close = folder_close,
  .free = folder_free,
  .holds_back = TRUE,
  .is_local = TRUE,
};

MrPrinterPort *
mr_printer_folder_new (const char *path)
{
  Folder *self = g_new0 (Folder, 1);

  self->port.class = &folder_class;
  self->path = g_strdup (path);
  self->folder_fd = -1;
  self->fd = -1;
  return &self->port;
}
