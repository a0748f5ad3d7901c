/* morphology.c - the smallest and largest pixel of a square, and what is made of them. */
#include "base/pool.h"
#include "media/image_ops.h"
#include "nodes/image/inputs.h"

static const char *const operations[] = { "erode", "dilate", "open", "close", "gradient", "bottom_hat", "top_hat", NULL };
static const mk_port inputs[] = {
  { "image", "IMAGE" },
  { "operation", "COMBO", .options = operations },
  { "kernel_size", "INT", MK_INT_RANGE (3, 999, 3, 1) },
  { 0 } };
static const mk_port outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };

enum { ERODE, DILATE, OPEN, CLOSE, GRADIENT, BOTTOM_HAT, TOP_HAT };

typedef struct {
  const mk_image *from;
  mk_image *to;
  int before, after; /* the window around a pixel; what lies outside the picture does not count */
  bool is_down, is_largest;
} job;

static void
sweep_row (void *user, size_t item, unsigned worker)
{
  (void)worker;
  job *j = user;
  int height = j->from->height, width = j->from->width, y = (int)(item % (size_t)height), index = (int)(item / (size_t)height);
  size_t channels = (size_t)j->from->n_channels, row = (size_t)width * channels, step = j->is_down ? row : channels;
  const float *from = mk_image_read (j->from, index) + (size_t)y * row;
  float *to = mk_image_write (j->to, index) + (size_t)y * row;
  for (int x = 0; x < width; x++) {
    int at = j->is_down ? y : x, n = j->is_down ? height : width;
    int first = -MIN (j->before, at), last = MIN (j->after, n - 1 - at);
    for (size_t c = 0; c < channels; c++) {
      const float *centre = from + (size_t)x * channels + c;
      float best = *centre;
      for (int k = first; k <= last; k++) {
        float v = centre[(ptrdiff_t)k * (ptrdiff_t)step];
        best = j->is_largest ? MAX (best, v) : MIN (best, v);
      }
      to[(size_t)x * channels + c] = best;
    }
  }
}

/* A square window is a row and a column, one after the other. */
static mk_image *
sweep (const mk_image *image, int size, bool is_largest, mk_pool *pool, GError **error)
{
  g_autoptr (mk_image) between = mk_image_new (image->n, image->height, image->width, image->n_channels, error);
  g_autoptr (mk_image) out = between != NULL ? mk_image_new (image->n, image->height, image->width, image->n_channels, error) : NULL;
  if (out == NULL)
    return NULL;
  job j = { .from = image, .to = between, .before = size / 2, .after = size - 1 - size / 2, .is_largest = is_largest };
  size_t n_rows = (size_t)image->n * (size_t)image->height;
  mk_pool_run (pool, n_rows, sweep_row, &j, NULL);
  j = (job){ .from = between, .to = out, .before = j.before, .after = j.after, .is_down = true, .is_largest = is_largest };
  mk_pool_run (pool, n_rows, sweep_row, &j, NULL);
  return g_steal_pointer (&out);
}

static mk_image *
subtract (const mk_image *a, const mk_image *b, GError **error)
{
  mk_image *out = a != NULL && b != NULL ? mk_image_copy (a, error) : NULL;
  for (size_t i = 0; out != NULL && i < mk_image_n_bytes (out) / sizeof (float); i++)
    mk_image_write (out, 0)[i] -= mk_image_read (b, 0)[i];
  return out;
}

static bool
run_morphology (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error);
  if (image == NULL)
    return false;
  int operation = mk_run_get_choice (run, "operation", operations), size = (int)mk_run_get_int (run, "kernel_size");
  mk_pool *pool = mk_run_pool (run);
  bool grows_first = operation == DILATE || operation == CLOSE || operation == GRADIENT || operation == BOTTOM_HAT;
  g_autoptr (mk_image) once = sweep (image, size, grows_first, pool, error);
  if (once == NULL || operation == ERODE || operation == DILATE)
    return mk_run_answer_image (run, g_steal_pointer (&once));
  g_autoptr (mk_image) twice = operation == GRADIENT ? sweep (image, size, false, pool, error) : sweep (once, size, !grows_first, pool, error);
  if (twice == NULL || operation == OPEN || operation == CLOSE)
    return mk_run_answer_image (run, g_steal_pointer (&twice));
  if (operation == GRADIENT)
    return mk_run_answer_image (run, subtract (once, twice, error));
  return mk_run_answer_image (run, operation == TOP_HAT ? subtract (image, twice, error) : subtract (twice, image, error));
}

const mk_node_def mk_node_morphology = { .id = "Morphology", .label = "ImageMorphology", .category = "image/postprocessing", .python_module = "comfy_extras.nodes_morphology", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_morphology };
