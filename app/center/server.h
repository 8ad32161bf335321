/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/worker.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MrServer:
 *
 * HTTP in front of a MrWorker: libsoup behind our own listening socket. Lives on the main loop it was made
 * on; reads requests, hands them over, sends answers.
 */
typedef struct _MrServer MrServer;

typedef enum
{
  MR_SERVER_LOOPBACK_ONLY = 0,
  MR_SERVER_ANYWHERE = 1 << 0, /* the caller knows that TLS stands in front, or does without */
} MrServerFlags;

/* @listen: "ADDR:PORT" or "[ADDR]:PORT", port 0 = any. @worker must outlive it. */
MrServer *mr_server_new (MrWorker *worker, const char *listen, MrServerFlags flags, GError **error);
void mr_server_free (MrServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrServer, mr_server_free)

/* "http://127.0.0.1:8780" (transfer full) */
char *mr_server_dup_url (MrServer *self);

G_END_DECLS
