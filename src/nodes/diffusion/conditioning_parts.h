/* conditioning_parts.h - prompts, schedules and noise taken apart for packs, as ComfyUI's Python has them.
 *
 * Form      CONDITIONING is a list of [states, map]; the map's names are ComfyUI's: pooled_output, area, strength, mask,
 *           mask_strength, set_area_to_bounds, start_percent, end_percent, control, control_apply_to_uncond,
 *           concat_latent_image, concat_mask, width … target_height, aesthetic_score. Others are kept and handed on.
 *           A control is a value of its own that stays here; made anew it is a map of control_net, hint, strength, start,
 *           end and previous. SIGMAS are a tensor of one size. NOISE is a map of seed, is_off and noise, a tensor instead of what the seed gives.
 */
#pragma once
#include "graph/parts.h"
#include "nodes/diffusion/types.h"

mk_value *mk_conditioning_open (const void *data, GError **error);
void     *mk_conditioning_close (const mk_value *parts, GError **error);
mk_value *mk_sigmas_open (const void *data, GError **error);
void     *mk_sigmas_close (const mk_value *parts, GError **error);
mk_value *mk_noise_open (const void *data, GError **error);
void     *mk_noise_close (const mk_value *parts, GError **error);
