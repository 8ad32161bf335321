/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  MR_ROLE_NONE, /* nobody is signed in */
  MR_ROLE_CASHIER,
  MR_ROLE_MANAGER,
  MR_ROLE_OWNER,
} MrRole;

/* What a role allows. The rail and the buttons show each person only what they may do. */
typedef enum
{
  MR_MAY_SELL,
  MR_MAY_REMOVE_LINE,
  MR_MAY_HOLD,
  MR_MAY_DISCOUNT,
  MR_MAY_SET_PRICE,
  MR_MAY_VOID_SALE,
  MR_MAY_RETURN, /* goods come back with their receipt */
  MR_MAY_OPEN_DRAWER, /* no-sale */
  MR_MAY_MOVE_CASH,
  MR_MAY_OPEN_SHIFT,
  MR_MAY_CLOSE_SHIFT,
  MR_MAY_READ_SHIFT, /* X report: shows the expected cash */
  MR_MAY_REPRINT,
  MR_MAY_SEE_REPORTS,
  MR_MAY_CHANGE_SETTINGS,
  MR_N_MAYS,
} MrMay;

#define MR_SESSION_ERROR (mr_session_error_quark ())
GQuark mr_session_error_quark (void);
typedef enum
{
  MR_SESSION_ERROR_WRONG, /* number and PIN do not go together */
  MR_SESSION_ERROR_LOCKED, /* too many wrong PINs: see mr_session_get_wait_ms() */
  MR_SESSION_ERROR_UNKNOWN, /* no such staff number */
} MrSessionError;

/**
 * MrSession:
 *
 * Who stands at the till. In a simple shop (at most one active person and no PIN, or no staff known
 * yet) that is the owner, signed in by itself and never asked. Otherwise by staff number and PIN; the
 * PIN's Argon2id check runs on a thread of its own. Five wrong PINs lock that number for 30 s, then
 * each further one for twice as long, 15 min at the most: a lock-out grows and always ends. It counts
 * attempts and monotonic time, and outlives a restart. Main thread.
 *
 * Signals:
 *   changed (): somebody signed in or out, or the staff list changed what they may do.
 */
#define MR_TYPE_SESSION (mr_session_get_type ())
G_DECLARE_FINAL_TYPE (MrSession, mr_session, MR, SESSION, GObject)

/* Whether this shop needs no signing in. */
gboolean mr_session_is_simple (MrSession *self);
gboolean mr_session_is_signed_in (MrSession *self);
/* 0 when nobody is, and for the owner of a shop without staff. */
gint64 mr_session_get_staff_number (MrSession *self);
/* "" when nobody is; borrowed until "changed". */
const char *mr_session_get_name (MrSession *self);
MrRole mr_session_get_role (MrSession *self);
gboolean mr_session_may (MrSession *self, MrMay what);

/* @pin "" for a person without one. Errors: MR_SESSION_ERROR, MR_DB_ERROR. The answer is in the
 * journal (signed-in, sign-in-refused) before it is given. */
void mr_session_sign_in_async (MrSession *self, gint64 staff_number, const char *pin,
                               GAsyncReadyCallback callback, gpointer user_data);
gboolean mr_session_sign_in_finish (MrSession *self, GAsyncResult *result, GError **error);
/* How long @staff_number must wait before the next attempt, in milliseconds; 0 = not at all. */
gint64 mr_session_get_wait_ms (MrSession *self, gint64 staff_number);
/* The basket stays as it is. */
void mr_session_sign_out_async (MrSession *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean mr_session_sign_out_finish (MrSession *self, GAsyncResult *result, GError **error);

typedef struct
{
  gint64 number;
  char *name; /* (owned) */
  MrRole role;
  gboolean has_pin;
} MrPerson;
void mr_person_free (MrPerson *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrPerson, mr_person_free)
/* Who may sign in, by number. (element-type MrPerson) (transfer full) */
GPtrArray *mr_session_list_people (MrSession *self);

const char *mr_role_to_string (MrRole role); /* "none", "cashier", "manager", "owner" */

G_END_DECLS
