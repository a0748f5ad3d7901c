/* validate.h - whether a workflow in API format can run, in ComfyUI's words.
 *
 * Purpose   What POST /prompt checks before it accepts (contract §4).
 * Effect    Constants are converted to their declared type in place; {"__value__": x} becomes x.
 */
#pragma once
#include "graph/registry.h"

typedef struct mk_validation {
  mk_json *outputs;     /* ids of the outputs that may run, in the order of the document */
  mk_json *error;       /* {"type", "message", "details", "extra_info"} or NULL */
  mk_json *node_errors; /* {id: {"errors", "dependent_outputs", "class_type"}} */
} mk_validation;

void mk_validation_clear (mk_validation *validation);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (mk_validation, mk_validation_clear)

/* True when at least one output may run. `targets` (an array of ids) limits the outputs; NULL = all. */
bool mk_prompt_validate (const mk_registry *registry, const mk_folders *folders, mk_json *prompt, const mk_json *targets, mk_validation *validation);

/* The same as one sentence for people. */
char *mk_validation_describe (const mk_validation *validation, const mk_registry *registry, const mk_json *prompt);

/* [id, slot] with borrowed id. */
bool mk_json_get_link (const mk_json *value, const char **id, int64_t *slot);
/* "A,B" against "B,C" meet; "*" meets all. */
bool mk_type_fits (const char *given, const char *wanted);
