#include "bridge/bridge_private.h"

#include "base/file.h"
#include "base/log.h"
#include "base/presence.h"
#include "bridge/models.h"
#include "bridge/task_texts.h"
#include "bridge/tasks.h"
#include "bridge/templates.h"

#include <errno.h>
#include <malloc.h>
#include <string.h>
#include <unistd.h>

int64_t
mk_bridge_now_ms (void)
{
  return g_get_real_time () / 1000;
}

/* Others than this machine reach us. */
static bool
is_exposed (const mk_config *settings)
{
  const char *host = mk_config_get (settings, "server.host");
  return host != NULL && !(g_str_equal (host, "127.0.0.1") || g_str_equal (host, "::1") || g_str_equal (host, "localhost"));
}

/* --- around every answer --- */

static bool
filter (mk_http_request *request, void *user)
{
  return mk_access_check (((mk_bridge *)user)->access, request);
}

static void
log_request (mk_http_request *request, unsigned status)
{
  const mk_request_note *note = mk_request_get_note (request);
  bool changes = !g_str_equal (mk_http_request_method (request), "GET");
  mk_log_level level = status >= 500 ? MK_LOG_WARNING : changes || status >= 400 ? MK_LOG_INFO : MK_LOG_DEBUG;
  if (!mk_log_is_on (level))
    return;
  char milliseconds[32], code[8];
  g_snprintf (milliseconds, sizeof milliseconds, "%.2f", (double)(g_get_monotonic_time () - note->began_us) / 1000);
  g_snprintf (code, sizeof code, "%u", status);
  const char *route = mk_http_request_route (request), *task = route != NULL && g_str_has_prefix (route, "/task/") ? mk_http_request_param (request, "id") : NULL;
  const char *fields[] = { "status", code, "duration_ms", milliseconds, "request_id", note->id, "key", note->holder.name[0] != '\0' ? note->holder.name : NULL, "task_id", task, NULL, NULL };
  mk_log_fields (level, "api", fields, "%s %s", mk_http_request_method (request), mk_http_request_path (request));
}

static void
decorate (mk_http_request *request, unsigned status, void *user)
{
  (void)user;
  static const char *const headers[][2] = {
    { "X-Content-Type-Options", "nosniff" }, { "Referrer-Policy", "no-referrer" }, { "X-Frame-Options", "DENY" },
    { "Cross-Origin-Resource-Policy", "same-origin" }, { "Permissions-Policy", "camera=(), microphone=(), geolocation=()" },
    /* Styles may be set from scripts (libraries of the interface do); scripts come from our files alone, and nothing else is spoken to: 'self' is the bridge's socket as well. */
    { "Content-Security-Policy", "default-src 'self'; script-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self' data:; style-src 'self' 'unsafe-inline'; connect-src 'self' blob: data:; "
                                 "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'" },
  };
  bool is_page = g_strcmp0 (mk_http_request_route (request), "/{path...}") == 0 || g_str_has_prefix (mk_http_request_path (request), "/docs") || g_str_equal (mk_http_request_path (request), "/");
  mk_http_request_set_header (request, headers[0][0], headers[0][1]);
  for (size_t i = 1; is_page && i < MK_COUNT (headers); i++)
    mk_http_request_set_header (request, headers[i][0], headers[i][1]);
  /* Whoever opened the page gets no hold of it. The window's own page was opened by nobody, which no foreign page can claim: it sets no header. */
  if (is_page && mk_http_request_header (request, "Miktos-Window") == NULL)
    mk_http_request_set_header (request, "Cross-Origin-Opener-Policy", "same-origin");
  log_request (request, status);
}

static void
refuse (mk_http_request *request, unsigned status, const char *why, void *user)
{
  (void)user;
  mk_api_refuse (request, status, why);
}

/* --- life --- */

static void
bridge_clear (mk_bridge *bridge)
{
  g_clear_pointer (&bridge->dispatcher, mk_dispatcher_free);
  mk_pictures_free (bridge->pictures);
  g_clear_pointer (&bridge->api, mk_api_free);
  mk_http_server_free (bridge->server);
  mk_backstage_free (bridge->backstage);
  mk_http_client_free (bridge->client);
  mk_loop_free (bridge->loop); /* runs what was posted: answers from backstage */
  mk_model_jobs_free (bridge->model_jobs);
  mk_sockets_free (bridge->sockets);
  mk_scene_files_free (bridge->scene_files);
  mk_json_unref (bridge->templates);
  mk_access_free (bridge->access);
  mk_language_free (bridge->language);
  mk_command_schema_free (bridge->commands);
  mk_library_free (bridge->library);
  mk_task_texts_free (bridge->task_texts);
  mk_database_close (bridge->store);
  mk_journal_free (bridge->journal);
  g_free (bridge->status_text);
  g_free (bridge->outputs_folder);
  g_free (bridge->inputs_folder);
  g_free (bridge->models_folder);
  g_free (bridge->pictures_folder);
}

static bool
open_folders (mk_bridge *bridge, GError **error)
{
  const mk_bridge_config *config = bridge->config;
  bridge->outputs_folder = g_build_filename (config->data_folder, "outputs", NULL);
  bridge->inputs_folder = g_build_filename (config->data_folder, "engine", "input", NULL);
  bridge->pictures_folder = g_build_filename (config->data_folder, "pictures", NULL);
  bridge->models_folder = g_build_filename (config->data_folder, "engine", "models", NULL);
  return mk_folder_make (bridge->outputs_folder, error) && mk_folder_make (bridge->inputs_folder, error) && mk_folder_make (bridge->pictures_folder, error) && mk_folder_make (bridge->models_folder, error);
}

static void
open_journal (mk_bridge *bridge)
{
  const mk_config *settings = bridge->config->settings;
  g_autofree char *folder = g_build_filename (bridge->config->data_folder, "logs", NULL);
  mk_journal_options options = { .folder = folder, .max_bytes = mk_config_get_int (settings, "log.file_mb") << 20, .max_age_s = mk_config_get_int (settings, "log.file_days") * 86400,
                                 .n_files = (unsigned)mk_config_get_int (settings, "log.files") };
  bridge->journal = mk_journal_new (&options);
}

static bool
open_store (mk_bridge *bridge, GError **error)
{
  g_autofree char *path = g_build_filename (bridge->config->data_folder, "bridge.db", NULL);
  bridge->store = mk_store_open (path, error);
  if (bridge->store == NULL)
    return false;
  mk_database_keep_beside (bridge->store);
  bridge->task_texts = mk_task_texts_new (bridge->store);
  return true;
}

static bool
check_exposure (const mk_bridge *bridge, GError **error)
{
  bool has_keys = false;
  if (bridge->config->api_key != NULL || !is_exposed (bridge->config->settings))
    return true;
  return mk_keys_look (bridge->store, &has_keys, error)
         && (has_keys || mk_error (error, MK_ERROR_USAGE, "listening on %s lets others in: make a key with “miktos keys add NAME --scope run”, or give one with --api-key, or listen on 127.0.0.1", mk_config_get (bridge->config->settings, "server.host")));
}

/* Both or none, and there to be read: what is wrong in the settings is told as such. */
static bool
check_tls (const mk_config *settings, GError **error)
{
  static const char *const names[] = { "server.tls_certificate", "server.tls_key" };
  unsigned n_given = 0;
  for (size_t i = 0; i < MK_COUNT (names); i++) {
    const char *path = mk_config_get (settings, names[i]);
    n_given += path != NULL;
    if (path != NULL && access (path, R_OK) != 0)
      return mk_error (error, MK_ERROR_USAGE, "%s: %s: %s", names[i], path, g_strerror (errno));
  }
  return n_given != 1 || mk_error (error, MK_ERROR_USAGE, "server.tls_certificate and server.tls_key belong together; one of them is missing");
}

static bool
open_net (mk_bridge *bridge, GError **error)
{
  const mk_config *settings = bridge->config->settings;
  const char *host = mk_config_get (settings, "server.host");
  mk_http_config http = { .host = host, .port = (unsigned)mk_config_get_int (settings, "server.port"), .max_body = 8 << 20, .temp_folder = bridge->inputs_folder, .max_connections = 4000,
                          .tls_certificate = mk_config_get (settings, "server.tls_certificate"), .tls_key = mk_config_get (settings, "server.tls_key"), .cors_origin = mk_config_get (settings, "server.cors_origin"),
                          .filter = filter, .decorate = decorate, .refuse = refuse, .user = bridge };
  if (!check_tls (settings, error))
    return false;
  bridge->client = mk_http_client_new (bridge->loop, error);
  bridge->server = bridge->client != NULL ? mk_http_server_new (bridge->loop, &http, error) : NULL;
  if (bridge->server == NULL)
    return false;
  bridge->sockets = mk_sockets_new (bridge);
  bridge->access = mk_access_new (bridge->store, bridge->loop, bridge->config->api_key, is_exposed (settings));
  bridge->backstage = mk_backstage_new (bridge->loop);
  mk_picture_place place = { bridge->config->program, bridge->config->version, bridge->pictures_folder, bridge->inputs_folder };
  bridge->pictures = mk_pictures_new (bridge->loop, &place);
  bridge->scene_files = mk_scene_files_new ();
  g_autofree char *workflows = g_build_filename (bridge->config->assets, "..", "workflows", NULL);
  bridge->templates = mk_templates_load (workflows);
  bridge->model_jobs = mk_model_jobs_new (bridge);
  mk_access_set_limit (bridge->access, mk_config_get_int (settings, "server.requests_per_minute"));
  bridge->api = mk_api_new (bridge, error);
  if (bridge->api == NULL)
    return false;
  mk_bridge_add_pages (bridge);
  return true;
}

static char *
print_url (const mk_bridge *bridge, const char *host)
{
  bool is_v6 = strchr (host, ':') != NULL, is_tls = mk_config_get (bridge->config->settings, "server.tls_key") != NULL;
  return g_strdup_printf ("http%s://%s%s%s:%u", is_tls ? "s" : "", is_v6 ? "[" : "", host, is_v6 ? "]" : "", mk_http_server_port (bridge->server));
}

/* Where we are found: programs on this machine look beside our data. */
static bool
announce (const mk_bridge *bridge, mk_presence *presence, GError **error)
{
  const char *given = mk_config_get (bridge->config->settings, "server.host"), *host = given != NULL ? given : "127.0.0.1";
  g_autofree char *url = print_url (bridge, host), *near = print_url (bridge, g_str_equal (host, "0.0.0.0") ? "127.0.0.1" : host);
  if (!mk_presence_announce (presence, near, error))
    return false;
  mk_log (MK_LOG_INFO, "bridge", "listening at %s", url);
  if (bridge->config->ready != NULL)
    bridge->config->ready (bridge->config->user, url);
  return true;
}

/* --- models of other programs --- */

typedef struct {
  const char *root, *extra_paths, *a1111;
  unsigned n_links;
  GError *error;
} linking;

static void
link_models (void *user)
{
  linking *l = user;
  mk_models_link (l->root, l->extra_paths, l->a1111, &l->n_links, &l->error);
}

static void
tell_links (void *user)
{
  linking *l = user;
  if (l->error != NULL)
    mk_log (MK_LOG_ERROR, "models", "models of other programs: %s", l->error->message);
  else if (l->n_links > 0)
    mk_log (MK_LOG_INFO, "models", "%u models of other programs are linked in", l->n_links);
  g_clear_error (&l->error);
  g_free (l);
}

static void
begin_linking (mk_bridge *bridge)
{
  const mk_config *settings = bridge->config->settings;
  linking *l = g_new0 (linking, 1);
  *l = (linking){ .root = bridge->models_folder, .extra_paths = mk_config_get (settings, "models.extra_paths"), .a1111 = mk_config_get (settings, "models.a1111_folder") };
  mk_backstage_run (bridge->backstage, link_models, tell_links, l);
}

/* What is on its way may arrive: answers, and files of tasks that are done. */
static void
drain (mk_bridge *bridge)
{
  int64_t until = g_get_monotonic_time () / 1000 + mk_config_get_int (bridge->config->settings, "server.drain_seconds") * 1000;
  mk_http_server_stop_listening (bridge->server);
  while (g_get_monotonic_time () / 1000 < until && !mk_dispatcher_is_landed (bridge->dispatcher))
    mk_loop_step (bridge->loop, 50);
  mk_loop_step (bridge->loop, 0);
}

bool
mk_bridge_run (const mk_bridge_config *config, const mk_cancel *cancel, GError **error)
{
  mk_bridge bridge = { .config = config };
  bridge.loop = mk_loop_new (error);
  bool is_good = bridge.loop != NULL && open_folders (&bridge, error);
  g_autoptr (mk_presence) presence = is_good ? mk_presence_take (config->data_folder, "bridge", error) : NULL;
  is_good = presence != NULL;
  if (is_good)
    open_journal (&bridge);
  is_good = is_good && open_store (&bridge, error) && check_exposure (&bridge, error) && open_net (&bridge, error);
  if (is_good) {
    bridge.dispatcher = mk_dispatcher_new (&bridge, error);
    is_good = bridge.dispatcher != NULL && announce (&bridge, presence, error);
  }
  if (is_good) {
    bridge.started_ms = mk_loop_now_ms (bridge.loop);
    begin_linking (&bridge);
    malloc_trim (0); /* what reading the API took */
    mk_loop_run (bridge.loop, cancel);
    drain (&bridge);
  }
  bridge_clear (&bridge);
  return is_good;
}
