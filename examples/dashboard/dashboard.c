/*
 * What this very program does, as a chart that moves:
 *
 *     GET /          the page, static/
 *     GET /events    server-sent events: "sample" every second
 *     GET /history   the samples of the last five minutes
 *     GET /ping      "pong": something to ask for
 *
 * A timer measures and sends to a channel; how many pages listen does not matter to it.  A page whose
 * connection broke tells the last event that it has, as EventSource does by itself, and the
 * channel sends it those that it missed.
 */
#include "dashboard.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* ---- measuring --------------------------------------------------------- */

static uint64_t runs_of(hearth_app *app)
{
    hearth_route_figures f;
    uint64_t runs = 0;

    for (size_t i = 0; hearth_app_figures(app, i, &f); i++)
        runs += f.inline_runs + f.worker_runs;
    return runs;
}

static int64_t cpu_us(void)
{
    struct timespec t = {0};

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t now_ms(void)
{
    struct timespec t = {0};

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static double rss_mib(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    long all, resident = 0;

    if (f == NULL)
        return 0;
    if (fscanf(f, "%ld %ld", &all, &resident) != 2)
        resident = 0;
    fclose(f);
    return (double)resident * (double)sysconf(_SC_PAGESIZE) / (1024 * 1024);
}

/* A TCP connection, which is a socket that does not listen. */
static bool is_connection(int fd)
{
    struct sockaddr_storage at;
    socklen_t len = sizeof at, size = sizeof(int);
    int listens = 1;

    return getsockname(fd, (struct sockaddr *)&at, &len) == 0 &&
           (at.ss_family == AF_INET || at.ss_family == AF_INET6) &&
           getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && !listens;
}

static int64_t connections(void)
{
    DIR *d = opendir("/proc/self/fd");
    int64_t n = 0;

    if (d == NULL)
        return 0;
    for (struct dirent *e; (e = readdir(d)) != NULL;)
        n += is_connection((int)strtol(e->d_name, NULL, 10));
    closedir(d);
    return n;
}

/* ---- telling ----------------------------------------------------------- */

static json_t *json_of(const struct sample *s)
{
    return json_pack("{s:I, s:I, s:f, s:f, s:f, s:I}", "n", (json_int_t)s->n, "at",
                     (json_int_t)s->at_ms, "requests", s->requests, "cpu", s->cpu, "rss",
                     s->rss, "connections", (json_int_t)s->connections);
}

static int tell(struct dashboard *d, const struct sample *s)
{
    json_t *json = json_of(s);
    char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(6));
    int rc = HEARTH_ENOMEM;

    if (text != NULL)
        rc = hearth_events_send(d->channel,
                                &(hearth_event){.event = "sample", .data = text});
    free(text);
    json_decref(json);
    return rc;
}

/* The timer.  Kept first, then sent: a page that listens and then asks for the history has
 * all, some of it twice, and tells by the number. */
static int measure(hearth_ctx *c, void *arg)
{
    struct dashboard *d = arg;
    uint64_t runs = runs_of(hearth_app_of(c));
    int64_t cpu = cpu_us(), now = hearth_now_us();
    double us = now > d->at_us ? (double)(now - d->at_us) : 1;
    struct sample s = {.at_ms = now_ms(),
                       .requests = (double)(runs - d->runs) * 1e6 / us,
                       .cpu = (double)(cpu - d->cpu_us) * 100 / us,
                       .rss = rss_mib(),
                       .connections = connections()};

    d->runs = runs;
    d->cpu_us = cpu;
    d->at_us = now;
    pthread_mutex_lock(&d->lock);
    s.n = ++d->n;
    d->kept[s.n % KEPT] = s;
    pthread_mutex_unlock(&d->lock);
    return tell(d, &s);
}

static int begin(hearth_app *app, void *arg, hearth_error *err)
{
    struct dashboard *d = arg;

    (void)app;
    (void)err;
    d->cpu_us = cpu_us();
    d->at_us = hearth_now_us();
    return 0;
}

/* ---- the handlers ------------------------------------------------------ */

static int events(hearth_ctx *c)
{
    struct dashboard *d = hearth_state(c);

    return hearth_events_stream(c, d->channel);
}

static int history(hearth_ctx *c)
{
    struct dashboard *d = hearth_state(c);
    json_t *list = json_array();

    pthread_mutex_lock(&d->lock);
    for (int64_t n = d->n > KEPT ? d->n - KEPT + 1 : 1; n <= d->n; n++)
        json_array_append_new(list, json_of(&d->kept[n % KEPT]));
    pthread_mutex_unlock(&d->lock);
    return hearth_json(c, 200, list);
}

static int ping(hearth_ctx *c)
{
    return hearth_text(c, 200, "pong\n");
}

static const hearth_route routes[] = {
    HEARTH_GET("/events", events, .run = HEARTH_INLINE),
    HEARTH_GET("/history", history),
    HEARTH_GET("/ping", ping, .run = HEARTH_INLINE),
    HEARTH_END,
};

hearth_app *dashboard_app(struct dashboard *d, int every_ms, int heartbeat_ms)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.state = d, .figures = true});

    *d = (struct dashboard){.lock = PTHREAD_MUTEX_INITIALIZER};
    if (app == NULL)
        return NULL;
    d->channel = hearth_events_new(&(hearth_events_opts){.replay = KEPT,
                                                         .heartbeat_ms = heartbeat_ms,
                                                         .retry_ms = 1000},
                                   NULL);
    if (d->channel == NULL) {
        hearth_app_free(app);
        return NULL;
    }
    hearth_on_start(app, begin, d);
    hearth_every(app, every_ms, measure, d);
    hearth_static(app, "/", "static", NULL);
    hearth_mount(app, "", routes);
    return app;
}

void dashboard_clear(struct dashboard *d)
{
    hearth_events_free(d->channel);
    d->channel = NULL;
}
