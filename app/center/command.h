/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/call.h"
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
gboolean mr_command_write_job (const MrCommandHost *host, MrCenterJob job, gpointer data,
                               GError **error);

/* Exactly @n_words are left in *@arguments after the command's own name, or it is an error that tells @usage. */
gboolean mr_command_parse (char ***arguments, const GOptionEntry *entries, guint n_words,
                           const char *usage, GError **error);
gboolean mr_command_need (const char *value, const char *option, GError **error);

/* @arguments: the command's words as one, then what follows. */
gboolean mr_command_add_region (const MrCommandHost *host, char **arguments, GError **error);
gboolean mr_command_add_shop (const MrCommandHost *host, char **arguments, GError **error);
gboolean mr_command_add_staff (const MrCommandHost *host, char **arguments, GError **error);
gboolean mr_command_set_setting (const MrCommandHost *host, char **arguments, GError **error);
gboolean mr_command_set_tile (const MrCommandHost *host, char **arguments, GError **error);
gboolean mr_command_set_short_code (const MrCommandHost *host, char **arguments, GError **error);
gboolean mr_command_receive_stock (const MrCommandHost *host, char **arguments, GError **error);
gboolean mr_command_new_code (const MrCommandHost *host, char **arguments, GError **error);
gboolean mr_command_revoke_till (const MrCommandHost *host, char **arguments, GError **error);
gboolean mr_command_list_waiting (const MrCommandHost *host, char **arguments, GError **error);
gboolean mr_command_settle_waiting (const MrCommandHost *host, char **arguments, GError **error);
gboolean mr_command_drop_waiting (const MrCommandHost *host, char **arguments, GError **error);
gboolean mr_command_backup (const MrCommandHost *host, char **arguments, GError **error);
gboolean mr_command_report_doubled (const MrCommandHost *host, char **arguments, GError **error);
gboolean mr_command_list_claims (const MrCommandHost *host, char **arguments, GError **error);
gboolean mr_command_import (const MrCommandHost *host, char **arguments, GError **error);
gboolean mr_command_demo (const MrCommandHost *host, char **arguments, GError **error);

G_END_DECLS
