#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An input method that hangs does not hold the till up: goods are searched, scanned and paid for without it.

ibus waits 16 seconds for the answer to a key, once for its press and once for its release: that would
be minutes for the few keys here, more than anything is waited for. Later it answers again, and is used again.
"""

import harness
import pinyin
from day import COLA, WATER, KeysDay
from harness import Failed, PATIENCE_S, wait_for

HELLO = "你好"
LETTERS = "kkkl"
AGAIN_S = 200


class HungDay(KeysDay):
    def __init__(self, shop):
        super().__init__(shop)
        self.pinyin = pinyin.Pinyin(shop)

    def start(self):
        self.pinyin.start()
        super().start()

    def environment(self):
        return {"GTK_IM_MODULE": "ibus"}

    def await_entry(self, text):
        wait_for(lambda: self.screen.read("Search goods") == text, "%r in the search" % text)

    def compose_hello(self, seconds=PATIENCE_S):
        self.press("F2")
        self.type("nihao")
        self.pinyin.await_candidate(HELLO, seconds)

    def search_without(self):
        """Letters go in as they are, and find what they are the initials of."""
        self.type(LETTERS)
        self.await_entry(LETTERS)
        self.screen.await_text(self.words("The input method does not answer: letters are typed as they are."))
        self.screen.await_text(self.goods[COLA][0])
        self.press("Escape")

    def sell_without(self):
        self.until_played(lambda: (self.play(COLA, WATER), self.await_lines((COLA, 1), (WATER, 1))))
        self.press("F11")
        self.screen.await_text(self.words("Paid"))
        self.press("Return")
        self.await_lines()

    def composes_again(self):
        try:
            self.compose_hello(5)
        except Failed:
            return False
        finally:
            self.press("Escape", "Escape")
        return True


def journey(shop):
    day = HungDay(shop)
    day.start()
    day.begin()
    day.pinyin.choose()
    day.compose_hello()
    day.pinyin.hang()
    day.search_without()
    day.sell_without()
    day.pinyin.go_on()
    wait_for(day.composes_again, "an input method that is used again", AGAIN_S)


pinyin.need_installed()
harness.run(journey)
