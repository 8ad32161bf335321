#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scan after scan at full speed into the till's real window, with letters and hanzi in an open entry.

usage: scan-storm.py N

N scans of the scanner that types, four dozen at a time, 2 ms between the keys and nothing between the
codes; somebody was typing into the search when each began. None may be lost, doubled or left in
the entry: the basket is looked at each time, and the journal at the end.
"""

import sys

import harness
from day import COLA, COLA_500, TEA, TWELVE, WATER, KeysDay
from harness import require, require_equal, wait_for

N_SCANS = int(sys.argv[1])
CODES = TWELVE * 4
HELD = ((COLA, 16), (WATER, 12), (TEA, 12), (COLA_500, 8))
HANZI = "可乐"


class Storm(KeysDay):
    def __init__(self, shop):
        super().__init__(shop)
        self.keyboard.teach(HANZI)

    def scan_while_typing(self):
        self.type("k" + HANZI)
        wait_for(lambda: self.screen.read("Search goods") == "k" + HANZI, "what is typed in the search")
        self.play(*CODES)
        self.await_lines(*HELD)

    def look_into_entry(self):
        self.press("F2")
        require_equal(self.screen.read("Search goods"), "", "left in the search")
        self.press("Escape")


def journey(shop):
    day = Storm(shop)
    day.start()
    day.begin()
    n_sales = -(-N_SCANS // len(CODES))
    for n in range(n_sales):
        day.until_played(day.scan_while_typing)
        day.look_into_entry()
        day.press("F11")
        day.screen.await_text(day.words("Paid"))
        day.press("Return")
        day.await_lines()
    sales = shop.entries("sale")
    require_equal(len(sales), n_sales, "sales in the journal")
    for sale in sales:
        pieces = sum(line.get("quantity", 1000) for line in sale["lines"]) // 1000
        require_equal(pieces, len(CODES), "pieces in a sale")
    require(n_sales * len(CODES) >= N_SCANS, "fewer scans than asked for")
    print("%d scans" % (n_sales * len(CODES)))


harness.run(journey)
