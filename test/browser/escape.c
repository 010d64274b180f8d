/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Hostile texts in every place of a page, for test_escape.mjs: /WORD is escape/WORD.html.  No policy
 * protects these pages, so that nothing but the escaping does.
 */

#include <hearth.h>

static int show(hearth_ctx *c)
{
    json_t *corpus = json_load_file("test/browser/escape.json", 0, NULL);

    HEARTH_TRY(hearth_set_header(c, "Content-Security-Policy", "frame-ancestors *"));
    return hearth_render(c, 200, hearth_strf(c, "%s.html", hearth_param(c, "place")),
                         json_pack("{s:o}", "corpus", corpus));
}

static const hearth_route routes[] = {HEARTH_GET("/{place}", show), HEARTH_END};

int main(int argc, char **argv)
{
    hearth_app *app = hearth_app_new(NULL);

    hearth_use_templates(app, &(hearth_templates_opts){.dir = "test/browser/escape"});
    hearth_mount(app, "", routes);
    return hearth_app_main(app, argc, argv);
}
