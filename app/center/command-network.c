/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/command.h"

#include "center/call.h"
#include "center/network.h"
#include "model/quantity.h"

#include <glib/gi18n.h>
#include <inttypes.h>

/* --- the commands; each is given what follows `millrace-center`, its own words made one --- */

typedef struct
{
  char *name;
  char *title;
  char *region;
  char *shop;
  char *currency;
  char *time_zone;
  char *value;
  char *role;
  char *pin_hash;
  gint64 number;
  gint64 quantity_milli;
} Values;

static void
values_clear (Values *self)
{
  g_free (self->name);
  g_free (self->title);
  g_free (self->region);
  g_free (self->shop);
  g_free (self->currency);
  g_free (self->time_zone);
  g_free (self->value);
  g_free (self->role);
  g_free (self->pin_hash);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Values, values_clear)

static gboolean
add_region_job (MrBatch *batch, gpointer data, GError **error)
{
  const Values *values = data;

  return mr_network_add_region (batch, values->name, values->title, values->currency,
                                values->time_zone, error) != 0;
}

gboolean
mr_command_add_region (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Values) values = { 0 };
  const GOptionEntry entries[] = {
    { "title", 0, 0, G_OPTION_ARG_STRING, &values.title, NULL, NULL },
    { "currency", 0, 0, G_OPTION_ARG_STRING, &values.currency, NULL, NULL },
    { "time-zone", 0, 0, G_OPTION_ARG_STRING, &values.time_zone, NULL, NULL },
    { NULL },
  };

  if (!mr_command_parse (
          &arguments, entries, 1,
          "region add NAME [--title TITLE] [--currency CNY] [--time-zone Asia/Shanghai]", error))
    return FALSE;
  values.name = g_strdup (arguments[1]);
  if (values.title == NULL)
    values.title = g_strdup (values.name);
  if (values.currency == NULL)
    values.currency = g_strdup ("CNY");
  if (values.time_zone == NULL)
    values.time_zone = g_strdup ("Asia/Shanghai");
  if (!mr_command_write_job (host, add_region_job, &values, error))
    return FALSE;
  mr_command_print (host, _ ("Region %s added.\n"), values.name);
  return TRUE;
}

static gboolean
add_shop_job (MrBatch *batch, gpointer data, GError **error)
{
  const Values *values = data;
  gint64 region_id = mr_network_find_region (batch->db, values->region, error);

  return region_id != 0 &&
         mr_network_add_shop (batch, region_id, values->name, values->title, error) != 0;
}

gboolean
mr_command_add_shop (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Values) values = { 0 };
  const GOptionEntry entries[] = {
    { "region", 0, 0, G_OPTION_ARG_STRING, &values.region, NULL, NULL },
    { "title", 0, 0, G_OPTION_ARG_STRING, &values.title, NULL, NULL },
    { NULL },
  };

  if (!mr_command_parse (&arguments, entries, 1, "shop add NAME --region REGION [--title TITLE]",
                         error) ||
      !mr_command_need (values.region, "--region", error))
    return FALSE;
  values.name = g_strdup (arguments[1]);
  if (values.title == NULL)
    values.title = g_strdup (values.name);
  if (!mr_command_write_job (host, add_shop_job, &values, error))
    return FALSE;
  mr_command_print (host, _ ("Shop %s added.\n"), values.name);
  return TRUE;
}

static gboolean
add_staff_job (MrBatch *batch, gpointer data, GError **error)
{
  Values *values = data;
  MrNetworkShop shop;

  if (!mr_network_find_shop (batch->db, values->shop, &shop, error))
    return FALSE;
  values->number = mr_network_add_staff (batch, &shop, values->number, values->name, values->role,
                                         values->pin_hash, error);
  return values->number != 0;
}

gboolean
mr_command_add_staff (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Values) values = { 0 };
  g_autofree char *pin = NULL;
  const GOptionEntry entries[] = {
    { "shop", 0, 0, G_OPTION_ARG_STRING, &values.shop, NULL, NULL },
    { "number", 0, 0, G_OPTION_ARG_INT64, &values.number, NULL, NULL },
    { "role", 0, 0, G_OPTION_ARG_STRING, &values.role, NULL, NULL },
    { "pin", 0, 0, G_OPTION_ARG_STRING, &pin, NULL, NULL },
    { NULL },
  };

  if (!mr_command_parse (&arguments, entries, 1,
                         "staff add NAME --shop SHOP [--number 1001] [--role cashier] [--pin 1234]",
                         error) ||
      !mr_command_need (values.shop, "--shop", error))
    return FALSE;
  values.name = g_strdup (arguments[1]);
  if (values.role == NULL)
    values.role = g_strdup ("cashier");
  values.pin_hash = mr_network_hash_pin (pin != NULL ? pin : "", error);
  if (values.pin_hash == NULL || !mr_command_write_job (host, add_staff_job, &values, error))
    return FALSE;
  mr_command_print (host, _ ("%s signs in as %" PRId64 ".\n"), values.name, values.number);
  return TRUE;
}

static gboolean
set_setting_job (MrBatch *batch, gpointer data, GError **error)
{
  const Values *values = data;
  MrNetworkShop shop;

  return mr_network_find_shop (batch->db, values->shop, &shop, error) &&
         mr_network_set_setting (batch, &shop, values->name, values->value, error);
}

gboolean
mr_command_set_setting (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Values) values = { 0 };
  const GOptionEntry entries[] = {
    { "shop", 0, 0, G_OPTION_ARG_STRING, &values.shop, NULL, NULL },
    { NULL },
  };

  if (!mr_command_parse (&arguments, entries, 2, "setting set NAME VALUE --shop SHOP", error) ||
      !mr_command_need (values.shop, "--shop", error))
    return FALSE;
  values.name = g_strdup (arguments[1]);
  values.value = g_strcompress (arguments[2]);
  return mr_command_write_job (host, set_setting_job, &values, error);
}

static gboolean
set_tile_job (MrBatch *batch, gpointer data, GError **error)
{
  const Values *values = data;
  MrNetworkShop shop;

  return mr_network_find_shop (batch->db, values->shop, &shop, error) &&
         mr_network_set_tile (batch, &shop, values->name, values->number, values->value, error);
}

gboolean
mr_command_set_tile (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Values) values = { .number = 1 };
  const GOptionEntry entries[] = {
    { "shop", 0, 0, G_OPTION_ARG_STRING, &values.shop, NULL, NULL },
    { "page", 0, 0, G_OPTION_ARG_STRING, &values.name, NULL, NULL },
    { "place", 0, 0, G_OPTION_ARG_INT64, &values.number, NULL, NULL },
    { NULL },
  };

  if (!mr_command_parse (&arguments, entries, 1,
                         "tile set BARCODE --shop SHOP --page PAGE --place 1", error) ||
      !mr_command_need (values.shop, "--shop", error) ||
      !mr_command_need (values.name, "--page", error))
    return FALSE;
  values.value = g_strdup (arguments[1]);
  return mr_command_write_job (host, set_tile_job, &values, error);
}

static gboolean
set_short_code_job (MrBatch *batch, gpointer data, GError **error)
{
  const Values *values = data;
  MrNetworkShop shop;

  return mr_network_find_shop (batch->db, values->shop, &shop, error) &&
         mr_network_set_short_code (batch, &shop, values->name, values->value, error);
}

/* "… NAME VALUE --shop SHOP" */
static gboolean
take_two_words (char **arguments, const char *usage, Values *values, GError **error)
{
  const GOptionEntry entries[] = {
    { "shop", 0, 0, G_OPTION_ARG_STRING, &values->shop, NULL, NULL },
    { NULL },
  };

  if (!mr_command_parse (&arguments, entries, 2, usage, error) ||
      !mr_command_need (values->shop, "--shop", error))
    return FALSE;
  values->name = g_strdup (arguments[1]);
  values->value = g_strdup (arguments[2]);
  return TRUE;
}

gboolean
mr_command_set_short_code (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Values) values = { 0 };

  return take_two_words (arguments, "short-code set CODE BARCODE --shop SHOP", &values, error) &&
         mr_command_write_job (host, set_short_code_job, &values, error);
}

static gboolean
receive_job (MrBatch *batch, gpointer data, GError **error)
{
  const Values *values = data;
  MrNetworkShop shop;

  return mr_network_find_shop (batch->db, values->shop, &shop, error) &&
         mr_network_receive (batch, &shop, values->name, values->quantity_milli, error);
}

gboolean
mr_command_receive_stock (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Values) values = { 0 };

  return take_two_words (arguments, "stock receive BARCODE QUANTITY --shop SHOP", &values, error) &&
         mr_quantity_parse (values.value, &values.quantity_milli, error) &&
         mr_command_write_job (host, receive_job, &values, error);
}
