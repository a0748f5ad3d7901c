#include "scene/titles.h"

#include "scene/camera.h"
#include "scene/dress.h"
#include "scene/ground.h"
#include "scene/objects.h"

#define HEIGHT_SHARE 0.26f /* of what the picture is about */
#define WIDTH_TIMES 1.9f   /* its width, at most */
#define BRIGHT 0.45f       /* luminance of a ground before which white words are lost */

int
mk_ink (const mk_stage *stage, mk_scene *scene)
{
  mk_material dark = MK_MATERIAL_DEFAULT;
  mk_material_find (stage->library, "plastic", &dark);
  dark.base_color = (mk_vec3){ 0.02f, 0.02f, 0.025f };
  g_strlcpy (dark.name, "ink", sizeof dark.name);
  return mk_scene_use_material (scene, &dark);
}

static const mk_json *
text_command (const mk_scene *scene, int node)
{
  int command = mk_scene_get_node (scene, node)->command;
  const mk_json *json = command >= 0 && mk_scene_get_node (scene, node)->parent < 0 ? mk_json_at (scene->commands, (size_t)command) : NULL;
  return g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "text") ? json : NULL;
}

static bool
says_any (const mk_json *command, const char *const *keys)
{
  for (; *keys != NULL; keys++)
    if (mk_json_has (command, *keys))
      return true;
  return false;
}

static bool
is_moved (const mk_scene *scene, int node)
{
  for (guint i = 0; i < scene->tracks->len; i++)
    if (g_array_index (scene->tracks, mk_track, i).node == node)
      return true;
  return false;
}

/* What words stand before: where it is all through the film, and how large at its beginning. */
static bool
find_subject (const mk_stage *stage, const mk_scene *scene, mk_box *whole, mk_vec3 *size)
{
  g_autoptr (GArray) roots = mk_framing_subjects (stage, scene);
  mk_box first = *whole = MK_BOX_EMPTY;
  for (int moment = 0; moment < 5; moment++) {
    g_autoptr (mk_pose) pose = mk_pose_new (scene, (double)(scene->duration_s * (float)moment / 4));
    for (guint i = 0; i < roots->len; i++)
      if (text_command (scene, g_array_index (roots, int, i)) == NULL)
        *whole = mk_box_union (*whole, mk_scene_bounds (scene, pose, g_array_index (roots, int, i)));
    first = moment == 0 ? *whole : first;
  }
  *size = mk_vec3_sub (first.max, first.min);
  return first.min.x < first.max.x;
}

static void
place (mk_scene *scene, int root, mk_box *whole, mk_vec3 size)
{
  mk_scene_node *node = mk_scene_get_node (scene, root);
  mk_box own = node->parts[0].mesh->bounds;
  float width = own.max.x - own.min.x, height = own.max.y - own.min.y, way = fmaxf (whole->max.x - whole->min.x, whole->max.z - whole->min.z);
  float tall = fmaxf (fmaxf (size.y, 0.4f * fmaxf (size.x, size.z)), 0.25f * way);
  float scale = fminf (HEIGHT_SHARE * tall / fmaxf (height, 1e-3f), WIDTH_TIMES * fmaxf (fmaxf (size.x, size.z), fmaxf (size.y, 0.3f * way)) / fmaxf (width, 1e-3f));
  float gap = 0.6f * scale * height;
  node->trs.scale = (mk_vec3){ scale, scale, scale };
  node->trs.translation = (mk_vec3){ (whole->min.x + whole->max.x) / 2 - scale * (own.min.x + own.max.x) / 2, -scale * own.min.y, whole->max.z + gap - scale * own.min.z };
  whole->max.z += gap + scale * (own.max.z - own.min.z); /* the next one comes before it */
}

static bool
is_bright (const mk_scene *scene)
{
  int ground = mk_ground_find (scene);
  const mk_scene_node *node = ground >= 0 ? mk_scene_get_node (scene, ground) : NULL;
  if (node == NULL || node->n_parts == 0 || scene->sky.sky_intensity < 0.5f || scene->sky.kind == MK_SKY_NIGHT || scene->sky.kind == MK_SKY_NEON)
    return false;
  mk_vec3 color = mk_scene_get_material (scene, node->parts[0].material)->base_color;
  return mk_vec3_luminance (color) > BRIGHT;
}

void
mk_titles_dress (const mk_stage *stage, mk_scene *scene)
{
  static const char *const places[] = { "place", "position", "rotation", "facing", "count", "scale", "height_m", "width_m", "length_m", "relative_size", NULL };
  static const char *const looks[] = { "color", "colors", "material", "place", NULL };
  mk_box whole;
  mk_vec3 size;
  bool has_subject = find_subject (stage, scene, &whole, &size);
  for (int i = 0; i < (int)scene->nodes->len; i++) {
    const mk_json *command = text_command (scene, i);
    if (command == NULL || mk_scene_get_node (scene, i)->n_parts == 0)
      continue;
    if (has_subject && !says_any (command, places) && !is_moved (scene, i))
      place (scene, i, &whole, size);
    if (!says_any (command, looks) && is_bright (scene))
      mk_scene_get_node (scene, i)->parts[0].material = mk_ink (stage, scene);
  }
}
