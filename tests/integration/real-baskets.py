#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real goods and real baskets through a center and a till, and the sums worked out once more.

usage: real-baskets.py [--baskets N] [--every N]

Reads products-100k.tsv.gz and baskets-9835.csv.gz from a folder `shared/data` beside the checkout
(MR_SHARED_DATA); without it the test is skipped. Prices and tax rates, which the goods lack, follow
from the barcodes; each of the 169 names of the baskets stands for one good. Every basket is rung up at a
till without a screen; what the center then reports must be what this file works out in exact
fractions, without a line of Millrace's code: count, totals, tenders, the split by tax rule and the
day, to the minor unit.
"""

import argparse
import collections
import csv
import gzip
import hashlib
import math
import os
import sys
import time
from fractions import Fraction

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import network  # noqa: E402

RATES = ["13", "9", "6", "0"]
CASH_STEP = 10
HALF = Fraction(1, 2)


def half_away(value):
    return math.floor(value + HALF) if value >= 0 else math.ceil(value - HALF)


def draw(text, below):
    """A number that follows from the text and nothing else."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % below


def price_of(barcode):
    return 50 + draw("price " + barcode, 9950)


def rate_of(barcode):
    return RATES[draw("rate " + barcode, len(RATES))]


# --- goods -------------------------------------------------------------------------------------


def read_products(path, every):
    """They are sorted by barcode: a part of them is every so manieth."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for number, line in enumerate(file):
            barcode, _, name = line.rstrip("\r\n").partition("\t")
            if number % every == 0:
                yield barcode, name


def write_import(products, path):
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write("barcode\tname\tprice\ttax\n")
        for barcode, name in products:
            minor = price_of(barcode)
            # A quote in the middle of a name means nothing in this data; a table doubles it.
            if '"' in name:
                name = '"' + name.replace('"', '""') + '"'
            file.write("%s\t%s\t%d.%02d\t%s\n" % (barcode, name, minor // 100, minor % 100,
                                                rate_of(barcode)))


def is_sound(barcode):
    """Thirteen digits that no other scanner reads as something else, with a right check digit."""
    if len(barcode) != 13 or not barcode.isdigit() or barcode.startswith("0"):
        return False
    digits = [int(digit) for digit in barcode]
    weighed = sum(digits[0:12:2]) + 3 * sum(digits[1:12:2])
    return (10 - weighed % 10) % 10 == digits[12]


def choose_goods(products, names):
    """One good for each name: by the name alone, among those sold under one barcode once."""
    counts = collections.Counter(barcode for barcode, _ in products)
    sound = [barcode for barcode, name in products
             if is_sound(barcode) and counts[barcode] == 1 and name.strip()]
    chosen, taken = {}, set()
    for name in sorted(names):
        place = draw("good " + name, len(sound))
        while sound[place] in taken:
            place = (place + 1) % len(sound)
        taken.add(sound[place])
        chosen[name] = sound[place]
    return chosen


# --- the second reckoning ----------------------------------------------------------------------


def share_out(total, weights):
    whole = sum(weights)
    if total == 0 or whole == 0:
        return [0] * len(weights)
    exact = [Fraction(total * weight, whole) for weight in weights]
    shares = [math.floor(part) for part in exact]
    order = sorted(range(len(weights)), key=lambda i: (shares[i] - exact[i], i))
    for i in order[: total - sum(shares)]:
        shares[i] += 1
    return shares


class Books:
    """What the center must report."""

    def __init__(self):
        self.count = self.gross = self.discount = self.tax = self.total = self.rounding = 0
        self.tenders = collections.Counter()
        self.n_tenders = collections.Counter()
        self.taxes = collections.defaultdict(lambda: [0, 0])

    def add(self, lines, sale_discount):
        """@lines: barcode → (quantity, discount) in the order of the basket. Returns the total."""
        gross = {code: price_of(code) * quantity for code, (quantity, _) in lines.items()}
        asked = [gross[code] - discount for code, (_, discount) in lines.items()]
        discount = min(sale_discount, sum(asked))
        rules = collections.defaultdict(int)
        for code, wants, share in zip(lines, asked, share_out(discount, asked)):
            rules[rate_of(code)] += wants - share
        total = 0
        for rate, amount in rules.items():
            part = Fraction(int(rate), 100)
            tax = half_away(amount - amount / (1 + part))
            self.taxes[int(rate) * 10000][0] += amount
            self.taxes[int(rate) * 10000][1] += tax
            self.tax += tax
            total += amount
        self.count += 1
        self.gross += sum(gross.values())
        self.discount += discount + sum(part for _, part in lines.values())
        self.total += total
        return total

    def pay(self, total, recorded, kind, cash):
        """@recorded of @kind, then @cash given; returns the change."""
        if recorded:
            self.tenders[kind] += recorded
            self.n_tenders[kind] += 1
        left = total - recorded
        if left == 0:
            return 0
        self.n_tenders["cash"] += 1
        due = CASH_STEP * half_away(Fraction(left, CASH_STEP))
        rounded = due - left if cash != left else 0
        if cash < due:
            due, rounded = left, 0
        if cash == left:
            due = left
        self.rounding += rounded
        self.tenders["cash"] += due
        return cash - due


# --- at the till -------------------------------------------------------------------------------


def ring_up(till, basket, number, chosen):
    """Scans a basket, with what happens in shops in between. Lines as the books want them."""
    lines = collections.OrderedDict()
    for name in basket:
        code = chosen[name]
        answer = till.do("scan " + code)
        newest = answer["lines"][-1]
        assert newest["price"] == price_of(code), (code, newest)
        quantity, discount = lines.pop(code, (0, 0))
        lines[code] = (quantity + 1, discount)
    happening = draw("what %d" % number, 8)
    first = next(iter(lines))
    place = till.do("basket")["lines"][0]["line"]
    if happening == 0:
        till.do("quantity %d 3" % place)
        lines[first] = (3, 0)
    elif happening == 1 and len(lines) > 1:
        till.do("remove %d" % place)
        lines.pop(first)
    elif happening == 2:
        till.do("remove %d" % place)
        till.do("undo")
    elif happening == 3:
        part = price_of(first) * lines[first][0] // 7
        till.do("discount %d %d" % (place, part))
        lines[first] = (lines[first][0], part)
    elif happening == 4:
        till.do("hold")
        till.do("recall %d" % till.do("held")["held"][0]["slot"])
    return lines


def pay(till, books, total, number):
    way = draw("way %d" % number, 6)
    due_cash = CASH_STEP * half_away(Fraction(total, CASH_STEP))
    if way == 0:
        answer, change = till.do("pay cash"), books.pay(total, 0, "", due_cash)
    elif way == 1:
        given = (total // 10000 + 1) * 10000
        answer, change = till.do("pay cash %d" % given), books.pay(total, 0, "", given)
    elif way == 5 and total > 200:
        part = total // 3
        till.do("pay alipay %d" % part)
        given = (total // 5000 + 1) * 5000
        answer, change = till.do("pay cash %d" % given), books.pay(total, part, "alipay", given)
    else:
        kind = ["wechat", "alipay", "card"][way % 3]
        answer, change = till.do("pay " + kind), books.pay(total, total, kind, 0)
    assert answer["complete"] and answer["total"] == total, (answer, total)
    assert answer["change"] == change, (answer, change)
    return answer["receipt"]


def sell(till, baskets, chosen, books):
    receipts = []
    for number, basket in enumerate(baskets):
        lines = ring_up(till, basket, number, chosen)
        discount = draw("off %d" % number, 500) if draw("sale %d" % number, 5) == 0 else 0
        discount = min(discount, sum(price_of(code) for code in lines) // 2)
        if discount:
            till.do("discount %d" % discount)
        total = books.add(lines, discount)
        assert till.do("basket")["total"] == total, (number, basket)
        receipts.append(pay(till, books, total, number))
    return receipts


def compare(report, books, receipts):
    numbers = [int(label.rsplit("-", 1)[1]) for label in receipts]
    assert numbers == list(range(1, len(receipts) + 1)), "receipt numbers have a gap or a repeat"
    for name in ("count", "gross", "discount", "tax", "total", "rounding"):
        assert report[name] == getattr(books, name), (name, report[name], getattr(books, name))
    tenders = {row["kind"]: (row["count"], row["amount"]) for row in report["tenders"] if row["count"]}
    assert tenders == {kind: (books.n_tenders[kind], books.tenders[kind]) for kind in books.n_tenders}
    taxes = {row["rate_ppm"]: [row["amount"], row["tax"]] for row in report["taxes"]}
    assert taxes == dict(books.taxes), (taxes, dict(books.taxes))
    assert sum(day["count"] for day in report["days"]) == books.count
    assert sum(day["amount"] for day in report["days"]) == books.total
    assert report["quarantined"] == 0 and report["deferred"] == 0, report


def compare_shift(shift, books):
    for name, member in (("sales", "count"), ("gross", "gross"), ("discount", "discount"),
                         ("tax", "tax"), ("total", "total"), ("rounding", "rounding")):
        assert shift[name] == getattr(books, member), (name, shift)
    for kind, amount in books.tenders.items():
        assert shift["tenders"][kind] == amount, (kind, shift)
    assert shift["expected"] == 20000 + books.tenders["cash"], shift


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--baskets", type=int, default=500)
    parser.add_argument("--every", type=int, default=1, help="take one of so many goods")
    arguments = parser.parse_args()
    data = network.find_shared_data()
    if data is None:
        network.skip("there is no folder shared/data beside the checkout (MR_SHARED_DATA)")
    products = list(read_products(os.path.join(data, "products-100k.tsv.gz"), arguments.every))
    with gzip.open(os.path.join(data, "baskets-9835.csv.gz"), "rt", encoding="utf-8") as file:
        baskets = [row for row in csv.reader(file) if row]
    names = {name for row in baskets for name in row}
    assert len(names) == 169, len(names)
    chosen = choose_goods(products, names)
    step = len(baskets) // arguments.baskets
    baskets = baskets[::step][: arguments.baskets]

    with network.Folder() as folder:
        table = os.path.join(folder, "goods.tsv")
        write_import(products, table)
        center = network.Center(folder)
        center.run("region", "add", "east")
        center.run("shop", "add", "corner", "--region", "east")
        center.run("setting", "set", "cash_rounding", str(CASH_STEP), "--shop", "corner")
        begun = time.monotonic()
        print(center.run("import-goods", table, "--region", "east").strip().split("\n")[-1])
        print("imported in %.1f s" % (time.monotonic() - begun))
        center.start()
        try:
            drive(center, folder, baskets, chosen)
        finally:
            center.stop()


def drive(center, folder, baskets, chosen):
    code = center.run("enrol-code", "--shop", "corner").strip()
    till_folder = os.path.join(folder, "till")
    books = Books()
    till = network.Console(till_folder, center, code)
    begun = time.monotonic()
    till.do("sync")
    print("catalog synced in %.1f s" % (time.monotonic() - begun))
    till.do("open-shift 20000")
    begun = time.monotonic()
    receipts = sell(till, baskets, chosen, books)
    print("%d baskets sold in %.1f s" % (len(receipts), time.monotonic() - begun))
    compare_shift(till.do("x-report")["shift"], books)
    closed = till.do("close-shift %d" % (20000 + books.tenders["cash"]))["shift"]
    compare_shift(closed, books)
    assert closed["variance"] == 0, closed
    till.do("sync")
    compare(center.report("corner"), books, receipts)
    till.do("quit")
    till.close()
    print(network.verify(till_folder).strip())
    print("%d sales, total %d, tax %d: the center says the same" % (books.count, books.total, books.tax))


if __name__ == "__main__":
    main()
