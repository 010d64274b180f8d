/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_AUTH_USERS_H
#define HEARTH_AUTH_USERS_H

/*
 * Users from the inside.
 *
 *   users.c     set-up, rows, who is logged in     account.c   register, login, logout
 *   renewal.c   passwords changed and reset        roles.c     who may what
 *   guard.c     before the handler
 */

#include "app/ctx.h"

#include <hearth/users.h>

#define HEARTH__LOGIN_PATH 256
#define HEARTH__NAME_KEY   320 /* bytes of a name or an address at most, with '\0' */
#define HEARTH__RESET      "reset password"

struct hearth__users {
    hearth_users_opts opts; /* with defaults; login_path points below */
    char login_path[HEARTH__LOGIN_PATH];
};

/* HEARTH_ESTATE, noted, when there are none. */
int hearth__users_ready(hearth_ctx *c, const char *who);
/* Lower case of ASCII into out; false: NULL, empty or too long. */
bool hearth__user_key(const char *name, char out[HEARTH__NAME_KEY]);
/* By name or address.  *user NULL: there is none.  hash NULL: not wanted. */
int hearth__user_find(hearth_ctx *c, const char *name, const hearth_user **user,
                      const char **hash);
int hearth__user_find_id(hearth_ctx *c, int64_t id, const hearth_user **user,
                         const char **hash);
/* Count a try of an account, by user or, when there is none, by what was typed, and of the
 * client's address: 0 or 429, logged. */
int hearth__users_try(hearth_ctx *c, const hearth_user *user, const char *name);
/* It was a success. */
void hearth__users_forgive(hearth_ctx *c, const hearth_user *user);
/* His sessions end, or all but this request's.  With a store that cannot list them a line
 * in the log is all. */
int hearth__users_end_sessions(hearth_ctx *c, const hearth_user *user, bool others);
/* Nobody is logged in: 401, or where to log in. */
int hearth__users_refuse(hearth_ctx *c);

#endif
