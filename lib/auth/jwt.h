/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_AUTH_JWT_H
#define HEARTH_AUTH_JWT_H

/* Kinds of tokens from the inside: jwt.c makes and reads them, jwt_setup.c has their rules,
 * jwt_bearer.c asks requests for them. */

#include "app/ctx.h"
#include "auth/jws.h"

struct hearth_jwt {
    struct hearth_jwt *next;
    hearth__ring ring;
    char *issuer, *audience, *type, *required; /* NULL: not given */
    hearth__jws_rules jws;                     /* point above */
    hearth__claims_rules claims;
};

/* hearth_use_jwt_at(). */
typedef struct hearth__jwt_use {
    struct hearth__jwt_use *next;
    hearth_jwt *jwt;
    char *prefix; /* without a '/' at its end */
    char *scope;  /* NULL: any */
} hearth__jwt_use;

/* What an application has of it; app->jwts. */
struct hearth__jwts {
    hearth_jwt *first;
    hearth__jwt_use *uses, **uses_end;
};

/* The application's, made if there is none; NULL: out of memory. */
struct hearth__jwts *hearth__jwts_of(hearth_app *app);
/* *claims NULL: it is not good, and *why says why not; or HEARTH_ENOMEM. */
int hearth__jwt_open(hearth_ctx *c, const hearth_jwt *jwt, hearth_str text,
                     const hearth_claims **claims, const char **why);

#endif
