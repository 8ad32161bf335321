#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two centers on one PostgreSQL database, tills that push to either: what was answered is there, once.

twins: nobody is killed, everybody pushes into the same two shops at once, the same till to both centers.
kill: a center, a process of the server, or the whole server is killed again and again.

usage: postgresql-centers.py PROGRAM DEMO_FOLDER twins SECONDS | kill ROUNDS [SEED]"""

import concurrent.futures
import http.client
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
import center_client  # noqa: E402
import postgresql  # noqa: E402

PROGRAM, DEMO, MODE = sys.argv[1:4]
AMOUNT = float(sys.argv[4])
SEED = int(sys.argv[5]) if len(sys.argv) > 5 else random.SystemRandom().randrange(2 ** 32)
TILLS = 8
SALE = open(os.path.join(HERE, "..", "data", "wire", "sale.1.full.json"), encoding="utf-8").read().strip()
SALE_TOTAL = 1618
SHOPS = ["demo", "riverside"]
WAIT_S = 90


class Pusher(threading.Thread):
    """One till: one request in flight, to either center; whatever goes wrong is tried again."""

    def __init__(self, centers, folder, till, chance):
        super().__init__()
        self.centers = centers
        self.own = [center_client.Center(PROGRAM, folder, center.db) for center in centers]
        self.till = till
        self.chance = chance
        self.ending = False
        self.wrong = None
        self.answers = 0

    def push(self, which):
        till, own = self.till, self.own[which]
        if own.host != self.centers[which].host:
            own.host, own.connection = self.centers[which].host, None
        while len(till.entries) < till.acked + 8:
            till.add("sale", SALE)
        reply = own.request("POST", "/v1/journal", till.push_body(till.acked, self.chance.choice([1, 1, 2, 8])),
                            till, timeout=60)
        if reply.status == 503:
            time.sleep(0.05)
            return
        said = reply.json()
        if reply.status != 200:
            self.wrong = "status %d: %s" % (reply.status, reply.body)
        elif said["acked"] < till.acked:
            self.wrong = "%d was answered, now it says %d" % (till.acked, said["acked"])
        elif said["h"] != till.h[said["acked"]]:
            self.wrong = "another chain at %d" % said["acked"]
        else:
            till.acked = said["acked"]
            self.answers += 1

    def run(self):
        while self.wrong is None and not self.ending:
            try:
                self.push(self.chance.randrange(len(self.centers)))
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)


def check(server, tills):
    """The database against what the tills know, with nothing of Millrace in between."""
    total = 0
    for till in tills:
        rows = server.sql(
            "SELECT entry.n, encode(entry.uuid, 'hex'), encode(entry.h, 'hex'), entry.state, "
            "convert_from(entry.body, 'UTF8') = '%s' FROM entry JOIN writer ON writer.id = entry.writer_id "
            "WHERE encode(writer.uuid, 'hex') = '%s' ORDER BY entry.n"
            % (SALE.replace("'", "''"), till.writer.replace("-", "")), "center")
        assert len(rows) >= till.acked, "%d answered, %d there" % (till.acked, len(rows))
        for row, entry, h in zip(rows, till.entries, till.h[1:]):
            assert row == [str(entry["n"]), entry["id"].replace("-", ""), h, "applied", "t"], row
        total += len(rows)
    counted = server.sql("SELECT count(*), count(DISTINCT uuid), coalesce(sum(total), 0) FROM sale", "center")
    assert counted == [[str(total), str(total), str(total * SALE_TOTAL)]], (counted, total)
    wrong_levels = server.sql(
        "SELECT level.* FROM level WHERE quantity <> "
        "(SELECT coalesce(sum(quantity), 0) FROM movement WHERE movement.shop_id = level.shop_id "
        "AND movement.good_id = level.good_id AND movement.to_location = level.location_id) - "
        "(SELECT coalesce(sum(quantity), 0) FROM movement WHERE movement.shop_id = level.shop_id "
        "AND movement.good_id = level.good_id AND movement.from_location = level.location_id)", "center")
    assert wrong_levels == [], wrong_levels
    # What tills were told is what there is.
    stale = server.sql(
        "SELECT level.* FROM level JOIN shop ON shop.id = level.shop_id "
        "JOIN location ON location.id = level.location_id AND location.kind = 'shop' "
        "JOIN feed ON feed.kind = 'shop' AND feed.scope_id = shop.id "
        "LEFT JOIN feed_row ON feed_row.feed_id = feed.id AND feed_row.tbl = 'level' "
        "AND feed_row.id = level.good_id::text "
        "WHERE feed_row.fields IS DISTINCT FROM '[' || level.quantity::text || ']'", "center")
    assert stale == [], stale
    return total


def report_of(center, shop):
    return json.loads(center.command("report", "sales", "--shop", shop, "--json").stdout)


def await_answers(pushers):
    """Everybody is answered again."""
    before = [pusher.answers for pusher in pushers]
    deadline = time.monotonic() + WAIT_S
    while any(pusher.answers == count and pusher.wrong is None for pusher, count in zip(pushers, before)):
        assert time.monotonic() < deadline, "nobody answers any more"
        time.sleep(0.02)


def kill_something(server, centers, chance, number):
    what = ["center", "backend", "server"][number % 3]
    time.sleep(chance.random() * 0.3)
    if what == "center":
        center = chance.choice(centers)
        center.kill()
        center.start()
    elif what == "backend":
        # The server then ends all its processes and recovers.
        backends = server.backends()
        if backends:
            os.kill(chance.choice(backends), signal.SIGKILL)
    else:
        server.kill()
        time.sleep(chance.random() * 0.5)
        server.start()
    return what


def run_tills(server, centers, tills, folder, chance):
    pushers = [Pusher(centers, folder, till, random.Random(chance.random())) for till in tills]
    killed = {}
    for pusher in pushers:
        pusher.start()
    try:
        if MODE == "twins":
            time.sleep(AMOUNT)
        else:
            for number in range(int(AMOUNT)):
                what = kill_something(server, centers, chance, number)
                killed[what] = killed.get(what, 0) + 1
                await_answers(pushers)
    finally:
        for pusher in pushers:
            pusher.ending = True
        for pusher in pushers:
            pusher.join()
    wrong = next((pusher.wrong for pusher in pushers if pusher.wrong), None)
    assert wrong is None, wrong
    return killed


def check_poke(centers, tills):
    """A till that listens to one center hears of what another pushes to the other, and of an import. What is said while
    a center is still looking for a killed server is not heard, so it is said again."""
    _, listening = centers[1].listen(tills[0])
    listening.sock.settimeout(1)

    def hears(feed):
        try:
            while json.loads(listening.receive()[1])["feed"] != feed:
                pass
            return True
        except TimeoutError:
            return False

    def push(_):
        till = tills[2]
        till.add("sale", SALE)
        said = centers[0].request("POST", "/v1/journal", till.push_body(till.acked), till)
        assert said.status == 200, said.body
        till.acked = said.json()["acked"]

    def import_goods(number):
        goods = centers[0].log + ".csv"
        with open(goods, "w", encoding="utf-8") as file:
            file.write("barcode,name,price\n6901234567007,新货,4.%02d\n" % number)
        centers[0].command("import-goods", goods, "--region", "east")

    for feed, change in (("shop", push), ("region", import_goods)):
        for number in range(30):
            change(number)
            if hears(feed):
                break
        else:
            raise AssertionError("nothing was heard of feed " + feed)
    listening.close()


def enrol_all(centers, tills):
    """All at once, at both centers: numbers and letters are given once."""
    def enrol(number):
        center = center_client.Center(PROGRAM, os.path.dirname(centers[0].log), centers[0].db)
        center.host = centers[number // 2 % 2].host
        return center.enrol(tills[number], SHOPS[number % 2]).json()["letter"]

    with concurrent.futures.ThreadPoolExecutor(len(tills)) as threads:
        letters = list(threads.map(enrol, range(len(tills))))
    for shop in range(2):
        assert sorted(letters[shop::2]) == ["A", "B", "C", "D"], letters


def run(server, folder):
    chance = random.Random(SEED)
    server.sql("CREATE DATABASE center TEMPLATE template0")
    centers = [center_client.Center(PROGRAM, folder, server.location("center")) for _ in range(2)]
    for number, center in enumerate(centers):
        center.log += str(number)
    centers[0].command("demo", "--data", DEMO)
    for center in centers:
        center.start()
    tills = [center_client.Till("till %d" % number) for number in range(TILLS)]
    try:
        enrol_all(centers, tills)
        for till in tills:
            till.acked = 0
        killed = run_tills(server, centers, tills, folder, chance)
        check_poke(centers, tills)
        total = check(server, tills)
        reports = [report_of(centers[0], shop) for shop in SHOPS]
        assert sum(report["count"] for report in reports) == total, (reports, total)
        said = server.sql("SELECT deadlocks, xact_commit FROM pg_stat_database WHERE datname = 'center'")[0]
        print("ok - %s, %d sales, each once; %s deadlocks seen and gone" % (
            "%d kills %s" % (sum(killed.values()), killed) if killed else "%g s" % AMOUNT, total, said[0]))
    finally:
        for center in centers:
            center.stop()


def main():
    if postgresql.find_programs() is None:
        print("PostgreSQL 15 is not installed (Debian: postgresql-15)")
        return 77
    print("# seed %d" % SEED)
    server = postgresql.Server(durable=MODE == "kill")
    try:
        with tempfile.TemporaryDirectory() as folder:
            run(server, folder)
    finally:
        server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
