/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * permessage-deflate (RFC 7692 7.1): every combination of the four parameters with what a
 * route wants, offers that are passed over, and fields that are no list of extensions.
 */

#include "ctx.h"
#include "suite.h"
#include "ws/deal.h"

#include <stdio.h>
#include <string.h>

#define PD "permessage-deflate"
#define SN "; server_no_context_takeover"
#define CN "; client_no_context_takeover"

static bare *open_with(const char *offer)
{
    char head[1024];

    snprintf(head, sizeof head,
             "GET / HTTP/1.1\r\nHost: x\r\nSec-WebSocket-Extensions: %s\r\n\r\n", offer);
    return bare_open(NULL, head);
}

static const hearth_ws_ops forget = {.deflate = true};
static const hearth_ws_ops keep = {.deflate = true, .deflate_takeover = true};
static const hearth_ws_ops keep_all = {.deflate = true,
                                       .deflate_takeover = true,
                                       .deflate_bits = 15};
static const hearth_ws_ops forget_10 = {.deflate = true, .deflate_bits = 10};
static const hearth_ws_ops none = {.deflate_takeover = true};

/* NULL: no offer is taken. */
static const struct {
    const char *offer;
    const hearth_ws_ops *ops;
    const char *answer;
    int out, in; /* bits */
} offers[] = {
    /* Without takeover nothing is kept, whatever is offered. */
    {PD, &forget, PD SN CN, 15, 15},
    {"PERMESSAGE-DEFLATE", &forget, PD SN CN, 15, 15},
    {PD "; client_max_window_bits", &forget, PD SN CN, 15, 15},
    {PD "; client_max_window_bits=10", &forget, PD SN CN, 15, 15},
    {PD " ; client_max_window_bits = \"10\"", &forget, PD SN CN, 15, 15},
    {PD SN CN, &forget, PD SN CN, 15, 15},
    {PD "; server_max_window_bits=15", &forget, PD SN CN "; server_max_window_bits=15",
     15, 15},
    {PD "; server_max_window_bits=9", &forget, PD SN CN "; server_max_window_bits=9", 9,
     15},
    {PD "; server_max_window_bits=8", &forget, PD SN CN "; server_max_window_bits=8", 8,
     15},
    {PD "; server_max_window_bits=\"12\"", &forget,
     PD SN CN "; server_max_window_bits=12", 12, 15},
    {PD "; server_max_window_bits=\"1\\2\"", &forget,
     PD SN CN "; server_max_window_bits=12", 12, 15},
    {PD, &forget_10, PD SN CN, 10, 15},
    {PD "; server_max_window_bits=9", &forget_10, PD SN CN "; server_max_window_bits=9",
     9, 15},
    {PD "; server_max_window_bits=12", &forget_10, PD SN CN "; server_max_window_bits=10",
     10, 15},
    /* 7.1: parameters that nobody knows, twice the same, impossible values. */
    {PD "; server_max_window_bits=16", &forget, NULL, 0, 0},
    {PD "; server_max_window_bits=7", &forget, NULL, 0, 0},
    {PD "; server_max_window_bits=010", &forget, NULL, 0, 0},
    {PD "; server_max_window_bits=08", &forget, NULL, 0, 0},
    {PD "; server_max_window_bits=+9", &forget, NULL, 0, 0},
    {PD "; server_max_window_bits=-9", &forget, NULL, 0, 0},
    {PD "; server_max_window_bits=1e1", &forget, NULL, 0, 0},
    {PD "; server_max_window_bits=99999999999999999999", &forget, NULL, 0, 0},
    {PD "; server_max_window_bits=\"1234567890123456789012345678901234567890\"", &forget,
     NULL, 0, 0},
    {PD "; server_max_window_bits", &forget, NULL, 0, 0},
    {PD "; client_max_window_bits=7", &forget, NULL, 0, 0},
    {PD "; client_max_window_bits=16", &forget, NULL, 0, 0},
    {PD "; client_max_window_bits=0", &forget, NULL, 0, 0},
    {PD "; client_max_window_bits=x", &forget, NULL, 0, 0},
    {PD "; server_no_context_takeover=1", &forget, NULL, 0, 0},
    {PD "; server_no_context_takeover=\"true\"", &forget, NULL, 0, 0},
    {PD "; client_no_context_takeover=yes", &forget, NULL, 0, 0},
    {PD "; client_max_window_bits; client_max_window_bits", &forget, NULL, 0, 0},
    {PD "; server_max_window_bits=10; server_max_window_bits=10", &forget, NULL, 0, 0},
    {PD SN SN, &forget, NULL, 0, 0},
    {PD CN CN, &forget, NULL, 0, 0},
    {PD "; something", &forget, NULL, 0, 0},
    {PD "; something=else", &forget, NULL, 0, 0},
    {"x-webkit-deflate-frame", &forget, NULL, 0, 0},
    {"", &forget, NULL, 0, 0},
    {PD, &none, NULL, 0, 0},
    /* Several: the first that can be kept. */
    {PD "; server_max_window_bits=7, " PD, &forget, PD SN CN, 15, 15},
    {"foo, " PD "; server_max_window_bits=11", &forget,
     PD SN CN "; server_max_window_bits=11", 11, 15},
    {"foo; a=\"b\"; c\r\nSec-WebSocket-Extensions: " PD, &forget, PD SN CN, 15, 15},
    {PD "; server_max_window_bits=9, " PD "; server_max_window_bits=10", &forget,
     PD SN CN "; server_max_window_bits=9", 9, 15},
    {PD "; x, " PD "; y, , " PD SN, &forget, PD SN CN, 15, 15},
    /* With takeover: what the client asks not to be kept is not. */
    {PD "; client_max_window_bits", &keep, PD "; client_max_window_bits=12", 12, 12},
    {PD "; client_max_window_bits=10", &keep, PD "; client_max_window_bits=10", 12, 10},
    {PD "; client_max_window_bits=14", &keep, PD "; client_max_window_bits=12", 12, 12},
    {PD SN "; client_max_window_bits", &keep, PD SN "; client_max_window_bits=12", 12,
     12},
    {PD CN "; client_max_window_bits", &keep, PD CN, 12, 15},
    {PD SN CN, &keep, PD SN CN, 12, 15},
    {PD "; server_max_window_bits=10; client_max_window_bits", &keep,
     PD "; server_max_window_bits=10; client_max_window_bits=12", 10, 12},
    {PD "; server_max_window_bits=15; client_max_window_bits=15", &keep,
     PD "; server_max_window_bits=12; client_max_window_bits=12", 12, 12},
    /* A client that cannot be told how large its window may be is not to keep it. */
    {PD, &keep, PD CN, 12, 15},
    {PD SN, &keep, PD SN CN, 12, 15},
    {PD, &keep_all, PD, 15, 15},
    {PD SN, &keep_all, PD SN, 15, 15},
    {PD CN, &keep_all, PD CN, 15, 15},
    {PD SN CN, &keep_all, PD SN CN, 15, 15},
    {PD "; client_max_window_bits", &keep_all, PD, 15, 15},
    {PD "; client_max_window_bits=8", &keep_all, PD "; client_max_window_bits=8", 15, 8},
    {PD "; server_max_window_bits=8", &keep_all, PD "; server_max_window_bits=8", 8, 15},
};

START_TEST(the_first_offer_that_can_be_kept_is_taken)
{
    bare *t = open_with(offers[_i].offer);
    hearth__ws_deal d;

    ck_assert(hearth__ws_deal_find(t->c, offers[_i].ops, &d));
    const char *answer = hearth__ws_deal_answer(t->c, &d);

    if (offers[_i].answer == NULL)
        ck_assert_ptr_null(answer);
    else
        ck_assert_str_eq(answer, offers[_i].answer);
    ck_assert_int_eq(d.out.bits, offers[_i].out);
    ck_assert_int_eq(d.in.bits, offers[_i].in);
    bare_close(t);
}
END_TEST

/* All 16 sets of parameters, the bits once with and once without a value, for each kind of
 * route: what RFC 7692 7.1 demands of any answer. */
START_TEST(every_combination_has_a_lawful_answer)
{
    static const hearth_ws_ops *const routes[] = {&forget, &keep, &keep_all, &forget_10};
    char offer[256];
    bool sn = _i & 1, cn = _i & 2, sb = _i & 4, cb = _i & 8, value = _i & 16;
    hearth__ws_deal d;

    snprintf(offer, sizeof offer, PD "%s%s%s%s%s", sn ? SN : "", cn ? CN : "",
             sb ? "; server_max_window_bits=11" : "",
             cb ? "; client_max_window_bits" : "", cb && value ? "=11" : "");
    for (size_t r = 0; r < 4; r++) {
        bare *t = open_with(offer);

        ck_assert(hearth__ws_deal_find(t->c, routes[r], &d));
        const char *answer = hearth__ws_deal_answer(t->c, &d);

        ck_assert_ptr_nonnull(answer);
        ck_assert_msg(!sn || strstr(answer, SN) != NULL, "%s", answer);
        ck_assert_msg(!cn || strstr(answer, CN) != NULL, "%s", answer);
        ck_assert_msg(sb == (strstr(answer, "server_max_window_bits=") != NULL), "%s",
                      answer);
        ck_assert_msg(cb || strstr(answer, "client_max_window_bits") == NULL, "%s",
                      answer);
        ck_assert_int_eq(d.out.kept, strstr(answer, SN) == NULL);
        ck_assert_int_eq(d.in.kept, strstr(answer, CN) == NULL);
        ck_assert_int_eq(d.out.kept, routes[r]->deflate_takeover && !sn);
        ck_assert_int_le(d.out.bits, sb ? 11 : 15);
        if (cb && value && d.in.kept)
            ck_assert_int_le(d.in.bits, 11);
        bare_close(t);
    }
}
END_TEST

static const char *const malformed[] = {
    ";",
    "a b",
    PD ";",
    PD "; ;",
    PD "; =1",
    PD "; a=",
    PD "; server_max_window_bits=",
    PD "; a=b c",
    PD "; a=\"b",
    PD "; a=\"b,c\"",
    PD "; a=\"\"",
    PD "; a=\"b\"c",
    PD ", @",
    PD "; server_max_window_bits=\"10\\\"",
    "foo\r\nSec-WebSocket-Extensions: b/c",
};

START_TEST(what_is_no_list_of_extensions_is_told)
{
    bare *t = open_with(malformed[_i]);
    hearth__ws_deal d;

    ck_assert(!hearth__ws_deal_find(t->c, &forget, &d));
    ck_assert(!hearth__ws_deal_find(t->c, &none, &d));
    bare_close(t);
}
END_TEST

START_TEST(bits_are_those_that_there_are)
{
    static const int asked[] = {-1, 0, 1, 7, 8, 9, 15, 16, 1000};
    static const int got[] = {15, 15, 8, 8, 8, 9, 15, 15, 15};
    bare *t = open_with(PD);

    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        hearth_ws_ops ops = {.deflate = true, .deflate_bits = asked[i]};
        hearth__ws_deal d;

        ck_assert(hearth__ws_deal_find(t->c, &ops, &d));
        ck_assert_int_eq(d.out.bits, got[i]);
    }
    bare_close(t);
}
END_TEST

#define COUNT(a) (int)(sizeof(a) / sizeof *(a))

SUITE("ws/deal", LOOP(the_first_offer_that_can_be_kept_is_taken, 0, COUNT(offers))
                     LOOP(every_combination_has_a_lawful_answer, 0, 32)
                         LOOP(what_is_no_list_of_extensions_is_told, 0, COUNT(malformed))
                             TEST(bits_are_those_that_there_are))
