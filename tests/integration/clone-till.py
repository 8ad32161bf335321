#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A till's disk is copied, and an old copy restored: both sell on, nothing is lost or doubled.

The shared tail of both chains reaches the center once; the one that comes second goes on under a new
writer, says so, and is given a letter of its own. Numbers that both printed before are listed, none dropped."""

import contextlib
import os
import shutil
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import network  # noqa: E402

PRICE = 350


class Shop:
    """What was sold at all tills, however they came to be."""

    def __init__(self, center):
        self.center = center
        self.labels = []

    def work(self, folder, sales, sync, code=None):
        till = network.Console(folder, self.center, code, offline=not sync and code is None)
        if code:
            till.do("sync")
            till.do("open-shift 20000")
        for _ in range(sales):
            till.do("scan 6901028075831")
            self.labels.append(till.do("pay cash %d" % PRICE)["receipt"])
        if sync:
            till.do("sync")
        state = till.do("state")
        till.close()
        network.verify(folder)
        return state

    def doubled(self):
        """What the center lists for the owner: label -> how often."""
        lines = self.center.run("report", "doubled", "--shop", "corner").splitlines()
        labels = [line.split("\t")[0] for line in lines]
        return {label: labels.count(label) for label in labels}

    def told(self, folder):
        """The numbers that the shop is told of at the till in folder: label -> how often."""
        with contextlib.closing(sqlite3.connect("file:%s/shop.db?mode=ro" % folder, uri=True)) as replica:
            rows = replica.execute("SELECT label, amount FROM taken_twice WHERE kind = 'number'").fetchall()
        return {label: too_often + 1 for label, too_often in rows}

    def check(self):
        report = self.center.report("corner")
        assert report["count"] == len(self.labels), (report["count"], self.labels)
        assert report["total"] == PRICE * len(self.labels), report
        assert report["quarantined"] == 0 and report["deferred"] == 0, report


def main():
    with network.Folder() as folder:
        center = network.open_corner(folder, [("6901028075831", "可口可乐 330ml", PRICE)])
        try:
            first, second, third = (os.path.join(folder, name) for name in ("a", "b", "c"))
            shop = Shop(center)
            shop.work(first, 4, True, center.run("enrol-code", "--shop", "corner").strip())
            shutil.copytree(first, third)
            shop.check()
            # A tail that neither the center nor anybody else has seen is in both copies.
            shop.work(first, 2, False)
            shutil.copytree(first, second)
            assert not shop.work(first, 3, True)["forked"]
            shop.check()
            # The first number is printed before the copy can know of the other.
            shop.work(second, 1, False)
            assert shop.work(second, 5, True)["forked"]
            shop.check()
            shop.work(first, 2, True)
            shop.check()
            # Back from an old copy: the center is ahead.
            assert shop.work(third, 3, True)["forked"]
            shop.work(second, 1, True)
            shop.work(third, 1, True)
            shop.check()
            # Each life has a letter; only what was sold before the center's answer bears a provisional one.
            letters = {label.split("-")[0] for label in shop.labels if not label.startswith("?")}
            assert letters == {"1A", "1B", "1C"}, letters
            printed = {label: shop.labels.count(label) for label in shop.labels}
            doubled = {label: n for label, n in printed.items() if n > 1}
            print("%d sales, %d numbers doubled" % (len(shop.labels), len(doubled)))
            assert doubled and shop.doubled() == doubled, (doubled, shop.doubled())
            shop.work(second, 0, True)
            assert shop.told(second) == doubled, (doubled, shop.told(second))
        finally:
            center.stop()


if __name__ == "__main__":
    main()
