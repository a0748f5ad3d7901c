/* cmd_serve.c - `miktos serve`: the bridge with its own engine, for programs and browsers. */
#include "base/file.h"
#include "base/log.h"
#include "bridge/bridge.h"
#include "cli/bridge_options.h"
#include "cli/commands.h"
#include "version.h"

#include <stdio.h>
#include <unistd.h>

static char *host, *port, *api_key, *engine_url, *cors, *certificate, *key, *level, *ui_folder;
static gboolean is_verbose, is_without_engine;
static int parent;

const GOptionEntry *
mk_cli_serve_options (void)
{
  static const GOptionEntry entries[] = {
    { "host", 0, 0, G_OPTION_ARG_STRING, &host, "Address to listen on (127.0.0.1)", "HOST" },
    { "port", 'p', 0, G_OPTION_ARG_STRING, &port, "Port (8000); 0 takes a free one", "N" },
    MK_CLI_DATA_OPTIONS,
    { "api-key", 0, 0, G_OPTION_ARG_STRING, &api_key, "A key that may do everything, beside those of miktos keys", "KEY" },
    { "engine", 0, 0, G_OPTION_ARG_STRING, &engine_url, "An engine that runs already, instead of our own", "URL" },
    { "no-engine", 0, 0, G_OPTION_ARG_NONE, &is_without_engine, "Start none; use those that were added", NULL },
    { "cors-origin", 0, 0, G_OPTION_ARG_STRING, &cors, "Pages of these origins may call (with commas; * lets all)", "ORIGINS" },
    { "tls-certificate", 0, 0, G_OPTION_ARG_FILENAME, &certificate, "PEM certificate, for HTTPS", "FILE" },
    { "tls-key", 0, 0, G_OPTION_ARG_FILENAME, &key, "PEM key", "FILE" },
    { "ui", 0, 0, G_OPTION_ARG_FILENAME, &ui_folder, "The built interface", "FOLDER" },
    { "log-level", 0, 0, G_OPTION_ARG_STRING, &level, "error, warning, info or debug", "LEVEL" },
    { "parent", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &parent, "End when this process, which started us, is gone", "PID" },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &is_verbose, "As --log-level debug", NULL },
    { 0 } };
  return entries;
}

static void
say_ready (void *user, const char *url)
{
  (void)user;
  printf ("miktos serve: %s\n", url);
  fflush (stdout);
}

/* The built interface: beside the assets, as installed, or in the build folder that the program is in. */
static char *
find_ui (const char *assets, const char *program)
{
  if (ui_folder != NULL)
    return g_strdup (ui_folder);
  g_autofree char *room = g_path_get_dirname (program);
  g_autofree char *installed = g_build_filename (assets, "..", "ui", "site", NULL), *built = g_build_filename (room, "..", "..", "ui", "site", NULL);
  const char *const places[] = { installed, built };
  for (size_t i = 0; i < MK_COUNT (places); i++) {
    g_autofree char *proof = g_build_filename (places[i], "assets", NULL);
    if (g_file_test (proof, G_FILE_TEST_IS_DIR))
      return g_strdup (places[i]);
  }
  return NULL;
}

static bool
take_flags (mk_config *settings, GError **error)
{
  return mk_config_set_flag (settings, "server.host", host, error) && mk_config_set_flag (settings, "server.port", port, error) && mk_config_set_flag (settings, "server.cors_origin", cors, error)
         && mk_config_set_flag (settings, "server.tls_certificate", certificate, error) && mk_config_set_flag (settings, "server.tls_key", key, error)
         && mk_config_set_flag (settings, "log.level", is_verbose ? "debug" : level, error) && mk_config_set_flag (settings, "engine.own", is_without_engine ? "false" : NULL, error);
}

static void
set_log (const mk_config *settings)
{
  const char *form = mk_config_get (settings, "log.form");
  for (mk_log_level l = MK_LOG_ERROR; l <= MK_LOG_DEBUG; l++)
    if (g_strcmp0 (mk_config_get (settings, "log.level"), mk_log_level_name (l)) == 0)
      mk_log_set_level (l);
  mk_log_set_json (g_strcmp0 (form, "json") == 0 || (g_strcmp0 (form, "auto") == 0 && !isatty (STDERR_FILENO)));
}

/* Who started us has words of its own for each kind of failure. */
static mk_exit
fail (GError *error)
{
  if (parent > 0)
    fprintf (stderr, "miktos failed: %s\n", mk_error_name (error));
  return mk_cli_fail (error);
}

mk_exit
mk_cli_serve (char **arguments)
{
  GError *error = NULL;
  if (arguments[0] != NULL)
    return mk_cli_fail_usage ("serve takes no arguments; see miktos serve --help");
  if (!mk_cli_follow_parent (parent))
    return MK_EXIT_OK;
  const char *assets = mk_cli_assets (&error);
  g_autofree char *folder = mk_cli_data_folder (), *program = g_file_read_link ("/proc/self/exe", NULL), *ui = assets != NULL && program != NULL ? find_ui (assets, program) : NULL;
  g_autoptr (mk_config) settings = assets != NULL ? mk_cli_settings (&error) : NULL;
  if (assets != NULL && (settings == NULL || !take_flags (settings, &error))) { /* stays wrong until somebody mends it: systemd does not try again at this status */
    GError *usage = g_error_new_literal (MK_ERROR, MK_ERROR_USAGE, error->message);
    g_error_free (error);
    return fail (usage);
  }
  if (assets == NULL || !mk_cli_data_check (folder, &error) || !mk_folder_make (folder, &error))
    return fail (error);
  set_log (settings);
  mk_bridge_config config = { .settings = settings, .data_folder = folder, .assets = assets, .ui_folder = ui, .engine_url = engine_url, .program = program, .api_key = api_key, .version = MK_VERSION, .ready = say_ready };
  return mk_bridge_run (&config, mk_cli_cancel (), &error) ? MK_EXIT_OK : fail (error);
}
