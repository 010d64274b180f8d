/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What no example shows, for test_pages.mjs: a form of a model with every kind of field, shown
 * again with its faults, and handlers that fail with the option `debug`.
 */

#include <hearth.h>

static const char *const sizes[] = {"small", "medium", "large", NULL};

#define CAKE(F, T)                                                                    \
    F(T, id, i64, "Identifier", .key = true, .readonly = true)                        \
    F(T, name, text, "Name of the cake", .required = true, .max = 20, .unique = true) \
    F(T, mail, text, "Your mail address", .required = true,                           \
      .format = HEARTH_FORMAT_EMAIL)                                                  \
    F(T, size, enum, "Size", .choices = sizes, .fallback = "medium")                  \
    F(T, pieces, i64, "Pieces", .min = 1, .max = 16, .fallback = "8")                 \
    F(T, due, date, "Wanted for", .nullable = true)                                   \
    F(T, nuts, flag, "With nuts?", .fallback = "false")                               \
    F(T, words, text, "What shall be written on it", .max = 1000, .nullable = true)
HEARTH_MODEL(cake, "cakes", CAKE);

static int page(hearth_ctx *c, int status)
{
    const char *form =
        hearth_form_html(c, &cake_model, NULL,
                         &(hearth_form_opts){.submit = "Order", .unchecked = true})
            .ptr;

    return hearth_html(
        c, status,
        hearth_strf(
            c,
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
            "<title>A cake</title><main><h1>A cake</h1>%s</main>",
            form));
}

static int ask(hearth_ctx *c)
{
    return page(c, 200);
}

static int order(hearth_ctx *c)
{
    struct cake k;
    int rc = hearth_bind(c, &cake_model, &k);

    if (rc == 0)
        rc = hearth_insert(c, &cake_model, &k);
    if (hearth_form_again(c, rc))
        return page(c, 422);
    HEARTH_TRY(rc);
    return hearth_redirect(c, "/ordered");
}

static int ordered(hearth_ctx *c)
{
    return hearth_reply_rows(
        c, 200, "SELECT name, size, pieces, nuts AS \"nuts:bool\", words FROM cakes",
        HEARTH_NO_ARGS);
}

static int fails(hearth_ctx *c)
{
    hearth_logf(c, HEARTH_LOG_WARN, "<script>about to fail</script>");
    return hearth_exec(c, "INSERT INTO nowhere(x) VALUES (?)", hearth_args("<b>x</b>"));
}

static const hearth_route routes[] = {
    HEARTH_GET("/", ask),
    HEARTH_POST("/", order),
    HEARTH_GET("/ordered", ordered),
    HEARTH_GET("/fails", fails),
    HEARTH_END,
};

static const hearth_model *const models[] = {&cake_model, NULL};

int main(int argc, char **argv)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.debug = true});

    hearth_use_db(app, hearth_db_open("sqlite::memory:", NULL));
    hearth_use_models(app, models);
    hearth_mount(app, "", routes);
    return hearth_app_main(app, argc, argv);
}
