/* node_table.h - a node's table out of its record in /object_info: of a pack, or of an engine elsewhere.
 *
 * Memory    The table owns every string that `def` shows, but for the id, which lives as long as the program.
 * Not here  What runs the node: `def` has no hooks.
 * Tests     tests/engine/test_workflow.c
 */
#pragma once
#include "graph/node.h"

typedef struct mk_node_table {
  mk_node_def def;         /* first, so that a def leads here */
  GStringChunk *texts;
  mk_port *inputs, *outputs;
  char **options;          /* all choices of all inputs */
  size_t n_options;
  bool with_defaults;
} mk_node_table;

/* FORMAT when it is no such record; the table is as it was. Inputs get their defaults only when asked for: what runs
 * a Python node leaves out what nobody gave. */
bool mk_node_table_read (mk_node_table *table, const mk_json *info, bool with_defaults, GError **error);
void mk_node_table_clear (mk_node_table *table);
