#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A decoder that is not ours (npm: npos) reads our receipts, and finds on them what our virtual printer did: text in
GB18030 and code pages, styles, pictures dot by dot, codes, feeds, cuts, the drawer, the questions. Skipped where there
is no npm, or its registry cannot be reached.

What npos could not be used for: its own rules know no GS ( k (QR codes) and take the function of DLE DC4 for a digit in
ASCII, so npos-decode.js adds two rules, as its API allows; it has no text of its own but bytes, which iconv-lite
decodes; it counts bytes of 0 behind a command to that command; pictures that follow each other come out of its parse()
as one, with the rows of narrower ones mixed up, so each is given to its codec alone. It does not read barcodes and QR
codes: their data are taken from its nodes."""

import difflib
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import npm_package  # noqa: E402

BUILD = os.environ["MR_BUILD_DIR"]
SOURCE = os.environ["MR_SOURCE_DIR"]
PACKAGE = "npos@0.1.19"
N_RECEIPTS = 20


def decode(folder, path):
    script = os.path.join(SOURCE, "tests", "integration", "npos-decode.js")
    done = subprocess.run(["node", "--no-deprecation", script, path], cwd=folder, capture_output=True, text=True,
                          timeout=60, check=False)
    return done.stdout if done.returncode == 0 else done.stderr


def compare(folder, name):
    with open(os.path.join(folder, name + ".txt"), encoding="utf-8") as file:
        ours = file.read()
    theirs = decode(folder, os.path.join(folder, name + ".bin"))
    difference = list(difflib.unified_diff(ours.splitlines(), theirs.splitlines(), "ours", "npos", lineterm="", n=0))
    assert not difference, name + "\n" + "\n".join(difference[:20])
    return ours


def assert_notices(folder, name, ours):
    """Another bit anywhere in text or picture is another reading."""
    path = os.path.join(folder, name + ".bin")
    with open(path, "rb") as file:
        data = bytearray(file.read())
    picture = data.index(b"\x1dv0\0") + 8
    for at in (picture, picture + 100, data.index(b"\x1bp"), data.rindex(b"\x10\x14") + 3):
        changed = bytearray(data)
        changed[at] ^= 1
        with open(os.path.join(folder, "changed"), "wb") as file:
            file.write(changed)
        assert decode(folder, os.path.join(folder, "changed")) != ours, "byte %d of %s" % (at, name)


def main():
    with tempfile.TemporaryDirectory() as folder:
        npm_package.install(folder, PACKAGE)
        subprocess.run([os.path.join(BUILD, "tests", "integration", "receipt-bytes"), folder], check=True)
        names = sorted(name[:-4] for name in os.listdir(folder) if name.endswith(".bin"))
        assert len(names) == N_RECEIPTS, names
        readings = {name: compare(folder, name) for name in names}
        everything = "".join(readings.values())
        for word in ("line ", "image ", "barcode ", "qr ", "cut B", "drawer 5", "drawer-now 2", "printed 1", "hanzi-style ",
                     "可口可乐", "crème brûlée"):
            assert word in everything, word + " is on no receipt"
        assert_notices(folder, "mixed-C-generic-80", readings["mixed-C-generic-80"])
        print("%d receipts, %d things on them" % (len(names), everything.count("\n")))
    print("ok")


main()
