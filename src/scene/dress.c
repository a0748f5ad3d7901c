#include "scene/dress.h"

#include <string.h>

#include "scene/fields.h"
#include "scene/layout.h"

bool
mk_look_read (const mk_json *json, mk_look *look, GError **error)
{
  *look = (mk_look){ 0 };
  look->has_roughness = mk_json_has (json, "roughness");
  look->has_metallic = mk_json_has (json, "metallic");
  look->has_opacity = mk_json_has (json, "opacity");
  look->has_glow = mk_json_has (json, "glow");
  look->has_shade = mk_json_has (json, "shade");
  return mk_field_color (json, "color", &look->color, &look->has_color, error) &&
         mk_field_color (json, "second_color", &look->second_color, &look->has_second_color, error) && mk_field_string (json, "material", &look->material, error) &&
         mk_field_float (json, "roughness", 0, 1, &look->roughness, error) && mk_field_float (json, "metallic", 0, 1, &look->metallic, error) &&
         mk_field_float (json, "opacity", 0, 1, &look->opacity, error) && mk_field_float (json, "glow", 0, 1000, &look->glow, error) &&
         mk_field_float (json, "shade", 0.05, 20, &look->shade, error);
}

/* Below 1 towards black, above it as far towards white: a black car can be lighter too. */
static mk_vec3
shaded (mk_vec3 color, float shade)
{
  return shade <= 1 ? mk_vec3_scale (color, shade) : mk_vec3_lerp ((mk_vec3){ 1, 1, 1 }, color, 1 / shade);
}

bool
mk_look_wear (const mk_library *library, mk_scene *scene, int node, unsigned part, const mk_look *look, GError **error)
{
  int *index = &mk_scene_get_node (scene, node)->parts[part].material;
  mk_material m = *mk_scene_get_material (scene, *index);
  if (look->material != NULL && !mk_material_find (library, look->material, &m))
    return mk_error (error, MK_ERROR_NOT_FOUND, "there is no material “%s”", look->material);
  bool is_glowing = m.emission.x + m.emission.y + m.emission.z > 0;
  float glow = fmaxf (m.emission.x, fmaxf (m.emission.y, m.emission.z));
  if (look->has_color) {
    mk_material_paint (&m, look->color);
    if (is_glowing)
      m.emission = mk_vec3_scale (look->color, glow / fmaxf (0.05f, fmaxf (look->color.x, fmaxf (look->color.y, look->color.z))));
  }
  if (look->has_shade) {
    m.base_color = shaded (m.base_color, look->shade);
    m.pattern_color = shaded (m.pattern_color, look->shade);
  }
  m.roughness = look->has_roughness ? look->roughness : m.roughness;
  m.metallic = look->has_metallic ? look->metallic : m.metallic;
  m.opacity = look->has_opacity ? look->opacity : m.opacity;
  if (look->has_glow)
    m.emission = mk_vec3_scale (m.base_color, look->glow);
  int made = mk_scene_use_material (scene, &m);
  mk_scene_get_node (scene, node)->parts[part].material = made;
  return true;
}

/* Its second colour alone, for the surfaces that have it. */
static bool
wear_second (const mk_library *library, mk_scene *scene, int node, unsigned part, const mk_look *look, GError **error)
{
  mk_look second = { .has_color = true, .color = look->second_color };
  return mk_look_wear (library, scene, node, part, &second, error);
}

#define N_STRIPES 6 /* about so many on a thing of two colours */

/* The second colour in the pattern of a surface; what has no pattern of two colours gets stripes. */
static void
wear_stripes (const mk_library *library, mk_scene *scene, int root, int node, unsigned part, mk_vec3 color)
{
  int *index = &mk_scene_get_node (scene, node)->parts[part].material;
  mk_material m = *mk_scene_get_material (scene, *index);
  const mk_recipe_info *info = mk_library_find (library, mk_scene_get_node (scene, root)->object);
  if (m.pattern != MK_PATTERN_CHECKER && m.pattern != MK_PATTERN_STRIPES && m.pattern != MK_PATTERN_DOTS) {
    m.pattern = MK_PATTERN_STRIPES;
    m.pattern_strength = 1;
    m.pattern_scale_m = info != NULL ? info->size_m / N_STRIPES : m.pattern_scale_m;
  }
  m.pattern_color = color;
  int made = mk_scene_use_material (scene, &m);
  mk_scene_get_node (scene, node)->parts[part].material = made;
}

/* The colour of the first surface that `is_it` ("main", "second") names; false when there is none. */
static bool
find_color (const mk_library *library, const mk_scene *scene, int root, bool (*is_it) (const mk_library *, const mk_scene *, int, int, unsigned), mk_vec3 *color)
{
  for (int i = root; i < (int)scene->nodes->len && (i == root || mk_scene_get_node (scene, i)->parent >= root); i++)
    for (unsigned p = 0; p < mk_scene_get_node (scene, i)->n_parts; p++)
      if (is_it (library, scene, root, i, p)) {
        *color = mk_scene_get_material (scene, mk_scene_get_node (scene, i)->parts[p].material)->base_color;
        return true;
      }
  return false;
}

/* Of two colours each goes where the recipe has the one that is nearer to it: a black and white panda is not black with white ears. */
static void
sort_colors (const mk_library *library, const mk_scene *scene, int root, mk_look *look)
{
  mk_vec3 main, second, first = look->color, other = look->second_color;
  if (!look->has_color || !look->has_second_color || !find_color (library, scene, root, mk_object_is_main, &main) || !find_color (library, scene, root, mk_object_is_second, &second))
    return;
  if (mk_vec3_distance (first, main) + mk_vec3_distance (other, second) > mk_vec3_distance (first, second) + mk_vec3_distance (other, main)) {
    look->color = other;
    look->second_color = first;
  }
}

static bool
wear_node (const mk_library *library, mk_scene *scene, int root, int node, bool is_all, const mk_look *look, GError **error)
{
  unsigned n_parts = mk_scene_get_node (scene, node)->n_parts;
  mk_vec3 color;
  bool is_two_tone = look->has_second_color && find_color (library, scene, root, mk_object_is_second, &color);
  for (unsigned p = 0; p < n_parts; p++) {
    bool is_main = is_all || mk_object_is_main (library, scene, root, node, p);
    if (is_two_tone && mk_object_is_second (library, scene, root, node, p)) {
      if (!wear_second (library, scene, node, p, look, error))
        return false;
    }
    else if (is_main && !mk_look_wear (library, scene, node, p, look, error))
      return false;
    else if (is_main && look->has_second_color && !is_two_tone)
      wear_stripes (library, scene, root, node, p, look->second_color);
  }
  return true;
}

/* What no part is called may be one of the recipe's materials: "shirt". The count of what wears it. */
static unsigned
wear_slot (const mk_library *library, mk_scene *scene, int root, const char *slot, const mk_look *look, bool *is_good, GError **error)
{
  unsigned n = 0;
  for (int i = root; i < (int)scene->nodes->len && *is_good; i++) {
    if (i > root && mk_scene_get_node (scene, i)->parent < root)
      break;
    unsigned n_parts = mk_scene_get_node (scene, i)->n_parts;
    for (unsigned k = 0; k < n_parts && *is_good; k++)
      if (g_str_equal (mk_object_slot (library, scene, root, i, k), slot)) {
        *is_good = mk_look_wear (library, scene, i, k, look, error);
        n++;
      }
  }
  return n;
}

bool
mk_look_wear_object (const mk_library *library, mk_scene *scene, int root, const char *part_name, bool is_all, const mk_look *look, GError **error)
{
  mk_look sorted = *look;
  if (part_name == NULL)
    sort_colors (library, scene, root, &sorted);
  look = &sorted;
  g_autoptr (GArray) parts = part_name != NULL ? mk_object_find_parts (scene, root, part_name) : NULL;
  bool is_good = true;
  if (parts != NULL && parts->len == 0 && wear_slot (library, scene, root, part_name, look, &is_good, error) > 0)
    return is_good;
  if (parts != NULL && parts->len == 0)
    return mk_error (error, MK_ERROR_NOT_FOUND, "“%s” has no part “%s”", mk_scene_get_node (scene, root)->name, part_name);
  for (int i = root; i < (int)scene->nodes->len; i++) {
    if (i > root && mk_scene_get_node (scene, i)->parent < root)
      break;
    bool is_meant = parts == NULL;
    for (guint k = 0; parts != NULL && k < parts->len; k++)
      is_meant |= mk_scene_is_within (scene, i, g_array_index (parts, int, k));
    if (is_meant && !wear_node (library, scene, root, i, is_all || parts != NULL, look, error))
      return false;
  }
  return true;
}

static bool
wear_parts (const mk_library *library, mk_scene *scene, int root, const mk_json *parts, GError **error)
{
  for (mk_json_iter i = mk_json_iterate (parts); mk_json_next (&i);) {
    mk_look look;
    if (!mk_look_read (i.value, &look, error) || !mk_look_wear_object (library, scene, root, i.key, true, &look, error))
      return false;
  }
  return true;
}

static float
side_of (mk_vec3 size, const char *dimension)
{
  if (g_str_equal (dimension, "height"))
    return size.y;
  if (g_str_equal (dimension, "width"))
    return size.x;
  if (g_str_equal (dimension, "length"))
    return size.z;
  return fmaxf (size.x, fmaxf (size.y, size.z));
}

static bool
read_relative (const mk_scene *scene, const mk_json *json, mk_vec3 own, float *scale, GError **error)
{
  const char *to = "", *dimension = "size";
  double factor = 1;
  if (!mk_field_string (json, "to", &to, error) || !mk_field_string (json, "dimension", &dimension, error) ||
      !mk_field_number (json, "factor", 0.001, 1000, &factor, error))
    return false;
  g_autoptr (GArray) found = mk_scene_find_targets (scene, to, error);
  if (found == NULL)
    return false;
  mk_box box = mk_layout_box (scene, g_array_index (found, int, 0));
  float wanted = side_of (mk_vec3_sub (box.max, box.min), dimension) * (float)factor, is = side_of (own, dimension);
  if (!(wanted > 0) || !(is > 0))
    return mk_error (error, MK_ERROR_RANGE, "the %s of “%s” cannot be compared", dimension, to);
  *scale = wanted / is;
  return true;
}

/* The flat top of what `command` puts it on or in; false when it stands on the ground. */
static bool
find_carrier_top (const mk_stage *stage, const mk_scene *scene, const mk_json *command, float *width_m, float *length_m)
{
  const mk_json *places = mk_json_get (command, "place");
  for (size_t i = 0; i < mk_json_length (places); i++) {
    const char *relation = mk_json_get_string (mk_json_get (mk_json_at (places, i), "relation"));
    const char *target = mk_json_get_string (mk_json_at (mk_json_get (mk_json_at (places, i), "targets"), 0));
    bool is_in = g_str_equal (relation, "in");
    g_autoptr (GArray) found = is_in || g_str_equal (relation, "on") ? mk_scene_find_targets (scene, target, NULL) : NULL;
    if (found == NULL)
      continue;
    int carrier = g_array_index (found, int, 0);
    g_autoptr (GArray) anchors = mk_object_anchors (stage->library, scene, carrier);
    float size = mk_scene_get_node (scene, carrier)->trs.scale.x;
    for (guint k = 0; k < anchors->len; k++) {
      const mk_anchor *anchor = &g_array_index (anchors, mk_anchor, k);
      if (anchor->kind != (is_in ? MK_ANCHOR_IN : MK_ANCHOR_ON))
        continue;
      *width_m = anchor->width_m * size;
      *length_m = anchor->length_m * size;
      return *width_m > 0 && *length_m > 0;
    }
  }
  return false;
}

/* A cube or a cone has no size of its own: on furniture it is made to fit, with all its copies. */
static float
fit_to_carrier (const mk_stage *stage, const mk_scene *scene, int root, unsigned n, mk_vec3 own, const mk_json *command)
{
  const char *object = mk_scene_get_node (scene, root)->object;
  const mk_recipe_info *info = object != NULL ? mk_library_find (stage->library, object) : NULL;
  float width_m, length_m;
  if (info == NULL || !g_str_equal (info->category, "shape") || !find_carrier_top (stage, scene, command, &width_m, &length_m))
    return 1;
  float room = fminf (0.3f * sqrtf (width_m * length_m / (float)n), 0.28f * fminf (width_m, length_m)), side = fmaxf (own.x, fmaxf (own.y, own.z));
  return fminf (1, room / side);
}

#define PLANET_TIMES 3.0f

/* Among the stars a planet is a world and no globe; whoever gives its size knows better. */
static float
fit_to_space (const mk_stage *stage, const mk_scene *scene, int root)
{
  const char *object = mk_scene_get_node (scene, root)->object;
  const mk_recipe_info *info = object != NULL ? mk_library_find (stage->library, object) : NULL;
  bool is_world = info != NULL && g_str_equal (info->category, "space") && info->hover_m > 0;
  return is_world && scene->sky.kind == MK_SKY_SPACE ? PLANET_TIMES : 1;
}

static bool
read_scale (const mk_stage *stage, const mk_scene *scene, int root, unsigned n, const mk_json *command, float *scale, GError **error)
{
  static const char *const fields[][2] = { { "height_m", "height" }, { "width_m", "width" }, { "length_m", "length" } };
  mk_box box = mk_layout_box (scene, root);
  mk_vec3 own = mk_vec3_sub (box.max, box.min);
  *scale = mk_json_has (command, "relative_size") ? 1 : fit_to_space (stage, scene, root) * fit_to_carrier (stage, scene, root, n, own, command);
  for (size_t i = 0; i < MK_COUNT (fields); i++) {
    float wanted = 0, is = side_of (own, fields[i][1]);
    if (!mk_field_float (command, fields[i][0], 0.001, 10000, &wanted, error))
      return false;
    if (wanted > 0 && is > 0)
      *scale = wanted / is;
  }
  if (mk_json_has (command, "relative_size") && !read_relative (scene, mk_json_get (command, "relative_size"), own, scale, error))
    return false;
  float factor = 1;
  if (!mk_field_float (command, "scale", 0.01, 100, &factor, error))
    return false;
  *scale *= factor;
  return true;
}

static bool
read_look_of (const mk_json *command, unsigned i, mk_look *look, GError **error)
{
  const mk_json *colors = mk_json_get (command, "colors");
  g_autoptr (mk_json) own = mk_json_new_object ();
  if (mk_json_has (command, "material"))
    mk_json_set (own, "material", mk_json_copy (mk_json_get (command, "material")));
  if (mk_json_length (colors) > 0)
    mk_json_set (own, "color", mk_json_copy (mk_json_at (colors, i % mk_json_length (colors))));
  else if (mk_json_has (command, "color"))
    mk_json_set (own, "color", mk_json_copy (mk_json_get (command, "color")));
  if (mk_json_has (command, "second_color"))
    mk_json_set (own, "second_color", mk_json_copy (mk_json_get (command, "second_color")));
  if (!mk_look_read (own, look, error))
    return false;
  look->material = mk_json_has (command, "material") ? mk_json_get_string (mk_json_get (command, "material")) : NULL;
  return true;
}

/* How much larger than the others the i-th copy is. */
static bool
read_own_scale (const mk_json *command, unsigned i, float *scale, GError **error)
{
  const mk_json *scales = mk_json_get (command, "scales");
  size_t n = mk_json_length (scales);
  double own = n > 0 ? mk_json_get_real (mk_json_at (scales, i % n)) : 1;
  if (!(own >= 0.01 && own <= 100))
    return mk_error (error, MK_ERROR_USAGE, "scales are from 0.01 to 100; the %u. is %g", (unsigned)(i % n) + 1, own);
  *scale = (float)own;
  return true;
}

bool
mk_dress (const mk_stage *stage, mk_scene *scene, const int *roots, unsigned n_roots, const mk_json *command, GError **error)
{
  float scale = 1;
  mk_quat turn = MK_QUAT_IDENTITY;
  if (n_roots == 0)
    return true;
  if (!read_scale (stage, scene, roots[0], n_roots, command, &scale, error) || !mk_field_rotation (command, "rotation", &turn, error))
    return false;
  for (unsigned i = 0; i < n_roots; i++) {
    mk_look look;
    float own = 1;
    if (!read_look_of (command, i, &look, error) || !read_own_scale (command, i, &own, error))
      return false;
    mk_trs *trs = &mk_scene_get_node (scene, roots[i])->trs;
    trs->scale = mk_vec3_scale (trs->scale, scale * own);
    trs->rotation = mk_quat_mul (turn, trs->rotation);
    if ((look.has_color || look.has_second_color || look.material != NULL) && !mk_look_wear_object (stage->library, scene, roots[i], NULL, false, &look, error))
      return false;
    if (!wear_parts (stage->library, scene, roots[i], mk_json_get (command, "parts"), error))
      return false;
  }
  return true;
}
