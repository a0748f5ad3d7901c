/* workflow.h - any file with a workflow in it becomes a prompt in API format.
 *
 * Purpose   Contract §3.2 and §3.3: what ComfyUI's editor saves (nodes, links, widgets_values, sub-graphs, reroutes,
 *           primitives, mute, bypass, notes, groups) is flattened; API format passes as it is.
 * Accepts   The document itself, {"prompt": …}, {"workflow": …}, a template's {"graph": …}, and any of these as text, as files' metadata hold them.
 * Limits    100,000 nodes after flattening, sub-graphs 32 deep; links in a circle of reroutes lead nowhere.
 * Texts     What the editor rewrites when it queues, {a|b} and %date:yyyy%, is rewritten when a moment is given: workflow_text.h.
 * Tests     tests/engine/test_workflow.c, tests/fuzz/workflow.c
 */
#pragma once
#include "graph/registry.h"

/* What the editor saves: it has a list of nodes. */
bool mk_workflow_is_ui (const mk_json *document);

/* When a file of the editor is queued. Seeds of equal files choose equally; what one input's text becomes depends on nothing
 * but the seed, the node's id and the input's name. */
typedef struct {
  int64_t now_s; /* since 1970 */
  uint64_t seed;
} mk_workflow_moment;

/* A new prompt, not yet validated; `moment` NULL leaves texts as they are. MISSING_NODE names every node type that is not there, SYNTAX says that it is no
 * workflow at all, LIMIT that it is too large. */
bool mk_workflow_to_prompt (const mk_registry *registry, const mk_folders *folders, const mk_json *document, const mk_workflow_moment *moment, mk_json **prompt, GError **error);
