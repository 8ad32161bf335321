#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A till with a printer and a scanner on USB, whose cables are pulled and put back while it sells.

usage: journey-usb.py en_US|zh_CN [short]
"""

import sys

import books
import harness
from day import COLA, COLA_500, TEA, TWELVE, WATER, Day
from harness import require, require_equal, wait_for
from plugged import PluggedShop, Scanner

LANGUAGE = sys.argv[1]
IS_SHORT = "short" in sys.argv
EXACT_CASH = {"en_US": "F11", "zh_CN": "space"}[LANGUAGE]
WECHAT = "F8"
# A byte in two milliseconds: a receipt takes a second.
SLOW = "1"
AT_ONCE = "0"
A_PART = 120


class UsbJourney(Day):
    def start(self):
        shop = self.shop
        shop.make_center()
        shop.start_till("--center", shop.center_address, "--enrol", shop.enrol_code(), "--name", "1")
        self.printer = shop.add_printer("printer", "1-1", "A1", "POSco", "R-80")
        self.scanner = Scanner(shop, "scanner", "1-2", "B2", "Honeywell", "Xenon 1900")
        self.keyboard.focus(shop.till_pid())
        self.screen.await_text(self.words("Online"))
        self.screen.await_text(self.goods[COLA][0])
        self.n_sales = 0
        self.no_printer = self.words("The printer is not plugged in. Sales are saved. It comes back by itself.")
        self.no_scanner = self.words("The scanner is not plugged in. Search or type what is sold meanwhile. "
                                     "It comes back by itself.")

    # The devices ----------------------------------------------------------------------------------

    def open_devices(self):
        self.screen.click("Settings")
        self.screen.click("Printer, drawer, scanner")
        self.screen.await_text(self.words("Cash drawer"))

    def choose_printer(self):
        """By its name, while the page is open; then its kind, and a page that shows it."""
        screen, printer = self.screen, self.printer
        printer.plug()
        screen.click(self.words("Use %s") % "POSco R-80")
        screen.await_text(self.words("Printer ready"))
        screen.click("Any, 80 mm paper")
        screen.click("Test print")
        wait_for(self.shop.receipts, "the test page")
        require(max(map(len, self.shop.receipts()[0].splitlines())) > 32, "the test page is narrow")

    def pair_scanner(self):
        """Whatever it reads, a scanner of the point-of-sale class is known by it."""
        screen, scanner = self.screen, self.scanner
        scanner.plug()
        screen.click("Scan this code")
        wait_for(scanner.is_had, "the scanner's pairing")
        scanner.scan("hello")
        screen.await_text(self.words("This till has its scanner now: %s") % "Honeywell Xenon 1900")
        screen.await_text(self.words("Scanner ready"))
        screen.click("Sell")

    # Selling --------------------------------------------------------------------------------------

    def sell(self, *lines, key=EXACT_CASH):
        """Scans, and is paid with one key."""
        self.scanner.scan(*[barcode for barcode, quantity in lines for _ in range(quantity)])
        self.await_lines(*lines)
        self.keyboard.press(key)
        self.screen.await_text(self.words("Paid"))
        self.n_sales += 1
        require_equal(len(self.shop.entries("sale")), self.n_sales, "sales in the journal")

    def await_originals(self, n, what):
        wait_for(lambda: len(books.find_originals(self.shop)) == n,
                 lambda: "%s: %d receipts of %d" % (what, len(books.find_originals(self.shop)), n))

    def await_copies(self, n):
        wait_for(lambda: len(books.find_papers(self.shop, True)) == n,
                 lambda: "the whole receipt again, marked COPY, on:\n" + self.printer.text())

    def require_nothing_modal(self):
        application = self.screen.application()
        roles = [application.get_child_at_index(index).get_role_name()
                 for index in range(application.get_child_count())]
        require_equal(roles, ["frame"], "windows")

    def sell_well(self):
        self.sell((COLA, 2), (WATER, 1))
        self.await_originals(1, "the first sale")
        require_equal(self.printer.count_kicks(), 1, "the drawer opened")
        self.printer.check()

    # Cables ---------------------------------------------------------------------------------------

    def unplug_between_receipts(self):
        """Two sales without a printer; the drawer does not open behind them when it is back."""
        printer, screen = self.printer, self.screen
        originals = len(books.find_originals(self.shop))
        printer.unplug()
        screen.await_text(self.no_printer)
        screen.await_text(self.words("Printer needs help"))
        self.sell((TEA, 1))
        self.sell((COLA, 1), (COLA_500, 1), key=WECHAT)
        self.require_nothing_modal()
        screen.await_text(self.no_printer)
        printer.plug()
        self.await_originals(originals + 2, "the papers of two sales")
        screen.await_no_text(self.no_printer)
        screen.await_text(self.words("Printer ready"))
        require_equal(printer.count_kicks(), 1, "the drawer opened")
        printer.check()

    def unplug_within_a_receipt(self):
        """The sale stands, the next goes on; plugged in again the whole receipt comes, marked COPY, then the next one's."""
        printer, screen = self.printer, self.screen
        self.await_originals(self.n_sales, "all before")
        originals, copies = (len(books.find_papers(self.shop, are_copies)) for are_copies in (False, True))
        before = printer.count_taken()
        printer.tell("pace", SLOW)
        self.sell((WATER, 3), (TEA, 2))
        wait_for(lambda: printer.count_taken() > before + A_PART, "a part of the receipt")
        printer.unplug()
        printer.tear()
        printer.tell("pace", AT_ONCE)
        screen.await_text(self.no_printer)
        self.require_nothing_modal()
        self.sell((COLA, 1))
        require_equal(len(books.find_papers(self.shop, True)), copies, "copies without a printer")
        printer.plug()
        self.await_copies(copies + 1)
        self.await_originals(originals + 1, "the next sale")
        screen.await_no_text(self.no_printer)

    def run_out_of_paper(self):
        """It stays out of paper until there is a new roll, whatever it can be asked; the drawer opens all the same, once."""
        printer, screen = self.printer, self.screen
        no_paper = self.words("The printer has no paper. Sales are saved. Put in a roll; the receipt will print again.")
        originals, copies = (len(books.find_papers(self.shop, are_copies)) for are_copies in (False, True))
        kicks = printer.count_kicks()
        printer.tell("paper", "5")
        self.sell((COLA, 1), key=WECHAT)
        screen.await_text(no_paper)
        self.sell((WATER, 1))
        wait_for(lambda: printer.count_kicks() == kicks + 1, "the drawer, which needs no paper")
        self.sell((TEA, 1), key=WECHAT)
        screen.await_text(no_paper)
        printer.tear()
        printer.tell("paper", "-1")
        self.await_copies(copies + 1)
        self.await_originals(originals + 2, "the next sales")
        screen.await_no_text(no_paper)
        require_equal(printer.count_kicks(), kicks + 1, "the drawer opened")

    def unplug_the_scanner(self):
        """In the middle of a basket: it is said, the basket stands and goes on by keys, and no scan is lost or doubled."""
        scanner, screen = self.scanner, self.screen
        scanner.scan(COLA, WATER, COLA)
        self.await_lines((COLA, 2), (WATER, 1))
        scanner.unplug()
        screen.await_text(self.no_scanner)
        self.require_nothing_modal()
        self.keyboard.type(TEA + "\n")
        self.await_lines((COLA, 2), (WATER, 1), (TEA, 1))
        scanner.plug()
        screen.await_no_text(self.no_scanner)
        scanner.scan(*TWELVE)
        wanted = ((COLA, 6), (WATER, 4), (TEA, 4), (COLA_500, 2))
        self.await_lines(*wanted)
        self.keyboard.press(EXACT_CASH)
        screen.await_text(self.words("Paid"))
        self.n_sales += 1

    # Evening --------------------------------------------------------------------------------------

    def close(self):
        counted = books.sum_up(self.shop.entries("sale"))["tenders"]["cash"]
        self.screen.click("Shift")
        self.screen.click("Count and close the shift")
        self.screen.await_text(self.words("All cash in it, float and takings together"))
        self.keyboard.type(books.money(counted) + "\n")
        self.screen.await_text(self.words("The shift is closed, and the drawer is right."))
        return counted


def journey(shop):
    day = UsbJourney(shop)
    day.start()
    day.open_devices()
    day.choose_printer()
    day.pair_scanner()
    day.sell_well()
    day.unplug_between_receipts()
    day.unplug_the_scanner()
    if not IS_SHORT:
        day.unplug_within_a_receipt()
    day.run_out_of_paper()
    counted = day.close()
    books.check(shop, day.n_sales, counted, cut_short=1 if IS_SHORT else 2)


harness.run(journey, LANGUAGE, kind=PluggedShop)
