/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The files of a form, for handlers.
 */
#include "app/body.h"
#include "app/problem.h"
#include "core/rand.h"
#include "core/str.h"

#include <string.h>

#define NAME_MAX_BYTES 255
#define RANDOM_CHARS   32 /* of 5 bits: 160 of them */

const hearth_upload *hearth_upload_at(hearth_ctx *c, size_t i)
{
    const hearth__upload *u = c->intake == NULL ? NULL : c->intake->first;

    for (; u != NULL && i > 0; i--)
        u = u->next;
    return u == NULL ? NULL : &u->shown;
}

const hearth_upload *hearth_upload_named(hearth_ctx *c, const char *field)
{
    const hearth__upload *u = c->intake == NULL ? NULL : c->intake->first;

    while (u != NULL && strcmp(u->shown.field, field) != 0)
        u = u->next;
    return u == NULL ? NULL : &u->shown;
}

int hearth_upload_read(hearth_ctx *c, const hearth_upload *u, uint64_t offset, void *out,
                       size_t max, size_t *got)
{
    int rc;

    *got = 0;
    if (offset >= u->size)
        return 0;
    if (max > u->size - offset)
        max = (size_t)(u->size - offset);
    rc = hearth__spool_read(&c->intake->spool, ((const hearth__upload *)u)->at + offset,
                            out, max, got);
    return rc == 0 ? 0 : hearth__body_spool_failed(c, rc);
}

int hearth_upload_bytes(hearth_ctx *c, const hearth_upload *u, hearth_str *out)
{
    char *p = NULL;
    size_t got;

    *out = (hearth_str){"", 0};
    if (u->size < SIZE_MAX)
        p = hearth__arena_raw(&c->arena, (size_t)u->size + 1);
    if (p == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth_upload_read(c, u, 0, p, (size_t)u->size, &got));
    p[got] = '\0';
    *out = hearth__str(p, got);
    return 0;
}

/* ---- keeping --------------------------------------------------------------------- */

static char *random_name(hearth_ctx *c)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
    unsigned char bytes[RANDOM_CHARS];
    char *name = hearth__arena_raw(&c->arena, RANDOM_CHARS + 1);

    if (name == NULL)
        return NULL;
    hearth__rand_bytes(bytes, sizeof bytes);
    for (size_t i = 0; i < RANDOM_CHARS; i++)
        name[i] = digits[bytes[i] & 31];
    name[RANDOM_CHARS] = '\0';
    return name;
}

static bool is_file_name(const char *name)
{
    size_t n = strlen(name);

    return n > 0 && n <= NAME_MAX_BYTES && strchr(name, '/') == NULL &&
           strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static int save_failed(hearth_ctx *c, int rc, const char *dir, const char *name)
{
    char reason[128];

    if (rc == HEARTH_ENOMEM)
        return rc;
    if (rc == HEARTH_ECONFLICT)
        return hearth__tell(c, rc, 409, "there is a file of that name already");
    if (strerror_r(c->intake->spool.why, reason, sizeof reason) != 0)
        reason[0] = '\0';
    return hearth__note(c, rc, "hearth_upload_save: %s/%s: %s", dir, name, reason);
}

int hearth_upload_save(hearth_ctx *c, const hearth_upload *u, const char *dir,
                       const char *name, const char **saved)
{
    int rc;

    if (name != NULL && !is_file_name(name))
        return hearth__note(c, HEARTH_EINVAL,
                            "hearth_upload_save: \"%s\" is no plain file name", name);
    name =
        name == NULL ? random_name(c) : hearth__arena_copy(&c->arena, name, strlen(name));
    if (name == NULL)
        return HEARTH_ENOMEM;
    rc = hearth__spool_save(&c->intake->spool, ((const hearth__upload *)u)->at, u->size,
                            dir, name);
    if (rc != 0)
        return save_failed(c, rc, dir, name);
    if (saved != NULL)
        *saved = name;
    return 0;
}
