/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Media types by file ending.  The names are those of IANA's registry where it has one
 * (JavaScript is text/javascript since RFC 9239); ".ts" is the video, since no browser
 * runs TypeScript.
 */

#include "http/mime.h"

#include "core/str.h"

#define EXT_MAX 16

/* In the order of strcmp(). */
static const hearth__mime table[] = {
    {"3gp", "video/3gpp", false},
    {"7z", "application/x-7z-compressed", false},
    {"aac", "audio/aac", false},
    {"ai", "application/postscript", true},
    {"apk", "application/vnd.android.package-archive", false},
    {"apng", "image/apng", false},
    {"appcache", "text/cache-manifest; charset=utf-8", true},
    {"asc", "application/pgp-signature", true},
    {"atom", "application/atom+xml", true},
    {"avi", "video/x-msvideo", false},
    {"avif", "image/avif", false},
    {"bin", "application/octet-stream", false},
    {"bmp", "image/bmp", true},
    {"bz2", "application/x-bzip2", false},
    {"c", "text/plain; charset=utf-8", true},
    {"cc", "text/plain; charset=utf-8", true},
    {"cer", "application/x-x509-ca-cert", false},
    {"cjs", "text/javascript; charset=utf-8", true},
    {"conf", "text/plain; charset=utf-8", true},
    {"cpp", "text/plain; charset=utf-8", true},
    {"crt", "application/x-x509-ca-cert", false},
    {"css", "text/css; charset=utf-8", true},
    {"csv", "text/csv; charset=utf-8", true},
    {"cur", "image/vnd.microsoft.icon", true},
    {"deb", "application/vnd.debian.binary-package", false},
    {"der", "application/x-x509-ca-cert", false},
    {"diff", "text/plain; charset=utf-8", true},
    {"dll", "application/octet-stream", false},
    {"dmg", "application/x-apple-diskimage", false},
    {"doc", "application/msword", false},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
     false},
    {"eot", "application/vnd.ms-fontobject", true},
    {"eps", "application/postscript", true},
    {"epub", "application/epub+zip", false},
    {"exe", "application/octet-stream", false},
    {"flac", "audio/flac", false},
    {"flv", "video/x-flv", false},
    {"geojson", "application/geo+json", true},
    {"gif", "image/gif", false},
    {"glb", "model/gltf-binary", true},
    {"gltf", "model/gltf+json", true},
    {"gpx", "application/gpx+xml", true},
    {"gql", "application/graphql", true},
    {"graphql", "application/graphql", true},
    {"gz", "application/gzip", false},
    {"h", "text/plain; charset=utf-8", true},
    {"heic", "image/heic", false},
    {"heif", "image/heif", false},
    {"hh", "text/plain; charset=utf-8", true},
    {"hpp", "text/plain; charset=utf-8", true},
    {"htm", "text/html; charset=utf-8", true},
    {"html", "text/html; charset=utf-8", true},
    {"ico", "image/vnd.microsoft.icon", true},
    {"ics", "text/calendar; charset=utf-8", true},
    {"img", "application/octet-stream", false},
    {"ini", "text/plain; charset=utf-8", true},
    {"iso", "application/x-iso9660-image", false},
    {"jar", "application/java-archive", false},
    {"jfif", "image/jpeg", false},
    {"jpe", "image/jpeg", false},
    {"jpeg", "image/jpeg", false},
    {"jpg", "image/jpeg", false},
    {"js", "text/javascript; charset=utf-8", true},
    {"json", "application/json", true},
    {"jsonl", "application/x-ndjson", true},
    {"jsonld", "application/ld+json", true},
    {"jxl", "image/jxl", false},
    {"kml", "application/vnd.google-earth.kml+xml", true},
    {"log", "text/plain; charset=utf-8", true},
    {"m3u8", "application/vnd.apple.mpegurl", true},
    {"m4a", "audio/mp4", false},
    {"m4s", "video/iso.segment", false},
    {"m4v", "video/mp4", false},
    {"map", "application/json", true},
    {"markdown", "text/markdown; charset=utf-8", true},
    {"mathml", "application/mathml+xml", true},
    {"md", "text/markdown; charset=utf-8", true},
    {"mid", "audio/midi", false},
    {"midi", "audio/midi", false},
    {"mjs", "text/javascript; charset=utf-8", true},
    {"mkv", "video/x-matroska", false},
    {"mov", "video/quicktime", false},
    {"mp3", "audio/mpeg", false},
    {"mp4", "video/mp4", false},
    {"mpd", "application/dash+xml", true},
    {"mpeg", "video/mpeg", false},
    {"mpg", "video/mpeg", false},
    {"msi", "application/octet-stream", false},
    {"ndjson", "application/x-ndjson", true},
    {"nt", "application/n-triples", true},
    {"obj", "model/obj", true},
    {"odg", "application/vnd.oasis.opendocument.graphics", false},
    {"odp", "application/vnd.oasis.opendocument.presentation", false},
    {"ods", "application/vnd.oasis.opendocument.spreadsheet", false},
    {"odt", "application/vnd.oasis.opendocument.text", false},
    {"oga", "audio/ogg", false},
    {"ogg", "audio/ogg", false},
    {"ogv", "video/ogg", false},
    {"ogx", "application/ogg", false},
    {"opus", "audio/ogg", false},
    {"osdx", "application/opensearchdescription+xml", true},
    {"otf", "font/otf", true},
    {"patch", "text/plain; charset=utf-8", true},
    {"pb", "application/protobuf", false},
    {"pdf", "application/pdf", false},
    {"pem", "application/x-pem-file", true},
    {"pkg", "application/octet-stream", false},
    {"png", "image/png", false},
    {"ppt", "application/vnd.ms-powerpoint", false},
    {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation",
     false},
    {"ps", "application/postscript", true},
    {"py", "text/plain; charset=utf-8", true},
    {"rar", "application/vnd.rar", false},
    {"rng", "application/xml", true},
    {"rpm", "application/x-rpm", false},
    {"rss", "application/rss+xml", true},
    {"rtf", "application/rtf", true},
    {"sh", "text/plain; charset=utf-8", true},
    {"sig", "application/pgp-signature", true},
    {"so", "application/octet-stream", false},
    {"sql", "application/sql", true},
    {"sqlite", "application/vnd.sqlite3", false},
    {"sqlite3", "application/vnd.sqlite3", false},
    {"srt", "application/x-subrip", true},
    {"stl", "model/stl", false},
    {"svg", "image/svg+xml", true},
    {"tar", "application/x-tar", true},
    {"text", "text/plain; charset=utf-8", true},
    {"tgz", "application/gzip", false},
    {"tif", "image/tiff", false},
    {"tiff", "image/tiff", false},
    {"toml", "application/toml", true},
    {"torrent", "application/x-bittorrent", false},
    {"ts", "video/mp2t", false},
    {"tsv", "text/tab-separated-values; charset=utf-8", true},
    {"ttc", "font/collection", true},
    {"ttf", "font/ttf", true},
    {"ttl", "text/turtle; charset=utf-8", true},
    {"ttml", "application/ttml+xml", true},
    {"txt", "text/plain; charset=utf-8", true},
    {"vcf", "text/vcard; charset=utf-8", true},
    {"vsd", "application/vnd.visio", false},
    {"vtt", "text/vtt; charset=utf-8", true},
    {"wasm", "application/wasm", true},
    {"wav", "audio/wav", false},
    {"weba", "audio/webm", false},
    {"webm", "video/webm", false},
    {"webmanifest", "application/manifest+json", true},
    {"webp", "image/webp", false},
    {"woff", "font/woff", false},
    {"woff2", "font/woff2", false},
    {"xht", "application/xhtml+xml", true},
    {"xhtml", "application/xhtml+xml", true},
    {"xls", "application/vnd.ms-excel", false},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false},
    {"xml", "application/xml", true},
    {"xsd", "application/xml", true},
    {"xsl", "application/xml", true},
    {"xslt", "application/xslt+xml", true},
    {"xz", "application/x-xz", false},
    {"yaml", "application/yaml", true},
    {"yml", "application/yaml", true},
    {"zip", "application/zip", false},
    {"zst", "application/zstd", false},
};

static const hearth__mime unknown = {"", "application/octet-stream", false};

/* The part of the path after its last slash. */
static hearth_str name_of(hearth_str path)
{
    size_t at = path.len;

    while (at > 0 && path.ptr[at - 1] != '/')
        at--;
    return hearth__str(path.ptr + at, path.len - at);
}

/* Where the last c of the name is, or 0: what starts with it has no ending. */
static size_t last_of(hearth_str name, char c)
{
    size_t i = name.len;

    while (i > 0 && name.ptr[i - 1] != c)
        i--;
    return i > 0 ? i - 1 : 0;
}

static const hearth__mime *look_up(const char *ext)
{
    size_t low = 0, high = sizeof table / sizeof *table;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int cmp = strcmp(ext, table[mid].ext);

        if (cmp == 0)
            return &table[mid];
        if (cmp < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return &unknown;
}

const hearth__mime *hearth__mime_of(hearth_str path)
{
    hearth_str name = name_of(path);
    size_t dot = last_of(name, '.'), n = 0;
    char ext[EXT_MAX];

    if (dot == 0 || name.len - dot - 1 >= EXT_MAX)
        return &unknown;
    for (size_t i = dot + 1; i < name.len; i++)
        ext[n++] = hearth__lower(name.ptr[i]);
    ext[n] = '\0';
    return look_up(ext);
}

bool hearth__mime_hashed(hearth_str path)
{
    hearth_str name = name_of(path);
    size_t dot = last_of(name, '.'), i = dot;
    bool letter = false, digit = false;

    for (; i > 0 && name.ptr[i - 1] != '.' && name.ptr[i - 1] != '-'; i--) {
        char c = name.ptr[i - 1];

        if (!hearth__is_digit(c) && (c < 'a' || c > 'f'))
            return false;
        digit |= hearth__is_digit(c);
        letter |= !hearth__is_digit(c);
    }
    return i > 1 && dot - i >= 8 && dot - i <= 64 && letter && digit;
}
