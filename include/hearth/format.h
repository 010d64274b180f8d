/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_FORMAT_H
#define HEARTH_FORMAT_H

/**
 * @file hearth/format.h
 * Is this text an e-mail address, a URL, a date?  And dates, times and UUIDs to text and back.
 *
 *     if (hearth_email_check(mail, HEARTH_EMAIL_RFC, NULL) != 0) ...
 *
 * The functions take text that ends in '\0', allocate nothing, and know no locale.
 */

#include <hearth/base.h>
#include <hearth/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How closely an e-mail address is looked at; a third look, at its domain in the DNS, takes
 * hearth_email_lookup(). */
typedef enum hearth_email_level {
    /** As browsers do for <input type=email>: ASCII, letters and digits and
     * .!#$%&'*+/=?^_`{|}~- before the '@', host names behind it; at most 254 bytes. */
    HEARTH_EMAIL_HTML = 0,
    /** The Mailbox of RFC 5321 section 4.1.2, with the addresses of other scripts of RFC 6531:
     * quoted local parts and address literals ("me@[192.0.2.1]") are allowed; comments, folding
     * white space and the forms that RFC 5322 calls obsolete are not.  A local part has at most
     * 64 bytes, a label 63 and a domain 253 in their ASCII form, the whole 254. */
    HEARTH_EMAIL_RFC
} hearth_email_level;

/**
 * Is text an e-mail address?
 *
 * @param err  NULL, or receives a sentence that says what is wrong
 * Returns: 0, or HEARTH_EINVAL for what is no address.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_email_check(const char *text, hearth_email_level level,
                                  hearth_error *err) HEARTH_NODISCARD;

/**
 * Is text an e-mail address, on the level HEARTH_EMAIL_RFC, of a domain that takes mail?
 *
 * Asks the DNS of the system for the MX records of the domain, and for its addresses when it has
 * none (RFC 5321 section 5.1); a domain may say that it takes no mail (RFC 7505).  An address in
 * brackets is not looked up.  Names of other scripts have to be in lower case.  Whether the
 * mailbox exists only a message to it can tell.
 *
 * It blocks, up to three times the time: in a handler, use it on a route with .run =
 * HEARTH_WORKER.
 *
 * @param timeout_ms  for each of up to three questions, rounded up to whole seconds, at most
 *                    60 000; 0 = 5000
 * @param err         NULL, or receives a sentence that says what is wrong
 * Returns: 0, or
 *            HEARTH_EINVAL        no address, no such domain, or one that takes no mail
 *            HEARTH_EUNAVAILABLE  the DNS did not answer: nobody knows
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_email_lookup(const char *text, int timeout_ms,
                                   hearth_error *err) HEARTH_NODISCARD;

/**
 * Is text an absolute http or https URL of ASCII (RFC 3986), with a host and without a user?
 *
 * Returns: true if so.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API bool hearth_is_url(const char *text);

/**
 * Is text made of a-z and 0-9, with single '-' between them?
 *
 * Returns: true if so.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API bool hearth_is_slug(const char *text);

/**
 * Is text an IPv4 address in four decimal parts, or an IPv6 address (RFC 4291 section 2.2)?
 *
 * Returns: true if so.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API bool hearth_is_ip(const char *text);

/**
 * Is text a UUID, 8-4-4-4-12 hexadecimal digits?
 *
 * Returns: true if so.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API bool hearth_is_uuid(const char *text);

/**
 * Read "2026-11-23".
 *
 * Returns: 0, or HEARTH_EINVAL, and then *out is untouched: another form, or no such day.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_date_parse(const char *text, hearth_date *out) HEARTH_NODISCARD;

/** Bytes of "2026-11-23" with its '\0'. */
#define HEARTH_DATE_TEXT 11
/**
 * Write "2026-11-23".
 *
 * Returns: out; "" for a day that does not exist.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API char *hearth_date_text(hearth_date date, char out[HEARTH_DATE_TEXT]);

/**
 * Read a time of RFC 3339, "2026-11-23T10:00:00Z" or with an offset like "+02:00".
 *
 * A fraction of a second is read and left out; the second 60 stands only where a leap second can
 * be, and is the first of the next minute.
 *
 * @param out  seconds since 1970, UTC
 * Returns: 0, or HEARTH_EINVAL, and then *out is untouched.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_time_parse(const char *text, int64_t *out) HEARTH_NODISCARD;

/** Bytes of "2026-11-23T10:00:00Z" with its '\0'. */
#define HEARTH_TIME_TEXT 21
/**
 * Write "2026-11-23T10:00:00Z".
 *
 * Returns: out; "" outside the years 0 to 9999.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API char *hearth_time_text(int64_t seconds, char out[HEARTH_TIME_TEXT]);

/**
 * Read a UUID, 8-4-4-4-12 hexadecimal digits in either case.
 *
 * Returns: 0, or HEARTH_EINVAL, and then *out is untouched.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_uuid_parse(const char *text, hearth_uuid *out) HEARTH_NODISCARD;

/** Bytes of a UUID as text with its '\0'. */
#define HEARTH_UUID_TEXT 37
/**
 * Write a UUID in lower case.
 *
 * Returns: out.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API char *hearth_uuid_text(const hearth_uuid *uuid, char out[HEARTH_UUID_TEXT]);

/**
 * A new UUID from the kernel's random numbers: version 4, all of it random, or version 7 (RFC 9562
 * section 5.7), which begins with the time in milliseconds and so keeps new keys together.
 *
 * @param version  4 or 7
 * Returns: 0, HEARTH_EINVAL for another version, HEARTH_EUNAVAILABLE when the kernel has no
 *          randomness to give.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_uuid_new(int version, hearth_uuid *out) HEARTH_NODISCARD;

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_FORMAT_H */
