/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Files through libmicrohttpd.  The context outlives the response, and so does the
 * description of the file; of a single piece the descriptor is given away.
 */

#include "transport/h1_file.h"

#define BLOCK (64 * 1024)

static ssize_t read_on(void *self, uint64_t pos, char *buf, size_t max)
{
    ptrdiff_t n = hearth__file_read(self, pos, buf, max);

    return n < 0 ? MHD_CONTENT_READER_END_WITH_ERROR : n;
}

struct MHD_Response *hearth__h1_file(hearth__file *f)
{
    struct MHD_Response *made;

    if (f->npieces != 1 || f->piece[0].len != f->size)
        return MHD_create_response_from_callback(f->size, BLOCK, read_on, f, NULL);
    made = MHD_create_response_from_fd_at_offset64(f->size, f->fd, f->piece[0].offset);
    f->ours = made == NULL;
    return made;
}
