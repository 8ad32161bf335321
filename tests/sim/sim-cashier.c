/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

#include "till/ground.h"
#include "till/till-private.h"

#include <string.h>

/* Goods come back soon, so that two tills are often brought the same. */
#define N_NEWEST 2

/* What nobody can read ends the walk through a journal: one till alone writes it. */
#define POISONED_TILL 2

/* One thing a person does at a till: scan, count, pay, close. */
typedef struct
{
  Sim *sim; /* (unowned) */
  SimTill *till; /* (unowned) */
  gboolean done;
  GError *error; /* (owned) (nullable) */
} Act;

static MrCheckout *
get_checkout (SimTill *till)
{
  return mr_till_get_checkout (till->till);
}

/* --- answers ----------------------------------------------------------------------------------- */

static void
on_paid (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Act *act = user_data;
  Sim *sim = act->sim;
  MrPaymentResult payment = { 0 };
  SimAnswered answered = { 0 };

  act->done = mr_checkout_pay_finish (MR_CHECKOUT (source), result, &payment, &act->error);
  if (!act->done || !payment.complete)
    return;
  answered.id = payment.entry_id;
  g_strlcpy (answered.label, payment.receipt_label, sizeof answered.label);
  g_array_append_val (act->till->answered, answered);
  sim->counts[SIM_SALES]++;
  sim_note (sim, "till %u: receipt %s", act->till->index, answered.label);
}

static void
on_held (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Act *act = user_data;

  act->done = mr_checkout_hold_finish (MR_CHECKOUT (source), result, &act->error);
}

static void
on_recalled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Act *act = user_data;

  act->done = mr_checkout_recall_finish (MR_CHECKOUT (source), result, &act->error);
}

static void
on_given_back (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Act *act = user_data;

  act->done = mr_checkout_return_finish (MR_CHECKOUT (source), result, &act->error);
  act->sim->counts[SIM_RETURNS] += act->done ? 1 : 0;
}

static void
on_voided (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Act *act = user_data;

  act->done = mr_checkout_void_finish (MR_CHECKOUT (source), result, &act->error);
}

static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Act *act = user_data;

  act->done = mr_session_sign_in_finish (MR_SESSION (source), result, &act->error);
}

static void
on_signed_out (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Act *act = user_data;

  act->done = mr_session_sign_out_finish (MR_SESSION (source), result, &act->error);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Act *act = user_data;

  act->done = mr_shift_desk_open_finish (MR_SHIFT_DESK (source), result, &act->error);
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Act *act = user_data;
  g_autoptr (MrShift) shift =
      mr_shift_desk_close_finish (MR_SHIFT_DESK (source), result, &act->error);

  act->done = shift != NULL;
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Act *act = user_data;
  g_autoptr (MrShift) shift =
      mr_shift_desk_read_finish (MR_SHIFT_DESK (source), result, &act->error);

  act->done = shift != NULL;
}

static void
on_drawer_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Act *act = user_data;

  act->done = mr_shift_desk_no_sale_finish (MR_SHIFT_DESK (source), result, &act->error);
}

static void
on_cash_moved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Act *act = user_data;

  act->done = mr_shift_desk_move_cash_finish (MR_SHIFT_DESK (source), result, &act->error);
}

/* --- entries of another world ------------------------------------------------------------------ */

typedef struct
{
  MrId id;
  const char *kind;
  const char *body;
} Strange;

static gboolean
append_strange (MrJournal *journal, gpointer data, GError **error)
{
  const Strange *strange = data;

  return mr_journal_append (journal, strange->id, strange->kind, strange->body, error);
}

/* What a till of a later version, or a mistaken one, may write: the center keeps it and says so. */
static void
write_strange (Act *act, gboolean poison)
{
  Sim *sim = act->sim;
  Strange strange = { .id = mr_id_new (&act->till->world.world) };
  MrGround *ground = mr_till_get_ground (act->till->till);

  strange.kind = poison ? "sale" : "parcel-weighed";
  strange.body = poison ? "{\"lines\":[{\"quantity\":\"two\"}]}" : "{\"grams\":1200}";
  /* What a failed disk did not promise may still be there. */
  g_hash_table_insert (sim->put_aside, mr_id_to_string (strange.id),
                       (gpointer) (poison ? "quarantined" : "deferred"));
  act->done = mr_store_run (ground->store, append_strange, &strange, &act->error);
  if (act->done)
    sim_count_fault (sim, poison ? SIM_POISON_ENTRY : SIM_UNKNOWN_KIND);
}

/* --- what somebody does ------------------------------------------------------------------------ */

/* Some goods are asked for far more often than others: they run out. */
static void
scan (Act *act)
{
  guint n = MAX (act->sim->n_goods, 1);
  guint number = sim_below (act->sim, 3) == 0 ? sim_below (act->sim, 3) : sim_below (act->sim, n);
  g_autofree char *barcode = g_strdup_printf ("69%011u", number);

  mr_checkout_scan (get_checkout (act->till), barcode);
  act->done = TRUE;
}

static void
answer_question (Act *act)
{
  MrCheckout *checkout = get_checkout (act->till);
  g_autoptr (MrQuestion) question = g_list_model_get_item (mr_checkout_get_questions (checkout), 0);

  act->done = TRUE;
  if (sim_below (act->sim, 4) == 0 || mr_question_get_kind (question) == MR_QUESTION_WHILE_PAYING ||
      mr_question_get_kind (question) == MR_QUESTION_SEVERAL)
    mr_checkout_dismiss (checkout, mr_question_get_id (question));
  else
    mr_checkout_answer (checkout, mr_question_get_id (question), 100 + sim_below (act->sim, 900), 0,
                        NULL);
}

static void
change_basket (Act *act)
{
  MrCheckout *checkout = get_checkout (act->till);

  act->done = TRUE;
  switch (sim_below (act->sim, 6))
    {
    case 0:
      mr_checkout_set_quantity (checkout, 0, 1000 * (1 + sim_below (act->sim, 4)), NULL);
      break;
    case 1:
      mr_checkout_set_sale_discount (checkout, sim_below (act->sim, 50), NULL);
      break;
    case 2:
      mr_checkout_remove (checkout, 0, NULL);
      break;
    case 3:
      mr_checkout_undo (checkout, NULL);
      break;
    case 4:
      mr_checkout_hold_async (checkout, NULL, on_held, act);
      break;
    default:
      mr_checkout_void_async (checkout, "顾客不要了", on_voided, act);
      break;
    }
}

static void
pay (Act *act)
{
  MrCheckout *checkout = get_checkout (act->till);
  MrTenderKind kind = (MrTenderKind) sim_below (act->sim, MR_N_TENDERS);
  gint64 due_minor = mr_checkout_get_totals (checkout)->total_minor;

  if (due_minor == 0)
    mr_checkout_complete_async (checkout, on_paid, act);
  else if (due_minor < 0 && kind != MR_TENDER_CASH && sim_below (act->sim, 4) == 0)
    mr_checkout_pay_async (checkout, kind, 1 + sim_below (act->sim, (guint) -due_minor), on_paid,
                           act);
  else if (due_minor < 0)
    mr_checkout_pay_async (checkout, kind, -1, on_paid, act);
  else if (sim_below (act->sim, 8) == 0)
    mr_checkout_pay_async (checkout, kind, 1 + sim_below (act->sim, (guint) due_minor), on_paid,
                           act);
  else
    mr_checkout_pay_async (checkout, kind, -1, on_paid, act);
}

static void
sign_in (Act *act)
{
  MrSession *session = mr_till_get_session (act->till->till);
  g_autoptr (GPtrArray) people = mr_session_list_people (session);
  const MrPerson *person;

  if (people->len == 0)
    return;
  /* The owner is the first, and may do everything; sometimes it is somebody else. */
  person = g_ptr_array_index (people,
                              sim_below (act->sim, 4) == 0 ? sim_below (act->sim, people->len) : 0);
  mr_session_sign_in_async (session, person->number, "", on_signed_in, act);
}

static void
recall (Act *act)
{
  MrCheckout *checkout = get_checkout (act->till);
  g_autoptr (GPtrArray) held = mr_checkout_list_held (checkout);

  act->done = held->len == 0;
  if (held->len > 0)
    mr_checkout_recall_async (checkout, ((const MrHeld *) g_ptr_array_index (held, 0))->slot,
                              on_recalled, act);
}

/* A customer with one of the shop's newest receipts, of whichever till; one may be at another till with it, too. */
static void
give_back (Act *act)
{
  MrCheckout *checkout = get_checkout (act->till);
  g_autoptr (GPtrArray) receipts = mr_till_find_receipts (act->till->till, "", N_NEWEST);
  const MrReceiptSummary *receipt;
  g_autoptr (GPtrArray) lines = NULL;
  const MrReturnable *line;

  act->done = receipts->len == 0;
  if (act->done)
    return;
  receipt = g_ptr_array_index (receipts, sim_below (act->sim, receipts->len));
  lines = mr_checkout_list_returnable (checkout, receipt->entry_id, NULL);
  act->done = lines == NULL || lines->len == 0;
  if (act->done)
    return;
  line = g_ptr_array_index (lines, sim_below (act->sim, lines->len));
  mr_checkout_return_async (checkout, receipt->entry_id, line->line,
                            sim_below (act->sim, 2) == 0 ? line->sold_milli : MR_QUANTITY_ONE_MILLI,
                            "漏气", on_given_back, act);
}

/* Between two customers. */
static void
do_other (Act *act)
{
  MrShiftDesk *desk = mr_till_get_shift_desk (act->till->till);

  act->sim->counts[SIM_OTHER_ENTRIES]++;
  switch (sim_below (act->sim, 12))
    {
    case 0:
    case 1:
      mr_shift_desk_close_async (desk, 20000, sim_below (act->sim, 3) != 0, on_closed, act);
      break;
    case 2:
      mr_shift_desk_read_async (desk, on_read, act);
      break;
    case 3:
    case 4:
      mr_shift_desk_move_cash_async (desk, -500, "买牛奶", on_cash_moved, act);
      break;
    case 5:
      mr_shift_desk_no_sale_async (desk, "换零钱", on_drawer_opened, act);
      break;
    case 6:
    case 7:
      recall (act);
      break;
    case 8:
      mr_session_sign_out_async (mr_till_get_session (act->till->till), on_signed_out, act);
      break;
    case 9:
      write_strange (act, act->till->index == POISONED_TILL);
      break;
    case 10:
      write_strange (act, FALSE);
      break;
    default:
      mr_till_tick (act->till->till);
      act->done = TRUE;
      break;
    }
}

static void
choose (Act *act)
{
  SimTill *till = act->till;
  MrCheckout *checkout = get_checkout (till);
  guint n_lines = g_list_model_get_n_items (G_LIST_MODEL (checkout));

  if (!mr_session_is_signed_in (mr_till_get_session (till->till)))
    sign_in (act);
  else if (!mr_shift_desk_can_sell (mr_till_get_shift_desk (till->till)))
    mr_shift_desk_open_async (mr_till_get_shift_desk (till->till), 20000, on_opened, act);
  else if (mr_checkout_get_state (checkout) == MR_CHECKOUT_PAYING)
    pay (act);
  else if (g_list_model_get_n_items (mr_checkout_get_questions (checkout)) > 0)
    answer_question (act);
  else if (n_lines == 0 && sim_below (act->sim, 6) == 0)
    do_other (act);
  else if (n_lines == 0 && sim_below (act->sim, 8) == 0)
    give_back (act);
  else if (n_lines > 0 && sim_below (act->sim, 8) == 0)
    change_basket (act);
  else if (n_lines < till->n_wanted || n_lines == 0)
    scan (act);
  else
    pay (act);
  if (n_lines == 0)
    till->n_wanted = 1 + sim_below (act->sim, 4);
}

/* What the rules refuse is an answer, too; everything else has to have a fault for its reason. */
static gboolean
is_rule (const GError *error)
{
  return error->domain == MR_CHECKOUT_ERROR || error->domain == MR_SESSION_ERROR ||
         g_error_matches (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_NO_SHIFT) ||
         g_error_matches (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_SHIFT);
}

static void
free_act (gpointer data)
{
  Act *act = data;

  g_clear_error (&act->error);
  g_free (act);
}

/* Its answer may come when the center has been asked, or long after. */
static Act *
new_act (Sim *sim, SimTill *till)
{
  Act *act = g_new0 (Act, 1);

  act->sim = sim;
  act->till = till;
  if (sim->acts == NULL)
    sim->acts = g_ptr_array_new_with_free_func (free_act);
  g_ptr_array_add (sim->acts, act);
  return act;
}

/* What an answered act wrote, whatever it was, is on the disk. */
static void
note_answered (const Act *act)
{
  MrGround *ground = mr_till_get_ground (act->till->till);
  g_autoptr (GPtrArray) newest = NULL;
  SimAnswered answered = { 0 };
  MrHash h;
  MrId writer;
  gint64 n = 0;

  if (!mr_journal_get_head (ground->journal, &writer, &n, &h, NULL) || n == 0)
    return;
  newest = mr_journal_read (ground->journal, n - 1, 1, G_MAXSIZE, NULL);
  if (newest == NULL || newest->len == 0)
    return;
  answered.id = ((const MrEntry *) newest->pdata[0])->id;
  if (act->till->answered->len == 0 ||
      !mr_id_equal (
          g_array_index (act->till->answered, SimAnswered, act->till->answered->len - 1).id,
          answered.id))
    g_array_append_val (act->till->answered, answered);
}

void
sim_cashier_act (Sim *sim, SimTill *till)
{
  SimDiskFaults faults;
  Act *act;

  if (till->till == NULL)
    return;
  act = new_act (sim, till);
  sim->n_steps++;
  sim_set_clock (sim, &till->world, till->skew_us);
  faults = sim_till_begin_faults (sim, till, 6);
  choose (act);
  sim_settle ();
  if (act->done && act->error == NULL)
    note_answered (act);
  if (act->error != NULL)
    sim_note (sim, "till %u: %s", till->index, act->error->message);
  if (act->error != NULL && !is_rule (act->error) && !faults.disk_fails && !faults.is_full &&
      !faults.power_fails && !faults.is_killed)
    sim_fail (sim, "till %u: refused without a fault: %s", till->index, act->error->message);
  if (!sim_till_end_faults (sim, till, &faults, SIM_TILL_POWER_LOST_IN_ACT))
    sim_watch_till (sim, till);
}
