#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# Every lib/<layer>/<noun>.c has a test program of its name, test_<noun> or test_<layer>_<noun>, below
# test/unit, test/http or test/wire; the parts of a noun, <noun>_<part>.c, may have that of the noun.
# What is tested under another name is listed here with it.
set -u

elsewhere='
app/app             http/test_middleware
app/app_model       http/test_models
app/app_reply       http/test_reply
app/cross_site      http/test_csrf
app/ctx             http/test_request
app/debug_frames    http/test_debug_page
app/debug_request   http/test_debug_page
boot/main           unit/test_main_check
boot/main_diff      http/test_migrations
boot/main_migrate   wire/test_migrate
boot/run            wire/test_server
cli/embed           install/test_install
cli/hearth          install/test_install
cli/templates       tmpl/test_templates
db/exec             unit/test_db
db/rows             unit/test_db
db/rows_json        unit/test_db
db/sqlite_conn      unit/test_db_sqlite
db/sqlite_error     unit/test_db_sqlite
db/sqlite_stmt      unit/test_db_sqlite
db/stmt             unit/test_db
http/authority      unit/test_hostlist
http/chars          unit/test_audit
http/media_type     unit/test_accept
http/param          unit/test_disposition
json/number         unit/test_json_write
model/email         unit/test_model_format
model/form_box      http/test_model_forms
net/thread          unit/test_crew
openapi/answers     http/test_openapi
openapi/document    http/test_openapi
openapi/related     http/test_openapi
page/form           http/test_page_forms
page/visitor        http/test_page_visitor
page/error          http/test_pages
page/render         http/test_pages
page/*              http/test_page_links
session/setup       unit/test_session
session/who         http/test_sessions
tmpl/*              unit/test_tmpl_value
transport/h1*       wire/test_server
data/related        http/test_relations
ws/*                wire/test_ws
'

# named LAYER NOUN: is there a program for it, or for what it is a part of?
named()
{
    part=$2
    while :; do
        for t in test/unit/test_"$part".c test/unit/test_"$1"_"$part".c test/http/test_"$part".c \
            test/wire/test_"$part".c; do
            [ ! -f "$t" ] || return 0
        done
        case $part in *_*) part=${part%_*} ;; *) return 1 ;; esac
    done
}

# listed LAYER/NOUN: is it in the list, with a program that is there?
listed()
{
    echo "$elsewhere" | while read -r pattern program; do
        # shellcheck disable=SC2254
        case $1 in $pattern) ls test/"$program".* >/dev/null 2>&1 && echo yes ;; esac
    done | grep -q yes
}

for f in lib/*/*.c; do
    noun=$(basename "$f" .c)
    layer=$(basename "$(dirname "$f")")
    named "$layer" "$noun" || listed "$layer/$noun" || echo "$f: no test/unit/test_$noun.c"
done | { ! grep .; }
