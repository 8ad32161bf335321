/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/question.h"

#include "till/question-private.h"

struct _MrQuestion
{
  GObject parent_instance;

  guint id;
  MrQuestionKind kind;
  char *code; /* (owned) */
  MrGood *good; /* (owned) (nullable) */
  GPtrArray *candidates; /* (owned) (nullable) (element-type MrGood) */
  gint64 quantity_milli;
};

G_DEFINE_FINAL_TYPE (MrQuestion, mr_question, G_TYPE_OBJECT)

static const char *const kind_names[] = { "unknown", "no-price", "several", "weight",
                                          "while-paying" };

static void
mr_question_finalize (GObject *object)
{
  MrQuestion *self = MR_QUESTION (object);

  g_clear_pointer (&self->code, g_free);
  g_clear_pointer (&self->good, mr_good_unref);
  g_clear_pointer (&self->candidates, g_ptr_array_unref);
  G_OBJECT_CLASS (mr_question_parent_class)->finalize (object);
}

static void
mr_question_class_init (MrQuestionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mr_question_finalize;
}

static void
mr_question_init (MrQuestion *self)
{
}

MrQuestion *
mr_question_new (guint id, MrQuestionKind kind, const char *code, MrGood *good,
                 GPtrArray *candidates, gint64 quantity_milli)
{
  MrQuestion *self = g_object_new (MR_TYPE_QUESTION, NULL);

  self->id = id;
  self->kind = kind;
  self->code = g_strdup (code);
  self->good = good != NULL ? mr_good_ref (good) : NULL;
  self->candidates = candidates != NULL ? g_ptr_array_ref (candidates) : NULL;
  self->quantity_milli = quantity_milli;
  return self;
}

guint
mr_question_get_id (MrQuestion *self)
{
  return self->id;
}

MrQuestionKind
mr_question_get_kind (MrQuestion *self)
{
  return self->kind;
}

const char *
mr_question_get_code (MrQuestion *self)
{
  return self->code;
}

MrGood *
mr_question_get_good (MrQuestion *self)
{
  return self->good;
}

GPtrArray *
mr_question_get_candidates (MrQuestion *self)
{
  return self->candidates;
}

gint64
mr_question_get_quantity_milli (MrQuestion *self)
{
  return self->quantity_milli;
}

const char *
mr_question_kind_to_string (MrQuestionKind kind)
{
  g_return_val_if_fail (kind < G_N_ELEMENTS (kind_names), "unknown");
  return kind_names[kind];
}
