/* operations.c - the tables of all handlers, in one list; assets/openapi.json gives each its route. */
#include "bridge/bridge_private.h"

extern const mk_operation mk_task_operations[], mk_workflow_operations[], mk_project_operations[], mk_scene_operations[], mk_output_operations[], mk_status_operations[],
  mk_catalogue_operations[], mk_model_operations[], mk_usage_operations[];

const mk_operation *const mk_all_operations[] = {
  mk_task_operations, mk_workflow_operations, mk_project_operations, mk_scene_operations, mk_output_operations, mk_status_operations, mk_catalogue_operations, mk_model_operations, mk_usage_operations, NULL,
};
