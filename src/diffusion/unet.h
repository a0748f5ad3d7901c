/* unet.h - the network that predicts noise, and ControlNet, which is its first half with outputs.
 *
 * Purpose   SD 1.x and its relatives; blocks, widths and depths are read from the weights' names and shapes.
 * Source    Rombach et al., "High-Resolution Image Synthesis with Latent Diffusion Models", 2022;
 *           Zhang et al., "Adding Conditional Control to Text-to-Image Diffusion Models", 2023.
 * Threads   Constant once loaded.
 * Tests     tests/diffusion/test_networks.c
 */
#pragma once
#include "diffusion/tokens.h"

#define MK_UNET_MAX_BLOCKS 32

typedef struct mk_unet mk_unet;

/* `weights` stands at "model.diffusion_model." or "control_model.". */
mk_unet *mk_unet_load (mk_nn *nn, mk_weights *weights);
void     mk_unet_free (mk_unet *unet); /* NULL is fine */
int      mk_unet_n_in (const mk_unet *unet);      /* channels of the latent it takes: 4, or 9 for in-painting */
int      mk_unet_context_width (const mk_unet *unet);
bool     mk_unet_is_control (const mk_unet *unet);

/* What a ControlNet adds: one per input block, then the middle's. The caller frees them with mk_act_free. */
typedef struct {
  int n;
  mk_act outputs[MK_UNET_MAX_BLOCKS + 1];
} mk_control;

/* Si et al., "FreeU: Free Lunch in Diffusion U-Net", 2023: the two inner levels' backbone is raised, low frequencies of
 * what skips them are lowered. */
typedef struct {
  int version;        /* 0 = off, 1, 2 */
  float b[2], s[2];
} mk_freeu;

/* Kohya's Deep Shrink: pictures become smaller after an input block and large again where they meet what skipped that, so that
 * models keep to the proportions of the sizes they were taught. */
typedef struct {
  int block;             /* of the inputs, from 1 */
  double factor;
  bool after_skip;       /* the block's own skip stays large */
  const char *down, *up; /* methods of mk_latent_resize; interned */
  double start, end;     /* shares of the run in which it acts */
} mk_shrink;

/* What a prediction depends on beside the latent. */
typedef struct {
  const float *t;            /* n training timesteps */
  mk_act context;            /* n × tokens × 1 × width */
  const float *label;        /* n × mk_unet_label_width; NULL for networks without */
  const mk_control *control; /* added; may be NULL */
  int control_kind;          /* of the hint, for ControlNets of several kinds: as in control_union.h */
  mk_freeu freeu;
  const mk_shrink *shrinks;  /* those that act now */
  int n_shrinks;
  mk_token_choice tokens;
  mk_act *middle_looks;      /* gets how much the cells of the middle's first self-attention are looked at: a new activation, n × h × w × 1; may be NULL */
  bool middle_looks_nowhere; /* self-attention of the middle block leaves each token its own value */
} mk_unet_how;

/* Width of what SDXL knows beside the prompt (pooled text and sizes); 0 = it takes none. */
int    mk_unet_label_width (const mk_unet *unet);
/* The output for `x`, n × h × w × channels. A new activation. */
mk_act mk_unet_run (mk_nn *nn, const mk_unet *unet, mk_act x, const mk_unet_how *how);
/* `hint`: picture n × 8h × 8w × 3, 0..1. */
mk_control mk_unet_run_control (mk_nn *nn, const mk_unet *unet, mk_act x, mk_act hint, const mk_unet_how *how);
void   mk_control_free (mk_nn *nn, mk_control *control);
