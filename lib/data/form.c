/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Forms of models in requests: what was typed and what was wrong with it, from the context.
 */

#include "data/form.h"

#include "app/model.h"
#include "app/negotiate.h"
#include "app/problem.h"
#include "app/req.h"
#include "core/str.h"

#include <hearth/res.h>

/* The faults of the request, in the words of lib/model. */
static const hearth__form_fault *faults_of(hearth_ctx *c)
{
    const hearth__form_fault *first = NULL, **end = &first;

    for (const hearth__fault *f = c->faults; f != NULL; f = f->next) {
        hearth__form_fault *t = hearth__arena_alloc(&c->arena, sizeof *t);

        if (t == NULL)
            return NULL;
        t->pointer = f->pointer;
        t->text = f->text;
        *end = t;
        end = &t->next;
    }
    return first;
}

/* The token against forged requests, of the middleware that asks for it. */
static const hearth_form_hidden *token_of(hearth_ctx *c, const hearth_form_opts *o)
{
    hearth_form_hidden *t;

    if (c->form_token == NULL || (o->method != NULL && strcmp(o->method, "get") == 0))
        return NULL;
    t = hearth__arena_alloc(&c->arena, sizeof *t);
    if (t == NULL)
        return NULL;
    t->value = c->form_token(c, &t->name);
    return t->value == NULL ? NULL : t;
}

int hearth__form_of(hearth_ctx *c, const hearth_model *m, const void *obj,
                    const hearth_form_opts *o, size_t size, hearth__form *f)
{
    *f = (hearth__form){.obj = obj, .arena = &c->arena};
    if (o != NULL)
        memcpy(&f->o, o, size < sizeof f->o ? size : sizeof f->o);
    HEARTH_TRY(hearth__model_plan(c, m, &f->plan));
    if (c->nfaults > 0 && c->form.parsed && c->form.rc == 0) {
        f->again = true;
        f->typed = c->form.pair;
        f->ntyped = c->form.n;
    }
    f->faults = faults_of(c);
    f->token = token_of(c, &f->o);
    return 0;
}

hearth_str hearth_form_html_sized(hearth_ctx *c, const hearth_model *m, const void *obj,
                                  const hearth_form_opts *o, size_t size)
{
    hearth_error err = {0};
    hearth__form f;
    hearth__buf b;

    if (hearth__form_of(c, m, obj, o, size, &f) != 0)
        return HEARTH__S("");
    hearth__buf_init(&b, &c->arena, 0);
    if (hearth__form_put(&b, &f, &err) == 0)
        return hearth__buf_view(&b);
    if (err.code == HEARTH_EINVAL)
        hearth__log_failure(c, err.text);
    return HEARTH__S("");
}

/* "title already exists" is about the title. */
static void note(hearth_ctx *c, const char *text)
{
    size_t n = strcspn(text, " ");
    hearth__buf pointer;

    hearth__buf_init(&pointer, &c->arena, 0);
    hearth__buf_char(&pointer, '/');
    hearth__buf_add(&pointer, text, n);
    hearth_fault(c, pointer.ptr, "conflict", "%s", text);
}

static bool is_form(hearth_ctx *c)
{
    return hearth__req_form(c)->rc == 0 && c->form.parsed;
}

bool hearth_form_again(hearth_ctx *c, int rc)
{
    bool about_input =
        rc == HEARTH_EMODEL || rc == HEARTH_ECONFLICT || rc == 409 || rc == 422;

    if (!about_input || !is_form(c) || !hearth__problem_wants_html(c))
        return false;
    if (c->nfaults == 0 && c->error.status != 0 && c->error.text[0] != '\0')
        note(c, c->error.text);
    else if (c->nfaults == 0)
        hearth_fault(c, "", "invalid", "it cannot be stored like this");
    return true;
}
