#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check what the compiler does not: arrows between rooms, heads of files, names, lengths, SQL.

usage: tidy.py [ROOT] [--no-format]

Prints one line a finding, "path:line: rule: what is wrong", and ends with 1 when there is any. A line
that begins with "note:" is advice and refuses nothing. test-tidy.py shows each rule refusing a sample.
"""

import os
import re
import shutil
import subprocess
import sys

SPDX = "SPDX-License-Identifier: GPL-3.0-or-later"
MOST_LINES = 800
LONG_FUNCTION = 60

TEXT = (".c", ".h", ".py", ".sql", ".ui", ".css", ".build", ".sh", ".yaml", ".yml", ".xml", ".md", ".in")
NO_TABS = (".c", ".h", ".py", ".sql", ".ui", ".css", ".build", ".yaml", ".yml")

# Written in halves so that this file does not find itself.
FORBIDDEN = re.compile(
    r"\b(TO" "DO|FIX" "ME|XX" "X|HA" r"CK)\b|\b(?i:(st" "ubs?|to" "do|fix" "me|for " r"now))\b")

# gulong and guchar stay: a signal handler's id is the one, GLib's checksums take the other.
ALIASES = "gchar|gint|gshort|gushort|glong|gfloat|gdouble"

# Functions that C11 programs have better ones for.
BANNED_CALLS = "strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|atof|alloca|g_alloca"

# Which header is whose, as the dependencies of app/meson.build are called. Many of these headers lie
# in /usr/include, where the compiler finds them for every room.
FOREIGN = {
    "sqlite_dep": r"sqlite3\.h",
    "json_dep": r"json-glib/",
    "soup_dep": r"libsoup/",
    "sodium_dep": r"sodium\.h",
    "zstd_dep": r"zstd\.h|zdict\.h",
    "usb_dep": r"libusb",
    "qrencode_dep": r"qrencode\.h",
    "csv_dep": r"csv\.h",
    "gtk_dep": r"gtk/|gdk/|gsk/|pango/",
    "adwaita_dep": r"adwaita\.h",
    "postgresql_dep": r"libpq",
}

# Rooms are given their clock and chance (MrWorld) and never look at arguments' friend, the
# environment. g_get_monotonic_time() stays allowed: waiting on a condition needs the real one.
TAKEN = r"g_get_real_time|g_date_time_new_now\w*|g_random_\w+|g_rand_\w+|g_uuid_string_random|" \
    r"g_getenv|getenv|randombytes_\w+|gettimeofday|clock_gettime|time"


class Tree:
    """A checkout: its files, and what was found in them."""

    def __init__(self, root):
        self.root = root
        self.paths = sorted(list_files(root))
        self.findings = []
        self.notes = []

    def read(self, path):
        with open(os.path.join(self.root, path), "rb") as file:
            return file.read().decode("utf-8", errors="replace")

    def having(self, *suffixes):
        return [path for path in self.paths if path.endswith(suffixes)]

    def refuse(self, path, line, rule, text):
        self.findings.append("%s:%d: %s: %s" % (path, line, rule, text))

    def note(self, path, line, rule, text):
        self.notes.append("note: %s:%d: %s: %s" % (path, line, rule, text))


def list_files(root):
    if os.path.exists(os.path.join(root, ".git")):
        command = ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode().split("\0")
        return [path for path in listed if path and os.path.isfile(os.path.join(root, path))]

    found = []
    for folder, folders, names in os.walk(root):
        # A release's tree may have been configured in place.
        folders[:] = [name for name in folders if not name.startswith((".", "build", "demo"))]
        found += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return found


def numbered(text):
    return enumerate(text.split("\n"), 1)


def blank_comments(text):
    """C without its comments and the insides of its strings; lines keep their numbers."""

    def blank(match):
        whole = match.group(0)
        if whole.startswith('"'):
            return '"' + re.sub(r"[^\n]", " ", whole[1:-1]) + '"'
        return re.sub(r"[^\n]", " ", whole)

    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text,
                  flags=re.S)


# --- rooms -------------------------------------------------------------------------------------


def read_rooms(tree):
    """What each room may include, and the foreign dependencies at home in it."""
    text = tree.read("app/meson.build")
    may = {}
    for name, allowed in re.findall(r"'(\w+)': \{'may_include': \[([^\]]*)\]\}", text):
        may[name] = set(re.findall(r"\w+", allowed))
    foreign = {}
    for name, allowed in re.findall(r"'(\w+)': \[([\w, ]*_dep[\w, ]*)\]", text):
        foreign[name] = set(re.findall(r"\w+", allowed))
    return may, foreign


def check_arrows(tree):
    if "app/meson.build" not in tree.paths:
        return
    may, foreign = read_rooms(tree)
    for path in tree.having(".c", ".h"):
        parts = path.split("/")
        room = parts[1] if parts[0] == "app" and len(parts) > 2 else None
        for number, line in numbered(tree.read(path)):
            match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if match is None:
                continue
            quote, target = match.groups()
            if ".." in target.split("/"):
                tree.refuse(path, number, "arrow", "an include starts at app/, without ..")
            elif room is not None and quote == '"':
                check_room_arrow(tree, path, number, room, target, may)
            elif room is not None:
                check_foreign_arrow(tree, path, number, room, target, foreign)


def check_room_arrow(tree, path, number, room, target, may):
    # What is generated has no folder under app/.
    if target == "config.h" or re.match(r"data/[\w-]+-resources\.h$", target):
        return
    first = target.split("/")[0]
    if "/" not in target or first not in may:
        tree.refuse(path, number, "arrow", "“%s” does not begin with a room" % target)
    elif first != room and first not in may.get(room, set()):
        tree.refuse(path, number, "arrow", "%s may not include %s" % (room, first))


def check_foreign_arrow(tree, path, number, room, target, foreign):
    for dependency, pattern in FOREIGN.items():
        if re.match(pattern, target) and dependency not in foreign.get(room, set()):
            tree.refuse(path, number, "arrow", "<%s> is not at home in %s" % (target, room))


def check_world(tree):
    for path in tree.having(".c", ".h"):
        parts = path.split("/")
        if parts[0] != "app" or len(parts) < 3:
            continue
        for number, line in numbered(blank_comments(tree.read(path))):
            for name in re.findall(r"(?<![\w>.])(%s) ?\(" % TAKEN, line):
                tree.refuse(path, number, "world", "%s() is taken, not given: use MrWorld" % name)


# --- heads, names, words -----------------------------------------------------------------------


def check_heads(tree):
    for path in tree.having(".c", ".h"):
        lines = tree.read(path).split("\n")
        if lines[0] != "/* %s */" % SPDX:
            tree.refuse(path, 1, "spdx", "the first line names the licence")
        includes = [(i, m.group(1)) for i, m in
                    ((i, re.match(r'#\s*include\s*[<"]([^>"]+)', line)) for i, line in enumerate(lines, 1))
                    if m]
        if path.endswith(".c"):
            check_source_head(tree, path, includes)
        else:
            check_header_head(tree, path, lines, includes)

    for path in tree.having(".py"):
        if not any(SPDX in line for line in tree.read(path).split("\n")[:3]):
            tree.refuse(path, 1, "spdx", "one of the first three lines names the licence")


def check_source_head(tree, path, includes):
    if not includes or includes[0][1] != "config.h":
        tree.refuse(path, includes[0][0] if includes else 1, "config", "config.h comes first")
        return
    own = path[:-2] + ".h"
    if own not in tree.paths:
        return
    wanted = own[len("app/"):] if own.startswith("app/") else os.path.basename(own)
    # A private header of the same folder may stand before it, and includes it.
    if len(includes) < 2 or os.path.dirname(includes[1][1]) != os.path.dirname(wanted):
        tree.refuse(path, includes[0][0], "own-header", "“%s” comes right after config.h" % wanted)


def check_header_head(tree, path, lines, includes):
    if "#pragma once" not in lines[:3]:
        tree.refuse(path, 2, "guard", "#pragma once stands under the licence")
    for number, name in includes:
        if name == "config.h":
            tree.refuse(path, number, "config", "a header does not include config.h")


def check_basenames(tree):
    seen = {}
    for path in tree.having(".c", ".h"):
        name = os.path.basename(path)
        if name in seen:
            tree.refuse(path, 1, "basename", "%s is called the same" % seen[name])
        seen.setdefault(name, path)


def check_words(tree):
    for path in tree.having(*TEXT) + [p for p in tree.paths if p == "dev"]:
        for number, line in numbered(tree.read(path)):
            for match in FORBIDDEN.finditer(line):
                tree.refuse(path, number, "word", "“%s” is not finished work" % match.group(0))


def check_code(tree):
    for path in tree.having(".c", ".h"):
        for number, line in numbered(blank_comments(tree.read(path))):
            for name in re.findall(r"\b(%s)\b" % ALIASES, line):
                tree.refuse(path, number, "alias", "%s has a name in C" % name)
            for name in re.findall(r"(?<![\w>.])(%s) ?\(" % BANNED_CALLS, line):
                tree.refuse(path, number, "call", "%s() has a safer sister" % name)
            if re.search(r"\bgoto\b", line):
                tree.refuse(path, number, "goto", "leave by return; cleanups are automatic")
            if path.startswith("app/model/") and re.search(r"\b(double|float)\b", line):
                tree.refuse(path, number, "float", "money and quantities are whole numbers")


# --- shape -------------------------------------------------------------------------------------


def check_shape(tree):
    for path in tree.having(*TEXT):
        text = tree.read(path)
        lines = text.split("\n")
        if text and not text.endswith("\n"):
            tree.refuse(path, len(lines), "end", "the last line is not ended")
        for number, line in enumerate(lines, 1):
            if line.endswith("\r"):
                tree.refuse(path, number, "space", "the line ends as on Windows")
            elif line != line.rstrip():
                tree.refuse(path, number, "space", "white space at the end of the line")
            if "\t" in line and path.endswith(NO_TABS):
                tree.refuse(path, number, "tab", "a tab")
        if path.endswith((".c", ".h", ".py")) and len(lines) - 1 > MOST_LINES:
            tree.refuse(path, MOST_LINES, "length",
                        "%d lines: split it by noun" % (len(lines) - 1))
        if path.endswith(".c"):
            note_long_functions(tree, path, lines)


def note_long_functions(tree, path, lines):
    began = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            began = number
        elif line == "}" and began is not None:
            if number - began > LONG_FUNCTION:
                tree.note(path, began, "function", "%d lines long" % (number - began - 1))
            began = None


def check_format(tree):
    program = shutil.which("clang-format")
    if program is None:
        print("clang-format is not installed: the format was not checked")
        return
    paths = tree.having(".c", ".h")
    result = subprocess.run([program, "--dry-run", *paths], cwd=tree.root, stderr=subprocess.PIPE,
                            stdout=subprocess.DEVNULL, encoding="utf-8", check=False)
    seen = set()
    for path, number in re.findall(r"^([^\s:]+):(\d+):\d+: warning", result.stderr, flags=re.M):
        if path not in seen:
            tree.refuse(path, int(number), "format", "run ./dev format")
        seen.add(path)
    if result.returncode != 0:
        tree.refuse(".clang-format", 1, "format", result.stderr.strip().split("\n")[0])


# --- SQL and templates -------------------------------------------------------------------------


def check_sql(tree):
    folders = {}
    for path in tree.having(".sql"):
        if path.startswith("data/sql/"):
            folders.setdefault(os.path.dirname(path), []).append(path)
            check_columns(tree, path)
            check_strict(tree, path)

    for folder, paths in folders.items():
        for wanted, path in enumerate(sorted(paths), 1):
            match = re.match(r"(\d{3})-[a-z0-9-]+\.sql$", os.path.basename(path))
            if match is None or int(match.group(1)) != wanted:
                tree.refuse(path, 1, "migration", "expected %03d-name.sql" % wanted)


def check_columns(tree, path):
    """Each column says what it holds, in which unit: once a file when several tables share it; a
    reference and a list of allowed words say it themselves."""
    columns = []
    explained = set()
    for number, line in numbered(tree.read(path)):
        match = re.match(r"\s+([a-z_0-9]+) (INTEGER|TEXT|BLOB|REAL|ANY)\b(.*)", line) or re.search(
            r"ADD COLUMN ([a-z_0-9]+) (\w+)(.*)", line)
        if match is None:
            continue
        name, _, rest = match.groups()
        if "--" in rest:
            explained.add(name)
        elif "REFERENCES" not in rest and not re.search(r"CHECK \(\w+ IN \(", rest):
            columns.append((number, name))
    for number, name in columns:
        if name not in explained and name != "id":
            tree.refuse(path, number, "column", "%s: a comment says what it holds and its unit" % name)


def check_strict(tree, path):
    text = tree.read(path)
    for match in re.finditer(r"^CREATE TABLE (?:IF NOT EXISTS )?(\w+) \(.*?^\)([^;]*);", text,
                             flags=re.M | re.S):
        if "STRICT" not in match.group(2):
            number = text.count("\n", 0, match.start()) + 1
            tree.refuse(path, number, "strict", "table %s is not STRICT" % match.group(1))


def check_templates(tree):
    for path in tree.having(".ui"):
        if path.startswith("ui/"):
            wanted = "app/view/" + os.path.basename(path)[:-3] + ".c"
            if wanted not in tree.paths:
                tree.refuse(path, 1, "template", "%s is missing" % wanted)
    for path in tree.having(".c"):
        if not path.startswith("app/view/"):
            continue
        if "set_template_from_resource" not in tree.read(path):
            continue
        name = os.path.basename(path)[:-2] + ".ui"
        if "ui/" + name not in tree.paths:
            tree.refuse(path, 1, "template", "ui/%s is missing" % name)
        elif "/" + name not in tree.read(path):
            tree.refuse(path, 1, "template", "the class does not take ui/%s" % name)


CHECKS = [check_arrows, check_world, check_heads, check_basenames, check_words, check_code, check_shape,
          check_sql, check_templates]


def check(root, with_format=True):
    tree = Tree(root)
    for run in CHECKS + ([check_format] if with_format else []):
        run(tree)
    return tree


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--no-format"]
    tree = check(arguments[0] if arguments else ".", "--no-format" not in sys.argv)
    for line in tree.notes + tree.findings:
        print(line)
    print("%d files, %d findings" % (len(tree.paths), len(tree.findings)))
    sys.exit(1 if tree.findings or not tree.paths else 0)


if __name__ == "__main__":
    main()
