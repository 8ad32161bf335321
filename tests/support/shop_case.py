# SPDX-License-Identifier: GPL-3.0-or-later
"""A region with one shop and one till for each test: in the end the center's report equals what the till answered."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import network

COLA, RICE = "6901028075831", "6901234567892"
PRICE = 350
GOODS = [(COLA, "可口可乐 330ml", PRICE), (RICE, "大米 5kg", 4990)]


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class ShopCase(unittest.TestCase):
    """A center and a till enrolled at it, made once and copied for each test; the address stays."""

    @classmethod
    def setUpClass(cls):
        cls.base = tempfile.mkdtemp(prefix="millrace-test-")
        cls.addClassCleanup(shutil.rmtree, cls.base, ignore_errors=True)
        center = network.open_corner(cls.base, GOODS)
        cls.port = center.port
        code = center.run("enrol-code", "--shop", "corner").strip()
        till = network.Console(os.path.join(cls.base, "till"), center, code)
        till.do("sync")
        till.close()
        center.stop()

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="millrace-test-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        shutil.copytree(self.base, self.folder, dirs_exist_ok=True)
        self.center = network.Center(self.folder, like=self.base)
        self.center.port = self.port
        self.center.start()
        self.addCleanup(self.center.stop)
        self.log = open(os.path.join(self.folder, "till.log"), "w+b")
        self.addCleanup(self.log.close)
        self.dir = os.path.join(self.folder, "till")
        self.receipts = []

    def open_till(self, code=None):
        till = network.Console(self.dir, self.center, code, log=self.log)
        self.addCleanup(lambda: till.process.poll() is None and till.kill())
        return till

    def sell(self, till):
        till.do("scan " + COLA)
        answer = till.do("pay cash %d" % PRICE)
        self.assertTrue(answer["complete"])
        self.receipts.append(answer["receipt"])

    def close_till(self, till):
        till.close()
        self.assertEqual(till.process.returncode, 0)

    def settle(self, till):
        """All is at the center, once, and the journal is whole."""
        till.do("sync")
        self.close_till(till)
        network.verify(self.dir)
        report = self.center.report("corner")
        self.assertEqual((report["count"], report["total"]), (len(self.receipts), PRICE * len(self.receipts)))
        self.assertEqual((report["quarantined"], report["deferred"]), (0, 0))
        self.assertEqual(len(set(self.receipts)), len(self.receipts))

    def read_log(self):
        self.log.flush()
        with open(self.log.name, encoding="utf-8") as file:
            return file.read()

    def refused_start(self, *command):
        """The till's own words when it does not start."""
        done = subprocess.run([os.path.join(network.find_build(), "tests", "till-console"), "--data", self.dir,
                               *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=False, timeout=30)
        self.assertEqual(done.returncode, 1, done.stderr)
        return done.stderr


def main():
    """Runs the classes named on the command line; skipped when all of them were."""
    result = unittest.main(module="__main__", verbosity=2, exit=False).result
    if not result.wasSuccessful():
        sys.exit(1)
    sys.exit(network.SKIPPED if result.testsRun == len(result.skipped) else 0)
