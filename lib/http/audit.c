/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The request audit.  It runs for every request before anything else, so it is one pass
 * over the bytes: names by table, values eight bytes at a time, and of the names only
 * those whose length is that of a framing field are compared at all.
 */

#include "http/audit.h"

#include "core/str.h"
#include "http/chars.h"

#define MAX_FIELDS        100
#define MAX_LENGTH_DIGITS 19 /* 10^19 - 1 fits 64 bits */

static const hearth__verdict sound = {0, ""};

static hearth__verdict refuse(int status, const char *text)
{
    return (hearth__verdict){status, text};
}

bool hearth__is_token(hearth_str s)
{
    return s.len > 0 && hearth__chars_all(s.ptr, s.len, HEARTH__CH_TOKEN);
}

/* The quick test finds HTAB suspicious as well; the table then decides. */
static bool eight_are_value(const char *p)
{
    uint64_t w = hearth__eight(p);

    return (hearth__eight_below(w, 0x20) | hearth__eight_has(w, 0x7F)) == 0 ||
           hearth__chars_all(p, 8, HEARTH__CH_VALUE);
}

bool hearth__is_field_value(hearth_str s)
{
    size_t i = 0;

    if (s.len < 8)
        return hearth__chars_all(s.ptr, s.len, HEARTH__CH_VALUE);
    for (; i + 8 <= s.len; i += 8) {
        if (!eight_are_value(s.ptr + i))
            return false;
    }
    return i == s.len || eight_are_value(s.ptr + s.len - 8); /* the last ones overlap */
}

static bool is_target(hearth_str s)
{
    size_t i = 0;

    for (; i + 8 <= s.len; i += 8) {
        uint64_t w = hearth__eight(s.ptr + i);

        if ((hearth__eight_below(w, 0x21) | hearth__eight_has(w, 0x7F) |
             hearth__eight_has(w, '#') | (w & HEARTH__EIGHT(0x80u))) != 0)
            return false;
    }
    return s.len > 0 && hearth__chars_all(s.ptr + i, s.len - i, HEARTH__CH_TARGET);
}

static inline bool is_ows(char c)
{
    return c == ' ' || c == '\t';
}

static inline hearth_str trimmed(hearth_str s)
{
    while (s.len > 0 && is_ows(s.ptr[s.len - 1]))
        s.len--;
    while (s.len > 0 && is_ows(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    return s;
}

/* s is a token as long as lower, which has only letters and '-': setting bit 5 folds
 * exactly them. */
static inline bool folds_to(const char *s, const char *lower, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if ((s[i] | 0x20) != lower[i])
            return false;
    }
    return true;
}

static hearth__verdict take_host(hearth__framing *f, bool *seen, hearth_str value)
{
    if (*seen)
        return refuse(400, "The request has more than one Host field.");
    *seen = true;
    f->host = value;
    if (value.len > 0 && !hearth__is_authority(value))
        return refuse(400, "The Host field is not a host name with an optional port.");
    return sound;
}

/* A leading zero is refused: some programs read it as octal, and nobody who means well
 * sends it. */
static hearth__verdict take_length(hearth__framing *f, hearth_str value)
{
    uint64_t length = 0;

    if (f->has_length)
        return refuse(400, "The request has more than one Content-Length field.");
    f->has_length = true;
    if (value.len == 0 || value.len > MAX_LENGTH_DIGITS ||
        (value.len > 1 && value.ptr[0] == '0'))
        return refuse(400, "The Content-Length field is not a plain number.");
    for (size_t i = 0; i < value.len; i++) {
        if (!hearth__is_digit(value.ptr[i]))
            return refuse(400, "The Content-Length field is not a plain number.");
        length = length * 10 + (uint64_t)(value.ptr[i] - '0');
    }
    f->length = length;
    return sound;
}

/* RFC 9112 6.3: without chunked as the last coding the end of the body is unknown,
 * 400; 6.1: a coding that we do not understand before it, 501. */
static hearth__verdict refuse_coding(hearth_str rest)
{
    bool chunked = false;

    while (rest.ptr != NULL) {
        hearth_str coding = hearth__str_trim(hearth__str_cut(&rest, ','));

        if (chunked || !hearth__is_token(coding))
            return refuse(400,
                          "The Transfer-Encoding field does not end in one \"chunked\".");
        chunked = hearth__str_ieq(coding, HEARTH__S("chunked"));
    }
    if (!chunked)
        return refuse(400,
                      "The Transfer-Encoding field does not end in one \"chunked\".");
    return refuse(501, "Only the transfer coding \"chunked\" is understood.");
}

static hearth__verdict take_coding(hearth__framing *f, int version, hearth_str value)
{
    if (f->chunked)
        return refuse(400, "The request has more than one Transfer-Encoding field.");
    if (version < 11)
        return refuse(400, "Transfer-Encoding is not part of HTTP/1.0.");
    if (!hearth__str_ieq(value, HEARTH__S("chunked")))
        return refuse_coding(value);
    f->chunked = true;
    return sound;
}

/* RFC 9110 10.1.1: "100-continue" of an HTTP/1.0 client is ignored. */
static hearth__verdict take_expect(hearth__framing *f, int version, hearth_str value)
{
    if (!hearth__str_ieq(value, HEARTH__S("100-continue")))
        return refuse(417, "The only expectation that can be met is \"100-continue\".");
    f->expect_continue = version >= 11;
    return sound;
}

hearth__verdict hearth__audit(hearth__head *h, size_t max_fields, hearth__framing *f)
{
    bool host = false;
    hearth__verdict v = sound;

    *f = (hearth__framing){.method = hearth__method_of(h->method), .host = {"", 0}};
    if (f->method == HEARTH__OTHER && !hearth__is_token(h->method))
        return refuse(400, "The method is not a token.");
    if (!is_target(h->target))
        return refuse(400,
                      "The request target holds a byte that has to be percent-encoded.");
    if (h->nfields > (max_fields == 0 ? MAX_FIELDS : max_fields))
        return refuse(431, "The request has too many header fields.");
    for (size_t i = 0; i < h->nfields && v.status == 0; i++) {
        hearth__field *field = &h->field[i];
        const char *name = field->name.ptr;

        if (!hearth__is_token(field->name))
            return refuse(400, "The name of a header field is not a token.");
        field->value = trimmed(field->value);
        if (!hearth__is_field_value(field->value))
            return refuse(400, "The value of a header field holds a control character.");
        switch (field->name.len) {
        case 4:
            if (folds_to(name, "host", 4))
                v = take_host(f, &host, field->value);
            break;
        case 6:
            if (folds_to(name, "expect", 6))
                v = take_expect(f, h->version, field->value);
            break;
        case 14:
            if (folds_to(name, "content-length", 14))
                v = take_length(f, field->value);
            break;
        case 17:
            if (folds_to(name, "transfer-encoding", 17))
                v = take_coding(f, h->version, field->value);
            break;
        default:
            break;
        }
    }
    if (v.status != 0)
        return v;
    if (f->chunked && f->has_length)
        return refuse(400, "The request has both Content-Length and Transfer-Encoding.");
    if (!host && h->version >= 11)
        return refuse(400, "The request has no Host field.");
    return sound;
}
