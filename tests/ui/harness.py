# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the screen stand on: a display, a bus, a center, a printer and a till of their own.

A test calls run (journey). Outside, that makes a folder, an X server without a screen and a session
bus, and starts the test again in there; inside, it calls journey (Shop). Whatever was started is
ended by its process id, whatever happens. Ends with 77 (skipped) when something needed is not
installed, and says what.
"""

import gettext
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from gi.repository import GLib

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ.get("MR_SOURCE_DIR") or os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("MR_BUILD_DIR") or os.path.join(SOURCE, "build")
SKIPPED = 77
INSIDE = "MR_UI_FOLDER"
PATIENCE_S = 60
# The frame a window has where nobody manages windows is left outside of the screen.
FRAME_PX = 5


class Failed(Exception):
    """What was expected did not come."""


def skip(reason):
    print("skipped: " + reason)
    sys.exit(SKIPPED)


def wait_for(look, what, seconds=PATIENCE_S):
    """Looks until look () gives something true and returns that. What went while it was looked at is looked for anew."""
    end = time.monotonic() + seconds
    while True:
        try:
            found = look()
        except GLib.Error:
            found = None
        if found:
            return found
        if time.monotonic() > end:
            raise Failed("did not come within %d s: %s" % (seconds, what() if callable(what) else what))
        time.sleep(0.05)


def require(condition, text):
    if not condition:
        raise Failed(text)


def require_equal(found, expected, text):
    if found != expected:
        raise Failed("%s: %r, expected %r" % (text, found, expected))


class Processes:
    """What was started here; ended by pid, the last first."""

    def __init__(self):
        self.started = []

    def start(self, command, **options):
        process = subprocess.Popen(command, **options)
        self.started.append(process)
        return process

    def end(self, process, how=signal.SIGTERM):
        if process.poll() is None:
            process.send_signal(how)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)
        if process in self.started:
            self.started.remove(process)
        return process.returncode

    def end_all(self):
        for process in reversed(list(self.started)):
            self.end(process)


# --- the outside ---------------------------------------------------------------------------------


def go_first():
    """Puts a program before all others where that is allowed.

    A scanner's keys come 2 ms apart however busy the machine is; the X server that plays the scanner
    must therefore not wait for its turn.
    """
    for prefix in (["chrt", "--rr", "1"], ["nice", "-n", "-10"]):
        if shutil.which(prefix[0]) and subprocess.run(prefix + ["true"], stderr=subprocess.DEVNULL).returncode == 0:
            return prefix
    return []


def start_display(processes, size):
    """An X server that finds a free display itself."""
    read_end, write_end = os.pipe()
    processes.start(go_first() + ["Xvfb", "-displayfd", str(write_end), "-screen", "0", size + "x24", "-nolisten", "tcp",
                     "-noreset"], pass_fds=[write_end], stderr=subprocess.DEVNULL)
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        number = pipe.readline().strip()
    if not number:
        raise Failed("Xvfb did not start")
    return ":" + number


def make_locales():
    """zh_CN.UTF-8 and en_US.UTF-8, which a small system lacks, compiled once into the build folder."""
    folder = os.path.join(BUILD, "tests", "ui", "locale")
    os.makedirs(folder, exist_ok=True)
    for name in ("zh_CN", "en_US"):
        target = os.path.join(folder, name + ".UTF-8")
        if os.path.isdir(target):
            continue
        made = tempfile.mkdtemp(dir=folder)
        subprocess.run(["localedef", "--no-archive", "-c", "-i", name, "-f", "UTF-8",
                        os.path.join(made, "new")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            os.rename(os.path.join(made, "new"), target)
        except OSError:
            pass  # another test was first
        shutil.rmtree(made, ignore_errors=True)
        if not os.path.isdir(target):
            skip("localedef could not make %s.UTF-8: the package locales is needed" % name)
    return folder


def own_environment(folder, display, language):
    """Nothing of the person who runs the tests shines through."""
    environment = {name: value for name, value in os.environ.items()
                   if name.startswith(("MR_", "MESON_", "G_DEBUG")) or name in ("PATH", "CI", "ASAN_OPTIONS")}
    for variable, name in (("HOME", "home"), ("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data"),
                           ("XDG_CACHE_HOME", "cache"), ("XDG_RUNTIME_DIR", "run"), ("TMPDIR", "tmp")):
        environment[variable] = os.path.join(folder, name)
        os.mkdir(environment[variable], 0o700)
    environment.update({
        INSIDE: folder,
        "DISPLAY": display,
        "GDK_BACKEND": "x11",
        "GSK_RENDERER": "cairo",
        "GTK_A11Y": "atspi",
        "GSETTINGS_BACKEND": "memory",
        "GSETTINGS_SCHEMA_DIR": os.path.join(BUILD, "data"),
        "LOCPATH": make_locales(),
        "LANG": language + ".UTF-8",
        "LANGUAGE": language,
        "MR_LOCALE_DIR": os.path.join(BUILD, "po"),
        "NO_AT_BRIDGE": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TZ": "Asia/Shanghai",
    })
    return environment


def run_outside(language, size, tools):
    for tool in ("Xvfb", "dbus-run-session", "localedef") + tools:
        if shutil.which(tool) is None:
            skip("%s is not installed" % tool)
    processes = Processes()
    # Short: the addresses of sockets in it have 107 bytes at the most.
    folder = tempfile.mkdtemp(prefix="mr-ui-", dir="/tmp")
    try:
        display = start_display(processes, size)
        environment = own_environment(folder, display, language)
        inner = processes.start(["dbus-run-session", "--", "/usr/bin/python3", os.path.abspath(sys.argv[0])]
                                + sys.argv[1:], env=environment)
        return inner.wait()
    finally:
        processes.end_all()
        shutil.rmtree(folder, ignore_errors=True)


def hide_pointer():
    """A pointer in the middle of the screen would be over something and change how it looks."""
    subprocess.run(["xdotool", "mousemove", "10000", "10000"], check=True)


def run(journey, language="en_US", size="1280x800", tools=("xdotool", "import"), kind=None):
    """Runs journey (shop) in a world of its own and ends the program with what came of it; shop is of a kind of Shop."""
    signal.signal(signal.SIGTERM, lambda *unused: sys.exit(143))
    if INSIDE not in os.environ:
        sys.exit(run_outside(language, size, tools))
    shop = (kind or Shop)(os.environ[INSIDE])
    try:
        hide_pointer()
        journey(shop)
        print("ok")
        code = 0
    except Failed as error:
        shop.keep_evidence()
        print("failed: %s" % error)
        code = 1
    except BaseException:
        shop.keep_evidence()
        raise
    finally:
        shop.close()
    sys.exit(code)


# --- the inside ----------------------------------------------------------------------------------


class Shop:
    """A demo center, a receipt printer and one till, each in its process."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = Processes()
        self.center = None
        self.center_address = None
        self.center_log = os.path.join(folder, "center.log")
        self.till = None
        self.till_folder = os.path.join(folder, "till")
        self.till_log = os.path.join(folder, "till.log")
        self.printer = None
        self.printer_port = None
        self.receipts_folders = []  # one for each time the printer was switched on
        self.locale = gettext.translation("millrace", os.path.join(BUILD, "po"),
                                          [os.environ.get("LANGUAGE", "en")], fallback=True)

    # Words and goods ------------------------------------------------------------------------------

    def words(self, english):
        """A sentence of the screen in the language of this run."""
        return self.locale.gettext(english)

    def goods(self):
        """The demo's goods by barcode: (name, price in minor units)."""
        found = {}
        with open(os.path.join(SOURCE, "data", "demo", "goods.tsv"), encoding="utf-8") as table:
            rows = [line.rstrip("\n").split("\t") for line in table]
        for row in rows[1:]:
            fields = dict(zip(rows[0], row))
            whole, _, part = fields["price"].partition(".")
            found[fields["barcode"]] = (fields["name"], int(whole) * 100 + int((part + "00")[:2]))
        return found

    # The center -----------------------------------------------------------------------------------

    def run_center(self, *arguments):
        command = [os.path.join(BUILD, "app", "millrace-center"), arguments[0],
                   "--db", "sqlite:" + os.path.join(self.folder, "center.db")] + list(arguments[1:])
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
        require(done.returncode == 0, "%s: %s" % (" ".join(command), done.stderr.strip()))
        return done.stdout

    def make_center(self):
        self.run_center("demo", "--files", os.path.join(self.folder, "files"),
                        "--data", os.path.join(SOURCE, "data", "demo"))
        self.start_center()

    def start_center(self):
        """On the port it had before, if there was one."""
        listen = (self.center_address or "http://127.0.0.1:0").replace("http://", "")
        with open(self.center_log, "w") as log:
            self.center = self.processes.start(
                [os.path.join(BUILD, "app", "millrace-center"), "serve",
                 "--db", "sqlite:" + os.path.join(self.folder, "center.db"),
                 "--files", os.path.join(self.folder, "files"), "--listen", listen], stdout=log, stderr=log)
        self.center_address = wait_for(self.read_center_address, "the center's address")

    def read_center_address(self):
        require(self.center.poll() is None, "the center ended: " + read_text(self.center_log))
        for word in read_text(self.center_log).split():
            if word.startswith("http://"):
                return word.rstrip("/.,")
        return None

    def kill_center(self):
        self.processes.end(self.center, signal.SIGKILL)

    def enrol_code(self, shop="demo"):
        return self.run_center("enrol-code", "--shop", shop).split()[-1]

    def report(self, shop="demo"):
        return json.loads(self.run_center("report", "sales", "--shop", shop, "--json"))

    # The printer ----------------------------------------------------------------------------------

    def start_printer(self, columns=32, honest=False):
        """On the port it had before, if there was one. An honest one answers questions about its status."""
        self.receipts_folders.append(os.path.join(self.folder, "receipts-%d" % len(self.receipts_folders)))
        self.printer = self.processes.start(
            [os.path.join(BUILD, "tests", "virtual-printer"), "--port", str(self.printer_port or 0),
             "--columns", str(columns), "--dump", self.receipts_folders[-1]] + (["--honest"] if honest else []),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.printer_port = int(self.printer.stdout.readline())

    def tell_printer(self, words):
        """"paper N": so many lines are left on its roll; "roll": a new one was put in."""
        self.printer.stdin.write(words + "\n")
        self.printer.stdin.flush()
        require_equal(self.printer.stdout.readline().strip(), words, "the printer's answer")

    def count_kicks(self):
        """How often the drawer was told to open."""
        n = 0
        for folder in filter(os.path.isdir, self.receipts_folders):
            for name in os.listdir(folder):
                if name.endswith(".txt"):
                    n += read_text(os.path.join(folder, name)).count("[drawer]")
        return n

    def kill_printer(self):
        self.processes.end(self.printer, signal.SIGKILL)

    def receipts(self):
        """The text of each receipt that came out, in order."""
        papers = []
        for folder in filter(os.path.isdir, self.receipts_folders):
            names = sorted(name for name in os.listdir(folder) if name.endswith(".txt"))
            papers += [read_text(os.path.join(folder, name)) for name in names]
        return [paper for paper in papers if paper.strip() and paper.strip() != "[drawer]"]

    def wait_for_receipt(self, *contents, seconds=PATIENCE_S):
        """The newest receipt that holds all of the contents."""

        def look():
            for paper in reversed(self.receipts()):
                if all(content in paper for content in contents):
                    return paper
            return None

        return wait_for(look, lambda: "a receipt with %s among:\n%s"
                        % (contents, "\n=====\n".join(self.receipts())), seconds)

    # The till -------------------------------------------------------------------------------------

    def start_till(self, *arguments, environment=None):
        with open(self.till_log, "a") as log:
            self.till = self.launch_till(
                [os.path.join(BUILD, "app", "millrace-till"), "--data", self.till_folder] + list(arguments),
                log, dict(os.environ, **(environment or {})))
        return self.till

    def launch_till(self, command, log, environment):
        return self.processes.start(command, stdout=log, stderr=log, env=environment)

    def till_pid(self):
        return self.till.pid

    def fill_screen(self, width, height):
        """The till's window over the whole screen of so many pixels."""
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.till_pid())],
                               stdout=subprocess.PIPE, text=True, check=True).stdout.split()
        subprocess.run(["xdotool", "windowmove", found[-1], str(-FRAME_PX), str(-FRAME_PX),
                        "windowsize", "--sync", found[-1], str(width + 2 * FRAME_PX), str(height + 2 * FRAME_PX)],
                       check=True, timeout=20)

    def check_till_runs(self):
        require(self.till.poll() is None, "the till ended (%s):\n%s"
                % (self.till.returncode, read_text(self.till_log)[-4000:]))

    def end_till(self):
        return self.processes.end(self.till)

    def verify_journal(self):
        """millrace-verify over the till's journal; returns what it said."""
        done = subprocess.run([os.path.join(BUILD, "app", "millrace-verify"),
                               os.path.join(self.till_folder, "journal.db")],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
        require(done.returncode == 0, "millrace-verify: " + done.stdout)
        return done.stdout

    def entries(self, kind):
        """The bodies of the till's entries of a kind, in the order they happened."""
        import sqlite3
        journal = sqlite3.connect("file:%s?mode=ro" % os.path.join(self.till_folder, "journal.db"), uri=True)
        try:
            rows = journal.execute("SELECT body FROM entry WHERE kind = ? ORDER BY writer, n", (kind,)).fetchall()
        finally:
            journal.close()
        return [json.loads(body) for (body,) in rows]

    # The end --------------------------------------------------------------------------------------

    def take_picture(self, path):
        subprocess.run(["import", "-window", "root", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def keep_evidence(self):
        """What a person needs to understand a failure, into the build folder."""
        name = os.path.splitext(os.path.basename(sys.argv[0]))[0]
        folder = os.path.join(BUILD, "tests", "ui", "failed", name)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self.take_picture(os.path.join(folder, "screen.png"))
        for path in (self.till_log, self.center_log):
            if os.path.exists(path):
                shutil.copy(path, folder)
        print("see " + folder)

    def close(self):
        self.processes.end_all()


def read_text(path):
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()
