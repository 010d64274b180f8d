/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_AUTH_TOKEN_H
#define HEARTH_AUTH_TOKEN_H

/* Tokens from the inside: token.c has the table and those that are good once, remember.c
 * the browsers, bearer.c the programs. */

#include "app/ctx.h"

#include <hearth/token.h>

#define HEARTH__TOKEN_TEXT    43 /* 32 bytes in base64url */
#define HEARTH__TOKEN_USER    255
#define HEARTH__TOKEN_MOST_S  (INT64_C(10) * 366 * 86400)
#define HEARTH__TOKEN_PURPOSE 100
/* Purposes of our own, which nobody else can ask for. */
#define HEARTH__REMEMBER "hearth.remember"
#define HEARTH__BEARER   "hearth.bearer"
/* Of the second factor, which stays when tokens are revoked. */
#define HEARTH__TOTP     "hearth.totp"
#define HEARTH__RECOVERY "hearth.recovery"

/* A row of the table. */
typedef struct hearth__token {
    const char *id, *purpose, *user, *proof, *label, *scopes;
    int64_t expires_s;
} hearth__token;

/* Seconds since 1970, ahead by what the test client says. */
int64_t hearth__token_now(const hearth_ctx *c);
/* HEARTH_ESTATE, noted, when there is no table. */
int hearth__token_ready(hearth_ctx *c, const char *who);
/* HEARTH_EINVAL, noted: user or ttl_s are out of range. */
int hearth__token_args(hearth_ctx *c, const char *who, const char *user, int64_t ttl_s);
/* n random bytes, at most 32, in base64url; NULL: out of memory. */
const char *hearth__token_random(hearth_ctx *c, size_t n);
/* BLAKE2b of purpose and text, in base64url; NULL: out of memory. */
const char *hearth__token_hash(hearth_ctx *c, const char *purpose, const char *text);
/* Could it be ours?  n characters of base64url. */
bool hearth__token_plausible(const char *text, size_t n);
/* bearer.c.  What stands behind `Authorization: Bearer`; ptr NULL: nothing. */
hearth_str hearth__bearer_text(hearth_ctx *c);
/* 401, there is none; 401, and why for the log; 403. */
int hearth__bearer_ask(hearth_ctx *c);
int hearth__bearer_refuse(hearth_ctx *c, const char *why);
int hearth__bearer_lacks(hearth_ctx *c, const char *scope);
/* Is it one of them?  NULL: there are none. */
bool hearth__scopes_have(const char *scopes, const char *scope);
int hearth__token_insert(hearth_ctx *c, const hearth__token *t);

#endif
