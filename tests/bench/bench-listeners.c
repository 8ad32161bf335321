/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

/* What tills that only listen cost a center: the time of a request and its memory with thousands of idle
 * WebSockets, against none; and how long it takes to poke them all. Argument: number of tills. */

#include "fake-till.h"
#include "figures.h"
#include "served-center.h"
#include "system-world.h"

#include <arpa/inet.h>
#include <libsoup/soup.h>
#include <poll.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define N_REQUESTS 1000
#define NS_PER_MS 1e6
/* Of this very process: both ends of each socket, and what else is open. */
#define FILES_EACH 2
#define OTHER_FILES 500

static void
must_answer (int fd, const char *with)
{
  char text[1024] = "";
  gssize n = recv (fd, text, sizeof text - 1, 0);

  g_assert_cmpint (n, >, 0);
  g_assert_nonnull (strstr (text, with));
}

static FakeTill
enrol (ServedCenter *center, SoupSession *session)
{
  g_autofree char *code = served_center_new_code (center);
  g_autofree char *url = g_strconcat (served_center_get_url (center), "/v1/enrol", NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("POST", url);
  g_autofree char *body = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) reply = NULL;
  FakeTill till;

  fake_till_init (&till, mr_system_world_get ());
  body = fake_till_make_enrolment (&till, code);
  bytes = g_bytes_new (body, strlen (body));
  soup_message_set_request_body_from_bytes (message, "application/json", bytes);
  reply = soup_session_send_and_read (session, message, NULL, NULL);
  fake_till_enrolled (&till, g_bytes_get_data (reply, NULL), (gssize) g_bytes_get_size (reply));
  return till;
}

/* One till stands for all: nobody forbids it to listen often. */
static char *
make_handshake (FakeTill *till)
{
  FakeSignature signature = fake_till_sign (till, "GET", "/v1/poke", NULL, 0);
  char *text = g_strdup_printf (
      "GET /v1/poke HTTP/1.1\r\nHost: center\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Millrace-Till: %s\r\nMillrace-Time: %s\r\nMillrace-Signature: %s\r\n\r\n",
      signature.till, signature.time, signature.signature);

  fake_signature_clear (&signature);
  return text;
}

static int
listen_once (guint16 port, const char *handshake)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (send (fd, handshake, strlen (handshake), 0), ==, (gssize) strlen (handshake));
  must_answer (fd, " 101 ");
  return fd;
}

static gint64
measure_requests (ServedCenter *center, SoupSession *session)
{
  g_autofree char *url = g_strconcat (served_center_get_url (center), "/v1/health", NULL);
  Samples samples = SAMPLES_NEW;
  gint64 p50;

  for (guint i = 0; i < N_REQUESTS; i++)
    {
      gint64 start_ns = figures_now_ns ();
      g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
      g_autoptr (GBytes) body = soup_session_send_and_read (session, message, NULL, NULL);

      g_assert_nonnull (body);
      samples_add (&samples, figures_now_ns () - start_ns);
    }
  p50 = samples_percentile (&samples, 50);
  samples_clear (&samples);
  return p50;
}

static gint64
read_resident_bytes (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  fields = g_strsplit (text, " ", 3);
  return g_ascii_strtoll (fields[1], NULL, 10) * sysconf (_SC_PAGESIZE);
}

static gint64
measure_poke (ServedCenter *center, const int *fds, guint n)
{
  gint64 start_ns = figures_now_ns ();

  served_center_put_goods (center, 0, 1, 480);
  for (guint i = 0; i < n; i++)
    must_answer (fds[i], "\"region\"");
  return figures_now_ns () - start_ns;
}

int
main (int argc, char **argv)
{
  guint wanted = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 9000;
  g_autoptr (ServedCenter) center = served_center_new ();
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autofree char *handshake = NULL;
  g_autofree int *fds = g_new0 (int, wanted);
  const char *port = strrchr (served_center_get_url (center), ':') + 1;
  gint64 alone_ns, listened_ns, before, resident;
  struct rlimit files;
  FakeTill till;
  guint n;

  g_assert_cmpint (sodium_init (), >=, 0);
  getrlimit (RLIMIT_NOFILE, &files);
  n = MIN (wanted, (guint) (files.rlim_cur - OTHER_FILES) / FILES_EACH);
  till = enrol (center, session);
  handshake = make_handshake (&till);
  figures_title ("%u tills that only listen", n);
  alone_ns = measure_requests (center, session);
  before = read_resident_bytes ();
  for (guint i = 0; i < n; i++)
    fds[i] = listen_once ((guint16) g_ascii_strtoull (port, NULL, 10), handshake);
  resident = read_resident_bytes () - before;
  listened_ns = measure_requests (center, session);
  figures_ratio ("a request, p50", (double) listened_ns / NS_PER_MS, "nobody listening",
                 (double) alone_ns / NS_PER_MS, "ms", 1.5);
  figures_value ("memory of the center for each", (double) resident / n, "bytes", 0);
  figures_value ("all poked, from before the commit",
                 (double) measure_poke (center, fds, n) / NS_PER_MS, "ms", 0);
  for (guint i = 0; i < n; i++)
    close (fds[i]);
  fake_till_clear (&till);
  return EXIT_SUCCESS;
}
