#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work out random baskets again, from the rules, in exact fractions, and compare.

usage: baskets.py DRIVER COUNT [--seed N] [--jobs N]

DRIVER (basket-driver) rings up COUNT random baskets with Millrace's model and prints every act and
every sum. This file shares no code with the model and knows its rules only in words:

 1. A line's gross is price x quantity; all rounding is half away from zero.
 2. A line's discount is at most its gross; the discount on the sale is at most what the lines then
    ask for, and is shared out to them by what they ask for.
 3. Sharing out: everyone gets the floor of the exact share; what is left goes, a unit each, to the
    largest fractions lost, the earlier line first.
 4. Tax is taken once per rule (id, rate, kind) on the sum of its lines' amounts: within the amount
    (inclusive) or on top (exclusive); it is shared out to the rule's lines by their amounts.
 5. Total = amounts + taxes on top. One sale's gross, tax and total stay within 10^12, and so does a good's
    own price, even if another one is asked for it.
 6. Tenders other than cash never exceed what is due. If exactly the total is given, nothing is
    rounded. Else the part left to cash is rounded to the cash step; cash of that much or more is
    final and the rest of it is change; cash short of it but past the unrounded part gives back the
    difference to that.
 7. The same pack at the same price, price row and tax, sold by the piece, not re-priced and not
    discounted, raises the line's quantity and moves it to the end.
 8. A shift adds up its complete sales; change goes off its cash.
 9. Of a line that was sold any part may be given back in another sale, at most what is left of its
    quantity. With it goes the same part, rounded, of what is left of its gross, its amount and its tax;
    whoever gives back the last of it takes the rest. The sums count as negative there. No discount and no
    tax of that sale is shared out to them, nothing about them is changed, and while one is in it the
    basket is not put aside.
10. What is below zero is paid out: any tender up to what is due; cash up to what is due, or what is due
    rounded to the cash step, and that is final. Nothing is handed back.
"""

import argparse
import functools
import math
import multiprocessing
import subprocess
import sys
import time
from fractions import Fraction

LIMIT = 10**12
MOST_PIECES = 10**9
OPEN, PAYING, COMPLETE, HELD, VOID = range(5)
CASH = 0
HALF = Fraction(1, 2)


def half_away(value):
    return math.floor(value + HALF) if value >= 0 else math.ceil(value - HALF)


@functools.lru_cache(maxsize=4096)
def work_out_gross(price, quantity):
    return half_away(Fraction(price * quantity, 1000))


def share_out(total, weights):
    whole = sum(weights)
    if total == 0 or whole == 0:
        return [total] + [0] * (len(weights) - 1)
    exact = [Fraction(total * weight, whole) for weight in weights]
    shares = [math.floor(part) for part in exact]
    losers = sorted(range(len(weights)), key=lambda i: (shares[i] - exact[i], i))
    for i in losers[: total - sum(shares)]:
        shares[i] += 1
    return shares


class Line:
    __slots__ = (
        "number pack price_id own weighed rule quantity price repriced discount removed "
        "gross share amount tax back"
    ).split()


class TooLarge(Exception):
    pass


class Sale:
    def __init__(self, step):
        self.step = step
        self.state = OPEN
        self.lines = []
        self.last = 0
        self.wanted = 0
        self.tenders = []
        self.work_out()

    # rules 1-5

    def work_out(self):
        """The lines one by one at once; what they make together when somebody asks."""
        live = [line for line in self.lines if not line.removed]
        for line in self.lines:
            line.gross = -line.back[0] if line.back else work_out_gross(line.price, line.quantity)
            if line.gross > LIMIT:
                raise TooLarge
        self.gross = sum(line.gross for line in live)
        self.is_worked_out = False
        # With rates up to 1,000 % only a sale of this size can become too large.
        if sum(abs(line.gross) for line in live) * 12 > LIMIT:
            self.work_out_sums()
        # A smaller line cannot keep a larger discount.
        for line in self.lines:
            if not line.back:
                line.discount = min(line.discount, line.gross)
        self.asked = sum(line.gross - line.discount for line in live if not line.back)

    def work_out_sums(self):
        if self.is_worked_out:
            return
        live = [line for line in self.lines if not line.removed and not line.back]
        back = [line for line in self.lines if not line.removed and line.back]
        for line in self.lines:
            line.share = line.amount = line.tax = 0
        asked = [line.gross - min(line.discount, line.gross) for line in live]
        self.discount = min(self.wanted, sum(asked))
        self.rules = {}
        for line, wants, share in zip(live, asked, share_out(self.discount, asked)):
            line.share = share
            line.amount = wants - share
            self.rules.setdefault(line.rule, []).append(line)

        self.taxes = {}
        for rule in sorted(self.rules):
            lines = self.rules[rule]
            amount = sum(line.amount for line in lines)
            rate = Fraction(rule[1], 10**6)
            tax = half_away(amount - amount / (1 + rate) if rule[2] else amount * rate)
            self.taxes[rule] = (amount, tax)
            for line, part in zip(lines, share_out(tax, [line.amount for line in lines])):
                line.tax = part
        for line in back:
            line.amount, line.tax = -line.back[1], -line.back[2]
            amount, tax = self.taxes.get(line.rule, (0, 0))
            self.taxes[line.rule] = (amount + line.amount, tax + line.tax)

        self.tax = sum(tax for _, tax in self.taxes.values())
        self.total = sum(
            amount + (0 if rule[2] else tax) for rule, (amount, tax) in self.taxes.items()
        )
        if max(abs(self.gross), abs(self.tax), abs(self.total)) > LIMIT:
            raise TooLarge
        self.line_discount = (sum(min(line.discount, line.gross) for line in live)
                              + sum(line.gross - line.amount for line in back))
        self.pieces = sum(1000 if line.weighed else line.quantity for line in live)
        self.settle()
        self.is_worked_out = True

    # rule 6

    def settle(self):
        cash = [amount for kind, amount in self.tenders if kind == CASH]
        self.given = sum(amount for _, amount in self.tenders)
        self.rounding = self.change = self.due = self.cash_due = 0
        self.covered = True
        left = self.total - (self.given - sum(cash))
        rounded = half_away(Fraction(left, self.step)) * self.step
        if self.given == self.total:
            return
        if self.total < 0:
            if cash and sum(cash) == rounded:
                self.rounding = rounded - left
                return
            self.covered = False
            self.due = self.total - self.given
            # Coins paid out already are not asked back.
            self.cash_due = self.due if rounded > sum(cash) else rounded - sum(cash)
            return
        if cash and sum(cash) >= rounded:
            self.rounding = rounded - left
            self.change = sum(cash) - rounded
        elif self.given > self.total:
            self.change = self.given - self.total
        else:
            self.covered = False
            self.due = self.total - self.given
            self.cash_due = rounded - sum(cash)

    # acts; each returns what the model should have answered

    def attempt(self, act):
        kept = [(line, line.quantity, line.price, line.repriced, line.discount, line.removed)
                for line in self.lines]
        wanted = self.wanted
        act()
        try:
            self.work_out()
            return 1
        except TooLarge:
            self.lines = [row[0] for row in kept]
            for line, *values in kept:
                line.quantity, line.price, line.repriced, line.discount, line.removed = values
            self.wanted = wanted
            self.work_out()
            return 0

    def add(self, pack, price_id, own, weighed, tax, rate, inclusive, quantity, asked, merge):
        price = asked if asked >= 0 else own
        if self.state != OPEN or max(price, own) > LIMIT or price < 0 or not 0 < quantity <= MOST_PIECES:
            return 0
        rule = (tax, rate, inclusive)
        repriced = own >= 0 and price != own
        for line in reversed(self.lines):
            if (merge and pack and not line.back and not weighed and not repriced and not line.weighed
                    and not line.repriced and not line.removed and line.discount == 0
                    and (line.pack, line.price_id, line.price, line.rule)
                    == (pack, price_id, price, rule)):
                if line.quantity + quantity > MOST_PIECES:
                    return 0
                return line.number if self.attempt(lambda: self.raise_line(line, quantity)) else 0

        line = Line()
        line.number, line.pack, line.price_id, line.own = self.last + 1, pack, price_id, own
        line.weighed, line.rule, line.quantity, line.price = weighed, rule, quantity, price
        line.repriced, line.discount, line.removed, line.back = repriced, 0, False, None
        if not self.attempt(lambda: self.lines.append(line)):
            return 0
        self.last += 1
        return line.number

    def give_back(self, kept, quantity):
        """What a line that is given back is: its number and the part of the sums that goes with it."""
        if kept is None or not 0 < quantity <= kept.left:
            return (0, 0, 0, 0, kept.left if kept else 0)
        part = Fraction(quantity, kept.left)
        back = tuple(half_away((sold - gone) * part) for sold, gone in zip(kept.sums, kept.gone))
        line = Line()
        line.number, line.pack, line.price_id, line.own = self.last + 1, kept.pack, 0, 0
        line.weighed, line.rule, line.quantity, line.price = kept.weighed, kept.rule, -quantity, 0
        line.repriced, line.discount, line.removed, line.back = False, back[1] - back[0], False, back
        if self.state != OPEN or not self.attempt(lambda: self.lines.append(line)):
            return (0, 0, 0, 0, kept.left)
        self.last += 1
        kept.left -= quantity
        kept.gone = [gone + more for gone, more in zip(kept.gone, back)]
        if kept.left == 0:
            assert kept.gone == list(kept.sums), "pieces given back are not the line"
        return (line.number, *back, kept.left)

    def raise_line(self, line, quantity):
        line.quantity += quantity
        self.lines.remove(line)
        self.lines.append(line)

    def find(self, number, removed=False):
        if self.state == OPEN:
            for line in self.lines:
                if line.number == number and line.removed == removed:
                    return line
        return None

    def find_sold(self, number):
        line = self.find(number)
        return None if line is None or line.back else line

    def set_quantity(self, number, quantity):
        line = self.find_sold(number)
        if line is None or not 0 < quantity <= MOST_PIECES:
            return 0
        return self.attempt(lambda: setattr(line, "quantity", quantity))

    def set_price(self, number, price):
        line = self.find_sold(number)
        if line is None or not 0 <= price <= LIMIT:
            return 0

        def act():
            line.price = price
            line.repriced = price != line.own

        return self.attempt(act)

    def set_line_discount(self, number, discount):
        line = self.find_sold(number)
        if line is None or not 0 <= discount <= line.gross:
            return 0
        return self.attempt(lambda: setattr(line, "discount", discount))

    def set_discount(self, discount):
        if self.state != OPEN or not 0 <= discount <= self.asked:
            return 0
        return self.attempt(lambda: setattr(self, "wanted", discount))

    def remove(self, number):
        line = self.find(number)
        return self.attempt(lambda: setattr(line, "removed", True)) if line else 0

    def restore(self, number):
        line = self.find(number, removed=True)
        return self.attempt(lambda: setattr(line, "removed", False)) if line else 0

    def has_goods(self):
        return any(not line.removed for line in self.lines)

    def may_pay_out(self, kind, amount):
        if kind == CASH and amount == self.cash_due:
            return True
        return self.due <= amount < 0 and (kind != CASH or amount == self.due
                                           or amount > self.cash_due)

    def give(self, kind, amount):
        self.work_out_sums()
        payable = self.state == PAYING or (self.state == OPEN and self.has_goods())
        nothing_to_hand_over = kind == CASH and amount == 0 and self.cash_due == 0
        ok = (payable and not self.covered and amount <= LIMIT
              and (amount > 0 or nothing_to_hand_over)
              and (kind == CASH or amount <= self.due))
        if self.due < 0:
            ok = payable and not self.covered and self.may_pay_out(kind, amount)
        if ok:
            self.state = PAYING
            self.tenders.append((kind, amount))
            self.settle()
        return (int(ok), self.due, self.cash_due)

    def take_back(self):
        if self.state != PAYING or not self.tenders:
            return 0
        self.tenders.pop()
        self.settle()
        return 1

    def move(self, to):
        self.work_out_sums()
        ok = {
            (OPEN, PAYING): self.has_goods,
            (OPEN, HELD): lambda: self.has_goods() and not any(
                line.back and not line.removed for line in self.lines),
            (OPEN, VOID): lambda: True,
            (PAYING, OPEN): lambda: not self.tenders,
            (PAYING, VOID): lambda: not self.tenders,
            (PAYING, COMPLETE): lambda: self.covered,
            (HELD, OPEN): lambda: True,
            (HELD, VOID): lambda: True,
        }.get((self.state, to), lambda: False)()
        if ok:
            self.state = to
        return int(ok)

    def rows(self):
        return [
            (line.number, line.quantity, line.gross, line.discount, line.share, line.amount,
             line.tax, int(line.removed))
            for line in self.lines
        ]

    def sums(self):
        return (self.state, self.gross, self.line_discount + self.discount, self.tax, self.total,
                self.rounding, self.given, self.due, self.change, self.pieces, int(self.covered))


class Shift:
    def __init__(self, start, grand):
        self.start = start
        self.grand = grand
        self.sales = 0
        self.sums = [0] * 5
        self.removed = 0
        self.returns = [0, 0]
        self.tenders = [[0, 0] for _ in range(4)]
        self.taxes = {}

    def add(self, sale):
        self.sales += 1
        parts = (sale.gross, sale.line_discount + sale.discount, sale.tax, sale.total, sale.rounding)
        self.sums = [a + b for a, b in zip(self.sums, parts)]
        self.grand += sale.total
        self.removed += sum(line.removed for line in sale.lines)
        back = [line for line in sale.lines if line.back and not line.removed]
        self.returns[0] += len(back)
        self.returns[1] += sum(line.back[1] + (0 if line.rule[2] else line.back[2])
                               for line in back)
        for kind, amount in sale.tenders:
            self.tenders[kind][0] += 1
            self.tenders[kind][1] += amount
        self.tenders[CASH][1] -= sale.change
        for rule, (amount, tax) in sale.taxes.items():
            before = self.taxes.get(rule, (0, 0))
            self.taxes[rule] = (before[0] + amount, before[1] + tax)

    def z(self):
        expected = self.start + self.tenders[CASH][1]
        flat = [value for tender in self.tenders for value in tender]
        # The driver prints counted - variance, which is what was expected once more.
        return [self.sales, *self.sums, self.grand, self.removed, *self.returns, *flat, expected, expected]


def rows_of(taxes):
    return [(*rule, *taxes[rule]) for rule in sorted(taxes)]


ACTS = {
    "A": Sale.add, "Q": Sale.set_quantity, "P": Sale.set_price, "L": Sale.set_line_discount,
    "D": Sale.set_discount, "R": Sale.remove, "U": Sale.restore, "T": Sale.give,
    "B": Sale.take_back, "M": Sale.move,
}
WORDS = {*ACTS, *"SNXEFZKG"}


class Kept:
    """A line that was sold, and what has come back of it."""

    def __init__(self, line):
        self.left, self.rule = line.quantity, line.rule
        self.pack, self.weighed = line.pack, line.weighed
        self.sums = (line.gross, line.amount, line.tax)
        self.gone = [0, 0, 0]


class Checker:
    """Replays one driver's words; counts what differs."""

    def __init__(self):
        self.baskets = 0
        self.shifts = 0
        self.acts = 0
        self.differences = []
        self.sale = None
        self.shift = None
        self.story = []
        self.lines = []
        self.taxes = []
        self.completed = 0
        self.kept = None

    def compare(self, what, ours, theirs):
        if list(ours) != list(theirs):
            self.differences.append(
                "%s: worked out %s, Millrace says %s, after\n%s"
                % (what, ours, theirs, "".join(self.story)))

    def take(self, text):
        self.story.append(text)
        word, *rest = text.split()
        if word not in WORDS:
            # A broken assertion of the model or the driver.
            self.differences.append("the driver said: %safter\n%s" % (text, "".join(self.story)))
            return
        if word in ACTS:
            at = rest.index("=")
            answer = ACTS[word](self.sale, *map(int, rest[:at]))
            answer = answer if isinstance(answer, tuple) else (answer,)
            self.compare("answer", answer, tuple(map(int, rest[at + 1 :])))
            self.acts += 1
            return
        if word == "G":
            at = rest.index("=")
            answer = self.sale.give_back(self.kept, int(rest[1]))
            self.compare("given back", answer, tuple(map(int, rest[at + 1 :])))
            self.acts += 1
            return
        values = tuple(map(int, rest))
        if word == "K":
            self.kept = Kept(next(line for line in self.sale.lines if line.number == values[0]))
        elif word == "S":
            self.story = [text]
            self.sale = Sale(values[0])
        elif word == "N":
            self.lines.append(values)
        elif word == "X":
            self.taxes.append(values)
        elif word == "E":
            self.end_sale(values)
        elif word == "F":
            self.shift = Shift(values[0], self.shift.grand if self.shift else 0)
        else:
            self.compare("Z", self.shift.z(), values)
            self.compare("taxes of Z", rows_of(self.shift.taxes), self.taxes)
            self.taxes = []
            self.shifts += 1

    def end_sale(self, values):
        self.sale.work_out_sums()
        self.compare("lines", self.sale.rows(), self.lines)
        self.compare("taxes", rows_of(self.sale.taxes), self.taxes)
        self.compare("sums", self.sale.sums(), values)
        self.lines, self.taxes = [], []
        self.baskets += 1
        if self.sale.state == COMPLETE:
            self.completed += 1
            self.shift.add(self.sale)


def check(job):
    driver, seed, count = job
    checker = Checker()
    with subprocess.Popen([driver, str(seed), str(count)], stdout=subprocess.PIPE,
                          encoding="ascii") as process:
        for text in process.stdout:
            checker.take(text)
            if len(checker.differences) > 5:
                process.kill()
                break
    if not checker.differences and process.returncode != 0:
        checker.differences.append("the driver ended with %d" % process.returncode)
    return (seed, checker.baskets, checker.completed, checker.acts, checker.shifts,
            checker.differences)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("driver")
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()

    began = time.monotonic()
    slice_size = max(1, min(10000, options.count // options.jobs))
    jobs = [(options.driver, options.seed + i, min(slice_size, options.count - start))
            for i, start in enumerate(range(0, options.count, slice_size))]
    if options.jobs > 1:
        with multiprocessing.Pool(options.jobs) as pool:
            results = list(pool.imap_unordered(check, jobs))
    else:
        results = [check(job) for job in jobs]

    baskets, completed, acts, shifts = (sum(row[i] for row in results) for i in range(1, 5))
    differences = [(row[0], text) for row in results for text in row[5]]
    for seed, text in differences[:5]:
        print("seed %d: %s" % (seed, text))
    print("%d baskets (%d complete, %d acts, %d shifts) from seed %d in %.1f s: %d differences"
          % (baskets, completed, acts, shifts, options.seed, time.monotonic() - began,
             len(differences)))
    sys.exit(1 if differences or baskets != options.count or completed == 0 else 0)


if __name__ == "__main__":
    main()
