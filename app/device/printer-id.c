/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/printer-id.h"

#include <string.h>

#define LENGTH_BYTES 2

/* How many bytes of text follow the length. */
static gsize
measure_text (const guint8 *bytes, gsize length)
{
  gsize there = length - LENGTH_BYTES;
  gsize said = (gsize) (bytes[0] << 8 | bytes[1]);
  gsize turned = (gsize) (bytes[1] << 8 | bytes[0]);

  if (said <= LENGTH_BYTES || said > length)
    said = turned;
  /* What came ends with the id or is longer. The last two bytes may be the text's, or nothing. */
  return said <= LENGTH_BYTES ? there : MIN (said, there);
}

/* The first value with one of @keys; NULL when there is none. Give. */
static char *
dup_value (char **fields, const char *const *keys)
{
  for (int i = 0; fields[i] != NULL; i++)
    {
      char *colon = strchr (fields[i], ':');

      for (int k = 0; colon != NULL && keys[k] != NULL; k++)
        {
          g_autofree char *key = g_strndup (fields[i], (gsize) (colon - fields[i]));
          g_autofree char *value = g_strstrip (g_strdup (colon + 1));

          if (g_ascii_strcasecmp (g_strstrip (key), keys[k]) == 0 && value[0] != '\0')
            return g_steal_pointer (&value);
        }
    }
  return NULL;
}

char *
mr_printer_id_dup_name (const guint8 *bytes, gsize length)
{
  static const char *const maker_keys[] = { "MFG", "MANUFACTURER", NULL };
  static const char *const model_keys[] = { "MDL", "MODEL", "DES", "DESCRIPTION", NULL };
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;
  g_autofree char *maker = NULL;
  g_autofree char *model = NULL;

  if (length <= LENGTH_BYTES)
    return NULL;
  text = g_strndup ((const char *) bytes + LENGTH_BYTES, measure_text (bytes, length));
  g_strcanon (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.,:;/()+& ",
              ' ');
  fields = g_strsplit (text, ";", -1);
  maker = dup_value (fields, maker_keys);
  model = dup_value (fields, model_keys);
  if (maker == NULL || model == NULL || g_str_has_prefix (model, maker))
    return g_strdup (model != NULL ? model : maker);
  return g_strconcat (maker, " ", model, NULL);
}
