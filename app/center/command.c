/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/command.h"

#include "center/call.h"
#include "center/enrol.h"
#include "center/network.h"
#include "center/report.h"
#include "model/money.h"
#include "model/quantity.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#define SQL_TILLS                                                               \
  "SELECT number, letter, name, revoked_at IS NOT NULL, enrolled_at FROM till " \
  "WHERE shop_id = ?1 ORDER BY number"

/* --- speaking --- */

void
mr_command_print (const MrCommandHost *host, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list values;

  va_start (values, format);
  text = g_strdup_vprintf (format, values);
  va_end (values);
  host->print (host->user, FALSE, text);
}

void
mr_command_warn (const MrCommandHost *host, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list values;

  va_start (values, format);
  text = g_strdup_vprintf (format, values);
  va_end (values);
  host->print (host->user, TRUE, text);
}

/* --- jobs --- */

typedef struct
{
  MrCenterJob job;
  gpointer data;
} JobTask;

static gboolean
run_job (MrCenter *center, gpointer data, GError **error)
{
  const JobTask *task = data;

  return mr_center_run (center, task->job, task->data, error);
}

gboolean
mr_command_write_job (const MrCommandHost *host, gpointer job, gpointer data, GError **error)
{
  JobTask task = { (MrCenterJob) job, data };

  return host->write (host->user, run_job, &task, error);
}

/* --- options --- */

/* What follows the options is left in *@arguments (of at least @n_words words, or it is an error). */
static gboolean
parse (char ***arguments, const GOptionEntry *entries, guint n_words, const char *usage,
       GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse_strv (context, arguments, error))
    {
      g_prefix_error (error, "%s: ", usage);
      return FALSE;
    }
  /* The first word is the command's own. */
  if (g_strv_length (*arguments) == n_words + 1)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _ ("use it like this: %s"), usage);
  return FALSE;
}

static gboolean
need (const char *value, const char *option, GError **error)
{
  if (value != NULL)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _ ("say which one with %s"), option);
  return FALSE;
}

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

static gboolean
add_region (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Values) values = { 0 };
  const GOptionEntry entries[] = {
    { "title", 0, 0, G_OPTION_ARG_STRING, &values.title, NULL, NULL },
    { "currency", 0, 0, G_OPTION_ARG_STRING, &values.currency, NULL, NULL },
    { "time-zone", 0, 0, G_OPTION_ARG_STRING, &values.time_zone, NULL, NULL },
    { NULL },
  };

  if (!parse (&arguments, entries, 1,
              "region add NAME [--title TITLE] [--currency CNY] [--time-zone Asia/Shanghai]",
              error))
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

static gboolean
add_shop (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Values) values = { 0 };
  const GOptionEntry entries[] = {
    { "region", 0, 0, G_OPTION_ARG_STRING, &values.region, NULL, NULL },
    { "title", 0, 0, G_OPTION_ARG_STRING, &values.title, NULL, NULL },
    { NULL },
  };

  if (!parse (&arguments, entries, 1, "shop add NAME --region REGION [--title TITLE]", error) ||
      !need (values.region, "--region", error))
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

static gboolean
add_staff (const MrCommandHost *host, char **arguments, GError **error)
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

  if (!parse (&arguments, entries, 1,
              "staff add NAME --shop SHOP [--number 1001] [--role cashier] [--pin 1234]", error) ||
      !need (values.shop, "--shop", error))
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

static gboolean
set_setting (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Values) values = { 0 };
  const GOptionEntry entries[] = {
    { "shop", 0, 0, G_OPTION_ARG_STRING, &values.shop, NULL, NULL },
    { NULL },
  };

  if (!parse (&arguments, entries, 2, "setting set NAME VALUE --shop SHOP", error) ||
      !need (values.shop, "--shop", error))
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

static gboolean
set_tile (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Values) values = { .number = 1 };
  const GOptionEntry entries[] = {
    { "shop", 0, 0, G_OPTION_ARG_STRING, &values.shop, NULL, NULL },
    { "page", 0, 0, G_OPTION_ARG_STRING, &values.name, NULL, NULL },
    { "place", 0, 0, G_OPTION_ARG_INT64, &values.number, NULL, NULL },
    { NULL },
  };

  if (!parse (&arguments, entries, 1, "tile set BARCODE --shop SHOP --page PAGE --place 1",
              error) ||
      !need (values.shop, "--shop", error) || !need (values.name, "--page", error))
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

static gboolean
set_short_code (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Values) values = { 0 };
  const GOptionEntry entries[] = {
    { "shop", 0, 0, G_OPTION_ARG_STRING, &values.shop, NULL, NULL },
    { NULL },
  };

  if (!parse (&arguments, entries, 2, "short-code set CODE BARCODE --shop SHOP", error) ||
      !need (values.shop, "--shop", error))
    return FALSE;
  values.name = g_strdup (arguments[1]);
  values.value = g_strdup (arguments[2]);
  return mr_command_write_job (host, set_short_code_job, &values, error);
}

static gboolean
receive_job (MrBatch *batch, gpointer data, GError **error)
{
  const Values *values = data;
  MrNetworkShop shop;

  return mr_network_find_shop (batch->db, values->shop, &shop, error) &&
         mr_network_receive (batch, &shop, values->value, values->quantity_milli, error);
}

static gboolean
receive_stock (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Values) values = { 0 };
  const GOptionEntry entries[] = {
    { "shop", 0, 0, G_OPTION_ARG_STRING, &values.shop, NULL, NULL },
    { NULL },
  };

  if (!parse (&arguments, entries, 2, "stock receive BARCODE QUANTITY --shop SHOP", error) ||
      !need (values.shop, "--shop", error) ||
      !mr_quantity_parse (arguments[2], &values.quantity_milli, error))
    return FALSE;
  values.value = g_strdup (arguments[1]);
  return mr_command_write_job (host, receive_job, &values, error);
}

static gboolean
new_code_job (MrBatch *batch, gpointer data, GError **error)
{
  Values *values = data;
  MrNetworkShop shop;

  if (!mr_network_find_shop (batch->db, values->shop, &shop, error))
    return FALSE;
  g_free (values->value);
  values->value = mr_enrol_new_code (batch, shop.id, error);
  return values->value != NULL;
}

static gboolean
new_code (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Values) values = { 0 };
  const GOptionEntry entries[] = {
    { "shop", 0, 0, G_OPTION_ARG_STRING, &values.shop, NULL, NULL },
    { NULL },
  };

  if (!parse (&arguments, entries, 0, "enrol-code --shop SHOP", error) ||
      !need (values.shop, "--shop", error) ||
      !mr_command_write_job (host, new_code_job, &values, error))
    return FALSE;
  /* The code alone: scripts read it. */
  mr_command_print (host, "%s\n", values.value);
  return TRUE;
}

static gboolean
revoke_job (MrBatch *batch, gpointer data, GError **error)
{
  const Values *values = data;
  MrNetworkShop shop;

  return mr_network_find_shop (batch->db, values->shop, &shop, error) &&
         mr_network_revoke_till (batch, &shop, values->number, error);
}

static gboolean
revoke_till (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Values) values = { 0 };
  const GOptionEntry entries[] = {
    { "shop", 0, 0, G_OPTION_ARG_STRING, &values.shop, NULL, NULL },
    { NULL },
  };

  if (!parse (&arguments, entries, 1, "till revoke NUMBER --shop SHOP", error) ||
      !need (values.shop, "--shop", error) ||
      !g_ascii_string_to_signed (arguments[1], 10, 1, G_MAXINT32, &values.number, error) ||
      !mr_command_write_job (host, revoke_job, &values, error))
    return FALSE;
  mr_command_print (host,
                    _ ("Till %" PRId64
                       " of %s is revoked; what it still sends is kept for the owner.\n"),
                    values.number, values.shop);
  return TRUE;
}

/* --- reading --- */

typedef struct
{
  char *shop;
  char *from;
  char *to;
  MrReport *report; /* (owned) */
  GString *text; /* (owned) */
} Question;

static void
question_clear (Question *self)
{
  g_free (self->shop);
  g_free (self->from);
  g_free (self->to);
  g_clear_pointer (&self->report, mr_report_free);
  if (self->text != NULL)
    g_string_free (self->text, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Question, question_clear)

static gboolean
read_tills (MrCenter *center, gpointer data, GError **error)
{
  Question *question = data;
  MrDb *db = mr_center_get_db (center);
  g_autoptr (MrQuery) query = NULL;
  MrNetworkShop shop;
  MrStep step;

  if (!mr_network_find_shop (db, question->shop, &shop, error))
    return FALSE;
  query = mr_db_select (db, error, SQL_TILLS, "i", shop.id);
  if (query == NULL)
    return FALSE;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    g_string_append_printf (question->text, "%" G_GINT64_FORMAT "\t%s\t%s\t%s\n",
                            mr_query_get_int (query, 0), mr_query_get_text (query, 1),
                            mr_query_get_text (query, 2),
                            mr_query_get_int (query, 3) != 0 ? _ ("revoked") : _ ("trusted"));
  return step == MR_STEP_DONE;
}

static gboolean
list_tills (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Question) question = { .text = g_string_new (NULL) };
  const GOptionEntry entries[] = {
    { "shop", 0, 0, G_OPTION_ARG_STRING, &question.shop, NULL, NULL },
    { NULL },
  };

  if (!parse (&arguments, entries, 0, "till list --shop SHOP", error) ||
      !need (question.shop, "--shop", error) ||
      !host->read (host->user, read_tills, &question, error))
    return FALSE;
  mr_command_print (host, "%s", question.text->str);
  return TRUE;
}

static gboolean
read_report (MrCenter *center, gpointer data, GError **error)
{
  Question *question = data;

  question->report = mr_report_sales (mr_center_get_db (center), question->shop, question->from,
                                      question->to, error);
  return question->report != NULL;
}

static void
print_money (const MrCommandHost *host, const MrReport *report, const char *label,
             gint64 amount_minor)
{
  const MrCurrency *currency = mr_currency_find (report->currency);
  g_autofree char *amount = mr_money_format (amount_minor, currency != NULL ? currency->digits : 2);

  mr_command_print (host, "  %-24s %14s\n", label, amount);
}

static void
print_report (const MrCommandHost *host, const MrReport *report)
{
  mr_command_print (host, _ ("%s: %" PRId64 " sales, %s\n"), report->shop, report->count,
                    report->currency);
  print_money (host, report, _ ("total"), report->total_minor);
  print_money (host, report, _ ("discount"), report->discount_minor);
  print_money (host, report, _ ("rounding"), report->rounding_minor);
  for (guint i = 0; i < report->tenders->len; i++)
    {
      const MrReportSum *sum = &g_array_index (report->tenders, MrReportSum, i);

      print_money (host, report, sum->name, sum->amount_minor);
    }
  for (guint i = 0; i < report->taxes->len; i++)
    {
      const MrReportTax *tax = &g_array_index (report->taxes, MrReportTax, i);
      g_autofree char *label = g_strdup_printf (_ ("tax %s"), tax->name);

      print_money (host, report, label, tax->tax_minor);
    }
  for (guint i = 0; i < report->days->len; i++)
    {
      const MrReportSum *sum = &g_array_index (report->days, MrReportSum, i);

      print_money (host, report, sum->name, sum->amount_minor);
    }
  if (report->n_quarantined > 0)
    mr_command_print (host, _ ("%" PRId64 " entries need you.\n"), report->n_quarantined);
}

static gboolean
report_sales (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Question) question = { 0 };
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "shop", 0, 0, G_OPTION_ARG_STRING, &question.shop, NULL, NULL },
    { "from", 0, 0, G_OPTION_ARG_STRING, &question.from, NULL, NULL },
    { "to", 0, 0, G_OPTION_ARG_STRING, &question.to, NULL, NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
    { NULL },
  };

  if (!parse (&arguments, entries, 0,
              "report sales --shop SHOP [--from 2026-05-01] [--to 2026-05-31] [--json]", error) ||
      !need (question.shop, "--shop", error) ||
      !host->read (host->user, read_report, &question, error))
    return FALSE;
  if (json)
    {
      g_autofree char *text = mr_report_to_json (question.report);

      mr_command_print (host, "%s\n", text);
    }
  else
    print_report (host, question.report);
  return TRUE;
}

/* --- the table --- */

static const struct
{
  const char *name; /* one word or two */
  gboolean (*run) (const MrCommandHost *host, char **arguments, GError **error);
  const char *help;
} commands[] = {
  { "region add", add_region, N_ ("a region: its offer, its feed, its warehouse") },
  { "shop add", add_shop, N_ ("a shop of a region") },
  { "staff add", add_staff, N_ ("a person who signs in at a shop's tills") },
  { "setting set", set_setting, N_ ("what a shop's tills are told, \\n for a line end") },
  { "tile set", set_tile, N_ ("a quick key of a shop") },
  { "short-code set", set_short_code, N_ ("digits to type instead of scanning") },
  { "stock receive", receive_stock, N_ ("stock that was there before, or came without papers") },
  { "enrol-code", new_code, N_ ("a code for a new till, good once and for a day") },
  { "till list", list_tills, N_ ("the tills of a shop") },
  { "till revoke", revoke_till, N_ ("no longer trust a till that was lost") },
  { "import-goods", mr_command_import, N_ ("goods from a CSV or TSV file into a region's offer") },
  { "report sales", report_sales, N_ ("count and totals by tender, tax and day") },
  { "demo", mr_command_demo, N_ ("the demo's network, from a folder of tables") },
};

char *
mr_command_dup_summary (void)
{
  GString *text = g_string_new (_ ("Commands:"));

  g_string_append_printf (text, "\n  %-16s %s", "serve", _ ("answer tills until told to stop"));
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    g_string_append_printf (text, "\n  %-16s %s", commands[i].name, _ (commands[i].help));
  return g_string_free (text, FALSE);
}

/* The command's own words become one, so that it reads like a program's name before its arguments. */
static char **
match_command (const char *name, char **arguments)
{
  g_auto (GStrv) words = g_strsplit (name, " ", 2);
  g_autoptr (GStrvBuilder) rest = g_strv_builder_new ();
  guint n = g_strv_length (words);

  for (guint i = 0; i < n; i++)
    if (arguments[i] == NULL || strcmp (arguments[i], words[i]) != 0)
      return NULL;
  g_strv_builder_add (rest, name);
  for (char **argument = arguments + n; *argument != NULL; argument++)
    g_strv_builder_add (rest, *argument);
  return g_strv_builder_end (rest);
}

int
mr_command_run (const MrCommandHost *host, char **arguments)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_auto (GStrv) own = match_command (commands[i].name, arguments);
      g_autoptr (GError) error = NULL;

      if (own == NULL)
        continue;
      if (commands[i].run (host, own, &error))
        return 0;
      mr_command_warn (host, "millrace-center: %s\n", error->message);
      return error->domain == G_OPTION_ERROR ? 2 : 1;
    }
  mr_command_warn (host, _ ("millrace-center: there is no command “%s”; --help lists them\n"),
                   arguments[0] != NULL ? arguments[0] : "");
  return 2;
}

/* --- files --- */

static int
open_file (const char *path, int flags, GError **error)
{
  int fd = g_open (path, flags | O_CLOEXEC, 0644);
  int code = errno;

  if (fd < 0)
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "cannot open %s: %s", path,
                 g_strerror (code));
  return fd;
}

gboolean
mr_command_open_files (char **arguments, int *input_fd, int *report_fd, GError **error)
{
  gboolean import = g_strcmp0 (arguments[0], "import-goods") == 0;
  gboolean demo = g_strcmp0 (arguments[0], "demo") == 0;

  *input_fd = *report_fd = -1;
  for (char **argument = arguments; *argument != NULL; argument++)
    {
      if (argument == arguments)
        continue;
      if (demo && strcmp (argument[-1], "--data") == 0)
        {
          char *absolute = g_canonicalize_filename (*argument, NULL);

          g_free (*argument);
          *argument = absolute;
        }
      else if (import && strcmp (argument[-1], "--report") == 0)
        *report_fd = open_file (*argument, O_WRONLY | O_CREAT | O_TRUNC, error);
      else if (import && **argument != '-' && strcmp (argument[-1], "--region") != 0 &&
               *input_fd < 0)
        *input_fd = open_file (*argument, O_RDONLY, error);
      else
        continue;
      if (error != NULL && *error != NULL)
        return FALSE;
    }
  return TRUE;
}
