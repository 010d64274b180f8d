/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Development or not is decided by what can reach the server, which the sockets say once
 * they are bound: loopback and Unix domain sockets are this machine, everything else is
 * the world.
 */
#include "boot/where.h"

#include "boot/secret.h"
#include "core/error.h"
#include "core/str.h"

#include <stdlib.h>

/* The pointers first, then the text that they point into. */
const char **hearth__where_split(const char *text, char sep)
{
    hearth_str rest = hearth__str_of(text);
    size_t n = 1, k = 0;

    for (size_t i = 0; i < rest.len; i++)
        n += rest.ptr[i] == sep;
    const char **list = malloc((n + 1) * sizeof *list + rest.len + n);

    if (list == NULL)
        return NULL;
    char *at = (char *)(list + n + 1);

    while (rest.ptr != NULL) {
        hearth_str part = hearth__str_trim(hearth__str_cut(&rest, sep));

        if (part.len == 0)
            continue;
        list[k++] = at;
        memcpy(at, part.ptr, part.len);
        at += part.len;
        *at++ = '\0';
    }
    list[k] = NULL;
    return list;
}

typedef int set_fn(hearth_app *app, const char *const *list, const char *what,
                   hearth_error *err);

static int from_env(hearth_app *app, const char *name, set_fn *set, hearth_error *err)
{
    const char *text = getenv(name);

    if (text == NULL || text[0] == '\0')
        return 0;
    const char **list = hearth__where_split(text, ',');

    if (list == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "%s: out of memory", name);
    int rc = set(app, list, name, err);

    free(list);
    return rc;
}

int hearth__where_env(hearth_app *app, hearth_error *err)
{
    if (app->hosts.n == 0 && !app->hosts.any)
        HEARTH_TRY(from_env(app, "HEARTH_HOSTS", hearth__app_set_hosts, err));
    if (app->proxies.n == 0 && !app->proxies.local)
        HEARTH_TRY(from_env(app, "HEARTH_TRUSTED_PROXIES", hearth__app_set_proxies, err));
    return 0;
}

/* ---- places ------------------------------------------------------------------------- */

static int parse_places(hearth__where *w, const char *const *texts, hearth_error *err)
{
    size_t n = 0;

    while (texts[n] != NULL)
        n++;
    if (n == 0)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "the list of addresses to listen on is empty");
    w->places = calloc(n, sizeof *w->places);
    if (w->places == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory at start");
    for (; w->nplaces < n; w->nplaces++)
        HEARTH_TRY(hearth__place_parse(&w->places[w->nplaces], texts[w->nplaces], err));
    return 0;
}

int hearth__where_read(hearth__where *w, const hearth_run_opts *o, hearth_error *err)
{
    const char *env = getenv("HEARTH_LISTEN");

    *w = (hearth__where){.passed = {.pid = getenv("LISTEN_PID"),
                                    .fds = getenv("LISTEN_FDS"),
                                    .names = getenv("LISTEN_FDNAMES")}};
    if (o->listen != NULL)
        return parse_places(w, o->listen, err);
    if (o->host != NULL || o->port != 0 || env == NULL || env[0] == '\0')
        return 0;
    w->texts = hearth__where_split(env, ',');
    if (w->texts == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory at start");
    return parse_places(w, w->texts, err);
}

void hearth__where_clear(hearth__where *w)
{
    free(w->places);
    free(w->texts);
    *w = (hearth__where){.places = NULL};
}

/* ---- names -------------------------------------------------------------------------- */

int hearth__where_names(hearth_app *app, const hearth__where *w, const char *host,
                        hearth_error *err)
{
    size_t n = w->places == NULL ? 1 : w->nplaces, k = 0, room = 0;

    for (size_t i = 0; i < w->nplaces; i++)
        room += w->places[i].name.len + 1;
    const char **list = calloc(n + 1, sizeof *list);
    char *text = malloc(room + 1), *at = text;

    hearth__hostlist_clear(&app->at_hosts);
    if (list == NULL || text == NULL) {
        free(list);
        free(text);
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory at start");
    }
    if (w->places == NULL)
        list[k++] = host;
    for (size_t i = 0; i < w->nplaces; i++) {
        const hearth__place *p = &w->places[i];

        if (p->kind != HEARTH__PLACE_TCP)
            continue;
        list[k++] = at;
        memcpy(at, p->name.ptr, p->name.len);
        at += p->name.len;
        *at++ = '\0';
    }
    int rc = hearth__hostlist_parse(&app->at_hosts, list, "the host to listen on", err);

    free(list);
    free(text);
    return rc;
}

int hearth__where_check(void *self, const hearth__address *a, hearth_error *err)
{
    hearth_app *app = self;
    char text[HEARTH__ADDRESS_TEXT];

    if (hearth__address_is_local(a))
        return hearth__secret_place(app, true, err);
    if (app->opts.debug)
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "debug shows internals to clients, so it only listens on loopback; not on "
            "%s: switch .debug off or use 127.0.0.1",
            hearth__address_text(a, text));
    if (app->hosts.n > 0 || app->hosts.any)
        return hearth__secret_place(app, false, err);
    return hearth__error_set(
        err, HEARTH_EINVAL,
        "%s can be reached from other machines, so say which hosts to answer to: set the "
        "option hosts or HEARTH_HOSTS, to \"example.org\" say; \"*\" is every host, "
        "which lets strangers choose the links that you send",
        hearth__address_text(a, text));
}
