/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * urlize: links in a text.  The text is escaped first and what looks like an address is then
 * put into a link, so that nothing in the text can become HTML; addresses are http, https,
 * www, mail, and schemes that the template names.
 */
#include "core/letter.h"
#include "tmpl/escape.h"
#include "tmpl/filter.h"

typedef struct linking {
    hearth_template_call *call;
    hearth__buf *out;
    int64_t limit;          /* characters of a link that are shown; negative: all */
    hearth_str rel, target; /* escaped */
    hearth__list *schemes;  /* more of them; or NULL */
} linking;

static hearth_str from(hearth_str s, size_t at)
{
    return hearth__str(s.ptr + at, s.len - at);
}

/* ---- what is an address ------------------------------------------------------------------- */

static bool all_words(hearth_str s, const char *also)
{
    for (size_t i = 0, n; i < s.len; i += n) {
        uint32_t cp = hearth__char_at(s, i, &n);

        if (!hearth__letter_is_word(cp) && (cp >= 0x80 || strchr(also, (int)cp) == NULL))
            return false;
    }
    return s.len > 0;
}

static bool all_letters(hearth_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!hearth__is_alpha(s.ptr[i]))
            return false;
    return s.len > 0;
}

static bool is_digits(hearth_str s, size_t most)
{
    for (size_t i = 0; i < s.len; i++)
        if (!hearth__is_digit(s.ptr[i]))
            return false;
    return s.len > 0 && s.len <= most;
}

/* "com", "xn--p1ai": what may stand at the end of a name. */
static bool is_tld(hearth_str s)
{
    if (hearth__str_istarts(s, HEARTH__S("xn--")))
        return all_words(from(s, 4), "%") && s.len >= 6 && s.len <= 63;
    return s.len >= 2 && s.len <= 63 && all_letters(s);
}

/* Without a scheme only these: "example.com", but not "end.Then". */
static bool is_basic_tld(hearth_str s)
{
    static const char *const known[] = {"com", "net", "int",  "edu",
                                        "gov", "org", "info", "mil"};

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (hearth__str_ieq(s, hearth__str_of(known[i])))
            return true;
    return false;
}

static bool is_ipv4(hearth_str s)
{
    int groups = 0;

    for (; s.ptr != NULL; groups++)
        if (!is_digits(hearth__str_cut(&s, '.'), 3))
            return false;
    return groups == 4;
}

static bool is_ipv6(hearth_str s)
{
    size_t colons = 0, digits = 0;

    if (s.len < 4 || s.ptr[0] != '[' || s.ptr[s.len - 1] != ']')
        return false;
    for (size_t i = 1; i < s.len - 1; i++) {
        if (s.ptr[i] == ':') {
            colons++;
            digits = 0;
        } else if (hearth__hex_digit(s.ptr[i]) < 0 || ++digits > 4) {
            return false;
        }
    }
    return colons >= 2 && colons <= 8;
}

/* Names with dots between them; least: characters of all but the last. */
static bool is_domain(hearth_str s, size_t least, bool basic, size_t least_labels)
{
    size_t labels = 1;
    hearth_str label = hearth__str_cut(&s, '.');

    for (; s.ptr != NULL; label = hearth__str_cut(&s, '.'), labels++)
        if (!all_words(label, "%-") || label.len < least || (basic && label.len > 63))
            return false;
    return labels >= least_labels && (basic ? is_basic_tld(label) : is_tld(label));
}

/* Behind the host: ":8080", then a path, a query or a fragment. */
static bool is_rest(hearth_str s)
{
    if (s.len > 0 && s.ptr[0] == ':') {
        size_t n = 1;

        while (n < s.len && hearth__is_digit(s.ptr[n]))
            n++;
        if (n < 2 || n > 6)
            return false;
        s = from(s, n);
    }
    return s.len == 0 || s.ptr[0] == '/' || s.ptr[0] == '?' || s.ptr[0] == '#';
}

static size_t scheme_len(hearth_str s)
{
    return hearth__str_istarts(s, HEARTH__S("https://"))  ? 8
           : hearth__str_istarts(s, HEARTH__S("http://")) ? 7
                                                          : 0;
}

static size_t host_len(hearth_str s)
{
    size_t n = 0;

    if (s.len > 0 && s.ptr[0] == '[') {
        ptrdiff_t end = hearth__str_find(s, ']');

        return end < 0 ? 0 : (size_t)end + 1;
    }
    while (n < s.len && strchr(":/?#", s.ptr[n]) == NULL)
        n++;
    return n;
}

static bool is_web(hearth_str s)
{
    size_t scheme = scheme_len(s), n;
    hearth_str host;

    s = from(s, scheme);
    n = host_len(s);
    host = hearth__str(s.ptr, n);
    if (n == 0 || !is_rest(from(s, n)))
        return false;
    if (scheme > 0)
        return is_domain(host, 1, false, 1) || is_ipv4(host) || is_ipv6(host);
    return (hearth__str_istarts(host, HEARTH__S("www.")) &&
            is_domain(from(host, 4), 1, false, 1)) ||
           is_domain(host, 2, true, 2);
}

static bool is_mail(hearth_str s)
{
    ptrdiff_t at = -1, dot = -1;
    hearth_str domain;
    size_t n;

    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '@')
            at = (ptrdiff_t)i;
    if (at < 1)
        return false;
    domain = from(s, (size_t)at + 1);
    for (size_t i = 0; i < domain.len; i++)
        if (domain.ptr[i] == '.')
            dot = (ptrdiff_t)i;
    return dot > 0 && hearth__letter_is_word(hearth__char_at(domain, 0, &n)) &&
           all_words(hearth__str(domain.ptr, (size_t)dot), ".-") &&
           all_words(from(domain, (size_t)dot + 1), "");
}

/* ---- writing ------------------------------------------------------------------------------ */

static void put_link(linking *l, const char *before, hearth_str url, hearth_str shown,
                     bool marked)
{
    hearth__buf *b = l->out;
    size_t cut = shown.len;

    hearth__buf_text(b, "<a href=\"");
    hearth__buf_text(b, before);
    hearth__escape_quote(b, url);
    hearth__buf_char(b, '"');
    if (marked && l->rel.len > 0) {
        hearth__buf_text(b, " rel=\"");
        hearth__buf_str(b, l->rel);
        hearth__buf_char(b, '"');
    }
    if (marked && l->target.len > 0) {
        hearth__buf_text(b, " target=\"");
        hearth__buf_str(b, l->target);
        hearth__buf_char(b, '"');
    }
    hearth__buf_char(b, '>');
    if (marked && l->limit >= 0)
        cut = hearth__char_offset(shown, (size_t)l->limit);
    hearth__buf_add(b, shown.ptr, cut);
    if (cut < shown.len)
        hearth__buf_text(b, "...");
    hearth__buf_text(b, "</a>");
}

static bool put_scheme(linking *l, hearth_str s)
{
    for (size_t i = 0; l->schemes != NULL && i < l->schemes->n; i++) {
        hearth_str scheme = hearth__v_bytes(l->schemes->at[i]);

        if (s.len > scheme.len && hearth__str_starts(s, scheme)) {
            linking whole = *l;

            whole.limit = -1;
            put_link(&whole, "", s, s, true);
            return true;
        }
    }
    return false;
}

static void put_middle(linking *l, hearth_str s)
{
    if (is_web(s))
        put_link(l,
                 hearth__str_starts(s, HEARTH__S("http://")) ||
                         hearth__str_starts(s, HEARTH__S("https://"))
                     ? ""
                     : "https://",
                 s, s, true);
    else if (hearth__str_starts(s, HEARTH__S("mailto:")) && is_mail(from(s, 7)))
        put_link(l, "", s, from(s, 7), false);
    else if (!hearth__str_starts(s, HEARTH__S("www.")) && hearth__str_find(s, ':') < 0 &&
             is_mail(s))
        put_link(l, "mailto:", s, s, false);
    else if (!put_scheme(l, s))
        hearth__buf_str(l->out, s);
}

/* How often part is in s. */
static size_t count(hearth_str s, hearth_str part)
{
    size_t n = 0, at = 0;
    ptrdiff_t found;

    for (; (found = hearth__part_find(s, part, at)) >= 0; n++)
        at = (size_t)found + part.len;
    return n;
}

static const struct {
    hearth_str open, close;
} brackets[] = {
    {{"(", 1}, {")", 1}},
    {{"<", 1}, {">", 1}},
    {{"&lt;", 4}, {"&gt;", 4}},
};

static size_t opening(hearth_str s)
{
    if (s.len > 0 && (s.ptr[0] == '(' || s.ptr[0] == '<'))
        return 1;
    return hearth__str_starts(s, HEARTH__S("&lt;")) ? 4 : 0;
}

static size_t closing(hearth_str s)
{
    if (s.len > 0 && strchr(")>.,", s.ptr[s.len - 1]) != NULL)
        return 1;
    return hearth__str_ends(s, HEARTH__S("&gt;")) ? 4 : 0;
}

/* Of a word the signs around it stay outside of the link: "(see www.example.org)." */
static void put_word(linking *l, hearth_str word)
{
    size_t head = 0, tail = 0, n;
    hearth_str middle, rest;

    while ((n = opening(from(word, head))) > 0)
        head += n;
    middle = from(word, head);
    while ((n = closing(hearth__str(middle.ptr, middle.len - tail))) > 0)
        tail += n;
    middle.len -= tail;
    for (size_t i = 0; i < sizeof brackets / sizeof brackets[0]; i++) {
        size_t open = count(middle, brackets[i].open);

        if (open <= count(middle, brackets[i].close))
            continue;
        /* A bracket that was opened in the address is closed in it. */
        for (; open > 0; open--) {
            rest = hearth__str(middle.ptr + middle.len, tail);
            ptrdiff_t at = hearth__part_find(rest, brackets[i].close, 0);

            if (at < 0)
                break;
            middle.len += (size_t)at + brackets[i].close.len;
            tail -= (size_t)at + brackets[i].close.len;
        }
    }
    hearth__buf_add(l->out, word.ptr, head);
    put_middle(l, middle);
    hearth__buf_add(l->out, middle.ptr + middle.len, tail);
}

static void put_words(linking *l, hearth_str s)
{
    for (size_t i = 0, n; i < s.len;) {
        size_t end = i;

        while (end < s.len && !hearth__letter_is_space(hearth__char_at(s, end, &n)))
            end += n;
        put_word(l, hearth__str(s.ptr + i, end - i));
        for (i = end; i < s.len && hearth__letter_is_space(hearth__char_at(s, i, &n));
             i += n)
            hearth__buf_add(l->out, s.ptr + i, n);
    }
}

/* ---- arguments ----------------------------------------------------------------------------- */

/* rel="a b": the words given and those always there, in order, each once. */
static int rel_of(linking *l, bool nofollow)
{
    static const char *const names[] = {"nofollow", "noopener"};
    hearth__buf b = hearth__out_buf(l->call);
    hearth__list *words = hearth__list_new(l->call->render, 4);
    hearth_value v;
    hearth_str rest;

    if (words == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth__arg_text(l->call, 3, "", &rest));
    while (rest.ptr != NULL) {
        hearth_str word = hearth__str_cut(&rest, ' ');

        if (word.len > 0)
            HEARTH_TRY(hearth__list_add(l->call->render, words,
                                        hearth__v_textn(word.ptr, word.len, 0)));
    }
    for (size_t i = nofollow ? 0 : 1; i < 2; i++)
        HEARTH_TRY(hearth__list_add(l->call->render, words,
                                    hearth__v_textn(names[i], strlen(names[i]), 0)));
    /* Few words: each time the least of those that are greater than the last. */
    for (const hearth_value *last = NULL, *next;; last = next) {
        next = NULL;
        for (size_t i = 0; i < words->n; i++) {
            int order = 1;

            if (last != NULL)
                HEARTH_TRY(
                    hearth__v_compare(l->call->render, words->at[i], *last, &order));
            if (order > 0 && next != NULL) {
                HEARTH_TRY(
                    hearth__v_compare(l->call->render, *next, words->at[i], &order));
            }
            if (order > 0)
                next = &words->at[i];
        }
        if (next == NULL)
            break;
        if (b.len > 0)
            hearth__buf_char(&b, ' ');
        hearth__escape_html(&b, hearth__v_bytes(*next));
    }
    HEARTH_TRY(hearth__v_buf(l->call->render, &b, 0, &v));
    l->rel = hearth__v_bytes(v);
    return 0;
}

static int schemes_of(linking *l)
{
    static const char *const code[] = {"javascript:", "vbscript:", "data:"};
    hearth_template_call *c = l->call;

    if (!hearth__arg_given(c, 4) || c->args[4].kind == HEARTH_VALUE_NONE)
        return 0;
    HEARTH_TRY(hearth__v_to_list(c->render, c->args[4], &l->schemes));
    for (size_t i = 0; i < l->schemes->n; i++) {
        hearth_value v = l->schemes->at[i];
        hearth_str s = hearth__v_is_text(v) ? hearth__v_bytes(v) : HEARTH__S("");
        ptrdiff_t colon = hearth__str_find(s, ':');

        if (colon < 1 || !all_words(hearth__str(s.ptr, (size_t)colon), "+-."))
            return hearth_template_fail(c, "urlize: a scheme looks like \"ftp:\"");
        for (size_t k = 0; k < sizeof code / sizeof code[0]; k++)
            if (hearth__str_ieq(hearth__str(s.ptr, (size_t)colon + 1),
                                hearth__str_of(code[k])))
                return hearth_template_fail(
                    c, "urlize: \"%s\" runs code, and is never linked", code[k]);
    }
    return 0;
}

static int urlize(hearth_template_call *c, hearth_value *out)
{
    hearth__buf b = hearth__out_buf(c), escaped = hearth__out_buf(c),
                target = hearth__out_buf(c);
    linking l = {.call = c, .out = &b};
    hearth_value v;
    hearth_str s;
    bool nofollow;

    HEARTH_TRY(hearth__arg_value(c, &s));
    HEARTH_TRY(hearth__arg_range(c, 0, -1, -1, INT32_MAX, &l.limit));
    HEARTH_TRY(hearth__arg_bool(c, 1, false, &nofollow));
    HEARTH_TRY(rel_of(&l, nofollow));
    HEARTH_TRY(schemes_of(&l));
    if (hearth__v_is_html(c->value))
        hearth__buf_str(&escaped, s);
    else
        hearth__escape_html(&escaped, s);
    HEARTH_TRY(hearth__v_buf(c->render, &escaped, 0, &v));
    s = hearth__v_bytes(v);
    HEARTH_TRY(hearth__arg_text(c, 2, "", &l.target));
    hearth__escape_html(&target, l.target);
    HEARTH_TRY(hearth__v_buf(c->render, &target, 0, &v));
    l.target = hearth__v_bytes(v);
    put_words(&l, s);
    return hearth__v_buf(c->render, &b, HEARTH_VALUE_HTML, out);
}

const hearth__builtin hearth__filters_urlize[] = {
    {"urlize", urlize, "trim_url_limit? nofollow? target? rel? extra_schemes?", NULL},
    {NULL, NULL, NULL, NULL},
};
