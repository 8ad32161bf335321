/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "console.h"

#define SYNC_SECONDS 60
/* So long a poke may need to reach the sync thread. */
#define POKE_MS 200

static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Console *self = user_data;

  mr_session_sign_in_finish (MR_SESSION (source), result, &self->error);
  self->done = TRUE;
}

void
console_sign_in (Console *self, char **words)
{
  MrSession *session = mr_till_get_session (self->till);

  mr_session_sign_in_async (session, console_parse_int (words[1]), words[2] != NULL ? words[2] : "",
                            on_signed_in, self);
  console_wait_for_answer (self);
  console_put_int (self, "staff", mr_session_get_staff_number (session));
  console_put_text (self, "name", mr_session_get_name (session));
  console_put_int (self, "wait_ms", mr_session_get_wait_ms (session, console_parse_int (words[1])));
}

static void
on_signed_out (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Console *self = user_data;

  mr_session_sign_out_finish (MR_SESSION (source), result, &self->error);
  self->done = TRUE;
}

void
console_sign_out (Console *self, char **words)
{
  mr_session_sign_out_async (mr_till_get_session (self->till), on_signed_out, self);
  console_wait_for_answer (self);
}

static void
on_shift_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Console *self = user_data;

  mr_shift_desk_open_finish (MR_SHIFT_DESK (source), result, &self->error);
  self->done = TRUE;
}

void
console_open_shift (Console *self, char **words)
{
  MrShiftDesk *desk = mr_till_get_shift_desk (self->till);
  gint64 float_minor = words[1] != NULL ? console_parse_int (words[1])
                                        : mr_shift_desk_get_default_float_minor (desk);

  mr_shift_desk_open_async (desk, float_minor, on_shift_opened, self);
  console_wait_for_answer (self);
  console_put_shift (self, "shift", mr_shift_desk_get_shift (desk));
}

static void
on_shift_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Console *self = user_data;
  g_autoptr (MrShift) shift =
      mr_shift_desk_close_finish (MR_SHIFT_DESK (source), result, &self->error);

  console_put_shift (self, "shift", shift);
  self->done = TRUE;
}

void
console_close_shift (Console *self, char **words)
{
  mr_shift_desk_close_async (mr_till_get_shift_desk (self->till), console_parse_int (words[1]),
                             words[1] != NULL, on_shift_closed, self);
  console_wait_for_answer (self);
}

static void
on_shift_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Console *self = user_data;
  g_autoptr (MrShift) shift =
      mr_shift_desk_read_finish (MR_SHIFT_DESK (source), result, &self->error);

  console_put_shift (self, "shift", shift);
  self->done = TRUE;
}

void
console_x_report (Console *self, char **words)
{
  mr_shift_desk_read_async (mr_till_get_shift_desk (self->till), on_shift_read, self);
  console_wait_for_answer (self);
}

static void
on_cash_moved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Console *self = user_data;

  mr_shift_desk_move_cash_finish (MR_SHIFT_DESK (source), result, &self->error);
  self->done = TRUE;
}

void
console_no_sale (Console *self, char **words)
{
  mr_shift_desk_no_sale_async (mr_till_get_shift_desk (self->till), words[1], on_cash_moved, self);
  console_wait_for_answer (self);
}

void
console_move_cash (Console *self, char **words)
{
  mr_shift_desk_move_cash_async (mr_till_get_shift_desk (self->till), console_parse_int (words[1]),
                                 words[1] != NULL ? words[2] : NULL, on_cash_moved, self);
  console_wait_for_answer (self);
}

void
console_state (Console *self, char **words)
{
  MrShiftDesk *desk = mr_till_get_shift_desk (self->till);

  console_put_status (self);
  console_put_shift (self, "shift", mr_shift_desk_get_shift (desk));
  console_put_shift (self, "last_shift", mr_shift_desk_get_last_closed (desk));
}

void
console_list_receipts (Console *self, char **words)
{
  g_autoptr (GPtrArray) receipts =
      mr_till_list_receipts (self->till,
                             words[1] != NULL ? (guint) console_parse_int (words[1]) : 20);

  console_begin_array (self, "receipts");
  for (guint i = 0; i < receipts->len; i++)
    {
      const MrReceiptSummary *receipt = g_ptr_array_index (receipts, i);

      json_builder_begin_object (self->json);
      console_put_id (self, "entry", receipt->entry_id);
      console_put_text (self, "label", receipt->label);
      console_put_int (self, "total", receipt->total_minor);
      console_put_int (self, "copies", receipt->copies);
      json_builder_end_object (self->json);
    }
  json_builder_end_array (self->json);
}

/* "receipt ENTRY [COLUMNS]" */
void
console_show_receipt (Console *self, char **words)
{
  g_autoptr (MrReceipt) receipt = NULL;
  g_autofree char *text = NULL;
  MrId id;

  if (words[1] == NULL || !mr_id_parse (words[1], &id))
    {
      console_refuse (self, "bad-command", "receipt ENTRY [32|48]");
      return;
    }
  receipt = mr_till_load_receipt (self->till, id, 0, &self->error);
  if (receipt == NULL)
    return;
  text = mr_receipt_to_text (receipt, words[2] != NULL ? (int) console_parse_int (words[2]) : 32);
  console_put_text (self, "text", text);
}

static void
on_printed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Console *self = user_data;

  mr_spooler_reprint_finish (MR_SPOOLER (source), result, &self->error);
  self->done = TRUE;
}

void
console_reprint (Console *self, char **words)
{
  MrId id;

  if (words[1] == NULL)
    mr_spooler_print_last_async (mr_till_get_spooler (self->till), on_printed, self);
  else if (mr_id_parse (words[1], &id))
    mr_spooler_reprint_async (mr_till_get_spooler (self->till), id, on_printed, self);
  else
    {
      console_refuse (self, "bad-command", "reprint [ENTRY]");
      return;
    }
  console_wait_for_answer (self);
}

static void
on_set (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Console *self = user_data;

  mr_settings_set_finish (MR_SETTINGS (source), result, &self->error);
  self->done = TRUE;
}

static void
set_setting (Console *self, const char *name, const char *value)
{
  mr_settings_set_async (mr_till_get_settings (self->till), name, value != NULL ? value : "",
                         on_set, self);
  console_wait_for_answer (self);
}

void
console_setting (Console *self, char **words)
{
  if (words[1] == NULL)
    console_refuse (self, "bad-command", "setting NAME [VALUE]");
  else
    set_setting (self, words[1], words[2]);
}

void
console_printer (Console *self, char **words)
{
  set_setting (self, MR_SETTING_PRINTER, words[1]);
}

static gboolean
is_printed (Console *self)
{
  return mr_spooler_get_n_waiting (mr_till_get_spooler (self->till)) == 0;
}

/* "paper [SECONDS]": until all that waits is printed. */
void
console_paper (Console *self, char **words)
{
  gint64 seconds = words[1] != NULL ? console_parse_int (words[1]) : 10;

  if (!console_wait_for (self, is_printed, seconds * 1000))
    console_refuse (self, "timeout", "the paper is not out yet");
  console_put_status (self);
}

static gboolean
is_idle (Console *self)
{
  MrTillStatus status;

  mr_till_get_status (self->till, &status);
  return status.idle;
}

static gboolean
is_not_idle (Console *self)
{
  return !is_idle (self);
}

static void
on_restored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Console *self = user_data;

  mr_till_restore_finish (MR_TILL (source), result, &self->error);
  self->done = TRUE;
}

/* Done when the console is started anew. */
void
console_restore (Console *self, char **words)
{
  mr_till_restore_async (self->till, words[1] != NULL ? words[1] : "", on_restored, self);
  console_wait_for_answer (self);
}

/* Until both directions are idle: all is pushed, both feeds are at their heads. */
void
console_synchronise (Console *self, char **words)
{
  gint64 seconds = words[1] != NULL ? console_parse_int (words[1]) : SYNC_SECONDS;

  if (!mr_till_is_enrolled (self->till))
    {
      console_refuse (self, "not-enrolled", "this till has no center");
      return;
    }
  mr_till_sync_now (self->till);
  console_wait_for (self, is_not_idle, POKE_MS);
  if (!console_wait_for (self, is_idle, seconds * 1000))
    console_refuse (self, "timeout", "the center was not reached, or does not take all");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  console_put_status (self);
}

void
console_quit (Console *self, char **words)
{
  self->quit = TRUE;
}
