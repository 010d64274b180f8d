/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Development or not is decided by what can reach the server: loopback and Unix domain
 * sockets are this machine, everything else is the world.
 */
#include "boot/where.h"

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

int hearth__where_check(hearth_app *app, const char *host, hearth_error *err)
{
    const char *const list[] = {host, NULL};
    hearth__hostlist at;

    HEARTH_TRY(hearth__hostlist_parse(&at, list, "the host", err));
    bool local =
        at.n == 1 && (at.list[0].is_ip ? hearth__ip_is_loopback(&at.list[0].ip)
                                       : hearth__authority_is_local(at.list[0].name));

    hearth__hostlist_clear(&at);
    if (local)
        return 0;
    if (app->opts.debug)
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "debug shows internals to clients, so it only listens on "
            "loopback; not on %s: switch .debug off or use 127.0.0.1",
            host);
    if (app->hosts.n > 0 || app->hosts.any)
        return 0;
    return hearth__error_set(
        err, HEARTH_EINVAL,
        "%s can be reached from other machines, so say which hosts to answer to: set the "
        "option hosts or HEARTH_HOSTS, to \"example.org\" say; \"*\" is every host, "
        "which lets strangers choose the links that you send",
        host);
}
