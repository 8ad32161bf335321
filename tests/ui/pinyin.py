# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Chinese input method: ibus with libpinyin, as a Chinese desktop has it.

The test itself is the panel that shows the candidates, so that it sees whether the input method is composing.
"""

import glob
import os
import shutil
import signal
import subprocess

import gi
from gi.repository import GLib

from harness import PATIENCE_S, skip, wait_for

ENGINE = "/usr/libexec/ibus-engine-libpinyin"
MODULES = "/usr/lib/*/gtk-4.0/*/immodules/libim-ibus.so"
PANEL = "org.freedesktop.IBus.Panel"
PANEL_PATH = "/org/freedesktop/IBus/Panel"


def need_installed():
    """Ends the test as skipped where one of its parts is missing."""
    for package, present in (("ibus", shutil.which("ibus-daemon")), ("ibus-libpinyin", os.path.exists(ENGINE)),
                             ("ibus-gtk4", glob.glob(MODULES)), ("gir1.2-ibus-1.0", has_introspection())):
        if not present:
            skip("%s is not installed" % package)


def has_introspection():
    try:
        gi.require_version("IBus", "1.0")
    except ValueError:
        return False
    return True


class Pinyin:
    def __init__(self, shop):
        self.shop = shop
        self.bus = None
        self.panel = None
        self.parts = []
        self.candidates = []  # that are shown now, the first page first

    def start(self):
        """The daemon and the engine, on this test's own bus; a till that starts later composes with it."""
        gi.require_version("IBus", "1.0")
        from gi.repository import IBus

        log = open(os.path.join(self.shop.folder, "ibus.log"), "w")
        self.start_part(["ibus-daemon", "--panel", "disable", "--emoji-extension", "disable"], log)
        wait_for(self.has_address, "ibus-daemon")
        self.bus = IBus.Bus.new()
        wait_for(self.bus.is_connected, "a connection to ibus-daemon")
        # Started by the daemon it takes longer than the daemon waits.
        self.start_part([ENGINE, "--ibus"], log)
        self.show_candidates(IBus)

    def start_part(self, command, log):
        self.parts.append(self.shop.processes.start(command, stdout=log, stderr=log))

    def hang(self):
        """It is there and answers nothing."""
        for part in self.parts:
            part.send_signal(signal.SIGSTOP)

    def go_on(self):
        for part in self.parts:
            part.send_signal(signal.SIGCONT)

    def choose(self):
        """From now on letters are pinyin."""
        wait_for(self.choose_engine, "the engine libpinyin")

    def has_address(self):
        return "unix:" in subprocess.run(["ibus", "address"], stdout=subprocess.PIPE, text=True).stdout

    def choose_engine(self):
        subprocess.run(["ibus", "engine", "libpinyin"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        found = subprocess.run(["ibus", "engine"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        return found.stdout.strip() == "libpinyin"

    def show_candidates(self, IBus):
        self.panel = IBus.PanelService.new(self.bus.get_connection())
        self.panel.connect("update-lookup-table", self.on_candidates)
        self.panel.connect("hide-lookup-table", self.on_hidden)
        self.panel.connect("focus-out", self.on_hidden)
        self.bus.request_name(PANEL, 0)

    def on_candidates(self, _panel, table, visible):
        self.candidates = []
        if visible:
            for index in range(table.get_number_of_candidates()):
                self.candidates.append(table.get_candidate(index).get_text())

    def on_hidden(self, *_unused):
        self.candidates = []

    def look(self):
        """The candidates that are shown now."""
        while GLib.MainContext.default().iteration(False):
            pass
        return self.candidates

    def await_candidate(self, text, seconds=PATIENCE_S):
        wait_for(lambda: text in self.look(), lambda: "%s among the candidates %s" % (text, self.look()), seconds)

    def await_nothing(self):
        wait_for(lambda: not self.look(), lambda: "an end of the candidates %s" % self.look())
