/* latent_batch.c - batches of latents, taken apart and put together; noise follows each picture's place. */
#include "nodes/image/inputs.h"
#include "nodes/latent/types.h"

#include <string.h>

static const char *const behaviors[] = { "random", "fixed", NULL };
static const mk_port latent_from_batch_inputs[] = {
  { "samples", "LATENT" },
  { "batch_index", "INT", MK_INT_RANGE (0, 63, 0, 0) },
  { "length", "INT", MK_INT_RANGE (1, 64, 1, 0) },
  { 0 } };
static const mk_port latent_from_batch_outputs[] = { { "LATENT", "LATENT" }, { 0 } };
static const mk_port repeat_latent_batch_inputs[] = {
  { "samples", "LATENT" },
  { "amount", "INT", MK_INT_RANGE (1, 64, 1, 0) },
  { 0 } };
static const mk_port repeat_latent_batch_outputs[] = { { "LATENT", "LATENT" }, { 0 } };
static const mk_port latent_batch_inputs[] = {
  { "samples1", "LATENT" },
  { "samples2", "LATENT" },
  { 0 } };
static const mk_port latent_batch_outputs[] = { { "LATENT", "LATENT" }, { 0 } };
static const mk_port latent_batch_seed_behavior_inputs[] = {
  { "samples", "LATENT" },
  { "seed_behavior", "COMBO", .options = behaviors, MK_TEXT ("fixed") },
  { 0 } };
static const mk_port latent_batch_seed_behavior_outputs[] = { { "LATENT", "LATENT" }, { 0 } };
static const mk_port rebatch_latents_inputs[] = {
  { "latents", "LATENT" },
  { "batch_size", "INT", MK_INT_RANGE (1, 4096, 1, 0) },
  { 0 } };
static const mk_port rebatch_latents_outputs[] = { { "LATENT", "LATENT", .is_list = true }, { 0 } };

/* Masks [first, first + n), each the one of its place when there are fewer. */
static mk_image *
slice_mask (const mk_image *mask, int first, int n, GError **error)
{
  mk_image *part = mk_image_new (n, mask->height, mask->width, 1, error);
  size_t size = (size_t)mask->height * (size_t)mask->width * sizeof (float);
  for (int i = 0; part != NULL && i < n; i++)
    memcpy (mk_image_write (part, i), mk_image_read (mask, (first + i) % mask->n), size);
  return part;
}

/* A negative index counts from the end. */
static bool
run_from (mk_run *run, GError **error)
{
  mk_latent *latent = mk_run_get_latent (run, "samples", error);
  if (latent == NULL)
    return false;
  int all = latent->samples->dims[0], place = (int)CLAMP (mk_run_get_int (run, "batch_index"), -all, all - 1), first = place < 0 ? all + place : place;
  int n = (int)CLAMP (mk_run_get_int (run, "length"), 1, all - first);
  g_autoptr (mk_latent) part = mk_latent_with (NULL, mk_latent_slice (latent->samples, 0, first, n, error));
  if (part == NULL)
    return false;
  if (latent->noise_mask != NULL) {
    bool single = latent->noise_mask->n == 1;
    mk_latent_set_mask (part, single ? mk_image_ref (latent->noise_mask) : slice_mask (latent->noise_mask, first, n, error));
    if (part->noise_mask == NULL)
      return false;
  }
  part->batch_index = g_new (int, n);
  for (int i = 0; i < n; i++)
    part->batch_index[i] = latent->batch_index != NULL ? latent->batch_index[first + i] : first + i;
  return mk_run_answer_latent (run, 0, g_steal_pointer (&part));
}

static void
find_range (const int *index, int n, int *low, int *high)
{
  *low = *high = index[0];
  for (int i = 1; i < n; i++) {
    *low = MIN (*low, index[i]);
    *high = MAX (*high, index[i]);
  }
}

static bool
run_repeat (mk_run *run, GError **error)
{
  mk_latent *latent = mk_run_get_latent (run, "samples", error);
  int amount = (int)mk_run_get_int (run, "amount"), low, high;
  if (latent == NULL)
    return false;
  int n = latent->samples->dims[0];
  if (amount < 1 || amount > G_MAXINT / n)
    return mk_error (error, MK_ERROR_RANGE, "amount: a batch of %d cannot be had %d times", n, amount);
  g_autoptr (mk_latent) all = mk_latent_with (NULL, mk_latent_repeat (latent->samples, n * amount, error));
  if (all == NULL)
    return false;
  if (latent->noise_mask != NULL) {
    int n_masks = latent->noise_mask->n;
    mk_latent_set_mask (all, n_masks > 1 ? slice_mask (latent->noise_mask, 0, n_masks * amount, error) : mk_image_ref (latent->noise_mask));
    if (all->noise_mask == NULL)
      return false;
  }
  if (latent->batch_index != NULL) {
    find_range (latent->batch_index, n, &low, &high);
    all->batch_index = g_new (int, n *amount);
    for (int i = 0; i < n * amount; i++)
      all->batch_index[i] = latent->batch_index[i % n] + i / n * (high - low + 1);
  }
  return mk_run_answer_latent (run, 0, g_steal_pointer (&all));
}

static void
copy_index (int *to, const mk_latent *from)
{
  for (int i = 0; i < from->samples->dims[0]; i++)
    to[i] = from->batch_index != NULL ? from->batch_index[i] : i;
}

/* One more behind those that are there: in the size of the first, with its place in its own batch. */
static mk_latent *
append (const mk_latent *all, const mk_latent *next, mk_pool *pool, GError **error)
{
  g_autoptr (mk_tensor) sized = mk_latent_fit (next->samples, all->samples, "bilinear", pool, error);
  mk_latent *both = sized != NULL ? mk_latent_with (NULL, mk_latent_join (all->samples, sized, 0, error)) : NULL;
  if (both == NULL)
    return NULL;
  g_strlcpy (both->type, all->type, sizeof both->type);
  if (all->noise_mask != NULL)
    mk_latent_set_mask (both, mk_image_ref (all->noise_mask));
  both->batch_index = g_new (int, both->samples->dims[0]);
  copy_index (both->batch_index, all);
  copy_index (both->batch_index + all->samples->dims[0], next);
  return both;
}

static bool
run_batch (mk_run *run, GError **error)
{
  mk_latent *a = mk_run_get_latent (run, "samples1", error), *b = a != NULL ? mk_run_get_latent (run, "samples2", error) : NULL;
  if (b == NULL)
    return false;
  return mk_run_answer_latent (run, 0, append (a, b, mk_run_pool (run), error));
}

static bool
run_many (mk_run *run, GError **error)
{
  enum { MOST = 50 };
  g_autoptr (mk_latent) all = NULL;
  for (int i = 0; i < MOST; i++) {
    g_autofree char *name = g_strdup_printf ("latents.latent%d", i);
    const mk_latent *next = mk_value_get (mk_run_get_extra (run, name), &mk_latent_type);
    if (next == NULL)
      continue;
    mk_latent *more = all != NULL ? append (all, next, mk_run_pool (run), error) : mk_latent_with (next, mk_tensor_ref (next->samples));
    if (more == NULL)
      return false;
    g_clear_pointer (&all, mk_latent_free);
    all = more;
  }
  return all != NULL ? mk_run_answer_latent (run, 0, g_steal_pointer (&all)) : mk_error (error, MK_ERROR_WORKFLOW, "no latents are wired to it");
}

static bool
run_behavior (mk_run *run, GError **error)
{
  mk_latent *latent = mk_run_get_latent (run, "samples", error);
  if (latent == NULL)
    return false;
  mk_latent *out = mk_latent_with (latent, mk_tensor_ref (latent->samples));
  int first = out->batch_index != NULL ? out->batch_index[0] : 0;
  g_clear_pointer (&out->batch_index, g_free);
  if (strcmp (mk_run_get_string (run, "seed_behavior"), "fixed") == 0) {
    out->batch_index = g_new (int, out->samples->dims[0]);
    for (int i = 0; i < out->samples->dims[0]; i++)
      out->batch_index[i] = first;
  }
  return mk_run_answer_latent (run, 0, out);
}

static bool
same_size (const mk_tensor *a, const mk_tensor *b)
{
  return a->n_dims == b->n_dims && memcmp (a->dims + 1, b->dims + 1, sizeof a->dims - sizeof (int)) == 0;
}

static bool
is_full (const mk_image *mask)
{
  const float *m = mk_image_read (mask, 0);
  for (size_t i = 0; i < mk_image_n_bytes (mask) / sizeof (float); i++)
    if (m[i] != 1)
      return false;
  return true;
}

/* `n` latents from `first` on of equal size, as one. */
static mk_latent *
gather (GPtrArray *singles, guint first, int n, GError **error)
{
  const mk_latent *head = singles->pdata[first];
  const mk_tensor *s = head->samples;
  int dims[MK_TENSOR_MAX_DIMS];
  memcpy (dims, s->dims, sizeof dims);
  dims[0] = n;
  g_autoptr (mk_latent) all = mk_latent_with (NULL, mk_tensor_new (s->n_dims, dims, error));
  size_t size = mk_tensor_n_floats (s);
  int width = s->dims[s->n_dims - 1] * 8, height = s->dims[s->n_dims - 2] * 8;
  bool masked = false;
  if (all == NULL)
    return NULL;
  all->batch_index = g_new (int, n);
  for (int i = 0; i < n; i++) {
    const mk_latent *one = singles->pdata[first + (guint)i];
    memcpy (mk_tensor_write (all->samples) + (size_t)i * size, mk_tensor_read (one->samples), size * sizeof (float));
    all->batch_index[i] = one->batch_index[0];
    masked = masked || (one->noise_mask != NULL && !is_full (one->noise_mask));
  }
  for (int i = 0; masked && i < n; i++) {
    const mk_latent *one = singles->pdata[first + (guint)i];
    g_autoptr (mk_image) mask = one->noise_mask != NULL ? mk_image_resize (one->noise_mask, width, height, MK_RESIZE_BILINEAR, false, NULL, error) : mk_image_new (1, height, width, 1, error);
    if (mask == NULL)
      return NULL;
    if (all->noise_mask == NULL)
      all->noise_mask = mk_image_new (n, mask->height, mask->width, 1, error);
    if (all->noise_mask == NULL)
      return NULL;
    float *to = mk_image_write (all->noise_mask, i);
    for (size_t p = 0; p < (size_t)mask->height * (size_t)mask->width; p++)
      to[p] = one->noise_mask != NULL ? mk_image_read (mask, 0)[p] : 1;
  }
  return g_steal_pointer (&all);
}

/* Every picture alone, then neighbours of equal size in batches of at most so many. */
static bool
run_rebatch (mk_run *run, GError **error)
{
  g_autoptr (GPtrArray) singles = g_ptr_array_new_with_free_func ((GDestroyNotify)mk_latent_free);
  int most = (int)mk_value_get_int (mk_run_get_item (run, "batch_size", 0));
  for (size_t i = 0; i < mk_run_n_items (run, "latents"); i++) {
    const mk_latent *latent = mk_value_get (mk_run_get_item (run, "latents", i), &mk_latent_type);
    for (int k = 0; latent != NULL && k < latent->samples->dims[0]; k++) {
      mk_latent *one = mk_latent_with (NULL, mk_latent_slice (latent->samples, 0, k, 1, error));
      if (one == NULL)
        return false;
      g_ptr_array_add (singles, one);
      one->batch_index = g_new (int, 1);
      one->batch_index[0] = latent->batch_index != NULL ? latent->batch_index[k] : (int)singles->len - 1;
      if (latent->noise_mask != NULL && (one->noise_mask = slice_mask (latent->noise_mask, k, 1, error)) == NULL)
        return false;
    }
  }
  for (guint first = 0; first < singles->len;) {
    int n = 1;
    while (n < most && first + (guint)n < singles->len && same_size (((mk_latent *)singles->pdata[first])->samples, ((mk_latent *)singles->pdata[first + (guint)n])->samples))
      n++;
    mk_latent *batch = gather (singles, first, n, error);
    if (batch == NULL)
      return false;
    mk_run_add_output (run, 0, mk_value_new (&mk_latent_type, batch));
    first += (guint)n;
  }
  return true;
}

const mk_node_def mk_node_latent_from_batch = { .id = "LatentFromBatch", .label = "Latent From Batch", .category = "latent/batch", .python_module = "nodes", .inputs = latent_from_batch_inputs, .outputs = latent_from_batch_outputs, .run = run_from };
const mk_node_def mk_node_repeat_latent_batch = { .id = "RepeatLatentBatch", .label = "Repeat Latent Batch", .category = "latent/batch", .python_module = "nodes", .inputs = repeat_latent_batch_inputs, .outputs = repeat_latent_batch_outputs, .run = run_repeat };
const mk_node_def mk_node_latent_batch = { .id = "LatentBatch", .category = "latent/batch", .python_module = "comfy_extras.nodes_latent", .inputs = latent_batch_inputs, .outputs = latent_batch_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_batch };
const mk_node_def mk_node_latent_batch_seed_behavior = { .id = "LatentBatchSeedBehavior", .category = "latent/advanced", .python_module = "comfy_extras.nodes_latent", .inputs = latent_batch_seed_behavior_inputs, .outputs = latent_batch_seed_behavior_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_behavior };
const mk_node_def mk_node_rebatch_latents = { .id = "RebatchLatents", .label = "Rebatch Latents", .category = "latent/batch", .python_module = "comfy_extras.nodes_rebatch", .inputs = rebatch_latents_inputs, .outputs = rebatch_latents_outputs, .flags = MK_NODE_SCHEMA_V3 | MK_NODE_INPUT_IS_LIST, .run = run_rebatch };
static const mk_port many_inputs[] = { { "latents", "COMFY_AUTOGROW_V3", .extra_json = "{\"template\": {\"input\": {\"required\": {\"latent\": [\"LATENT\", {}]}}, \"prefix\": \"latent\", \"min\": 1, \"max\": 50}}" }, { 0 } };
const mk_node_def mk_node_batch_latents = { .id = "BatchLatentsNode", .label = "Batch Latents", .category = "latent", .python_module = "comfy_extras.nodes_post_processing", .inputs = many_inputs, .outputs = latent_batch_outputs, .flags = MK_NODE_SCHEMA_V3 | MK_NODE_ANY_INPUT, .run = run_many };
