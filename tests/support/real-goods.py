#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A list of real products without header and price, as a table an import takes.

    real-goods.py products-100k.tsv.gz [--every 20] > goods.tsv

The price is 0.50 to 99.99, worked out from the barcode (CRC-32), so that whoever needs it knows it.
"""

import argparse
import gzip
import sys
import zlib


def price_minor(barcode):
    return 50 + zlib.crc32(barcode) % 9950


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("products")
    parser.add_argument("--every", type=int, default=1, help="only every so many-th line")
    arguments = parser.parse_args()
    out = sys.stdout.buffer
    out.write(b"barcode\tname\tprice\n")
    with gzip.open(arguments.products, "rb") as products:
        for number, line in enumerate(products):
            if number % arguments.every == 0:
                barcode = line.split(b"\t", 1)[0]
                price = price_minor(barcode.strip())
                out.write(line.rstrip(b"\r\n") + b"\t%d.%02d\n" % divmod(price, 100))


if __name__ == "__main__":
    main()
