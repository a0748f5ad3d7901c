/* workflow_widgets.h - which of a node's `widgets_values` is whose; for graph/ alone. */
#pragma once
#include "graph/registry.h"

/* Sets inputs of `inputs` from the node's `widgets_values` (a list by position, or an object by name); what they lack gets
 * its default. Inputs that grew in the editor are known by the node's sockets. */
void mk_workflow_read_widgets (const mk_node_def *def, const mk_folders *folders, const mk_json *node, mk_json *inputs);
/* Whether people set it on the node itself. */
bool     mk_workflow_is_widget (const mk_port *port);
/* Whether the editor chooses among {a|b} in its text. */
bool     mk_workflow_has_choices (const mk_port *port);
/* How many entries beside its value the editor keeps: a seed's control, an upload button. */
size_t   mk_workflow_count_beside (const mk_port *port);
/* A constant as API format has it: lists are wrapped, so that they do not look like links. */
mk_json *mk_workflow_constant (const mk_json *value);
