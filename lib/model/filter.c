/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A query string as filters, order and page.  Everything that is wrong is told at once, as with
 * a body.
 */

#include "model/filter.h"
#include "model/with.h"

static const struct {
    const char *name;
    hearth__op op;
    bool ordered; /* kinds with a more and less only */
    bool texts;   /* kind text only */
} ops[] = {
    {"eq", HEARTH__OP_EQ, false, false},
    {"ne", HEARTH__OP_NE, false, false},
    {"lt", HEARTH__OP_LT, true, false},
    {"le", HEARTH__OP_LE, true, false},
    {"gt", HEARTH__OP_GT, true, false},
    {"ge", HEARTH__OP_GE, true, false},
    {"in", HEARTH__OP_IN, false, false},
    {"null", HEARTH__OP_NULL, false, false},
    {"contains", HEARTH__OP_CONTAINS, false, true},
    {"starts", HEARTH__OP_STARTS, false, true},
};

uint64_t hearth__filter_fields(const hearth_model *m)
{
    uint64_t open = 0;

    for (size_t i = 0; i < m->n; i++) {
        const hearth_field *f = &m->field[i];

        if (!f->secret && f->kind != HEARTH_KIND_json && f->kind != HEARTH_KIND_blob)
            open |= HEARTH__BIT(i);
    }
    return open;
}

void hearth__filter_init(hearth__filter *f, const hearth__plan *p, hearth__arena *a)
{
    memset(f, 0, sizeof *f);
    f->plan = p;
    f->m = p->m;
    f->arena = a;
    f->open = hearth__filter_fields(p->m);
    f->ranked = true;
}

/* ---- faults -------------------------------------------------------------------------- */

static void fault(hearth__filter *f, hearth_str name, const char *code, const char *text)
{
    hearth__buf pointer;

    f->nfaults++;
    hearth__buf_init(&pointer, f->arena, 0);
    hearth__buf_char(&pointer, '?');
    hearth__buf_str(&pointer, name);
    f->fault(f->fault_arg, pointer.ptr, code, text);
}

static void faultf(hearth__filter *f, hearth_str name, const char *code, const char *fmt,
                   ...) HEARTH_PRINTF(4, 5);

/* The sentence begins with the name. */
static void faultf(hearth__filter *f, hearth_str name, const char *code, const char *fmt,
                   ...)
{
    hearth__buf text;
    va_list ap;

    hearth__buf_init(&text, f->arena, 0);
    hearth__buf_str(&text, name);
    hearth__buf_char(&text, ' ');
    va_start(ap, fmt);
    hearth__buf_v(&text, fmt, ap);
    va_end(ap);
    fault(f, name, code, text.ptr);
}

/* ---- values -------------------------------------------------------------------------- */

/* text as a value of field i, which ends in '\0' when it is lasting; false with the fault
 * told. */
static bool read_value(hearth__filter *f, hearth_str name, size_t i, hearth_str text,
                       bool lasting, hearth_val *out)
{
    hearth__bind *b = f->bind;

    if (b == NULL || f->obj == NULL)
        return false;
    hearth__bind_init(b, f->plan, f->obj, f->arena);
    b->source = HEARTH__FROM_QUERY;
    hearth__parse_text(b, i, text, lasting);
    if ((b->faults.set & HEARTH__BIT(i)) != 0)
        fault(f, name, b->faults.code[i], b->faults.text[i]);
    if (b->given.has == 0)
        return false;
    return hearth__row_val(f->m, i, f->obj, f->arena, out, NULL) == 0;
}

/* "a,b,c" */
static bool read_list(hearth__filter *f, hearth_str name, hearth_str text,
                      hearth__term *t)
{
    hearth_val *v;
    size_t n = 1;

    for (size_t i = 0; i < text.len; i++)
        n += text.ptr[i] == ',';
    if (n > HEARTH__MAX_IN) {
        faultf(f, name, "max", "lists more than %d values", HEARTH__MAX_IN);
        return false;
    }
    v = hearth__arena_array(f->arena, n, sizeof *v);
    t->v = v;
    t->n = n;
    for (size_t i = 0; v != NULL && i < n; i++)
        if (!read_value(f, name, t->field, hearth__str_cut(&text, ','), false, &v[i]))
            return false;
    return v != NULL;
}

static bool read_bool(hearth__filter *f, hearth_str name, hearth_str text, bool *out)
{
    *out =
        hearth__str_eq(text, HEARTH__S("true")) || hearth__str_eq(text, HEARTH__S("1"));
    if (*out || hearth__str_eq(text, HEARTH__S("false")) ||
        hearth__str_eq(text, HEARTH__S("0")))
        return true;
    faultf(f, name, "type", "has to be true or false");
    return false;
}

/* A text to look for, as a pattern of LIKE. */
static bool read_like(hearth__filter *f, hearth_str name, hearth_str text, hearth__op op,
                      hearth_val *out)
{
    hearth__buf b;

    if (text.len > HEARTH__MAX_LIKE) {
        faultf(f, name, "max", "is longer than %d bytes", HEARTH__MAX_LIKE);
        return false;
    }
    hearth__buf_init(&b, f->arena, 0);
    hearth__buf_text(&b, op == HEARTH__OP_CONTAINS ? "%" : "");
    for (size_t i = 0; i < text.len; i++) {
        if (strchr("%_\\", text.ptr[i]) != NULL)
            hearth__buf_char(&b, '\\');
        hearth__buf_char(&b, text.ptr[i]);
    }
    hearth__buf_char(&b, '%');
    *out = hearth_val_str(hearth__buf_view(&b));
    return !b.failed;
}

static bool read_term(hearth__filter *f, hearth_str name, hearth_str text,
                      hearth__term *t)
{
    hearth_val *v = hearth__arena_array(f->arena, 1, sizeof *v);
    bool yes;

    if (v == NULL)
        return false;
    t->v = v;
    t->n = 1;
    switch (t->op) {
    case HEARTH__OP_IN:
        return read_list(f, name, text, t);
    case HEARTH__OP_NULL:
        if (!read_bool(f, name, text, &yes))
            return false;
        *v = hearth_val_int(yes);
        return true;
    case HEARTH__OP_CONTAINS:
    case HEARTH__OP_STARTS:
        return read_like(f, name, text, t->op, v);
    default:
        return read_value(f, name, t->field, text, true, v);
    }
}

/* ---- names --------------------------------------------------------------------------- */

static bool is_ordered(hearth_kind k)
{
    return k == HEARTH_KIND_i64 || k == HEARTH_KIND_f64 || k == HEARTH_KIND_text ||
           k == HEARTH_KIND_time || k == HEARTH_KIND_date;
}

static bool suits(size_t op, hearth_kind kind)
{
    return (!ops[op].ordered || is_ordered(kind)) &&
           (!ops[op].texts || kind == HEARTH_KIND_text);
}

size_t hearth__filter_ops(hearth_kind kind, const char *name[HEARTH__OPS])
{
    size_t n = 0;

    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (suits(i, kind))
            name[n++] = ops[i].name;
    return n;
}

/* Behind the dot; none is "eq".  False with the fault told. */
static bool find_op(hearth__filter *f, hearth_str name, hearth_str suffix,
                    hearth__term *t)
{
    hearth_kind kind = f->m->field[t->field].kind;

    t->op = HEARTH__OP_EQ;
    if (suffix.ptr == NULL)
        return true;
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (!hearth__str_eq(suffix, hearth__str_of(ops[i].name)))
            continue;
        t->op = ops[i].op;
        if (suits(i, kind))
            return true;
        faultf(f, name, "unknown", "is no way to compare a field of this kind");
        return false;
    }
    faultf(
        f, name, "unknown",
        "ends in an unknown comparison; use eq, ne, lt, le, gt, ge, in, null, contains "
        "or starts");
    return false;
}

static size_t find_open(const hearth__filter *f, hearth_str name)
{
    size_t i = hearth__plan_find(f->plan, name, f->m->n);

    return i < f->m->n && (f->open & HEARTH__BIT(i)) != 0 ? i : f->m->n;
}

static void read_filter(hearth__filter *f, const hearth__field *pair)
{
    hearth_str suffix = pair->name, base = hearth__str_cut(&suffix, '.');
    hearth__term t = {.field = find_open(f, base)};

    if (t.field == f->m->n) {
        if (!f->ignore_unknown)
            fault(f, pair->name, "unknown",
                  "there is no field of this name to filter by; leave it out");
        return;
    }
    if (!find_op(f, pair->name, suffix, &t) || pair->value.len == 0)
        return; /* a field of a search form that was left open */
    if (f->nterms == HEARTH__MAX_TERMS) {
        faultf(f, pair->name, "max", "is one of more than %d filters", HEARTH__MAX_TERMS);
        return;
    }
    if (read_term(f, pair->name, pair->value, &t))
        f->term[f->nterms++] = t;
}

/* ---- order and page ------------------------------------------------------------------ */

static bool add_sort(hearth__filter *f, hearth_str word)
{
    bool desc = word.len > 0 && word.ptr[0] == '-';
    size_t i;

    word = hearth__str(word.ptr + desc, word.len - desc);
    i = find_open(f, word);
    if (i == f->m->n || f->nsort >= HEARTH__MAX_SORT - 1)
        return false;
    for (size_t k = 0; k < f->nsort; k++)
        if (f->sort[k].field == i)
            return false;
    f->sort[f->nsort++] = (hearth__sort){i, desc};
    return true;
}

static bool add_all(hearth__filter *f, hearth_str spec)
{
    while (spec.ptr != NULL)
        if (!add_sort(f, hearth__str_trim(hearth__str_cut(&spec, ','))))
            return false;
    return true;
}

static void read_sort(hearth__filter *f, hearth_str name, hearth_str spec)
{
    f->nsort = 0;
    f->ranked = false;
    if (!add_all(f, spec))
        faultf(f, name, "choice",
               "has to be up to %d different fields like \"-due,title\"",
               HEARTH__MAX_SORT - 1);
}

static void read_number(hearth__filter *f, hearth_str name, hearth_str text, int64_t min,
                        int64_t max, int64_t *out)
{
    int64_t n;

    if (!hearth__str_int(text, &n))
        faultf(f, name, "type", "has to be a whole number");
    else if (n < min)
        faultf(f, name, "min", "has to be at least %lld", (long long)min);
    else if (n > max)
        faultf(f, name, "max", "has to be at most %lld", (long long)max);
    else
        *out = n;
}

typedef enum word {
    WORD_SORT,
    WORD_LIMIT,
    WORD_OFFSET,
    WORD_AFTER,
    WORD_COUNT,
    WORD_WITH,
    WORD_Q,
    WORDS
} word;

static const char *const words[WORDS] = {"sort",  "limit", "offset", "after",
                                         "count", "with",  "q"};

static word word_of(hearth_str name)
{
    word w = WORD_SORT;

    while (w < WORDS && !hearth__str_eq(name, hearth__str_of(words[w])))
        w++;
    return w;
}

bool hearth__filter_is_word(hearth_str name)
{
    return word_of(name) != WORDS;
}

/* Those that not every list heeds are names of fields in the others. */
static word heeded(const hearth__filter *f, hearth_str name)
{
    word w = word_of(name);

    if ((w == WORD_WITH && f->may_with == NULL) || (w == WORD_Q && !f->searchable))
        return WORDS;
    return w;
}

static void read_words(hearth__filter *f, const hearth__field *pair)
{
    if (hearth__words_add(&f->words, pair->value) != 0)
        faultf(f, pair->name, "max", "is longer than %d bytes or %d words",
               HEARTH__WORDS_BYTES, HEARTH__WORDS_MOST);
}

static void read_with(hearth__filter *f, const hearth__field *pair)
{
    f->with = pair->value.ptr;
    if (!hearth__with_allowed(pair->value, f->may_with))
        faultf(f, pair->name, "choice", "has to list some of \"%s\"", f->may_with);
}

static void read_word(hearth__filter *f, word w, const hearth__field *pair)
{
    switch (w) {
    case WORD_SORT:
        read_sort(f, pair->name, pair->value);
        break;
    case WORD_LIMIT:
        read_number(f, pair->name, pair->value, 1, f->max_limit, &f->limit);
        break;
    case WORD_OFFSET:
        read_number(f, pair->name, pair->value, 0, INT64_MAX, &f->offset);
        break;
    case WORD_AFTER:
        f->after = pair->value;
        break;
    case WORD_WITH:
        read_with(f, pair);
        break;
    case WORD_Q:
        read_words(f, pair);
        break;
    default:
        (void)read_bool(f, pair->name, pair->value, &f->count);
    }
}

int hearth__filter_read(hearth__filter *f, const hearth__field *pair, size_t n)
{
    unsigned seen = 0;

    f->bind = hearth__arena_raw(f->arena, sizeof *f->bind);
    f->obj = hearth__arena_raw(f->arena, f->m->size);
    for (size_t i = 0; i < n; i++) {
        word w = heeded(f, pair[i].name);

        if (pair[i].name.len > 0 && pair[i].name.ptr[0] == '_')
            continue;
        if (w == WORDS) {
            read_filter(f, &pair[i]);
            continue;
        }
        if ((seen & 1u << w) != 0)
            faultf(f, pair[i].name, "duplicate", "is given twice");
        else if (pair[i].value.len > 0)
            read_word(f, w, &pair[i]);
        seen |= 1u << w;
    }
    if (f->after.ptr != NULL && f->offset > 0)
        faultf(f, HEARTH__S("offset"), "choice", "and after exclude each other");
    if (f->arena->failed)
        return HEARTH_ENOMEM;
    return f->nfaults > 0 ? HEARTH_EMODEL : 0;
}

int hearth__filter_sort(hearth__filter *f, const char *spec)
{
    uint64_t open = f->open;
    bool sound;

    f->open = hearth__filter_fields(f->m);
    sound = spec == NULL || add_all(f, hearth__str_of(spec));
    f->open = open;
    return sound ? 0 : HEARTH_EINVAL;
}

void hearth__filter_finish(hearth__filter *f)
{
    size_t key = hearth__field_key(f->m);

    f->ranked = f->ranked && f->words.n > 0;

    for (size_t i = 0; i < f->nsort; i++) {
        if (f->sort[i].field != key)
            continue;
        f->nsort = i + 1; /* no two rows are equal up to here */
        return;
    }
    f->sort[f->nsort] = (hearth__sort){key, f->nsort > 0 && f->sort[f->nsort - 1].desc};
    f->nsort++;
}
