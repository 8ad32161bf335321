#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The README's pictures, taken of the real till: they show what it looks like today, or the test fails.

screenshots.py compare   takes them again and compares with data/screenshots
screenshots.py keep      takes them again and puts them there (./dev screenshots)
"""

import os
import shutil
import subprocess
import sys
import time

import harness
from day import COLA, COLA_500, TEA, WATER, Day
from harness import BUILD, SOURCE, require

KEPT = os.path.join(SOURCE, "data", "screenshots")
TAKEN = os.path.join(BUILD, "tests", "ui", "screenshots")
WIDTH, HEIGHT = 1280, 800
# The clock, and the receipt's number with it, are others each time.
CLOCK = "rectangle 1190,0 1280,47"
# What was asked for is on the screen after so long, flashes over.
PAINT_S = 0.8
# So many of a thousand pixels may differ by more than a shade: fonts are hinted differently elsewhere.
ALLOWED_PERMILLE = 10


def count_differing(one, other):
    """Pixels that differ by more than a shade, the clock left out; None where the sizes differ."""
    masked = []
    for path in (one, other):
        target = os.path.join(TAKEN, "masked-%d-%s" % (len(masked), os.path.basename(path)))
        subprocess.run(["convert", path, "-fill", "gray", "-draw", CLOCK, target], check=True)
        masked.append(target)
    done = subprocess.run(["compare", "-metric", "AE", "-fuzz", "12%"] + masked + ["null:"],
                          stderr=subprocess.PIPE, text=True, check=False)
    for path in masked:
        os.unlink(path)
    try:
        return int(float(done.stderr.split()[0]))
    except (IndexError, ValueError):
        return None


def take(shop):
    day = Day(shop)
    shop.make_center()
    shop.start_printer()
    shop.start_till("--center", shop.center_address, "--enrol", shop.enrol_code(), "--name", "前台")
    day.keyboard.focus(shop.till_pid())
    shop.fill_screen(WIDTH, HEIGHT)
    day.screen.await_text(day.goods[COLA][0])
    day.screen.await_text(shop.words("Online"))
    day.scan([COLA, WATER, TEA, COLA_500, COLA], (WATER, 1), (TEA, 1), (COLA_500, 1), (COLA, 2))
    time.sleep(PAINT_S)
    shop.take_picture(os.path.join(TAKEN, "sale.png"))
    day.keyboard.press("F12")
    day.screen.await_text(shop.words("To pay"))
    time.sleep(PAINT_S)
    shop.take_picture(os.path.join(TAKEN, "pay.png"))
    day.keyboard.type("50\n")
    day.screen.await_text(shop.words("Next sale"))
    time.sleep(PAINT_S)
    shop.take_picture(os.path.join(TAKEN, "change.png"))


def journey(shop):
    shutil.rmtree(TAKEN, ignore_errors=True)
    os.makedirs(TAKEN)
    take(shop)
    for name in sorted(os.listdir(TAKEN)):
        kept, taken = os.path.join(KEPT, name), os.path.join(TAKEN, name)
        if sys.argv[1] == "keep":
            os.makedirs(KEPT, exist_ok=True)
            shutil.copy(taken, kept)
            continue
        require(os.path.exists(kept), "there is no data/screenshots/%s: run ./dev screenshots" % name)
        differing = count_differing(kept, taken)
        require(differing is not None and differing * 1000 <= ALLOWED_PERMILLE * WIDTH * HEIGHT,
                "the till no longer looks like data/screenshots/%s (%s pixels): run ./dev screenshots"
                % (name, differing))


harness.run(journey, language="zh_CN", tools=("xdotool", "import", "convert", "compare"))
