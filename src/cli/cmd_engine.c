/* cmd_engine.c - `miktos engine`: ComfyUI's own option names, with its meanings. */
#include "base/file.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/workshop.h"
#include "graph/model_paths.h"
#include "nodes/nodes.h"
#include "server/server.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char **model_paths, *listen_on, *base, *input, *output, *temp_folder, *user_folder, *front_end, *cors, *certificate, *key, *api_key, *preview_method, *verbose, *python;
static int port = 8188, parent;
static int preview_size = 512;
static char *hashing_function, **white_list;
static gboolean compresses;
static double max_upload_mb = 100, cache_gb, cache_free_gb, cache_disk_gb = 4;
static int cache_entries;
static gboolean is_multi_user, is_insecure, on_cpu, is_classic, is_without_cache, omits_metadata, is_without_packs, is_without_api_nodes, is_deterministic;

/* Options that may stand alone, and what they then say. */
static gboolean
set_or_take (const char *name, const char *value, void *user, GError **error)
{
  (void)user, (void)error;
  static const struct { const char *name, *alone; char **place; } options[] = {
    { "--listen", "0.0.0.0,::", &listen_on }, { "--enable-cors-header", "*", &cors }, { "--verbose", "debug", &verbose } };
  for (size_t i = 0; i < MK_COUNT (options); i++)
    if (g_str_equal (options[i].name, name)) {
      g_free (*options[i].place);
      *options[i].place = g_strdup (value != NULL ? value : options[i].alone);
    }
  return TRUE;
}

#define MAY_STAND_ALONE G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK, (void *)(uintptr_t)set_or_take

const GOptionEntry *
mk_cli_engine_options (void)
{
  static const GOptionEntry entries[] = {
    { "listen", 0, MAY_STAND_ALONE, "Addresses to listen on (127.0.0.1); alone: all of them", "HOST" },
    { "port", 0, 0, G_OPTION_ARG_INT, &port, "Port (8188); 0 takes a free one", "N" },
    { "base-directory", 0, 0, G_OPTION_ARG_FILENAME, &base, "Folder of input, output, temp, user and models", "FOLDER" },
    { "input-directory", 0, 0, G_OPTION_ARG_FILENAME, &input, "Files to load", "FOLDER" },
    { "output-directory", 0, 0, G_OPTION_ARG_FILENAME, &output, "Files that are made", "FOLDER" },
    { "temp-directory", 0, 0, G_OPTION_ARG_FILENAME, &temp_folder, "Previews", "FOLDER" },
    { "user-directory", 0, 0, G_OPTION_ARG_FILENAME, &user_folder, "Settings, workflows and the queue", "FOLDER" },
    { "extra-model-paths-config", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &model_paths, "A YAML file with more folders of models and custom nodes, as ComfyUI reads it; may be repeated", "FILE" },
    { "front-end-root", 0, 0, G_OPTION_ARG_FILENAME, &front_end, "A built frontend to serve", "FOLDER" },
    { "enable-cors-header", 0, MAY_STAND_ALONE, "Let pages of this origin call; alone: of all", "ORIGIN" },
    { "tls-certfile", 0, 0, G_OPTION_ARG_FILENAME, &certificate, "PEM certificate", "FILE" },
    { "tls-keyfile", 0, 0, G_OPTION_ARG_FILENAME, &key, "PEM key", "FILE" },
    { "max-upload-size", 0, 0, G_OPTION_ARG_DOUBLE, &max_upload_mb, "Largest upload in MB (100)", "MB" },
    { "cache-size", 0, 0, G_OPTION_ARG_DOUBLE, &cache_gb, "Results kept in memory, in GB (a quarter of it)", "GB" },
    { "cache-classic", 0, 0, G_OPTION_ARG_NONE, &is_classic, "Keep what the last prompt used", NULL },
    { "cache-lru", 0, 0, G_OPTION_ARG_INT, &cache_entries, "Keep results of so many nodes", "N" },
    { "cache-ram", 0, 0, G_OPTION_ARG_DOUBLE, &cache_free_gb, "Keep results while so many GB of memory are free", "GB" },
    { "cache-none", 0, 0, G_OPTION_ARG_NONE, &is_without_cache, "Keep nothing", NULL },
    { "cache-disk", 0, 0, G_OPTION_ARG_DOUBLE, &cache_disk_gb, "Results kept on disk, in GB (4); 0 keeps none there", "GB" },
    { "preview-method", 0, 0, G_OPTION_ARG_STRING, &preview_method, "none (the default), or auto, latent2rgb or taesd, which all show the picture as it is", "NAME" },
    { "preview-size", 0, 0, G_OPTION_ARG_INT, &preview_size, "Longest side of previews in pixels (512)", "N" },
    { "default-hashing-function", 0, 0, G_OPTION_ARG_STRING, &hashing_function, "md5, sha1, sha256 (the default) or sha512, for packs that ask", "NAME" },
    { "enable-compress-response-body", 0, 0, G_OPTION_ARG_NONE, &compresses, "Answer in gzip where a client takes it", NULL },
    { "disable-metadata", 0, 0, G_OPTION_ARG_NONE, &omits_metadata, "Files carry nothing of how they were made", NULL },
    { "multi-user", 0, 0, G_OPTION_ARG_NONE, &is_multi_user, "A folder of settings per user", NULL },
    { "disable-all-custom-nodes", 0, 0, G_OPTION_ARG_NONE, &is_without_packs, "Leave custom_nodes alone", NULL },
    { "whitelist-custom-nodes", 0, 0, G_OPTION_ARG_STRING_ARRAY, &white_list, "Of custom_nodes take these even so; may be repeated", "NAME" },
    { "disable-api-nodes", 0, 0, G_OPTION_ARG_NONE, &is_without_api_nodes, "Accepted: there are none", NULL },
    { "deterministic", 0, 0, G_OPTION_ARG_NONE, &is_deterministic, "Accepted: it always is", NULL },
    { "python", 0, 0, G_OPTION_ARG_FILENAME, &python, "Python for packs without an environment of their own (python3)", "FILE" },
    { "api-key", 0, 0, G_OPTION_ARG_STRING, &api_key, "Ask for this key; needed beyond loopback", "KEY" },
    { "insecure", 0, 0, G_OPTION_ARG_NONE, &is_insecure, "Listen beyond loopback without a key", NULL },
    { "verbose", 0, MAY_STAND_ALONE, "critical, error, warning, info (as without it) or debug (as it stands alone)", "LEVEL" },
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
  folders->unfinished = folder_of (NULL, "unfinished");
  *user = folder_of (user_folder, "user");
  return folders->assets != NULL && mk_folder_make (folders->input, error) && mk_folder_make (folders->output, error) && mk_folder_make (folders->temp, error)
         && mk_folder_make (folders->models, error) && mk_folder_make (*user, error);
}

static bool
set_log_level (GError **error)
{
  static const struct { const char *name; mk_log_level level; } names[] = {
    { "critical", MK_LOG_ERROR }, { "error", MK_LOG_ERROR }, { "warning", MK_LOG_WARNING }, { "info", MK_LOG_INFO }, { "debug", MK_LOG_DEBUG } };
  mk_log_set_level (MK_LOG_INFO); /* as ComfyUI: what comes and goes is said */
  for (size_t i = 0; verbose != NULL && i < MK_COUNT (names); i++)
    if (g_ascii_strcasecmp (names[i].name, verbose) == 0) {
      mk_log_set_level (names[i].level);
      return true;
    }
  return verbose == NULL || mk_error (error, MK_ERROR_USAGE, "--verbose %s: it is critical, error, warning, info or debug", verbose);
}

static bool
is_one_of (const char *option, const char *value, const char *const *choices, GError **error)
{
  g_autofree char *list = g_strjoinv (", ", (char **)(uintptr_t)choices);
  return value == NULL || g_strv_contains (choices, value) || mk_error (error, MK_ERROR_USAGE, "%s %s: it is one of %s", option, value, list);
}

static bool
check_options (GError **error)
{
  static const char *const previews[] = { "none", "auto", "latent2rgb", "taesd", NULL };
  static const char *const hashes[] = { "md5", "sha1", "sha256", "sha512", NULL };
  if (cache_entries < 0)
    return mk_error (error, MK_ERROR_USAGE, "--cache-lru %d: it is the number of nodes whose results are kept", cache_entries);
  if (!(max_upload_mb > 0))
    return mk_error (error, MK_ERROR_USAGE, "--max-upload-size %g: it is a number of MB above 0", max_upload_mb);
  if (front_end != NULL && !g_file_test (front_end, G_FILE_TEST_IS_DIR))
    return mk_error (error, MK_ERROR_USAGE, "--front-end-root %s: there is no such folder", front_end);
  if (preview_size < 16 || preview_size > 4096)
    return mk_error (error, MK_ERROR_USAGE, "--preview-size %d: it goes from 16 to 4096", preview_size);
  return is_one_of ("--preview-method", preview_method, previews, error) && is_one_of ("--default-hashing-function", hashing_function, hashes, error) && set_log_level (error);
}

/* Our own custom_nodes, then those of the files; g_strfreev. */
static char **
list_custom_nodes (const mk_model_paths *more)
{
  GPtrArray *places = g_ptr_array_new ();
  const mk_folders none = { .more_models = more };
  g_auto (GStrv) others = mk_model_paths_list (&none, "custom_nodes", NULL);
  g_ptr_array_add (places, folder_of (NULL, "custom_nodes"));
  for (char **other = others; *other != NULL; other++)
    g_ptr_array_add (places, g_strdup (*other));
  g_ptr_array_add (places, NULL);
  return (char **)g_ptr_array_free (places, FALSE);
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
  g_auto (GStrv) hosts = g_strsplit (user, ",", -1);
  printf ("miktos engine: ");
  for (char **host = hosts; *host != NULL; host++) {
    bool is_six = strchr (*host, ':') != NULL;
    printf ("%s%s://%s%s%s:%u", host > hosts ? ", " : "", certificate != NULL && key != NULL ? "https" : "http", is_six ? "[" : "", g_strstrip (*host), is_six ? "]" : "", used_port);
  }
  printf ("\n");
  fflush (stdout);
}

/* What the process was started with, for /system_stats; the key, which opens the door, is left out. g_strfreev. */
static char **
command_line (void)
{
  g_autofree char *text = NULL;
  gsize length = 0;
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_file_get_contents ("/proc/self/cmdline", &text, &length, NULL);
  bool is_key = false;
  for (const char *word = text; word != NULL && word < text + length; word += strlen (word) + 1) {
    bool holds_key = g_str_has_prefix (word, "--api-key=");
    g_ptr_array_add (words, g_strdup (is_key ? "***" : holds_key ? "--api-key=***" : word));
    is_key = g_str_equal (word, "--api-key");
  }
  g_ptr_array_add (words, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&words), FALSE);
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
  if (!mk_cli_follow_parent (parent))
    return MK_EXIT_OK;
  g_autoptr (mk_folders) folders = g_new0 (mk_folders, 1);
  g_autofree char *user = NULL;
  g_autoptr (mk_model_paths) more_models = model_paths != NULL ? mk_model_paths_read ((const char *const *)model_paths, &error) : NULL;
  if (error != NULL)
    return mk_cli_fail (error);
  folders->more_models = more_models;
  g_autoptr (mk_registry) registry = check_options (&error) && make_folders (folders, &user, &error) ? mk_cli_registry_new (&error) : NULL;
  if (registry == NULL)
    return mk_cli_fail (error);
  const char *host = listen_on != NULL ? listen_on : "127.0.0.1";
  g_auto (GStrv) argv = command_line ();
  mk_server_config config = { .registry = registry, .folders = folders, .user_folder = user, .front_end_root = front_end, .host = host, .port = (unsigned)port, .api_key = api_key,
                              .is_insecure = is_insecure, .tls_certificate = certificate, .tls_key = key, .cors_origin = cors,
                              .max_upload_bytes = (uint64_t)(CLAMP (max_upload_mb, 0.001, 1e6) * 1048576), .is_multi_user = is_multi_user,
                              .omits_metadata = omits_metadata, .has_previews = preview_method != NULL && !g_str_equal (preview_method, "none"),
                              .preview_side = preview_size, .compresses_answers = compresses,
                              .argv = (const char *const *)argv, .ready = say_ready, .user = (void *)host };
  g_autofree char *cache_folder = folder_of (NULL, "cache");
  g_auto (GStrv) custom_nodes = list_custom_nodes (more_models);
  g_autofree char *pack_host = mk_cli_pack_host (folders->assets);
  config.custom_nodes = is_without_packs && white_list == NULL ? NULL : (const char *const *)custom_nodes;
  config.only_packs = is_without_packs ? (const char *const *)white_list : NULL;
  if (hashing_function != NULL) /* packs inherit it: node_helpers.hasher () */
    g_setenv ("MIKTOS_HASHING_FUNCTION", hashing_function, TRUE);
  config.pack_host = pack_host;
  config.python = python;
  set_caches (&config, cache_folder);
  return mk_server_run (&config, cancel, &error) ? MK_EXIT_OK : mk_cli_fail (error);
}
