/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/*
 * What scanners send over USB, made from the code they read: strictly as the specifications have it, and
 * by other means than the program reads it with.
 */

/* Descriptors of a HID POS scanner's reports: the AIM identifier at byte 2, or at byte 3. */
extern const guint8 scanner_descriptor[];
extern const gsize scanner_descriptor_length;
extern const guint8 scanner_descriptor_late[];
extern const gsize scanner_descriptor_late_length;

#define SCANNER_POS_BYTES 64
#define SCANNER_KEY_BYTES 8

/* The reports of @code (@length bytes), as many as it takes; @aim of three characters, or "". @aim_at: 2 or
 * 3. (transfer full) (element-type GBytes) */
GPtrArray *scanner_pos_reports (const char *aim, const char *code, gsize length, guint aim_at);

/* The reports of a keyboard that types ASCII @keys as an American one would, one key at a time, each let
 * go again; "\n" is Enter, 0x1D is Control and "]". (transfer full) (element-type GBytes) */
GPtrArray *scanner_key_reports (const char *keys);
void scanner_add_key (GPtrArray *reports, guint8 modifiers, guint8 key);
/* @number typed on the keypad with Alt held. */
void scanner_add_alt_number (GPtrArray *reports, const char *number);
