/* image_stitch.c - two pictures side by side, with a stripe between them. */
#include "media/image_ops.h"
#include "media/resize.h"
#include "nodes/image/inputs.h"

static const char *const directions[] = { "right", "down", "left", "up", NULL };
static const char *const colors[] = { "white", "black", "red", "green", "blue", NULL };
static const mk_port inputs[] = {
  { "image1", "IMAGE" },
  { "direction", "COMBO", MK_TEXT ("right"), .options = directions },
  { "match_image_size", "BOOLEAN", MK_DEFAULT (1) },
  { "spacing_width", "INT", "Width of the stripe between the pictures, in pixels; odd ones become even.", MK_INT_RANGE (0, 1024, 0, 2) },
  { "spacing_color", "COMBO", MK_TEXT ("white"), .options = colors },
  { "image2", "IMAGE", .need = MK_OPTIONAL },
  { 0 } };
static const mk_port outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };

/* The last picture once more until there are n. */
static mk_image *
fill_batch (mk_image *image, int n, GError **error)
{
  if (image->n == n)
    return mk_image_ref (image);
  g_autoptr (mk_image) last = mk_image_slice (image, image->n - 1, 1, error);
  g_autoptr (mk_image) rest = last != NULL ? mk_image_repeat (last, n - image->n, error) : NULL;
  return rest != NULL ? mk_image_join (image, rest, error) : NULL;
}

static mk_image *
pad_centred (mk_image *image, int width, int height, float value, GError **error)
{
  if (image->width == width && image->height == height)
    return mk_image_ref (image);
  mk_image *padded = mk_image_new (image->n, height, width, image->n_channels, error);
  if (padded == NULL)
    return NULL;
  mk_image_fill (padded, value);
  for (int i = 0; i < image->n; i++)
    mk_image_paste (padded, i, image, i, (width - image->width) / 2, (height - image->height) / 2);
  return padded;
}

/* The two pictures with sides, batches and channels that fit. */
static bool
make_pair (mk_run *run, mk_image *first, mk_image *second, bool is_across, mk_image **a, mk_image **b, GError **error)
{
  int n = MAX (first->n, second->n), channels = MAX (first->n_channels, second->n_channels);
  float gray = mk_run_get_choice (run, "spacing_color", colors) == 0 ? 1 : 0;
  g_autoptr (mk_image) one = fill_batch (first, n, error), two = one != NULL ? fill_batch (second, n, error) : NULL;
  g_autoptr (mk_image) sized1 = NULL, sized2 = NULL;
  if (two == NULL)
    return false;
  if (mk_run_get_bool (run, "match_image_size")) {
    double aspect = (double)two->width / two->height;
    int width = is_across ? (int)(one->height * aspect) : one->width, height = is_across ? one->height : (int)(one->width / aspect);
    sized1 = mk_image_ref (one);
    sized2 = mk_image_resize (two, width, height, MK_RESIZE_LANCZOS, false, mk_run_pool (run), error);
  } else {
    int width = MAX (one->width, two->width), height = MAX (one->height, two->height);
    sized1 = pad_centred (one, is_across ? one->width : width, is_across ? height : one->height, gray, error);
    sized2 = pad_centred (two, is_across ? two->width : width, is_across ? height : two->height, gray, error);
  }
  *a = sized1 != NULL ? mk_image_set_channels (sized1, channels, 1, error) : NULL;
  *b = sized2 != NULL && *a != NULL ? mk_image_set_channels (sized2, channels, 1, error) : NULL;
  return *b != NULL;
}

/* The stripe lies where nothing is pasted. */
static void
paint_all (mk_image *image, int color)
{
  float *to = mk_image_write (image, 0);
  size_t n = mk_image_n_bytes (image) / sizeof (float), channels = (size_t)image->n_channels;
  for (size_t i = 0; i < n; i++)
    to[i] = i % channels == 3 || color == 0 || (color >= 2 && i % channels == (size_t)color - 2);
}

static bool
run_stitch (mk_run *run, GError **error)
{
  mk_image *first = mk_run_get_image (run, "image1", error);
  mk_image *second = mk_run_get_data (run, "image2", &mk_image_type);
  if (first == NULL || second == NULL)
    return first != NULL && mk_run_answer_image (run, mk_image_ref (first));
  int direction = mk_run_get_choice (run, "direction", directions), space = (int)MAX (mk_run_get_int (run, "spacing_width"), 0);
  bool is_across = direction % 2 == 0;
  space += space % 2;
  g_autoptr (mk_image) a = NULL, b = NULL;
  if (!make_pair (run, first, second, is_across, &a, &b, error))
    return false;
  mk_image *before = direction >= 2 ? b : a, *after = direction >= 2 ? a : b;
  int width = is_across ? before->width + space + after->width : before->width, height = is_across ? before->height : before->height + space + after->height;
  mk_image *out = mk_image_new (a->n, height, width, a->n_channels, error);
  if (out == NULL)
    return false;
  paint_all (out, mk_run_get_choice (run, "spacing_color", colors));
  for (int i = 0; i < out->n; i++) {
    mk_image_paste (out, i, before, i, 0, 0);
    mk_image_paste (out, i, after, i, is_across ? before->width + space : 0, is_across ? 0 : before->height + space);
  }
  return mk_run_answer_image (run, out);
}

const mk_node_def mk_node_image_stitch = { .id = "ImageStitch", .label = "Image Stitch", .category = "image/transform", .help = "Stitches image2 to image1 in the specified direction.\nIf image2 is not provided, returns image1 unchanged.\nOptional spacing can be added between images.", .python_module = "comfy_extras.nodes_images", .inputs = inputs, .outputs = outputs, .run = run_stitch };
