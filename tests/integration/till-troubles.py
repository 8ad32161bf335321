#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong around a till, each with a plain answer and nothing lost.

usage: till-troubles.py

Wrong enrolment codes, a center that is away, replicas deleted under the till, two programs on one
folder, a journal from a newer version, a printer that does not answer, commands that make no sense.
"""

import glob
import os
import socket
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import network  # noqa: E402

COLA = "6901234567892"


def refuses(till, command, code):
    answer = till.ask(command)
    assert not answer["ok"] and answer["error"] == code and answer["message"], (command, answer)


def start_and_fail(folder, *options):
    """The program must end by itself; what it said."""
    program = os.path.join(network.find_build(), "tests", "till-console")
    done = subprocess.run([program, "--data", folder, *options], input=b"state\n",
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)
    return done.returncode, done.stdout.decode() + done.stderr.decode()


def test_commands(folder):
    """A till nobody enrolled sells at once; what makes no sense is told so."""
    till = network.Console(folder, offline=True)
    refuses(till, "dance", "bad-command")
    refuses(till, "pay", "bad-command")
    refuses(till, "pay cowries", "bad-command")
    refuses(till, "pay cash", "empty")
    refuses(till, "hold", "empty")
    refuses(till, "void", "empty")
    refuses(till, "undo", "nothing")
    refuses(till, "take-back", "nothing")
    refuses(till, "recall 3", "missing")
    refuses(till, "remove 1", "missing")
    refuses(till, "quantity 3", "missing")
    refuses(till, "quantity three", "not-a-number")
    refuses(till, "scan", "bad")
    refuses(till, "scan " + COLA, "unknown")
    refuses(till, "amount -5", "bad")
    refuses(till, "sign-in 1001 1234", "unknown-staff")
    refuses(till, "x-report", "no-shift")
    refuses(till, "close-shift", "no-shift")
    refuses(till, "sync", "not-enrolled")
    refuses(till, "printer nowhere", "refused")
    refuses(till, "setting colour teal", "refused")
    till.do("amount 1250")
    refuses(till, "quantity 1000001", "not-a-number")
    refuses(till, "discount 1 1251", "range")
    refuses(till, "pay card 1251", "too-much")
    assert till.do("pay cash 2000")["change"] == 750
    refuses(till, "open-shift 0", "shift-open")
    assert till.do("close-shift 1250")["shift"]["variance"] == 0
    till.close()
    network.verify(folder)


def test_enrolment(center, folder):
    code = center.run("enrol-code", "--shop", "corner").strip()
    status, said = start_and_fail(folder, "--center", center.url, "--enrol", "AAAA-BBBB-CCCC")
    assert status == 0 and '"error":"refused"' in said, said
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = "http://127.0.0.1:%d" % nobody.getsockname()[1]
        status, said = start_and_fail(folder, "--center", url, "--enrol", code)
    assert '"error":"unreachable"' in said, said
    till = network.Console(folder, center, code)
    till.do("sync")
    # Once is enough: a second start with a code that was used goes on as it is.
    till.close()
    till = network.Console(folder, center, code)
    assert till.do("state")["till"] == 1
    return till


def test_center_away(center, till):
    """Sells without the center; when it is back everything drains by itself."""
    center.stop()
    till.do("scan " + COLA)
    till.do("pay wechat")
    refuses(till, "sync 1", "timeout")
    assert till.do("state")["waiting"] > 0
    center.start()
    till.do("sync")
    assert center.report("corner")["count"] == 1


def test_replicas_deleted(center, folder):
    """What can be had again is fetched again; what happened here stays."""
    for path in glob.glob(os.path.join(folder, "shop.db*")) + glob.glob(
            os.path.join(folder, "catalog-*")):
        os.unlink(path)
    till = network.Console(folder, offline=True)
    refuses(till, "scan " + COLA, "unknown")
    till.do("amount 300")
    till.do("pay cash 300")
    till.close()
    till = network.Console(folder, center)
    till.do("sync")
    till.do("scan " + COLA)
    till.do("pay cash")
    till.do("sync")
    till.close()
    assert center.report("corner")["count"] == 3


def test_two_programs(folder):
    till = network.Console(folder, offline=True)
    till.do("state")
    status, said = start_and_fail(folder, "--offline")
    assert status == 1 and said.strip(), said
    till.do("amount 100")
    till.do("pay card")
    till.close()


def test_silent_printer(folder):
    """An address that takes the connection and says nothing: nobody waits for it."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(8)
        till = network.Console(folder, offline=True)
        till.do("printer tcp:127.0.0.1:%d" % deaf.getsockname()[1])
        for _ in range(3):
            till.do("amount 100")
            assert till.do("pay cash")["complete"]
        assert till.do("state")["paper_waiting"] >= 2
        refuses(till, "paper 1", "timeout")
    spool = os.path.join(folder, "paper")
    os.mkdir(spool)
    till.do("printer dir:" + spool)
    till.do("paper 20")
    assert len([name for name in os.listdir(spool) if name.endswith(".bin")]) >= 3
    till.close()


def test_newer_journal(folder):
    path = os.path.join(folder, "journal.db")
    with sqlite3.connect(path) as journal:
        journal.execute("INSERT INTO migration VALUES (99, '099-of-tomorrow', '', 0)")
    status, said = start_and_fail(folder, "--offline")
    assert status == 1 and "newer" in said, said
    with sqlite3.connect(path) as journal:
        journal.execute("DELETE FROM migration WHERE number = 99")
    till = network.Console(folder, offline=True)
    assert till.do("receipts")["receipts"]
    till.close()


def set_up_center(folder):
    center = network.Center(folder)
    table = os.path.join(folder, "goods.csv")
    with open(table, "w", encoding="utf-8") as file:
        file.write("barcode,name,price,tax\n%s,可口可乐,3.00,13\n" % COLA)
    center.run("region", "add", "east")
    center.run("shop", "add", "corner", "--region", "east")
    center.run("import-goods", table, "--region", "east")
    center.start()
    return center


def main():
    with network.Folder() as folder:
        test_commands(os.path.join(folder, "alone"))
        center = set_up_center(folder)
        till_folder = os.path.join(folder, "till")
        try:
            till = test_enrolment(center, till_folder)
            test_center_away(center, till)
            till.close()
            test_replicas_deleted(center, till_folder)
        finally:
            center.stop()
        test_two_programs(till_folder)
        test_silent_printer(till_folder)
        test_newer_journal(till_folder)
        network.verify(till_folder)
    print("all answered plainly, nothing lost")


if __name__ == "__main__":
    main()
