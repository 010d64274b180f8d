/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Tokens that are good once, and the table of all of them.  A row is found by the hash of
 * the text, so nothing is compared that a guesser could time; a token is used by deleting
 * its row, which only one request can do.
 */
#include "auth/token.h"

#include "app/problem.h"
#include "app/shown.h"
#include "app/task.h"
#include "core/clock.h"
#include "core/digest.h"
#include "core/enc.h"
#include "core/rand.h"
#include "core/str.h"

#include <hearth/db.h>
#include <hearth/driver.h>
#include <hearth/log.h>
#include <hearth/memory.h>
#include <hearth/req.h>
#include <hearth/task.h>

#define SWEEP_MS (10 * 60 * 1000)

/* ---- set-up ------------------------------------------------------------------------ */

static int make_table(hearth_db *db, hearth_error *err)
{
    const hearth_db_dialect *d = hearth__db_dialect(db);
    const char *text = d->type[HEARTH_DB_TEXT], *i64 = d->type[HEARTH_DB_I64];
    hearth__buf b;
    int rc;

    hearth__buf_init(&b, NULL, 0);
    hearth__buf_f(&b,
                  "CREATE TABLE IF NOT EXISTS hearth_tokens(id %s NOT NULL PRIMARY KEY, "
                  "purpose %s NOT NULL, user_id %s NOT NULL, proof %s NOT NULL, "
                  "old_proof %s NOT NULL, label %s NOT NULL, scopes %s NOT NULL, "
                  "created_s %s NOT NULL, changed_s %s NOT NULL, used_s %s NOT NULL, "
                  "expires_s %s NOT NULL)%s;"
                  "CREATE INDEX IF NOT EXISTS hearth_tokens_user "
                  "ON hearth_tokens(user_id, purpose);"
                  "CREATE INDEX IF NOT EXISTS hearth_tokens_expires "
                  "ON hearth_tokens(expires_s)",
                  text, text, text, text, text, text, text, i64, i64, i64, i64,
                  d->table_end);
    rc = b.failed ? hearth_errorf(err, HEARTH_ENOMEM, "out of memory")
                  : hearth_db_script(db, b.ptr, err);
    hearth__buf_clear(&b);
    return rc;
}

static int sweep(hearth_ctx *c, void *arg)
{
    (void)arg;
    return hearth_exec(c, "DELETE FROM hearth_tokens WHERE expires_s <= ?",
                       hearth_args(hearth__token_now(c)));
}

int hearth_use_tokens(hearth_app *app)
{
    hearth_error err = {0};
    int rc;

    HEARTH_TRY(hearth__app_setup_check(app, "hearth_use_tokens"));
    if (app->has_tokens)
        return 0;
    if (app->db == NULL)
        return hearth__app_setup_failed(
            app, HEARTH_ESTATE,
            "hearth_use_tokens: the application has no database: call hearth_use_db() "
            "before");
    rc = make_table(app->db, &err);
    if (rc != 0)
        return hearth__app_setup_failed(app, rc, "hearth_use_tokens: %s", err.text);
    app->has_tokens = true;
    return hearth_every(app, SWEEP_MS, sweep, NULL);
}

/* ---- parts ------------------------------------------------------------------------- */

int64_t hearth__token_now(const hearth_ctx *c)
{
    return (hearth__clock_wall_us() + atomic_load(&c->app->ahead_us)) / 1000000;
}

int hearth__token_ready(hearth_ctx *c, const char *who)
{
    if (c->app->has_tokens)
        return 0;
    return hearth__note(c, HEARTH_ESTATE,
                        "%s: the application has no tokens: call hearth_use_tokens() "
                        "before it starts",
                        who);
}

int hearth__token_args(hearth_ctx *c, const char *who, const char *user, int64_t ttl_s)
{
    size_t n = hearth__str_of(user).len;

    HEARTH_TRY(hearth__token_ready(c, who));
    if (n == 0 || n > HEARTH__TOKEN_USER)
        return hearth__note(c, HEARTH_EINVAL, "%s: a user has 1 to %d bytes, not %zu",
                            who, HEARTH__TOKEN_USER, n);
    if (ttl_s < 1 || ttl_s > HEARTH__TOKEN_MOST_S)
        return hearth__note(c, HEARTH_EINVAL,
                            "%s: a token is good for 1 second to ten years", who);
    return 0;
}

static const char *base64(hearth_ctx *c, const void *p, size_t n)
{
    hearth__buf b;

    hearth__buf_init(&b, &c->arena, 0);
    hearth__enc_base64(&b, hearth__str(p, n), true);
    return b.failed ? NULL : b.ptr;
}

const char *hearth__token_random(hearth_ctx *c, size_t n)
{
    char raw[32];

    hearth__rand_bytes(raw, n);
    c->secret = true;
    return base64(c, raw, n);
}

const char *hearth__token_hash(hearth_ctx *c, const char *purpose, const char *text)
{
    unsigned char digest[HEARTH__DIGEST];
    hearth__buf b;

    hearth__buf_init(&b, &c->arena, 0);
    hearth__buf_add(&b, purpose, strlen(purpose) + 1);
    hearth__buf_text(&b, text);
    if (b.failed)
        return NULL;
    hearth__digest(digest, hearth__buf_view(&b));
    return base64(c, digest, sizeof digest);
}

bool hearth__token_plausible(const char *text, size_t n)
{
    size_t i = 0;

    while (text != NULL && (hearth__is_alpha(text[i]) || hearth__is_digit(text[i]) ||
                            text[i] == '-' || text[i] == '_'))
        i++;
    return i == n && text != NULL && text[i] == '\0';
}

int hearth__token_insert(hearth_ctx *c, const hearth__token *t)
{
    int64_t now_s = hearth__token_now(c);

    return hearth_exec(
        c,
        "INSERT INTO hearth_tokens(id, purpose, user_id, proof, old_proof, "
        "label, scopes, created_s, changed_s, used_s, expires_s) "
        "VALUES (?, ?, ?, ?, '', ?, ?, ?, ?, 0, ?)",
        hearth_args(t->id, t->purpose, t->user, t->proof, t->label, t->scopes, now_s,
                    now_s, t->expires_s));
}

/* ---- once -------------------------------------------------------------------------- */

static int check_purpose(hearth_ctx *c, const char *who, const char *purpose)
{
    size_t n = hearth__str_of(purpose).len;

    HEARTH_TRY(hearth__token_ready(c, who));
    if (n == 0 || n > HEARTH__TOKEN_PURPOSE || strncmp(purpose, "hearth.", 7) == 0)
        return hearth__note(c, HEARTH_EINVAL,
                            "%s: a purpose has 1 to %d bytes and does not begin with "
                            "\"hearth.\"",
                            who, HEARTH__TOKEN_PURPOSE);
    return 0;
}

int hearth_token_make(hearth_ctx *c, const char *purpose, const char *user, int64_t ttl_s,
                      const char **text)
{
    hearth__token t = {.purpose = purpose,
                       .user = user,
                       .proof = "",
                       .label = "",
                       .scopes = "",
                       .expires_s = hearth__token_now(c)};

    *text = NULL;
    HEARTH_TRY(check_purpose(c, "hearth_token_make", purpose));
    HEARTH_TRY(hearth__token_args(c, "hearth_token_make", user, ttl_s));
    t.expires_s += ttl_s;
    *text = hearth__token_random(c, 32);
    t.id = *text == NULL ? NULL : hearth__token_hash(c, purpose, *text);
    return t.id == NULL ? HEARTH_ENOMEM : hearth__token_insert(c, &t);
}

static int refused(hearth_ctx *c, const char *purpose)
{
    hearth_logf(c, HEARTH_LOG_INFO, "a token for \"%s\" from %s is refused", purpose,
                hearth_peer(c));
    return hearth__tell(c, HEARTH_EINVAL, 400,
                        "The link has been used or has expired: ask for a new one.");
}

/* *id NULL: there is none. */
static int find(hearth_ctx *c, const char *purpose, const char *text, const char **id,
                const char **user)
{
    hearth_rows *rows;

    *user = *id = NULL;
    hearth__shown_hide(c, hearth__str_of(text));
    if (!hearth__token_plausible(text, HEARTH__TOKEN_TEXT))
        return 0;
    *id = hearth__token_hash(c, purpose, text);
    if (*id == NULL)
        return HEARTH_ENOMEM;
    rows = hearth_select(c,
                         "SELECT user_id FROM hearth_tokens "
                         "WHERE id = ? AND purpose = ? AND expires_s > ?",
                         hearth_args(*id, purpose, hearth__token_now(c)));
    if (hearth_rows_next(rows)) {
        *user = hearth_rows_text(rows, 0);
        if (*user == NULL)
            return HEARTH_ENOMEM;
        (void)hearth_rows_next(rows);
    }
    if (*user == NULL)
        *id = NULL;
    return hearth_rows_error(rows);
}

int hearth_token_peek(hearth_ctx *c, const char *purpose, const char *text,
                      const char **user)
{
    const char *id;

    *user = NULL;
    HEARTH_TRY(check_purpose(c, "hearth_token_peek", purpose));
    HEARTH_TRY(find(c, purpose, text, &id, user));
    return id == NULL ? refused(c, purpose) : 0;
}

int hearth_token_take(hearth_ctx *c, const char *purpose, const char *text,
                      const char **user)
{
    const char *id;

    *user = NULL;
    HEARTH_TRY(check_purpose(c, "hearth_token_take", purpose));
    HEARTH_TRY(find(c, purpose, text, &id, user));
    if (id != NULL)
        HEARTH_TRY(
            hearth_exec(c, "DELETE FROM hearth_tokens WHERE id = ?", hearth_args(id)));
    if (id != NULL && hearth_changes(c) == 1) {
        hearth_logf(c, HEARTH_LOG_INFO,
                    "a token for \"%s\" of user \"%s\" is used from %s", purpose, *user,
                    hearth_peer(c));
        return 0;
    }
    *user = NULL;
    return refused(c, purpose);
}

int hearth_tokens_revoke(hearth_ctx *c, const char *purpose, const char *user)
{
    HEARTH_TRY(hearth__token_args(c, "hearth_tokens_revoke", user, 1));
    if (purpose == NULL)
        return hearth_exec(c,
                           "DELETE FROM hearth_tokens WHERE user_id = ? "
                           "AND purpose NOT IN (?, ?)",
                           hearth_args(user, HEARTH__TOTP, HEARTH__RECOVERY));
    return hearth_exec(c, "DELETE FROM hearth_tokens WHERE user_id = ? AND purpose = ?",
                       hearth_args(user, purpose));
}
