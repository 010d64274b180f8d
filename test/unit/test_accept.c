/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "http/accept.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

/* The example of RFC 9110 12.5.1. */
#define RFC                                                      \
    "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, " \
    "text/plain;format=fixed;q=0.4, */*;q=0.5"
/* The default of an old Java client, and that of a browser. */
#define JAVA    "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"
#define BROWSER "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

static const struct {
    const char *accept, *type;
    int quality;
    bool names;
} qualities[] = {
    {RFC, "text/plain;format=flowed", 1000, true},
    {RFC, "text/plain", 700, true},
    {RFC, "text/html", 300, false},
    {RFC, "image/jpeg", 500, false},
    {RFC, "text/plain;format=fixed", 400, true},
    {RFC, "text/html;level=3", 300, false},
    {"audio/*; q=0.2, audio/basic", "audio/basic", 1000, true},
    {"audio/*; q=0.2, audio/basic", "audio/mp3", 200, false},
    {"audio/*; q=0.2, audio/basic", "text/html", 0, false},
    {"text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c", "text/plain", 500,
     true},
    {"text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c", "text/x-c", 1000, true},
    {"", "text/html", 1000, false},
    {" \t", "text/html", 1000, false},
    {",,", "text/html", 1000, false},
    {"*/*", "text/html", 1000, false},
    {"TEXT/HTML", "text/html", 1000, true},
    {"text/html;q=0", "text/html", 0, false},
    {"text/html;q=0, */*", "text/html", 0, false},
    {"*/*, text/html;q=0", "text/html", 0, false},
    {"text/html;q=0, */*", "text/plain", 1000, false},
    {"text/html;q=0.1, text/html;q=0.9", "text/html", 100,
     true}, /* the first of equals */
    {"text/html;q=0.001", "text/html", 1, true},
    {"text/html;q=1.000", "text/html", 1000, true},
    {"text/html;q=1.", "text/html", 1000, true},
    {"text/html;q=0.", "text/html", 0, false},
    {"text/html;Q=0.5", "text/html", 500, true},
    {"text/html\t;\tq=0.5", "text/html", 500, true},
    {"text/html;q=0.5;ext=1", "text/html", 500, true},
    {"text/html;;q=0.5;", "text/html", 500, true},
    {"text/html;level=1", "text/html", 0, false},
    {"text/html;level=1", "text/html;Level=1", 1000, true},
    {"text/html;level=1;q=0.1, text/html", "text/html;level=1", 100, true},
    {"text/html;charset=utf-8", "text/html", 1000, true},
    {"application/json; charset=UTF-8; q=0.9", "application/json", 900, true},
    {"text/html;p=\"a,b;c\", text/plain", "text/plain", 1000, true},
    {"text/html;p=\"a\\\",b\", text/plain", "text/plain", 1000, true},
    /* malformed elements count for nothing */
    {"text/html;q=1.1", "text/plain", 1000, false},
    {"text/html;q=0.1234, text/plain", "text/html", 0, false},
    {"text/html;q=1.001, text/plain", "text/html", 0, false},
    {"text/html;q=2, text/plain", "text/html", 0, false},
    {"text/html;q=-1, text/plain", "text/html", 0, false},
    {"text/html;q=a, text/plain", "text/html", 0, false},
    {"text/html;q=0.a, text/plain", "text/html", 0, false},
    {"text/html;q=, text/plain", "text/html", 0, false},
    {"text/html;q=., text/plain", "text/html", 0, false},
    {"text/html;q, text/plain", "text/html", 0, false},
    {"text/html;q=\"1\", text/plain", "text/html", 0, false},
    {"text, text/plain", "text/html", 0, false},
    {"text/, text/plain", "text/html", 0, false},
    {"/html, text/plain", "text/html", 0, false},
    {"*/html, text/plain", "text/html", 0, false},
    {"text/html/x, text/plain", "text/html", 0, false},
    {"text/h tml, text/plain", "text/html", 0, false},
    {"text/html x, text/plain", "text/html", 0, false},
    {"text/html;a, text/plain", "text/html", 0, false},
    {"text/html;a=\", text/plain", "text/plain", 1000, false},
    {"garbage", "text/html", 1000, false},
    {"text/plain, \"", "text/plain", 1000, true},
    {JAVA, "text/html", 1000, true},
    {JAVA, "application/json", 200, false},
    {BROWSER, "text/html", 1000, true},
    {BROWSER, "application/xml", 900, true},
    {BROWSER, "application/json", 800, false},
    {"text/*, text/html", "garbage", 0, false},
};

START_TEST(the_most_specific_range_decides)
{
    hearth_str accept = hearth__str_of(qualities[_i].accept);
    hearth_str type = hearth__str_of(qualities[_i].type);

    ck_assert_msg(hearth__accept_quality(accept, type) == qualities[_i].quality,
                  "\"%s\" wants %s with %d", qualities[_i].accept, qualities[_i].type,
                  hearth__accept_quality(accept, type));
    ck_assert_int_eq(hearth__accept_names(accept, type), qualities[_i].names);
}
END_TEST

START_TEST(every_cut_of_a_value_is_read_without_reading_past_it)
{
    const char *accept = qualities[_i].accept;
    hearth_str type = hearth__str_of(qualities[_i].type);

    for (size_t n = 0; n <= strlen(accept); n++) {
        char *cut = malloc(n == 0 ? 1 : n), out[8];
        int q;

        memcpy(cut, accept, n);
        q = hearth__accept_quality(hearth__str(cut, n), type);
        ck_assert(q >= 0 && q <= 1000);
        q = hearth__accept_token(hearth__str(cut, n), HEARTH__S("gzip"));
        ck_assert(q >= -1 && q <= 1000);
        hearth__media_type_is(hearth__str(cut, n), type, HEARTH__S("json"));
        hearth__media_type_param(hearth__str(cut, n), HEARTH__S("q"), out, sizeof out);
        free(cut);
    }
}
END_TEST

static const struct {
    const char *accept;
    int best;
} bests[] = {
    {"", 0},
    {"*/*", 0},
    {"application/json", 1},
    {"application/json, text/html", 0},
    {"application/json, text/html;q=0.9", 1},
    {"text/*;q=0.1, */*;q=0.2", 1},
    {"image/png", -1},
    {"text/html;q=0, application/json;q=0", -1},
    {BROWSER, 0},
};

START_TEST(the_best_offer_wins_and_ties_go_to_the_first)
{
    const hearth_str offers[] = {HEARTH__S("text/html"), HEARTH__S("application/json")};
    hearth_str accept = hearth__str_of(bests[_i].accept);

    ck_assert_int_eq(hearth__accept_best(accept, offers, 2), bests[_i].best);
    ck_assert_int_eq(hearth__accept_best(accept, offers, 0), -1);
}
END_TEST

static const struct {
    const char *value, *token;
    int quality;
} tokens[] = {
    {"", "gzip", -1},
    {"gzip", "gzip", 1000},
    {"GZip", "gzip", 1000},
    {"compress, gzip", "gzip", 1000},
    {"compress;q=0.5, gzip;q=1.0", "compress", 500},
    {"gzip;q=1.0, identity; q=0.5, *;q=0", "identity", 500},
    {"gzip;q=1.0, identity; q=0.5, *;q=0", "br", 0},
    {"*", "br", 1000},
    {"*;q=0, br", "br", 1000},
    {"br, *;q=0", "br", 1000},
    {"gzip;q=0", "gzip", 0},
    {"deflate", "gzip", -1},
    {"gzip;q=1.1", "gzip", -1},
    {"gzip;x=1", "gzip", -1},
    {"gzip;q", "gzip", -1},
    {"gz ip", "gzip", -1},
    {"gzip2", "gzip", -1},
    {"da, en-gb;q=0.8, en;q=0.7", "en-GB", 800},
};

START_TEST(a_token_has_the_weight_of_its_element)
{
    ck_assert_int_eq(hearth__accept_token(hearth__str_of(tokens[_i].value),
                                          hearth__str_of(tokens[_i].token)),
                     tokens[_i].quality);
}
END_TEST

static const struct {
    const char *content_type;
    bool plain, suffix; /* without and with the suffix "json" */
} types[] = {
    {"application/json", true, true},
    {"Application/JSON", true, true},
    {"application/json; charset=utf-8", true, true},
    {"application/json;", true, true},
    {" application/json ;x", true, true},
    {"application/problem+json", false, true},
    {"application/vnd.api+JSON; v=1", false, true},
    {"model/gltf+json", false, true},
    {"", false, false},
    {"text/plain", false, false},
    {"text/plain; application/json", false, false},
    {"application/jsonx", false, false},
    {"application/json, text/plain", false, false},
    {"application/json text/plain", false, false},
    {"application/+json", false, false},
    {"application/json+json5", false, false},
    {"application/xjson", false, false},
    {"+json", false, false},
    {"/x+json", false, false},
    {"a/b/c+json", false, false},
    {"a b/c+json", false, false},
};

START_TEST(a_content_type_is_compared_without_its_parameters)
{
    hearth_str type = hearth__str_of(types[_i].content_type),
               json = HEARTH__S("application/json");

    ck_assert_int_eq(hearth__media_type_is(type, json, HEARTH__S("")), types[_i].plain);
    ck_assert_int_eq(hearth__media_type_is(type, json, HEARTH__S("json")),
                     types[_i].suffix);
}
END_TEST

static const struct {
    const char *content_type, *boundary; /* NULL: absent or malformed */
} params[] = {
    {"multipart/form-data; boundary=abc", "abc"},
    {"multipart/form-data;BOUNDARY=abc", "abc"},
    {"multipart/form-data; x=y;boundary=\"a b\"", "a b"},
    {"multipart/form-data; boundary=\"a\\\"b;\\\\\"", "a\"b;\\"},
    {"multipart/form-data; boundary=\"\"", ""},
    {"m/f; boundary=123456789", "123456789"},
    {"m/f; boundary=1234567890", NULL}, /* room for nine */
    {"m/f; boundary=\"123456789\"", "123456789"},
    {"multipart/form-data", NULL},
    {"multipart/form-data;", NULL},
    {"boundary=abc", NULL},
    {"multipart/form-data; boundary", NULL},
    {"multipart/form-data; boundary=", NULL},
    {"multipart/form-data; boundary =a", NULL},
    {"multipart/form-data; boundary= a", NULL},
    {"multipart/form-data; boundary=a b", NULL},
    {"multipart/form-data; boundary=\"a", NULL},
    {"multipart/form-data; boundary=\"a\"b", NULL},
    {"multipart/form-data; boundary=\"a\\\"", NULL},
    {"multipart/form-data; boundary=\"", NULL},
    {"multipart/form-data; boundary=a; boundary=b", NULL},
    {"multipart/form-data; boundary=a; boundary=a", NULL},
    {"multipart/form-data; boundary=a; =", NULL},
    {"multipart/form-data; xboundary=a", NULL},
    {"multipart/form-data; x=\"; boundary=a\"", NULL},
};

START_TEST(a_parameter_is_unquoted_or_refused)
{
    char out[10] = "?";
    bool found = hearth__media_type_param(hearth__str_of(params[_i].content_type),
                                          HEARTH__S("boundary"), out, sizeof out);

    ck_assert_msg(found == (params[_i].boundary != NULL), "%s", params[_i].content_type);
    if (found)
        ck_assert_str_eq(out, params[_i].boundary);
}
END_TEST

/* clang-format off */
SUITE("http/accept",
      LOOP(the_most_specific_range_decides, 0, N(qualities))
      LOOP(every_cut_of_a_value_is_read_without_reading_past_it, 0, N(qualities))
      LOOP(the_best_offer_wins_and_ties_go_to_the_first, 0, N(bests))
      LOOP(a_token_has_the_weight_of_its_element, 0, N(tokens))
      LOOP(a_content_type_is_compared_without_its_parameters, 0, N(types))
      LOOP(a_parameter_is_unquoted_or_refused, 0, N(params)))
