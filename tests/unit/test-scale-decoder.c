/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/scale-decoder.h"

#include <string.h>

#define NONE ((MrWeight){ (MrWeightState) -1, 0, FALSE })

typedef struct
{
  MrScaleProtocol protocol;
  const char *sent;
  gsize length; /* 0: strlen */
  MrWeight weight; /* the last one told, or NONE */
} Case;

/* Frames of the manuals, and what scales send beside them. */
static const Case cases[] = {
  /* T-Scale, Jadever */
  { MR_SCALE_CONTINUOUS, "ST,GS,   0.375kg\r\n", 0, { MR_WEIGHT_STABLE, 375, FALSE } },
  { MR_SCALE_CONTINUOUS, "US,NT,+  1.234kg\r\n", 0, { MR_WEIGHT_MOVING, 1234, TRUE } },
  { MR_SCALE_CONTINUOUS, "ST,GS    20.7g  \r\n", 0, { MR_WEIGHT_STABLE, 21, FALSE } },
  { MR_SCALE_CONTINUOUS, "ST,GS,   245.4 g\n", 0, { MR_WEIGHT_STABLE, 245, FALSE } },
  { MR_SCALE_CONTINUOUS, "ST,GS,-  0.120kg\r\n", 0, { MR_WEIGHT_UNDER, 0, FALSE } },
  { MR_SCALE_CONTINUOUS, "OL,GS,          \r\n", 0, { MR_WEIGHT_OVER, 0, FALSE } },
  { MR_SCALE_CONTINUOUS, "ST,GS,   0.827lb\r\n", 0, { MR_WEIGHT_FOREIGN, 0, FALSE } },
  { MR_SCALE_CONTINUOUS, "ST,GS,   0.000kg\r\n", 0, { MR_WEIGHT_STABLE, 0, FALSE } },
  /* CAS: device '1', lamps 0x8c; what stands there may look like a line's end or a comma */
  { MR_SCALE_CONTINUOUS, "ST,NT,1\x8c,   1.502 kg\r\n", 0, { MR_WEIGHT_STABLE, 1502, TRUE } },
  { MR_SCALE_CONTINUOUS, "US,GS,5,,-   0.02 kg\r\n", 0, { MR_WEIGHT_UNDER, 0, FALSE } },
  /* the end of a line first, then a whole one; an old weight, then a newer one */
  { MR_SCALE_CONTINUOUS, "0.999kg\r\nST,GS, 0.375kg\r\n", 0, { MR_WEIGHT_STABLE, 375, FALSE } },
  { MR_SCALE_CONTINUOUS,
    "ST,GS, 0.375kg\r\nUS,GS, 0.4kg\r\n",
    0,
    { MR_WEIGHT_MOVING, 400, FALSE } },
  { MR_SCALE_CONTINUOUS,
    "~ST,\xffST,GS, 0.3ST,GS, 0.375kg\r\n",
    0,
    { MR_WEIGHT_STABLE, 375, FALSE } },
  { MR_SCALE_CONTINUOUS, "ST,GS, 0.375kg", 0, NONE },
  { MR_SCALE_CONTINUOUS, "ST,GS, 0.3.75kg\r\n", 0, NONE },
  { MR_SCALE_CONTINUOUS, "ST,GS, 1 234kg\r\n", 0, NONE },
  { MR_SCALE_CONTINUOUS, "ST,GS,kg\r\n", 0, NONE },
  { MR_SCALE_CONTINUOUS, "ST,TR, 0.100kg\r\n", 0, NONE },
  { MR_SCALE_CONTINUOUS, "ST,GS,9999999.999kg\r\n", 0, NONE },
  { MR_SCALE_CONTINUOUS, "XX,GS, 0.375kg\r\nST\r\n\r\n", 0, NONE },
  /* check of "S  0.375kg" */
  { MR_SCALE_CAS, "\x01\x02S  0.375kg\x70\x03\x04", 0, { MR_WEIGHT_STABLE, 375, FALSE } },
  { MR_SCALE_CAS, "\x01\x02U 12.345kg\x66\x03\x04", 0, { MR_WEIGHT_MOVING, 12345, FALSE } },
  { MR_SCALE_CAS, "\x01\x02S- 0.375kg\x7d\x03\x04", 0, { MR_WEIGHT_UNDER, 0, FALSE } },
  { MR_SCALE_CAS, "\x01\x02SF 0.375kg\x16\x03\x04", 0, { MR_WEIGHT_OVER, 0, FALSE } },
  { MR_SCALE_CAS, "\x01\x02S  0.375lb\x72\x03\x04", 0, { MR_WEIGHT_FOREIGN, 0, FALSE } },
  { MR_SCALE_CAS, "\x01\x02S  0.376kg\x70\x03\x04", 0, NONE }, /* the check is another's */
  { MR_SCALE_CAS, "\x01\x02S  0.375kg\x70\x03", 0, NONE },
  { MR_SCALE_CAS,
    "\x01\x02S  \x01\x02S  0.375kg\x70\x03\x04",
    0,
    { MR_WEIGHT_STABLE, 375, FALSE } },
  { MR_SCALE_8217,
    "\x02"
    "00.375\r",
    0,
    { MR_WEIGHT_STABLE, 375, FALSE } },
  { MR_SCALE_8217, "\x02 12.34N\r", 0, { MR_WEIGHT_STABLE, 12340, TRUE } },
  { MR_SCALE_8217, "\x02?\x01\r", 0, { MR_WEIGHT_MOVING, 0, FALSE } },
  { MR_SCALE_8217, "\x02?\x02\r", 0, { MR_WEIGHT_OVER, 0, FALSE } },
  { MR_SCALE_8217, "\x02?\x04\r", 0, { MR_WEIGHT_UNDER, 0, FALSE } },
  { MR_SCALE_8217, "\x02?\r\r", 0, { MR_WEIGHT_UNDER, 0, FALSE } }, /* 0x0d: under, and more */
  { MR_SCALE_8217,
    "75\r\x02"
    "00.380\r",
    0,
    { MR_WEIGHT_STABLE, 380, FALSE } },
  { MR_SCALE_8217,
    "\x02"
    "00375\r",
    0, NONE }, /* where would the point be? */
  { MR_SCALE_8217,
    "\x02"
    "00.375",
    0, NONE },
  { MR_SCALE_8217, "00.375\r", 0, NONE },
};

static void
check (const Case *the, MrScaleDecoder *decoder)
{
  MrWeight weight = NONE;

  if (the->weight.state == NONE.state)
    {
      g_assert_false (mr_scale_decoder_pop (decoder, &weight));
      return;
    }
  g_assert_true (mr_scale_decoder_pop (decoder, &weight));
  g_assert_cmpint (weight.state, ==, the->weight.state);
  g_assert_cmpint (weight.grams, ==, the->weight.grams);
  g_assert_cmpint (weight.is_net, ==, the->weight.is_net);
  g_assert_false (mr_scale_decoder_pop (decoder, &weight));
}

/* In one piece, byte by byte, and behind noise. */
static void
test_frames (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const guint8 *sent = (const guint8 *) cases[i].sent;
      gsize length = cases[i].length > 0 ? cases[i].length : strlen (cases[i].sent);
      g_autoptr (MrScaleDecoder) whole = mr_scale_decoder_new (cases[i].protocol);
      g_autoptr (MrScaleDecoder) pieces = mr_scale_decoder_new (cases[i].protocol);
      g_autoptr (MrScaleDecoder) noisy = mr_scale_decoder_new (cases[i].protocol);

      g_test_message ("%s %s", mr_scale_protocol_to_string (cases[i].protocol), cases[i].sent);
      mr_scale_decoder_push (whole, sent, length);
      check (&cases[i], whole);
      for (gsize j = 0; j < length; j++)
        mr_scale_decoder_push (pieces, sent + j, 1);
      check (&cases[i], pieces);
      for (guint j = 0; j < 1000; j++)
        mr_scale_decoder_push (noisy, (const guint8 *) "\x01\x02\xff~", 4);
      mr_scale_decoder_push (noisy, (const guint8 *) "\n\r\n", 3);
      mr_scale_decoder_ask (noisy);
      mr_scale_decoder_push (noisy, sent, length);
      check (&cases[i], noisy);
    }
}

static void
assert_request (MrScaleDecoder *decoder, const char *expected)
{
  g_autoptr (GBytes) request = mr_scale_decoder_take_request (decoder);
  gsize length = 0;

  if (expected == NULL)
    g_assert_null (request);
  else
    {
      const char *bytes = g_bytes_get_data (request, &length);

      g_assert_cmpmem (bytes, length, expected, strlen (expected));
    }
}

static void
test_asking (void)
{
  g_autoptr (MrScaleDecoder) continuous = mr_scale_decoder_new (MR_SCALE_CONTINUOUS);
  g_autoptr (MrScaleDecoder) cas = mr_scale_decoder_new (MR_SCALE_CAS);
  g_autoptr (MrScaleDecoder) toledo = mr_scale_decoder_new (MR_SCALE_8217);
  MrWeight weight;

  mr_scale_decoder_push (continuous, (const guint8 *) "ST,GS, 0.3", 10);
  mr_scale_decoder_ask (continuous);
  assert_request (continuous, NULL);
  mr_scale_decoder_push (continuous, (const guint8 *) "75kg\r\n", 6);
  g_assert_true (mr_scale_decoder_pop (continuous, &weight));
  mr_scale_decoder_ask (toledo);
  assert_request (toledo, "W");
  assert_request (toledo, NULL);
  mr_scale_decoder_ask (cas);
  assert_request (cas, "\x05");
  mr_scale_decoder_push (cas, (const guint8 *) "\x06", 1);
  assert_request (cas, "\x11");
  assert_request (cas, NULL);
  /* Not ready: it is asked again in time. */
  mr_scale_decoder_ask (cas);
  assert_request (cas, "\x05");
  mr_scale_decoder_push (cas, (const guint8 *) "\x15", 1);
  assert_request (cas, NULL);
}

static void
test_names (void)
{
  MrScaleProtocol protocol;

  for (int i = 0; i < MR_N_SCALE_PROTOCOLS; i++)
    {
      g_assert_true (
          mr_scale_protocol_parse (mr_scale_protocol_to_string ((MrScaleProtocol) i), &protocol));
      g_assert_cmpint (protocol, ==, i);
    }
  g_assert_false (mr_scale_protocol_parse ("", &protocol));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scale-decoder/frames", test_frames);
  g_test_add_func ("/scale-decoder/asking", test_asking);
  g_test_add_func ("/scale-decoder/names", test_names);
  return g_test_run ();
}
