/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/needs.h"

/* --- one --- */

struct _MrNeed
{
  GObject parent_instance;

  MrNeedFacts facts;
  char *cause; /* (owned): behind the facts */
  char *entry_kind; /* (owned) */
  char *label; /* (owned) */
  char *what; /* (owned) */
  char *subject; /* (owned) */
};

G_DEFINE_FINAL_TYPE (MrNeed, mr_need, G_TYPE_OBJECT)

static void
mr_need_finalize (GObject *object)
{
  MrNeed *self = MR_NEED (object);

  g_free (self->cause);
  g_free (self->entry_kind);
  g_free (self->label);
  g_free (self->what);
  g_free (self->subject);
  G_OBJECT_CLASS (mr_need_parent_class)->finalize (object);
}

static void
mr_need_class_init (MrNeedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mr_need_finalize;
}

static void
mr_need_init (MrNeed *self)
{
}

static const char *
keep_text (char **kept, const char *text)
{
  *kept = g_strdup (text != NULL ? text : "");
  return *kept;
}

MrNeed *
mr_need_new (const MrNeedFacts *facts)
{
  MrNeed *self = g_object_new (MR_TYPE_NEED, NULL);

  self->facts = *facts;
  self->facts.cause = keep_text (&self->cause, facts->cause);
  self->facts.entry_kind = keep_text (&self->entry_kind, facts->entry_kind);
  self->facts.label = keep_text (&self->label, facts->label);
  self->facts.what = keep_text (&self->what, facts->what);
  self->facts.subject = keep_text (&self->subject, facts->subject);
  return self;
}

const MrNeedFacts *
mr_need_get_facts (MrNeed *self)
{
  return &self->facts;
}

static gboolean
is_same (MrNeed *a, MrNeed *b)
{
  const MrNeedFacts *x = &a->facts;
  const MrNeedFacts *y = &b->facts;

  return x->kind == y->kind && mr_id_equal (x->entry_id, y->entry_id) &&
         x->till_number == y->till_number && x->amount_minor == y->amount_minor &&
         x->at_us == y->at_us && x->count == y->count && g_str_equal (x->cause, y->cause) &&
         g_str_equal (x->entry_kind, y->entry_kind) && g_str_equal (x->label, y->label) &&
         g_str_equal (x->what, y->what) && g_str_equal (x->subject, y->subject);
}

/* --- all of them --- */

typedef struct
{
  MrNeedSource collect;
  gpointer user; /* (unowned) */
} Source;

struct _MrNeeds
{
  GObject parent_instance;

  GArray *sources; /* (owned) (element-type Source) */
  GPtrArray *needs; /* (owned) (element-type MrNeed) */
};

static GType
get_item_type (GListModel *model)
{
  return MR_TYPE_NEED;
}

static guint
get_n_items (GListModel *model)
{
  return MR_NEEDS (model)->needs->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  MrNeeds *self = MR_NEEDS (model);

  return position < self->needs->len ? g_object_ref (g_ptr_array_index (self->needs, position))
                                     : NULL;
}

static void
implement_list_model (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (MrNeeds, mr_needs, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, implement_list_model))

static void
mr_needs_finalize (GObject *object)
{
  MrNeeds *self = MR_NEEDS (object);

  g_array_unref (self->sources);
  g_ptr_array_unref (self->needs);
  G_OBJECT_CLASS (mr_needs_parent_class)->finalize (object);
}

static void
mr_needs_class_init (MrNeedsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mr_needs_finalize;
}

static void
mr_needs_init (MrNeeds *self)
{
  self->sources = g_array_new (FALSE, FALSE, sizeof (Source));
  self->needs = g_ptr_array_new_with_free_func (g_object_unref);
}

MrNeeds *
mr_needs_new (void)
{
  return g_object_new (MR_TYPE_NEEDS, NULL);
}

void
mr_needs_add_source (MrNeeds *self, MrNeedSource source, gpointer user)
{
  const Source added = { source, user };

  g_array_append_val (self->sources, added);
}

void
mr_needs_drop_source (MrNeeds *self, MrNeedSource source, gpointer user)
{
  for (guint i = self->sources->len; i > 0; i--)
    {
      const Source *at = &g_array_index (self->sources, Source, i - 1);

      if (at->collect == source && at->user == user)
        g_array_remove_index (self->sources, i - 1);
    }
}

/* Kinds stand in the order of their urgency; what is of one kind stays as its source gave it. */
static int
compare_urgency (gconstpointer a, gconstpointer b)
{
  const MrNeed *x = *(MrNeed *const *) a;
  const MrNeed *y = *(MrNeed *const *) b;

  return (int) x->facts.kind - (int) y->facts.kind;
}

static gboolean
are_same (GPtrArray *a, GPtrArray *b)
{
  gboolean same = a->len == b->len;

  for (guint i = 0; same && i < a->len; i++)
    same = is_same (g_ptr_array_index (a, i), g_ptr_array_index (b, i));
  return same;
}

void
mr_needs_refresh (MrNeeds *self)
{
  g_autoptr (GPtrArray) needs = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_before = self->needs->len;

  for (guint i = 0; i < self->sources->len; i++)
    {
      const Source *source = &g_array_index (self->sources, Source, i);

      source->collect (needs, source->user);
    }
  g_ptr_array_sort (needs, compare_urgency);
  if (are_same (self->needs, needs))
    return;
  g_ptr_array_unref (self->needs);
  self->needs = g_steal_pointer (&needs);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, self->needs->len);
}
