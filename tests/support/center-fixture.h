/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/call.h"
#include "center/center.h"

#include "fake-till.h"
#include "test-world.h"

/**
 * CenterFixture:
 *
 * A center without a socket in a folder of its own: a region, two shops, a till enrolled to the first. For
 * g_test_add().
 */
typedef struct
{
  TestWorld world;
  char *dir;
  char *location;
  char *files;
  MrCenter *center;
  FakeTill till;
} CenterFixture;

void center_fixture_set_up (CenterFixture *self, gconstpointer data);
void center_fixture_tear_down (CenterFixture *self, gconstpointer data);
/* Opens it again after mr_center_close(). */
void center_fixture_open (CenterFixture *self);
void center_fixture_run (CenterFixture *self, MrCenterJob job, gpointer data);
/* A till of the shop "corner". */
void center_fixture_enrol (CenterFixture *self, FakeTill *till);
char *center_fixture_new_code (CenterFixture *self);

/* @till NULL: unsigned. */
MrCenterReply center_fixture_send (CenterFixture *self, FakeTill *till, const char *method,
                                   const char *path, const char *body, gint64 skew_us);
/* Sends, compares the status and, of a problem, its @type; gives the body. */
char *center_fixture_expect (CenterFixture *self, FakeTill *till, const char *method,
                             const char *path, const char *body, guint status, const char *type);
char *center_fixture_dup_body (const MrCenterReply *reply);
MrJournalReply center_fixture_push (CenterFixture *self, FakeTill *till, gint64 prev_n, guint max,
                                    guint status);
gint64 center_fixture_count (CenterFixture *self, const char *sql);
/* Projections against each other. */
void center_fixture_check_books (CenterFixture *self);
