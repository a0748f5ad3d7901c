/* batch_many.c - any number of pictures, or of masks, in one batch. */
#include "media/image_ops.h"
#include "media/resize.h"
#include "nodes/image/inputs.h"

enum { MAX_INPUTS = 50 };

#define GROWS(name, type) .extra_json = "{\"template\": {\"input\": {\"required\": {\"" name "\": [\"" type "\", {}]}}, \"prefix\": \"" name "\", \"min\": 2, \"max\": 50}}"

static const mk_port image_inputs[] = { { "images", "COMFY_AUTOGROW_V3", GROWS ("image", "IMAGE") }, { 0 } };
static const mk_port image_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };
static const mk_port mask_inputs[] = { { "masks", "COMFY_AUTOGROW_V3", GROWS ("mask", "MASK") }, { 0 } };
static const mk_port mask_outputs[] = { { "MASK", "MASK" }, { 0 } };

/* What is wired, in the order of its number. Borrowed. */
static GPtrArray *
collect (const mk_run *run, const char *prefix, const mk_value_type *type)
{
  GPtrArray *all = g_ptr_array_new ();
  for (int i = 0; i < MAX_INPUTS; i++) {
    g_autofree char *name = g_strdup_printf ("%s%d", prefix, i);
    mk_image *image = mk_value_get (mk_run_get_extra (run, name), type);
    if (image != NULL)
      g_ptr_array_add (all, image);
  }
  return all;
}

/* As the first is in size, and with as many channels as the one that has most. */
static mk_image *
join_all (const mk_run *run, const GPtrArray *all, GError **error)
{
  int channels = 1;
  for (guint i = 0; i < all->len; i++)
    channels = MAX (channels, ((mk_image *)all->pdata[i])->n_channels);
  mk_image *joined = mk_image_set_channels (all->pdata[0], channels, 1, error);
  for (guint i = 1; joined != NULL && i < all->len; i++) {
    g_autoptr (mk_image) before = joined;
    g_autoptr (mk_image) same = mk_image_set_channels (all->pdata[i], channels, 1, error);
    g_autoptr (mk_image) sized = same != NULL ? mk_image_resize (same, before->width, before->height, MK_RESIZE_BILINEAR, true, mk_run_pool (run), error) : NULL;
    joined = sized != NULL ? mk_image_join (before, sized, error) : NULL;
  }
  return joined;
}

static bool
run_images (mk_run *run, GError **error)
{
  g_autoptr (GPtrArray) all = collect (run, "images.image", &mk_image_type);
  if (all->len == 0)
    return mk_error (error, MK_ERROR_WORKFLOW, "no pictures are wired to it");
  return mk_run_answer_image (run, join_all (run, all, error));
}

static bool
run_masks (mk_run *run, GError **error)
{
  g_autoptr (GPtrArray) all = collect (run, "masks.mask", &mk_mask_type);
  if (all->len == 0)
    return mk_error (error, MK_ERROR_WORKFLOW, "no masks are wired to it");
  return mk_run_answer_mask (run, join_all (run, all, error));
}

const mk_node_def mk_node_batch_images = { .id = "BatchImagesNode", .label = "Batch Images", .category = "image", .python_module = "comfy_extras.nodes_post_processing", .inputs = image_inputs, .outputs = image_outputs, .flags = MK_NODE_SCHEMA_V3 | MK_NODE_ANY_INPUT, .run = run_images };
const mk_node_def mk_node_batch_masks = { .id = "BatchMasksNode", .label = "Batch Masks", .category = "mask", .python_module = "comfy_extras.nodes_post_processing", .inputs = mask_inputs, .outputs = mask_outputs, .flags = MK_NODE_SCHEMA_V3 | MK_NODE_ANY_INPUT, .run = run_masks };
