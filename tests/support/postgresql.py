# SPDX-License-Identifier: GPL-3.0-or-later
"""A PostgreSQL server of one's own: in a temporary folder, behind a socket in it, as no root."""

import ctypes
import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time


def find_programs():
    """The folder of the newest server programs, or None. Debian keeps them out of the PATH."""
    found = glob.glob("/usr/lib/postgresql/*/bin/postgres")
    found = [path for path in found if int(path.split("/")[4]) >= 15]
    if found:
        return os.path.dirname(max(found, key=lambda path: int(path.split("/")[4])))
    path = shutil.which("postgres")
    return os.path.dirname(os.path.realpath(path)) if path else None


def other_user():
    """Whom to be instead of root, which the server refuses to be."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            pass
    raise RuntimeError("there is no user that is not root")


def end_with_parent():
    """In the child: nobody is left to stop the server when the test is killed."""
    ctypes.CDLL(None).prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG


def children_of(pid):
    found = []
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path, encoding="utf-8", errors="replace") as stat:
                text = stat.read()
        except OSError:
            continue
        if int(text[text.rindex(")") + 2:].split()[1]) == pid:
            found.append(int(path.split("/")[2]))
    return found


class Server:
    """Made with initdb, never on a port. durable: commits wait for the disk, as in earnest. standby_of: another server,
    which this one follows."""

    def __init__(self, durable=False, settings=(), standby_of=None):
        self.programs = find_programs()
        self.user = other_user()
        self.folder = tempfile.mkdtemp(prefix="millrace-pg-")
        self.data = os.path.join(self.folder, "data")
        self.settings = list(settings)
        if not durable:
            self.settings.append("fsync=off")
        self.process = None
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        # Whoever runs the tests may not be whom the server runs as.
        os.chmod(self.folder, 0o755)
        if standby_of:
            command = self.command("pg_basebackup", "-D", self.data, "-R", "--no-sync", "-c", "fast", "-h",
                                   standby_of.folder, "-U", "millrace")
        else:
            command = self.command("initdb", "-D", self.data, "-U", "millrace", "-A", "trust", "-E", "UTF8", "--locale=C",
                                   "--no-sync", "--no-instructions")
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **self.identity())
        self.start()

    def command(self, program, *arguments):
        return [os.path.join(self.programs, program), *arguments]

    def identity(self):
        if not self.user:
            return {"cwd": self.folder}
        return {"cwd": self.folder, "user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def start(self):
        arguments = ["-D", self.data, "-k", self.folder, "-c", "listen_addresses=", "-c", "max_connections=60",
                     "-c", "unix_socket_permissions=0777"]
        for setting in self.settings:
            arguments += ["-c", setting]
        self.log = open(os.path.join(self.folder, "log"), "ab")
        self.process = subprocess.Popen(self.command("postgres", *arguments), stdout=self.log, stderr=self.log,
                                        preexec_fn=end_with_parent, **self.identity())
        deadline = time.monotonic() + 60
        while subprocess.run(self.command("pg_isready", "-q", "-h", self.folder), check=False).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                with open(os.path.join(self.folder, "log"), encoding="utf-8") as log:
                    raise RuntimeError("the server did not start:\n" + log.read())
            time.sleep(0.05)

    def location(self, database="postgres", user="millrace"):
        return f"postgresql:///{database}?host={self.folder}&user={user}"

    def sql(self, text, database="postgres"):
        """Rows as lists of text."""
        done = subprocess.run(self.command("psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1",
                                           "-c", text, self.location(database)),
                              check=True, stdout=subprocess.PIPE, text=True, cwd=self.folder)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def backends(self):
        """The processes that serve connections of millrace-center."""
        return [int(row[0]) for row in
                self.sql("SELECT pid FROM pg_stat_activity WHERE application_name = 'millrace-center'")]

    def kill(self):
        """The postmaster and all its children at once, as when the machine stops."""
        children = children_of(self.process.pid)
        for pid in [self.process.pid, *children]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
        self.log.close()
        # One that is a moment slower would keep the next postmaster out.
        deadline = time.monotonic() + 30
        while any(os.path.exists(f"/proc/{pid}") for pid in children) and time.monotonic() < deadline:
            time.sleep(0.02)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait()
            self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
