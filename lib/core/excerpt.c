/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The file is read as a whole: lines are found from its beginning anyway.
 */
#include "core/excerpt.h"

#include "core/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

bool hearth__excerpt_text(hearth_str text, int line, int around, hearth__excerpt *out)
{
    int first = line > around ? line - around : 1, at = 1;
    size_t start = 0, end = 0;

    if (line < 1)
        return false;
    while (at < first && start < text.len)
        if (text.ptr[start++] == '\n')
            at++;
    if (at < first || start == text.len)
        return false;
    for (end = start; end < text.len && at <= line + around; end++)
        if (text.ptr[end] == '\n')
            at++;
    /* The line itself has to be there: at counts up to the one that is being read. */
    if (at < line || (at == line && end == text.len && text.ptr[end - 1] == '\n'))
        return false;
    *out = (hearth__excerpt){hearth__str(text.ptr + start, end - start), first};
    return true;
}

/* All of a file that is small enough into malloc'ed memory. */
static char *read_all(int fd, size_t size, size_t *n)
{
    char *p = malloc(size + 1);

    *n = 0;
    while (p != NULL && *n < size) {
        ssize_t got = read(fd, p + *n, size - *n);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        *n += (size_t)got;
    }
    return p;
}

bool hearth__excerpt_file(hearth__arena *a, const char *path, int line, int around,
                          hearth__excerpt *out)
{
    int fd = path == NULL ? -1 : open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    char *p = NULL;
    struct stat st;
    size_t n = 0;
    bool found;

    if (fd < 0)
        return false;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= HEARTH__EXCERPT_FILE)
        p = read_all(fd, (size_t)st.st_size, &n);
    close(fd);
    found = p != NULL && hearth__excerpt_text(hearth__str(p, n), line, around, out);
    if (found)
        out->text.ptr = hearth__arena_copy(a, out->text.ptr, out->text.len);
    free(p);
    return found && out->text.ptr != NULL;
}
