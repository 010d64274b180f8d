/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A client without manners: it sends what it is told and reads answers as strictly as RFC
 * 9112 lets it.  Independent of the library, so that one mistake cannot hide in both.
 */

#include "wire.h"

#include "app/app.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* How long to wait for something that has to come. */
#define PATIENCE_MS 20000

void wire_any_host(hearth_app *app)
{
    static const char *const any[] = {HEARTH_UNSAFE_ANY_HOST, NULL};

    if (app->hosts.n == 0 && !app->hosts.any)
        ck_assert_int_eq(hearth__app_set_hosts(app, any, "any", NULL), 0);
}

wire wire_open_from(int last, int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in from = {.sin_family = AF_INET};
    wire w = {.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    int one = 1;

    from.sin_addr.s_addr = htonl(0x7f000000u | (unsigned)last);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_ge(w.fd, 0);
    if (last != 1)
        ck_assert_int_eq(bind(w.fd, (const struct sockaddr *)&from, sizeof from), 0);
    ck_assert_msg(connect(w.fd, (const struct sockaddr *)&to, sizeof to) == 0,
                  "cannot connect to port %d: %s", port, strerror(errno));
    setsockopt(w.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return w;
}

wire wire_open(int port)
{
    return wire_open_from(1, port);
}

static wire open_unix(const char *path)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    wire w = {.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    size_t n = strlen(path);
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);

    ck_assert_uint_lt(n, sizeof to.sun_path);
    memcpy(to.sun_path, path, n);
    if (path[0] == '@')
        to.sun_path[0] = '\0';
    else
        len++;
    ck_assert_msg(connect(w.fd, (const struct sockaddr *)&to, len) == 0,
                  "cannot connect to %s: %s", path, strerror(errno));
    return w;
}

static wire open_v6(int port)
{
    struct sockaddr_in6 to = {.sin6_family = AF_INET6,
                              .sin6_addr = IN6ADDR_LOOPBACK_INIT,
                              .sin6_port = htons((uint16_t)port)};
    wire w = {.fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)};

    ck_assert_msg(connect(w.fd, (const struct sockaddr *)&to, sizeof to) == 0,
                  "cannot connect to [::1]:%d: %s", port, strerror(errno));
    return w;
}

wire wire_open_at(const char *address)
{
    ck_assert_ptr_nonnull(address);
    if (strncmp(address, "unix:", 5) == 0)
        return open_unix(address + 5);
    int port = (int)strtol(strrchr(address, ':') + 1, NULL, 10);

    return strchr(address, '[') != NULL ? open_v6(port) : wire_open(port);
}

void wire_close(wire *w)
{
    if (w->fd >= 0)
        close(w->fd);
    free(w->in);
    *w = (wire){.fd = -1};
}

void wire_reset(wire *w)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};

    setsockopt(w->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    wire_close(w);
}

void wire_shut(wire *w)
{
    shutdown(w->fd, SHUT_WR);
}

/* ---- bytes ---------------------------------------------------------------------- */

static short wait_for(const wire *w, short events, int ms)
{
    struct pollfd p = {.fd = w->fd, .events = events};
    int n;

    do
        n = poll(&p, 1, ms);
    while (n < 0 && errno == EINTR);
    return n > 0 ? p.revents : 0;
}

/* Receive once; false when nothing came in time or the peer has closed. */
static bool receive(wire *w)
{
    if (w->ended || wait_for(w, POLLIN, PATIENCE_MS) == 0)
        return false;
    if (w->cap - w->len < 16384) {
        w->cap = w->cap * 2 + 65536;
        w->in = realloc(w->in, w->cap);
        ck_assert_ptr_nonnull(w->in);
    }
    ssize_t n = recv(w->fd, w->in + w->len, w->cap - w->len, MSG_DONTWAIT);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (n <= 0) {
        w->ended = true;
        return false;
    }
    w->len += (size_t)n;
    return true;
}

static void taken(wire *w, size_t n)
{
    memmove(w->in, w->in + n, w->len - n);
    w->len -= n;
}

/* A server that answers while we send must not wait for us for ever: read meanwhile. */
void wire_send_n(wire *w, const void *bytes, size_t n)
{
    const char *p = bytes;

    while (n > 0 && !w->ended) {
        short now = wait_for(w, POLLOUT | POLLIN, PATIENCE_MS);

        ck_assert_msg(now != 0, "the server does not read what is sent");
        if ((now & POLLIN) != 0 && !receive(w) && (now & POLLOUT) == 0)
            return;
        if ((now & POLLOUT) == 0)
            continue;
        ssize_t sent = send(w->fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (sent < 0 && errno != EAGAIN && errno != EINTR)
            return;
        if (sent > 0) {
            p += sent;
            n -= (size_t)sent;
        }
    }
}

void wire_send(wire *w, const char *text)
{
    wire_send_n(w, text, strlen(text));
}

unsigned wire_random(unsigned *seed, unsigned n)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % n;
}

void wire_send_pieces(wire *w, const void *bytes, size_t n, size_t most, unsigned *seed)
{
    const char *p = bytes;

    while (n > 0) {
        size_t part = 1 + wire_random(seed, (unsigned)most);

        if (part > n)
            part = n;
        wire_send_n(w, p, part);
        p += part;
        n -= part;
    }
}

/* ---- answers ----------------------------------------------------------------------- */

static const char *find(const char *p, size_t n, const char *what)
{
    size_t len = strlen(what);

    for (size_t i = 0; i + len <= n; i++) {
        if (memcmp(p + i, what, len) == 0)
            return p + i;
    }
    return NULL;
}

static bool take_head(wire *w, wire_reply *r)
{
    const char *end;

    while ((end = find(w->in, w->len, "\r\n\r\n")) == NULL) {
        if (!receive(w))
            return false;
    }
    size_t n = (size_t)(end - w->in) + 4;

    ck_assert_uint_lt(n, sizeof r->head);
    memcpy(r->head, w->in, n);
    r->head[n] = '\0';
    taken(w, n);
    ck_assert_msg(strncmp(r->head, "HTTP/1.1 ", 9) == 0 && strlen(r->head) == n,
                  "not an answer: %.80s", r->head);
    r->status = (int)strtol(r->head + 9, NULL, 10);
    ck_assert_msg(r->status >= 100 && r->status <= 599, "status line: %.80s", r->head);
    return true;
}

const char *wire_field(const wire_reply *r, const char *name, char *value, size_t max)
{
    size_t len = strlen(name);

    for (const char *line = strstr(r->head, "\r\n"); line != NULL;
         line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, name, len) == 0 && line[2 + len] == ':') {
            const char *p = line + 3 + len;

            p += strspn(p, " \t");
            snprintf(value, max, "%.*s", (int)strcspn(p, "\r"), p);
            return value;
        }
    }
    return NULL;
}

static void body_add(wire_reply *r, const char *p, size_t n)
{
    r->body = realloc(r->body, r->body_len + n + 1);
    ck_assert_ptr_nonnull(r->body);
    memcpy(r->body + r->body_len, p, n);
    r->body_len += n;
    r->body[r->body_len] = '\0';
}

static bool take_bytes(wire *w, wire_reply *r, size_t n)
{
    while (w->len < n) {
        if (!receive(w))
            return false;
    }
    if (n > 0) {
        body_add(r, w->in, n);
        taken(w, n);
    }
    return true;
}

static bool take_line(wire *w, char *line, size_t max)
{
    const char *end;

    while ((end = find(w->in, w->len, "\r\n")) == NULL) {
        if (!receive(w))
            return false;
    }
    size_t n = (size_t)(end - w->in);

    ck_assert_uint_lt(n, max);
    memcpy(line, w->in, n);
    line[n] = '\0';
    taken(w, n + 2);
    return true;
}

static bool take_chunks(wire *w, wire_reply *r)
{
    char line[256];

    for (;;) {
        if (!take_line(w, line, sizeof line))
            return false;
        size_t n = strtoul(line, NULL, 16);

        if (n == 0)
            break;
        if (!take_bytes(w, r, n) || !take_line(w, line, sizeof line))
            return false;
        ck_assert_str_eq(line, "");
    }
    do {
        if (!take_line(w, line, sizeof line))
            return false;
    } while (line[0] != '\0');
    return true;
}

static bool take_body(wire *w, wire_reply *r)
{
    char value[256];

    if (r->status == 204 || r->status == 304)
        return true;
    if (wire_field(r, "Transfer-Encoding", value, sizeof value) != NULL)
        return take_chunks(w, r);
    if (wire_field(r, "Content-Length", value, sizeof value) != NULL)
        return take_bytes(w, r, strtoul(value, NULL, 10));
    while (receive(w))
        ;
    return take_bytes(w, r, w->len);
}

static bool read_reply(wire *w, wire_reply *r, bool head)
{
    char value[256];

    r->interim = 0;
    r->body_len = 0;
    body_add(r, "", 0);
    for (;;) {
        if (!take_head(w, r))
            return false;
        if (r->status >= 200)
            break;
        r->interim++;
    }
    r->close = wire_field(r, "Connection", value, sizeof value) != NULL &&
               strcasecmp(value, "close") == 0;
    return head || take_body(w, r);
}

bool wire_read(wire *w, wire_reply *r)
{
    return read_reply(w, r, false);
}

bool wire_read_head(wire *w, wire_reply *r)
{
    return read_reply(w, r, true);
}

void wire_reply_clear(wire_reply *r)
{
    free(r->body);
    memset(r, 0, sizeof *r);
}

bool wire_has(wire *w, const char *text)
{
    size_t n = strlen(text);

    while (w->len < n) {
        if (!receive(w))
            return false;
    }
    return memcmp(w->in, text, n) == 0;
}

bool wire_more(wire *w)
{
    return receive(w);
}

bool wire_closed(wire *w)
{
    return w->len == 0 && !receive(w) && w->ended;
}

bool wire_ends(wire *w)
{
    while (receive(w))
        w->len = 0;
    return w->ended;
}

bool wire_ask(wire *w, const char *request, wire_reply *r)
{
    wire_send(w, request);
    return wire_read(w, r);
}

unsigned long wire_engine_version(void)
{
    const char *text = MHD_get_version();
    unsigned long version = 0;

    for (int i = 0; i < 3; i++) {
        char *end;

        version = version << 8 | (strtoul(text, &end, 10) & 0xFF);
        text = *end == '.' ? end + 1 : end;
    }
    return version;
}
