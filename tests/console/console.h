/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <json-glib/json-glib.h>

/* What the parts of till-console share. */

typedef struct
{
  MrTill *till;
  JsonBuilder *json; /* the answer being built */
  GError *error; /* (nullable): it failed */
  const char *refusal; /* (static) (nullable): it failed with this code */
  gboolean waiting; /* for an asynchronous answer */
  gboolean done;
  gboolean quit;
  GString *actions; /* what keys asked the screen for */
} Console;

/* Members of the answer being built. */
void console_put_int (Console *self, const char *name, gint64 value);
void console_put_text (Console *self, const char *name, const char *value);
void console_put_boolean (Console *self, const char *name, gboolean value);
void console_put_quantity (Console *self, const char *name, gint64 quantity_milli);
void console_put_id (Console *self, const char *name, MrId id);
void console_begin_array (Console *self, const char *name);
void console_begin_object (Console *self, const char *name);
const char *console_name_error (const GError *error);
void console_refuse (Console *self, const char *code, const char *message);
gboolean console_is_kept (Console *self);
gboolean console_wait_for (Console *self, gboolean (*condition) (Console *), gint64 timeout_ms);
void console_wait_for_answer (Console *self);
void console_put_basket (Console *self);
void console_put_shift (Console *self, const char *name, const MrShift *shift);
void console_put_goods (Console *self, GPtrArray *goods);
void console_put_status (Console *self);
gint64 console_parse_int (const char *text);

/* The commands: @words ends with NULL, and some more follow it. */
void console_sign_in (Console *self, char **words);
void console_sign_out (Console *self, char **words);
void console_open_shift (Console *self, char **words);
void console_close_shift (Console *self, char **words);
void console_x_report (Console *self, char **words);
void console_no_sale (Console *self, char **words);
void console_move_cash (Console *self, char **words);
void console_scan (Console *self, char **words);
void console_amount (Console *self, char **words);
void console_times (Console *self, char **words);
void console_quantity (Console *self, char **words);
void console_set_price (Console *self, char **words);
void console_discount (Console *self, char **words);
void console_remove_line (Console *self, char **words);
void console_undo (Console *self, char **words);
void console_hold (Console *self, char **words);
void console_recall (Console *self, char **words);
void console_drop_held (Console *self, char **words);
void console_list_returnable (Console *self, char **words);
void console_return (Console *self, char **words);
void console_list_held (Console *self, char **words);
void console_void_basket (Console *self, char **words);
void console_pay (Console *self, char **words);
void console_take_back (Console *self, char **words);
void console_list_questions (Console *self, char **words);
void console_answer (Console *self, char **words);
void console_dismiss (Console *self, char **words);
void console_price_check (Console *self, char **words);
void console_search (Console *self, char **words);
void console_basket (Console *self, char **words);
void console_state (Console *self, char **words);
void console_list_receipts (Console *self, char **words);
void console_show_receipt (Console *self, char **words);
void console_reprint (Console *self, char **words);
void console_printer (Console *self, char **words);
void console_paper (Console *self, char **words);
void console_setting (Console *self, char **words);
void console_press_keys (Console *self, char **words);
void console_restore (Console *self, char **words);
void console_synchronise (Console *self, char **words);
void console_quit (Console *self, char **words);
/* Of MrKeypad::action: what keys asked the screen for is told with the answer. */
void console_on_action (MrKeypad *keypad, const char *name, const char *target, gpointer user_data);
