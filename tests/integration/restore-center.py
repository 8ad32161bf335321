#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The center goes back to its k-th last backup; nobody does anything about it, and everything is back.

Real processes: a center, three tills, one of them with a journal of two chains (its disk was copied once), and
one that was enrolled after the backup was made and has to be enrolled again."""

import os
import shutil
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import network  # noqa: E402

GOODS = [("6901028075831", "可口可乐 330ml", 350), ("6902083881405", "乐百氏", 200)]
OPENING = 1000
ROUNDS = 4


class Shop:
    def __init__(self, folder, center):
        self.folder = folder
        self.center = center
        self.sold = [0] * len(GOODS)
        self.labels = []
        self.last = {}
        self.tills = {}

    def open_till(self, name, code=None, offline=False):
        folder = os.path.join(self.folder, name)
        self.tills[name] = network.Console(folder, self.center, code, offline=offline)
        return self.tills[name]

    def close_till(self, name):
        self.tills.pop(name).close()
        network.verify(os.path.join(self.folder, name))

    def code(self):
        return self.center.run("enrol-code", "--shop", "corner").strip()

    def sell(self, name, n):
        till = self.tills[name]
        for i in range(n):
            good = i % len(GOODS)
            till.do("scan " + GOODS[good][0])
            self.last[name] = till.do("pay cash %d" % GOODS[good][2])["receipt"]
            self.labels.append(self.last[name])
            self.sold[good] += 1

    def lose(self, name, good):
        """The last sale of a disk that is gone."""
        self.labels.remove(self.last[name])
        self.sold[good] -= 1

    def sync(self):
        for name, till in self.tills.items():
            answer = till.ask("sync 60")
            assert answer["ok"], (name, answer, till.do("state"))

    def query(self, name, sql, *values):
        path = os.path.join(self.folder, name)
        with sqlite3.connect("file:%s?mode=ro" % path, uri=True) as db:
            return db.execute(sql, values).fetchall()

    def check(self):
        report = self.center.report("corner")
        assert report["count"] == len(self.labels), (report["count"], len(self.labels))
        assert report["total"] == sum(n * good[2] for n, good in zip(self.sold, GOODS)), report
        assert report["quarantined"] == 0 and report["deferred"] == 0, report
        levels = self.center.query("SELECT good_id, quantity FROM level JOIN location "
                                   "ON location.id = location_id WHERE location.kind = 'shop' ORDER BY 1")
        expected = [(OPENING - n) * 1000 for n in self.sold]
        assert [quantity for _, quantity in levels] == expected, (levels, expected)
        rows = self.center.query("SELECT CAST(id AS INTEGER), v, fields FROM feed_row "
                                 "WHERE tbl = 'level' ORDER BY 1")
        for name in self.tills:
            mine = self.query(name + "/shop.db", "SELECT id, v, '[' || quantity || ']' FROM level ORDER BY 1")
            assert mine == rows, (name, mine, rows)
            head = self.center.query("SELECT version, salt FROM feed WHERE kind = 'shop'")
            assert self.query(name + "/shop.db", "SELECT v, salt FROM cursor WHERE feed = 'shop'") == head

    def safe(self):
        return {writer: (acked, safe) for writer, acked, safe in
                self.center.query("SELECT uuid, acked, safe FROM writer")}


def open_shop(folder, center):
    shop = Shop(folder, center)
    for barcode, _, _ in GOODS:
        center.run("stock", "receive", barcode, str(OPENING), "--shop", "corner")
    for name in ("a", "b", "c"):
        shop.open_till(name, shop.code())
        shop.tills[name].do("sync")
        shop.tills[name].do("open-shift 20000")
    return shop


def fork(shop):
    """Till b goes on from a copy of its disk that its other self was ahead of: two chains in one journal. The other
    self is thrown away, and with it its last sale, unless a backup has it."""
    shop.sell("b", 3)
    shop.sync()
    shop.close_till("b")
    source, copy = (os.path.join(shop.folder, name) for name in ("b", "copy"))
    shutil.copytree(source, copy)
    shop.open_till("b")
    shop.sell("b", 1)
    shop.sync()
    shop.close_till("b")
    shop.open_till("copy")
    shop.sell("copy", 2)
    shop.sync()
    assert shop.tills["copy"].do("state")["forked"]
    chains = shop.query("copy/journal.db", "SELECT count(*) FROM writer")
    assert chains == [(2,)], chains


def trade(shop, backups, rounds):
    """Days of selling, each with a backup at its end."""
    for _ in range(rounds):
        for name in ("a", "copy", "c"):
            shop.sell(name, 2)
        shop.sync()
        said = shop.center.run("backup", backups)
        assert "verified" in said, said
        assert all(acked == safe for acked, safe in shop.safe().values()), shop.safe()
        shop.sell("a", 1)
    shop.sync()
    shop.check()
    for name in shop.tills:
        mine = shop.query(name + "/shop.db", "SELECT acked, safe FROM mine")
        assert all(0 < safe <= acked for acked, safe in mine), (name, mine)


def go_back(shop, file):
    """To a backup. The tills hear of it by themselves, and nothing is done about any but one: whom the backup does
    not know at all is enrolled again, as the till itself asks for."""
    shop.center.stop()
    said = shop.center.run("restore", file)
    assert "kept" in said, said
    shop.center.start()
    assert shop.center.report("corner")["count"] < len(shop.labels)
    shop.sell("c", 1)
    shop.tills["late"].do("enrol %s %s" % (shop.center.url, shop.code()))
    shop.sync()
    # What one till has sent the others hear of.
    shop.sync()
    shop.check()


def main():
    rounds = 2 if "--quick" in sys.argv else 5
    with network.Folder() as folder:
        center = network.open_corner(folder, GOODS)
        try:
            shop = open_shop(folder, center)
            first, backups = (os.path.join(folder, name) for name in ("first", "backups"))
            center.run("backup", first)
            fork(shop)
            trade(shop, backups, rounds)
            shop.open_till("late", shop.code())
            shop.tills["late"].do("sync")
            shop.tills["late"].do("open-shift 20000")
            shop.sell("late", 2)
            files = [os.path.join(backups, name) for name in sorted(os.listdir(backups))]
            refused = center.attempt("restore", files[0])
            assert refused.returncode != 0 and "served" in refused.stderr, refused

            go_back(shop, files[-2])
            if "--quick" not in sys.argv:
                go_back(shop, files[0])
                # Before the fork: the copy sends its first chain, and only what the disk thrown away had alone is lost.
                shop.lose("b", 0)
                go_back(shop, os.path.join(first, os.listdir(first)[0]))
            shop.sell("late", 1)
            shop.sync()
            shop.check()
            for name in list(shop.tills):
                shop.close_till(name)
            print("%d sales, all back" % len(shop.labels))
        finally:
            center.stop()


if __name__ == "__main__":
    main()
