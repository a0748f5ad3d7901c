/* pages.c - what is served beside the API: the interface, the page that documents the API, numbers for Prometheus. */
#include "base/file.h"
#include "bridge/bridge_private.h"
#include "bridge/mcp.h"
#include "bridge/tasks.h"

#include <string.h>

static void
serve_socket (mk_http_request *request, void *user)
{
  mk_sockets_accept (((mk_bridge *)user)->sockets, request);
}

static void
serve_openapi (mk_http_request *request, void *user)
{
  mk_http_file file = { .type = "application/json", .cache = "no-cache" };
  mk_http_answer_file (request, ((mk_bridge *)user)->config->assets, "openapi.json", &file);
}

/* --- the interface --- */

/* What the build named after its content never changes. */
static bool
is_hashed (const char *path)
{
  return g_str_has_prefix (path, "assets/");
}

/* The build lays a smaller one beside each script and style sheet; what comes over a slow line comes three times as fast. */
static char *
find_compressed (const mk_http_request *request, const char *folder, const char *path)
{
  if (!mk_http_request_takes_gzip (request) || mk_http_request_header (request, "Range") != NULL || !mk_path_is_beneath (path))
    return NULL;
  g_autofree char *name = g_strconcat (path, ".gz", NULL), *full = g_build_filename (folder, name, NULL);
  return g_file_test (full, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer (&name) : NULL;
}

static void
serve_hashed (mk_http_request *request, const char *folder, const char *path)
{
  g_autofree char *small = find_compressed (request, folder, path);
  mk_http_file file = { .type = mk_mime_type (path), .cache = "public, max-age=31536000, immutable" };
  mk_http_request_set_header (request, "Vary", "Accept-Encoding");
  if (small != NULL)
    mk_http_request_set_header (request, "Content-Encoding", "gzip");
  mk_http_answer_file (request, folder, small != NULL ? small : path, &file);
}

/* A path without a dot is one of the interface's views. */
static void
serve_ui (mk_http_request *request, void *user)
{
  const mk_bridge *bridge = user;
  const char *path = mk_http_request_param (request, "path");
  if (path != NULL && (g_str_has_prefix (path, "api/") || g_str_equal (path, "api"))) {
    mk_api_refuse (request, 404, "the API has no such route; /api/v1/openapi.json lists them all");
    return;
  }
  bool is_view = path == NULL || path[0] == '\0' || strchr (path, '.') == NULL;
  mk_http_file file = { .cache = "no-cache" };
  if (bridge->config->ui_folder != NULL && !is_view && is_hashed (path))
    serve_hashed (request, bridge->config->ui_folder, path);
  else if (bridge->config->ui_folder != NULL)
    mk_http_answer_file (request, bridge->config->ui_folder, is_view ? "index.html" : path, &file);
  else if (path == NULL || path[0] == '\0')
    mk_http_answer_text (request, 200, "Miktos is running. Its interface is not built here; the API is documented at /docs.\n");
  else
    mk_api_refuse (request, 404, "there is nothing here; the API is documented at /docs");
}

/* --- the page to try the API --- */

static void
serve_docs (mk_http_request *request, void *user)
{
  g_autofree char *folder = g_build_filename (((mk_bridge *)user)->config->assets, "docs", NULL);
  const char *name = mk_http_request_param (request, "name");
  mk_http_file file = { .cache = "no-cache" };
  mk_http_answer_file (request, folder, name != NULL ? name : "index.html", &file);
}

/* --- metrics --- */

static void
add_metric (GString *text, const char *name, const char *help, const char *type)
{
  g_string_append_printf (text, "# HELP miktos_%s %s\n# TYPE miktos_%s %s\n", name, help, name, type);
}

static void
add_number (GString *text, const char *name, const char *help, double value)
{
  add_metric (text, name, help, "gauge");
  g_string_append_printf (text, "miktos_%s %.15g\n", name, value);
}

static void
add_engines (GString *text, const mk_bridge *bridge)
{
  static const struct {
    const char *name, *field, *help, *type;
  } rows[] = { { "engine_queue", "queue_length", "Prompts an engine has.", "gauge" }, { "engine_restarts_total", "restarts", "How often our engine was started again.", "counter" } };
  g_autoptr (mk_json) engines = mk_dispatcher_describe_engines (bridge->dispatcher);
  add_metric (text, "engine_up", "Whether an engine answers.", "gauge");
  for (size_t i = 0; i < mk_json_length (engines); i++)
    g_string_append_printf (text, "miktos_engine_up{engine=\"%s\"} %d\n", mk_json_get_string (mk_json_get (mk_json_at (engines, i), "id")), g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (engines, i), "state")), "up"));
  for (size_t r = 0; r < MK_COUNT (rows); r++) {
    add_metric (text, rows[r].name, rows[r].help, rows[r].type);
    for (size_t i = 0; i < mk_json_length (engines); i++)
      g_string_append_printf (text, "miktos_%s{engine=\"%s\"} %" G_GINT64_FORMAT "\n", rows[r].name, mk_json_get_string (mk_json_get (mk_json_at (engines, i), "id")), mk_json_get_int (mk_json_get (mk_json_at (engines, i), rows[r].field)));
  }
}

static void
serve_metrics (mk_http_request *request, void *user)
{
  const mk_bridge *bridge = user;
  GString *text = g_string_new (NULL);
  add_metric (text, "tasks", "Tasks by state.", "gauge");
  for (mk_task_state state = MK_TASK_QUEUED; state < MK_N_TASK_STATES; state++)
    g_string_append_printf (text, "miktos_tasks{state=\"%s\"} %" G_GINT64_FORMAT "\n", mk_task_state_name (state), mk_task_count (bridge->store, mk_task_state_name (state)));
  add_engines (text, bridge);
  add_number (text, "websockets", "Listeners at /ws.", mk_sockets_count (bridge->sockets));
  add_number (text, "uptime_seconds", "Since start.", (double)(mk_loop_now_ms (bridge->loop) - bridge->started_ms) / 1000);
  add_number (text, "memory_bytes", "Resident memory of the bridge.", (double)mk_status_memory_bytes ());
  mk_http_request_set_header (request, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  mk_http_answer_text (request, 200, text->str);
  g_string_free (text, TRUE);
}

void
mk_bridge_add_pages (mk_bridge *bridge)
{
  static const mk_http_route routes[] = {
    { "GET", "/ws", serve_socket, "What happens, as it happens" },
    { "GET", "/openapi.json", serve_openapi, "The API's description" },
    { "GET", "/api/v1/openapi.json", serve_openapi, "The API's description" },
    { "GET", "/docs", serve_docs, "The API's description, for people" },
    { "GET", "/docs/{name}", serve_docs, "Its parts" },
    { "GET", "/metrics", serve_metrics, "Numbers for Prometheus" },
    { "GET", "/api/v1/metrics", serve_metrics, "Numbers for Prometheus" },
    { "GET", "/", serve_ui, "The interface" },
    { "GET", "/{path...}", serve_ui, "The interface" },
    { NULL },
  };
  mk_mcp_add_routes (bridge);
  mk_http_server_add_routes (bridge->server, "", routes, bridge);
}
