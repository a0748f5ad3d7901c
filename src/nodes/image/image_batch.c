/* image_batch.c - batches joined, repeated, cut out and counted anew. */
#include "media/image_ops.h"
#include "media/resize.h"
#include "nodes/image/inputs.h"

static const mk_port join_inputs[] = {
  { "image1", "IMAGE" },
  { "image2", "IMAGE" },
  { 0 } };
static const mk_port join_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };
static const mk_port repeat_inputs[] = {
  { "image", "IMAGE" },
  { "amount", "INT", MK_INT_RANGE (1, 4096, 1, 0) },
  { 0 } };
static const mk_port repeat_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };
static const mk_port slice_inputs[] = {
  { "image", "IMAGE" },
  { "batch_index", "INT", MK_INT_RANGE (0, 4095, 0, 0) },
  { "length", "INT", MK_INT_RANGE (1, 4096, 1, 0) },
  { 0 } };
static const mk_port slice_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };
static const mk_port rebatch_inputs[] = {
  { "images", "IMAGE" },
  { "batch_size", "INT", MK_INT_RANGE (1, 4096, 1, 0) },
  { 0 } };
static const mk_port rebatch_outputs[] = { { "IMAGE", "IMAGE", .is_list = true }, { 0 } };

static bool
run_join (mk_run *run, GError **error)
{
  mk_image *first = mk_run_get_image (run, "image1", error);
  mk_image *second = first != NULL ? mk_run_get_image (run, "image2", error) : NULL;
  if (second == NULL)
    return false;
  int channels = MAX (first->n_channels, second->n_channels);
  g_autoptr (mk_image) a = mk_image_set_channels (first, channels, 1, error);
  g_autoptr (mk_image) same = a != NULL ? mk_image_set_channels (second, channels, 1, error) : NULL;
  g_autoptr (mk_image) b = same != NULL ? mk_image_resize (same, a->width, a->height, MK_RESIZE_BILINEAR, true, mk_run_pool (run), error) : NULL;
  return b != NULL && mk_run_answer_image (run, mk_image_join (a, b, error));
}

static bool
run_repeat (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error);
  int64_t n = image != NULL ? image->n * mk_run_get_int (run, "amount") : 0;
  if (image != NULL && (n < 1 || n > G_MAXINT))
    return mk_error (error, MK_ERROR_RANGE, "a batch cannot have %" G_GINT64_FORMAT " pictures", n);
  return image != NULL && mk_run_answer_image (run, mk_image_repeat (image, (int)n, error));
}

/* A negative index counts from the end. */
static bool
run_slice (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error);
  if (image == NULL)
    return false;
  int place = (int)CLAMP (mk_run_get_int (run, "batch_index"), -image->n, image->n - 1), first = place < 0 ? image->n + place : place;
  int n = (int)CLAMP (mk_run_get_int (run, "length"), 1, image->n - first);
  return mk_run_answer_image (run, mk_image_slice (image, first, n, error));
}

/* Picture `at` of all batches laid end to end. */
static mk_image *
picture_at (const mk_run *run, int64_t at, GError **error)
{
  for (size_t i = 0; i < mk_run_n_items (run, "images"); i++) {
    mk_image *image = mk_value_get (mk_run_get_item (run, "images", i), &mk_image_type);
    if (image != NULL && at < image->n)
      return mk_image_slice (image, (int)at, 1, error);
    at -= image != NULL ? image->n : 0;
  }
  return NULL;
}

static bool
run_rebatch (mk_run *run, GError **error)
{
  int64_t total = 0, size = MAX (1, mk_value_get_int (mk_run_get_item (run, "batch_size", 0)));
  for (size_t i = 0; i < mk_run_n_items (run, "images"); i++) {
    mk_image *image = mk_value_get (mk_run_get_item (run, "images", i), &mk_image_type);
    total += image != NULL ? image->n : 0;
  }
  for (int64_t first = 0; first < total; first += size) {
    g_autoptr (mk_image) batch = picture_at (run, first, error);
    g_autoptr (mk_image) all = batch != NULL ? mk_image_new ((int)MIN (size, total - first), batch->height, batch->width, batch->n_channels, error) : NULL;
    for (int i = 0; all != NULL && i < all->n; i++) {
      g_autoptr (mk_image) one = picture_at (run, first + i, error);
      if (one == NULL)
        return false;
      if (one->width != all->width || one->height != all->height || one->n_channels != all->n_channels)
        return mk_error (error, MK_ERROR_TYPE, "pictures of %d×%d and %d×%d do not go into one batch", all->width, all->height, one->width, one->height);
      mk_image_paste (all, i, one, 0, 0, 0);
    }
    if (all == NULL)
      return false;
    mk_run_add_output (run, 0, mk_value_new_image (g_steal_pointer (&all)));
  }
  return true;
}

const mk_node_def mk_node_image_batch = { .id = "ImageBatch", .label = "Batch Images", .category = "image", .python_module = "nodes", .inputs = join_inputs, .outputs = join_outputs, .run = run_join };
const mk_node_def mk_node_repeat_image_batch = { .id = "RepeatImageBatch", .category = "image/batch", .python_module = "comfy_extras.nodes_images", .inputs = repeat_inputs, .outputs = repeat_outputs, .run = run_repeat };
const mk_node_def mk_node_image_from_batch = { .id = "ImageFromBatch", .category = "image/batch", .python_module = "comfy_extras.nodes_images", .inputs = slice_inputs, .outputs = slice_outputs, .run = run_slice };
const mk_node_def mk_node_rebatch_images = { .id = "RebatchImages", .label = "Rebatch Images", .category = "image/batch", .python_module = "comfy_extras.nodes_rebatch", .inputs = rebatch_inputs, .outputs = rebatch_outputs, .flags = MK_NODE_SCHEMA_V3 | MK_NODE_INPUT_IS_LIST, .run = run_rebatch };
