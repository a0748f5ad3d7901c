/* workflow_group.h - group nodes of older editors as the sub-graphs that came after them; for graph/ alone.
 *
 * Format    extra.groupNodes[NAME] = {"nodes", "links": [[from, slot, to, slot, id, type]], "external": [[node, output, type]],
 *           "config"}, nodes by their place; an instance's type is "workflow>NAME", in the oldest files "workflow/NAME".
 * Rules     Inputs and outputs that are not linked inside are the group's own, in the order of the nodes; widgets that were
 *           made inputs come last. An instance keeps the values of all widgets in one list.
 * Tests     tests/engine/test_workflow.c
 */
#pragma once
#include "graph/registry.h"

/* A definition as the document's "subgraphs" have it, with "proxyWidgets": [[node, name, what the group calls it]…] of its
 * instances' values. `known` are the definitions, by type, of groups that may stand in this one. */
mk_json *mk_workflow_group_to_subgraph (const mk_registry *registry, GHashTable *known, const mk_json *group);
