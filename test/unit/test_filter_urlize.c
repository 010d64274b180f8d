/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Links in texts. */

#include "filter_kit.h"

static const filter_row rows[] = {
    {"urlize", "\"see http://example.com/a?b=c&d, (www.example.org).\"", NULL, NULL,
     "html:see <a href=\"http://example.com/a?b=c&amp;d\" "
     "rel=\"noopener\">http://example.com/a?b=c&amp;d</a>, (<a "
     "href=\"https://www.example.org\" rel=\"noopener\">www.example.org</a>)."},
    {"urlize", "\"me@example.com mailto:a@b.org\"", NULL, NULL,
     "html:<a href=\"mailto:me@example.com\">me@example.com</a> <a "
     "href=\"mailto:a@b.org\">a@b.org</a>"},
    {"urlize", "\"<script>alert(1)</script> javascript:alert(1)\"", NULL, NULL,
     "html:&lt;script&gt;alert(1)&lt;/script&gt; javascript:alert(1)"},
    {"urlize", "\"http://a.example/\\\"onclick=x\"", NULL, NULL,
     "html:<a href=\"http://a.example/&#34;onclick=x\" "
     "rel=\"noopener\">http://a.example/&#34;onclick=x</a>"},
    {"urlize", "\"http://a.example/(b) http://a.example/b)\"", NULL, NULL,
     "html:<a href=\"http://a.example/(b)\" rel=\"noopener\">http://a.example/(b)</a> <a "
     "href=\"http://a.example/b\" rel=\"noopener\">http://a.example/b</a>)"},
    {"urlize", "\"http://example.com/long/path\"", "10", NULL,
     "html:<a href=\"http://example.com/long/path\" rel=\"noopener\">http://exa...</a>"},
    {"urlize", "\"http://a.example\"", NULL,
     "\"nofollow\": true, \"target\": \"_blank\", \"rel\": \"a noopener b\"",
     "html:<a href=\"http://a.example\" rel=\"a b nofollow noopener\" "
     "target=\"_blank\">http://a.example</a>"},
    {"urlize", "\"ftp://a.example\"", NULL, "\"extra_schemes\": [\"ftp:\"]",
     "html:<a href=\"ftp://a.example\" rel=\"noopener\">ftp://a.example</a>"},
    {"urlize", "\"x\"", NULL, "\"extra_schemes\": [\"JavaScript:\"]", "!runs code"},
    {"urlize", "\"x\"", NULL, "\"extra_schemes\": [\"ftp\"]", "!looks like"},
    {"urlize", "\"http://10.0.0.1:8080/ http://[::1]/ http://300 http://a..b\"", NULL,
     NULL,
     "html:<a href=\"http://10.0.0.1:8080/\" rel=\"noopener\">http://10.0.0.1:8080/</a> "
     "<a href=\"http://[::1]/\" rel=\"noopener\">http://[::1]/</a> http://300 "
     "http://a..b"},
    {"urlize", "\"example.com end.Then a@b x@y.z http:// www.\"", NULL, NULL,
     "html:<a href=\"https://example.com\" rel=\"noopener\">example.com</a> end.Then a@b "
     "<a href=\"mailto:x@y.z\">x@y.z</a> http:// www."},
    {"urlize", "\"\"", NULL, NULL, "html:"},
    {"urlize", "\"&lt;http://a.example&gt;\"", NULL, NULL,
     "html:&amp;lt;http://a.example&amp;gt;"},
};

START_TEST(addresses_become_links)
{
    filter_check(&rows[_i]);
}
END_TEST

SUITE("tmpl/filter_urlize", EACH(addresses_become_links, rows))
