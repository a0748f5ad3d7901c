#include "nodes/diffusion/conditioning_parts.h"

#include <math.h>
#include <string.h>

static void
free_control (void *data)
{
  mk_control_use_unref (data);
}

static size_t
count_control (const void *data)
{
  return mk_image_n_bytes (((const mk_control_use *)data)->hint);
}

static const mk_value_type control_type = { .name = "CONTROL", .free = free_control, .n_bytes = count_control };

static const char *const size_names[6] = { "width", "height", "crop_w", "crop_h", "target_width", "target_height" };

/* --- tensors and pictures --- */

static mk_value *
open_tensor (const mk_tensor *tensor, GError **error)
{
  return mk_parts_new_tensor (tensor->n_dims, tensor->dims, mk_tensor_read (tensor), error);
}

/* n × height × width, with a channel of one before the height where the name asks for it. */
static mk_value *
open_mask (const mk_image *mask, bool has_channel, GError **error)
{
  const int flat[3] = { mask->n, mask->height, mask->width }, deep[4] = { mask->n, 1, mask->height, mask->width };
  return mk_parts_new_tensor (has_channel ? 4 : 3, has_channel ? deep : flat, mk_image_read (mask, 0), error);
}

static mk_tensor *
close_tensor (const mk_value *value, const char *what, int min_dims, int max_dims, GError **error)
{
  const mk_parts_tensor *given = mk_parts_get_tensor (value);
  if (given == NULL || given->n_dims < min_dims || given->n_dims > MIN (max_dims, MK_TENSOR_MAX_DIMS)) {
    mk_error (error, MK_ERROR_TYPE, "%s: a tensor of %d to %d sizes is wanted, there is %s", what, min_dims, max_dims, given != NULL ? "one of another shape" : value != NULL ? mk_value_type_name (value) : "none");
    return NULL;
  }
  mk_tensor *tensor = mk_tensor_new (given->n_dims, given->dims, error);
  if (tensor != NULL)
    memcpy (mk_tensor_write (tensor), mk_buffer_read (given->numbers), given->n_floats * sizeof (float));
  else
    g_prefix_error (error, "%s: ", what);
  return tensor;
}

/* Any tensor whose last two sizes are height and width. */
static mk_image *
close_mask (const mk_value *value, const char *what, GError **error)
{
  const mk_parts_tensor *given = mk_parts_get_tensor (value);
  int n = 1;
  if (given == NULL || given->n_dims < 2 || given->n_floats == 0 || given->n_floats > INT32_MAX) {
    mk_error (error, MK_ERROR_TYPE, "%s: a tensor of count, height and width is wanted", what);
    return NULL;
  }
  for (int i = 0; i < given->n_dims - 2; i++)
    n *= given->dims[i];
  mk_image *mask = mk_image_new (n, given->dims[given->n_dims - 2], given->dims[given->n_dims - 1], 1, error);
  if (mask != NULL)
    memcpy (mk_image_write (mask, 0), mk_buffer_read (given->numbers), given->n_floats * sizeof (float));
  return mask;
}

/* Of count × channels × height × width, as hints have it in ComfyUI. */
static mk_image *
close_hint (const mk_value *value, GError **error)
{
  const mk_parts_tensor *given = mk_parts_get_tensor (value);
  if (given == NULL || given->n_dims != 4 || given->dims[1] != 3 || given->n_floats == 0) {
    mk_error (error, MK_ERROR_TYPE, "the hint of a control: a tensor of count, 3 channels, height and width is wanted");
    return NULL;
  }
  int channels = given->dims[1];
  mk_image *hint = mk_image_new (given->dims[0], given->dims[2], given->dims[3], channels, error);
  if (hint == NULL)
    return NULL;
  size_t area = (size_t)hint->height * (size_t)hint->width;
  for (int n = 0; n < hint->n; n++)
    for (size_t i = 0; i < area; i++)
      for (int c = 0; c < channels; c++)
        mk_image_write (hint, n)[i * (size_t)channels + (size_t)c] = ((const float *)mk_buffer_read (given->numbers))[((size_t)n * (size_t)channels + (size_t)c) * area + i];
  return hint;
}

/* --- opening --- */

static mk_value *
open_area (const mk_condition *c)
{
  mk_json *area = mk_json_new_array ();
  if (c->area_kind == MK_AREA_SHARE)
    mk_json_append (area, mk_json_new_string ("percentage"));
  for (int i = 0; i < 4; i++)
    mk_json_append (area, c->area_kind == MK_AREA_SHARE ? mk_json_new_real (c->area[i]) : mk_json_new_int ((int64_t)c->area[i]));
  return mk_value_new_json (area);
}

static void
open_plain (const mk_condition *c, mk_value *map)
{
  if (c->area_kind != MK_AREA_NONE)
    mk_parts_set (map, "area", open_area (c));
  if (c->area_kind != MK_AREA_NONE || c->strength != 1)
    mk_parts_set (map, "strength", mk_value_new_real (c->strength));
  if (c->area_kind != MK_AREA_NONE || c->mask != NULL)
    mk_parts_set (map, "set_area_to_bounds", mk_value_new_bool (c->bounds_to_mask));
  if (c->mask != NULL)
    mk_parts_set (map, "mask_strength", mk_value_new_real (c->mask_strength));
  if (c->has_start)
    mk_parts_set (map, "start_percent", mk_value_new_real (c->start));
  if (c->has_end)
    mk_parts_set (map, "end_percent", mk_value_new_real (c->end));
  if (c->control != NULL) {
    mk_parts_set (map, "control", mk_value_new (&control_type, mk_control_use_ref (c->control)));
    mk_parts_set (map, "control_apply_to_uncond", mk_value_new_bool (c->control_for_negative));
  }
  for (int i = 0; c->sizes[0] > 0 && i < 6; i++)
    mk_parts_set (map, size_names[i], mk_value_new_int ((int64_t)c->sizes[i]));
  if (c->aesthetic != 0)
    mk_parts_set (map, "aesthetic_score", mk_value_new_real (c->aesthetic));
}

static bool
set_tensor (mk_value *map, const char *name, mk_value *taken)
{
  if (taken != NULL)
    mk_parts_set (map, name, taken);
  return taken != NULL;
}

static bool
open_tensors (const mk_condition *c, mk_value *map, GError **error)
{
  return (c->pooled == NULL || set_tensor (map, "pooled_output", open_tensor (c->pooled, error)))
         && (c->mask == NULL || set_tensor (map, "mask", open_mask (c->mask, false, error)))
         && (c->concat_latent == NULL || set_tensor (map, "concat_latent_image", open_tensor (c->concat_latent, error)))
         && (c->concat_mask == NULL || set_tensor (map, "concat_mask", open_mask (c->concat_mask, true, error)));
}

static mk_value *
open_condition (const mk_condition *c, GError **error)
{
  mk_value *states = open_tensor (c->states, error);
  if (states == NULL)
    return NULL;
  mk_value *pair = mk_parts_new_list (), *map = mk_parts_new_map ();
  mk_parts_append (pair, states);
  mk_parts_append (pair, map);
  open_plain (c, map);
  if (!open_tensors (c, map, error)) {
    mk_value_unref (pair);
    return NULL;
  }
  if (c->others != NULL) {
    GHashTableIter i;
    gpointer name, value;
    g_hash_table_iter_init (&i, c->others);
    while (g_hash_table_iter_next (&i, &name, &value))
      mk_parts_set (map, name, mk_value_ref (value));
  }
  return pair;
}

mk_value *
mk_conditioning_open (const void *data, GError **error)
{
  const GPtrArray *list = data;
  g_autoptr (mk_value) parts = mk_parts_new_list ();
  for (guint i = 0; i < list->len; i++) {
    mk_value *pair = open_condition (list->pdata[i], error);
    if (pair == NULL)
      return NULL;
    mk_parts_append (parts, pair);
  }
  return g_steal_pointer (&parts);
}

/* --- closing --- */

/* ["percentage", h, w, y, x] or [h, w, y, x]. */
static bool
close_area (mk_condition *c, const mk_value *value, GError **error)
{
  const mk_json *area = mk_value_get_json (value);
  size_t first = mk_json_get_kind (mk_json_at (area, 0)) == MK_JSON_STRING;
  if (mk_json_length (area) != first + 4)
    return mk_error (error, MK_ERROR_TYPE, "area: four numbers are wanted (height, width, y, x), with “percentage” before them when they are shares");
  c->area_kind = first > 0 ? MK_AREA_SHARE : MK_AREA_CELLS;
  for (size_t i = 0; i < 4; i++) {
    c->area[i] = mk_json_get_real (mk_json_at (area, first + i));
    if (!isfinite (c->area[i]) || c->area[i] < 0 || c->area[i] > 1e5)
      return mk_error (error, MK_ERROR_RANGE, "area: %g is no place in a picture", c->area[i]);
  }
  return true;
}

static mk_control_use *close_control (const mk_value *value, int depth, GError **error);

static bool
close_previous (const mk_value *map, int depth, mk_control_use **previous, GError **error)
{
  const mk_value *value = mk_parts_get (map, "previous");
  *previous = NULL;
  if (value == NULL || (mk_value_get_type (value) == NULL && !mk_parts_is_map (value)))
    return true;
  *previous = close_control (value, depth + 1, error);
  return *previous != NULL;
}

static double
get_share (const mk_value *map, const char *name, double otherwise)
{
  const mk_value *value = mk_parts_get (map, name);
  double number = value != NULL ? mk_value_get_real (value) : otherwise;
  return isfinite (number) ? number : otherwise;
}

/* One that was here before, the same behind another one, or one that a pack put together. */
static mk_control_use *
close_control (const mk_value *value, int depth, GError **error)
{
  enum { LONGEST_CHAIN = 64 };
  mk_control_use *known = mk_value_get (value, &control_type), *previous = NULL;
  if (known != NULL)
    return mk_control_use_ref (known);
  const mk_value *base = mk_parts_get (value, "base"), *net_value = mk_parts_get (value, "control_net");
  known = base != NULL ? mk_value_get (base, &control_type) : NULL;
  mk_control_net *net = known != NULL ? known->net : net_value != NULL ? mk_value_get (net_value, &mk_control_net_type) : NULL;
  if (depth > LONGEST_CHAIN) {
    mk_error (error, MK_ERROR_LIMIT, "control: a chain of more than %d", LONGEST_CHAIN);
    return NULL;
  }
  if (net == NULL) {
    mk_error (error, MK_ERROR_TYPE, "control: this is none of the engine's, and nothing else can guide its models");
    return NULL;
  }
  g_autoptr (mk_image) hint = known != NULL ? mk_image_ref (known->hint) : close_hint (mk_parts_get (value, "hint"), error);
  if (hint == NULL || !close_previous (value, depth, &previous, error))
    return NULL;
  mk_control_use *use = mk_control_use_new (net, hint, get_share (value, "strength", known != NULL ? known->strength : 1),
                                            get_share (value, "start", known != NULL ? known->start : 0), get_share (value, "end", known != NULL ? known->end : 1), previous);
  mk_control_use_unref (previous);
  return use;
}

static bool
is_nothing (const mk_value *value)
{
  const mk_json *json = mk_value_get_json (value);
  return mk_value_get_type (value) == NULL && g_str_equal (mk_value_type_name (value), "JSON") && mk_json_get_kind (json) == MK_JSON_NULL;
}

/* What is a number of ours; false when the name is none. */
static bool
close_number (mk_condition *c, const char *name, const mk_value *value)
{
  const struct {
    const char *name;
    double *number;
    bool *is_there;
  } numbers[] = { { "strength", &c->strength, NULL }, { "mask_strength", &c->mask_strength, NULL }, { "start_percent", &c->start, &c->has_start },
                  { "end_percent", &c->end, &c->has_end }, { "aesthetic_score", &c->aesthetic, NULL } };
  double number = mk_value_get_type (value) == NULL ? mk_value_get_real (value) : NAN;
  for (size_t i = 0; i < MK_COUNT (numbers); i++)
    if (g_str_equal (name, numbers[i].name) && isfinite (number)) {
      *numbers[i].number = number;
      if (numbers[i].is_there != NULL)
        *numbers[i].is_there = true;
      return true;
    }
  for (size_t i = 0; i < MK_COUNT (size_names); i++)
    if (g_str_equal (name, size_names[i]) && isfinite (number)) {
      c->sizes[i] = CLAMP (number, 0, 1e6);
      return true;
    }
  return false;
}

static void
keep_other (mk_condition *c, const char *name, mk_value *value)
{
  if (c->others == NULL)
    c->others = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)mk_value_unref);
  g_hash_table_insert (c->others, g_strdup (name), mk_value_ref (value));
}

static bool
close_entry (mk_condition *c, const char *name, mk_value *value, GError **error)
{
  if (is_nothing (value) || close_number (c, name, value))
    return true;
  if (g_str_equal (name, "pooled_output"))
    return (c->pooled = close_tensor (value, name, 2, 2, error)) != NULL;
  if (g_str_equal (name, "area"))
    return close_area (c, value, error);
  if (g_str_equal (name, "set_area_to_bounds"))
    c->bounds_to_mask = mk_value_get_bool (value);
  else if (g_str_equal (name, "control_apply_to_uncond"))
    c->control_for_negative = mk_value_get_bool (value);
  else if (g_str_equal (name, "mask"))
    return (c->mask = close_mask (value, name, error)) != NULL;
  else if (g_str_equal (name, "control"))
    return (c->control = close_control (value, 0, error)) != NULL;
  else if (g_str_equal (name, "concat_latent_image"))
    return (c->concat_latent = close_tensor (value, name, 4, 4, error)) != NULL;
  else if (g_str_equal (name, "concat_mask"))
    return (c->concat_mask = close_mask (value, name, error)) != NULL;
  else
    keep_other (c, name, value);
  return true;
}

static mk_condition *
close_condition (const mk_value *pair, GError **error)
{
  mk_tensor *states = close_tensor (mk_parts_at (pair, 0), "the text's states", 3, 3, error);
  if (states == NULL)
    return NULL;
  mk_condition *c = mk_condition_new (states, NULL);
  const mk_value *map = mk_parts_at (pair, 1);
  for (size_t i = 0; i < mk_parts_length (map); i++)
    if (!close_entry (c, mk_parts_name_at (map, i), mk_parts_at (map, i), error)) {
      mk_condition_unref (c);
      return NULL;
    }
  return c;
}

void *
mk_conditioning_close (const mk_value *parts, GError **error)
{
  g_autoptr (GPtrArray) list = mk_conditioning_new ();
  for (size_t i = 0; i < mk_parts_length (parts); i++) {
    const mk_value *pair = mk_parts_at (parts, i);
    bool is_pair = mk_parts_is_list (pair) && mk_parts_length (pair) >= 2 && mk_parts_is_map (mk_parts_at (pair, 1));
    mk_condition *c = is_pair ? close_condition (pair, error) : NULL;
    if (!is_pair)
      mk_error (error, MK_ERROR_TYPE, "a list of pairs is wanted, of a tensor and a dictionary each");
    if (c == NULL) {
      g_prefix_error (error, "CONDITIONING, entry %zu: ", i);
      return NULL;
    }
    g_ptr_array_add (list, c);
  }
  return g_steal_pointer (&list);
}

/* --- schedules and noise --- */

mk_value *
mk_sigmas_open (const void *data, GError **error)
{
  const mk_tensor *sigmas = data;
  return mk_parts_new_tensor (1, sigmas->dims, mk_tensor_read (sigmas), error);
}

/* None of them is a schedule too: sampling gives back what it got. */
void *
mk_sigmas_close (const mk_value *parts, GError **error)
{
  const mk_parts_tensor *given = mk_parts_get_tensor (parts);
  const int one = 1;
  if (given == NULL || given->n_floats > 0)
    return close_tensor (parts, "SIGMAS", 1, 1, error);
  mk_tensor *sigmas = mk_tensor_new (1, &one, error);
  if (sigmas != NULL)
    sigmas->dims[0] = 0;
  return sigmas;
}

mk_value *
mk_noise_open (const void *data, GError **error)
{
  const mk_noise_choice *choice = data;
  mk_value *map = mk_parts_new_map ();
  mk_parts_set (map, "seed", mk_value_new_uint (choice->seed));
  mk_parts_set (map, "is_off", mk_value_new_bool (choice->is_off));
  if (choice->given == NULL || set_tensor (map, "noise", open_tensor (choice->given, error)))
    return map;
  mk_value_unref (map);
  return NULL;
}

void *
mk_noise_close (const mk_value *parts, GError **error)
{
  const mk_value *seed = mk_parts_get (parts, "seed"), *noise = mk_parts_get (parts, "noise"), *is_off = mk_parts_get (parts, "is_off");
  mk_tensor *given = noise != NULL ? close_tensor (noise, "NOISE", 4, 4, error) : NULL;
  if (noise != NULL && given == NULL)
    return NULL;
  mk_noise_choice *choice = g_new0 (mk_noise_choice, 1);
  choice->seed = seed != NULL ? mk_value_get_uint (seed) : 0;
  choice->is_off = is_off != NULL && mk_value_get_bool (is_off);
  choice->given = given;
  return choice;
}
