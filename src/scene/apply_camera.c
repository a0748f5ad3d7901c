/* camera: who watches, from where. */
#include "scene/camera.h"
#include "scene/fields.h"
#include "scene/motion.h"
#include "scene/ops.h"

static const char *const keys[] = { "id", "motion", "shot", "angle", "side", "targets", "turns", "speed", "start_s", "duration_s", "after", "with",
                                    "lens_mm", "f_stop", "position", "look_at", NULL };

#define CUT_S 1e-4           /* a cut takes a tenth of a millisecond: no shutter is open in it */
#define DEFAULT_ASPECT (16 / 9.0f)

/* --- all shots as one camera --- */

typedef struct {
  const mk_scene *scene;
  const GArray *shots;
  float aspect;
} reel;

static const mk_shot *
shot_at (const reel *r, double time_s)
{
  guint i = 0;
  while (i + 1 < r->shots->len && g_array_index (r->shots, mk_shot, i + 1).start_s <= time_s + 1e-6)
    i++;
  return &g_array_index (r->shots, mk_shot, i);
}

static mk_view
view_at (const reel *r, double time_s)
{
  return mk_shot_view (r->scene, shot_at (r, time_s), time_s);
}

static void
sample_eye (const void *user, double time_s, float out[4])
{
  mk_view view = view_at (user, time_s);
  out[0] = view.eye.x, out[1] = view.eye.y, out[2] = view.eye.z;
}

static void
sample_turn (const void *user, double time_s, float out[4])
{
  mk_view view = view_at (user, time_s);
  mk_quat look = mk_quat_look (mk_vec3_sub (view.eye, view.at), (mk_vec3){ 0, 1, 0 }); /* cameras look along -Z */
  look = mk_quat_mul (look, mk_quat_from_axis ((mk_vec3){ 0, 0, 1 }, view.roll_rad));
  out[0] = look.x, out[1] = look.y, out[2] = look.z, out[3] = look.w;
}

static void
sample_field (const void *user, double time_s, float out[4])
{
  const reel *r = user;
  out[0] = 2 * atanf (view_at (r, time_s).tan_x / r->aspect);
}

static double *
reel_corners (const reel *r, double end_s, size_t *n)
{
  double *corners = g_new (double, r->shots->len * 3 + 2);
  *n = 0;
  corners[(*n)++] = 0;
  for (guint i = 0; i < r->shots->len; i++) {
    const mk_shot *shot = &g_array_index (r->shots, mk_shot, i);
    double moved_s = shot->start_s + shot->duration_s;
    if (i > 0 && shot->start_s > corners[*n - 1] + 3 * CUT_S) {
      corners[(*n)++] = shot->start_s - CUT_S;
      corners[(*n)++] = shot->start_s;
    }
    if (moved_s > corners[*n - 1] + 0.01 && moved_s < shot->end_s - 0.01)
      corners[(*n)++] = moved_s;
  }
  if (end_s > corners[*n - 1] + 0.01)
    corners[(*n)++] = end_s;
  return corners;
}

/* The camera's node: the one of an earlier baking, or a new one. */
static int
camera_node (mk_scene *scene, const mk_camera *camera)
{
  for (int i = 0; i < (int)scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    if (node->camera < 0 || node->id != NULL || g_strcmp0 (node->name, "camera") != 0)
      continue;
    g_array_index (scene->cameras, mk_camera, node->camera) = *camera;
    for (guint t = scene->tracks->len; t-- > 0;)
      if (g_array_index (scene->tracks, mk_track, t).node == i)
        g_array_remove_index (scene->tracks, t);
    return i;
  }
  mk_scene_node node = MK_SCENE_NODE_DEFAULT;
  node.name = (char *)"camera";
  node.camera = mk_scene_add_camera (scene, camera);
  return mk_scene_add_node (scene, &node);
}

static void
write_camera (mk_scene *scene, const GArray *shots, float aspect)
{
  g_autoptr (mk_scene) before = mk_scene_edit (scene); /* what the shots look at, while tracks are written */
  reel r = { before, shots, aspect };
  const mk_shot *first = &g_array_index (shots, mk_shot, 0);
  mk_view view = view_at (&r, (first->start_s + MIN (first->start_s + first->duration_s, first->end_s)) / 2);
  float distance = mk_vec3_length (mk_vec3_sub (view.at, view.eye)), field[4], turn[4];
  bool is_close = first->size == MK_SHOT_CLOSE_UP || first->size == MK_SHOT_EXTREME_CLOSE_UP;
  float stop = first->f_stop > 0 ? first->f_stop : is_close ? 2.8f : 0;
  sample_field (&r, 0, field);
  mk_camera camera = { .name = "camera", .yfov_rad = field[0], .near_m = CLAMP (distance * 0.01f, 0.005f, 0.1f), .far_m = 10000, .focus_distance_m = distance,
                       .aperture_radius_m = stop > 0 ? first->lens_mm * 1e-3f / stop / 2 : 0 };
  int node = camera_node (scene, &camera);
  scene->active_camera = node;
  mk_trs *trs = &mk_scene_get_node (scene, node)->trs;
  trs->translation = view_at (&r, 0).eye;
  sample_turn (&r, 0, turn);
  trs->rotation = (mk_quat){ turn[0], turn[1], turn[2], turn[3] };
  size_t n;
  g_autofree double *corners = reel_corners (&r, (double)scene->duration_s, &n);
  mk_track_fit (scene, node, MK_TRACK_TRANSLATION, sample_eye, &r, corners, n, 8e-4f * distance);
  mk_track_fit (scene, node, MK_TRACK_ROTATION, sample_turn, &r, corners, n, 4e-4f);
  bool is_zooming = false;
  for (size_t i = 0; i < n; i++) {
    float other[4];
    sample_field (&r, corners[i], other);
    is_zooming |= fabsf (other[0] - field[0]) > 1e-4f;
  }
  if (is_zooming)
    mk_track_fit (scene, node, MK_TRACK_YFOV, sample_field, &r, corners, n, 5e-4f);
}

/* A shot's movement: to the end of the shot unless said; orbits go all around in about eight seconds. */
static void
settle_shot (mk_shot *shot, double end_s)
{
  shot->end_s = fmax (end_s, shot->start_s + 0.04);
  if (shot->duration_s <= 0)
    shot->duration_s = shot->end_s - shot->start_s;
  if (shot->motion == MK_CAM_ORBIT && shot->turns == 0)
    shot->turns = (float)shot->duration_s / 8 * shot->speed;
  else if (shot->motion != MK_CAM_ORBIT && shot->speed > 1)
    shot->duration_s /= (double)shot->speed;
}

static void
clear_shot (void *shot)
{
  mk_shot_clear (shot);
}

static int
compare_shots (const void *a, const void *b)
{
  const mk_shot *x = a, *y = b;
  return (x->start_s > y->start_s) - (x->start_s < y->start_s);
}

static GArray *
read_shots (const mk_stage *stage, const mk_scene *scene, GError **error)
{
  g_autoptr (GArray) shots = g_array_new (FALSE, FALSE, sizeof (mk_shot));
  g_array_set_clear_func (shots, clear_shot);
  for (size_t i = 0; i < mk_json_length (scene->commands); i++) {
    const mk_json *command = mk_json_at (scene->commands, i);
    if (!g_str_equal (mk_json_get_string (mk_json_get (command, "op")), "camera"))
      continue;
    mk_shot shot;
    if (!mk_shot_read (stage, scene, command, &shot, error)) {
      mk_shot_clear (&shot);
      return NULL;
    }
    for (guint k = shots->len; k-- > 0;) /* a later command takes the place of one with the same start */
      if (fabs (g_array_index (shots, mk_shot, k).start_s - shot.start_s) < 0.02)
        g_array_remove_index (shots, k);
    g_array_append_val (shots, shot);
  }
  g_array_sort (shots, compare_shots);
  return g_steal_pointer (&shots);
}

bool
mk_camera_bake (const mk_stage *stage, mk_scene *scene, float aspect, bool is_default_wanted, GError **error)
{
  g_autoptr (GArray) shots = read_shots (stage, scene, error);
  if (shots == NULL)
    return false;
  if (shots->len == 0 && !is_default_wanted)
    return true;
  if (shots->len == 0 || g_array_index (shots, mk_shot, 0).start_s > 0.02) { /* before the first, the default camera */
    mk_shot shot;
    g_autoptr (mk_json) nothing = mk_json_new_object ();
    if (!mk_shot_read (stage, scene, nothing, &shot, error))
      return false;
    g_array_prepend_val (shots, shot);
  }
  for (guint i = 0; i < shots->len; i++) {
    mk_shot *shot = &g_array_index (shots, mk_shot, i);
    settle_shot (shot, i + 1 < shots->len ? g_array_index (shots, mk_shot, i + 1).start_s : (double)scene->duration_s);
    mk_shot_frame (stage, scene, shot, aspect);
  }
  write_camera (scene, shots, aspect);
  return true;
}

/* --- the command --- */

static float
aspect_of (const mk_scene *scene)
{
  const mk_json *first = mk_json_at (scene->commands, 0);
  double width = mk_json_get_real (mk_json_get (first, "width")), height = mk_json_get_real (mk_json_get (first, "height"));
  bool is_render = g_str_equal (mk_json_get_string (mk_json_get (first, "op")), "render");
  return is_render && width > 0 && height > 0 ? (float)(width / height) : DEFAULT_ASPECT;
}

bool
mk_apply_camera (const mk_stage *stage, mk_scene *scene, mk_json *command, int index, GError **error)
{
  (void)index;
  double start = 0, duration = 0;
  if (!mk_fields_check (command, keys, error) || !mk_times_start (scene, command, &start, error) ||
      !mk_field_number (command, "duration_s", 0, 600, &duration, error))
    return false;
  if (duration <= 0)
    duration = fmax ((double)scene->duration_s - start, 0.1);
  return mk_times_settle (stage, scene, command, start, duration, error) && mk_camera_bake (stage, scene, aspect_of (scene), false, error);
}
