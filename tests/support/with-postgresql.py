#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""with-postgresql.py [--durable] PROGRAM|SCRIPT.py ARGUMENT…: runs a test with a PostgreSQL server of its own.

Where it is goes to the test in MR_TEST_POSTGRESQL. Without PostgreSQL the test is skipped."""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import postgresql  # noqa: E402


def main():
    if postgresql.find_programs() is None:
        print("1..0 # SKIP PostgreSQL 15 is not installed (Debian: postgresql-15)")
        return 0 if "--tap" in sys.argv else 77
    # Where times are taken commits wait for the disk, as in earnest.
    durable = sys.argv[1] == "--durable"
    server = postgresql.Server(durable)
    try:
        command = sys.argv[2 if durable else 1:]
        if command[0].endswith(".py"):
            command.insert(0, sys.executable)
        return subprocess.run(command, env=dict(os.environ, MR_TEST_POSTGRESQL=server.location()),
                              check=False).returncode
    finally:
        server.stop()


sys.exit(main())
