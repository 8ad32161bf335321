/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/center.h"

G_BEGIN_DECLS

/**
 * MrNotices:
 *
 * Hears what other processes of the same PostgreSQL database have committed, on a thread and a connection of its
 * own. What is said while the server is gone is not heard: notices are hints.
 */
typedef struct _MrNotices MrNotices;

/* @process: whose own notices are not passed on. @changed is called on the thread that listens. */
MrNotices *mr_notices_new (const char *location, const char *process, MrFeedsChanged changed,
                           gpointer data);
void mr_notices_free (MrNotices *self); /* @changed is not called any more; NULL is fine */

G_END_DECLS
