/* store.h - everything the bridge must not forget, in one SQLite file.
 *
 * Purpose   Opens the database that tasks.h, projects.h and workflows.h keep their rows in.
 * Time      Milliseconds since 1970, given as arguments; printed as RFC 3339 in UTC.
 * Threads   As mk_database: one.
 */
#pragma once
#include "base/database.h"
#include "base/json.h"

mk_database *mk_store_open (const char *path, GError **error);
/* By which others know this bridge, for as long as its database lives; g_free. */
char        *mk_store_name (mk_database *store);

/* "2026-01-31T12:00:00.123Z" */
#define MK_TIME_LENGTH 40
void     mk_time_print (int64_t ms, char text[MK_TIME_LENGTH]);
/* The same as JSON; 0 gives null. */
mk_json *mk_json_new_time (int64_t ms);
/* The text as JSON, or `otherwise` (taken) when it is NULL. For our own columns only. */
mk_json *mk_json_of_column (const char *text, mk_json *otherwise);

/* How lists are asked for and given: items, then the cursor of the page that follows. */
typedef struct {
  int64_t before; /* rows with a smaller number; INT64_MAX for the first page */
  int limit;
} mk_page;
/* `cursor` NULL = first page; USAGE when it is none of ours. `limit` 0 = 50. */
bool     mk_page_parse (const char *cursor, int limit, mk_page *page, GError **error);
/* Takes the items; `last_number` is of the last one, 0 when no more follow. */
mk_json *mk_page_print (mk_json *taken_items, int64_t last_number, int64_t total);
/* Names go forwards: their cursor is the place of the next one, plus one. The place that the page begins at, and the page that the one
 * at `next_place` follows; 0 when none does. */
unsigned mk_page_first_place (const mk_page *page);
mk_json *mk_page_print_names (mk_json *taken_items, unsigned next_place, int64_t total);
