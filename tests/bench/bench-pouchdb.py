#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same rows through Millrace and through pouchdb-server, turn by turn in one run: entries taken in, 10,000
changed prices caught up, one change seen at the other end.

usage: bench-pouchdb.py BENCH_SYNC

pouchdb-server comes from npm into a temporary folder (or is found in MR_POUCHDB_DIR) and is gone afterwards; where
there is no node, no npm or no registry this is skipped. It is asked for less: its commits do not wait for the
disk, it signs and checks nothing, and keeps no books.
"""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SKIPPED = 77
ROUNDS = {"ingest": 10, "catch-up": 3, "change": 60}


def skip(why):
    print("skipped: " + why)
    sys.exit(SKIPPED)


def install(folder):
    given = os.environ.get("MR_POUCHDB_DIR")
    if given:
        return given
    with open(os.path.join(folder, "package.json"), "w", encoding="utf-8") as file:
        file.write('{"private": true}\n')
    try:
        done = subprocess.run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "pouchdb-server@4",
                               "pouchdb@7"], cwd=folder, timeout=300, check=False,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    except subprocess.TimeoutExpired:
        skip("the npm registry does not answer")
    if done.returncode != 0:
        skip("npm cannot install pouchdb-server: " + done.stderr.strip()[-200:])
    return folder


def start_server(modules, folder):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = os.path.join(folder, "data")
    os.mkdir(data)
    server = subprocess.Popen(["node", os.path.join(modules, "node_modules/.bin/pouchdb-server"), "--port", str(port),
                               "--host", "127.0.0.1", "--dir", data, "--no-stdout-logs"], cwd=folder,
                              stdout=subprocess.DEVNULL)
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return server, "http://127.0.0.1:%d" % port
        except OSError:
            time.sleep(0.1)
    server.kill()
    skip("pouchdb-server does not start")


class Side:
    """A program that answers a command with nanoseconds."""

    def __init__(self, *command, cwd=None):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=cwd)

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line.strip().isdigit(), (command, line)
        return int(line)

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=60)


def measure(ours, theirs, command, file):
    samples = [], []
    word = command + (" " + file if command == "ingest" else "")
    for _ in range(ROUNDS[command]):
        samples[0].append(ours.ask(word))
        samples[1].append(theirs.ask(word))
    return [statistics.median(each) / 1e6 for each in samples]


def main():
    if shutil.which("node") is None or shutil.which("npm") is None:
        skip("there is no node or no npm here")
    with tempfile.TemporaryDirectory(prefix="millrace-bench-") as folder:
        modules = install(folder)
        server, url = start_server(modules, folder)
        ours = theirs = None
        try:
            ours = Side(sys.argv[1], "10000", "--ask")
            theirs = Side("node", os.path.join(HERE, "pouchdb-client.js"), url, folder, cwd=modules)
            theirs.ask("fill")
            print("\n== the same rows, Millrace and pouchdb-server in turn, medians")
            for command, what in (("ingest", "250 sales taken in by one request"),
                                  ("catch-up", "10,000 changed prices caught up"),
                                  ("change", "a change, seen at the other end")):
                mine, others = measure(ours, theirs, command, os.path.join(folder, "push.json"))
                print("%-44s %8.1f ms, pouchdb-server %8.1f ms: %.3f" % (what, mine, others, mine / others),
                      flush=True)
        finally:
            for side in (ours, theirs):
                if side is not None:
                    side.close()
            server.terminate()
            server.wait(timeout=30)


if __name__ == "__main__":
    main()
