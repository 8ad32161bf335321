#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The customer's window on a second screen: two-screens, with a display wide enough for both."""

import os
import subprocess

import harness


def journey(shop):
    program = shop.processes.start([os.path.join(harness.BUILD, "tests", "ui", "two-screens")],
                                   stdout=subprocess.PIPE, text=True)
    print(program.communicate(timeout=harness.PATIENCE_S * 4)[0], end="")
    harness.require(program.returncode == 0, "two-screens ended with %d" % program.returncode)


harness.run(journey, size="1824x600")
