#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A day at the till through the accessibility tree: from the first start to the Z."""

import re

import books
import harness
from day import COLA, COLA_500, TEA, TWELVE, UNKNOWN, WATER, Day
from harness import require, require_equal, wait_for

FOUND = ((COLA, 4), (WATER, 3), (TEA, 3), (COLA_500, 2))


class SpokenDay(Day):
    def hear(self):
        """Everything that can be pressed says what it is."""
        require_equal(self.screen.unnamed(), [], "without a name")

    # Morning --------------------------------------------------------------------------------------

    def begin(self):
        """The first start's assistant: language, center, scanner, printer."""
        shop, screen = self.shop, self.screen
        screen.await_text(shop.words("Welcome to Millrace"))
        self.hear()
        screen.click("Next")
        self.hear()
        screen.fill("Center's address", shop.center_address)
        screen.fill("Enrolment code", shop.enrol_code())
        screen.fill("This till's name", "1")
        screen.click("Join")
        screen.await_text(shop.words("Joined to %s as till %d of %s.").partition("%s")[0].strip())
        screen.click("Next")
        screen.await_text(shop.words("Scan any code"))
        self.keyboard.scan(COLA)
        screen.await_text("✓ ")
        screen.click("Next")
        self.hear()
        screen.fill("Where is the receipt printer?", "tcp:127.0.0.1:%d" % shop.printer_port)
        screen.click("Save")
        screen.click("Test print")
        wait_for(shop.receipts, "the test page")
        screen.click("Begin to sell")
        screen.await_text(shop.words("Online"))
        screen.await_text(self.goods[COLA][0])

    # Selling --------------------------------------------------------------------------------------

    def open_search(self, typed):
        self.screen.click(re.compile("^" + re.escape(self.words("Search: name, initials, code"))))
        self.screen.fill("Search goods", typed)

    def scan_twelve_while_searching(self):
        screen = self.screen
        self.open_search("kel")
        self.scan(TWELVE, *FOUND)
        screen.await_text(self.shop.locale.ngettext("%d piece", "%d pieces", 12) % 12)
        screen.click(re.compile("^" + re.escape(self.words("Search: name, initials, code"))))
        require_equal(screen.read("Search goods"), "", "left in the search")
        screen.click("Back")

    def find_by_words(self):
        """可乐 and kl find the cola, and touching what is found sells it."""
        for typed in ("可乐", "kl"):
            self.open_search(typed)
            self.hear()
            self.screen.click(re.compile("^" + re.escape(self.goods[COLA][0]) + r"(?!.* × )"))
        self.await_lines((COLA, 6), *FOUND[1:])

    def pay_cash(self, *lines):
        """With the smallest note that is enough; change stands large, and on the receipt."""
        shop, screen = self.shop, self.screen
        total = self.total(*lines)
        given = 5000
        screen.click("Pay")
        screen.await_text(shop.words("To pay"))
        screen.await_text("¥" + books.money(total))
        self.hear()
        screen.click("¥" + books.money(given))
        screen.await_text(shop.words("Change"))
        screen.await_text("¥" + books.money(given - total))
        paper = shop.wait_for_receipt(books.money(total), shop.words("Change"))
        sums = books.read_sums(paper)
        require_equal(sums[shop.words("Total")], books.money(total), "total on the receipt")
        require_equal(sums[shop.words("Change")], books.money(given - total), "change on the receipt")
        require(self.goods[WATER][0].split()[0] in paper, "a good's name on the receipt:\n" + paper)

    def open_line(self, barcode, quantity):
        self.screen.click(self.line(barcode, quantity))

    def change_lines(self):
        """The next scan starts the next sale; a line is opened and changed, removed and taken back."""
        screen = self.screen
        self.scan([TEA, WATER], (TEA, 1), (WATER, 1))
        self.open_line(TEA, 1)
        self.hear()
        screen.click("Quantity")
        self.hear()
        screen.click("3")
        screen.click("Enter")
        self.await_lines((TEA, 3), (WATER, 1))
        self.open_line(WATER, 1)
        screen.click("Remove")
        self.await_lines((TEA, 3))
        screen.await_text(self.words("The line is removed."))
        screen.click("Undo")
        self.await_lines((TEA, 3), (WATER, 1))

    def hold_and_recall(self):
        """Another customer is served in between: with an unknown code, which is said, and holds nothing up."""
        screen = self.screen
        screen.click("Hold")
        self.await_lines()
        self.scan([UNKNOWN, COLA, COLA], (COLA, 2))
        screen.await_text(UNKNOWN)
        screen.click("Leave it")
        screen.await_no_text(UNKNOWN)
        screen.click("Pay")
        screen.click("WeChat")
        screen.await_text(self.words("Paid"))
        screen.click("Next sale")
        screen.click(re.compile("^" + re.escape(self.words("Held: %u") % 1)))
        screen.click(re.compile(re.escape("¥" + books.money(self.total((TEA, 3), (WATER, 1))))))
        self.await_lines((TEA, 3), (WATER, 1))
        screen.click("Pay")
        screen.click(re.compile("^" + re.escape(self.words("Exactly %s").partition("%s")[0].strip())))
        screen.await_text(self.words("Paid"))
        screen.click("Next sale")

    def give_up(self):
        """A basket that nobody comes back for."""
        screen = self.screen
        self.scan([COLA], (COLA, 1))
        screen.click("Hold")
        self.await_lines()
        screen.click(re.compile("^" + re.escape(self.words("Held: %u") % 1)))
        screen.click(re.compile("^" + re.escape(self.words("Give up"))))
        screen.click(re.compile("^" + re.escape(self.words("Press again"))))
        screen.await_text(self.words("Nothing is put aside. On the sale screen, Hold (F6) puts the basket here while "
                                     "the next customer is served."))
        require_equal(len(self.shop.entries("basket-dropped")), 1, "baskets given up")
        screen.click("Sell")

    def print_copy(self):
        shop, screen = self.shop, self.screen
        screen.click("Receipts")
        self.hear()
        screen.click(re.compile(r"-0*1\b"))
        screen.click("Print a copy")
        shop.wait_for_receipt(shop.words("COPY %u") % 1)

    # Evening --------------------------------------------------------------------------------------

    def close(self):
        shop, screen = self.shop, self.screen
        sales = shop.entries("sale")
        counted = books.sum_up(sales)["tenders"]["cash"]
        screen.click("Shift")
        self.hear()
        screen.click("Count and close the shift")
        screen.await_text(shop.words("All cash in it, float and takings together"))
        for character in books.money(counted):
            screen.click("Decimal point" if character == "." else character)
        screen.click("Enter")
        screen.await_text(shop.words("The shift is closed, and the drawer is right."))
        return counted


def journey(shop):
    day = SpokenDay(shop)
    day.start()
    day.begin()
    day.scan_twelve_while_searching()
    day.find_by_words()
    day.pay_cash((COLA, 6), *FOUND[1:])
    day.change_lines()
    day.hold_and_recall()
    day.give_up()
    day.print_copy()
    counted = day.close()
    books.check(shop, 3, counted)


harness.run(journey)
