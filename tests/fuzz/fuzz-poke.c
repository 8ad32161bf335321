/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/message.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  MrPoke poke, again;
  g_autofree char *json = NULL;

  if (!mr_poke_from_json ((const char *) data, (gssize) size, &poke, NULL))
    return 0;
  json = mr_poke_to_json (&poke);
  g_assert_true (mr_poke_from_json (json, -1, &again, NULL));
  g_assert_cmpint (again.region, ==, poke.region);
  g_assert_cmpint (again.spread_ms, ==, poke.spread_ms);
  return 0;
}
