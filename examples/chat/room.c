/*
 * The plain room: whoever opens the page is in it and hears what anybody says.  This is all
 * of it; plain/room.js is the page's side.  What a chat needs beyond that is in chat.c.
 */
#include <hearth.h>

static void on_open(hearth_ws *ws)
{
    hearth_ws_join(ws, "room");
}

static void on_message(hearth_ws *ws, hearth_str msg, bool text)
{
    if (text)
        hearth_broadcast(hearth_ws_app(ws), "room", msg);
}

static const hearth_ws_ops room = {.open = on_open,
                                   .message = on_message,
                                   .max_message = 4096};

int main(int argc, char **argv)
{
    hearth_app *app = hearth_app_new(NULL);

    hearth_websocket(app, "/socket", &room);
    hearth_static(app, "/", "plain", NULL);
    return hearth_app_main(app, argc, argv);
}
