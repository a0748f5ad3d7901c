/* workflows.h - graphs that are kept, with their versions.
 *
 * Purpose   A workflow declares the inputs that running it asks for; each names a node and a field, or several.
 * Shape     JSON as `Workflow` of assets/openapi.json.
 * Not here  Templates: templates.h. What is drawn in the editor's format is kept so; it is made into a prompt when it runs.
 * Tests     tests/bridge/test_workflows.c
 */
#pragma once
#include "bridge/store.h"

typedef struct mk_workflow_new {
  const char *name, *description;
  const mk_json *inputs, *graph;
} mk_workflow_new;

/* Nodes with a class_type, or what the editor draws. An empty graph is one that somebody begins with. WORKFLOW names the node. */
bool     mk_workflow_check_graph (const mk_json *graph, GError **error);
/* The graph is one; each input has a name of its own, a default that it would take, and in a graph of API format a node. */
bool     mk_workflow_check (const mk_workflow_new *workflow, GError **error);
mk_json *mk_workflow_create (mk_database *store, const mk_workflow_new *workflow, int64_t now_ms, GError **error);
/* `version` 0 = the newest. */
mk_json *mk_workflow_find (mk_database *store, const char *id, int64_t version, GError **error);
/* One's own, the newest first, then the templates (a list, may be NULL). */
mk_json *mk_workflow_list (mk_database *store, const mk_json *templates, const mk_page *page, const char *words, GError **error);
mk_json *mk_workflow_list_versions (mk_database *store, const char *id, const mk_page *page, GError **error);
/* A new version; `expected_version` 0 = whatever is newest. */
mk_json *mk_workflow_replace (mk_database *store, const char *id, const mk_workflow_new *workflow, int64_t expected_version, int64_t now_ms, GError **error);
bool     mk_workflow_delete (mk_database *store, const char *id, GError **error);

/* The graph (API format) with values put into the fields that the inputs name. RANGE, TYPE or USAGE names the input. */
mk_json *mk_workflow_fill (const mk_json *workflow, const mk_json *values, GError **error);
