/* upscaler.c - see upscaler.h. */
#include "diffusion/upscaler.h"
#include "diffusion/tiles.h"

#include <string.h>

#define MAX_BLOCKS 64
#define DENSE_CONVS 5

typedef struct {
  mk_dense *convs[3][DENSE_CONVS];
} rrdb;

struct mk_upscaler {
  int zoom, fold;  /* fold: pixels of a side that become channels first */
  int n_blocks, n_ups;
  mk_dense *first, *body_end, *ups[3], *hr, *last;
  rrdb blocks[MAX_BLOCKS];
};

/* The places of one layer in the new and in the first naming. */
static mk_dense *
load_either (mk_nn *nn, const mk_weights *w, bool is_old, const char *name, const char *old_name)
{
  return mk_dense_load (nn, w, "%s", is_old ? old_name : name);
}

static void
load_blocks (mk_nn *nn, const mk_weights *w, mk_upscaler *u, bool is_old)
{
  while (u->n_blocks < MAX_BLOCKS && !mk_nn_failed (nn)
         && mk_weights_has (w, is_old ? "model.1.sub.%d.RDB1.conv1.0.weight" : "body.%d.rdb1.conv1.weight", u->n_blocks)) {
    for (int i = 0; i < 3; i++)
      for (int k = 0; k < DENSE_CONVS; k++)
        u->blocks[u->n_blocks].convs[i][k] = is_old ? mk_dense_load (nn, w, "model.1.sub.%d.RDB%d.conv%d.0", u->n_blocks, i + 1, k + 1)
                                                    : mk_dense_load (nn, w, "body.%d.rdb%d.conv%d", u->n_blocks, i + 1, k + 1);
    u->n_blocks++;
  }
}

/* In the first files the tail is a list with gaps: upsampling i has its convolution at 3 i, then come two more. */
static void
load_old_tail (mk_nn *nn, const mk_weights *w, mk_upscaler *u)
{
  u->n_ups = 3;
  while (u->n_ups > 0 && !mk_weights_has (w, "model.%d.weight", 3 * u->n_ups + 4))
    u->n_ups--;
  u->body_end = mk_dense_load (nn, w, "model.1.sub.%d", u->n_blocks);
  for (int i = 0; i < u->n_ups; i++)
    u->ups[i] = mk_dense_load (nn, w, "model.%d", 3 * i + 3);
  u->hr = mk_dense_load (nn, w, "model.%d", 3 * u->n_ups + 2);
  u->last = mk_dense_load (nn, w, "model.%d", 3 * u->n_ups + 4);
}

static void
load_tail (mk_nn *nn, const mk_weights *w, mk_upscaler *u)
{
  u->body_end = mk_dense_load (nn, w, "conv_body");
  while (u->n_ups < 3 && mk_weights_has (w, "conv_up%d.weight", u->n_ups + 1)) {
    u->ups[u->n_ups] = mk_dense_load (nn, w, "conv_up%d", u->n_ups + 1);
    u->n_ups++;
  }
  u->hr = mk_dense_load (nn, w, "conv_hr");
  u->last = mk_dense_load (nn, w, "conv_last");
}

mk_upscaler *
mk_upscaler_load (mk_nn *nn, mk_weights *w)
{
  const char *file = mk_safetensors_get_name (mk_weights_get_file (w));
  bool is_old = mk_weights_has (w, "model.0.weight");
  if (mk_nn_failed (nn))
    return NULL;
  if (!is_old && !mk_weights_has (w, "conv_first.weight")) {
    mk_error (&nn->error, MK_ERROR_UNSUPPORTED, "%s is no upscaler of the ESRGAN family: it holds neither “conv_first.weight” nor “model.0.weight”", file);
    return NULL;
  }
  mk_upscaler *u = g_new0 (mk_upscaler, 1);
  u->first = load_either (nn, w, is_old, "conv_first", "model.0");
  load_blocks (nn, w, u, is_old);
  if (is_old)
    load_old_tail (nn, w, u);
  else
    load_tail (nn, w, u);
  int n_in = mk_dense_n_in (u->first), n_out = mk_dense_n_out (u->last);
  u->fold = n_out > 0 && n_in == 4 * n_out ? 2 : n_out > 0 && n_in == 16 * n_out ? 4 : 1;
  u->zoom = (1 << u->n_ups) / u->fold;
  if (!mk_nn_failed (nn) && (u->n_blocks == 0 || u->zoom < 1 || n_in != n_out * u->fold * u->fold))
    mk_error (&nn->error, MK_ERROR_UNSUPPORTED, "%s is no upscaler that is known here: %d blocks, %d channels in and %d out", file, u->n_blocks, n_in, n_out);
  if (mk_nn_failed (nn))
    g_clear_pointer (&u, mk_upscaler_free);
  return u;
}

void
mk_upscaler_free (mk_upscaler *u)
{
  if (u == NULL)
    return;
  mk_dense *all[] = { u->first, u->body_end, u->ups[0], u->ups[1], u->ups[2], u->hr, u->last };
  for (size_t i = 0; i < MK_COUNT (all); i++)
    mk_dense_free (all[i]);
  for (int b = 0; b < u->n_blocks; b++)
    for (int i = 0; i < 3; i++)
      for (int k = 0; k < DENSE_CONVS; k++)
        mk_dense_free (u->blocks[b].convs[i][k]);
  g_free (u);
}

int
mk_upscaler_zoom (const mk_upscaler *u)
{
  return u->zoom;
}

/* Five convolutions, each seeing all that came before; the last one is added to the input at a fifth. */
static mk_act
run_dense (mk_nn *nn, mk_dense *const convs[DENSE_CONVS], mk_act x)
{
  mk_act seen = mk_act_copy (nn, x);
  for (int i = 0; i < DENSE_CONVS - 1; i++) {
    mk_act more = mk_dense_run (nn, convs[i], seen, &(mk_dense_how) { .activation = MK_ACT_LEAKY });
    mk_act both = mk_act_concat (nn, seen, more);
    mk_act_free (nn, seen);
    mk_act_free (nn, more);
    seen = both;
  }
  mk_act out = mk_dense_run (nn, convs[DENSE_CONVS - 1], seen, &(mk_dense_how) { .scale = 0.2f, .residual = &x });
  mk_act_free (nn, seen);
  return out;
}

static mk_act
run_block (mk_nn *nn, const rrdb *block, mk_act x)
{
  mk_act h = x, out = mk_act_copy (nn, x);
  for (int i = 0; i < 3; i++) {
    mk_act next = run_dense (nn, block->convs[i], h);
    if (i > 0)
      mk_act_free (nn, h);
    h = next;
  }
  mk_act_add (nn, out, h, 0.2f);
  mk_act_free (nn, h);
  mk_act_free (nn, x);
  return out;
}

/* Squares of `fold` pixels become channels: c × fold × fold, as PyTorch's pixel_unshuffle orders them. */
static mk_act
fold_pixels (mk_nn *nn, mk_act in, int fold)
{
  int h = (in.h + fold - 1) / fold, w = (in.w + fold - 1) / fold;
  mk_act out = mk_act_new (nn, in.n, h, w, in.c * fold * fold);
  for (int b = 0; b < in.n && out.x != NULL; b++)
    for (int y = 0; y < h * fold; y++)
      for (int x = 0; x < w * fold; x++)
        for (int c = 0; c < in.c; c++) {
          int from_y = y < in.h ? y : 2 * in.h - 2 - y, from_x = x < in.w ? x : 2 * in.w - 2 - x; /* mirrored past the edge */
          out.x[(((size_t)b * (size_t)h + (size_t)(y / fold)) * (size_t)w + (size_t)(x / fold)) * (size_t)out.c + (size_t)(c * fold * fold + y % fold * fold + x % fold)]
              = in.x[(((size_t)b * (size_t)in.h + (size_t)MAX (from_y, 0)) * (size_t)in.w + (size_t)MAX (from_x, 0)) * (size_t)in.c + (size_t)c];
        }
  return out;
}

static mk_act
trim (mk_nn *nn, mk_act in, int h, int w)
{
  mk_act out = mk_act_new (nn, in.n, h, w, in.c);
  for (int b = 0; b < in.n && out.x != NULL; b++)
    for (int y = 0; y < h; y++)
      memcpy (out.x + ((size_t)b * (size_t)h + (size_t)y) * (size_t)w * (size_t)in.c, in.x + ((size_t)b * (size_t)in.h + (size_t)y) * (size_t)in.w * (size_t)in.c, (size_t)w * (size_t)in.c * sizeof (float));
  mk_act_free (nn, in);
  return out;
}

mk_act
mk_upscaler_run (mk_nn *nn, const mk_upscaler *u, mk_act in)
{
  mk_act folded = u->fold > 1 ? fold_pixels (nn, in, u->fold) : in;
  mk_act shallow = mk_dense_run (nn, u->first, folded, NULL), h = mk_act_copy (nn, shallow);
  if (u->fold > 1)
    mk_act_free (nn, folded);
  for (int i = 0; i < u->n_blocks; i++)
    h = run_block (nn, &u->blocks[i], h);
  mk_act deep = mk_dense_run (nn, u->body_end, h, &(mk_dense_how) { .residual = &shallow });
  mk_act_free (nn, shallow);
  mk_act_free (nn, h);
  for (int i = 0; i < u->n_ups; i++) {
    mk_act larger = mk_dense_run (nn, u->ups[i], deep, &(mk_dense_how) { .upsample = true, .activation = MK_ACT_LEAKY });
    mk_act_free (nn, deep);
    deep = larger;
  }
  mk_act fine = mk_dense_run (nn, u->hr, deep, &(mk_dense_how) { .activation = MK_ACT_LEAKY });
  mk_act out = mk_dense_run (nn, u->last, fine, NULL);
  mk_act_free (nn, deep);
  mk_act_free (nn, fine);
  if (!mk_nn_failed (nn) && (out.h != in.h * u->zoom || out.w != in.w * u->zoom))
    out = trim (nn, out, in.h * u->zoom, in.w * u->zoom);
  return out;
}

static mk_act
run_tile (mk_nn *nn, void *user, mk_act tile)
{
  mk_act out = mk_upscaler_run (nn, user, tile);
  for (size_t i = 0; !mk_nn_skips (nn) && i < mk_act_n_rows (out) * (size_t)out.c; i++)
    out.x[i] = CLAMP (out.x[i], 0.0f, 1.0f);
  return out;
}

mk_image *
mk_upscaler_enlarge (mk_nn *nn, const mk_upscaler *u, const mk_image *image, int tile, int overlap, GError **error)
{
  int c = mk_dense_n_out (u->last);
  if (image->n_channels < c || tile <= overlap || overlap < 0) {
    mk_error (error, MK_ERROR_RANGE, "the upscaler needs pictures of %d channels and tiles larger than their overlap, got %d channels, tile %d, overlap %d", c, image->n_channels, tile, overlap);
    return NULL;
  }
  g_autoptr (mk_image) out = mk_image_new (image->n, image->height * u->zoom, image->width * u->zoom, c, error);
  if (out == NULL)
    return NULL;
  mk_act in = mk_act_new (nn, image->n, image->height, image->width, c);
  for (size_t i = 0; i < mk_act_n_rows (in) && !mk_nn_failed (nn); i++)
    memcpy (in.x + i * (size_t)c, mk_image_read (image, 0) + i * (size_t)image->n_channels, (size_t)c * sizeof (float));
  mk_tiling tiling = { tile, tile, overlap, u->zoom, 1, c };
  float *to = mk_image_write (out, 0);
  if (!mk_nn_failed (nn))
    mk_tiles_run (nn, in, &tiling, run_tile, (void *)u, 1.0f, to);
  mk_act_free (nn, in);
  if (!mk_nn_finish (nn, error))
    return NULL;
  for (size_t i = 0; i < mk_image_n_bytes (out) / sizeof (float); i++)
    to[i] = CLAMP (to[i], 0.0f, 1.0f);
  return g_steal_pointer (&out);
}
