/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE

/*
 * A connection that becomes a WebSocket.  libmicrohttpd keeps the memory of an upgraded
 * connection, 30 KiB, and its slot until it is told that it has ended.  So it is told at
 * once: the socket goes on with a descriptor of its own for the same connection, and
 * libmicrohttpd closes its, which sends nothing to the client.
 */
#include "transport/h1.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* libmicrohttpd has turned both off; on a Unix domain socket the second fails, and need not
 * be. */
static int take_descriptor(int fd)
{
    int own = fcntl(fd, F_DUPFD_CLOEXEC, 0), on = 1, flags;

    if (own < 0)
        return -1;
    flags = fcntl(own, F_GETFL);
    if (flags >= 0)
        (void)fcntl(own, F_SETFL, flags | O_NONBLOCK);
    (void)setsockopt(own, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return own;
}

static void on_upgraded(void *self, struct MHD_Connection *mhd, void *request,
                        const char *extra, size_t extra_len, MHD_socket fd,
                        struct MHD_UpgradeResponseHandle *urh)
{
    hearth__h1_conn *k = self;
    int own = take_descriptor(fd);

    (void)mhd;
    (void)request;
    if (own >= 0) {
        k->upgraded = true;
        hearth__ws_start(k->h1->sockets, k->c->upgrade, own, k->source, extra, extra_len);
    }
    (void)MHD_upgrade_action(urh, MHD_UPGRADE_ACTION_CLOSE);
}

enum MHD_Result hearth__h1_upgrade(hearth__h1_conn *k)
{
    hearth__h1 *h = k->h1;
    struct MHD_Response *made = MHD_create_response_for_upgrade(on_upgraded, k);
    enum MHD_Result ok = MHD_NO;

    if (made == NULL)
        return MHD_NO;
    if (hearth__h1_put_fields(&h->replies, made, &k->c->res,
                              hearth__reactor_wall_s(h->reactor), false))
        ok = MHD_queue_response(k->mhd, HEARTH__SWITCHING, made);
    MHD_destroy_response(made);
    return ok;
}
