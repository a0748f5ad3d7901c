/* load_image.c - pictures of the input folder, and single channels of them as masks. */
#include "media/image_ops.h"
#include "media/picture.h"
#include "nodes/image/input_file.h"
#include "nodes/image/inputs.h"

#include <string.h>

#define MAX_FILE_BYTES ((size_t)256 << 20)

static char **
list_files (const mk_run *run)
{
  static const char *const suffixes[] = { ".png", ".jpg", ".jpeg", ".webp", NULL };
  return mk_input_file_list (run, suffixes);
}

static const char *const channels[] = { "alpha", "red", "green", "blue", NULL };
static const mk_port image_inputs[] = {
  { "image", "COMBO", .list_options = list_files, .extra_json = "{\"image_upload\": true}" },
  { 0 } };
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
  g_autofree char *bytes = NULL;
  size_t length = 0;
  if (!mk_input_file_read (run, "image", MAX_FILE_BYTES, &bytes, &length, error))
    return NULL;
  mk_image *image = mk_picture_decode (bytes, length, error);
  if (image == NULL)
    g_prefix_error (error, "%s: ", mk_run_get_string (run, "image"));
  return image;
}

/* One channel, as it is or taken from 1; without it 64×64 zeros, as ComfyUI has it. */
static mk_image *
take_channel (const mk_image *whole, int channel, bool inverts, GError **error)
{
  if (channel >= whole->n_channels)
    return mk_image_new (1, 64, 64, 1, error);
  mk_image *mask = mk_image_new (whole->n, whole->height, whole->width, 1, error);
  if (mask == NULL)
    return NULL;
  const float *from = mk_image_read (whole, 0) + channel;
  float *to = mk_image_write (mask, 0);
  for (size_t i = 0; i < mk_image_n_bytes (mask) / sizeof (float); i++)
    to[i] = inverts ? 1 - from[i * (size_t)whole->n_channels] : from[i * (size_t)whole->n_channels];
  return mask;
}

static bool
run_image (mk_run *run, GError **error)
{
  g_autoptr (mk_image) whole = load (run, error);
  g_autoptr (mk_image) color = whole != NULL ? mk_image_set_channels (whole, 3, 0, error) : NULL;
  mk_image *mask = color != NULL ? take_channel (whole, 3, true, error) : NULL;
  if (mask == NULL)
    return false;
  mk_run_set_output (run, 0, mk_value_new_image (g_steal_pointer (&color)));
  mk_run_set_output (run, 1, mk_value_new_mask (mask));
  return true;
}

static bool
run_mask (mk_run *run, GError **error)
{
  g_autoptr (mk_image) whole = load (run, error);
  bool is_alpha = strcmp (mk_run_get_string (run, "channel"), "alpha") == 0;
  int channel = is_alpha ? 3 : MAX (0, mk_run_get_choice (run, "channel", channels) - 1);
  return whole != NULL && mk_run_answer_mask (run, take_channel (whole, channel, is_alpha, error));
}

const mk_node_def mk_node_load_image = { .id = "LoadImage", .label = "Load Image", .category = "image", .python_module = "nodes", .inputs = image_inputs, .outputs = image_outputs, .check = check, .check_names = "image", .fingerprint = fingerprint, .run = run_image };
const mk_node_def mk_node_load_image_mask = { .id = "LoadImageMask", .label = "Load Image (as Mask)", .category = "mask", .python_module = "nodes", .inputs = mask_inputs, .outputs = mask_outputs, .check = check, .check_names = "image", .fingerprint = fingerprint, .run = run_mask };
