/* cmd_engine.c - `miktos engine`: ComfyUI's own option names, with its meanings. */
#include "base/file.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/workshop.h"
#include "graph/model_paths.h"
#include "nodes/nodes.h"
#include "server/server.h"

#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

static char *model_paths, *listen_on, *base, *input, *output, *temp_folder, *user_folder, *front_end, *cors, *certificate, *key, *api_key, *preview_method, *verbose, *python;
static int port = 8188, parent;
static double max_upload_mb = 100, cache_gb, cache_free_gb, cache_disk_gb = 4;
static int cache_entries;
static gboolean is_multi_user, is_insecure, on_cpu, is_classic, is_without_cache, omits_metadata, is_without_packs;

const GOptionEntry *
mk_cli_engine_options (void)
{
  static const GOptionEntry entries[] = {
    { "listen", 0, 0, G_OPTION_ARG_STRING, &listen_on, "Addresses to listen on (127.0.0.1)", "HOST" },
    { "port", 0, 0, G_OPTION_ARG_INT, &port, "Port (8188); 0 takes a free one", "N" },
    { "base-directory", 0, 0, G_OPTION_ARG_FILENAME, &base, "Folder of input, output, temp, user and models", "FOLDER" },
    { "input-directory", 0, 0, G_OPTION_ARG_FILENAME, &input, "Files to load", "FOLDER" },
    { "output-directory", 0, 0, G_OPTION_ARG_FILENAME, &output, "Files that are made", "FOLDER" },
    { "temp-directory", 0, 0, G_OPTION_ARG_FILENAME, &temp_folder, "Previews", "FOLDER" },
    { "user-directory", 0, 0, G_OPTION_ARG_FILENAME, &user_folder, "Settings, workflows and the queue", "FOLDER" },
    { "extra-model-paths-config", 0, 0, G_OPTION_ARG_FILENAME, &model_paths, "A YAML file with more folders of models, as ComfyUI reads it", "FILE" },
    { "front-end-root", 0, 0, G_OPTION_ARG_FILENAME, &front_end, "A built frontend to serve", "FOLDER" },
    { "enable-cors-header", 0, 0, G_OPTION_ARG_STRING, &cors, "Let pages of this origin call (* for all)", "ORIGIN" },
    { "tls-certfile", 0, 0, G_OPTION_ARG_FILENAME, &certificate, "PEM certificate", "FILE" },
    { "tls-keyfile", 0, 0, G_OPTION_ARG_FILENAME, &key, "PEM key", "FILE" },
    { "max-upload-size", 0, 0, G_OPTION_ARG_DOUBLE, &max_upload_mb, "Largest upload in MB (100)", "MB" },
    { "cache-size", 0, 0, G_OPTION_ARG_DOUBLE, &cache_gb, "Results kept in memory, in GB (a quarter of it)", "GB" },
    { "cache-classic", 0, 0, G_OPTION_ARG_NONE, &is_classic, "Keep what the last prompt used", NULL },
    { "cache-lru", 0, 0, G_OPTION_ARG_INT, &cache_entries, "Keep results of so many nodes", "N" },
    { "cache-ram", 0, 0, G_OPTION_ARG_DOUBLE, &cache_free_gb, "Keep results while so many GB of memory are free", "GB" },
    { "cache-none", 0, 0, G_OPTION_ARG_NONE, &is_without_cache, "Keep nothing", NULL },
    { "cache-disk", 0, 0, G_OPTION_ARG_DOUBLE, &cache_disk_gb, "Results kept on disk, in GB (4); 0 keeps none there", "GB" },
    { "preview-method", 0, 0, G_OPTION_ARG_STRING, &preview_method, "none or auto", "NAME" },
    { "disable-metadata", 0, 0, G_OPTION_ARG_NONE, &omits_metadata, "Files carry nothing of how they were made", NULL },
    { "multi-user", 0, 0, G_OPTION_ARG_NONE, &is_multi_user, "A folder of settings per user", NULL },
    { "disable-all-custom-nodes", 0, 0, G_OPTION_ARG_NONE, &is_without_packs, "Leave custom_nodes alone", NULL },
    { "python", 0, 0, G_OPTION_ARG_FILENAME, &python, "Python for packs without an environment of their own (python3)", "FILE" },
    { "api-key", 0, 0, G_OPTION_ARG_STRING, &api_key, "Ask for this key; needed beyond loopback", "KEY" },
    { "insecure", 0, 0, G_OPTION_ARG_NONE, &is_insecure, "Listen beyond loopback without a key", NULL },
    { "verbose", 0, 0, G_OPTION_ARG_STRING, &verbose, "error, warning, info or debug", "LEVEL" },
    { "parent", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &parent, "End when this process, which started us, is gone", "PID" },
    { "cpu", 0, 0, G_OPTION_ARG_NONE, &on_cpu, "Accepted: there is nothing else", NULL },
    { 0 } };
  return entries;
}

static char *
folder_of (const char *given, const char *name)
{
  return mk_cli_engine_folder (base, given, name);
}

static bool
make_folders (mk_folders *folders, char **user, GError **error)
{
  folders->assets = g_strdup (mk_cli_assets (error));
  folders->input = folder_of (input, "input");
  folders->output = folder_of (output, "output");
  /* As ComfyUI does: a folder of its own below the given one, since it is emptied at start and stop. */
  g_autofree char *own_temp = temp_folder != NULL ? g_build_filename (temp_folder, "temp", NULL) : NULL;
  folders->temp = folder_of (own_temp, "temp");
  folders->models = folder_of (NULL, "models");
  *user = folder_of (user_folder, "user");
  return folders->assets != NULL && mk_folder_make (folders->input, error) && mk_folder_make (folders->output, error) && mk_folder_make (folders->temp, error)
         && mk_folder_make (folders->models, error) && mk_folder_make (*user, error);
}

static bool
set_log_level (GError **error)
{
  static const char *const names[] = { "error", "warning", "info", "debug" };
  mk_log_set_level (MK_LOG_INFO); /* as ComfyUI: what comes and goes is said */
  for (size_t i = 0; verbose != NULL && i < MK_COUNT (names); i++)
    if (g_ascii_strcasecmp (names[i], verbose) == 0) {
      mk_log_set_level ((mk_log_level)i);
      return true;
    }
  return verbose == NULL || mk_error (error, MK_ERROR_USAGE, "--verbose %s: it is error, warning, info or debug", verbose);
}

static void
set_caches (mk_server_config *config, const char *folder)
{
  config->cache = is_without_cache ? MK_SERVER_CACHE_NONE : is_classic ? MK_SERVER_CACHE_CLASSIC : MK_SERVER_CACHE_BOUNDED;
  config->cache_bytes = (size_t)(CLAMP (cache_gb, 0, 1e6) * 1e9);
  config->cache_entries = (size_t)MAX (cache_entries, 0);
  config->cache_free_bytes = (size_t)(CLAMP (cache_free_gb, 0, 1e6) * 1e9);
  config->cache_folder_bytes = (size_t)(CLAMP (cache_disk_gb, 0, 1e6) * 1e9);
  config->cache_folder = config->cache_folder_bytes > 0 && !is_classic ? folder : NULL;
  config->value_types = mk_all_value_types;
}

static void
say_ready (void *user, unsigned used_port)
{
  printf ("miktos engine: http://%s:%u\n", (const char *)user, used_port);
  fflush (stdout);
}

/* Whoever started us may be killed without a word to us; then nobody would ever end this engine. */
static bool
is_orphan (void)
{
  return parent > 0 && (prctl (PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid () != parent);
}

mk_exit
mk_cli_engine (char **arguments)
{
  GError *error = NULL;
  if (arguments[0] != NULL)
    return mk_cli_fail_usage ("engine takes no arguments; see miktos engine --help");
  if (port < 0 || port > 65535)
    return mk_cli_fail_usage ("--port %d: it goes from 0 to 65535", port);
  mk_cancel *cancel = mk_cli_cancel ();
  if (is_orphan ())
    return MK_EXIT_OK;
  g_autoptr (mk_folders) folders = g_new0 (mk_folders, 1);
  g_autofree char *user = NULL;
  g_autoptr (mk_model_paths) more_models = model_paths != NULL ? mk_model_paths_read (model_paths, &error) : NULL;
  if (error != NULL)
    return mk_cli_fail (error);
  folders->more_models = more_models;
  g_autoptr (mk_registry) registry = set_log_level (&error) && make_folders (folders, &user, &error) ? mk_cli_registry_new (&error) : NULL;
  if (registry == NULL)
    return mk_cli_fail (error);
  const char *host = listen_on != NULL ? listen_on : "127.0.0.1";
  static const char *const argv[] = { "miktos", "engine", NULL };
  mk_server_config config = { .registry = registry, .folders = folders, .user_folder = user, .front_end_root = front_end, .host = host, .port = (unsigned)port, .api_key = api_key,
                              .is_insecure = is_insecure, .tls_certificate = certificate, .tls_key = key, .cors_origin = cors,
                              .max_upload_bytes = (uint64_t)(CLAMP (max_upload_mb, 0.001, 1e6) * 1048576), .is_multi_user = is_multi_user,
                              .omits_metadata = omits_metadata, .has_previews = preview_method == NULL || !g_str_equal (preview_method, "none"),
                              .argv = argv, .ready = say_ready, .user = (void *)host };
  g_autofree char *cache_folder = folder_of (NULL, "cache"), *custom_nodes = folder_of (NULL, "custom_nodes");
  g_autofree char *pack_host = mk_cli_pack_host (folders->assets);
  const char *const places[] = { custom_nodes, NULL };
  config.custom_nodes = is_without_packs ? NULL : places;
  config.pack_host = pack_host;
  config.python = python;
  set_caches (&config, cache_folder);
  return mk_server_run (&config, cancel, &error) ? MK_EXIT_OK : mk_cli_fail (error);
}
