# SPDX-License-Identifier: GPL-3.0-or-later
"""A shop whose till runs on a computer with USB sockets and a serial line into which a test plugs what it likes."""

import os
import re
import shlex
import shutil
import subprocess

import harness
from harness import BUILD, Failed, require_equal, skip, wait_for

PROGRAM = os.path.join(BUILD, "tests", "with-virtual-devices")
CUT = "[cut]\n"


class Cable:
    """A device that can be plugged in, by its name among the virtual ones."""

    def __init__(self, shop, *order):
        self.shop = shop
        self.name = order[1]
        shop.tell(*order)

    def tell(self, word, *more):
        return self.shop.tell(word, self.name, *more)

    def plug(self):
        self.tell("plug")

    def unplug(self):
        self.tell("unplug")

    def is_had(self):
        """Whether the till has opened it."""
        return self.tell("has") == "yes"


class Printer(Cable):
    def __init__(self, shop, name, port, serial, maker, product):
        super().__init__(shop, "printer", name, port, serial, maker, product)
        self.torn = [0]  # where the paper was torn off, in characters of its text

    def text(self):
        return self.tell("text")

    def tear(self):
        """Somebody tears off what hangs out, as one does with half a receipt."""
        self.torn.append(len(self.text()))

    def papers(self):
        """What came out and was cut off; what was torn off, or still hangs in the printer, is no receipt."""
        text = self.text()
        pieces = [text[begin:end] for begin, end in zip(self.torn, self.torn[1:] + [len(text)])]
        return [paper for piece in pieces for paper in piece.split(CUT)[:-1]]

    def count_kicks(self):
        return int(self.tell("kicks"))

    def count_taken(self):
        return int(self.tell("taken"))

    def check(self):
        """Nothing that no printer should be sent."""
        require_equal(self.tell("error"), "", "on the paper of " + self.name)


class Scanner(Cable):
    def __init__(self, shop, name, port, serial, maker, product, kind="pos"):
        super().__init__(shop, "scanner", name, port, serial, maker, product, kind)

    def scan(self, *codes):
        self.tell("scan", *codes)


def find_code(screen):
    """What the bars on the screen say, which a scanner is paired by."""
    def look():
        for node in screen.walk():
            if re.fullmatch("29[0-9]{11}", node.get_name() or ""):
                return node.get_name()
        return None
    return wait_for(look, "a code to be scanned")


class Scale(Cable):
    """On a serial line over USB, and plugged in; ID is as udev makes it."""

    def __init__(self, shop, name, id, protocol):
        super().__init__(shop, "scale", name, id, protocol)

    def lay(self, grams, state="stable"):
        self.tell("weight", state, str(grams))


class PluggedShop(harness.Shop):
    def __init__(self, folder):
        super().__init__(folder)
        self.pid = None
        self.printers = []

    def write_kind(self, name, text):
        """A kind of printer of the shop's own."""
        folder = os.path.join(self.till_folder, "printers")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)

    def launch_till(self, command, log, environment):
        """Under the virtual computer; what it is told and answers goes through two pipes."""
        if shutil.which("umockdev-wrapper") is None or not os.path.exists(PROGRAM):
            skip("umockdev is not installed")
        # A sanitizer's library comes behind the one that is preloaded.
        environment.setdefault("ASAN_OPTIONS", "verify_asan_link_order=0")
        computer = self.processes.start(["umockdev-wrapper", PROGRAM] + command, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=log, env=environment)
        self.pid = int(computer.stdout.readline() or 0)
        if self.pid == 0:
            raise Failed("the till was not started: " + harness.read_text(self.till_log))
        return computer

    def till_pid(self):
        return self.pid

    def tell(self, *words):
        """Tells the virtual computer; what it answers."""
        self.till.stdin.write((" ".join(shlex.quote(word) for word in words) + "\n").encode())
        self.till.stdin.flush()
        answer, _, length = self.till.stdout.readline().decode().partition(" ")
        if not length:
            raise Failed("the virtual computer is gone: " + harness.read_text(self.till_log)[-4000:])
        said = self.till.stdout.read(int(length)).decode()
        require_equal(answer, "ok", " ".join(words))
        return said

    def add_printer(self, *plan):
        self.printers.append(Printer(self, *plan))
        return self.printers[-1]

    def receipts(self):
        papers = [paper for printer in self.printers for paper in printer.papers()]
        return [paper for paper in papers if paper.strip() and paper.strip() != "[drawer]"]

    def count_kicks(self):
        return sum(printer.count_kicks() for printer in self.printers)
