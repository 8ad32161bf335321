#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing on the screen is left untranslated: every source with texts is in po/POTFILES, and what
xgettext finds there today is whole in the languages that are kept complete."""

import pathlib
import re
import subprocess
import sys
import tempfile

# Simplified Chinese is complete at every commit; others follow.
COMPLETE = ["zh_CN"]
MARKED = re.compile(r'\b(?:_|N_|ngettext|C_|NC_) \("')


def has_texts(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ui":
        return 'translatable="yes"' in text
    return bool(MARKED.search(text))


def list_sources(root):
    for pattern in ("app/till/*.c", "app/view/*.c", "app/till-main.c", "ui/*.ui"):
        for path in sorted(root.glob(pattern)):
            if has_texts(path):
                yield str(path.relative_to(root))


def run(*command, root):
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def find_faults(root):
    potfiles = (root / "po/POTFILES").read_text().split()
    for source in list_sources(root):
        if source not in potfiles:
            yield f"po/POTFILES: {source} is missing"
    for listed in potfiles:
        if not (root / listed).exists():
            yield f"po/POTFILES: there is no {listed}"
            return
    with tempfile.TemporaryDirectory() as folder:
        pot = f"{folder}/millrace.pot"
        made = run("xgettext", "--files-from=po/POTFILES", "--from-code=UTF-8", "--keyword=_",
                   "--keyword=N_", "--keyword=ngettext:1,2", "--keyword=C_:1c,2", "-o", pot, root=root)
        if made.returncode != 0:
            yield f"xgettext: {made.stderr.strip()}"
            return
        for language in COMPLETE:
            for check in (["msgfmt", "--check-format", "-o", "/dev/null", f"po/{language}.po"],
                          ["msgcmp", f"po/{language}.po", pot]):
                result = run(*check, root=root)
                if result.returncode != 0:
                    yield result.stderr.strip()


def main():
    faults = list(find_faults(pathlib.Path(sys.argv[1])))
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
