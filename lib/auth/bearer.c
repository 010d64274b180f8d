/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The field Authorization (RFC 9110 section 11.6.2): bearer tokens (RFC 6750), which are
 * rows like the others, and Basic (RFC 7617).
 */
#include "app/problem.h"
#include "auth/token.h"
#include "core/enc.h"
#include "core/str.h"
#include "core/utf8.h"

#include <hearth/db.h>
#include <hearth/memory.h>
#include <hearth/req.h>
#include <hearth/res.h>

#define MOST_LABEL  255
#define MOST_SCOPES 1000
#define NOTED_S     60 /* a use is noted so often */
#define MOST_REALM  100

/* RFC 6750 section 3: the scheme is followed by a parameter. */
#define ASK "Bearer realm=\"api\""

/* What stands behind the scheme; ptr NULL: another one, or none.  Whatever becomes of it, a
 * 401 says how to ask (RFC 9110 section 11.6.1). */
static hearth_str credentials(hearth_ctx *c, hearth_str scheme, const char *challenge)
{
    hearth_str s = hearth__str_of(hearth_header(c, "Authorization"));

    c->challenge = challenge;
    if (!hearth__str_istarts(s, scheme) || s.len == scheme.len ||
        s.ptr[scheme.len] != ' ')
        return (hearth_str){NULL, 0};
    c->secret = true;
    return hearth__str_trim((hearth_str){s.ptr + scheme.len, s.len - scheme.len});
}

/* ---- scopes ------------------------------------------------------------------------ */

/* RFC 6749 section 3.3: visible ASCII but '"' and '\', with single spaces between. */
static bool are_scopes(const char *s)
{
    bool space = true;

    for (const char *p = s; *p != '\0'; p++) {
        if (*p == ' ' ? space : (*p < '!' || *p > '~' || *p == '"' || *p == '\\'))
            return false;
        space = *p == ' ';
    }
    return s[0] == '\0' || !space;
}

bool hearth__scopes_have(const char *scopes, const char *scope)
{
    hearth_str rest = hearth__str_of(scopes), want = hearth__str_of(scope);

    while (rest.ptr != NULL)
        if (hearth__str_eq(hearth__str_cut(&rest, ' '), want))
            return want.len > 0;
    return false;
}

/* ---- bearer ------------------------------------------------------------------------ */

int hearth_bearer_make(hearth_ctx *c, const char *user, const hearth_bearer_opts *o,
                       const char **text)
{
    const hearth_bearer_opts none = {0};
    hearth__token t = {.purpose = HEARTH__BEARER, .user = user, .proof = ""};
    int64_t ttl_s;

    o = o == NULL ? &none : o;
    *text = NULL;
    ttl_s = o->ttl_s == 0 ? HEARTH__TOKEN_MOST_S : o->ttl_s;
    t.label = o->label == NULL ? "" : o->label;
    t.scopes = o->scopes == NULL ? "" : o->scopes;
    HEARTH_TRY(hearth__token_args(c, "hearth_bearer_make", user, ttl_s));
    if (strlen(t.label) > MOST_LABEL || !hearth__utf8_valid(hearth__str_of(t.label)))
        return hearth__note(c, HEARTH_EINVAL,
                            "hearth_bearer_make: a label is UTF-8 of at most %d bytes",
                            MOST_LABEL);
    if (strlen(t.scopes) > MOST_SCOPES || !are_scopes(t.scopes))
        return hearth__note(c, HEARTH_EINVAL,
                            "hearth_bearer_make: scopes are words of visible ASCII with "
                            "single spaces between, at most %d bytes",
                            MOST_SCOPES);
    t.expires_s = hearth__token_now(c) + ttl_s;
    *text = hearth__token_random(c, 32);
    t.id = *text == NULL ? NULL : hearth__token_hash(c, HEARTH__BEARER, *text);
    return t.id == NULL ? HEARTH_ENOMEM : hearth__token_insert(c, &t);
}

hearth_str hearth__bearer_text(hearth_ctx *c)
{
    return credentials(c, HEARTH__S("Bearer"), ASK);
}

int hearth__bearer_ask(hearth_ctx *c)
{
    return hearth__tell(c, 0, 401, "This needs a token.");
}

int hearth__bearer_refuse(hearth_ctx *c, const char *why)
{
    hearth_logf(c, HEARTH_LOG_INFO, "a bearer token from %s is refused: %s",
                hearth_peer(c), why);
    c->challenge = ASK ", error=\"invalid_token\"";
    return hearth__tell(c, 0, 401, "The token is not good, or good no more.");
}

int hearth__bearer_lacks(hearth_ctx *c, const char *scope)
{
    if (are_scopes(scope))
        HEARTH_TRY(hearth_set_headerf(c, "WWW-Authenticate",
                                      ASK ", error=\"insufficient_scope\", scope=\"%s\"",
                                      scope));
    return hearth__tell(c, 0, 403, "The token does not allow this.");
}

/* Most requests find that it was noted a moment ago. */
static int note_use(hearth_ctx *c, const char *id, int64_t used_s)
{
    int64_t now_s = hearth__token_now(c);

    if (now_s < used_s + NOTED_S)
        return 0;
    return hearth_exec(c, "UPDATE hearth_tokens SET used_s = ? WHERE id = ?",
                       hearth_args(now_s, id));
}

int hearth_bearer(hearth_ctx *c, const char *scope, const char **user)
{
    hearth_str text = hearth__bearer_text(c);
    const char *id, *scopes = NULL;
    hearth_rows *rows;
    int64_t used_s = 0;

    *user = NULL;
    HEARTH_TRY(hearth__token_ready(c, "hearth_bearer"));
    if (text.ptr == NULL)
        return hearth__bearer_ask(c);
    id = hearth__ctx_text(c, text);
    if (id == NULL)
        return HEARTH_ENOMEM;
    if (!hearth__token_plausible(id, HEARTH__TOKEN_TEXT))
        return hearth__bearer_refuse(c, "it is none of ours");
    id = hearth__token_hash(c, HEARTH__BEARER, id);
    if (id == NULL)
        return HEARTH_ENOMEM;
    rows = hearth_select(c,
                         "SELECT user_id, scopes, used_s FROM hearth_tokens "
                         "WHERE id = ? AND purpose = ? AND expires_s > ?",
                         hearth_args(id, HEARTH__BEARER, hearth__token_now(c)));
    if (hearth_rows_next(rows)) {
        *user = hearth_rows_text(rows, 0);
        scopes = hearth_rows_text(rows, 1);
        used_s = hearth_rows_int(rows, 2);
        if (*user == NULL || scopes == NULL)
            return HEARTH_ENOMEM;
        (void)hearth_rows_next(rows);
    }
    HEARTH_TRY(hearth_rows_error(rows));
    if (*user == NULL)
        return hearth__bearer_refuse(c, "it is not known, or has expired");
    HEARTH_TRY(note_use(c, id, used_s));
    return scope == NULL || hearth__scopes_have(scopes, scope)
               ? 0
               : hearth__bearer_lacks(c, scope);
}

int hearth_bearers_list(hearth_ctx *c, const char *user, const hearth_bearer_info **list,
                        size_t *n)
{
    hearth_bearer_info *all;
    hearth_rows *rows;

    *list = NULL;
    *n = 0;
    HEARTH_TRY(hearth__token_args(c, "hearth_bearers_list", user, 1));
    all = hearth__arena_array(&c->arena, HEARTH_BEARERS_LISTED, sizeof *all);
    if (all == NULL)
        return HEARTH_ENOMEM;
    rows = hearth_select(
        c,
        "SELECT id, label, scopes, created_s, used_s, expires_s FROM hearth_tokens "
        "WHERE user_id = ? AND purpose = ? AND expires_s > ? "
        "ORDER BY created_s DESC, id LIMIT 1000",
        hearth_args(user, HEARTH__BEARER, hearth__token_now(c)));
    while (*n < HEARTH_BEARERS_LISTED && hearth_rows_next(rows))
        all[(*n)++] =
            (hearth_bearer_info){hearth_rows_text(rows, 0), hearth_rows_text(rows, 1),
                                 hearth_rows_text(rows, 2), hearth_rows_int(rows, 3),
                                 hearth_rows_int(rows, 4),  hearth_rows_int(rows, 5)};
    *list = all;
    return c->arena.failed ? HEARTH_ENOMEM : hearth_rows_error(rows);
}

int hearth_bearer_revoke(hearth_ctx *c, const char *user, const char *handle)
{
    HEARTH_TRY(hearth__token_args(c, "hearth_bearer_revoke", user, 1));
    HEARTH_TRY(hearth_exec(
        c, "DELETE FROM hearth_tokens WHERE id = ? AND user_id = ? AND purpose = ?",
        hearth_args(handle, user, HEARTH__BEARER)));
    return hearth_changes(c) == 1 ? 0 : HEARTH_ENOTFOUND;
}

/* ---- basic ------------------------------------------------------------------------- */

static int check_realm(hearth_ctx *c, const char *realm)
{
    size_t n = hearth__str_of(realm).len;

    for (size_t i = 0; i < n; i++)
        if (realm[i] < ' ' || realm[i] > '~' || realm[i] == '"' || realm[i] == '\\')
            n = 0;
    return n > 0 && n <= MOST_REALM
               ? 0
               : hearth__note(c, HEARTH_EINVAL,
                              "hearth_basic: a realm is printable ASCII without '\"' and "
                              "'\\', 1 to %d bytes",
                              MOST_REALM);
}

static const char *ask_basic(hearth_ctx *c, const char *realm)
{
    return hearth_strf(c, "Basic realm=\"%s\", charset=\"UTF-8\"", realm);
}

int hearth_basic_ask(hearth_ctx *c, const char *realm)
{
    HEARTH_TRY(check_realm(c, realm));
    c->challenge = ask_basic(c, realm);
    if (c->challenge == NULL)
        return HEARTH_ENOMEM;
    return hearth__tell(c, 0, 401, "This needs a name and a password.");
}

int hearth_basic(hearth_ctx *c, const char *realm, const char **name,
                 const char **password)
{
    hearth__buf b;
    ptrdiff_t colon;
    hearth_str text;

    *name = *password = NULL;
    HEARTH_TRY(check_realm(c, realm));
    text = credentials(c, HEARTH__S("Basic"), ask_basic(c, realm));
    if (c->challenge == NULL)
        return HEARTH_ENOMEM;
    hearth__buf_init(&b, &c->arena, 0);
    if (text.ptr == NULL || !hearth__dec_base64(&b, text, false))
        return b.failed ? HEARTH_ENOMEM : hearth_basic_ask(c, realm);
    colon = hearth__str_find(hearth__buf_view(&b), ':');
    if (colon < 0 || strlen(b.ptr) != b.len || !hearth__utf8_valid(hearth__buf_view(&b)))
        return hearth_basic_ask(c, realm);
    b.ptr[colon] = '\0';
    *name = b.ptr;
    *password = b.ptr + colon + 1;
    return 0;
}
