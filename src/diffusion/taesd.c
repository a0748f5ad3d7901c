/* taesd.c - see taesd.h. */
#include "diffusion/taesd.h"

#include <math.h>
#include <string.h>

#define MAX_LAYERS 40

/* The list, place by place: a convolution, a residual block of three, a doubling, or what has no weights. */
typedef enum { NOTHING, CONV, BLOCK, DOUBLE } layer_kind;

typedef struct {
  layer_kind kind;
  mk_dense *convs[3], *skip; /* CONV: the first; BLOCK: skip NULL = as it is */
} layer;

struct mk_taesd {
  layer layers[MAX_LAYERS];
  int n_layers;
};

static void
load_layer (mk_nn *nn, const mk_weights *w, layer *l, int place)
{
  if (mk_weights_has (w, "%d.conv.0.weight", place)) {
    l->kind = BLOCK;
    for (int i = 0; i < 3; i++)
      l->convs[i] = mk_dense_load (nn, w, "%d.conv.%d", place, 2 * i);
    if (mk_weights_has (w, "%d.skip.weight", place))
      l->skip = mk_dense_load (nn, w, "%d.skip", place);
  } else if (mk_weights_has (w, "%d.weight", place)) {
    l->kind = CONV;
    l->convs[0] = mk_dense_load (nn, w, "%d", place);
  }
}

static int
count_places (const mk_weights *w)
{
  int n = 0;
  for (int i = 0; i < MAX_LAYERS; i++)
    if (mk_weights_has (w, "%d.weight", i) || mk_weights_has (w, "%d.conv.0.weight", i))
      n = i + 1;
  return n;
}

/* Places 0 and 2 squeeze the latent and activate; every later one without weights doubles the sides. */
mk_taesd *
mk_taesd_load (mk_nn *nn, mk_weights *w)
{
  mk_taesd *t = g_new0 (mk_taesd, 1);
  t->n_layers = count_places (w);
  for (int i = 0; i < t->n_layers; i++) {
    load_layer (nn, w, &t->layers[i], i);
    if (t->layers[i].kind == NOTHING && i > 2)
      t->layers[i].kind = DOUBLE;
  }
  if (!mk_nn_failed (nn) && (t->n_layers < 4 || t->layers[1].kind != CONV || t->layers[t->n_layers - 1].kind != CONV || mk_dense_n_out (t->layers[t->n_layers - 1].convs[0]) != 3))
    mk_error (&nn->error, MK_ERROR_UNSUPPORTED, "%s is no decoder of TAESD: it holds no “1.weight”, or does not end in 3 channels", mk_safetensors_get_name (mk_weights_get_file (w)));
  if (mk_nn_failed (nn))
    g_clear_pointer (&t, mk_taesd_free);
  return t;
}

void
mk_taesd_free (mk_taesd *t)
{
  for (int i = 0; t != NULL && i < t->n_layers; i++) {
    for (int k = 0; k < 3; k++)
      mk_dense_free (t->layers[i].convs[k]);
    mk_dense_free (t->layers[i].skip);
  }
  g_free (t);
}

static mk_act
run_block (mk_nn *nn, const layer *l, mk_act x)
{
  mk_act a = mk_dense_run (nn, l->convs[0], x, &(mk_dense_how) { .activation = MK_ACT_RELU });
  mk_act b = mk_dense_run (nn, l->convs[1], a, &(mk_dense_how) { .activation = MK_ACT_RELU });
  mk_act skip = l->skip != NULL ? mk_dense_run (nn, l->skip, x, NULL) : x;
  mk_act out = mk_dense_run (nn, l->convs[2], b, &(mk_dense_how) { .residual = &skip });
  mk_act_activate (nn, out, MK_ACT_RELU);
  mk_act_free (nn, a);
  mk_act_free (nn, b);
  if (l->skip != NULL)
    mk_act_free (nn, skip);
  return out;
}

/* What a doubling shows is made by the convolution after it. */
static mk_act
run (mk_nn *nn, const mk_taesd *t, mk_act x)
{
  mk_act h = mk_act_copy (nn, x);
  bool doubles = false;
  for (int i = 1; i < t->n_layers; i++) {
    const layer *l = &t->layers[i];
    doubles |= l->kind == DOUBLE;
    if (l->kind != CONV && l->kind != BLOCK)
      continue;
    mk_act next = l->kind == BLOCK ? run_block (nn, l, h) : mk_dense_run (nn, l->convs[0], h, &(mk_dense_how) { .upsample = doubles, .activation = i == 1 ? MK_ACT_RELU : MK_ACT_NONE });
    doubles = false;
    mk_act_free (nn, h);
    h = next;
  }
  return h;
}

typedef struct {
  const mk_taesd *taesd;
  int n, h, w;
} shape;

static void
plan (mk_nn *nn, void *user)
{
  const shape *s = user;
  mk_act x = mk_act_new (nn, 1, s->h, s->w, s->n), out = run (nn, s->taesd, x);
  mk_act_free (nn, x);
  mk_act_free (nn, out);
}

mk_image *
mk_taesd_decode (mk_nn *nn, const mk_taesd *t, const float *latent, int height, int width, GError **error)
{
  shape s = { t, mk_dense_n_in (t->layers[1].convs[0]), height, width };
  mk_nn_plan (nn, plan, &s);
  mk_act x = mk_act_from_planes (nn, latent, 1, s.n, height, width);
  for (size_t i = 0; x.x != NULL && i < mk_act_n_rows (x) * (size_t)x.c; i++)
    x.x[i] = tanhf (x.x[i] / 3.0f) * 3.0f;
  mk_act out = run (nn, t, x);
  mk_image *image = mk_nn_finish (nn, error) ? mk_image_new (1, out.h, out.w, 3, error) : NULL;
  for (size_t i = 0; image != NULL && i < mk_act_n_rows (out) * 3; i++)
    mk_image_write (image, 0)[i] = CLAMP (out.x[i], 0.0f, 1.0f);
  mk_act_free (nn, x);
  mk_act_free (nn, out);
  return image;
}
