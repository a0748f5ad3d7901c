#include "bridge/bridge_private.h"

#include "bridge/workflows.h"

static bool
list_workflows (mk_bridge *bridge, mk_call *call, GError **error)
{
  mk_page page;
  if (!mk_call_page (call, &page, error))
    return false;
  call->data = mk_workflow_list (bridge->store, &page, mk_call_query (call, "q"), error);
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
  call->data = mk_workflow_create (bridge->store, &workflow, mk_bridge_now_ms (), error);
  return call->data != NULL;
}

static bool
get_workflow (mk_bridge *bridge, mk_call *call, GError **error)
{
  const char *version = mk_call_query (call, "version");
  call->data = mk_workflow_find (bridge->store, mk_call_param (call, "id"), version != NULL ? g_ascii_strtoll (version, NULL, 10) : 0, error);
  return call->data != NULL;
}

static bool
replace_workflow (mk_bridge *bridge, mk_call *call, GError **error)
{
  mk_workflow_new workflow = workflow_of (call->body);
  call->data = mk_workflow_replace (bridge->store, mk_call_param (call, "id"), &workflow, 0, mk_bridge_now_ms (), error);
  return call->data != NULL;
}

static bool
delete_workflow (mk_bridge *bridge, mk_call *call, GError **error)
{
  return mk_workflow_delete (bridge->store, mk_call_param (call, "id"), error);
}

static bool
list_versions (mk_bridge *bridge, mk_call *call, GError **error)
{
  mk_page page;
  if (!mk_call_page (call, &page, error))
    return false;
  call->data = mk_workflow_list_versions (bridge->store, mk_call_param (call, "id"), &page, error);
  return call->data != NULL;
}

static bool
execute_workflow (mk_bridge *bridge, mk_call *call, GError **error)
{
  g_autoptr (mk_json) workflow = mk_workflow_find (bridge->store, mk_call_param (call, "id"), 0, error);
  mk_json *graph = workflow != NULL ? mk_workflow_fill (workflow, mk_json_get (call->body, "inputs"), error) : NULL;
  if (graph == NULL)
    return false;
  mk_bridge_job job = { .kind = "workflow", .title = mk_json_get_string (mk_json_get (workflow, "name")), .project = mk_call_text (call, "project_id"), .options = mk_json_get (call->body, "options"),
                        .taken_request = mk_bridge_workflow_request (graph) };
  call->data = mk_bridge_queue (bridge, call, &job, error);
  return call->data != NULL;
}

static bool
run_graph (mk_bridge *bridge, mk_call *call, GError **error)
{
  mk_bridge_job job = { .kind = "workflow", .title = mk_call_text (call, "title"), .project = mk_call_text (call, "project_id"), .options = mk_json_get (call->body, "options"),
                        .taken_request = mk_bridge_workflow_request (mk_json_copy (mk_json_get (call->body, "graph"))) };
  call->data = mk_bridge_queue (bridge, call, &job, error);
  return call->data != NULL;
}

const mk_operation mk_workflow_operations[] = {
  { "listWorkflows", .handle = list_workflows },     { "createWorkflow", .handle = create_workflow },     { "getWorkflow", .handle = get_workflow },
  { "replaceWorkflow", .handle = replace_workflow }, { "deleteWorkflow", .handle = delete_workflow },     { "listWorkflowVersions", .handle = list_versions },
  { "executeWorkflow", .handle = execute_workflow }, { "runGraph", .handle = run_graph },                 { .id = NULL },
};
