/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Hashing for handlers: a few at once, and always the same work, whether there is a hash,
 * whether it can be read, and whether the password is right.
 */
#include "auth/password.h"

#include "app/problem.h"
#include "core/secret.h"
#include "core/str.h"
#include "core/utf8.h"

#include <hearth/memory.h>
#include <hearth/res.h>
#include <stdlib.h>

#define DEFAULT_KIB     19456
#define LEAST_KIB       7168
#define MOST_KIB        (1024 * 1024)
#define DEFAULT_PASSES  2
#define MOST_PASSES     64
#define FLOOR           (INT64_C(7168) * 5) /* KiB times passes: OWASP's cheapest */
#define DEFAULT_AT_ONCE 4
#define MOST_AT_ONCE    1024
#define DEFAULT_WAITING 16
#define DEFAULT_LEAST   8
#define MOST_LEAST      64
#define DEFAULT_MOST    256
#define MOST_MOST       4096

typedef struct hearth__passwords passwords;

/* ---- set-up ------------------------------------------------------------------------ */

static void set_default(int *n, int to)
{
    if (*n == 0)
        *n = to;
}

static const char *objection(const hearth_password_opts *o)
{
    if (o->memory_kib < LEAST_KIB || o->memory_kib > MOST_KIB)
        return "memory_kib must be from 7168 to 1 048 576";
    if (o->passes < 1 || o->passes > MOST_PASSES)
        return "passes must be from 1 to 64";
    if ((int64_t)o->memory_kib * o->passes < FLOOR)
        return "memory_kib times passes must be at least 35 840";
    if (o->at_once < 1 || o->at_once > MOST_AT_ONCE)
        return "at_once must be from 1 to 1024";
    if (o->waiting < 0 || o->waiting > MOST_AT_ONCE)
        return "waiting must be from 1 to 1024, or -1 for none";
    if (o->least < 1 || o->least > MOST_LEAST)
        return "least must be from 1 to 64 characters";
    if (o->most < MOST_LEAST || o->most > MOST_MOST)
        return "most must be from 64 to 4096 characters";
    return NULL;
}

static void destroy(void *arg)
{
    passwords *p = arg;

    hearth__slots_clear(&p->slots);
    free(p);
}

int hearth_use_passwords_sized(hearth_app *app, const hearth_password_opts *o,
                               size_t size)
{
    hearth_password_opts opts = {0};
    passwords *p;

    HEARTH_TRY(hearth__app_setup_check(app, "hearth_use_passwords"));
    if (app->passwords != NULL)
        return hearth__app_setup_failed(app, HEARTH_ESTATE,
                                        "hearth_use_passwords: called already");
    if (o != NULL)
        memcpy(&opts, o, size < sizeof opts ? size : sizeof opts);
    set_default(&opts.memory_kib, DEFAULT_KIB);
    set_default(&opts.passes, DEFAULT_PASSES);
    set_default(&opts.at_once, DEFAULT_AT_ONCE);
    set_default(&opts.waiting, DEFAULT_WAITING);
    set_default(&opts.least, DEFAULT_LEAST);
    set_default(&opts.most, DEFAULT_MOST);
    if (opts.waiting == -1)
        opts.waiting = 0;
    if (objection(&opts) != NULL)
        return hearth__app_setup_failed(app, HEARTH_EINVAL, "hearth_use_passwords: %s",
                                        objection(&opts));
    p = calloc(1, sizeof *p);
    if (p == NULL)
        return hearth__app_setup_failed(app, HEARTH_ENOMEM,
                                        "hearth_use_passwords: out of memory");
    p->opts = opts;
    hearth__slots_init(&p->slots, opts.at_once, opts.waiting);
    hearth__pwhash_nobody(p->nobody, (uint32_t)opts.memory_kib, (uint32_t)opts.passes);
    app->passwords = p;
    app->free_passwords = destroy;
    return 0;
}

/* ---- taking turns ------------------------------------------------------------------ */

static int begin(hearth_ctx *c, const char *who)
{
    passwords *p = c->app->passwords;

    if (p == NULL)
        return hearth__note(c, HEARTH_ESTATE,
                            "%s: the application has no passwords: call "
                            "hearth_use_passwords() before it starts",
                            who);
    c->secret = true;
    if (c->is_inline)
        hearth_logf(c, HEARTH_LOG_WARN,
                    "%s: on a reactor, which it holds up: mark the route HEARTH_WORKER",
                    who);
    if (hearth__slots_take(&p->slots, !c->is_inline))
        return 0;
    hearth_logf(c, HEARTH_LOG_WARN,
                "%s: %d are under way and %d wait: refused; see at_once and waiting of "
                "hearth_password_opts",
                who, p->opts.at_once, p->opts.waiting);
    return hearth__tell(
        c, HEARTH_EBUSY, 503,
        "Too many people are logging in just now. Try again in a moment.");
}

static void end(hearth_ctx *c)
{
    hearth__slots_give(&c->app->passwords->slots);
}

static void count(passwords *p, const hearth__pwhash *h)
{
    uint64_t work = h == NULL ? (uint64_t)p->opts.memory_kib * (unsigned)p->opts.passes
                              : (uint64_t)h->memory_kib * h->passes;

    atomic_fetch_add_explicit(&p->work, work, memory_order_relaxed);
}

/* ---- hashing ----------------------------------------------------------------------- */

static int make(hearth_ctx *c, hearth_str password, const char **hash)
{
    passwords *p = c->app->passwords;
    char *out = hearth_alloc(c, HEARTH__PWHASH_SIZE);

    if (out == NULL)
        return HEARTH_ENOMEM;
    count(p, NULL);
    HEARTH_TRY(hearth__pwhash_make(out, password, (uint32_t)p->opts.memory_kib,
                                   (uint32_t)p->opts.passes));
    *hash = out;
    return 0;
}

int hearth_password_hashn(hearth_ctx *c, const char *password, size_t n,
                          const char **hash)
{
    int rc;

    *hash = NULL;
    if (password == NULL)
        return hearth__note(c, HEARTH_EINVAL, "hearth_password_hash: no password");
    HEARTH_TRY(begin(c, "hearth_password_hash"));
    rc = make(c, hearth__str(password, n), hash);
    end(c);
    return rc;
}

int hearth_password_hash(hearth_ctx *c, const char *password, const char **hash)
{
    return hearth_password_hashn(c, password, hearth__str_of(password).len, hash);
}

/* ---- checking ---------------------------------------------------------------------- */

static bool is_locked(const char *hash)
{
    return hash == NULL || hash[0] == '\0' || hash[0] == '!' || hash[0] == '*';
}

/* What to check against, and whether it is somebody's. */
static bool read_hash(hearth_ctx *c, const char *hash, hearth__pwhash *h)
{
    passwords *p = c->app->passwords;

    if (!is_locked(hash)) {
        if (hearth__pwhash_read(h, hearth__str_of(hash)))
            return true;
        hearth_logf(c, HEARTH_LOG_ERROR,
                    "hearth_password_verify: a stored hash is of no kind that is known, "
                    "or costs too much to check; nobody gets in with it");
    }
    (void)hearth__pwhash_read(h, hearth__str_of(p->nobody));
    return false;
}

static int check(hearth_ctx *c, const char *hash, hearth_str password,
                 const char **better)
{
    passwords *p = c->app->passwords;
    hearth__pwhash h;
    bool somebody = read_hash(c, hash, &h);
    int rc;

    count(p, &h);
    rc = hearth__pwhash_check(&h, password);
    if (rc == 0 && somebody && better != NULL &&
        hearth__pwhash_weaker(&h, (uint32_t)p->opts.memory_kib, (uint32_t)p->opts.passes))
        rc = make(c, password, better);
    hearth__secret_wipe(&h, sizeof h);
    if (rc == HEARTH_EUNAVAILABLE)
        hearth_logf(c, HEARTH_LOG_ERROR,
                    "hearth_password_verify: a stored hash is malformed");
    if (rc == 0 && !somebody)
        rc = HEARTH_EINVAL;
    return rc == 0 || rc == HEARTH_ENOMEM ? rc : 401;
}

int hearth_password_verifyn(hearth_ctx *c, const char *password, size_t n,
                            const char *hash, const char **better)
{
    int rc;

    if (better != NULL)
        *better = NULL;
    HEARTH_TRY(begin(c, "hearth_password_verify"));
    /* No password costs as much as a wrong one. */
    rc = check(c, password == NULL ? NULL : hash,
               password == NULL ? HEARTH__S("") : hearth__str(password, n), better);
    end(c);
    if (rc == 401)
        return hearth__tell(c, 0, 401, "The name or the password is wrong.");
    return rc;
}

int hearth_password_verify(hearth_ctx *c, const char *password, const char *hash,
                           const char **better)
{
    return hearth_password_verifyn(c, password, hearth__str_of(password).len, hash,
                                   better);
}

/* ---- rules ------------------------------------------------------------------------- */

static bool personal(const char *password, const char *const *own)
{
    for (; own != NULL && *own != NULL; own++)
        if (hearth__password_personal(hearth__str_of(password), hearth__str_of(*own)))
            return true;
    return false;
}

int hearth_password_rules(hearth_ctx *c, const char *pointer, const char *password,
                          const char *const *own)
{
    const passwords *p = c->app->passwords;
    hearth_str s = hearth__str_of(password);
    size_t n;

    if (p == NULL)
        return hearth__note(c, HEARTH_ESTATE,
                            "hearth_password_rules: the application has no passwords: "
                            "call hearth_use_passwords() before it starts");
    c->secret = true;
    if (s.len == 0)
        return hearth_fault(c, pointer, "required", "a password is required");
    n = hearth__utf8_valid(s) ? hearth__utf8_count(s) : s.len;
    if (n < (size_t)p->opts.least)
        return hearth_fault(c, pointer, "too_short",
                            "the password must have at least %d characters",
                            p->opts.least);
    if (n > (size_t)p->opts.most)
        return hearth_fault(c, pointer, "too_long",
                            "the password must have at most %d characters", p->opts.most);
    if (personal(password, own))
        return hearth_fault(c, pointer, "personal",
                            "the password is too much like your name or address");
    if (!p->opts.unsafe_common && hearth__password_common(s))
        return hearth_fault(c, pointer, "common",
                            "this password is one of those that are tried first: choose "
                            "another, several words for example");
    return 0;
}
