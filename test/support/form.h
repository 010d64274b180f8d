/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_FORM_H
#define HEARTH_TEST_FORM_H

/* Forms with files, as text: boundary "b". */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORM_TYPE   "multipart/form-data; boundary=b"
#define FORM_TEXT_F "--b\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"

#define FORM_PART(name)        "--b\r\nContent-Disposition: form-data; name=\"" name "\""
#define FORM_TEXT(name, value) FORM_PART(name) "\r\n\r\n" value "\r\n"
#define FORM_FILE(name, filename, type, data) \
    FORM_PART(name)                           \
    "; filename=\"" filename "\"\r\nContent-Type: " type "\r\n\r\n" data "\r\n"
#define FORM_END "--b--\r\n"

/* A form of one file of n bytes, each (i * 7) % 251; freed by the caller. */
static inline char *form_of_size(size_t n, size_t *len)
{
    static const char head[] = FORM_PART("f") "; filename=\"big\"\r\n\r\n";
    static const char tail[] = "\r\n" FORM_END;
    char *p = malloc(sizeof head + n + sizeof tail);

    *len = 0;
    if (p == NULL)
        return NULL;
    memcpy(p, head, sizeof head - 1);
    for (size_t i = 0; i < n; i++)
        p[sizeof head - 1 + i] = (char)(i * 7 % 251);
    memcpy(p + sizeof head - 1 + n, tail, sizeof tail);
    *len = sizeof head - 1 + n + sizeof tail - 1;
    return p;
}

#endif
