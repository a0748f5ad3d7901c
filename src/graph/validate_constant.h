/* validate_constant.h - one constant of a workflow against the port it is for; for graph/ alone.
 *
 * Purpose   Python's conversions, lists of choices and ranges, and how ComfyUI says what is wrong with them.
 * Tests     tests/engine/test_validate.c
 */
#pragma once
#include "graph/registry.h"

/* {"type", "message", "details", "extra_info"}; takes `extra`, NULL = {}. */
mk_json *mk_validation_error (const char *type, const char *message, const char *details, mk_json *taken_extra);
/* {"input_name", "input_config"} and, unless it is NULL, "received_value". */
mk_json *mk_validation_extra (const mk_folders *folders, const mk_node_def *def, const mk_port *port, const mk_json *received);
/* Whether the table's own check stands in for range and list of the input `name`. */
bool     mk_node_checks_itself (const mk_node_def *def, const char *name);
/* Converts the constant in `inputs` to its declared type; an error when it cannot be, or is none of those allowed. */
mk_json *mk_constant_check (const mk_folders *folders, const mk_node_def *def, mk_json *inputs, const mk_port *port, const mk_json *given);
