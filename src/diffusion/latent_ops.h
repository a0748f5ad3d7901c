/* latent_ops.h - arithmetic on latents, number for number as ComfyUI's nodes do it (protocol §7.1, §7.5).
 *
 * Shape     Any, where nothing else is said: the batch first, height and width last.
 * Threads   Pure functions; results are new.
 * Tests     tests/nodes/test_latent_nodes.c
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

/* `method` as ComfyUI's menus name it, "bislerp" included. `crops` trims to the new proportions first. Films frame by frame;
 * RANGE when there are no cells: three dimensions or fewer. */
mk_tensor *mk_latent_resize (mk_tensor *latent, int width, int height, const char *method, bool crops, mk_pool *pool, GError **error);
/* Unless they differ in nothing but the batch: cropped and resized to the cells of `like`. RANGE when one has more dimensions. */
mk_tensor *mk_latent_fit (mk_tensor *latent, const mk_tensor *like, const char *method, mk_pool *pool, GError **error);
/* The batch repeated, or cut, to n. */
mk_tensor *mk_latent_repeat (mk_tensor *latent, int n, GError **error);
/* Both in the shape that they share once a size of 1 stands for as many as the other has; *wide_a and *wide_b are new. */
bool mk_latent_widen (mk_tensor *a, mk_tensor *b, mk_tensor **wide_a, mk_tensor **wide_b, GError **error);
/* The rectangle; it must lie inside. */
mk_tensor *mk_latent_crop (const mk_tensor *latent, int x, int y, int width, int height, GError **error);
/* `n` from `first` on along one dimension; they must be there. */
mk_tensor *mk_latent_slice (const mk_tensor *latent, int axis, int first, int n, GError **error);
/* One behind the other along a dimension; all other sizes are equal. */
mk_tensor *mk_latent_join (const mk_tensor *a, const mk_tensor *b, int axis, GError **error);
