#include "bridge/bridge_private.h"

#include "bridge/projects.h"
#include "bridge/tasks.h"

#include <stdio.h>

/* A task as it is now: what runs tells its progress. */
static void
add_progress (mk_bridge *bridge, mk_json *task)
{
  mk_json *progress = mk_dispatcher_progress (bridge->dispatcher, mk_json_get_string (mk_json_get (task, "id")));
  if (progress != NULL)
    mk_json_set (task, "progress", progress);
}

static bool
execute_command (mk_bridge *bridge, mk_call *call, GError **error)
{
  const char *sentence = mk_json_get_string (mk_json_get (call->body, "command"));
  const mk_json *options = mk_json_get (call->body, "options");
  const char *project_id = mk_json_has (call->body, "project_id") ? mk_json_get_string (mk_json_get (call->body, "project_id")) : NULL;
  g_autoptr (mk_json) project = project_id != NULL ? mk_project_find (bridge->store, project_id, -1, error) : NULL, understanding = NULL, commands = NULL;
  if (project_id != NULL && project == NULL)
    return false;
  if (!mk_bridge_understand (bridge, sentence, mk_json_get (project, "commands"), &understanding, &commands, error))
    return false;
  mk_json *workflow = mk_bridge_plan (commands, options, sentence);
  call->message = mk_json_get_string (mk_json_get (understanding, "reply"));
  if (mk_json_get_bool (mk_json_get (call->body, "dry_run"))) {
    call->status = 200;
    call->data = mk_json_copy (understanding);
    mk_json_set (call->data, "workflow", workflow);
    return true;
  }
  if (mk_json_length (commands) == 0) {
    mk_json_unref (workflow);
    return mk_error (error, MK_ERROR_SENTENCE, "%s", call->message);
  }
  call->message = NULL;
  if (project != NULL) {
    mk_project_change change = { .who = "person", .sentence = sentence, .added = mk_json_get (understanding, "commands"), .commands = commands, .expected_version = -1 };
    if (!mk_project_append (bridge->store, project_id, &change, mk_bridge_now_ms (), error)) {
      mk_json_unref (workflow);
      return false;
    }
  }
  call->data = mk_bridge_queue (bridge, "command", sentence, project_id, workflow, understanding, error);
  return call->data != NULL;
}

static bool
list_tasks (mk_bridge *bridge, mk_call *call, GError **error)
{
  mk_page page;
  if (!mk_call_page (call, &page, error))
    return false;
  call->data = mk_task_list (bridge->store, &page, mk_call_query (call, "state"), mk_call_query (call, "project_id"), mk_call_query (call, "q"), error);
  const mk_json *items = mk_json_get (call->data, "items");
  for (size_t i = 0; i < mk_json_length (items); i++)
    add_progress (bridge, mk_json_at (items, i));
  return call->data != NULL;
}

static bool
get_task (mk_bridge *bridge, mk_call *call, GError **error)
{
  call->data = mk_task_find (bridge->store, mk_call_param (call, "id"), error);
  if (call->data == NULL)
    return false;
  add_progress (bridge, call->data);
  return true;
}

static bool
list_events (mk_bridge *bridge, mk_call *call, GError **error)
{
  mk_page page;
  g_autoptr (mk_json) task = mk_task_find (bridge->store, mk_call_param (call, "id"), error);
  if (task == NULL || !mk_call_page (call, &page, error))
    return false;
  call->data = mk_task_list_events (bridge->store, mk_call_param (call, "id"), &page, error);
  return call->data != NULL;
}

static bool
cancel_task (mk_bridge *bridge, mk_call *call, GError **error)
{
  return mk_dispatcher_cancel (bridge->dispatcher, mk_call_param (call, "id"), error) && get_task (bridge, call, error);
}

static bool
retry_task (mk_bridge *bridge, mk_call *call, GError **error)
{
  if (!mk_task_requeue (bridge->store, mk_call_param (call, "id"), "a person asked for it", mk_bridge_now_ms (), error))
    return false;
  mk_dispatcher_wake (bridge->dispatcher);
  return get_task (bridge, call, error);
}

static void
remove_files (const mk_bridge *bridge, const char *task)
{
  g_autofree char *folder = g_build_filename (bridge->outputs_folder, task, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    remove (path);
  }
  remove (folder);
}

static bool
delete_task (mk_bridge *bridge, mk_call *call, GError **error)
{
  const char *id = mk_call_param (call, "id");
  if (!mk_task_delete (bridge->store, id, error))
    return false;
  if (g_strcmp0 (mk_call_query (call, "files"), "true") == 0)
    remove_files (bridge, id);
  return true;
}

static void
serve_output (mk_bridge *bridge, mk_http_request *request)
{
  g_autofree char *name = g_strdup_printf ("%s/%s", mk_http_request_param (request, "task"), mk_http_request_param (request, "file"));
  mk_http_file file = { .cache = "private, max-age=31536000, immutable" };
  mk_http_answer_file (request, bridge->outputs_folder, name, &file);
}

const mk_operation mk_task_operations[] = {
  { "executeCommand", .handle = execute_command }, { "listTasks", .handle = list_tasks }, { "getTask", .handle = get_task }, { "listTaskEvents", .handle = list_events },
  { "cancelTask", .handle = cancel_task },         { "retryTask", .handle = retry_task }, { "deleteTask", .handle = delete_task }, { "getOutput", .serve = serve_output },
  { .id = NULL },
};
