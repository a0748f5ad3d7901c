#include "bridge/bridge_private.h"

#include "bridge/projects.h"
#include "language/next.h"

void
mk_bridge_tell_project (mk_bridge *bridge, const char *id, const mk_json *version)
{
  mk_json *data = mk_json_new_object ();
  mk_json_set (data, "project_id", mk_json_new_string (id));
  mk_json_set (data, "version", mk_json_copy (version));
  mk_sockets_tell (bridge->sockets, "status_update", data, NULL);
}

static bool
answer_project (mk_bridge *bridge, mk_call *call, GError **error)
{
  call->data = mk_project_find (bridge->store, mk_call_param (call, "id"), -1, error);
  if (call->data == NULL)
    return false;
  mk_bridge_tell_project (bridge, mk_call_param (call, "id"), mk_json_get (call->data, "version"));
  return true;
}

static bool
list_projects (mk_bridge *bridge, mk_call *call, GError **error)
{
  mk_page page;
  if (!mk_call_page (call, &page, error))
    return false;
  call->data = mk_project_list (bridge->store, &page, error);
  return call->data != NULL;
}

static bool
create_project (mk_bridge *bridge, mk_call *call, GError **error)
{
  const char *from = mk_call_text (call, "from_project");
  if (from == NULL && mk_json_has (call->body, "from_version"))
    return mk_error (error, MK_ERROR_USAGE, "from_version is a version of from_project, which is not given");
  int64_t version = mk_json_has (call->body, "from_version") ? mk_json_get_int (mk_json_get (call->body, "from_version")) : -1;
  call->data = mk_project_create (bridge->store, mk_json_get_string (mk_json_get (call->body, "name")), mk_call_who (call), from, version, mk_bridge_now_ms (), error);
  if (call->data == NULL)
    return false;
  mk_bridge_tell_project (bridge, mk_json_get_string (mk_json_get (call->data, "id")), mk_json_get (call->data, "version"));
  return true;
}

static int64_t
version_of (const mk_call *call, const char *name)
{
  const char *text = mk_call_query (call, name);
  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : -1;
}

static bool
get_project (mk_bridge *bridge, mk_call *call, GError **error)
{
  call->data = mk_project_find (bridge->store, mk_call_param (call, "id"), version_of (call, "version"), error);
  return call->data != NULL;
}

static bool
change_project (mk_bridge *bridge, mk_call *call, GError **error)
{
  return mk_project_rename (bridge->store, mk_call_param (call, "id"), mk_json_get_string (mk_json_get (call->body, "name")), mk_bridge_now_ms (), error)
         && answer_project (bridge, call, error);
}

static bool
delete_project (mk_bridge *bridge, mk_call *call, GError **error)
{
  if (!mk_project_delete (bridge->store, mk_call_param (call, "id"), error))
    return false;
  mk_bridge_tell_project (bridge, mk_call_param (call, "id"), NULL);
  return true;
}

static bool
answer_change (mk_bridge *bridge, mk_call *call, const mk_json *understanding, GError **error)
{
  mk_json *project = mk_project_find (bridge->store, mk_call_param (call, "id"), -1, error);
  if (project == NULL)
    return false;
  call->data = mk_json_new_object ();
  mk_json_set (call->data, "project", project);
  mk_bridge_tell_project (bridge, mk_call_param (call, "id"), mk_json_get (project, "version"));
  mk_json_set (call->data, "understanding", mk_json_copy (understanding));
  return true;
}

/* "undo that" moves the head; everything else is a change. */
static bool
apply_sentence (mk_bridge *bridge, mk_call *call, const mk_json *project, mk_project_change *change, GError **error)
{
  const char *id = mk_call_param (call, "id");
  g_autoptr (mk_json) understanding = NULL, commands = NULL;
  if (!mk_bridge_understand (bridge, change->sentence, call->reading, mk_json_get (project, "commands"), &understanding, &commands, error))
    return false;
  const char *intent = mk_json_get_string (mk_json_get (understanding, "intent"));
  int64_t now = mk_bridge_now_ms ();
  change->added = mk_json_get (understanding, "commands");
  change->commands = commands;
  bool is_done = g_str_equal (intent, "undo")   ? mk_project_undo (bridge->store, id, now, error)
                 : g_str_equal (intent, "redo") ? mk_project_redo (bridge->store, id, now, error)
                 : g_str_equal (intent, "ask")  ? true
                                                : mk_project_append (bridge->store, id, change, now, error);
  return is_done && answer_change (bridge, call, understanding, error);
}

static bool
ask_about_sentence (mk_bridge *bridge, const mk_call *call, void (*done) (void *user, mk_reading *taken), void *user)
{
  const char *sentence = mk_call_text (call, "sentence");
  g_autoptr (mk_json) project = sentence != NULL ? mk_project_find (bridge->store, mk_call_param (call, "id"), -1, NULL) : NULL;
  return project != NULL && mk_second_reader_ask (bridge, sentence, mk_json_get (project, "commands"), done, user);
}

static bool
add_commands (mk_bridge *bridge, mk_call *call, GError **error)
{
  const char *id = mk_call_param (call, "id");
  g_autoptr (mk_json) project = mk_project_find (bridge->store, id, -1, error);
  if (project == NULL)
    return false;
  mk_project_change change = { .who = mk_call_who (call), .expected_version = mk_json_has (call->body, "version") ? mk_json_get_int (mk_json_get (call->body, "version")) : -1 };
  if (mk_json_has (call->body, "sentence")) {
    if (mk_json_has (call->body, "commands"))
      return mk_error (error, MK_ERROR_USAGE, "give a sentence or a list of commands, not both");
    change.sentence = mk_json_get_string (mk_json_get (call->body, "sentence"));
    return apply_sentence (bridge, call, project, &change, error);
  }
  if (!mk_json_has (call->body, "commands"))
    return mk_error (error, MK_ERROR_USAGE, "give a sentence or a list of commands");
  g_autoptr (mk_json) whole = mk_commands_merge (mk_json_get (project, "commands"), mk_json_get (call->body, "commands"));
  change.added = mk_json_get (call->body, "commands");
  change.commands = whole;
  return mk_commands_check (bridge->commands, whole, error) && mk_project_append (bridge->store, id, &change, mk_bridge_now_ms (), error) && answer_change (bridge, call, NULL, error);
}

static bool
undo_project (mk_bridge *bridge, mk_call *call, GError **error)
{
  return mk_project_undo (bridge->store, mk_call_param (call, "id"), mk_bridge_now_ms (), error) && answer_project (bridge, call, error);
}

static bool
redo_project (mk_bridge *bridge, mk_call *call, GError **error)
{
  return mk_project_redo (bridge->store, mk_call_param (call, "id"), mk_bridge_now_ms (), error) && answer_project (bridge, call, error);
}

static bool
restore_project (mk_bridge *bridge, mk_call *call, GError **error)
{
  const char *id = mk_call_param (call, "id");
  int64_t version = mk_json_get_int (mk_json_get (call->body, "version"));
  return mk_project_restore (bridge->store, id, version, mk_call_who (call), mk_bridge_now_ms (), error) && answer_project (bridge, call, error);
}

static bool
list_history (mk_bridge *bridge, mk_call *call, GError **error)
{
  mk_page page;
  if (!mk_call_page (call, &page, error))
    return false;
  call->data = mk_project_list_history (bridge->store, mk_call_param (call, "id"), &page, error);
  return call->data != NULL;
}

static bool
render_project (mk_bridge *bridge, mk_call *call, GError **error)
{
  const char *id = mk_call_param (call, "id");
  g_autoptr (mk_json) project = mk_project_find (bridge->store, id, -1, error);
  if (project == NULL)
    return false;
  const char *name = mk_json_get_string (mk_json_get (project, "name"));
  mk_bridge_job job = { .kind = "command", .title = name, .project = id, .options = call->body, .taken_request = mk_bridge_workflow_request (mk_bridge_plan (bridge, mk_json_get (project, "commands"), call->body, name), NULL) };
  call->data = mk_bridge_queue (bridge, call, &job, error);
  return call->data != NULL;
}

/* What a film of the project would run, to be looked at and rewired. */
static bool
get_workflow (mk_bridge *bridge, mk_call *call, GError **error)
{
  g_autoptr (mk_json) project = mk_project_find (bridge->store, mk_call_param (call, "id"), version_of (call, "version"), error);
  if (project == NULL)
    return false;
  call->data = mk_bridge_plan (bridge, mk_json_get (project, "commands"), NULL, mk_json_get_string (mk_json_get (project, "name")));
  return true;
}

static bool
list_next (mk_bridge *bridge, mk_call *call, GError **error)
{
  g_autoptr (mk_json) project = mk_project_find (bridge->store, mk_call_param (call, "id"), version_of (call, "version"), error);
  if (project == NULL)
    return false;
  g_autofree char *last = mk_project_last_sentence (bridge->store, mk_call_param (call, "id"), mk_json_get_int (mk_json_get (project, "version")));
  call->data = mk_json_new_object ();
  mk_json_set (call->data, "sentences", mk_next_sentences (bridge->language, mk_json_get (project, "commands"), last));
  return true;
}

static bool
compare_project (mk_bridge *bridge, mk_call *call, GError **error)
{
  const char *id = mk_call_param (call, "id"), *with = mk_call_query (call, "with");
  g_autoptr (mk_json) before = mk_project_find (bridge->store, id, version_of (call, "from"), error);
  g_autoptr (mk_json) after = before != NULL ? mk_project_find (bridge->store, with != NULL ? with : id, version_of (call, "to"), error) : NULL;
  if (after == NULL)
    return false;
  call->data = mk_commands_compare (mk_json_get (before, "commands"), mk_json_get (after, "commands"));
  mk_json_set (call->data, "from", mk_json_copy (mk_json_get (before, "version")));
  mk_json_set (call->data, "to", mk_json_copy (mk_json_get (after, "version")));
  return true;
}

const mk_operation mk_project_operations[] = {
  { "listProjects", .handle = list_projects },   { "createProject", .handle = create_project }, { "getProject", .handle = get_project },   { "changeProject", .handle = change_project },
  { "deleteProject", .handle = delete_project }, { "addCommands", .handle = add_commands, .needs_words = true, .ask = ask_about_sentence },     { "undoProject", .handle = undo_project }, { "redoProject", .handle = redo_project },
  { "restoreProject", .handle = restore_project }, { "listProjectHistory", .handle = list_history }, { "renderProject", .handle = render_project },
  { "getProjectWorkflow", .handle = get_workflow }, { "compareProject", .handle = compare_project },
  { "listProjectNext", .handle = list_next, .needs_words = true },
  { .id = NULL },
};
