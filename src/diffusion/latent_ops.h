/* latent_ops.h - arithmetic on latents, number for number as ComfyUI's nodes do it (protocol §7.1, §7.5).
 *
 * Threads   Pure functions; results are new.
 * Tests     tests/nodes/test_latent_golden.c
 */
#pragma once
#include "diffusion/tensor.h"
#include "media/resize.h"

/* Tone mapping after Reinhard (sharpens false; a: multiplier), or sharpening (a: radius, b: sigma, c: alpha). */
typedef struct {
  bool sharpens;
  float a, b, c;
} mk_latent_operation;

/* In place, n × c × h × w. */
void mk_latent_operation_apply (const mk_latent_operation *operation, float *x, int n, int c, int h, int w);

/* `method` as ComfyUI's menus name it, "bislerp" included. `crops` trims to the new proportions first. */
mk_tensor *mk_latent_resize (mk_tensor *latent, int width, int height, const char *method, bool crops, mk_pool *pool, GError **error);
/* The batch repeated, or cut, to n. */
mk_tensor *mk_latent_repeat (mk_tensor *latent, int n, GError **error);
/* The rectangle; it must lie inside. */
mk_tensor *mk_latent_crop (const mk_tensor *latent, int x, int y, int width, int height, GError **error);
/* One behind the other; equal shapes but for the batch. */
mk_tensor *mk_latent_join (const mk_tensor *a, const mk_tensor *b, GError **error);
