/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_H
#define HEARTH_H

/**
 * @file hearth.h
 * Everything an application needs, in the order in which it reads best.  The headers are
 * the manual. <hearth/client.h>, the client for tests, is included on its own.
 */

/* clang-format off */
#include <hearth/base.h>   /* strings, errors, the handler type */
#include <hearth/app.h>    /* make an application and run it */
#include <hearth/route.h>  /* routes, middleware, links */
#include <hearth/req.h>    /* read the request */
#include <hearth/upload.h> /* uploaded files, large bodies */
#include <hearth/res.h>    /* answer it */
#include <hearth/file.h>   /* serve files */
#include <hearth/stream.h> /* answers made while they are sent */
#include <hearth/sse.h>    /* events pushed to pages */
#include <hearth/async.h>  /* answers that come later */
#include <hearth/task.h>   /* work around requests */
#include <hearth/host.h>   /* in the loop of another program */
#include <hearth/topic.h>  /* long polling */
#include <hearth/ws.h>     /* WebSockets and rooms */
#include <hearth/language.h> /* texts in the visitor's language */
#include <hearth/negotiate.h> /* one resource in several forms */
#include <hearth/compress.h> /* compress answers */
#include <hearth/json.h>   /* JSON in and out */
#include <hearth/model.h>  /* one description: bind, check, store, show */
#include <hearth/form.h>   /* HTML forms from models */
#include <hearth/template.h> /* pages from templates */
#include <hearth/page.h> /* what templates know */
#include <hearth/format.h> /* addresses, dates, UUIDs */
#include <hearth/db.h>     /* SQL */
#include <hearth/query.h>  /* rows by model */
#include <hearth/relation.h> /* rows that refer to each other */
#include <hearth/search.h> /* full-text search in lists */
#include <hearth/resource.h> /* a table as a REST resource */
#include <hearth/ndjson.h> /* answers of a line for each value */
#include <hearth/migrate.h> /* the schema, step by step */
#include <hearth/openapi.h> /* the API described by itself */
#include <hearth/driver.h> /* other databases */
#include <hearth/session.h> /* what is remembered of a visitor */
#include <hearth/security.h> /* what browsers are told */
#include <hearth/cors.h> /* pages of other origins */
#include <hearth/limit.h> /* how often somebody may ask */
#include <hearth/csrf.h> /* requests of other sites' pages */
#include <hearth/password.h> /* passwords hashed and checked */
#include <hearth/token.h> /* secrets that are handed out */
#include <hearth/jwt.h> /* tokens that others have signed */
#include <hearth/users.h> /* accounts, roles, who may what */
#include <hearth/totp.h> /* a second factor */
#include <hearth/secret.h> /* signed and sealed values */
#include <hearth/memory.h> /* memory of the request */
#include <hearth/log.h>    /* the log */
/* clang-format on */

#endif /* HEARTH_H */
