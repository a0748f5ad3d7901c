/* weights_save.h - weights as files: models that were merged or changed, made permanent.
 *
 * Format    .safetensors. Every tensor is kept in the kind of numbers that its source has.
 * Crash     Written beside and renamed: a file is whole or absent.
 * Tests     tests/nodes/test_model_nodes.c
 */
#pragma once
#include "base/json.h"
#include "diffusion/weights.h"

typedef struct {
  const mk_weights *weights;
  const char *prefix; /* before each key in the file */
} mk_weights_place;

/* `metadata`: an object of strings, or NULL. `job` hears progress and cancels. */
bool mk_weights_save (const char *path, const mk_weights_place *places, size_t n, const mk_json *metadata, const mk_job *job, GError **error);
/* One tensor of floats, and an empty one that marks the format, as SaveLatent writes them. */
bool mk_tensor_save (const char *path, const char *name, const mk_tensor *tensor, const char *marker, const mk_json *metadata, GError **error);
