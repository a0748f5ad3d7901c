/* save_image.c - SaveImage and its sisters that show without keeping. */
#include "media/image_ops.h"
#include "media/png.h"
#include "nodes/image/output_file.h"
#include "nodes/image/inputs.h"

#include <string.h>

static const mk_port save_inputs[] = {
  { "images", "IMAGE", "The images to save." },
  { "filename_prefix", "STRING", "The prefix for the file to save. This may include formatting information such as %date:yyyy-MM-dd% or %Empty Latent Image.width% to include values from nodes.", MK_TEXT ("ComfyUI") },
  { 0 } };
static const mk_port preview_inputs[] = { { "images", "IMAGE" }, { 0 } };
static const mk_port mask_inputs[] = { { "mask", "MASK" }, { 0 } };
static const mk_port no_outputs[] = { { 0 } };

/* Files that are told of in `list`. */
static bool
write_all (mk_run *run, mk_image *images, const char *folder, const char *type, const char *prefix, int compression, mk_json *list, GError **error)
{
  g_autoptr (mk_json) texts = mk_run_get_metadata (run);
  g_auto (mk_output_file) file = { 0 };
  for (int i = 0; i < images->n; i++) {
    mk_png_options options = { .compression = compression, .texts = texts };
    if (!mk_output_file_next (run, folder, prefix, images->width, images->height, "png", &file, error) || !mk_png_write (images, i, file.path, &options, error))
      return false;
    mk_json_append_file (list, &file, type);
    if (images->n > 1) /* a single one is saved without a word, as in ComfyUI */
      mk_job_report (mk_run_job (run), i + 1, images->n);
  }
  return true;
}

static bool
save_all (mk_run *run, mk_image *images, const char *folder, const char *type, const char *prefix, int compression, GError **error)
{
  g_autoptr (mk_json) shown = mk_json_new_object ();
  mk_json *list = mk_json_new_array ();
  mk_json_set (shown, "images", list);
  if (!write_all (run, images, folder, type, prefix, compression, list, error))
    return false;
  mk_run_set_ui (run, g_steal_pointer (&shown));
  return true;
}

static bool
run_save (mk_run *run, GError **error)
{
  mk_image *images = mk_run_get_image (run, "images", error);
  return images != NULL && save_all (run, images, mk_run_folders (run)->output, "output", mk_run_get_string (run, "filename_prefix"), 4, error);
}

static bool
show (mk_run *run, mk_image *images, int compression, GError **error)
{
  g_autofree char *prefix = mk_output_file_temp_prefix ();
  return images != NULL && save_all (run, images, mk_run_folders (run)->temp, "temp", prefix, compression, error);
}

static bool
run_preview (mk_run *run, GError **error)
{
  return show (run, mk_run_get_image (run, "images", error), 1, error);
}

static bool
run_mask_preview (mk_run *run, GError **error)
{
  mk_image *mask = mk_run_get_mask (run, "mask", error);
  g_autoptr (mk_image) gray = mask != NULL ? mk_image_repeat_channel (mask, 3, error) : NULL;
  return show (run, gray, 4, error);
}

/* --- two pictures behind a slider --- */

static const mk_port compare_inputs[] = {
  { "image_a", "IMAGE", .need = MK_OPTIONAL },
  { "image_b", "IMAGE", .need = MK_OPTIONAL },
  { "compare_view", "IMAGECOMPARE", .extra_json = "{\"socketless\": true}" },
  { 0 } };

static bool
run_compare (mk_run *run, GError **error)
{
  static const char *const sides[][3] = { { "image_a", "a_images", "comfy.compare.a" }, { "image_b", "b_images", "comfy.compare.b" } };
  g_autoptr (mk_json) shown = mk_json_new_object ();
  for (size_t i = 0; i < MK_COUNT (sides); i++) {
    mk_image *images = mk_run_get_data (run, sides[i][0], &mk_image_type);
    g_autofree char *usual = mk_output_file_temp_prefix (), *prefix = g_strconcat (sides[i][2], usual + strlen ("ComfyUI"), NULL);
    mk_json *list = mk_json_new_array ();
    mk_json_set (shown, sides[i][1], list);
    if (images != NULL && !write_all (run, images, mk_run_folders (run)->temp, "temp", prefix, 1, list, error))
      return false;
  }
  mk_run_set_ui (run, g_steal_pointer (&shown));
  return true;
}

const mk_node_def mk_node_image_compare = { .id = "ImageCompare", .label = "Image Compare", .category = "image", .help = "Two pictures behind a slider.", .python_module = "comfy_extras.nodes_image_compare", .inputs = compare_inputs, .outputs = no_outputs, .flags = MK_NODE_SCHEMA_V3 | MK_NODE_OUTPUT | MK_NODE_EXPERIMENTAL | MK_NODE_NO_DISK_CACHE, .run = run_compare };
const mk_node_def mk_node_save_image = { .id = "SaveImage", .label = "Save Image", .category = "image", .help = "Saves the input images to your ComfyUI output directory.", .python_module = "nodes", .inputs = save_inputs, .outputs = no_outputs, .flags = MK_NODE_OUTPUT | MK_NODE_NO_DISK_CACHE, .run = run_save };
const mk_node_def mk_node_preview_image = { .id = "PreviewImage", .label = "Preview Image", .category = "image", .help = "Saves the input images to your ComfyUI output directory.", .python_module = "nodes", .inputs = preview_inputs, .outputs = no_outputs, .flags = MK_NODE_OUTPUT | MK_NODE_NO_DISK_CACHE, .run = run_preview };
const mk_node_def mk_node_mask_preview = { .id = "MaskPreview", .label = "MaskPreview", .category = "mask", .help = "Saves the input images to your ComfyUI output directory.", .python_module = "comfy_extras.nodes_mask", .inputs = mask_inputs, .outputs = no_outputs, .flags = MK_NODE_OUTPUT | MK_NODE_NO_DISK_CACHE, .run = run_mask_preview };
