#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# A folder of templates becomes a part of a program: `hearth templates`, then what the program
# renders without the folder.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# expect CODE TEXT COMMAND...: the exit code, and TEXT in what it printed
expect() {
    code=$1
    text=$2
    shift 2
    timeout 60 "$@" >"$work/out" 2>&1
    rc=$?
    if [ $rc != "$code" ] || ! grep -qF -- "$text" "$work/out"; then
        echo "FAILED: $* gave $rc and:"
        cat "$work/out"
        failed=1
    fi
}

mkdir -p "$work/pages/mail" "$work/pages/.git"
printf '{%% extends "base.html" %%}{%% block a %%}ü \\ ??/ "{{ x }}"{%% endblock %%}\n' >"$work/pages/main.html"
printf 'base:\n\t{%% block a %%}{%% endblock %%} {%% include "mail/foot.html" %%}\n' >"$work/pages/base.html"
printf 'foot' >"$work/pages/mail/foot.html"
printf 'secret' >"$work/pages/.git/config"
ln -s /etc/hostname "$work/pages/link.html"
cat >"$work/main.c" <<'END'
#include <hearth.h>

extern const hearth_template_file pages[];

int main(int argc, char **argv)
{
    hearth_template_error err = {0};
    hearth_templates *t = hearth_templates_new(&(hearth_templates_opts){.embedded = pages}, &err);
    json_t *data = json_pack("{s:s}", "x", "<1>");
    hearth_str out;
    char line[1200];
    int rc = hearth_templates_render(t, argc > 1 ? argv[1] : "main.html", data, NULL, &out, &err);

    if (rc == 0)
        printf("%.*s", (int)out.len, out.ptr);
    else
        puts(hearth_template_error_line(&err, line, sizeof line));
    if (rc == 0)
        free((char *)out.ptr);
    json_decref(data);
    hearth_templates_free(t);
    return rc != 0;
}
END
sed -i 's/#include <hearth.h>/&\n#include <stdio.h>\n#include <stdlib.h>/' "$work/main.c"

"$BUILD/bin/hearth" templates pages "$work/pages" >"$work/pages.c"
# shellcheck disable=SC2046,SC2086
$CC -std=c11 $CFLAGS -Wall -Wextra -Wpedantic -Werror -o "$work/app" "$work/main.c" "$work/pages.c" \
    $LDFLAGS $($PKG_CONFIG --cflags --libs hearth) || failed=1
if grep -q 'secret\|link.html' "$work/pages.c"; then
    echo "FAILED: what is hidden, or a link, is in the table"
    failed=1
fi
rm -r "$work/pages/mail" # the program has its own
expect 0 'ü \ ??/ "&lt;1&gt;"' "$work/app"
expect 0 '	ü' "$work/app"
expect 0 'foot' "$work/app"
expect 1 'nosuch.html' "$work/app" nosuch.html

expect 1 'cannot be the name of a table' "$BUILD/bin/hearth" templates 1bad "$work/pages"
expect 1 'nowhere' "$BUILD/bin/hearth" templates pages "$work/nowhere"
head -c 1048577 /dev/zero >"$work/pages/large.html"
expect 1 'longer than 1 MiB' "$BUILD/bin/hearth" templates pages "$work/pages"
exit $failed
