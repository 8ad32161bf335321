#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kill a till again and again, at random moments and at random system calls, and look what is left.

usage: kill-till.py KILLS [--seed N] [--center]

A till without a screen sells beside a running center. It is killed; started again it must hold each
answered sale once, the open basket as it was at the last answer (or with the command under way done
wholly), the held baskets, and receipt numbers without a gap or a repeat. millrace-verify passes. At the end
everything is at the center once; with --center that is killed as often, and started again at once. Half of the kills are injected by strace at a system call, where that
is there and allowed; the others come after a random time.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import network  # noqa: E402

GOODS = [("6901234567892", "可口可乐 330ml", 300), ("6900000000014", "香蕉", 598),
         ("6900000000045", "酱油", 800), ("6900000000052", "牛奶", 1250)]
# What writes, syncs and makes files, and what the network needs: where a till can be caught half way.
CALLS = ["pwrite64", "fdatasync", "fsync", "openat", "ftruncate", "unlink", "write", "futex",
         "sendmsg", "recvmsg", "read", "pread64", "close", "mmap", "fcntl", "lseek"]


def can_inject():
    if shutil.which("strace") is None:
        return False
    done = subprocess.run(["strace", "-f", "-qq", "-o", os.devnull, "-e", "trace=close", "-e",
                           "inject=close:signal=KILL:when=1", "true"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return done.returncode in (-9, 137)


class Model:
    """What the till should hold, by the answers it gave."""

    def __init__(self):
        self.basket = []   # [code, pieces] in order
        self.held = {}     # slot → basket
        self.receipts = []  # totals, in order

    def copy(self):
        other = Model()
        other.basket = [list(line) for line in self.basket]
        other.held = {slot: [list(line) for line in basket] for slot, basket in self.held.items()}
        other.receipts = list(self.receipts)
        return other

    def total(self):
        return sum(pieces * PRICES[code] for code, pieces in self.basket)

    def apply(self, act, value):
        if act == "scan":
            pieces = sum(line[1] for line in self.basket if line[0] == value)
            self.basket = [line for line in self.basket if line[0] != value] + [[value, pieces + 1]]
        elif act == "quantity":
            self.basket[-1][1] = value
        elif act == "remove":
            self.basket.pop(value)
        elif act == "hold":
            self.held[max(self.held, default=0) + 1] = self.basket
            self.basket = []
        elif act == "recall":
            self.basket = self.held.pop(value)
        elif act == "void":
            self.basket = []
        elif act == "pay":
            self.receipts.append(self.total())
            self.basket = []
        return self

    def holds(self):
        return [self.basket, sorted(self.held.items()), self.receipts]


PRICES = {code: price for code, _, price in GOODS}
CODES = {name: code for code, name, _ in GOODS}


def read_state(till):
    """The model as the till shows it now."""
    model = Model()
    lines = till.do("basket")["lines"]
    model.basket = [[CODES[line["name"]], int(line["quantity"])] for line in lines]
    receipts = till.do("receipts 1000000")["receipts"]
    receipts.reverse()
    numbers = [int(receipt["label"].rsplit("-", 1)[1]) for receipt in receipts]
    assert numbers == list(range(1, len(numbers) + 1)), "a gap or a repeat: %s" % numbers
    assert len({receipt["entry"] for receipt in receipts}) == len(receipts)
    model.receipts = [receipt["total"] for receipt in receipts]
    held = till.do("held")["held"]
    return model, [row["slot"] for row in held], [row["total"] for row in held]


def same(model, seen):
    found, slots, totals = seen
    expected = sorted(model.held.items())
    return (found.basket == model.basket and found.receipts == model.receipts
            and slots == [slot for slot, _ in expected]
            and totals == [sum(pieces * PRICES[code] for code, pieces in basket)
                           for _, basket in expected])


def choose(chance, model):
    """The next act, its value, and the command; what fits the basket."""
    acts = ["scan"] * 6
    if model.basket:
        acts += ["pay"] * 4 + ["quantity", "remove", "hold", "void"]
    elif model.held:
        acts += ["recall"] * 3
    act = chance.choice(acts)
    if act == "scan":
        code = chance.choice(GOODS)[0]
        return act, code, "scan " + code
    if act == "quantity":
        pieces = chance.randint(1, 9)
        return act, pieces, "quantity %d" % pieces
    if act == "remove":
        return act, chance.randrange(len(model.basket)), None
    if act == "recall":
        slot = chance.choice(sorted(model.held))
        return act, slot, "recall %d" % slot
    if act == "pay":
        return act, None, "pay " + chance.choice(["cash", "wechat", "alipay", "card"])
    return act, None, act


class Till:
    """A life of the till, with the way it will be killed."""

    def __init__(self, folder, center, code, chance, injects):
        wrapper = []
        self.timer = None
        if injects and chance.random() < 0.5:
            calls = chance.sample(CALLS, chance.randint(1, 4))
            when = int(10 ** chance.uniform(0, 2.6))
            wrapper = ["strace", "-f", "-qq", "-o", os.devnull, "-e",
                       "trace=" + ",".join(calls), "-e",
                       "inject=%s:signal=KILL:when=%d" % (",".join(calls), when)]
        self.console = network.Console(folder, center, code, wrapper)
        if not wrapper:
            self.timer = threading.Timer(10 ** chance.uniform(-2.5, -0.3), self.console.process.kill)
            self.timer.start()

    def end(self):
        if self.timer is not None:
            self.timer.cancel()
        self.console.close()


def live(till, model, chance, most):
    """Sells until killed. Returns the command under way, or None when it lived on."""
    for _ in range(most):
        act, value, command = choose(chance, model)
        try:
            if act == "remove":
                lines = till.ask("basket")["lines"]
                command = "remove %d" % lines[value]["line"]
            answer = till.ask(command)
        except network.Dead:
            return act, value
        assert answer["ok"], (command, answer)
        model.apply(act, value)
    return None


def reconcile(model, under_way, seen):
    """The model after a kill: as answered, or with the command under way done as well."""
    if same(model, seen):
        return model
    if under_way is not None:
        done = model.copy().apply(*under_way)
        if same(done, seen):
            return done
    raise AssertionError("after %s: expected %s, found %s" % (under_way, model.holds(), (
        seen[0].holds(), seen[1:])))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kills", type=int)
    parser.add_argument("--center", action="store_true", help="kill the center as well")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    injects = can_inject()
    print("seed %d, %s" % (arguments.seed, "system calls and moments" if injects
                           else "moments only: strace is not there or not allowed"))
    with network.Folder() as folder:
        center = network.open_corner(folder, GOODS)
        try:
            torment(center, os.path.join(folder, "till"), chance, injects, arguments.kills,
                    arguments.center)
        finally:
            center.stop()


class Killer(threading.Thread):
    """Kills the center at random moments and starts it again, at the same address, until told to stop."""

    def __init__(self, center, seed):
        super().__init__()
        self.center = center
        self.chance = random.Random(seed)
        self.enough = threading.Event()
        self.kills = 0
        self.failure = None

    def run(self):
        try:
            while not self.enough.wait(10 ** self.chance.uniform(-1.5, 0)):
                self.center.stop(signal.SIGKILL)
                self.kills += 1
                self.center.start()
        except Exception as failure:  # pylint: disable=broad-except
            self.failure = failure

    def end(self):
        self.enough.set()
        self.join()
        assert self.failure is None, self.failure
        print("the center was killed %d times" % self.kills)


def torment(center, folder, chance, injects, kills, center_too):
    first = network.Console(folder, center, center.run("enrol-code", "--shop", "corner").strip())
    first.do("sync")
    first.close()
    model, n_kills, n_lives = Model(), 0, 0
    killer = Killer(center, chance.random()) if center_too else None
    if killer is not None:
        killer.start()
    while n_kills < kills:
        n_lives += 1
        till = Till(folder, center, None, chance, injects)
        under_way = live(till.console, model, chance, 60)
        till.end()
        n_kills += till.console.process.returncode in (-9, 137)
        witness = network.Console(folder, offline=True)
        model = reconcile(model, under_way, read_state(witness))
        witness.close()
        if n_kills % 10 == 0:
            network.verify(folder)
    if killer is not None:
        killer.end()
    network.verify(folder)
    last = network.Console(folder, center)
    last.do("sync")
    if last.do("state").get("shift"):
        last.do("close-shift")
    last.do("sync")
    last.close()
    network.verify(folder)
    report = center.report("corner")
    assert report["count"] == len(model.receipts), (report["count"], len(model.receipts))
    assert report["total"] == sum(model.receipts), (report["total"], sum(model.receipts))
    assert report["quarantined"] == 0 and report["deferred"] == 0, report
    print("%d kills in %d lives: %d sales, each in the journal and at the center once"
          % (n_kills, n_lives, len(model.receipts)))


if __name__ == "__main__":
    main()
