/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/ground.h"

G_BEGIN_DECLS

/* News under "needs you" that only this till's journal can remember, and what was put away of all news. Private to
 * this folder. */

/* So that it is still told after a restart: a name of the journal's identity, "" = nothing (any more). */
#define MR_NEWS_DAMAGE "damage_news" /* "<writer>-<n>": an entry of the journal's file is damaged */
#define MR_NEWS_REPLICA "replica_news" /* µs: a replica was found wrong and is fetched anew */
void mr_news_desk_remember (MrGround *ground, const char *name, const char *value);
/* (transfer full) */
char *mr_news_desk_dup (MrGround *ground, const char *name);

/* News that mr_journal_forget_fork_news() puts away. */
#define MR_NEWS_FORK "fork"

/* As mr_journal_put_away(). */
void mr_news_desk_put_away (MrGround *ground, const char *what, const char *subject, gint64 at_us);
gboolean mr_news_desk_is_put_away (MrGround *ground, const char *what, const char *subject,
                                   gint64 at_us);

G_END_DECLS
