#include "wiki.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    hearth_error err;
    hearth_db *db = hearth_db_open(NULL, &err); /* HEARTH_DB, else sqlite:hearth.db */

    if (db == NULL) {
        fprintf(stderr, "wiki: %s\n", err.text);
        return 1;
    }
    return hearth_app_main(wiki_app(db), argc, argv);
}
