/* guide.c - see guide.h. */
#include "diffusion/guide_private.h"
#include "media/resize.h"

#include <math.h>
#include <string.h>

/* So many cells of latents go through the network at once: two pictures of 512×512. Larger ones go alone. */
#define MAX_CELLS (2 * 64 * 64)

void
mk_guider_clear (mk_guider *guider)
{
  g_clear_pointer (&guider->model, mk_model_unref);
  g_clear_pointer (&guider->positive, g_ptr_array_unref);
  g_clear_pointer (&guider->negative, g_ptr_array_unref);
  g_clear_pointer (&guider->middle, g_ptr_array_unref);
}

mk_guide *
mk_guide_new (mk_nn *nn, const mk_guider *guider, const mk_tensor *latent, const mk_image *mask, GError **error)
{
  g_autoptr (mk_guide) g = g_new0 (mk_guide, 1);
  g->nn = nn;
  g->guider = guider;
  g->model = guider->model;
  g->latent = latent;
  g->mask = mask;
  g->n = latent->dims[0];
  g->c = latent->dims[1];
  g->height = latent->dims[2];
  g->width = latent->dims[3];
  if ((g->network = mk_networks_use (MK_NETWORK_UNET, g->model->weights, nn, error)) == NULL)
    return NULL;
  g->unet = mk_network_get (g->network);
  int n_in = mk_unet_n_in (g->unet);
  if (n_in != g->c && n_in != 2 * g->c && n_in != 2 * g->c + 1) {
    mk_error (error, MK_ERROR_TYPE, "the latent %d×%d has %d channels, the model takes %d", g->width, g->height, g->c, n_in);
    return NULL;
  }
  if (!mk_guide_make_ready (g, error))
    return NULL;
  size_t n = mk_tensor_n_floats (latent);
  for (int i = 0; i < MK_MAX_SIDES; i++)
    g->results[i] = g_new0 (float, n);
  g->totals = g_new (float, n / (size_t)g->c);
  const mk_reuse_choice *reuse = &g->model->reuse;
  if (reuse->threshold > 0)
    g->reuse = mk_reuse_new (reuse->threshold, mk_schedule_at_percent (&g->model->schedule, reuse->start), mk_schedule_at_percent (&g->model->schedule, reuse->end), (size_t)g->n * (size_t)g->c, g->height, g->width);
  return g_steal_pointer (&g);
}

void
mk_guide_free (mk_guide *g)
{
  if (g == NULL)
    return;
  mk_guide_clear_ready (g);
  if (g->network != NULL)
    mk_network_release (g->network);
  for (int i = 0; i < MK_MAX_SIDES; i++)
    g_free (g->results[i]);
  g_free (g->totals);
  g_free (g->momentum);
  mk_reuse_free (g->reuse);
  g_free (g->lead);
  g_free (g);
}

/* One condition on one picture of the batch. */
typedef struct {
  const mk_ready *ready;
  int side, image;
} item;

typedef struct {
  mk_guide *g;
  const float *x;
  double sigma;
  float root, t;
  const mk_shrink *shrinks; /* those that act at this sigma */
  int n_shrinks;
  bool records; /* how much the middle's cells are looked at */
} evaluation;

static GArray *
find_shrinks (const mk_model *model, double sigma)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (mk_shrink));
  for (guint i = 0; i < model->shrinks->len; i++) {
    mk_shrink *s = &g_array_index (model->shrinks, mk_shrink, i);
    if (sigma <= mk_schedule_at_percent (&model->schedule, s->start) && sigma >= mk_schedule_at_percent (&model->schedule, s->end))
      g_array_append_val (found, *s);
  }
  return found;
}

static bool
goes_with (const item *a, const item *b)
{
  return (a->side == MK_SIDE_WORSE) == (b->side == MK_SIDE_WORSE) && a->ready->h == b->ready->h && a->ready->w == b->ready->w && a->ready->control == b->ready->control && a->ready->text->states->dims[1] == b->ready->text->states->dims[1];
}

static bool
is_active (const mk_ready *ready, double sigma)
{
  return sigma <= ready->sigma_start && sigma >= ready->sigma_end && ready->h > 0;
}

static mk_act
gather_input (const evaluation *e, const item *items, int n, int n_channels)
{
  const mk_guide *g = e->g;
  const mk_ready *first = items[0].ready;
  mk_act in = mk_act_new (g->nn, n, first->h, first->w, n_channels);
  size_t area = (size_t)g->height * (size_t)g->width;
  float *to = in.x;
  for (int i = 0; i < n && in.x != NULL; i++) {
    const mk_ready *r = items[i].ready;
    for (int y = 0; y < r->h; y++)
      for (int x = 0; x < r->w; x++, to += n_channels) {
        size_t at = (size_t)(y + r->y) * (size_t)g->width + (size_t)(x + r->x);
        for (int k = 0; k < g->c; k++)
          to[k] = e->x[((size_t)items[i].image * (size_t)g->c + (size_t)k) * area + at] / e->root;
        for (int k = 0; k < n_channels - g->c; k++)
          to[g->c + k] = g->concat[items[i].side][((size_t)items[i].image * area + at) * (size_t)g->n_concat + (size_t)k];
      }
  }
  return in;
}

static mk_act
gather_context (const mk_guide *g, const item *items, int n)
{
  const mk_tensor *first = items[0].ready->text->states;
  mk_act context = mk_act_new (g->nn, n, first->dims[1], 1, first->dims[2]);
  size_t size = (size_t)first->dims[1] * (size_t)first->dims[2];
  for (int i = 0; i < n && context.x != NULL; i++) {
    const mk_tensor *states = items[i].ready->text->states;
    memcpy (context.x + (size_t)i * size, mk_tensor_read (states) + (size_t)(items[i].image % states->dims[0]) * size, size * sizeof (float));
  }
  return context;
}

/* All pictures of the hint, in the size that the part of the latent stands for. */
static bool
fit_hint (const mk_guide *g, mk_ready_control *control, int h, int w)
{
  const int zoom = 8;
  if (control->hint.x != NULL && control->hint.h == h * zoom && control->hint.w == w * zoom)
    return true;
  mk_act_free (g->nn, control->hint);
  control->hint = (mk_act) { 0 };
  mk_image *given = control->use->hint;
  g_autoptr (mk_image) sized = mk_image_resize (given, w * zoom, h * zoom, MK_RESIZE_NEAREST_EXACT, true, g->nn->pool, &g->nn->error);
  if (sized == NULL)
    return false;
  mk_act hint = mk_act_new (g->nn, sized->n, sized->height, sized->width, 3);
  for (size_t p = 0; p < mk_act_n_rows (hint) && hint.x != NULL; p++)
    for (size_t k = 0; k < 3; k++)
      hint.x[p * 3 + k] = mk_image_read (sized, 0)[p * (size_t)sized->n_channels + MIN (k, (size_t)sized->n_channels - 1)];
  control->hint = hint;
  return hint.x != NULL;
}

static void
average (mk_act act)
{
  size_t area = (size_t)act.h * (size_t)act.w, c = (size_t)act.c;
  for (size_t i = 0; i < (size_t)act.n; i++)
    for (size_t k = 0; k < c; k++) {
      double sum = 0;
      for (size_t p = 0; p < area; p++)
        sum += act.x[(i * area + p) * c + k];
      for (size_t p = 0; p < area; p++)
        act.x[(i * area + p) * c + k] = (float)(sum / (double)area);
    }
}

/* What the chain adds to the network; n 0 when none of it acts now. */
static mk_control
run_controls (const evaluation *e, mk_ready_control *control, const item *items, int n, const mk_unet_how *how)
{
  mk_nn *nn = e->g->nn;
  mk_control sum = { 0 };
  for (; control != NULL && !mk_nn_failed (nn); control = control->previous) {
    if (e->sigma > control->sigma_start || e->sigma < control->sigma_end)
      continue;
    mk_act all = control->hint, hint = mk_act_new (nn, n, all.h, all.w, all.c), x = gather_input (e, items, n, e->g->c);
    size_t size = (size_t)all.h * (size_t)all.w * (size_t)all.c;
    for (int i = 0; i < n && hint.x != NULL; i++)
      memcpy (hint.x + (size_t)i * size, all.x + (size_t)(items[i].image % all.n) * size, size * sizeof (float));
    mk_unet_how own = *how;
    if (mk_unet_label_width (mk_network_get (control->network)) == 0)
      own.label = NULL;
    own.tokens = (mk_token_choice) { 0 }; /* what is changed in the model's attention is not in theirs */
    own.middle_looks_nowhere = false;
    own.middle_looks = NULL;
    own.control_kind = control->use->net->kind;
    mk_control made = mk_unet_run_control (nn, mk_network_get (control->network), x, hint, &own);
    mk_act_free (nn, hint);
    mk_act_free (nn, x);
    if (sum.n != 0 && sum.n != made.n && !mk_nn_failed (nn))
      mk_error (&nn->error, MK_ERROR_TYPE, "two ControlNets of different families cannot act together");
    for (int i = 0; i < made.n && !mk_nn_failed (nn); i++) {
      if (control->use->net->averages && !mk_nn_skips (nn))
        average (made.outputs[i]);
      if (sum.n == 0)
        mk_act_scale (nn, made.outputs[i], (float)control->use->strength);
      else
        mk_act_add (nn, sum.outputs[i], made.outputs[i], (float)control->use->strength);
    }
    if (sum.n == 0)
      sum = made;
    else
      mk_control_free (nn, &made);
  }
  return sum;
}

/* The network's output as a clean latent, added to its side with its weight. */
static void
scatter (const evaluation *e, const item *at, const float *out)
{
  const mk_guide *g = e->g;
  const mk_ready *r = at->ready;
  size_t area = (size_t)g->height * (size_t)g->width;
  float s = (float)e->sigma, x_scale = 1, out_scale = -s;
  if (g->model->schedule.prediction == MK_PREDICT_V || g->model->schedule.prediction == MK_PREDICT_EDM) {
    x_scale = 1 / (s * s + 1);
    out_scale = (g->model->schedule.prediction == MK_PREDICT_V ? -s : s) / e->root;
  } else if (g->model->schedule.prediction == MK_PREDICT_X0) {
    x_scale = 0;
    out_scale = 1;
  }
  double scaled_t = e->t * 10.0; /* of LCM: Luo et al. 2023, boundary conditions with σ_data 0.5 */
  float skip = (float)(0.25 / (scaled_t * scaled_t + 0.25)), keep = (float)(scaled_t / sqrt (scaled_t * scaled_t + 0.25));
  for (int y = 0; y < r->h; y++)
    for (int x = 0; x < r->w; x++) {
      size_t from = (size_t)y * (size_t)r->w + (size_t)x, to = (size_t)(y + r->y) * (size_t)g->width + (size_t)(x + r->x);
      float weight = r->weights[(size_t)at->image * (size_t)r->h * (size_t)r->w + from];
      for (size_t k = 0; k < (size_t)g->c; k++) {
        size_t place = ((size_t)at->image * (size_t)g->c + k) * area + to;
        float clean = e->x[place] * x_scale + out[from * (size_t)g->c + k] * out_scale;
        if (g->model->schedule.prediction == MK_PREDICT_LCM)
          clean = keep * clean + skip * e->x[place];
        g->results[at->side][place] += clean * weight;
      }
    }
}

static bool
fill_labels (const evaluation *e, const item *items, int n, float *labels)
{
  int width = mk_unet_label_width (e->g->unet);
  for (int i = 0; i < n && width > 0; i++) {
    g_autofree float *label = mk_guide_label (e->g, items[i].ready, items[i].side == 1 || items[i].side == MK_SIDE_DEGRADED, &e->g->nn->error);
    if (label == NULL)
      return false;
    memcpy (labels + (size_t)i * (size_t)width, label, (size_t)width * sizeof (float));
  }
  return true;
}

/* Keeps how much cells are looked at in pictures with the negative prompt. */
static void
keep_looks (const mk_guide *g, const item *items, mk_act looks)
{
  size_t n = (size_t)looks.h * (size_t)looks.w;
  for (int i = 0; i < looks.n; i++)
    if (items[i].side == 1) {
      mk_plane *to = &g->looks[items[i].image];
      g_free (to->x);
      *to = (mk_plane) { looks.h, looks.w, g_memdup2 (looks.x + (size_t)i * n, n * sizeof (float)) };
    }
}

typedef struct {
  const evaluation *e;
  const item *items;
  int n;
  const float *t, *labels;
} run;

/* Through the ControlNets and the network. Nothing is computed while memory is planned. */
static void
run_networks (mk_nn *nn, void *user)
{
  const run *r = user;
  const evaluation *e = r->e;
  const item *items = r->items;
  int n = r->n;
  const mk_guide *g = e->g;
  mk_act x = gather_input (e, items, n, g->c + g->n_concat), context = gather_context (g, items, n), looks = { 0 };
  mk_unet_how how = { .t = r->t, .context = context, .label = r->labels, .freeu = g->model->freeu, .shrinks = e->shrinks, .n_shrinks = e->n_shrinks, .tokens = g->model->tokens, .middle_looks = e->records ? &looks : NULL, .middle_looks_nowhere = items[0].side == MK_SIDE_WORSE };
  mk_control control = run_controls (e, items[0].ready->control, items, n, &how);
  how.control = control.n > 0 ? &control : NULL;
  mk_act out = mk_unet_run (nn, g->unet, x, &how);
  for (int i = 0; i < n && !mk_nn_skips (nn); i++)
    scatter (e, &items[i], out.x + (size_t)i * (size_t)out.h * (size_t)out.w * (size_t)out.c);
  if (e->records && looks.x != NULL && !mk_nn_skips (nn))
    keep_looks (g, items, looks);
  mk_control_free (nn, &control);
  mk_act_free (nn, looks);
  mk_act_free (nn, x);
  mk_act_free (nn, context);
  mk_act_free (nn, out);
}

/* What decides how much memory a run takes. */
static mk_run_shape
shape_of (const evaluation *e, const item *items, int n)
{
  mk_run_shape shape = { n, items[0].ready->h, items[0].ready->w, items[0].ready->text->states->dims[1], 0, items[0].side == MK_SIDE_WORSE, (unsigned)e->n_shrinks, e->records };
  unsigned bit = 1;
  for (const mk_ready_control *c = items[0].ready->control; c != NULL; c = c->previous, bit <<= 1)
    if (e->sigma <= c->sigma_start && e->sigma >= c->sigma_end)
      shape.controls |= bit;
  return shape;
}

static void
run_items (const evaluation *e, const item *items, int n)
{
  mk_guide *g = e->g;
  mk_nn *nn = g->nn;
  g_autofree float *t = g_new (float, n), *labels = g_new (float, (size_t)n * (size_t)mk_unet_label_width (g->unet) + 1);
  for (int i = 0; i < n; i++)
    t[i] = e->t;
  if (!fill_labels (e, items, n, labels))
    return;
  for (mk_ready_control *c = items[0].ready->control; c != NULL; c = c->previous)
    if (e->sigma <= c->sigma_start && e->sigma >= c->sigma_end && !fit_hint (g, c, items[0].ready->h, items[0].ready->w)) /* stays for all steps, so is no part of the plan */
      return;
  run one = { e, items, n, t, labels };
  mk_run_shape shape = shape_of (e, items, n);
  if (memcmp (&shape, &g->planned, sizeof shape) == 0)
    mk_nn_replay (nn);
  else
    mk_nn_plan (nn, run_networks, &one);
  g->planned = shape;
  run_networks (nn, &one);
}

static void
divide_by_totals (const mk_guide *g, int side, double sigma)
{
  size_t area = (size_t)g->height * (size_t)g->width;
  for (size_t p = 0; p < (size_t)g->n * area; p++)
    g->totals[p] = 1e-37f;
  for (guint i = 0; i < g->sides[side]->len; i++) {
    const mk_ready *r = g->sides[side]->pdata[i];
    if (!is_active (r, sigma))
      continue;
    for (int n = 0; n < g->n; n++)
      for (int y = 0; y < r->h; y++)
        for (int x = 0; x < r->w; x++)
          g->totals[(size_t)n * area + (size_t)(y + r->y) * (size_t)g->width + (size_t)(x + r->x)] += r->weights[((size_t)n * (size_t)r->h + (size_t)y) * (size_t)r->w + (size_t)x];
  }
  for (size_t i = 0; i < (size_t)g->n * (size_t)g->c * area; i++)
    g->results[side][i] /= g->totals[i / ((size_t)g->c * area) * area + i % area];
}

/* Everything that acts now, sorted into runs that go through the network together. */
static void
run_all (const evaluation *e, const bool wanted[MK_MAX_SIDES])
{
  mk_guide *g = e->g;
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (item)), batch = g_array_new (FALSE, FALSE, sizeof (item));
  for (int side = 0; side < MK_MAX_SIDES; side++)
    for (guint i = 0; wanted[side] && i < g->sides[side]->len; i++)
      for (int image = 0; image < g->n && is_active (g->sides[side]->pdata[i], e->sigma); image++) {
        item one = { g->sides[side]->pdata[i], side, image };
        g_array_append_val (items, one);
      }
  while (items->len > 0 && !mk_nn_failed (g->nn)) {
    item first = g_array_index (items, item, 0);
    guint most = MAX (1, (guint)(MAX_CELLS / MAX (first.ready->h * first.ready->w, 1)));
    g_array_set_size (batch, 0);
    for (guint i = 0; i < items->len && batch->len < most;) {
      item one = g_array_index (items, item, i);
      if (goes_with (&first, &one)) {
        g_array_append_val (batch, one);
        g_array_remove_index (items, i);
      } else
        i++;
    }
    run_items (e, (const item *)(void *)batch->data, (int)batch->len);
  }
}

/* Self-attention guidance: what the negative prompt gives is degraded where it is looked at, and given to the network once more with the
 * noise that it had; what is lost on the way leads. */
static bool
lead_by_degraded (const evaluation *e, GError **error)
{
  static const bool wanted[MK_MAX_SIDES] = { [MK_SIDE_DEGRADED] = true };
  mk_guide *g = e->g;
  size_t n = mk_tensor_n_floats (g->latent), size = n / (size_t)g->n;
  g_autofree float *degraded = g_new (float, n), *noised = g_new (float, n);
  if (g->lead == NULL)
    g->lead = g_new (float, n);
  memset (g->lead, 0, n * sizeof *g->lead);
  for (guint i = 0; i < g->model->patches->len; i++) {
    const mk_guide_patch *patch = &g_array_index (g->model->patches, mk_guide_patch, i);
    if (patch->kind != MK_GUIDE_DEGRADED)
      continue;
    memcpy (degraded, g->results[1], n * sizeof *degraded);
    for (int image = 0; image < g->n; image++)
      if (g->looks[image].x != NULL)
        mk_degrade (g->results[1] + (size_t)image * size, degraded + (size_t)image * size, g->c, g->height, g->width, &g->looks[image], patch->b);
    for (size_t k = 0; k < n; k++)
      noised[k] = degraded[k] + e->x[k] - g->results[1][k];
    memset (g->results[MK_SIDE_DEGRADED], 0, n * sizeof (float));
    evaluation again = *e;
    again.x = noised;
    again.records = false;
    run_all (&again, wanted);
    if (!mk_nn_finish (g->nn, error))
      return false;
    divide_by_totals (g, MK_SIDE_DEGRADED, e->sigma);
    for (size_t k = 0; k < n; k++)
      g->lead[k] += (degraded[k] - g->results[MK_SIDE_DEGRADED][k]) * patch->a;
  }
  return true;
}

static bool
compute (mk_guide *g, const float *x, double sigma, bool needs_negative, float *clean, GError **error)
{
  size_t n = mk_tensor_n_floats (g->latent);
  double t = mk_schedule_timestep (&g->model->schedule, sigma);
  g_autoptr (GArray) shrinks = find_shrinks (g->model, sigma);
  evaluation e = { g, x, sigma, sqrtf ((float)sigma * (float)sigma + 1.0f), (float)t, (const mk_shrink *)(const void *)shrinks->data, (int)shrinks->len, g->sides[MK_SIDE_DEGRADED] != NULL };
  bool wanted[MK_MAX_SIDES] = { g->sides[0] != NULL, g->sides[1] != NULL && needs_negative, g->sides[2] != NULL, g->sides[MK_SIDE_WORSE] != NULL };
  for (int i = 0; i < MK_MAX_SIDES; i++)
    memset (g->results[i], 0, n * sizeof (float));
  run_all (&e, wanted);
  if (!mk_nn_finish (g->nn, error))
    return false;
  for (int i = 0; i < MK_MAX_SIDES; i++)
    if (wanted[i])
      divide_by_totals (g, i, sigma);
  g->has_negative = wanted[1];
  if (e.records && !lead_by_degraded (&e, error))
    return false;
  mk_guide_mix (g, x, sigma, clean);
  return true;
}

bool
mk_guide_denoise (mk_guide *g, const float *x, double sigma, float *clean, float *uncond, GError **error)
{
  const mk_guider *guider = g->guider;
  bool needs_negative = fabs (guider->cfg - 1) > 1e-9 || uncond != NULL || guider->kind >= MK_GUIDER_DUAL || mk_guide_needs_negative (guider);
  if (g->reuse == NULL || !mk_reuse_foretell (g->reuse, x, sigma, clean)) { /* foretold: results are those of the step before */
    if (!compute (g, x, sigma, needs_negative, clean, error))
      return false;
    if (g->reuse != NULL)
      mk_reuse_learn (g->reuse, x, sigma, clean);
  }
  if (uncond != NULL)
    memcpy (uncond, g->results[g->has_negative ? 1 : 0], mk_tensor_n_floats (g->latent) * sizeof (float));
  return true;
}
