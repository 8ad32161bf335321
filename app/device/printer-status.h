/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bits of the answers to DLE EOT n (Epson, "Transmit real-time status"). Clones set the others as
 * they like, so single bits are tested, never whole bytes. */
#define MR_STATUS_PRINTER 1
#define MR_STATUS_PRINTER_OFFLINE 0x08
#define MR_STATUS_OFFLINE 2
#define MR_STATUS_OFFLINE_COVER 0x04
#define MR_STATUS_OFFLINE_PAPER 0x20
#define MR_STATUS_OFFLINE_ERROR 0x40
#define MR_STATUS_PAPER 4
#define MR_STATUS_PAPER_LOW 0x0C
#define MR_STATUS_PAPER_OUT 0x60

/* Of the first three bytes of an automatic status (GS a). */
#define MR_STATUS_FIRST_COVER 0x20
#define MR_STATUS_SECOND_ERROR 0x6C
#define MR_STATUS_THIRD_PAPER_OUT 0x0C

/* Of the port status byte of IEEE 1284, which USB kept: the one bit that means the same everywhere. */
#define MR_STATUS_PORT_PAPER_OUT 0x20

/* Whether there is no paper by a @status of the port. Some say that whatever happens, so it is believed of
 * one that @had_paper before (inout). */
gboolean mr_status_port_is_paper_out (guint status, gboolean *had_paper);

typedef enum
{
  MR_STATUS_NOTHING, /* more bytes are needed, or this one means nothing */
  MR_STATUS_REALTIME, /* the answer to DLE EOT n: one byte; only who asked knows n */
  MR_STATUS_QUEUED, /* the answer to GS r, which comes when all before it is printed: one byte */
  MR_STATUS_AUTOMATIC, /* sent unasked (GS a): four bytes */
} MrStatusKind;

/**
 * MrStatusParser:
 * @bytes: what the last mr_status_parser_push() completed
 *
 * Takes apart what a printer says. Kinds are told by their fixed bits; XON, XOFF and noise are
 * skipped. Plain struct; zero it to start.
 */
typedef struct
{
  guint8 bytes[4];
  guint n_bytes;
} MrStatusParser;

MrStatusKind mr_status_parser_push (MrStatusParser *self, guint8 byte);

G_END_DECLS
