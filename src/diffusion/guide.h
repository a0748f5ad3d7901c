/* guide.h - the clean latent that a noisy one hides, as prompts, places and ControlNets would have it.
 *
 * Purpose   One evaluation of the network for everything that acts on a picture, mixed by classifier-free guidance
 *           (Ho and Salimans, 2022). Rules are ComfyUI's: protocol §8.1 and §8.4.
 * Order     Images of a batch never influence each other.
 * Threads   A guide belongs to one thread.
 * Tests     tests/nodes/test_diffusion_golden.c, tests/diffusion/test_guide.c
 */
#pragma once
#include "diffusion/conditioning.h"

typedef enum { MK_GUIDER_CFG, MK_GUIDER_BASIC, MK_GUIDER_DUAL, MK_GUIDER_DUAL_NESTED, MK_GUIDER_PERP_NEG } mk_guider_kind;

/* GUIDER on the links of a workflow. Lists are references; those that a kind does not need are NULL. */
typedef struct {
  mk_guider_kind kind;
  mk_model *model;
  GPtrArray *positive, *negative, *middle; /* middle: the second prompt of DUAL, the empty one of PERP_NEG */
  double cfg, cfg2;                        /* cfg2: of the second prompt, or PERP_NEG's strength */
} mk_guider;

void mk_guider_clear (mk_guider *guider);

typedef struct mk_guide mk_guide;

/* For latents of the shape of `latent` (already scaled), which in-painting models also see, with `mask` 1 × or n × h × w
 * of latent size or NULL. Everything is borrowed until the end. Loads what is needed. */
mk_guide *mk_guide_new (mk_nn *nn, const mk_guider *guider, const mk_tensor *latent, const mk_image *mask, GError **error);
void      mk_guide_free (mk_guide *guide); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_guide, mk_guide_free)
/* `uncond`, when wanted, is what the negative prompt alone would give. */
bool      mk_guide_denoise (mk_guide *guide, const float *x, double sigma, float *clean, float *uncond, GError **error);
