/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fake-till.h"
#include "figures.h"

/**
 * Herd:
 *
 * Many tills in one thread, each with two sockets: one that listens for pokes, one that asks; they come back spread over
 * HERD_SPREAD_S, as the protocol has it. Each pushes, pulls, and pulls again when it is poked; 503 is asked again
 * after what Retry-After says, and as long again at most.
 */

#define HERD_SPREAD_S 30
#define HERD_SALES 10 /* in each till's push */

typedef struct
{
  int fd; /* −1: none */
  GByteArray *out; /* (owned) what is still to be sent */
  GByteArray *in; /* (owned) */
} HerdSocket;

typedef struct
{
  FakeTill fake;
  guint shop;
  char *push; /* (owned) body */
  char *pull; /* (owned) path */
  gint64 start_ns; /* since the herd's */
  gint64 listen_ns; /* when to try to listen again; 0: it does, or is about to */
  gint64 again_ns; /* not before: told to come back later */
  HerdSocket listening;
  HerdSocket asking;
  gint64 since_ns; /* when it came back, or was told of something */
  gboolean started;
  gboolean asked; /* an answer is awaited */
  gboolean pushed;
  gboolean in_sync;
  guint n_pokes;
  guint pulled_at; /* pokes when the last pull was asked */
  gint64 shop_head; /* version of the last pull */
} HerdTill;

typedef struct
{
  guint n;
  HerdTill *tills; /* (owned) */
  guint16 port;
  int poll_fd;
  gint64 began_ns;
  guint n_in_sync;
  gint64 *shop_heads; /* (owned) by shop: the highest version any of its tills was told */

  gint64 ended_ns; /* when the last till was in sync, since the beginning */
  Samples took;
  guint n_busy;
  guint n_pulls;
  guint n_errors;
  char *first_error; /* (owned) (nullable) */
} Herd;

/* @port and each till's fake, shop, push and pull are the caller's to fill in. */
Herd *herd_new (guint n);
void herd_free (Herd *self);
/* The path of a pull by a till at these positions. */
char *herd_make_pull (const MrPosition *region, const MrPosition *shop);
/* Until all are in sync; gives up where nothing has moved for a minute. */
void herd_run (Herd *self);
