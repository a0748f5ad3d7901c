/* ground: what everything stands on. */
#include "scene/fields.h"
#include "scene/ground.h"
#include "scene/ops.h"
#include "scene/prune.h"

static const char *const keys[] = { "surface", "color", "size_m", "hills_m", "walls", NULL };

/* The library's material, and what differs when it is walked on. */
static const struct {
  const char *surface, *material;
  mk_vec3 color, second; /* linear; 0 = the material's own */
  float scale_m, strength, roughness;
} looks[] = {
  { "grass", "grass", { 0, 0, 0 }, { 0, 0, 0 }, 1.1f, 0.7f, 0.95f },
  { "sand", "sand", { 0, 0, 0 }, { 0, 0, 0 }, 0.45f, 0.5f, 0.95f },
  { "snow", "snow", { 0, 0, 0 }, { 0, 0, 0 }, 2.0f, 0.4f, 0.75f },
  { "stone", "stone", { 0, 0, 0 }, { 0, 0, 0 }, 1.3f, 0.8f, 0.85f },
  { "wood", "planks", { 0, 0, 0 }, { 0, 0, 0 }, 1.1f, 0.6f, 0.42f },
  { "concrete", "concrete", { 0, 0, 0 }, { 0, 0, 0 }, 1.6f, 0.3f, 0.85f },
  { "asphalt", "asphalt", { 0, 0, 0 }, { 0, 0, 0 }, 0.06f, 0.6f, 0.9f },
  { "water", "water", { 0, 0, 0 }, { 0, 0, 0 }, 1.8f, 0.6f, 0.04f },
  { "tiles", "tiles", { 0, 0, 0 }, { 0, 0, 0 }, 0.5f, 0.6f, 0.2f },
  { "checker", "checker", { 0, 0, 0 }, { 0, 0, 0 }, 1.0f, 0.0f, 0.25f },
  { "dirt", "dirt", { 0, 0, 0 }, { 0, 0, 0 }, 0.8f, 0.8f, 0.97f },
  { "marble", "marble", { 0, 0, 0 }, { 0, 0, 0 }, 1.2f, 0.0f, 0.12f },
  { "ice", "ice", { 0, 0, 0 }, { 0, 0, 0 }, 2.5f, 0.2f, 0.06f },
  { "carpet", "carpet", { 0, 0, 0 }, { 0, 0, 0 }, 0.04f, 0.6f, 1.0f },
  { "studio", "matte", { 0.74f, 0.735f, 0.72f }, { 0, 0, 0 }, 1, 0, 0.9f },
};

static void
remove_old (mk_scene *scene)
{
  g_autofree bool *is_gone = g_new0 (bool, scene->nodes->len + 1);
  for (guint i = 0; i < scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, (int)i);
    is_gone[i] = node->is_ground || (node->parent >= 0 && is_gone[node->parent]);
  }
  mk_scene_prune (scene, is_gone);
}

static bool
make_material (const mk_stage *stage, const char *surface, const mk_json *command, mk_material *material, GError **error)
{
  bool has_color;
  mk_vec3 color = { 1, 1, 1 };
  for (size_t i = 0; i < MK_COUNT (looks); i++) {
    if (!g_str_equal (looks[i].surface, surface))
      continue;
    if (!mk_material_find (stage->library, looks[i].material, material))
      return mk_error (error, MK_ERROR_NOT_FOUND, "there is no material “%s”", looks[i].material);
    material->pattern_scale_m = looks[i].scale_m;
    material->pattern_strength = looks[i].strength;
    material->roughness = looks[i].roughness;
    if (mk_vec3_length (looks[i].color) > 0)
      material->base_color = looks[i].color;
  }
  if (!mk_field_color (command, "color", &color, &has_color, error))
    return false;
  if (has_color) {
    float before = mk_vec3_length (material->base_color), ratio = before > 0 ? mk_vec3_length (material->pattern_color) / before : 0.6f;
    material->base_color = color;
    if (material->pattern != MK_PATTERN_CHECKER && material->pattern != MK_PATTERN_TILES)
      material->pattern_color = mk_vec3_scale (color, fminf (ratio, 1));
  }
  g_snprintf (material->name, sizeof material->name, "%s ground", surface);
  return true;
}

bool
mk_apply_ground (const mk_stage *stage, mk_scene *scene, mk_json *command, int index, GError **error)
{
  int surface = 0;
  float size_m = 0, hills_m = 0;
  mk_material material = MK_MATERIAL_DEFAULT;
  if (!mk_fields_check (command, keys, error) || !mk_field_choice (command, "surface", mk_ground_surfaces, &surface, error) ||
      !mk_field_float (command, "size_m", 0, 10000, &size_m, error) || !mk_field_float (command, "hills_m", 0, 500, &hills_m, error))
    return false;
  if (mk_json_has (command, "walls") && mk_json_get_kind (mk_json_get (command, "walls")) != MK_JSON_BOOL)
    return mk_error (error, MK_ERROR_RANGE, "walls is true or false");
  const char *name = mk_ground_surfaces[surface];
  bool is_none = g_str_equal (name, "none");
  if (!is_none && !make_material (stage, name, command, &material, error))
    return false;
  remove_old (scene);
  mk_scene_node node = MK_SCENE_NODE_DEFAULT;
  node.name = (char *)"ground";
  node.command = index;
  node.is_ground = true;
  node.is_hidden = is_none;
  if (is_none) { /* a node without a surface says that none is wanted */
    mk_scene_add_node (scene, &node);
    return true;
  }
  g_autoptr (mk_mesh) mesh = mk_ground_mesh (name, size_m, hills_m, scene->seed, error);
  if (mesh == NULL)
    return false;
  mk_part part = { mesh, mk_scene_use_material (scene, &material) };
  node.parts = &part;
  node.n_parts = 1;
  mk_scene_add_node (scene, &node);
  return true;
}
