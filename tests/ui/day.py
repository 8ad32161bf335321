# SPDX-License-Identifier: GPL-3.0-or-later
"""What every day at the till is made of: goods, the basket as a screen reader finds it, scans."""

import re

import books
from harness import Failed, PATIENCE_S, wait_for
from keyboard import Keyboard
from screen import BUTTONS, GLib, Screen

COLA, COLA_500, WATER, TEA = "6901300700376", "6901300700741", "6955260200742", "6998427800744"
TWELVE = [COLA, WATER, COLA, TEA, COLA_500, WATER, WATER, TEA, COLA, COLA_500, TEA, COLA]
UNKNOWN = "6999999999993"
MOST_TRIES = 8
STALLED_PATIENCE_S = 3


class Day:
    def __init__(self, shop):
        self.shop = shop
        self.goods = shop.goods()
        self.screen = Screen(shop)
        self.keyboard = Keyboard()
        self.stalled = False  # since the scans began that are played now

    def words(self, english):
        return self.shop.words(english)

    def start(self):
        self.shop.make_center()
        self.shop.start_printer()
        self.shop.start_till(environment=self.environment())
        self.keyboard.focus(self.shop.till_pid())

    def environment(self):
        """What the till's environment has besides."""
        return {}

    def total(self, *lines):
        return sum(self.goods[barcode][1] * quantity for barcode, quantity in lines)

    # The basket -----------------------------------------------------------------------------------

    def line(self, barcode, quantity):
        """How a line of the basket is called."""
        name, price = self.goods[barcode]
        return re.compile("^%s, %s × %s.*, %s$" % (re.escape(name), quantity, re.escape(books.money(price)),
                                                  re.escape(books.money(price * quantity))))

    def lines(self):
        """Lines of the basket: the buttons that name a good, a quantity and a sum."""
        return self.screen.names(re.compile(r" × [\d.]+.*, [\d.]+$"), BUTTONS)

    def holds(self, wanted):
        patterns = [self.line(*line) for line in wanted]
        lines = self.lines()
        return len(lines) == len(patterns) and \
            all(any(pattern.match(line) for line in lines) for pattern in patterns)

    def await_lines(self, *wanted):
        """The basket holds these, (barcode, quantity) each, and nothing else."""
        wait_for(lambda: self.holds(wanted), lambda: "%s in the basket, which is %s" % (wanted, self.lines()),
                 STALLED_PATIENCE_S if self.stalled else PATIENCE_S)

    # The scanner ----------------------------------------------------------------------------------

    def play(self, *codes):
        """The scanner's keys for the codes at full speed; notes when the machine stood still between two."""
        if not self.keyboard.scan(*codes):
            self.stalled = True

    def until_played(self, act):
        """Does act (), which plays scans and looks what came of them, beginning with an empty basket.

        Where the machine stood still between two keys of a code no scanner was played: then, and only
        then, the basket is given up and it is done again.
        """
        for _ in range(MOST_TRIES):
            self.stalled = False
            try:
                return act()
            except Failed:
                if not self.stalled:
                    raise
            self.stalled = False
            self.give_up()
        raise Failed("the machine stands still too often to play a scanner")

    def scan(self, codes, *wanted):
        """Scans the codes into an empty basket, which then holds what is wanted."""
        def act():
            self.play(*codes)
            self.await_lines(*wanted)
        self.until_played(act)

    def give_up(self):
        self.keyboard.press("Escape", "Escape")
        for _ in range(MOST_TRIES):
            if not self.screen.shows(self.words("Leave it")):
                break
            self.try_to_click("Leave it")
        for _ in range(MOST_TRIES):
            if not self.lines():
                break
            self.try_to_void()
        self.await_lines()

    def try_to_void(self):
        """The second press is only awaited for a moment: too short to look for the button again on a slow machine."""
        for node in self.screen.look_for(self.words("Void sale"), BUTTONS)[:1]:
            try:
                node.do_action(0)
                wait_for(lambda: node.get_name() == self.words("Press again to void"), "the second press", 3)
                node.do_action(0)
            except (Failed, GLib.Error):
                pass  # it went by itself in the meantime, or the moment is over

    def try_to_click(self, name):
        """What went by itself in the meantime need not be pressed."""
        try:
            self.screen.click(name, 3)
        except Failed:
            pass


class KeysDay(Day):
    """A day of which the keyboard is the hands."""

    def press(self, *names):
        self.keyboard.press(*names)

    def type(self, text):
        self.keyboard.type(text)

    def begin(self):
        """The first start's assistant, from button to button by Tab."""
        shop, screen = self.shop, self.screen
        screen.await_text(self.words("Welcome to Millrace"))
        self.tab_to("Next")
        self.press("Return")
        self.tab_to("Center's address")
        self.type(shop.center_address)
        self.tab_to("Enrolment code")
        self.type(shop.enrol_code())
        self.press("Return")
        screen.await_text(self.words("Joined to %s as till %d of %s.").partition("%")[0].strip())
        self.tab_to("Next")
        self.press("Return")
        self.tab_to("Next")
        self.press("Return")
        self.tab_to("Where is the receipt printer?")
        self.type("tcp:127.0.0.1:%d" % shop.printer_port)
        self.press("Return")
        screen.await_text(self.words("Printer ready"))
        self.tab_to("Begin to sell")
        self.press("Return")
        screen.await_text(self.words("Online"))
        screen.await_text(self.goods[COLA][0])

    def tab_to(self, name):
        """Tab until what has this name has the focus."""
        self.tab_to_words(self.words(name))

    def tab_to_words(self, name):
        for _ in range(60):
            self.press("Tab")
            if self.screen.focused_name() == name:
                return
        raise Failed("Tab never comes to %r" % name)
