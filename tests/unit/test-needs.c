/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/needs.h"

typedef struct
{
  const MrNeedFacts *facts;
  guint n_facts;
} Given;

static void
collect (GPtrArray *needs, gpointer user)
{
  const Given *given = user;

  for (guint i = 0; i < given->n_facts; i++)
    g_ptr_array_add (needs, mr_need_new (&given->facts[i]));
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer user)
{
  guint *n_changes = user;

  g_assert_cmpuint (position, ==, 0);
  g_assert_cmpuint (added, ==, g_list_model_get_n_items (model));
  (*n_changes)++;
}

static const MrNeedFacts *
get_facts (MrNeeds *needs, guint position)
{
  g_autoptr (MrNeed) need = g_list_model_get_item (G_LIST_MODEL (needs), position);

  g_assert_nonnull (need);
  return mr_need_get_facts (need); /* the list holds it, too */
}

static void
test_order (void)
{
  static const MrNeedFacts center[] = {
    { .kind = MR_NEED_REFUSED, .cause = "sums", .label = "1A-000001", .amount_minor = 350 },
    { .kind = MR_NEED_REFUSED, .cause = "currency", .label = "1A-000002" },
  };
  static const MrNeedFacts own[] = { { .kind = MR_NEED_CLOCK }, { .kind = MR_NEED_DISK_FULL } };
  Given from_center = { center, G_N_ELEMENTS (center) };
  Given from_here = { own, G_N_ELEMENTS (own) };
  g_autoptr (MrNeeds) needs = mr_needs_new ();

  mr_needs_add_source (needs, collect, &from_center);
  mr_needs_add_source (needs, collect, &from_here);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (needs)), ==, 0);
  mr_needs_refresh (needs);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (needs)), ==, 4);
  g_assert_cmpint (get_facts (needs, 0)->kind, ==, MR_NEED_DISK_FULL);
  g_assert_cmpint (get_facts (needs, 1)->kind, ==, MR_NEED_CLOCK);
  g_assert_cmpstr (get_facts (needs, 2)->label, ==, "1A-000001");
  g_assert_cmpstr (get_facts (needs, 2)->entry_kind, ==, "");
  g_assert_cmpstr (get_facts (needs, 3)->cause, ==, "currency");

  mr_needs_drop_source (needs, collect, &from_center);
  mr_needs_refresh (needs);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (needs)), ==, 2);
}

/* Each field that can differ is told; what is as it was is not. */
static void
test_changes (void)
{
  static const MrNeedFacts steps[] = {
    { .kind = MR_NEED_REFUSED, .cause = "sums", .label = "1A-000001" },
    { .kind = MR_NEED_REFUSED, .cause = "books", .label = "1A-000001" },
    { .kind = MR_NEED_REFUSED, .cause = "books", .label = "1A-000002" },
    { .kind = MR_NEED_REFUSED, .cause = "books", .label = "1A-000002", .amount_minor = 1 },
    { .kind = MR_NEED_REFUSED, .cause = "books", .label = "1A-000002", .at_us = 1 },
    { .kind = MR_NEED_REFUSED, .cause = "books", .label = "1A-000002", .till_number = 1 },
    { .kind = MR_NEED_REFUSED, .cause = "books", .label = "1A-000002", .entry_kind = "void" },
    { .kind = MR_NEED_REFUSED, .cause = "books", .entry_id = { { 1 } } },
    { .kind = MR_NEED_UNSENT, .count = 1 },
    { .kind = MR_NEED_UNSENT, .count = 2 },
  };
  Given given = { NULL, 1 };
  guint n_changes = 0;
  g_autoptr (MrNeeds) needs = mr_needs_new ();

  g_signal_connect (needs, "items-changed", G_CALLBACK (on_items_changed), &n_changes);
  mr_needs_add_source (needs, collect, &given);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      given.facts = &steps[i];
      mr_needs_refresh (needs);
      mr_needs_refresh (needs);
      g_assert_cmpuint (n_changes, ==, i + 1);
    }
  given.n_facts = 0;
  mr_needs_refresh (needs);
  g_assert_cmpuint (n_changes, ==, G_N_ELEMENTS (steps) + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/needs/order", test_order);
  g_test_add_func ("/needs/changes", test_changes);
  return g_test_run ();
}
