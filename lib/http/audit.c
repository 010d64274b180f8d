/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The request audit.  It runs for every request before anything else, so it is one pass
 * over the bytes, eight at a time where they are what they usually are, by table where
 * not; and of the names only those whose length is that of a framing field are compared
 * at all.
 */

#include "http/audit.h"

#include "core/str.h"
#include "http/chars.h"

#define MAX_FIELDS        100
#define MAX_LENGTH_DIGITS 19 /* 10^19 - 1 fits 64 bits */

/* X(name, status, text) */
#define FAULTS(X)                                                                       \
    X(SOUND, 0, "")                                                                     \
    X(METHOD, 400, "The method is not a token.")                                        \
    X(TARGET, 400, "The request target holds a byte that has to be percent-encoded.")   \
    X(MANY, 431, "The request has too many header fields.")                             \
    X(NAME, 400, "The name of a header field is not a token.")                          \
    X(VALUE, 400, "The value of a header field holds a control character.")             \
    X(HOST, 400, "The Host field is not a host name with an optional port.")            \
    X(HOST_TWICE, 400, "The request has more than one Host field.")                     \
    X(HOST_NONE, 400, "The request has no Host field.")                                 \
    X(LENGTH, 400, "The Content-Length field is not a plain number.")                   \
    X(LENGTH_TWICE, 400, "The request has more than one Content-Length field.")         \
    X(CODING_LAST, 400, "The Transfer-Encoding field does not end in one \"chunked\".") \
    X(CODING_OTHER, 501, "Only the transfer coding \"chunked\" is understood.")         \
    X(CODING_TWICE, 400, "The request has more than one Transfer-Encoding field.")      \
    X(CODING_OLD, 400, "Transfer-Encoding is not part of HTTP/1.0.")                    \
    X(BOTH, 400, "The request has both Content-Length and Transfer-Encoding.")          \
    X(EXPECT, 417, "The only expectation that can be met is \"100-continue\".")

typedef enum fault {
#define FAULT_NAME(name, status, text) name,
    FAULTS(FAULT_NAME)
#undef FAULT_NAME
} fault;

static const hearth__verdict verdicts[] = {
#define FAULT_VERDICT(name, status, text) {status, text},
    FAULTS(FAULT_VERDICT)
#undef FAULT_VERDICT
};

/* In the next two a sum or difference sets the high bit of a byte that fails.  A borrow
 * may also set the next one's: no matter, since one is enough. */
static inline bool eight_are_printable(uint64_t w)
{
    return ((w | (w - HEARTH__EIGHT(0x20u)) | (w + HEARTH__EIGHT(1u))) &
            HEARTH__EIGHT_HIGH) == 0;
}

static inline bool eight_are_target(uint64_t w)
{
    uint64_t hash = w ^ HEARTH__EIGHT((unsigned)'#');

    return ((w | (w - HEARTH__EIGHT(0x21u)) | (w + HEARTH__EIGHT(1u)) |
             (hash - HEARTH__EIGHT(1u))) &
            HEARTH__EIGHT_HIGH) == 0;
}

static inline bool is_token(hearth_str s)
{
    return s.len > 0 && hearth__chars_all(s.ptr, s.len, HEARTH__CH_TOKEN);
}

static inline bool is_value(hearth_str s)
{
    return hearth__eights_all(s.ptr, s.len, eight_are_printable) ||
           hearth__chars_all(s.ptr, s.len, HEARTH__CH_VALUE);
}

bool hearth__is_token(hearth_str s)
{
    return is_token(s);
}

bool hearth__is_field_value(hearth_str s)
{
    return is_value(s);
}

/* Every byte up to SP at an end is OWS or wrong, so one comparison says whether to look
 * closer. */
static inline void trim(hearth_str *s)
{
    if (s->len > 0 &&
        ((unsigned char)s->ptr[0] <= ' ' || (unsigned char)s->ptr[s->len - 1] <= ' '))
        *s = hearth__str_trim(*s);
}

/* s is a token as long as lower, which has only letters and '-': setting bit 5 folds
 * exactly them. */
static inline bool folds_to(const char *s, const char *lower, size_t n)
{
    uint32_t first, want;

    memcpy(&first, s, 4);
    memcpy(&want, lower, 4);
    if ((first | UINT32_C(0x20202020)) != want)
        return false;
    for (size_t i = 4; i < n; i++) {
        if ((s[i] | 0x20) != lower[i])
            return false;
    }
    return true;
}

/* Clients ask for the same host again and again: the bytes tell. */
static fault take_host(hearth__framing *f, bool *seen, hearth_str known, hearth_str value)
{
    if (*seen)
        return HOST_TWICE;
    *seen = true;
    f->host = value;
    if (value.len == 0 ||
        (value.len == known.len && memcmp(value.ptr, known.ptr, value.len) == 0))
        return SOUND;
    return hearth__is_authority(value) ? SOUND : HOST;
}

/* A leading zero is refused: some programs read it as octal, and nobody who means well
 * sends it. */
static fault take_length(hearth__framing *f, hearth_str value)
{
    uint64_t length = 0;

    if (f->has_length)
        return LENGTH_TWICE;
    f->has_length = true;
    if (value.len == 0 || value.len > MAX_LENGTH_DIGITS ||
        (value.len > 1 && value.ptr[0] == '0'))
        return LENGTH;
    for (size_t i = 0; i < value.len; i++) {
        if (!hearth__is_digit(value.ptr[i]))
            return LENGTH;
        length = length * 10 + (uint64_t)(value.ptr[i] - '0');
    }
    f->length = length;
    return SOUND;
}

/* RFC 9112 6.3: without chunked as the last coding the end of the body is unknown,
 * 400; 6.1: a coding that we do not understand before it, 501. */
static fault which_coding(hearth_str rest)
{
    bool chunked = false;

    while (rest.ptr != NULL) {
        hearth_str coding = hearth__str_trim(hearth__str_cut(&rest, ','));

        if (chunked || !is_token(coding))
            return CODING_LAST;
        chunked = hearth__str_ieq(coding, HEARTH__S("chunked"));
    }
    return chunked ? CODING_OTHER : CODING_LAST;
}

static fault take_coding(hearth__framing *f, int version, hearth_str value)
{
    if (f->chunked)
        return CODING_TWICE;
    if (version < 11)
        return CODING_OLD;
    if (!hearth__str_ieq(value, HEARTH__S("chunked")))
        return which_coding(value);
    f->chunked = true;
    return SOUND;
}

/* RFC 9110 10.1.1: "100-continue" of an HTTP/1.0 client is ignored. */
static fault take_expect(hearth__framing *f, int version, hearth_str value)
{
    if (!hearth__str_ieq(value, HEARTH__S("100-continue")))
        return EXPECT;
    f->expect_continue = version >= 11;
    return SOUND;
}

/* The grammars of the framing fields leave no room for a control byte: the others are
 * looked through for one. */
static inline fault take_field(hearth__framing *f, bool *host, const hearth__head *h,
                               const hearth__field *field)
{
    const char *name = field->name.ptr;

    switch (field->name.len) {
    case 4:
        if (folds_to(name, "host", 4))
            return take_host(f, host, h->known_host, field->value);
        break;
    case 6:
        if (folds_to(name, "expect", 6))
            return take_expect(f, h->version, field->value);
        break;
    case 14:
        if (folds_to(name, "content-length", 14))
            return take_length(f, field->value);
        break;
    case 17:
        if (folds_to(name, "transfer-encoding", 17))
            return take_coding(f, h->version, field->value);
        break;
    default:
        break;
    }
    return is_value(field->value) ? SOUND : VALUE;
}

static fault find_fault(hearth__head *h, size_t max_fields, hearth__framing *f)
{
    hearth__field *field = h->field;
    bool host = false;
    fault found;

    if (f->method == HEARTH__OTHER && !is_token(h->method))
        return METHOD;
    if (h->target.len == 0 ||
        !hearth__eights_all(h->target.ptr, h->target.len, eight_are_target))
        return TARGET;
    if (h->nfields > (max_fields == 0 ? MAX_FIELDS : max_fields))
        return MANY;
    for (size_t left = h->nfields; left > 0; left--, field++) {
        if (!is_token(field->name))
            return NAME;
        trim(&field->value);
        if ((found = take_field(f, &host, h, field)) != SOUND)
            return found;
    }
    if (f->chunked && f->has_length)
        return BOTH;
    return host || h->version < 11 ? SOUND : HOST_NONE;
}

hearth__verdict hearth__audit(hearth__head *h, size_t max_fields, hearth__framing *f)
{
    *f = (hearth__framing){.method = hearth__method_of(h->method), .host = {"", 0}};
    return verdicts[find_fault(h, max_fields, f)];
}
