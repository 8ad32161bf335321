/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/call.h"

gboolean
mr_handle_poke (MrCenter *center, MrCall *call, GError **error)
{
  if (call->request.upgrade == NULL || g_ascii_strcasecmp (call->request.upgrade, "websocket") != 0)
    {
      mr_call_reply_problem (call, 400, "not-a-websocket", "This address speaks WebSocket only.",
                             NULL, "Ask for an upgrade (RFC 6455, 4.1), or poll /v1/feeds.");
      return TRUE;
    }
  call->reply.status = 101;
  call->reply.region_feed = call->scope.region_feed;
  call->reply.shop_feed = call->scope.shop_feed;
  return TRUE;
}
