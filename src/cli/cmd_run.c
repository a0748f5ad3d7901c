#include "cli/commands.h"
#include "cli/workshop.h"
#include "graph/workflow.h"
#include "media/metadata.h"

#include <stdio.h>

static char *out;
static int64_t seed;
static gboolean as_json;

const GOptionEntry *
mk_cli_run_options (void)
{
  static const GOptionEntry entries[] = {
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &out, "Folder for the files (output)", "FOLDER" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, "Chooses among {a|b|c} in texts of a file that the editor saved (0)", "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "One JSON object on standard output", NULL },
    { 0 } };
  return entries;
}

void
mk_cli_print_files (const mk_json *files)
{
  for (size_t i = 0; i < mk_json_length (files); i++)
    printf ("%s\n", mk_json_get_string (mk_json_get (mk_json_at (files, i), "path")));
}

/* A workflow file, or what a workflow made: pictures, films and scenes carry it. */
static bool
read_document (const char *path, mk_json **document, GError **error)
{
  GError *failure = NULL;
  *document = mk_metadata_read (path, &failure);
  if (failure != NULL) {
    g_propagate_error (error, failure);
    return false;
  }
  return *document != NULL || mk_json_parse_file (path, NULL, document, error);
}

static bool
read_prompt (const mk_workshop *workshop, const char *path, const mk_json *document, mk_json **prompt, GError **error)
{
  mk_workflow_moment now = { g_get_real_time () / G_USEC_PER_SEC, (uint64_t)seed };
  if (mk_workflow_to_prompt (mk_workshop_registry (workshop), mk_workshop_folders (workshop), document, &now, prompt, error))
    return true;
  g_prefix_error (error, "%s: ", path);
  return false;
}

mk_exit
mk_cli_run (char **arguments)
{
  mk_cli_expect_short_life ();
  GError *error = NULL;
  g_autoptr (mk_json) document = NULL, prompt = NULL, files = NULL;
  if (arguments[0] == NULL || arguments[1] != NULL)
    return mk_cli_fail_usage ("run takes one workflow file; see miktos run --help");
  if (!read_document (arguments[0], &document, &error))
    return as_json ? mk_cli_fail_json (error) : mk_cli_fail (error);
  g_autoptr (mk_workshop) workshop = mk_workshop_new (NULL, out != NULL ? out : "output", as_json, &error);
  if (workshop == NULL || !read_prompt (workshop, arguments[0], document, &prompt, &error) ||
      !mk_workshop_run (workshop, prompt, NULL, &files, &error))
    return as_json ? mk_cli_fail_json (error) : mk_cli_fail (error);
  if (!as_json) {
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
