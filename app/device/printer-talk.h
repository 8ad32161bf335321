/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/printer-port.h"
#include "device/printer-status.h"

G_BEGIN_DECLS

/**
 * MrPrinterTalk:
 * @answers: has answered a question about its status once
 * @mute: did not, twice: it is printed blind. Asked again while nobody prints: it may have been off
 * @never_confirms: answers questions, but not the one that waits for the paper
 * @told: what was wrong when it last said so by itself; NONE from the start of each job
 * @confirmed: has answered that one since it was asked last
 * @hung_up: ended the connection instead of answering
 * @missing: so many bytes it waits for since something was cut short in the middle of a command: whatever came next
 *   would be dots of a picture. Kept while everything else is forgotten
 * @is_full: took no question when it was asked last: it is true still what it told by itself
 *
 * What was learnt about talking to one printer: many cheap ones say nothing at all. Zero it to start.
 */
typedef struct
{
  gboolean answers;
  gboolean mute;
  gboolean never_confirms;
  MrDeviceReason told;
  gboolean confirmed;
  gboolean hung_up;
  gsize missing;
  gboolean is_full;
  MrStatusParser parser;
} MrPrinterTalk;

/* Before anything else goes out: fills up what was cut short. NO_ANSWER as mr_printer_port's write. */
MrDeviceReason mr_printer_talk_fill_up (MrPrinterTalk *self, MrPrinterPort *port,
                                        const MrDeviceWait *wait);

/* The printer is away, or another is in its place. */
void mr_printer_talk_forget (MrPrinterTalk *self);

/* Whether it is printed blind: it says nothing, as far as is known now. */
gboolean mr_printer_talk_is_silent (const MrPrinterTalk *self, const MrPrinterPort *port);

/* Asks an open port whether the printer can print. NO_ANSWER only of one that answered before;
 * @is_patient: somebody prints. It may be serving another till, so it is given the time of a receipt; one
 * that never answered is not asked. */
MrDeviceReason mr_printer_talk_check (MrPrinterTalk *self, MrPrinterPort *port, gboolean is_patient,
                                      const MrDeviceWait *wait);

/* Whether what is sent now would wait in the printer's buffer: it is off-line, or answered before and
 * hears nothing now. FALSE also of one that says nothing. One question, a second where it is well. */
gboolean mr_printer_talk_keeps_back (MrPrinterTalk *self, MrPrinterPort *port,
                                     const MrDeviceWait *wait);

/* Whether it answers a question now, in the middle of a job. */
gboolean mr_printer_talk_hears (MrPrinterTalk *self, MrPrinterPort *port, const MrDeviceWait *wait);

/* What goes into a job behind its ESC @, which makes the printer forget: an order to tell by itself
 * what goes wrong from now on, for when its buffer is full it hears no question any more. How many
 * bytes; 0 for a printer that answers nothing. */
gsize mr_printer_talk_begin (MrPrinterTalk *self, const MrPrinterPort *port, const guint8 **order);

/* Nothing goes out any more: what the printer told by itself, NONE when nothing. Does not wait. */
MrDeviceReason mr_printer_talk_listen (MrPrinterTalk *self, MrPrinterPort *port,
                                       const MrDeviceWait *wait);

/* What goes behind the last byte of a job: the question whether it is on paper. How many bytes; 0 for a
 * printer that says nothing about that. */
gsize mr_printer_talk_question (MrPrinterTalk *self, const MrPrinterPort *port,
                                const guint8 **question);

/* Waits for the answer. @confirmed FALSE with REASON_NONE: there is none, and nothing is wrong. */
MrDeviceReason mr_printer_talk_confirm (MrPrinterTalk *self, MrPrinterPort *port,
                                        gboolean *confirmed, const MrDeviceWait *wait);

G_END_DECLS
