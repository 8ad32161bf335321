# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the journal, the printed papers and the center's books tell the same story."""

import re

from harness import require, require_equal, wait_for

RECORDED = ("wechat", "alipay", "card")


def money(minor):
    """As on paper."""
    return "%s%d.%02d" % ("-" if minor < 0 else "", abs(minor) // 100, abs(minor) % 100)


def read_sums(paper):
    """What stands at the right end of each line of a paper, by what stands at its left."""
    sums = {}
    for line in paper.splitlines():
        left, _, right = line.strip().rpartition("  ")
        if left:
            sums.setdefault(left.strip(), right.strip())
    return sums


def sum_up(sales):
    """What a day's sales come to."""
    tenders = dict.fromkeys(("cash",) + RECORDED, 0)
    counts = dict.fromkeys(tenders, 0)
    for sale in sales:
        for tender in sale["tenders"]:
            tenders[tender["kind"]] += tender["amount"]
            counts[tender["kind"]] += 1
        tenders["cash"] -= sale["totals"]["change"]
    return {"count": len(sales), "total": sum(sale["totals"]["total"] for sale in sales),
            "tenders": tenders, "counts": counts}


def find_originals(shop):
    """Receipts by the number printed on them, copies left out."""
    return find_papers(shop, False)


def find_papers(shop, are_copies):
    number = shop.words("No. %s").replace("%s", "")
    found = {}
    for paper in shop.receipts():
        if (shop.words("COPY %u").partition("%u")[0].strip() in paper) != are_copies:
            continue
        for line in paper.splitlines():
            # Half a line may stand before the number of the receipt that came after it.
            label = re.match(re.escape(number) + r"(\w+-\d+)\b", line.strip())
            if label:
                found[label.group(1)] = paper
    return found


def check_receipts(shop, sales, cut_short):
    """Each sale has its paper, with its goods and sums; so many came out whole only when they were printed again."""
    papers = find_originals(shop)
    again = find_papers(shop, True)
    missing = [sale["label"] for sale in sales if sale["label"] not in papers]
    require_equal(len(missing), cut_short, "receipts that came out only as copies: %s" % missing)
    papers.update((label, again[label]) for label in missing if label in again)
    for sale in sales:
        label = sale["label"]
        require(label in papers, "no receipt %s came out" % label)
        sums = read_sums(papers[label])
        require_equal(sums.get(shop.words("Total")), money(sale["totals"]["total"]), "total on receipt " + label)
        if sale["totals"]["change"]:
            require_equal(sums.get(shop.words("Change")), money(sale["totals"]["change"]),
                          "change on receipt " + label)
        for line in sale["lines"]:
            if not line.get("removed"):
                require(line["name"].split()[0] in papers[label], "%s on receipt %s" % (line["name"], label))
    numbers = [sale["receipt"] for sale in sales]
    require_equal(numbers, list(range(1, len(sales) + 1)), "receipt numbers")


def check_z(shop, sales, counted):
    """The Z in the journal, and the one on paper, equal the receipts."""
    day = sum_up(sales)
    closed = shop.entries("shift-closed")
    require_equal(len(closed), 1, "closed shifts")
    z = closed[0]
    require_equal(z["sales"], day["count"], "sales in the Z")
    require_equal(z["total"], day["total"], "total in the Z")
    for kind, amount in day["tenders"].items():
        require_equal(z["tenders"][kind]["amount"], amount, kind + " in the Z")
    require_equal(z["counted"], counted, "counted")
    sums = read_sums(shop.wait_for_receipt(shop.words("Z report")))
    require_equal(sums.get(shop.words("Total")), money(day["total"]), "total on the Z's paper")
    require_equal(sums.get(shop.words("Cash expected")), money(z["float"] + day["tenders"]["cash"]),
                  "cash expected on the Z's paper")
    require_equal(sums.get(shop.words("Cash counted")), money(counted), "cash counted on the Z's paper")


def check_center(shop, sales):
    """The center has each sale once."""
    day = sum_up(sales)

    def look():
        report = shop.report()
        return report if report["count"] >= day["count"] else None

    report = wait_for(look, lambda: "all sales at the center: %s" % shop.report())
    require_equal(report["count"], day["count"], "sales at the center")
    require_equal(report["total"], day["total"], "total at the center")
    at_center = {tender["kind"]: tender["amount"] for tender in report["tenders"]}
    for kind, amount in day["tenders"].items():
        require_equal(at_center.get(kind, 0), amount, kind + " at the center")


def check(shop, expected_sales, counted, cut_short=0):
    sales = [sale for sale in shop.entries("sale") if sale["state"] == "complete"]
    require_equal(len(sales), expected_sales, "sales in the journal")
    check_receipts(shop, sales, cut_short)
    check_z(shop, sales, counted)
    check_center(shop, sales)
    shop.verify_journal()
