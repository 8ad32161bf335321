/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/route.h"

#include <string.h>

/* Who may call what. */
static const MrRouteParts parts[] = {
  { .route = { "GET", "/v1/health", MR_CALLER_ANYONE, 0, FALSE }, .read = mr_handle_health },
  { .route = { "POST", "/v1/enrol", MR_CALLER_CODE, 16 * 1024, TRUE },
    .parse = mr_parse_enrol,
    .free_message = mr_parsed_enrol_free,
    .write = mr_handle_enrol },
  { .route = { "POST", "/v1/journal", MR_CALLER_REVOKED_TILL, MR_JOURNAL_MAX_REQUEST, TRUE },
    .parse = mr_parse_journal,
    .free_message = mr_parsed_journal_free,
    .write = mr_handle_journal },
  { .route = { "GET", "/v1/chain", MR_CALLER_REVOKED_TILL, 0, FALSE }, .read = mr_handle_chain },
  { .route = { "GET", "/v1/feeds", MR_CALLER_TILL, 0, FALSE }, .read = mr_handle_feeds },
  { .route = { "GET", "/v1/snapshot/", MR_CALLER_TILL, 0, FALSE }, .read = mr_handle_snapshot },
  { .route = { "GET", "/v1/poke", MR_CALLER_TILL, 0, FALSE }, .read = mr_handle_poke },
  { .route = { "POST", "/v1/claim", MR_CALLER_TILL, 16 * 1024, TRUE },
    .parse = mr_parse_claim,
    .free_message = mr_parsed_claim_free,
    .write = mr_handle_claim },
};

static MrCenterRoute routes[G_N_ELEMENTS (parts) + 1];

const MrCenterRoute *
mr_center_get_routes (void)
{
  static gsize filled;

  if (g_once_init_enter (&filled))
    {
      for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
        routes[i] = parts[i].route;
      g_once_init_leave (&filled, 1);
    }
  return routes;
}

const MrRouteParts *
mr_route_get_parts (const MrCenterRoute *route)
{
  return &parts[route - mr_center_get_routes ()];
}

static gboolean
path_matches (const char *pattern, const char *path)
{
  gsize length = strlen (pattern);

  if (strncmp (path, pattern, length) != 0)
    return FALSE;
  if (pattern[length - 1] == '/')
    return path[length] != '\0' && path[length] != '?';
  return path[length] == '\0' || path[length] == '?';
}

const MrCenterRoute *
mr_center_find_route (const char *method, const char *path)
{
  for (const MrCenterRoute *route = mr_center_get_routes (); route->method != NULL; route++)
    if (path_matches (route->path, path) && strcmp (route->method, method) == 0)
      return route;
  return NULL;
}

gboolean
mr_route_is_path_known (const char *path)
{
  for (const MrCenterRoute *route = mr_center_get_routes (); route->method != NULL; route++)
    if (path_matches (route->path, path))
      return TRUE;
  return FALSE;
}
