/* scene_control.c - a scene's frames as pictures for ControlNets, and pictures carried along by the scene's motion. */
#include "nodes/diffusion/control_maps.h"
#include "nodes/image/inputs.h"
#include "nodes/scene/render_ports.h"
#include "nodes/scene/types.h"

#include <math.h>
#include <string.h>

enum { MOST_FRAMES = 1000 };

static const mk_port control_inputs[] = {
  SCENE_IN,
  RENDER_INS,
  REAL_IN ("start_s", -1, 600, 0, "Moment of the first frame; -1 is a moment that shows what happens."),
  { "frames", "INT", "How many, one frame of the film apart; 0 = to its end.", .need = MK_OPTIONAL, MK_INT_RANGE (0, MOST_FRAMES, 1, 1) },
  { 0 } };
static const mk_port control_outputs[] = {
  { "IMAGE", "IMAGE", "As the film shows it." },
  { "depth", "IMAGE", "White is near; one range for the clip." },
  { "normal", "IMAGE", "Camera space: blue faces the camera, red left, green up." },
  { "lineart", "IMAGE", "White lines on black." },
  { "segmentation", "IMAGE", "ADE20K's colours." },
  { "pose", "IMAGE", "OpenPose's limbs and points." },
  { "motion", "IMAGE", "Pixels moved since the frame before, right and down; third: 1 where that place was seen then." },
  { 0 } };
enum { COLOR, DEPTH, NORMAL, LINES, SEGMENTS, POSE, MOTION, N_OUTPUTS };

static void
copy_motion (const mk_frame *frame, mk_image *to, int index)
{
  const float *m = mk_image_read (frame->motion, 0);
  for (int y = 0; y < to->height; y++)
    for (int x = 0; x < to->width; x++) {
      size_t p = (size_t)y * (size_t)to->width + (size_t)x;
      float *out = mk_image_write (to, index) + p * 3, from_x = (float)x - m[p * 2], from_y = (float)y - m[p * 2 + 1];
      out[0] = m[p * 2];
      out[1] = m[p * 2 + 1];
      out[2] = from_x >= 0 && from_y >= 0 && from_x <= (float)to->width - 1 && from_y <= (float)to->height - 1;
    }
}

static bool
draw_frame (mk_renderer *renderer, const mk_stage *stage, const mk_scene *scene, double time_s, int index, mk_image *batches[N_OUTPUTS], const mk_job *job, GError **error)
{
  g_auto (mk_frame) frame = { 0 };
  if (!mk_renderer_frame (renderer, time_s, &frame, job, error))
    return false;
  g_autoptr (mk_pose) pose = mk_pose_new (scene, time_s);
  memcpy (mk_image_write (batches[COLOR], index), mk_image_read (frame.color, 0), mk_image_n_bytes (frame.color));
  mk_control_depth (frame.depth, batches[DEPTH], index);
  mk_control_normal (&frame, pose->world[scene->active_camera], batches[NORMAL], index);
  mk_control_lines (&frame, scene, batches[LINES], index);
  mk_control_segments (&frame, scene, batches[SEGMENTS], index);
  mk_control_pose (stage->library, scene, pose, &frame, batches[POSE], index);
  copy_motion (&frame, batches[MOTION], index);
  return true;
}

static bool
run_control (mk_run *run, GError **error)
{
  mk_image *batches[N_OUTPUTS] = { NULL };
  mk_scene *scene = NULL;
  const mk_stage *stage = mk_run_stage (run, error);
  g_autoptr (mk_renderer) renderer = stage != NULL ? mk_run_renderer (run, MK_PASS_DEPTH | MK_PASS_NORMAL | MK_PASS_ID | MK_PASS_MOTION, &scene, error) : NULL;
  double start = mk_run_get_real (run, "start_s");
  int n = (int)mk_run_get_int (run, "frames");
  bool good = renderer != NULL;
  if (good && start < 0)
    start = scene->duration_s * MK_POSTER_SHARE;
  if (good && n <= 0)
    n = CLAMP ((int)lround ((scene->duration_s - start) * scene->fps), 1, MOST_FRAMES);
  for (int i = 0; good && i < N_OUTPUTS; i++)
    good = (batches[i] = mk_image_new (n, (int)mk_run_get_int (run, "height"), (int)mk_run_get_int (run, "width"), 3, error)) != NULL;
  mk_job inner = { .cancel = mk_run_job (run) != NULL ? mk_run_job (run)->cancel : NULL };
  for (int i = 0; good && i < n; i++) {
    good = draw_frame (renderer, stage, scene, start + i / (double)scene->fps, i, batches, &inner, error);
    mk_job_report (mk_run_job (run), i + 1, n);
  }
  if (good)
    mk_control_depth_normalise (batches[DEPTH]);
  for (int i = 0; i < N_OUTPUTS; i++)
    if (good)
      mk_run_set_output (run, (unsigned)i, mk_value_new_image (batches[i]));
    else
      g_clear_pointer (&batches[i], mk_image_unref);
  if (scene != NULL)
    mk_scene_unref (scene);
  return good;
}

static const mk_port warp_inputs[] = {
  { "image", "IMAGE", "What the frame before became." },
  { "frame", "IMAGE", "What the frame is without it; shows where nothing was seen before." },
  { "motion", "IMAGE", "Of the frame, as SceneControlMaps gives it." },
  { "index", "INT", "Which picture of the motion.", MK_INT_RANGE (0, MOST_FRAMES, 0, 1) },
  { "amount", "FLOAT", "1 = all of what is carried along, 0 = nothing.", MK_FLOAT_RANGE (0, 1, 0.8, 0.01) },
  { 0 } };
static const mk_port warp_outputs[] = { { "IMAGE", "IMAGE" }, { "fresh", "MASK", "1 where nothing was carried along." }, { 0 } };

/* Bilinear, held at the edges. */
static void
look_up (const mk_image *image, float x, float y, float rgb[3])
{
  int x0 = CLAMP ((int)floorf (x), 0, image->width - 1), y0 = CLAMP ((int)floorf (y), 0, image->height - 1), x1 = MIN (x0 + 1, image->width - 1), y1 = MIN (y0 + 1, image->height - 1);
  float fx = CLAMP (x - (float)x0, 0.0f, 1.0f), fy = CLAMP (y - (float)y0, 0.0f, 1.0f);
  const float *p = mk_image_read (image, 0);
  size_t w = (size_t)image->width, c = (size_t)image->n_channels;
  for (size_t k = 0; k < 3; k++) {
    float top = p[((size_t)y0 * w + (size_t)x0) * c + k] * (1 - fx) + p[((size_t)y0 * w + (size_t)x1) * c + k] * fx;
    float bottom = p[((size_t)y1 * w + (size_t)x0) * c + k] * (1 - fx) + p[((size_t)y1 * w + (size_t)x1) * c + k] * fx;
    rgb[k] = top * (1 - fy) + bottom * fy;
  }
}

static bool
run_warp (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error), *frame = image != NULL ? mk_run_get_image (run, "frame", error) : NULL, *motion = frame != NULL ? mk_run_get_image (run, "motion", error) : NULL;
  int index = (int)mk_run_get_int (run, "index");
  float amount = (float)mk_run_get_real (run, "amount");
  if (motion == NULL)
    return false;
  if (image->width != motion->width || image->height != motion->height || frame->width != motion->width || frame->height != motion->height || motion->n_channels < 3)
    return mk_error (error, MK_ERROR_RANGE, "pictures of %d×%d and %d×%d cannot follow a motion of %d×%d: all must have one size", image->width, image->height, frame->width, frame->height, motion->width, motion->height);
  if (image->n_channels < 3 || frame->n_channels < 3)
    return mk_error (error, MK_ERROR_TYPE, "pictures of %d and %d channels are no colour", image->n_channels, frame->n_channels);
  index = CLAMP (index, 0, motion->n - 1);
  g_autoptr (mk_image) out = mk_image_new (1, motion->height, motion->width, 3, error);
  mk_image *fresh = out != NULL ? mk_image_new (1, motion->height, motion->width, 1, error) : NULL;
  if (fresh == NULL)
    return false;
  for (int y = 0; y < motion->height; y++)
    for (int x = 0; x < motion->width; x++) {
      size_t p = (size_t)y * (size_t)motion->width + (size_t)x;
      const float *m = mk_image_read (motion, index) + p * (size_t)motion->n_channels, *own = mk_image_read (frame, MIN (index, frame->n - 1)) + p * (size_t)frame->n_channels;
      float carried[3], share = amount * m[2];
      look_up (image, (float)x - m[0], (float)y - m[1], carried);
      for (size_t k = 0; k < 3; k++)
        mk_image_write (out, 0)[p * 3 + k] = carried[k] * share + own[k] * (1 - share);
      mk_image_write (fresh, 0)[p] = 1 - m[2];
    }
  mk_run_set_output (run, 1, mk_value_new_mask (fresh));
  return mk_run_answer_image (run, g_steal_pointer (&out));
}

const mk_node_def mk_node_scene_control_maps = {
  .id = "SceneControlMaps", .label = "Scene to Control Pictures", .category = "scene/control", .version = 1,
  .help = "Depth, normals, lines, segments and poses of a scene's frames as ControlNets read them.",
  .inputs = control_inputs, .outputs = control_outputs, .run = run_control };
const mk_node_def mk_node_image_warp_by_motion = {
  .id = "ImageWarpByMotion", .label = "Carry Picture along", .category = "scene/control", .version = 1,
  .help = "The frame before, carried along by the scene's motion: a steady beginning for the next one.",
  .inputs = warp_inputs, .outputs = warp_outputs, .run = run_warp };
