#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scan after scan at full speed into the till's real window, with an open entry and an input method.

usage: scan-storm.py N [pinyin] [pos|keyboard]

N scans of the scanner that types, sixteen dozen at a time, 2 ms between the keys and nothing between the
codes; somebody was typing into the search when each began. None may be lost, doubled or left in
the entry: the basket is looked at each time, and the journal at the end.

With "pinyin" the search is typed into with ibus-libpinyin, which is half-way through a word with its candidates
shown, when the scans begin: digits would choose among them. What was half-composed goes with the search that the
scan closes, and the next word is composed as if nothing had been.

With "pos" or "keyboard" the scanner is not one that types: the till reads it by itself over USB (played by umockdev), as a
HID POS scanner or as a keyboard that it has for itself.
"""

import re
import sys
import time

import harness
import pinyin
from day import COLA, COLA_500, MOST_TRIES, TEA, TWELVE, WATER, KeysDay
from harness import Failed, require, require_equal, wait_for
from plugged import PluggedShop, Scanner, find_code

N_SCANS = int(sys.argv[1])
WITH_PINYIN = "pinyin" in sys.argv[2:]
USB_KIND = next((kind for kind in ("pos", "keyboard") if kind in sys.argv[2:]), None)
CODES = TWELVE * 16
HELD = ((COLA, 64), (WATER, 48), (TEA, 48), (COLA_500, 32))
HANZI = "可乐"
HELLO = "你好"
# Longer than the till does without an input method that did not answer, the first times.
SET_ASIDE_S = 25


class Storm(KeysDay):
    def begin(self):
        super().begin()
        if USB_KIND:
            self.scanner = Scanner(self.shop, "scanner", "1-1", "A1", "Honeywell", "Xenon 1900", USB_KIND)
            self.scanner.plug()
            self.pair()

    def pair(self):
        screen = self.screen
        screen.click("Settings")
        screen.click("Printer, drawer, scanner")
        screen.click("Scan this code")
        code = find_code(screen)
        wait_for(self.scanner.is_had, "the scanner's pairing")
        self.scanner.scan(code)
        screen.await_text(self.words("Scanner ready"))
        screen.click("Sell")

    def play(self, *codes):
        if USB_KIND:
            self.scanner.scan(*codes)
        else:
            super().play(*codes)

    def await_entry(self, text):
        wait_for(lambda: self.screen.read("Search goods") == text,
                 lambda: "%r in the search, where %r is" % (text, self.screen.read("Search goods")))


class LettersStorm(Storm):
    """Letters and hanzi stand in the search."""

    def __init__(self, shop):
        super().__init__(shop)
        self.keyboard.teach(HANZI)

    def scan_while_typing(self, _n):
        self.type("k" + HANZI)
        self.await_entry("k" + HANZI)
        self.play(*CODES)
        self.await_lines(*HELD)

    def look_into_entry(self):
        self.press("F2")
        require_equal(self.screen.read("Search goods"), "", "left in the search")
        self.press("Escape")


class PinyinStorm(Storm):
    """A Chinese input method is in the middle of something, each time of something else."""

    def __init__(self, shop):
        super().__init__(shop)
        self.pinyin = pinyin.Pinyin(shop)
        self.caps = False

    def start(self):
        self.pinyin.start()
        super().start()

    def environment(self):
        return {"GTK_IM_MODULE": "ibus"}

    def begin(self):
        super().begin()
        self.pinyin.choose()

    def set_caps_lock(self, on):
        if self.caps != on:
            self.press("Caps_Lock")
            self.caps = on

    def compose(self, letters, candidate):
        """What is composed is no text of the entry yet."""
        self.type(letters)
        self.pinyin.await_candidate(candidate)

    def compose_hello(self):
        self.compose("nihao", HELLO)
        self.press("space")
        self.await_entry(HELLO)
        self.pinyin.await_nothing()

    def leave_empty(self):
        self.await_entry("")

    def leave_composing(self):
        self.compose("kele", HANZI)
        self.await_entry("")

    def leave_hanzi_composing(self):
        self.compose_hello()
        self.compose("kele", HANZI)
        self.await_entry(HELLO)

    def leave_composing_with_caps_lock(self):
        self.compose_hello()
        self.compose("kele", HANZI)
        self.set_caps_lock(True)
        self.await_entry(HELLO)

    def type_before(self, n):
        ways = (self.leave_empty, self.leave_composing, self.compose_hello, self.leave_hanzi_composing,
                self.leave_composing_with_caps_lock)
        self.in_search(ways[n % len(ways)])

    def in_search(self, act):
        """Where the machine stood still for longer than the till waits for an input method, letters go in as they are:
        then, and only then, it is done again when the till asks the input method again."""
        for _ in range(MOST_TRIES):
            self.press("F2")
            try:
                return act()
            except Failed:
                if not re.search("[a-z]", self.screen.read("Search goods")):
                    raise
            self.set_caps_lock(False)
            self.press("Escape")
            time.sleep(SET_ASIDE_S)
        raise Failed("the machine stands still too often for an input method")

    def scan_while_typing(self, n):
        self.set_caps_lock(False)
        self.type_before(n)
        self.play(*CODES)
        self.await_lines(*HELD)
        self.pinyin.await_nothing()
        self.set_caps_lock(False)

    def look_into_entry(self):
        """Nothing is left in it, and the input method begins anew."""
        def act():
            self.await_entry("")
            self.compose_hello()
        self.in_search(act)
        self.press("Escape")


def journey(shop):
    day = PinyinStorm(shop) if WITH_PINYIN else LettersStorm(shop)
    day.start()
    day.begin()
    n_sales = -(-N_SCANS // len(CODES))
    for n in range(n_sales):
        day.until_played(lambda n=n: day.scan_while_typing(n))
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


if WITH_PINYIN:
    pinyin.need_installed()
harness.run(journey, kind=PluggedShop if USB_KIND else None)
