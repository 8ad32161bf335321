/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/news-desk.h"

typedef struct
{
  char *name; /* (owned): what it is of */
  char *value; /* (owned): its value, or what it is about */
  gint64 at_us;
  MrEntryContext context;
} News;

static void
free_news (gpointer data)
{
  News *news = data;

  g_free (news->name);
  g_free (news->value);
  g_free (news);
}

static void
on_done (MrGround *ground, gpointer data, const GError *error)
{
  const News *news = data;

  if (error != NULL)
    g_warning ("news of %s cannot be written: %s", news->name, error->message);
  mr_ground_touch (ground);
}

static void
run (MrGround *ground, MrStoreJob job, const char *name, const char *value, gint64 at_us)
{
  News *news = g_new0 (News, 1);

  news->name = g_strdup (name);
  news->value = g_strdup (value);
  news->at_us = at_us;
  mr_ground_fill_context (ground, &news->context);
  mr_ground_run (ground, job, news, free_news, on_done);
}

static gboolean
store_remember (MrJournal *journal, gpointer data, GError **error)
{
  const News *news = data;
  g_autofree char *before = mr_journal_dup_identity (journal, news->name);

  return g_strcmp0 (before != NULL ? before : "", news->value) == 0 ||
         mr_journal_set_identity (journal, news->name, news->value, error);
}

void
mr_news_desk_remember (MrGround *ground, const char *name, const char *value)
{
  run (ground, store_remember, name, value, 0);
}

char *
mr_news_desk_dup (MrGround *ground, const char *name)
{
  char *value = mr_ground_dup_identity (ground, name);

  return value != NULL ? value : g_strdup ("");
}

static gboolean
store_put_away (MrJournal *journal, gpointer data, GError **error)
{
  const News *news = data;

  return mr_journal_put_away (journal, news->name, news->value, news->at_us, &news->context, error);
}

void
mr_news_desk_put_away (MrGround *ground, const char *what, const char *subject, gint64 at_us)
{
  run (ground, store_put_away, what, subject, at_us);
}

gboolean
mr_news_desk_is_put_away (MrGround *ground, const char *what, const char *subject, gint64 at_us)
{
  return mr_journal_is_put_away (ground->journal, what, subject, at_us);
}
