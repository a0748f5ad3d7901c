/* cmd_keys.c - `miktos keys`: who may use the bridge from elsewhere. */
#include "base/file.h"
#include "bridge/keys.h"
#include "cli/bridge_options.h"
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

static char *scope_name;
static int days;

static gboolean
take_days (const char *option, const char *value, void *user, GError **error)
{
  (void)option;
  (void)user;
  gint64 number = 0;
  bool is_good = g_ascii_string_to_signed (value, 10, 1, 36500, &number, NULL);
  days = (int)number;
  if (!is_good)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--days takes a whole number from 1 to 36500, not “%s”; without it a key never expires", value);
  return is_good;
}

const GOptionEntry *
mk_cli_keys_options (void)
{
  static const GOptionEntry entries[] = { MK_CLI_DATA_OPTIONS,
                                          { "scope", 0, 0, G_OPTION_ARG_STRING, &scope_name, "read, run (the default) or admin", "SCOPE" },
                                          { "days", 0, 0, G_OPTION_ARG_CALLBACK, (void *)(uintptr_t)take_days, "It expires after so many days", "N" },
                                          { 0 } };
  return entries;
}

static bool
add_key (mk_database *store, const char *name, GError **error)
{
  mk_scope scope;
  int64_t now = g_get_real_time () / 1000;
  if (!mk_scope_parse (scope_name != NULL ? scope_name : "run", &scope, error))
    return false;
  g_autofree char *key = mk_key_create (store, name, scope, days > 0 ? now + (int64_t)days * 86400000 : 0, now, error);
  if (key == NULL)
    return false;
  puts (key);
  fprintf (stderr, "This is the only time that it is shown. Its scope is %s.\n", mk_scope_name (scope));
  return true;
}

/* What stands before the date. */
static const char *
describe_end (const mk_json *key)
{
  if (mk_json_get_string (mk_json_get (key, "expires_at"))[0] == '\0')
    return "never expires";
  return mk_json_get_bool (mk_json_get (key, "is_expired")) ? "expired " : "expires ";
}

static bool
list_keys (mk_database *store, GError **error)
{
  g_autoptr (mk_json) keys = mk_keys_list (store, g_get_real_time () / 1000, error);
  for (size_t i = 0; i < mk_json_length (keys); i++) {
    const mk_json *key = mk_json_at (keys, i);
    printf ("%s  %-6s  %-24s  %s%s\n", mk_json_get_string (mk_json_get (key, "id")), mk_json_get_string (mk_json_get (key, "scope")), mk_json_get_string (mk_json_get (key, "name")), describe_end (key), mk_json_get_string (mk_json_get (key, "expires_at")));
  }
  if (keys != NULL && mk_json_length (keys) == 0)
    puts ("There are no keys: only programs on this machine may use the bridge.");
  return keys != NULL;
}

mk_exit
mk_cli_keys (char **arguments)
{
  GError *error = NULL;
  const char *verb = arguments[0] != NULL ? arguments[0] : "list", *what = arguments[0] != NULL ? arguments[1] : NULL;
  bool is_add = g_str_equal (verb, "add"), is_remove = g_str_equal (verb, "remove"), is_list = g_str_equal (verb, "list");
  if ((!is_add && !is_remove && !is_list) || (!is_list && (what == NULL || arguments[2] != NULL)) || (is_list && what != NULL))
    return mk_cli_fail_usage ("keys takes add NAME, list, or remove ID");
  g_autofree char *folder = mk_cli_data_folder (), *path = g_build_filename (folder, "bridge.db", NULL);
  g_autoptr (mk_database) store = mk_cli_data_check (folder, &error) && mk_folder_make (folder, &error) ? mk_store_open (path, &error) : NULL;
  if (store == NULL)
    return mk_cli_fail (error);
  bool is_good = is_add ? add_key (store, what, &error) : is_remove ? mk_keys_remove (store, what, &error) : list_keys (store, &error);
  return is_good ? MK_EXIT_OK : mk_cli_fail (error);
}
