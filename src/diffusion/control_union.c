/* control_union.c - see control_union.h. */
#include "diffusion/control_union.h"

#include <math.h>
#include <string.h>

#define MAX_LAYERS 4
#define WAVES 256 /* each kind's yes or no is written as so many, like a timestep */

const char *const mk_control_kinds[] = { "auto", "openpose", "depth", "hed/pidi/scribble/ted", "canny/lineart/anime_lineart/mlsd", "normal", "segment", "tile", "repaint", NULL };

/* Attention of one token looks at that token alone: its value is all that remains. */
typedef struct {
  mk_norm norm1, norm2;
  mk_dense *value, *out, *up, *down;
} layer;

struct mk_control_union {
  int n_kinds, n_layers, width;
  float *kinds; /* n_kinds × width */
  layer layers[MAX_LAYERS];
  mk_dense *shift, *time1, *time2;
};

static void
load_layer (mk_nn *nn, const mk_weights *w, const mk_control_union *u, layer *l, int i)
{
  l->norm1 = mk_norm_load (nn, w, u->width, "transformer_layes.%d.ln_1", i);
  l->norm2 = mk_norm_load (nn, w, u->width, "transformer_layes.%d.ln_2", i);
  l->value = mk_dense_load_rows (nn, w, 2 * u->width, u->width, "transformer_layes.%d.attn.in_proj_weight", "transformer_layes.%d.attn.in_proj_bias", i);
  l->out = mk_dense_load (nn, w, "transformer_layes.%d.attn.out_proj", i);
  l->up = mk_dense_load (nn, w, "transformer_layes.%d.mlp.c_fc", i);
  l->down = mk_dense_load (nn, w, "transformer_layes.%d.mlp.c_proj", i);
}

mk_control_union *
mk_control_union_load (mk_nn *nn, const mk_weights *w)
{
  const mk_safetensor *table = mk_weights_find (w, "task_embedding");
  if (table == NULL || mk_nn_failed (nn))
    return NULL;
  mk_control_union *u = g_new0 (mk_control_union, 1);
  u->n_kinds = table->dims[0];
  u->width = table->dims[1];
  u->kinds = mk_weights_read (w, "task_embedding", 0, &nn->error);
  for (; u->n_layers < MAX_LAYERS && mk_weights_has (w, "transformer_layes.%d.ln_1.weight", u->n_layers); u->n_layers++)
    load_layer (nn, w, u, &u->layers[u->n_layers], u->n_layers);
  u->shift = mk_dense_load (nn, w, "spatial_ch_projs");
  u->time1 = mk_dense_load (nn, w, "control_add_embedding.linear_1");
  u->time2 = mk_dense_load (nn, w, "control_add_embedding.linear_2");
  if (!mk_nn_failed (nn) && (u->n_kinds < 1 || mk_dense_n_in (u->time1) != u->n_kinds * WAVES))
    mk_error (&nn->error, MK_ERROR_FORMAT, "%s: “control_add_embedding.linear_1.weight” is for %d numbers, %d kinds of pictures make %d",
              mk_safetensors_get_name (mk_weights_get_file (w)), mk_dense_n_in (u->time1), u->n_kinds, u->n_kinds * WAVES);
  if (mk_nn_failed (nn))
    g_clear_pointer (&u, mk_control_union_free);
  return u;
}

void
mk_control_union_free (mk_control_union *u)
{
  if (u == NULL)
    return;
  for (int i = 0; i < u->n_layers; i++) {
    layer *l = &u->layers[i];
    mk_dense *all[] = { l->value, l->out, l->up, l->down };
    for (size_t k = 0; k < MK_COUNT (all); k++)
      mk_dense_free (all[k]);
    mk_norm_clear (&l->norm1);
    mk_norm_clear (&l->norm2);
  }
  mk_dense_free (u->shift);
  mk_dense_free (u->time1);
  mk_dense_free (u->time2);
  g_free (u->kinds);
  g_free (u);
}

mk_act
mk_control_union_time (mk_nn *nn, const mk_control_union *u, int kind, int n)
{
  mk_act told = mk_act_new (nn, n, 1, 1, u->n_kinds * WAVES);
  if (kind > u->n_kinds && !mk_nn_failed (nn))
    mk_error (&nn->error, MK_ERROR_RANGE, "this ControlNet knows %d kinds of pictures, and “%s” is none of them", u->n_kinds, mk_control_kinds[kind]);
  for (int i = 0; i < n * u->n_kinds && told.x != NULL; i++)
    for (int k = 0; k < WAVES / 2; k++) {
      float angle = (i % u->n_kinds == kind - 1 ? 1.0f : 0.0f) * expf (-(float)log (10000.0) * (float)k / (float)(WAVES / 2));
      told.x[i * WAVES + k] = cosf (angle);
      told.x[i * WAVES + WAVES / 2 + k] = sinf (angle);
    }
  mk_act hidden = mk_dense_run (nn, u->time1, told, &(mk_dense_how) { .activation = MK_ACT_SILU });
  mk_act out = mk_dense_run (nn, u->time2, hidden, NULL);
  mk_act_free (nn, told);
  mk_act_free (nn, hidden);
  return out;
}

/* Takes `x`. */
static mk_act
run_layer (mk_nn *nn, const layer *l, mk_act x)
{
  mk_act normed = mk_layer_norm (nn, &l->norm1, x), value = mk_dense_run (nn, l->value, normed, NULL);
  mk_act seen = mk_dense_run (nn, l->out, value, &(mk_dense_how) { .residual = &x });
  mk_act again = mk_layer_norm (nn, &l->norm2, seen), wide = mk_dense_run (nn, l->up, again, &(mk_dense_how) { .activation = MK_ACT_QUICK_GELU });
  mk_act out = mk_dense_run (nn, l->down, wide, &(mk_dense_how) { .residual = &seen });
  mk_act done[] = { normed, value, seen, again, wide, x };
  for (size_t i = 0; i < MK_COUNT (done); i++)
    mk_act_free (nn, done[i]);
  return out;
}

void
mk_control_union_shift (mk_nn *nn, const mk_control_union *u, int kind, mk_act features)
{
  size_t area = (size_t)features.h * (size_t)features.w, c = (size_t)features.c;
  if (kind < 1 || kind > u->n_kinds || mk_nn_failed (nn))
    return;
  if (features.c != u->width) {
    mk_error (&nn->error, MK_ERROR_FORMAT, "a ControlNet's kinds are %d wide, its features %d", u->width, features.c);
    return;
  }
  mk_act x = mk_act_new (nn, features.n, 1, 1, features.c);
  for (size_t i = 0; i < (size_t)features.n * c && x.x != NULL; i++) {
    double sum = 0;
    for (size_t p = 0; p < area; p++)
      sum += features.x[(i / c * area + p) * c + i % c];
    x.x[i] = (float)(sum / (double)area) + u->kinds[(size_t)(kind - 1) * c + i % c];
  }
  for (int i = 0; i < u->n_layers; i++)
    x = run_layer (nn, &u->layers[i], x);
  mk_act shift = mk_dense_run (nn, u->shift, x, NULL);
  for (size_t i = 0; i < (size_t)features.n * area * c && !mk_nn_skips (nn); i++)
    features.x[i] += shift.x[i / (area * c) * c + i % c];
  mk_act_free (nn, x);
  mk_act_free (nn, shift);
}
