/* extra_paths.h - ComfyUI's extra_model_paths.yaml.
 *
 * Tests     tests/bridge/test_models.c
 */
#pragma once
#include "base/json.h"

/* [[kind, absolute folder]…] of all sections, in their order; kinds that are not known are passed over. SYNTAX names
 * the line. */
mk_json *mk_extra_paths_read (const char *path, GError **error);
