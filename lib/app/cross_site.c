/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Cross-site request forgery, refused by what the browser says of the page that asks: the
 * one thing that a page cannot forge.  Sec-Fetch-Site says it outright; older browsers say
 * Origin; what says neither is no browser, and nobody's visitor.
 */
#include "app/cross_site.h"

#include "app/cors.h"
#include "app/ctx.h"
#include "core/error.h"
#include "core/str.h"
#include "http/hostlist.h"

#include <hearth/log.h>
#include <stdlib.h>

/* ---- sites that may ---------------------------------------------------------------- */

/* "https://" cut off *rest; -1 when it does not begin so, else the port that it means. */
static int cut_scheme(hearth_str *rest)
{
    static const struct {
        hearth_str text;
        int port;
    } schemes[] = {{{"https://", 8}, 443}, {{"http://", 7}, 80}};

    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        size_t n = schemes[i].text.len;

        if (!hearth__str_istarts(*rest, schemes[i].text))
            continue;
        *rest = hearth__str(rest->ptr + n, rest->len - n);
        return schemes[i].port;
    }
    return -1;
}

static bool is_site(hearth_str text)
{
    return cut_scheme(&text) > 0 && hearth__is_authority(text);
}

int hearth__sites_parse(hearth__sites *s, const char *const *texts, hearth_error *err)
{
    size_t n = 0, bytes = 0;
    char *at;

    for (; texts != NULL && texts[n] != NULL; n++) {
        if (!is_site(hearth__str_of(texts[n])))
            return hearth__error_set(
                err, HEARTH_EINVAL,
                "the option trusted_origins holds \"%s\": an origin "
                "is scheme and host, like \"https://app.example.org\"",
                texts[n]);
        bytes += strlen(texts[n]) + 1;
    }
    if (n == 0)
        return 0;
    s->list = malloc(n * sizeof *s->list + bytes);
    if (s->list == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "trusted_origins: out of memory");
    at = (char *)(s->list + n);
    for (s->n = 0; s->n < n; s->n++) {
        s->list[s->n] = hearth__str(at, strlen(texts[s->n]));
        for (const char *p = texts[s->n]; *p != '\0'; p++)
            *at++ = hearth__lower(*p);
        *at++ = '\0';
    }
    return 0;
}

void hearth__sites_clear(hearth__sites *s)
{
    free(s->list);
    *s = (hearth__sites){.list = NULL};
}

static bool is_trusted(const hearth__sites *s, hearth_str origin)
{
    for (size_t i = 0; i < s->n; i++)
        if (hearth__str_ieq(s->list[i], origin))
            return true;
    return false;
}

/* ---- whose page it is -------------------------------------------------------------- */

/* The scheme is not looked at: behind a proxy that nobody has named it is not known. */
static bool is_ours(hearth_ctx *c, hearth_str origin)
{
    hearth_str host = hearth__str_of(hearth_host(c)), name, our_name;
    int port, our_port, meant = cut_scheme(&origin);

    if (meant < 0 || host.len == 0 || !hearth__is_authority(origin))
        return false;
    hearth__authority_split(origin, &name, &port);
    hearth__authority_split(host, &our_name, &our_port);
    if (port < 0)
        port = meant;
    if (our_port < 0)
        our_port = meant;
    return port == our_port && hearth__str_ieq(name, our_name);
}

bool hearth__cross_site_own(hearth_ctx *c)
{
    const hearth__field *site = hearth__head_find(&c->head, HEARTH__S("Sec-Fetch-Site"));
    const hearth__field *origin = hearth__head_find(&c->head, HEARTH__S("Origin"));

    if (site != NULL)
        return hearth__str_eq(site->value, HEARTH__S("same-origin"));
    return origin != NULL && is_ours(c, origin->value);
}

static bool is_safe(hearth__method m)
{
    return m == HEARTH__GET || m == HEARTH__HEAD || m == HEARTH__OPTIONS;
}

static bool may(hearth_ctx *c, const hearth__field *site, const hearth__field *origin)
{
    if (site != NULL && (hearth__str_eq(site->value, HEARTH__S("same-origin")) ||
                         hearth__str_eq(site->value, HEARTH__S("none"))))
        return true;
    if (origin == NULL)
        return site == NULL;
    if (site == NULL && is_ours(c, origin->value))
        return true;
    return is_trusted(&c->app->sites, origin->value) || hearth__cors_lets(c);
}

hearth__verdict hearth__cross_site_check(hearth_ctx *c)
{
    static const hearth__verdict fine = {0, NULL};
    const hearth__field *site, *origin;

    if (is_safe(c->framing.method) || c->app->opts.unsafe_cross_site ||
        (c->match.route != NULL && c->match.route->unsafe_cross_site))
        return fine;
    site = hearth__head_find(&c->head, HEARTH__S("Sec-Fetch-Site"));
    origin = hearth__head_find(&c->head, HEARTH__S("Origin"));
    if (may(c, site, origin))
        return fine;
    hearth_logf(c, HEARTH_LOG_WARN,
                "refused a %s from a page of another site, %.*s: add it to the option "
                "trusted_origins if it is yours",
                hearth_method(c),
                origin == NULL            ? 1
                : origin->value.len > 255 ? 255
                                          : (int)origin->value.len,
                origin == NULL ? "?" : origin->value.ptr);
    return (hearth__verdict){403, "the request comes from a page of another site"};
}
