# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of npm's registry that tests hold ours against: never needed, so a test without them is skipped and says so."""

import shutil
import subprocess
import sys

SKIPPED = 77
PATIENCE_S = 200


def skip(reason):
    print("skipped: " + reason)
    sys.exit(SKIPPED)


def install(folder, package):
    """Into folder/node_modules."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        skip("npm is not installed")
    try:
        done = subprocess.run(["npm", "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=optional",
                               package], cwd=folder, timeout=PATIENCE_S, check=False)
    except subprocess.TimeoutExpired:
        skip("npm's registry does not answer")
    if done.returncode != 0:
        skip(package + " cannot be installed")
