/* image_folder.c - all pictures of a folder as one batch. */
#include "base/file.h"
#include "media/image_ops.h"
#include "media/picture.h"
#include "media/resize.h"
#include "nodes/image/input_file.h"
#include "nodes/image/inputs.h"

#define MAX_FILE_BYTES ((size_t)256 << 20)

static char **
list_folders (const mk_run *run)
{
  return mk_input_folder_list (run);
}

static const char *const ways[] = { "None", "Stretch", "Crop", "Pad", NULL };
static const mk_port inputs[] = {
  { "folder", "COMBO", "The folder to load images from.", .list_options = list_folders },
  { "resize_method", "COMBO", MK_TEXT ("None"), .need = MK_OPTIONAL, .options = ways },
  { 0 } };
static const mk_port outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };

static mk_image *
load (const char *path, GError **error)
{
  g_autofree char *bytes = NULL;
  size_t length;
  g_autoptr (mk_image) whole = mk_file_read (path, MAX_FILE_BYTES, &bytes, &length, error) ? mk_picture_decode (bytes, length, error) : NULL;
  g_autoptr (mk_image) first = whole != NULL ? mk_image_slice (whole, 0, 1, error) : NULL;
  mk_image *image = first != NULL ? mk_image_set_channels (first, 3, 0, error) : NULL;
  if (image == NULL)
    g_prefix_error (error, "%s: ", path);
  return image;
}

/* As large as can be inside, black around it. */
static mk_image *
fit_inside (mk_image *image, int width, int height, GError **error)
{
  bool is_wide = (double)image->width / image->height > (double)width / height;
  int w = is_wide ? width : MAX (1, mk_round_even ((double)image->width * height / image->height));
  int h = is_wide ? MAX (1, mk_round_even ((double)image->height * width / image->width)) : height;
  g_autoptr (mk_image) small = mk_image_resize (image, w, h, MK_RESIZE_LANCZOS, false, NULL, error);
  mk_image *out = small != NULL ? mk_image_new (1, height, width, 3, error) : NULL;
  if (out != NULL)
    mk_image_paste (out, 0, small, 0, mk_round_even ((width - w) * 0.5), mk_round_even ((height - h) * 0.5));
  return out;
}

static mk_image *
crop_to (mk_image *image, int width, int height, GError **error)
{
  g_autoptr (mk_image) part = mk_image_crop (image, 0, 0, width, height, error);
  mk_image *out = part != NULL ? mk_image_new (1, height, width, 3, error) : NULL;
  if (out != NULL)
    mk_image_paste (out, 0, part, 0, 0, 0);
  return out;
}

static mk_image *
fit (mk_image *image, int width, int height, int way, GError **error)
{
  if (image->width == width && image->height == height)
    return mk_image_ref (image);
  switch (way) {
  case 1: return mk_image_resize (image, width, height, MK_RESIZE_LANCZOS, false, NULL, error);
  case 2: return crop_to (image, width, height, error);
  case 3: return fit_inside (image, width, height, error);
  default:
    mk_error (error, MK_ERROR_TYPE, "a picture is %d×%d and the first one %d×%d; choose a resize method, or give all the same size", image->width, image->height, width, height);
    return NULL;
  }
}

static bool
run_folder (mk_run *run, GError **error)
{
  static const char *const suffixes[] = { ".png", ".jpg", ".jpeg", ".webp", NULL };
  int way = MAX (0, mk_run_get_choice (run, "resize_method", ways));
  g_autofree char *folder = mk_input_file_find (run, "folder", error);
  g_auto (GStrv) names = folder != NULL ? mk_folder_list_files (folder, suffixes) : NULL;
  g_autoptr (mk_image) batch = NULL;
  if (folder == NULL)
    return false;
  if (names[0] == NULL)
    return mk_error (error, MK_ERROR_NOT_FOUND, "%s has no pictures", mk_run_get_string (run, "folder"));
  guint n = g_strv_length (names);
  for (guint i = 0; i < n; i++) {
    g_autofree char *path = g_build_filename (folder, names[i], NULL);
    g_autoptr (mk_image) image = load (path, error);
    if (image != NULL && batch == NULL)
      batch = mk_image_new ((int)n, image->height, image->width, 3, error);
    g_autoptr (mk_image) sized = batch != NULL && image != NULL ? fit (image, batch->width, batch->height, way, error) : NULL;
    if (sized == NULL)
      return false;
    mk_image_paste (batch, (int)i, sized, 0, 0, 0);
    mk_job_report (mk_run_job (run), (int)i + 1, (int)n);
  }
  return mk_run_answer_image (run, g_steal_pointer (&batch));
}

/* The names, sizes and dates of what is there. */
static bool
fingerprint (mk_run *run, mk_hasher *hasher, GError **error)
{
  g_autofree char *folder = mk_run_has (run, "folder") ? mk_input_file_find (run, "folder", error) : NULL;
  return folder != NULL && mk_folder_fingerprint (folder, hasher);
}

const mk_node_def mk_node_load_image_set_from_folder = { .id = "LoadImageSetFromFolderNode", .label = "Load Image Dataset from Folder", .category = "loaders", .help = "Loads a batch of images from a directory for training.", .python_module = "comfy_extras.nodes_train", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_EXPERIMENTAL, .fingerprint = fingerprint, .run = run_folder };
