#include "base/file.h"
#include "media/picture.h"
#include "nodes/image/types.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_FILE_BYTES ((size_t)256 << 20)

static int
by_name (const void *a, const void *b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Files of the input folder that are pictures by their name. */
static char **
list_files (const mk_run *run)
{
  static const char *const suffixes[] = { ".png", ".jpg", ".jpeg", ".webp", NULL };
  GPtrArray *names = g_ptr_array_new ();
  g_autoptr (GDir) dir = g_dir_open (mk_run_folders (run)->input, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;) {
    g_autofree char *small = g_ascii_strdown (name, -1);
    const char *suffix = strrchr (small, '.');
    if (suffix != NULL && g_strv_contains (suffixes, suffix))
      g_ptr_array_add (names, g_strdup (name));
  }
  qsort (names->pdata, names->len, sizeof (char *), by_name);
  g_ptr_array_add (names, NULL);
  return (char **)g_ptr_array_free (names, FALSE);
}

static const mk_port inputs[] = {
  { "image", "COMBO", .list_options = list_files, .extra_json = "{\"image_upload\": true}" },
  { 0 } };
static const mk_port outputs[] = { { "IMAGE", "IMAGE" }, { "MASK", "MASK" }, { 0 } };

/* "name [output]" is a file of the output folder. */
static const char *
root_of (const mk_run *run, const char *annotated, char **name)
{
  static const char *const kinds[] = { " [input]", " [output]", " [temp]" };
  const mk_folders *folders = mk_run_folders (run);
  const char *const roots[] = { folders->input, folders->output, folders->temp };
  for (size_t i = 0; i < MK_COUNT (kinds); i++)
    if (g_str_has_suffix (annotated, kinds[i])) {
      *name = g_strndup (annotated, strlen (annotated) - strlen (kinds[i]));
      return roots[i];
    }
  *name = g_strdup (annotated);
  return folders->input;
}

static bool
read_file (const mk_run *run, char **bytes, size_t *length, GError **error)
{
  g_autofree char *name = NULL;
  const char *root = root_of (run, mk_run_get_string (run, "image"), &name);
  int fd = mk_file_open_beneath (root, name, O_RDONLY, error);
  if (fd < 0)
    return false;
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  bool is_read = mk_file_read (path, MAX_FILE_BYTES, bytes, length, error);
  close (fd);
  return is_read;
}

static bool
check (mk_run *run, GError **error)
{
  g_autofree char *name = NULL;
  const char *root = mk_run_has (run, "image") ? root_of (run, mk_run_get_string (run, "image"), &name) : NULL;
  if (root == NULL)
    return true;
  int fd = mk_file_open_beneath (root, name, O_RDONLY, NULL);
  if (fd < 0)
    return mk_error (error, MK_ERROR_NOT_FOUND, "Invalid image file: %s", mk_run_get_string (run, "image"));
  close (fd);
  return true;
}

static bool
fingerprint (mk_run *run, mk_hasher *hasher, GError **error)
{
  g_autofree char *bytes = NULL;
  size_t length = 0;
  if (!mk_run_has (run, "image") || !read_file (run, &bytes, &length, error))
    return false;
  mk_hasher_add_bytes (hasher, bytes, length);
  return true;
}

/* Colour and 1 - alpha; without alpha the mask is 64×64 zeros, as ComfyUI has it. */
static bool
split_alpha (const mk_image *whole, mk_image **color, mk_image **mask, GError **error)
{
  bool has_alpha = whole->n_channels == 4;
  *color = mk_image_new (1, whole->height, whole->width, 3, error);
  *mask = *color != NULL ? mk_image_new (1, has_alpha ? whole->height : 64, has_alpha ? whole->width : 64, 1, error) : NULL;
  if (*mask == NULL) {
    g_clear_pointer (color, mk_image_unref);
    return false;
  }
  const float *from = mk_image_read (whole, 0);
  float *rgb = mk_image_write (*color, 0), *m = mk_image_write (*mask, 0);
  size_t n = (size_t)whole->width * (size_t)whole->height, step = (size_t)whole->n_channels;
  for (size_t i = 0; i < n; i++) {
    memcpy (rgb + 3 * i, from + step * i, 3 * sizeof *rgb);
    if (has_alpha)
      m[i] = 1 - from[step * i + 3];
  }
  return true;
}

static bool
run (mk_run *r, GError **error)
{
  g_autofree char *bytes = NULL;
  size_t length = 0;
  mk_image *color, *mask;
  if (!read_file (r, &bytes, &length, error))
    return false;
  g_autoptr (mk_image) whole = mk_picture_decode (bytes, length, error);
  if (whole == NULL) {
    g_prefix_error (error, "%s: ", mk_run_get_string (r, "image"));
    return false;
  }
  if (!split_alpha (whole, &color, &mask, error))
    return false;
  mk_run_set_output (r, 0, mk_value_new_image (color));
  mk_run_set_output (r, 1, mk_value_new_mask (mask));
  return true;
}

const mk_node_def mk_node_load_image = { .id = "LoadImage", .label = "Load Image", .category = "image", .python_module = "nodes", .inputs = inputs, .outputs = outputs, .check = check, .check_names = "image", .fingerprint = fingerprint, .run = run };
