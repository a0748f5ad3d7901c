#include "bridge/bridge_private.h"

#include "bridge/outputs.h"
#include "bridge/projects.h"
#include "bridge/task_texts.h"
#include "bridge/tasks.h"

/* A task as it is now: what runs tells its progress. */
static void
add_progress (mk_bridge *bridge, mk_json *task)
{
  mk_json *progress = mk_dispatcher_progress (bridge->dispatcher, mk_json_get_string (mk_json_get (task, "id")));
  if (progress != NULL)
    mk_json_set (task, "progress", progress);
}

/* What the sentence makes of the project, if any, and of nothing else. */
static bool
append_to_project (mk_bridge *bridge, mk_call *call, const char *project, const mk_json *understanding, const mk_json *commands, GError **error)
{
  mk_project_change change = { .who = mk_call_who (call), .sentence = mk_call_text (call, "command"), .added = mk_json_get (understanding, "commands"), .commands = commands, .expected_version = -1 };
  if (project == NULL)
    return true;
  if (!mk_project_append (bridge->store, project, &change, mk_bridge_now_ms (), error))
    return false;
  g_autoptr (mk_json) now = mk_project_find (bridge->store, project, -1, NULL);
  mk_bridge_tell_project (bridge, project, mk_json_get (now, "version"));
  return true;
}

static bool
ask_about_command (mk_bridge *bridge, const mk_call *call, void (*done) (void *user, mk_reading *taken), void *user)
{
  const char *project_id = mk_call_text (call, "project_id");
  g_autoptr (mk_json) project = project_id != NULL ? mk_project_find (bridge->store, project_id, -1, NULL) : NULL;
  bool is_there = project_id == NULL || project != NULL; /* else the handler says so */
  return is_there && mk_second_reader_ask (bridge, mk_call_text (call, "command"), mk_json_get (project, "commands"), done, user);
}

static bool
execute_command (mk_bridge *bridge, mk_call *call, GError **error)
{
  const char *sentence = mk_call_text (call, "command"), *project_id = mk_call_text (call, "project_id");
  const mk_json *options = mk_json_get (call->body, "options");
  g_autoptr (mk_json) project = project_id != NULL ? mk_project_find (bridge->store, project_id, -1, error) : NULL, understanding = NULL, commands = NULL;
  if (project_id != NULL && project == NULL)
    return false;
  if (!mk_bridge_understand (bridge, sentence, call->reading, mk_json_get (project, "commands"), &understanding, &commands, error))
    return false;
  g_autofree char *reply = g_strdup (mk_json_get_string (mk_json_get (understanding, "reply")));
  if (mk_json_get_bool (mk_json_get (call->body, "dry_run"))) {
    call->status = 200;
    call->data = g_steal_pointer (&understanding);
    mk_json_set (call->data, "workflow", mk_bridge_plan (bridge, commands, options, sentence));
    mk_json_set (call->data, "scene", g_steal_pointer (&commands));
    return true;
  }
  if (mk_json_length (commands) == 0)
    return mk_error (error, MK_ERROR_SENTENCE, "%s", reply);
  mk_bridge_job job = { .kind = "command", .title = sentence, .project = project_id, .options = options, .understanding = understanding };
  if (!append_to_project (bridge, call, project_id, understanding, commands, error))
    return false;
  job.taken_request = mk_bridge_workflow_request (mk_bridge_plan (bridge, commands, options, sentence), NULL);
  call->data = mk_bridge_queue (bridge, call, &job, error);
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

/* Asked for most of all, so it comes as text. */
static bool
get_task (mk_bridge *bridge, mk_call *call, GError **error)
{
  const char *id = mk_call_param (call, "id");
  g_autoptr (mk_json) progress = mk_dispatcher_progress (bridge->dispatcher, id);
  call->text = mk_task_texts_find (bridge->task_texts, id, progress, error);
  return call->text != NULL;
}

static bool
answer_task (mk_bridge *bridge, mk_call *call, GError **error)
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
  return mk_dispatcher_cancel (bridge->dispatcher, mk_call_param (call, "id"), error) && answer_task (bridge, call, error);
}

static bool
retry_task (mk_bridge *bridge, mk_call *call, GError **error)
{
  g_autofree char *why = g_strdup_printf ("%s asked for it", mk_call_who (call));
  if (!mk_task_move (bridge->store, mk_call_param (call, "id"), MK_TASK_QUEUED, &(mk_task_step){ .why = why }, mk_bridge_now_ms (), error))
    return false;
  mk_dispatcher_wake (bridge->dispatcher);
  return answer_task (bridge, call, error);
}

static bool
change_task (mk_bridge *bridge, mk_call *call, GError **error)
{
  const char *id = mk_call_param (call, "id");
  if (!mk_task_set_priority (bridge->store, id, (int)mk_json_get_int (mk_json_get (call->body, "priority")), mk_bridge_now_ms (), error) || !answer_task (bridge, call, error))
    return false;
  mk_sockets_tell (bridge->sockets, "status_update", mk_json_copy (call->data), NULL);
  return true;
}

static bool
delete_task (mk_bridge *bridge, mk_call *call, GError **error)
{
  const char *id = mk_call_param (call, "id");
  bool with_files = g_strcmp0 (mk_call_query (call, "files"), "true") == 0;
  if (!mk_task_delete (bridge->store, id, error))
    return false;
  return !with_files || (mk_output_forget (bridge->store, id, error) && mk_outputs_remove (bridge->outputs_folder, id));
}

static void
serve_preview (mk_bridge *bridge, mk_call *call)
{
  GError *error = NULL;
  const char *type = NULL;
  GBytes *picture = mk_dispatcher_preview (bridge->dispatcher, mk_call_param (call, "id"), &type);
  if (picture == NULL) {
    mk_error (&error, MK_ERROR_NOT_FOUND, "task %s has no picture now", mk_call_param (call, "id"));
    mk_api_answer_error (call->request, error);
    return;
  }
  mk_http_request_set_header (call->request, "Cache-Control", "no-store");
  mk_http_answer_bytes (call->request, 200, type, g_bytes_ref (picture));
}

const mk_operation mk_task_operations[] = {
  { "executeCommand", .handle = execute_command, .needs_words = true, .ask = ask_about_command }, { "listTasks", .handle = list_tasks }, { "getTask", .handle = get_task }, { "listTaskEvents", .handle = list_events },
  { "cancelTask", .handle = cancel_task },         { "retryTask", .handle = retry_task }, { "changeTask", .handle = change_task }, { "deleteTask", .handle = delete_task }, { "getTaskPreview", .serve = serve_preview },
  { .id = NULL },
};
