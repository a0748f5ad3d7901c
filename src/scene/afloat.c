/* What swims lies in the water and not on it: its hull, its body, or its legs are under the surface, by the draught of its recipe or of who
 * swims; and with it all that it carries. */
#include "scene/afloat.h"
#include "scene/ground.h"
#include "scene/motion.h"
#include "scene/surroundings.h"

#define PRONE 0.105f  /* of the height of who lies in the water at full length */
#define ON_LEGS 0.55f /* of one that swims on four of them */
#define WADING 0.22f  /* of who stands in a river */

static const mk_json *
command_of (const mk_scene *scene, int root)
{
  const mk_scene_node *node = mk_scene_get_node (scene, root);
  return node->command >= 0 ? mk_json_at (scene->commands, (size_t)node->command) : NULL;
}

static bool
is_ground_water (const mk_scene *scene)
{
  int ground = mk_ground_find (scene);
  const mk_scene_node *node = ground >= 0 ? mk_scene_get_node (scene, ground) : NULL;
  return node != NULL && node->n_parts > 0 && mk_scene_get_material (scene, node->parts[0].material)->pattern == MK_PATTERN_RIPPLES;
}

/* On or in a river, a lake: what has water of its own. */
static bool
is_in_water_of_another (const mk_scene *scene, const mk_json *place)
{
  g_autoptr (GArray) found = mk_scene_find_targets (scene, mk_json_get_string (mk_json_at (mk_json_get (mk_json_at (place, 0), "targets"), 0)), NULL);
  g_autoptr (GArray) water = found != NULL && found->len > 0 ? mk_object_find_parts (scene, g_array_index (found, int, 0), "water") : NULL;
  return water != NULL && water->len > 0;
}

/* The roots of all who swim by a command; g_array_unref. */
static GArray *
find_swimmers (const mk_scene *scene)
{
  GArray *swimmers = g_array_new (FALSE, FALSE, sizeof (int));
  for (size_t i = 0; i < mk_json_length (scene->commands); i++) {
    const mk_json *command = mk_json_at (scene->commands, i), *targets = mk_json_get (command, "targets");
    for (size_t t = 0; g_str_equal (mk_json_get_string (mk_json_get (command, "motion")), "swim") && t < mk_json_length (targets); t++) {
      g_autoptr (GArray) found = mk_scene_find_targets (scene, mk_json_get_string (mk_json_at (targets, t)), NULL);
      if (found != NULL)
        g_array_append_vals (swimmers, found->data, found->len);
    }
  }
  return swimmers;
}

static bool
has (const GArray *roots, int root)
{
  for (guint i = 0; i < roots->len; i++)
    if (g_array_index (roots, int, i) == root)
      return true;
  return false;
}

/* The share of its height that is under water; 0 = it stands on it. */
static float
share_under (const mk_stage *stage, const mk_scene *scene, int root, bool is_sea, const GArray *swimmers)
{
  const mk_scene_node *node = mk_scene_get_node (scene, root);
  const mk_recipe_info *info = node->object != NULL ? mk_library_find (stage->library, node->object) : NULL;
  const mk_json *place = mk_json_get (command_of (scene, root), "place");
  bool is_person = info != NULL && g_str_equal (info->category, "person"), is_animal = info != NULL && g_str_equal (info->category, "animal"), is_carried = mk_is_carried (place);
  if (info == NULL || info->is_set || !(info->draught > 0 || is_person || is_animal))
    return 0;
  bool is_elsewhere = is_carried && is_in_water_of_another (scene, place);
  if (!is_elsewhere && (!is_sea || is_carried))
    return 0;
  if (info->draught > 0)
    return info->draught;
  if (has (swimmers, root))
    return is_person ? PRONE : ON_LEGS;
  return is_elsewhere && g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (place, 0), "relation")), "inside") ? WADING : 0;
}

static void
lower (mk_scene *scene, int root, float by_m)
{
  mk_scene_get_node (scene, root)->trs.translation.y -= by_m;
  for (guint i = 0; i < scene->tracks->len; i++) {
    mk_track *track = &g_array_index (scene->tracks, mk_track, i);
    bool is_cubic = track->interpolation == MK_TRACK_CUBIC;
    for (uint32_t k = 0; track->node == root && track->path == MK_TRACK_TRANSLATION && k < track->n_keys; k++)
      track->values[is_cubic ? 9 * k + 4 : 3 * k + 1] -= by_m; /* of a cubic one the middle of three: its tangents stay */
  }
}

/* How deep each whole thing goes: from where it hovers to the surface, or from the surface into the water. g_free. */
static float *
depths (const mk_stage *stage, mk_scene *scene, bool is_into)
{
  bool is_sea = is_ground_water (scene);
  g_autoptr (GArray) swimmers = find_swimmers (scene);
  float *by_m = g_new0 (float, scene->nodes->len + 1);
  for (int i = 0; i < (int)scene->nodes->len && stage->library != NULL; i++) {
    float share = mk_scene_is_thing (scene, i) ? share_under (stage, scene, i, is_sea, swimmers) : 0;
    if (share <= 0)
      continue;
    mk_act floating = { .stage = stage, .scene = scene, .node = i, .root = i };
    mk_act_measure (&floating);
    const mk_recipe_info *info = mk_library_find (stage->library, mk_scene_get_node (scene, i)->object);
    by_m[i] = is_into ? share * floating.size.y : info->hover_m > 0 ? fmaxf (floating.at.y, 0) : 0;
    for (int k = 0; k < (int)scene->nodes->len; k++)
      if (mk_act_carries (&floating, k))
        by_m[k] = by_m[i];
  }
  return by_m;
}

static void
lower_all (const mk_stage *stage, mk_scene *scene, bool is_into)
{
  g_autofree float *by_m = depths (stage, scene, is_into);
  for (int i = 0; i < (int)scene->nodes->len; i++)
    if (by_m[i] > 0)
      lower (scene, i, by_m[i]);
}

void
mk_scene_surface (const mk_stage *stage, mk_scene *scene)
{
  lower_all (stage, scene, false);
}

void
mk_scene_immerse (const mk_stage *stage, mk_scene *scene)
{
  lower_all (stage, scene, true);
}
