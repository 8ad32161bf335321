#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A till's machine goes wrong: files lost, damaged or of a later version, a full disk, a mute printer. Each is said in
words, selling goes on where it can, and nothing is lost.

usage: bad-machine.py CLASS…"""

import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import center_database  # noqa: E402
import network  # noqa: E402
import shop_case  # noqa: E402
from shop_case import COLA, PRICE, ShopCase, digest  # noqa: E402


def free_port():
    """A port of this machine where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ReplicaTest(ShopCase):
    def spoil(self, how):
        for name in os.listdir(self.dir):
            if re.fullmatch(r"(shop|catalog-.*)\.db(-wal|-shm)?", name):
                path = os.path.join(self.dir, name)
                if how is None:
                    os.unlink(path)
                else:
                    data = how(os.path.getsize(path))
                    with open(path, "wb") as file:
                        file.write(data)

    def try_replicas(self, how):
        till = self.open_till()
        self.sell(till)
        self.close_till(till)
        self.spoil(how)
        before = network.verify(self.dir)
        # Nobody answers: the till starts without its goods, says so, and still takes money.
        self.center.stop()
        till = self.open_till()
        state = till.do("state")
        self.assertEqual((state["catalog_v"], state["link"]), (0, "offline"))
        self.assertIn("not reached", till.ask("sync 1")["message"])
        self.assertEqual(till.ask("scan " + COLA)["error"], "unknown")
        for question in till.do("questions")["questions"]:
            till.do("dismiss %d" % question["id"])
        till.do("amount %d" % PRICE)
        self.receipts.append(till.do("pay cash %d" % PRICE)["receipt"])
        self.center.start()
        state = till.do("sync")
        self.assertGreater(state["catalog_v"], 0)
        self.assertEqual((state["problem"], state["forked"]), ("", False))
        self.sell(till)
        self.settle(till)
        self.assertEqual(int(re.search(r"(\d+) entries", before).group(1)) + 2, self.count_entries())

    def count_entries(self):
        return int(re.search(r"(\d+) entries", network.verify(self.dir)).group(1))

    def test_replicas_deleted(self):
        self.try_replicas(None)

    def test_replicas_of_noise(self):
        self.try_replicas(os.urandom)
        self.assertIn("the replica is fetched from the center anew", self.read_log())

    def test_replicas_emptied(self):
        self.try_replicas(lambda size: b"")


class JournalTest(ShopCase):
    def state(self, where):
        """All of a file; of a server's database what a migration would change."""
        if where.startswith("sqlite:"):
            return digest(where[len("sqlite:"):])
        return center_database.query(where, "SELECT * FROM migration ORDER BY number"), center_database.query(
            where, "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public' "
            "ORDER BY 1, 2")

    def make_newer(self, where):
        db = center_database.open_database(where)
        with db:
            db.execute("INSERT INTO migration (number, name, sha256, at) VALUES (900, '900-later.sql', 'x', 0)")
        if where.startswith("sqlite:"):
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        return self.state(where)

    def drop_newer(self, where):
        db = center_database.open_database(where)
        with db:
            db.execute("DELETE FROM migration WHERE number = 900")
        db.close()

    def test_newer_journal(self):
        till = self.open_till()
        self.sell(till)
        self.close_till(till)
        path = os.path.join(self.dir, "journal.db")
        before = self.make_newer("sqlite:" + path)
        for _ in range(2):
            said = self.refused_start()
            self.assertIn("newer version of Millrace", said)
            self.assertIn("install the newer version", said)
            self.assertEqual(digest(path), before)
        done = network.look_through(self.dir)
        self.assertEqual(done.returncode, 2)
        self.assertIn("newer version of Millrace", done.stdout)
        self.assertEqual(digest(path), before)
        self.drop_newer("sqlite:" + path)
        till = self.open_till()
        self.sell(till)
        self.settle(till)

    def test_newer_center(self):
        till = self.open_till()
        self.center.stop()
        before = self.make_newer(self.center.db)
        for command in [("serve", "--listen", "127.0.0.1:0"), ("report", "sales", "--shop", "corner", "--json"),
                        ("import-goods", os.path.join(self.folder, "goods.csv"), "--region", "east")]:
            done = self.center.attempt(*command)
            self.assertEqual(done.returncode, 1)
            self.assertIn("newer version of Millrace", done.stderr)
            self.assertEqual(self.state(self.center.db), before)
        self.drop_newer(self.center.db)
        self.center.start()
        self.sell(till)
        self.settle(till)

    def damage(self, path, text, offset=0):
        """One bit of what stands once in the file."""
        with open(path, "r+b") as file:
            data = bytearray(file.read())
            self.assertEqual(data.count(text), 1)
            data[data.find(text) + offset] ^= 1
            file.seek(0)
            file.write(data)

    def fold(self):
        """The whole journal in its one file, as after a clean shutdown of everything."""
        db = sqlite3.connect(os.path.join(self.dir, "journal.db"))
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        sales = db.execute("SELECT n, h, body FROM entry WHERE kind = 'sale' ORDER BY n").fetchall()
        db.close()
        return sales

    def test_damaged_entry(self):
        """A flipped byte of what the center has long since: named by its row; selling goes on, nothing goes twice."""
        till = self.open_till()
        for _ in range(3):
            self.sell(till)
        till.do("sync")
        self.close_till(till)
        n, h, _ = self.fold()[0]
        path = os.path.join(self.dir, "journal.db")
        whole = os.path.join(self.folder, "whole.db")
        shutil.copyfile(path, whole)
        self.damage(path, h)
        done = network.look_through(self.dir)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"writer 1, entry %d: .*hash" % n)
        till = self.open_till()
        self.sell(till)
        till.do("sync")
        self.close_till(till)
        report = self.center.report("corner")
        self.assertEqual((report["count"], report["quarantined"]), (4, 0))
        self.assertEqual(network.look_through(self.dir).returncode, 1)

    def test_damaged_before_it_was_sent(self):
        """The till finds it by its hash, goes on under a new writer, says which entry it is, and the damaged sale waits
        at the center for somebody to look at it."""
        self.center.stop()
        till = self.open_till()
        for _ in range(3):
            self.sell(till)
        self.close_till(till)
        n, _, body = self.fold()[0]
        self.damage(os.path.join(self.dir, "journal.db"), body, body.index(b'"total":350') + len(b'"total":'))
        done = network.look_through(self.dir)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"writer 1, entry %d: its hash does not follow" % n)
        self.center.start()
        till = self.open_till()
        self.assertTrue(till.do("sync")["forked"])
        self.assertEqual(till.do("state")["damaged_n"], n)
        self.sell(till)
        till.do("sync")
        self.close_till(till)
        report = self.center.report("corner")
        self.assertEqual((report["count"], report["quarantined"]), (3, 1))
        self.assertEqual(report["total"], 3 * PRICE)

    def test_unreadable_before_it_was_sent(self):
        """What is left of an entry that is no text any more goes on as such; the others count."""
        self.center.stop()
        till = self.open_till()
        for _ in range(3):
            self.sell(till)
        self.close_till(till)
        n, _, body = self.fold()[0]
        path = os.path.join(self.dir, "journal.db")
        with open(path, "rb") as file:
            data = file.read()
        with open(path, "r+b") as file:
            file.seek(data.index(body))
            file.write(b"\xff\xfe")
        self.center.start()
        till = self.open_till()
        self.assertEqual(till.do("sync")["damaged_n"], n)
        self.sell(till)
        till.do("sync")
        self.close_till(till)
        report = self.center.report("corner")
        self.assertEqual((report["count"], report["quarantined"]), (3, 1))
        self.assertIn("damaged on the till's disk", self.center.run("report", "waiting", "--shop", "corner"))

    def test_noise_for_a_journal(self):
        """What was a journal is not opened, not replaced, and not touched."""
        till = self.open_till()
        self.close_till(till)
        self.fold()
        path = os.path.join(self.dir, "journal.db")
        with open(path, "r+b") as file:
            file.write(os.urandom(4096))
        before = digest(path)
        said = self.refused_start()
        self.assertRegex(said, r"journal\.db: .*(not a database|damaged)")
        self.assertEqual(digest(path), before)
        done = network.look_through(self.dir)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stdout, r"journal\.db: .*(not a database|damaged)")
        self.assertEqual(digest(path), before)


class DiskTest(ShopCase):
    def test_full_disk(self):
        home = self.dir + "-as-made"
        os.rename(self.dir, home)
        os.mkdir(self.dir)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "millrace-test", self.dir],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            self.skipTest("a small disk cannot be mounted here: " + done.stdout.strip())
        self.addCleanup(subprocess.run, ["umount", "-l", self.dir], check=False)
        shutil.copytree(home, self.dir, dirs_exist_ok=True)
        till = self.open_till()
        self.sell(till)
        self.assertTrue(till.do("state")["disk_low"])
        till.do("scan " + COLA)
        filler = os.path.join(self.dir, "filler")
        refusal = self.sell_until_full(till, filler)
        self.assertEqual(refusal["error"], "disk")
        self.assertIn("no room left on the disk", refusal["message"])
        # Said not to be saved; whole, on the screen, and not paid.
        basket = till.do("basket")
        self.assertEqual((len(basket["lines"]), basket["total"], basket["given"]), (1, PRICE, 0))
        self.assertTrue(till.do("state")["disk_trouble"])
        self.assertFalse(till.ask("pay cash %d" % PRICE)["ok"])
        self.assertEqual(len(till.do("receipts 10000")["receipts"]), len(self.receipts))
        os.unlink(filler)
        self.receipts.append(till.do("pay cash %d" % PRICE)["receipt"])
        self.assertEqual(till.do("basket")["lines"], [])
        self.assertFalse(till.do("state")["disk_trouble"])
        self.assertEqual(len(till.do("receipts 10000")["receipts"]), len(self.receipts))
        self.sell(till)
        self.settle(till)

    def sell_until_full(self, till, filler):
        """What is reserved lets some sales through; then there is no room indeed."""
        for _ in range(2000):
            self.fill(filler)
            answer = till.ask("pay cash %d" % PRICE)
            if not answer["ok"]:
                return answer
            self.receipts.append(answer["receipt"])
            self.fill(filler)
            till.ask("scan " + COLA)
        raise AssertionError("the disk never became full")

    def fill(self, path):
        with open(path, "ab", buffering=0) as file:
            for size in (65536, 4096, 1):
                try:
                    while file.write(b"x" * size) == size:
                        pass
                except OSError:
                    pass


class Printer:
    """Something at a port that takes what comes, or only says it would."""

    def __init__(self, port=0, reads=True):
        self.server = socket.socket()
        self.server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.server.bind(("127.0.0.1", port))
        self.server.listen(8)
        self.port = self.server.getsockname()[1]
        self.reads = reads
        self.data = b""
        self.taken = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            self.taken.append(connection)
            while self.reads:
                piece = connection.recv(65536)
                if not piece:
                    break
                self.data += piece

    def close(self):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        for connection in self.taken:
            connection.close()


class PrinterTest(ShopCase):
    def try_printer(self, port, states, silent=None):
        till = self.open_till()
        till.do("printer tcp:127.0.0.1:%d" % port)
        # A sale never waits for paper: these were answered while the printer was tried.
        for _ in range(2):
            self.sell(till)
        self.assertIn("not out yet", till.ask("paper 1")["message"])
        state = till.do("state")
        self.assertIn((state["printer"], state["printer_reason"]), states)
        self.assertEqual(state["paper_waiting"], 2)
        self.sell(till)
        if silent is not None:
            silent.close()
        printer = Printer(port)
        self.addCleanup(printer.close)
        self.assertEqual(till.do("paper 30")["paper_waiting"], 0)
        for label in self.receipts:
            self.assertEqual(printer.data.count(label.encode()), 1, label)
        self.settle(till)

    def test_nobody_there(self):
        self.try_printer(free_port(), [("trouble", "refused")])

    def test_never_reads(self):
        silent = Printer(reads=False)
        # Ready for a moment, too: the drawer goes between two tries.
        self.try_printer(silent.port, [("printing", ""), ("trouble", "no-answer"), ("ready", "")], silent)


if __name__ == "__main__":
    shop_case.main()
