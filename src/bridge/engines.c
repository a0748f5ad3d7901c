#include "bridge/engines.h"

#include <string.h>

void
mk_engine_row_free (mk_engine_row *row)
{
  if (row == NULL)
    return;
  g_free (row->id);
  g_free (row->url);
  g_free (row->key);
  g_free (row);
}

static void
free_row (void *row)
{
  mk_engine_row_free (row);
}

GPtrArray *
mk_engine_rows_list (mk_database *store, GError **error)
{
  mk_statement *row = mk_database_query (store, error, "SELECT id, url, key, is_enabled FROM engines ORDER BY id", "");
  if (row == NULL)
    return NULL;
  GPtrArray *rows = g_ptr_array_new_with_free_func (free_row);
  while (mk_statement_next (row, error)) {
    mk_engine_row *engine = g_new (mk_engine_row, 1);
    *engine = (mk_engine_row){ g_strdup (mk_statement_text (row, 0)), g_strdup (mk_statement_text (row, 1)), g_strdup (mk_statement_text (row, 2)), mk_statement_int (row, 3) != 0 };
    g_ptr_array_add (rows, engine);
  }
  return rows;
}

static bool
check_url (const char *url, GError **error)
{
  const char *rest = g_str_has_prefix (url, "http://") ? url + 7 : g_str_has_prefix (url, "https://") ? url + 8 : NULL;
  bool is_good = rest != NULL && rest[0] != '\0' && rest[0] != '/' && strpbrk (url, " ?#\"<>\\") == NULL && strchr (rest, '@') == NULL;
  return is_good || mk_error (error, MK_ERROR_RANGE, "url: “%s” is no engine's address; it looks like http://192.168.1.20:8188", url);
}

bool
mk_engine_row_add (mk_database *store, const mk_engine_row *row, int64_t now_ms, GError **error)
{
  if (!check_url (row->url, error))
    return false;
  if (g_str_equal (row->id, "own"))
    return mk_error (error, MK_ERROR_EXISTS, "“own” is the engine that Miktos starts itself");
  if (!mk_database_run (store, error, "INSERT OR IGNORE INTO engines (id, url, key, is_enabled, created) VALUES (?, ?, ?, ?, ?)", "sssii", row->id, row->url, row->key, (int64_t)row->is_enabled, now_ms))
    return false;
  return mk_database_n_changed (store) == 1 || mk_error (error, MK_ERROR_EXISTS, "there is an engine %s already", row->id);
}

static bool
was_there (mk_database *store, const char *id, GError **error)
{
  return mk_database_n_changed (store) == 1 || mk_error (error, MK_ERROR_NOT_FOUND, "there is no engine %s", id);
}

bool
mk_engine_row_change (mk_database *store, const mk_engine_row *row, GError **error)
{
  return check_url (row->url, error) && mk_database_run (store, error, "UPDATE engines SET url = ?, key = ?, is_enabled = ? WHERE id = ?", "ssis", row->url, row->key, (int64_t)row->is_enabled, row->id)
         && was_there (store, row->id, error);
}

bool
mk_engine_row_remove (mk_database *store, const char *id, GError **error)
{
  return mk_database_run (store, error, "DELETE FROM engines WHERE id = ?", "s", id) && was_there (store, id, error);
}
