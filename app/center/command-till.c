/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/command.h"

#include "center/call.h"
#include "center/enrol.h"
#include "center/network.h"

#include <glib/gi18n.h>
#include <inttypes.h>

/* Commands about a shop's tills: codes, trust, and what becomes of a till's lives. */

#define SQL_FIND_TILL "SELECT id FROM till WHERE shop_id = ?1 AND number = ?2"
#define SQL_DOUBLED                                                                        \
  "SELECT sale.label, till.number, writer.letter, sale.business_date, sale.total, sale.n " \
  "FROM sale JOIN writer ON writer.shop_id = sale.shop_id AND writer.id = sale.writer_id " \
  "JOIN till ON till.shop_id = sale.shop_id AND till.id = writer.till_id "                 \
  "WHERE sale.shop_id = ?1 AND sale.label IN "                                             \
  "(SELECT label FROM sale WHERE shop_id = ?1 GROUP BY label HAVING count(*) > 1) "        \
  "ORDER BY sale.label, sale.at, sale.writer_id, sale.n"

typedef struct
{
  char *shop;
  char *code; /* (owned) (nullable) */
  gint64 number; /* of the till; 0 = none named */
  GString *text; /* (owned) (nullable) */
} Values;

static void
values_clear (Values *self)
{
  g_free (self->shop);
  g_free (self->code);
  if (self->text != NULL)
    g_string_free (self->text, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Values, values_clear)

static gint64
find_till (MrDb *db, const Values *values, MrNetworkShop *shop, GError **error)
{
  gint64 id = 0;

  if (!mr_network_find_shop (db, values->shop, shop, error))
    return 0;
  if (!mr_db_get_int (db, &id, error, SQL_FIND_TILL, "ii", shop->id, values->number) &&
      (error == NULL || *error == NULL))
    g_set_error (error, MR_NETWORK_ERROR, MR_NETWORK_ERROR_MISSING,
                 "the shop has no till %" G_GINT64_FORMAT, values->number);
  return id;
}

/* --- codes --- */

static gboolean
new_code_job (MrBatch *batch, gpointer data, GError **error)
{
  Values *values = data;
  gint64 till_id = 0;
  MrNetworkShop shop;

  if (values->number != 0)
    till_id = find_till (batch->db, values, &shop, error);
  if (values->number != 0 ? till_id == 0
                          : !mr_network_find_shop (batch->db, values->shop, &shop, error))
    return FALSE;
  g_free (values->code);
  values->code = mr_enrol_new_code_for (batch, shop.id, till_id, error);
  return values->code != NULL;
}

gboolean
mr_command_new_code (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Values) values = { 0 };
  const GOptionEntry entries[] = {
    { "shop", 0, 0, G_OPTION_ARG_STRING, &values.shop, NULL, NULL },
    { "till", 0, 0, G_OPTION_ARG_INT64, &values.number, NULL, NULL },
    { NULL },
  };

  if (!mr_command_parse (&arguments, entries, 0, "enrol-code --shop SHOP [--till NUMBER]", error) ||
      !mr_command_need (values.shop, "--shop", error) ||
      !mr_command_write_job (host, new_code_job, &values, error))
    return FALSE;
  /* The code alone: scripts read it. */
  mr_command_print (host, "%s\n", values.code);
  return TRUE;
}

/* --- trust --- */

static gboolean
revoke_job (MrBatch *batch, gpointer data, GError **error)
{
  const Values *values = data;
  MrNetworkShop shop;

  return mr_network_find_shop (batch->db, values->shop, &shop, error) &&
         mr_network_revoke_till (batch, &shop, values->number, error);
}

static gboolean
parse_till (char **arguments, Values *values, const char *usage, GError **error)
{
  const GOptionEntry entries[] = {
    { "shop", 0, 0, G_OPTION_ARG_STRING, &values->shop, NULL, NULL },
    { NULL },
  };

  return mr_command_parse (&arguments, entries, 1, usage, error) &&
         mr_command_need (values->shop, "--shop", error) &&
         g_ascii_string_to_signed (arguments[1], 10, 1, G_MAXINT32, &values->number, error);
}

gboolean
mr_command_revoke_till (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Values) values = { 0 };

  if (!parse_till (arguments, &values, "till revoke NUMBER --shop SHOP", error) ||
      !mr_command_write_job (host, revoke_job, &values, error))
    return FALSE;
  mr_command_print (host,
                    _ ("Till %" PRId64
                       " of %s is revoked; what it still sends is kept for the owner.\n"),
                    values.number, values.shop);
  return TRUE;
}

/* --- numbers that two computers printed --- */

static gboolean
read_doubled (MrCenter *center, gpointer data, GError **error)
{
  Values *values = data;
  MrDb *db = mr_center_get_db (center);
  g_autoptr (MrQuery) query = NULL;
  MrNetworkShop shop;
  MrStep step;

  if (!mr_network_find_shop (db, values->shop, &shop, error))
    return FALSE;
  query = mr_db_select (db, error, SQL_DOUBLED, "i", shop.id);
  if (query == NULL)
    return FALSE;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    g_string_append_printf (values->text,
                            "%s\t%" G_GINT64_FORMAT "%s\t%s\t%" G_GINT64_FORMAT
                            "\t%" G_GINT64_FORMAT "\n",
                            mr_query_get_text (query, 0), mr_query_get_int (query, 1),
                            mr_query_get_text (query, 2), mr_query_get_text (query, 3),
                            mr_query_get_int (query, 4), mr_query_get_int (query, 5));
  return step == MR_STEP_DONE;
}

gboolean
mr_command_report_doubled (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Values) values = { .text = g_string_new (NULL) };
  const GOptionEntry entries[] = {
    { "shop", 0, 0, G_OPTION_ARG_STRING, &values.shop, NULL, NULL },
    { NULL },
  };

  if (!mr_command_parse (&arguments, entries, 0, "report doubled --shop SHOP", error) ||
      !mr_command_need (values.shop, "--shop", error) ||
      !host->read (host->user, read_doubled, &values, error))
    return FALSE;
  mr_command_print (host, "%s", values.text->str);
  return TRUE;
}
