/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

/* What libFuzzer calls with each input; replay.c does the same with the files of a corpus. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);
