/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A new folder of a test's own; (transfer full): its path. */
char *temp_dir_new (void);
/* Removes it with all that is in it. */
void temp_dir_remove (const char *path);
