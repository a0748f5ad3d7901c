/* save_animated.c - a batch of pictures as one file that moves. */
#include "base/file.h"
#include "media/frames.h"
#include "nodes/image/inputs.h"
#include "nodes/image/output_file.h"

static const char *const methods[] = { "default", "fastest", "slowest", NULL };
static const mk_port webp_inputs[] = {
  { "images", "IMAGE" },
  { "filename_prefix", "STRING", MK_TEXT ("ComfyUI") },
  { "fps", "FLOAT", MK_FLOAT_RANGE (0.01, 1000, 6, 0.01) },
  { "lossless", "BOOLEAN", MK_DEFAULT (1) },
  { "quality", "INT", MK_INT_RANGE (0, 100, 80, 0) },
  { "method", "COMBO", .options = methods },
  { 0 } };
static const mk_port png_inputs[] = {
  { "images", "IMAGE" },
  { "filename_prefix", "STRING", MK_TEXT ("ComfyUI") },
  { "fps", "FLOAT", MK_FLOAT_RANGE (0.01, 1000, 6, 0.01) },
  { "compress_level", "INT", MK_INT_RANGE (0, 9, 4, 0) },
  { 0 } };
static const mk_port outputs[] = { { 0 } };

/* The encoded film (taken; NULL with an error already set) into the output folder. */
static bool
save (mk_run *run, const mk_image *images, GByteArray *taken, const char *suffix, bool is_animated, GError **error)
{
  g_autoptr (GByteArray) bytes = taken;
  g_auto (mk_output_file) file = { 0 };
  if (bytes == NULL || !mk_output_file_next (run, mk_run_folders (run)->output, mk_run_get_string (run, "filename_prefix"), images->width, images->height, suffix, &file, error)
      || !mk_file_write (file.path, bytes->data, bytes->len, error))
    return false;
  mk_run_set_ui (run, mk_json_new_shown (&file, "output", is_animated));
  return true;
}

static int
frame_ms (const mk_run *run)
{
  return (int)(1000 / mk_run_get_real (run, "fps"));
}

static bool
run_webp (mk_run *run, GError **error)
{
  static const int speeds[] = { 4, 0, 6 };
  mk_image *images = mk_run_get_image (run, "images", error);
  if (images == NULL)
    return false;
  g_autoptr (mk_json) texts = mk_run_get_metadata (run);
  mk_webp_film_options options = { .frame_ms = frame_ms (run), .quality = (int)mk_run_get_int (run, "quality"), .is_lossless = mk_run_get_bool (run, "lossless"),
                                   .method = speeds[MAX (0, mk_run_get_choice (run, "method", methods))], .texts = texts };
  return save (run, images, mk_webp_film_encode (images, &options, error), "webp", images->n > 1, error);
}

static bool
run_png (mk_run *run, GError **error)
{
  mk_image *images = mk_run_get_image (run, "images", error);
  if (images == NULL)
    return false;
  g_autoptr (mk_json) texts = mk_run_get_metadata (run);
  mk_apng_options options = { .frame_ms = frame_ms (run), .compression = (int)mk_run_get_int (run, "compress_level"), .texts = texts };
  return save (run, images, mk_apng_encode (images, &options, error), "png", true, error);
}

const mk_node_def mk_node_save_animated_webp = { .id = "SaveAnimatedWEBP", .category = "image/animation", .python_module = "comfy_extras.nodes_images", .inputs = webp_inputs, .outputs = outputs, .flags = MK_NODE_OUTPUT | MK_NODE_NO_DISK_CACHE, .run = run_webp };
const mk_node_def mk_node_save_animated_png = { .id = "SaveAnimatedPNG", .category = "image/animation", .python_module = "comfy_extras.nodes_images", .inputs = png_inputs, .outputs = outputs, .flags = MK_NODE_OUTPUT | MK_NODE_NO_DISK_CACHE, .run = run_png };
