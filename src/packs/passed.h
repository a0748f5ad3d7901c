/* passed.h - values in a graph that a pack's node becomes.
 *
 * Purpose   ComfyUI's expansions may hold values where a workflow has links and constants. Here such a value is the
 *           output of a node of its own, which the pack's process puts into the graph: {"class_type": MK_PASSED_NODE,
 *           "inputs": {"slot": k}}, k being the place of the value among what it returned.
 * Life      Until a node of the next prompt does the same.
 * Threads   Any.
 */
#pragma once
#include "engine/cache.h"
#include "graph/node.h"

#define MK_PASSED_NODE "MiktosPassedValue"

extern const mk_node_def mk_pack_passed_node;

/* Takes the values that `graph` names by their slots, and writes in there how its nodes find them. */
void mk_pack_pass_values (const mk_run *run, mk_json *graph, const mk_outcome *outcome);
