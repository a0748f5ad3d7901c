/* What all models have in common, whoever read them: a root, a size, a camera that sees them. */
#include <string.h>

#include "scene/import_private.h"

#define LEAST_M 0.05f  /* the longest side of a model whose unit can be metres */
#define MOST_M 20.0f
#define BECOMES_M 2.0f
#define FILM_ASPECT (16 / 9.0f)

bool
mk_import_has_suffix (const mk_import_place *place, const char *suffix)
{
  size_t length = strlen (place->file), own = strlen (suffix);
  return length > own && g_ascii_strcasecmp (place->file + length - own, suffix) == 0;
}

void
mk_import_begin (mk_scene *scene, const mk_import_place *place)
{
  mk_scene_node root = MK_SCENE_NODE_DEFAULT, frame = MK_SCENE_NODE_DEFAULT;
  g_autofree char *name = g_path_get_basename (place->file);
  char *dot = strrchr (name, '.');
  if (dot != NULL && dot != name)
    *dot = 0;
  root.name = name;
  frame.name = (char *)"frame";
  frame.parent = mk_scene_add_node (scene, &root);
  mk_scene_add_node (scene, &frame);
  scene->duration_s = 0; /* unless something moves */
}

bool
mk_import_fit (mk_scene *scene, const mk_import_place *place, GError **error)
{
  mk_scene_node *frame = mk_scene_get_node (scene, 1);
  if (mk_import_has_suffix (place, ".stl") || mk_import_has_suffix (place, ".blend"))
    frame->trs.rotation = mk_quat_from_axis ((mk_vec3){ 1, 0, 0 }, -MK_PI / 2);
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
  mk_box box = mk_scene_bounds (scene, pose, 0);
  mk_vec3 size = mk_vec3_sub (box.max, box.min);
  float longest = fmaxf (size.x, fmaxf (size.y, size.z));
  if (box.min.x > box.max.x)
    return mk_error (error, MK_ERROR_FORMAT, "%s holds no surface that could be seen", place->file);
  if (!isfinite (longest) || longest <= 0 || longest > 1e9f)
    return mk_error (error, MK_ERROR_FORMAT, "%s is %g units large: nothing that could be seen", place->file, (double)longest);
  static const char *const with_unit[] = { ".glb", ".gltf", ".fbx", ".dae" };
  bool has_unit = false;
  for (size_t i = 0; i < MK_COUNT (with_unit); i++)
    has_unit |= mk_import_has_suffix (place, with_unit[i]);
  if (has_unit ? longest < 1e-3f || longest > 1e4f : longest < LEAST_M || longest > MOST_M)
    frame->trs.scale = mk_vec3_scale ((mk_vec3){ 1, 1, 1 }, BECOMES_M / longest);
  return true;
}

/* Of the middle and the corners of what there is, how many are in the picture when the film begins. */
static int
count_seen (const mk_scene *scene, const mk_pose *pose, int camera)
{
  mk_box box = mk_scene_bounds (scene, pose, 0);
  mk_mat4 to_camera = mk_mat4_inverse (pose->world[camera]);
  float high = tanf (g_array_index (scene->cameras, mk_camera, mk_scene_get_node (scene, camera)->camera).yfov_rad / 2);
  int n = 0;
  for (int i = 0; i < 9; i++) {
    mk_vec3 middle = mk_vec3_lerp (box.min, box.max, 0.5f);
    mk_vec3 corner = { i & 1 ? box.max.x : box.min.x, i & 2 ? box.max.y : box.min.y, i & 4 ? box.max.z : box.min.z };
    mk_vec3 p = mk_mat4_point (to_camera, i == 8 ? middle : corner);
    n += p.z < 0 && fabsf (p.y) <= -p.z * high && fabsf (p.x) <= -p.z * high * FILM_ASPECT;
  }
  return n;
}

void
mk_import_choose_camera (mk_scene *scene)
{
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
  scene->active_camera = -1;
  for (guint i = 0; i < scene->nodes->len && scene->active_camera < 0; i++)
    if (mk_scene_get_node (scene, (int)i)->camera >= 0 && count_seen (scene, pose, (int)i) >= 6)
      scene->active_camera = (int)i;
}
