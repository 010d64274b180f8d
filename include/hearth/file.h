/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_FILE_H
#define HEARTH_FILE_H

/**
 * @file hearth/file.h
 * Files: a directory of them under a path, or one as the answer of a handler.
 *
 *     hearth_static(app, "/assets", "public", NULL);
 *     ...
 *     return hearth_file(c, "invoices", name, &(hearth_file_opts){.download = "Invoice.pdf"});
 *
 * **Which files.**  Only regular files beneath the directory that this process may read;
 * all else is 404.  A path can not lead out of the directory, neither by "..", nor
 * by a symbolic link, nor by renaming something at the right moment (openat2(2); by hand
 * where the kernel does not have it).  Symbolic links, names that start with a dot, and
 * lists of directories are off.
 *
 * **What is sent.**  The type comes from a table of the library's own, by the name's
 * ending; texts are said to be UTF-8; X-Content-Type-Options: nosniff forbids guessing.  A strong
 * ETag is made of inode number, size and time of change in nanoseconds (so it differs between
 * copies on several machines), weak during the second after a change; Last-Modified goes
 * along.  Conditional requests (RFC 9110 section 13: 304, 412) and, for GET, ranges
 * (section 14: one; up to ten as multipart/byteranges; If-Range; 416) are answered.  A
 * field that a handler or middleware has set before (Cache-Control) stays.
 *
 * Files are sent by the kernel, without a copy, and never wait in memory.  One that becomes
 * shorter while it is sent ends the connection, and the log says so.
 */

#include <hearth/route.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How hearth_static() serves; zero of every field is the default. */
typedef struct hearth_static_opts {
    /* Cache-Control.  Default "no-cache": caches keep a file and ask each time whether it
     * has changed.  A name with a hash of its contents before its ending (".HASH." or
     * "-HASH.", 8 to 64 lower-case hexadecimal digits, letters and digits among them:
     * "app.3f2a9c1b.js") is "public, max-age=31536000, immutable". */
    int64_t max_age_s; /* "public, max-age=N" for the others */
    bool immutable;    /* every file here has such a name, of whatever form */
    bool hashes_off;   /* no name is taken for one with a hash */
    const char *index; /* what answers for a directory, default "index.html" */
    bool index_off;    /* nothing does */
    /* A single-page application: the file that answers what is not there, "index.html".
     * Only for a GET or HEAD of a page: Accept names text/html, Sec-Fetch-Mode is
     * "navigate" if it is sent, and the last segment has no '.'.  Default none: 404. */
    const char *spa;
    bool precompressed_off; /* do not look for .br, .zst and .gz beside a file */
    bool symlinks; /* follow symbolic links as long as they stay in the directory */
    bool
        dot_files; /* serve names that start with '.' too; ".well-known" at the top always
                       is */
    bool untrusted; /* the files come from users: every one is a download
                       (Content-Disposition: attachment) and may run nothing
                       (Content-Security-Policy: sandbox); no index */
    hearth_run
        run; /* default HEARTH_AUTO: on workers at first, and again if a disk is slow;
                       on the reactor while files come from memory */
    hearth_handler *const *use; /* middleware, ended by NULL; or NULL */
} hearth_static_opts;

/**
 * Serve the files of a directory below a path, for GET and HEAD.
 *
 * They are routes like others, `prefix`, `prefix/` and `prefix/{rest:path}`: a more
 * specific route wins, a request for what is not there goes on to the next route that
 * matches, then to hearth_fallback(), then is 404.
 *
 * A directory is answered with its index file; without the last slash, with a redirect
 * (308) to it; 404 when it has none.  A client that accepts it is sent "app.js.br",
 * "app.js.zst" or "app.js.gz" for "app.js", in the order of its preference, then in this
 * order, if there is one and it is not more than a minute older; ranges are then those of
 * that file, as its ETag is.  Types that are compressed already are left alone.
 *
 * The directory is opened now and held: files in it may come and go, but if it is itself
 * renamed and another put in its place, the old one is served until the application is made
 * anew.
 *
 * @param prefix  "/assets"; "" or "/" for the top
 * @param dir     relative to the working directory, or absolute; itself it may be a link
 * @param o       NULL = defaults; copied
 * Returns: 0, or (the sentence is in the log and in what hearth_app_start() says)
 *            HEARTH_EINVAL     the directory cannot be opened, or prefix is no pattern, or
 *                              index or spa is no plain path
 *            HEARTH_ECONFLICT  there are such routes already
 *            HEARTH_ESTATE     the application runs
 *            HEARTH_ENOMEM     out of memory
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_static_sized(hearth_app *app, const char *prefix, const char *dir,
                                   const hearth_static_opts *o, size_t size);
static inline int hearth_static(hearth_app *app, const char *prefix, const char *dir,
                                const hearth_static_opts *o)
{
    return hearth_static_sized(app, prefix, dir, o, sizeof *o);
}

/**
 * The address of a file of hearth_static() for a page, with a hash of its contents in it:
 * "/assets/app.0123456789abcdef.css" for "app.css".
 *
 * A file that changes gets another address, so that browsers keep what they have for ever
 * ("public, max-age=31536000, immutable") and still never show an old one.  The file itself
 * keeps its name: the directory answers for both, and for an address with another hash, of a
 * page of before the change, with what is there and "no-cache".  The hash is made when it is
 * first asked for, and again when the file has changed.  A file over 16 MiB, and those of
 * a directory with `hashes_off`, have their plain address.
 *
 * @param path  within a directory of hearth_static() that is not `untrusted`: the first one
 *              that has it
 * Owns:    request
 * Returns: the address, percent-encoded; NULL, with a line in the log, when no directory has
 *          the file; NULL when out of memory.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_asset(hearth_ctx *c, const char *path);

/** How hearth_file() answers; zero of every field is the default. */
typedef struct hearth_file_opts {
    int status;       /* default 200; any other is sent whole, without conditions */
    const char *type; /* default: by the ending of the path */
    /* Save it under this name instead of showing it; "" for that of the request.  Only
     * what follows a '/' or '\' counts; sent in both forms of RFC 6266. */
    const char *download;
    int64_t max_age_s; /* "private, max-age=N"; default "no-cache" */
    bool immutable;    /* "private, max-age=31536000, immutable" */
    bool symlinks;     /* follow symbolic links as long as they stay in root */
    bool dot_files;    /* also names that start with '.' */
    bool untrusted;    /* comes from a user: a download, and Content-Security-Policy:
                          sandbox */
} hearth_file_opts;

/**
 * Answer with a file.
 *
 * @param root  a directory of your choice
 * @param path  within it; may come from a client.  It is no path within root if it is
 *              absolute, has "..", an empty segment, a backslash or a control character:
 *              then it is not found
 * @param o     NULL = defaults
 * Returns: 0; 304, 412 or 416 as the request's conditions and range demand; or
 *            HEARTH_ENOTFOUND     no such file, or one that is not served: 404
 *            HEARTH_EINVAL        root or path is NULL, status or type is not valid
 *            HEARTH_ESTATE        the headers have been sent
 *            HEARTH_EIO           root cannot be opened, or the file not be read: 500
 *            HEARTH_EUNAVAILABLE  out of file descriptors: 503
 *            HEARTH_ENOMEM        out of memory
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_file_sized(hearth_ctx *c, const char *root, const char *path,
                                 const hearth_file_opts *o, size_t size);
static inline int hearth_file(hearth_ctx *c, const char *root, const char *path,
                              const hearth_file_opts *o)
{
    return hearth_file_sized(c, root, path, o, sizeof *o);
}

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_FILE_H */
