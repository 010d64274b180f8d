/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Password hashes that others have made.  crypt(5)'s go to libxcrypt as they are, once
 * their cost is known to have bounds; PBKDF2 (RFC 8018) is GnuTLS's, scrypt (RFC 7914)
 * libsodium's.
 */
#include "core/pwhash.h"

#include "core/digest.h"
#include "core/str.h"

#include <crypt.h>
#include <errno.h>
#include <gnutls/crypto.h>
#include <sodium.h>
#include <stdlib.h>

#define MOST_BCRYPT         16                  /* 2^16 rounds: some 4 s */
#define MOST_SHACRYPT       10000000u           /* rounds */
#define MOST_PBKDF2         10000000u           /* rounds */
#define MOST_SCRYPT         (UINT64_C(1) << 30) /* bytes of memory, times p of work */
#define MOST_CRYPT_PASSWORD CRYPT_MAX_PASSPHRASE_SIZE /* with its '\0' */

static bool skip(hearth_str *s, hearth_str prefix)
{
    if (!hearth__str_starts(*s, prefix))
        return false;
    *s = (hearth_str){s->ptr + prefix.len, s->len - prefix.len};
    return true;
}

/* The part up to a '$' that is there. */
static bool part(hearth_str *rest, hearth_str *out)
{
    *out = hearth__str_cut(rest, '$');
    return rest->ptr != NULL;
}

static bool number(hearth_str s, uint64_t most, uint64_t *out)
{
    return hearth__str_uint(s, out) && *out > 0 && *out <= most;
}

/* ---- crypt(5) ---------------------------------------------------------------------- */

/* Two digits behind "$2b$". */
static bool bounded_bcrypt(hearth_str cost)
{
    uint64_t n;

    return cost.len == 60 - 4 && cost.ptr[2] == '$' &&
           number((hearth_str){cost.ptr, 2}, MOST_BCRYPT, &n);
}

/* "rounds=N$" or nothing behind "$6$". */
static bool bounded_shacrypt(hearth_str rest)
{
    hearth_str rounds;
    uint64_t n;

    if (!skip(&rest, HEARTH__S("rounds=")))
        return rest.len > 43;
    return part(&rest, &rounds) && number(rounds, MOST_SHACRYPT, &n) && rest.len > 43;
}

/* A digit of crypt's base 64, or -1. */
static int digit64(char c)
{
    static const char digits[] =
        "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const char *at = c == '\0' ? NULL : strchr(digits, c);

    return at == NULL ? -1 : (int)(at - digits);
}

static bool bounded_memory(int log_n, uint64_t r, uint64_t p)
{
    return log_n > 0 && log_n < 28 && r > 0 && r <= 1024 && p > 0 && p <= 64 &&
           (r * p << log_n) <= MOST_SCRYPT / 128;
}

/* Five digits, the lowest first: 30 bits. */
static uint64_t digits5(const char *s)
{
    uint64_t n = 0;

    for (int i = 0; i < 5; i++)
        n |= (uint64_t)(unsigned)(digit64(s[i]) & 63) << (6 * i);
    return n;
}

/* log2 N, and five digits each for r and p, behind "$7$". */
static bool bounded_scrypt7(hearth_str s)
{
    for (size_t i = 0; i < 11 && i < s.len; i++)
        if (digit64(s.ptr[i]) < 0)
            return false;
    return s.len > 11 + 43 &&
           bounded_memory(digit64(s.ptr[0]), digits5(s.ptr + 1), digits5(s.ptr + 6));
}

/* Behind "$y$": flags 'j', log2 N - 1, r - 1, no more parameters: what crypt_gensalt makes. */
static bool bounded_yescrypt(hearth_str s)
{
    return s.len > 4 + 43 && s.ptr[0] == 'j' && s.ptr[3] == '$' &&
           digit64(s.ptr[2]) >= 0 && digit64(s.ptr[2]) < 48 &&
           bounded_memory(digit64(s.ptr[1]) + 1, (uint64_t)digit64(s.ptr[2]) + 1, 1);
}

static bool read_crypt(hearth__pwhash *h, hearth_str s)
{
    static const struct {
        hearth_str prefix;
        bool (*bounded)(hearth_str rest);
    } known[] = {
        {{"$2a$", 4}, bounded_bcrypt},  {{"$2b$", 4}, bounded_bcrypt},
        {{"$2y$", 4}, bounded_bcrypt},  {{"$5$", 3}, bounded_shacrypt},
        {{"$6$", 3}, bounded_shacrypt}, {{"$y$", 3}, bounded_yescrypt},
        {{"$7$", 3}, bounded_scrypt7},
    };

    if (s.len > HEARTH__PWHASH_MOST || s.len >= CRYPT_OUTPUT_SIZE)
        return false;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        hearth_str rest = s;

        if (!skip(&rest, known[i].prefix))
            continue;
        memmove(h->text, s.ptr, s.len);
        h->text[s.len] = '\0';
        h->kind = HEARTH__PWHASH_CRYPT;
        return known[i].bounded(rest);
    }
    return false;
}

/* ---- salts and keys ---------------------------------------------------------------- */

static bool take_text(hearth__pwhash *h, hearth_str salt)
{
    if (salt.len == 0 || salt.len > sizeof h->salt)
        return false;
    memcpy(h->salt, salt.ptr, salt.len);
    h->nsalt = salt.len;
    return true;
}

/* Base 64 with or without padding; passlib writes '.' for '+'. */
static bool take_base64(unsigned char *out, size_t max, size_t *n, hearth_str s)
{
    char text[256];

    if (s.len >= sizeof text)
        return false;
    for (size_t i = 0; i < s.len; i++)
        text[i] = s.ptr[i] == '.' ? '+' : s.ptr[i];
    while (s.len > 0 && text[s.len - 1] == '=')
        s.len--;
    return sodium_base642bin(out, max, text, s.len, NULL, n, NULL,
                             sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 &&
           *n > 0;
}

static bool take_hex(hearth__pwhash *h, hearth_str s)
{
    return sodium_hex2bin(h->key, sizeof h->key, s.ptr, s.len, NULL, &h->nkey, NULL) ==
               0 &&
           2 * h->nkey == s.len;
}

/* As long as its maker makes them: what was cut off may be met by chance. */
static bool whole(const hearth__pwhash *h, size_t nkey)
{
    return h->nkey == nkey && h->nsalt > 0;
}

static size_t digest_size(int bits)
{
    return bits == 1 ? 20 : (size_t)bits / 8;
}

static bool scrypt_costs(hearth__pwhash *h, uint64_t n, uint64_t r, uint64_t p)
{
    int log_n = 0;

    while (log_n < 28 && (UINT64_C(1) << log_n) < n)
        log_n++;
    if (n != UINT64_C(1) << log_n || !bounded_memory(log_n, r, p))
        return false;
    h->kind = HEARTH__PWHASH_SCRYPT;
    h->n = n;
    h->r = (uint32_t)r;
    h->p = (uint32_t)p;
    return true;
}

/* ---- frameworks' ------------------------------------------------------------------- */

static bool pbkdf2(hearth__pwhash *h, int bits, hearth_str rounds)
{
    h->kind = HEARTH__PWHASH_PBKDF2;
    h->bits = bits;
    return number(rounds, MOST_PBKDF2, &h->n);
}

/* "rounds$salt$key in base 64" */
static bool read_django(hearth__pwhash *h, int bits, hearth_str rest)
{
    hearth_str rounds, salt;

    return part(&rest, &rounds) && part(&rest, &salt) && pbkdf2(h, bits, rounds) &&
           take_text(h, salt) && take_base64(h->key, sizeof h->key, &h->nkey, rest) &&
           whole(h, digest_size(bits));
}

/* "rounds$salt$key in hexadecimal" */
static bool read_werkzeug(hearth__pwhash *h, int bits, hearth_str rest)
{
    hearth_str rounds, salt;

    return part(&rest, &rounds) && part(&rest, &salt) && pbkdf2(h, bits, rounds) &&
           take_text(h, salt) && take_hex(h, rest) && whole(h, digest_size(bits));
}

/* "N:r:p$salt$key in hexadecimal" */
static bool read_werkzeug_scrypt(hearth__pwhash *h, hearth_str rest)
{
    hearth_str costs, salt;
    uint64_t c[3];

    if (!part(&rest, &costs) || !part(&rest, &salt))
        return false;
    for (int i = 0; i < 3; i++)
        if (costs.ptr == NULL || !number(hearth__str_cut(&costs, ':'), UINT32_MAX, &c[i]))
            return false;
    return costs.ptr == NULL && scrypt_costs(h, c[0], c[1], c[2]) && take_text(h, salt) &&
           take_hex(h, rest) && whole(h, 64);
}

static bool salt_and_key(hearth__pwhash *h, hearth_str rest, size_t nkey)
{
    hearth_str salt;

    return part(&rest, &salt) && take_base64(h->salt, sizeof h->salt, &h->nsalt, salt) &&
           take_base64(h->key, sizeof h->key, &h->nkey, rest) && whole(h, nkey);
}

/* "rounds$salt$key", both in base 64 */
static bool read_passlib(hearth__pwhash *h, int bits, hearth_str rest)
{
    hearth_str rounds;

    return part(&rest, &rounds) && pbkdf2(h, bits, rounds) &&
           salt_and_key(h, rest, digest_size(bits));
}

static bool named(hearth_str *rest, hearth_str name, uint64_t most, uint64_t *out)
{
    hearth_str s;

    if (rest->ptr == NULL)
        return false;
    s = hearth__str_cut(rest, ',');
    return skip(&s, name) && number(s, most, out);
}

/* "ln=16,r=8,p=1$salt$key" */
static bool read_passlib_scrypt(hearth__pwhash *h, hearth_str rest)
{
    hearth_str costs;
    uint64_t ln, r, p;

    return part(&rest, &costs) && named(&costs, HEARTH__S("ln="), 27, &ln) &&
           named(&costs, HEARTH__S("r="), 1024, &r) &&
           named(&costs, HEARTH__S("p="), 64, &p) && costs.ptr == NULL &&
           scrypt_costs(h, UINT64_C(1) << ln, r, p) && salt_and_key(h, rest, 32);
}

bool hearth__pwhash_import(hearth__pwhash *h, hearth_str text)
{
    static const struct {
        hearth_str prefix;
        int bits;
        bool (*read)(hearth__pwhash *h, int bits, hearth_str rest);
    } known[] = {
        {{"pbkdf2_sha256$", 14}, 256, read_django},
        {{"pbkdf2_sha1$", 12}, 1, read_django},
        {{"pbkdf2:sha256:", 14}, 256, read_werkzeug},
        {{"pbkdf2:sha512:", 14}, 512, read_werkzeug},
        {{"pbkdf2:sha1:", 12}, 1, read_werkzeug},
        {{"$pbkdf2-sha256$", 15}, 256, read_passlib},
        {{"$pbkdf2-sha512$", 15}, 512, read_passlib},
        {{"$pbkdf2$", 8}, 1, read_passlib},
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (skip(&text, known[i].prefix))
            return known[i].read(h, known[i].bits, text);
    if (skip(&text, HEARTH__S("scrypt:")))
        return read_werkzeug_scrypt(h, text);
    if (skip(&text, HEARTH__S("$scrypt$")))
        return read_passlib_scrypt(h, text);
    h->prehashed = skip(&text, HEARTH__S("bcrypt_sha256$"));
    if (h->prehashed || skip(&text, HEARTH__S("bcrypt$")))
        return hearth__str_starts(text, HEARTH__S("$2")) && read_crypt(h, text);
    return read_crypt(h, text);
}

/* ---- checking ---------------------------------------------------------------------- */

typedef struct scratch {
    struct crypt_data data;
    char password[MOST_CRYPT_PASSWORD];
    char hex[HEARTH__SHA256_HEX + 1];
} scratch;

/* A password with a NUL cannot have been crypt's, and none that is longer than it takes. */
static int run_crypt(const hearth__pwhash *h, hearth_str password, scratch *s)
{
    const char *out;

    if (h->prehashed) {
        hearth__sha256_hex(s->hex, password);
        password = (hearth_str){s->hex, HEARTH__SHA256_HEX};
    }
    if (password.len >= sizeof s->password ||
        (password.len > 0 && memchr(password.ptr, '\0', password.len) != NULL))
        return HEARTH_EINVAL;
    memcpy(s->password, password.ptr, password.len);
    s->password[password.len] = '\0';
    out = crypt_rn(s->password, h->text, &s->data, (int)sizeof s->data);
    if (out == NULL)
        return errno == ENOMEM ? HEARTH_ENOMEM : HEARTH_EUNAVAILABLE;
    if (strlen(out) != strlen(h->text))
        return HEARTH_EINVAL;
    return sodium_memcmp(out, h->text, strlen(out)) == 0 ? 0 : HEARTH_EINVAL;
}

static int check_crypt(const hearth__pwhash *h, hearth_str password)
{
    scratch *s = calloc(1, sizeof *s);
    int rc;

    if (s == NULL)
        return HEARTH_ENOMEM;
    rc = run_crypt(h, password, s);
    sodium_memzero(s, sizeof *s);
    free(s);
    return rc;
}

static int derive_pbkdf2(const hearth__pwhash *h, hearth_str password, unsigned char *out)
{
    gnutls_mac_algorithm_t mac = h->bits == 512   ? GNUTLS_MAC_SHA512
                                 : h->bits == 256 ? GNUTLS_MAC_SHA256
                                                  : GNUTLS_MAC_SHA1;
    const gnutls_datum_t key = {(unsigned char *)(uintptr_t)password.ptr,
                                (unsigned)password.len};
    const gnutls_datum_t salt = {(unsigned char *)(uintptr_t)h->salt, (unsigned)h->nsalt};
    int rc = gnutls_pbkdf2(mac, &key, &salt, (unsigned)h->n, out, h->nkey);

    if (rc == 0)
        return 0;
    return rc == GNUTLS_E_MEMORY_ERROR ? HEARTH_ENOMEM : HEARTH_EUNAVAILABLE;
}

static int derive_scrypt(const hearth__pwhash *h, hearth_str password, unsigned char *out)
{
    int rc = crypto_pwhash_scryptsalsa208sha256_ll((const unsigned char *)password.ptr,
                                                   password.len, h->salt, h->nsalt, h->n,
                                                   h->r, h->p, out, h->nkey);

    return rc == 0 ? 0 : HEARTH_ENOMEM;
}

int hearth__pwhash_check_import(const hearth__pwhash *h, hearth_str password)
{
    unsigned char key[HEARTH__PWHASH_KEY];
    int rc;

    if (h->kind == HEARTH__PWHASH_CRYPT)
        return check_crypt(h, password);
    if (password.len > UINT32_MAX / 2)
        return HEARTH_EINVAL;
    rc = h->kind == HEARTH__PWHASH_PBKDF2 ? derive_pbkdf2(h, password, key)
                                          : derive_scrypt(h, password, key);
    if (rc == 0 && sodium_memcmp(key, h->key, h->nkey) != 0)
        rc = HEARTH_EINVAL;
    sodium_memzero(key, sizeof key);
    return rc;
}
