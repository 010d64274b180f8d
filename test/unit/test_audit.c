/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "http/audit.h"
#include "http/chars.h"
#include "suite.h"

#include <stdio.h>

#define MAX 8

/* A case is a head in one string: "GET /a HTTP/1.1" is method, target and version, and
 * each further line a field; the value is everything after the first ':'. */
typedef struct parsed {
    hearth__head head;
    hearth__field field[MAX];
} parsed;

static void parse(parsed *p, const char *text, size_t len)
{
    hearth_str rest = {text, len}, line = hearth__str_cut(&rest, '\n');

    memset(p, 0, sizeof *p);
    p->head.field = p->field;
    p->head.method = hearth__str_cut(&line, ' ');
    p->head.target = line.ptr == NULL ? HEARTH__S("") : hearth__str_cut(&line, ' ');
    p->head.version =
        line.ptr != NULL && hearth__str_eq(line, HEARTH__S("HTTP/1.0")) ? 10 : 11;
    while (rest.ptr != NULL) {
        hearth__field *f = &p->field[p->head.nfields++];

        ck_assert_uint_le(p->head.nfields, MAX);
        f->value = hearth__str_cut(&rest, '\n');
        f->name = hearth__str_cut(&f->value, ':');
        if (f->value.ptr == NULL)
            f->value = (hearth_str){"", 0};
    }
}

static int audit(const char *text, hearth__framing *f)
{
    parsed p;
    hearth__verdict v;

    parse(&p, text, strlen(text));
    v = hearth__audit(&p.head, 0, f);
    ck_assert_ptr_nonnull(v.text);
    ck_assert(v.status == 0 || strlen(v.text) > 10);
    return v.status;
}

/* Bytes 0x01 to 0x1F and 0x7F stand for themselves; NUL has a test of its own. */
static const struct {
    int status;
    const char *head;
} heads[] = {
    /* sound */
    {0, "GET / HTTP/1.1\nHost: a"},
    {0, "GET / HTTP/1.1\nHost:"},
    {0, "GET / HTTP/1.0"},
    {0, "GET / HTTP/1.0\nHost: a"},
    {0, "PURGE /x?y=%zz HTTP/1.1\nhOsT: a.example:8080"},
    {0, "OPTIONS * HTTP/1.1\nHost: [::1]:80"},
    {0, "GET http://b/ HTTP/1.1\nHost: a"},
    {0, "GET / HTTP/1.1\nHost: a\nX: caf\xC3\xA9 \xFF \t y"},
    {0, "GET / HTTP/1.1\nHost: a\nX-Empty:\nX-Empty: "},
    {0, "GET / HTTP/1.1\nHost: a\n!#$%&'*+-.^_`|~09azAZ: v"},
    {0, "POST / HTTP/1.1\nHost: a\nContent-Length: 3 "},
    {0, "POST / HTTP/1.1\nHost: a\nContent-Length: 0"},
    {0, "POST / HTTP/1.1\nHost: a\nContent-Length: 9999999999999999999"},
    {0, "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked"},
    {0, "POST / HTTP/1.1\nHost: a\ntransfer-encoding:\tCHUNKED "},
    {0, "POST / HTTP/1.1\nHost: a\nExpect: 100-Continue"},
    {0, "GET / HTTP/1.1\nHost: a\nTrailer: Host\nExpected: x\nContent-Lengths: x"},
    /* method */
    {400, "G{T / HTTP/1.1\nHost: a"},
    {400, "G\x01T / HTTP/1.1\nHost: a"},
    {400, "G\xC3T / HTTP/1.1\nHost: a"},
    {400, " / HTTP/1.1\nHost: a"},
    /* target */
    {400, "GET  HTTP/1.1\nHost: a"},
    {400, "GET /a#b HTTP/1.1\nHost: a"},
    {400, "GET /a\x7F HTTP/1.1\nHost: a"},
    {400, "GET /a\tb HTTP/1.1\nHost: a"},
    {400, "GET /caf\xC3\xA9 HTTP/1.1\nHost: a"},
    {400, "GET /0123456789abcdef\xE9 HTTP/1.1\nHost: a"},
    {400, "GET /01234#6789abcdef HTTP/1.1\nHost: a"},
    /* names */
    {400, "GET / HTTP/1.1\nHost: a\n: x"},
    {400, "GET / HTTP/1.1\nHost : a"},
    {400, "GET / HTTP/1.1\nHost\t: a"},
    {400, "GET / HTTP/1.1\nHost: a\nX{}: x"},
    {400, "GET / HTTP/1.1\nHost: a\nX\xE9: x"},
    {400, "GET / HTTP/1.1\nHost: a\n X: folded"},
    {400, "GET / HTTP/1.1\nHost: a\nContent-Length : 3"},
    {400, "GET / HTTP/1.1\nHost: a\nX(: x"},
    /* values */
    {400, "GET / HTTP/1.1\nHost: a\nX: a\rb"},
    {400, "GET / HTTP/1.1\nHost: a\nX: a\x1B[0m"},
    {400, "GET / HTTP/1.1\nHost: a\nX: a\x7F"},
    {400, "GET / HTTP/1.1\nHost: a\nX: 0123456789abcdef\x01"},
    {400, "GET / HTTP/1.1\nHost: a\nX: 012\x7F"
          "456789abcdef"},
    /* Host */
    {400, "GET / HTTP/1.1"},
    {400, "GET / HTTP/1.1\nX: y"},
    {400, "GET http://b/ HTTP/1.1"},
    {400, "GET / HTTP/1.1\nHost: a\nHost: a"},
    {400, "GET / HTTP/1.1\nHost: a\nhost: b"},
    {400, "GET / HTTP/1.0\nHost: a\nHost: a"},
    {400, "GET / HTTP/1.1\nHost: a\nHost:"},
    {400, "GET / HTTP/1.1\nHost: a, b"},
    {400, "GET / HTTP/1.1\nHost: a,b"},
    {400, "GET / HTTP/1.1\nHost: a b"},
    {400, "GET / HTTP/1.1\nHost: user@a"},
    {400, "GET / HTTP/1.1\nHost: a/b"},
    {400, "GET / HTTP/1.1\nHost: a:b"},
    {400, "GET / HTTP/1.1\nHost: http://a"},
    /* Content-Length */
    {400, "POST / HTTP/1.1\nHost: a\nContent-Length: 3\nContent-Length: 3"},
    {400, "POST / HTTP/1.1\nHost: a\nContent-Length: 3\nContent-Length: 4"},
    {400, "POST / HTTP/1.1\nHost: a\nContent-Length: 3, 3"},
    {400, "POST / HTTP/1.1\nHost: a\nContent-Length: +3"},
    {400, "POST / HTTP/1.1\nHost: a\nContent-Length: -1"},
    {400, "POST / HTTP/1.1\nHost: a\nContent-Length: 0x3"},
    {400, "POST / HTTP/1.1\nHost: a\nContent-Length: 03"},
    {400, "POST / HTTP/1.1\nHost: a\nContent-Length: 00"},
    {400, "POST / HTTP/1.1\nHost: a\nContent-Length:"},
    {400, "POST / HTTP/1.1\nHost: a\nContent-Length: 3 3"},
    {400, "POST / HTTP/1.1\nHost: a\nContent-Length: 3."},
    {400, "POST / HTTP/1.1\nHost: a\nContent-Length: 18446744073709551615"},
    {400, "POST / HTTP/1.1\nHost: a\nContent-Length: 18446744073709551616"},
    {400, "POST / HTTP/1.1\nHost: a\nContent-Length: 10000000000000000000"},
    /* Transfer-Encoding */
    {400, "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: xchunked"},
    {501, "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: gzip, chunked"},
    {501, "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: gzip,x,Chunked"},
    {400, "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked, identity"},
    {400, "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked, chunked"},
    {400, "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: identity"},
    {400, "POST / HTTP/1.1\nHost: a\nTransfer-Encoding:"},
    {400, "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: ,chunked"},
    {400, "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked,"},
    {400, "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked;q=1"},
    {400, "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: \"chunked\""},
    {400,
     "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\nTransfer-Encoding: chunked"},
    {400,
     "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\nTransfer-Encoding: identity"},
    {400,
     "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: identity\nTransfer-Encoding: chunked"},
    {400, "POST / HTTP/1.0\nHost: a\nTransfer-Encoding: chunked"},
    {400, "POST / HTTP/1.0\nHost: a\nTransfer-Encoding: chunked\nContent-Length: 3"},
    {400, "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\nContent-Length: 3"},
    {400, "POST / HTTP/1.1\nHost: a\nContent-Length: 3\nTransfer-Encoding: chunked"},
    {400, "POST / HTTP/1.1\nHost: a\nContent-Length: 3\nTransfer-Encoding: identity"},
    /* Expect */
    {417, "POST / HTTP/1.1\nHost: a\nExpect: foo"},
    {417, "POST / HTTP/1.1\nHost: a\nExpect:"},
    {417, "POST / HTTP/1.1\nHost: a\nExpect: 100-continue, foo"},
};

START_TEST(a_head_gets_the_verdict_it_deserves)
{
    hearth__framing f;

    ck_assert_msg(audit(heads[_i].head, &f) == heads[_i].status, "%s", heads[_i].head);
}
END_TEST

START_TEST(the_framing_says_what_was_found)
{
    hearth__framing f;

    ck_assert_int_eq(audit("PUT /x HTTP/1.1\nHOST: \ta:80 \nContent-Length:\t42 \n"
                           "Expect: 100-CONTINUE",
                           &f),
                     0);
    ck_assert_int_eq(f.method, HEARTH__PUT);
    ck_assert(hearth__str_eq(f.host, HEARTH__S("a:80")));
    ck_assert(f.has_length && f.length == 42 && !f.chunked && f.expect_continue);
    ck_assert_int_eq(audit("LOCK /x HTTP/1.1\nHost: b\nTransfer-Encoding: chunked", &f),
                     0);
    ck_assert_int_eq(f.method, HEARTH__OTHER);
    ck_assert(!f.has_length && f.length == 0 && f.chunked && !f.expect_continue);
    ck_assert_int_eq(audit("GET / HTTP/1.0\nContent-Length: 9999999999999999999", &f), 0);
    ck_assert(f.length == UINT64_C(9999999999999999999) && f.host.len == 0);
    ck_assert_ptr_nonnull(f.host.ptr);
}
END_TEST

START_TEST(an_old_client_is_not_told_to_continue)
{
    hearth__framing f;

    ck_assert_int_eq(audit("PUT / HTTP/1.0\nExpect: 100-continue", &f), 0);
    ck_assert(!f.expect_continue);
}
END_TEST

START_TEST(values_are_trimmed_in_place)
{
    parsed p;
    hearth__framing f;
    const char *text = "GET / HTTP/1.1\nHost: a\nX: \t a \t b \t\nY: \t \nZ:c";

    parse(&p, text, strlen(text));
    ck_assert_int_eq(hearth__audit(&p.head, 0, &f).status, 0);
    ck_assert(hearth__str_eq(p.field[1].value, HEARTH__S("a \t b")));
    ck_assert_uint_eq(p.field[2].value.len, 0);
    ck_assert(hearth__str_eq(p.field[3].value, HEARTH__S("c")));
}
END_TEST

/* The known one here is not sound, so that it shows whether it was looked at. */
START_TEST(only_the_very_host_that_is_known_is_not_looked_at)
{
    static const struct {
        const char *head;
        int status;
    } cases[] = {
        {"GET / HTTP/1.1\nHost: a b", 0},
        {"GET / HTTP/1.1\nHost: \t a b ", 0},
        {"GET / HTTP/1.1\nHost: a c", 400},
        {"GET / HTTP/1.1\nHost: a", 0},
        {"GET / HTTP/1.1\nHost: a b:1", 400},
        {"GET / HTTP/1.1\nHost: a b\nHost: a b", 400},
        {"GET / HTTP/1.1\nHost:", 0},
        {"GET / HTTP/1.1", 400},
    };
    parsed p;
    hearth__framing f;

    parse(&p, cases[_i].head, strlen(cases[_i].head));
    p.head.known_host = HEARTH__S("a b");
    ck_assert_int_eq(hearth__audit(&p.head, 0, &f).status, cases[_i].status);
}
END_TEST

START_TEST(a_space_in_the_target_is_refused_wherever_it_stands)
{
    for (size_t at = 0; at < 20; at++) {
        char target[20];
        hearth__field host = {HEARTH__S("Host"), HEARTH__S("a")};
        hearth__head h = {HEARTH__S("GET"), {target, sizeof target}, 11, &host, 1,
                          {"", 0}};
        hearth__framing f;

        memset(target, '/', sizeof target);
        ck_assert_int_eq(hearth__audit(&h, 0, &f).status, 0);
        target[at] = ' ';
        ck_assert_int_eq(hearth__audit(&h, 0, &f).status, 400);
        h.target.len = at + 1;
        ck_assert_int_eq(hearth__audit(&h, 0, &f).status, 400);
    }
}
END_TEST

START_TEST(too_many_fields_are_431)
{
    hearth__field field[102];
    hearth__head h = {HEARTH__S("GET"), HEARTH__S("/"), 11, field, 0, {"", 0}};
    hearth__framing f;

    for (size_t i = 0; i < 102; i++)
        field[i] = (hearth__field){HEARTH__S("x"), HEARTH__S("y")};
    field[0].name = HEARTH__S("Host");
    h.nfields = 100;
    ck_assert_int_eq(hearth__audit(&h, 0, &f).status, 0);
    h.nfields = 101;
    ck_assert_int_eq(hearth__audit(&h, 0, &f).status, 431);
    ck_assert_int_eq(hearth__audit(&h, 101, &f).status, 0);
    h.nfields = 2;
    ck_assert_int_eq(hearth__audit(&h, 1, &f).status, 431);
}
END_TEST

/* A NUL, or any other byte, at every place of a long value, name, method and target. */
START_TEST(every_byte_is_judged_at_every_place)
{
    char text[] = "GET /abcdefghijklmnopqrstuvw HTTP/1.1\nHost: a\nX-abcdefghijklm: "
                  "the quick brown fox jumps";
    size_t len = sizeof text - 1, target = 4, target_end = 28, name = 46, value = 63;

    ck_assert(text[target] == '/' && text[target_end] == ' ');
    ck_assert(text[name] == 'X' && text[value - 2] == ':');
    for (size_t at = 0; at < len; at++) {
        unsigned char c = (unsigned char)_i;
        unsigned want = at < 3                            ? HEARTH__CH_TOKEN
                        : at >= target && at < target_end ? HEARTH__CH_TARGET
                        : at >= name && at < value - 2    ? HEARTH__CH_TOKEN
                        : at >= value                     ? HEARTH__CH_VALUE
                                                          : 0;
        char saved = text[at];
        parsed p;
        hearth__framing f;

        if (want == 0 || c == '\n' || (c == ' ' && at < name) || (c == ':' && at < value))
            continue; /* they would make another head */
        text[at] = (char)c;
        parse(&p, text, len);
        ck_assert_int_eq(hearth__audit(&p.head, 0, &f).status == 0,
                         hearth__chars_is((char)c, want));
        text[at] = saved;
    }
}
END_TEST

/* The table against the grammars, spelled out once more. */
START_TEST(the_table_says_what_the_rfcs_say)
{
    int c = _i;
    bool alnum =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    bool visible = c >= 0x21 && c <= 0x7E;
    bool tchar = alnum || (c != 0 && strchr("!#$%&'*+-.^_`|~", c) != NULL);
    bool unreserved = alnum || (c != 0 && strchr("-._~", c) != NULL);
    bool sub_delim = c != 0 && strchr("!$&'()*+,;=", c) != NULL;
    bool pchar = unreserved || sub_delim || c == ':' || c == '@';
    char byte = (char)(unsigned char)c;

    ck_assert_int_eq(hearth__chars_is(byte, HEARTH__CH_TOKEN), tchar);
    ck_assert_int_eq(hearth__chars_is(byte, HEARTH__CH_VALUE),
                     c == '\t' || c == ' ' || visible || c >= 0x80);
    ck_assert_int_eq(hearth__chars_is(byte, HEARTH__CH_TARGET), visible && c != '#');
    ck_assert_int_eq(hearth__chars_is(byte, HEARTH__CH_HOST),
                     unreserved || (sub_delim && c != ','));
    ck_assert_int_eq(hearth__chars_is(byte, HEARTH__CH_PLAIN),
                     visible && strchr("#%/?", c) == NULL);
    ck_assert_int_eq(hearth__chars_is(byte, HEARTH__CH_COOKIE),
                     visible && strchr("\",;\\", c) == NULL);
    ck_assert_int_eq(hearth__chars_is(byte, HEARTH__CH_PATH),
                     pchar || c == '/' || c == '%');
    ck_assert_int_eq(hearth__chars_is(byte, HEARTH__CH_AV),
                     (visible || c == ' ') && c != ';');
}
END_TEST

static const struct {
    const char *text;
    bool ok;
} authorities[] = {
    {"a", true},
    {"example.com", true},
    {"EXAMPLE.com:443", true},
    {"example.com.", true},
    {"127.0.0.1:8080", true},
    {"999.1.1.1", true}, /* a name by the grammar */
    {"a:", true},
    {"a:0", true},
    {"a:65535", true},
    {"a:00080", true},
    {"a:0000000000000000000000080", true},
    {"a-b_c~d!$&'()*+;=", true},
    {"xn--bcher-kva.example", true},
    {"%41.example", true},
    {"[::1]", true},
    {"[::]", true},
    {"[::1]:80", true},
    {"[::1]:", true},
    {"[1:2:3:4:5:6:7:8]", true},
    {"[1:2:3:4:5:6:7::]", true},
    {"[::2:3:4:5:6:7:8]", true},
    {"[2001:DB8::a:b]", true},
    {"[::ffff:192.0.2.1]", true},
    {"[1:2:3:4:5:6:192.0.2.1]", true},
    {"[1::192.0.2.1]", true},
    {"[v1.a:b]", true},
    {"[vF.~]", true},
    {"", false},
    {":", false},
    {":80", false},
    {"a:65536", false},
    {"a:655350", false},
    {"a:99999999999999999999999", false},
    {"a:6553a", false},
    {"a:123456", false},
    {"a:99999999999999999999", false},
    {"a:8o", false},
    {"a:-1", false},
    {"a:80:80", false},
    {"a,b", false},
    {"a b", false},
    {"a@b", false},
    {"a/b", false},
    {"a?b", false},
    {"a#b", false},
    {"a\\b", false},
    {"a<b", false},
    {"a\"b", false},
    {"a\tb", false},
    {"caf\xC3\xA9", false},
    {"%4", false},
    {"%", false},
    {"%zz", false},
    {"a%4:80", false},
    {"::1", false},
    {"[", false},
    {"[]", false},
    {"[:]", false},
    {"[::1", false},
    {"[::1]a", false},
    {"[::1]80", false},
    {"[::1]:a", false},
    {"[:::]", false},
    {"[1]", false},
    {"[1:2:3:4:5:6:7]", false},
    {"[1:2:3:4:5:6:7:8:9]", false},
    {"[1:2:3:4:5:6:7:8::]", false},
    {"[1::2::3]", false},
    {"[1:]", false},
    {"[:1]", false},
    {"[12345::]", false},
    {"[g::]", false},
    {"[fe80::1%25eth0]", false},
    {"[::1.2.3]", false},
    {"[::1.2.3.4.5]", false},
    {"[::256.1.1.1]", false},
    {"[::01.1.1.1]", false},
    {"[::1.1.1.1:1]", false},
    {"[::1.1.1.]", false},
    {"[1:2:3:4:5:6:7:1.1.1.1]", false},
    {"[1.2.3.4]", false},
    {"[v.a]", false},
    {"[v1.]", false},
    {"[v1]", false},
    {"[v1.a,b]", false},
    {"[v]", false},
};

START_TEST(an_authority_follows_the_grammar)
{
    const char *text = authorities[_i].text;

    ck_assert_msg(hearth__is_authority(hearth__str_of(text)) == authorities[_i].ok, "%s",
                  text);
}
END_TEST

/* Each cut stands in memory of its own, so that a sanitizer sees a read past it. */
START_TEST(an_authority_is_not_read_past_its_end)
{
    for (size_t n = 0; n <= strlen(authorities[_i].text); n++) {
        char *cut = malloc(n == 0 ? 1 : n);

        memcpy(cut, authorities[_i].text, n);
        hearth__is_authority(hearth__str(cut, n));
        free(cut);
    }
}
END_TEST

START_TEST(every_cut_of_a_head_is_judged_without_reading_past_it)
{
    const char *text = heads[_i].head;

    for (size_t n = 0; n <= strlen(text); n++) {
        char *cut = malloc(n == 0 ? 1 : n);
        parsed p;
        hearth__framing f;

        memcpy(cut, text, n);
        parse(&p, cut, n);
        if (hearth__audit(&p.head, 0, &f).status == 0)
            ck_assert(!(f.chunked && f.has_length));
        free(cut);
    }
}
END_TEST

START_TEST(tokens_and_values_are_told_from_the_rest)
{
    ck_assert(hearth__is_token(HEARTH__S("a!b")));
    ck_assert(!hearth__is_token(HEARTH__S("")));
    ck_assert(!hearth__is_token(HEARTH__S("a b")));
    ck_assert(hearth__is_field_value(HEARTH__S("")));
    ck_assert(hearth__is_field_value(HEARTH__S("\t\t\t\t\t\t\t\t\t")));
    ck_assert(hearth__is_field_value(HEARTH__S("\x80\xFF\x80\xFF\x80\xFF\x80\xFF\x80")));
    ck_assert(!hearth__is_field_value(HEARTH__S("\0")));
    ck_assert(!hearth__is_field_value(HEARTH__S("01234567\0")));
}
END_TEST

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

/* clang-format off */
SUITE("http/audit",
      LOOP(a_head_gets_the_verdict_it_deserves, 0, N(heads))
      TEST(the_framing_says_what_was_found)
      TEST(an_old_client_is_not_told_to_continue)
      TEST(values_are_trimmed_in_place)
      LOOP(only_the_very_host_that_is_known_is_not_looked_at, 0, 8)
      TEST(a_space_in_the_target_is_refused_wherever_it_stands)
      TEST(too_many_fields_are_431)
      LOOP(every_byte_is_judged_at_every_place, 0, 256)
      LOOP(the_table_says_what_the_rfcs_say, 0, 256)
      LOOP(an_authority_follows_the_grammar, 0, N(authorities))
      LOOP(an_authority_is_not_read_past_its_end, 0, N(authorities))
      LOOP(every_cut_of_a_head_is_judged_without_reading_past_it, 0, N(heads))
      TEST(tokens_and_values_are_told_from_the_rest))
