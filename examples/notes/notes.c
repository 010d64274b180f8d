/* Books, and the notes in each: /books, /books/{id}, /books/{book}/notes, /books/{book}/notes/{id},
 * each to list, create, show, replace, change and delete.  GET /docs shows all of it. */
#include "notes.h"

#define BOOK(F, T)                                             \
    F(T, id, i64, "Identifier", .key = true, .readonly = true) \
    F(T, title, text, "Title", .required = true, .max = 80, .unique = true)
HEARTH_MODEL(book, "books", BOOK);

#define NOTE(F, T)                                                                    \
    F(T, id, uuid, "Identifier", .key = true, .readonly = true)                       \
    F(T, book, i64, "The book it is in", .readonly = true, .references = &book_model, \
      .on_delete = HEARTH_CASCADE)                                                    \
    F(T, text, text, "The note", .required = true, .max = 10000)                      \
    F(T, pinned, flag, "Keep it on top?", .fallback = "false")                        \
    F(T, made, time, "When it was made", .readonly = true, .fallback = "now")
HEARTH_MODEL(note, "notes", NOTE);

/* A note belongs to the book of its address, and there has to be one. */
static int in_book(hearth_ctx *c, hearth_val *arg)
{
    struct book b;

    HEARTH_TRY(hearth_find(c, &book_model, hearth_param(c, "book"), &b));
    arg[0] = hearth_val_int(b.id);
    return 0;
}

hearth_app *notes_app(hearth_db *db)
{
    static const hearth_model *const models[] = {&book_model, &note_model, NULL};
    hearth_app *app = hearth_app_new(NULL);

    if (app == NULL) {
        hearth_db_close(db);
        return NULL;
    }
    hearth_use_db(app, db);
    hearth_use_models(app, models);
    hearth_resource(app, "/books", &book_model, NULL);
    hearth_resource(app, "/books/{book:int}/notes", &note_model,
                    &(hearth_resource_opts){.scope = "book",
                                            .args = in_book,
                                            .list = &(hearth_list_opts){
                                                .sort = "-pinned,-made"}});
    hearth_openapi(app, NULL, &(hearth_openapi_opts){.title = "Notes"});
    return app;
}
