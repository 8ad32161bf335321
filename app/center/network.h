/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/call.h"

G_BEGIN_DECLS

/* Setting up the network: regions, shops, their people, quick keys and settings. What tills have to
 * know is published in the same transaction. Everything is within a batch. */

#define MR_NETWORK_ERROR (mr_network_error_quark ())
GQuark mr_network_error_quark (void);
typedef enum
{
  MR_NETWORK_ERROR_MISSING, /* there is no such region, shop, till, good */
  MR_NETWORK_ERROR_EXISTS, /* the name or number is taken */
  MR_NETWORK_ERROR_INVALID, /* not a name, currency, role, … */
} MrNetworkError;

typedef struct
{
  gint64 id;
  gint64 region_id;
  gint64 party_id;
  gint64 feed_id;
  gint64 location_id;
  char currency[4];
} MrNetworkShop;

/* Ids from names; 0 or FALSE with MR_NETWORK_ERROR_MISSING. */
gint64 mr_network_find_region (MrDb *db, const char *name, GError **error);
gboolean mr_network_find_shop (MrDb *db, const char *name, MrNetworkShop *shop, GError **error);

/* @name: 1 … 40 lower-case letters, digits, '-' and '_'. @title: as shown. Returns the id, 0 on error. */
gint64 mr_network_add_region (MrBatch *batch, const char *name, const char *title,
                              const char *currency, const char *time_zone, GError **error);
/* Currency and time zone are the region's; settings name, currency and time_zone are published. */
gint64 mr_network_add_shop (MrBatch *batch, gint64 region_id, const char *name, const char *title,
                            GError **error);
gboolean mr_network_set_setting (MrBatch *batch, const MrNetworkShop *shop, const char *name,
                                 const char *value, GError **error);

/* "" = no PIN. Argon2id at the cost a till of 2013 can bear; takes a tenth of a second, so not
 * within a batch. (transfer full); NULL when the PIN is not 4 … 12 digits. */
char *mr_network_hash_pin (const char *pin, GError **error);
/* @role: "owner", "manager" or "cashier". @number 0: the next free one from 1001. Returns the number. */
gint64 mr_network_add_staff (MrBatch *batch, const MrNetworkShop *shop, gint64 number,
                             const char *name, const char *role, const char *pin_hash,
                             GError **error);

/* @barcode as scanned, of a good the shop's region offers. */
gboolean mr_network_set_tile (MrBatch *batch, const MrNetworkShop *shop, const char *page,
                              gint64 place, const char *barcode, GError **error);
gboolean mr_network_set_short_code (MrBatch *batch, const MrNetworkShop *shop, const char *code,
                                    const char *barcode, GError **error);
/* Stock that was there before Millrace, or came without papers: supplier → shop. Of packs. */
gboolean mr_network_receive (MrBatch *batch, const MrNetworkShop *shop, const char *barcode,
                             gint64 quantity_milli, GError **error);

gboolean mr_network_revoke_till (MrBatch *batch, const MrNetworkShop *shop, gint64 number,
                                 GError **error);

G_END_DECLS
