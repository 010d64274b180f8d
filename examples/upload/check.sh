#!/bin/sh
# Start the program on a free port, send it files as a browser does, read them back, stop it.
set -eu
program=$1
work=$(mktemp -d)
HEARTH_HOST=127.0.0.1 HEARTH_PORT=0 HEARTH_DB=sqlite:$work/upload.db UPLOAD_DIR=$work/files \
    "$program" 2>"$work/log" &
pid=$!
trap 'kill $pid 2>/dev/null || true; rm -rf "$work"' EXIT
passed=0
fail() { echo "upload: $*"; cat "$work/log"; exit 1; }
ok() { passed=$((passed + 1)); }
ask() { curl -sS --max-time 60 "$@"; }
tries=0
until url=$(sed -n 's/.*listening on \(http:[^ ]*\).*/\1/p' "$work/log") && [ -n "$url" ]; do
    tries=$((tries + 1))
    [ $tries -lt 600 ] || fail "it does not listen"
    sleep 0.05
done

ask "$url/" | grep -q 'enctype="multipart/form-data"' || fail "no form on the page"
ok
ask -D - -o "$work/js" "$url/public/upload.js" | grep -qi '^content-type: text/javascript' ||
    fail "no script"
cmp -s "$work/js" public/upload.js || fail "another script"
ok

printf 'small' >"$work/a <b> & c.txt"
head -c 5000000 /dev/urandom >"$work/large.bin"
status=$(ask -o /dev/null -w '%{http_code}' -F "file=@$work/a <b> & c.txt" -F "file=@$work/large.bin" "$url/files")
[ "$status" = 303 ] || fail "two files: $status"
ok
ask "$url/" >"$work/page"
grep -q 'a &lt;b> &amp; c.txt</a><span>0.0 kB' "$work/page" || fail "the small one is not listed, escaped"
grep -q 'large.bin</a><span>5000.0 kB' "$work/page" || fail "the large one is not listed"
ok
ask -D "$work/head" -o "$work/back" "$url/files/2"
cmp -s "$work/back" "$work/large.bin" || fail "the large one came back changed"
grep -qi '^content-disposition: attachment;.*large.bin' "$work/head" || fail "no download name"
ok
[ "$(ls "$work/files" | wc -l)" = 2 ] || fail "other than two files are kept"
[ -z "$(find "$work/files" -type f ! -perm 600)" ] || fail "a kept file is open to others"
ok

status=$(ask -o /dev/null -w '%{http_code}' -F "file=@/dev/null;filename=" "$url/files")
[ "$status" = 422 ] || fail "no file: $status"
ok
head -c 21000000 /dev/zero >"$work/huge"
status=$(ask -o /dev/null -w '%{http_code}' -F "file=@$work/huge" "$url/files")
[ "$status" = 413 ] || fail "too large: $status"
status=$(ask -o /dev/null -w '%{http_code}' -H 'Transfer-Encoding: chunked' -F "file=@$work/huge" "$url/files")
[ "$status" = 413 ] || fail "too large, of unknown length: $status"
[ "$(ls "$work/files" | wc -l)" = 2 ] || fail "something is left of what was refused"
ok
[ "$(ask -o /dev/null -w '%{http_code}' "$url/files/99")" = 404 ] || fail "a file that is not there"
ok
kill -TERM $pid
wait $pid
trap - EXIT
rm -rf "$work"
echo "upload: $passed passed, 0 failed"
