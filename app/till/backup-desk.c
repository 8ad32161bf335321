/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/backup-desk.h"

#include "store/backup.h"
#include "till/news-desk.h"
#include "till/parts.h"

#include <sys/resource.h>

/* The journal is looked through once a day, while nobody is at the till; after a start it has better things to do. */
#define FIRST_LOOK_US (30 * 60 * (gint64) G_USEC_PER_SEC)
#define DAY_US (24 * 3600 * (gint64) G_USEC_PER_SEC)
#define AT_REST_US (10 * 60 * (gint64) G_USEC_PER_SEC)
#define LOOK_NICE 10

struct _MrBackupDesk
{
  GObject parent_instance;

  MrGround *ground; /* (owned) */
  GThread *thread; /* (owned) (nullable): makes one */
  gboolean again; /* asked for while one was being made */
  gboolean closed;

  MrBackupState state;
  MrBackupFile *file; /* (owned) (nullable): the newest */
  char *damage; /* (owned): "<writer>-<n>" of the first entry that does not verify, "" = all do */
  gint64 look_due_us; /* monotonic: when the journal is looked through next */
  gint64 used_us; /* monotonic: when it last grew */
  char *problem; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (MrBackupDesk, mr_backup_desk, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* One backup: what the thread is given, and what it found. */
typedef struct
{
  char *dir; /* (owned) */
  char *wanted; /* (owned): the setting */
  gint64 now_us;
  gboolean only_look; /* no backup */
  MrBackupState state;
  char *damage; /* (owned) (nullable): NULL = it could not be looked at */
  MrBackupFile *file; /* (owned) (nullable) */
  char *problem; /* (owned) (nullable) */
  GMainContext *context; /* (owned): where it is told */
  MrBackupDesk *desk; /* (nullable) a reference that the source of the result takes over */
} Errand;

static void
free_errand (Errand *errand)
{
  g_free (errand->dir);
  g_free (errand->wanted);
  g_free (errand->problem);
  g_free (errand->damage);
  mr_backup_file_free (errand->file);
  g_main_context_unref (errand->context);
  g_free (errand);
}

static Errand *
make_errand (MrBackupDesk *self)
{
  Errand *errand = g_new0 (Errand, 1);

  errand->dir = g_strdup (self->ground->dir);
  errand->wanted = g_strdup (mr_settings_get (self->ground->settings, MR_SETTING_BACKUP_FOLDER));
  errand->now_us = mr_world_now_us (self->ground->world);
  errand->context = g_main_context_ref_thread_default ();
  return errand;
}

/* --- making one --- */

static MrBackupFile *
make_where_wanted (Errand *errand, GError **error)
{
  g_autofree char *stick = NULL;

  if (!g_str_equal (errand->wanted, MR_BACKUP_STICK))
    return mr_backup_make (errand->dir, errand->wanted, errand->now_us, error);
  stick = mr_backup_find_stick ();
  if (stick != NULL)
    return mr_backup_make (errand->dir, stick, errand->now_us, error);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no stick is plugged in");
  return NULL;
}

/* The journal itself: a copy may be damaged on its way to a bad stick. */
static void
look_through (Errand *errand)
{
  g_autofree char *path = g_build_filename (errand->dir, "journal.db", NULL);
  g_autofree char *reason = NULL;
  g_autoptr (GError) error = NULL;
  MrVerifyResult result;

  if (!mr_journal_verify (path, &result, &error))
    {
      g_message ("the journal cannot be looked through: %s", error->message);
      return;
    }
  reason = result.reason;
  if (result.bad_writer != 0)
    g_message ("the journal is damaged: writer %" G_GINT64_FORMAT ", entry %" G_GINT64_FORMAT
               ": %s",
               result.bad_writer, result.bad_n, reason);
  errand->damage = result.bad_writer == 0
                       ? g_strdup ("")
                       : g_strdup_printf ("%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT,
                                          result.bad_writer, result.bad_n);
}

static void
make_backup (Errand *errand)
{
  g_autoptr (GError) error = NULL;

  errand->state = MR_BACKUP_DONE;
  if (*errand->wanted != '\0')
    {
      errand->file = make_where_wanted (errand, &error);
      if (errand->file != NULL)
        return;
      errand->problem = g_strdup (error->message);
      errand->state = MR_BACKUP_ELSEWHERE;
      g_clear_error (&error);
    }
  errand->file = mr_backup_make (errand->dir, NULL, errand->now_us, &error);
  if (errand->file != NULL)
    return;
  errand->state = MR_BACKUP_FAILED;
  if (g_error_matches (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_BROKEN))
    look_through (errand);
  g_free (errand->problem);
  errand->problem = g_strdup (error->message);
}

static void
run_errand (Errand *errand)
{
  if (errand->only_look)
    {
      look_through (errand);
      return;
    }
  make_backup (errand);
  /* The copy was looked through, so what it was made of is whole, too. */
  if (errand->file != NULL)
    errand->damage = g_strdup ("");
}

/* --- telling --- */

static void
take_result (MrBackupDesk *self, Errand *errand)
{
  if (!errand->only_look)
    {
      self->state = errand->state;
      g_free (self->problem);
      self->problem = g_steal_pointer (&errand->problem);
    }
  if (errand->file != NULL)
    {
      g_clear_pointer (&self->file, mr_backup_file_free);
      self->file = g_steal_pointer (&errand->file);
    }
  if (errand->damage != NULL)
    {
      g_free (self->damage);
      self->damage = g_steal_pointer (&errand->damage);
      mr_news_desk_remember (self->ground, MR_NEWS_DAMAGE, self->damage);
    }
  self->look_due_us = mr_world_monotonic_us (self->ground->world) + DAY_US;
  free_errand (errand);
  g_signal_emit (self, signals[CHANGED], 0);
  mr_ground_touch (self->ground);
}

static void
collect (MrBackupDesk *self)
{
  if (self->thread != NULL)
    take_result (self, g_thread_join (g_steal_pointer (&self->thread)));
}

static gboolean
on_done (gpointer user_data)
{
  MrBackupDesk *self = user_data;

  collect (self);
  if (self->again && !self->closed)
    mr_backup_desk_start (self);
  return G_SOURCE_REMOVE;
}

static gpointer
run_thread (gpointer data)
{
  Errand *errand = data;
  g_autoptr (GSource) source = g_idle_source_new ();

  if (errand->only_look)
    setpriority (PRIO_PROCESS, 0, LOOK_NICE); /* of this thread alone, on Linux */
  run_errand (errand);
  /* The reference goes with the source, where the desk lives. */
  g_source_set_callback (source, on_done, errand->desk, g_object_unref);
  g_source_attach (source, errand->context);
  return errand;
}

static void
start (MrBackupDesk *self, gboolean only_look)
{
  Errand *errand = make_errand (self);

  errand->only_look = only_look;
  if (!self->ground->inline_jobs)
    {
      errand->desk = g_object_ref (self);
      self->thread = g_thread_new ("backup", run_thread, errand);
      return;
    }
  run_errand (errand);
  take_result (self, errand);
}

void
mr_backup_desk_start (MrBackupDesk *self)
{
  self->again = self->thread != NULL;
  if (!self->again && !self->closed)
    start (self, FALSE);
}

void
mr_backup_desk_note_use (MrBackupDesk *self)
{
  self->used_us = mr_world_monotonic_us (self->ground->world);
}

void
mr_backup_desk_look (MrBackupDesk *self)
{
  gint64 now_us = mr_world_monotonic_us (self->ground->world);

  if (now_us >= self->look_due_us && now_us - self->used_us >= AT_REST_US && self->thread == NULL &&
      !self->closed)
    start (self, TRUE);
}

/* --- the object --- */

static void
mr_backup_desk_finalize (GObject *object)
{
  MrBackupDesk *self = MR_BACKUP_DESK (object);

  g_clear_pointer (&self->file, mr_backup_file_free);
  g_free (self->problem);
  g_free (self->damage);
  g_clear_pointer (&self->ground, mr_ground_unref);
  G_OBJECT_CLASS (mr_backup_desk_parent_class)->finalize (object);
}

static void
mr_backup_desk_class_init (MrBackupDeskClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mr_backup_desk_finalize;
  signals[CHANGED] = g_signal_new ("changed", MR_TYPE_BACKUP_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
mr_backup_desk_init (MrBackupDesk *self)
{
}

/* What an earlier run has left: the newest of this till, here or where they are to go. */
static void
look_back (MrBackupDesk *self)
{
  g_autofree char *own = g_build_filename (self->ground->dir, MR_BACKUP_FOLDER, NULL);
  const char *wanted = mr_settings_get (self->ground->settings, MR_SETTING_BACKUP_FOLDER);
  const char *folders[] = { own, g_path_is_absolute (wanted) ? wanted : NULL };
  g_autofree char *text = mr_ground_dup_identity (self->ground, "till_id");
  MrId till;

  if (text == NULL || !mr_id_parse (text, &till))
    till = MR_ID_NONE;
  for (guint f = 0; f < G_N_ELEMENTS (folders) && folders[f] != NULL; f++)
    {
      g_autoptr (GPtrArray) files = mr_backup_list (folders[f]);

      for (guint i = 0; i < files->len; i++)
        {
          const MrBackupFile *file = g_ptr_array_index (files, i);

          if (!mr_id_equal (file->till, till) ||
              (self->file != NULL && self->file->made_at_us >= file->made_at_us))
            continue;
          g_clear_pointer (&self->file, mr_backup_file_free);
          self->file = g_ptr_array_steal_index (files, i--);
          self->state = MR_BACKUP_DONE;
        }
    }
}

MrBackupDesk *
mr_backup_desk_new (MrGround *ground)
{
  MrBackupDesk *self = g_object_new (MR_TYPE_BACKUP_DESK, NULL);

  self->ground = mr_ground_ref (ground);
  self->damage = mr_news_desk_dup (ground, MR_NEWS_DAMAGE);
  self->used_us = mr_world_monotonic_us (ground->world);
  self->look_due_us = self->used_us + FIRST_LOOK_US;
  look_back (self);
  return self;
}

void
mr_backup_desk_close (MrBackupDesk *self)
{
  self->closed = TRUE;
  collect (self);
}

gboolean
mr_backup_desk_is_running (MrBackupDesk *self)
{
  return self->thread != NULL;
}

MrBackupState
mr_backup_desk_get_state (MrBackupDesk *self)
{
  return self->state;
}

gint64
mr_backup_desk_get_made_at_us (MrBackupDesk *self)
{
  return self->file != NULL ? self->file->made_at_us : 0;
}

const char *
mr_backup_desk_get_path (MrBackupDesk *self)
{
  return self->file != NULL ? self->file->path : NULL;
}

const char *
mr_backup_desk_get_damage (MrBackupDesk *self)
{
  return self->damage;
}

const char *
mr_backup_desk_get_problem (MrBackupDesk *self)
{
  return self->problem != NULL ? self->problem : "";
}
