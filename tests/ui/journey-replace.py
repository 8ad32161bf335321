#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A new computer becomes a till there is, in the first start's assistant: from a backup file, then with a code."""

import glob
import os
import sys

import harness
from day import COLA, Day
from harness import BUILD, SOURCE, require, wait_for

sys.path.insert(0, os.path.join(SOURCE, "tests", "support"))
os.environ.setdefault("MR_BUILD_DIR", BUILD)
import network  # noqa: E402


class Address:
    """What a console has to know of a center."""

    def __init__(self, url):
        self.url = url


def close_a_day(shop, folder):
    """The till that is going to be replaced; its backup."""
    till = network.Console(folder, Address(shop.center_address), shop.enrol_code())
    till.do("sync")
    till.do("open-shift 20000")
    till.do("scan " + COLA)
    till.do("pay cash 1000")
    till.do("close-shift")
    till.do("sync")
    till.close()
    pattern = os.path.join(folder, "backups", "*.journal")
    wait_for(lambda: glob.glob(pattern), "the backup")
    return max(glob.glob(pattern))


def journey(shop):
    day = Day(shop)
    screen = day.screen
    shop.make_center()
    backup = close_a_day(shop, os.path.join(shop.folder, "lost"))
    shop.start_till()
    screen.await_text(shop.words("Welcome to Millrace"))
    screen.click("Next")
    require(not screen.unnamed(), "without a name: %s" % screen.unnamed())
    screen.click("Go on from it")
    screen.await_text(shop.words("Choose the backup file first: it was made when the till was last closed."))
    screen.fill("Backup file", backup)
    screen.click("Go on from it")
    # The program begins anew, as that till but not joined.
    screen.await_text(shop.words("This computer goes on as till %d of %s. Ask the center for a code for that till and "
                                 "join with it; until then sales are kept here.").partition("%")[0].strip())
    screen.fill("Enrolment code", shop.run_center("enrol-code", "--shop", "demo", "--till", "1").split()[-1])
    screen.click("Join")
    screen.await_text(shop.words("Joined to %s as till %d of %s.").partition("%")[0].strip())
    shop.check_till_runs()


harness.run(journey, *(sys.argv[1:2] or ["en_US"]))
