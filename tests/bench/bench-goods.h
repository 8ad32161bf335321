/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A till's folder with a catalog of @n_goods in it, numbered from 1: as if it had come from a center. */
void bench_goods_build (const char *dir, guint n_goods, gint64 now_us);
/* The barcode of the good of this number. */
void bench_goods_format_code (guint good, char code[14]);
