#include "nodes/diffusion/sampling.h"
#include "diffusion/networks.h"

typedef struct {
  mk_run *run;
  const mk_sampling_node *node;
} viewer;

/* The first picture of the batch, as a sketch. */
static void
show (void *user, int step, int n_steps, const float *clean)
{
  const viewer *v = user;
  const mk_tensor *s = v->node->latent->samples;
  g_autofree uint8_t *rgb = mk_sample_sketch (v->node->guider->model->family, clean, s->dims[1], s->dims[2], s->dims[3]);
  mk_run_preview (v->run, rgb, s->dims[3], s->dims[2]);
  mk_job_report (mk_run_job (v->run), step + 1, n_steps);
}

static bool
sample (mk_run *run, mk_nn *nn, const mk_sampling_node *node, GError **error)
{
  mk_latent *latent = node->latent;
  mk_weights *weights = node->guider->model->weights;
  const mk_safetensor *last = mk_weights_find (weights, "out.2.weight");
  g_autoptr (mk_tensor) fitted = mk_sample_fit_channels (latent->samples, last != NULL ? last->dims[0] : latent->samples->dims[1], error);
  g_autoptr (mk_tensor) noise = fitted == NULL ? NULL : node->adds_noise ? mk_sample_noise (fitted, node->seed, latent->batch_index, error) : mk_tensor_new (4, fitted->dims, error);
  if (noise == NULL)
    return false;
  viewer v = { run, node };
  mk_sample request = { .guider = node->guider, .sampler = node->sampler, .options = node->options, .sigmas = node->sigmas, .n_sigmas = node->n_sigmas, .seed = node->seed,
                        .noise = noise, .latent = fitted, .noise_mask = latent->noise_mask, .preview = show, .user = &v };
  g_autoptr (mk_tensor) denoised = NULL;
  mk_tensor *out = mk_sample_run (nn, &request, node->denoised_output >= 0 ? &denoised : NULL, error);
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
