#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# A folder of SQL files becomes a program that migrates its database: `hearth embed`, then the
# word `migrate` of the built program.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
passed=0
say() {
    echo "FAILED: $*"
    failed=$((failed + 1))
}
# expect CODE TEXT COMMAND...: the exit code, and TEXT in what it printed
expect() {
    code=$1
    text=$2
    shift 2
    timeout 60 "$@" >"$work/out" 2>&1
    rc=$?
    if [ $rc = "$code" ] && grep -qF -- "$text" "$work/out"; then
        passed=$((passed + 1))
    else
        say "$* gave $rc and:"
        cat "$work/out"
    fi
}
build() {
    # shellcheck disable=SC2046,SC2086
    "$BUILD/bin/hearth" embed migrations "$work/sql" >"$work/migrations.c" &&
        $CC -std=c11 $CFLAGS -Wall -Wextra -Werror -o "$work/app" "$work/main.c" \
            "$work/migrations.c" $LDFLAGS $($PKG_CONFIG --cflags --libs hearth)
}

mkdir "$work/sql"
cat >"$work/main.c" <<'END'
#include <hearth.h>

extern const hearth_migration migrations[];

int main(int argc, char **argv)
{
    hearth_app *app = hearth_app_new(NULL);

    hearth_use_db(app, hearth_db_open(NULL, NULL));
    hearth_use_migrations(app, migrations, NULL);
    return hearth_app_main(app, argc, argv);
}
END
cat >"$work/sql/0001_todos.sql" <<'END'
-- up
CREATE TABLE todos(id INTEGER PRIMARY KEY, title TEXT NOT NULL DEFAULT 'a "b" \ ??/') STRICT;
-- down
DROP TABLE todos;
END
cat >"$work/sql/0002_more.sql" <<'END'
ALTER TABLE todos ADD done INTEGER NOT NULL DEFAULT 0;
END
HEARTH_DB=sqlite:$work/a.db
export HEARTH_DB HEARTH_PORT=0

build || say "the program does not build"
expect 1 'lacks 2 migrations, from 0001_todos on' "$work/app"
expect 0 'missing' "$work/app" migrate status
expect 0 'dry run: nothing was changed' "$work/app" migrate --dry-run
expect 0 'missing' "$work/app" migrate status
expect 0 'up   0001_todos' "$work/app" migrate up --steps 1
expect 1 'lacks 1 migration, from 0002_more on' "$work/app"
expect 0 'up   0002_more' "$work/app" migrate
expect 0 'nothing to do' "$work/app" migrate
expect 1 'cannot be taken back' "$work/app" migrate down
expect 2 'not understood' "$work/app" migrate sideways
expect 2 'not understood' "$work/app" migrate --steps none
expect 0 'migrate         bring the database up to date' "$work/app" --help

# Text that would need escaping in C arrives as it was.
printf '%s\n' '-- up' 'INSERT INTO todos DEFAULT VALUES;' '-- down' 'DELETE FROM todos;' >"$work/sql/0003_row.sql"
build || say "the program does not build"
expect 0 'up   0003_row' "$work/app" migrate
expect 0 'down 0003_row' "$work/app" migrate redo
if command -v sqlite3 >/dev/null 2>&1; then
    expect 0 'a "b" \ ??/' sqlite3 "$work/a.db" 'SELECT title FROM todos'
fi

# A step that was applied must not change.
sed -i 's/NOT NULL DEFAULT 0/NOT NULL DEFAULT 1/' "$work/sql/0002_more.sql"
build || say "the program does not build"
expect 1 'migration 0002_more was changed after it had been applied' "$work/app" migrate
expect 1 'migration 0002_more was changed after it had been applied' "$work/app"

# What embed refuses.
: >"$work/sql/two.sql"
expect 1 'name it by a number' "$BUILD/bin/hearth" embed migrations "$work/sql"
mv "$work/sql/two.sql" "$work/sql/003_same.sql"
expect 1 'another one has this number' "$BUILD/bin/hearth" embed migrations "$work/sql"
rm "$work/sql/003_same.sql"
expect 1 'cannot be the name of a table' "$BUILD/bin/hearth" embed 1bad "$work/sql"
expect 1 'nowhere' "$BUILD/bin/hearth" embed migrations "$work/nowhere"

# The next step from the models: written, built in, taken, taken back.
rm -f "$work"/a.db*
rm "$work"/sql/*.sql
mkdir "$work/empty"
cat >"$work/main.c" <<'END'
#include <hearth.h>

#define ITEM(F, T)                                             \
    F(T, id, i64, "Identifier", .key = true, .readonly = true) \
    F(T, title, text, "Title", .required = true, .max = 200)   \
    MORE(F, T)
HEARTH_MODEL(todo, "todos", ITEM);
static const hearth_model *const models[] = {&todo_model, NULL};
extern const hearth_migration migrations[];

int main(int argc, char **argv)
{
    hearth_app *app = hearth_app_new(NULL);

    hearth_use_db(app, hearth_db_open(NULL, NULL));
    hearth_use_migrations(app, migrations,
                          &(hearth_use_migrations_opts){.models = models, .folder = FOLDER});
    return hearth_app_main(app, argc, argv);
}
END
flags=$CFLAGS
with() {
    CFLAGS="$flags -DFOLDER=\"$work/sql\" -DMORE(F,T)=$1"
    build || say "the program does not build"
}
with ''
expect 1 'todos is missing in the database' "$work/app" migrate check
expect 1 'migrate diff` to write the migration' "$work/app" migrate check
expect 0 'CREATE TABLE "todos"' "$work/app" migrate diff --dry-run
expect 0 'CREATE TABLE "todos"' "$work/app" migrate diff --to "$work/empty" --dry-run
expect 1 'cannot be read' "$work/app" migrate diff --to "$work/nowhere"
expect 1 'is a word of letters' "$work/app" migrate diff no-word
expect 2 'not understood' "$work/app" migrate diff one two
expect 2 'not understood' "$work/app" migrate check all
expect 0 'sql/0001_todos.sql: read it' "$work/app" migrate diff todos
expect 1 '0001_todos.sql is not part of this program' "$work/app" migrate diff again
with ''
expect 1 'lacks 1 migration, from 0001_todos on' "$work/app" migrate diff
expect 1 'lacks 1 migration, from 0001_todos on' "$work/app" migrate check
expect 0 'up   0001_todos' "$work/app" migrate
expect 0 'the database is what the models say' "$work/app" migrate check
expect 0 'no differences' "$work/app" migrate diff
with 'F(T,due,time,"Due",.nullable=true)'
expect 1 'todos.due is missing in the database; run the program' "$work/app"
expect 0 '0002_changes.sql: read it' "$work/app" migrate diff
with 'F(T,due,time,"Due",.nullable=true)'
expect 0 'up   0002_changes' "$work/app" migrate
expect 0 'no differences' "$work/app" migrate diff
with ''
expect 0 'nothing to write' "$work/app" migrate diff
expect 0 '0003_drop.sql: read it' "$work/app" migrate diff --allow-drop drop
with ''
expect 0 'up   0003_drop' "$work/app" migrate
expect 0 'no differences' "$work/app" migrate diff --allow-drop
expect 0 'down 0001_todos' "$work/app" migrate down --steps 3
CFLAGS=$flags

echo "migrate: $passed passed, $failed failed"
[ $failed = 0 ]
