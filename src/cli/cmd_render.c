/* cmd_render.c - a 3D file or a list of scene commands becomes a film. */
#include "cli/commands.h"
#include "cli/film_options.h"
#include "cli/workshop.h"
#include "language/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A list that puts the file into a studio. */
static mk_json *
commands_of_model (const char *name)
{
  mk_json *commands = mk_json_new_array (), *sky = mk_json_new_object (), *model = mk_json_new_object ();
  mk_json_set (sky, "op", mk_json_new_string ("sky"));
  mk_json_set (sky, "kind", mk_json_new_string ("studio"));
  mk_json_append (commands, sky);
  mk_json_set (model, "op", mk_json_new_string ("import"));
  mk_json_set (model, "id", mk_json_new_string ("model-1"));
  mk_json_set (model, "file", mk_json_new_string (name));
  mk_json_append (commands, model);
  return commands;
}

static mk_json *
read_commands (const char *path, GError **error)
{
  mk_json *commands = NULL;
  const char *assets = mk_cli_assets (error);
  g_autoptr (mk_command_schema) schema = assets != NULL ? mk_command_schema_new (assets, error) : NULL;
  if (schema == NULL || !mk_json_parse_file (path, NULL, &commands, error))
    return NULL;
  if (mk_commands_check (schema, commands, error))
    return commands;
  g_prefix_error (error, "%s: ", path);
  mk_json_unref (commands);
  return NULL;
}

static bool
render (const char *path, mk_plan_options *plan, mk_json **files, GError **error)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return mk_error (error, MK_ERROR_FORMAT, "%s is a folder; render takes a file", path);
  if (access (path, R_OK) != 0)
    return mk_error (error, MK_ERROR_NOT_FOUND, "%s: %s", path, g_strerror (errno));
  g_autofree char *folder = g_path_get_dirname (path), *name = g_path_get_basename (path), *stem = g_strdup (name);
  char *dot = strrchr (stem, '.');
  bool is_list = g_str_has_suffix (name, ".json");
  if (dot != NULL && dot != stem)
    *dot = '\0';
  plan->prefix = stem;
  if (plan->outputs == 0 && !is_list)
    plan->outputs = plan->is_still ? MK_PLAN_POSTER : MK_PLAN_FILM | MK_PLAN_POSTER;
  g_autoptr (mk_json) commands = is_list ? read_commands (path, error) : commands_of_model (name);
  if (commands == NULL)
    return false;
  g_autoptr (mk_json) workflow = mk_commands_plan (commands, plan), extra = mk_json_new_object ();
  mk_json_set (extra, "commands", mk_json_copy (commands));
  g_autoptr (mk_workshop) workshop = mk_workshop_new (folder, mk_cli_film_out (), mk_cli_film_as_json (), error);
  return workshop != NULL && mk_workshop_run (workshop, workflow, extra, files, error);
}

mk_exit
mk_cli_render (char **arguments)
{
  mk_cli_expect_short_life ();
  GError *error = NULL;
  mk_plan_options plan;
  g_autoptr (mk_json) files = NULL;
  if (arguments[0] == NULL || arguments[1] != NULL)
    return mk_cli_fail_usage ("render takes one file: a 3D model, or scene commands as .json");
  if (!mk_cli_film_plan (&plan, &error) || !render (arguments[0], &plan, &files, &error))
    return mk_cli_film_as_json () ? mk_cli_fail_json (error) : mk_cli_fail (error);
  if (!mk_cli_film_as_json ()) {
    mk_cli_print_files (files);
    return MK_EXIT_OK;
  }
  g_autoptr (mk_json) answer = mk_json_new_object ();
  mk_json_set (answer, "status", mk_json_new_string ("success"));
  mk_json_set (answer, "files", mk_json_ref (files));
  g_autofree char *text = mk_json_print_pretty (answer);
  puts (text);
  return MK_EXIT_OK;
}
