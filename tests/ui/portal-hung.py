#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop's portal that hangs, in starting or once started, does not keep the till's window away.

GTK and libadwaita wait 25 seconds for each of several answers: longer than the window is waited for here.
"""

import os
import signal
import subprocess
import sys

import harness
from harness import require, require_equal, wait_for

NAME = "org.freedesktop.portal.Desktop"
# Has the name, and looks at no message ever.
HANGS = """
import os, signal
from gi.repository import Gio, GLib
bus = Gio.bus_get_sync (Gio.BusType.SESSION)
bus.call_sync ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
               GLib.Variant ("(su)", ("%s", 0)), None, 0, -1)
print ("here", flush=True)
os.kill (os.getpid (), signal.SIGSTOP)
""" % NAME
# The bus starts it, and leaves it to itself.
SERVICE = """[D-BUS Service]
Name=%s
Exec=/bin/sh -c 'echo $$ > %s; exec sleep 600 > /dev/null 2>&1'
"""


def is_shown(shop):
    shop.check_till_runs()
    return subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(shop.till_pid())],
                          stdout=subprocess.PIPE, text=True).stdout.split()


def await_window(shop, how):
    shop.start_till()
    wait_for(lambda: is_shown(shop), "a window beside a portal that " + how, seconds=15)
    require_equal(harness.read_text(shop.till_log).count("portal does not answer"), 1, "notes of it in the log")
    shop.end_till()
    os.remove(shop.till_log)


def ask_bus(method):
    return subprocess.run(["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/",
                           "org.freedesktop.DBus." + method], stdout=subprocess.PIPE, text=True, check=True).stdout


def add_service(pid_file):
    folder = os.path.join(os.environ["XDG_DATA_HOME"], "dbus-1", "services")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, NAME + ".service"), "w") as file:
        file.write(SERVICE % (NAME, pid_file))
    ask_bus("ReloadConfig")
    require(NAME in ask_bus("ListActivatableNames"), "the bus does not know the portal's service")


def journey(shop):
    pid_file = os.path.join(os.environ["TMPDIR"], "portal.pid")
    add_service(pid_file)
    try:
        await_window(shop, "hangs in starting")
    finally:
        if os.path.exists(pid_file):
            os.kill(int(harness.read_text(pid_file)), signal.SIGTERM)
    portal = shop.processes.start([sys.executable, "-c", HANGS], stdout=subprocess.PIPE)
    portal.stdout.readline()
    await_window(shop, "hangs")
    shop.processes.end(portal, signal.SIGKILL)


harness.run(journey)
