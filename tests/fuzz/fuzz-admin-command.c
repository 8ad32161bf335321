/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/admin.h"

#include "fuzz.h"

/* What somebody who may open the admin socket writes to it: a command of at most 64 words, or nothing. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GInputStream) input = g_memory_input_stream_new_from_data (data, (gssize) size, NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) arguments = mr_admin_read_arguments (input, &error);

  g_assert_true ((arguments == NULL) == (error != NULL));
  if (arguments != NULL)
    g_assert_cmpuint (g_strv_length (arguments), <=, 64);
  return 0;
}
