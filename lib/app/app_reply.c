/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Structs as answers.  What a struct holds that JSON cannot say is a bug of the program, not of
 * the request: noted, 500.
 */

#include "app/answer.h"
#include "app/problem.h"
#include "model/dump.h"

/* n structs, or one without brackets. */
static int dump(hearth_ctx *c, const hearth_model *m, const void *objs, size_t n,
                bool one, hearth__buf *b)
{
    hearth__json_w w = hearth__json_w_of(b);
    hearth_error why = {0};
    int rc;

    if (m == NULL || (objs == NULL && n > 0))
        return hearth__note(c, HEARTH_ESTATE, "a model or struct to answer with is NULL");
    hearth__buf_init(b, &c->arena, 0);
    rc = one ? hearth__dump(&w, m, objs, HEARTH__ALL_FIELDS, &why)
             : hearth__dump_all(&w, m, objs, n, HEARTH__ALL_FIELDS, &why);
    if (b->failed)
        return HEARTH_ENOMEM;
    return rc == 0 ? 0 : hearth__note(c, HEARTH_ESTATE, "%s", why.text);
}

static int reply(hearth_ctx *c, int status, const hearth_model *m, const void *objs,
                 size_t n, bool one)
{
    hearth__buf b;

    HEARTH_TRY(hearth__answer_check(c, status));
    HEARTH_TRY(dump(c, m, objs, n, one, &b));
    return hearth__answer(c, status, HEARTH__S("application/json"), hearth__buf_view(&b));
}

int hearth_reply(hearth_ctx *c, int status, const hearth_model *m, const void *obj)
{
    return reply(c, status, m, obj, 1, true);
}

int hearth_reply_all(hearth_ctx *c, int status, const hearth_model *m, const void *objs,
                     size_t n)
{
    return reply(c, status, m, objs, n, false);
}

hearth_str hearth_model_json(hearth_ctx *c, const hearth_model *m, const void *obj)
{
    hearth__buf b;

    if (dump(c, m, obj, 1, true, &b) != 0)
        return HEARTH__S("");
    return hearth__buf_view(&b);
}
