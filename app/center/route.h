/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/call.h"

G_BEGIN_DECLS

/* Inside app/center: what belongs to a route beside what it says of itself. */
typedef struct
{
  MrCenterRoute route;
  /* (nullable) The body's message; NULL with MR_WIRE_ERROR when it is not one. */
  gpointer (*parse) (MrCall *call, GError **error);
  GDestroyNotify free_message;
  gboolean (*read) (MrCenter *center, MrCall *call, GError **error);
  gboolean (*write) (MrBatch *batch, MrCall *call, GError **error);
} MrRouteParts;

const MrRouteParts *mr_route_get_parts (const MrCenterRoute *route);
gboolean mr_route_is_path_known (const char *path);

G_END_DECLS
