/* checkpoint.h - from files to models.
 *
 * Purpose   Tells which family a file is of and what it holds; says so by name when it is something else.
 * Layouts   Single files as they are shared (model.diffusion_model.*, first_stage_model.*, cond_stage_model.* or
 *           conditioner.embedders.*), and single networks, also in the diffusers library's names. protocol §8.8.
 * Threads   Any thread may call anything.
 * Tests     tests/diffusion/test_models.c
 */
#pragma once
#include "diffusion/model.h"

typedef struct {
  mk_model *model;
  mk_clip *clip;    /* NULL when the file has none */
  mk_weights *vae;  /* likewise */
} mk_checkpoint;

/* A whole checkpoint; `embeddings` is the folder of textual inversions. UNSUPPORTED naming the family when it is
 * another one; FORMAT naming what is missing. */
bool        mk_checkpoint_open (const char *path, const char *embeddings, mk_checkpoint *checkpoint, GError **error);
void        mk_checkpoint_clear (mk_checkpoint *checkpoint);
/* One network alone. */
mk_model   *mk_model_open (const char *path, GError **error);
mk_clip    *mk_clip_open (const char *path, const char *second, const char *embeddings, GError **error);
mk_weights *mk_vae_open (const char *path, GError **error);
mk_weights *mk_upscaler_open (const char *path, GError **error);
/* Files that hold only differences from the model that they were trained on need one, `model`; others do not look at it. May be NULL. */
mk_control_net *mk_control_net_open (const char *path, const mk_model *model, GError **error);
