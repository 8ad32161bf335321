/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/scale-decoder.h"

/**
 * VirtualScaleFault:
 * @VIRTUAL_SCALE_MUTE: takes everything and says nothing
 * @VIRTUAL_SCALE_NOISE: says something else before every other word
 * @VIRTUAL_SCALE_HALF: every third word breaks off in the middle
 */
typedef enum
{
  VIRTUAL_SCALE_SOUND,
  VIRTUAL_SCALE_MUTE,
  VIRTUAL_SCALE_NOISE,
  VIRTUAL_SCALE_HALF,
} VirtualScaleFault;

/**
 * VirtualScale:
 *
 * A scale on a pseudo terminal, in a thread of its own, written from the manuals: in which words it answers, and
 * that it says nothing unless it is asked in its own language. All functions may be called from any thread.
 */
typedef struct _VirtualScale VirtualScale;

/* Plugged in at once, at PATH of "serial:PATH". */
VirtualScale *virtual_scale_new (const char *path, MrScaleProtocol protocol);
void virtual_scale_free (VirtualScale *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VirtualScale, virtual_scale_free)

/* What lies on it: stable or moving with its grams, or another state. */
void virtual_scale_set_weight (VirtualScale *self, MrWeightState state, gint64 grams);
/* A tare is set: what lies on it is told without, and that it is (which CAS scales do not tell). */
void virtual_scale_set_tare (VirtualScale *self, gboolean is_set);
void virtual_scale_set_fault (VirtualScale *self, VirtualScaleFault fault);
/* The cable. */
void virtual_scale_plug (VirtualScale *self);
void virtual_scale_unplug (VirtualScale *self);
