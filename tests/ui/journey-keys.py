#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A day at the till by keys alone, with a printer that stops answering and a center that is killed.

usage: journey-keys.py en_US|zh_CN

In English with the function keys, in Chinese with the set made for the numeric keypad. The
accessibility tree is only looked at: it is the eyes, the keyboard is the hands.
"""

import re
import sys

import books
import harness
from day import COLA, COLA_500, TEA, TWELVE, WATER, KeysDay
from harness import require, require_equal, wait_for
from screen import BUTTONS

LANGUAGE = sys.argv[1]
BANANAS = "4011"
HANZI = "可乐"
EXACT_CASH = {"en_US": "F11", "zh_CN": "space"}[LANGUAGE]


class KeysJourney(KeysDay):
    def __init__(self, shop):
        super().__init__(shop)
        self.keyboard.teach(HANZI)
        self.unfolded = False  # the printer's settings on the page Devices

    # Selling --------------------------------------------------------------------------------------

    def scan_twelve_while_searching(self):
        """Letters open the search at once; nothing of the scans stays in it."""
        screen = self.screen
        self.type("kel")
        wait_for(lambda: screen.read("Search goods") == "kel", "kel in the search")
        self.scan(TWELVE, (COLA, 4), (WATER, 3), (TEA, 3), (COLA_500, 2))
        self.press("F2")
        require_equal(screen.read("Search goods"), "", "left in the search")
        self.press("Escape")


    def find_by_words(self):
        screen = self.screen
        self.type("kl")
        wait_for(lambda: screen.read("Search goods") == "kl", "kl in the search")
        self.take_first_found()
        self.press("F2")
        self.type(HANZI)
        wait_for(lambda: screen.read("Search goods") == HANZI, "%s in the search" % HANZI)
        self.take_first_found()
        self.await_lines((COLA, 6), (WATER, 3), (TEA, 3), (COLA_500, 2))

    def take_first_found(self):
        self.screen.await_node(re.compile("^" + re.escape(self.goods[COLA][0]) + r"(?!.* × )"), BUTTONS)
        self.press("Return")

    def pay_cash(self):
        """Enter, the sum, Enter: change stands large, and on the receipt."""
        total = self.total((COLA, 6), (WATER, 3), (TEA, 3), (COLA_500, 2))
        self.press("Return")
        self.screen.await_text(self.words("To pay"))
        self.type("100")
        self.press("Return")
        self.screen.await_text(self.words("Change"))
        self.screen.await_text("¥" + books.money(10000 - total))
        sums = books.read_sums(self.shop.wait_for_receipt(self.words("Change")))
        require_equal(sums[self.words("Change")], books.money(10000 - total), "change on the receipt")

    def scan_six_and_one(self):
        self.type("6*")
        self.play(WATER)
        self.await_lines((WATER, 6))
        self.play(TEA)
        self.await_lines((WATER, 6), (TEA, 1))

    def count_lines(self):
        """Quantity before and after, one more, one less, removed and taken back, short code, price."""
        self.until_played(self.scan_six_and_one)
        self.type("3*\n")
        self.await_lines((WATER, 6), (TEA, 3))
        self.type("+")
        self.await_lines((WATER, 6), (TEA, 4))
        self.type("-")
        self.await_lines((WATER, 6), (TEA, 3))
        self.press("Delete")
        self.await_lines((WATER, 6))
        self.press("F4")
        self.await_lines((WATER, 6), (TEA, 3))
        self.type("12\n")
        self.screen.await_node(re.compile("^%s, .* × 5.98" % self.goods[BANANAS][0]), BUTTONS)
        self.type(".6.20\n")
        self.screen.await_node(re.compile("^%s, .* × 6.20" % self.goods[BANANAS][0]), BUTTONS)
        self.press("Delete")
        self.await_lines((WATER, 6), (TEA, 3))

    def hold_and_recall(self):
        """Another customer in between, who types a code nobody knows and pays by WeChat."""
        self.press("F6")
        self.await_lines()
        self.type("7777\n")
        self.screen.await_text("7777")
        self.scan([COLA], (COLA, 1))
        self.press("F8")
        self.screen.await_text(self.words("Paid"))
        self.press("Return")
        self.await_lines()
        self.press("F6")
        self.await_lines((WATER, 6), (TEA, 3))
        self.press(EXACT_CASH)
        self.screen.await_text(self.words("Paid"))

    def print_copy(self):
        if LANGUAGE == "zh_CN":
            self.press("F11")
        else:
            self.tab_to("Receipts")
            self.press("space")
            self.tab_to("Print a copy")
            self.press("space", "Escape")
        self.shop.wait_for_receipt(self.words("COPY %u") % 1)

    def open_return(self):
        """From the receipt that is shown, by the key on its button; back again without a return."""
        self.keyboard.chord("Alt_L", "3")
        self.screen.await_node(re.compile(re.escape(self.words("Return goods"))), BUTTONS)
        self.press("KP_Subtract")
        self.screen.await_text(self.words("Choose what comes back. Scan what is taken instead, or pay out."))
        self.press("Escape")
        self.screen.await_no_text(self.words("Choose what comes back. Scan what is taken instead, or pay out."))
        self.await_lines()

    # When things break ----------------------------------------------------------------------------

    def sell_without_printer(self):
        """Nobody waits: the trouble is said, the next sale is sold, the papers come when it is back."""
        shop, screen = self.shop, self.screen
        printed = len(books.find_originals(shop))
        shop.kill_printer()
        for _ in range(2):
            self.scan([COLA], (COLA, 1))
            self.press(EXACT_CASH)
            screen.await_text(self.words("Paid"))
        screen.await_text(self.words("Printer needs help"))
        shop.start_printer(honest=True)
        wait_for(lambda: len(books.find_originals(shop)) == printed + 2, "the papers of two sales", 60)
        screen.await_no_text(self.words("Printer needs help"))

    def run_out_of_paper(self):
        """In the middle of a receipt: the sale stands, it is said, the drawer opens all the same; the new roll
        brings the whole receipt, marked COPY, and then the next one's original."""
        shop, screen = self.shop, self.screen
        no_paper = self.words("The printer has no paper. Sales are saved. Put in a roll; the receipt will print again.")
        copies = self.count_papers(self.words("COPY %u") % 1)
        originals = len(books.find_originals(shop))
        sales = len(shop.entries("sale"))
        shop.tell_printer("paper 5")
        self.scan([COLA], (COLA, 1))
        self.press("F8")
        screen.await_text(self.words("Paid"))
        screen.await_text(no_paper)
        kicks = shop.count_kicks()
        self.scan([WATER], (WATER, 1))
        self.press(EXACT_CASH)
        screen.await_text(self.words("Paid"))
        wait_for(lambda: shop.count_kicks() == kicks + 1, "the drawer, which needs no paper")
        require_equal(len(shop.entries("sale")), sales + 2, "sales in the journal")
        require_equal(self.count_papers(self.words("COPY %u") % 1), copies, "copies before there is paper")
        shop.tell_printer("roll")
        wait_for(lambda: self.count_papers(self.words("COPY %u") % 1) == copies + 1, "the whole receipt again")
        # What came out of the first before the paper ended reads as an original, too.
        wait_for(lambda: len(books.find_originals(shop)) == originals + 2, "the next receipt")
        screen.await_no_text(no_paper)

    def count_papers(self, content):
        return sum(content in paper for paper in self.shop.receipts())

    def mistype_the_printer(self):
        """An address where nobody is: it is said in a bar, the next sale goes on, and put right it prints."""
        shop, screen = self.shop, self.screen
        originals = len(books.find_originals(shop))
        nobody = self.words("There is no printer at the address set. Sales are saved. See Settings, Devices.")
        self.set_printer("tcp:127.0.0.1:1")
        screen.await_text(nobody)
        self.press("Escape")
        self.scan([COLA, WATER], (COLA, 1), (WATER, 1))
        self.press(EXACT_CASH)
        screen.await_text(self.words("Paid"))
        self.set_printer("tcp:127.0.0.1:%d" % shop.printer_port)
        wait_for(lambda: len(books.find_originals(shop)) == originals + 1, "the paper of that sale")
        screen.await_no_text(nobody)
        self.press("Escape")

    def set_printer(self, location):
        """Settings, Devices: the printer's row unfolded, its place typed anew."""
        self.keyboard.chord("Alt_L", "6")
        self.tab_to("Printer, drawer, scanner")
        self.press("space")
        self.screen.await_text(self.words("Cash drawer"))
        if not self.unfolded:
            self.tab_to_words(self.words("%s: settings") % self.words("Receipt printer"))
            self.press("space")
            self.unfolded = True
        self.tab_to("Where is the receipt printer?")
        self.keyboard.chord("Control_L", "a")
        self.type(location + "\n")

    def sell_without_center(self):
        """The banner comes, selling goes on, and it goes by itself."""
        shop, screen = self.shop, self.screen
        banner = self.words("No connection to the center. Selling goes on; everything is sent when the network is back.")
        shop.kill_center()
        screen.await_text(banner)
        self.scan([WATER, TEA], (WATER, 1), (TEA, 1))
        self.press("F9")
        screen.await_text(self.words("Paid"))
        require(shop.entries("sale"), "no sale in the journal")
        shop.start_center()
        screen.await_no_text(banner, 90)
        screen.await_text(self.words("Online"))

    # Evening --------------------------------------------------------------------------------------

    def close(self):
        counted = books.sum_up(self.shop.entries("sale"))["tenders"]["cash"]
        self.tab_to("Shift")
        self.press("space")
        self.tab_to("Count and close the shift")
        self.press("space")
        self.screen.await_text(self.words("All cash in it, float and takings together"))
        self.type(books.money(counted) + "\n")
        self.screen.await_text(self.words("The shift is closed, and the drawer is right."))
        return counted


def journey(shop):
    day = KeysJourney(shop)
    day.start()
    day.begin()
    day.scan_twelve_while_searching()
    day.find_by_words()
    day.pay_cash()
    day.count_lines()
    day.hold_and_recall()
    day.print_copy()
    day.open_return()
    day.sell_without_printer()
    day.run_out_of_paper()
    day.mistype_the_printer()
    day.sell_without_center()
    counted = day.close()
    books.check(shop, 9, counted)


harness.run(journey, LANGUAGE)
