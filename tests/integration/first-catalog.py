#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A new till's catalog over a connection that breaks again and again, and a till that is killed in between: what
came is kept, the rest is asked for, progress is shown, selling goes on beside it, and what is used in the end is
whole.

usage: first-catalog.py GOODS"""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import bad_proxy  # noqa: E402
import network  # noqa: E402

PRICE = 350


def make_goods(n):
    # Names that do not pack well: the file is to be long.
    return [("69%011d" % i, "%x 货品 %d" % (i * 2654435761 % 2**32, i), PRICE) for i in range(n)]


class Watch:
    """What the till shows of its catalog's way."""

    def __init__(self):
        self.seen = []

    def look(self, till):
        state = till.do("state")
        if 0 < state["snapshot_done"] < state["snapshot_total"]:
            self.seen.append((state["snapshot_done"], state["snapshot_total"]))
        return state

    def count(self):
        """Different ones."""
        return len(set(self.seen))


def fetch_until(till, watch, is_over, limit_s=100):
    """Sells by amount while the catalog comes. Returns how many were sold."""
    start = time.monotonic()
    sold = 0
    while not is_over(watch.look(till)):
        assert time.monotonic() - start < limit_s, watch.seen
        till.do("amount %d" % PRICE)
        assert till.do("pay cash")["complete"]
        sold += 1
        time.sleep(0.05)
    return sold


def main():
    goods = make_goods(int(sys.argv[1]))
    with network.Folder() as folder:
        center = network.open_corner(folder, goods)
        proxy = bad_proxy.Proxy(center.port, 5)
        dir_ = os.path.join(folder, "till")
        watch = Watch()
        try:
            code = center.run("enrol-code", "--shop", "corner").strip()
            proxy.only = "/v1/snapshot/east-"
            proxy.shares = {"half": 1}
            till = network.Console(dir_, proxy, code)
            sold = fetch_until(till, watch, lambda state: watch.count() >= 2)
            till.kill()
            till = network.Console(dir_, proxy)
            sold += fetch_until(till, watch, lambda state: watch.count() >= 4)
            proxy.shares = {}
            sold += fetch_until(till, watch, lambda state: state["catalog_v"] > 0)
            till.do("sync")
            for i in (0, len(goods) // 2, len(goods) - 1):
                till.do("scan " + goods[i][0])
            assert till.do("pay cash")["complete"]
            till.do("sync")
            till.close()
            network.verify(dir_)
            report = center.report("corner")
            assert report["count"] == sold + 1, (report, sold)
            assert report["total"] == PRICE * (sold + 3), (report, sold)
        finally:
            center.stop()
            proxy.stop()
        steps = [done for done, _ in watch.seen]
        assert steps == sorted(steps), "what came is kept: %s" % steps
        assert proxy.resumed >= 3 and proxy.counts["half"] >= 3, (proxy.resumed, proxy.counts)
        print("%d bytes in %d pieces, %d asked for by range; %d sales beside it"
              % (watch.seen[0][1], proxy.counts["half"] + 1, proxy.resumed, sold))


if __name__ == "__main__":
    main()
