/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The filters format, as Python's % does it, and filesizeformat.
 */
#include "tmpl/escape.h"
#include "tmpl/filter.h"

#include <math.h>
#include <stdio.h>

#define WIDEST 1000 /* columns of one value */

typedef struct formatting {
    hearth_template_call *call;
    hearth__buf *out;
    hearth_str s; /* what is left of the format */
    size_t next;  /* of the arguments */
    bool html;    /* texts are escaped */
} formatting;

/* "%-08.3f" */
typedef struct directive {
    bool minus, plus, space, zero, alternate, by_name, has_precision;
    hearth_str name;
    int64_t width, precision;
    char kind;
} directive;

static char peek(const formatting *f)
{
    return f->s.len > 0 ? f->s.ptr[0] : '\0';
}

static void skip(formatting *f)
{
    f->s = hearth__str(f->s.ptr + 1, f->s.len - 1);
}

static int argument(formatting *f, const directive *d, hearth_value *out)
{
    hearth_template_call *c = f->call;

    if (d->by_name) {
        for (size_t i = 0; i < c->nnamed; i++)
            if (hearth__str_eq(c->named[i].name, d->name)) {
                *out = c->named[i].value;
                return 0;
            }
        return hearth_template_fail(c, "format: there is no %.*s= for %%(%.*s)",
                                    (int)d->name.len, d->name.ptr, (int)d->name.len,
                                    d->name.ptr);
    }
    if (f->next == c->nargs)
        return hearth_template_fail(c, "format: there are more %% than parameters");
    *out = c->args[f->next++];
    return 0;
}

/* Digits, or '*' for a parameter. */
static int number(formatting *f, int64_t *out)
{
    hearth_value v;
    int rc = 0;

    *out = 0;
    if (peek(f) == '*') {
        skip(f);
        rc = argument(f, &(directive){0}, &v);
        if (rc == 0)
            rc = hearth_template_int(f->call, v, out);
    } else {
        for (; hearth__is_digit(peek(f)) && *out <= WIDEST; skip(f))
            *out = *out * 10 + (peek(f) - '0');
    }
    if (rc == 0 && (*out > WIDEST || *out < -WIDEST))
        return hearth_template_fail(f->call, "format: a value is at most %d wide",
                                    WIDEST);
    return rc;
}

static int parse_name(formatting *f, directive *d)
{
    ptrdiff_t end = hearth__str_find(f->s, ')');

    if (end < 0)
        return hearth_template_fail(f->call, "format: %%( needs a ')'");
    d->by_name = true;
    d->name = hearth__str(f->s.ptr + 1, (size_t)end - 1);
    f->s = hearth__str(f->s.ptr + end + 1, f->s.len - (size_t)end - 1);
    return 0;
}

/* Behind the '%'. */
static int parse(formatting *f, directive *d)
{
    int rc = peek(f) == '(' ? parse_name(f, d) : 0;

    for (bool more = rc == 0; more; more = more && (skip(f), true)) {
        switch (peek(f)) {
        case '-':
            d->minus = true;
            break;
        case '+':
            d->plus = true;
            break;
        case ' ':
            d->space = true;
            break;
        case '0':
            d->zero = true;
            break;
        case '#':
            d->alternate = true;
            break;
        default:
            more = false;
        }
    }
    if (rc == 0)
        rc = number(f, &d->width);
    if (rc == 0 && peek(f) == '.') {
        skip(f);
        d->has_precision = true;
        rc = number(f, &d->precision);
        if (d->precision < 0)
            d->precision = 0;
    }
    if (d->width < 0) {
        d->minus = true;
        d->width = -d->width;
    }
    while (rc == 0 && (peek(f) == 'l' || peek(f) == 'h' || peek(f) == 'L'))
        skip(f);
    if (rc == 0 && f->s.len == 0)
        return hearth_template_fail(f->call, "format: a %% has no letter behind it");
    if (rc == 0) {
        d->kind = peek(f);
        skip(f);
    }
    return rc;
}

static void put_fill(formatting *f, char with, size_t n)
{
    while (n-- > 0)
        hearth__buf_char(f->out, with);
}

/* A text in its width; of a number the sign comes before zeros. */
static void put_padded(formatting *f, const directive *d, hearth_str s, size_t chars,
                       bool is_number)
{
    size_t room = d->width > (int64_t)chars ? (size_t)d->width - chars : 0;

    if (d->minus) {
        hearth__buf_str(f->out, s);
        put_fill(f, ' ', room);
        return;
    }
    if (is_number && d->zero) {
        size_t sign = s.len > 0 && !hearth__is_digit(s.ptr[0]) &&
                      (s.ptr[0] == '-' || s.ptr[0] == '+' || s.ptr[0] == ' ');

        if (s.len > sign + 1 && s.ptr[sign] == '0' &&
            (s.ptr[sign + 1] == 'x' || s.ptr[sign + 1] == 'X' || s.ptr[sign + 1] == 'o'))
            sign += 2;
        hearth__buf_add(f->out, s.ptr, sign);
        put_fill(f, '0', room);
        hearth__buf_add(f->out, s.ptr + sign, s.len - sign);
        return;
    }
    put_fill(f, ' ', room);
    hearth__buf_str(f->out, s);
}

static void put_text(formatting *f, const directive *d, hearth_str s, bool is_html)
{
    if (d->has_precision)
        s.len = hearth__char_offset(s, (size_t)d->precision);
    if (f->html && !is_html) {
        hearth__buf escaped = hearth__out_buf(f->call);

        hearth__escape_html(&escaped, s);
        if (escaped.failed)
            f->out->failed = true;
        s = hearth__buf_view(&escaped);
    }
    put_padded(f, d, s, hearth__utf8_count(s), false);
}

static size_t put_digits(uint64_t v, unsigned base, bool upper, char *end)
{
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    char *p = end;

    do
        *--p = digits[v % base];
    while ((v /= base) != 0);
    return (size_t)(end - p);
}

static int put_whole(formatting *f, const directive *d, hearth_value v)
{
    unsigned base = d->kind == 'o' ? 8 : d->kind == 'x' || d->kind == 'X' ? 16 : 10;
    char digits[64], *end = digits + sizeof digits;
    hearth__buf b = hearth__out_buf(f->call);
    int64_t i;
    double real;
    size_t n;

    if (v.kind == HEARTH_VALUE_FLOAT && base == 10 && fabs(v.u.f) < 9.2e18)
        i = (int64_t)v.u.f;
    else if ((v.kind != HEARTH_VALUE_INT && v.kind != HEARTH_VALUE_BOOL) ||
             !hearth__v_integer(v, &i))
        return hearth_template_fail(f->call, "format: %%%c needs a whole number, not %s",
                                    d->kind,
                                    hearth__v_number(v, &real) ? "a fraction"
                                                               : hearth__v_kind_name(v));
    n = put_digits(i < 0 ? 0 - (uint64_t)i : (uint64_t)i, base, d->kind == 'X', end);
    if (i < 0 || d->plus || d->space)
        hearth__buf_char(&b, i < 0 ? '-' : d->plus ? '+' : ' ');
    if (d->alternate && base != 10) {
        hearth__buf_char(&b, '0');
        hearth__buf_char(&b, d->kind);
    }
    for (size_t k = n; d->has_precision && (int64_t)k < d->precision; k++)
        hearth__buf_char(&b, '0');
    hearth__buf_add(&b, end - n, n);
    if (b.failed)
        f->out->failed = true;
    put_padded(f, d, hearth__buf_view(&b), b.len, true);
    return 0;
}

/* The C library's decimal point is that of its locale. */
static void put_dot(hearth__buf *b, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        unsigned char u = (unsigned char)*p;
        bool plain = hearth__is_digit(*p) || hearth__is_alpha(*p) || *p == '-' ||
                     *p == '+' || *p == ' ' || *p == '.';

        if (plain)
            hearth__buf_char(b, *p);
        else if ((u & 0xc0) != 0x80) /* once, however many bytes it has */
            hearth__buf_char(b, '.');
    }
}

static int put_real(formatting *f, const directive *d, hearth_value v)
{
    char form[8] = "%", text[1500];
    hearth__buf b = hearth__out_buf(f->call);
    int64_t precision = d->has_precision ? d->precision : 6;
    double real;
    size_t n = 1;

    if (!hearth__v_number(v, &real))
        return hearth_template_fail(f->call, "format: %%%c needs a number, not %s",
                                    d->kind, hearth__v_kind_name(v));
    if (d->plus)
        form[n++] = '+';
    if (d->space)
        form[n++] = ' ';
    if (d->alternate)
        form[n++] = '#';
    memcpy(form + n, ".*", 2);
    form[n + 2] = d->kind;
    form[n + 3] = '\0';
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(text, sizeof text, form, (int)precision, real);
#pragma GCC diagnostic pop
    put_dot(&b, text);
    if (b.failed)
        f->out->failed = true;
    put_padded(f, d, hearth__buf_view(&b), b.len, true);
    return 0;
}

static int put_char(formatting *f, const directive *d, hearth_value v)
{
    char bytes[4];
    int64_t cp;
    size_t n;

    if (hearth__v_is_text(v)) {
        if (hearth__utf8_count(hearth__v_bytes(v)) != 1)
            return hearth_template_fail(f->call, "format: %%c needs one character");
        put_text(f, d, hearth__v_bytes(v), hearth__v_is_html(v));
        return 0;
    }
    if (!hearth__v_integer(v, &cp) || cp < 0 || cp > 0x10ffff ||
        (n = hearth__utf8_put((uint32_t)cp, bytes)) == 0)
        return hearth_template_fail(f->call,
                                    "format: %%c needs a character or its number");
    put_text(f, d, hearth__str(bytes, n), false);
    return 0;
}

static int put_value(formatting *f, const directive *d, hearth_value v)
{
    hearth__buf b = hearth__out_buf(f->call);
    hearth_str s;
    int rc;

    switch (d->kind) {
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X':
    case 'o':
        return put_whole(f, d, v);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
        return put_real(f, d, v);
    case 'c':
        return put_char(f, d, v);
    case 's':
        rc = hearth__v_str(f->call->render, v, &s);
        if (rc == 0)
            put_text(f, d, s, hearth__v_is_html(v));
        return rc;
    case 'r':
    case 'a':
        rc = hearth__v_repr(f->call->render, v, &b);
        if (rc == 0)
            put_text(f, d, hearth__buf_view(&b), false);
        if (b.failed)
            f->out->failed = true;
        return rc;
    default:
        return hearth_template_fail(f->call, "format: there is no %%%c: write %%s or %%d",
                                    d->kind >= ' ' && d->kind <= '~' ? d->kind : '?');
    }
}

static int put_directive(formatting *f)
{
    directive d = {0};
    hearth_value v;
    int rc = parse(f, &d);

    if (rc == 0 && d.kind == '%') {
        hearth__buf_char(f->out, '%');
        return 0;
    }
    if (rc == 0)
        rc = argument(f, &d, &v);
    return rc != 0 ? rc : put_value(f, &d, v);
}

static int format(hearth_template_call *c, hearth_value *out)
{
    hearth__buf b = hearth__out_buf(c);
    formatting f = {.call = c, .out = &b, .html = hearth__v_is_html(c->value)};
    int rc = hearth__arg_value(c, &f.s);

    if (rc == 0 && c->nargs > 0 && c->nnamed > 0)
        return hearth_template_fail(c, "format: parameters have names, or none has");
    while (rc == 0 && f.s.len > 0) {
        ptrdiff_t at = hearth__str_find(f.s, '%');
        size_t plain = at < 0 ? f.s.len : (size_t)at;

        hearth__buf_add(&b, f.s.ptr, plain);
        f.s = hearth__str(f.s.ptr + plain, f.s.len - plain);
        if (at < 0)
            break;
        skip(&f);
        rc = put_directive(&f);
    }
    if (rc == 0 && f.next < c->nargs)
        rc = hearth_template_fail(c, "format: there are more parameters than %%");
    return rc != 0 ? rc : hearth__v_buf(c->render, &b, hearth__mark(c->value), out);
}

/* ---- filesizeformat -------------------------------------------------------------------- */

static int filesizeformat(hearth_template_call *c, hearth_value *out)
{
    static const char units[] = "kMGTPEZY";
    hearth__buf b = hearth__out_buf(c);
    char text[320];
    double bytes, base;
    bool binary;
    size_t unit = 0;
    int rc = hearth__arg_bool(c, 0, false, &binary);

    if (rc != 0)
        return rc;
    if (!hearth__v_number(c->value, &bytes) &&
        !(hearth__v_is_text(c->value) &&
          hearth__str_f64(hearth__space_trim(hearth__v_bytes(c->value), 3), &bytes)))
        return hearth_template_fail(c, "filesizeformat needs a number, not %s",
                                    hearth__v_kind_name(c->value));
    base = binary ? 1024 : 1000;
    if (!(fabs(bytes) < 1e200)) {
        hearth__buf_text(&b, "? Bytes");
    } else if (bytes < base) {
        hearth__buf_int(&b, bytes > -9e18 ? (long long)bytes : INT64_MIN);
        hearth__buf_text(&b, bytes >= 1 && bytes <= 1 ? " Byte" : " Bytes");
    } else {
        double size = base * base;

        for (; bytes >= size && units[unit + 1] != '\0'; unit++)
            size *= base;
        snprintf(text, sizeof text, "%.1f", base * bytes / size);
        put_dot(&b, text);
        hearth__buf_char(&b, ' ');
        hearth__buf_char(&b, binary && unit == 0 ? 'K' : units[unit]);
        hearth__buf_text(&b, binary ? "iB" : "B");
    }
    return hearth__v_buf(c->render, &b, 0, out);
}

const hearth__builtin hearth__filters_format[] = {
    {"filesizeformat", filesizeformat, "binary?", NULL},
    {"format", format, "* **", NULL},
    {NULL, NULL, NULL, NULL},
};
