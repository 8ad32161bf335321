#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page Devices as a shopkeeper uses it: which of two printers, which kind, which scanner, what lies on the scale.

usage: journey-devices.py en_US|zh_CN WIDTHxHEIGHT

Names are as long as USB lets them be. Pictures stay in build/tests/ui/pictures/devices-<size>-<language>.
"""

import os
import re
import sys

import harness
from day import COLA, TEA, Day
from harness import BUILD, require, require_equal, wait_for
from plugged import PluggedShop, Scale, Scanner, find_code
from screen import BUTTONS, Atspi

LANGUAGE, SIZE = sys.argv[1:3]
PICTURES = os.path.join(BUILD, "tests", "ui", "pictures", "devices-%s-%s" % (SIZE, LANGUAGE))
# 126 characters each, the most that a descriptor holds.
LONG = "收银小票热敏打印机" * 14
LONG_SCANNER = ("Omnidirectional handheld barcode imager " * 4)[:126]
PLAIN = ("POSco", "R-80")
# What the shop wrote itself about its printers; they are known by their name.
KIND = "[printer]\nname=Roller\nmodel=r-80\npaper-mm=80\ncolumns=42\ndots=512\ncutter=true\ndrawer=true\nbarcodes=true\n"


class DevicesJourney(Day):
    def start(self):
        shop = self.shop
        shop.make_center()
        shop.write_kind("roller.ini", KIND)
        shop.start_till("--center", shop.center_address, "--enrol", shop.enrol_code(), "--name", "1")
        self.keyboard.focus(shop.till_pid())
        shop.fill_screen(*map(int, SIZE.split("x")))
        self.screen.await_text(self.words("Online"))
        self.screen.await_text(self.goods[COLA][0])
        self.open_devices()

    def open_devices(self):
        self.screen.click("Settings")
        self.screen.click("Printer, drawer, scanner")
        self.screen.await_text(self.words("Cash drawer"))

    def picture(self, name):
        os.makedirs(PICTURES, exist_ok=True)
        self.shop.take_picture(os.path.join(PICTURES, name + ".png"))

    # Printers -------------------------------------------------------------------------------------

    def test_print(self, printer, others):
        """A test page comes out of this one, and of no other."""
        before = [other.count_taken() for other in others]
        printed = len(printer.text())
        self.screen.await_text(self.words("Printer ready"))
        self.screen.click("Test print")
        # Its last line but a QR code.
        wait_for(lambda: "[code128 " in printer.text()[printed:], "a test page of " + printer.name)
        require_equal([other.count_taken() for other in others], before, "bytes to others")
        printer.check()
        return printer.text()[printed:]

    def is_pressed(self, name):
        return any(node.get_state_set().contains(Atspi.StateType.PRESSED)
                   for node in self.screen.look_for(name, BUTTONS))

    def use(self, caption):
        self.screen.click(self.words("Use %s") % caption)

    def choose_printers(self):
        """Two alike are told apart by their serial numbers; a long name is one button, too."""
        shop = self.shop
        first = shop.add_printer("first", "1-1", "A1", *PLAIN)
        second = shop.add_printer("second", "1-2", "B2", *PLAIN)
        long = shop.add_printer("long", "1-3", "C3" * 63, LONG, LONG)
        # Nobody tells them apart, so it is one button.
        twins = [shop.add_printer("twin-%d" % n, "1-%d" % n, "", "Twin", "Printer") for n in (5, 6)]
        for printer in [first, second, long] + twins:
            printer.plug()
        self.use("POSco R-80 · B2")
        wait_for(lambda: self.is_pressed("Roller"), "the kind that the printer says it is")
        page = self.test_print(second, [first, long])
        require_equal(max(map(len, page.splitlines())), 42, "width of the page")
        self.use("POSco R-80 · A1")
        self.test_print(first, [second, long])
        self.screen.click("Any, 58 mm paper")
        page = self.test_print(first, [second])
        require(max(map(len, page.splitlines())) <= 32, "the page of 58 mm is too wide:\n" + page)
        self.screen.click("Any, 80 mm paper")
        wait_for(lambda: not self.is_pressed("Roller"), "what was chosen instead")
        require_equal(len(self.screen.look_for(re.compile("Twin Printer"), BUTTONS)), 1, "buttons of the twins")
        self.use(LONG)
        self.test_print(long, [first, second])
        self.picture("printers")

    def unplug_printer(self):
        """The row says what to do, and so does whoever wants the drawer open meanwhile."""
        screen, printer = self.screen, self.shop.printers[2]
        printer.unplug()
        screen.await_text(self.words("The printer is not plugged in. Sales are saved. It comes back by itself."))
        screen.await_text(self.words("While the printer cannot be reached, open it by its key."))
        screen.click("Open the drawer")
        screen.await_text(self.words("It is noted. The printer is not there to open the drawer: open it by its key."))
        self.picture("printer-away")
        printer.plug()
        screen.await_text(self.words("Printer ready"))
        screen.click("Open the drawer")
        screen.await_text(self.words("The drawer is opened, and noted."))
        wait_for(lambda: printer.count_kicks() == 1, "the drawer, once")

    # The scanner ----------------------------------------------------------------------------------

    def pair_keyboard(self):
        """One that types is found by the code on the screen; another code is nobody's business meanwhile."""
        screen = self.screen
        scanner = self.scanner = Scanner(self.shop, "scanner", "1-4", "D4", "Honeywell", LONG_SCANNER, "keyboard")
        scanner.plug()
        screen.click("Scan this code")
        code = find_code(screen)
        wait_for(scanner.is_had, "the scanner's pairing")
        self.picture("pairing")
        scanner.scan(COLA)
        scanner.scan(code)
        screen.await_text(self.words("This till has its scanner now: %s").partition("%s")[0])
        screen.await_text(self.words("Scanner ready"))
        self.picture("paired")
        screen.click("Sell")
        scanner.scan(TEA, TEA)
        self.await_lines((TEA, 2))

    def unplug_scanner(self):
        away = self.words("The scanner is not plugged in. Search or type what is sold meanwhile. It comes back by itself.")
        self.scanner.unplug()
        self.screen.await_text(away)
        self.picture("scanner-away")
        self.open_devices()
        self.screen.await_text(self.words("It is not plugged in. Put its cable in; it comes back by itself."))
        self.scanner.plug()
        self.screen.await_no_text(away)
        self.scanner.scan(COLA)
        self.screen.click("Sell")
        self.await_lines((TEA, 2), (COLA, 1))
        self.open_devices()

    def lose_everything(self):
        """Printer, scanner and center at once: each says so, and Pay can still be pressed."""
        self.shop.printers[2].unplug()
        self.scanner.unplug()
        self.shop.kill_center()
        for trouble in ("The printer is not plugged in. Sales are saved. It comes back by itself.",
                        "The scanner is not plugged in. Search or type what is sold meanwhile. It comes back by itself.",
                        "No connection to the center. Selling goes on; everything is sent when the network is back."):
            self.screen.await_text(self.words(trouble))
        self.screen.click("Sell")
        self.await_lines((TEA, 2), (COLA, 1))
        self.keyboard.type(COLA + "\n")
        self.await_lines((TEA, 2), (COLA, 2))
        pay = self.screen.await_node(re.compile("^" + self.words("Pay")), BUTTONS)
        place = pay.get_extents(Atspi.CoordType.WINDOW)
        require(place.height > 0 and place.y + place.height <= int(SIZE.split("x")[1]), "Pay is below the screen")
        self.picture("everything")

    # The scale ------------------------------------------------------------------------------------

    def weigh(self):
        """Its line is touched, and so is its speed. What lies on it shows while it changes, and the row says when its
        cable is out."""
        screen = self.screen
        scale = Scale(self.shop, "scale", "usb-Corner_Scale_S1-if00-port0", "continuous")
        scale.lay(375)
        screen.click(self.words("%s: settings") % self.words("Scale"))
        use = self.words("Use %s") % "Corner Scale S1"
        # The printer and the scanner could be there, too; the scale's row is the last that is unfolded.
        wait_for(lambda: len(screen.look_for(use, BUTTONS)) == 3, "the line in three rows")
        screen.look_for(use, BUTTONS)[-1].do_action(0)
        wait_for(lambda: len(screen.look_for(use, BUTTONS)) == 1, "the line left to the scale")
        screen.click("By itself")
        screen.click("4800")
        require_equal(screen.read("Where is the scale?"),
                      "serial:/dev/serial/by-id/usb-Corner_Scale_S1-if00-port0:4800", "the scale's place")
        screen.await_text("0.375 kg")
        scale.lay(1250)
        screen.await_text("1.250 kg")
        self.picture("scale")
        scale.unplug()
        screen.await_text(self.words("Scale needs help; weights are typed"))
        scale.plug()
        scale.lay(80)
        screen.await_text("0.080 kg")


def journey(shop):
    day = DevicesJourney(shop)
    day.start()
    day.choose_printers()
    day.unplug_printer()
    day.pair_keyboard()
    day.unplug_scanner()
    day.weigh()
    require_equal(day.screen.unnamed(), [], "without a name")
    day.lose_everything()


harness.run(journey, LANGUAGE, size=SIZE, kind=PluggedShop)
