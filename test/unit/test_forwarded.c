/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Forwarded and X-Forwarded-*: who is believed, how far, and what nonsense does.  The
 * trusted proxies are 10.0.0.0/8 and 2001:db8::/32.
 */

#include "suite.h"

#include "core/str.h"
#include "http/forwarded.h"

#include <stdio.h>
#include <string.h>

#define FIELDS 8

/* "client proto host port"; the client is "-" for the connection's, "?" for unknown. */
static const struct {
    const char *head; /* lines, separated by '\n' */
    const char *says;
} heads[] = {
    {"", "- - - -"},
    {"Host: a", "- - - -"},

    /* Forwarded */
    {"Forwarded: for=192.0.2.7", "192.0.2.7 - - -"},
    {"forwarded: For=192.0.2.7;Proto=HTTPS;Host=a.example",
     "192.0.2.7 https a.example -"},
    {"Forwarded: for=\"192.0.2.7:4711\"", "192.0.2.7 - - -"},
    {"Forwarded: for=\"[2001:db9::7]:4711\"", "2001:db9::7 - - -"},
    {"Forwarded: for=\"[2001:db9::7]\"", "2001:db9::7 - - -"},
    {"Forwarded: for=\"192.0.2.7:_port\"", "192.0.2.7 - - -"},
    {"Forwarded: for=192.0.2.7;by=10.0.0.1;secret=x", "192.0.2.7 - - -"},
    {"Forwarded: for=192.0.2.7;host=\"a.example:8443\"", "192.0.2.7 - a.example:8443 -"},
    {"Forwarded: for=unknown", "? - - -"},
    {"Forwarded: for=_hidden;proto=https", "? https - -"},
    {"Forwarded: proto=https;host=a", "- https a -"},
    {"Forwarded: for=", "? - - -"},
    {"Forwarded: for=\"\"", "? - - -"},
    {"Forwarded: for", "? - - -"},
    {"Forwarded: for=192.0.2.7;for=192.0.2.8", "? - - -"},
    {"Forwarded: for=2001:db9::7", "? - - -"}, /* not a token: needs quotes */
    {"Forwarded: for=\"2001:db9::7\"", "2001:db9::7 - - -"},
    {"Forwarded: for=\"[192.0.2.7]\"", "? - - -"},
    {"Forwarded: for=\"[::1\"", "? - - -"},
    {"Forwarded: for=\"192.0.2.7:99999\"", "? - - -"},
    {"Forwarded: for=\"192.0.2.7:\"", "? - - -"},
    {"Forwarded: for=\"1\\92.0.2.7\"", "? - - -"},
    {"Forwarded: for=192.0.2.7;proto=gopher", "192.0.2.7 - - -"},
    {"Forwarded: for=192.0.2.7;proto=wss", "192.0.2.7 https - -"},
    {"Forwarded: ,, for=192.0.2.7 ,", "192.0.2.7 - - -"},
    {"Forwarded: ;for=192.0.2.7;;", "192.0.2.7 - - -"},

    /* the right-most that is not a proxy */
    {"Forwarded: for=1.1.1.1, for=192.0.2.7", "192.0.2.7 - - -"},
    {"Forwarded: for=1.1.1.1, for=192.0.2.7, for=10.0.0.2", "192.0.2.7 - - -"},
    {"Forwarded: for=1.1.1.1\nForwarded: for=192.0.2.7, for=10.0.0.2", "192.0.2.7 - - -"},
    {"Forwarded: for=1.1.1.1, for=192.0.2.7\nX: y\nForwarded: for=\"[2001:db8::1]:5\"",
     "192.0.2.7 - - -"},
    {"Forwarded: for=10.0.0.3, for=10.0.0.2", "10.0.0.3 - - -"},
    {"Forwarded: for=unknown, for=10.0.0.2", "? - - -"},
    {"Forwarded: garbage, for=10.0.0.2;proto=https", "? https - -"},
    {"Forwarded: for=1.1.1.1;proto=https;host=evil, for=192.0.2.7", "192.0.2.7 - - -"},
    {"Forwarded: for=192.0.2.7;proto=https;host=a, for=10.0.0.2;proto=http;host=b",
     "192.0.2.7 https a -"},
    {"Forwarded: for=192.0.2.7, for=10.0.0.2;proto=https;host=b", "192.0.2.7 https b -"},

    /* what a client puts in front changes nothing */
    {"Forwarded: for=\"1.1.1.1, for=192.0.2.7", "192.0.2.7 - - -"},
    {"Forwarded: for=\"\nForwarded: for=192.0.2.7", "192.0.2.7 - - -"},
    {"Forwarded: for=\"\\\", for=192.0.2.7;host=\"a\"", "192.0.2.7 - a -"},
    {"Forwarded: \\, for=192.0.2.7", "192.0.2.7 - - -"},
    {"Forwarded: \"a,b\", for=192.0.2.7;host=\"a\"", "192.0.2.7 - a -"},
    {"Forwarded: for=192.0.2.7;x=\"a,b;c\\\"d,\"", "192.0.2.7 - - -"},

    /* X-Forwarded-* */
    {"X-Forwarded-For: 192.0.2.7", "192.0.2.7 - - -"},
    {"X-Forwarded-For: 192.0.2.7:4711", "192.0.2.7 - - -"},
    {"X-Forwarded-For: 2001:db9::7", "2001:db9::7 - - -"},
    {"X-Forwarded-For: [2001:db9::7]:4711", "2001:db9::7 - - -"},
    {"X-Forwarded-For: [2001:db9::7]", "2001:db9::7 - - -"},
    {"X-Forwarded-For: ::ffff:192.0.2.7", "192.0.2.7 - - -"},
    {"X-Forwarded-For: 1.1.1.1, 192.0.2.7, 10.0.0.2", "192.0.2.7 - - -"},
    {"X-Forwarded-For: 1.1.1.1\nX-Forwarded-For: 192.0.2.7\nX-Forwarded-For: 10.0.0.2",
     "192.0.2.7 - - -"},
    {"X-Forwarded-For: 192.0.2.7,::ffff:10.0.0.2", "192.0.2.7 - - -"},
    {"X-Forwarded-For: 192.0.2.7 , ,", "192.0.2.7 - - -"},
    {"X-Forwarded-For: ,", "- - - -"},
    {"X-Forwarded-For:", "- - - -"},
    {"X-Forwarded-For: unknown", "? - - -"},
    {"X-Forwarded-For: \"192.0.2.7\"", "? - - -"},
    {"X-Forwarded-For: 192.0.2.7, 10.0.0.2, x, 10.0.0.3", "? - - -"},
    {"X-Forwarded-For: \"1.1.1.1, 192.0.2.7", "192.0.2.7 - - -"},
    {"X-Forwarded-For: 192.0.2.7\nX-Forwarded-Proto: https\nX-Forwarded-Host: a.example\n"
     "X-Forwarded-Port: 8443",
     "192.0.2.7 https a.example 8443"},
    {"X-Forwarded-Proto: https", "- https - -"},
    {"X-Forwarded-Proto: http", "- http - -"},
    {"X-Forwarded-Proto: https, http", "- http - -"},
    {"X-Forwarded-For: 192.0.2.7, 10.0.0.2\nX-Forwarded-Proto: https, http",
     "192.0.2.7 https - -"},
    {"X-Forwarded-For: 1.1.1.1, 192.0.2.7\nX-Forwarded-Proto: https, http",
     "192.0.2.7 http - -"},
    {"X-Forwarded-For: 192.0.2.7, 10.0.0.2\nX-Forwarded-Proto: https",
     "192.0.2.7 https - -"},
    {"X-Forwarded-For: 192.0.2.7\nX-Forwarded-Host: evil, b", "192.0.2.7 - b -"},
    {"X-Forwarded-Proto: ftp", "- - - -"},
    {"X-Forwarded-Port: 0", "- - - -"},
    {"X-Forwarded-Port: 65536", "- - - -"},
    {"X-Forwarded-Port: x", "- - - -"},

    /* both kinds */
    {"Forwarded: for=192.0.2.7;proto=https\nX-Forwarded-For: 192.0.2.7",
     "192.0.2.7 https - -"},
    {"Forwarded: proto=https\nX-Forwarded-For: 192.0.2.7\nX-Forwarded-Host: a",
     "192.0.2.7 https a -"},
    {"Forwarded: for=192.0.2.7\nX-Forwarded-For: ::ffff:192.0.2.7", "192.0.2.7 - - -"},
    {"Forwarded: host=A\nX-Forwarded-Host: a", "- - A -"},
    {"Forwarded: for=192.0.2.7\nX-Forwarded-For: 192.0.2.8", "? - - - conflict"},
    {"Forwarded: for=unknown\nX-Forwarded-For: 192.0.2.8", "? - - - conflict"},
    {"Forwarded: proto=https\nX-Forwarded-Proto: http", "? - - - conflict"},
    {"Forwarded: host=a\nX-Forwarded-Host: b", "? - - - conflict"},
};
#define CASES (int)(sizeof heads / sizeof *heads)

static void trust(hearth__cidrs *l)
{
    static const char *const list[] = {"10.0.0.0/8", "2001:db8::/32", NULL};

    ck_assert_int_eq(hearth__cidrs_parse(l, list, "", NULL), 0);
}

static void make_head(hearth__head *h, hearth__field *field, hearth_str text)
{
    *h = (hearth__head){.field = field};
    while (text.ptr != NULL && text.len > 0) {
        hearth_str value = hearth__str_cut(&text, '\n');
        hearth_str name = hearth__str_cut(&value, ':');

        ck_assert_uint_lt(h->nfields, FIELDS);
        field[h->nfields++] =
            (hearth__field){name,
                            hearth__str_trim(value.ptr == NULL ? HEARTH__S("") : value)};
    }
}

static void show(const hearth__via *v, char *out, size_t max)
{
    char ip[HEARTH__IP_TEXT] = "-", port[12] = "-";

    if (v->client == HEARTH__CLIENT_ADDRESS)
        (void)hearth__ip_text(&v->ip, ip);
    if (v->port >= 0)
        snprintf(port, sizeof port, "%d", v->port);
    snprintf(out, max, "%s %s %.*s %s%s", v->client == HEARTH__CLIENT_UNKNOWN ? "?" : ip,
             v->https < 0 ? "-"
             : v->https   ? "https"
                          : "http",
             v->host.len == 0 ? 1 : (int)v->host.len,
             v->host.len == 0 ? "-" : v->host.ptr, port, v->conflict ? " conflict" : "");
}

START_TEST(proxies_are_read_from_the_right)
{
    hearth__field field[FIELDS];
    hearth__head h;
    hearth__cidrs trusted;
    hearth__via v;
    char said[300];

    trust(&trusted);
    make_head(&h, field, hearth__str_of(heads[_i].head));
    hearth__forwarded_read(&v, &h, &trusted);
    show(&v, said, sizeof said);
    ck_assert_msg(strcmp(said, heads[_i].says) == 0, "%s:\n%s, not %s", heads[_i].head,
                  said, heads[_i].says);
    hearth__cidrs_clear(&trusted);
}
END_TEST

/* Every beginning of every case, in memory of exactly its size: nothing is read behind
 * it, and the client is never one that the whole does not name. */
START_TEST(every_truncation_is_read_safely)
{
    size_t n = strlen(heads[_i].head);
    hearth__cidrs trusted;

    trust(&trusted);
    for (size_t cut = 0; cut <= n; cut++) {
        hearth__field field[FIELDS];
        hearth__head h;
        hearth__via v;
        char *copy = malloc(cut + (cut == 0));

        ck_assert_ptr_nonnull(copy);
        memcpy(copy, heads[_i].head, cut);
        make_head(&h, field, hearth__str(copy, cut));
        hearth__forwarded_read(&v, &h, &trusted);
        ck_assert_int_ge(v.https, -1);
        ck_assert_int_le(v.port, 65535);
        free(copy);
    }
    hearth__cidrs_clear(&trusted);
}
END_TEST

/* Whatever a client sends first, the proxy's word on it stands. */
START_TEST(nothing_in_front_changes_the_last_word)
{
    static const char *const last[] = {"Forwarded", "X-Forwarded-For"};
    char text[600], said[300];
    hearth__cidrs trusted;

    trust(&trusted);
    for (size_t k = 0; k < 2; k++) {
        const char *colon = strchr(heads[_i].head, ':');
        hearth__field field[FIELDS];
        hearth__head h;
        hearth__via v;

        if (colon == NULL || strchr(heads[_i].head, '\n') != NULL)
            continue;
        snprintf(text, sizeof text, "%s:%s, %s192.0.2.99", last[k], colon + 1,
                 k == 0 ? "for=" : "");
        make_head(&h, field, hearth__str_of(text));
        hearth__forwarded_read(&v, &h, &trusted);
        show(&v, said, sizeof said);
        ck_assert_msg(strcmp(said, "192.0.2.99 - - -") == 0, "%s: %s", text, said);
    }
    hearth__cidrs_clear(&trusted);
}
END_TEST

SUITE("http/forwarded", LOOP(proxies_are_read_from_the_right, 0, CASES)
                            LOOP(every_truncation_is_read_safely, 0, CASES)
                                LOOP(nothing_in_front_changes_the_last_word, 0, CASES))
