#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A new computer becomes a till there is, with a code for that till, alone or after a backup was put back: number, shift
and sums go on there under a new letter; the old computer is told so, sells on all the same, and its tail waits for the
owner's word."""

import glob
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import network  # noqa: E402

PRICE, FLOAT = 350, 20000


class Shop:
    def __init__(self, center):
        self.center = center
        self.labels = []

    def sell(self, till, sales):
        for _ in range(sales):
            till.do("scan 6901028075831")
            self.labels.append(till.do("pay cash %d" % PRICE)["receipt"])

    def report(self):
        return self.center.report("corner")


def await_replaced(till):
    """It is told so, and has nothing left that it could not send."""
    end = time.monotonic() + 30
    while True:
        till.ask("sync 1")
        state = till.do("state")
        if state["link"] == "replaced" and state["waiting"] == 0:
            return
        assert time.monotonic() < end, state


def replace(shop, folder):
    """Code, joining, the first sale: what the ten minutes are for."""
    code = shop.center.run("enrol-code", "--shop", "corner", "--till", "1").strip()
    till = network.Console(folder, shop.center, code)
    till.do("sync")
    state = till.do("state")
    assert (state["till"], state["link"]) == (1, "online"), state
    assert state["shift"]["number"] == 2 and state["shift"]["sales"] == 2, state["shift"]
    shop.sell(till, 2)
    till.do("sync")
    assert [label.split("-")[0] for label in shop.labels[-2:]] == ["1B", "1B"], shop.labels
    return till


def from_center(folder, center):
    shop = Shop(center)
    old_dir, new_dir = os.path.join(folder, "old"), os.path.join(folder, "new")
    old = network.Console(old_dir, center, center.run("enrol-code", "--shop", "corner").strip())
    old.do("sync")
    old.do("open-shift %d" % FLOAT)
    shop.sell(old, 1)
    old.do("close-shift %d" % (FLOAT + PRICE))
    old.do("open-shift %d" % FLOAT)
    shop.sell(old, 2)
    old.do("sync")
    old.close()
    # Without a network, a tail that the center has not seen.
    old = network.Console(old_dir, center, offline=True)
    shop.sell(old, 1)
    old.close()

    new = replace(shop, new_dir)
    assert shop.report()["count"] == 5

    old = network.Console(old_dir, center)
    await_replaced(old)
    shop.sell(old, 1)
    await_replaced(old)
    old.close()
    network.verify(old_dir)
    assert shop.report()["count"] == 5
    waiting = center.run("waiting", "list", "--shop", "corner").splitlines()
    assert len(waiting) == 2 and all("\tsale\t" in line for line in waiting), waiting
    center.run("waiting", "settle", "all", "--shop", "corner")
    assert shop.report()["count"] == 7

    # The drawer went from one computer to the other with what was in it.
    closed = new.do("close-shift %d" % (FLOAT + 4 * PRICE))
    assert closed["shift"]["variance"] == 0, closed
    new.do("sync")
    new.close()
    network.verify(new_dir)
    assert len(set(shop.labels)) == 7, shop.labels
    assert shop.report()["total"] == 7 * PRICE
    return shop


def find_backup(folder):
    end = time.monotonic() + 30
    while True:
        found = sorted(glob.glob(os.path.join(folder, "backups", "*.journal")))
        if found:
            return found[-1]
        assert time.monotonic() < end, "no backup in " + folder
        time.sleep(0.1)


def from_backup(folder, center, before, back_dir):
    """The till closes, sells on, and is lost; what the center has since then is found as a fork."""
    shop = Shop(center)
    lost_dir = os.path.join(folder, "new")
    lost = network.Console(lost_dir, center)
    lost.do("open-shift %d" % FLOAT)
    shop.sell(lost, 2)
    lost.do("close-shift %d" % (FLOAT + 2 * PRICE))
    backup = find_backup(lost_dir)
    for path in glob.glob(os.path.join(lost_dir, "backups", "*.journal")):
        backup = max(backup, path)
    lost.do("open-shift %d" % FLOAT)
    shop.sell(lost, 1)
    lost.do("sync")
    lost.close()

    back = network.Console(back_dir)
    back.do("restore " + backup)
    back.close()
    # Before the center has said its word it sells under a provisional letter, its numbers going on.
    back = network.Console(back_dir, offline=True)
    back.do("open-shift %d" % FLOAT)
    # A backup holds no goods: those come from the center.
    back.do("amount %d" % PRICE)
    shop.labels.append(back.do("pay cash %d" % PRICE)["receipt"])
    assert shop.labels[-1].startswith("?"), shop.labels
    back.close()
    code = center.run("enrol-code", "--shop", "corner", "--till", "1").strip()
    back = network.Console(back_dir, center, code)
    back.do("sync")
    shop.sell(back, 2)
    state = back.do("sync")
    assert (state["till"], state["link"]) == (1, "online"), state
    back.close()
    network.verify(back_dir)
    assert len({label.split("-")[0] for label in shop.labels[-2:]} & {"1A", "1B"}) == 0, shop.labels
    assert shop.report()["count"] == before + len(shop.labels), (shop.report(), shop.labels)

    lost = network.Console(lost_dir, center)
    await_replaced(lost)
    lost.close()


def refuses(folder, backup_dir):
    """A file that is damaged, and a computer that is a till already."""
    whole = find_backup(backup_dir)
    broken = os.path.join(folder, "broken.journal")
    with open(whole, "rb") as file:
        data = bytearray(file.read())
    data[len(data) // 2] ^= 0xff
    data[len(data) // 2 + 40] ^= 0xff
    with open(broken, "wb") as file:
        file.write(data[:-4096])
    till = network.Console(os.path.join(folder, "empty"))
    assert not till.ask("restore " + broken)["ok"]
    assert not till.ask("restore " + os.path.join(folder, "nothing"))["ok"]
    till.close()
    till = network.Console(backup_dir)
    assert not till.ask("restore " + whole)["ok"]
    till.close()


def main():
    with network.Folder() as folder:
        center = network.open_corner(folder, [("6901028075831", "可口可乐 330ml", PRICE)])
        try:
            shop = from_center(folder, center)
            from_backup(folder, center, len(shop.labels), os.path.join(folder, "back"))
            refuses(folder, os.path.join(folder, "new"))
        finally:
            center.stop()


if __name__ == "__main__":
    main()
