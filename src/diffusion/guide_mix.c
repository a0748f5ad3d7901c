/* guide_mix.c - classifier-free guidance and what people do to it. Formulas: protocol §7.10 and §8.4. */
#include "diffusion/guide_private.h"
#include "diffusion/latent_ops.h"

#include <math.h>
#include <string.h>

bool
mk_guide_has (const mk_model *model, mk_guide_kind kind)
{
  for (guint i = 0; i < model->patches->len; i++)
    if (g_array_index (model->patches, mk_guide_patch, i).kind == kind)
      return true;
  return false;
}

bool
mk_guide_needs_negative (const mk_guider *guider)
{
  static const mk_guide_kind kinds[] = { MK_GUIDE_ZERO_STAR, MK_GUIDE_MAHIRO, MK_GUIDE_DEGRADED };
  for (size_t i = 0; i < MK_COUNT (kinds); i++)
    if (mk_guide_has (guider->model, kinds[i]))
      return true;
  return false;
}

double
mk_guide_worse_scale (const mk_model *model)
{
  double sum = 0;
  for (guint i = 0; i < model->patches->len; i++) {
    const mk_guide_patch *patch = &g_array_index (model->patches, mk_guide_patch, i);
    sum += patch->kind == MK_GUIDE_PERTURBED ? fabs (patch->a) : 0;
  }
  return sum;
}

/* The patches work on one picture at a time. */
typedef struct {
  const mk_guide *g;
  const float *x, *cond, *uncond;
  float *out;
  size_t n, area; /* floats of a picture, of a plane */
  double sigma, cfg;
} picture;

static double
dot (const float *a, const float *b, size_t n)
{
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += (double)a[i] * b[i];
  return sum;
}

static double
deviation (const float *x, size_t n)
{
  double sum = 0, squares = 0;
  for (size_t i = 0; i < n; i++)
    sum += x[i];
  for (size_t i = 0; i < n; i++)
    squares += (x[i] - sum / (double)n) * (x[i] - sum / (double)n);
  return sqrt (squares / (double)(n - 1));
}

/* Lin et al. 2023, section 3.4, on velocities: the spread of the guided result is brought back to the conditioned one's. */
static void
rescale (const picture *p, float share)
{
  double s = p->sigma, root = sqrt (s * s + 1);
  g_autofree float *cond = g_new (float, p->n), *mixed = g_new (float, p->n);
  for (size_t i = 0; i < p->n; i++) {
    double x = p->x[i] / (s * s + 1);
    double c = (x - p->cond[i]) * root / s, u = (x - p->uncond[i]) * root / s;
    cond[i] = (float)c;
    mixed[i] = (float)(u + p->cfg * (c - u));
  }
  double factor = deviation (cond, p->n) / deviation (mixed, p->n);
  for (size_t i = 0; i < p->n; i++) {
    double final = share * (mixed[i] * factor) + (1 - share) * mixed[i];
    p->out[i] = (float)(p->x[i] / (s * s + 1) - final * s / root);
  }
}

static float
signed_root (float x)
{
  return x < 0 ? -sqrtf (-x) : sqrtf (x);
}

/* The guided result leans towards the conditioned one where both point the same way. */
static void
mahiro (const picture *p)
{
  g_autofree float *leap = g_new (float, p->n), *u = g_new (float, p->n), *m = g_new (float, p->n);
  for (size_t i = 0; i < p->n; i++) {
    leap[i] = p->cond[i] * (float)p->cfg;
    float merge = (leap[i] + p->out[i]) / 2;
    u[i] = signed_root (p->uncond[i] * (float)p->cfg);
    m[i] = signed_root (merge);
  }
  double lengths = sqrt (dot (u, u, p->n)) * sqrt (dot (m, m, p->n)), similarity = dot (u, m, p->n) / fmax (lengths, 1e-8);
  double to_leap = 2 * (similarity + 1);
  for (size_t i = 0; i < p->n; i++)
    p->out[i] = (float)((to_leap * p->out[i] + (4 - to_leap) * leap[i]) / 4);
}

/* Fan et al., "CFG-Zero*", 2025. */
static void
zero_star (const picture *p)
{
  double both = 0, square = 0;
  for (size_t i = 0; i < p->n; i++) {
    double c = p->x[i] - p->cond[i], u = p->x[i] - p->uncond[i];
    both += c * u;
    square += u * u;
  }
  double alpha = both / (square + 1e-8);
  for (size_t i = 0; i < p->n; i++)
    p->out[i] = (float)(p->out[i] + p->uncond[i] * (alpha - 1) + p->cfg * p->uncond[i] * (1 - alpha));
}

static void
limit_norm (const picture *p, float strength)
{
  for (size_t at = 0; at < p->area; at++) {
    double own = 0, cond = 0;
    for (size_t i = at; i < p->n; i += p->area) {
      own += (double)p->out[i] * p->out[i];
      cond += (double)p->cond[i] * p->cond[i];
    }
    float factor = (float)CLAMP (sqrt (cond) / (sqrt (own) + 1e-8), 0.0, 1.0) * strength;
    for (size_t i = at; i < p->n; i += p->area)
      p->out[i] *= factor;
  }
}

/* Sadat et al., "Eliminating Oversaturation and Artifacts of High Guidance Scales", 2024: the conditioned result such
 * that plain guidance gives theirs. */
static void
project (const picture *p, const mk_guide_patch *patch, float *momentum, float *cond)
{
  g_autofree float *step = g_new (float, p->n);
  for (size_t i = 0; i < p->n; i++)
    step[i] = p->cond[i] - p->uncond[i] + (momentum != NULL ? patch->c * momentum[i] : 0);
  if (momentum != NULL)
    memcpy (momentum, step, p->n * sizeof *step);
  double norm = sqrt (dot (step, step, p->n)), scale = patch->b > 0 && norm > patch->b ? patch->b / norm : 1;
  double square = dot (p->cond, p->cond, p->n), along = dot (step, p->cond, p->n) * scale / (square > 0 ? square : 1);
  for (size_t i = 0; i < p->n; i++) {
    double parallel = along * p->cond[i], across = step[i] * scale - parallel, modified = across + patch->a * parallel;
    cond[i] = (float)(p->cfg == 0 ? p->uncond[i] : p->uncond[i] + modified + (p->cond[i] - p->uncond[i]) / p->cfg);
  }
}

/* Kwon et al., "TCFG: Tangential Damping Classifier-free Guidance", 2025: of the unconditioned score only what lies along the
 * direction that it has most in common with the conditioned one: their first singular vector, from the 2×2 products of the two. */
static void
damp (const picture *p, float *uncond)
{
  double uu = 0, uc = 0, cc = 0;
  for (size_t i = 0; i < p->n; i++) {
    double u = (double)p->x[i] - p->uncond[i], c = (double)p->x[i] - p->cond[i];
    uu += u * u;
    uc += u * c;
    cc += c * c;
  }
  double turn = 0.5 * atan2 (2 * uc, uu - cc), share_u = cos (turn), share_c = sin (turn);
  double square = share_u * share_u * uu + 2 * share_u * share_c * uc + share_c * share_c * cc;
  double along = square > 0 ? (share_u * uu + share_c * uc) / square : 0;
  for (size_t i = 0; i < p->n; i++) {
    double u = (double)p->x[i] - p->uncond[i], c = (double)p->x[i] - p->cond[i];
    uncond[i] = (float)(p->x[i] - along * (share_u * u + share_c * c));
  }
}

/* Ahn et al., "Self-Rectifying Diffusion Sampling with Perturbed-Attention Guidance", 2024, equation 9: away from what a network
 * gives whose middle does not see beyond a token. */
static void
lead_away (const picture *p, const float *worse, float scale)
{
  for (size_t i = 0; i < p->n; i++)
    p->out[i] += (p->cond[i] - worse[i]) * scale;
}

static void
mix_plain (const picture *p, const float *cond, double cfg)
{
  for (size_t i = 0; i < p->n; i++)
    p->out[i] = p->uncond[i] + (cond[i] - p->uncond[i]) * (float)cfg;
}

/* The CFG of one picture of `n`, where it depends on its place. */
static double
cfg_at (const mk_guide_patch *patch, double cfg, size_t image, int n)
{
  double at = n > 1 ? (double)image / (n - 1) : 0, share = patch->kind == MK_GUIDE_RISING ? at : 2 * fabs (at - floor (at + 0.5));
  return patch->a + (cfg - patch->a) * share;
}

/* Huang et al., "FreSca: Scaling in Frequency Space Enhances Diffusion Models", 2025: of the guidance, not of the picture. */
static void
scale_frequencies (const mk_guide *g, const picture *p, const mk_guide_patch *patch, float *cond)
{
  for (size_t i = 0; i < p->n; i++)
    cond[i] -= p->uncond[i];
  for (size_t at = 0; at < p->n; at += p->area)
    mk_scale_frequencies (cond + at, g->height, g->width, (int)patch->c, patch->a, patch->b);
  for (size_t i = 0; i < p->n; i++)
    cond[i] += p->uncond[i];
}

/* Armandpour et al., "Re-imagine the Negative Prompt Algorithm", 2023: only what is across the positive direction is
 * taken away. */
static void
mix_perpendicular (const picture *p, const float *empty, double strength)
{
  g_autofree float *positive = g_new (float, p->n), *negative = g_new (float, p->n);
  for (size_t i = 0; i < p->n; i++) {
    positive[i] = p->cond[i] - empty[i];
    negative[i] = p->uncond[i] - empty[i];
  }
  double along = dot (negative, positive, p->n) / dot (positive, positive, p->n);
  for (size_t i = 0; i < p->n; i++)
    p->out[i] = (float)(empty[i] + p->cfg * (positive[i] - strength * (negative[i] - along * positive[i])));
}

/* What acts before the mixing changes the results, one upon the other; the last one that mixes itself wins; the rest follows. */
static void
mix_patched (mk_guide *g, picture *p, size_t image)
{
  const GArray *patches = g->model->patches;
  g_autofree float *cond = g_memdup2 (p->cond, p->n * sizeof (float)), *uncond = NULL;
  const mk_guide_patch *own = NULL;
  p->cond = cond;
  for (guint i = 0; i < patches->len; i++) {
    const mk_guide_patch *patch = &g_array_index (patches, mk_guide_patch, i);
    if (patch->kind == MK_GUIDE_APG)
      project (p, patch, patch->c != 0 ? g->momentum + image * p->n : NULL, cond);
    else if (patch->kind == MK_GUIDE_TONEMAP || patch->kind == MK_GUIDE_SHARPEN) {
      mk_latent_operation operation = { patch->kind == MK_GUIDE_SHARPEN, patch->a, patch->b, patch->c };
      for (size_t k = 0; k < p->n; k++)
        cond[k] -= p->uncond[k];
      mk_latent_operation_apply (&operation, cond, 1, g->c, g->height, g->width);
      for (size_t k = 0; k < p->n; k++)
        cond[k] += p->uncond[k];
    } else if (patch->kind == MK_GUIDE_DAMPED) {
      float *damped = g_new (float, p->n);
      damp (p, damped);
      p->uncond = damped;
      g_free (uncond);
      uncond = damped;
    } else if (patch->kind == MK_GUIDE_FREQUENCIES && g->has_negative)
      scale_frequencies (g, p, patch, cond);
    else if (patch->kind == MK_GUIDE_RESCALE || patch->kind == MK_GUIDE_PERPENDICULAR || patch->kind == MK_GUIDE_RISING || patch->kind == MK_GUIDE_RISING_FALLING)
      own = patch;
  }
  if (own != NULL && own->kind == MK_GUIDE_PERPENDICULAR)
    mix_perpendicular (p, g->results[2] + image * p->n, own->a);
  else if (own != NULL && own->kind == MK_GUIDE_RESCALE)
    rescale (p, own->a);
  else
    mix_plain (p, cond, own != NULL ? cfg_at (own, p->cfg, image, g->n) : p->cfg);
  const float *lead = g->lead != NULL ? g->lead + image * p->n : NULL;
  for (guint i = 0; i < patches->len; i++) {
    const mk_guide_patch *patch = &g_array_index (patches, mk_guide_patch, i);
    if (patch->kind == MK_GUIDE_DEGRADED && lead != NULL) {
      for (size_t k = 0; k < p->n; k++)
        p->out[k] += lead[k];
      lead = NULL; /* it is the sum of all such patches */
    } else if (patch->kind == MK_GUIDE_EPSILON_SCALE)
      for (size_t k = 0; k < p->n; k++)
        p->out[k] = p->x[k] - (p->x[k] - p->out[k]) / patch->a;
    else if (patch->kind == MK_GUIDE_MAHIRO)
      mahiro (p);
    else if (patch->kind == MK_GUIDE_ZERO_STAR)
      zero_star (p);
    else if (patch->kind == MK_GUIDE_NORM)
      limit_norm (p, patch->a);
    else if (patch->kind == MK_GUIDE_PERTURBED)
      lead_away (p, g->results[MK_SIDE_WORSE] + image * p->n, patch->a);
  }
}

static void
forget_momentum (mk_guide *g, double sigma, size_t n)
{
  if (g->momentum == NULL)
    g->momentum = g_new0 (float, n);
  else if (sigma > g->momentum_sigma) /* a new run begins */
    memset (g->momentum, 0, n * sizeof (float));
  g->momentum_sigma = sigma;
}

void
mk_guide_mix (mk_guide *g, const float *x, double sigma, float *clean)
{
  const mk_guider *guider = g->guider;
  size_t area = (size_t)g->height * (size_t)g->width, n = (size_t)g->c * area;
  if (g->model->patches->len > 0)
    forget_momentum (g, sigma, (size_t)g->n * n);
  for (size_t image = 0; image < (size_t)g->n; image++) {
    const float *cond = g->results[0] + image * n, *uncond = g->results[1] + image * n, *middle = g->results[2] + image * n;
    float *out = clean + image * n;
    picture p = { g, x + image * n, cond, uncond, out, n, area, sigma, guider->cfg };
    if (guider->kind == MK_GUIDER_BASIC)
      p.cfg = 1;
    if (guider->kind <= MK_GUIDER_BASIC && fabs (p.cfg - 1) <= 1e-9 && g->model->patches->len == 0)
      memcpy (out, cond, n * sizeof (float));
    else if (guider->kind <= MK_GUIDER_BASIC)
      mix_patched (g, &p, image);
    else if (guider->kind == MK_GUIDER_PERP_NEG)
      mix_perpendicular (&p, middle, guider->cfg2);
    else if (guider->kind == MK_GUIDER_DUAL)
      for (size_t i = 0; i < n; i++)
        out[i] = (float)(uncond[i] + (middle[i] - (double)uncond[i]) * guider->cfg2 + (cond[i] - (double)middle[i]) * guider->cfg);
    else
      for (size_t i = 0; i < n; i++)
        out[i] = (float)(uncond[i] + guider->cfg2 * (middle[i] + (cond[i] - (double)middle[i]) * guider->cfg - uncond[i]));
  }
}
