/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/scanner.h"

/**
 * ScanDesk:
 * @seen: what was scanned, "[aim text]" each
 *
 * Somebody who waits for scans. Use with g_auto and { NULL }.
 */
typedef struct
{
  MrScanner *scanner; /* (owned) */
  GString *seen; /* (owned) */
  guint n_seen;
} ScanDesk;

void scan_desk_init (ScanDesk *self, const char *location);
void scan_desk_clear (ScanDesk *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ScanDesk, scan_desk_clear)

void scan_desk_wait_state (ScanDesk *self, MrDeviceState state, MrDeviceReason reason);
/* Until what is seen ends like this, and then forgets it: it must be nothing else. */
void scan_desk_wait_seen (ScanDesk *self, const char *seen);
/* Lets everything come that is on its way through the loop. */
void scan_desk_settle (ScanDesk *self);

/* The @i th of many codes: every third twice in a row. Give. */
char *scan_desk_make_code (guint i);
/* How many scans of each path "10,000 scans" are in this run. */
guint scan_desk_count_many (void);
/* Waits for as many scans; they are these codes in order. */
void scan_desk_wait_many (ScanDesk *self, guint n);
