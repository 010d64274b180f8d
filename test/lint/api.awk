# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# The public interface as the headers declare it.  A line for each HEARTH_API function:
#
#     name file:line void|value returns|- thread|- since|-
#
# the last three tell which labels its doc comment has.  Static inline functions are listed as well
# when `inlines` is set, with "inline" in front of the labels' place.

function labels()
{
    return (doc ~ /\n \* *Returns:/ ? "returns" : "-") " " \
           (doc ~ /\n \* *Thread:/ ? "thread" : "-") " " (doc ~ /\n \* *Since:/ ? "since" : "-")
}

FNR == 1 { doc = ""; decl = "" }
/^\/\*\*/ { doc = ""; in_doc = 1 }
in_doc { doc = doc "\n" $0; if (/\*\//) in_doc = 0; next }

decl == "" && /^HEARTH_API/ || (inlines && decl == "" && /^static inline/) {
    decl = $0
    line = FNR
    is_inline = /^static inline/
    if (!/[;{]/ && !is_inline)
        next
}
decl != "" && FNR != line { decl = decl " " $0 }
decl != "" && /[;{]/ || (is_inline && decl != "" && /\)/) {
    if (match(decl, /hearth_[a-z0-9_]+ *\(/)) {
        name = substr(decl, RSTART, RLENGTH)
        sub(/ *\($/, "", name)
        kind = substr(decl, 1, RSTART - 1) ~ /(HEARTH_API|inline) +void +$/ ? "void" : "value"
        print name, FILENAME ":" line, kind, is_inline ? "inline" : labels()
    }
    decl = ""
    is_inline = 0
    doc = ""
}
/^}/ || /^typedef/ || /^#/ { if (decl == "") doc = "" }
