# SPDX-License-Identifier: GPL-3.0-or-later
"""A center and tills without screens, as programs of their own, for tests that drive them."""

import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import center_database

SKIPPED = 77


def find_build():
    """The build folder: given by meson, or the usual one."""
    return os.environ.get("MR_BUILD_DIR", os.path.join(os.getcwd(), "build"))


def find_shared_data():
    """Public data in a folder `shared/data` beside the checkout; None when it is not there."""
    source = os.environ.get("MR_SOURCE_DIR", os.getcwd())
    given = os.environ.get("MR_SHARED_DATA")
    for folder in [given] if given else [os.path.join(source, "..", "shared", "data"),
                                         os.path.join(source, "..", "..", "shared", "data")]:
        if os.path.isdir(folder):
            return folder
    return None


def skip(why):
    print("skipped: " + why)
    sys.exit(SKIPPED)


class Folder:
    """A temporary folder, gone at the end."""

    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="millrace-test-")
        return self.path

    def __exit__(self, *ignored):
        shutil.rmtree(self.path, ignore_errors=True)


class Center:
    """millrace-center on a port of its own; commands go to it while it serves."""

    def __init__(self, folder, like=None):
        """like: the folder of a center whose database it begins with, where that is not in the folder."""
        self.folder = folder
        self.program = os.path.join(find_build(), "app", "millrace-center")
        self.db = center_database.location(folder, like)
        self.options = ["--db", self.db, "--files", os.path.join(folder, "files")]
        self.process = None
        self.url = None
        self.address = "127.0.0.1"
        self.port = 0
        self.wrapper = []  # a command that starts the server somewhere else
        self.serving = []  # more options of the server

    def attempt(self, *words):
        """A command that may fail: status, output and error text."""
        return subprocess.run([self.program, *self.options, *words], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=False)

    def run(self, *words):
        done = self.attempt(*words)
        if done.returncode != 0:
            raise RuntimeError("millrace-center %s: %s" % (" ".join(words), done.stderr))
        return done.stdout

    def start(self):
        log = open(os.path.join(self.folder, "center.log"), "ab")
        self.process = subprocess.Popen(
            [*self.wrapper, self.program, *self.options, "serve", "--listen",
             "%s:%d" % (self.address, self.port), *self.serving],
            stdout=subprocess.PIPE, stderr=log)
        line = self.process.stdout.readline().decode()
        log.close()
        found = re.search(r"http://[0-9.]+:(\d+)", line)
        if not found:
            raise RuntimeError("the center did not start: " + line)
        self.url = found.group(0)
        # A center that starts again is found at the same address.
        self.port = int(found.group(1))

    def stop(self, how=signal.SIGTERM):
        if self.process is None:
            return
        self.process.send_signal(how)
        self.process.wait(timeout=30)
        self.process.stdout.close()
        self.process = None

    def query(self, sql, *values):
        """Rows of its database."""
        return center_database.query(self.db, sql, *values)

    def report(self, shop):
        return json.loads(self.run("report", "sales", "--shop", shop, "--json"))


def open_corner(folder, goods):
    """A center that serves: region east, its shop corner, and goods of (barcode, name, price in fen)."""
    center = Center(folder)
    table = os.path.join(folder, "goods.csv")
    with open(table, "w", encoding="utf-8") as file:
        file.write("barcode,name,price,tax\n")
        for barcode, name, price in goods:
            file.write("%s,%s,%d.%02d,13\n" % (barcode, name, price // 100, price % 100))
    center.run("region", "add", "east")
    center.run("shop", "add", "corner", "--region", "east")
    center.run("import-goods", table, "--region", "east")
    center.start()
    return center


class Dead(Exception):
    """The till's program ended before it answered."""


class Console:
    """A till without a screen."""

    def __init__(self, folder, center=None, code=None, wrapper=(), offline=False, log=None):
        program = os.path.join(find_build(), "tests", "till-console")
        options = ["--data", folder]
        if center is not None:
            options += ["--center", center.url]
        if code is not None:
            options += ["--enrol", code, "--name", "counter"]
        if offline:
            options += ["--offline"]
        environment = dict(os.environ)
        if wrapper:
            # The leak checker of a sanitized build cannot work below another tracer.
            environment["ASAN_OPTIONS"] = "detect_leaks=0"
            # Nor can it bear a C++ exception in a library of a program in C, as libproxy throws for an
            # address that is not this machine's.
            environment["GIO_USE_PROXY_RESOLVER"] = "dummy"
        self.process = subprocess.Popen([*wrapper, program, *options], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=log, env=environment)
        self.rest = b""

    def ask(self, command, timeout=120):
        """The answer as a dict; Dead when none comes."""
        try:
            self.process.stdin.write((command + "\n").encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Dead(command) from None
        end = time.monotonic() + timeout
        while b"\n" not in self.rest:
            ready, _, _ = select.select([self.process.stdout], [], [], max(end - time.monotonic(), 0))
            if not ready:
                raise TimeoutError("no answer to “%s”" % command)
            piece = os.read(self.process.stdout.fileno(), 65536)
            if not piece:
                raise Dead(command)
            self.rest += piece
        line, self.rest = self.rest.split(b"\n", 1)
        return json.loads(line)

    def do(self, command):
        """The answer to a command that must work."""
        answer = self.ask(command)
        if not answer["ok"]:
            raise AssertionError("%s: %s" % (command, answer))
        return answer

    def kill(self):
        self.process.kill()
        self.close()

    def close(self):
        """Ends it: at the end of its input it quits by itself."""
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.process.stdout.close()
        self.process.wait(timeout=60)


def look_through(folder):
    """What millrace-verify says of a till's journal, good or bad."""
    program = os.path.join(find_build(), "app", "millrace-verify")
    return subprocess.run([program, os.path.join(folder, "journal.db")], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)


def verify(folder):
    """What millrace-verify says of a till's journal; it must be all good."""
    done = look_through(folder)
    assert done.returncode == 0, done.stdout
    return done.stdout
