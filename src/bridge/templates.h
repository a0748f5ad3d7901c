/* templates.h - workflows that came with the program, with the inputs they ask for.
 *
 * Purpose   A file NAME.json of the folder is what POST /workflows takes; it becomes a workflow NAME that never changes.
 * Memory    The list is held for as long as the program runs; what is found is borrowed.
 * Shape     JSON as `Workflow` of assets/openapi.json.
 * Tests     tests/bridge/test_workflows.c
 */
#pragma once
#include "base/json.h"

/* A list of them by name, without those that cannot be read or whose inputs fit nothing, which the log names. Empty when
 * there is no folder. */
mk_json       *mk_templates_load (const char *folder);
const mk_json *mk_templates_find (const mk_json *templates, const char *id);
