/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/entry-body.h"

#include <string.h>

static gboolean
add_sale (MrShift *shift, const char *body, GError **error)
{
  g_autoptr (MrSale) sale = mr_sale_body_read (body, NULL, NULL, error);

  return sale != NULL && mr_shift_add_sale (shift, sale, error);
}

gboolean
mr_entry_is_void (const char *kind, const char *body)
{
  gint64 given_up = 0;

  return strcmp (kind, MR_KIND_SALE_VOIDED) == 0 ||
         (strcmp (kind, MR_KIND_BASKET_DROPPED) == 0 &&
          mr_note_body_get_int (body, "void", &given_up) && given_up == 1);
}

gboolean
mr_shift_add_entry (MrShift *self, const char *kind, const char *body, GError **error)
{
  gint64 amount_minor;

  if (strcmp (kind, MR_KIND_SALE) == 0)
    return add_sale (self, body, error);
  if (strcmp (kind, MR_KIND_CASH_MOVED) == 0 &&
      mr_note_body_get_int (body, "amount", &amount_minor))
    {
      if (amount_minor > 0)
        self->cash_in_minor += amount_minor;
      else
        self->cash_out_minor -= amount_minor;
    }
  else if (strcmp (kind, MR_KIND_DRAWER_OPENED) == 0)
    self->no_sale_count++;
  else if (mr_entry_is_void (kind, body))
    self->void_count++;
  return TRUE;
}
