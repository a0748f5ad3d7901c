/* Materials by name, out of assets/materials.json. */
#include "scene/library.h"

#include <string.h>

static const char *const pattern_names[MK_N_PATTERNS] = { "none", "checker", "stripes", "dots", "brick", "wood", "marble", "noise", "grass", "tiles", "ripples", "planks", "speckles", "pores", "hair", "hide", "creases", "cracks", "knit", "flutes", "rust" };

static float
to_linear (unsigned byte)
{
  float s = (float)byte / 255;
  return s <= 0.04045f ? s / 12.92f : powf ((s + 0.055f) / 1.055f, 2.4f); /* IEC 61966-2-1 */
}

bool
mk_color_parse (const char *text, mk_vec3 *linear)
{
  unsigned rgb[3];
  if (text[0] != '#' || strlen (text) != 7)
    return false;
  for (int i = 0; i < 3; i++) {
    int high = g_ascii_xdigit_value (text[1 + 2 * i]), low = g_ascii_xdigit_value (text[2 + 2 * i]);
    if (high < 0 || low < 0)
      return false;
    rgb[i] = (unsigned)(high * 16 + low);
  }
  *linear = (mk_vec3){ to_linear (rgb[0]), to_linear (rgb[1]), to_linear (rgb[2]) };
  return true;
}

static bool
read_number (const mk_json *json, const char *key, double least, double most, float *value, GError **error)
{
  const mk_json *own = mk_json_get (json, key);
  if (own == NULL)
    return true;
  double number = mk_json_get_real (own);
  if (!mk_json_is_number (own) || !(number >= least && number <= most))
    return mk_error (error, MK_ERROR_RANGE, "“%s” is a number from %g to %g", key, least, most);
  *value = (float)number;
  return true;
}

static bool
read_color (const mk_json *json, const char *key, mk_vec3 *value, GError **error)
{
  const mk_json *own = mk_json_get (json, key);
  if (own != NULL && !mk_color_parse (mk_json_get_string (own), value))
    return mk_error (error, MK_ERROR_TYPE, "“%s” is a colour as “#rrggbb”, not “%s”", key, mk_json_get_string (own));
  return true;
}

static bool
read_pattern (const mk_json *json, mk_material *material, GError **error)
{
  const mk_json *own = mk_json_get (json, "pattern");
  if (own == NULL)
    return true;
  for (size_t i = 0; i < MK_COUNT (pattern_names); i++)
    if (g_str_equal (mk_json_get_string (own), pattern_names[i])) {
      material->pattern = (mk_pattern_kind)i;
      return true;
    }
  return mk_error (error, MK_ERROR_RANGE, "there is no pattern “%s”", mk_json_get_string (own));
}

static bool
check_keys (const mk_json *json, GError **error)
{
  static const char *const keys[] = { "color", "roughness", "metallic", "opacity", "glow", "emission", "transmission", "ior", "clearcoat",
                                      "clearcoat_roughness", "sheen", "double_sided", "pattern", "pattern_color", "pattern_scale_m",
                                      "pattern_strength", "material", "main", "second" };
  for (mk_json_iter i = mk_json_iterate (json); mk_json_next (&i);) {
    bool is_known = false;
    for (size_t k = 0; k < MK_COUNT (keys); k++)
      is_known |= g_str_equal (i.key, keys[k]);
    if (!is_known)
      return mk_error (error, MK_ERROR_USAGE, "a material has no “%s”", i.key);
  }
  return true;
}

bool
mk_material_read (const mk_json *json, mk_material *material, GError **error)
{
  mk_material m = *material;
  float glow = 0;
  if (mk_json_get_kind (json) != MK_JSON_OBJECT)
    return mk_error (error, MK_ERROR_TYPE, "a material is an object, not %s", mk_json_kind_name (mk_json_get_kind (json)));
  if (!check_keys (json, error) || !read_color (json, "color", &m.base_color, error) || !read_number (json, "roughness", 0, 1, &m.roughness, error) ||
      !read_number (json, "metallic", 0, 1, &m.metallic, error) || !read_number (json, "opacity", 0, 1, &m.opacity, error) ||
      !read_number (json, "transmission", 0, 1, &m.transmission, error) || !read_number (json, "ior", 1, 3, &m.ior, error) ||
      !read_number (json, "clearcoat", 0, 1, &m.clearcoat, error) ||
      !read_number (json, "clearcoat_roughness", 0, 1, &m.clearcoat_roughness, error) || !read_number (json, "sheen", 0, 1, &m.sheen, error) ||
      !read_number (json, "pattern_scale_m", 1e-4, 1e4, &m.pattern_scale_m, error) ||
      !read_number (json, "pattern_strength", 0, 1, &m.pattern_strength, error) || !read_number (json, "glow", 0, 1000, &glow, error) ||
      !read_color (json, "pattern_color", &m.pattern_color, error) || !read_color (json, "emission", &m.emission, error) || !read_pattern (json, &m, error))
    return false;
  if (mk_json_has (json, "double_sided"))
    m.double_sided = mk_json_get_bool (mk_json_get (json, "double_sided"));
  if (glow > 0)
    m.emission = mk_vec3_scale (mk_json_has (json, "emission") ? m.emission : m.base_color, glow);
  *material = m;
  return true;
}

static bool
follows_color (mk_pattern_kind kind)
{
  bool is_painted = kind <= MK_PATTERN_BRICK || kind == MK_PATTERN_MARBLE || kind == MK_PATTERN_TILES; /* its second colour is one of its own */
  return !is_painted && kind != MK_PATTERN_SPECKLES && kind != MK_PATTERN_CRACKS;
}

void
mk_material_paint (mk_material *material, mk_vec3 color)
{
  material->base_color = color;
  if (follows_color (material->pattern))
    material->pattern_color = mk_vec3_scale (color, 0.6f);
}

bool
mk_materials_load (mk_library *library, const char *path, GError **error)
{
  if (!mk_json_parse_file (path, NULL, &library->materials_json, error))
    return false;
  for (mk_json_iter i = mk_json_iterate (library->materials_json); mk_json_next (&i);) {
    if (g_str_equal (i.key, "$schema"))
      continue;
    mk_material material = MK_MATERIAL_DEFAULT;
    g_strlcpy (material.name, i.key, sizeof material.name);
    if (!mk_material_read (i.value, &material, error)) {
      g_prefix_error (error, "%s: %s: ", path, i.key);
      return false;
    }
    g_array_append_val (library->materials, material);
  }
  return true;
}

unsigned
mk_library_n_materials (const mk_library *library)
{
  return library->materials->len;
}

const char *
mk_library_get_material (const mk_library *library, unsigned index)
{
  return g_array_index (library->materials, mk_material, index).name;
}

bool
mk_material_find (const mk_library *library, const char *name, mk_material *material)
{
  for (guint i = 0; i < library->materials->len; i++) {
    const mk_material *own = &g_array_index (library->materials, mk_material, i);
    if (g_ascii_strcasecmp (own->name, name) == 0) {
      *material = *own;
      return true;
    }
  }
  return false;
}

static bool
is_equal_color (mk_vec3 a, mk_vec3 b)
{
  return memcmp (&a, &b, sizeof a) == 0;
}

static bool
is_equal_material (const mk_material *a, const mk_material *b)
{
  const float scalars[][2] = { { a->opacity, b->opacity }, { a->metallic, b->metallic }, { a->roughness, b->roughness },
                               { a->transmission, b->transmission }, { a->ior, b->ior }, { a->clearcoat, b->clearcoat },
                               { a->clearcoat_roughness, b->clearcoat_roughness }, { a->sheen, b->sheen },
                               { a->pattern_scale_m, b->pattern_scale_m }, { a->pattern_strength, b->pattern_strength } };
  for (size_t i = 0; i < MK_COUNT (scalars); i++)
    if (scalars[i][0] < scalars[i][1] || scalars[i][0] > scalars[i][1])
      return false;
  return g_str_equal (a->name, b->name) && is_equal_color (a->base_color, b->base_color) && is_equal_color (a->emission, b->emission) &&
         is_equal_color (a->pattern_color, b->pattern_color) && a->pattern == b->pattern && a->double_sided == b->double_sided &&
         a->unlit == b->unlit && a->base_color_texture == b->base_color_texture &&
         a->metallic_roughness_texture == b->metallic_roughness_texture && a->normal_texture == b->normal_texture &&
         a->emission_texture == b->emission_texture;
}

int
mk_scene_use_material (mk_scene *scene, const mk_material *material)
{
  for (guint i = 0; i < scene->materials->len; i++)
    if (is_equal_material (mk_scene_get_material (scene, (int)i), material))
      return (int)i;
  return mk_scene_add_material (scene, material);
}
