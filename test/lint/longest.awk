# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# A report, not a judgement: the ten longest files and functions.

FNR == 1 { name = ""; start = 0 }
{ lines[FILENAME]++ }
/^[a-z].*\(/ && !/;/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
/^{/ { start = FNR }
/^}/ && start { length_of[FILENAME ": " name] = FNR - start - 1; start = 0 }

function top(what, list,   i, k, best)
{
    printf "longest %s:\n", what
    for (i = 0; i < 10; i++) {
        best = ""
        for (k in list)
            if (best == "" || list[k] > list[best] || (list[k] == list[best] && k < best))
                best = k
        if (best == "")
            return
        printf "  %5d  %s\n", list[best], best
        delete list[best]
    }
}

END {
    top("files", lines)
    top("functions", length_of)
}
