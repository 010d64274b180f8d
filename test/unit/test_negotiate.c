/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "http/negotiate.h"

#include "core/str.h"
#include "suite.h"

typedef int negotiate(hearth_str accept, const hearth_str *offers, size_t n);

typedef struct row {
    const char *accept;
    const char *offers; /* separated by '|' */
    const char *wanted; /* "-" is none */
} row;

static void check(negotiate *fn, const row *r)
{
    hearth_str offers[8], rest = hearth__str_of(r->offers);
    size_t n = 0;

    while (rest.ptr != NULL && rest.len > 0) {
        ck_assert_uint_lt(n, 8);
        offers[n++] = hearth__str_cut(&rest, '|');
    }
    int i = fn(hearth__str_of(r->accept), offers, n);

    ck_assert_int_lt(i, (int)n);
    ck_assert_msg(hearth__str_eq(i < 0 ? HEARTH__S("-") : offers[i],
                                 hearth__str_of(r->wanted)),
                  "\"%s\" of %s: %d, not %s", r->accept, r->offers, i, r->wanted);
}

static const row types[] = {
    {"", "a/b|c/d", "a/b"},
    {"c/d", "a/b|c/d", "c/d"},
    {"a/b;q=0.5, c/d;q=0.6", "a/b|c/d", "c/d"},
    {"*/*", "a/b|c/d", "a/b"},
    {"a/*;q=0.1, */*;q=0.2", "a/b|c/d", "c/d"},
    {"text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8",
     "application/json|text/html", "text/html"},
    {"e/f", "a/b|c/d", "-"},
    {"a/b;q=0, c/d;q=0", "a/b|c/d", "-"},
    {"a/b;q=0, */*", "a/b|c/d", "c/d"},
    {"a/b", "", "-"},
    {"nonsense", "a/b|c/d", "a/b"},
};

static const row languages[] = {
    {"", "en|de", "en"},
    {"de", "en|de", "de"},
    {"DE", "en|de", "de"},
    {"de-AT, en;q=0.5", "en|de", "de"},
    {"de", "en|de-AT", "de-AT"},
    {"de-AT", "de-CH|en", "-"},
    {"pt-BR", "pt|pt-BR", "pt-BR"},
    {"pt-BR", "pt-BR|pt", "pt-BR"},
    {"pt", "pt-BR|pt", "pt"},
    {"zh-Hant-TW", "zh|zh-Hant", "zh-Hant"},
    {"*, de;q=0.9", "en|de", "en"},
    {"*, de", "en|de", "de"},
    {"de-AT, *;q=0.1", "de-CH|en", "de-CH"},
    {"de-AT, *;q=0.1", "en|de", "de"},
    {"en-GB;q=0, en", "en-GB|en-US", "en-US"},
    {"en-GB;q=0, en", "en-GB|en", "en"},
    {"de-AT;q=0", "de", "-"},
    {"fr, en;q=0.2, de;q=0.7", "en|de", "de"},
    {"english", "en", "-"},
    {"en", "english", "-"},
    {"*", "en|de", "en"},
    {"*;q=0", "en|de", "-"},
    {"@@@;q=1", "en|de", "en"},
    {"de;q=2", "en|de", "en"},
    {"de", "", "-"},
};

static const row charsets[] = {
    {"", "utf-8|iso-8859-1", "utf-8"},
    {"iso-8859-1, utf-8;q=0.7", "utf-8|iso-8859-1", "iso-8859-1"},
    {"UTF-8", "utf-8", "utf-8"},
    {"koi8-r", "utf-8", "-"},
    {"koi8-r, *;q=0.1", "utf-8", "utf-8"},
};

static const row codings[] = {
    {"", "zstd|br|gzip", "-"},
    {"gzip", "zstd|br|gzip", "gzip"},
    {"gzip, deflate, br", "zstd|br|gzip", "br"},
    {"gzip, deflate, br, zstd", "zstd|br|gzip", "zstd"},
    {"gzip;q=1.0, br;q=0.8", "zstd|br|gzip", "gzip"},
    {"x-gzip", "zstd|br|gzip", "gzip"},
    {"x-gzip;q=0, *", "gzip", "-"},
    {"x-gzip;q=0, gzip", "gzip", "gzip"},
    {"*", "zstd|br|gzip", "zstd"},
    {"*;q=0", "zstd|br|gzip", "-"},
    {"*;q=0.5, zstd;q=0", "zstd|br|gzip", "br"},
    {"identity", "zstd|br|gzip", "-"},
    {"identity, gzip;q=0.5", "zstd|br|gzip", "-"},
    {"identity;q=0.5, gzip", "zstd|br|gzip", "gzip"},
    {"identity;q=0", "zstd|br|gzip", "-"},
    {"gzip;q=0", "gzip", "-"},
    {"gzip;q=0.001", "gzip", "gzip"},
    {"gzip;q=nonsense", "gzip", "-"},
    {"deflate, compress", "zstd|br|gzip", "-"},
    {"GZIP", "gzip", "gzip"},
};

START_TEST(of_media_types_the_best_is_taken)
{
    check(hearth__negotiate_type, &types[_i]);
}
END_TEST

START_TEST(of_languages_the_best_is_taken)
{
    check(hearth__negotiate_language, &languages[_i]);
}
END_TEST

START_TEST(of_charsets_the_best_is_taken)
{
    check(hearth__negotiate_charset, &charsets[_i]);
}
END_TEST

START_TEST(of_codings_the_best_is_taken_if_it_beats_none)
{
    check(hearth__negotiate_coding, &codings[_i]);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("http/negotiate",
      LOOP(of_media_types_the_best_is_taken, 0, COUNT(types))
          LOOP(of_languages_the_best_is_taken, 0, COUNT(languages))
              LOOP(of_charsets_the_best_is_taken, 0, COUNT(charsets))
                  LOOP(of_codings_the_best_is_taken_if_it_beats_none, 0, COUNT(codings)))
