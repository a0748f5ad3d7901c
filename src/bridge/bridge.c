#include "bridge/bridge_private.h"

#include "base/file.h"
#include "base/presence.h"
#include "bridge/tasks.h"

#include <string.h>

#define MAX_ATTEMPTS 3 /* of a task that was running when the program died */

static bool
is_loopback (const char *host)
{
  return host == NULL || g_str_equal (host, "127.0.0.1") || g_str_equal (host, "::1") || g_str_equal (host, "localhost");
}

/* --- what every request passes --- */

static bool
has_key (const mk_bridge *bridge, mk_http_request *request)
{
  const char *header = mk_http_request_header (request, "Authorization"), *token = mk_http_request_query (request, "token");
  if (header != NULL && g_str_has_prefix (header, "Bearer "))
    token = header + strlen ("Bearer ");
  if (token == NULL)
    return false;
  /* Compared as sums, so that the time taken says nothing about the key. */
  g_autofree char *given = g_compute_checksum_for_string (G_CHECKSUM_SHA256, token, -1);
  g_autofree char *wanted = g_compute_checksum_for_string (G_CHECKSUM_SHA256, bridge->config->api_key, -1);
  return g_str_equal (given, wanted);
}

static bool
filter (mk_http_request *request, void *user)
{
  mk_bridge *bridge = user;
  bool is_guarded = g_str_has_prefix (mk_http_request_path (request), "/api/") || g_str_has_prefix (mk_http_request_path (request), "/ws");
  if (bridge->config->api_key == NULL || !is_guarded || has_key (bridge, request))
    return false;
  GError *error = NULL;
  mk_error (&error, MK_ERROR_UNAUTHORIZED, "this needs the key, as “Authorization: Bearer KEY” or ?token=KEY");
  mk_api_answer_error (request, error);
  return true;
}

static void
decorate (mk_http_request *request, unsigned status, void *user)
{
  (void)status;
  (void)user;
  mk_http_request_set_header (request, "X-Content-Type-Options", "nosniff");
  mk_http_request_set_header (request, "Referrer-Policy", "no-referrer");
  mk_http_request_set_header (request, "X-Frame-Options", "DENY");
  mk_http_request_set_header (request, "Content-Security-Policy",
                              "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss: blob:; worker-src 'self' blob:");
}

static void
refuse (mk_http_request *request, unsigned status, const char *why, void *user)
{
  (void)user;
  mk_api_refuse (request, status, why);
}

/* --- beside the API --- */

static void
serve_socket (mk_http_request *request, void *user)
{
  mk_sockets_accept (((mk_bridge *)user)->sockets, request);
}

static void
serve_openapi (mk_http_request *request, void *user)
{
  mk_http_file file = { .type = "application/json" };
  mk_http_answer_file (request, ((mk_bridge *)user)->config->assets, "openapi.json", &file);
}

/* Files of the interface; a path without a dot is one of its views. */
static void
serve_ui (mk_http_request *request, void *user)
{
  const mk_bridge *bridge = user;
  const char *path = mk_http_request_param (request, "path");
  if (path != NULL && g_str_has_prefix (path, "api/")) {
    mk_api_refuse (request, 404, "the API has no such route; /api/v1/openapi.json lists them all");
    return;
  }
  bool is_view = path == NULL || path[0] == '\0' || strchr (path, '.') == NULL;
  mk_http_file file = { .cache = is_view ? "no-cache" : "public, max-age=31536000, immutable" };
  if (bridge->config->ui_folder == NULL)
    mk_http_answer_text (request, 200, "Miktos is running. The API is at /api/v1, its description at /api/v1/openapi.json.\n");
  else
    mk_http_answer_file (request, bridge->config->ui_folder, is_view ? "index.html" : path, &file);
}

static void
serve_metrics (mk_http_request *request, void *user)
{
  const mk_bridge *bridge = user;
  static const char *const states[] = { "queued", "running", "done", "failed", "cancelled" };
  GString *text = g_string_new ("# HELP miktos_tasks Tasks by state.\n# TYPE miktos_tasks gauge\n");
  for (size_t i = 0; i < MK_COUNT (states); i++)
    g_string_append_printf (text, "miktos_tasks{state=\"%s\"} %" G_GINT64_FORMAT "\n", states[i], mk_task_count (bridge->store, states[i]));
  g_string_append_printf (text, "# HELP miktos_uptime_seconds Since start.\n# TYPE miktos_uptime_seconds gauge\nmiktos_uptime_seconds %.1f\n", (double)(mk_bridge_now_ms () - bridge->started_ms) / 1000);
  mk_http_answer_text (request, 200, text->str);
  g_string_free (text, TRUE);
}

static const mk_http_route other_routes[] = {
  { "GET", "/ws", serve_socket, "What happens, as it happens" },
  { "GET", "/api/v1/openapi.json", serve_openapi, "This API's description" },
  { "GET", "/metrics", serve_metrics, "Numbers for Prometheus" },
  { "GET", "/", serve_ui, "The interface" },
  { "GET", "/{path...}", serve_ui, "The interface" },
  { NULL },
};

/* --- life --- */

static void
bridge_clear (mk_bridge *bridge)
{
  mk_dispatcher_free (bridge->dispatcher);
  mk_http_server_free (bridge->server);
  mk_api_free (bridge->api);
  mk_http_client_free (bridge->client);
  mk_sockets_free (bridge->sockets);
  mk_loop_free (bridge->loop);
  mk_language_free (bridge->language);
  mk_command_schema_free (bridge->commands);
  mk_library_free (bridge->library);
  mk_database_close (bridge->store);
  g_free (bridge->outputs_folder);
}

static bool
open_store (mk_bridge *bridge, GError **error)
{
  g_autofree char *path = g_build_filename (bridge->config->data_folder, "bridge.db", NULL);
  bridge->outputs_folder = g_build_filename (bridge->config->data_folder, "outputs", NULL);
  if (!mk_folder_make (bridge->outputs_folder, error))
    return false;
  bridge->store = mk_store_open (path, error);
  return bridge->store != NULL && mk_task_recover (bridge->store, MAX_ATTEMPTS, mk_bridge_now_ms (), error);
}

static bool
open_language (mk_bridge *bridge, GError **error)
{
  const char *assets = bridge->config->assets;
  bridge->library = mk_library_new (assets, error);
  bridge->language = bridge->library != NULL ? mk_language_new (assets, "en", bridge->library, error) : NULL;
  bridge->commands = bridge->language != NULL ? mk_command_schema_new (assets, error) : NULL;
  return bridge->commands != NULL;
}

static bool
open_net (mk_bridge *bridge, GError **error)
{
  const mk_bridge_config *config = bridge->config;
  mk_http_config http = { .host = config->host, .port = config->port, .max_body = 8 << 20, .filter = filter, .decorate = decorate, .refuse = refuse, .user = bridge };
  bridge->loop = mk_loop_new (error);
  bridge->client = bridge->loop != NULL ? mk_http_client_new (bridge->loop, error) : NULL;
  bridge->server = bridge->client != NULL ? mk_http_server_new (bridge->loop, &http, error) : NULL;
  if (bridge->server == NULL)
    return false;
  bridge->sockets = mk_sockets_new (bridge);
  bridge->api = mk_api_new (bridge, error);
  if (bridge->api == NULL)
    return false;
  mk_http_server_add_routes (bridge->server, "", other_routes, bridge);
  return true;
}

/* Where we are found: programs on this machine look beside our data. */
static bool
announce (const mk_bridge *bridge, mk_presence *presence, GError **error)
{
  const char *host = bridge->config->host != NULL ? bridge->config->host : "127.0.0.1";
  g_autofree char *url = g_strdup_printf ("http://%s:%u", g_str_equal (host, "0.0.0.0") ? "127.0.0.1" : host, mk_http_server_port (bridge->server));
  return mk_presence_announce (presence, url, error);
}

bool
mk_bridge_run (const mk_bridge_config *config, const mk_cancel *cancel, GError **error)
{
  mk_bridge bridge = { .config = config, .started_ms = mk_bridge_now_ms () };
  if (config->api_key == NULL && !is_loopback (config->host))
    return mk_error (error, MK_ERROR_USAGE, "listening on %s lets others in: give a key with --api-key, or listen on 127.0.0.1", config->host);
  g_autoptr (mk_presence) presence = mk_presence_take (config->data_folder, "bridge", error);
  bool is_good = presence != NULL && open_store (&bridge, error) && open_language (&bridge, error) && open_net (&bridge, error);
  if (is_good) {
    bridge.dispatcher = mk_dispatcher_new (&bridge, error);
    is_good = bridge.dispatcher != NULL && announce (&bridge, presence, error);
  }
  if (is_good) {
    if (config->ready != NULL)
      config->ready (config->user, mk_http_server_port (bridge.server));
    mk_loop_run (bridge.loop, cancel);
  }
  bridge_clear (&bridge);
  return is_good;
}
