/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The request target.  One scan over the raw path finds its end, its slashes and whether
 * anything is escaped; one block of the arena then holds the segments, the decoded path
 * and, when there is more than one segment, a second copy cut at the slashes: the same
 * offsets in both, so that whatever was decoded is decoded once.
 */

#include "http/target.h"

#include "core/size.h"
#include "core/str.h"
#include "core/utf8.h"
#include "http/chars.h"
#include "http/urlenc.h"

/* What the scan of a path found. */
typedef struct scan {
    size_t len;                             /* of the path */
    size_t n;                               /* slashes */
    bool escaped;                           /* a '%' */
    uint64_t encoded;                       /* bit k: segment k holds a decoded '/' */
    size_t slash[HEARTH__MAX_SEGMENTS + 1]; /* and where the path ends */
} scan;

static const hearth__verdict sound = {0, ""};

static hearth__verdict malformed(const char *text)
{
    return (hearth__verdict){400, text};
}

static hearth__verdict scan_path(scan *s, hearth_str raw)
{
    size_t i = 0, n = 0;
    bool escaped = false;

    for (; i < raw.len; i++) {
        char c = raw.ptr[i];

        if (hearth__chars_is(c, HEARTH__CH_PLAIN))
            continue;
        if (c == '?')
            break;
        if (c == '%') {
            escaped = true;
        } else if (c != '/') {
            return malformed("The path holds a byte that has to be percent-encoded.");
        } else if (n == HEARTH__MAX_SEGMENTS) {
            return (hearth__verdict){414, "The path has too many segments."};
        } else {
            s->slash[n++] = i;
            while (raw.len - i > 4 &&
                   hearth__chars_four(raw.ptr + i + 1, HEARTH__CH_PLAIN))
                i += 4;
        }
    }
    s->len = i;
    s->n = n;
    s->escaped = escaped;
    s->encoded = 0;
    return sound;
}

static hearth__verdict take_query(hearth__target *t, hearth_str query)
{
    bool escaped = false;

    for (size_t i = 0; i < query.len; i++) {
        char c = query.ptr[i];

        if (hearth__chars_is(c, HEARTH__CH_PLAIN) || c == '/' || c == '?')
            continue;
        if (c != '%')
            return malformed("The query holds a byte that has to be percent-encoded.");
        escaped = true;
    }
    if (escaped && !hearth__urlenc_valid(query))
        return malformed("The query is not valid percent-encoded UTF-8.");
    t->query = query;
    return sound;
}

/* Decode the path to out; the slashes of *s move to where they are in the decoded path.
 */
static bool decode(scan *s, const char *raw, char *out, size_t *out_len)
{
    size_t o = 0, k = 0;

    for (size_t i = 0; i < s->len; i++, o++) {
        if (raw[i] == '/')
            s->slash[k++] = o;
        out[o] = raw[i];
        if (raw[i] != '%')
            continue;
        if (hearth__percent_decode(out + o, hearth__str(raw + i, s->len - i < 3 ? 1 : 3),
                                   false) < 0)
            return false;
        if (out[o] == '/')
            s->encoded |= UINT64_C(1) << (k - 1);
        i += 2;
    }
    *out_len = o;
    return hearth__utf8_valid(hearth__str(out, o));
}

static bool is_dots(hearth_str s)
{
    return (s.len == 1 && s.ptr[0] == '.') ||
           (s.len == 2 && s.ptr[0] == '.' && s.ptr[1] == '.');
}

/* The parts between decoded slashes count as well: somebody will hand a segment to
 * open(). */
static bool climbs(hearth_str text, bool encoded)
{
    if (!encoded)
        return is_dots(text);
    while (text.ptr != NULL) {
        if (is_dots(hearth__str_cut(&text, '/')))
            return true;
    }
    return false;
}

/* "/name", by far the most frequent path, needs neither a second copy nor a loop. */
static bool take_one(hearth__target *t, hearth_str text)
{
    if (is_dots(text))
        return false;
    t->segment[0] = (hearth__segment){text, false};
    t->nsegments = 1;
    return true;
}

/* An empty segment, one that may be "." or "..", or one with a decoded '/'. */
typedef enum odd { ODD_KEEP, ODD_SKIP, ODD_REFUSE } odd;

static odd take_odd(hearth__target *t, hearth_str text, bool last, bool encoded)
{
    if (text.len == 0 && !last) {
        t->double_slash = true;
        return ODD_SKIP;
    }
    if (text.len == 0 && t->nsegments == 0)
        return ODD_SKIP; /* "//" means "/" */
    t->trailing_slash = text.len == 0;
    return climbs(text, encoded) ? ODD_REFUSE : ODD_KEEP;
}

/* Cut the copy at the slashes and note the segments; false when one is "." or "..". */
static bool cut_segments(hearth__target *t, scan *s, char *cut, size_t len)
{
    hearth__segment *out = t->segment;

    s->slash[s->n] = len;
    for (size_t k = 0; k < s->n; k++) {
        bool encoded = (s->encoded >> k & 1) != 0;
        size_t start = s->slash[k] + 1, end = s->slash[k + 1];
        hearth_str text = {cut + start, end - start};

        if (text.len <= 2 || encoded) {
            odd is = take_odd(t, text, k + 1 == s->n, encoded);

            if (is == ODD_REFUSE)
                return false;
            if (is == ODD_SKIP)
                continue;
        }
        cut[end] = '\0';
        *out++ = (hearth__segment){text, encoded};
        t->nsegments++;
    }
    return true;
}

static hearth__verdict take_path(hearth__target *t, hearth__arena *a, scan *s,
                                 const char *raw)
{
    size_t len = s->len, segments = s->n * sizeof(hearth__segment), texts, size;
    char *block, *path, *cut;

    if (!hearth__size_mul(s->len + 1, s->n > 1 ? 2 : 1, &texts) ||
        !hearth__size_add(segments, texts, &size) ||
        (block = hearth__arena_raw(a, size)) == NULL)
        return (hearth__verdict){503, "Out of memory."};
    t->segment = (hearth__segment *)(void *)block;
    path = cut = block + segments;
    if (!s->escaped)
        memcpy(path, raw, len);
    else if (!decode(s, raw, path, &len))
        return malformed("The path is not valid percent-encoded UTF-8.");
    path[len] = '\0';
    if (s->n > 1) {
        cut = path + len + 1;
        memcpy(cut, path, len + 1);
    }
    t->path = hearth__str(path, len);
    if (s->n == 1 && !s->escaped ? !take_one(t, hearth__str(path + 1, len - 1))
                                 : !cut_segments(t, s, cut, len))
        return malformed("The path holds a \".\" or \"..\" segment.");
    return sound;
}

/* rest is a path from '/', perhaps with a query. */
static hearth__verdict origin_form(hearth__target *t, hearth__arena *a, hearth_str rest)
{
    scan s;
    hearth__verdict v = scan_path(&s, rest);

    if (v.status != 0)
        return v;
    t->raw_path = hearth__str(rest.ptr, s.len);
    if (s.len < rest.len) {
        v = take_query(t, hearth__str(rest.ptr + s.len + 1, rest.len - s.len - 1));
        if (v.status != 0)
            return v;
    }
    if (s.len == 1) {
        t->path = HEARTH__S("/");
        return sound;
    }
    return take_path(t, a, &s, rest.ptr);
}

static void asterisk(hearth__target *t)
{
    t->asterisk = true;
    t->raw_path = t->path = HEARTH__S("*");
}

/* http://authority[/path][?query]; an empty path is "/", or "*" for OPTIONS (RFC
 * 9112 3.2.4). */
static hearth__verdict absolute_form(hearth__target *t, hearth__arena *a, hearth_str raw,
                                     hearth__method method)
{
    size_t scheme = hearth__str_istarts(raw, HEARTH__S("http://"))    ? 4
                    : hearth__str_istarts(raw, HEARTH__S("https://")) ? 5
                                                                      : 0;
    size_t i = scheme + 3;

    if (scheme == 0)
        return malformed("The request target is neither a path nor an http address.");
    while (i < raw.len && raw.ptr[i] != '/' && raw.ptr[i] != '?')
        i++;
    t->scheme = hearth__str(raw.ptr, scheme);
    t->authority = hearth__str(raw.ptr + scheme + 3, i - scheme - 3);
    if (!hearth__is_authority(t->authority))
        return malformed("The request target has no valid host.");
    if (i < raw.len && raw.ptr[i] == '/')
        return origin_form(t, a, hearth__str(raw.ptr + i, raw.len - i));
    if (i == raw.len && method == HEARTH__OPTIONS) {
        asterisk(t);
        return sound;
    }
    t->raw_path = t->path = HEARTH__S("/");
    return i == raw.len ? sound
                        : take_query(t, hearth__str(raw.ptr + i + 1, raw.len - i - 1));
}

hearth__verdict hearth__target_parse(hearth__target *t, hearth__arena *a, hearth_str raw,
                                     hearth__method method)
{
    hearth_str none = {"", 0};

    *t = (hearth__target){
        .scheme = none, .authority = none, .raw_path = none, .query = none, .path = none};
    if (raw.len > 0 && raw.ptr[0] == '/')
        return origin_form(t, a, raw);
    if (method == HEARTH__CONNECT)
        return (hearth__verdict){501,
                                 "CONNECT is for proxies, which this server is not."};
    if (raw.len == 1 && raw.ptr[0] == '*') {
        if (method != HEARTH__OPTIONS)
            return malformed("The request target \"*\" is for OPTIONS only.");
        asterisk(t);
        return sound;
    }
    return absolute_form(t, a, raw, method);
}

/* A byte that RFC 3986 does not allow is escaped on the way: browsers read "/\" as "//".
 */
hearth_str hearth__target_canonical(const hearth__target *t, hearth__arena *a)
{
    hearth__buf b;

    if (t->asterisk)
        return t->path;
    hearth__buf_init(&b, a, 0);
    for (size_t i = 0; i < t->raw_path.len; i++) {
        char c = t->raw_path.ptr[i];

        if (c == '/' && i > 0 && t->raw_path.ptr[i - 1] == '/')
            continue;
        if (hearth__chars_is(c, HEARTH__CH_PATH)) {
            hearth__buf_char(&b, c);
        } else {
            hearth__buf_char(&b, '%');
            hearth__buf_char(&b, "0123456789ABCDEF"[(unsigned char)c >> 4]);
            hearth__buf_char(&b, "0123456789ABCDEF"[(unsigned char)c & 15]);
        }
    }
    if (t->query.len > 0) {
        hearth__buf_char(&b, '?');
        hearth__buf_str(&b, t->query);
    }
    return b.failed ? (hearth_str){"", 0} : hearth__buf_view(&b);
}
