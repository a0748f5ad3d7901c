/* grow_mask.c - masks that grow or shrink a pixel at a time. */
#include "base/pool.h"
#include "media/image_ops.h"
#include "nodes/image/inputs.h"

static const mk_port grow_inputs[] = {
  { "mask", "MASK" },
  { "expand", "INT", MK_INT_RANGE (-16384, 16384, 0, 1) },
  { "tapered_corners", "BOOLEAN", MK_DEFAULT (1) },
  { 0 } };
static const mk_port grow_outputs[] = { { "MASK", "MASK" }, { 0 } };

typedef struct {
  const mk_image *from;
  mk_image *to;
  bool is_cross, is_growing;
} job;

/* The largest or smallest of 3×3, or of the cross in it; beyond the edge the edge goes on. */
static void
step_row (void *user, size_t item, unsigned worker)
{
  (void)worker;
  job *j = user;
  int width = j->from->width, height = j->from->height, y = (int)(item % (size_t)height), index = (int)(item / (size_t)height);
  const float *picture = mk_image_read (j->from, index);
  const float *rows[3] = { picture + (size_t)MAX (y - 1, 0) * (size_t)width, picture + (size_t)y * (size_t)width, picture + (size_t)MIN (y + 1, height - 1) * (size_t)width };
  float *to = mk_image_write (j->to, index) + (size_t)y * (size_t)width;
  for (int x = 0; x < width; x++) {
    float best = rows[1][x];
    for (int dy = -1; dy <= 1; dy++)
      for (int dx = -1; dx <= 1; dx++) {
        if (j->is_cross && dx != 0 && dy != 0)
          continue;
        float v = rows[dy + 1][CLAMP (x + dx, 0, width - 1)];
        best = j->is_growing ? MAX (best, v) : MIN (best, v);
      }
    to[x] = best;
  }
}

static bool
run_grow (mk_run *run, GError **error)
{
  mk_image *given = mk_run_get_mask (run, "mask", error);
  g_autoptr (mk_image) mask = given != NULL ? mk_image_copy (given, error) : NULL;
  g_autoptr (mk_image) next = mask != NULL ? mk_image_copy (mask, error) : NULL;
  if (next == NULL)
    return false;
  int64_t expand = mk_run_get_int (run, "expand"), n = MIN (ABS (expand), mask->width + mask->height); /* then nothing changes */
  const mk_job *watch = mk_run_job (run);
  for (int64_t i = 0; i < n; i++) {
    job j = { mask, next, mk_run_get_bool (run, "tapered_corners"), expand > 0 };
    if (mk_job_is_cancelled (watch))
      return mk_error (error, MK_ERROR_CANCELLED, "growing a mask was cancelled");
    mk_pool_run (mk_run_pool (run), (size_t)mask->n * (size_t)mask->height, step_row, &j, NULL);
    mk_image *swap = mask;
    mask = next;
    next = swap;
  }
  return mk_run_answer_mask (run, g_steal_pointer (&mask));
}

const mk_node_def mk_node_grow_mask = { .id = "GrowMask", .category = "mask", .python_module = "comfy_extras.nodes_mask", .inputs = grow_inputs, .outputs = grow_outputs, .run = run_grow };
