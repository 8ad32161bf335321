#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Walk over every page and state of the till in one language and one theme.

usage: walk.py LANGUAGE light|dark|high-contrast

walk-pages brings the states about and judges them; this gives it a display, a center and two shops.
Pictures stay in build/tests/ui/pictures/<size>-<theme>-<language>/<state>.png.
"""

import os
import subprocess
import sys

import harness

THEMES = {
    "light": {"ADW_DEBUG_COLOR_SCHEME": "prefer-light", "ADW_DEBUG_HIGH_CONTRAST": "0"},
    "dark": {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark", "ADW_DEBUG_HIGH_CONTRAST": "0"},
    "high-contrast": {"ADW_DEBUG_COLOR_SCHEME": "prefer-light", "ADW_DEBUG_HIGH_CONTRAST": "1"},
}
LANGUAGE, THEME = sys.argv[1:3]


def walk_phase(shop, phase, shop_name):
    process = shop.processes.start(
        [os.path.join(harness.BUILD, "tests", "ui", "walk-pages"),
         "--till", os.path.join(shop.folder, phase), "--center", shop.center_address,
         "--enrol", shop.enrol_code(shop_name), "--phase", phase,
         "--pictures", os.path.join(harness.BUILD, "tests", "ui", "pictures"),
         "--variant", "%s-%s" % (THEME, LANGUAGE)],
        stdout=subprocess.PIPE, text=True, env=dict(os.environ, **THEMES[THEME]))
    findings = []
    for line in process.stdout:
        if line == "offline\n":
            shop.kill_center()
        else:
            print(line, end="")
            findings.append(line)
    code = process.wait()
    harness.require(code == 0, "%d findings" % (len(findings) - 1) if code == 1 else "the walk ended with %d" % code)


def walk(shop):
    shop.make_center()
    failed = []
    for phase, shop_name in (("staffed", "riverside"), ("simple", "demo")):
        try:
            walk_phase(shop, phase, shop_name)
        except harness.Failed as error:
            failed.append("%s: %s" % (phase, error))
    harness.require(not failed, "; ".join(failed))


harness.run(walk, LANGUAGE)
