/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Against a small DNS server of the test's own on 127.0.0.1.
 */

#include "core/str.h"
#include "net/mx.h"
#include "suite.h"

#include <hearth/format.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { A = 1, CNAME = 5, MX = 15, AAAA = 28 };
enum { OK = 0, SERVFAIL = 2, NXDOMAIN = 3, REFUSED = 5, SILENT = 100, BROKEN };

/* What it knows: a record a line; a name without one of the type asked for has none. */
static const struct record {
    const char *name;
    int type, rcode;
    const char *data;
    size_t len;
} records[] = {
#define R(name, type, data)                    \
    {                                          \
        name, type, OK, data, sizeof(data) - 1 \
    }
    R("mx.test", MX, "\0\12\4mail\2mx\4test\0"),
    R("null.test", MX, "\0\0\0"),
    R("both.test", MX, "\0\0\0"), /* a null MX beside another means nothing */
    R("both.test", MX, "\0\12\1m\0"),
    R("a.test", A, "\177\0\0\1"),
    R("six.test", AAAA, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"),
    R("none.test", CNAME, "\1x\0"), /* the name is there, and nothing else */
    R("alias.test", MX, "\0\12\1m\0"),
    R("xn--bcher-kva.test", MX, "\0\12\1m\0"),
    R("cut.test", BROKEN, ""),
    {"fails.test", 0, SERVFAIL, "", 0},
    {"refused.test", 0, REFUSED, "", 0},
    {"silent.test", 0, SILENT, "", 0},
};

typedef struct server {
    int fd;
    struct sockaddr_in address;
    pthread_t thread;
    int asked; /* questions; looked at when the thread is gone */
} server;

/* "\2mx\4test\0" at p as "mx.test"; the bytes behind it, NULL when it is none. */
static const unsigned char *read_name(const unsigned char *p, const unsigned char *end,
                                      char out[256])
{
    char *to = out;

    while (p < end && *p != 0) {
        size_t n = *p++;

        if (n > 63 || (size_t)(end - p) < n || (size_t)(to - out) + n + 2 > 256)
            return NULL;
        memcpy(to, p, n);
        to += n;
        p += n;
        *to++ = '.';
    }
    if (p == end || to == out)
        return NULL;
    to[-1] = '\0';
    return p + 1;
}

static size_t put_record(unsigned char *to, const struct record *r)
{
    const unsigned char head[] = {0xC0, 12, 0, (unsigned char)r->type, 0, 1, 0, 0,
                                  0,    60, 0, (unsigned char)r->len};

    memcpy(to, head, sizeof head);
    memcpy(to + sizeof head, r->data, r->len);
    return sizeof head + r->len;
}

/* The answer to the question of n bytes in m, which has room; 0: none. */
static size_t answer(unsigned char *m, size_t n)
{
    char name[256];
    const unsigned char *behind = n < 12 ? NULL : read_name(m + 12, m + n, name);
    int rcode = NXDOMAIN, count = 0, type;
    size_t len;

    if (behind == NULL || m + n - behind < 4)
        return 0;
    type = behind[0] << 8 | behind[1];
    len = (size_t)(behind - m) + 4;
    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++) {
        const struct record *r = &records[i];

        if (strcmp(r->name, name) != 0)
            continue;
        if (r->rcode == SILENT)
            return 0;
        rcode = r->rcode;
        if (r->type == type) {
            len += put_record(m + len, r);
            count++;
        }
        if (r->type == BROKEN)
            count = 3; /* which do not follow */
    }
    m[2] = 0x81;
    m[3] = (unsigned char)(0x80 | rcode);
    memset(m + 4, 0, 8);
    m[5] = 1;
    m[7] = (unsigned char)count;
    return len;
}

static void *serve(void *arg)
{
    server *s = arg;

    for (;;) {
        unsigned char m[1024];
        struct sockaddr_in from;
        socklen_t size = sizeof from;
        ssize_t n = recvfrom(s->fd, m, 512, 0, (struct sockaddr *)&from, &size);
        size_t len;

        if (n <= 1) /* the test's own: the end */
            return NULL;
        s->asked++;
        len = answer(m, (size_t)n);
        if (len > 0)
            (void)!sendto(s->fd, m, len, 0, (struct sockaddr *)&from, size);
    }
}

static void open_server(server *s)
{
    socklen_t size = sizeof s->address;

    *s = (server){.fd = socket(AF_INET, SOCK_DGRAM, 0)};
    s->address.sin_family = AF_INET;
    s->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(bind(s->fd, (struct sockaddr *)&s->address, size), 0);
    ck_assert_int_eq(getsockname(s->fd, (struct sockaddr *)&s->address, &size), 0);
    ck_assert_int_eq(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void close_server(server *s)
{
    ck_assert_int_eq(sendto(s->fd, "x", 1, 0, (struct sockaddr *)&s->address,
                            sizeof s->address),
                     1);
    pthread_join(s->thread, NULL);
    close(s->fd);
}

static const struct {
    const char *mail;
    int rc, asked;
    const char *says;
} samples[] = {
    {"me@mx.test", 0, 1, ""},
    {"me@null.test", HEARTH_EINVAL, 1, "takes no mail"},
    {"me@both.test", 0, 1, ""},
    {"me@a.test", 0, 2, ""},
    {"me@six.test", 0, 3, ""},
    {"me@none.test", HEARTH_EINVAL, 3, "has no mail server"},
    {"me@nowhere.test", HEARTH_EINVAL, 1, "no such domain"},
    {"me@b\xC3\xBC"
     "cher.test",
     0, 1, ""},
    {"me@fails.test", HEARTH_EUNAVAILABLE, 1, "did not answer"},
    {"me@refused.test", HEARTH_EUNAVAILABLE, 1, "did not answer"},
    {"me@cut.test", HEARTH_EUNAVAILABLE, 1, "did not answer"},
    {"me@silent.test", HEARTH_EUNAVAILABLE, 1, "did not answer"},
    {"\"a@b\"@mx.test", 0, 1, ""},
    {"me@[127.0.0.1]", 0, 0, ""},
    {"me", HEARTH_EINVAL, 0, "'@'"},
    {"me@-x.test", HEARTH_EINVAL, 0, "'-'"},
};

START_TEST(a_domain_takes_mail_or_not_or_nobody_knows)
{
    hearth_error err = {0};
    server s;
    int rc;

    open_server(&s);
    /* Who is silent is waited for as short as can be, the others as long as it takes. */
    rc = hearth__mx_email(samples[_i].mail, &s.address,
                          strstr(samples[_i].mail, "silent") != NULL ? 1 : 60000, &err);
    close_server(&s);
    ck_assert_msg(rc == samples[_i].rc, "%s: %d %s", samples[_i].mail, rc, err.text);
    ck_assert_msg(strstr(err.text, samples[_i].says) != NULL, "%s", err.text);
    ck_assert_int_eq(s.asked, samples[_i].asked);
}
END_TEST

START_TEST(the_public_function_looks_at_the_form_first)
{
    hearth_error err = {0};

    ck_assert_int_eq(hearth_email_lookup("nobody", 1000, &err), HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "'@'"));
    ck_assert_int_eq(hearth_email_lookup("me@[::1]", 1000, NULL), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_email_lookup("me@[IPv6:::1]", 0, NULL), 0);
}
END_TEST

SUITE("net/mx", LOOP(a_domain_takes_mail_or_not_or_nobody_knows, 0,
                     sizeof samples / sizeof samples[0])
                    TEST(the_public_function_looks_at_the_form_first))
