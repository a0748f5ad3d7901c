/* At night there is light in some windows of houses. */
#include "scene/night.h"

#include <string.h>

#include "base/rng.h"
#include "scene/objects.h"

#define LIT_SHARE 0.75f    /* of windows: a house where somebody is still up, in a village where some sleep already */
#define GLOW 0.17f           /* radiance: bright at the exposure of a night, and not yet white */

/* "window" of a house, and "house window" of a house in a village; a bus that stands there keeps its own. */
static bool
is_window (const mk_stage *stage, const mk_recipe_info *info, const char *slot)
{
  const char *last = strrchr (slot, ' ');
  if (!g_str_equal (last != NULL ? last + 1 : slot, "window"))
    return false;
  g_autofree char *inner = last != NULL ? g_strndup (slot, (gsize)(last - slot)) : NULL;
  const mk_recipe_info *owner = inner != NULL ? mk_library_find (stage->library, inner) : info;
  return owner != NULL && (g_str_equal (owner->category, "building") || (owner == info && g_str_equal (owner->category, "street")));
}

/* Warm, each a little different: a lamp, a fire, a screen's paler light. */
static mk_vec3
window_light (mk_rng *rng)
{
  float warmth = mk_rng_float (rng), strength = GLOW * mk_rng_range (rng, 0.75f, 1.15f);
  return mk_vec3_scale (mk_vec3_lerp ((mk_vec3){ 1, 0.6f, 0.22f }, (mk_vec3){ 1, 0.42f, 0.08f }, warmth), strength);
}

static void
light_object (const mk_stage *stage, mk_scene *scene, int root, const mk_recipe_info *info)
{
  bool is_any = false;
  for (int i = root; i < (int)scene->nodes->len && (i == root || mk_scene_get_node (scene, i)->parent >= root); i++) {
    mk_rng rng = mk_rng_new ((uint64_t)i, 77);
    for (unsigned k = 0; k < mk_scene_get_node (scene, i)->n_parts; k++) {
      mk_material m = *mk_scene_get_material (scene, mk_scene_get_node (scene, i)->parts[k].material);
      bool is_said = mk_vec3_length (m.emission) > 0;
      if (is_said || !is_window (stage, info, mk_object_slot (stage->library, scene, root, i, k)))
        continue;
      bool is_lit = mk_rng_float (&rng) < LIT_SHARE || !is_any;
      is_any = true;
      if (!is_lit)
        continue;
      m.emission = window_light (&rng);
      int made = mk_scene_use_material (scene, &m);
      mk_scene_get_node (scene, i)->parts[k].material = made;
    }
  }
}

void
mk_scene_light_windows (const mk_stage *stage, mk_scene *scene)
{
  if (scene->sky.kind != MK_SKY_NIGHT || stage->library == NULL)
    return;
  guint n = scene->nodes->len;
  for (guint i = 0; i < n; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, (int)i);
    const mk_recipe_info *info = node->object != NULL ? mk_library_find (stage->library, node->object) : NULL;
    if (info != NULL)
      light_object (stage, scene, (int)i, info);
  }
}
