/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fault-vfs.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#define SECTOR 512
/* Much of a file is zeroes that nobody reads. */
#define MAX_FLIP_TRIES 1000

/* What is known of one file by its path, open or not. */
typedef struct
{
  char *path; /* (owned) */
  gint64 synced_size; /* bytes, −1 = it did not exist at the last sync */
  GHashTable
      *sectors; /* (owned) number → GBytes, content at the last sync of those written since */
  gint64 cut_to; /* the least size since the last sync, −1 = it never got smaller */
} FileState;

struct _FaultVfs
{
  sqlite3_vfs vfs;
  sqlite3_vfs *base; /* (unowned) */
  char *name; /* (owned) */
  TestWorld *world; /* (unowned) */
  GHashTable *files; /* (owned) path → FileState */
  GPtrArray *open; /* (owned) of FaultFile (unowned) */

  Fault fault;
  FaultCalls calls;
  guint64 count;
  guint64 fail_at;
  gboolean lasting;

  guint64 n_flips;
  char *lying_prefix; /* (owned) (nullable) */
  char *capacity_dir; /* (owned) (nullable) */
  gint64 capacity;
};

typedef struct
{
  sqlite3_file file;
  FaultVfs *vfs; /* (unowned) */
  FileState *state; /* (unowned) (nullable) none for temporary files */
  gboolean dead;
  sqlite3_file *base; /* (unowned) follows this struct */
} FaultFile;

static sqlite3_file *
get_base (sqlite3_file *file)
{
  return ((FaultFile *) file)->base;
}

static void
free_state (gpointer data)
{
  FileState *state = data;

  g_free (state->path);
  g_hash_table_unref (state->sectors);
  g_free (state);
}

/* Counts a call and says whether it is to fail. */
static Fault
take_fault (FaultVfs *self, FaultCalls call)
{
  if ((self->calls & call) == 0)
    return FAULT_NONE;

  self->count++;
  if (self->fault == FAULT_NONE ||
      (self->lasting ? self->count < self->fail_at : self->count != self->fail_at))
    return FAULT_NONE;
  if (self->fault == FAULT_EXIT || (self->fault == FAULT_HALF_EXIT && call != FAULT_ON_WRITE))
    _exit (FAULT_EXIT_STATUS);
  return self->fault;
}

/* --- what a power cut would leave --- */

static void
remember_sectors (FaultFile *file, gint64 offset, gint64 length)
{
  FileState *state = file->state;

  for (gint64 n = offset / SECTOR; n * SECTOR < offset + length; n++)
    {
      guint8 old[SECTOR] = { 0 };

      if (g_hash_table_contains (state->sectors, GSIZE_TO_POINTER (n)))
        continue;
      /* A short read fills with zeroes, as the file system would. */
      file->base->pMethods->xRead (file->base, old, SECTOR, n * SECTOR);
      g_hash_table_insert (state->sectors, GSIZE_TO_POINTER (n), g_bytes_new (old, SECTOR));
    }
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  gsize x = GPOINTER_TO_SIZE (a);
  gsize y = GPOINTER_TO_SIZE (b);

  return x < y ? -1 : x > y;
}

static void
flip_bit (FaultVfs *self, int fd, gint64 offset)
{
  guint8 byte;

  g_assert_cmpint (pread (fd, &byte, 1, offset), ==, 1);
  byte ^= (guint8) (1u << test_world_below (self->world, 8));
  g_assert_cmpint (pwrite (fd, &byte, 1, offset), ==, 1);
}

static void
flip_in_new_sectors (FaultVfs *self, int fd, gint64 from, gint64 to)
{
  gint64 first = (from + SECTOR - 1) / SECTOR * SECTOR;

  if (first >= to)
    return;
  flip_bit (self, fd, first + (gint64) test_world_below (self->world, (guint64) (to - first)));
  self->n_flips++;
}

static void
lose_unsynced (FaultVfs *self, FileState *state)
{
  int fd = g_open (state->path, O_RDWR | O_CLOEXEC, 0);

  if (fd < 0)
    return;

  /* A quarter of the cuts leave all, a quarter nothing, the rest of them a mixture. */
  guint64 mood = test_world_below (self->world, 4);
  gint64 size = lseek (fd, 0, SEEK_END);
  gint64 synced_size = MAX (state->synced_size, 0);
  static const guint8 zeroes[SECTOR] = { 0 };
  gint64 cut_to = state->cut_to;

  /* A file system does the cutting of a file wholly or not at all: what follows it in time is lost with it, or
   * lies on new ground. */
  if (cut_to >= 0 && test_world_below (self->world, 2) == 0)
    mood = 1;
  if (mood == 1)
    cut_to = -1;
  if (cut_to >= 0)
    synced_size = MIN (synced_size, cut_to);
  g_autoptr (GList) numbers = g_list_sort (g_hash_table_get_keys (state->sectors), compare_numbers);

  for (GList *l = numbers; l != NULL; l = l->next)
    if (mood == 1 || (mood > 1 && test_world_below (self->world, 2) == 0))
      {
        GBytes *old = g_hash_table_lookup (state->sectors, l->data);
        gint64 offset = (gint64) GPOINTER_TO_SIZE (l->data) * SECTOR;

        const void *bytes = cut_to >= 0 && offset >= cut_to ? zeroes : g_bytes_get_data (old, NULL);

        g_assert_cmpint (pwrite (fd, bytes, SECTOR, offset), ==, SECTOR);
      }

  gint64 left = size;
  if (mood == 1)
    left = synced_size;
  else if (mood > 1)
    left = MIN (size, synced_size) +
           (gint64) test_world_below (self->world, (guint64) ABS (size - synced_size) + 1);
  g_assert_cmpint (ftruncate (fd, left), ==, 0);
  /* A sector the power failed in may read as anything. One that held synced bytes before is spared: SQLite
   * trusts a disk that much. */
  if (mood == 3 && left > synced_size && test_world_below (self->world, 2) == 0)
    flip_in_new_sectors (self, fd, synced_size, left);
  close (fd);
  state->synced_size = left;
  state->cut_to = -1;
  g_hash_table_remove_all (state->sectors);
}

gboolean
fault_vfs_flip (FaultVfs *self, const char *path, gint64 from, gint64 to)
{
  int fd = g_open (path, O_RDWR | O_CLOEXEC, 0);
  gboolean done = FALSE;

  if (fd < 0 || to > lseek (fd, 0, SEEK_END))
    to = from;
  for (guint i = 0; to > from && i < MAX_FLIP_TRIES && !done; i++)
    {
      gint64 offset = from + (gint64) test_world_below (self->world, (guint64) (to - from));
      guint8 byte;

      g_assert_cmpint (pread (fd, &byte, 1, offset), ==, 1);
      done = byte != 0;
      if (done)
        flip_bit (self, fd, offset);
    }
  if (fd >= 0)
    close (fd);
  return done;
}

static int
compare_states (gconstpointer a, gconstpointer b)
{
  return strcmp (((const FileState *) a)->path, ((const FileState *) b)->path);
}

void
fault_vfs_crash (FaultVfs *self, const char *prefix)
{
  g_autoptr (GList) states = g_list_sort (g_hash_table_get_values (self->files), compare_states);

  for (guint i = 0; i < self->open->len; i++)
    {
      FaultFile *file = g_ptr_array_index (self->open, i);

      if (file->state != NULL && g_str_has_prefix (file->state->path, prefix))
        file->dead = TRUE;
    }
  for (GList *l = states; l != NULL; l = l->next)
    if (g_str_has_prefix (((FileState *) l->data)->path, prefix))
      lose_unsynced (self, l->data);
}

void
fault_vfs_forget (FaultVfs *self, const char *prefix)
{
  GHashTableIter iter;
  gpointer value;

  for (guint i = 0; i < self->open->len; i++)
    {
      FaultFile *file = g_ptr_array_index (self->open, i);

      g_assert_false (file->state != NULL && g_str_has_prefix (file->state->path, prefix));
    }
  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (g_str_has_prefix (((FileState *) value)->path, prefix))
      g_hash_table_iter_remove (&iter);
}

gboolean
fault_vfs_is_dirty (FaultVfs *self, const char *prefix)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      FileState *state = value;

      if (g_str_has_prefix (state->path, prefix) && g_hash_table_size (state->sectors) > 0)
        return TRUE;
    }
  return FALSE;
}

/* --- room --- */

static gint64
measure_dir (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  gint64 sum = 0;

  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      GStatBuf status;

      /* The wal-index lives in memory. */
      if (g_stat (child, &status) == 0 && !g_str_has_suffix (name, "-shm"))
        sum += status.st_size;
    }
  return sum;
}

static gboolean
has_room (FaultFile *file, gint64 end)
{
  FaultVfs *self = file->vfs;
  sqlite3_int64 size = 0;

  if (self->capacity_dir == NULL || file->state == NULL ||
      !g_str_has_prefix (file->state->path, self->capacity_dir))
    return TRUE;
  file->base->pMethods->xFileSize (file->base, &size);
  return end <= size || measure_dir (self->capacity_dir) + end - size <= self->capacity;
}

/* --- calls on a file --- */

static int
close_file (sqlite3_file *file)
{
  FaultFile *self = (FaultFile *) file;

  g_ptr_array_remove_fast (self->vfs->open, self);
  return self->base->pMethods->xClose (self->base);
}

static int
read_file (sqlite3_file *file, void *data, int length, sqlite3_int64 offset)
{
  if (((FaultFile *) file)->dead)
    return SQLITE_IOERR_READ;
  return get_base (file)->pMethods->xRead (get_base (file), data, length, offset);
}

static int
write_file (sqlite3_file *file, const void *data, int length, sqlite3_int64 offset)
{
  FaultFile *self = (FaultFile *) file;
  const sqlite3_io_methods *base = self->base->pMethods;

  if (self->dead)
    return SQLITE_IOERR_WRITE;

  Fault fault = take_fault (self->vfs, FAULT_ON_WRITE);
  if (fault == FAULT_IO)
    return SQLITE_IOERR_WRITE;
  if (fault == FAULT_FULL || !has_room (self, offset + length))
    return SQLITE_FULL;
  if (self->state != NULL)
    remember_sectors (self, offset, length);
  if (fault == FAULT_NONE)
    return base->xWrite (self->base, data, length, offset);

  base->xWrite (self->base, data, length / 2, offset);
  if (fault == FAULT_HALF_EXIT)
    _exit (FAULT_EXIT_STATUS);
  return SQLITE_FULL;
}

static int
truncate_file (sqlite3_file *file, sqlite3_int64 size)
{
  FaultFile *self = (FaultFile *) file;
  sqlite3_int64 old_size = 0;

  if (self->dead || take_fault (self->vfs, FAULT_ON_TRUNCATE) != FAULT_NONE)
    return SQLITE_IOERR_TRUNCATE;
  self->base->pMethods->xFileSize (self->base, &old_size);
  if (self->state != NULL && size < old_size)
    {
      remember_sectors (self, size, old_size - size);
      self->state->cut_to = self->state->cut_to < 0 ? size : MIN (self->state->cut_to, size);
    }
  return self->base->pMethods->xTruncate (self->base, size);
}

static gboolean
is_lying (FaultVfs *self, FileState *state)
{
  return self->lying_prefix != NULL && g_str_has_prefix (state->path, self->lying_prefix);
}

static int
sync_file (sqlite3_file *file, int flags)
{
  FaultFile *self = (FaultFile *) file;
  sqlite3_int64 size = 0;

  if (self->dead || take_fault (self->vfs, FAULT_ON_SYNC) != FAULT_NONE)
    return SQLITE_IOERR_FSYNC;
  if (self->state != NULL && !is_lying (self->vfs, self->state))
    {
      self->base->pMethods->xFileSize (self->base, &size);
      self->state->synced_size = size;
      self->state->cut_to = -1;
      g_hash_table_remove_all (self->state->sectors);
    }
  return SQLITE_OK;
}

static int
get_file_size (sqlite3_file *file, sqlite3_int64 *size)
{
  if (((FaultFile *) file)->dead)
    return SQLITE_IOERR_FSTAT;
  return get_base (file)->pMethods->xFileSize (get_base (file), size);
}

static int
lock_file (sqlite3_file *file, int level)
{
  if (((FaultFile *) file)->dead)
    return SQLITE_IOERR_LOCK;
  return get_base (file)->pMethods->xLock (get_base (file), level);
}

static int
unlock_file (sqlite3_file *file, int level)
{
  return get_base (file)->pMethods->xUnlock (get_base (file), level);
}

static int
check_reserved_lock (sqlite3_file *file, int *reserved)
{
  return get_base (file)->pMethods->xCheckReservedLock (get_base (file), reserved);
}

static int
control_file (sqlite3_file *file, int operation, void *argument)
{
  if (operation == SQLITE_FCNTL_VFS_POINTER)
    {
      *(sqlite3_vfs **) argument = &((FaultFile *) file)->vfs->vfs;
      return SQLITE_OK;
    }
  return get_base (file)->pMethods->xFileControl (get_base (file), operation, argument);
}

static int
get_sector_size (sqlite3_file *file)
{
  return get_base (file)->pMethods->xSectorSize (get_base (file));
}

static int
get_device_characteristics (sqlite3_file *file)
{
  return get_base (file)->pMethods->xDeviceCharacteristics (get_base (file));
}

static int
map_shm (sqlite3_file *file, int page, int page_size, int extend, void volatile **out)
{
  if (((FaultFile *) file)->dead)
    return SQLITE_IOERR_SHMMAP;
  return get_base (file)->pMethods->xShmMap (get_base (file), page, page_size, extend, out);
}

static int
lock_shm (sqlite3_file *file, int offset, int n, int flags)
{
  return get_base (file)->pMethods->xShmLock (get_base (file), offset, n, flags);
}

static void
barrier_shm (sqlite3_file *file)
{
  get_base (file)->pMethods->xShmBarrier (get_base (file));
}

static int
unmap_shm (sqlite3_file *file, int delete_it)
{
  return get_base (file)->pMethods->xShmUnmap (get_base (file), delete_it);
}

/* Version 2: without memory-mapped reads, which would go past us. */
static const sqlite3_io_methods file_methods = {
  .iVersion = 2,
  .xClose = close_file,
  .xRead = read_file,
  .xWrite = write_file,
  .xTruncate = truncate_file,
  .xSync = sync_file,
  .xFileSize = get_file_size,
  .xLock = lock_file,
  .xUnlock = unlock_file,
  .xCheckReservedLock = check_reserved_lock,
  .xFileControl = control_file,
  .xSectorSize = get_sector_size,
  .xDeviceCharacteristics = get_device_characteristics,
  .xShmMap = map_shm,
  .xShmLock = lock_shm,
  .xShmBarrier = barrier_shm,
  .xShmUnmap = unmap_shm,
};

/* --- calls on the disk --- */

static FileState *
find_state (FaultVfs *self, const char *path)
{
  FileState *state = g_hash_table_lookup (self->files, path);
  GStatBuf status;

  if (state == NULL)
    {
      state = g_new0 (FileState, 1);
      state->path = g_strdup (path);
      state->cut_to = -1;
      state->synced_size = g_stat (path, &status) == 0 ? status.st_size : -1;
      state->sectors = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_bytes_unref);
      g_hash_table_insert (self->files, state->path, state);
    }
  return state;
}

static int
open_file (sqlite3_vfs *vfs, sqlite3_filename path, sqlite3_file *file, int flags, int *out_flags)
{
  FaultVfs *self = vfs->pAppData;
  FaultFile *ours = (FaultFile *) file;

  memset (ours, 0, sizeof *ours);
  if (take_fault (self, FAULT_ON_OPEN) != FAULT_NONE)
    return SQLITE_CANTOPEN;

  ours->base = (sqlite3_file *) (ours + 1);
  FileState *state = path != NULL ? find_state (self, path) : NULL;
  int code = self->base->xOpen (self->base, path, ours->base, flags, out_flags);
  if (code != SQLITE_OK)
    return code;

  ours->file.pMethods = &file_methods;
  ours->vfs = self;
  ours->state = state;
  g_ptr_array_add (self->open, ours);
  return SQLITE_OK;
}

static int
delete_file (sqlite3_vfs *vfs, const char *path, int sync_dir)
{
  FaultVfs *self = vfs->pAppData;

  if (take_fault (self, FAULT_ON_DELETE) != FAULT_NONE)
    return SQLITE_IOERR_DELETE;

  /* The file is held open by nobody who matters; its state starts anew. */
  FileState *state = g_hash_table_lookup (self->files, path);
  if (state != NULL)
    {
      g_hash_table_remove_all (state->sectors);
      state->synced_size = -1;
      state->cut_to = -1;
    }
  return self->base->xDelete (self->base, path, 0);
}

static int
access_file (sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
  FaultVfs *self = vfs->pAppData;

  return self->base->xAccess (self->base, path, flags, out);
}

static int
get_full_path (sqlite3_vfs *vfs, const char *path, int length, char *out)
{
  FaultVfs *self = vfs->pAppData;

  return self->base->xFullPathname (self->base, path, length, out);
}

static int
fill_random (sqlite3_vfs *vfs, int length, char *out)
{
  FaultVfs *self = vfs->pAppData;

  mr_world_fill_random (&self->world->world, (guint8 *) out, (gsize) length);
  return length;
}

static int
sleep_a_while (sqlite3_vfs *vfs, int us)
{
  FaultVfs *self = vfs->pAppData;

  return self->base->xSleep (self->base, us);
}

static int
get_time (sqlite3_vfs *vfs, sqlite3_int64 *milliseconds)
{
  FaultVfs *self = vfs->pAppData;

  /* Julian day 2440587.5 is 1970-01-01. */
  *milliseconds = self->world->now_us / 1000 + G_GINT64_CONSTANT (210866760000000);
  return SQLITE_OK;
}

static int
get_last_error (sqlite3_vfs *vfs, int length, char *out)
{
  return 0;
}

FaultVfs *
fault_vfs_new (const char *name, TestWorld *world)
{
  FaultVfs *self = g_new0 (FaultVfs, 1);

  self->base = sqlite3_vfs_find (NULL);
  self->name = g_strdup (name);
  self->world = world;
  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_state);
  self->open = g_ptr_array_new ();
  self->vfs = (sqlite3_vfs){
    .iVersion = 2,
    .szOsFile = (int) sizeof (FaultFile) + self->base->szOsFile,
    .mxPathname = self->base->mxPathname,
    .zName = self->name,
    .pAppData = self,
    .xOpen = open_file,
    .xDelete = delete_file,
    .xAccess = access_file,
    .xFullPathname = get_full_path,
    .xRandomness = fill_random,
    .xSleep = sleep_a_while,
    .xGetLastError = get_last_error,
    .xCurrentTimeInt64 = get_time,
  };
  g_assert_cmpint (sqlite3_vfs_register (&self->vfs, 0), ==, SQLITE_OK);
  return self;
}

void
fault_vfs_free (FaultVfs *self)
{
  if (self == NULL)
    return;

  g_assert_cmpuint (self->open->len, ==, 0);
  sqlite3_vfs_unregister (&self->vfs);
  g_ptr_array_unref (self->open);
  g_hash_table_unref (self->files);
  g_free (self->lying_prefix);
  g_free (self->capacity_dir);
  g_free (self->name);
  g_free (self);
}

const char *
fault_vfs_get_name (FaultVfs *self)
{
  return self->name;
}

guint64
fault_vfs_get_n_flips (FaultVfs *self)
{
  return self->n_flips;
}

gboolean
fault_vfs_has_hit (FaultVfs *self)
{
  return self->fault != FAULT_NONE && self->count >= self->fail_at;
}

guint64
fault_vfs_get_count (FaultVfs *self)
{
  return self->count;
}

void
fault_vfs_plan (FaultVfs *self, Fault fault, FaultCalls calls, guint64 k, gboolean lasting)
{
  self->fault = fault;
  self->calls = calls;
  self->fail_at = k;
  self->lasting = lasting;
  self->count = 0;
}

void
fault_vfs_set_capacity (FaultVfs *self, const char *dir, gint64 bytes)
{
  g_free (self->capacity_dir);
  self->capacity_dir = bytes == G_MAXINT64 ? NULL : g_strdup (dir);
  self->capacity = bytes;
}

void
fault_vfs_set_lying (FaultVfs *self, const char *prefix)
{
  g_free (self->lying_prefix);
  self->lying_prefix = g_strdup (prefix);
}
