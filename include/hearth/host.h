/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HOST_H
#define HEARTH_HOST_H

/**
 * @file hearth/host.h
 * An application inside the event loop of another program, on that program's thread.
 *
 * With libuv it is one call:
 *
 *     hearth_app_attach(app, loop, NULL, &err);
 *
 * Any other loop needs to know three things: what to watch, how long to wait, and what to do
 * then.
 *
 *     hearth_app_host(app, NULL, &err);
 *     struct pollfd p = {.fd = hearth_app_fd(app), .events = POLLIN};
 *     while (running) {
 *         poll(&p, 1, hearth_app_timeout(app));
 *         hearth_app_step(app);
 *     }
 *     hearth_app_stop(app);
 *
 * There is one reactor then, without a thread: handlers that run on it (see hearth_run) run
 * on the thread of the loop, and may touch what belongs to that.  Workers and tasks have
 * threads of their own as ever.  hearth_app_stop() is called on the thread of the loop, from
 * outside a handler, and finishes requests in flight before it returns.
 */

#include <hearth/app.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uv_loop_s;

/**
 * Serve without a thread of the library's for connections: they are looked after in
 * hearth_app_step().  `threads` of the options does not count.
 *
 * Returns: as hearth_app_start().
 * Thread:  any; it is the thread of the loop from then on
 * Since:   0.1
 */
HEARTH_API int hearth_app_host_sized(hearth_app *app, const hearth_run_opts *o,
                                     size_t size, hearth_error *err);
static inline int hearth_app_host(hearth_app *app, const hearth_run_opts *o,
                                  hearth_error *err)
{
    return hearth_app_host_sized(app, o, sizeof *o, err);
}

/**
 * A descriptor that becomes readable when hearth_app_step() has something to do; the same
 * until it is stopped.  It is not to be read from.
 *
 * Returns: the descriptor, -1 unless hosted.
 * Thread:  the loop's
 * Since:   0.1
 */
HEARTH_API int hearth_app_fd(const hearth_app *app);

/**
 * When hearth_app_step() is to be called although the descriptor is not readable.  Ask anew
 * before each wait.
 *
 * Returns: milliseconds, 0 for at once, -1 for never.
 * Thread:  the loop's
 * Since:   0.1
 */
HEARTH_API int hearth_app_timeout(hearth_app *app);

/**
 * Do what is to be done; does not wait.
 *
 * Thread: the loop's
 * Since:  0.1
 */
HEARTH_API void hearth_app_step(hearth_app *app);

/**
 * hearth_app_host() in a loop of libuv's: everything else happens by itself while the loop
 * runs.  The loop stays alive until hearth_app_stop(), and has to turn once more after that
 * before it can be closed.
 *
 * Returns: as hearth_app_start(); HEARTH_EINVAL when loop is NULL.
 * Thread:  the loop's
 * Since:   0.1
 */
HEARTH_API int hearth_app_attach_sized(hearth_app *app, struct uv_loop_s *loop,
                                       const hearth_run_opts *o, size_t size,
                                       hearth_error *err);
static inline int hearth_app_attach(hearth_app *app, struct uv_loop_s *loop,
                                    const hearth_run_opts *o, hearth_error *err)
{
    return hearth_app_attach_sized(app, loop, o, sizeof *o, err);
}

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_HOST_H */
