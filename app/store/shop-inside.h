/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "db/db.h"
#include "store/shop.h"

G_BEGIN_DECLS

struct _MrShop
{
  MrDb *db; /* (owned) */
  guint64 device, inode; /* of a reader's file when it was opened */
};

/* Whether the file is whole, its indexes with it, and made by our steps: MR_DB_ERROR_CORRUPT when not, which opening it
 * anew mends. */
gboolean mr_shop_check_file (MrShop *self, GError **error);

/* shop-apply.c, inside a transaction. Rows staged under @feed go into their tables, later ones over
 * earlier ones; those of tables this version does not know into unknown_row. A row that does not fit its
 * table is MR_DB_ERROR_CONFLICT naming it. */
gboolean mr_shop_apply_rows (MrShop *self, const char *feed, GError **error);
/* Empties every table of the feed. */
gboolean mr_shop_empty_tables (MrShop *self, GError **error);
/* Rows kept raw by an older version whose tables this one knows. */
gboolean mr_shop_replay_unknown (MrShop *self, GError **error);

G_END_DECLS
