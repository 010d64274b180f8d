/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Where browsers say that a page broke its policy.  Anybody can send such a report, so it
 * is small, seldom, and nothing of it is believed: it becomes lines of the log.
 *
 * Two forms are about: "csp-report", an object, of report-uri (CSP Level 2), and a list of
 * reports of the Reporting API.
 */
#include "app/app.h"
#include "app/ctx.h"
#include "app/problem.h"
#include "core/str.h"
#include "http/csp.h"
#include "json/load.h"

#include <hearth/limit.h>
#include <hearth/log.h>
#include <hearth/req.h>
#include <hearth/res.h>
#include <hearth/route.h>
#include <hearth/security.h>
#include <stdlib.h>

#define MOST_BYTES   16384
#define MOST_REPORTS 10 /* of one request; a line each */
#define MOST_TEXT    200

/* ---- a report ---------------------------------------------------------------------- */

/* Up to its query, which may hold what is nobody's business. */
static hearth_str text_of(const json_t *report, const char *one, const char *other)
{
    const char *s = json_string_value(json_object_get(report, one));
    size_t n;

    if (s == NULL)
        s = json_string_value(json_object_get(report, other));
    if (s == NULL)
        return HEARTH__S("?");
    n = strcspn(s, "?#");
    return hearth__str(s, n > MOST_TEXT ? MOST_TEXT : n);
}

static void tell_log(hearth_ctx *c, const json_t *report)
{
    hearth_str page = text_of(report, "document-uri", "documentURL");
    hearth_str what = text_of(report, "blocked-uri", "blockedURL");
    hearth_str rule = text_of(report, "effective-directive", "effectiveDirective");

    hearth_logf(c, HEARTH_LOG_WARN,
                "a browser at %s says that %.*s broke its policy: %.*s forbids %.*s",
                hearth_peer(c), (int)page.len, page.ptr, (int)rule.len, rule.ptr,
                (int)what.len, what.ptr);
}

/* How many were told. */
static size_t tell_all(hearth_ctx *c, const json_t *tree)
{
    const json_t *one = json_object_get(tree, "csp-report");
    size_t n = 0;

    if (json_is_object(one)) {
        tell_log(c, one);
        return 1;
    }
    for (size_t i = 0; i < json_array_size(tree) && n < MOST_REPORTS; i++) {
        const json_t *entry = json_array_get(tree, i);
        const char *type = json_string_value(json_object_get(entry, "type"));

        one = json_object_get(entry, "body");
        if (type == NULL || strcmp(type, "csp-violation") != 0 || !json_is_object(one))
            continue;
        tell_log(c, one);
        n++;
    }
    return n;
}

static int collect(hearth_ctx *c)
{
    hearth_error why = {0};
    json_t *tree;
    size_t n;

    HEARTH_TRY(hearth_limit_take(c, hearth_arg(c), "all"));
    tree = hearth__json_load(hearth_body(c), NULL, &why);
    if (tree == NULL && why.code == HEARTH_ENOMEM)
        return HEARTH_ENOMEM;
    n = tree == NULL ? 0 : tell_all(c, tree);
    json_decref(tree);
    return n > 0 ? 204 : hearth__tell(c, HEARTH_EINVAL, 400, "this is no report");
}

/* ---- set-up ------------------------------------------------------------------------ */

static bool is_path(const char *path)
{
    if (path == NULL || path[0] != '/' || path[1] == '/')
        return false;
    for (const char *p = path; *p != '\0'; p++)
        if (*p <= ' ' || *p > '~' || strchr("{}?#%;,\\\"'", *p) != NULL)
            return false;
    return true;
}

/* The policy of all pages, and where it is reported. */
static int add_to_policy(hearth__guard *g, const char *path)
{
    hearth__field *policy = &g->field[HEARTH__GUARD_POLICY];
    hearth__buf b;
    char *text;

    hearth__buf_init(&b, NULL, 0);
    hearth__buf_str(&b, policy->value);
    hearth__buf_f(&b, "; report-uri %s", path);
    text = b.failed ? NULL : strndup(b.ptr, b.len);
    if (text != NULL) {
        free(g->own[HEARTH__GUARD_POLICY]);
        g->own[HEARTH__GUARD_POLICY] = text;
        policy->value = hearth__str(text, b.len);
    }
    hearth__buf_clear(&b);
    return text == NULL ? HEARTH_ENOMEM : 0;
}

static int failed(hearth_app *app, int code, const char *why)
{
    return hearth__app_setup_failed(app, code, "hearth_use_csp_reports: %s", why);
}

int hearth_use_csp_reports(hearth_app *app, const char *path)
{
    hearth__guard *g = &app->guard;
    hearth_limit *seldom;

    HEARTH_TRY(hearth__app_setup_check(app, "hearth_use_csp_reports"));
    if (!is_path(path))
        return failed(app, HEARTH_EINVAL,
                      "the path is no plain one like \"/csp-reports\"");
    if ((g->page >> HEARTH__GUARD_POLICY & 1) == 0)
        return failed(app, HEARTH_EINVAL,
                      "content_security_policy is not sent, so nothing is reported");
    if (hearth__csp_has(g->field[HEARTH__GUARD_POLICY].value, HEARTH__S("report-uri")))
        return failed(app, HEARTH_ECONFLICT, "the policy says where to report already");
    seldom = hearth_limit_new(app, &(hearth_limit_opts){.name = "csp-reports",
                                                        .quota = 30,
                                                        .quiet = true,
                                                        .most_known = 1});
    if (seldom == NULL)
        return app->setup.code;
    const hearth_route routes[] = {
        HEARTH_POST(path, collect, .arg = seldom, .max_body = MOST_BYTES, .hidden = true,
                    .summary = "Reports of broken policies"),
        HEARTH_END,
    };
    HEARTH_TRY(hearth_mount(app, "", routes));
    return add_to_policy(g, path) == 0 ? 0 : failed(app, HEARTH_ENOMEM, "out of memory");
}
