#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tills sell behind a proxy that cuts, delays, doubles and loses, while the center is killed again and again.

usage: bad-network.py TILLS KILLS [--seed N]

Each till is a program of its own with the real journal, sync and sockets. In the end, when the faults have
stopped, the center's report is the sum of what the tills answered: every sale once, to the minor unit.
"""

import argparse
import collections
import os
import random
import signal
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import bad_proxy  # noqa: E402
import network  # noqa: E402

GOODS = [("6901028075831", "可口可乐 330ml", 350), ("6901234567892", "大米 5kg", 4990),
         ("6900000000014", "香蕉", 598), ("6900000000045", "酱油", 800)]
# Three quarters of the requests meet nothing.
SHARES = {"cut": .04, "lose": .05, "double": .05, "delay": .05, "half": .02, "gateway": .02, "page": .02,
          "hang": .005}
TENDERS = ["cash", "wechat", "alipay", "card"]


class Till(threading.Thread):
    """One till and its cashier, until told to stop."""

    def __init__(self, index, folder, proxy, code, seed):
        super().__init__()
        self.folder = os.path.join(folder, "till-%d" % index)
        self.random = random.Random(seed * 1000 + index)
        self.tenders = collections.Counter()
        self.receipts = []
        self.stopping = False
        self.failure = None
        self.log = open(os.path.join(folder, "till-%d.log" % index), "wb")
        self.console = network.Console(self.folder, proxy, code, log=self.log)
        self.console.do("sync")

    def sell(self):
        total = 0
        for _ in range(self.random.randint(1, 4)):
            code, _, price = self.random.choice(GOODS)
            self.console.do("scan " + code)
            total += price
        tender = self.random.choice(TENDERS)
        answer = self.console.do("pay %s%s" % (tender, " %d" % total if tender == "cash" else ""))
        assert answer["complete"], answer
        self.receipts.append((answer["receipt"], total))
        self.tenders[tender] += total

    def run(self):
        try:
            while not self.stopping:
                self.sell()
                time.sleep(self.random.expovariate(5))
        except Exception as error:  # pylint: disable=broad-except
            self.failure = error

    def read_log(self):
        with open(self.log.name, encoding="utf-8", errors="replace") as file:
            return file.read()[-20000:]

    def finish(self):
        """All at the center; sells no more."""
        try:
            state = self.console.ask("sync 100", timeout=150)
        except network.Dead:
            raise AssertionError(self.read_log()) from None
        self.console.close()
        self.log.close()
        assert state["ok"], state
        network.verify(self.folder)


def kill_center(center, chance, kills):
    """Each life is short, and some end before they have begun to serve."""
    for _ in range(kills):
        time.sleep(chance.uniform(0.05, 0.7))
        center.stop(signal.SIGKILL)
        time.sleep(chance.uniform(0, 0.2))
        center.start()


def compare(center, tills):
    report = center.report("corner")
    receipts = [receipt for till in tills for receipt in till.receipts]
    tenders = sum((till.tenders for till in tills), collections.Counter())
    assert report["count"] == len(receipts), (report["count"], len(receipts))
    assert report["total"] == sum(total for _, total in receipts), report
    assert {tender["kind"]: tender["amount"] for tender in report["tenders"]} == dict(tenders), (report, tenders)
    assert (report["quarantined"], report["deferred"]) == (0, 0), report
    labels = [label for label, _ in receipts]
    assert len(set(labels)) == len(labels)
    return report


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tills", type=int)
    parser.add_argument("kills", type=int)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    print("seed %d" % options.seed, flush=True)
    chance = random.Random(options.seed)
    with network.Folder() as folder:
        center = network.open_corner(folder, GOODS)
        proxy = bad_proxy.Proxy(center.port, options.seed)
        tills = []
        try:
            for i in range(options.tills):
                code = center.run("enrol-code", "--shop", "corner").strip()
                tills.append(Till(i, folder, proxy, code, options.seed))
            proxy.shares = SHARES
            for till in tills:
                till.start()
            kill_center(center, chance, options.kills)
            for till in tills:
                till.stopping = True
            for till in tills:
                till.join()
                assert till.failure is None, (till.failure, till.read_log())
            proxy.shares = {}
            for till in tills:
                till.finish()
            report = compare(center, tills)
        finally:
            for till in tills:
                till.stopping = True
            center.stop()
            proxy.stop()
        counts = {fate: proxy.counts[fate] for fate in ("pass",) + proxy.FATES}
        print("%d tills, %d kills, %d sales, %d in all; requests: %s"
              % (options.tills, options.kills, report["count"], report["total"],
                 ", ".join("%s %d" % pair for pair in counts.items())))
        if options.kills >= 20:
            assert all(counts.values()), counts


if __name__ == "__main__":
    main()
