/* cmd_serve.c - `miktos serve`: the bridge with its own engine, for programs and browsers. */
#include "base/file.h"
#include "base/log.h"
#include "bridge/bridge.h"
#include "cli/commands.h"
#include "version.h"

#include <stdio.h>

static char *host, *data, *api_key, *engine_url;
static int port = 8000;
static gboolean is_verbose;

const GOptionEntry *
mk_cli_serve_options (void)
{
  static const GOptionEntry entries[] = {
    { "host", 0, 0, G_OPTION_ARG_STRING, &host, "Address to listen on (127.0.0.1)", "HOST" },
    { "port", 'p', 0, G_OPTION_ARG_INT, &port, "Port (8000); 0 takes a free one", "N" },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &data, "Folder of projects, tasks and films", "FOLDER" },
    { "api-key", 0, 0, G_OPTION_ARG_STRING, &api_key, "Ask for this key; needed beyond loopback", "KEY" },
    { "engine", 0, 0, G_OPTION_ARG_STRING, &engine_url, "An engine that runs already, instead of our own", "URL" },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &is_verbose, "Say what happens", NULL },
    { 0 } };
  return entries;
}

static void
say_ready (void *user, unsigned used_port)
{
  printf ("miktos serve: http://%s:%u\n", (const char *)user, used_port);
  fflush (stdout);
}

/* The built interface: beside the assets, as installed, or in the build folder that the program is in. */
static char *
find_ui (const char *assets, const char *program)
{
  g_autofree char *room = g_path_get_dirname (program);
  char *const places[] = { g_build_filename (assets, "..", "ui", NULL), g_build_filename (room, "..", "..", "ui", "site", NULL) };
  char *found = NULL;
  for (size_t i = 0; i < MK_COUNT (places); i++) {
    g_autofree char *index = g_build_filename (places[i], "assets", NULL);
    if (found == NULL && g_file_test (index, G_FILE_TEST_IS_DIR))
      found = g_strdup (places[i]);
    g_free (places[i]);
  }
  return found;
}

mk_exit
mk_cli_serve (char **arguments)
{
  GError *error = NULL;
  if (arguments[0] != NULL)
    return mk_cli_fail_usage ("serve takes no arguments; see miktos serve --help");
  if (port < 0 || port > 65535)
    return mk_cli_fail_usage ("--port %d: it goes from 0 to 65535", port);
  const char *assets = mk_cli_assets (&error);
  g_autofree char *own = g_build_filename (g_get_user_data_dir (), "miktos", NULL), *here = g_get_current_dir ();
  g_autofree char *folder = g_canonicalize_filename (data != NULL ? data : own, here);
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL), *ui = assets != NULL && program != NULL ? find_ui (assets, program) : NULL;
  if (assets == NULL || !mk_folder_make (folder, &error))
    return mk_cli_fail (error);
  mk_log_set_level (is_verbose ? MK_LOG_INFO : MK_LOG_WARNING);
  const char *name = host != NULL ? host : "127.0.0.1";
  mk_bridge_config config = { .host = name, .port = (unsigned)port, .data_folder = folder, .assets = assets, .ui_folder = ui, .engine_url = engine_url, .program = program,
                              .api_key = api_key, .version = MK_VERSION, .ready = say_ready, .user = (void *)name };
  return mk_bridge_run (&config, mk_cli_cancel (), &error) ? MK_EXIT_OK : mk_cli_fail (error);
}
