/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * A shunting of C's expressions into reverse Polish: each operator is written behind its operands.
 * Nothing in them has an effect, so both sides of ?: are worked out and one is taken.
 */
#include "i18n/plural.h"

#include "core/error.h"
#include "core/str.h"

#include <string.h>

#define DEPTH 48

enum { NUMBER, N, NOT, CHOOSE, BINARY }; /* BINARY and more: BINARY + index in binary[] */

/* The longer sign before its beginning. */
static const struct {
    const char *sign;
    int binds;
} binary[] = {
    {"||", 1}, {"&&", 2}, {"==", 3}, {"!=", 3}, {"<=", 4}, {">=", 4}, {"<", 4},
    {">", 4},  {"+", 5},  {"-", 5},  {"*", 6},  {"/", 6},  {"%", 6},
};
enum { OR, AND, EQ, NE, LE, GE, LT, GT, PLUS, MINUS, TIMES, DIVIDE, MODULO, OPERATORS };

typedef struct reader {
    hearth__plural *p;
    const char *at, *end;
    int depth;
    const char *wrong; /* NULL: nothing yet */
} reader;

static void fail(reader *r, const char *why)
{
    if (r->wrong == NULL)
        r->wrong = why;
}

static void skip_space(reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t'))
        r->at++;
}

static bool take(reader *r, const char *sign)
{
    size_t n = strlen(sign);

    skip_space(r);
    if ((size_t)(r->end - r->at) < n || memcmp(r->at, sign, n) != 0)
        return false;
    r->at += n;
    return true;
}

static void emit(reader *r, int op, uint64_t value)
{
    if (r->p->n == HEARTH__PLURAL_STEPS)
        fail(r, "it is too long");
    else
        r->p->step[r->p->n++] = (hearth__plural_step){(unsigned char)op, value};
}

static void read_choice(reader *r);

static void read_number(reader *r)
{
    const char *from = r->at;
    uint64_t value;

    while (r->at < r->end && hearth__is_digit(*r->at))
        r->at++;
    if (!hearth__str_uint(hearth__str(from, (size_t)(r->at - from)), &value))
        fail(r, "where a number, n or '(' was expected there is something else");
    emit(r, NUMBER, value);
}

static void read_unary(reader *r)
{
    size_t nots = 0;

    while (r->wrong == NULL && take(r, "!"))
        nots++;
    if (take(r, "(")) {
        read_choice(r);
        if (!take(r, ")"))
            fail(r, "a ')' is missing");
    } else if (take(r, "n")) {
        emit(r, N, 0);
    } else {
        read_number(r);
    }
    for (; r->wrong == NULL && nots > 0; nots--)
        emit(r, NOT, 0);
}

/* The operator that comes next and binds at least so closely, or OPERATORS. */
static int next_operator(reader *r, int binds)
{
    for (int i = 0; i < OPERATORS; i++)
        if (take(r, binary[i].sign)) {
            if (binary[i].binds >= binds)
                return i;
            r->at -= strlen(binary[i].sign);
            return OPERATORS;
        }
    return OPERATORS;
}

static void read_binary(reader *r, int binds)
{
    int op;

    read_unary(r);
    while (r->wrong == NULL && (op = next_operator(r, binds)) != OPERATORS) {
        read_binary(r, binary[op].binds + 1);
        emit(r, BINARY + op, 0);
    }
}

static void read_choice(reader *r)
{
    if (++r->depth > DEPTH) {
        fail(r, "it is nested too deeply");
        return;
    }
    read_binary(r, 1);
    if (r->wrong == NULL && take(r, "?")) {
        read_choice(r);
        if (!take(r, ":"))
            fail(r, "a ':' is missing");
        else
            read_choice(r);
        emit(r, CHOOSE, 0);
    }
    r->depth--;
}

static uint64_t apply(int op, uint64_t a, uint64_t b)
{
    switch (op) {
    case OR:
        return a || b;
    case AND:
        return a && b;
    case EQ:
        return a == b;
    case NE:
        return a != b;
    case LE:
        return a <= b;
    case GE:
        return a >= b;
    case LT:
        return a < b;
    case GT:
        return a > b;
    case PLUS:
        return a + b;
    case MINUS:
        return a - b;
    case TIMES:
        return a * b;
    case DIVIDE:
        return b == 0 ? 0 : a / b;
    default:
        return b == 0 ? 0 : a % b;
    }
}

static uint64_t work_out(const hearth__plural *p, uint64_t n)
{
    uint64_t stack[HEARTH__PLURAL_STEPS] = {0};
    size_t top = 0;

    for (const hearth__plural_step *s = p->step; s < p->step + p->n; s++)
        switch (s->op) {
        case NUMBER:
            stack[top++] = s->value;
            break;
        case N:
            stack[top++] = n;
            break;
        case NOT:
            stack[top - 1] = !stack[top - 1];
            break;
        case CHOOSE:
            top -= 2;
            stack[top - 1] = stack[top - 1] ? stack[top] : stack[top + 1];
            break;
        default:
            top--;
            stack[top - 1] = apply(s->op - BINARY, stack[top - 1], stack[top]);
        }
    return top == 1 ? stack[0] : 0;
}

unsigned hearth__plural_form(const hearth__plural *p, uint64_t n)
{
    uint64_t form = work_out(p, n);

    return form < p->forms ? (unsigned)form : 0;
}

void hearth__plural_default(hearth__plural *p)
{
    p->forms = 2;
    p->n = 0;
    p->step[p->n++] = (hearth__plural_step){N, 0};
    p->step[p->n++] = (hearth__plural_step){NUMBER, 1};
    p->step[p->n++] = (hearth__plural_step){BINARY + NE, 0};
}

static void read_forms(reader *r)
{
    const char *from;
    uint64_t forms;

    if (!take(r, "nplurals") || !take(r, "=")) {
        fail(r, "it does not begin with \"nplurals=\"");
        return;
    }
    skip_space(r);
    from = r->at;
    while (r->at < r->end && hearth__is_digit(*r->at))
        r->at++;
    if (!hearth__str_uint(hearth__str(from, (size_t)(r->at - from)), &forms) ||
        forms == 0 || forms > HEARTH__PLURAL_FORMS) {
        fail(r, "nplurals is none of 1 to 8");
        return;
    }
    r->p->forms = (unsigned)forms;
    if (!take(r, ";") || !take(r, "plural") || !take(r, "="))
        fail(r, "after nplurals there is no \"; plural=\"");
}

int hearth__plural_read(hearth__plural *p, hearth_str text, hearth_error *err)
{
    reader r = {p, text.ptr, text.ptr + text.len, 0, NULL};

    p->n = 0;
    read_forms(&r);
    if (r.wrong == NULL)
        read_choice(&r);
    if (r.wrong == NULL)
        (void)take(&r, ";");
    skip_space(&r);
    if (r.wrong == NULL && r.at != r.end)
        fail(&r, "something follows that belongs to no expression");
    if (r.wrong != NULL)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "Plural-Forms is no rule: %s; say "
                                 "\"nplurals=2; plural=(n != 1);\" or the like",
                                 r.wrong);
    for (uint64_t n = 0; n <= 1000; n++)
        if (work_out(p, n) >= p->forms)
            return hearth__error_set(err, HEARTH_EINVAL,
                                     "Plural-Forms gives form %llu for n = %llu, and "
                                     "nplurals says that there are %u",
                                     (unsigned long long)work_out(p, n),
                                     (unsigned long long)n, p->forms);
    return 0;
}
