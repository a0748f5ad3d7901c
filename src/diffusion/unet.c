/* unet.c - see unet.h. */
#include "diffusion/unet.h"
#include "diffusion/control_union.h"
#include "diffusion/latent_ops.h"

#include <math.h>
#include <string.h>

#define MAX_PARTS 3
#define MAX_DEPTH 10

typedef struct {
  mk_norm norm1, norm2;
  mk_dense *conv1, *time, *conv2, *skip;
} resblock;

typedef struct {
  mk_norm norm1, norm2, norm3;
  mk_dense *q1, *k1, *v1, *out1, *q2, *k2, *v2, *out2, *up, *down;
} attention_block;

typedef struct {
  mk_norm norm;
  mk_dense *in, *out;
  int depth;
  attention_block blocks[MAX_DEPTH];
} transformer;

typedef enum { PART_NONE, PART_CONV, PART_RES, PART_TRANSFORMER, PART_DOWN, PART_UP } part_kind;

typedef struct {
  part_kind kind;
  mk_dense *conv;
  resblock res;
  transformer attention;
} part;

typedef struct {
  part parts[MAX_PARTS];
} unet_block;

struct mk_unet {
  int n_inputs, n_outputs, n_in, channels, context_width;
  bool head_width_64; /* SD 2 and XL; SD 1 has 8 heads */
  mk_dense *time1, *time2, *label1, *label2, *last, *middle_out, *hint[8], *zero[MK_UNET_MAX_BLOCKS];
  mk_norm last_norm;
  mk_control_union *joint; /* of a ControlNet for several kinds of pictures */
  unet_block inputs[MK_UNET_MAX_BLOCKS], middle, outputs[MK_UNET_MAX_BLOCKS];
};

static void
load_res (mk_nn *nn, const mk_weights *w, resblock *r, const char *at)
{
  r->conv1 = mk_dense_load (nn, w, "%s.in_layers.2", at);
  r->time = mk_dense_load (nn, w, "%s.emb_layers.1", at);
  r->conv2 = mk_dense_load (nn, w, "%s.out_layers.3", at);
  r->norm1 = mk_norm_load (nn, w, mk_dense_n_in (r->conv1), "%s.in_layers.0", at);
  r->norm2 = mk_norm_load (nn, w, mk_dense_n_out (r->conv1), "%s.out_layers.0", at);
  if (mk_weights_has (w, "%s.skip_connection.weight", at))
    r->skip = mk_dense_load (nn, w, "%s.skip_connection", at);
}

static void
load_attention (mk_nn *nn, const mk_weights *w, attention_block *b, int width, const char *at, int i)
{
  b->norm1 = mk_norm_load (nn, w, width, "%s.transformer_blocks.%d.norm1", at, i);
  b->norm2 = mk_norm_load (nn, w, width, "%s.transformer_blocks.%d.norm2", at, i);
  b->norm3 = mk_norm_load (nn, w, width, "%s.transformer_blocks.%d.norm3", at, i);
  b->q1 = mk_dense_load (nn, w, "%s.transformer_blocks.%d.attn1.to_q", at, i);
  b->k1 = mk_dense_load (nn, w, "%s.transformer_blocks.%d.attn1.to_k", at, i);
  b->v1 = mk_dense_load (nn, w, "%s.transformer_blocks.%d.attn1.to_v", at, i);
  b->out1 = mk_dense_load (nn, w, "%s.transformer_blocks.%d.attn1.to_out.0", at, i);
  b->q2 = mk_dense_load (nn, w, "%s.transformer_blocks.%d.attn2.to_q", at, i);
  b->k2 = mk_dense_load (nn, w, "%s.transformer_blocks.%d.attn2.to_k", at, i);
  b->v2 = mk_dense_load (nn, w, "%s.transformer_blocks.%d.attn2.to_v", at, i);
  b->out2 = mk_dense_load (nn, w, "%s.transformer_blocks.%d.attn2.to_out.0", at, i);
  b->up = mk_dense_load (nn, w, "%s.transformer_blocks.%d.ff.net.0.proj", at, i);
  b->down = mk_dense_load (nn, w, "%s.transformer_blocks.%d.ff.net.2", at, i);
}

static void
load_transformer (mk_nn *nn, const mk_weights *w, mk_unet *unet, transformer *t, const char *at)
{
  g_autofree char *key = g_strconcat (at, ".proj_in.weight", NULL);
  const mk_safetensor *in = mk_weights_find (w, key);
  t->in = mk_dense_load (nn, w, "%s.proj_in", at);
  t->out = mk_dense_load (nn, w, "%s.proj_out", at);
  t->norm = mk_norm_load (nn, w, mk_dense_n_in (t->in), "%s.norm", at);
  unet->head_width_64 = in != NULL && in->n_dims == 2;
  while (t->depth < MAX_DEPTH && mk_weights_has (w, "%s.transformer_blocks.%d.norm1.weight", at, t->depth)) {
    load_attention (nn, w, &t->blocks[t->depth], mk_dense_n_out (t->in), at, t->depth);
    t->depth++;
  }
  if (t->depth > 0)
    unet->context_width = mk_dense_n_in (t->blocks[0].k2);
}

static void
load_part (mk_nn *nn, const mk_weights *w, mk_unet *unet, part *p, const char *at)
{
  if (mk_weights_has (w, "%s.in_layers.0.weight", at)) {
    p->kind = PART_RES;
    load_res (nn, w, &p->res, at);
  } else if (mk_weights_has (w, "%s.norm.weight", at)) {
    p->kind = PART_TRANSFORMER;
    load_transformer (nn, w, unet, &p->attention, at);
  } else if (mk_weights_has (w, "%s.op.weight", at)) {
    p->kind = PART_DOWN;
    p->conv = mk_dense_load (nn, w, "%s.op", at);
  } else if (mk_weights_has (w, "%s.conv.weight", at)) {
    p->kind = PART_UP;
    p->conv = mk_dense_load (nn, w, "%s.conv", at);
  } else if (mk_weights_has (w, "%s.weight", at)) {
    p->kind = PART_CONV;
    p->conv = mk_dense_load (nn, w, "%s", at);
  }
}

/* False when there is no such block. */
static bool
load_block (mk_nn *nn, const mk_weights *w, mk_unet *unet, unet_block *block, const char *at)
{
  for (int i = 0; i < MAX_PARTS; i++) {
    g_autofree char *name = g_strdup_printf ("%s.%d", at, i);
    load_part (nn, w, unet, &block->parts[i], name);
  }
  return block->parts[0].kind != PART_NONE && !mk_nn_failed (nn);
}

static void
load_ends (mk_nn *nn, const mk_weights *w, mk_unet *unet)
{
  if (mk_weights_has (w, "input_hint_block.0.weight")) {
    for (int i = 0; i < 8; i++)
      unet->hint[i] = mk_dense_load (nn, w, "input_hint_block.%d", i * 2);
    for (int i = 0; i < unet->n_inputs; i++)
      unet->zero[i] = mk_dense_load (nn, w, "zero_convs.%d.0", i);
    unet->middle_out = mk_dense_load (nn, w, "middle_block_out.0");
    unet->joint = mk_control_union_load (nn, w);
    return;
  }
  unet->last = mk_dense_load (nn, w, "out.2");
  unet->last_norm = mk_norm_load (nn, w, mk_dense_n_in (unet->last), "out.0");
}

mk_unet *
mk_unet_load (mk_nn *nn, mk_weights *w)
{
  mk_unet *unet = g_new0 (mk_unet, 1);
  unet->time1 = mk_dense_load (nn, w, "time_embed.0");
  unet->time2 = mk_dense_load (nn, w, "time_embed.2");
  if (mk_weights_has (w, "label_emb.0.0.weight")) {
    unet->label1 = mk_dense_load (nn, w, "label_emb.0.0");
    unet->label2 = mk_dense_load (nn, w, "label_emb.0.2");
  }
  for (; unet->n_inputs < MK_UNET_MAX_BLOCKS; unet->n_inputs++) {
    g_autofree char *at = g_strdup_printf ("input_blocks.%d", unet->n_inputs);
    if (!load_block (nn, w, unet, &unet->inputs[unet->n_inputs], at))
      break;
  }
  load_block (nn, w, unet, &unet->middle, "middle_block");
  for (; unet->n_outputs < MK_UNET_MAX_BLOCKS; unet->n_outputs++) {
    g_autofree char *at = g_strdup_printf ("output_blocks.%d", unet->n_outputs);
    if (!load_block (nn, w, unet, &unet->outputs[unet->n_outputs], at))
      break;
  }
  load_ends (nn, w, unet);
  unet->n_in = mk_dense_n_in (unet->inputs[0].parts[0].conv);
  unet->channels = mk_dense_n_in (unet->time1);
  if (!mk_nn_failed (nn) && (unet->n_inputs == 0 || (unet->last != NULL && unet->n_outputs != unet->n_inputs) || unet->inputs[0].parts[0].kind != PART_CONV))
    mk_error (&nn->error, MK_ERROR_UNSUPPORTED, "%s holds %d input and %d output blocks: no Stable Diffusion network that is known here",
              mk_safetensors_get_name (mk_weights_get_file (w)), unet->n_inputs, unet->n_outputs);
  if (mk_nn_failed (nn))
    g_clear_pointer (&unet, mk_unet_free);
  return unet;
}

static void
free_part (part *p)
{
  mk_dense *layers[] = { p->conv, p->res.conv1, p->res.time, p->res.conv2, p->res.skip, p->attention.in, p->attention.out };
  for (size_t i = 0; i < MK_COUNT (layers); i++)
    mk_dense_free (layers[i]);
  mk_norm_clear (&p->res.norm1);
  mk_norm_clear (&p->res.norm2);
  mk_norm_clear (&p->attention.norm);
  for (int i = 0; i < p->attention.depth; i++) {
    attention_block *b = &p->attention.blocks[i];
    mk_dense *all[] = { b->q1, b->k1, b->v1, b->out1, b->q2, b->k2, b->v2, b->out2, b->up, b->down };
    for (size_t k = 0; k < MK_COUNT (all); k++)
      mk_dense_free (all[k]);
    mk_norm_clear (&b->norm1);
    mk_norm_clear (&b->norm2);
    mk_norm_clear (&b->norm3);
  }
}

void
mk_unet_free (mk_unet *unet)
{
  if (unet == NULL)
    return;
  for (int i = 0; i < MK_UNET_MAX_BLOCKS; i++)
    for (int k = 0; k < MAX_PARTS; k++) {
      free_part (&unet->inputs[i].parts[k]);
      free_part (&unet->outputs[i].parts[k]);
    }
  for (int k = 0; k < MAX_PARTS; k++)
    free_part (&unet->middle.parts[k]);
  for (int i = 0; i < 8; i++)
    mk_dense_free (unet->hint[i]);
  for (int i = 0; i < MK_UNET_MAX_BLOCKS; i++)
    mk_dense_free (unet->zero[i]);
  mk_dense_free (unet->time1);
  mk_dense_free (unet->time2);
  mk_dense_free (unet->label1);
  mk_dense_free (unet->label2);
  mk_dense_free (unet->last);
  mk_dense_free (unet->middle_out);
  mk_norm_clear (&unet->last_norm);
  mk_control_union_free (unet->joint);
  g_free (unet);
}

int
mk_unet_n_in (const mk_unet *unet)
{
  return unet->n_in;
}

int
mk_unet_context_width (const mk_unet *unet)
{
  return unet->context_width;
}

int
mk_unet_label_width (const mk_unet *unet)
{
  return unet->label1 != NULL ? mk_dense_n_in (unet->label1) : 0;
}

bool
mk_unet_is_control (const mk_unet *unet)
{
  return unet->last == NULL;
}

/* SiLU of the embeddings of time and label: what every residual block asks for. */
static mk_act
embed (mk_nn *nn, const mk_unet *unet, const mk_unet_how *how, int n)
{
  int half = unet->channels / 2;
  mk_act waves = mk_act_new (nn, n, 1, 1, unet->channels), label = { 0 };
  for (int b = 0; b < n && waves.x != NULL; b++)
    for (int k = 0; k < half; k++) {
      float angle = how->t[b] * expf (-(float)log (10000.0) * (float)k / (float)half); /* in 32 bits: 999 times its rounding is felt */
      waves.x[b * unet->channels + k] = cosf (angle);
      waves.x[b * unet->channels + half + k] = sinf (angle);
    }
  if (unet->label1 != NULL && how->label == NULL && !mk_nn_failed (nn))
    mk_error (&nn->error, MK_ERROR_TYPE, "this network needs pooled text and sizes beside the prompt");
  if (unet->label1 != NULL) {
    mk_act given = mk_act_new (nn, n, 1, 1, mk_unet_label_width (unet));
    if (given.x != NULL)
      memcpy (given.x, how->label, (size_t)n * (size_t)given.c * sizeof (float));
    mk_act hidden = mk_dense_run (nn, unet->label1, given, &(mk_dense_how) { .activation = MK_ACT_SILU });
    label = mk_dense_run (nn, unet->label2, hidden, NULL);
    mk_act_free (nn, given);
    mk_act_free (nn, hidden);
  }
  mk_act hidden = mk_dense_run (nn, unet->time1, waves, &(mk_dense_how) { .activation = MK_ACT_SILU });
  if (unet->joint != NULL) {
    mk_act kind = mk_control_union_time (nn, unet->joint, how->control_kind, n);
    if (unet->label1 != NULL)
      mk_act_add (nn, kind, label, 1.0f);
    mk_act_free (nn, label);
    label = kind;
  }
  mk_act out = mk_dense_run (nn, unet->time2, hidden, &(mk_dense_how) { .residual = label.x != NULL ? &label : NULL });
  mk_act_activate (nn, out, MK_ACT_SILU);
  mk_act_free (nn, waves);
  mk_act_free (nn, hidden);
  mk_act_free (nn, label);
  return out;
}

static mk_act
run_res (mk_nn *nn, const resblock *r, mk_act x, mk_act time)
{
  mk_act normed = mk_group_norm (nn, &r->norm1, x, 1e-5f, true);
  mk_act added = mk_dense_run (nn, r->time, time, NULL);
  mk_act h = mk_dense_run (nn, r->conv1, normed, &(mk_dense_how) { .per_image = added.x });
  mk_act_free (nn, normed);
  mk_act_free (nn, added);
  mk_act again = mk_group_norm (nn, &r->norm2, h, 1e-5f, true);
  mk_act skip = r->skip != NULL ? mk_dense_run (nn, r->skip, x, NULL) : x;
  mk_act out = mk_dense_run (nn, r->conv2, again, &(mk_dense_how) { .residual = &skip });
  mk_act_free (nn, h);
  mk_act_free (nn, again);
  mk_act_free (nn, x);
  if (r->skip != NULL)
    mk_act_free (nn, skip);
  return out;
}

/* What is the same all through one run of a network. */
typedef struct {
  const mk_unet *unet;
  const mk_unet_how *how;
  mk_act time;
  int height, width; /* of the latent */
  uint32_t lot;      /* another for each self-attention */
} unet_pass;

static unet_pass
pass_begin (const mk_unet *unet, const mk_unet_how *how, mk_act time, mk_act x)
{
  unet_pass p = { unet, how, time, x.h, x.w, 0 };
  memcpy (&p.lot, how->t, sizeof p.lot);
  return p;
}

/* How one attention goes. */
typedef struct {
  int n_heads;             /* 0 = each token keeps its own value */
  const mk_act *context;   /* NULL = it looks at itself */
  unet_pass *tokens;       /* of self-attention whose tokens may ask together, or NULL */
  mk_act *looks;           /* gets how much each token is looked at, or NULL */
} attending;

/* The same tokens as `n_parts` times as many pictures, of one column. */
static mk_act
in_parts (mk_act act, int n_parts)
{
  return (mk_act) { act.n * n_parts, act.h * act.w / n_parts, 1, act.c, act.x, act.block };
}

/* Takes `x`. */
static mk_act
attend (mk_nn *nn, const mk_norm *norm, mk_dense *const layers[4], mk_act x, const attending *a)
{
  mk_act normed = mk_layer_norm (nn, norm, x), from = a->context != NULL ? *a->context : normed;
  mk_act q = { 0 }, k = { 0 }, mixed = { 0 }, v = mk_dense_run (nn, layers[2], from, NULL);
  mk_token_map map = a->tokens != NULL ? mk_token_map_make (nn, &a->tokens->how->tokens, normed, a->tokens->height, a->tokens->width, a->tokens->lot++) : (mk_token_map) { .is_plain = true };
  if (a->n_heads > 0 && map.is_plain) {
    q = mk_dense_run (nn, layers[0], normed, NULL);
    k = mk_dense_run (nn, layers[1], from, NULL);
    mixed = mk_attention (nn, q, k, v, a->n_heads, false);
    if (a->looks != NULL)
      *a->looks = mk_attention_received (nn, q, k, a->n_heads);
  } else if (a->n_heads > 0) {
    mk_act asking = mk_token_map_join (nn, &map, normed);
    q = mk_dense_run (nn, layers[0], asking, NULL);
    k = mk_dense_run (nn, layers[1], from, NULL);
    mk_act got = mk_attention (nn, q, in_parts (k, map.n_parts), in_parts (v, map.n_parts), a->n_heads, false);
    mixed = mk_token_map_spread (nn, &map, got, normed);
    mk_act_free (nn, asking);
    mk_act_free (nn, got);
  }
  mk_act out = mk_dense_run (nn, layers[3], a->n_heads > 0 ? mixed : v, &(mk_dense_how) { .residual = &x });
  mk_act done[] = { normed, q, k, v, mixed, x };
  for (size_t i = 0; i < MK_COUNT (done); i++)
    mk_act_free (nn, done[i]);
  mk_token_map_clear (&map);
  return out;
}

static mk_act
run_transformer (mk_nn *nn, unet_pass *p, const transformer *t, mk_act x, bool is_middle)
{
  const mk_unet_how *how = p->how;
  mk_act normed = mk_group_norm (nn, &t->norm, x, 1e-6f, false);
  mk_act h = mk_dense_run (nn, t->in, normed, NULL);
  int n_heads = p->unet->head_width_64 ? h.c / 64 : 8;
  mk_act_free (nn, normed);
  for (int i = 0; i < t->depth; i++) {
    const attention_block *b = &t->blocks[i];
    mk_dense *const own[] = { b->q1, b->k1, b->v1, b->out1 }, *const cross[] = { b->q2, b->k2, b->v2, b->out2 };
    h = attend (nn, &b->norm1, own, h, &(attending) { is_middle && how->middle_looks_nowhere ? 0 : n_heads, NULL, p, is_middle && i == 0 ? how->middle_looks : NULL });
    h = attend (nn, &b->norm2, cross, h, &(attending) { .n_heads = n_heads, .context = &how->context });
    mk_act again = mk_layer_norm (nn, &b->norm3, h);
    mk_act wide = mk_dense_run (nn, b->up, again, NULL);
    mk_act gated = mk_act_geglu (nn, wide);
    mk_act out = mk_dense_run (nn, b->down, gated, &(mk_dense_how) { .residual = &h });
    mk_act done[] = { again, wide, gated, h };
    for (size_t k = 0; k < MK_COUNT (done); k++)
      mk_act_free (nn, done[k]);
    h = out;
  }
  mk_act out = mk_dense_run (nn, t->out, h, &(mk_dense_how) { .residual = &x });
  mk_act_free (nn, h);
  mk_act_free (nn, x);
  return out;
}

/* `size` is what an upsampling aims at. */
static mk_act
run_block (mk_nn *nn, unet_pass *pass, const unet_block *block, mk_act h, int up_h, int up_w)
{
  for (int i = 0; i < MAX_PARTS; i++) {
    const part *p = &block->parts[i];
    mk_act next, resized;
    switch (p->kind) {
    case PART_NONE: continue;
    case PART_RES: h = run_res (nn, &p->res, h, pass->time); continue;
    case PART_TRANSFORMER: h = run_transformer (nn, pass, &p->attention, h, block == &pass->unet->middle); continue;
    case PART_CONV: next = mk_dense_run (nn, p->conv, h, NULL); break;
    case PART_DOWN: next = mk_dense_run (nn, p->conv, h, &(mk_dense_how) { .stride = 2 }); break;
    case PART_UP:
      resized = mk_act_resize (nn, h, up_h, up_w);
      next = mk_dense_run (nn, p->conv, resized, NULL);
      mk_act_free (nn, resized);
      break;
    default: g_assert_not_reached ();
    }
    mk_act_free (nn, h);
    h = next;
  }
  return h;
}

/* Sums of a plane with e^(-2πi (y fy / h + x fx / w)) for the lowest frequencies, 0 and -1 each way, are scaled:
 * adds (scale - 1) × their share of every pixel. One channel. */
static void
scale_low_frequencies (float *x, int h, int w, int c, float scale)
{
  int n_fy = h > 1 ? 2 : 1, n_fx = w > 1 ? 2 : 1;
  double re[4] = { 0 }, im[4] = { 0 };
  for (int pass = 0; pass < 2; pass++)
    for (int y = 0; y < h; y++)
      for (int xx = 0; xx < w; xx++) {
        float *at = &x[((size_t)y * (size_t)w + (size_t)xx) * (size_t)c];
        double value = *at, more = 0;
        for (int f = 0; f < n_fy * n_fx; f++) {
          double angle = 2 * G_PI * ((double)(f / n_fx) * y / h + (double)(f % n_fx) * xx / w);
          if (pass == 0) {
            re[f] += value * cos (angle);
            im[f] += value * sin (angle);
          } else
            more += re[f] * cos (angle) + im[f] * sin (angle);
        }
        if (pass == 1)
          *at = (float)(value + (scale - 1) * more / ((double)h * w));
      }
}

typedef struct {
  mk_act h, skip;
  float b, s;
  int version;
} freeu_work;

/* One image: its backbone's first half of channels is raised, most where the mean over channels is high. */
static void
raise_backbone (void *user, size_t image, unsigned worker)
{
  const freeu_work *work = user;
  size_t area = (size_t)work->h.h * (size_t)work->h.w, c = (size_t)work->h.c;
  float *x = work->h.x + image * area * c, low = INFINITY, high = -INFINITY;
  (void)worker;
  g_autofree float *mean = g_new (float, area);
  for (size_t p = 0; p < area; p++) {
    double sum = 0;
    for (size_t i = 0; i < c; i++)
      sum += x[p * c + i];
    mean[p] = (float)(sum / (double)c);
    low = MIN (low, mean[p]);
    high = MAX (high, mean[p]);
  }
  for (size_t p = 0; p < area; p++) {
    float factor = work->version == 1 ? work->b : (work->b - 1) * ((mean[p] - low) / (high - low)) + 1;
    for (size_t i = 0; i < c / 2; i++)
      x[p * c + i] *= factor;
  }
}

static void
lower_skip (void *user, size_t item, unsigned worker)
{
  const freeu_work *work = user;
  size_t c = (size_t)work->skip.c, area = (size_t)work->skip.h * (size_t)work->skip.w;
  (void)worker;
  scale_low_frequencies (work->skip.x + item / c * area * c + item % c, work->skip.h, work->skip.w, (int)c, work->s);
}

static void
apply_freeu (mk_nn *nn, const mk_unet *unet, const mk_freeu *freeu, mk_act h, mk_act skip)
{
  int which = h.c == 4 * unet->channels ? 0 : h.c == 2 * unet->channels ? 1 : -1;
  if (freeu->version == 0 || which < 0 || mk_nn_failed (nn))
    return;
  freeu_work work = { h, skip, freeu->b[which], freeu->s[which], freeu->version };
  mk_nn_each (nn, (size_t)h.n, raise_backbone, &work);
  mk_nn_each (nn, (size_t)skip.n * (size_t)skip.c, lower_skip, &work);
}

/* By one of ComfyUI's methods; frees `taken`. */
static mk_act
resize (mk_nn *nn, mk_act taken, int h, int w, const char *method)
{
  mk_act out = { 0 };
  if (taken.h == h && taken.w == w)
    return taken;
  if (mk_nn_skips (nn))
    out = mk_act_new (nn, taken.n, h, w, taken.c);
  else {
    g_autoptr (mk_tensor) planes = mk_tensor_new_4 (taken.n, taken.c, taken.h, taken.w, &nn->error), resized = NULL;
    if (planes != NULL) {
      mk_act_to_planes (nn, taken, mk_tensor_write (planes));
      resized = mk_latent_resize (planes, w, h, method, false, nn->pool, &nn->error);
    }
    if (resized != NULL)
      out = mk_act_from_planes (nn, mk_tensor_read (resized), taken.n, taken.c, h, w);
  }
  mk_act_free (nn, taken);
  return out;
}

static mk_act
shrink (mk_nn *nn, mk_act h, const mk_unet_how *how, int block, bool after_skip)
{
  for (int i = 0; i < how->n_shrinks; i++) {
    const mk_shrink *s = &how->shrinks[i];
    if (s->block == block && s->after_skip == after_skip)
      h = resize (nn, h, MAX ((int)rint (h.h * (1.0 / s->factor)), 1), MAX ((int)rint (h.w * (1.0 / s->factor)), 1), s->down);
  }
  return h;
}

mk_act
mk_unet_run (mk_nn *nn, const mk_unet *unet, mk_act x, const mk_unet_how *how)
{
  const mk_control *control = how->control;
  mk_act skips[MK_UNET_MAX_BLOCKS], time = embed (nn, unet, how, x.n), h = mk_act_copy (nn, x);
  unet_pass pass = pass_begin (unet, how, time, x);
  if (control != NULL && control->n != unet->n_inputs + 1 && !mk_nn_failed (nn))
    mk_error (&nn->error, MK_ERROR_TYPE, "the ControlNet has %d blocks, the model %d: they are of different families", control->n - 1, unet->n_inputs);
  for (int i = 0; i < unet->n_inputs; i++) {
    h = shrink (nn, run_block (nn, &pass, &unet->inputs[i], h, 0, 0), how, i, false);
    skips[i] = mk_act_copy (nn, h);
    h = shrink (nn, h, how, i, true);
  }
  h = run_block (nn, &pass, &unet->middle, h, 0, 0);
  if (control != NULL && !mk_nn_failed (nn))
    mk_act_add (nn, h, control->outputs[control->n - 1], 1.0f);
  for (int i = 0; i < unet->n_outputs; i++) {
    int from = unet->n_inputs - 1 - i;
    mk_act skip = skips[from], size = from > 0 ? skips[from - 1] : skip;
    if (control != NULL && !mk_nn_failed (nn))
      mk_act_add (nn, skip, control->outputs[from], 1.0f);
    apply_freeu (nn, unet, &how->freeu, h, skip);
    if (how->n_shrinks > 0)
      h = resize (nn, h, skip.h, skip.w, how->shrinks[0].up);
    mk_act joined = mk_act_concat (nn, h, skip);
    mk_act_free (nn, h);
    mk_act_free (nn, skip);
    h = run_block (nn, &pass, &unet->outputs[i], joined, size.h, size.w);
  }
  mk_act normed = mk_group_norm (nn, &unet->last_norm, h, 1e-5f, true);
  mk_act out = mk_dense_run (nn, unet->last, normed, NULL);
  mk_act_free (nn, time);
  mk_act_free (nn, h);
  mk_act_free (nn, normed);
  return out;
}

static mk_act
run_hint (mk_nn *nn, const mk_unet *unet, mk_act hint)
{
  mk_act h = mk_act_copy (nn, hint);
  for (int i = 0; i < 8; i++) {
    bool strided = i == 2 || i == 4 || i == 6;
    mk_act next = mk_dense_run (nn, unet->hint[i], h, &(mk_dense_how) { .stride = strided ? 2 : 1, .activation = i < 7 ? MK_ACT_SILU : MK_ACT_NONE });
    mk_act_free (nn, h);
    h = next;
  }
  return h;
}

mk_control
mk_unet_run_control (mk_nn *nn, const mk_unet *unet, mk_act x, mk_act hint, const mk_unet_how *how)
{
  mk_control control = { 0 };
  mk_act time = embed (nn, unet, how, x.n), h = mk_act_copy (nn, x), shown = run_hint (nn, unet, hint);
  if (unet->joint != NULL)
    mk_control_union_shift (nn, unet->joint, how->control_kind, shown);
  unet_pass pass = pass_begin (unet, how, time, x);
  for (int i = 0; i < unet->n_inputs; i++) {
    h = run_block (nn, &pass, &unet->inputs[i], h, 0, 0);
    if (i == 0 && !mk_nn_failed (nn)) {
      if (shown.h != h.h || shown.w != h.w || shown.n != h.n || shown.c != h.c)
        mk_error (&nn->error, MK_ERROR_RANGE, "the hint gives %d×%d, the latent is %d×%d", shown.w, shown.h, h.w, h.h);
      else
        mk_act_add (nn, h, shown, 1.0f);
    }
    control.outputs[control.n++] = mk_dense_run (nn, unet->zero[i], h, NULL);
  }
  h = run_block (nn, &pass, &unet->middle, h, 0, 0);
  control.outputs[control.n++] = mk_dense_run (nn, unet->middle_out, h, NULL);
  mk_act_free (nn, time);
  mk_act_free (nn, h);
  mk_act_free (nn, shown);
  return control;
}

void
mk_control_free (mk_nn *nn, mk_control *control)
{
  for (int i = 0; i < control->n; i++)
    mk_act_free (nn, control->outputs[i]);
  control->n = 0;
}
