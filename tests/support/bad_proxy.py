# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy between tills and their center that cuts, delays, doubles, loses answers, and answers for the center
itself. Runs on a thread of its own; what it did is counted."""

import asyncio
import collections
import random
import threading

PAGE = b"<html><body>Please sign in to this network.</body></html>"


class Cut(Exception):
    """This connection is to end here."""


async def read_head(reader):
    """(first line, headers in lower case, the bytes as they came); None at the end."""
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    lines = raw.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    return lines[0], headers, raw


async def read_message(reader):
    """A request or an answer, body included; None when it does not come whole."""
    head = await read_head(reader)
    if head is None:
        return None
    first, headers, raw = head
    try:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return first, headers, raw + body


class Proxy:
    """Listens on a port of its own. Harmless until `shares` says what part of the requests meets which fate."""

    FATES = ("cut", "lose", "double", "delay", "half", "gateway", "page", "hang")

    def __init__(self, port, seed):
        self.port = port  # of the center
        self.random = random.Random(seed)
        self.shares = {}
        self.only = "/"  # what the path of a request that meets any begins with
        self.counts = collections.Counter()
        self.resumed = 0  # requests for the rest of something
        self.frozen = False  # nothing that has come is passed on or answered any more, and no connection ends
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        self.ready.wait()

    def run(self):
        asyncio.set_event_loop(self.loop)
        self.server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.server.sockets[0].getsockname()[1]
        self.ready.set()
        self.loop.run_forever()
        self.server.close()
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self.loop.close()

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(timeout=30)

    def choose(self, request):
        first, headers, _ = request
        self.resumed += "range" in headers
        if not first.split(" ")[1].startswith(self.only):
            return "pass"
        at = self.random.random()
        for fate, share in self.shares.items():
            if at < share:
                return fate
            at -= share
        return "pass"

    async def thaw(self):
        while self.frozen:
            await asyncio.sleep(0.02)

    # --- one till's connection ---

    async def serve(self, reader, writer):
        try:
            while True:
                request = await read_message(reader)
                if request is None:
                    break
                fate = self.choose(request)
                self.counts[fate] += 1
                await self.thaw()
                if "upgrade" in request[1]:
                    await self.pipe(request, reader, writer, fate)
                    break
                await self.answer(request, writer, fate)
        except (Cut, OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def answer(self, request, writer, fate):
        if fate == "cut":
            raise Cut
        if fate == "hang":
            await asyncio.sleep(self.random.uniform(1, 4))
            raise Cut
        if fate == "delay":
            await asyncio.sleep(self.random.uniform(0, 0.5))
        if fate in ("gateway", "page"):
            status = b"502 Bad Gateway" if fate == "gateway" else b"200 OK"
            writer.write(b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s"
                         % (status, len(PAGE), PAGE))
            return
        if fate == "double":
            await self.ask(request)
        reply = await self.ask(request)
        if fate == "lose" or reply is None:
            raise Cut
        await self.thaw()
        raw = reply[2]
        if fate == "half":
            writer.write(raw[:self.random.randrange(len(raw))])
            await writer.drain()
            raise Cut
        writer.write(raw)
        await writer.drain()

    async def ask(self, request):
        """The center's answer; None when it is not there."""
        writer = None
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(request[2])
            return await read_message(reader)
        except OSError:
            return None
        finally:
            if writer is not None:
                writer.close()

    # --- a connection that becomes a WebSocket ---

    async def pipe(self, request, reader, writer, fate):
        if fate == "cut":
            raise Cut
        there, back = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            back.write(request[2])
            ways = [asyncio.ensure_future(self.copy(there, writer)),
                    asyncio.ensure_future(self.copy(reader, back))]
            # Most outlive the test, some do not.
            limit = None if fate == "pass" else self.random.uniform(0.1, 5)
            await asyncio.wait(ways, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
        finally:
            back.close()

    async def copy(self, source, sink):
        while True:
            piece = await source.read(65536)
            if not piece:
                return
            await self.thaw()
            sink.write(piece)
            await sink.drain()
