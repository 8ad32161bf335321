/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/printer-port.h"
#include "device/printer-status.h"

G_BEGIN_DECLS

/**
 * MrPrinterTalk:
 * @answers: has answered a question about its status once
 * @mute: did not, twice: it is printed blind, and not asked again until it was away
 * @never_confirms: answers questions, but not the one that waits for the paper
 * @confirmed: has answered that one since it was asked last
 * @hung_up: ended the connection instead of answering
 *
 * What was learnt about talking to one printer: many cheap ones say nothing at all. Zero it to start.
 */
typedef struct
{
  gboolean answers;
  gboolean mute;
  gboolean never_confirms;
  gboolean confirmed;
  gboolean hung_up;
  MrStatusParser parser;
} MrPrinterTalk;

/* Asks an open port whether the printer can print. NO_ANSWER only of one that answered before;
 * @is_patient: it may be serving another till, so it is given the time of a receipt. */
MrDeviceReason mr_printer_talk_check (MrPrinterTalk *self, MrPrinterPort *port, gboolean is_patient,
                                      const MrDeviceWait *wait);

/* After the last byte of a job: waits for the printer to say that it is on paper. @confirmed FALSE
 * with REASON_NONE: it says nothing about that, and nothing is wrong. */
MrDeviceReason mr_printer_talk_confirm (MrPrinterTalk *self, MrPrinterPort *port,
                                        gboolean *confirmed, const MrDeviceWait *wait);

G_END_DECLS
