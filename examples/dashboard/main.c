#include "dashboard.h"

#include <stdlib.h>

/* A number of the environment. */
static int setting(const char *name, int fallback)
{
    const char *s = getenv(name);

    return s == NULL || *s == '\0' ? fallback : (int)strtol(s, NULL, 10);
}

int main(int argc, char **argv)
{
    static struct dashboard d;
    int rc = hearth_app_main(dashboard_app(&d, setting("DASHBOARD_EVERY_MS", 1000),
                                           setting("DASHBOARD_HEARTBEAT_MS", 0)),
                             argc, argv);

    dashboard_clear(&d);
    return rc;
}
