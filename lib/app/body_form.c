/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A form with files, taken apart while it arrives.  Text fields become pairs beside those
 * of any other form; the files lie one behind the other in the request's spool.  On a
 * route with calls of its own the parts go to them.
 */
#include "app/body.h"

#include "app/app.h"
#include "app/problem.h"
#include "core/str.h"
#include "core/utf8.h"
#include "http/disposition.h"

#include <hearth/log.h>
#include <stdio.h>
#include <string.h>

int hearth__body_spool_failed(hearth_ctx *c, int code)
{
    char reason[128];

    if (code == HEARTH_ENOMEM)
        return code;
    if (strerror_r(c->intake->spool.why, reason, sizeof reason) != 0)
        snprintf(reason, sizeof reason, "error %d", c->intake->spool.why);
    return hearth__note(c, code, "a temporary file in %s: %s", c->app->opts.upload_dir,
                        reason);
}

/* ---- a part begins --------------------------------------------------------------- */

static int count(hearth_ctx *c, bool file)
{
    hearth__body *in = c->intake;

    if (file && ++in->nfiles > in->max_files)
        return hearth__tell(c, HEARTH_ETOOBIG, 413, "the form has more than %zu files",
                            in->max_files);
    if (!file && ++in->ntexts > in->max_texts)
        return hearth__tell(c, HEARTH_ETOOBIG, 413, "the form has more than %zu fields",
                            in->max_texts);
    return 0;
}

static const char *clean_name(hearth_ctx *c, hearth_str raw)
{
    char shown[HEARTH__CLIENT_NAME_MAX + 1];
    size_t n = hearth__client_name(raw, shown);

    return hearth__arena_copy(&c->arena, shown, n);
}

static int pass_part(hearth_ctx *c, const hearth__form_part *part)
{
    hearth__body *in = c->intake;
    char shown[HEARTH__CLIENT_NAME_MAX + 1];
    hearth_part p = {.name = part->name.ptr, .claimed_type = part->type.ptr};

    if (part->filename.ptr != NULL) {
        hearth__client_name(part->filename, shown);
        p.client_name = shown;
    }
    return in->ops->part(in->self, c, &p);
}

static int begin_file(hearth_ctx *c, const hearth__form_part *part)
{
    hearth__upload *u = hearth__arena_alloc(&c->arena, sizeof *u);

    if (u == NULL)
        return HEARTH_ENOMEM;
    u->shown.field = hearth__ctx_text(c, part->name);
    u->shown.client_name = clean_name(c, part->filename);
    u->shown.claimed_type = hearth__ctx_text(c, part->type);
    u->at = c->intake->spool.len;
    c->intake->file = u;
    return u->shown.field == NULL || u->shown.client_name == NULL ||
                   u->shown.claimed_type == NULL
               ? HEARTH_ENOMEM
               : 0;
}

static int begin_text(hearth_ctx *c, const hearth__form_part *part)
{
    hearth__pairs *p = &c->form;

    if (p->n == c->intake->cap) {
        size_t cap = p->n == 0 ? 8 : p->n * 2;

        p->pair = hearth__arena_grow(&c->arena, p->pair, p->n * sizeof *p->pair,
                                     cap * sizeof *p->pair);
        if (p->pair == NULL) {
            p->n = 0;
            return HEARTH_ENOMEM;
        }
        c->intake->cap = cap;
    }
    c->intake->file = NULL;
    hearth__buf_empty(&c->intake->text);
    p->pair[p->n] =
        (hearth__field){hearth__str(hearth__ctx_text(c, part->name), part->name.len),
                        {"", 0}};
    return p->pair[p->n].name.ptr == NULL ? HEARTH_ENOMEM : 0;
}

static int on_begin(void *self, const hearth__form_part *part)
{
    hearth_ctx *c = self;
    bool file = part->filename.ptr != NULL;

    HEARTH_TRY(count(c, file));
    if (c->intake->ops != NULL)
        return pass_part(c, part);
    return file ? begin_file(c, part) : begin_text(c, part);
}

/* ---- its data -------------------------------------------------------------------- */

static int take_file(hearth_ctx *c, hearth_str piece)
{
    hearth__body *in = c->intake;
    hearth_upload *u = &in->file->shown;
    int rc;

    if (piece.len > in->max_file - u->size)
        return hearth__tell(c, HEARTH_ETOOBIG, 413,
                            "a file of the form is larger than the %llu bytes that this "
                            "resource accepts",
                            (unsigned long long)in->max_file);
    rc = hearth__spool_add(&in->spool, piece.ptr, piece.len);
    if (rc != 0)
        return hearth__body_spool_failed(c, rc);
    u->size += piece.len;
    return 0;
}

static int on_data(void *self, hearth_str piece)
{
    hearth_ctx *c = self;
    hearth__body *in = c->intake;

    if (in->ops != NULL)
        return in->ops->data(in->self, c, piece.ptr, piece.len);
    if (in->file != NULL)
        return take_file(c, piece);
    if (piece.len > in->text_left)
        return hearth__tell(c, HEARTH_ETOOBIG, 413,
                            "the text fields of the form are too large together");
    in->text_left -= piece.len;
    hearth__buf_str(&in->text, piece);
    return in->text.failed ? HEARTH_ENOMEM : 0;
}

/* ---- its end --------------------------------------------------------------------- */

static int end_text(hearth_ctx *c)
{
    hearth__field *pair = &c->form.pair[c->form.n];
    hearth_str text = hearth__buf_view(&c->intake->text);

    if (memchr(text.ptr, '\0', text.len) != NULL || !hearth__utf8_valid(text))
        return hearth__tell(c, HEARTH_EINVAL, 400,
                            "the field '%s' of the form is not text in UTF-8",
                            pair->name.ptr);
    pair->value = hearth__str(hearth__ctx_text(c, text), text.len);
    if (pair->value.ptr == NULL)
        return HEARTH_ENOMEM;
    c->form.n++;
    return 0;
}

/* What browsers send for a field in which nobody chose a file: no name, no bytes. */
static bool is_unfilled(const hearth_upload *u)
{
    return u->size == 0 && u->client_name[0] == '\0';
}

static int on_end(void *self)
{
    hearth_ctx *c = self;
    hearth__body *in = c->intake;

    if (in->ops != NULL)
        return in->ops->end == NULL ? 0 : in->ops->end(in->self, c);
    if (in->file == NULL)
        return end_text(c);
    if (!is_unfilled(&in->file->shown)) {
        *in->last = in->file;
        in->last = &in->file->next;
    }
    return 0;
}

const hearth__multipart_ops hearth__body_form_ops = {on_begin, on_data, on_end};
