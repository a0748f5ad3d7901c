#include "nodes/diffusion/types.h"

#include "nodes/diffusion/conditioning_parts.h"

#define WRAP(name, free_func)    \
  static void                    \
  free_##name (void *data)       \
  {                              \
    free_func (data);            \
  }

WRAP (model, mk_model_unref)
WRAP (clip, mk_clip_unref)
WRAP (weights, mk_weights_unref)
WRAP (control_net, mk_control_net_unref)
WRAP (conditioning, g_ptr_array_unref)
WRAP (tensor, mk_tensor_unref)

/* Weights lie in files; what is counted is what is really held. */
static size_t
count_little (const void *data)
{
  (void)data;
  return 256;
}

static size_t
count_conditioning (const void *data)
{
  const GPtrArray *list = data;
  size_t sum = 0;
  for (guint i = 0; i < list->len; i++)
    sum += 256 + mk_tensor_n_floats (((mk_condition *)list->pdata[i])->states) * sizeof (float);
  return sum;
}

static size_t
count_tensor (const void *data)
{
  return mk_tensor_n_floats (data) * sizeof (float);
}

static void
free_sampler (void *data)
{
  g_free (((mk_sampler_choice *)data)->name);
  g_free (data);
}

static void
free_noise (void *data)
{
  mk_tensor_unref (((mk_noise_choice *)data)->given);
  g_free (data);
}

static void
free_guider (void *data)
{
  mk_guider_clear (data);
  g_free (data);
}

const mk_value_type mk_model_type = { .name = "MODEL", .free = free_model, .n_bytes = count_little };
const mk_value_type mk_clip_type = { .name = "CLIP", .free = free_clip, .n_bytes = count_little };
const mk_value_type mk_vae_type = { .name = "VAE", .free = free_weights, .n_bytes = count_little };
const mk_value_type mk_upscale_model_type = { .name = "UPSCALE_MODEL", .free = free_weights, .n_bytes = count_little };
const mk_value_type mk_control_net_type = { .name = "CONTROL_NET", .free = free_control_net, .n_bytes = count_little };
const mk_value_type mk_conditioning_type = { .name = "CONDITIONING", .free = free_conditioning, .n_bytes = count_conditioning, .open = mk_conditioning_open, .close = mk_conditioning_close };
const mk_value_type mk_sampler_type = { .name = "SAMPLER", .free = free_sampler, .n_bytes = count_little };
const mk_value_type mk_sigmas_type = { .name = "SIGMAS", .free = free_tensor, .n_bytes = count_tensor, .open = mk_sigmas_open, .close = mk_sigmas_close };
const mk_value_type mk_noise_type = { .name = "NOISE", .free = free_noise, .n_bytes = count_little, .open = mk_noise_open, .close = mk_noise_close };
const mk_value_type mk_guider_type = { .name = "GUIDER", .free = free_guider, .n_bytes = count_little };

void *
mk_run_need_data (const mk_run *run, const char *input, const mk_value_type *type, GError **error)
{
  void *data = mk_run_get_data (run, input, type);
  if (data == NULL && (type == &mk_clip_type || type == &mk_vae_type))
    mk_error (error, MK_ERROR_TYPE, "%s: the checkpoint holds no %s; load one with %s", input, type->name, type == &mk_clip_type ? "CLIPLoader" : "VAELoader");
  else if (data == NULL)
    mk_error (error, MK_ERROR_TYPE, "%s: there is no %s", input, type->name);
  return data;
}

bool
mk_run_answer (mk_run *run, unsigned index, const mk_value_type *type, void *taken)
{
  if (taken != NULL)
    mk_run_set_output (run, index, mk_value_new (type, taken));
  return taken != NULL;
}

void
mk_run_nn_init (const mk_run *run, mk_nn *nn)
{
  mk_nn_init (nn, mk_run_pool (run), mk_run_job (run), 0);
}
