#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`./dev run --headless`: a till in the browser, on this machine only, and nothing left behind.

Where no browser is installed, the page and who may reach it are looked at all the same.
"""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import shutil
import urllib.request

import browser
from harness import BUILD, SOURCE, Failed, Processes, read_text, require, require_equal, skip, wait_for

COLA = "6901300700376"


def find_listeners(port):
    """The addresses that this port is open on, as the kernel writes them."""
    found = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in read_text(table).splitlines()[1:]:
            fields = line.split()
            address, _, at = fields[1].partition(":")
            if fields[3] == "0A" and int(at, 16) == port:
                found.append(address)
    return found


def find_session(leader):
    """The processes of a session that are alive."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        after_name = read_text("/proc/%s/stat" % name).rpartition(")")[2].split()
        if len(after_name) > 3 and int(after_name[3]) == leader and after_name[0] != "Z":
            found.append(int(name))
    return found


def read_basket(folder):
    """The barcodes in the open basket, from the disk."""
    path = os.path.join(folder, "till", "journal.db")
    if not os.path.exists(path):
        return []
    journal = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
    try:
        rows = journal.execute("SELECT body FROM basket WHERE slot = 0").fetchall()
    except sqlite3.OperationalError:
        return []
    finally:
        journal.close()
    return [line.get("barcode") for (body,) in rows for line in json.loads(body)["lines"]]


def has_catalog(folder):
    return any(re.match(r"catalog-.*\.db$", name) for name in os.listdir(os.path.join(folder, "till")))


def look(processes, folder, output):
    found = wait_for(lambda: re.search(r"Till: (http://127\.0\.0\.1:(\d+)/)", read_text(output)),
                     lambda: "the till's address in:\n" + read_text(output), 120)
    address, port = found.group(1), int(found.group(2))
    wait_for(lambda: find_listeners(port), "somebody listening")
    require_equal(find_listeners(port), ["0100007F"], "addresses that reach the till")
    with urllib.request.urlopen(address) as page:
        require("broadway" in page.read().decode(errors="replace").lower(), "the page shows no till")
    wait_for(lambda: os.path.isdir(os.path.join(folder, "till")) and has_catalog(folder), "the region's goods", 60)
    if browser.find_browser() is None:
        print("no browser is installed (package chromium): nobody looked at the page")
        return
    seen = browser.Browser(processes, folder, address)
    wait_for(lambda: len(seen.take_picture()) > 20000, "something to see", 60)

    def scan_until_sold():
        seen.scan(COLA)
        try:
            return wait_for(lambda: COLA in read_basket(folder), "the good in the basket", 5)
        except Failed:
            return False

    before = seen.take_picture()
    try:
        wait_for(scan_until_sold, "a scan in the browser becoming a line", 60)
        wait_for(lambda: seen.take_picture() != before, "the line in the browser")
    finally:
        pictures = os.path.join(BUILD, "tests", "ui", "pictures")
        os.makedirs(pictures, exist_ok=True)
        with open(os.path.join(pictures, "headless.png"), "wb") as picture:
            picture.write(seen.take_picture())


def main():
    if os.path.realpath(BUILD) != os.path.realpath(os.path.join(SOURCE, "build")):
        skip("./dev builds in build/, and this is another folder")
    if shutil.which("gtk4-broadwayd") is None:
        skip("gtk4-broadwayd is not installed (package libgtk-4-bin)")
    signal.signal(signal.SIGTERM, lambda *unused: sys.exit(143))
    processes = Processes()
    folder = tempfile.mkdtemp(prefix="mr-headless-", dir="/tmp")
    output = os.path.join(folder, "output")
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("DISPLAY", "WAYLAND_DISPLAY", "G_DEBUG", "CI")}
    environment.update(MR_DEMO_DIR=folder, HOME=folder, XDG_RUNTIME_DIR=folder, GSETTINGS_BACKEND="memory")
    dev = None
    try:
        with open(output, "w") as log:
            dev = processes.start([os.path.join(SOURCE, "dev"), "run", "--headless"], stdout=log, stderr=log,
                                  stdin=subprocess.DEVNULL, env=environment, start_new_session=True)
        look(processes, folder, output)
        processes.end(dev)
        wait_for(lambda: not find_session(dev.pid), lambda: "the end of %s" % [
            read_text("/proc/%d/cmdline" % pid).replace("\0", " ") for pid in find_session(dev.pid)], 20)
        print("ok")
    except Failed as error:
        print("failed: %s\n%s" % (error, read_text(output)[-2000:]))
        sys.exit(1)
    finally:
        processes.end_all()
        for pid in find_session(dev.pid) if dev else []:
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)


main()
