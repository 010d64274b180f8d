/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Names of status codes, and what to tell people who meet them.  One table in the order
 * of the numbers, searched by halving.
 */

#include "http/status.h"

#include <stddef.h>

typedef struct known {
    int status;
    const char *reason;
    const char *sentence; /* NULL: the reason has to do */
} known;

static const known table[] = {
    {100, "Continue", NULL},
    {101, "Switching Protocols", NULL},
    {102, "Processing", NULL},
    {103, "Early Hints", NULL},
    {200, "OK", NULL},
    {201, "Created", NULL},
    {202, "Accepted", NULL},
    {203, "Non-Authoritative Information", NULL},
    {204, "No Content", NULL},
    {205, "Reset Content", NULL},
    {206, "Partial Content", NULL},
    {207, "Multi-Status", NULL},
    {208, "Already Reported", NULL},
    {226, "IM Used", NULL},
    {300, "Multiple Choices", NULL},
    {301, "Moved Permanently", "This page has moved. Please use its new address."},
    {302, "Found", "This page is at another address for the moment."},
    {303, "See Other", "The answer is on another page."},
    {304, "Not Modified", NULL},
    {305, "Use Proxy", NULL},
    {307, "Temporary Redirect", "This page is at another address for the moment."},
    {308, "Permanent Redirect", "This page has moved. Please use its new address."},
    {400, "Bad Request", "The server could not understand the request."},
    {401, "Unauthorized", "Please sign in to see this page."},
    {402, "Payment Required", NULL},
    {403, "Forbidden", "You are not allowed to see this page."},
    {404, "Not Found",
     "There is nothing at this address. Please check how it is spelled."},
    {405, "Method Not Allowed", "This page cannot be used in that way."},
    {406, "Not Acceptable",
     "This page is not available in a form that your program accepts."},
    {407, "Proxy Authentication Required", NULL},
    {408, "Request Timeout", "The request took too long to arrive. Please try again."},
    {409, "Conflict",
     "Someone else changed this in the meantime. Please reload the page and try again."},
    {410, "Gone", "This page was removed and will not come back."},
    {411, "Length Required", "The request has to say how long its body is."},
    {412, "Precondition Failed",
     "This has changed since you last saw it. Please reload the page and try again."},
    {413, "Content Too Large", "What was sent is too large. Please send less."},
    {414, "URI Too Long", "The address is too long."},
    {415, "Unsupported Media Type",
     "What was sent is of a type that is not accepted here."},
    {416, "Range Not Satisfiable", "The part that was asked for does not exist."},
    {417, "Expectation Failed",
     "The request expects something that this server cannot do."},
    {421, "Misdirected Request", "This server does not answer for that name."},
    {422, "Unprocessable Content",
     "Something that was sent is not right. Please correct it and try again."},
    {423, "Locked", "This is locked at the moment. Please try again later."},
    {424, "Failed Dependency", NULL},
    {425, "Too Early", "Please send the request again."},
    {426, "Upgrade Required", "This address needs another protocol."},
    {428, "Precondition Required",
     "The request has to say which version it is about. Please reload the page and try "
     "again."},
    {429, "Too Many Requests", "That was too often. Please wait a moment and try again."},
    {431, "Request Header Fields Too Large",
     "The header of the request is too large. Deleting the cookies of this site may "
     "help."},
    {451, "Unavailable For Legal Reasons",
     "This page may not be shown for legal reasons."},
    {500, "Internal Server Error",
     "Something went wrong on our side. Trying again in a moment may help."},
    {501, "Not Implemented", "This server does not know how to do that."},
    {502, "Bad Gateway",
     "A server behind this one gave no usable answer. Please try again later."},
    {503, "Service Unavailable",
     "The server is too busy or being serviced. Please try again in a moment."},
    {504, "Gateway Timeout", "The answer took too long. Please try again in a moment."},
    {505, "HTTP Version Not Supported",
     "This server does not speak that version of HTTP."},
    {506, "Variant Also Negotiates", NULL},
    {507, "Insufficient Storage", "There is no room left to store this."},
    {508, "Loop Detected", NULL},
    {510, "Not Extended", NULL},
    {511, "Network Authentication Required", "Please sign in to the network first."},
};

static const known *find(int status)
{
    size_t low = 0, high = sizeof table / sizeof table[0];

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (table[mid].status == status)
            return &table[mid];
        if (table[mid].status < status)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

const char *hearth__status_reason(int status)
{
    const known *k = find(status);

    return k == NULL ? "" : k->reason;
}

const char *hearth__status_sentence(int status)
{
    const known *k = find(status);

    return k == NULL ? NULL : k->sentence;
}

bool hearth__status_has_body(int status)
{
    return status >= 200 && status != 204 && status != 304;
}
