/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "herd.h"

#include "system-world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_EVENTS 512
#define TURN_MS 5
/* How long all must have been in sync: news may still be on its way. */
#define SETTLE_NS (300 * (gint64) 1000000)
#define GIVE_UP_NS (60 * (gint64) 1000000000)
#define NS_PER_S G_GINT64_CONSTANT (1000000000)
#define NS_PER_MS G_GINT64_CONSTANT (1000000)
#define LISTENS 1
#define RELISTEN_NS (2 * NS_PER_S)

enum
{
  FRAME_TEXT = 0x1,
  FRAME_PING = 0x9,
  FRAME_PONG = 0xa,
};

static gint64
now_ns (const Herd *self)
{
  return figures_now_ns () - self->began_ns;
}

static gint64
draw_below (gint64 n)
{
  guint64 value;

  mr_world_fill_random (mr_system_world_get (), (guint8 *) &value, sizeof value);
  return (gint64) (value % (guint64) MAX (n, 1));
}

static void
note_error (Herd *self, const char *what, const char *detail)
{
  if (self->n_errors++ == 0)
    self->first_error = g_strdup_printf ("%s: %.300s", what, detail);
}

/* --- sockets --- */

static void
close_socket (HerdSocket *socket_)
{
  if (socket_->fd >= 0)
    close (socket_->fd);
  socket_->fd = -1;
  g_byte_array_set_size (socket_->out, 0);
  g_byte_array_set_size (socket_->in, 0);
}

static void
open_socket (Herd *self, HerdTill *till, HerdSocket *socket_)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (self->port) };
  /* Which till, and which of its two. */
  struct epoll_event event = {
    .events = EPOLLIN | EPOLLOUT | EPOLLET,
    .data.u64 = (guint64) (till - self->tills) * 2 + (socket_ == &till->listening ? LISTENS : 0),
  };

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  socket_->fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_->fd < 0 ||
      (connect (socket_->fd, (struct sockaddr *) &address, sizeof address) != 0 &&
       errno != EINPROGRESS) ||
      epoll_ctl (self->poll_fd, EPOLL_CTL_ADD, socket_->fd, &event) != 0)
    {
      note_error (self, "connecting", g_strerror (errno));
      close_socket (socket_);
    }
}

/* FALSE: the connection is gone. */
static gboolean
send_out (HerdSocket *socket_)
{
  while (socket_->out->len > 0)
    {
      gssize n = send (socket_->fd, socket_->out->data, socket_->out->len, MSG_NOSIGNAL);

      if (n < 0)
        return errno == EAGAIN || errno == ENOTCONN;
      g_byte_array_remove_range (socket_->out, 0, (guint) n);
    }
  return TRUE;
}

static gboolean
receive_in (HerdSocket *socket_)
{
  guint8 bytes[16384];
  gssize n;

  while ((n = recv (socket_->fd, bytes, sizeof bytes, 0)) > 0)
    g_byte_array_append (socket_->in, bytes, (guint) n);
  return n < 0 && (errno == EAGAIN || errno == ENOTCONN);
}

static void
say (HerdSocket *socket_, const char *text)
{
  g_byte_array_append (socket_->out, (const guint8 *) text, (guint) strlen (text));
  send_out (socket_);
}

static void
ask (HerdTill *till, HerdSocket *socket_, const char *method, const char *path, const char *more,
     const char *body)
{
  FakeSignature signature = fake_till_sign (&till->fake, method, path, body, 0);
  g_autofree char *text = g_strdup_printf (
      "%s %s HTTP/1.1\r\nHost: center\r\nMillrace-Till: %s\r\nMillrace-Time: %s\r\n"
      "Millrace-Signature: %s\r\n%sContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
      method, path, signature.till, signature.time, signature.signature, more,
      body != NULL ? strlen (body) : 0, body != NULL ? body : "");

  fake_signature_clear (&signature);
  say (socket_, text);
}

/* --- one till --- */

static void
set_in_sync (Herd *self, HerdTill *till, gboolean in_sync)
{
  if (till->in_sync == in_sync)
    return;
  till->in_sync = in_sync;
  self->n_in_sync += in_sync ? 1 : -1;
  if (in_sync)
    self->ended_ns = now_ns (self);
}

/* Something it was told of, and has not asked for. */
static gboolean
has_news (const HerdTill *till)
{
  return till->pulled_at != till->n_pokes;
}

/* The next thing to ask, unless an answer is awaited. */
static void
go_on (Herd *self, HerdTill *till)
{
  if (!till->started || till->asked || till->again_ns > now_ns (self))
    return;
  if (till->pushed && !has_news (till))
    {
      /* Not before it listens; and where there is more, its poke is on the way. */
      if (till->listen_ns > 0 || till->shop_head < self->shop_heads[till->shop])
        return;
      if (!till->in_sync)
        samples_add (&self->took, now_ns (self) - till->since_ns);
      set_in_sync (self, till, TRUE);
      close_socket (&till->asking);
      return;
    }
  set_in_sync (self, till, FALSE);
  if (till->asking.fd < 0)
    open_socket (self, till, &till->asking);
  if (till->asking.fd < 0)
    return;
  till->asked = TRUE;
  if (!till->pushed)
    {
      ask (till, &till->asking, "POST", "/v1/journal", "Content-Type: application/json\r\n",
           till->push);
      return;
    }
  till->pulled_at = till->n_pokes;
  self->n_pulls++;
  ask (till, &till->asking, "GET", till->pull, "", NULL);
}

static void
listen_again (Herd *self, HerdTill *till)
{
  open_socket (self, till, &till->listening);
  ask (till, &till->listening, "GET", "/v1/poke",
       "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
       NULL);
}

static void
start (Herd *self, HerdTill *till)
{
  till->started = TRUE;
  till->since_ns = now_ns (self);
  listen_again (self, till);
  go_on (self, till);
}

static void
take_pull (Herd *self, HerdTill *till, const char *body, gsize length)
{
  g_autoptr (MrFeedsReply) reply = mr_feeds_reply_from_json (body, (gssize) length, NULL);

  if (reply == NULL)
    {
      note_error (self, "a pull's answer", body);
      return;
    }
  g_free (till->pull);
  till->pull = herd_make_pull (&reply->region.head, &reply->shop.head);
  till->shop_head = reply->shop.head.v;
  self->shop_heads[till->shop] = MAX (self->shop_heads[till->shop], reply->shop.seen.v);
}

static void
take_answer (Herd *self, HerdTill *till, guint status, const char *head, const char *body,
             gsize length)
{
  till->asked = FALSE;
  if (status == 503)
    {
      const char *after = strstr (head, "Retry-After: ");
      gint64 wait_s =
          after != NULL ? g_ascii_strtoll (after + strlen ("Retry-After: "), NULL, 10) : 1;

      self->n_busy++;
      till->pulled_at--;
      till->again_ns = now_ns (self) + wait_s * NS_PER_S + draw_below (wait_s * NS_PER_S);
    }
  else if (status != 200)
    note_error (self, head, body);
  else if (till->pushed)
    take_pull (self, till, body, length);
  else
    {
      MrJournalReply reply = { 0 };

      till->pushed = mr_journal_reply_from_json (body, (gssize) length, &reply, NULL) &&
                     reply.acked == HERD_SALES;
      if (!till->pushed)
        note_error (self, "a push's answer", body);
      /* Its own sales have moved the feed. */
      till->pulled_at = till->n_pokes - 1;
    }
}

/* An answer with its length in front, as the center gives them. FALSE: not all there yet. */
static gboolean
read_answer (Herd *self, HerdTill *till)
{
  HerdSocket *socket_ = &till->asking;
  g_autofree char *text = g_strndup ((const char *) socket_->in->data, socket_->in->len);
  char *end = text != NULL ? strstr (text, "\r\n\r\n") : NULL, *length_at;
  gsize head_length, length;

  if (end == NULL)
    return FALSE;
  *end = '\0';
  head_length = (gsize) (end - text) + strlen ("\r\n\r\n");
  length_at = strstr (text, "Content-Length: ");
  length =
      length_at != NULL ? g_ascii_strtoull (length_at + strlen ("Content-Length: "), NULL, 10) : 0;
  if (socket_->in->len < head_length + length)
    return FALSE;
  take_answer (self, till, (guint) g_ascii_strtoull (text + strlen ("HTTP/1.1 "), NULL, 10), text,
               text + head_length, length);
  g_byte_array_remove_range (socket_->in, 0, (guint) (head_length + length));
  if (strstr (text, "Connection: close") != NULL)
    close_socket (socket_);
  return TRUE;
}

/* --- pokes --- */

static void
take_frame (Herd *self, HerdTill *till, const guint8 *frame, guint length)
{
  guint opcode = frame[0] & 0x0f;
  MrPoke poke;

  if (opcode == FRAME_PING)
    {
      /* Masked with zeros: what is said stays as it is. */
      guint8 pong[6] = { 0x80 | FRAME_PONG, (guint8) (0x80 | length) };

      g_byte_array_append (till->listening.out, pong, sizeof pong);
      g_byte_array_append (till->listening.out, frame + 2, length);
      send_out (&till->listening);
    }
  else if (opcode != FRAME_TEXT ||
           !mr_poke_from_json ((const char *) frame + 2, (gssize) length, &poke, NULL))
    note_error (self, "a frame", "it is no poke");
  else
    {
      if (till->in_sync)
        till->since_ns = now_ns (self);
      till->n_pokes++;
      set_in_sync (self, till, FALSE);
      till->again_ns =
          MAX (till->again_ns, now_ns (self) + draw_below (poke.spread_ms * NS_PER_MS));
    }
}

/* Who may not listen yet comes again. */
static void
take_refusal (Herd *self, HerdTill *till)
{
  if (memcmp (till->listening.in->data, "HTTP/1.1 503 ", 13) != 0)
    note_error (self, "listening", "the handshake was refused");
  self->n_busy++;
  till->listen_ns = now_ns (self) + RELISTEN_NS + draw_below (RELISTEN_NS);
  close_socket (&till->listening);
}

static void
read_pokes (Herd *self, HerdTill *till)
{
  GByteArray *in = till->listening.in;

  if (in->len > 0 && in->data[0] == 'H')
    {
      const guint8 *end = memmem (in->data, in->len, "\r\n\r\n", 4);

      if (end == NULL)
        return;
      if (memcmp (in->data, "HTTP/1.1 101 ", 13) != 0)
        {
          take_refusal (self, till);
          return;
        }
      /* What was said before it listened it has not heard. */
      if (till->listen_ns > 0)
        till->n_pokes++;
      till->listen_ns = 0;
      g_byte_array_remove_range (in, 0, (guint) (end + 4 - in->data));
    }
  while (in->len >= 2 && in->len >= 2u + (in->data[1] & 0x7f))
    {
      guint length = in->data[1] & 0x7f;

      take_frame (self, till, in->data, length);
      g_byte_array_remove_range (in, 0, 2 + length);
    }
}

/* --- all --- */

static void
take_event (Herd *self, const struct epoll_event *event)
{
  HerdTill *till = &self->tills[event->data.u64 / 2];
  gboolean listens = event->data.u64 % 2 == LISTENS;
  HerdSocket *socket_ = listens ? &till->listening : &till->asking;
  gboolean alive;

  if (socket_->fd < 0)
    return;
  alive = send_out (socket_) && receive_in (socket_);
  if (listens)
    read_pokes (self, till);
  else
    while (till->asked && read_answer (self, till))
      ;
  if (socket_->fd >= 0 && !alive && (listens || till->asked))
    {
      note_error (self, "a connection", "it ended before its answer");
      till->asked &= listens;
    }
  if (!alive)
    close_socket (socket_);
  go_on (self, till);
}

static void
turn (Herd *self)
{
  struct epoll_event events[MAX_EVENTS];
  int n = epoll_wait (self->poll_fd, events, MAX_EVENTS, TURN_MS);
  gint64 now = now_ns (self);

  for (int i = 0; i < n; i++)
    take_event (self, &events[i]);
  for (guint i = 0; i < self->n; i++)
    {
      HerdTill *till = &self->tills[i];

      if (!till->started && till->start_ns <= now)
        start (self, till);
      else if (till->listen_ns > 0 && till->listen_ns <= now && till->listening.fd < 0)
        listen_again (self, till);
      else if (!till->asked && (!till->in_sync || has_news (till)))
        go_on (self, till);
    }
}

void
herd_run (Herd *self)
{
  gint64 moved_ns = 0;
  guint last = 0;

  self->began_ns = figures_now_ns ();
  while (self->n_in_sync < self->n || now_ns (self) - self->ended_ns < SETTLE_NS)
    {
      turn (self);
      if (self->n_in_sync != last)
        moved_ns = now_ns (self);
      last = self->n_in_sync;
      if (now_ns (self) - moved_ns > GIVE_UP_NS || self->n_errors > self->n)
        {
          note_error (self, "the herd", "it does not come to rest");
          return;
        }
    }
}

char *
herd_make_pull (const MrPosition *region, const MrPosition *shop)
{
  char region_text[MR_POSITION_STRING_SIZE], shop_text[MR_POSITION_STRING_SIZE];

  mr_position_format (region, region_text);
  mr_position_format (shop, shop_text);
  return g_strdup_printf ("/v1/feeds?region=%s,%s&shop=%s,%s&schema=1", region_text, region_text,
                          shop_text, shop_text);
}

Herd *
herd_new (guint n)
{
  Herd *self = g_new0 (Herd, 1);

  self->n = n;
  self->tills = g_new0 (HerdTill, n);
  self->shop_heads = g_new0 (gint64, n);
  self->took = SAMPLES_NEW;
  self->poll_fd = epoll_create1 (EPOLL_CLOEXEC);
  for (guint i = 0; i < n; i++)
    {
      HerdTill *till = &self->tills[i];

      till->start_ns = draw_below (HERD_SPREAD_S * NS_PER_S);
      till->listening = (HerdSocket){ -1, g_byte_array_new (), g_byte_array_new () };
      till->asking = (HerdSocket){ -1, g_byte_array_new (), g_byte_array_new () };
    }
  return self;
}

void
herd_free (Herd *self)
{
  for (guint i = 0; i < self->n; i++)
    {
      HerdTill *till = &self->tills[i];

      close_socket (&till->listening);
      close_socket (&till->asking);
      g_byte_array_unref (till->listening.out);
      g_byte_array_unref (till->listening.in);
      g_byte_array_unref (till->asking.out);
      g_byte_array_unref (till->asking.in);
      fake_till_clear (&till->fake);
      g_free (till->push);
      g_free (till->pull);
    }
  close (self->poll_fd);
  samples_clear (&self->took);
  g_free (self->tills);
  g_free (self->shop_heads);
  g_free (self->first_error);
  g_free (self);
}
