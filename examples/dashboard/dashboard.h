#ifndef DASHBOARD_H
#define DASHBOARD_H

#include <hearth.h>
#include <pthread.h>

#define KEPT 300 /* samples: five minutes */

/* What was measured at one moment. */
struct sample {
    int64_t n;                 /* 1, 2, 3 ... since the program started */
    int64_t at_ms;             /* since 1970 */
    double requests, cpu, rss; /* a second; percent of a core; MiB */
    int64_t connections;
};

struct dashboard {
    hearth_events *channel;
    pthread_mutex_t lock; /* of what follows: the timer writes, requests read */
    struct sample kept[KEPT];
    int64_t n;
    /* Of the timer: what it found the last time. */
    uint64_t runs;
    int64_t cpu_us, at_us;
};

/* The application; main() and the tests share it.  Measures every every_ms, and tells pages that it is
 * there every heartbeat_ms without news (0: hearth's default).  d has to stay as long as the
 * application. */
hearth_app *dashboard_app(struct dashboard *d, int every_ms, int heartbeat_ms);
/* When the application is freed. */
void dashboard_clear(struct dashboard *d);

#endif
