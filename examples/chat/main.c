#include "chat.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    struct chat state = {NULL};
    hearth_error err;
    hearth_db *db = hearth_db_open(NULL, &err); /* HEARTH_DB, else sqlite:hearth.db */

    if (db == NULL) {
        fprintf(stderr, "chat: %s\n", err.text);
        return 1;
    }
    return hearth_app_main(chat_app(db, &state), argc, argv);
}
