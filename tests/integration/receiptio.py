#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A printing client that is not ours (npm: receiptio) drives our virtual printer: asks how it is, prints on it, and is
told when there is no paper. Skipped where there is no npm, or its registry cannot be reached."""

import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import npm_package  # noqa: E402

BUILD = os.environ["MR_BUILD_DIR"]
PACKAGE = "receiptio@2.1.2"
# It knows the address of a printer, and no port.
PORT = 9100
RECEIPT = "Store\n---\n可口可乐 | 3.00\n"


def ask(folder, *arguments):
    done = subprocess.run([os.path.join(folder, "node_modules", ".bin", "receiptio"), "-d", "127.0.0.1"] + list(arguments)
                          + ["-p", "escpos"], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    return (done.stdout + done.stderr).strip()


def print_receipt(folder):
    path = os.path.join(folder, "a.receipt")
    with open(path, "w", encoding="utf-8") as file:
        file.write(RECEIPT)
    done = subprocess.run([os.path.join(folder, "node_modules", ".bin", "receiptio"), "-d", "127.0.0.1", "-l", "zh-hans",
                           "-p", "escpos", path], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    return (done.stdout + done.stderr).strip()


def tell(printer, words):
    printer.stdin.write(words + "\n")
    printer.stdin.flush()
    assert printer.stdout.readline().strip() == words


def main():
    with tempfile.TemporaryDirectory() as folder:
        npm_package.install(folder, PACKAGE)
        printer = subprocess.Popen([os.path.join(BUILD, "tests", "virtual-printer"), "--port", str(PORT), "--honest",
                                    "--dump", os.path.join(folder, "out")],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            if printer.stdout.readline().strip() != str(PORT):
                npm_package.skip("port %d is taken" % PORT)
            assert ask(folder, "-q") == "online", "a printer that is well"
            assert print_receipt(folder) == "success", "a receipt"
            tell(printer, "paper 0")
            state = ask(folder, "-q")
            assert state == "paperempty", "without paper it is %r" % state
            tell(printer, "roll")
            assert ask(folder, "-q") == "online", "a new roll"
        finally:
            printer.terminate()
            printer.wait()
    print("ok")


main()
