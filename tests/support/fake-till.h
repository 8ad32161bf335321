/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/world.h"
#include "wire/message.h"

/**
 * FakeTill:
 *
 * What a center sees of a till: a key, a chain of entries, signed requests. No journal, no disk.
 */
typedef struct
{
  const MrWorld *world; /* (unowned) */
  guint8 public_key[32];
  guint8 secret_key[64];
  MrId id; /* after enrolment */
  MrId writer;
  GPtrArray *entries; /* (owned) of MrEntry, n = 1, 2, … */
  gint64 total_minor; /* of all its sales */
  gint64 receipts;
} FakeTill;

void fake_till_init (FakeTill *self, const MrWorld *world);
void fake_till_clear (FakeTill *self);

/* The body of POST /v1/enrol. */
char *fake_till_make_enrolment (FakeTill *self, const char *code);
/* Takes its id from the answer. */
void fake_till_enrolled (FakeTill *self, const char *reply, gssize length);

/* A paid sale of @n_lines goods, in CNY, of good ids from 1. Returns the entry. */
MrEntry *fake_till_sell (FakeTill *self, guint n_lines);
MrEntry *fake_till_add (FakeTill *self, MrId id, const char *kind, gint64 schema, const char *body);
/* The body of POST /v1/journal with the entries after @prev_n, at most @max. */
char *fake_till_make_push (FakeTill *self, gint64 prev_n, guint max);

typedef struct
{
  char *till;
  char *time;
  char *signature;
} FakeSignature;
void fake_signature_clear (FakeSignature *self);
/* Headers of a request, with the till's clock off by @skew_us. */
FakeSignature fake_till_sign (FakeTill *self, const char *method, const char *path,
                              const char *body, gint64 skew_us);
