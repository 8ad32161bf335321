/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include "test-world.h"

/**
 * SampleTill:
 *
 * A real till in a folder of its own, without a network, with a small catalog and whatever rows of the
 * shop feed a test puts there: as if a center had sent them. Jobs of the store run inline; their
 * answers come when the main context turns (sample_till_settle()).
 *
 * Of the catalog: 6901234567892 可口可乐 330ml (3.00, 13 %), also 6901234567908; 6900000000014 香蕉
 * (5.98 per 千克, 9 %); 6900000000021 无价 (no price); two packs of 6900000000038; 6900000000045
 * 酱油 whose price goes from 8.00 to 9.00 a minute after SAMPLE_NOW_US; case 16901234567899 of 24 (66.00).
 */
#define SAMPLE_NOW_US G_GINT64_CONSTANT (1780000000000000)

typedef struct
{
  TestWorld world;
  char *dir; /* (owned) */
  MrTill *till; /* (owned) (nullable) */
  gint64 v; /* of the shop feed */
} SampleTill;

void sample_till_set_up (SampleTill *self);
void sample_till_tear_down (SampleTill *self);
/* Opens the till, or closes and opens it again: a restart. */
void sample_till_start (SampleTill *self);
/* Without ceremony, as a power cut would: the journal is what it is. */
void sample_till_stop (SampleTill *self);

/* A row of the shop feed arrives; takes effect with the next sample_till_start(). Ids as text, fields a
 * JSON array, NULL = gone. */
void sample_till_feed (SampleTill *self, const char *table, const char *id, const char *fields);
/* Two people: 1001 an owner with PIN 1234, 1002 a cashier with PIN 5678, made cheap to check. */
void sample_till_feed_staff (SampleTill *self);

/* Lets everything that was asked for be answered. */
void sample_till_settle (SampleTill *self);
/* Until @condition holds, ten seconds at the most; for what has threads of its own. */
void sample_till_wait (SampleTill *self, gboolean (*condition) (SampleTill *));

/* Pays and waits for the answer; checks that it worked. */
MrPaymentResult sample_till_pay (SampleTill *self, MrTenderKind kind, gint64 amount_minor);
/* The journal stands up to millrace-verify; number of its entries. */
gint64 sample_till_verify (SampleTill *self);
