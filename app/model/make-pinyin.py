#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the pinyin tables of app/model/pinyin.h as C.

usage: make-pinyin.py UCONV PHRASES OUTPUT

The readings come from ICU (uconv, Debian's icu-devtools) each time Millrace is built, so that no
copy of them is kept; the phrases are our own.
"""

import subprocess
import sys

FIRST = 0x3400
LAST = 0x9FFF


def read_letters(uconv):
    characters = [chr(c) for c in range(FIRST, LAST + 1)]
    latin = subprocess.run(
        [uconv, "-f", "utf-8", "-t", "utf-8", "-x", "Han-Latin; Latin-ASCII"],
        input="\n".join(characters) + "\n",
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    ).stdout.split("\n")[: len(characters)]
    if len(latin) != len(characters):
        sys.exit("uconv gave %d lines for %d characters" % (len(latin), len(characters)))

    letters = [word[0] if "a" <= word[:1] <= "z" else " " for word in latin]
    known = sum(letter != " " for letter in letters)
    # An ICU built without its Han data answers with the input: no initials would ever match then.
    if known < 25000:
        sys.exit("uconv knows only %d readings: is ICU's Han-Latin data missing?" % known)
    return "".join(letters)


def read_phrases(path):
    phrases = {}
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            text = line.split("#")[0].split()
            if not text:
                continue
            if len(text) != 2 or len(text[0]) != len(text[1]) or not is_ascii_lower(text[1]):
                sys.exit("%s:%d: want hanzi and as many letters" % (path, number))
            if not all(FIRST <= ord(c) <= LAST for c in text[0]):
                sys.exit("%s:%d: not only hanzi" % (path, number))
            if text[0] in phrases:
                sys.exit("%s:%d: %s stands here twice" % (path, number, text[0]))
            phrases[text[0]] = text[1]
    return phrases


def is_ascii_lower(text):
    return all("a" <= c <= "z" for c in text)


def main():
    uconv, phrases_path, output = sys.argv[1:]
    letters = read_letters(uconv)
    phrases = read_phrases(phrases_path)

    with open(output, "w", encoding="utf-8") as out:
        out.write('#include "config.h"\n\n#include "model/pinyin.h"\n\n')
        out.write("const char mr_pinyin_letters[] =\n")
        for start in range(0, len(letters), 80):
            out.write('  "%s"\n' % letters[start : start + 80])
        out.write("  ;\n\nconst MrPinyinPhrase mr_pinyin_phrases[] = {\n")
        for hanzi in sorted(phrases, key=lambda h: h.encode(), reverse=True):
            out.write('  { "%s", "%s" },\n' % (hanzi, phrases[hanzi]))
        out.write("};\n\nconst gsize mr_pinyin_n_phrases = G_N_ELEMENTS (mr_pinyin_phrases);\n")


if __name__ == "__main__":
    main()
