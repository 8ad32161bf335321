#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills the center again and again while tills push: what it answered is there, once, and nothing is there
twice. Half of the kills come at a random system call, by strace where that is there and allowed, the
others after a random time.

usage: center-kill.py PROGRAM DEMO_FOLDER ROUNDS [SEED]"""

import http.client
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
import center_client  # noqa: E402
import center_database  # noqa: E402

PROGRAM, DEMO, ROUNDS = sys.argv[1], sys.argv[2], int(sys.argv[3])
SEED = int(sys.argv[4]) if len(sys.argv) > 4 else random.SystemRandom().randrange(2 ** 32)
TILLS = 3
# What writes and syncs the database, and what takes requests and sends answers.
CALLS = [("pwrite64", 120), ("fdatasync", 25), ("write", 200), ("sendmsg", 40), ("recvmsg", 60),
         ("accept4", 4), ("futex", 120), ("openat", 120), ("mmap", 150), ("close", 80), ("ftruncate", 3)]
if center_database.SERVER:
    # Of a server's client: what it sends there, and takes.
    CALLS = [("sendto", 120), ("recvfrom", 150), ("poll", 150), ("write", 200), ("sendmsg", 40), ("recvmsg", 60),
             ("accept4", 4), ("futex", 120), ("openat", 60), ("mmap", 150), ("close", 60)]
SALE = open(os.path.join(HERE, "..", "data", "wire", "sale.1.full.json"), encoding="utf-8").read().strip()
SALE_TOTAL = 1618


class Pusher(threading.Thread):
    """One till's push lane: one request in flight, the last answer is what counts."""

    def __init__(self, center, folder, till, chance):
        super().__init__()
        self.own = center_client.Center(PROGRAM, folder)
        self.own.host = center.host
        self.till = till
        self.chance = chance
        self.wrong = None

    def push(self):
        till = self.till
        while len(till.entries) < till.acked + 8:
            till.add("sale", SALE)
        count = self.chance.choice([1, 1, 2, 8])
        reply = self.own.request("POST", "/v1/journal", till.push_body(till.acked, count), till, timeout=10)
        said = reply.json()
        if reply.status == 503:
            return
        if reply.status not in (200, 409):
            self.wrong = "status %d: %s" % (reply.status, reply.body)
        elif said["acked"] < till.acked:
            self.wrong = "%d was answered, now it says %d" % (till.acked, said["acked"])
        elif said["h"] != till.h[said["acked"]]:
            self.wrong = "another chain at %d" % said["acked"]
        else:
            till.acked = said["acked"]

    def run(self):
        try:
            while self.wrong is None:
                self.push()
        except (OSError, http.client.HTTPException):
            pass


def check(center, tills):
    """The database against what the tills know, with nothing of Millrace in between."""
    db = center_database.open_database(center.db)
    if not center_database.SERVER:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    total = 0
    for till in tills:
        rows = db.execute(
            "SELECT entry.n, entry.uuid, entry.h, entry.state, entry.body FROM entry "
            "JOIN writer ON writer.id = entry.writer_id WHERE writer.uuid = ? ORDER BY entry.n",
            (uuid.UUID(till.writer).bytes,)).fetchall()
        assert len(rows) >= till.acked, "%d answered, %d there" % (till.acked, len(rows))
        for row, entry, h in zip(rows, till.entries, till.h[1:]):
            assert row == (entry["n"], uuid.UUID(entry["id"]).bytes, bytes.fromhex(h), "applied",
                           entry["body"].encode()), row
        total += len(rows)
    counted = db.execute("SELECT count(*), count(DISTINCT uuid), CAST(sum(total) AS bigint) FROM sale").fetchone()
    assert counted == (total, total, total * SALE_TOTAL), (counted, total)
    # 3 and 1.255 of two goods in every sale.
    moved = dict(db.execute("SELECT good_id, CAST(sum(quantity) AS bigint) FROM movement WHERE writer_id > 0 "
                            "GROUP BY good_id").fetchall())
    assert moved == {11: 3000 * total, 21: 1255 * total}, (moved, total)
    db.close()
    return total


def can_inject():
    if shutil.which("strace") is None:
        return False
    done = subprocess.run(["strace", "-f", "-qq", "-o", os.devnull, "-e", "trace=close", "-e",
                           "inject=close:signal=KILL:when=1", "true"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return done.returncode in (-9, 137)


def run_until_killed(center, tills, chance, inject):
    """Starts the center, lets the tills push, and kills it. What was wrong, or None."""
    call, most = chance.choice(CALLS)
    if not center.start((call, chance.randint(1, most)) if inject else None):
        return None
    pushers = [Pusher(center, till.folder, till, random.Random(chance.random())) for till in tills]
    for pusher in pushers:
        pusher.start()
    if inject:
        # It dies by itself, or is too far from that call.
        try:
            center.process.wait(timeout=0.6)
        except subprocess.TimeoutExpired:
            pass
    else:
        time.sleep(chance.random() * 0.06)
    center.kill()
    for pusher in pushers:
        pusher.join()
    return next((pusher.wrong for pusher in pushers if pusher.wrong), None)


def main():
    chance = random.Random(SEED)
    inject = can_inject()
    if not inject:
        print("# strace is not there or not allowed: all kills come after a random time")
    print("# seed %d, %d kills" % (SEED, ROUNDS))
    with tempfile.TemporaryDirectory() as folder:
        center = center_client.Center(PROGRAM, folder)
        center.command("demo", "--data", DEMO)
        center.start()
        tills = [center_client.Till() for _ in range(TILLS)]
        for till in tills:
            center.enrol(till, "demo")
            till.acked = 0
            till.folder = folder
        center.stop()
        for number in range(ROUNDS):
            wrong = run_until_killed(center, tills, chance, inject and number % 2 == 0)
            if wrong:
                print("not ok - kill %d: %s" % (number, wrong))
                return 1
        center.start()
        pushed = check(center, tills)
        report = json.loads(center.command("report", "sales", "--shop", "demo", "--json").stdout)
        assert report["count"] == pushed and report["total"] == pushed * SALE_TOTAL, report
        center.stop()
        print("ok - %d kills, %d sales, each once" % (ROUNDS, pushed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
