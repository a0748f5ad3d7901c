/* load_image.c - pictures of the input and output folders and of the camera, and single channels of them as masks. */
#include "nodes/image/input_file.h"
#include "nodes/image/input_picture.h"
#include "nodes/image/inputs.h"

#include <string.h>

#define MAX_FILE_BYTES ((size_t)256 << 20)

static char **
list_files (const mk_run *run)
{
  static const char *const suffixes[] = { ".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", NULL };
  return mk_input_file_list (run, suffixes);
}

static const char *const channels[] = { "alpha", "red", "green", "blue", NULL };
static const mk_port image_inputs[] = {
  { "image", "COMBO", .list_options = list_files, .extra_json = "{\"image_upload\": true}" },
  { 0 } };
static const mk_port output_inputs[] = {
  { "image", "COMBO", .extra_json = "{\"image_upload\": true, \"image_folder\": \"output\", \"remote\": {\"route\": \"/internal/files/output\", \"refresh_button\": true, \"control_after_refresh\": \"first\"}}" },
  { 0 } };
static const mk_port webcam_inputs[] = {
  { "image", "WEBCAM", .extra_json = "{}" },
  { "width", "INT", MK_INT_RANGE (0, 16384, 0, 1) },
  { "height", "INT", MK_INT_RANGE (0, 16384, 0, 1) },
  { "capture_on_queue", "BOOLEAN", MK_DEFAULT (1) },
  { 0 } };
static const mk_port webcam_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };
static const mk_port image_outputs[] = { { "IMAGE", "IMAGE" }, { "MASK", "MASK" }, { 0 } };
static const mk_port mask_inputs[] = {
  { "image", "COMBO", .list_options = list_files, .extra_json = "{\"image_upload\": true}" },
  { "channel", "COMBO", .options = channels },
  { 0 } };
static const mk_port mask_outputs[] = { { "MASK", "MASK" }, { 0 } };

static bool
check (mk_run *run, GError **error)
{
  return mk_input_file_check (run, "image", "Invalid image file", error);
}

static bool
fingerprint (mk_run *run, mk_hasher *hasher, GError **error)
{
  g_autofree char *bytes = NULL;
  size_t length = 0;
  if (!mk_run_has (run, "image") || !mk_input_file_read (run, "image", MAX_FILE_BYTES, &bytes, &length, error))
    return false;
  mk_hasher_add_bytes (hasher, bytes, length);
  return true;
}

static mk_image *
load (mk_run *run, GError **error)
{
  return mk_input_picture_load (run, mk_run_get_string (run, "image"), error);
}

static bool
run_image (mk_run *run, GError **error)
{
  g_autoptr (mk_image) whole = load (run, error);
  g_autoptr (mk_image) color = whole != NULL ? mk_input_picture_color (whole, error) : NULL;
  mk_image *mask = color != NULL ? mk_input_picture_channel (whole, 3, true, error) : NULL;
  if (mask == NULL)
    return false;
  mk_run_set_output (run, 0, mk_value_new_image (g_steal_pointer (&color)));
  mk_run_set_output (run, 1, mk_value_new_mask (mask));
  return true;
}

/* The editor takes the picture, uploads it and gives its name. */
static bool
run_webcam (mk_run *run, GError **error)
{
  g_autoptr (mk_image) whole = load (run, error);
  return whole != NULL && mk_run_answer_image (run, mk_input_picture_color (whole, error));
}

static bool
run_mask (mk_run *run, GError **error)
{
  g_autoptr (mk_image) whole = load (run, error);
  bool is_alpha = strcmp (mk_run_get_string (run, "channel"), "alpha") == 0;
  int channel = is_alpha ? 3 : MAX (0, mk_run_get_choice (run, "channel", channels) - 1);
  return whole != NULL && mk_run_answer_mask (run, mk_input_picture_channel (whole, channel, is_alpha, error));
}

const mk_node_def mk_node_load_image = { .id = "LoadImage", .label = "Load Image", .category = "image", .python_module = "nodes", .inputs = image_inputs, .outputs = image_outputs, .check = check, .check_names = "image", .fingerprint = fingerprint, .run = run_image };
const mk_node_def mk_node_load_image_mask = { .id = "LoadImageMask", .label = "Load Image (as Mask)", .category = "mask", .python_module = "nodes", .inputs = mask_inputs, .outputs = mask_outputs, .check = check, .check_names = "image", .fingerprint = fingerprint, .run = run_mask };
const mk_node_def mk_node_load_image_output = { .id = "LoadImageOutput", .label = "Load Image (from Outputs)", .category = "image", .help = "Load an image from the output folder. When the refresh button is clicked, the node will update the image list and automatically select the first image, allowing for easy iteration.", .python_module = "nodes", .inputs = output_inputs, .outputs = image_outputs, .flags = MK_NODE_EXPERIMENTAL, .check = check, .check_names = "image", .fingerprint = fingerprint, .run = run_image };
const mk_node_def mk_node_webcam_capture = { .id = "WebcamCapture", .label = "Webcam Capture", .category = "image", .python_module = "comfy_extras.nodes_webcam", .inputs = webcam_inputs, .outputs = webcam_outputs, .fingerprint = fingerprint, .run = run_webcam };
