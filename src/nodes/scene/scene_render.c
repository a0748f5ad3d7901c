#include "nodes/image/types.h"
#include "nodes/scene/render_ports.h"

#include <math.h>
#include <string.h>

enum { MOST_FRAMES = 1000 };

static const mk_port inputs[] = {
  SCENE_IN,
  RENDER_INS,
  REAL_IN ("time_s", -1, 600, -1, "Moment of the first frame; -1 is a moment that shows what happens."),
  { "frames", "INT", "How many, one frame of the film apart.", .need = MK_OPTIONAL, MK_INT_RANGE (1, MOST_FRAMES, 1, 1) },
  { 0 } };
static const mk_port outputs[] = {
  { "IMAGE", "IMAGE" }, { "MASK", "MASK", "1 where nothing is, as for pictures with alpha." }, { "depth", "IMAGE", "White is near, black far away." },
  { "normal", "IMAGE", "World space, 0.5 is 0." }, { "albedo", "IMAGE" }, { "id", "MASK", "Each thing its own level." }, { 0 } };
enum { COLOR, ALPHA, DEPTH, NORMAL, ALBEDO, ID, N_OUTPUTS };

/* Depth as ComfyUI's depth nodes show it: inverse, the nearest white. */
static void
depth_to_picture (mk_image *depth)
{
  size_t n = mk_image_n_bytes (depth) / sizeof (float);
  float *d = mk_image_write (depth, 0), nearest = INFINITY;
  for (size_t i = 0; i < n; i++)
    if (d[i] > 0)
      nearest = fminf (nearest, d[i]);
  for (size_t i = 0; i < n; i++)
    d[i] = d[i] > 0 ? nearest / d[i] : 0;
}

static void
map_pixels (mk_image *image, float scale, float offset)
{
  size_t n = mk_image_n_bytes (image) / sizeof (float);
  float *v = mk_image_write (image, 0);
  for (size_t i = 0; i < n; i++)
    v[i] = fminf (fmaxf (v[i] * scale + offset, 0), 1);
}

/* Copies picture `one` into place `index` of a batch, gray repeated over the batch's channels. */
static void
put (mk_image *batch, int index, const mk_image *one)
{
  size_t n = (size_t)one->width * (size_t)one->height;
  float *to = mk_image_write (batch, index);
  const float *from = mk_image_read (one, 0);
  for (size_t i = 0; i < n; i++)
    for (int c = 0; c < batch->n_channels; c++)
      to[i * (size_t)batch->n_channels + (size_t)c] = from[i * (size_t)one->n_channels + (size_t)(one->n_channels == 1 ? 0 : c)];
}

static bool
new_batches (mk_run *run, int n, mk_image *batches[N_OUTPUTS], GError **error)
{
  static const int channels[N_OUTPUTS] = { 3, 1, 3, 3, 3, 1 };
  for (int i = 0; i < N_OUTPUTS; i++) {
    batches[i] = mk_image_new (n, (int)mk_run_get_int (run, "height"), (int)mk_run_get_int (run, "width"), channels[i], error);
    if (batches[i] == NULL)
      return false;
  }
  return true;
}

static bool
render_frames (mk_run *run, mk_renderer *renderer, const mk_scene *scene, int n, mk_image *batches[N_OUTPUTS], GError **error)
{
  double given = mk_run_has (run, "time_s") ? mk_run_get_real (run, "time_s") : -1, start = given < 0 ? scene->duration_s * MK_POSTER_SHARE : given;
  for (int i = 0; i < n; i++) {
    g_auto (mk_frame) frame = { 0 };
    mk_job inner = { .cancel = mk_run_job (run) != NULL ? mk_run_job (run)->cancel : NULL };
    if (!mk_renderer_frame (renderer, start + i / (double)scene->fps, &frame, n > 1 ? &inner : mk_run_job (run), error))
      return false;
    map_pixels (frame.alpha, -1, 1);
    depth_to_picture (frame.depth);
    map_pixels (frame.normal, 0.5f, 0.5f);
    map_pixels (frame.id, 1 / 255.0f, 0);
    mk_image *made[N_OUTPUTS] = { frame.color, frame.alpha, frame.depth, frame.normal, frame.albedo, frame.id };
    for (int k = 0; k < N_OUTPUTS; k++)
      put (batches[k], i, made[k]);
    if (n > 1)
      mk_job_report (mk_run_job (run), i + 1, n);
  }
  return true;
}

static bool
run (mk_run *r, GError **error)
{
  mk_image *batches[N_OUTPUTS] = { NULL };
  mk_scene *scene = NULL;
  int n = mk_run_has (r, "frames") ? (int)CLAMP (mk_run_get_int (r, "frames"), 1, MOST_FRAMES) : 1;
  g_autoptr (mk_renderer) renderer = mk_run_renderer (r, MK_PASS_DEPTH | MK_PASS_NORMAL | MK_PASS_ALBEDO | MK_PASS_ID | MK_PASS_ALPHA, &scene, error);
  bool is_good = renderer != NULL && new_batches (r, n, batches, error) && render_frames (r, renderer, scene, n, batches, error);
  for (int i = 0; i < N_OUTPUTS; i++)
    if (is_good)
      mk_run_set_output (r, (unsigned)i, i == ALPHA || i == ID ? mk_value_new_mask (batches[i]) : mk_value_new_image (batches[i]));
    else
      mk_image_unref (batches[i]);
  mk_scene_unref (scene);
  return is_good;
}

const mk_node_def mk_node_scene_render = {
  .id = "SceneRender", .label = "Render", .category = "scene", .version = 4,
  .help = "Path-traced pictures of a scene, with depth, normals and the rest.",
  .inputs = inputs, .outputs = outputs, .run = run };
