#include "bridge/store.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_LIMIT 50

static const char *const migrations[] = {
  /* 1 */
  "CREATE TABLE tasks (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, state TEXT NOT NULL,"
  " title TEXT NOT NULL, project TEXT, engine TEXT, attempt INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL, started INTEGER NOT NULL DEFAULT 0,"
  " finished INTEGER NOT NULL DEFAULT 0, request TEXT NOT NULL, understanding TEXT, outputs TEXT, error TEXT);"
  "CREATE INDEX tasks_by_state ON tasks (state, number);"
  "CREATE INDEX tasks_by_project ON tasks (project, number);"
  "CREATE TABLE events (number INTEGER PRIMARY KEY AUTOINCREMENT, task TEXT NOT NULL, time INTEGER NOT NULL, type TEXT NOT NULL, data TEXT NOT NULL);"
  "CREATE INDEX events_by_task ON events (task, number);"
  "CREATE TABLE counts (name TEXT PRIMARY KEY, n INTEGER NOT NULL);"
  "INSERT INTO counts VALUES ('queued', 0), ('running', 0), ('done', 0), ('failed', 0), ('cancelled', 0);"
  "CREATE TRIGGER count_new AFTER INSERT ON tasks BEGIN UPDATE counts SET n = n + 1 WHERE name = NEW.state; END;"
  "CREATE TRIGGER count_old AFTER DELETE ON tasks BEGIN UPDATE counts SET n = n - 1 WHERE name = OLD.state; END;"
  "CREATE TRIGGER count_change AFTER UPDATE OF state ON tasks BEGIN UPDATE counts SET n = n - 1 WHERE name = OLD.state;"
  " UPDATE counts SET n = n + 1 WHERE name = NEW.state; END;"
  "CREATE TABLE answers (key TEXT PRIMARY KEY, request TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL, time INTEGER NOT NULL);"
  "CREATE TABLE projects (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, head INTEGER NOT NULL,"
  " redo TEXT NOT NULL DEFAULT '[]', created INTEGER NOT NULL, updated INTEGER NOT NULL);"
  "CREATE TABLE changes (project TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE, version INTEGER NOT NULL, parent INTEGER,"
  " time INTEGER NOT NULL, who TEXT NOT NULL, sentence TEXT, added TEXT NOT NULL, commands TEXT NOT NULL, PRIMARY KEY (project, version)) WITHOUT ROWID;"
  "CREATE TABLE workflows (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, created INTEGER NOT NULL);"
  "CREATE TABLE workflow_versions (workflow TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE, version INTEGER NOT NULL, time INTEGER NOT NULL,"
  " name TEXT NOT NULL, description TEXT NOT NULL, inputs TEXT NOT NULL, graph TEXT NOT NULL, PRIMARY KEY (workflow, version)) WITHOUT ROWID;"
  "CREATE TABLE keys (id TEXT PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, scope TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL);",
  /* 2 */
  "ALTER TABLE tasks ADD COLUMN owner TEXT NOT NULL DEFAULT '';"
  "ALTER TABLE tasks ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE tasks ADD COLUMN deadline INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE tasks ADD COLUMN not_before INTEGER NOT NULL DEFAULT 0;"
  "CREATE INDEX tasks_by_turn ON tasks (owner, priority DESC, number) WHERE state = 'queued';"
  "CREATE INDEX tasks_of_models ON tasks (number) WHERE state = 'queued' AND kind IN ('install', 'verify');"
  "CREATE INDEX tasks_with_deadline ON tasks (deadline) WHERE deadline > 0 AND state IN ('queued', 'leased', 'running');"
  "CREATE TABLE owners (owner TEXT PRIMARY KEY, last INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
  "INSERT INTO owners VALUES ('', 0);"
  "INSERT INTO counts VALUES ('leased', 0);"
  "CREATE TABLE outputs (number INTEGER PRIMARY KEY AUTOINCREMENT, task TEXT NOT NULL, file TEXT NOT NULL, kind TEXT NOT NULL, created INTEGER NOT NULL,"
  " title TEXT NOT NULL, project TEXT, description TEXT NOT NULL, UNIQUE (task, file));"
  "CREATE INDEX outputs_by_kind ON outputs (kind, number);"
  "CREATE INDEX outputs_by_project ON outputs (project, number);"
  "INSERT INTO outputs (task, file, kind, created, title, project, description)"
  " SELECT t.id, json_extract (o.value, '$.file'), json_extract (o.value, '$.kind'), t.finished, t.title, t.project, o.value FROM tasks t, json_each (t.outputs) o"
  " WHERE t.outputs IS NOT NULL GROUP BY t.id, json_extract (o.value, '$.file') ORDER BY t.number;"
  "CREATE TABLE engines (id TEXT PRIMARY KEY, url TEXT NOT NULL, key TEXT, is_enabled INTEGER NOT NULL DEFAULT 1, created INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE sums (path TEXT PRIMARY KEY, bytes INTEGER NOT NULL, modified INTEGER NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID;",
  /* 3: what the bridge notes of a return or a branch was an English sentence */
  "ALTER TABLE changes ADD COLUMN note TEXT;"
  "UPDATE changes SET note = json_object ('code', 'restored', 'version', CAST (substr (sentence, 17) AS INTEGER)), sentence = NULL"
  " WHERE added = '[]' AND sentence GLOB 'back to version [0-9]*' AND sentence NOT GLOB 'back to version *[^0-9]*';"
  "UPDATE changes SET note = json_object ('code', 'branched', 'name', substr (sentence, 15)), sentence = NULL WHERE version = 0 AND sentence GLOB 'branched from *';",
  /* 4: what the bridge is called by engines that it shares with others. */
  "CREATE TABLE self (name TEXT PRIMARY KEY) WITHOUT ROWID;"
  "INSERT INTO self VALUES (lower (hex (randomblob (16))));",
  NULL
};

/* Its owner's alone: it holds the keys of engines. */
static void
create (const char *path)
{
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd >= 0)
    close (fd);
}

mk_database *
mk_store_open (const char *path, GError **error)
{
  if (!g_str_equal (path, ":memory:"))
    create (path);
  return mk_database_open (path, migrations, error);
}

char *
mk_store_name (mk_database *store)
{
  mk_statement *row = mk_database_query (store, NULL, "SELECT name FROM self", "");
  char *name = row != NULL && mk_statement_next (row, NULL) ? g_strdup (mk_statement_text (row, 0)) : g_uuid_string_random ();
  if (row != NULL)
    mk_statement_end (row);
  return name;
}

void
mk_time_print (int64_t ms, char text[MK_TIME_LENGTH])
{
  time_t seconds = (time_t)(ms / 1000);
  struct tm utc;
  size_t length = strftime (text, MK_TIME_LENGTH, "%Y-%m-%dT%H:%M:%S", gmtime_r (&seconds, &utc));
  g_snprintf (text + length, MK_TIME_LENGTH - length, ".%03dZ", (int)(ms % 1000));
}

mk_json *
mk_json_new_time (int64_t ms)
{
  char text[MK_TIME_LENGTH];
  if (ms == 0)
    return NULL;
  mk_time_print (ms, text);
  return mk_json_new_string (text);
}

mk_json *
mk_json_of_column (const char *text, mk_json *otherwise)
{
  mk_json *value = NULL;
  if (text == NULL || !mk_json_parse (text, -1, NULL, &value, NULL))
    return otherwise;
  mk_json_unref (otherwise);
  return value;
}

bool
mk_page_parse (const char *cursor, int limit, mk_page *page, GError **error)
{
  page->limit = limit > 0 ? limit : DEFAULT_LIMIT;
  page->before = INT64_MAX;
  if (cursor == NULL || cursor[0] == '\0')
    return true;
  gint64 number;
  if (!g_ascii_string_to_signed (cursor, 10, 1, INT64_MAX, &number, NULL))
    return mk_error (error, MK_ERROR_USAGE, "cursor “%s” is none that a list gave", cursor);
  page->before = number;
  return true;
}

mk_json *
mk_page_print (mk_json *taken_items, int64_t last_number, int64_t total)
{
  mk_json *page = mk_json_new_object ();
  g_autofree char *cursor = last_number > 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, last_number) : NULL;
  mk_json_set (page, "items", taken_items);
  mk_json_set (page, "next_cursor", mk_json_new_string (cursor));
  mk_json_set (page, "total", mk_json_new_int (total));
  return page;
}

unsigned
mk_page_first_place (const mk_page *page)
{
  return page->before == INT64_MAX ? 0 : (unsigned)MIN (page->before - 1, INT_MAX);
}

mk_json *
mk_page_print_names (mk_json *taken_items, unsigned next_place, int64_t total)
{
  return mk_page_print (taken_items, next_place > 0 ? (int64_t)next_place + 1 : 0, total);
}
