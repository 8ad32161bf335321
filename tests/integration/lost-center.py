#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The center is lost, in every way a network can lose it: the till says so within 5 s, sells on, and when it is
back says nothing any more and drains by itself.

usage: lost-center.py CLASS[.TEST]…

SocketTest needs nobody's leave; CableTest makes two network namespaces and is skipped where that is not allowed.
"""

import os
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import bad_proxy  # noqa: E402
import network  # noqa: E402
import shop_case  # noqa: E402
from shop_case import ShopCase  # noqa: E402

# The long suite, alone on its machine, asks for little more than the 5 s.
BANNER_S = float(os.environ.get("MR_BANNER_S", "15"))
BACK_S = 60


class LostCase(ShopCase):
    def wait_for(self, is_true, limit_s, otherwise):
        """Seconds until it is."""
        start = time.monotonic()
        while not is_true():
            self.assertLess(time.monotonic() - start, limit_s, otherwise)
            time.sleep(0.02)
        return time.monotonic() - start

    def wait_for_link(self, till, link, limit_s):
        return self.wait_for(lambda: till.do("state")["link"] == link, limit_s, "still not " + link)

    def wait_until_drained(self, till):
        return self.wait_for(lambda: till.do("state")["waiting"] == 0, BACK_S, "still waiting")

    def check_loss(self, till, lose, bring_back):
        """A sale before, three without the center, and all of them there afterwards, nobody having pressed anything."""
        self.wait_for_link(till, "online", BACK_S)
        self.sell(till)
        self.wait_until_drained(till)
        lose()
        seconds = self.wait_for_link(till, "offline", BANNER_S)
        for _ in range(3):
            self.sell(till)
        self.wait_for(lambda: till.do("state")["waiting"] >= 3, BACK_S, "sold, but not waiting")
        bring_back()
        back = self.wait_for_link(till, "online", BACK_S)
        drained = self.wait_until_drained(till)
        print("%s: banner after %.1f s; gone %.1f s and drained %.1f s after the center was back"
              % (self.id().rsplit(".", 1)[-1], seconds, back, back + drained))


class SocketTest(LostCase):
    def test_killed(self):
        """A center that ends says so: every connection is closed."""
        till = self.open_till()
        self.check_loss(till, lambda: self.center.stop(signal.SIGKILL), self.center.start)
        self.settle(till)

    def test_stopped(self):
        """One that hangs takes connections and says nothing."""
        till = self.open_till()
        self.check_loss(till, lambda: self.center.process.send_signal(signal.SIGSTOP),
                        lambda: self.center.process.send_signal(signal.SIGCONT))
        self.settle(till)

    def test_dropped(self):
        """Nothing comes any more, neither bytes nor an end, on connections open and new."""
        proxy = bad_proxy.Proxy(self.center.port, 1)
        self.addCleanup(proxy.stop)
        code = self.center.run("enrol-code", "--shop", "corner").strip()
        self.dir = os.path.join(self.folder, "behind")
        till = network.Console(self.dir, proxy, code, log=self.log)
        self.addCleanup(lambda: till.process.poll() is None and till.kill())
        till.do("sync")
        self.check_loss(till, lambda: setattr(proxy, "frozen", True), lambda: setattr(proxy, "frozen", False))
        self.settle(till)

    def test_gateway(self):
        """A gateway that answers for it, and a network's page, are not the center."""
        proxy = bad_proxy.Proxy(self.center.port, 1)
        self.addCleanup(proxy.stop)
        code = self.center.run("enrol-code", "--shop", "corner").strip()
        self.dir = os.path.join(self.folder, "behind")
        till = network.Console(self.dir, proxy, code, log=self.log)
        self.addCleanup(lambda: till.process.poll() is None and till.kill())
        till.do("sync")
        for fate in ("gateway", "page"):
            self.check_loss(till, lambda fate=fate: proxy.shares.update({fate: 1}), proxy.shares.clear)
        self.settle(till)


class Cable:
    """Two network namespaces and a cable between them: the center's end and the till's."""

    def __init__(self):
        name = "mr-%d" % os.getpid()
        self.ends = [name + "c", name + "t"]
        self.addresses = ["10.213.77.1", "10.213.77.2"]

    def plug_in(self):
        for end in self.ends:
            self.run("ip", "netns", "add", end)
        self.run("ip", "link", "add", "cable", "netns", self.ends[0], "type", "veth",
                 "peer", "name", "cable", "netns", self.ends[1])
        for end, address in zip(self.ends, self.addresses):
            self.run("ip", "-n", end, "address", "add", address + "/24", "dev", "cable")
            self.run("ip", "-n", end, "link", "set", "cable", "up")
            self.run("ip", "-n", end, "link", "set", "lo", "up")

    def run(self, *words):
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def enter(self, end):
        return ["ip", "netns", "exec", self.ends[end]]

    def pull(self):
        self.run("ip", "-n", self.ends[0], "link", "set", "cable", "down")

    def put_back(self):
        self.run("ip", "-n", self.ends[0], "link", "set", "cable", "up")

    def swallow(self):
        """The cable is in, but what the center sends gets lost: no end, no refusal."""
        self.run("ip", "-n", self.ends[0], "route", "add", "blackhole", self.addresses[1] + "/32")

    def pass_on(self):
        self.run("ip", "-n", self.ends[0], "route", "del", "blackhole", self.addresses[1] + "/32")

    def remove(self):
        for end in self.ends:
            subprocess.run(["ip", "netns", "del", end], check=False, stderr=subprocess.DEVNULL)


class CableTest(LostCase):
    def setUp(self):
        self.cable = Cable()
        self.addCleanup(self.cable.remove)
        try:
            self.cable.plug_in()
        except (OSError, subprocess.CalledProcessError) as error:
            self.skipTest("network namespaces cannot be made here: %s"
                          % (getattr(error, "stderr", None) or error))
        super().setUp()
        self.center.stop()
        self.center.wrapper = self.cable.enter(0)
        self.center.address = self.cable.addresses[0]
        self.center.serving = ["--insecure"]
        self.center.start()
        code = self.center.run("enrol-code", "--shop", "corner").strip()
        self.dir = os.path.join(self.folder, "far")
        self.till = network.Console(self.dir, self.center, code, wrapper=self.cable.enter(1), log=self.log)
        self.addCleanup(lambda: self.till.process.poll() is None and self.till.kill())
        self.till.do("sync")

    def test_pulled(self):
        self.check_loss(self.till, self.cable.pull, self.cable.put_back)
        self.settle(self.till)

    def test_swallowed(self):
        self.check_loss(self.till, self.cable.swallow, self.cable.pass_on)
        self.settle(self.till)


if __name__ == "__main__":
    shop_case.main()
