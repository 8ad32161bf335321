/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/command.h"

#include "center/call.h"
#include "center/network.h"
#include "center/report.h"
#include "model/money.h"

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

gboolean
mr_command_write_job (const MrCommandHost *host, MrCenterJob job, gpointer data, GError **error)
{
  MrCenterTask task = { job, data };

  return host->write (host->user, mr_center_run_task, &task, error);
}

/* --- options --- */

gboolean
mr_command_parse (char ***arguments, const GOptionEntry *entries, guint n_words, const char *usage,
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

gboolean
mr_command_need (const char *value, const char *option, GError **error)
{
  if (value != NULL)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _ ("say which one with %s"), option);
  return FALSE;
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

  if (!mr_command_parse (&arguments, entries, 0, "till list --shop SHOP", error) ||
      !mr_command_need (question.shop, "--shop", error) ||
      !host->read (host->user, read_tills, &question, error))
    return FALSE;
  mr_command_print (host, "%s", question.text->str);
  return TRUE;
}

static gboolean
read_waiting (MrCenter *center, gpointer data, GError **error)
{
  Question *question = data;
  g_autofree char *text = mr_report_waiting (mr_center_get_db (center), question->shop, error);

  if (text == NULL)
    return FALSE;
  g_string_append (question->text, text);
  return TRUE;
}

static gboolean
report_waiting (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Question) question = { .text = g_string_new (NULL) };
  const GOptionEntry entries[] = {
    { "shop", 0, 0, G_OPTION_ARG_STRING, &question.shop, NULL, NULL },
    { NULL },
  };

  if (!mr_command_parse (&arguments, entries, 0, "report waiting --shop SHOP", error) ||
      !mr_command_need (question.shop, "--shop", error) ||
      !host->read (host->user, read_waiting, &question, error))
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
  mr_command_print (host,
                    ngettext ("%s: %" PRId64 " sale, %s\n", "%s: %" PRId64 " sales, %s\n",
                              (gulong) report->count),
                    report->shop, report->count, report->currency);
  print_money (host, report, _ ("total"), report->total_minor);
  print_money (host, report, _ ("discount"), report->discount_minor);
  print_money (host, report, _ ("rounding"), report->rounding_minor);
  if (report->n_returns > 0)
    print_money (host, report, _ ("given back"), -report->returned_minor);
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
    mr_command_print (host,
                      ngettext ("%" PRId64 " entry needs you: see “report waiting”.\n",
                                "%" PRId64 " entries need you: see “report waiting”.\n",
                                (gulong) report->n_quarantined),
                      report->n_quarantined);
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

  if (!mr_command_parse (&arguments, entries, 0,
                         "report sales --shop SHOP [--from 2026-05-01] [--to 2026-05-31] [--json]",
                         error) ||
      !mr_command_need (question.shop, "--shop", error) ||
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
  { "region add", mr_command_add_region, N_ ("a region: its offer, its feed, its warehouse") },
  { "shop add", mr_command_add_shop, N_ ("a shop of a region") },
  { "staff add", mr_command_add_staff, N_ ("a person who signs in at a shop's tills") },
  { "setting set", mr_command_set_setting,
    N_ ("what a shop's tills are told, \\n for a line end") },
  { "tile set", mr_command_set_tile, N_ ("a quick key of a shop") },
  { "short-code set", mr_command_set_short_code, N_ ("digits to type instead of scanning") },
  { "stock receive", mr_command_receive_stock,
    N_ ("stock that was there before, or came without papers") },
  { "enrol-code", mr_command_new_code,
    N_ ("a code for a new till, or for a new computer of a till; good once and for a day") },
  { "till list", list_tills, N_ ("the tills of a shop") },
  { "till revoke", mr_command_revoke_till, N_ ("no longer trust a till that was lost") },
  { "import-goods", mr_command_import, N_ ("goods from a CSV or TSV file into a region's offer") },
  { "report sales", report_sales, N_ ("count and totals by tender, tax and day") },
  { "report doubled", mr_command_report_doubled,
    N_ ("receipt numbers that two computers printed: number, till, day, total, entry") },
  { "report waiting", report_waiting, N_ ("entries that need somebody, and why") },
  { "waiting list", mr_command_list_waiting,
    N_ ("the entries that could not be booked, by their ids") },
  { "waiting settle", mr_command_settle_waiting,
    N_ ("try one again, or say with --by-hand that the books are right") },
  { "waiting drop", mr_command_drop_waiting,
    N_ ("one that is not to count; its goods stay moved") },
  { "claim list", mr_command_list_claims,
    N_ ("what tills asked for alone and have not confirmed: open, or run out") },
  { "backup", mr_command_backup,
    N_ ("a copy of the database into a folder, looked through; what is in it is safe") },
  { "demo", mr_command_demo, N_ ("the demo's network, from a folder of tables") },
};

char *
mr_command_dup_summary (void)
{
  GString *text = g_string_new (_ ("Commands:"));

  g_string_append_printf (text, "\n  %-16s %s", "serve", _ ("answer tills until told to stop"));
  g_string_append_printf (text, "\n  %-16s %s", "restore",
                          _ ("put a backup in the database's place; not while it is served"));
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
  gboolean backup = g_strcmp0 (arguments[0], "backup") == 0;

  *input_fd = *report_fd = -1;
  for (char **argument = arguments; *argument != NULL; argument++)
    {
      if (argument == arguments)
        continue;
      if ((demo && strcmp (argument[-1], "--data") == 0) || (backup && **argument != '-'))
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
