/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz.h"

#include "device/scale-decoder.h"

/* What a scale sends: the first byte chooses the protocol and the size of the pieces. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (MrScaleDecoder) decoder = NULL;
  size_t piece;

  if (size == 0)
    return 0;
  decoder = mr_scale_decoder_new ((MrScaleProtocol) (data[0] % MR_N_SCALE_PROTOCOLS));
  piece = (size_t) data[0] / MR_N_SCALE_PROTOCOLS + 1;
  for (size_t i = 1; i < size; i += piece)
    {
      g_autoptr (GBytes) request = NULL;
      MrWeight weight;

      mr_scale_decoder_push (decoder, data + i, MIN (piece, size - i));
      request = mr_scale_decoder_take_request (decoder);
      if (!mr_scale_decoder_pop (decoder, &weight))
        continue;
      g_assert_true (weight.grams >= 0 && weight.grams <= MR_QUANTITY_MAX_MILLI);
      g_assert_true (weight.grams == 0 || weight.state <= MR_WEIGHT_MOVING);
    }
  return 0;
}
