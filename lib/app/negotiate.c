/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Asking what the client wants.  Whoever asks has an answer that depends on it, so asking
 * is what adds to Vary; nobody can forget it.
 */
#include "app/negotiate.h"

#include "app/problem.h"
#include "app/req.h"
#include "core/str.h"
#include "http/negotiate.h"

#include <hearth/negotiate.h>

/* ---- Vary ---------------------------------------------------------------------- */

static bool varies(const hearth__res *r, hearth_str name)
{
    return hearth__res_lists(r, HEARTH__S("Vary"), name) ||
           hearth__res_lists(r, HEARTH__S("Vary"), HEARTH__S("*"));
}

int hearth__vary(hearth_ctx *c, hearth_str name)
{
    const hearth__field *old;
    hearth__buf b;

    if (varies(&c->res, name))
        return 0;
    old = hearth__res_find(&c->res, HEARTH__S("Vary"));
    if (old == NULL)
        return hearth__res_add(&c->res, &c->arena, HEARTH__S("Vary"), name);
    hearth__buf_init(&b, &c->arena, 0);
    hearth__buf_str(&b, old->value);
    hearth__buf_text(&b, ", ");
    hearth__buf_str(&b, name);
    if (b.failed)
        return HEARTH_ENOMEM;
    c->res.field[old - c->res.field].value = hearth__buf_view(&b);
    return 0;
}

int hearth_vary(hearth_ctx *c, const char *field)
{
    hearth_str name = hearth__str_of(field);

    if (!hearth__is_token(name))
        return hearth__note(c, HEARTH_EINVAL, "hearth_vary: \"%s\" is no name of a field",
                            name.ptr);
    name.ptr = hearth__ctx_text(c, name);
    return name.ptr == NULL ? HEARTH_ENOMEM : hearth__vary(c, name);
}

/* ---- offers ---------------------------------------------------------------------- */

typedef struct offers {
    hearth_str offer[HEARTH__MAX_OFFERS];
    size_t n;
} offers;

static void read_offers(offers *o, const char *first, va_list more)
{
    for (o->n = 0; first != NULL && o->n < HEARTH__MAX_OFFERS;
         first = va_arg(more, const char *))
        o->offer[o->n++] = hearth__str_of(first);
}

/* "a/b, c/d or e/f", for people. */
static const char *sentence_list(hearth_ctx *c, const offers *o)
{
    hearth__buf b;

    hearth__buf_init(&b, &c->arena, 0);
    for (size_t i = 0; i < o->n; i++) {
        hearth__buf_text(&b, i == 0 ? "" : i + 1 == o->n ? " or " : ", ");
        hearth__buf_str(&b, o->offer[i]);
    }
    return b.failed ? "" : b.ptr;
}

/* What the 406 that may follow says. */
static void tell_available(hearth_ctx *c, const offers *o)
{
    hearth_str *list = hearth__arena_array(&c->arena, o->n, sizeof *list);

    for (size_t i = 0; list != NULL && i < o->n; i++) {
        list[i] = o->offer[i];
        list[i].ptr = hearth__ctx_text(c, o->offer[i]);
        if (list[i].ptr == NULL)
            return;
    }
    c->available = list;
    c->navailable = list == NULL ? 0 : o->n;
    (void)hearth__tell(c, 0, 406, "this resource is available as %s",
                       sentence_list(c, o));
}

static int pick_type(hearth_ctx *c, const offers *o)
{
    hearth_str accept = hearth__req_list(c, HEARTH__S("Accept"));
    int i = hearth__negotiate_type(accept, o->offer, o->n);

    (void)hearth__vary(c, HEARTH__S("Accept")); /* out of memory is remembered */
    if (i < 0)
        tell_available(c, o);
    return i;
}

const char *hearth_accepts(hearth_ctx *c, const char *type, ...)
{
    offers o;
    va_list more;

    va_start(more, type);
    read_offers(&o, type, more);
    va_end(more);
    int i = pick_type(c, &o);
    return i < 0 ? NULL : o.offer[i].ptr;
}

const char *hearth_accepts_language(hearth_ctx *c, const char *language, ...)
{
    offers o;
    va_list more;

    va_start(more, language);
    read_offers(&o, language, more);
    va_end(more);
    (void)hearth__vary(c, HEARTH__S("Accept-Language"));
    int i = hearth__negotiate_language(hearth__req_list(c, HEARTH__S("Accept-Language")),
                                       o.offer, o.n);
    return i < 0 ? language : o.offer[i].ptr;
}

const char *hearth_accepts_encoding(hearth_ctx *c, const char *coding, ...)
{
    offers o;
    va_list more;

    va_start(more, coding);
    read_offers(&o, coding, more);
    va_end(more);
    (void)hearth__vary(c, HEARTH__S("Accept-Encoding"));
    int i = hearth__negotiate_coding(hearth__req_list(c, HEARTH__S("Accept-Encoding")),
                                     o.offer, o.n);
    return i < 0 ? NULL : o.offer[i].ptr;
}

int hearth_reply_as(hearth_ctx *c, const hearth_as *forms)
{
    offers o = {.n = 0};

    for (; forms[o.n].type != NULL && o.n < HEARTH__MAX_OFFERS; o.n++)
        o.offer[o.n] = hearth__str_of(forms[o.n].type);
    int i = pick_type(c, &o);
    return i < 0 ? 406 : forms[i].handler(c);
}
