/* vae_nodes.c - between pictures and latents, whole or in tiles, and what in-painting and instructed models see. */
#include "diffusion/networks.h"
#include "diffusion/vae.h"
#include "media/image_ops.h"
#include "nodes/diffusion/types.h"
#include "nodes/image/inputs.h"

#include <math.h>

static const mk_port vae_decode_inputs[] = {
  { "samples", "LATENT", "The latent that becomes a picture." },
  { "vae", "VAE", "The VAE of the model that made the latent." },
  { 0 } };
static const mk_port vae_decode_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };
static const mk_port vae_decode_tiled_inputs[] = {
  { "samples", "LATENT" },
  { "vae", "VAE" },
  { "tile_size", "INT", MK_INT_RANGE (64, 4096, 512, 32) },
  { "overlap", "INT", MK_INT_RANGE (0, 4096, 64, 32) },
  { "temporal_size", "INT", MK_INT_RANGE (8, 4096, 64, 4) },
  { "temporal_overlap", "INT", MK_INT_RANGE (4, 4096, 8, 4) },
  { 0 } };
static const mk_port vae_decode_tiled_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };
static const mk_port vae_encode_inputs[] = {
  { "pixels", "IMAGE" },
  { "vae", "VAE" },
  { 0 } };
static const mk_port vae_encode_outputs[] = { { "LATENT", "LATENT" }, { 0 } };
static const mk_port vae_encode_tiled_inputs[] = {
  { "pixels", "IMAGE" },
  { "vae", "VAE" },
  { "tile_size", "INT", MK_INT_RANGE (64, 4096, 512, 64) },
  { "overlap", "INT", MK_INT_RANGE (0, 4096, 64, 32) },
  { "temporal_size", "INT", MK_INT_RANGE (8, 4096, 64, 4) },
  { "temporal_overlap", "INT", MK_INT_RANGE (4, 4096, 8, 4) },
  { 0 } };
static const mk_port vae_encode_tiled_outputs[] = { { "LATENT", "LATENT" }, { 0 } };
static const mk_port vae_encode_for_inpaint_inputs[] = {
  { "pixels", "IMAGE" },
  { "vae", "VAE" },
  { "mask", "MASK" },
  { "grow_mask_by", "INT", MK_INT_RANGE (0, 64, 6, 1) },
  { 0 } };
static const mk_port vae_encode_for_inpaint_outputs[] = { { "LATENT", "LATENT" }, { 0 } };
static const mk_port inpaint_model_conditioning_inputs[] = {
  { "positive", "CONDITIONING" },
  { "negative", "CONDITIONING" },
  { "vae", "VAE" },
  { "pixels", "IMAGE" },
  { "mask", "MASK" },
  { "noise_mask", "BOOLEAN", MK_DEFAULT (1) },
  { 0 } };
static const mk_port instruct_inputs[] = {
  { "positive", "CONDITIONING" },
  { "negative", "CONDITIONING" },
  { "vae", "VAE" },
  { "pixels", "IMAGE" },
  { 0 } };
static const mk_port inpaint_model_conditioning_outputs[] = { { "positive", "CONDITIONING" }, { "negative", "CONDITIONING" }, { "latent", "LATENT" }, { 0 } };

static bool
decode (mk_run *run, int tile, int overlap, GError **error)
{
  mk_latent *latent = mk_run_get_picture_latent (run, "samples", error);
  mk_weights *weights = latent != NULL ? mk_run_need_data (run, "vae", &mk_vae_type, error) : NULL;
  mk_nn nn;
  if (weights == NULL)
    return false;
  mk_run_nn_init (run, &nn);
  mk_network *network = mk_networks_use (MK_NETWORK_VAE, weights, &nn, error);
  mk_image *image = network != NULL ? mk_vae_decode (&nn, mk_network_get (network), latent->samples, tile, overlap, error) : NULL;
  if (network != NULL)
    mk_network_release (network);
  mk_nn_clear (&nn);
  return mk_run_answer_image (run, image);
}

static bool
run_decode (mk_run *run, GError **error)
{
  return decode (run, 0, 0, error);
}

/* Tiles that are less than four times their overlap overlap less. */
static void
get_tile (const mk_run *run, int *tile, int *overlap)
{
  *tile = (int)mk_run_get_int (run, "tile_size");
  *overlap = (int)mk_run_get_int (run, "overlap");
  if (*tile < *overlap * 4)
    *overlap = *tile / 4;
}

static bool
run_decode_tiled (mk_run *run, GError **error)
{
  int tile, overlap;
  get_tile (run, &tile, &overlap);
  return decode (run, tile / 8, overlap / 8, error);
}

static mk_tensor *
encode (mk_run *run, const mk_image *pixels, int tile, int overlap, GError **error)
{
  mk_weights *weights = mk_run_need_data (run, "vae", &mk_vae_type, error);
  mk_nn nn;
  if (weights == NULL)
    return NULL;
  mk_run_nn_init (run, &nn);
  mk_network *network = mk_networks_use (MK_NETWORK_VAE, weights, &nn, error);
  mk_tensor *latent = network != NULL ? mk_vae_encode (&nn, mk_network_get (network), pixels, tile, overlap, error) : NULL;
  if (network != NULL)
    mk_network_release (network);
  mk_nn_clear (&nn);
  return latent;
}

static bool
run_encode (mk_run *run, GError **error)
{
  mk_image *pixels = mk_run_get_image (run, "pixels", error);
  return pixels != NULL && mk_run_answer_latent (run, 0, mk_latent_with (NULL, encode (run, pixels, 0, 0, error)));
}

static bool
run_encode_tiled (mk_run *run, GError **error)
{
  mk_image *pixels = mk_run_get_image (run, "pixels", error);
  int tile = (int)mk_run_get_int (run, "tile_size"), overlap = (int)mk_run_get_int (run, "overlap");
  if (pixels != NULL && overlap > tile / 4)
    overlap = tile / 4;
  return pixels != NULL && mk_run_answer_latent (run, 0, mk_latent_with (NULL, encode (run, pixels, tile, overlap, error)));
}

/* Picture and mask cut around their centre to multiples of 8; what the mask covers becomes grey where `grey`. */
static bool
prepare (mk_run *run, mk_image **original, mk_image **grey, mk_image **mask, GError **error)
{
  mk_image *pixels = mk_run_get_image (run, "pixels", error), *given = pixels != NULL ? mk_run_get_mask (run, "mask", error) : NULL;
  if (given == NULL)
    return false;
  int w = pixels->width / 8 * 8, h = pixels->height / 8 * 8, x = pixels->width % 8 / 2, y = pixels->height % 8 / 2;
  if (w == 0 || h == 0)
    return mk_error (error, MK_ERROR_RANGE, "a picture of %d×%d is too small: 8×8 is the least", pixels->width, pixels->height);
  g_autoptr (mk_image) sized = mk_image_resize (given, pixels->width, pixels->height, MK_RESIZE_BILINEAR, false, mk_run_pool (run), error);
  g_autoptr (mk_image) cut = sized != NULL ? mk_image_crop (sized, x, y, w, h, error) : NULL;
  g_autoptr (mk_image) whole = cut != NULL ? mk_image_crop (pixels, x, y, w, h, error) : NULL;
  g_autoptr (mk_image) filled = whole != NULL ? mk_image_copy (whole, error) : NULL;
  if (filled == NULL)
    return false;
  size_t area = (size_t)w * (size_t)h, c = (size_t)filled->n_channels;
  for (int i = 0; i < filled->n; i++)
    for (size_t p = 0; p < area; p++) {
      float keep = 1 - rintf (mk_image_read (cut, i % cut->n)[p]);
      for (size_t k = 0; k < c; k++)
        mk_image_write (filled, i)[p * c + k] = (mk_image_read (whole, i)[p * c + k] - 0.5f) * keep + 0.5f;
    }
  *original = g_steal_pointer (&whole);
  *grey = g_steal_pointer (&filled);
  *mask = g_steal_pointer (&cut);
  return true;
}

/* Grown by half of `by` each way, as a sum over a square of ones would. */
static mk_image *
grow (const mk_image *mask, int by, GError **error)
{
  mk_image *out = mk_image_new (mask->n, mask->height, mask->width, 1, error);
  int before = by > 0 ? (by - 1 + 1) / 2 : 0, size = MAX (by, 1);
  for (int i = 0; out != NULL && i < mask->n; i++)
    for (int y = 0; y < mask->height; y++)
      for (int x = 0; x < mask->width; x++) {
        float sum = 0;
        for (int ky = MAX (0, y - before); ky < MIN (mask->height, y - before + size) && sum < 1; ky++)
          for (int kx = MAX (0, x - before); kx < MIN (mask->width, x - before + size); kx++)
            sum += rintf (mk_image_read (mask, i)[(size_t)ky * (size_t)mask->width + (size_t)kx]);
        mk_image_write (out, i)[(size_t)y * (size_t)mask->width + (size_t)x] = rintf (CLAMP (sum, 0.0f, 1.0f));
      }
  return out;
}

static bool
run_inpaint (mk_run *run, GError **error)
{
  g_autoptr (mk_image) original = NULL, grey = NULL, mask = NULL;
  if (!prepare (run, &original, &grey, &mask, error))
    return false;
  mk_image *grown = grow (mask, (int)mk_run_get_int (run, "grow_mask_by"), error);
  mk_latent *latent = grown != NULL ? mk_latent_with (NULL, encode (run, grey, 0, 0, error)) : NULL;
  if (latent != NULL)
    mk_latent_set_mask (latent, grown);
  else
    g_clear_pointer (&grown, mk_image_unref);
  return mk_run_answer_latent (run, 0, latent);
}

/* Both prompts, with what the network sees beside the latent. `mask` may be NULL. */
static bool
show_beside (mk_run *run, mk_tensor *latent, mk_image *mask, GError **error)
{
  static const char *const names[2] = { "positive", "negative" };
  for (unsigned i = 0; i < 2; i++) {
    GPtrArray *list = mk_run_need_data (run, names[i], &mk_conditioning_type, error);
    if (list == NULL)
      return false;
    GPtrArray *out = mk_conditioning_copy (list);
    for (guint k = 0; k < out->len; k++) {
      mk_condition *c = out->pdata[k];
      mk_tensor_unref (c->concat_latent);
      g_clear_pointer (&c->concat_mask, mk_image_unref);
      c->concat_latent = mk_tensor_ref (latent);
      c->concat_mask = mask != NULL ? mk_image_ref (mask) : NULL;
    }
    mk_run_answer (run, i, &mk_conditioning_type, out);
  }
  return true;
}

static bool
run_inpaint_model (mk_run *run, GError **error)
{
  g_autoptr (mk_image) original = NULL, grey = NULL, mask = NULL;
  if (!prepare (run, &original, &grey, &mask, error))
    return false;
  g_autoptr (mk_tensor) hidden = encode (run, grey, 0, 0, error), whole = hidden != NULL ? encode (run, original, 0, 0, error) : NULL;
  if (whole == NULL)
    return false;
  if (!show_beside (run, hidden, mask, error))
    return false;
  mk_latent *latent = mk_latent_with (NULL, mk_tensor_ref (whole));
  if (mk_run_get_bool (run, "noise_mask"))
    mk_latent_set_mask (latent, mk_image_ref (mask));
  return mk_run_answer_latent (run, 2, latent);
}

/* The middle of the pictures, sides cut to whole cells. */
static mk_image *
crop_to_cells (mk_image *pixels, GError **error)
{
  int width = pixels->width / 8 * 8, height = pixels->height / 8 * 8;
  if (width == 0 || height == 0)
    mk_error (error, MK_ERROR_RANGE, "pixels: %d×%d is smaller than one cell of a latent, 8×8", pixels->width, pixels->height);
  return width == 0 || height == 0 ? NULL : mk_image_crop (pixels, pixels->width % 8 / 2, pixels->height % 8 / 2, width, height, error);
}

static bool
run_instruct (mk_run *run, GError **error)
{
  mk_image *pixels = mk_run_need_data (run, "pixels", &mk_image_type, error);
  g_autoptr (mk_image) cropped = pixels != NULL ? crop_to_cells (pixels, error) : NULL;
  g_autoptr (mk_tensor) latent = cropped != NULL ? encode (run, cropped, 0, 0, error) : NULL;
  g_autoptr (mk_tensor) empty = latent != NULL ? mk_tensor_new_4 (latent->dims[0], latent->dims[1], latent->dims[2], latent->dims[3], error) : NULL;
  return empty != NULL && show_beside (run, latent, NULL, error) && mk_run_answer_latent (run, 2, mk_latent_with (NULL, g_steal_pointer (&empty)));
}

const mk_node_def mk_node_vae_decode = { .id = "VAEDecode", .label = "VAE Decode", .category = "latent", .python_module = "nodes", .inputs = vae_decode_inputs, .outputs = vae_decode_outputs, .run = run_decode };
const mk_node_def mk_node_vae_decode_tiled = { .id = "VAEDecodeTiled", .label = "VAE Decode (Tiled)", .category = "_for_testing", .python_module = "nodes", .inputs = vae_decode_tiled_inputs, .outputs = vae_decode_tiled_outputs, .run = run_decode_tiled };
const mk_node_def mk_node_vae_encode = { .id = "VAEEncode", .label = "VAE Encode", .category = "latent", .python_module = "nodes", .inputs = vae_encode_inputs, .outputs = vae_encode_outputs, .run = run_encode };
const mk_node_def mk_node_vae_encode_tiled = { .id = "VAEEncodeTiled", .label = "VAE Encode (Tiled)", .category = "_for_testing", .python_module = "nodes", .inputs = vae_encode_tiled_inputs, .outputs = vae_encode_tiled_outputs, .run = run_encode_tiled };
const mk_node_def mk_node_vae_encode_for_inpaint = { .id = "VAEEncodeForInpaint", .label = "VAE Encode (for Inpainting)", .category = "latent/inpaint", .python_module = "nodes", .inputs = vae_encode_for_inpaint_inputs, .outputs = vae_encode_for_inpaint_outputs, .run = run_inpaint };
const mk_node_def mk_node_inpaint_model_conditioning = { .id = "InpaintModelConditioning", .category = "conditioning/inpaint", .python_module = "nodes", .inputs = inpaint_model_conditioning_inputs, .outputs = inpaint_model_conditioning_outputs, .run = run_inpaint_model };
const mk_node_def mk_node_instruct_pix_to_pix_conditioning = { .id = "InstructPixToPixConditioning", .category = "conditioning/instructpix2pix", .python_module = "comfy_extras.nodes_ip2p", .inputs = instruct_inputs, .outputs = inpaint_model_conditioning_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_instruct };
