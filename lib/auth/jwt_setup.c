/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Kinds of tokens are made at set-up and belong to the application.  Whatever is weak or
 * does not fit is said there, not at the first request.
 */
#include "auth/jwt.h"
#include "core/error.h"
#include "core/secret.h"
#include "core/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_FILE      (64u * 1024u)
#define DEFAULT_LEEWAY 30
#define MOST_LEEWAY    3600
#define DEFAULT_BYTES  8192
#define LEAST_BYTES    256
#define MOST_BYTES     65536

_Static_assert((int)HEARTH_JWT_HS256 == (int)HEARTH__JWA_HS256 &&
                   (int)HEARTH_JWT_RS256 == (int)HEARTH__JWA_RS256,
               "one numbering of algorithms");

/* ---- life -------------------------------------------------------------------------- */

static void free_one(hearth_jwt *jwt)
{
    hearth__ring_clear(&jwt->ring);
    free(jwt->issuer);
    free(jwt->audience);
    free(jwt->type);
    free(jwt->required);
    free(jwt);
}

static void destroy(void *arg)
{
    struct hearth__jwts *all = arg;

    while (all->uses != NULL) {
        hearth__jwt_use *u = all->uses;

        all->uses = u->next;
        free(u->prefix);
        free(u->scope);
        free(u);
    }
    while (all->first != NULL) {
        hearth_jwt *jwt = all->first;

        all->first = jwt->next;
        free_one(jwt);
    }
    free(all);
}

struct hearth__jwts *hearth__jwts_of(hearth_app *app)
{
    if (app->jwts == NULL) {
        app->jwts = calloc(1, sizeof *app->jwts);
        if (app->jwts == NULL)
            return NULL;
        app->jwts->uses_end = &app->jwts->uses;
        app->free_jwts = destroy;
    }
    return app->jwts;
}

/* ---- files ------------------------------------------------------------------------- */

static int file_error(hearth_error *err, const char *path)
{
    char reason[96];

    if (strerror_r(errno, reason, sizeof reason) != 0)
        reason[0] = '\0';
    return hearth__error_set(err, HEARTH_EINVAL, "the file \"%s\" cannot be read: %s",
                             path, reason);
}

/* All of it into text, one byte more than allowed at most. */
static int read_all(int fd, char *text, size_t *n)
{
    ssize_t got;

    *n = 0;
    do {
        got = read(fd, text + *n, MOST_FILE + 1 - *n);
        *n += got > 0 ? (size_t)got : 0;
    } while ((got > 0 && *n <= MOST_FILE) || (got < 0 && errno == EINTR));
    return got < 0 ? -1 : 0;
}

static hearth_str trim_end(const char *text, size_t n)
{
    while (n > 0 && (unsigned char)text[n - 1] <= ' ')
        n--;
    return hearth__str(text, n);
}

static int add_file(hearth__ring *r, const hearth_jwt_key *key, hearth_error *err)
{
    int fd = open(key->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK), rc = 0;
    char *text;
    size_t n = 0;

    if (fd < 0)
        return file_error(err, key->file);
    text = malloc(MOST_FILE + 1);
    if (text == NULL)
        rc = hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    else if (read_all(fd, text, &n) != 0)
        rc = file_error(err, key->file);
    else if (n > MOST_FILE)
        rc = hearth__error_set(err, HEARTH_EINVAL,
                               "the file \"%s\" is longer than 64 KiB", key->file);
    else
        rc = hearth__ring_add(r, trim_end(text, n), key->kid, err);
    close(fd);
    if (text != NULL)
        hearth__secret_wipe(text, n);
    free(text);
    return rc;
}

/* ---- options ----------------------------------------------------------------------- */

static int add_keys(hearth__ring *r, const hearth_jwt_key *key, hearth_error *err)
{
    for (; key != NULL && (key->text != NULL || key->file != NULL); key++) {
        if (key->text != NULL && key->file != NULL)
            return hearth__error_set(err, HEARTH_EINVAL,
                                     "a key has a text or a file, not both");
        if (key->file != NULL)
            HEARTH_TRY(add_file(r, key, err));
        else
            HEARTH_TRY(hearth__ring_add(r, hearth__str_of(key->text), key->kid, err));
    }
    return r->n > 0 ? 0
                    : hearth__error_set(err, HEARTH_EINVAL,
                                        "there is no key: `keys` is a list of them that "
                                        "ends with {0}");
}

static const char *objection(const hearth_jwt_opts *o)
{
    if (o->alg < HEARTH_JWT_HS256 || o->alg > HEARTH_JWT_RS256)
        return "`alg` is one of HEARTH_JWT_HS256, _EDDSA, _ES256 and _RS256";
    if (o->leeway_s < -1 || o->leeway_s > MOST_LEEWAY)
        return "`leeway_s` is at most 3600 seconds; -1: none";
    if (o->max_age_s < 0 || o->max_age_s > INT64_C(100) * 366 * 86400)
        return "`max_age_s` is 1 second to a hundred years; 0: any age";
    if (o->max_bytes != 0 && (o->max_bytes < LEAST_BYTES || o->max_bytes > MOST_BYTES))
        return "`max_bytes` is 256 to 65536";
    if ((o->issuer != NULL && o->issuer[0] == '\0') ||
        (o->audience != NULL && o->audience[0] == '\0') ||
        (o->type != NULL && o->type[0] == '\0'))
        return "`issuer`, `audience` and `type` are not empty: leave them out";
    return NULL;
}

static bool copy_text(char **to, const char *from)
{
    *to = from == NULL ? NULL : strdup(from);
    return from == NULL || *to != NULL;
}

static int fill(hearth_jwt *jwt, const hearth_jwt_opts *o, hearth_error *err)
{
    if (!copy_text(&jwt->issuer, o->issuer) || !copy_text(&jwt->audience, o->audience) ||
        !copy_text(&jwt->type, o->type) || !copy_text(&jwt->required, o->required))
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    jwt->ring.alg = (hearth__jwa)o->alg;
    jwt->jws = (hearth__jws_rules){&jwt->ring, jwt->type,
                                   o->max_bytes == 0 ? DEFAULT_BYTES : o->max_bytes};
    jwt->claims = (hearth__claims_rules){.issuer = jwt->issuer,
                                         .audience = jwt->audience,
                                         .required = jwt->required,
                                         .leeway_s = o->leeway_s == 0  ? DEFAULT_LEEWAY
                                                     : o->leeway_s < 0 ? 0
                                                                       : o->leeway_s,
                                         .max_age_s = o->max_age_s,
                                         .no_expiry = o->unsafe_no_expiry};
    return add_keys(&jwt->ring, o->keys, err);
}

static hearth_jwt *failed(hearth_app *app, int rc, const char *why)
{
    (void)hearth__app_setup_failed(app, rc, "hearth_jwt_new: %s", why);
    return NULL;
}

hearth_jwt *hearth_jwt_new_sized(hearth_app *app, const hearth_jwt_opts *given,
                                 size_t size)
{
    hearth_jwt_opts o = {.alg = (hearth_jwt_alg)0};
    struct hearth__jwts *all;
    hearth_error err = {0};
    hearth_jwt *jwt;
    int rc;

    if (hearth__app_setup_check(app, "hearth_jwt_new") != 0)
        return NULL;
    if (given != NULL)
        memcpy(&o, given, size < sizeof o ? size : sizeof o);
    if (objection(&o) != NULL)
        return failed(app, HEARTH_EINVAL, objection(&o));
    all = hearth__jwts_of(app);
    jwt = all == NULL ? NULL : calloc(1, sizeof *jwt);
    if (jwt == NULL)
        return failed(app, HEARTH_ENOMEM, "out of memory");
    jwt->next = all->first;
    all->first = jwt;
    rc = fill(jwt, &o, &err);
    return rc == 0 ? jwt : failed(app, rc, err.text);
}
