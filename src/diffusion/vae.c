/* vae.c - see vae.h. */
#include "diffusion/vae.h"
#include "diffusion/tiles.h"

#include <string.h>

#define MAX_LEVELS 6
#define MAX_BLOCKS 4

typedef struct {
  mk_norm norm1, norm2;
  mk_dense *conv1, *conv2, *shortcut;
} resblock;

typedef struct {
  resblock blocks[MAX_BLOCKS];
  int n_blocks;
  mk_dense *resample; /* NULL at the last level */
} level;

/* Encoder and decoder are one drawing, run in other directions. */
typedef struct {
  mk_dense *conv_in, *conv_out, *q, *k, *v, *project;
  resblock middle[2];
  mk_norm middle_norm, norm_out;
  level levels[MAX_LEVELS];
  int n_levels;
} half;

struct mk_vae {
  half encoder, decoder;
  bool has_encoder, has_decoder;
  mk_dense *quant, *post_quant; /* NULL when the file has none */
};

static void
load_res (mk_nn *nn, const mk_weights *w, resblock *r, const char *at)
{
  r->conv1 = mk_dense_load (nn, w, "%s.conv1", at);
  r->conv2 = mk_dense_load (nn, w, "%s.conv2", at);
  r->norm1 = mk_norm_load (nn, w, mk_dense_n_in (r->conv1), "%s.norm1", at);
  r->norm2 = mk_norm_load (nn, w, mk_dense_n_out (r->conv1), "%s.norm2", at);
  if (mk_weights_has (w, "%s.nin_shortcut.weight", at))
    r->shortcut = mk_dense_load (nn, w, "%s.nin_shortcut", at);
}

static void
load_level (mk_nn *nn, const mk_weights *w, level *l, const char *at)
{
  while (l->n_blocks < MAX_BLOCKS && mk_weights_has (w, "%s.block.%d.conv1.weight", at, l->n_blocks)) {
    g_autofree char *block = g_strdup_printf ("%s.block.%d", at, l->n_blocks);
    load_res (nn, w, &l->blocks[l->n_blocks++], block);
  }
  if (mk_weights_has (w, "%s.downsample.conv.weight", at))
    l->resample = mk_dense_load (nn, w, "%s.downsample.conv", at);
  if (mk_weights_has (w, "%s.upsample.conv.weight", at))
    l->resample = mk_dense_load (nn, w, "%s.upsample.conv", at);
}

static bool
load_half (mk_nn *nn, const mk_weights *w, half *h, const char *name, const char *levels)
{
  static const char *const middles[] = { "block_1", "block_2" };
  if (!mk_weights_has (w, "%s.conv_in.weight", name))
    return false;
  h->conv_in = mk_dense_load (nn, w, "%s.conv_in", name);
  h->conv_out = mk_dense_load (nn, w, "%s.conv_out", name);
  h->norm_out = mk_norm_load (nn, w, mk_dense_n_in (h->conv_out), "%s.norm_out", name);
  for (int i = 0; i < 2; i++) {
    g_autofree char *at = g_strdup_printf ("%s.mid.%s", name, middles[i]);
    load_res (nn, w, &h->middle[i], at);
  }
  h->q = mk_dense_load (nn, w, "%s.mid.attn_1.q", name);
  h->k = mk_dense_load (nn, w, "%s.mid.attn_1.k", name);
  h->v = mk_dense_load (nn, w, "%s.mid.attn_1.v", name);
  h->project = mk_dense_load (nn, w, "%s.mid.attn_1.proj_out", name);
  h->middle_norm = mk_norm_load (nn, w, mk_dense_n_in (h->q), "%s.mid.attn_1.norm", name);
  while (h->n_levels < MAX_LEVELS && mk_weights_has (w, "%s.%s.%d.block.0.conv1.weight", name, levels, h->n_levels)) {
    g_autofree char *at = g_strdup_printf ("%s.%s.%d", name, levels, h->n_levels);
    load_level (nn, w, &h->levels[h->n_levels++], at);
  }
  return true;
}

mk_vae *
mk_vae_load (mk_nn *nn, mk_weights *w)
{
  mk_vae *vae = g_new0 (mk_vae, 1);
  vae->has_encoder = load_half (nn, w, &vae->encoder, "encoder", "down");
  vae->has_decoder = load_half (nn, w, &vae->decoder, "decoder", "up");
  if (mk_weights_has (w, "quant_conv.weight"))
    vae->quant = mk_dense_load (nn, w, "quant_conv");
  if (mk_weights_has (w, "post_quant_conv.weight"))
    vae->post_quant = mk_dense_load (nn, w, "post_quant_conv");
  if (!vae->has_encoder && !vae->has_decoder && !mk_nn_failed (nn))
    mk_error (&nn->error, MK_ERROR_FORMAT, "%s holds no VAE: neither “%sencoder.conv_in.weight” nor “%sdecoder.conv_in.weight”",
              mk_safetensors_get_name (mk_weights_get_file (w)), mk_weights_get_prefix (w), mk_weights_get_prefix (w));
  if (mk_nn_failed (nn))
    g_clear_pointer (&vae, mk_vae_free);
  return vae;
}

static void
free_res (resblock *r)
{
  mk_norm_clear (&r->norm1);
  mk_norm_clear (&r->norm2);
  mk_dense_free (r->conv1);
  mk_dense_free (r->conv2);
  mk_dense_free (r->shortcut);
}

static void
clear_half (half *h)
{
  mk_dense *all[] = { h->conv_in, h->conv_out, h->q, h->k, h->v, h->project };
  for (size_t i = 0; i < MK_COUNT (all); i++)
    mk_dense_free (all[i]);
  free_res (&h->middle[0]);
  free_res (&h->middle[1]);
  mk_norm_clear (&h->middle_norm);
  mk_norm_clear (&h->norm_out);
  for (int i = 0; i < h->n_levels; i++) {
    for (int k = 0; k < h->levels[i].n_blocks; k++)
      free_res (&h->levels[i].blocks[k]);
    mk_dense_free (h->levels[i].resample);
  }
}

void
mk_vae_free (mk_vae *vae)
{
  if (vae == NULL)
    return;
  clear_half (&vae->encoder);
  clear_half (&vae->decoder);
  mk_dense_free (vae->quant);
  mk_dense_free (vae->post_quant);
  g_free (vae);
}

int
mk_vae_zoom (const mk_vae *vae)
{
  int n_levels = vae->has_decoder ? vae->decoder.n_levels : vae->encoder.n_levels;
  return 1 << MAX (n_levels - 1, 0);
}

/* Pictures are large here: what is not read again becomes the next in its own memory. */
static mk_act
run_res (mk_nn *nn, const resblock *r, mk_act x)
{
  mk_act skip = x, normed = x;
  if (r->shortcut != NULL) {
    skip = mk_dense_run (nn, r->shortcut, x, NULL);
    mk_group_norm_in_place (nn, &r->norm1, normed, 1e-6f, true);
  } else
    normed = mk_group_norm (nn, &r->norm1, x, 1e-6f, true);
  mk_act h = mk_dense_run (nn, r->conv1, normed, NULL);
  mk_act_free (nn, normed);
  mk_group_norm_in_place (nn, &r->norm2, h, 1e-6f, true);
  mk_act out = mk_dense_run (nn, r->conv2, h, &(mk_dense_how) { .residual = &skip });
  mk_act_free (nn, h);
  mk_act_free (nn, skip);
  return out;
}

static mk_act
run_middle (mk_nn *nn, const half *part, mk_act h)
{
  h = run_res (nn, &part->middle[0], h);
  mk_act normed = mk_group_norm (nn, &part->middle_norm, h, 1e-6f, false);
  mk_act q = mk_dense_run (nn, part->q, normed, NULL), k = mk_dense_run (nn, part->k, normed, NULL), v = mk_dense_run (nn, part->v, normed, NULL);
  mk_act mixed = mk_attention (nn, q, k, v, 1, false);
  mk_act out = mk_dense_run (nn, part->project, mixed, &(mk_dense_how) { .residual = &h });
  mk_act done[] = { normed, q, k, v, mixed, h };
  for (size_t i = 0; i < MK_COUNT (done); i++)
    mk_act_free (nn, done[i]);
  return run_res (nn, &part->middle[1], out);
}

static mk_act
run_end (mk_nn *nn, const half *part, mk_act h)
{
  mk_group_norm_in_place (nn, &part->norm_out, h, 1e-6f, true);
  mk_act out = mk_dense_run (nn, part->conv_out, h, NULL);
  mk_act_free (nn, h);
  return out;
}

static mk_act
resample (mk_nn *nn, const level *l, mk_act h, const mk_dense_how *how)
{
  if (l->resample == NULL)
    return h;
  mk_act next = mk_dense_run (nn, l->resample, h, how);
  mk_act_free (nn, h);
  return next;
}

/* Raw: -1..1, not yet clamped. */
static mk_act
decode_tile (mk_nn *nn, void *user, mk_act latent)
{
  const mk_vae *vae = user;
  const half *d = &vae->decoder;
  mk_act first = vae->post_quant != NULL ? mk_dense_run (nn, vae->post_quant, latent, NULL) : latent;
  mk_act h = run_middle (nn, d, mk_dense_run (nn, d->conv_in, first, NULL));
  if (vae->post_quant != NULL)
    mk_act_free (nn, first);
  for (int i = d->n_levels - 1; i >= 0; i--) {
    for (int k = 0; k < d->levels[i].n_blocks; k++)
      h = run_res (nn, &d->levels[i].blocks[k], h);
    h = resample (nn, &d->levels[i], h, &(mk_dense_how) { .upsample = true });
  }
  return run_end (nn, d, h);
}

/* The mean of the distribution; its spread is dropped. */
static mk_act
encode_tile (mk_nn *nn, void *user, mk_act pixels)
{
  const mk_vae *vae = user;
  const half *e = &vae->encoder;
  mk_act h = mk_dense_run (nn, e->conv_in, pixels, NULL);
  for (int i = 0; i < e->n_levels; i++) {
    for (int k = 0; k < e->levels[i].n_blocks; k++)
      h = run_res (nn, &e->levels[i].blocks[k], h);
    h = resample (nn, &e->levels[i], h, &(mk_dense_how) { .stride = 2, .pad_end_only = true });
  }
  mk_act moments = run_end (nn, e, run_middle (nn, e, h));
  mk_act both = vae->quant != NULL ? mk_dense_run (nn, vae->quant, moments, NULL) : moments;
  mk_act mean = mk_act_new (nn, both.n, both.h, both.w, both.c / 2);
  for (size_t r = 0; r < mk_act_n_rows (mean) && !mk_nn_skips (nn); r++)
    memcpy (mean.x + r * (size_t)mean.c, both.x + r * (size_t)both.c, (size_t)mean.c * sizeof (float));
  mk_act_free (nn, moments);
  if (vae->quant != NULL)
    mk_act_free (nn, both);
  return mean;
}

/* The mean of three tilings, so that no border is at the same place in all of them. */
static void
run_tilings (mk_nn *nn, const mk_vae *vae, mk_act in, mk_tiling tiling, int tile, mk_tile_func func, float *sum)
{
  const int sides[3][2] = { { tile / 2, tile * 2 }, { tile * 2, tile / 2 }, { tile, tile } };
  if (tile == 0) {
    tiling.tile_w = in.w;
    tiling.tile_h = in.h;
    mk_tiles_run (nn, in, &tiling, func, (void *)vae, 1.0f, sum);
  }
  for (int i = 0; i < 3 && tile > 0; i++) {
    tiling.tile_w = sides[i][0];
    tiling.tile_h = sides[i][1];
    mk_tiles_run (nn, in, &tiling, func, (void *)vae, 1.0f / 3, sum);
  }
}

static bool
check_tile (int tile, int overlap, GError **error)
{
  if (tile != 0 && (tile < 2 || overlap < 0 || overlap >= tile / 2))
    return mk_error (error, MK_ERROR_RANGE, "tiles of %d cannot overlap by %d: half a tile must be more than the overlap", tile, overlap);
  return true;
}

mk_image *
mk_vae_decode (mk_nn *nn, const mk_vae *vae, const mk_tensor *latent, int tile, int overlap, GError **error)
{
  if (!vae->has_decoder) {
    mk_error (error, MK_ERROR_UNSUPPORTED, "this VAE has no decoder");
    return NULL;
  }
  int n = latent->dims[0], c = latent->dims[1], h = latent->dims[2], w = latent->dims[3], zoom = mk_vae_zoom (vae);
  int wanted = mk_dense_n_in (vae->post_quant != NULL ? vae->post_quant : vae->decoder.conv_in);
  if (c != wanted) {
    mk_error (error, MK_ERROR_TYPE, "the latent %d×%d has %d channels, the VAE decodes %d", w, h, c, wanted);
    return NULL;
  }
  if (!check_tile (tile, overlap, error))
    return NULL;
  g_autoptr (mk_image) image = mk_image_new (n, h * zoom, w * zoom, mk_dense_n_out (vae->decoder.conv_out), error);
  if (image == NULL)
    return NULL;
  mk_act in = mk_act_from_planes (nn, mk_tensor_read (latent), n, c, h, w);
  float *out = mk_image_write (image, 0);
  run_tilings (nn, vae, in, (mk_tiling) { .overlap = overlap, .up = zoom, .down = 1, .n_out = image->n_channels }, tile, decode_tile, out);
  mk_act_free (nn, in);
  if (!mk_nn_finish (nn, error))
    return NULL;
  for (size_t i = 0; i < mk_image_n_bytes (image) / sizeof (float); i++)
    out[i] = CLAMP (out[i] * 0.5f + 0.5f, 0.0f, 1.0f);
  return g_steal_pointer (&image);
}

mk_tensor *
mk_vae_encode (mk_nn *nn, const mk_vae *vae, const mk_image *pixels, int tile, int overlap, GError **error)
{
  if (!vae->has_encoder) {
    mk_error (error, MK_ERROR_UNSUPPORTED, "this VAE has no encoder");
    return NULL;
  }
  int zoom = mk_vae_zoom (vae), h = pixels->height / zoom * zoom, w = pixels->width / zoom * zoom;
  int left = (pixels->width - w) / 2, top = (pixels->height - h) / 2, c = mk_dense_n_in (vae->encoder.conv_in);
  int n_out = (vae->quant != NULL ? mk_dense_n_out (vae->quant) : mk_dense_n_out (vae->encoder.conv_out)) / 2;
  if (h == 0 || w == 0 || pixels->n_channels < c) {
    mk_error (error, MK_ERROR_RANGE, "a picture of %d×%d with %d channels is too small for the VAE: it needs %d×%d and %d", pixels->width, pixels->height, pixels->n_channels, zoom, zoom, c);
    return NULL;
  }
  if (!check_tile (tile, overlap, error))
    return NULL;
  mk_act in = mk_act_new (nn, pixels->n, h, w, c), sum = mk_act_new (nn, pixels->n, h / zoom, w / zoom, n_out);
  for (int i = 0; i < pixels->n && !mk_nn_failed (nn); i++)
    for (int y = 0; y < h; y++)
      for (int x = 0; x < w; x++) {
        const float *from = mk_image_read (pixels, i) + ((size_t)(y + top) * (size_t)pixels->width + (size_t)(x + left)) * (size_t)pixels->n_channels;
        float *to = in.x + (((size_t)i * (size_t)h + (size_t)y) * (size_t)w + (size_t)x) * (size_t)c;
        for (int k = 0; k < c; k++)
          to[k] = from[k] * 2.0f - 1.0f;
      }
  if (sum.x != NULL)
    memset (sum.x, 0, mk_act_n_rows (sum) * (size_t)n_out * sizeof (float));
  if (!mk_nn_failed (nn))
    run_tilings (nn, vae, in, (mk_tiling) { .overlap = overlap, .up = 1, .down = zoom, .n_out = n_out }, tile, encode_tile, sum.x);
  g_autoptr (mk_tensor) latent = mk_nn_finish (nn, error) ? mk_tensor_new_4 (sum.n, n_out, sum.h, sum.w, error) : NULL;
  if (latent != NULL)
    mk_act_to_planes (nn, sum, mk_tensor_write (latent));
  mk_act_free (nn, in);
  mk_act_free (nn, sum);
  return g_steal_pointer (&latent);
}
