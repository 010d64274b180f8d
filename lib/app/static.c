/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Serving a directory.  Three ordinary routes whose argument is the directory; a request
 * that finds nothing declines, so that routing goes on.
 */

#include "app/static.h"

#include "app/asset.h"
#include "app/file.h"
#include "core/str.h"
#include "http/accept.h"
#include "http/mime.h"

#include <errno.h>
#include <hearth/req.h>
#include <hearth/res.h>
#include <stdlib.h>

#define ENCODINGS 3
/* A sibling may be this much older than its original: copying does not keep the order. */
#define STALE_S 60

#define FOREVER HEARTH__S("public, max-age=31536000, immutable")

/* ---- what to send ------------------------------------------------------------------ */

static const struct {
    hearth_str token;
    const char *ending;
} encodings[ENCODINGS] = {{{"br", 2}, ".br"},
                          {{"zstd", 4}, ".zst"},
                          {{"gzip", 4}, ".gz"}};

static hearth_str with(hearth_ctx *c, hearth_str path, const char *between,
                       const char *end)
{
    hearth__buf b;

    hearth__buf_init(&b, &c->arena, 0);
    hearth__buf_str(&b, path);
    hearth__buf_text(&b, between);
    hearth__buf_text(&b, end);
    return b.failed ? (hearth_str){"", 0} : hearth__buf_view(&b);
}

/* Replace *o by the sibling, if there is one that is not stale. */
static bool take_sibling(hearth_ctx *c, const hearth__static *s, hearth_str path,
                         const char *ending, hearth__opened *o)
{
    hearth_str name = with(c, path, ending, "");
    hearth__opened found;

    if (name.len == 0 || hearth__root_file(&s->root, name, &found, NULL) != 0)
        return false;
    if (found.st.st_mtim.tv_sec < o->st.st_mtim.tv_sec - STALE_S) {
        hearth__opened_close(&found);
        return false;
    }
    hearth__opened_close(o);
    *o = found;
    return true;
}

/* The encoding that the client wants most and that is there; empty: the file itself. */
static hearth_str encode(hearth_ctx *c, const hearth__static *s, hearth_str path,
                         hearth__opened *o)
{
    hearth_str accept = hearth__str_of(hearth_header(c, "Accept-Encoding"));
    int plain = hearth__accept_token(accept, HEARTH__S("identity"));
    int q[ENCODINGS];

    for (int i = 0; i < ENCODINGS; i++)
        q[i] = accept.len == 0 ? 0 : hearth__accept_token(accept, encodings[i].token);
    for (int round = 0; round < ENCODINGS; round++) {
        int best = 0;

        for (int i = 1; i < ENCODINGS; i++)
            best = q[i] > q[best] ? i : best;
        if (q[best] <= 0 || q[best] < plain)
            break;
        if (take_sibling(c, s, path, encodings[best].ending, o))
            return encodings[best].token;
        q[best] = 0;
    }
    return (hearth_str){"", 0};
}

/* cache: its Cache-Control; empty: as the options say. */
static int answer_with(hearth_ctx *c, const hearth__static *s, hearth_str path,
                       hearth__opened *o, bool is_spa, hearth_str cache)
{
    const hearth__mime *mime = hearth__mime_of(path);
    const hearth_static_opts *opts = &s->opts;
    hearth__present p = {
        .status = 200,
        .type = hearth__str_of(mime->type),
        .encoding = {"", 0},
        .cache = s->cache,
        .untrusted = opts->untrusted,
        .download = opts->untrusted ? path.ptr : NULL,
    };
    bool varies = mime->shrinks && !opts->precompressed_off;

    if (cache.len > 0)
        p.cache = cache;
    else if (!is_spa &&
             (opts->immutable || (!opts->hashes_off && hearth__mime_hashed(path))))
        p.cache = FOREVER;
    if (varies)
        p.encoding = encode(c, s, path, o);
    p.vary = is_spa   ? "Accept, Sec-Fetch-Mode, Accept-Encoding"
             : varies ? "Accept-Encoding"
                      : NULL;
    return hearth__file_answer(c, o, &p);
}

static int answer(hearth_ctx *c, const hearth__static *s, hearth_str path,
                  hearth__opened *o, bool is_spa)
{
    return answer_with(c, s, path, o, is_spa, HEARTH__S(""));
}

/* A name that hearth_asset() made: for ever when it has the hash of what is there.  Pages of
 * before the last change, or of another server's, get what is there for now. */
static int hashed(hearth_ctx *c, const hearth__static *s, hearth_str path)
{
    char is[HEARTH__ASSET_HASH + 1];
    hearth_str plain, hash;
    hearth__opened o;

    if (s->opts.untrusted || s->opts.hashes_off ||
        !hearth__asset_split(&c->arena, path, &plain, &hash))
        return HEARTH_DECLINED;
    if (plain.len == 0)
        return HEARTH_ENOMEM;
    if (hearth__root_file(&s->root, plain, &o, NULL) != 0)
        return HEARTH_DECLINED;
    if (hearth__assets_hash(s->assets, plain, &o, is) &&
        memcmp(is, hash.ptr, hash.len) == 0)
        return answer_with(c, s, plain, &o, false, FOREVER);
    return answer_with(c, s, plain, &o, false, HEARTH__S("no-cache"));
}

/* ---- what is meant -------------------------------------------------------------------- */

static bool has_dot(hearth_str path)
{
    size_t i = path.len;

    while (i > 0 && path.ptr[i - 1] != '/' && path.ptr[i - 1] != '.')
        i--;
    return i > 0 && path.ptr[i - 1] == '.';
}

static bool is_navigation(hearth_ctx *c, hearth_str path)
{
    const char *mode = hearth_header(c, "Sec-Fetch-Mode");

    return (mode == NULL || strcmp(mode, "navigate") == 0) && !has_dot(path) &&
           hearth__accept_names(hearth__str_of(hearth_header(c, "Accept")),
                                HEARTH__S("text/html"));
}

static int absent(hearth_ctx *c, const hearth__static *s, hearth_str path)
{
    hearth_str spa = hearth__str_of(s->opts.spa);
    hearth__opened o;
    int rc;

    if (spa.len == 0 || !is_navigation(c, path))
        return HEARTH_DECLINED;
    rc = hearth__root_file(&s->root, spa, &o, NULL);
    return rc == 0 ? answer(c, s, spa, &o, true) : hearth__file_failed(c, rc, spa);
}

static int not_opened(hearth_ctx *c, const hearth__static *s, int code, hearth_str path)
{
    code = hearth__file_failed(c, code, path);
    return code == HEARTH_ENOTFOUND ? absent(c, s, path) : code;
}

static int to_slash(hearth_ctx *c)
{
    hearth__target t = c->target;
    hearth_str path = with(c, t.raw_path, "/", "");

    t.raw_path = path;
    if (path.len > 0)
        path = hearth__target_canonical(&t, &c->arena);
    if (path.len == 0)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth__res_put(&c->res, &c->arena, HEARTH__S("Location"), path));
    return 308;
}

/* path: "" or without a slash at its end; `slash`: the request has one there. */
static int directory(hearth_ctx *c, const hearth__static *s, hearth_str path, bool slash)
{
    const hearth_static_opts *o = &s->opts;
    hearth__opened file;
    hearth_str index;
    int rc;

    if (o->index_off || o->untrusted)
        return absent(c, s, path);
    index = with(c, path, path.len > 0 ? "/" : "", o->index);
    if (index.len == 0)
        return HEARTH_ENOMEM;
    rc = hearth__root_file(&s->root, index, &file, NULL);
    if (rc != 0)
        return not_opened(c, s, rc, path);
    if (slash)
        return answer(c, s, index, &file, false);
    hearth__opened_close(&file);
    return to_slash(c);
}

static int serve_top(hearth_ctx *c)
{
    return directory(c, hearth_arg(c), HEARTH__S(""),
                     c->target.trailing_slash || c->target.nsegments == 0);
}

static bool may_be_asked(const hearth__static *s, hearth_str path)
{
    static const hearth_str known = {".well-known/", 12};

    if (s->top && !s->opts.dot_files && hearth__str_starts(path, known))
        path = hearth__str(path.ptr + known.len, path.len - known.len);
    return hearth__root_path_ok(path, s->opts.dot_files);
}

static int serve_rest(hearth_ctx *c)
{
    const hearth__static *s = hearth_arg(c);
    hearth_str path = c->match.param[c->match.route->nparams - 1];
    hearth__opened o;
    int other, why;
    bool is_dir, slash = path.len > 0 && path.ptr[path.len - 1] == '/';
    int rc;

    if (slash) {
        path.len--;
        path.ptr = hearth__ctx_text(c, path);
        if (path.ptr == NULL)
            return HEARTH_ENOMEM;
    }
    if (!may_be_asked(s, path))
        return HEARTH_DECLINED;
    if (slash)
        return directory(c, s, path, true);
    rc = hearth__root_file(&s->root, path, &o, &is_dir);
    why = errno;
    if (rc == HEARTH_ENOTFOUND && (other = hashed(c, s, path)) != HEARTH_DECLINED)
        return other;
    errno = why;
    if (rc != 0)
        return not_opened(c, s, rc, path);
    if (!is_dir)
        return answer(c, s, path, &o, false);
    hearth__opened_close(&o);
    return directory(c, s, path, false);
}

/* ---- set-up --------------------------------------------------------------------------- */

static void destroy(hearth__static *s)
{
    if (s == NULL)
        return;
    hearth__root_close(&s->root);
    hearth__assets_free(s->assets);
    free(s->texts);
    free(s->prefix);
    free(s);
}

void hearth__static_free(hearth__static *first)
{
    while (first != NULL) {
        hearth__static *next = first->next;

        destroy(first);
        first = next;
    }
}

/* Index, single page and Cache-Control, one behind the other. */
static bool keep_texts(hearth__static *s)
{
    hearth_static_opts *o = &s->opts;
    hearth__buf b;
    size_t index, spa = 0, cache;

    hearth__buf_init(&b, NULL, 0);
    index = b.len;
    hearth__buf_text(&b, o->index == NULL ? "index.html" : o->index);
    hearth__buf_char(&b, '\0');
    if (o->spa != NULL) {
        spa = b.len;
        hearth__buf_text(&b, o->spa);
        hearth__buf_char(&b, '\0');
    }
    cache = b.len;
    if (o->max_age_s > 0)
        hearth__buf_f(&b, "public, max-age=%lld", (long long)o->max_age_s);
    else
        hearth__buf_text(&b, "no-cache");
    if (b.failed)
        return false;
    s->texts = b.ptr;
    o->index = b.ptr + index;
    o->spa = spa > 0 ? b.ptr + spa : NULL;
    s->cache = hearth__str_of(b.ptr + cache);
    return true;
}

static int mount(hearth_app *app, const char *prefix, hearth__static *s)
{
    size_t len = strlen(prefix), room = len + sizeof "/{rest:path}";
    char *slash, *rest = malloc(room);
    hearth__buf b;
    int rc;

    hearth__buf_init(&b, NULL, 0);
    hearth__buf_text(&b, prefix);
    hearth__buf_char(&b, '/');
    slash = b.ptr;
    if (rest == NULL || b.failed) {
        free(rest);
        hearth__buf_clear(&b);
        return hearth__app_setup_failed(app, HEARTH_ENOMEM,
                                        "hearth_static: out of memory");
    }
    memcpy(rest, prefix, len);
    memcpy(rest + len, "/{rest:path}", sizeof "/{rest:path}");
    const hearth_route table[] = {
        HEARTH_GET(rest, serve_rest, .arg = s, .run = s->opts.run, .use = s->opts.use),
        HEARTH_GET(slash, serve_top, .arg = s, .run = s->opts.run, .use = s->opts.use),
        {.method = len > 0 ? "GET" : NULL,
         .pattern = len > 0 ? prefix : NULL,
         .handler = len > 0 ? serve_top : NULL,
         .arg = s,
         .run = s->opts.run,
         .use = len > 0 ? s->opts.use : NULL},
        HEARTH_END,
    };
    rc = hearth_mount(app, "", table);
    free(rest);
    hearth__buf_clear(&b);
    return rc;
}

static bool plain_path(const char *path)
{
    return path == NULL || hearth__root_path_ok(hearth__str_of(path), true);
}

/* A sentence for a directory that cannot be opened. */
static int not_a_directory(hearth_app *app, const char *prefix, const char *dir, int why)
{
    return hearth__app_setup_failed(
        app, HEARTH_EINVAL,
        "hearth_static(\"%s\"): the directory \"%s\" cannot be opened (%s): make it, "
        "or correct its path, which starts at the working directory",
        prefix, dir,
        why == ENOENT    ? "it does not exist"
        : why == ENOTDIR ? "it is no directory"
        : why == EACCES  ? "no permission"
                         : "the system refuses");
}

/* Everything but the routes. */
static int prepare(hearth_app *app, hearth__static *s, const char *prefix,
                   const char *dir)
{
    int why;

    if (!plain_path(s->opts.index) || !plain_path(s->opts.spa))
        return hearth__app_setup_failed(app, HEARTH_EINVAL,
                                        "hearth_static(\"%s\"): index and spa are paths "
                                        "within the directory, like \"index.html\"",
                                        prefix);
    if (!keep_texts(s))
        return hearth__app_setup_failed(app, HEARTH_ENOMEM,
                                        "hearth_static: out of memory");
    why = hearth__root_open(&s->root, dir, s->opts.symlinks);
    return why == 0 ? 0 : not_a_directory(app, prefix, dir, why);
}

int hearth_static_sized(hearth_app *app, const char *prefix, const char *dir,
                        const hearth_static_opts *o, size_t size)
{
    hearth_str at = hearth__str_of(prefix);
    hearth__static *s;
    char *plain;
    int rc;

    HEARTH_TRY(hearth__app_setup_check(app, "hearth_static"));
    if (at.len > 0 && at.ptr[at.len - 1] == '/')
        at.len--;
    s = calloc(1, sizeof *s);
    plain = strndup(at.ptr, at.len);
    if (s != NULL)
        s->assets = hearth__assets_new();
    if (s == NULL || plain == NULL || s->assets == NULL) {
        if (s != NULL)
            hearth__assets_free(s->assets);
        free(s);
        free(plain);
        return hearth__app_setup_failed(app, HEARTH_ENOMEM,
                                        "hearth_static: out of memory");
    }
    s->root.fd = -1;
    s->top = at.len == 0;
    if (o != NULL)
        memcpy(&s->opts, o, size < sizeof s->opts ? size : sizeof s->opts);
    rc = prepare(app, s, plain, dir == NULL ? "" : dir);
    if (rc == 0)
        rc = mount(app, plain, s);
    s->prefix = plain;
    if (rc != 0) {
        destroy(s);
        return rc;
    }
    s->next = app->statics;
    app->statics = s;
    return 0;
}
