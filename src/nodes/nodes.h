/* nodes.h - every node this program was built with; the build collects their tables. */
#pragma once
#include "graph/node.h"

/* Ends with NULL. */
extern const mk_node_def *const mk_all_nodes[];
