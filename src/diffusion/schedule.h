/* schedule.h - how much noise there is at each step.
 *
 * Purpose   The table of sigmas a model was trained on, and the schedulers that pick steps from it.
 * Source    Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models", 2022;
 *           names and rounding are ComfyUI's (protocol §8.3).
 * Threads   A schedule is constant once made.
 * Tests     tests/diffusion/test_numbers.c
 */
#pragma once
#include "base/base.h"

/* What the network's output means. */
typedef enum { MK_PREDICT_EPS, MK_PREDICT_V, MK_PREDICT_LCM, MK_PREDICT_X0, MK_PREDICT_EDM /* V with the other sign */ } mk_prediction;

/* What a network is told of the noise. */
typedef enum { MK_TIME_TABLE /* the nearest entry's number */, MK_TIME_LOG /* log (sigma) / 4 */, MK_TIME_ANGLE /* atan (sigma), 1 = a right angle */ } mk_time_kind;

typedef struct {
  mk_prediction prediction;
  mk_time_kind time;
  int n;            /* entries of the table */
  int stride;       /* training timesteps per entry: 1, or 20 for LCM */
  float sigmas[1000], logs[1000]; /* logs: of the sigmas before they were rounded */
} mk_schedule;

/* The scaled-linear table of SD 1, 2 and XL; `zero_snr` rescales it so that the last entry is pure noise. */
void mk_schedule_init (mk_schedule *schedule, mk_prediction prediction, bool zero_snr);
/* For models taught with any sigma of a range, 0 < low, high: the table is even in log space. `time` is LOG or ANGLE. */
void mk_schedule_init_continuous (mk_schedule *schedule, mk_prediction prediction, mk_time_kind time, double low, double high);

/* What the network is told of sigma (of a table: the training timestep nearest to it), and back (interpolated). */
double mk_schedule_timestep (const mk_schedule *schedule, double sigma);
double mk_schedule_sigma (const mk_schedule *schedule, double timestep);
/* Share of the run, 0 = its begin, as sigma. */
double mk_schedule_at_percent (const mk_schedule *schedule, double percent);

/* NULL-terminated, in the order of ComfyUI's menus. */
extern const char *const mk_scheduler_names[];

/* Sigmas from high to low, mostly ending with 0: `*n` of them, to be g_freed. RANGE for steps below 1 or above 10000
 * and for an unknown name. */
float *mk_schedule_steps (const mk_schedule *schedule, const char *scheduler, int steps, int *n, GError **error);
/* As KSampler asks: some samplers lose the step before last, `denoise` below 1 keeps the end. `*n` may be 0. */
float *mk_schedule_for_sampler (const mk_schedule *schedule, const char *sampler, const char *scheduler, int steps, double denoise, int *n, GError **error);

/* Without a table: karras with another rho, and friends of the custom sampling nodes. `steps` + 1 values. */
void mk_sigmas_karras (float *out, int steps, double low, double high, double rho);
void mk_sigmas_exponential (float *out, int steps, double low, double high);
void mk_sigmas_polyexponential (float *out, int steps, double low, double high, double rho);
void mk_sigmas_vp (float *out, int steps, double beta_d, double beta_min, double eps_s);
/* Beta (alpha, beta) spaced entries of the table; returns the number written, at most steps + 1. */
int mk_sigmas_beta (const mk_schedule *schedule, float *out, int steps, double alpha, double beta);
