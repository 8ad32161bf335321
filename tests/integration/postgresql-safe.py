#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is safe on PostgreSQL without a backup: what a synchronous standby has on its disk, and nothing before. The first
server is then lost, and everything a till was told is safe is on the second. And what restoring says to a user who may
not make databases.

usage: postgresql-safe.py PROGRAM DEMO_FOLDER"""

import glob
import os
import signal
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
import center_client  # noqa: E402
import postgresql  # noqa: E402

PROGRAM, DEMO = sys.argv[1:3]
SALE = open(os.path.join(HERE, "..", "data", "wire", "sale.1.full.json"), encoding="utf-8").read().strip()
WAIT_S = 60


def wait_for(what, why):
    deadline = time.monotonic() + WAIT_S
    while not what():
        if time.monotonic() > deadline:
            raise AssertionError(why)
        time.sleep(0.05)


class SafeTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def start_server(self, **more):
        server = postgresql.Server(**more)
        self.addCleanup(server.stop)
        return server

    def start_center(self, server):
        center = center_client.Center(PROGRAM, self.folder, server.location("center"))
        center.start()
        self.addCleanup(lambda: center.process.poll() is None and center.stop())
        return center

    def push(self, center, till, count):
        before = len(till.entries)
        for _ in range(count):
            till.add("sale", SALE)
        reply = center.request("POST", "/v1/journal", till.push_body(before), till)
        self.assertEqual(reply.status, 200, reply.body)
        self.assertEqual(reply.json()["acked"], len(till.entries))

    def mine(self, center, till):
        """What the till is told of its chain: acked and safe."""
        reply = center.request("GET", "/v1/feeds?schema=1", till=till)
        self.assertEqual(reply.status, 200, reply.body)
        return [(acked, safe) for _, acked, _, _, safe in reply.json()["mine"]]

    def wait_for_looks(self, server):
        """The center has looked twice since."""
        seen = set()

        def look():
            seen.update(row[0] for row in server.sql(
                "SELECT query_start FROM pg_stat_activity WHERE query LIKE 'SELECT CAST(pg_current_wal_flush_lsn%'"
                " AND query_start > now() - interval '1 hour'"))
            return len(seen) > 2
        wait_for(look, "nobody looks at the log")

    def test_standby(self):
        first = self.start_server(durable=True)
        first.sql("CREATE DATABASE center TEMPLATE template0")
        center_client.Center(PROGRAM, self.folder, first.location("center")).command("demo", "--data", DEMO)
        center = self.start_center(first)
        till = center_client.Till()
        center.enrol(till, "demo")
        self.push(center, till, 5)

        # One that follows when it likes makes nothing safe.
        second = self.start_server(durable=True, standby_of=first)
        wait_for(lambda: first.sql("SELECT 1 FROM pg_stat_replication WHERE flush_lsn >= pg_current_wal_flush_lsn()"),
                 "the standby does not follow")
        self.wait_for_looks(first)
        self.assertEqual(self.mine(center, till), [(5, 0)])

        first.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
        first.sql("SELECT pg_reload_conf()")
        wait_for(lambda: self.mine(center, till) == [(5, 5)], "what the standby has is not called safe")
        self.push(center, till, 3)
        wait_for(lambda: self.mine(center, till) == [(8, 8)], "what came later is not called safe")

        # With the standby at a halt nothing is answered, and nothing more is safe.
        receivers = [pid for pid in postgresql.children_of(second.process.pid)
                     if b"walreceiver" in open("/proc/%d/cmdline" % pid, "rb").read()]
        self.assertEqual(len(receivers), 1)
        os.kill(receivers[0], signal.SIGSTOP)
        for _ in range(2):
            till.add("sale", SALE)
        # Of a new connection only.
        center.connection = None
        with self.assertRaises(TimeoutError):
            center.request("POST", "/v1/journal", till.push_body(8), till, timeout=2)
        self.assertEqual(first.sql("SELECT safe FROM writer", "center"), [["8"]])
        first.kill()
        os.kill(receivers[0], signal.SIGCONT)
        center.kill()

        second.sql("SELECT pg_promote()")
        center = self.start_center(second)
        (acked, safe), = self.mine(center, till)
        self.assertEqual(safe, 8)
        self.assertGreaterEqual(acked, safe)
        reply = center.request("POST", "/v1/journal", till.push_body(8), till)
        self.assertEqual((reply.status, reply.json()["acked"]), (200, 10))
        self.wait_for_looks(second)
        self.assertEqual(self.mine(center, till), [(10, 8)])

    def test_rights(self):
        """A user who may not make databases is told what to do; the database is what it was; an empty one is filled."""
        server = self.start_server()
        server.sql("CREATE ROLE plain LOGIN")
        for name in ("center", "spare"):
            server.sql("CREATE DATABASE %s OWNER plain TEMPLATE template0" % name)
        center = center_client.Center(PROGRAM, self.folder, server.location("center", "plain"))
        spare = center_client.Center(PROGRAM, self.folder, server.location("spare", "plain"))
        center.command("demo", "--data", DEMO)
        center.command("backup", os.path.join(self.folder, "backups"))
        file, = glob.glob(os.path.join(self.folder, "backups", "*.db"))
        before = server.sql("SELECT oid FROM pg_database WHERE datname = 'center'")
        done = center.command("restore", file, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("CREATEDB", done.stderr.decode())
        self.assertEqual(server.sql("SELECT oid FROM pg_database WHERE datname = 'center'"), before)
        self.assertIn(b"restored", spare.command("restore", file).stdout.lower())
        self.assertEqual(spare.command("report", "sales", "--shop", "demo").stdout,
                         center.command("report", "sales", "--shop", "demo").stdout)
        # Again, into what now holds something: as one who may, and beside nothing that was left.
        server.sql("ALTER ROLE plain CREATEDB")
        self.assertIn(b"kept as spare_before_", spare.command("restore", file).stdout)
        names = [row[0] for row in server.sql("SELECT datname FROM pg_database ORDER BY 1")]
        self.assertEqual([name for name in names if "restoring" in name], [])


if __name__ == "__main__":
    if postgresql.find_programs() is None:
        print("PostgreSQL 15 is not installed (Debian: postgresql-15)")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1], verbosity=2)
