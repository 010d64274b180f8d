#ifndef CHAT_H
#define CHAT_H

#include <hearth.h>
#include <stdatomic.h>

/* What the sockets of one application share. */
struct chat {
    hearth_limit *says;   /* how often a person may say something */
    atomic_llong changes; /* of who is where: numbers the lists that are sent */
};

/* The application with its routes and tables; main() and the tests share it.  Takes db; the
 * state has to stay as long as the application. */
hearth_app *chat_app(hearth_db *db, struct chat *state);

#endif
