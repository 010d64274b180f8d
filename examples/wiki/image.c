/*
 * Images.  What one is its first bytes say, not its name; it is stored in the database and
 * answered as that type, with nothing in it that a browser would run.
 */
#include "wiki.h"

#include <string.h>

#define IMAGE_BYTES (4u << 20)

#define IMAGE(F, T)                                                                   \
    F(T, id, i64, "Identifier", .key = true, .readonly = true)                        \
    F(T, title, text, "What does it show?", .required = true, .max = 100)             \
    F(T, type, text, "Its media type", .readonly = true, .max = 20)                   \
    F(T, bytes, blob, "File", .readonly = true, .max = IMAGE_BYTES)                   \
    F(T, author, text, "Who sent it", .readonly = true, .max = HEARTH_USER_NAME_MOST) \
    F(T, made, time, "When", .readonly = true, .fallback = "now")
HEARTH_MODEL_WITH(image, "images", IMAGE, .ignore_unknown = true);
const hearth_model *const image_models = &image_model;

/* The same rows without the bytes, for lists. */
#define PICTURE(F, T)                        \
    F(T, id, i64, "Identifier", .key = true) \
    F(T, title, text, "What it shows")       \
    F(T, author, text, "Who sent it")
HEARTH_MODEL(picture, "images", PICTURE);

static const char *type_of(hearth_str s)
{
    static const struct {
        const char *type, *bytes;
        size_t at, n;
    } signs[] = {{"image/png", "\x89PNG\r\n\x1a\n", 0, 8},
                 {"image/jpeg", "\xff\xd8\xff", 0, 3},
                 {"image/gif", "GIF87a", 0, 6},
                 {"image/gif", "GIF89a", 0, 6},
                 {"image/webp", "WEBP", 8, 4}};

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (s.len >= 16 && memcmp(s.ptr + signs[i].at, signs[i].bytes, signs[i].n) == 0 &&
            (signs[i].at == 0 || memcmp(s.ptr, "RIFF", 4) == 0))
            return signs[i].type;
    return NULL;
}

static int images(hearth_ctx *c)
{
    const hearth_form_opts form = {.multipart = true,
                                   .unchecked = true,
                                   .submit = hearth_gettext(c, "Upload")};

    HEARTH_TRY(hearth_page_form(c, "it", &image_model, NULL, &form));
    return show_rows(c, "images.html", &picture_model, (hearth_list_opts){.sort = "-id"},
                     NULL);
}

/* The file of the form: in *im, or a fault. */
static int take_file(hearth_ctx *c, struct image *im)
{
    const hearth_upload *u = hearth_upload_named(c, "bytes");

    if (u == NULL)
        return hearth_fault(c, "/bytes", "required", "Choose a file.");
    HEARTH_TRY(hearth_upload_bytes(c, u, &im->bytes));
    HEARTH_SET(im, image, bytes, im->bytes);
    HEARTH_SET(im, image, type, type_of(im->bytes));
    if (im->type == NULL)
        return hearth_fault(c, "/bytes", "type",
                            "That is no PNG, JPEG, GIF or WebP image.");
    return 0;
}

static int upload(hearth_ctx *c)
{
    const hearth_user *u;
    struct image im;
    int rc = hearth_bind(c, &image_model, &im), file = take_file(c, &im);

    HEARTH_TRY(hearth_user_current(c, &u));
    HEARTH_SET(&im, image, author, u->name);
    if (rc == 0)
        rc = file;
    if (rc == 0)
        rc = hearth_insert(c, &image_model, &im);
    if (hearth_form_again(c, rc))
        return images(c);
    HEARTH_TRY(rc);
    HEARTH_TRY(hearth_flash(c, "success", "The image is there."));
    return hearth_redirect(c, "/images");
}

static int image_show(hearth_ctx *c)
{
    struct image im;

    HEARTH_TRY(hearth_find(c, &image_model, hearth_param_int(c, "id"), &im));
    HEARTH_TRY(
        hearth_set_header(c, "Content-Security-Policy", "default-src 'none'; sandbox"));
    HEARTH_TRY(
        hearth_set_header(c, "Cache-Control", "public, max-age=31536000, immutable"));
    return hearth_blob_ref(c, 200, im.type, im.bytes.ptr, im.bytes.len);
}

const hearth_route image_routes[] = {
    HEARTH_GET("/images", images, .name = "images"),
    HEARTH_POST("/images", upload, .use = members, .max_body = IMAGE_BYTES + (1u << 16),
                .max_file = IMAGE_BYTES),
    HEARTH_GET("/image/{id:int}", image_show, .name = "image"),
    HEARTH_END,
};
