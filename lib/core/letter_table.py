# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
"""Prints lib/core/letter_table.h, from the Unicode data that this Python has:

    python3 lib/core/letter_table.py | clang-format >lib/core/letter_table.h
"""
import unicodedata

LAST = 0x110000


def runs(change):
    """[(first, last, step, delta)] of the code points that become exactly one other."""
    out = []
    for c in range(0x80, LAST):
        to = change(chr(c))
        if len(to) != 1 or to == chr(c):
            continue
        delta = ord(to) - c
        if out and out[-1][3] == delta and c - out[-1][1] <= 2 and out[-1][2] in (0, c - out[-1][1]):
            out[-1] = (out[-1][0], c, c - out[-1][1], delta)
        else:
            out.append((c, c, 0, delta))
    return [(a, b, step or 1, delta) for a, b, step, delta in out]


def edges(has):
    """Where the property begins and ends, by turns; what is not assigned may be either."""
    out = []
    for c in range(0x80, LAST):
        if unicodedata.category(chr(c)) in ("Cn", "Co", "Cs"):
            continue
        if has(chr(c)) != (len(out) % 2 == 1):
            out.append(c)
    return out


def put(name, kind, rows):
    print(f"static const {kind} {name}[] = {{{', '.join(rows)}}};\n")


def three(text):
    return "{" + ", ".join([f"0x{ord(c):x}" for c in text] + ["0"] * (3 - len(text))) + "}"


print(f"""/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

#ifndef HEARTH_CORE_LETTER_TABLE_H
#define HEARTH_CORE_LETTER_TABLE_H

/* Made by letter_table.py from Unicode {unicodedata.unidata_version}. */

#include <stdint.h>

/* Of first, first + step, ... last each becomes the one that is delta further. */
typedef struct case_run {{
    uint32_t first, last;
    int32_t step, delta;
}} case_run;

/* What becomes several, or looks different at the start of a word. */
typedef struct case_special {{
    uint32_t cp;
    uint32_t upper[3], title[3];
}} case_special;
""")
for name, change in (("upper_runs", str.upper), ("lower_runs", str.lower)):
    put(name, "case_run", [f"{{0x{a:x}, 0x{b:x}, {s}, {d}}}" for a, b, s, d in runs(change)])
# The Georgian letters, which stay as they are at the start of a word, are letter.c's.
special = [c for c in map(chr, range(0x80, LAST))
           if (len(c.upper()) > 1 or c.title() != c.upper()) and not "\u10d0" <= c <= "\u10ff"]
put("special", "case_special",
    [f"{{0x{ord(c):x}, {three(c.upper())}, {three(c.title())}}}" for c in special])
put("word_edges", "uint32_t", [f"0x{c:x}" for c in edges(str.isalnum)])
put("alpha_edges", "uint32_t", [f"0x{c:x}" for c in edges(str.isalpha)])
print("#endif")
