/* What a film needs and nobody asked for. */
#include "scene/camera.h"
#include "scene/ground.h"
#include "scene/objects.h"
#include "scene/ops.h"
#include "scene/particles.h"
#include "scene/rig.h"
#include "scene/room.h"
#include "scene/style.h"

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

/* What one stands on under a sky that was asked for; without one a studio is meant. */
static const char *
surface_under (const mk_scene *scene)
{
  static const char *const surfaces[] = { [MK_SKY_DAY] = "grass", [MK_SKY_OVERCAST] = "grass", [MK_SKY_FOG] = "grass", [MK_SKY_SUNSET] = "sand", [MK_SKY_NIGHT] = "concrete", [MK_SKY_NEON] = "asphalt", [MK_SKY_UNDERWATER] = "sand" };
  unsigned kind = scene->sky.kind;
  bool is_open = (find_command (scene, "sky") != NULL || kind != MK_SKY_DAY) && kind < MK_COUNT (surfaces) && surfaces[kind] != NULL;
  return is_open ? surfaces[kind] : "studio";
}

/* On, in or with another thing: that one tells where they are. */
static bool
is_carried (const mk_scene *scene, const mk_scene_node *node)
{
  static const char *const relations[] = { "on", "inside", "held", NULL };
  const mk_json *command = node->command >= 0 ? mk_json_at (scene->commands, (size_t)node->command) : NULL;
  const mk_json *place = mk_json_at (mk_json_get (command, "place"), 0);
  return g_strv_contains (relations, mk_json_get_string (mk_json_get (place, "relation")));
}

/* What the recipe of a thing that stands by itself tells of its surroundings, or NULL. */
static const mk_recipe_info *
info_of_free (const mk_stage *stage, const mk_scene *scene, guint i)
{
  const mk_scene_node *node = mk_scene_get_node (scene, (int)i);
  bool is_thing = node->object != NULL && node->parent < 0 && !is_carried (scene, node);
  return is_thing ? mk_library_find (stage->library, node->object) : NULL;
}

/* Space has no ground; the others what a recipe rests on, or what suits the sky. */
static bool
add_ground (const mk_stage *stage, mk_scene *scene, GError **error)
{
  if (has_ground (scene) || scene->sky.kind == MK_SKY_SPACE || stage->library == NULL)
    return true;
  const char *surface = surface_under (scene);
  int rank = -1;
  for (guint i = 0; i < scene->nodes->len; i++) {
    const mk_recipe_info *info = info_of_free (stage, scene, i);
    if (info == NULL || info->ground == NULL || g_str_equal (info->ground, "studio") || info->ground_rank <= rank)
      continue; /* "studio" is content with any */
    surface = info->ground;
    rank = info->ground_rank;
  }
  g_autoptr (mk_json) command = mk_json_new_object ();
  mk_json_set (command, "op", mk_json_new_string ("ground"));
  mk_json_set (command, "surface", mk_json_new_string (surface));
  return mk_apply_ground (stage, scene, command, -1, error);
}

/* Planets, the moon and fish are at home under a sky of their own, alone or among their like; the moon seen by others means night. */
static bool
add_home_sky (const mk_stage *stage, mk_scene *scene, GError **error)
{
  if (find_command (scene, "sky") != NULL || find_command (scene, "light") != NULL || has_ground (scene) || stage->library == NULL)
    return true;
  const char *home = NULL;
  bool is_alone = true;
  for (guint i = 0; i < scene->nodes->len && home == NULL; i++) {
    const mk_recipe_info *info = info_of_free (stage, scene, i);
    home = info != NULL && info->ground == NULL ? info->sky : NULL;
  }
  bool is_night = g_strcmp0 (home, "night") == 0;
  for (guint i = 0; i < scene->nodes->len; i++) {
    const mk_recipe_info *info = info_of_free (stage, scene, i);
    if (info != NULL)
      is_alone &= info->sky != NULL && (g_strcmp0 (info->sky, home) == 0 || ((is_night || g_strcmp0 (home, "space") == 0) && !g_str_equal (info->sky, "underwater")));
  }
  if (home == NULL || !(is_alone || is_night))
    return true;
  g_autoptr (mk_json) command = mk_json_new_object ();
  mk_json_set (command, "op", mk_json_new_string ("sky"));
  mk_json_set (command, "kind", mk_json_new_string (!is_alone ? "night" : is_night ? "space" : home));
  return mk_apply_sky (stage, scene, command, -1, error);
}

/* Without a word about the sky a floor is lit as studios are; lamps and rigs are for a dark one, where they are seen. */
static void
add_sky (mk_scene *scene)
{
  bool is_dark = find_command (scene, "light") != NULL;
  if (find_command (scene, "sky") != NULL || scene->sky.kind != MK_SKY_DAY || !(is_dark || mk_ground_is_floor (scene)))
    return;
  scene->sky.kind = MK_SKY_STUDIO;
  scene->sky.sun_intensity = is_dark ? 0 : 1;
  scene->sky.sky_intensity = is_dark ? 0.12f : 1;
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
  if (!mk_ground_dress (stage, scene, error) || !mk_rigs_aim (stage, scene, error) || !mk_camera_bake (stage, scene, aspect, is_default_wanted, error) ||
      !mk_room_build (scene, error) || !wear_style (scene, error))
    return NULL;
  if (!mk_particles_dress (stage, scene, aspect, error))
    return NULL;
  fit_fog (scene);
  return g_steal_pointer (&scene);
}
