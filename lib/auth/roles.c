/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Who has which role, and what a role may do.  Looked up at each request: what is
 * withdrawn is gone at once.
 */
#include "app/problem.h"
#include "auth/users.h"
#include "core/str.h"

#include <hearth/db.h>
#include <hearth/log.h>
#include <hearth/req.h>

#define MOST_WORD 100

static int check_word(hearth_ctx *c, const char *who, const char *word)
{
    size_t n = hearth__str_of(word).len;

    HEARTH_TRY(hearth__users_ready(c, who));
    return n > 0 && n <= MOST_WORD
               ? 0
               : hearth__note(c, HEARTH_EINVAL,
                              "%s: a role or a permission has 1 to %d bytes, not %zu",
                              who, MOST_WORD, n);
}

/* One SQL statement that adds what is not there, in every dialect. */
int hearth_role_grant(hearth_ctx *c, int64_t id, const char *role)
{
    const hearth_user *u;

    HEARTH_TRY(check_word(c, "hearth_role_grant", role));
    HEARTH_TRY(hearth_user_by_id(c, id, &u));
    HEARTH_TRY(hearth_exec(c,
                           "INSERT INTO hearth_user_roles(user_id, role) "
                           "SELECT u.id, ? FROM hearth_users u WHERE u.id = ? AND NOT "
                           "EXISTS (SELECT 1 FROM hearth_user_roles r "
                           "WHERE r.user_id = u.id AND r.role = ?)",
                           hearth_args(role, id, role)));
    hearth_logf(c, HEARTH_LOG_INFO, "user \"%s\" is given the role \"%s\" from %s",
                u->key, role, hearth_peer(c));
    return 0;
}

int hearth_role_withdraw(hearth_ctx *c, int64_t id, const char *role)
{
    HEARTH_TRY(check_word(c, "hearth_role_withdraw", role));
    HEARTH_TRY(hearth_exec(c,
                           "DELETE FROM hearth_user_roles WHERE user_id = ? AND role = ?",
                           hearth_args(id, role)));
    hearth_logf(c, HEARTH_LOG_INFO, "user \"%lld\" loses the role \"%s\" from %s",
                (long long)id, role, hearth_peer(c));
    return 0;
}

int hearth_role_allow(hearth_ctx *c, const char *role, const char *permission)
{
    int rc;

    HEARTH_TRY(check_word(c, "hearth_role_allow", role));
    HEARTH_TRY(check_word(c, "hearth_role_allow", permission));
    HEARTH_TRY(hearth_exec(
        c, "DELETE FROM hearth_role_permissions WHERE role = ? AND permission = ?",
        hearth_args(role, permission)));
    rc = hearth_exec(c,
                     "INSERT INTO hearth_role_permissions(role, permission) "
                     "VALUES (?, ?)",
                     hearth_args(role, permission));
    return rc == HEARTH_ECONFLICT ? 0 : rc; /* somebody else was as quick */
}

int hearth_role_forbid(hearth_ctx *c, const char *role, const char *permission)
{
    HEARTH_TRY(check_word(c, "hearth_role_forbid", role));
    HEARTH_TRY(check_word(c, "hearth_role_forbid", permission));
    return hearth_exec(
        c, "DELETE FROM hearth_role_permissions WHERE role = ? AND permission = ?",
        hearth_args(role, permission));
}

/* ---- may he? ----------------------------------------------------------------------- */

static int require(hearth_ctx *c, const char *who, const char *word, const char *sql)
{
    const hearth_user *u;
    hearth_rows *rows;
    bool has;

    HEARTH_TRY(check_word(c, who, word));
    HEARTH_TRY(hearth_user_current(c, &u));
    if (u == NULL)
        return hearth__users_refuse(c);
    rows = hearth_select(c, sql, hearth_args(u->id, word));
    has = hearth_rows_next(rows);
    if (has)
        (void)hearth_rows_next(rows);
    HEARTH_TRY(hearth_rows_error(rows));
    if (has)
        return 0;
    hearth_logf(c, HEARTH_LOG_INFO, "user \"%s\" from %s is refused: he lacks \"%s\"",
                u->key, hearth_peer(c), word);
    return hearth__tell(c, 0, 403, "You may not do this.");
}

int hearth_require_role(hearth_ctx *c, const char *role)
{
    return require(c, "hearth_require_role", role,
                   "SELECT 1 FROM hearth_user_roles WHERE user_id = ? AND role = ?");
}

int hearth_require_permission(hearth_ctx *c, const char *permission)
{
    return require(c, "hearth_require_permission", permission,
                   "SELECT 1 FROM hearth_user_roles u JOIN hearth_role_permissions p "
                   "ON p.role = u.role WHERE u.user_id = ? AND p.permission = ? LIMIT 1");
}
