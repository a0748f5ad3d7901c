/* types.h - what diffusion nodes hand to each other. */
#pragma once
#include "diffusion/checkpoint.h"
#include "diffusion/conditioning.h"
#include "diffusion/guide.h"
#include "diffusion/sample.h"
#include "nodes/latent/types.h"

/* MODEL mk_model; CLIP mk_clip; VAE and UPSCALE_MODEL mk_weights; CONTROL_NET mk_control_net; CONDITIONING a GPtrArray of
 * mk_condition; SAMPLER mk_sampler_choice; SIGMAS mk_tensor of one size; NOISE mk_noise_choice; GUIDER mk_guider. */
extern const mk_value_type mk_model_type, mk_clip_type, mk_vae_type, mk_upscale_model_type, mk_control_net_type, mk_conditioning_type,
  mk_sampler_type, mk_sigmas_type, mk_noise_type, mk_guider_type;

typedef struct {
  char *name;
  mk_sampler_options options;
} mk_sampler_choice;

typedef struct {
  bool is_off;
  uint64_t seed;
  mk_tensor *given; /* of the latent's shape, instead of what the seed gives; NULL = none */
} mk_noise_choice;

/* Borrowed; TYPE naming the input when there is none, with what usually gives one. */
void *mk_run_need_data (const mk_run *run, const char *input, const mk_value_type *type, GError **error);
/* Output `index`; false when `taken` is NULL. */
bool  mk_run_answer (mk_run *run, unsigned index, const mk_value_type *type, void *taken);
/* `n` sigmas, copied; none is an empty schedule: sampling gives back what it got. */
bool  mk_run_answer_sigmas (mk_run *run, unsigned index, const float *sigmas, int n, GError **error);
/* The input "steps", at least 1 and such that memory suffices; over a wire it may be anything. */
bool  mk_run_get_steps (const mk_run *run, int *steps, GError **error);

/* A context for networks over this run's pool and job. */
void mk_run_nn_init (const mk_run *run, mk_nn *nn);
