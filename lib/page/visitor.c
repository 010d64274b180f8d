/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Who visits: user, messages for him, and what his forms and scripts have to carry.
 */
#include "core/enc.h"
#include "core/str.h"
#include "page/page.h"

#include <hearth/csrf.h>
#include <hearth/security.h>
#include <hearth/session.h>
#include <hearth/users.h>

/* ---- user ----------------------------------------------------------------------- */

/* *u and *key stay NULL for nobody.  Without accounts a session may still be somebody's. */
static int find_user(hearth__render *r, const hearth_user **u, const char **key)
{
    hearth_ctx *c = r->arg;
    int rc = 0;

    *u = NULL;
    *key = NULL;
    if (c->app->users != NULL)
        rc = hearth_user_current(c, u);
    else if (c->app->sessions != NULL && (rc = hearth_session_load(c)) == 0)
        *key = hearth_session_user(c);
    if (*u != NULL)
        *key = (*u)->key;
    return rc == 0 ? 0
                   : hearth__render_fail(r, rc, "who is logged in cannot be told: %s",
                                         hearth_strerror(rc));
}

static int user_truth(hearth__render *r, hearth__object *self, bool *out)
{
    const hearth_user *u;
    const char *key;

    (void)self;
    HEARTH_TRY(find_user(r, &u, &key));
    *out = key != NULL;
    return 0;
}

static int user_get(hearth__render *r, hearth__object *self, hearth_str name,
                    hearth_value *out)
{
    const hearth_user *u;
    const char *key;

    (void)self;
    HEARTH_TRY(find_user(r, &u, &key));
    if (hearth__str_eq(name, HEARTH__S("is_authenticated"))) {
        *out = hearth_value_bool(key != NULL);
        return 0;
    }
    if (key == NULL)
        return HEARTH_ENOTFOUND;
    if (hearth__str_eq(name, HEARTH__S("key")))
        *out = hearth__page_text(key);
    else if (hearth__str_eq(name, HEARTH__S("id")))
        *out = u != NULL ? hearth_value_int(u->id) : hearth__page_text(key);
    else if (u != NULL && hearth__str_eq(name, HEARTH__S("name")))
        *out = hearth__page_text(u->name);
    else if (u != NULL && hearth__str_eq(name, HEARTH__S("email")))
        *out = hearth__page_text(u->email);
    else
        return HEARTH_ENOTFOUND;
    return 0;
}

static const hearth__object_ops user_ops = {.name = "user",
                                            .get = user_get,
                                            .truth = user_truth};
const hearth__object hearth__page_user = {&user_ops};

/* ---- messages ------------------------------------------------------------------- */

static int flashes(hearth_template_call *call, hearth_value *out)
{
    hearth_ctx *c = hearth__page_ctx(call);
    const hearth_flash_message *m = NULL;
    json_t *list = json_array();
    size_t n = 0;

    if (c->app->sessions != NULL)
        m = hearth_flashes(c, &n);
    for (size_t i = 0; i < n; i++)
        if (json_array_append_new(list, json_pack("{s:s, s:s}", "kind", m[i].kind, "text",
                                                  m[i].text)) != 0) {
            json_decref(list);
            list = NULL;
            break;
        }
    return hearth_template_set_json(call, out, list);
}

/* ---- forged requests, inline scripts ---------------------------------------------- */

/* A session cannot be begun, or there are none. */
static int no_token(hearth_template_call *call)
{
    return hearth_template_fail(call,
                                "there is no token: it needs hearth_use_sessions(), "
                                "and a session that can be begun");
}

static int csrf_token(hearth_template_call *call, hearth_value *out)
{
    hearth_ctx *c = hearth__page_ctx(call);
    const char *token = c->app->sessions == NULL ? NULL : hearth_csrf_token(c);

    if (token == NULL)
        return no_token(call);
    *out = hearth__page_text(token);
    return 0;
}

/* Nothing where no middleware asks for it: what browsers say of a page is enough then. */
static int csrf_field(hearth_template_call *call, hearth_value *out)
{
    hearth_ctx *c = hearth__page_ctx(call);
    const char *name = NULL, *token;
    hearth__buf b;

    hearth__buf_init(&b, &c->arena, 0);
    if (c->form_token != NULL) {
        token = c->form_token(c, &name);
        if (token == NULL)
            return no_token(call);
        hearth__buf_text(&b, "<input type=\"hidden\" name=\"");
        hearth__enc_html(&b, hearth__str_of(name));
        hearth__buf_text(&b, "\" value=\"");
        hearth__enc_html(&b, hearth__str_of(token));
        hearth__buf_text(&b, "\">");
    }
    return hearth__page_buf(call, &b, true, out);
}

static int csp_nonce(hearth_template_call *call, hearth_value *out)
{
    const char *nonce = hearth_csp_nonce(hearth__page_ctx(call));

    if (nonce == NULL)
        return hearth__render_fail(call->render, HEARTH_ENOMEM, "out of memory");
    *out = hearth__page_text(nonce);
    return 0;
}

const hearth__builtin hearth__page_visitor[] = {
    {"flashes", flashes, NULL, NULL},
    {"csrf_token", csrf_token, NULL, NULL},
    {"csrf_field", csrf_field, NULL, NULL},
    {"csp_nonce", csp_nonce, NULL, NULL},
    {NULL, NULL, NULL, NULL},
};
