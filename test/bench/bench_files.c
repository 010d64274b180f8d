/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* The folder named on the command line as a Hearth application: one reactor, no access
 * log, defaults otherwise. */
#include "workload.h"

#include <hearth.h>

int main(int argc, char **argv)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.access_log_off = true});

    hearth_static(app, "/", argc > 1 ? argv[1] : ".", NULL);
    return hearth_app_run(app, &(hearth_run_opts){.port = HEARTH_PORT_ANY,
                                                  .threads = 1,
                                                  .pool_bytes = BENCH_POOL}) == 0
               ? 0
               : 1;
}
