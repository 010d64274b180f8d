/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_MULTIPART_H
#define HEARTH_HTTP_MULTIPART_H

/*
 * multipart/form-data (RFC 7578, RFC 2046 section 5.1), as it arrives.
 *
 * Bytes are pushed in, in whatever pieces; parts come out as calls.  However the input is
 * cut the calls are the same, but for how the data of a part is cut.  Nothing is
 * allocated and data is not copied: a piece is a slice of the input, or of the boundary
 * where the input had ended within what might have become one.
 *
 *     hearth__multipart_init(&m, boundary, &ops, self)
 *     hearth__multipart_feed(&m, p, n) ...
 *     hearth__multipart_end(&m)
 */

#include <hearth/base.h>

#define HEARTH__BOUNDARY_MAX 70   /* RFC 2046 5.1.1 */
#define HEARTH__PART_HEAD    8192 /* bytes of a part's header, its empty line included */

typedef struct hearth__form_part {
    hearth_str name;     /* UTF-8 without NUL, '\0'-terminated */
    hearth_str filename; /* as sent, decoded, '\0'-terminated; ptr NULL: a text field */
    hearth_str type;     /* Content-Type, '\0'-terminated; "" when there is none */
} hearth__form_part;

/* All mandatory.  What is not 0 ends the parsing and is handed back. */
typedef struct hearth__multipart_ops {
    int (*begin)(void *self, const hearth__form_part *part); /* part is for now only */
    int (*data)(void *self, hearth_str piece);               /* never empty */
    int (*end)(void *self);
} hearth__multipart_ops;

typedef struct hearth__multipart {
    const hearth__multipart_ops *ops;
    void *self;
    const char *why; /* after HEARTH_EINVAL and HEARTH_ETOOBIG: a sentence */
    int state;
    unsigned char mark_len;
    unsigned char matched;  /* of the mark: how much of it the input has ended with */
    unsigned char borrowed; /* of those: what is no data if it turns out to be no mark */
    bool has_name;
    hearth__form_part part;
    size_t head_len, line; /* bytes in head; where the present line begins */
    char mark[4 + HEARTH__BOUNDARY_MAX]; /* CRLF "--" boundary */
    char head[HEARTH__PART_HEAD + 1];
} hearth__multipart;

/* The boundary of a Content-Type into out, with a '\0'.  False when there is none that
 * RFC 2046 allows. */
bool hearth__multipart_boundary(hearth_str content_type,
                                char out[HEARTH__BOUNDARY_MAX + 1]);
/* boundary must have passed the above. */
void hearth__multipart_init(hearth__multipart *m, hearth_str boundary,
                            const hearth__multipart_ops *ops, void *self);
/* 0, HEARTH_EINVAL (malformed), HEARTH_ETOOBIG (a part's header), or what a call
 * returned; then feed no more. */
int hearth__multipart_feed(hearth__multipart *m, const char *p, size_t n);
/* All has been fed: 0, or HEARTH_EINVAL when the end of the form is missing. */
int hearth__multipart_end(hearth__multipart *m);

#endif
