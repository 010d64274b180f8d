/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TOPIC_H
#define HEARTH_TOPIC_H

/**
 * @file hearth/topic.h
 * Something that changes, and requests that wait for the change: long polling.
 *
 *     static int news(hearth_ctx *c)
 *     {
 *         int64_t seen;
 *
 *         HEARTH_TRY(hearth_query_int(c, "seen", 0, &seen));
 *         return hearth_topic_wait(c, topic, (uint64_t)seen, 25000, send_news, NULL);
 *     }
 *
 * A topic holds no data, only a version: a number that each hearth_topic_publish() raises.
 * Whoever asks says which version he has seen.  If that is not the current one he is
 * answered at once, else when the next is published; so a change between two requests of a
 * client is never lost, however they race.  Publish after the data has changed, read the
 * version before the data, and hand it to the client with them:
 *
 *     static int send_news(hearth_ctx *c)
 *     {
 *         uint64_t version = hearth_topic_version(topic);
 *
 *         return hearth_json(c, 200, json_pack("{s:I, s:o}", "seen", (json_int_t)version,
 *                                              "news", all_news(c)));
 *     }
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hearth_topic hearth_topic;

/**
 * Make a topic, of version 0.
 *
 * Owns:    caller (hearth_topic_free)
 * Returns: the topic, or NULL when out of memory.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API hearth_topic *hearth_topic_new(void);

/**
 * Free a topic that no handler uses any more.  Requests that wait for it are woken as by
 * hearth_topic_publish().  NULL is allowed.
 *
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API void hearth_topic_free(hearth_topic *t);

/**
 * The current version: how often it was published.
 *
 * Returns: the version.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API uint64_t hearth_topic_version(hearth_topic *t);

/**
 * Raise the version and let everybody go on who waits.
 *
 * Returns: the new version.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API uint64_t hearth_topic_publish(hearth_topic *t);

/**
 * Wait until the version is another than @p seen, then go on with @p then: `return
 * hearth_topic_wait(...);`
 *
 * The request is suspended (hearth/async.h), unless the version differs already: then runs
 * at once.  It may read a later version than the one that woke it.  When the time is up the
 * client gets 204, when the server stops 503.
 *
 * @param timeout_ms  1 to 600 000; less than what proxies in between allow, often 30 000
 * @param arg         hearth_arg() of then
 * Returns: HEARTH_PENDING, or what then returned, or
 *            HEARTH_EINVAL  t or then is NULL, or timeout_ms is out of range
 *            HEARTH_ESTATE  suspended or offloaded already, or the answer is on its way
 *            HEARTH_ENOMEM  out of memory
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_topic_wait(hearth_ctx *c, hearth_topic *t, uint64_t seen,
                                 int timeout_ms, hearth_handler *then, void *arg);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_TOPIC_H */
