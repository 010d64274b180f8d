/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * JSON values as messages: written here, sent as any other text.
 */
#include "ws/socket.h"

#include "json/write.h"

/* The text of what is taken, in a buffer of the heap. */
static int text_of(json_t *take, hearth__buf *text)
{
    hearth__json_w w = hearth__json_w_of(text);
    int rc = take == NULL ? HEARTH_EINVAL : 0;

    hearth__buf_init(text, NULL, 0);
    if (rc == 0 && hearth__json_tree(&w, take) != 0)
        rc = HEARTH_EINVAL;
    if (rc == 0 && text->failed)
        rc = HEARTH_ENOMEM;
    json_decref(take);
    return rc;
}

int hearth_ws_json(hearth_ws *ws, json_t *take)
{
    hearth__buf text;
    int rc = text_of(take, &text);

    if (rc == 0)
        rc = hearth_ws_send(ws, hearth__buf_view(&text));
    hearth__buf_clear(&text);
    return rc;
}

int hearth_broadcast_json(hearth_app *app, const char *room, json_t *take)
{
    hearth__buf text;
    int rc = text_of(take, &text);

    if (rc == 0)
        rc = hearth_broadcast(app, room, hearth__buf_view(&text));
    hearth__buf_clear(&text);
    return rc;
}

int hearth_ws_tell_json(hearth_ws *ws, const char *room, json_t *take)
{
    hearth__buf text;
    int rc = text_of(take, &text);

    if (rc == 0)
        rc = hearth_ws_tell(ws, room, hearth__buf_view(&text));
    hearth__buf_clear(&text);
    return rc;
}
