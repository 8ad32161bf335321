/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/shift.h"

#include "fuzz.h"

#include <string.h>

typedef struct
{
  const uint8_t *data;
  size_t size;
} Input;

static guint
take_byte (Input *self)
{
  if (self->size == 0)
    return 0;

  self->size--;
  return *self->data++;
}

/* Any 64 bits, in the width the next byte asks for: small numbers come as easily as wild ones. */
static gint64
take_number (Input *self)
{
  guint width = take_byte (self) % 9;
  guint64 value = 0;

  for (guint i = 0; i < width; i++)
    value = value << 8 | take_byte (self);

  return (gint64) value;
}

static MrGood *
take_good (Input *input, guint flags)
{
  MrGood values = { .has_price = flags & 1, .units_milli = MR_QUANTITY_ONE_MILLI };

  values.sold_by = flags & 2 ? MR_SOLD_BY_WEIGHT : MR_SOLD_BY_PIECE;
  values.pack_id = take_byte (input) % 4;
  values.tax.id = take_byte (input) % 3;
  values.tax.rate_ppm = (guint32) take_number (input);
  values.tax.inclusive = (flags & 4) != 0;
  values.price_minor = take_number (input);
  return mr_good_new (&values);
}

static void
add (MrSale *sale, Input *input)
{
  guint flags = take_byte (input);
  g_autoptr (MrGood) good = take_good (input, flags);
  gint64 quantity_milli = take_number (input);
  gint64 asked_minor = flags & 8 ? take_number (input) : -1;

  if ((flags & 32) != 0)
    {
      const MrReturned sold = { 1, take_number (input), take_number (input), take_number (input),
                                take_number (input) };
      const MrReturned returned = { 1, take_byte (input), 0, 0, 0 };
      MrOrigin origin = { .line = 1 };

      if (sold.quantity_milli > 0 && sold.quantity_milli <= MR_QUANTITY_MAX_MILLI &&
          ABS (sold.gross_minor / 2) < MR_MONEY_MAX_MINOR &&
          ABS (sold.amount_minor / 2) < MR_MONEY_MAX_MINOR &&
          ABS (sold.tax_minor / 2) < MR_MONEY_MAX_MINOR &&
          mr_origin_share (&origin, &sold, &returned, quantity_milli))
        mr_sale_add_return (sale, good, quantity_milli, asked_minor, &origin, 0, NULL);
      return;
    }
  mr_sale_add (sale, good, quantity_milli, asked_minor, (flags & 16) != 0, 0, NULL);
}

static void
act (MrSale *sale, Input *input)
{
  guint what = take_byte (input) % 12;
  guint number = take_byte (input) % 8;

  if (what < 3)
    add (sale, input);
  else if (what == 3)
    mr_sale_set_quantity (sale, number, take_number (input), NULL);
  else if (what == 4)
    mr_sale_set_price (sale, number, take_number (input), NULL);
  else if (what == 5)
    mr_sale_set_line_discount (sale, number, take_number (input), NULL);
  else if (what == 6)
    mr_sale_set_discount (sale, take_number (input), NULL);
  else if (what == 7)
    mr_sale_remove (sale, number, NULL);
  else if (what == 8)
    mr_sale_restore (sale, number, NULL);
  else if (what == 9)
    mr_sale_add_tender (sale, number % MR_N_TENDERS, take_number (input), NULL);
  else if (what == 10)
    mr_sale_remove_last_tender (sale, NULL);
  else
    mr_sale_move (sale, number % MR_N_SALE_STATES, NULL);
}

/* Any acts with any numbers: refused or done, every invariant holds after each. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  Input input = { data, size };
  g_autoptr (MrSale) sale = mr_sale_new (MR_ID_NONE, "CNY", 1 + (gint64) take_byte (&input));
  g_autoptr (MrShift) shift = mr_shift_new (MR_ID_NONE, 1, 0, 0);

  while (input.size > 0)
    {
      g_autofree char *broken = NULL;

      act (sale, &input);
      broken = mr_sale_check (sale);
      g_assert_cmpstr (broken, ==, NULL);
    }

  if (mr_shift_add_sale (shift, sale, NULL))
    {
      g_autofree char *broken = mr_shift_check (shift);

      g_assert_cmpstr (broken, ==, NULL);
    }
  return 0;
}
