/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MrStandby:
 *
 * What a synchronous standby of the PostgreSQL server has on its disk is *safe*, as what is in a verified backup is.
 * Looks every second, on a thread and a connection of its own: first how far each chain has come, then where the
 * server's log ends; once a synchronous standby has flushed the log up to there, those heads are noted. So it does
 * not matter how commits are set to wait, or that one was let go before the standby had it. Without such a
 * standby, or the right to see it (pg_read_all_stats), it does nothing.
 */
typedef struct _MrStandby MrStandby;

MrStandby *mr_standby_new (const char *location);
void mr_standby_free (MrStandby *self); /* NULL is fine */

G_END_DECLS
