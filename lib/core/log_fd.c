/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Lines to standard error.  A log must never hurt its program: a closed pipe at the other
 * end raises no SIGPIPE here, and what cannot be written at once is dropped.
 */
#include "core/log_fd.h"

#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

static void write_all(hearth_str lines)
{
    while (lines.len > 0) {
        ssize_t n = write(STDERR_FILENO, lines.ptr, lines.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        lines.ptr += n;
        lines.len -= (size_t)n;
    }
}

/* Take back the SIGPIPE that our own write raised, unless one was pending before. */
static void swallow_sigpipe(const sigset_t *pipe_only)
{
    static const struct timespec now = {0, 0};

    while (sigtimedwait(pipe_only, NULL, &now) < 0 && errno == EINTR)
        ;
}

static void write_lines(void *self, hearth_log_level level, hearth_str lines)
{
    sigset_t pipe_only, old, pending;
    int error = errno;

    (void)self;
    (void)level;
    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    sigemptyset(&pending);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &pipe_only, &old);
    write_all(lines);
    if (!sigismember(&pending, SIGPIPE))
        swallow_sigpipe(&pipe_only);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    errno = error;
}

const hearth_log_ops hearth__log_fd = {.name = "stderr", .write = write_lines};
