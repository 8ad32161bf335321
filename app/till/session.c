/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/session.h"

#include "till/parts.h"

#include <sodium.h>
#include <string.h>

#define FREE_FAILURES 4
#define FIRST_WAIT_MS (30 * G_GINT64_CONSTANT (1000))
#define LAST_WAIT_MS (15 * 60 * G_GINT64_CONSTANT (1000))

struct _MrSession
{
  GObject parent_instance;

  MrGround *ground; /* (owned) */
  GPtrArray *staff; /* (owned) (element-type MrStaff): active, by number */
  char *name; /* (owned) */
  gint64 number;
  MrRole role;
  gboolean simple;
  GHashTable *waits; /* (owned) (element-type gint64 Wait) */
  gboolean signing_in;
};

G_DEFINE_FINAL_TYPE (MrSession, mr_session, G_TYPE_OBJECT)
G_DEFINE_QUARK (mr - session - error - quark, mr_session_error)

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* The least role that may do each thing. */
static const MrRole needed[MR_N_MAYS] = {
  [MR_MAY_SELL] = MR_ROLE_CASHIER,
  [MR_MAY_REMOVE_LINE] = MR_ROLE_CASHIER,
  [MR_MAY_HOLD] = MR_ROLE_CASHIER,
  [MR_MAY_DISCOUNT] = MR_ROLE_MANAGER,
  [MR_MAY_SET_PRICE] = MR_ROLE_MANAGER,
  [MR_MAY_VOID_SALE] = MR_ROLE_CASHIER,
  [MR_MAY_OPEN_DRAWER] = MR_ROLE_CASHIER,
  [MR_MAY_MOVE_CASH] = MR_ROLE_CASHIER,
  [MR_MAY_OPEN_SHIFT] = MR_ROLE_CASHIER,
  [MR_MAY_CLOSE_SHIFT] = MR_ROLE_CASHIER,
  [MR_MAY_READ_SHIFT] = MR_ROLE_MANAGER,
  [MR_MAY_REPRINT] = MR_ROLE_CASHIER,
  [MR_MAY_RETURN] = MR_ROLE_CASHIER,
  [MR_MAY_SEE_REPORTS] = MR_ROLE_MANAGER,
  [MR_MAY_CHANGE_SETTINGS] = MR_ROLE_MANAGER,
};

static const char *const role_names[] = { "none", "cashier", "manager", "owner" };

/* Wrong PINs of one person; the moment is monotonic, so setting the clock opens nothing. */
typedef struct
{
  gint64 failures;
  gint64 until_us;
} Wait;

typedef struct
{
  MrSession *session; /* (owned) */
  GTask *task; /* (owned) */
  gint64 number;
  char *name; /* (owned) */
  MrRole role;
  char *pin; /* (owned) */
  char *hash; /* (owned) */
  gboolean right;
  gint64 failures;
  gint64 wait_ms;
  MrEntryContext context;
  gboolean unknown; /* nobody has this number */
} Attempt;

static void
free_attempt (gpointer data)
{
  Attempt *attempt = data;

  if (attempt->pin != NULL)
    sodium_memzero (attempt->pin, strlen (attempt->pin));
  g_free (attempt->pin);
  g_free (attempt->hash);
  g_free (attempt->name);
  g_clear_object (&attempt->task);
  g_clear_object (&attempt->session);
  g_free (attempt);
}

static MrRole
parse_role (const char *text)
{
  for (guint i = MR_ROLE_CASHIER; i < G_N_ELEMENTS (role_names); i++)
    {
      if (g_str_equal (role_names[i], text))
        return (MrRole) i;
    }
  return MR_ROLE_CASHIER;
}

static const MrStaff *
find_staff (MrSession *self, gint64 number)
{
  for (guint i = 0; i < self->staff->len; i++)
    {
      const MrStaff *staff = g_ptr_array_index (self->staff, i);

      if (staff->number == number)
        return staff;
    }
  return NULL;
}

static void
become (MrSession *self, gint64 number, const char *name, MrRole role)
{
  gboolean same = self->number == number && self->role == role && g_str_equal (self->name, name);

  if (same)
    return;
  self->number = number;
  self->role = role;
  g_free (self->name);
  self->name = g_strdup (name);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* At most one person, and no PIN: nobody needs to be asked who they are. */
static gboolean
is_simple_staff (GPtrArray *staff)
{
  const MrStaff *only;

  if (staff->len == 0)
    return TRUE;
  only = g_ptr_array_index (staff, 0);
  return staff->len == 1 && *only->pin_hash == '\0';
}

static Wait *
find_wait (MrSession *self, gint64 number)
{
  Wait *wait = g_hash_table_lookup (self->waits, &number);
  gint64 wait_ms = 0;

  if (wait != NULL)
    return wait;
  wait = g_new0 (Wait, 1);
  if (mr_journal_get_lockout (self->ground->journal, number, &wait->failures, &wait_ms) &&
      wait_ms > 0)
    wait->until_us = mr_world_monotonic_us (self->ground->world) + wait_ms * 1000;
  g_hash_table_insert (self->waits, g_memdup2 (&number, sizeof number), wait);
  return wait;
}

static gint64
compute_wait_ms (MrSession *self, gint64 failures)
{
  gint64 wait_ms = FIRST_WAIT_MS;

  if (failures <= FREE_FAILURES)
    return 0;
  /* With nobody else to ask, a longer lock-out would close the shop. */
  if (self->staff->len <= 1)
    return FIRST_WAIT_MS;
  for (gint64 i = FREE_FAILURES + 1; i < failures && wait_ms < LAST_WAIT_MS; i++)
    wait_ms *= 2;
  return MIN (wait_ms, LAST_WAIT_MS);
}

static gboolean
store_attempt (MrJournal *journal, gpointer data, GError **error)
{
  Attempt *attempt = data;
  g_autofree char *body =
      attempt->unknown ? mr_note_body_write (&attempt->context, "number", 'i', attempt->number,
                                             "unknown", 'i', (gint64) 1, NULL)
                       : mr_note_body_write (&attempt->context, "number", 'i', attempt->number,
                                             "failures", 'i', attempt->failures, NULL);

  if (!attempt->unknown && !mr_journal_set_lockout (journal, attempt->number, attempt->failures,
                                                    attempt->wait_ms, error))
    return FALSE;
  return mr_journal_append (journal, MR_ID_NONE,
                            attempt->right ? MR_KIND_SIGNED_IN : MR_KIND_SIGN_IN_REFUSED, body,
                            error);
}

static void
on_attempt_stored (MrGround *ground, gpointer data, const GError *error)
{
  Attempt *attempt = data;
  MrSession *self = attempt->session;

  self->signing_in = FALSE;
  if (error != NULL && !attempt->right)
    g_warning ("a refused sign-in could not be noted: %s", error->message);
  if (attempt->right && error != NULL)
    {
      g_task_return_error (attempt->task, g_error_copy (error));
    }
  else if (attempt->right)
    {
      become (self, attempt->number, attempt->name, attempt->role);
      g_task_return_boolean (attempt->task, TRUE);
    }
  else if (attempt->unknown)
    {
      g_task_return_new_error (attempt->task, MR_SESSION_ERROR, MR_SESSION_ERROR_UNKNOWN,
                               "there is no staff number %" G_GINT64_FORMAT, attempt->number);
    }
  else
    {
      g_task_return_new_error (attempt->task, MR_SESSION_ERROR, MR_SESSION_ERROR_WRONG,
                               "staff number and PIN do not go together");
    }
}

/* Counts the attempt and gives it to the journal. */
static void
conclude (Attempt *attempt)
{
  MrSession *self = attempt->session;
  Wait *wait = find_wait (self, attempt->number);

  if (attempt->right)
    attempt->context.staff_number = attempt->number;
  attempt->failures = attempt->right ? 0 : wait->failures + 1;
  attempt->wait_ms = compute_wait_ms (self, attempt->failures);
  wait->failures = attempt->failures;
  wait->until_us = attempt->wait_ms > 0
                       ? mr_world_monotonic_us (self->ground->world) + attempt->wait_ms * 1000
                       : 0;
  mr_ground_run (self->ground, store_attempt, attempt, free_attempt, on_attempt_stored);
}

static void
verify (Attempt *attempt)
{
  if (*attempt->hash == '\0')
    attempt->right = *attempt->pin == '\0';
  else
    attempt->right =
        crypto_pwhash_str_verify (attempt->hash, attempt->pin, strlen (attempt->pin)) == 0;
}

static void
verify_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  verify (data);
  g_task_return_boolean (task, TRUE);
}

static void
on_verified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  conclude (user_data);
}

static Attempt *
begin_attempt (MrSession *self, const MrStaff *staff, const char *pin, GTask *task)
{
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->session = g_object_ref (self);
  attempt->task = g_object_ref (task);
  attempt->number = staff->number;
  attempt->name = g_strdup (staff->name);
  attempt->role = parse_role (staff->role);
  attempt->pin = g_strdup (pin);
  attempt->hash = g_strdup (staff->pin_hash);
  mr_ground_fill_context (self->ground, &attempt->context);
  return attempt;
}

/* Somebody who tries numbers is seen, too. */
static void
refuse_unknown (MrSession *self, gint64 number, GTask *task)
{
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->session = g_object_ref (self);
  attempt->task = g_object_ref (task);
  attempt->number = number;
  attempt->unknown = TRUE;
  mr_ground_fill_context (self->ground, &attempt->context);
  self->signing_in = TRUE;
  mr_ground_run (self->ground, store_attempt, attempt, free_attempt, on_attempt_stored);
}

static gboolean
store_sign_out (MrJournal *journal, gpointer data, GError **error)
{
  Attempt *attempt = data;
  g_autofree char *body =
      mr_note_body_write (&attempt->context, "number", 'i', attempt->number, NULL);

  return mr_journal_append (journal, MR_ID_NONE, MR_KIND_SIGNED_OUT, body, error);
}

static void
on_sign_out_stored (MrGround *ground, gpointer data, const GError *error)
{
  Attempt *attempt = data;

  if (error != NULL)
    g_task_return_error (attempt->task, g_error_copy (error));
  else
    g_task_return_boolean (attempt->task, TRUE);
}

static void
mr_session_finalize (GObject *object)
{
  MrSession *self = MR_SESSION (object);

  g_clear_pointer (&self->waits, g_hash_table_unref);
  g_clear_pointer (&self->staff, g_ptr_array_unref);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->ground, mr_ground_unref);
  G_OBJECT_CLASS (mr_session_parent_class)->finalize (object);
}

static void
mr_session_class_init (MrSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mr_session_finalize;
  signals[CHANGED] = g_signal_new ("changed", MR_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
mr_session_init (MrSession *self)
{
  self->name = g_strdup ("");
  self->staff = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_staff_free);
  self->waits = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
}

MrSession *
mr_session_new (MrGround *ground)
{
  MrSession *self = g_object_new (MR_TYPE_SESSION, NULL);

  self->ground = mr_ground_ref (ground);
  mr_session_refresh (self);
  return self;
}

void
mr_session_refresh (MrSession *self)
{
  GPtrArray *staff =
      self->ground->shop != NULL ? mr_shop_list_staff (self->ground->shop, NULL) : NULL;
  gboolean was_simple = self->simple;
  const MrStaff *me;

  if (staff != NULL)
    {
      g_ptr_array_unref (self->staff);
      self->staff = staff;
    }
  self->simple = is_simple_staff (self->staff);
  me = self->staff->len > 0 ? g_ptr_array_index (self->staff, 0) : NULL;
  if (self->simple)
    {
      become (self, me != NULL ? me->number : 0, me != NULL ? me->name : "", MR_ROLE_OWNER);
      return;
    }
  /* A second person or a PIN has come: from now on it matters who stands here. */
  me = was_simple ? NULL : find_staff (self, self->number);
  if (me == NULL || self->role == MR_ROLE_NONE)
    become (self, 0, "", MR_ROLE_NONE);
  else
    become (self, me->number, me->name, parse_role (me->role));
}

gboolean
mr_session_is_simple (MrSession *self)
{
  return self->simple;
}

gboolean
mr_session_is_signed_in (MrSession *self)
{
  return self->role != MR_ROLE_NONE;
}

gint64
mr_session_get_staff_number (MrSession *self)
{
  return self->number;
}

const char *
mr_session_get_name (MrSession *self)
{
  return self->name;
}

MrRole
mr_session_get_role (MrSession *self)
{
  return self->role;
}

gboolean
mr_session_may (MrSession *self, MrMay what)
{
  g_return_val_if_fail (what < MR_N_MAYS, FALSE);
  return self->role >= needed[what];
}

void
mr_session_sign_in_async (MrSession *self, gint64 staff_number, const char *pin,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (GTask) check = NULL;
  const MrStaff *staff = find_staff (self, staff_number);
  Attempt *attempt;

  /* One at a time: guesses made side by side would all be checked before the first is counted. */
  if (self->signing_in)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING,
                               "another sign-in is being checked");
      return;
    }
  if (staff == NULL)
    {
      refuse_unknown (self, staff_number, task);
      return;
    }
  if (mr_session_get_wait_ms (self, staff_number) > 0)
    {
      g_task_return_new_error (task, MR_SESSION_ERROR, MR_SESSION_ERROR_LOCKED,
                               "too many wrong PINs: wait %" G_GINT64_FORMAT " s",
                               mr_session_get_wait_ms (self, staff_number) / 1000 + 1);
      return;
    }
  self->signing_in = TRUE;
  attempt = begin_attempt (self, staff, pin, task);
  if (self->ground->inline_jobs)
    {
      verify (attempt);
      conclude (attempt);
      return;
    }
  check = g_task_new (self, NULL, on_verified, attempt);
  g_task_set_task_data (check, attempt, NULL);
  g_task_run_in_thread (check, verify_in_thread);
}

gboolean
mr_session_sign_in_finish (MrSession *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

gint64
mr_session_get_wait_ms (MrSession *self, gint64 staff_number)
{
  Wait *wait = find_wait (self, staff_number);
  gint64 left_us = wait->until_us - mr_world_monotonic_us (self->ground->world);

  return wait->until_us > 0 && left_us > 0 ? (left_us + 999) / 1000 : 0;
}

void
mr_session_sign_out_async (MrSession *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  Attempt *attempt;

  if (self->simple || self->role == MR_ROLE_NONE)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  attempt = g_new0 (Attempt, 1);
  attempt->session = g_object_ref (self);
  attempt->task = g_steal_pointer (&task);
  attempt->number = self->number;
  mr_ground_fill_context (self->ground, &attempt->context);
  become (self, 0, "", MR_ROLE_NONE);
  mr_ground_run (self->ground, store_sign_out, attempt, free_attempt, on_sign_out_stored);
}

gboolean
mr_session_sign_out_finish (MrSession *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
mr_person_free (MrPerson *self)
{
  g_free (self->name);
  g_free (self);
}

GPtrArray *
mr_session_list_people (MrSession *self)
{
  GPtrArray *people = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_person_free);

  for (guint i = 0; i < self->staff->len; i++)
    {
      const MrStaff *staff = g_ptr_array_index (self->staff, i);
      MrPerson *person = g_new0 (MrPerson, 1);

      person->number = staff->number;
      person->name = g_strdup (staff->name);
      person->role = parse_role (staff->role);
      person->has_pin = *staff->pin_hash != '\0';
      g_ptr_array_add (people, person);
    }
  return people;
}

const char *
mr_role_to_string (MrRole role)
{
  g_return_val_if_fail (role < G_N_ELEMENTS (role_names), "none");
  return role_names[role];
}
