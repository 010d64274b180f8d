#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# Behind a real nginx: what the client typed is what the application sees, over HTTP with
# X-Forwarded-* or Forwarded, over a Unix domain socket, and over TCP with a PROXY header.
set -u

command -v curl >/dev/null 2>&1 || {
    echo "curl is not installed"
    exit 77
}
command -v nginx >/dev/null 2>&1 || PATH=$PATH:/usr/sbin
command -v nginx >/dev/null 2>&1 || {
    echo "nginx is not installed"
    exit 77
}

work=$(mktemp -d)
app=
nginx=
failed=0
unset HEARTH_HOST HEARTH_PORT HEARTH_LISTEN HEARTH_HOSTS HEARTH_TRUSTED_PROXIES

finish()
{
    [ -z "$nginx" ] || kill "$nginx" 2>/dev/null
    [ -z "$app" ] || kill -9 "$app" 2>/dev/null
    wait 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

say()
{
    echo "$*"
    failed=1
}

# await COMMAND...: until it succeeds, a while at most.
await()
{
    n=0
    until "$@" 2>/dev/null; do
        n=$((n + 1))
        [ $n -lt 400 ] || return 1
        sleep 0.05
    done
}

# ---- the application
cat >"$work/where.c" <<'END'
#include <hearth.h>

static int where(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%s %s %s", hearth_peer(c), hearth_host(c),
                        hearth_absolute(c, NULL));
}

int main(int argc, char **argv)
{
    hearth_app *app = hearth_app_new(NULL);

    hearth_get(app, "/where/{rest:path}", where);
    return hearth_app_main(app, argc, argv);
}
END
# shellcheck disable=SC2046,SC2086
$CC -std=c11 $CFLAGS $($PKG_CONFIG --cflags hearth) -o "$work/where" "$work/where.c" $LDFLAGS \
    $($PKG_CONFIG --libs hearth) || exit 1
HEARTH_HOSTS=shop.example,127.0.0.1 HEARTH_TRUSTED_PROXIES=127.0.0.1,unix: "$work/where" \
    --listen 127.0.0.1:0 --listen '127.0.0.1:0 proxy_protocol' --listen "unix:$work/app.sock" \
    2>"$work/log" &
app=$!
await grep -q 'listening on unix:' "$work/log" || {
    cat "$work/log"
    exit 1
}
plain=$(sed -n 's|.*listening on http://||p' "$work/log" | sed -n 1p)
behind=$(sed -n 's|.*listening on http://||p' "$work/log" | sed -n 2p)

# ---- nginx
stream=
for f in /usr/lib/nginx/modules/ngx_stream_module.so /usr/share/nginx/modules/ngx_stream_module.so; do
    [ -z "$stream" ] && [ -f "$f" ] && stream=$f
done
[ -n "$stream" ] || echo "this nginx has no stream module: the PROXY header is not tested"

# Its workers give up being root, and could not use our socket then.
user=
[ "$(id -u)" != 0 ] || user='user root;'

# configure PORT: four servers on PORT and the three behind it
configure()
{
    cat >"$work/nginx.conf" <<END
${stream:+load_module $stream;}
$user
pid $work/nginx.pid;
error_log $work/error.log;
events { worker_connections 64; }
http {
    access_log off;
    client_body_temp_path $work/body;
    proxy_temp_path $work/proxy;
    fastcgi_temp_path $work/fastcgi;
    uwsgi_temp_path $work/uwsgi;
    scgi_temp_path $work/scgi;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    server { # TLS ends here, it says
        listen 127.0.0.1:$1;
        location / {
            proxy_pass http://$plain;
            proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto https;
            proxy_set_header X-Forwarded-Host \$http_host;
            proxy_set_header Forwarded "";
        }
    }
    server { # by way of a Unix domain socket
        listen 127.0.0.1:$(($1 + 1));
        location / {
            proxy_pass http://unix:$work/app.sock;
            proxy_set_header Host \$http_host;
            proxy_set_header X-Forwarded-For \$remote_addr;
            proxy_set_header X-Forwarded-Proto \$scheme;
            proxy_set_header X-Forwarded-Host "";
            proxy_set_header Forwarded "";
        }
    }
    server { # RFC 7239
        listen 127.0.0.1:$(($1 + 2));
        location / {
            proxy_pass http://$plain;
            proxy_set_header Forwarded "\$http_forwarded, for=192.0.2.9;proto=https;host=\\"\$http_host\\"";
            proxy_set_header X-Forwarded-For "";
        }
    }
}
END
    [ -z "$stream" ] || cat >>"$work/nginx.conf" <<END
stream {
    server {
        listen 127.0.0.1:$(($1 + 3));
        proxy_pass $behind;
        proxy_protocol on;
    }
}
END
}

answers()
{
    kill -0 "$nginx" 2>/dev/null && curl -s -o /dev/null -m 5 "http://127.0.0.1:$port/"
}

port=$((20000 + $$ % 20000))
tries=0
while :; do
    configure $port
    nginx -p "$work" -c "$work/nginx.conf" -e "$work/error.log" -g 'daemon off;' \
        >"$work/out" 2>&1 &
    nginx=$!
    n=0
    until answers || ! kill -0 $nginx 2>/dev/null || [ $n -gt 200 ]; do
        n=$((n + 1))
        sleep 0.05
    done
    answers && break
    kill $nginx 2>/dev/null
    wait $nginx
    nginx=
    tries=$((tries + 1))
    [ $tries -lt 10 ] || {
        cat "$work/out" "$work/error.log"
        echo "nginx does not start here"
        exit 77
    }
    port=$((port + 7))
done

# want ANSWER CURL-ARGUMENTS...
want()
{
    wanted=$1
    shift
    got=$(curl -s -m 30 --interface 127.0.0.2 --globoff --path-as-is "$@")
    [ "$got" = "$wanted" ] || say "$*: \"$got\" instead of \"$wanted\""
}

# status STATUS CURL-ARGUMENTS...
status()
{
    wanted=$1
    shift
    got=$(curl -s -m 30 --interface 127.0.0.2 -o /dev/null -w '%{http_code}' "$@")
    [ "$got" = "$wanted" ] || say "$*: $got instead of $wanted"
}

path='/where/a%20b/c?x=%2F&y=1'

# The client is 127.0.0.2, which is no proxy; its own words on who it is come first in the
# list, and count for nothing.
want "127.0.0.2 shop.example https://shop.example$path" \
    -H 'Host: shop.example' "http://127.0.0.1:$port$path"
want "127.0.0.2 shop.example https://shop.example$path" -H 'Host: shop.example' \
    -H 'X-Forwarded-For: 9.9.9.9' -H 'Forwarded: for=9.9.9.9' "http://127.0.0.1:$port$path"
want "127.0.0.2 127.0.0.1:$port https://127.0.0.1:$port$path" "http://127.0.0.1:$port$path"
status 421 -H 'Host: other.example' "http://127.0.0.1:$port$path"

url=http://127.0.0.1:$((port + 1))$path
want "127.0.0.2 127.0.0.1:$((port + 1)) $url" "$url"
want "127.0.0.2 127.0.0.1:$((port + 1)) $url" -H 'X-Forwarded-For: 9.9.9.9' \
    -H 'X-Forwarded-Host: other.example' -H 'Forwarded: for=9.9.9.9;proto=https' "$url"

url=http://127.0.0.1:$((port + 2))$path
want "192.0.2.9 shop.example:444 https://shop.example:444$path" -H 'Host: shop.example:444' "$url"
# shellcheck disable=SC2016
want "192.0.2.9 shop.example https://shop.example$path" -H 'Host: shop.example' \
    -H 'Forwarded: for="9.9.9.9;host=evil' "$url"

if [ -n "$stream" ]; then
    url=http://127.0.0.1:$((port + 3))$path
    want "127.0.0.2 127.0.0.1:$((port + 3)) $url" "$url"
    want "127.0.0.2 127.0.0.1:$((port + 3)) $url" -H 'X-Forwarded-For: 9.9.9.9' "$url"
fi

# past nginx, straight to what is only for proxies
got=$(curl -s -m 30 -o /dev/null -w '%{http_code}' "http://$behind$path")
[ "$got" = 000 ] || say "without a PROXY header: $got instead of a closed connection"
got=$(curl -s -m 30 --globoff --unix-socket "$work/app.sock" "http://shop.example$path")
[ "$got" = "unix: shop.example http://shop.example$path" ] || say "over the socket: \"$got\""

kill -TERM "$app"
wait "$app" || say "SIGTERM: exit code $?"
app=
[ ! -e "$work/app.sock" ] || say "the socket's file was left behind"
exit $failed
