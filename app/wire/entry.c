/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/message.h"

#include <sodium.h>
#include <string.h>

MrEntry *
mr_entry_new (void)
{
  return g_new0 (MrEntry, 1);
}

void
mr_entry_free (MrEntry *self)
{
  if (self == NULL)
    return;
  g_free (self->kind);
  g_free (self->body);
  g_free (self);
}

gboolean
mr_entry_kind_is_valid (const char *kind)
{
  gsize length = strnlen (kind, MR_ENTRY_MAX_KIND + 1);

  if (length == 0 || length > MR_ENTRY_MAX_KIND)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_islower (kind[i]) && !g_ascii_isdigit (kind[i]) && kind[i] != '-')
      return FALSE;
  return TRUE;
}

static void
add_number (crypto_hash_sha256_state *state, guint64 value, gsize width)
{
  guint64 big = GUINT64_TO_BE (value);

  crypto_hash_sha256_update (state, (const guint8 *) &big + (8 - width), width);
}

/* Each variable part is preceded by its length: no two entries share one string of bytes. */
void
mr_entry_compute_hash (const MrEntry *self, const MrHash *previous, MrHash *h)
{
  crypto_hash_sha256_state state;
  gsize kind_length = strlen (self->kind);
  gsize body_length = strlen (self->body);

  crypto_hash_sha256_init (&state);
  crypto_hash_sha256_update (&state, previous->bytes, sizeof previous->bytes);
  add_number (&state, (guint64) self->n, 8);
  crypto_hash_sha256_update (&state, self->id.bytes, sizeof self->id.bytes);
  add_number (&state, kind_length, 2);
  crypto_hash_sha256_update (&state, (const guint8 *) self->kind, kind_length);
  add_number (&state, (guint64) self->schema, 4);
  add_number (&state, (guint64) self->at_us, 8);
  add_number (&state, body_length, 4);
  crypto_hash_sha256_update (&state, (const guint8 *) self->body, body_length);
  crypto_hash_sha256_final (&state, h->bytes);
}
