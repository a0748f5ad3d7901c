/* guide_ready.c - conditions made ready for one size of latent: places in cells, masks, times as sigmas, ControlNets
 * with their networks, what in-painting models and XL see beside the prompt. */
#include "diffusion/guide_private.h"
#include "diffusion/latent_ops.h"
#include "media/resize.h"

#include <math.h>
#include <string.h>

static int
round_even (double x)
{
  return (int)rint (x);
}

static void
free_ready (gpointer data)
{
  mk_ready *ready = data;
  mk_condition_unref (ready->from);
  g_free (ready->weights);
  g_free (ready);
}

/* A mask in the latent's size: n × h × w, one channel. */
static mk_image *
fit_mask (const mk_guide *g, mk_image *mask, bool crops, GError **error)
{
  if (mask->width == g->width && mask->height == g->height)
    return mk_image_ref (mask);
  return mk_image_resize (mask, g->width, g->height, MK_RESIZE_BILINEAR, crops, g->nn->pool, error);
}

/* The box around everything that is not zero, at least 8 cells wide and high. */
static void
find_bounds (mk_ready *ready, const mk_image *mask)
{
  int left = mask->width, right = -1, top = mask->height, bottom = -1;
  for (int i = 0; i < mask->n; i++)
    for (int y = 0; y < mask->height; y++)
      for (int x = 0; x < mask->width; x++)
        if (mk_image_read (mask, i)[(size_t)y * (size_t)mask->width + (size_t)x] != 0) {
          left = MIN (left, x);
          right = MAX (right, x);
          top = MIN (top, y);
          bottom = MAX (bottom, y);
        }
  ready->has_area = true;
  ready->h = right < 0 ? 8 : MAX (8, bottom - top + 1);
  ready->w = right < 0 ? 8 : MAX (8, right - left + 1);
  ready->y = right < 0 ? 0 : top;
  ready->x = right < 0 ? 0 : left;
}

static void
place (const mk_guide *g, mk_ready *ready)
{
  const mk_condition *c = ready->from;
  ready->h = g->height;
  ready->w = g->width;
  ready->has_area = c->area_kind != MK_AREA_NONE;
  if (c->area_kind == MK_AREA_SHARE) {
    ready->h = MAX (1, round_even (c->area[0] * g->height));
    ready->w = MAX (1, round_even (c->area[1] * g->width));
    ready->y = round_even (c->area[2] * g->height);
    ready->x = round_even (c->area[3] * g->width);
  } else if (c->area_kind == MK_AREA_CELLS) {
    ready->h = (int)c->area[0];
    ready->w = (int)c->area[1];
    ready->y = (int)c->area[2];
    ready->x = (int)c->area[3];
  }
}

/* Keeps the part that lies on the latent; false when nothing does. */
static bool
keep_inside (const mk_guide *g, mk_ready *ready)
{
  ready->y = CLAMP (ready->y, 0, g->height);
  ready->x = CLAMP (ready->x, 0, g->width);
  ready->h = MIN (ready->h, g->height - ready->y);
  ready->w = MIN (ready->w, g->width - ready->x);
  return ready->h > 0 && ready->w > 0;
}

/* Places without a mask fade out over up to 8 cells towards borders that are not the picture's. */
static void
soften_borders (const mk_guide *g, mk_ready *ready)
{
  int rows = MIN (8, ready->h / 4), columns = MIN (8, ready->w / 4);
  for (int i = 0; i < g->n; i++)
    for (int y = 0; y < ready->h; y++)
      for (int x = 0; x < ready->w; x++) {
        float *weight = &ready->weights[((size_t)i * (size_t)ready->h + (size_t)y) * (size_t)ready->w + (size_t)x];
        if (ready->y != 0 && y < rows)
          *weight *= 1.0f / (float)rows * (float)(y + 1);
        if (ready->y + ready->h < g->height && ready->h - 1 - y < rows)
          *weight *= 1.0f / (float)rows * (float)(ready->h - y);
        if (ready->x != 0 && x < columns)
          *weight *= 1.0f / (float)columns * (float)(x + 1);
        if (ready->x + ready->w < g->width && ready->w - 1 - x < columns)
          *weight *= 1.0f / (float)columns * (float)(ready->w - x);
      }
}

static void
fill_weights (const mk_guide *g, mk_ready *ready, const mk_image *mask)
{
  const mk_condition *c = ready->from;
  size_t area = (size_t)ready->h * (size_t)ready->w;
  ready->weights = g_new (float, (size_t)g->n *area);
  for (int i = 0; i < g->n; i++)
    for (int y = 0; y < ready->h; y++)
      for (int x = 0; x < ready->w; x++) {
        float value = 1;
        if (mask != NULL)
          value = mk_image_read (mask, i % mask->n)[(size_t)(y + ready->y) * (size_t)mask->width + (size_t)(x + ready->x)] * (float)c->mask_strength;
        ready->weights[(size_t)i * area + (size_t)y * (size_t)ready->w + (size_t)x] = value * (float)c->strength;
      }
  if (mask == NULL && ready->has_area)
    soften_borders (g, ready);
}

static bool
make_weights (const mk_guide *g, mk_ready *ready, GError **error)
{
  g_autoptr (mk_image) mask = NULL;
  if (ready->from->mask != NULL) {
    if ((mask = fit_mask (g, ready->from->mask, false, error)) == NULL)
      return false;
    ready->has_mask = true;
    if (ready->from->bounds_to_mask)
      find_bounds (ready, mask);
  }
  if (!keep_inside (g, ready))
    ready->h = ready->w = 0;
  g_free (ready->weights);
  fill_weights (g, ready, mask);
  return true;
}

static mk_ready_control *
ready_control (mk_guide *g, const mk_control_use *use, GError **error)
{
  for (guint i = 0; i < g->controls->len; i++)
    if (((mk_ready_control *)g->controls->pdata[i])->use == use)
      return g->controls->pdata[i];
  mk_ready_control *previous = NULL;
  if (use->previous != NULL && (previous = ready_control (g, use->previous, error)) == NULL)
    return NULL;
  mk_network *network = mk_networks_use (MK_NETWORK_UNET, use->net->weights, g->nn, error);
  if (network == NULL)
    return NULL;
  const mk_unet *unet = mk_network_get (network);
  if (mk_unet_context_width (unet) != mk_unet_context_width (g->unet) || mk_unet_n_in (unet) != g->c) {
    mk_error (error, MK_ERROR_TYPE, "%s is a ControlNet for prompts %d wide and %d channels, the model has %d and %d: it belongs to another family of models",
              mk_safetensors_get_name (mk_weights_get_file (use->net->weights)), mk_unet_context_width (unet), mk_unet_n_in (unet), mk_unet_context_width (g->unet), g->c);
    mk_network_release (network);
    return NULL;
  }
  mk_ready_control *ready = g_new0 (mk_ready_control, 1);
  *ready = (mk_ready_control) { .use = use, .network = network, .previous = previous,
                                .sigma_start = mk_schedule_at_percent (&g->model->schedule, use->start), .sigma_end = mk_schedule_at_percent (&g->model->schedule, use->end) };
  g_ptr_array_add (g->controls, ready);
  return ready;
}

static bool
check_states (const mk_guide *g, const mk_condition *c, GError **error)
{
  int width = mk_unet_context_width (g->unet);
  if (c->states->n_dims != 3 || c->states->dims[2] != width)
    return mk_error (error, MK_ERROR_TYPE, "the prompt's states are %d wide, the model wants %d: CLIP and model are of different families", c->states->dims[c->states->n_dims - 1], width);
  return true;
}

static GPtrArray *
ready_side (mk_guide *g, const GPtrArray *conditions, GError **error)
{
  g_autoptr (GPtrArray) side = g_ptr_array_new_with_free_func (free_ready);
  for (guint i = 0; i < conditions->len; i++) {
    mk_condition *c = conditions->pdata[i];
    mk_ready *ready = g_new0 (mk_ready, 1);
    ready->from = mk_condition_ref (c);
    ready->text = c;
    g_ptr_array_add (side, ready);
    place (g, ready);
    ready->sigma_start = c->has_start ? mk_schedule_at_percent (&g->model->schedule, c->start) : INFINITY;
    ready->sigma_end = c->has_end ? mk_schedule_at_percent (&g->model->schedule, c->end) : -1;
    if (!check_states (g, c, error) || !make_weights (g, ready, error))
      return NULL;
    if (c->control != NULL && (ready->control = ready_control (g, c->control, error)) == NULL)
      return NULL;
  }
  return g_steal_pointer (&side);
}

static bool
encloses (const mk_ready *outer, const mk_ready *inner)
{
  return inner->y >= outer->y && inner->x >= outer->x && outer->y + outer->h >= inner->y + inner->h && outer->x + outer->w >= inner->x + inner->w;
}

/* A place of one side needs the other side there as well: the smallest that encloses it lends its text. */
static bool
add_opposite (const mk_guide *g, GPtrArray *side, const mk_ready *of, GError **error)
{
  const mk_ready *smallest = NULL;
  for (guint i = 0; i < side->len; i++) {
    const mk_ready *r = side->pdata[i];
    if (!r->has_area)
      smallest = smallest == NULL ? r : smallest;
    else if (encloses (r, of) && (smallest == NULL || !smallest->has_area || smallest->h * smallest->w > r->h * r->w))
      smallest = r;
  }
  if (smallest == NULL || (smallest->has_area && smallest->h == of->h && smallest->w == of->w && smallest->y == of->y && smallest->x == of->x))
    return true;
  mk_ready *added = g_memdup2 (of, sizeof *of);
  mk_condition_ref (added->from);
  added->weights = NULL;
  added->text = smallest->text;
  g_ptr_array_add (side, added);
  return make_weights (g, added, error);
}

/* ControlNets that stand for both sides, though only one got them. */
static void
share_controls (GPtrArray *positive, GPtrArray *negative)
{
  guint given = 0;
  for (guint i = 0; i < negative->len; i++)
    if (!((mk_ready *)negative->pdata[i])->has_area && ((mk_ready *)negative->pdata[i])->control != NULL)
      return;
  guint n_plain = negative->len;
  for (guint i = 0; i < positive->len; i++) {
    const mk_ready *from = positive->pdata[i];
    if (from->has_area || from->control == NULL || !from->from->control_for_negative)
      continue;
    guint seen = 0, wanted = 0, n = 0;
    for (guint k = 0; k < n_plain; k++)
      n += !((mk_ready *)negative->pdata[k])->has_area;
    if (n == 0)
      return;
    wanted = given++ % n;
    for (guint k = 0; k < n_plain; k++)
      if (!((mk_ready *)negative->pdata[k])->has_area && seen++ == wanted)
        ((mk_ready *)negative->pdata[k])->control = from->control;
  }
}

static bool
pair_sides (mk_guide *g, GError **error)
{
  guint n[MK_MAX_SIDES] = { 0 };
  for (int a = 0; a < MK_MAX_SIDES; a++)
    for (int b = 0; b < MK_MAX_SIDES; b++) {
      if (a == b || g->sides[a] == NULL || g->sides[b] == NULL)
        continue;
      n[a] = g->sides[a]->len;
      for (guint i = 0; i < n[a]; i++) {
        const mk_ready *r = g->sides[a]->pdata[i];
        if (r->has_area && !add_opposite (g, g->sides[b], r, error))
          return false;
      }
    }
  for (int b = 1; b < MK_MAX_SIDES; b++)
    if (g->sides[0] != NULL && g->sides[b] != NULL)
      share_controls (g->sides[0], g->sides[b]);
  return true;
}

/* Which of `n_given` pictures belongs to picture `i` of `n`: they are spread over the batch, not repeated. */
static int
spread (int i, int n, int n_given)
{
  if (n == n_given || n <= 1)
    return i;
  int at = n < n_given ? round_even (i * ((n_given - 1) / (double)(n - 1))) : (int)((i + 0.5) * n_given / n);
  return MIN (at, n_given - 1);
}

/* A latent beside the one to begin with, in its size. */
static mk_tensor *
fit_picture (const mk_guide *g, mk_tensor *given, const char *role, GError **error)
{
  mk_tensor *fitted = mk_latent_resize (given, g->width, g->height, "bilinear", true, g->nn->pool, error);
  if (fitted == NULL || fitted->dims[1] == g->c)
    return fitted;
  mk_error (error, MK_ERROR_RANGE, "the latent %s has %d channels, the one to begin with %d", role, fitted->dims[1], g->c);
  mk_tensor_unref (fitted);
  return NULL;
}

/* In-painting models see the mask and the latent of what lies outside of it; grey where there is none. */
static bool
show_mask_and_outside (const mk_guide *g, const mk_condition *c, float *to, GError **error)
{
  static const float blank[4] = { 0.8223f, -0.6876f, 0.6364f, 0.1380f };
  size_t area = (size_t)g->height * (size_t)g->width;
  mk_image *given = c->concat_mask != NULL ? c->concat_mask : (mk_image *)g->mask;
  g_autoptr (mk_image) mask = given != NULL ? fit_mask (g, given, true, error) : NULL;
  if (given != NULL && mask == NULL)
    return false;
  g_autoptr (mk_tensor) given_latent = c->concat_latent != NULL ? fit_picture (g, c->concat_latent, "to paint in", error) : NULL;
  if (c->concat_latent != NULL && given_latent == NULL)
    return false;
  const mk_tensor *image = given_latent != NULL ? given_latent : g->latent;
  float scale = given_latent != NULL ? (float)g->model->latent_scale : 1.0f;
  for (int i = 0; i < g->n; i++)
    for (size_t p = 0; p < area; p++) {
      *to++ = mask != NULL ? rintf (mk_image_read (mask, spread (i, g->n, mask->n))[p]) : 1.0f;
      for (size_t k = 0; k < (size_t)g->c; k++)
        *to++ = mask != NULL ? mk_tensor_read (image)[((size_t)spread (i, g->n, image->dims[0]) * (size_t)g->c + k) * area + p] * scale : blank[k];
    }
  return true;
}

/* Brooks et al., "InstructPix2Pix", 2023: such models see the picture to change, as the VAE gives it; nothing where there is none. */
static bool
show_original (const mk_guide *g, const mk_condition *c, float *to, GError **error)
{
  size_t area = (size_t)g->height * (size_t)g->width;
  g_autoptr (mk_tensor) image = c->concat_latent != NULL ? fit_picture (g, c->concat_latent, "of the picture to change", error) : NULL;
  if (c->concat_latent != NULL && image == NULL)
    return false;
  for (int i = 0; i < g->n; i++)
    for (size_t p = 0; p < area; p++)
      for (size_t k = 0; k < (size_t)g->c; k++)
        *to++ = image != NULL ? mk_tensor_read (image)[((size_t)spread (i, g->n, image->dims[0]) * (size_t)g->c + k) * area + p] : 0;
  return true;
}

/* What the network sees beside the latent, by side: a guider may show it to some of them only. */
static bool
make_concat (mk_guide *g, GError **error)
{
  size_t area = (size_t)g->height * (size_t)g->width;
  g->n_concat = mk_unet_n_in (g->unet) - g->c;
  if (g->n_concat == 0)
    return true;
  if (g->c != 4)
    return mk_error (error, MK_ERROR_UNSUPPORTED, "the model takes %d channels, the latent has %d: only models for 4 channels, 8 for instructions, or 9 for in-painting, run here", mk_unet_n_in (g->unet), g->c);
  for (int side = 0; side < MK_MAX_SIDES; side++) {
    if (g->sides[side] == NULL || g->sides[side]->len == 0)
      continue;
    const mk_condition *c = ((mk_ready *)g->sides[side]->pdata[0])->from;
    g->concat[side] = g_new (float, (size_t)g->n *area *(size_t)g->n_concat);
    if (!(g->n_concat == g->c ? show_original : show_mask_and_outside) (g, c, g->concat[side], error))
      return false;
  }
  return true;
}

bool
mk_guide_make_ready (mk_guide *g, GError **error)
{
  const GPtrArray *lists[MK_MAX_SIDES] = { g->guider->positive, g->guider->negative, g->guider->middle };
  bool is_plain = g->guider->kind <= MK_GUIDER_BASIC;
  g->controls = g_ptr_array_new ();
  for (int i = 0; i < MK_MAX_SIDES; i++)
    if (lists[i] != NULL && (g->sides[i] = ready_side (g, lists[i], error)) == NULL)
      return false;
  if (!pair_sides (g, error))
    return false;
  if (is_plain && mk_guide_has (g->model, MK_GUIDE_PERPENDICULAR) && (g->sides[2] = ready_side (g, g->model->empty, error)) == NULL)
    return false;
  if (g->sides[0] != NULL && is_plain && mk_guide_worse_scale (g->model) != 0)
    g->sides[MK_SIDE_WORSE] = g_ptr_array_ref (g->sides[0]);
  if (g->sides[1] != NULL && is_plain && MIN (g->height, g->width) > 4 && mk_guide_has (g->model, MK_GUIDE_DEGRADED)) {
    g->sides[MK_SIDE_DEGRADED] = g_ptr_array_ref (g->sides[1]);
    g->looks = g_new0 (mk_plane, g->n);
  }
  return make_concat (g, error);
}

void
mk_guide_clear_ready (mk_guide *g)
{
  for (int i = 0; i < MK_MAX_SIDES; i++)
    g_clear_pointer (&g->sides[i], g_ptr_array_unref);
  for (guint i = 0; g->controls != NULL && i < g->controls->len; i++) {
    mk_ready_control *control = g->controls->pdata[i];
    mk_act_free (g->nn, control->hint);
    mk_network_release (control->network);
    g_free (control);
  }
  g_clear_pointer (&g->controls, g_ptr_array_unref);
  for (int i = 0; i < MK_MAX_SIDES; i++)
    g_free (g->concat[i]);
  for (int i = 0; i < g->n && g->looks != NULL; i++)
    g_free (g->looks[i].x);
  g_free (g->looks);
}

float *
mk_guide_label (const mk_guide *g, const mk_ready *ready, bool is_negative, GError **error)
{
  const mk_condition *c = ready->text;
  bool refines = g->model->family == MK_FAMILY_SDXL_REFINER;
  int width = mk_unet_label_width (g->unet), n_pooled = c->pooled != NULL ? c->pooled->dims[1] : 0, n_sizes = refines ? 5 : 6, n_waves = n_sizes * 256;
  if (n_pooled + n_waves != width) {
    mk_error (error, MK_ERROR_TYPE, "the prompt's pooled states are %d wide, the model wants %d: CLIP and model are of different families", n_pooled, width - n_waves);
    return NULL;
  }
  double w = c->sizes[0] > 0 ? c->sizes[0] : g->width * 8.0, h = c->sizes[1] > 0 ? c->sizes[1] : g->height * 8.0;
  double target_w = c->sizes[4] > 0 ? c->sizes[4] : w, target_h = c->sizes[5] > 0 ? c->sizes[5] : h;
  double aesthetic = c->aesthetic > 0 ? c->aesthetic : is_negative ? 2.5 : 6.0;
  const double base[6] = { h, w, c->sizes[3], c->sizes[2], target_h, target_w }, refiner[6] = { h, w, c->sizes[3], c->sizes[2], aesthetic, 0 };
  const double *sizes = refines ? refiner : base;
  float *label = g_new (float, width);
  memcpy (label, mk_tensor_read (c->pooled), (size_t)n_pooled * sizeof *label);
  for (int s = 0; s < n_sizes; s++)
    for (int k = 0; k < 128; k++) {
      float angle = (float)sizes[s] * expf (-(float)log (10000.0) * (float)k / 128.0f);
      label[n_pooled + s * 256 + k] = cosf (angle);
      label[n_pooled + s * 256 + 128 + k] = sinf (angle);
    }
  return label;
}
