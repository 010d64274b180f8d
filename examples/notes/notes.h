#ifndef NOTES_H
#define NOTES_H

#include <hearth.h>

/* The application with its routes and schema; main() and the tests share it.  Takes db. */
hearth_app *notes_app(hearth_db *db);

#endif
