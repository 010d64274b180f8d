/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Line by line: a keyword with a string begins a part of a message, a string alone goes on with the
 * last one, and a message ends where the next begins.
 */
#include "i18n/po.h"

#include "core/buf.h"
#include "core/error.h"
#include "core/str.h"
#include "core/utf8.h"

typedef struct reader {
    hearth__arena *arena;
    hearth__po_fn *fn;
    void *arg;
    hearth_error *err;
    unsigned line;
    hearth__po_entry entry;
    bool has_id, next_fuzzy, next_no_c_format; /* flags stand above the message */
    hearth_str *part; /* where a string that stands alone goes on; NULL: nowhere */
    hearth__buf buf;  /* of that part */
} reader;

static int wrong(reader *r, const char *why)
{
    return hearth__error_set(r->err, HEARTH_EINVAL, "line %u: %s", r->line, why);
}

/* ---- strings ----------------------------------------------------------------------- */

static int octal(reader *r, hearth_str *s)
{
    int value = 0, n = 0;

    for (; n < 3 && s->len > 0 && s->ptr[0] >= '0' && s->ptr[0] <= '7'; n++) {
        value = value * 8 + (s->ptr[0] - '0');
        *s = hearth__str(s->ptr + 1, s->len - 1);
    }
    if (value == 0 || value > 255)
        return wrong(r, "an escape stands for no byte, or for NUL");
    hearth__buf_char(&r->buf, (char)value);
    return 0;
}

static int hexadecimal(reader *r, hearth_str *s)
{
    int value = 0, n = 0;

    for (; n < 2 && s->len > 0 && hearth__hex_digit(s->ptr[0]) >= 0; n++) {
        value = value * 16 + hearth__hex_digit(s->ptr[0]);
        *s = hearth__str(s->ptr + 1, s->len - 1);
    }
    if (value == 0)
        return wrong(r, "an escape stands for no byte, or for NUL");
    hearth__buf_char(&r->buf, (char)value);
    return 0;
}

/* Behind a backslash. */
static int escape(reader *r, hearth_str *s)
{
    static const char names[] = "ntrabfv\\\"'?", bytes[] = "\n\t\r\a\b\f\v\\\"'?";
    const char *name;

    if (s->len == 0)
        return wrong(r, "a string ends within an escape");
    if (s->ptr[0] >= '0' && s->ptr[0] <= '7')
        return octal(r, s);
    name = s->ptr[0] == '\0' ? NULL : strchr(names, s->ptr[0]);
    if (name == NULL && s->ptr[0] != 'x')
        return wrong(r, "a string holds an escape that does not exist");
    char first = s->ptr[0];
    *s = hearth__str(s->ptr + 1, s->len - 1);
    if (first == 'x')
        return hexadecimal(r, s);
    hearth__buf_char(&r->buf, bytes[name - names]);
    return 0;
}

/* A line's `"..."`, added to the part that is being read. */
static int string(reader *r, hearth_str s)
{
    if (s.len < 2 || s.ptr[0] != '"')
        return wrong(r, "here a string in double quotes was expected");
    s = hearth__str(s.ptr + 1, s.len - 1);
    while (s.len > 0 && s.ptr[0] != '"') {
        char c = s.ptr[0];

        if (c == '\0')
            return wrong(r, "a string holds a NUL byte");
        s = hearth__str(s.ptr + 1, s.len - 1);
        if (c == '\\')
            HEARTH_TRY(escape(r, &s));
        else
            hearth__buf_char(&r->buf, c);
    }
    if (s.len != 1)
        return wrong(r,
                     s.len == 0 ? "a string has no end" : "something follows a string");
    return r->buf.failed ? HEARTH_ENOMEM : 0;
}

/* The part is whole. */
static int close_part(reader *r)
{
    if (r->part == NULL)
        return 0;
    r->part->len = r->buf.len;
    r->part->ptr = hearth__arena_copy(r->arena, r->buf.ptr, r->buf.len);
    if (r->part->ptr == NULL)
        return HEARTH_ENOMEM;
    if (!hearth__utf8_valid(*r->part))
        return wrong(r, "the text above is not UTF-8; save the file as that");
    r->part = NULL;
    return 0;
}

static int open_part(reader *r, hearth_str *part, hearth_str s)
{
    hearth__buf_empty(&r->buf);
    r->part = part;
    return string(r, s);
}

/* ---- messages ---------------------------------------------------------------------- */

static int finish(reader *r)
{
    hearth__po_entry *e = &r->entry;

    HEARTH_TRY(close_part(r));
    if (r->has_id) {
        if (e->nstr == 0)
            return wrong(r, "the message above has no msgstr");
        HEARTH_TRY(r->fn(r->arg, e, r->err));
    } else if (e->context.ptr != NULL) {
        return wrong(r, "above is a msgctxt without a msgid");
    }
    *e = (hearth__po_entry){0};
    r->has_id = false;
    return 0;
}

/* A message begins unless its msgctxt has. */
static int begin(reader *r)
{
    HEARTH_TRY(finish(r));
    r->entry.fuzzy = r->next_fuzzy;
    r->entry.no_c_format = r->next_no_c_format;
    r->next_fuzzy = r->next_no_c_format = false;
    r->entry.line = r->line;
    return 0;
}

static int read_context(reader *r, hearth_str s)
{
    HEARTH_TRY(begin(r));
    return open_part(r, &r->entry.context, s);
}

static int read_id(reader *r, hearth_str s)
{
    if (r->part == &r->entry.context)
        HEARTH_TRY(close_part(r));
    else
        HEARTH_TRY(begin(r));
    r->has_id = true;
    return open_part(r, &r->entry.id, s);
}

static int read_plural(reader *r, hearth_str s)
{
    if (r->part != &r->entry.id)
        return wrong(r, "msgid_plural comes directly behind msgid");
    HEARTH_TRY(close_part(r));
    return open_part(r, &r->entry.plural, s);
}

/* `msgstr` or `msgstr[1]`, whose forms come in order. */
static int read_str(reader *r, hearth_str index, hearth_str s)
{
    hearth__po_entry *e = &r->entry;
    bool plural = e->plural.ptr != NULL || r->part == &e->plural;
    uint64_t i = 0;

    if (!r->has_id)
        return wrong(r, "here is a msgstr without a msgid");
    HEARTH_TRY(close_part(r));
    if (plural != (index.len > 0))
        return wrong(r, plural
                            ? "a message with msgid_plural has msgstr[0], msgstr[1] ..."
                            : "msgstr[0] belongs to a message with msgid_plural");
    if (plural && (!hearth__str_uint(index, &i) || i >= HEARTH__PLURAL_FORMS))
        return wrong(r, "the number in msgstr[] is none of 0 to 7");
    if (i != e->nstr)
        return wrong(
            r, "the msgstr of this message are not in order, or one is there twice");
    e->nstr++;
    return open_part(r, &e->str[i], s);
}

/* ---- lines ------------------------------------------------------------------------- */

static int comment(reader *r, hearth_str s)
{
    if (!hearth__str_starts(s, HEARTH__S("#,")))
        return 0;
    s = hearth__str(s.ptr + 2, s.len - 2);
    while (s.len > 0) {
        hearth_str flag = hearth__str_trim(hearth__str_cut(&s, ','));

        r->next_fuzzy |= hearth__str_eq(flag, HEARTH__S("fuzzy"));
        r->next_no_c_format |= hearth__str_eq(flag, HEARTH__S("no-c-format")) ||
                               hearth__str_eq(flag, HEARTH__S("python-format"));
    }
    return 0;
}

/* Cut off what is no letter of a keyword. */
static hearth_str keyword(hearth_str *s)
{
    size_t n = 0;

    while (n < s->len && (hearth__is_alpha(s->ptr[n]) || s->ptr[n] == '_'))
        n++;
    hearth_str word = hearth__str(s->ptr, n);
    *s = hearth__str(s->ptr + n, s->len - n);
    return word;
}

static int read_line(reader *r, hearth_str s)
{
    hearth_str word, index = {"", 0};

    if (s.len == 0 || s.ptr[0] == '#')
        return s.len == 0 ? 0 : comment(r, s);
    if (s.ptr[0] == '"')
        return r->part == NULL ? wrong(r, "here is a string that belongs to nothing")
                               : string(r, s);
    word = keyword(&s);
    if (s.len > 0 && s.ptr[0] == '[') {
        ptrdiff_t end = hearth__str_find(s, ']');

        if (end < 2 || !hearth__str_eq(word, HEARTH__S("msgstr")))
            return wrong(r, "here is a '[' that belongs to no msgstr[0]");
        index = hearth__str(s.ptr + 1, (size_t)end - 1);
        s = hearth__str(s.ptr + end + 1, s.len - (size_t)end - 1);
    }
    s = hearth__str_trim(s);
    if (hearth__str_eq(word, HEARTH__S("msgctxt")))
        return read_context(r, s);
    if (hearth__str_eq(word, HEARTH__S("msgid")))
        return read_id(r, s);
    if (hearth__str_eq(word, HEARTH__S("msgid_plural")))
        return read_plural(r, s);
    if (hearth__str_eq(word, HEARTH__S("msgstr")))
        return read_str(r, index, s);
    return wrong(r,
                 "a line begins with msgctxt, msgid, msgid_plural, msgstr, '#' or '\"'");
}

int hearth__po_read(hearth__arena *a, hearth_str text, hearth__po_fn *fn, void *arg,
                    hearth_error *err)
{
    reader r = {.arena = a, .fn = fn, .arg = arg, .err = err};
    int rc = 0;

    if (hearth__str_starts(text, HEARTH__S("\xEF\xBB\xBF"))) /* a byte order mark */
        text = hearth__str(text.ptr + 3, text.len - 3);
    hearth__buf_init(&r.buf, NULL, 0);
    while (rc == 0 && text.len > 0) {
        hearth_str line = hearth__str_cut(&text, '\n');

        r.line++;
        if (line.len > 0 && line.ptr[line.len - 1] == '\r')
            line.len--;
        rc = read_line(&r, hearth__str_trim(line));
    }
    if (rc == 0)
        rc = finish(&r);
    hearth__buf_clear(&r.buf);
    if (rc == HEARTH_ENOMEM)
        hearth__error_set(err, rc, "out of memory");
    return rc;
}
