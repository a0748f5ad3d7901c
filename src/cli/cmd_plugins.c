/* cmd_plugins.c - `miktos plugins`: what custom nodes there are, and what they may do. */
#include "base/file.h"
#include "cli/commands.h"
#include "cli/workshop.h"
#include "nodes/nodes.h"
#include "packs/packs.h"

#include <stdio.h>

static char *base, *user_folder, *python;
static gboolean as_json;

const GOptionEntry *
mk_cli_plugins_options (void)
{
  static const GOptionEntry entries[] = {
    { "base-directory", 0, 0, G_OPTION_ARG_FILENAME, &base, "The engine's, with custom_nodes in it", "FOLDER" },
    { "user-directory", 0, 0, G_OPTION_ARG_FILENAME, &user_folder, "Where rights are kept", "FOLDER" },
    { "python", 0, 0, G_OPTION_ARG_FILENAME, &python, "Python for packs without an environment of their own (python3)", "FILE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "One JSON array on standard output", NULL },
    { 0 } };
  return entries;
}

static char *
join (const mk_json *words)
{
  GString *text = g_string_new (NULL);
  for (size_t i = 0; i < mk_json_length (words); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", mk_json_get_string (mk_json_at (words, i)));
  return g_string_free (text, FALSE);
}

static void
print_pack (const mk_json *pack)
{
  g_autofree char *asked = join (mk_json_get (pack, "permissions")), *granted = join (mk_json_get (pack, "granted"));
  const char *name = mk_json_get_string (mk_json_get (pack, "name")), *trouble = mk_json_get_string (mk_json_get (pack, "trouble"));
  printf ("%-24s %-7s %-8s %zu nodes\n", name, mk_json_get_string (mk_json_get (pack, "kind")), mk_json_get_string (mk_json_get (pack, "state")),
          mk_json_length (mk_json_get (pack, "nodes")));
  if (trouble[0] != '\0')
    printf ("  %s\n", trouble);
  if (asked[0] != '\0')
    printf ("  asks for: %s; granted: %s\n", asked, granted[0] != '\0' ? granted : "nothing");
}

static void
quit (void *user)
{
  mk_loop_quit (user);
}

/* Every pack is started once, as the engine would. */
static mk_exit
list (const char *user, GError **error)
{
  g_autofree char *custom_nodes = mk_cli_engine_folder (base, NULL, "custom_nodes");
  g_autoptr (mk_folders) folders = g_new0 (mk_folders, 1);
  folders->assets = g_strdup (mk_cli_assets (error));
  g_autoptr (mk_registry) registry = folders->assets != NULL ? mk_cli_registry_new (error) : NULL;
  g_autoptr (mk_loop) loop = registry != NULL ? mk_loop_new (error) : NULL;
  if (loop == NULL)
    return MK_EXIT_FAILED;
  folders->input = mk_cli_engine_folder (base, NULL, "input");
  folders->output = mk_cli_engine_folder (base, NULL, "output");
  folders->temp = mk_cli_engine_folder (base, NULL, "temp");
  folders->models = mk_cli_engine_folder (base, NULL, "models");
  if (!mk_folder_make (folders->input, error) || !mk_folder_make (folders->output, error) || !mk_folder_make (folders->temp, error))
    return MK_EXIT_FAILED;
  g_autofree char *host = mk_cli_pack_host (folders->assets);
  const char *const places[] = { custom_nodes, NULL };
  mk_packs_config config = { .loop = loop, .registry = registry, .folders = folders, .places = places, .user_folder = user, .host_script = host, .python = python,
                             .value_types = mk_all_value_types };
  g_autoptr (mk_packs) packs = mk_packs_new (&config);
  mk_packs_when_ready (packs, quit, loop);
  mk_loop_run (loop, mk_cli_cancel ());
  g_autoptr (mk_json) all = mk_packs_list (packs);
  g_autofree char *text = mk_json_print_pretty (all);
  if (as_json)
    puts (text);
  for (size_t i = 0; i < mk_json_length (all) && !as_json; i++)
    print_pack (mk_json_at (all, i));
  if (mk_json_length (all) == 0 && !as_json)
    printf ("There are no custom nodes in %s.\n", custom_nodes);
  return MK_EXIT_OK;
}

mk_exit
mk_cli_plugins (char **arguments)
{
  GError *error = NULL;
  g_autofree char *user = mk_cli_engine_folder (base, user_folder, "user");
  bool is_grant = arguments[0] != NULL && g_str_equal (arguments[0], "grant"), is_revoke = arguments[0] != NULL && g_str_equal (arguments[0], "revoke");
  if (arguments[0] == NULL) {
    mk_exit code = list (user, &error);
    return error != NULL ? mk_cli_fail (error) : code;
  }
  if ((!is_grant && !is_revoke) || arguments[1] == NULL || arguments[2] == NULL || arguments[3] != NULL)
    return mk_cli_fail_usage ("plugins takes nothing, or grant NAME PERMISSION, or revoke NAME PERMISSION");
  if (!g_str_equal (arguments[2], "network") && !g_str_equal (arguments[2], "unsandboxed"))
    return mk_cli_fail_usage ("a permission is network or unsandboxed");
  if (!mk_pack_grants_change (user, arguments[1], arguments[2], is_grant, &error))
    return mk_cli_fail (error);
  printf ("%s %s %s; a running engine takes it over when it is started again\n", arguments[1], is_grant ? "may have" : "no longer has", arguments[2]);
  return MK_EXIT_OK;
}
