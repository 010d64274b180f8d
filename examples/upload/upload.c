/*
 * People upload files; everybody sees the list.
 *
 *     GET  /               the page
 *     POST /files          a form with one or more files in "file"
 *     GET  /files/{id:int} download
 *
 * The page works without scripts; public/upload.js adds the progress bar.  The files are
 * kept in UPLOAD_DIR (default "files") under random names, what people called them in
 * SQLite (HEARTH_DB).
 */
#include <hearth.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define MIB (1024u * 1024u)

static const char schema[] = "CREATE TABLE IF NOT EXISTS files("
                             "  id INTEGER PRIMARY KEY,"
                             "  stored TEXT NOT NULL UNIQUE,"
                             "  name TEXT NOT NULL,"
                             "  size INTEGER NOT NULL"
                             ") STRICT";

/* ---- the handlers ------------------------------------------------------ */

static int add(hearth_ctx *c)
{
    const hearth_upload *u;
    const char *stored;

    if (hearth_upload_at(c, 0) == NULL)
        return hearth_fail(c, 422, "Choose a file first.");
    for (size_t i = 0; (u = hearth_upload_at(c, i)) != NULL; i++) {
        HEARTH_TRY(hearth_upload_save(c, u, hearth_state(c), NULL, &stored));
        HEARTH_TRY(hearth_exec(c,
                               "INSERT INTO files(stored, name, size) VALUES (?, ?, ?)",
                               hearth_args(stored, u->client_name, u->size)));
    }
    return hearth_redirect(c, "/");
}

static int download(hearth_ctx *c)
{
    hearth_rows *r = hearth_select(c, "SELECT stored, name FROM files WHERE id = ?",
                                   hearth_args(hearth_param_int(c, "id")));

    if (!hearth_rows_next(r))
        return hearth_rows_error(r) != 0 ? hearth_rows_error(r) : 404;
    return hearth_file(c, hearth_state(c), hearth_rows_text(r, 0),
                       &(hearth_file_opts){.download = hearth_rows_text(r, 1),
                                           .untrusted = true});
}

/* ---- the page ---------------------------------------------------------- */

static const char top[] =
    "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>Files</title>\n"
    "<link rel=\"stylesheet\" href=\"/public/style.css\">\n"
    "<script src=\"/public/upload.js\" defer></script>\n"
    "<main>\n<h1>Files</h1>\n"
    "<form id=\"form\" method=\"post\" action=\"/files\" "
    "enctype=\"multipart/form-data\">\n"
    "  <label class=\"drop\" for=\"file\"><strong>Choose files</strong>"
    "<span id=\"chosen\">up to 20 MB each</span>\n"
    "  <input id=\"file\" type=\"file\" name=\"file\" multiple required></label>\n"
    "  <button>Upload</button>\n"
    "  <progress id=\"bar\" max=\"1\" value=\"0\" hidden></progress>\n"
    "  <p id=\"said\" role=\"status\" aria-live=\"polite\"></p>\n"
    "</form>\n<ul id=\"list\">";

/* Text that people typed, for HTML. */
static const char *escaped(hearth_ctx *c, const char *s)
{
    const char *out = "";

    for (; *s != '\0'; s++)
        out = *s == '&'   ? hearth_strf(c, "%s&amp;", out)
              : *s == '<' ? hearth_strf(c, "%s&lt;", out)
                          : hearth_strf(c, "%s%c", out, *s);
    return out;
}

static int page(hearth_ctx *c)
{
    hearth_rows *r = hearth_select(c,
                                   "SELECT id, name, size FROM files "
                                   "ORDER BY id DESC LIMIT 100",
                                   HEARTH_NO_ARGS);
    const char *list = "";

    while (hearth_rows_next(r))
        list =
            hearth_strf(c, "%s<li><a href=\"/files/%lld\">%s</a><span>%.1f kB</span>\n",
                        list, (long long)hearth_rows_int(r, 0),
                        escaped(c, hearth_rows_text(r, 1)), hearth_rows_real(r, 2) / 1e3);
    HEARTH_TRY(hearth_rows_error(r));
    HEARTH_TRY(hearth_set_header(c, "Content-Security-Policy",
                                 "default-src 'self'; frame-ancestors 'none'; "
                                 "base-uri 'none'; form-action 'self'"));
    return hearth_html(c, 200, hearth_strf(c, "%s%s</ul>\n</main>\n", top, list));
}

/* ---- the application --------------------------------------------------- */

static const hearth_route routes[] = {
    HEARTH_GET("/", page),
    HEARTH_POST("/files", add, .max_body = 200 * MIB, .max_file = 20 * MIB),
    HEARTH_GET("/files/{id:int}", download),
    HEARTH_END,
};

int main(int argc, char **argv)
{
    char *dir = getenv("UPLOAD_DIR");
    hearth_error err;
    hearth_db *db = hearth_db_open(NULL, &err); /* HEARTH_DB, else sqlite:hearth.db */

    if (dir == NULL)
        dir = "files";
    mkdir(dir, 0700); /* that it is there already is fine */
    if (db == NULL || hearth_db_script(db, schema, &err) != 0) {
        fprintf(stderr, "upload: %s\n", err.text);
        hearth_db_close(db);
        return 1;
    }
    /* Temporary files beside the kept ones: keeping one is then no copy. */
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.state = dir, .upload_dir = dir});

    hearth_use_db(app, db);
    hearth_static(app, "/public", "public", NULL);
    hearth_mount(app, "", routes);
    return hearth_app_main(app, argc, argv);
}
