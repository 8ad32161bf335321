#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every SQL statement of app/center is prepared and run on PostgreSQL and on SQLite, with the same outcome: as
many rows, or refused, and nothing else. Statements stand in tables of literals at the top of their files, so that
they can be found; words that only one of the two knows are refused without running anything.

usage: center-statements.py DRIVER SOURCE_FOLDER"""

import glob
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
import postgresql  # noqa: E402

VERBS = r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b"
# What SQLite alone knows, or the two know differently. CONTRIBUTING.md says what to write instead.
FOREIGN = re.compile(
    r"\bINSERT OR\b|\bREPLACE INTO\b|\bPRAGMA\b|\browid\b|\bifnull\b|\bstrftime\b|\bdatetime\b|\bGLOB\b|\bsqlite_\w+|"
    r"\blast_insert_rowid\b|\bchanges ?\(|\bgroup_concat\b|\bjson_\w+|\bhex ?\(|\binstr ?\(|\btotal ?\(|\bINDEXED BY\b|"
    r"\$\d|::", re.I)
LITERAL = r'"(?:[^"\\]|\\.)*"'


def text_of(code):
    return "".join(piece[1:-1].replace('\\"', '"').replace("\\\\", "\\") for piece in re.findall(LITERAL, code))


def read_statements(path):
    """(name, text) of the file's tables; and the literals that look like SQL and are in none."""
    with open(path, encoding="utf-8") as source:
        code = re.sub(r"/\*.*?\*/", " ", source.read(), flags=re.S)
    macros = {name: body.replace("\\\n", " ")
              for name, body in re.findall(r"^#define (\w+)[ \t]((?:[^\n\\]|\\\n|\\.)*)$", code, flags=re.M)
              if '"' in body}

    def expand(body):
        return re.sub(LITERAL + r"|\b[A-Z_0-9]+\b",
                      lambda match: expand(macros[match.group(0)]) if match.group(0) in macros else match.group(0), body)

    found = [(name, text_of(expand(body))) for name, body in macros.items()]
    arrays = re.compile(r"static const char (\w+)\[\] =\s*((?:" + LITERAL + r"\s*)+);")
    found += [(name, text_of(body)) for name, body in arrays.findall(code)]
    rest = arrays.sub(" ", re.sub(r"^#define (?:[^\n\\]|\\\n|\\.)*$", " ", code, flags=re.M))
    stray = [literal for literal in re.findall(LITERAL, rest) if re.match('"' + VERBS, literal)]
    return [(name, text) for name, text in found if re.match(VERBS, text)], stray


def collect(folder):
    statements, wrong = [], []
    for path in sorted(glob.glob(os.path.join(folder, "app", "center", "*.c"))):
        base = os.path.basename(path)
        found, stray = read_statements(path)
        wrong += ["%s: a statement outside of the table at the top: %s" % (base, text) for text in stray]
        for name, text in found:
            alien = FOREIGN.search(text)
            if alien:
                wrong.append("%s: %s: only one database knows “%s”" % (base, name, alien.group(0)))
            statements.append((base + ":" + name, text))
    return statements, wrong


def run(driver, statements, types, environment):
    """What the driver says of each statement: {name: (types of its parameters, outcome)}."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "statements")
        with open(path, "w", encoding="utf-8") as file:
            for name, text in statements:
                file.write("%s\t%s\t%s\n" % (name, types.get(name, "?"), text))
        done = subprocess.run([driver, path], env=dict(os.environ, **environment), stdout=subprocess.PIPE, text=True,
                              check=False)
    if done.returncode != 0:
        sys.exit("the driver failed (%d) after: %s" % (done.returncode, done.stdout[-500:]))
    return {line.split("\t")[0]: line.split("\t")[1:] for line in done.stdout.splitlines()}


def main():
    driver, source = sys.argv[1:3]
    statements, wrong = collect(source)
    if len(statements) < 100:
        wrong.append("only %d statements were found: look at how they are written" % len(statements))
    if wrong:
        sys.exit("\n".join(wrong))
    if postgresql.find_programs() is None:
        print("PostgreSQL 15 is not installed (Debian: postgresql-15)")
        return 77
    server = postgresql.Server()
    try:
        there = run(driver, statements, {}, {"MR_TEST_POSTGRESQL": server.location()})
    finally:
        server.stop()
    here = run(driver, statements, {name: said[0] for name, said in there.items()}, {})
    for name, text in statements:
        types, outcome = there[name]
        if set(types) - set("isb-"):
            wrong.append("%s: PostgreSQL makes a parameter neither bigint, text nor bytea (%s); cast it: %s"
                         % (name, types, text))
        elif outcome.startswith("error") or outcome != here[name][1]:
            wrong.append("%s: PostgreSQL: %s; SQLite: %s; %s" % (name, outcome, here[name][1], text))
    if wrong:
        sys.exit("\n".join(wrong))
    refused = sum(1 for said in there.values() if said[1] == "refused")
    print("%d statements run on both, %d of them refused by both" % (len(statements), refused))
    return 0


if __name__ == "__main__":
    sys.exit(main())
