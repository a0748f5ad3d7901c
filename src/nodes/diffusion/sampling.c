#include "nodes/diffusion/sampling.h"
#include "base/log.h"
#include "diffusion/networks.h"
#include "diffusion/taesd.h"
#include "nodes/diffusion/model_files.h"
#include "nodes/image/inputs.h"

#include <string.h>

typedef struct {
  mk_run *run;
  const mk_sampling_node *node;
  int n_channels;
  mk_network *decoder; /* mk_taesd, when its weights are there and somebody looks; else NULL */
  mk_nn nn;            /* for it alone: the sampler's memory is planned */
} viewer;

/* The tiny decoder's weights lie in vae_approx, named as ComfyUI names them. */
static void
open_decoder (viewer *v)
{
  g_autoptr (GError) error = NULL;
  bool is_xl = v->node->guider->model->family >= MK_FAMILY_SDXL;
  g_autofree char *path = mk_run_is_watched (v->run) ? mk_model_files_find_first (v->run, "vae_approx", is_xl ? "taesdxl_decoder" : "taesd_decoder") : NULL;
  g_autoptr (mk_safetensors) file = path != NULL ? mk_networks_open_file (path, &error) : NULL;
  g_autoptr (mk_weights) weights = file != NULL ? mk_weights_new (file, "", false) : NULL;
  if (weights != NULL)
    v->decoder = mk_networks_use (MK_NETWORK_TAESD, weights, &v->nn, &error);
  if (error != NULL)
    mk_log (MK_LOG_WARNING, "preview", "previews are coarse: %s", error->message);
}

/* The first picture of the batch: decoded small and fast, or as a sketch. */
static void
show (void *user, int step, int n_steps, const float *clean, int height, int width)
{
  viewer *v = user;
  g_autoptr (mk_image) picture = v->decoder != NULL ? mk_taesd_decode (&v->nn, mk_network_get (v->decoder), clean, height, width, NULL) : NULL;
  if (picture != NULL)
    mk_run_preview_image (v->run, picture, 0);
  else if (mk_run_is_watched (v->run)) {
    g_autofree uint8_t *rgb = mk_sample_sketch (v->node->guider->model->family, clean, v->n_channels, height, width);
    mk_run_preview (v->run, rgb, width, height);
  }
  mk_job_report (mk_run_job (v->run), step + 1, n_steps);
}

static mk_tensor *
make_noise (const mk_sampling_node *node, const mk_tensor *latent, GError **error)
{
  if (!node->adds_noise)
    return mk_tensor_new (4, latent->dims, error);
  if (node->noise == NULL)
    return mk_sample_noise (latent, node->seed, node->latent->batch_index, error);
  if (node->noise->n_dims == 4 && memcmp (node->noise->dims, latent->dims, 4 * sizeof latent->dims[0]) == 0)
    return mk_tensor_ref (node->noise);
  g_autofree char *given = mk_tensor_shape (node->noise), *wanted = mk_tensor_shape (latent);
  mk_error (error, MK_ERROR_TYPE, "the noise is %s, the latent %s", given, wanted);
  return NULL;
}

static bool
sample (mk_run *run, mk_nn *nn, const mk_sampling_node *node, GError **error)
{
  mk_latent *latent = node->latent;
  mk_weights *weights = node->guider->model->weights;
  const mk_safetensor *last = mk_weights_find (weights, "out.2.weight");
  g_autoptr (mk_tensor) fitted = mk_sample_fit_channels (latent->samples, last != NULL ? last->dims[0] : latent->samples->dims[1], error);
  g_autoptr (mk_tensor) noise = fitted == NULL ? NULL : make_noise (node, fitted, error);
  if (noise == NULL)
    return false;
  viewer v = { .run = run, .node = node, .n_channels = fitted->dims[1] };
  mk_run_nn_init (run, &v.nn);
  open_decoder (&v);
  mk_sample request = { .guider = node->guider, .sampler = node->sampler, .options = node->options, .sigmas = node->sigmas, .n_sigmas = node->n_sigmas, .seed = node->seed,
                        .noise = noise, .latent = fitted, .noise_mask = latent->noise_mask, .preview = show, .user = &v };
  g_autoptr (mk_tensor) denoised = NULL;
  mk_tensor *out = mk_sample_run (nn, &request, node->denoised_output >= 0 ? &denoised : NULL, error);
  if (v.decoder != NULL)
    mk_network_release (v.decoder);
  mk_nn_clear (&v.nn);
  if (out == NULL)
    return false;
  if (node->denoised_output >= 0)
    mk_run_answer_latent (run, (unsigned)node->denoised_output, mk_latent_with (latent, mk_tensor_ref (denoised != NULL ? denoised : out)));
  return mk_run_answer_latent (run, 0, mk_latent_with (latent, out));
}

bool
mk_run_sample (mk_run *run, const mk_sampling_node *node, GError **error)
{
  mk_nn nn;
  mk_run_nn_init (run, &nn);
  bool good = sample (run, &nn, node, error);
  mk_nn_clear (&nn);
  return good;
}
