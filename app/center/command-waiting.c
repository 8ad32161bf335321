/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/command.h"

#include "center/quarantine.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

/* What a person does about entries that could not be booked. */

typedef struct
{
  char *shop;
  char *text;
} Question;

static void
question_clear (Question *self)
{
  g_free (self->shop);
  g_free (self->text);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Question, question_clear)

static gboolean
read_list (MrCenter *center, gpointer data, GError **error)
{
  Question *question = data;

  question->text = mr_quarantine_list (mr_center_get_db (center), question->shop, error);
  return question->text != NULL;
}

gboolean
mr_command_list_waiting (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Question) question = { NULL };
  const GOptionEntry entries[] = {
    { "shop", 0, 0, G_OPTION_ARG_STRING, &question.shop, NULL, NULL },
    { NULL },
  };

  if (!mr_command_parse (&arguments, entries, 0, "waiting list --shop SHOP", error) ||
      !mr_command_need (question.shop, "--shop", error) ||
      !host->read (host->user, read_list, &question, error))
    return FALSE;
  mr_command_print (host, "%s", question.text);
  return TRUE;
}

static gboolean
settle (const MrCommandHost *host, MrSettling *settling, GError **error)
{
  if (!mr_command_write_job (host, mr_quarantine_settle, settling, error))
    return FALSE;
  mr_command_print (host,
                    ngettext ("%u entry settled.\n", "%u entries settled.\n", settling->n_settled),
                    settling->n_settled);
  if (settling->n_refused == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
               ngettext ("%u entry still waits: %s", "%u entries still wait, the last because: %s",
                         settling->n_refused),
               settling->n_refused, settling->reason);
  return FALSE;
}

/* @entry: an entry's id, or "all". */
static gboolean
settle_named (const MrCommandHost *host, const char *entry, MrSettling *settling, GError **error)
{
  gboolean done;

  settling->entry = g_str_equal (entry, "all") ? NULL : entry;
  done = settle (host, settling, error);
  mr_settling_clear (settling);
  return done;
}

gboolean
mr_command_settle_waiting (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Question) question = { NULL };
  gboolean by_hand = FALSE;
  const GOptionEntry entries[] = {
    { "shop", 0, 0, G_OPTION_ARG_STRING, &question.shop, NULL, NULL },
    { "by-hand", 0, 0, G_OPTION_ARG_NONE, &by_hand, NULL, NULL },
    { NULL },
  };
  MrSettling settling = { 0 };

  if (!mr_command_parse (&arguments, entries, 1, "waiting settle ENTRY|all --shop SHOP [--by-hand]",
                         error) ||
      !mr_command_need (question.shop, "--shop", error))
    return FALSE;
  settling.shop = question.shop;
  settling.how = by_hand ? MR_SETTLE_BY_HAND : MR_SETTLE_BOOK;
  return settle_named (host, arguments[1], &settling, error);
}

gboolean
mr_command_drop_waiting (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (Question) question = { NULL };
  const GOptionEntry entries[] = {
    { "shop", 0, 0, G_OPTION_ARG_STRING, &question.shop, NULL, NULL },
    { NULL },
  };
  MrSettling settling = { .how = MR_SETTLE_DROP };

  if (!mr_command_parse (&arguments, entries, 1, "waiting drop ENTRY|all --shop SHOP", error) ||
      !mr_command_need (question.shop, "--shop", error))
    return FALSE;
  settling.shop = question.shop;
  return settle_named (host, arguments[1], &settling, error);
}
