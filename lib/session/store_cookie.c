/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Sessions that the client keeps, sealed: the user and a '\0', then the values.  The seal
 * expires when the session does.
 */
#include "core/secret.h"
#include "core/str.h"
#include "session/session.h"

#include <hearth/log.h>

#define PURPOSE HEARTH__S("hearth session")
/* Sealed, in base64 and with the longest name this stays below the 4096 bytes that
 * browsers keep: (2700 + 256 for the user + 49) * 4/3 + 72. */
#define MAX_DATA 2700

const hearth_store_ops hearth__store_cookie_ops = {.name = "cookie",
                                                   .max_data = MAX_DATA};

hearth_store hearth_store_cookie(void)
{
    return (hearth_store){&hearth__store_cookie_ops, NULL};
}

int hearth__store_cookie_open(hearth_ctx *c, hearth__sessions *of, hearth_str text,
                              hearth_stored *out)
{
    hearth_str value;
    size_t user;
    hearth__secret_fault fault =
        hearth__secret_unseal(&c->app->secrets, PURPOSE, hearth__session_now(of), text,
                              &c->arena, &value);

    if (fault == HEARTH__SECRET_NO_MEMORY)
        return HEARTH_ENOMEM;
    if (fault != HEARTH__SECRET_SOUND) {
        if (fault != HEARTH__SECRET_EXPIRED)
            hearth__session_complain(c, of, hearth__secret_why(fault));
        return HEARTH_ENOTFOUND;
    }
    user = strlen(value.ptr);
    if (user == value.len)
        return HEARTH_ENOTFOUND;
    *out = (hearth_stored){{value.ptr + user + 1, value.len - user - 1}, value.ptr, 1, 0};
    return 0;
}

const char *hearth__store_cookie_seal(hearth_ctx *c, const hearth_stored *s)
{
    hearth__buf plain, sealed;

    hearth__buf_init(&plain, &c->arena, 0);
    hearth__buf_init(&sealed, &c->arena, 0);
    hearth__buf_add(&plain, s->user, strlen(s->user) + 1);
    hearth__buf_str(&plain, s->data);
    if (!plain.failed)
        hearth__secret_seal(&c->app->secrets, PURPOSE, s->expires_s,
                            hearth__buf_view(&plain), &c->arena, &sealed);
    return plain.failed || sealed.failed ? NULL : sealed.ptr;
}
