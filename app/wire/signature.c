/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/message.h"

#include <sodium.h>
#include <string.h>

G_STATIC_ASSERT (crypto_sign_BYTES == 64);
G_STATIC_ASSERT (crypto_sign_SECRETKEYBYTES == 64);
G_STATIC_ASSERT (crypto_sign_PUBLICKEYBYTES == 32);

/* No part can hold a line feed, so that no two requests are signed over the same bytes. */
static char *
join_signed_text (const char *time, const char *method, const char *path, const void *body,
                  gsize length)
{
  guint8 hash[crypto_hash_sha256_BYTES];
  char hex[crypto_hash_sha256_BYTES * 2 + 1];

  if (strchr (time, '\n') != NULL || strchr (method, '\n') != NULL || strchr (path, '\n') != NULL)
    return NULL;
  crypto_hash_sha256 (hash, body == NULL ? (const guint8 *) "" : body, length);
  sodium_bin2hex (hex, sizeof hex, hash, sizeof hash);
  return g_strjoin ("\n", time, method, path, hex, NULL);
}

char *
mr_sign_request (const guint8 secret_key[64], const char *time, const char *method,
                 const char *path, const void *body, gsize length)
{
  g_autofree char *text = join_signed_text (time, method, path, body, length);
  guint8 signature[crypto_sign_BYTES];
  char base64[sodium_base64_ENCODED_LEN (crypto_sign_BYTES, sodium_base64_VARIANT_ORIGINAL)];

  g_assert (text != NULL);
  crypto_sign_detached (signature, NULL, (const guint8 *) text, strlen (text), secret_key);
  sodium_bin2base64 (base64, sizeof base64, signature, sizeof signature,
                     sodium_base64_VARIANT_ORIGINAL);
  return g_strdup (base64);
}

gboolean
mr_verify_request (const guint8 public_key[32], const char *signature_base64, const char *time,
                   const char *method, const char *path, const void *body, gsize length)
{
  g_autofree char *text = join_signed_text (time, method, path, body, length);
  guint8 signature[crypto_sign_BYTES];
  gsize size = 0;

  if (text == NULL ||
      sodium_base642bin (signature, sizeof signature, signature_base64, strlen (signature_base64),
                         NULL, &size, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
    return FALSE;
  return size == sizeof signature && crypto_sign_verify_detached (signature, (const guint8 *) text,
                                                                  strlen (text), public_key) == 0;
}
