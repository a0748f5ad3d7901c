/* model.h - what a checkpoint holds, as values that nodes change and pass on.
 *
 * Purpose   MODEL, CLIP, VAE and CONTROL_NET: weights that lie in files, and how they are to be used. Cheap to copy;
 *           networks are made from them when they run (networks.h).
 * Families  Stable Diffusion 1.x, 2.x and XL. Other families are told by name, not guessed at.
 * Threads   Immutable once shared; counts are atomic.
 * Tests     tests/diffusion/test_models.c
 */
#pragma once
#include "diffusion/reuse.h"
#include "diffusion/schedule.h"
#include "diffusion/unet.h"

typedef enum { MK_FAMILY_SD1, MK_FAMILY_SD2, MK_FAMILY_SDXL, MK_FAMILY_SDXL_REFINER } mk_family;
const char *mk_family_name (mk_family family);

/* Changes to how the conditioned and the unconditioned result are mixed, in the order in which nodes added them. */
typedef enum {
  MK_GUIDE_RESCALE,       /* a: share of the rescaled result */
  MK_GUIDE_EPSILON_SCALE, /* a: factor */
  MK_GUIDE_MAHIRO,
  MK_GUIDE_ZERO_STAR,
  MK_GUIDE_NORM,          /* a: strength */
  MK_GUIDE_APG,           /* a: eta, b: norm threshold, c: momentum */
  MK_GUIDE_TONEMAP,       /* a: multiplier */
  MK_GUIDE_SHARPEN,       /* a: radius, b: sigma, c: alpha */
  MK_GUIDE_PERTURBED,     /* a: scale */
  MK_GUIDE_DAMPED,        /* of the unconditioned result what is along both remains */
  MK_GUIDE_FREQUENCIES,   /* a: factor of the low ones, b: of the high ones, c: how many are low, each way */
  MK_GUIDE_PERPENDICULAR, /* a: strength of what is across, with the model's own empty prompt */
  MK_GUIDE_DEGRADED,      /* self-attention guidance. a: scale, b: sigma of the blur, in cells */
  MK_GUIDE_RISING,        /* a: CFG of the batch's first picture; the last one's is the guider's */
  MK_GUIDE_RISING_FALLING, /* a: CFG of the first and the last; the guider's in between */
} mk_guide_kind;

typedef struct {
  mk_guide_kind kind;
  float a, b, c;
} mk_guide_patch;

typedef struct {
  mk_family family;
  mk_weights *weights; /* at the UNet */
  mk_schedule schedule;
  double latent_scale;
  mk_freeu freeu;
  mk_reuse_choice reuse;
  bool differential;   /* the noise mask is a map of when each place begins to change */
  float differential_strength;
  GArray *patches;     /* of mk_guide_patch */
  GArray *shrinks;     /* of mk_shrink */
  mk_token_choice tokens;    /* which of them ask in self-attention */
  GPtrArray *empty;    /* of mk_condition; the empty prompt of PERPENDICULAR; NULL = none */
  int n_refs;
} mk_model;

typedef struct {
  mk_family family;
  mk_weights *encoders[2]; /* CLIP-L; OpenCLIP-G for XL. SD 2 has OpenCLIP-H first. NULL = none */
  int layer;               /* 0 = what the family uses; -1 = all layers, -2 = without the last… */
  char *embeddings;        /* folder of textual inversions; NULL = none */
  int n_refs;
} mk_clip;

typedef struct {
  mk_weights *weights;
  bool averages;  /* "shuffle" nets: outputs are the same everywhere */
  int kind;       /* of pictures that a net of several kinds is shown: as in control_union.h */
  int n_refs;
} mk_control_net;

mk_model *mk_model_ref (mk_model *model);
void      mk_model_unref (mk_model *model); /* NULL is fine */
/* A copy to change; `weights` NULL = the same. Takes it. */
mk_model *mk_model_copy (const mk_model *model, mk_weights *weights);
mk_clip  *mk_clip_ref (mk_clip *clip);
void      mk_clip_unref (mk_clip *clip); /* NULL is fine */
mk_clip  *mk_clip_copy (const mk_clip *clip);
void      mk_clip_set_weights (mk_clip *clip, int index, mk_weights *taken);
/* A copy to change. */
mk_control_net *mk_control_net_copy (const mk_control_net *net);
mk_control_net *mk_control_net_ref (mk_control_net *net);
void      mk_control_net_unref (mk_control_net *net); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_model, mk_model_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_clip, mk_clip_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_control_net, mk_control_net_unref)

/* The states of a prompt: 1 × tokens × width, and the pooled ones, 1 × width. */
bool mk_clip_encode (mk_nn *nn, const mk_clip *clip, const char *text, mk_tensor **states, mk_tensor **pooled, GError **error);
/* Two texts, one for each encoder of XL; for other families the second is ignored. */
bool mk_clip_encode_two (mk_nn *nn, const mk_clip *clip, const char *text_l, const char *text_g, mk_tensor **states, mk_tensor **pooled, GError **error);
