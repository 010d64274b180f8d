/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "http/mime.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

#define BYTES "application/octet-stream"

static const struct {
    const char *path, *type;
    bool shrinks;
} types[] = {
    {"index.html", "text/html; charset=utf-8", true},
    {"a/b/INDEX.HTM", "text/html; charset=utf-8", true},
    {"app.js", "text/javascript; charset=utf-8", true},
    {"app.mjs", "text/javascript; charset=utf-8", true},
    {"app.min.css", "text/css; charset=utf-8", true},
    {"a.json", "application/json", true},
    {"site.webmanifest", "application/manifest+json", true},
    {"a.wasm", "application/wasm", true},
    {"a.svg", "image/svg+xml", true},
    {"a.png", "image/png", false},
    {"a.jpeg", "image/jpeg", false},
    {"a.avif", "image/avif", false},
    {"a.ico", "image/vnd.microsoft.icon", true},
    {"a.woff2", "font/woff2", false},
    {"a.mp4", "video/mp4", false},
    {"a.pdf", "application/pdf", false},
    {"a.txt", "text/plain; charset=utf-8", true},
    {"a.tar.gz", "application/gzip", false},
    {"a.7z", "application/x-7z-compressed", false},
    {"a.3gp", "video/3gpp", false},
    {"a.zst", "application/zstd", false},
    {"a.yml", "application/yaml", true},
    /* without an ending, or none that is known */
    {"", BYTES, false},
    {"html", BYTES, false},
    {".html", BYTES, false},
    {"a.html/", BYTES, false},
    {"a.html/b", BYTES, false},
    {"a.", BYTES, false},
    {"a.nosuch", BYTES, false},
    {"a.html ", BYTES, false},
    {"a.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", BYTES, false},
};

START_TEST(the_ending_gives_the_type)
{
    const hearth__mime *m = hearth__mime_of(hearth__str_of(types[_i].path));

    ck_assert_str_eq(m->type, types[_i].type);
    ck_assert_int_eq(m->shrinks, types[_i].shrinks);
}
END_TEST

static const struct {
    const char *path;
    bool hashed;
} names[] = {
    {"app.3f2a9c1b.js", true},
    {"a/app-3f2a9c1b.min.css", false}, /* not before the ending */
    {"a/app-3f2a9c1b.css", true},
    {"logo-d41d8cd98f00b204e9800998ecf8427e.png", true},
    {"a.3f2a9c1.js", false}, /* seven */
    {"report-20240101.pdf", false},
    {"a.deadbeef.js", false},
    {"a.3F2A9C1B.js", false},
    {"a-document1.html", false},
    {"3f2a9c1b.js", false}, /* nothing before it */
    {".3f2a9c1b.js", false},
    {"app_3f2a9c1b.js", false},
    {"app.3f2a9c1b", false},
    {"3f2a9c1b/app.js", false},
    {"app.3f2a9c1b.js/x.js", false},
    {"a-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.js", true},
    {"a-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0.js", false},
    {"", false},
};

START_TEST(a_hash_in_a_name_is_told_from_a_date_or_a_word)
{
    ck_assert_int_eq(hearth__mime_hashed(hearth__str_of(names[_i].path)),
                     names[_i].hashed);
}
END_TEST

SUITE("http/mime", LOOP(the_ending_gives_the_type, 0, N(types))
                       LOOP(a_hash_in_a_name_is_told_from_a_date_or_a_word, 0, N(names)))
