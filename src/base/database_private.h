/* database_private.h - what the files of the database share. */
#pragma once
#include "base/database.h"

#include <sqlite3.h>

typedef struct mk_database_keeper mk_database_keeper;

/* A thread that takes the journal of `path` in, beside `database`, which commits. NULL when there is none to be had: then SQLite
 * does it by itself. To be freed before the database is closed. */
mk_database_keeper *mk_database_keeper_new (sqlite3 *database, const char *path);
void                mk_database_keeper_free (mk_database_keeper *keeper);
