/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Filters of upper and lower case. */

#include "filter_kit.h"

static const filter_row rows[] = {
    {"upper", "\"straße ÿ\"", NULL, NULL, "STRASSE Ÿ"},
    {"upper", "html:<b>x</b>", NULL, NULL, "html:<B>X</B>"},
    {"upper", "true", NULL, NULL, "TRUE"},
    {"upper", "undefined", NULL, NULL, ""},
    {"lower", "\"ÄÖÜ ABC\"", NULL, NULL, "äöü abc"},
    {"lower", "html:<B>", NULL, NULL, "html:<b>"},
    {"capitalize", "\"élan VITAL\"", NULL, NULL, "Élan vital"},
    {"capitalize", "\"ß\"", NULL, NULL, "Ss"},
    {"capitalize", "\"\"", NULL, NULL, ""},
    {"capitalize", "1.5", NULL, NULL, "1.5"},
    {"title", "\"it's a two-part (name) [x] 3rd\"", NULL, NULL,
     "It's A Two-Part (Name) [X] 3rd"},
    {"title", "\"äpfel UND birnen\"", NULL, NULL, "Äpfel Und Birnen"},
    {"title", "html:<b>x", NULL, NULL, "<B>x"},
    {"title", "\"- -\"", NULL, NULL, "- -"},
    {"upper", "\"a\"", "1", NULL, "!at most 0"},
};

START_TEST(letters_change_their_case)
{
    filter_check(&rows[_i]);
}
END_TEST

SUITE("tmpl/filter_case", EACH(letters_change_their_case, rows))
