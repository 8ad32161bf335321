/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/worker.h"

G_BEGIN_DECLS

/**
 * MrCommandHost:
 *
 * What a command of `millrace-center` works on: the threads of a running server, or a center opened for it
 * alone. The commands cannot tell which.
 */
typedef struct
{
  gboolean (*write) (gpointer user, MrWorkerTask task, gpointer data, GError **error);
  gboolean (*read) (gpointer user, MrWorkerTask task, gpointer data, GError **error);
  /* @to_stderr: said to people, not part of the answer. */
  void (*print) (gpointer user, gboolean to_stderr, const char *text);
  const MrWorld *world;
  int input_fd; /* -1, or the file a command reads */
  int report_fd; /* -1, or the file it reports to */
  gpointer user;
} MrCommandHost;

/* Exit status: 0 done, 1 failed, 2 not understood. @arguments: the command and what follows it. */
int mr_command_run (const MrCommandHost *host, char **arguments);
/* What there is, for --help. */
char *mr_command_dup_summary (void);

/* Opens, where the person is, the files @arguments name, and makes folders they name absolute. -1 where
 * there is none. */
gboolean mr_command_open_files (char **arguments, int *input_fd, int *report_fd, GError **error);

/* --- for the commands --- */
void mr_command_print (const MrCommandHost *host, const char *format, ...) G_GNUC_PRINTF (2, 3);
void mr_command_warn (const MrCommandHost *host, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Runs @job in a transaction of its own. */
gboolean mr_command_write_job (const MrCommandHost *host, gpointer job, gpointer data,
                               GError **error);

/* The larger commands, each in a file of its own. */
gboolean mr_command_import (const MrCommandHost *host, char **arguments, GError **error);
gboolean mr_command_demo (const MrCommandHost *host, char **arguments, GError **error);

G_END_DECLS
