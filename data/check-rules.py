#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a file of udev rules can be read as udev(7) says, and does what it is there for.

usage: check-rules.py FILE

Debian 12's udevadm has no `verify`: a rule that is wrong is logged and left out when a machine starts. So keys, operators
and values are checked here, and devices as a kernel shows them are held against the rules.
"""

import fnmatch
import re
import sys

MATCH = {"ACTION", "DEVPATH", "KERNEL", "NAME", "SYMLINK", "SUBSYSTEM", "DRIVER", "KERNELS", "SUBSYSTEMS", "DRIVERS",
         "TAGS", "PROGRAM", "RESULT", "TEST"}
ASSIGN = {"NAME", "SYMLINK", "OWNER", "GROUP", "MODE", "LABEL", "GOTO", "OPTIONS", "TAG", "IMPORT", "RUN", "SECLABEL"}
WITH_NAME = {"ENV", "ATTR", "ATTRS", "SYSCTL", "CONST"}
TOKEN = re.compile(r'\s*([A-Z]+)(?:\{([\w./-]+)\})?\s*(==|!=|\+=|-=|:=|=)\s*"((?:[^"\\]|\\.)*)"\s*(,|$)')
# Rules that give a seat's user access must come before this file does.
SEAT_LATE = 73


def parse_line(line, where):
    tokens = []
    at = 0
    while at < len(line):
        found = TOKEN.match(line, at)
        if found is None:
            raise ValueError("%s: cannot be read from: %s" % (where, line[at:]))
        key, name, operator, value, _ = found.groups()
        is_match = operator in ("==", "!=")
        if name is not None and key not in WITH_NAME:
            raise ValueError("%s: %s takes no {name}" % (where, key))
        if name is None and key in WITH_NAME:
            raise ValueError("%s: %s needs a {name}" % (where, key))
        if name is None and key not in (MATCH | {"TAG"} if is_match else ASSIGN):
            raise ValueError("%s: unknown key %s%s" % (where, key, operator))
        tokens.append((key, name, operator, value))
        at = found.end()
    return tokens


def parse(path):
    rules = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.strip()
            if line and not line.startswith("#"):
                rules.append(parse_line(line, "%s:%d" % (path, number)))
    labels = {value for rule in rules for key, _, operator, value in rule if key == "LABEL"}
    for rule in rules:
        for key, _, _, value in rule:
            if key == "GOTO" and value not in labels:
                raise ValueError("%s: no label %s" % (path, value))
    return rules


def fits(device, key, name, value):
    found = device.get(key + ("{%s}" % name if name else ""), "")
    return any(fnmatch.fnmatchcase(found, pattern) for pattern in value.split("|"))


def apply(rules, device):
    """What the rules make of a device: its tags, group and properties."""
    made = {"TAG": set()}
    skip_to = None
    for rule in rules:
        labels = [value for key, _, _, value in rule if key == "LABEL"]
        if skip_to is not None and skip_to not in labels:
            continue
        skip_to = None
        if any(fits(device, key, name, value) != (operator == "==")
               for key, name, operator, value in rule if operator in ("==", "!=")):
            continue
        for key, name, operator, value in rule:
            if operator == "+=" and key == "TAG":
                made["TAG"].add(value)
            elif operator == "=" and key == "GOTO":
                skip_to = value
            elif operator == "=":
                made[key + ("{%s}" % name if name else "")] = value
    return made


def usb(interfaces, vendor="ffff", action="add"):
    return {"ACTION": action, "SUBSYSTEM": "usb", "ENV{DEVTYPE}": "usb_device", "ENV{ID_USB_INTERFACES}": interfaces,
            "ATTR{idVendor}": vendor}


def check(rules):
    printer = apply(rules, usb(":070102:"))
    assert "uaccess" in printer["TAG"] and printer["GROUP"] == "lp", "a printer"
    assert "uaccess" in apply(rules, usb(":ff0000:070103:"))["TAG"], "a printer of several interfaces"
    assert not apply(rules, usb(":070102:", action="remove"))["TAG"], "what is gone"
    assert "uaccess" in apply(rules, usb(":030000:"))["TAG"], "a HID POS scanner"
    assert "uaccess" in apply(rules, usb(":030101:", vendor="0c2e"))["TAG"], "a scanner that types"
    assert not apply(rules, usb(":030101:", vendor="046d"))["TAG"], "a keyboard is nobody's"
    assert not apply(rules, usb(":080650:"))["TAG"], "a stick"
    line = apply(rules, {"ACTION": "add", "SUBSYSTEM": "tty", "KERNEL": "ttyACM0", "SUBSYSTEMS": "usb"})
    assert "uaccess" in line["TAG"] and line["ENV{ID_MM_DEVICE_IGNORE}"] == "1", "a serial line"
    assert not apply(rules, {"ACTION": "add", "SUBSYSTEM": "tty", "KERNEL": "ttyS0"})["TAG"], "a built-in line"
    node = apply(rules, {"ACTION": "add", "SUBSYSTEM": "usbmisc", "KERNEL": "lp0"})
    assert node["GROUP"] == "lp", "/dev/usb/lp0"


def main():
    path = sys.argv[1]
    number = int(re.search(r"(\d+)-[^/]+\.rules$", path).group(1))
    try:
        rules = parse(path)
    except ValueError as error:
        sys.exit(str(error))
    assert number < SEAT_LATE, "uaccess is given by %d-seat-late.rules" % SEAT_LATE
    for wrong in ('SUBSYSTEM="usb"', 'KERNEL=="a" MODE="1', 'TAGG+="uaccess"', 'ENV=="1"'):
        try:
            parse_line(wrong, "wrong")
        except ValueError:
            continue
        sys.exit("not noticed: " + wrong)
    check(rules)
    print("%d rules" % len(rules))


main()
