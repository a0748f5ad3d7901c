#include "bridge/keys.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#define N_SECRET_BYTES 32

static const char *const scope_names[] = { "read", "run", "admin" };

bool
mk_scope_parse (const char *name, mk_scope *scope, GError **error)
{
  for (size_t i = 0; i < MK_COUNT (scope_names); i++)
    if (g_str_equal (scope_names[i], name)) {
      *scope = (mk_scope)i;
      return true;
    }
  return mk_error (error, MK_ERROR_RANGE, "“%s” is no scope; it is read, run or admin", name);
}

const char *
mk_scope_name (mk_scope scope)
{
  return scope_names[scope];
}

static char *
sum_of (const char *key)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);
}

char *
mk_key_create (mk_database *store, const char *name, mk_scope scope, int64_t expires_ms, int64_t now_ms, GError **error)
{
  unsigned char secret[N_SECRET_BYTES];
  if (name[0] == '\0' || strlen (name) > 79 || !g_utf8_validate (name, -1, NULL)) {
    mk_error (error, MK_ERROR_RANGE, "a key's name has 1 to 79 bytes");
    return NULL;
  }
  if (getrandom (secret, sizeof secret, 0) != (ssize_t)sizeof secret) {
    mk_error (error, MK_ERROR_FAILED, "the system gives no random bytes: %s", g_strerror (errno));
    return NULL;
  }
  g_autofree char *coded = g_base64_encode (secret, sizeof secret), *id = g_uuid_string_random ();
  g_strdelimit (coded, "+", '-');
  g_strdelimit (coded, "/", '_');
  *strchrnul (coded, '=') = '\0';
  g_autofree char *key = g_strconcat ("mk_", coded, NULL), *sum = sum_of (key);
  if (!mk_database_run (store, error, "INSERT INTO keys (id, name, hash, scope, created, expires) VALUES (?, ?, ?, ?, ?, ?)", "ssssii", id, name, sum, scope_names[scope], now_ms, expires_ms))
    return NULL;
  return g_steal_pointer (&key);
}

static bool
has_expired (int64_t expires_ms, int64_t now_ms)
{
  return expires_ms > 0 && expires_ms <= now_ms;
}

mk_json *
mk_keys_list (mk_database *store, int64_t now_ms, GError **error)
{
  mk_statement *row = mk_database_query (store, error, "SELECT id, name, scope, created, expires FROM keys ORDER BY created, id", "");
  if (row == NULL)
    return NULL;
  mk_json *keys = mk_json_new_array ();
  while (mk_statement_next (row, error)) {
    mk_json *key = mk_json_new_object ();
    mk_json_set (key, "id", mk_json_new_string (mk_statement_text (row, 0)));
    mk_json_set (key, "name", mk_json_new_string (mk_statement_text (row, 1)));
    mk_json_set (key, "scope", mk_json_new_string (mk_statement_text (row, 2)));
    mk_json_set (key, "created_at", mk_json_new_time (mk_statement_int (row, 3)));
    mk_json_set (key, "expires_at", mk_json_new_time (mk_statement_int (row, 4)));
    mk_json_set (key, "is_expired", mk_json_new_bool (has_expired (mk_statement_int (row, 4), now_ms)));
    mk_json_append (keys, key);
  }
  return keys;
}

bool
mk_keys_remove (mk_database *store, const char *id, GError **error)
{
  return mk_database_run (store, error, "DELETE FROM keys WHERE id = ?", "s", id) && (mk_database_n_changed (store) == 1 || mk_error (error, MK_ERROR_NOT_FOUND, "there is no key %s", id));
}

bool
mk_keys_look (mk_database *store, bool *are_there, GError **error)
{
  GError *failure = NULL;
  mk_statement *row = mk_database_query (store, error, "SELECT 1 FROM keys LIMIT 1", "");
  if (row == NULL)
    return false;
  bool is_there = mk_statement_next (row, &failure);
  mk_statement_end (row);
  if (failure != NULL) {
    g_propagate_error (error, failure);
    return false;
  }
  *are_there = is_there;
  return true;
}

bool
mk_keys_find (mk_database *store, const char *key, int64_t now_ms, mk_key_holder *holder, GError **error)
{
  g_autofree char *sum = sum_of (key);
  mk_statement *row = mk_database_query (store, error, "SELECT id, name, scope, expires FROM keys WHERE hash = ?", "s", sum);
  if (row == NULL)
    return false;
  GError *failure = NULL;
  if (!mk_statement_next (row, &failure)) {
    if (failure == NULL)
      return mk_error (error, MK_ERROR_UNAUTHORIZED, "this key is not known; miktos keys list shows those that are");
    g_propagate_error (error, failure);
    return false;
  }
  int64_t expires = mk_statement_int (row, 3);
  holder->is_stored = true;
  g_strlcpy (holder->id, mk_statement_text (row, 0), sizeof holder->id);
  g_strlcpy (holder->name, mk_statement_text (row, 1), sizeof holder->name);
  bool is_good = mk_scope_parse (mk_statement_text (row, 2), &holder->scope, error);
  mk_statement_end (row);
  if (!is_good || !has_expired (expires, now_ms))
    return is_good;
  char when[MK_TIME_LENGTH];
  mk_time_print (expires, when);
  return mk_error (error, MK_ERROR_UNAUTHORIZED, "the key “%s” expired at %s; make another with miktos keys add", holder->name, when);
}

bool
mk_key_stands (mk_database *store, const char *id, int64_t now_ms)
{
  g_autoptr (GError) failure = NULL;
  mk_statement *row = mk_database_query (store, &failure, "SELECT expires FROM keys WHERE id = ?", "s", id);
  if (row == NULL)
    return true;
  bool is_there = mk_statement_next (row, &failure);
  bool stands = failure != NULL || (is_there && !has_expired (mk_statement_int (row, 0), now_ms));
  mk_statement_end (row);
  return stands;
}
