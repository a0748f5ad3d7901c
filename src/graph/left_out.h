/* left_out.h - nodes of ComfyUI that are not here, and what keeps each away.
 *
 * Purpose   A workflow that asks for one is refused with what it lacks, instead of with a guess at a custom node.
 * Threads   A constant table.
 * Tests     tests/engine/test_object_info.c holds it against ComfyUI's catalogue: every node is here or there, none is both.
 */
#pragma once
#include "base/json.h"

typedef struct {
  const char *why;   /* "Models of Wan do not run here" */
  const char *nodes; /* their classes, with blanks between */
} mk_left_out;

extern const mk_left_out mk_left_out_nodes[]; /* `why` of NULL ends it */

/* NULL when ComfyUI has no such node, or it is not left out. */
const char *mk_left_out_why (const char *class_type);
/* A sentence for each reason why the first `n` of `missing`, objects with "class_type" and "node_title", are left out; and one
 * about custom nodes when there are others. */
void mk_left_out_append (GString *message, const mk_json *missing, size_t n);
