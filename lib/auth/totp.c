/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * A second factor.  Which code was used last is a row of the tokens, by the user: its
 * `changed_s` is the number of 30 seconds since 1970, and only grows, so that of two
 * requests with one code the second finds nothing to change.
 */
#include "app/problem.h"
#include "app/shown.h"
#include "auth/token.h"
#include "core/enc.h"
#include "core/otp.h"
#include "core/rand.h"
#include "core/secret.h"
#include "core/str.h"

#include <hearth/db.h>
#include <hearth/log.h>
#include <hearth/memory.h>
#include <hearth/req.h>
#include <hearth/totp.h>

#define CODE   16 /* letters and digits of a code on paper: 80 bits */
#define WINDOW 1  /* steps before and after */

int hearth_totp_make(char secret[HEARTH_TOTP_SECRET])
{
    unsigned char key[HEARTH__OTP_KEY];

    _Static_assert(HEARTH_TOTP_SECRET == HEARTH__OTP_TEXT + 1, "one size of texts");
    HEARTH_TRY(hearth__rand_init());
    hearth__rand_bytes(key, sizeof key);
    hearth__otp_text(key, secret);
    hearth__secret_wipe(key, sizeof key);
    return 0;
}

const char *hearth_totp_uri(hearth_ctx *c, const char *issuer, const char *account,
                            const char *secret)
{
    hearth__buf b;

    if (issuer == NULL || account == NULL || secret == NULL)
        return NULL;
    c->secret = true;
    hearth__buf_init(&b, &c->arena, 0);
    hearth__buf_text(&b, "otpauth://totp/");
    hearth__enc_url(&b, hearth__str_of(issuer));
    hearth__buf_char(&b, ':');
    hearth__enc_url(&b, hearth__str_of(account));
    hearth__buf_text(&b, "?secret=");
    hearth__enc_url(&b, hearth__str_of(secret));
    hearth__buf_text(&b, "&issuer=");
    hearth__enc_url(&b, hearth__str_of(issuer));
    return b.failed ? NULL : b.ptr;
}

/* ---- codes of the app -------------------------------------------------------------- */

/* Which step's code it is, looked at in full whatever is found; -1: none. */
static int find_step(const unsigned char key[HEARTH__OTP_KEY], const char *code,
                     int64_t now, int64_t *step)
{
    char expected[HEARTH__OTP_DIGITS + 1];

    *step = -1;
    for (int64_t i = now - WINDOW; i <= now + WINDOW; i++) {
        HEARTH_TRY(hearth__otp_code(key, (uint64_t)i, expected));
        if (hearth__secret_equal(hearth__str_of(code), hearth__str_of(expected)))
            *step = i;
    }
    hearth__secret_wipe(expected, sizeof expected);
    return 0;
}

/* 401 when that step, or a later one, was used. */
static int use_step(hearth_ctx *c, const char *user, int64_t step)
{
    const hearth__token t = {.id = hearth__token_hash(c, HEARTH__TOTP, user),
                             .purpose = HEARTH__TOTP,
                             .user = user,
                             .proof = "",
                             .label = "",
                             .scopes = "",
                             .expires_s = INT64_MAX};
    int rc;

    if (t.id == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth_begin(c));
    HEARTH_TRY(hearth_exec(
        c, "UPDATE hearth_tokens SET changed_s = ? WHERE id = ? AND changed_s < ?",
        hearth_args(step, t.id, step)));
    if (hearth_changes(c) == 1)
        return hearth_commit(c);
    rc = hearth__token_insert(c, &t);
    if (rc == 0)
        rc = hearth_exec(c, "UPDATE hearth_tokens SET changed_s = ? WHERE id = ?",
                         hearth_args(step, t.id));
    if (rc == 0)
        return hearth_commit(c);
    (void)hearth_rollback(c);
    return rc == HEARTH_ECONFLICT ? 401 : rc;
}

static int wrong(hearth_ctx *c, const char *user)
{
    hearth_logf(c, HEARTH_LOG_WARN, "a second factor of user \"%s\" from %s is wrong",
                user, hearth_peer(c));
    return hearth__tell(c, 0, 401, "The code is wrong, or was used.");
}

int hearth_totp_verify(hearth_ctx *c, const char *user, const char *secret,
                       const char *code)
{
    unsigned char key[HEARTH__OTP_KEY];
    int64_t step;
    int rc;

    HEARTH_TRY(hearth__token_args(c, "hearth_totp_verify", user, 1));
    c->secret = true;
    if (!hearth__otp_key(hearth__str_of(secret), key))
        return hearth__note(
            c, HEARTH_EINVAL,
            "hearth_totp_verify: this is no secret of hearth_totp_make()");
    rc = find_step(key, code == NULL ? "" : code,
                   hearth__token_now(c) / HEARTH__OTP_STEP_S, &step);
    hearth__secret_wipe(key, sizeof key);
    if (rc == 0)
        rc = step < 0 ? 401 : use_step(c, user, step);
    return rc == 401 ? wrong(c, user) : rc;
}

/* ---- codes on paper ---------------------------------------------------------------- */

/* 32, without what is mistaken for something else. */
static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";

static const char *hash_code(hearth_ctx *c, const char *user, const char *code)
{
    const char *text = hearth_strf(c, "%s %s", code, user);

    return text == NULL ? NULL : hearth__token_hash(c, HEARTH__RECOVERY, text);
}

static int make_code(hearth_ctx *c, const char *user, const char **shown)
{
    hearth__token t = {.purpose = HEARTH__RECOVERY,
                       .user = user,
                       .proof = "",
                       .label = "",
                       .scopes = "",
                       .expires_s = INT64_MAX};
    unsigned char raw[CODE];
    char code[CODE + 1];

    hearth__rand_bytes(raw, sizeof raw);
    for (int i = 0; i < CODE; i++)
        code[i] = letters[raw[i] & 31];
    code[CODE] = '\0';
    *shown = hearth_strf(c, "%.4s-%.4s-%.4s-%.4s", code, code + 4, code + 8, code + 12);
    t.id = hash_code(c, user, code);
    return *shown == NULL || t.id == NULL ? HEARTH_ENOMEM : hearth__token_insert(c, &t);
}

int hearth_recovery_make(hearth_ctx *c, const char *user, const char *const **codes)
{
    const char **all;

    *codes = NULL;
    HEARTH_TRY(hearth__token_args(c, "hearth_recovery_make", user, 1));
    c->secret = true;
    all = hearth__arena_array(&c->arena, HEARTH_RECOVERY_CODES, sizeof *all);
    if (all == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth_begin(c));
    HEARTH_TRY(hearth_recovery_revoke(c, user));
    for (int i = 0; i < HEARTH_RECOVERY_CODES; i++)
        HEARTH_TRY(make_code(c, user, &all[i]));
    HEARTH_TRY(hearth_commit(c));
    *codes = all;
    return 0;
}

/* False: it cannot be one. */
static bool read_code(const char *text, char code[CODE + 1])
{
    int n = 0;

    for (; text != NULL && *text != '\0'; text++) {
        if (*text == ' ' || *text == '-')
            continue;
        if (n == CODE)
            return false;
        code[n++] = hearth__lower(*text);
    }
    code[n] = '\0';
    return n == CODE;
}

int hearth_recovery_take(hearth_ctx *c, const char *user, const char *text)
{
    char code[CODE + 1];
    const char *id;

    HEARTH_TRY(hearth__token_args(c, "hearth_recovery_take", user, 1));
    hearth__shown_hide(c, hearth__str_of(text));
    if (!read_code(text, code))
        return wrong(c, user);
    id = hash_code(c, user, code);
    if (id == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth_exec(
        c, "DELETE FROM hearth_tokens WHERE id = ? AND user_id = ? AND purpose = ?",
        hearth_args(id, user, HEARTH__RECOVERY)));
    if (hearth_changes(c) != 1)
        return wrong(c, user);
    hearth_logf(c, HEARTH_LOG_WARN, "user \"%s\" has used a recovery code from %s", user,
                hearth_peer(c));
    return 0;
}

int hearth_recovery_revoke(hearth_ctx *c, const char *user)
{
    HEARTH_TRY(hearth__token_args(c, "hearth_recovery_revoke", user, 1));
    return hearth_exec(c, "DELETE FROM hearth_tokens WHERE user_id = ? AND purpose = ?",
                       hearth_args(user, HEARTH__RECOVERY));
}
