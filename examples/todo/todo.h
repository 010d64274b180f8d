#ifndef TODO_H
#define TODO_H

#include <hearth.h>

/* The application with its routes and schema; main() and the tests share it.  Takes db.
 */
hearth_app *todo_app(hearth_db *db);

#endif
