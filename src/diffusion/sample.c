/* sample.c - see sample.h. */
#include "diffusion/sample.h"
#include "diffusion/latent_ops.h"
#include "diffusion/random.h"
#include "media/resize.h"

#include <math.h>
#include <string.h>

mk_tensor *
mk_sample_noise (const mk_tensor *latent, uint64_t seed, const int *batch_index, GError **error)
{
  mk_tensor *noise = mk_tensor_new (latent->n_dims, latent->dims, error);
  mk_random random;
  mk_random_init (&random, seed);
  if (noise == NULL || batch_index == NULL) {
    if (noise != NULL)
      mk_random_normal (&random, mk_tensor_write (noise), mk_tensor_n_floats (noise));
    return noise;
  }
  int n = latent->dims[0], last = 0;
  size_t size = mk_tensor_n_floats (latent) / (size_t)n;
  g_autofree float *one = g_new (float, size);
  for (int i = 0; i < n; i++)
    last = MAX (last, batch_index[i]);
  for (int place = 0; place <= last; place++) {
    mk_random_normal (&random, one, size);
    for (int i = 0; i < n; i++)
      if (batch_index[i] == place)
        memcpy (mk_tensor_write (noise) + (size_t)i * size, one, size * sizeof (float));
  }
  return noise;
}

static bool
is_zero (const mk_tensor *tensor)
{
  const float *x = mk_tensor_read (tensor);
  for (size_t i = 0; i < mk_tensor_n_floats (tensor); i++)
    if (x[i] != 0)
      return false;
  return true;
}

mk_tensor *
mk_sample_fit_channels (mk_tensor *latent, int n_channels, GError **error)
{
  if (latent->dims[1] == n_channels || !is_zero (latent))
    return mk_tensor_ref (latent);
  return mk_tensor_new_4 (latent->dims[0], n_channels, latent->dims[2], latent->dims[3], error);
}

typedef struct {
  const mk_sample *sample;
  mk_guide *guide;
  const mk_tensor *latent;   /* scaled */
  const float *noise;        /* for what is kept while in-painting */
  const mk_image *mask;      /* of latent size, or NULL */
  float *mixed, *clean;
  size_t n, area;
} loop;

/* In differential diffusion each place begins when the noise falls to its share. */
static float
mask_value (const loop *l, size_t image, size_t p, double threshold)
{
  float value = mk_image_read (l->mask, (int)(image % (size_t)l->mask->n))[p];
  const mk_model *model = l->sample->guider->model;
  if (!model->differential)
    return value;
  float hard = value >= threshold ? 1.0f : 0.0f, strength = model->differential_strength;
  return strength > 0 && strength < 1 ? strength * hard + (1 - strength) * value : hard;
}

static double
find_threshold (const loop *l, double sigma)
{
  const mk_schedule *schedule = &l->sample->guider->model->schedule;
  double end = fmax (schedule->sigmas[0], l->sample->sigmas[l->sample->n_sigmas - 1]);
  double from = mk_schedule_timestep (schedule, l->sample->sigmas[0]), to = mk_schedule_timestep (schedule, end);
  return (mk_schedule_timestep (schedule, sigma) - to) / (from - to);
}

/* What the mask keeps is the given latent, with as much noise as there should be now, before the network and without
 * any behind it. */
static bool
denoise (void *user, const float *x, double sigma, float *clean, float *uncond, GError **error)
{
  const loop *l = user;
  if (l->mask == NULL)
    return mk_guide_denoise (l->guide, x, sigma, clean, uncond, error);
  const float *latent = mk_tensor_read (l->latent);
  size_t picture = l->n / (size_t)l->latent->dims[0];
  double threshold = l->sample->guider->model->differential ? find_threshold (l, sigma) : 0;
  g_autofree float *masks = g_new (float, l->area *(size_t)l->latent->dims[0]);
  for (size_t i = 0; i < l->area * (size_t)l->latent->dims[0]; i++)
    masks[i] = mask_value (l, i / l->area, i % l->area, threshold);
  for (size_t i = 0; i < l->n; i++) {
    float m = masks[i / picture * l->area + i % l->area];
    l->mixed[i] = x[i] * m + (latent[i] + l->noise[i] * (float)sigma) * (1 - m);
  }
  if (!mk_guide_denoise (l->guide, l->mixed, sigma, clean, uncond, error))
    return false;
  for (size_t i = 0; i < l->n; i++) {
    float m = masks[i / picture * l->area + i % l->area];
    clean[i] = clean[i] * m + latent[i] * (1 - m);
  }
  return true;
}

static bool
report (void *user, int step, int n_steps, const float *clean)
{
  loop *l = user;
  memcpy (l->clean, clean, l->n * sizeof *clean);
  if (l->sample->preview != NULL)
    l->sample->preview (l->sample->user, step, n_steps, clean, l->latent->dims[2], l->latent->dims[3]);
  return true;
}

static mk_image *
fit_mask (mk_nn *nn, const mk_sample *sample, GError **error)
{
  return mk_image_resize (sample->noise_mask, sample->latent->dims[3], sample->latent->dims[2], MK_RESIZE_BILINEAR, false, nn->pool, error);
}

static mk_tensor *
scaled (const mk_tensor *like, float scale, GError **error)
{
  mk_tensor *out = mk_tensor_copy (like, error);
  for (size_t i = 0; out != NULL && i < mk_tensor_n_floats (out); i++)
    mk_tensor_write (out)[i] *= scale;
  return out;
}

static mk_tensor *
unscaled (const mk_tensor *like, const float *x, float scale, GError **error)
{
  mk_tensor *out = mk_tensor_new (like->n_dims, like->dims, error);
  for (size_t i = 0; out != NULL && i < mk_tensor_n_floats (out); i++)
    mk_tensor_write (out)[i] = x[i] / scale;
  return out;
}

/* x = latent + noise, as much as the first sigma says; at the schedule's end there is nothing but noise. */
static void
add_noise (const loop *l, float *x)
{
  const mk_schedule *schedule = &l->sample->guider->model->schedule;
  double sigma = l->sample->sigmas[0], most = schedule->sigmas[schedule->n - 1];
  bool all = sigma > most || fabs (most - sigma) <= 1e-5 * fmax (fabs (most), fabs (sigma));
  float scale = all ? sqrtf (1.0f + (float)sigma * (float)sigma) : (float)sigma;
  const float *noise = mk_tensor_read (l->sample->noise), *latent = mk_tensor_read (l->latent);
  for (size_t i = 0; i < l->n; i++)
    x[i] = noise[i] * scale + latent[i];
}

static bool
run_loop (loop *l, float *x, GError **error)
{
  const mk_sample *s = l->sample;
  const mk_schedule *schedule = &s->guider->model->schedule;
  g_autofree float *sigmas = g_memdup2 (s->sigmas, (size_t)s->n_sigmas * sizeof (float)), *fresh = NULL;
  l->noise = mk_tensor_read (s->noise);
  if (strcmp (s->sampler, "ddim") == 0) { /* it keeps what is masked with other noise than it begins with */
    if (s->seed == UINT64_MAX)
      return mk_error (error, MK_ERROR_RANGE, "ddim draws noise from the seed after the given one, and there is none after %" G_GUINT64_FORMAT, s->seed);
    mk_random random;
    mk_random_init (&random, s->seed + 1);
    fresh = g_new (float, l->n);
    mk_random_normal (&random, fresh, l->n);
    l->noise = fresh;
  }
  mk_sampling sampling = { .n = l->n, .sigmas = sigmas, .n_sigmas = s->n_sigmas, .seed = s->seed, .denoise = denoise, .report = report, .user = l };
  if (s->options != NULL)
    sampling.options = *s->options;
  sampling.percent_20 = mk_schedule_at_percent (schedule, 0.2);
  sampling.percent_80 = mk_schedule_at_percent (schedule, 0.8);
  return mk_sampler_run (s->sampler, &sampling, x, error);
}

/* Luo et al., "Latent Consistency Models", 2023, with a larger picture after each of the first steps. The noise that is added comes from the
 * generator that drew the first. */
typedef struct {
  mk_nn *nn;
  const mk_sample *sample;
  mk_random random;
  int n_growths, width, height; /* at the begin */
} growth;

static mk_tensor *
grow (growth *g, mk_tensor *clean, int step, GError **error)
{
  const mk_sample *s = g->sample;
  double ratio = 1.0 + (s->options->ratio - 1.0) * (step + 1) / g->n_growths, sigma = s->sigmas[step + 1];
  int width = step < g->n_growths ? (int)rint (g->width * ratio) : clean->dims[3], height = step < g->n_growths ? (int)rint (g->height * ratio) : clean->dims[2];
  if (width < 1 || height < 1) {
    mk_error (error, MK_ERROR_RANGE, "scale_ratio %g leaves nothing of a latent of %d×%d", s->options->ratio, g->width, g->height);
    return NULL;
  }
  mk_tensor *x = step < g->n_growths ? mk_latent_resize (clean, width, height, s->options->resize, false, g->nn->pool, error) : mk_tensor_copy (clean, error);
  g_autofree float *noise = x != NULL && sigma > 0 ? g_try_new (float, mk_tensor_n_floats (x)) : NULL;
  if (noise != NULL)
    mk_random_normal (&g->random, noise, mk_tensor_n_floats (x));
  for (size_t i = 0; noise != NULL && i < mk_tensor_n_floats (x); i++)
    mk_tensor_write (x)[i] += (float)sigma * noise[i];
  return x;
}

/* Both results are scaled. */
static mk_tensor *
run_growing (growth *g, mk_tensor *taken, mk_tensor **denoised, GError **error)
{
  const mk_sample *s = g->sample;
  mk_tensor *x = taken;
  mk_guide *guide = NULL;
  g_autoptr (mk_tensor) like = NULL; /* of the guide's size */
  for (int i = 0; i + 1 < s->n_sigmas && x != NULL; i++) {
    if (guide == NULL || x->dims[2] != like->dims[2] || x->dims[3] != like->dims[3]) {
      g_clear_pointer (&guide, mk_guide_free);
      mk_tensor_unref (like);
      like = mk_tensor_ref (x);
      guide = mk_guide_new (g->nn, s->guider, like, NULL, error);
    }
    mk_tensor *clean = guide != NULL ? mk_tensor_new (4, x->dims, error) : NULL, *next = NULL;
    if (clean != NULL && mk_guide_denoise (guide, mk_tensor_read (x), s->sigmas[i], mk_tensor_write (clean), NULL, error)) {
      if (s->preview != NULL)
        s->preview (s->user, i, s->n_sigmas - 1, mk_tensor_read (clean), x->dims[2], x->dims[3]);
      next = grow (g, clean, i, error);
    }
    mk_tensor_unref (x);
    mk_tensor_unref (*denoised);
    x = next;
    *denoised = clean;
  }
  mk_guide_free (guide);
  return x;
}

static mk_tensor *
sample_growing (mk_nn *nn, const mk_sample *s, const mk_tensor *latent, mk_tensor **denoised, GError **error)
{
  growth g = { .nn = nn, .sample = s, .width = latent->dims[3], .height = latent->dims[2] };
  float scale = (float)s->guider->model->latent_scale;
  g_autoptr (mk_tensor) clean = NULL;
  mk_tensor *x = s->noise_mask == NULL ? mk_tensor_copy (latent, error) : NULL;
  if (s->noise_mask != NULL)
    mk_error (error, MK_ERROR_TYPE, "a picture that grows while it is sampled cannot have a noise mask");
  if (x == NULL)
    return NULL;
  g.n_growths = s->options->growths < 0 ? MAX (s->n_sigmas / 2, 1) : MIN (s->options->growths, s->n_sigmas);
  mk_random_init (&g.random, s->seed);
  mk_random_normal (&g.random, mk_tensor_write (x), mk_tensor_n_floats (x)); /* what the first noise was */
  add_noise (&(loop) { .sample = s, .latent = latent, .n = mk_tensor_n_floats (latent) }, mk_tensor_write (x));
  g_autoptr (mk_tensor) last = run_growing (&g, x, &clean, error);
  if (last == NULL)
    return NULL;
  mk_tensor *out = unscaled (last, mk_tensor_read (last), scale, error);
  if (out != NULL && denoised != NULL && (*denoised = unscaled (clean, mk_tensor_read (clean), scale, error)) == NULL)
    g_clear_pointer (&out, mk_tensor_unref);
  return out;
}

mk_tensor *
mk_sample_run (mk_nn *nn, const mk_sample *s, mk_tensor **denoised, GError **error)
{
  if (s->n_sigmas < 2)
    return mk_tensor_ref (s->latent);
  if (s->latent->n_dims != 4 || mk_tensor_n_floats (s->latent) != mk_tensor_n_floats (s->noise)) {
    mk_error (error, MK_ERROR_TYPE, "this sampler takes latents of pictures, n × channels × height × width");
    return NULL;
  }
  float scale = (float)s->guider->model->latent_scale;
  g_autoptr (mk_tensor) latent = scaled (s->latent, scale, error);
  if (latent != NULL && strcmp (s->sampler, MK_SAMPLER_LCM_UPSCALE) == 0)
    return sample_growing (nn, s, latent, denoised, error);
  g_autoptr (mk_image) mask = s->noise_mask != NULL ? fit_mask (nn, s, error) : NULL;
  if (latent == NULL || (s->noise_mask != NULL && mask == NULL))
    return NULL;
  g_autoptr (mk_guide) guide = mk_guide_new (nn, s->guider, latent, mask, error);
  if (guide == NULL)
    return NULL;
  size_t n = mk_tensor_n_floats (latent);
  g_autofree float *x = g_new (float, n), *mixed = g_new (float, n), *clean = g_new0 (float, n);
  loop l = { .sample = s, .guide = guide, .latent = latent, .mask = mask, .mixed = mixed, .clean = clean, .n = n, .area = (size_t)latent->dims[2] * (size_t)latent->dims[3] };
  add_noise (&l, x);
  if (!run_loop (&l, x, error))
    return NULL;
  mk_tensor *out = unscaled (latent, x, scale, error);
  if (out != NULL && denoised != NULL && (*denoised = unscaled (latent, clean, scale, error)) == NULL)
    g_clear_pointer (&out, mk_tensor_unref);
  return out;
}

uint8_t *
mk_sample_sketch (mk_family family, const float *latent, int n_channels, int height, int width)
{
  static const float sd[4][3] = { { 0.3512f, 0.2297f, 0.3227f }, { 0.3250f, 0.4974f, 0.2350f }, { -0.2829f, 0.1762f, 0.2721f }, { -0.2120f, -0.2616f, -0.7177f } };
  static const float xl[4][3] = { { 0.3651f, 0.4232f, 0.4341f }, { -0.2533f, -0.0042f, 0.1068f }, { 0.1076f, 0.1111f, -0.0362f }, { -0.3165f, -0.2492f, -0.2188f } };
  bool is_xl = family >= MK_FAMILY_SDXL;
  size_t area = (size_t)height * (size_t)width;
  uint8_t *rgb = g_new (uint8_t, area * 3);
  for (size_t p = 0; p < area; p++)
    for (int c = 0; c < 3; c++) {
      float value = 0;
      for (int k = 0; k < MIN (n_channels, 4); k++)
        value += latent[(size_t)k * area + p] * (is_xl ? xl : sd)[k][c];
      rgb[p * 3 + (size_t)c] = (uint8_t)CLAMP ((value + 1) * 127.5f, 0.0f, 255.0f);
    }
  return rgb;
}
