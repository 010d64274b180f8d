# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# Which layer may include which, and the one home of each third-party header.  Reads lib/*/*.[ch]
# and include/hearth/*.h; prints what is wrong and fails.
#
# A file includes its own layer and lower ones, always as "layer/file.h".  Layers of one rank do not
# know each other.

BEGIN {
    split("core http,json db,tmpl model net app data " \
          "session,auth,i18n,ws,page,mw,openapi,jobs,mail,admin transport boot", ranks, " ")
    for (r in ranks) {
        n = split(ranks[r], names, ",")
        for (i = 1; i <= n; i++)
            rank[names[i]] = r + 0
    }
    home["microhttpd.h"] = "^lib/transport/h1"
    home["nghttp2.h"] = "^lib/transport/h2"
    home["uv.h"] = "^lib/(net|boot)/"
    home["gnutls.h"] = "^lib/(net/tls|core/rand|core/pwhash|core/otp|core/jwa)"
    home["crypt.h"] = "^lib/core/pwhash"
    home["sodium.h"] = "^lib/core/"
    home["zlib.h"] = "^lib/(http/coding|ws/deflate)"
    home["encode.h"] = home["zstd.h"] = "^lib/http/coding"
    home["sqlite3.h"] = "^lib/db/"
    home["wslay.h"] = "^lib/ws/"
    home["jansson.h"] = "^(lib/json/|include/hearth/json.h)"
}

function wrong(text)
{
    printf "%s:%d: %s\n", FILENAME, FNR, text
    bad = 1
}

FNR == 1 {
    split(FILENAME, path, "/")
    layer = path[1] == "lib" ? path[2] : ""
    if (layer != "" && layer != "cli" && !(layer in rank))
        wrong("no such layer: " layer)
}

# Which engine a database has is known to lib/db, and to nobody above; mime.c lists the type of its files.
layer != "" && layer != "db" && layer != "cli" && FILENAME != "lib/http/mime.c" && tolower($0) ~ /sqlite/ {
    wrong("only lib/db knows which engine it is: use the dialect")
}

match($0, /^#[ \t]*include[ \t]*[<"][^>"]*/) {
    name = substr($0, RSTART, RLENGTH)
    quoted = name ~ /"/
    sub(/^[^<"]*[<"]/, "", name)
    base = name
    sub(/.*\//, "", base)
    if (name ~ /^gnutls\//)
        base = "gnutls.h"

    if (base in home && name !~ /^hearth\// && !quoted && FILENAME !~ home[base])
        wrong("<" name "> has its home in " home[base])
    if (name ~ /^hearth/ && quoted)
        wrong("write <" name ">")
    if (!quoted || name ~ /^hearth/)
        next
    if (layer == "") {
        wrong("a public header includes only public headers")
        next
    }
    if (split(name, part, "/") != 2) {
        wrong("write \"layer/file.h\", not \"" name "\"")
        next
    }
    to = part[1]
    if (to == layer)
        next
    if (layer == "cli")
        wrong("cli uses public headers only, not " name)
    else if (!(to in rank))
        wrong("no such layer: " to)
    else if (rank[to] > rank[layer])
        wrong(layer " is below " to)
    else if (rank[to] == rank[layer])
        wrong(layer " and " to " are of one rank and do not know each other")
}

END { exit bad }
