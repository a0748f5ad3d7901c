#include "bridge/bridge_private.h"

#include "bridge/templates.h"
#include "bridge/workflows.h"
#include "graph/workflow.h"

static bool
list_workflows (mk_bridge *bridge, mk_call *call, GError **error)
{
  mk_page page;
  if (!mk_call_page (call, &page, error))
    return false;
  call->data = mk_workflow_list (bridge->store, bridge->templates, &page, mk_call_query (call, "q"), error);
  return call->data != NULL;
}

static mk_workflow_new
workflow_of (const mk_json *body)
{
  return (mk_workflow_new){ .name = mk_json_get_string (mk_json_get (body, "name")), .description = mk_json_get_string (mk_json_get (body, "description")),
                            .inputs = mk_json_get (body, "inputs"), .graph = mk_json_get (body, "graph") };
}

static bool
create_workflow (mk_bridge *bridge, mk_call *call, GError **error)
{
  mk_workflow_new workflow = workflow_of (call->body);
  if (mk_workflow_check (&workflow, error))
    call->data = mk_workflow_create (bridge->store, &workflow, mk_bridge_now_ms (), error);
  return call->data != NULL;
}

/* A template or one's own; a new reference. */
static mk_json *
find_workflow (mk_bridge *bridge, const mk_call *call, int64_t version, GError **error)
{
  const char *id = mk_call_param (call, "id");
  const mk_json *template = mk_templates_find (bridge->templates, id);
  if (template == NULL)
    return mk_workflow_find (bridge->store, id, version, error);
  if (version <= 1)
    return mk_json_copy (template);
  mk_error (error, MK_ERROR_NOT_FOUND, "the template %s has no version %" G_GINT64_FORMAT, id, version);
  return NULL;
}

static bool
is_own (const mk_bridge *bridge, const mk_call *call, GError **error)
{
  const mk_json *template = mk_templates_find (bridge->templates, mk_call_param (call, "id"));
  return template == NULL || mk_error (error, MK_ERROR_FORBIDDEN, "“%s” came with the program and stays as it is; POST /workflows makes one of your own of it", mk_json_get_string (mk_json_get (template, "name")));
}

static bool
get_workflow (mk_bridge *bridge, mk_call *call, GError **error)
{
  const char *version = mk_call_query (call, "version");
  call->data = find_workflow (bridge, call, version != NULL ? g_ascii_strtoll (version, NULL, 10) : 0, error);
  return call->data != NULL;
}

static bool
replace_workflow (mk_bridge *bridge, mk_call *call, GError **error)
{
  mk_workflow_new workflow = workflow_of (call->body);
  if (is_own (bridge, call, error) && mk_workflow_check (&workflow, error))
    call->data = mk_workflow_replace (bridge->store, mk_call_param (call, "id"), &workflow, 0, mk_bridge_now_ms (), error);
  return call->data != NULL;
}

static bool
delete_workflow (mk_bridge *bridge, mk_call *call, GError **error)
{
  return is_own (bridge, call, error) && mk_workflow_delete (bridge->store, mk_call_param (call, "id"), error);
}

static bool
list_versions (mk_bridge *bridge, mk_call *call, GError **error)
{
  mk_page page;
  if (!mk_call_page (call, &page, error))
    return false;
  const mk_json *template = mk_templates_find (bridge->templates, mk_call_param (call, "id"));
  if (template != NULL) {
    g_autoptr (mk_json) only = mk_json_copy (template);
    mk_json *items = mk_json_new_array ();
    mk_json_remove (only, "graph");
    if (page.before > 1)
      mk_json_append (items, mk_json_ref (only));
    call->data = mk_page_print (items, 0, 1);
    return true;
  }
  call->data = mk_workflow_list_versions (bridge->store, mk_call_param (call, "id"), &page, error);
  return call->data != NULL;
}

static bool
execute_workflow (mk_bridge *bridge, mk_call *call, GError **error)
{
  g_autoptr (mk_json) workflow = find_workflow (bridge, call, 0, error), given = workflow != NULL ? mk_json_ref (mk_json_get (workflow, "graph")) : NULL;
  mk_json *prompt = NULL;
  if (workflow == NULL || !mk_bridge_to_prompt (bridge, given, &prompt, error))
    return false;
  mk_json_set (workflow, "graph", prompt);
  mk_json *graph = mk_workflow_fill (workflow, mk_json_get (call->body, "inputs"), error);
  if (graph == NULL)
    return false;
  mk_bridge_job job = { .kind = "workflow", .title = mk_json_get_string (mk_json_get (workflow, "name")), .project = mk_call_text (call, "project_id"), .options = mk_json_get (call->body, "options"),
                        .taken_request = mk_bridge_workflow_request (graph, mk_workflow_is_ui (given) ? given : NULL) };
  call->data = mk_bridge_queue (bridge, call, &job, error);
  return call->data != NULL;
}

static bool
run_graph (mk_bridge *bridge, mk_call *call, GError **error)
{
  const mk_json *given = mk_json_get (call->body, "graph");
  mk_json *graph = NULL;
  if (!mk_bridge_to_prompt (bridge, given, &graph, error))
    return false;
  mk_bridge_job job = { .kind = "workflow", .title = mk_call_text (call, "title"), .project = mk_call_text (call, "project_id"), .options = mk_json_get (call->body, "options"),
                        .taken_request = mk_bridge_workflow_request (graph, mk_workflow_is_ui (given) ? given : NULL) };
  call->data = mk_bridge_queue (bridge, call, &job, error);
  return call->data != NULL;
}

const mk_operation mk_workflow_operations[] = {
  { "listWorkflows", .handle = list_workflows },     { "createWorkflow", .handle = create_workflow },     { "getWorkflow", .handle = get_workflow },
  { "replaceWorkflow", .handle = replace_workflow }, { "deleteWorkflow", .handle = delete_workflow },     { "listWorkflowVersions", .handle = list_versions },
  { "executeWorkflow", .handle = execute_workflow }, { "runGraph", .handle = run_graph },                 { .id = NULL },
};
