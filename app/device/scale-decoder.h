/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/quantity.h"

G_BEGIN_DECLS

/**
 * MrScaleProtocol:
 * @MR_SCALE_CONTINUOUS: lines that come by themselves, "ST,GS,   0.375kg": stable or not, gross or net,
 *   weight, unit. The 22 bytes of CAS (NT-200 series manual, "CAS & Command Mode Protocol") and the like
 *   of T-Scale, Jadever and others.
 * @MR_SCALE_CAS: asked with ENQ, then DC1, with a check character (Ohaus Aviator 7000 service manual,
 *   6.1.1, and the cash register mode of CAS counter scales)
 * @MR_SCALE_8217: asked with "W" (Mettler Toledo 8217; scales of Datalogic and Zebra counters, too)
 *
 * The languages of scales that are understood.
 */
typedef enum
{
  MR_SCALE_CONTINUOUS,
  MR_SCALE_CAS,
  MR_SCALE_8217,
  MR_N_SCALE_PROTOCOLS,
} MrScaleProtocol;

const char *
mr_scale_protocol_to_string (MrScaleProtocol protocol); /* "continuous", "cas", "8217" */
gboolean mr_scale_protocol_parse (const char *text, MrScaleProtocol *protocol)
    G_GNUC_WARN_UNUSED_RESULT;

typedef enum
{
  MR_WEIGHT_STABLE,
  MR_WEIGHT_MOVING, /* not settled yet */
  MR_WEIGHT_OVER, /* more than the scale can bear */
  MR_WEIGHT_UNDER, /* less than nothing: something was taken off the tared or zeroed pan */
  MR_WEIGHT_FOREIGN, /* in a unit that is not of the metric system */
} MrWeightState;

/**
 * MrWeight:
 * @grams: 0 where the state says that there is none; at most MR_QUANTITY_MAX_MILLI
 * @is_net: without the tare
 *
 * What a scale says once.
 */
typedef struct
{
  MrWeightState state;
  gint64 grams;
  gboolean is_net;
} MrWeight;

/**
 * MrScaleDecoder:
 *
 * Makes weights of what a scale sends, piece by piece as it was read, and says what to send it:
 *
 *   mr_scale_decoder_ask (decoder);                             now and then
 *   mr_scale_decoder_push (decoder, bytes, length);             what it sent
 *   while ((bytes = mr_scale_decoder_take_request (decoder)) …  send it
 *   while (mr_scale_decoder_pop (decoder, &weight)) …
 *
 * What is broken or does not check is dropped, and it goes on behind it: a scale says it again. Pure; one
 * thread.
 */
typedef struct _MrScaleDecoder MrScaleDecoder;

MrScaleDecoder *mr_scale_decoder_new (MrScaleProtocol protocol) G_GNUC_WARN_UNUSED_RESULT;
void mr_scale_decoder_free (MrScaleDecoder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrScaleDecoder, mr_scale_decoder_free)

/* Begins anew: whatever half an answer there was is forgotten. */
void mr_scale_decoder_ask (MrScaleDecoder *self);
void mr_scale_decoder_push (MrScaleDecoder *self, const guint8 *bytes, gsize length);
/* What is to be sent next; NULL for nothing. (transfer full) */
GBytes *mr_scale_decoder_take_request (MrScaleDecoder *self);
/* The newest weight not yet taken: of older ones nobody wants to know. FALSE when there is none. */
gboolean mr_scale_decoder_pop (MrScaleDecoder *self, MrWeight *weight) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
