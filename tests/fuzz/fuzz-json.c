/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/json.h"

#include "fuzz.h"

static char *
write_node (JsonNode *node)
{
  GString *out = g_string_new (NULL);

  mr_wire_append_node (out, node);
  return g_string_free (out, FALSE);
}

/* What our scanner lets through, json-glib reads; and what we write of it reads as the same again. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (JsonNode) again = NULL;
  g_autofree char *text = NULL;
  g_autofree char *text_again = NULL;

  if (!mr_wire_check ((const char *) data, (gssize) size, &error))
    {
      g_assert_nonnull (error);
      return 0;
    }
  node = mr_wire_parse ((const char *) data, (gssize) size, &error);
  g_assert_no_error (error);
  text = write_node (node);
  again = mr_wire_parse (text, -1, &error);
  g_assert_no_error (error);
  text_again = write_node (again);
  g_assert_cmpstr (text, ==, text_again);
  return 0;
}
