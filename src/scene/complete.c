/* What a film needs and nobody asked for. */
#include "scene/afloat.h"
#include "scene/aloft.h"
#include "scene/camera.h"
#include "scene/drape.h"
#include "scene/ground.h"
#include "scene/night.h"
#include "scene/objects.h"
#include "scene/ops.h"
#include "scene/particles.h"
#include "scene/rig.h"
#include "scene/room.h"
#include "scene/style.h"
#include "scene/surroundings.h"
#include "scene/titles.h"

#define FOG_AT_SUBJECT 0.34f   /* optical depth between the camera and what it shows, in half a fog */
#define WATER_AT_SUBJECT 0.34f /* the same in the water of a clear sea */
#define HAZE_AT_SUBJECT 0.08f

static const mk_json *
find_command (const mk_scene *scene, const char *op)
{
  for (size_t i = 0; i < mk_json_length (scene->commands); i++)
    if (g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (scene->commands, i), "op")), op))
      return mk_json_at (scene->commands, i);
  return NULL;
}

static bool
has_ground (const mk_scene *scene)
{
  for (guint i = 0; i < scene->nodes->len; i++)
    if (mk_scene_get_node (scene, (int)i)->is_ground)
      return true;
  return false;
}

/* The recipes of what stands by itself and tells of its surroundings. */
static GPtrArray *
find_free (const mk_stage *stage, const mk_scene *scene)
{
  GPtrArray *free_ones = g_ptr_array_new ();
  for (guint i = 0; i < scene->nodes->len && stage->library != NULL; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, (int)i);
    const mk_json *command = node->command >= 0 ? mk_json_at (scene->commands, (size_t)node->command) : NULL;
    bool is_free = node->object != NULL && node->parent < 0 && !mk_is_carried (mk_json_get (command, "place"));
    const mk_recipe_info *info = is_free ? mk_library_find (stage->library, node->object) : NULL;
    if (info != NULL)
      g_ptr_array_add (free_ones, (void *)info);
  }
  return free_ones;
}

/* Space has no ground; the others what a recipe rests on, or what suits the sky. */
static bool
add_ground (const mk_stage *stage, mk_scene *scene, GError **error)
{
  if (has_ground (scene) || scene->sky.kind == MK_SKY_SPACE || stage->library == NULL)
    return true;
  g_autoptr (GPtrArray) free_ones = find_free (stage, scene);
  const char *surface = mk_usual_ground ((const mk_recipe_info *const *)free_ones->pdata, free_ones->len, scene->sky.kind, find_command (scene, "sky") != NULL);
  g_autoptr (mk_json) command = mk_json_new_object ();
  mk_json_set (command, "op", mk_json_new_string ("ground"));
  mk_json_set (command, "surface", mk_json_new_string (surface));
  return mk_apply_ground (stage, scene, command, -1, error);
}

static bool
add_home_sky (const mk_stage *stage, mk_scene *scene, GError **error)
{
  if (find_command (scene, "sky") != NULL || find_command (scene, "light") != NULL || has_ground (scene) || stage->library == NULL)
    return true;
  g_autoptr (GPtrArray) free_ones = find_free (stage, scene);
  const char *kind = mk_usual_sky ((const mk_recipe_info *const *)free_ones->pdata, free_ones->len);
  if (kind == NULL)
    return true;
  g_autoptr (mk_json) command = mk_json_new_object ();
  mk_json_set (command, "op", mk_json_new_string ("sky"));
  mk_json_set (command, "kind", mk_json_new_string (kind));
  return mk_apply_sky (stage, scene, command, -1, error);
}

/* A white floor would be a lamp itself. */
static void
darken_floor (mk_scene *scene)
{
  int ground = mk_ground_find (scene);
  const mk_scene_node *node = ground >= 0 ? mk_scene_get_node (scene, ground) : NULL;
  if (node != NULL && node->command < 0 && node->n_parts > 0)
    mk_scene_get_material (scene, node->parts[0].material)->base_color = (mk_vec3){ 0.05f, 0.05f, 0.055f };
}

static void
light_room (mk_scene *scene, const mk_json *light)
{
  mk_rig_room room = mk_rig_room_for (light);
  scene->sky.sun_intensity = 0;
  scene->sky.sky_intensity = room.sky;
  scene->sky.exposure_ev = room.exposure_ev;
  if (room.exposure_ev < 0)
    darken_floor (scene);
}

/* Film noir is a light as much as a look. */
static bool
add_style_light (const mk_stage *stage, mk_scene *scene, GError **error)
{
  const char *style = mk_json_get_string (mk_json_get (find_command (scene, "render"), "style"));
  if (!g_str_equal (style, "noir") || find_command (scene, "sky") != NULL || find_command (scene, "light") != NULL || !mk_ground_is_floor (scene))
    return true;
  g_autoptr (mk_json) command = mk_json_new_object ();
  mk_json_set (command, "op", mk_json_new_string ("light"));
  mk_json_set (command, "kind", mk_json_new_string ("low-key"));
  scene->sky.kind = MK_SKY_STUDIO;
  light_room (scene, command);
  return mk_apply_light (stage, scene, command, -1, error);
}

/* Without a word about the sky a floor is lit as studios are; lamps and rigs are for a dark one, where they are seen. */
static void
add_sky (mk_scene *scene)
{
  const mk_json *light = find_command (scene, "light");
  bool is_dark = light != NULL;
  if (find_command (scene, "sky") != NULL || scene->sky.kind != MK_SKY_DAY || !(is_dark || mk_ground_is_floor (scene)))
    return;
  scene->sky.kind = MK_SKY_STUDIO;
  if (is_dark)
    light_room (scene, light);
}

/* Fog that shows what it is about and hides what is behind, be that a cup or a castle. */
static void
fit_fog (mk_scene *scene)
{
  const mk_json *wanted = mk_json_get (find_command (scene, "sky"), "fog");
  if (scene->sky.fog_density <= 0 || scene->active_camera < 0)
    return;
  const mk_camera *camera = &g_array_index (scene->cameras, mk_camera, mk_scene_get_node (scene, scene->active_camera)->camera);
  float share = wanted != NULL ? 2 * (float)mk_json_get_real (wanted) : 1, distance = fmaxf (camera->focus_distance_m, 1);
  float depth = scene->sky.kind == MK_SKY_UNDERWATER ? WATER_AT_SUBJECT : FOG_AT_SUBJECT;
  if (scene->sky.kind == MK_SKY_FOG || scene->sky.kind == MK_SKY_UNDERWATER || wanted != NULL)
    scene->sky.fog_density = CLAMP (share * depth / distance, 0.0005f, 0.3f);
  else
    scene->sky.fog_density = fminf (scene->sky.fog_density, HAZE_AT_SUBJECT / distance);
}

static bool
wear_style (mk_scene *scene, GError **error)
{
  const mk_json *render = find_command (scene, "render");
  const char *style = mk_json_get_string (mk_json_get (render, "style"));
  for (int i = 0; mk_style_words[i] != NULL; i++)
    if (g_str_equal (mk_style_words[i], style))
      return mk_style_wear (scene, i, error);
  return true;
}

mk_scene *
mk_scene_complete (const mk_stage *stage, mk_scene *before, float aspect, GError **error)
{
  if (!(aspect > 1e-3f && aspect < 1e3f)) {
    mk_error (error, MK_ERROR_RANGE, "an aspect of %g is no picture", (double)aspect);
    return NULL;
  }
  g_autoptr (mk_scene) scene = mk_scene_edit (before);
  bool is_default_wanted = scene->active_camera < 0 || find_command (scene, "camera") != NULL;
  mk_room_clear (scene);
  if (!add_home_sky (stage, scene, error) || !add_ground (stage, scene, error))
    return NULL;
  add_sky (scene);
  if (!add_style_light (stage, scene, error))
    return NULL;
  mk_scene_light_windows (stage, scene);
  mk_titles_dress (stage, scene);
  if (!mk_ground_dress (stage, scene, error))
    return NULL;
  mk_scene_surface (stage, scene);
  mk_drapes_hang (stage, scene);
  if (!mk_rigs_aim (stage, scene, error) || !mk_camera_bake (stage, scene, aspect, is_default_wanted, error) ||
      !mk_room_build (scene, error) || !wear_style (scene, error))
    return NULL;
  mk_aloft_hang (stage, scene, aspect);
  mk_scene_immerse (stage, scene);
  if (!mk_particles_dress (stage, scene, aspect, error))
    return NULL;
  fit_fog (scene);
  return g_steal_pointer (&scene);
}
