/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

/* The held baskets of all tills of the shop: who has which, and who may take it. */

#include "till/checkout-private.h"

/* --- the list --- */

void
mr_held_free (MrHeld *self)
{
  if (self == NULL)
    return;
  g_free (self->label);
  g_free (self->till_name);
  g_free (self->staff_name);
  g_free (self);
}

static GPtrArray *
list_own (MrCheckout *self)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *own = mr_journal_list_held (self->ground->journal, &error);

  if (own != NULL)
    return own;
  g_warning ("the held baskets cannot be read: %s", error->message);
  return g_ptr_array_new ();
}

static GPtrArray *
list_shared (MrCheckout *self)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *shared =
      self->ground->shop != NULL ? mr_shop_list_held (self->ground->shop, &error) : NULL;

  if (error != NULL)
    g_message ("the shop's held baskets cannot be read: %s", error->message);
  return shared != NULL ? shared : g_ptr_array_new ();
}

static const MrSharedBasket *
find_shared (GPtrArray *shared, MrId hold)
{
  for (guint i = 0; i < shared->len && !mr_id_is_none (hold); i++)
    if (mr_id_equal (((const MrSharedBasket *) g_ptr_array_index (shared, i))->hold, hold))
      return g_ptr_array_index (shared, i);
  return NULL;
}

static gboolean
is_kept_here (GPtrArray *own, MrId hold)
{
  for (guint i = 0; i < own->len; i++)
    if (mr_id_equal (((const MrHeldBasket *) g_ptr_array_index (own, i))->hold, hold))
      return TRUE;
  return FALSE;
}

static MrHeld *
new_own (MrCheckout *self, const MrHeldBasket *basket)
{
  MrStaff *staff = self->ground->shop != NULL && basket->staff != 0
                       ? mr_shop_find_staff (self->ground->shop, basket->staff)
                       : NULL;
  MrHeld *held = g_new0 (MrHeld, 1);

  held->hold = basket->hold;
  held->slot = basket->slot;
  held->label = g_strdup (basket->label);
  held->till_name = g_strdup ("");
  held->staff_name = g_strdup (staff != NULL ? staff->name : "");
  held->held_at_us = basket->held_at_us;
  held->n_lines = basket->n_lines;
  held->total_minor = basket->total_minor;
  mr_staff_free (staff);
  return held;
}

static MrHeld *
new_other (const MrSharedBasket *basket)
{
  MrHeld *held = g_new0 (MrHeld, 1);

  held->hold = basket->hold;
  held->label = g_strdup (basket->label);
  held->till_name = g_strdup (basket->till_name);
  held->staff_name = g_strdup (basket->staff_name);
  held->held_at_us = basket->held_at_us;
  held->n_lines = (guint) basket->n_lines;
  held->total_minor = basket->total_minor;
  return held;
}

static int
compare_held (gconstpointer a, gconstpointer b)
{
  const MrHeld *left = *(const MrHeld *const *) a, *right = *(const MrHeld *const *) b;

  return left->held_at_us < right->held_at_us ? -1 : left->held_at_us > right->held_at_us;
}

GPtrArray *
mr_checkout_list_held (MrCheckout *self)
{
  GPtrArray *result = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_held_free);
  g_autoptr (GPtrArray) own = list_own (self);
  g_autoptr (GPtrArray) shared = list_shared (self);

  for (guint i = 0; i < own->len; i++)
    {
      const MrHeldBasket *basket = g_ptr_array_index (own, i);
      const MrSharedBasket *told = find_shared (shared, basket->hold);

      if (told == NULL || !told->taken)
        g_ptr_array_add (result, new_own (self, basket));
    }
  for (guint i = 0; i < shared->len; i++)
    {
      const MrSharedBasket *basket = g_ptr_array_index (shared, i);

      /* One of this very till that is not kept here was held on a disk that is no more. */
      if (!basket->taken && !is_kept_here (own, basket->hold) &&
          !mr_journal_has_taken (self->ground->journal, basket->hold))
        g_ptr_array_add (result, new_other (basket));
    }
  g_ptr_array_sort (result, compare_held);
  return result;
}

/* --- taken elsewhere --- */

typedef struct
{
  MrCheckout *checkout; /* (owned) */
  GArray *takings; /* (owned) of MrTaking */
  MrEntryContext context;
} Farewell;

static void
free_farewell (gpointer data)
{
  Farewell *farewell = data;

  g_object_unref (farewell->checkout);
  g_array_unref (farewell->takings);
  g_free (farewell);
}

static gboolean
store_farewell (MrJournal *journal, gpointer data, GError **error)
{
  const Farewell *farewell = data;

  for (guint i = 0; i < farewell->takings->len; i++)
    {
      const MrTaking *taking = &g_array_index (farewell->takings, MrTaking, i);
      g_autoptr (GError) local = NULL;

      if (mr_journal_drop_basket (journal, taking, "taken", &farewell->context, &local) ||
          /* Recalled or dropped meanwhile. */
          g_error_matches (local, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING))
        continue;
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return TRUE;
}

static void
on_farewell (MrGround *ground, gpointer data, const GError *error)
{
  const Farewell *farewell = data;

  if (error != NULL)
    g_message ("a basket another till took is still kept here: %s", error->message);
  mr_checkout_emit_held_changed (farewell->checkout);
}

void
mr_checkout_look_at_held (MrCheckout *self)
{
  g_autoptr (GPtrArray) own = list_own (self);
  g_autoptr (GPtrArray) shared = own->len > 0 ? list_shared (self) : g_ptr_array_new ();
  g_autoptr (GArray) takings = g_array_new (FALSE, TRUE, sizeof (MrTaking));
  Farewell *farewell;

  for (guint i = 0; i < own->len; i++)
    {
      const MrHeldBasket *basket = g_ptr_array_index (own, i);
      const MrSharedBasket *told = find_shared (shared, basket->hold);
      MrTaking taking = { .hold = basket->hold, .slot = basket->slot };

      if (told != NULL && told->taken)
        g_array_append_val (takings, taking);
    }
  if (takings->len == 0)
    {
      mr_checkout_emit_held_changed (self);
      return;
    }
  farewell = g_new0 (Farewell, 1);
  farewell->checkout = g_object_ref (self);
  farewell->takings = g_steal_pointer (&takings);
  mr_ground_fill_context (self->ground, &farewell->context);
  mr_ground_run (self->ground, store_farewell, farewell, free_farewell, on_farewell);
}

/* --- giving up --- */

typedef struct
{
  GTask *task; /* (owned) */
  MrTaking taking; /* borrows what follows */
  char *basket; /* (owned) (nullable) */
  char *claim; /* (owned) (nullable) */
  char *reason; /* (owned) */
  MrEntryContext context;
} Drop;

static void
free_drop (gpointer data)
{
  Drop *drop = data;

  g_object_unref (drop->task);
  g_free (drop->basket);
  g_free (drop->claim);
  g_free (drop->reason);
  g_free (drop);
}

static gboolean
store_drop (MrJournal *journal, gpointer data, GError **error)
{
  const Drop *drop = data;

  return mr_journal_give_up_basket (journal, &drop->taking, drop->reason, &drop->context, error);
}

static void
on_dropped (MrGround *ground, gpointer data, const GError *error)
{
  Drop *drop = data;

  mr_shift_desk_refresh (ground->shift_desk);
  mr_checkout_emit_held_changed (g_task_get_source_object (drop->task));
  if (error != NULL)
    g_task_return_error (drop->task, g_error_copy (error));
  else
    g_task_return_boolean (drop->task, TRUE);
}

static void
give_up (MrCheckout *self, GTask *task, const MrHeld *held, const char *basket, const char *claim,
         gboolean unclaimed, const char *reason)
{
  Drop *drop = g_new0 (Drop, 1);

  drop->task = g_object_ref (task);
  drop->basket = g_strdup (basket);
  drop->claim = g_strdup (claim);
  drop->reason = g_strdup (reason);
  drop->taking = (MrTaking){ held->hold, held->slot, drop->basket, drop->claim, unclaimed };
  mr_ground_fill_context (self->ground, &drop->context);
  mr_ground_run (self->ground, store_drop, drop, free_drop, on_dropped);
}

/* --- recalling --- */

/* A held basket the center is asked about. */
typedef struct
{
  GTask *task; /* (owned) */
  MrHeld *held; /* (owned) */
  char *basket; /* (owned) (nullable): of another till, JSON */
  char *key; /* (owned) */
  char *reason; /* (owned) (nullable): it is given up for that, not recalled */
} Recall;

static void
free_recall (Recall *self)
{
  g_object_unref (self->task);
  mr_held_free (self->held);
  g_free (self->basket);
  g_free (self->key);
  g_free (self->reason);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Recall, free_recall)

static void
on_taken (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
take (const Recall *recall, const char *claim, gboolean unclaimed)
{
  if (recall->reason != NULL)
    give_up (g_task_get_source_object (recall->task), recall->task, recall->held, recall->basket,
             claim, unclaimed, recall->reason);
  else
    mr_checkout_take_held (g_task_get_source_object (recall->task), recall->held, recall->basket,
                           claim, unclaimed, on_taken, g_object_ref (recall->task));
}

/* What the shop allows where the center cannot be asked: a basket held here, up to a sum. One that is given up
 * though another till took it is sold there all the same. */
static gboolean
is_allowed_offline (MrCheckout *self, const Recall *recall)
{
  const MrHeld *held = recall->held;
  g_autofree char *text = mr_ground_dup_shop_setting (self->ground, "offline_recall", "");
  gint64 limit_minor;

  if (held->slot == 0 || recall->reason != NULL)
    return held->slot != 0;
  return !g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &limit_minor, NULL) ||
         held->total_minor <= limit_minor;
}

static void
on_claimed (MrClaimVerdict verdict, gpointer data)
{
  g_autoptr (Recall) recall = data;
  MrCheckout *self = g_task_get_source_object (recall->task);

  self->is_asking = FALSE;
  if (verdict == MR_CLAIM_GRANTED)
    take (recall, recall->key, FALSE);
  else if (verdict == MR_CLAIM_TAKEN)
    g_task_return_new_error (recall->task, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_TAKEN,
                             "another till has taken this basket");
  else if (is_allowed_offline (self, recall))
    take (recall, NULL, TRUE);
  else
    g_task_return_new_error (recall->task, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_OFFLINE,
                             "the center cannot be asked whether another till has it");
}

static MrHeld *
find_held (MrCheckout *self, MrId hold, gint64 slot)
{
  g_autoptr (GPtrArray) held = mr_checkout_list_held (self);

  for (guint i = 0; i < held->len; i++)
    {
      const MrHeld *one = g_ptr_array_index (held, i);

      if (slot != 0 ? one->slot == slot : mr_id_equal (one->hold, hold))
        return g_ptr_array_steal_index (held, i);
    }
  return NULL;
}

/* @reason: (nullable): NULL = to be sold. */
static void
take_over (MrCheckout *self, MrId hold, gint64 slot, const char *reason, GTask *task)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) shared = NULL;
  char subject[MR_ID_STRING_SIZE];
  Recall *recall;

  if (self->is_asking)
    g_set_error (&error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_BUSY,
                 "the center is just being asked about a basket");
  else if (reason != NULL)
    mr_checkout_check_may (self, MR_MAY_VOID_SALE, &error);
  else if (mr_checkout_check_may (self, MR_MAY_HOLD, &error))
    mr_checkout_check_hold (self, &error);
  if (error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  recall = g_new0 (Recall, 1);
  recall->task = g_object_ref (task);
  recall->reason = g_strdup (reason);
  recall->held = find_held (self, hold, slot);
  /* Looked for first, so that the basket at hand is not held for nothing. */
  if (recall->held == NULL)
    {
      g_task_return_new_error (task, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_MISSING,
                               "there is no such held basket");
      free_recall (recall);
      return;
    }
  hold = recall->held->hold;
  if (recall->held->slot == 0)
    {
      shared = list_shared (self);
      recall->basket = g_strdup (find_shared (shared, hold)->basket);
    }
  if (recall->held->slot != 0 &&
      (mr_id_is_none (hold) || !mr_ground_has_other_tills (self->ground)))
    {
      take (recall, NULL, FALSE);
      free_recall (recall);
      return;
    }
  self->is_asking = TRUE;
  recall->key = mr_id_to_string (mr_id_new (self->ground->world));
  mr_ground_claim (self->ground, recall->key, MR_CLAIM_HELD, mr_id_format (hold, subject), 1, -1,
                   on_claimed, recall);
}

void
mr_checkout_recall_held_async (MrCheckout *self, MrId hold, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  take_over (self, hold, 0, NULL, task);
}

void
mr_checkout_recall_async (MrCheckout *self, gint64 slot, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  /* Slot 0 is the basket at hand. */
  take_over (self, MR_ID_NONE, slot != 0 ? slot : -1, NULL, task);
}

gboolean
mr_checkout_recall_finish (MrCheckout *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
mr_checkout_drop_held_async (MrCheckout *self, MrId hold, gint64 slot, const char *reason,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  take_over (self, hold, slot, reason, task);
}

gboolean
mr_checkout_drop_held_finish (MrCheckout *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
