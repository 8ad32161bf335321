/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/command.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Commands beside a running server, through a Unix socket next to the database that only its user can
 * open. A command is its arguments and, where it reads or reports to a file, that file as opened by whoever
 * asks; the answer is what it prints, and its exit status. */

/* Serves on the main loop it was made on, each command on a thread of its own. */
typedef struct _MrAdmin MrAdmin;
MrAdmin *mr_admin_new (MrWorker *worker, const char *db_path, const MrWorld *world, GError **error);
void mr_admin_free (MrAdmin *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrAdmin, mr_admin_free)

/* A command as it comes over the socket. (transfer full); NULL with G_IO_ERROR or G_NUMBER_PARSER_ERROR. */
char **mr_admin_read_arguments (GInputStream *input, GError **error);

typedef void (*MrAdminPrint) (gboolean to_stderr, const char *text);
/* Has the server of @db_path run @arguments. -1 with @error when none answers. */
int mr_admin_ask (const char *db_path, char **arguments, int input_fd, int report_fd,
                  MrAdminPrint print, GError **error);

/**
 * MrLock:
 *
 * Who may open a database for writing: a server for as long as it runs, or one command. Ends with the
 * process, whatever becomes of it.
 */
typedef struct _MrLock MrLock;
/* NULL without error: somebody else has it. */
MrLock *mr_lock_try (const char *db_path, GError **error);
void mr_lock_free (MrLock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrLock, mr_lock_free)

G_END_DECLS
