/* nodes.h - every node and type of value this program was built with; the build collects their tables. */
#pragma once
#include "graph/node.h"

/* Ends with NULL. */
extern const mk_node_def *const mk_all_nodes[];
extern const mk_value_type *const mk_all_value_types[];
