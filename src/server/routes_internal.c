/* /internal: the log, the folders, the files: contract §1.7. */
#include <string.h>

#include "server/server_private.h"

static void
get_logs (mk_http_request *request, void *user)
{
  g_autofree char *text = mk_logs_print (((mk_server *)user)->logs);
  mk_http_answer_json (request, 200, mk_json_new_string (text));
}

static void
get_raw_logs (mk_http_request *request, void *user)
{
  mk_http_answer_json (request, 200, mk_logs_list (((mk_server *)user)->logs));
}

static void
subscribe_logs (mk_http_request *request, void *user)
{
  g_autoptr (mk_json) body = NULL;
  if (!mk_http_request_json (request, &body, NULL) || mk_json_get_kind (mk_json_get (body, "clientId")) != MK_JSON_STRING || !mk_json_has (body, "enabled")) {
    mk_answer_trouble (request);
    return;
  }
  mk_logs_subscribe (((mk_server *)user)->logs, mk_json_get_string (mk_json_get (body, "clientId")), mk_json_get_bool (mk_json_get (body, "enabled")));
  mk_http_answer_empty (request, 200);
}

const mk_http_route mk_routes_internal[] = {
  { "GET", "/internal/logs", get_logs, "The last lines of the log as one text.", MK_BODY_NONE, 0, 0 },
  { "GET", "/internal/logs/raw", get_raw_logs, "The last lines of the log as data.", MK_BODY_NONE, 0, 0 },
  { "PATCH", "/internal/logs/subscribe", subscribe_logs, "Sends the log to a socket, or no more.", MK_BODY_MEMORY, 0, 0 },
  { "GET", "/internal/folder_paths", mk_folder_paths_answer, "Where models are looked for.", MK_BODY_NONE, 0, 0 },
  { "GET", "/internal/files/{folder}", mk_folder_files_answer, "Names in input, output or temp, newest first.", MK_BODY_NONE, 0, 0 },
  { NULL, NULL, NULL, NULL, MK_BODY_NONE, 0, 0 },
};
