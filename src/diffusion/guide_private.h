/* guide_private.h - conditions made ready for one size of latent: guide_ready.c for guide.c. */
#pragma once
#include "diffusion/guide.h"
#include "diffusion/networks.h"

/* The positive, the negative and the middle prompt; then the positive one again through a network that is made worse, and the negative
 * one of a picture that was degraded. */
#define MK_MAX_SIDES 5
#define MK_SIDE_WORSE 3
#define MK_SIDE_DEGRADED 4

/* A ControlNet with its network, and its picture in the size that was asked for last. */
typedef struct mk_ready_control {
  const mk_control_use *use;
  mk_network *network;
  double sigma_start, sigma_end;
  mk_act hint; /* n pictures; x NULL = not yet made */
  struct mk_ready_control *previous;
} mk_ready_control;

typedef struct {
  mk_condition *from;      /* a reference */
  bool has_area, has_mask;
  int h, w, y, x;          /* the part of the latent it acts on */
  double sigma_start, sigma_end;
  float *weights;          /* n × h × w: mask, strength and soft borders */
  const mk_condition *text; /* whose states are used: its own, or those of another when it only stands in */
  mk_ready_control *control;
} mk_ready;

/* What decides how much memory a run of the networks takes: pictures, cells, tokens, which of the ControlNets act, whether attention is left out, how
 * often pictures shrink on the way. */
typedef struct {
  int n, h, w, n_tokens;
  unsigned controls, is_worse, n_shrinks, records;
} mk_run_shape;

typedef struct {
  int h, w;
  float *x; /* owned */
} mk_plane;

struct mk_guide {
  mk_nn *nn;
  const mk_guider *guider;
  const mk_model *model;
  const mk_tensor *latent;
  const mk_image *mask;
  int n, c, height, width;
  mk_network *network;
  const mk_unet *unet;
  GPtrArray *sides[MK_MAX_SIDES]; /* of mk_ready: positive, negative, middle, worse; NULL = not used */
  GPtrArray *controls;            /* of mk_ready_control */
  float *concat[MK_MAX_SIDES];    /* n × h × w × extra channels of models that paint in or are instructed, or NULL */
  int n_concat;
  float *results[MK_MAX_SIDES];   /* n × c × h × w each */
  float *totals;
  bool has_negative;              /* results[1] were computed in this evaluation */
  mk_plane *looks;                /* per picture, how much the middle's cells were looked at with the negative prompt; or NULL */
  float *lead;                    /* n × c × h × w: what self-attention guidance adds, or NULL */
  float *momentum;                /* of APG, or NULL */
  double momentum_sigma;
  mk_reuse *reuse;                /* of LazyCache, or NULL */
  mk_run_shape planned;           /* memory is there for */
};

/* Fills sides, controls and concat. */
bool mk_guide_make_ready (mk_guide *guide, GError **error);
void mk_guide_clear_ready (mk_guide *guide);
/* The n × (pooled + sizes) numbers that XL wants, for image-independent conditions: one row; to be freed. */
float *mk_guide_label (const mk_guide *guide, const mk_ready *ready, bool is_negative, GError **error);
/* guide_mix.c: results of the sides become the guided one. `uncond` may be NULL. */
void mk_guide_mix (mk_guide *guide, const float *x, double sigma, float *clean);
/* The sum of the scales of perturbed attention, without their signs. */
double mk_guide_worse_scale (const mk_model *model);
/* Whether some patch wants the negative side even at CFG 1. */
bool mk_guide_needs_negative (const mk_guider *guider);
/* Whether there is a patch of this kind. */
bool mk_guide_has (const mk_model *model, mk_guide_kind kind);

/* guide_filter.c */
/* Frequencies -n to n - 1 of a plane each way are scaled by `low`, the others by `high`; of what comes the real part. In place. */
void mk_scale_frequencies (float *plane, int h, int w, int n, double low, double high);
/* Hong et al., "Improving Sample Quality of Diffusion Models Using Self-Attention Guidance", 2023: `to` is c planes `from`, blurred by 9 × 9
 * cells where they are looked at more than on average. Sides of at least 5 cells. */
void mk_degrade (const float *from, float *to, int c, int h, int w, const mk_plane *looks, double sigma);
