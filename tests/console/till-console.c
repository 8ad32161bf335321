/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

/* The till without a screen: app/till and sync as they are, one command a line on standard input, one
 * JSON object a line on standard output. Money is in minor units, quantities are decimal. A command
 * is answered when its effect is on the disk: what was answered survives a kill. "help" lists all. */

#include "console.h"

#include "system-world.h"

#include <gio/gunixinputstream.h>
#include <locale.h>
#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

/* --- commands --- */

static void help (Console *self, char **words);
static void enrol_again (Console *self, char **words);

static const struct
{
  const char *name;
  const char *usage;
  void (*run) (Console *self, char **words);
} commands[] = {
  { "sign-in", "NUMBER [PIN]", console_sign_in },
  { "sign-out", "", console_sign_out },
  { "open-shift", "[FLOAT]", console_open_shift },
  { "close-shift", "[COUNTED]", console_close_shift },
  { "x-report", "", console_x_report },
  { "no-sale", "[REASON]", console_no_sale },
  { "move-cash", "AMOUNT [REASON]", console_move_cash },
  { "scan", "CODE", console_scan },
  { "amount", "PRICE [CATEGORY]", console_amount },
  { "times", "QUANTITY", console_times },
  { "quantity", "[LINE] QUANTITY", console_quantity },
  { "price", "LINE PRICE", console_set_price },
  { "discount", "[LINE] AMOUNT", console_discount },
  { "remove", "LINE", console_remove_line },
  { "undo", "", console_undo },
  { "hold", "[LABEL]", console_hold },
  { "recall", "SLOT", console_recall },
  { "drop", "SLOT [REASON]", console_drop_held },
  { "returnable", "RECEIPT", console_list_returnable },
  { "return", "RECEIPT LINE QUANTITY [REASON]", console_return },
  { "held", "", console_list_held },
  { "void", "[REASON]", console_void_basket },
  { "pay", "cash|wechat|alipay|card [AMOUNT]", console_pay },
  { "take-back", "", console_take_back },
  { "questions", "", console_list_questions },
  { "answer", "ID PRICE|- [PACK]", console_answer },
  { "dismiss", "ID", console_dismiss },
  { "price-check", "CODE", console_price_check },
  { "search", "TEXT", console_search },
  { "basket", "", console_basket },
  { "state", "", console_state },
  { "receipts", "[MAX]", console_list_receipts },
  { "receipt", "ENTRY [COLUMNS]", console_show_receipt },
  { "reprint", "[ENTRY]", console_reprint },
  { "printer", "[LOCATION]", console_printer },
  { "paper", "[SECONDS]", console_paper },
  { "setting", "NAME [VALUE]", console_setting },
  { "keys", "KEY…", console_press_keys },
  { "restore", "FILE", console_restore },
  { "sync", "[SECONDS]", console_synchronise },
  { "enrol", "URL CODE", enrol_again },
  { "help", "", help },
  { "quit", "", console_quit },
};

static void
help (Console *self, char **words)
{
  console_begin_object (self, "commands");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    console_put_text (self, commands[i].name, commands[i].usage);
  json_builder_end_object (self->json);
}

/* --- the conversation --- */

static void
print_answer (Console *self)
{
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_end_object (self->json);
  root = json_builder_get_root (self->json);
  text = json_to_string (root, FALSE);
  fprintf (stdout, "%s\n", text);
  fflush (stdout);
}

static void
finish_answer (Console *self)
{
  if (self->error != NULL)
    {
      /* A failed command says why and nothing else. */
      const char *code = self->refusal != NULL ? self->refusal : console_name_error (self->error);

      json_builder_reset (self->json);
      json_builder_begin_object (self->json);
      console_put_boolean (self, "ok", FALSE);
      console_put_text (self, "error", code);
      console_put_text (self, "message", self->error->message);
    }
  print_answer (self);
  g_clear_error (&self->error);
  self->refusal = NULL;
}

static void
run_line (Console *self, char *line)
{
  g_auto (GStrv) all = g_strsplit_set (g_strstrip (line), " \t", -1);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  guint i;

  for (i = 0; all[i] != NULL; i++)
    {
      if (*all[i] != '\0')
        g_ptr_array_add (words, all[i]);
    }
  if (words->len == 0)
    return;
  g_ptr_array_add (words, NULL);
  g_ptr_array_add (words, NULL);
  g_ptr_array_add (words, NULL);
  g_ptr_array_add (words, NULL);
  self->json = json_builder_new ();
  json_builder_begin_object (self->json);
  console_put_boolean (self, "ok", TRUE);
  for (i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (g_str_equal (commands[i].name, words->pdata[0]))
        break;
    }
  if (i < G_N_ELEMENTS (commands))
    commands[i].run (self, (char **) words->pdata);
  else
    console_refuse (self, "bad-command", "there is no such command: help lists them");
  console_wait_for (self, console_is_kept, 0);
  finish_answer (self);
  g_clear_object (&self->json);
}

static void
on_enrolled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Console *self = user_data;

  mr_till_enrol_finish (MR_TILL (source), result, &self->error);
  self->done = TRUE;
}

/* A center that was restored may not know this till any more. */
static void
enrol_again (Console *self, char **words)
{
  mr_till_enrol_async (self->till, words[1], words[2], "again", on_enrolled, self);
  console_wait_for_answer (self);
}

/* Only once: a folder that is enrolled stays what it is, also when the center is away. */
static gboolean
enrol (Console *self, const char *url, const char *code, const char *name)
{
  if (mr_till_is_enrolled (self->till) && url != NULL && code == NULL)
    return mr_till_follow_center (self->till, url, &self->error);
  if (mr_till_is_enrolled (self->till) || url == NULL || code == NULL)
    return TRUE;
  mr_till_enrol_async (self->till, url, code, name, on_enrolled, self);
  console_wait_for_answer (self);
  if (self->error == NULL)
    return TRUE;
  self->json = json_builder_new ();
  json_builder_begin_object (self->json);
  finish_answer (self);
  g_clear_object (&self->json);
  return FALSE;
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Console *self = user_data;
  g_autofree char *line =
      g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  if (line == NULL)
    self->quit = TRUE;
  else
    run_line (self, line);
  self->waiting = FALSE;
}

static void
converse (Console *self)
{
  g_autoptr (GInputStream) stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (stream);

  while (!self->quit)
    {
      if (!self->waiting)
        {
          self->waiting = TRUE;
          g_data_input_stream_read_line_async (lines, G_PRIORITY_LOW, NULL, on_line, self);
        }
      g_main_context_iteration (NULL, TRUE);
    }
}

int
main (int argc, char **argv)
{
  g_autofree char *dir = NULL;
  g_autofree char *url = NULL;
  g_autofree char *code = NULL;
  g_autofree char *name = NULL;
  gboolean offline = FALSE;
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &dir, "the till's folder", "DIR" },
    { "center", 0, 0, G_OPTION_ARG_STRING, &url, "address of the center", "URL" },
    { "enrol", 0, 0, G_OPTION_ARG_STRING, &code, "enrolment code", "CODE" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &name, "name of this till", "NAME" },
    { "offline", 0, 0, G_OPTION_ARG_NONE, &offline, "no network at all", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- a till without a screen");
  g_autoptr (GError) error = NULL;
  Console console = { .actions = g_string_new ("") };

  setlocale (LC_ALL, "");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || dir == NULL)
    {
      fprintf (stderr, "till-console: %s\n", error != NULL ? error->message : "--data is needed");
      return 2;
    }
  if (sodium_init () < 0)
    return 1;
  MrTillConfig config = { .dir = dir, .world = mr_system_world_get (), .with_sync = !offline };
  console.till = mr_till_new (&config, &error);
  if (console.till == NULL)
    {
      fprintf (stderr, "till-console: %s\n", error->message);
      return 1;
    }
  g_signal_connect (mr_till_get_keypad (console.till), "action", G_CALLBACK (console_on_action),
                    &console);
  if (enrol (&console, url, code, name != NULL ? name : "till"))
    converse (&console);
  mr_till_stop (console.till);
  g_object_unref (console.till);
  g_string_free (console.actions, TRUE);
  return 0;
}
