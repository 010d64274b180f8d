/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_PASSWORD_H
#define HEARTH_PASSWORD_H

/**
 * @file hearth/password.h
 * Passwords: hashed, checked, and refused when everybody has them.
 *
 *     hearth_use_passwords(app, NULL);
 *     ...
 *     const char *const own[] = {name, email, NULL};
 *     HEARTH_TRY(hearth_password_rules(c, "/password", password, own));   422
 *     HEARTH_TRY(hearth_password_hash(c, password, &hash));               into the table
 *     ...
 *     HEARTH_TRY(hearth_password_verify(c, password, hash, &better));     401
 *     if (better != NULL)
 *         HEARTH_TRY(hearth_exec(c, "UPDATE users SET hash = ? WHERE id = ?", ...));
 *
 * A hash is argon2id with 19 MiB and two passes (the floor that OWASP recommends), its
 * salt and its costs with it in a text of at most 127 characters.  A password may be of
 * any length and hold any bytes.  A hash that was made with less, or by other software, is
 * good until its owner comes: hearth_password_verify() then hands out a better one.
 *
 * Hashing takes some 20 ms and 19 MiB.  So it is done by few threads at once, a few more
 * wait, and past that the client gets 503 with Retry-After; and it belongs on a worker:
 * mark the route HEARTH_WORKER.  On a reactor it works, with a warning in the log and
 * without waiting.
 *
 * Whoever asks for a user that does not exist is not to learn it from the time: pass NULL
 * for his hash, and checking costs the same.  The memory of a request that hashed or
 * checked a password, its body included, is wiped when it ends.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- setup ------------------------------------------------------------ */

/** Zero of every field is the default. */
typedef struct hearth_password_opts {
    int memory_kib; /* of a hash, KiB, default 19 456 (19 MiB); 7168 to 1 048 576.  With
                       passes no weaker than OWASP's floor: their product at least 35 840 */
    int passes;     /* default 2; 1 to 64 */
    int at_once;    /* hashes that are computed at the same time, default 4; 1 to 1024 */
    int waiting;    /* requests that wait for their turn, default 16, -1: none; past
                       them 503 */
    int least;      /* characters of a new password, default 8; 1 to 64 */
    int most;       /* default 256; 64 to 4096 */
    bool unsafe_common; /* take passwords that everybody has */
} hearth_password_opts;

/**
 * The application has passwords.
 *
 * Returns: 0, or
 *            HEARTH_EINVAL  a number is out of range
 *            HEARTH_ESTATE  the application runs, or has called it already
 *            HEARTH_ENOMEM  out of memory
 *          and the application refuses to start.
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_use_passwords_sized(hearth_app *app, const hearth_password_opts *o,
                                          size_t size);
static inline int hearth_use_passwords(hearth_app *app, const hearth_password_opts *o)
{
    return hearth_use_passwords_sized(app, o, sizeof *o);
}

/* ---- per request ------------------------------------------------------ */

/**
 * Hash a password.
 *
 * @param hash  receives text of at most 127 characters for the table; memory of the request
 * Returns: 0, or
 *            HEARTH_EINVAL  password is NULL
 *            HEARTH_EBUSY   too many others are hashing: 503, with Retry-After
 *            HEARTH_ESTATE  the application did not call hearth_use_passwords()
 *            HEARTH_ENOMEM  out of memory, of the machine perhaps
 * Thread:  request, on a worker
 * Since:   0.1
 */
HEARTH_API int hearth_password_hash(hearth_ctx *c, const char *password,
                                    const char **hash) HEARTH_NODISCARD;

/**
 * The same for bytes, NULs among them.
 *
 * Returns: as hearth_password_hash().
 * Thread:  request, on a worker
 * Since:   0.1
 */
HEARTH_API int hearth_password_hashn(hearth_ctx *c, const char *password, size_t n,
                                     const char **hash) HEARTH_NODISCARD;

/**
 * Is it the password that the hash was made of?
 *
 * Besides ours it knows argon2i, bcrypt, scrypt, yescrypt, sha256crypt and sha512crypt as
 * crypt(5) writes them, and what Django (argon2, bcrypt, bcrypt_sha256, pbkdf2_sha256,
 * pbkdf2_sha1), Werkzeug and Flask (pbkdf2, scrypt), and passlib (pbkdf2, scrypt) write.
 * Not unsalted digests, DES and MD5; not what would need more than 1 GiB or many seconds.
 *
 * A hash that is none of them lets nobody in, costs as much, and is logged; NULL, and what
 * begins with '!' or '*' or is empty, which is how tables lock an account, is not logged.
 *
 * @param password  NULL: there was none, which is never right
 * @param hash      NULL: there is no such user
 * @param better    receives NULL, or when the password is right and the hash is not what
 *                  hearth_password_hash() would make now a new one, to be stored instead;
 *                  memory of the request.  NULL: you do not want it
 * Returns: 0: it is right; 401: it is not, and an answer with that says "The name or the
 *          password is wrong."; or
 *            HEARTH_EBUSY   too many others are hashing: 503, with Retry-After
 *            HEARTH_ESTATE  the application did not call hearth_use_passwords()
 *            HEARTH_ENOMEM  out of memory
 * Thread:  request, on a worker
 * Since:   0.1
 */
HEARTH_API int hearth_password_verify(hearth_ctx *c, const char *password,
                                      const char *hash,
                                      const char **better) HEARTH_NODISCARD;

/**
 * The same for bytes, NULs among them.
 *
 * Returns: as hearth_password_verify().
 * Thread:  request, on a worker
 * Since:   0.1
 */
HEARTH_API int hearth_password_verifyn(hearth_ctx *c, const char *password, size_t n,
                                       const char *hash,
                                       const char **better) HEARTH_NODISCARD;

/**
 * May somebody choose this password?  What is wrong is a fault, as with hearth_fault():
 *
 *     required     NULL or empty
 *     too_short    fewer characters than `least`
 *     too_long     more than `most`
 *     common       one of those that are tried first: words like "password", "letmein"
 *                  and "P@ssw0rd1" with what people put around them, rows of keys, one
 *                  part repeated, digits alone
 *     personal     his name or address and little more
 *
 * No other rule: neither capitals nor digits are asked for (NIST SP 800-63B).
 *
 * @param pointer  where it was: a JSON pointer into the body
 * @param own      his name, address and the like, ended by NULL; or NULL
 * Returns: 0, or HEARTH_EMODEL (noted), HEARTH_ESTATE (no hearth_use_passwords()).
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_password_rules(hearth_ctx *c, const char *pointer,
                                     const char *password,
                                     const char *const *own) HEARTH_NODISCARD;

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_PASSWORD_H */
