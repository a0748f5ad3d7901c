/* Materials and their textures. */
#include "media/jpeg.h"
#include "media/png.h"
#include "scene/gltf_writer.h"
#include "scene/pattern_table.h"

#define JPEG_QUALITY 88

static bool
has_hard_edges (mk_pattern_kind kind)
{
  return kind == MK_PATTERN_CHECKER || kind == MK_PATTERN_STRIPES || kind == MK_PATTERN_DOTS;
}

/* Straight edges and soft clouds need few texels; veins, grain and joints more. */
static int
texels_of (mk_pattern_kind kind)
{
  return has_hard_edges (kind) || kind == MK_PATTERN_NOISE || kind == MK_PATTERN_GRASS ? 256 : 512;
}

/* --- patterns as pictures --- */

#define N_SHADES 4096 /* finer than 8 bits also where sRGB is steepest */

static void
fill_srgb (float srgb[N_SHADES + 1])
{
  for (int i = 0; i <= N_SHADES; i++) {
    float x = (float)i / N_SHADES;
    srgb[i] = x <= 0.0031308f ? 12.92f * x : 1.055f * powf (x, 1 / 2.4f) - 0.055f;
  }
}

/* One whole repeat, with the base colour in it. */
static mk_image *
bake (const mk_gltf_writer *w, const mk_material *material, GError **error)
{
  int side = w->options.texture_px > 0 ? (int)w->options.texture_px : texels_of (material->pattern);
  mk_image *image = mk_image_new (1, side, side, 3, error);
  if (image == NULL)
    return NULL;
  g_autoptr (GBytes) table = mk_pattern_tables_get (w->options.tables != NULL ? w->options.tables : w->own_tables, material->pattern, (unsigned)side, w->options.pool);
  const mk_pattern_texel *texels = g_bytes_get_data (table, NULL);
  float srgb[N_SHADES + 1], *pixel = mk_image_write (image, 0);
  fill_srgb (srgb);
  for (size_t i = 0; i < (size_t)side * (size_t)side; i++) {
    mk_vec3 color = mk_pattern_texel_color (texels[i], material);
    *pixel++ = srgb[(int)(CLAMP (color.x, 0, 1) * N_SHADES + 0.5f)];
    *pixel++ = srgb[(int)(CLAMP (color.y, 0, 1) * N_SHADES + 0.5f)];
    *pixel++ = srgb[(int)(CLAMP (color.z, 0, 1) * N_SHADES + 0.5f)];
  }
  return image;
}

/* --- textures --- */

/* The index of a texture, or -1. */
static int
add_texture (mk_gltf_writer *w, const mk_image *image, bool is_exact, GError **error)
{
  mk_png_options fast = { .compression = 6 };
  bool is_png = is_exact || image->n_channels == 4;
  g_autoptr (GByteArray) bytes = is_png ? mk_png_encode (image, 0, &fast, error) : mk_jpeg_encode (image, 0, JPEG_QUALITY, error);
  if (bytes == NULL)
    return -1;
  mk_json *entry = mk_json_new_object ();
  mk_gltf_set_int (entry, "bufferView", mk_gltf_add_view (w, bytes->data, bytes->len, 0));
  mk_json_set (entry, "mimeType", mk_json_new_string (is_png ? "image/png" : "image/jpeg"));
  mk_json_append (w->images, entry);
  if (mk_json_length (w->samplers) == 0) {
    mk_json *sampler = mk_json_new_object ();
    mk_gltf_set_int (sampler, "magFilter", 9729); /* linear */
    mk_gltf_set_int (sampler, "minFilter", 9987); /* linear, mipmaps linear */
    mk_json_append (w->samplers, sampler);
  }
  mk_json *texture = mk_json_new_object ();
  mk_gltf_set_int (texture, "sampler", 0);
  mk_gltf_set_int (texture, "source", (int64_t)mk_json_length (w->images) - 1);
  mk_json_append (w->textures, texture);
  return (int)mk_json_length (w->textures) - 1;
}

static void
add_texture_info (mk_json *object, const char *key, int texture)
{
  mk_json *info = mk_json_new_object ();
  mk_gltf_set_int (info, "index", texture);
  mk_json_set (object, key, info);
}

static bool
set_texture (mk_gltf_writer *w, mk_json *object, const char *key, const mk_image *image, bool is_exact, GError **error)
{
  if (image == NULL)
    return true;
  int texture = add_texture (w, image, is_exact, error);
  if (texture >= 0)
    add_texture_info (object, key, texture);
  return texture >= 0;
}

/* Whether the second colour is the first times some factor: then the picture is gray, and all materials of that factor share it. */
static bool
is_gray (const mk_material *m, float *ratio)
{
  float first = fmaxf (m->base_color.x, fmaxf (m->base_color.y, m->base_color.z)), second = fmaxf (m->pattern_color.x, fmaxf (m->pattern_color.y, m->pattern_color.z));
  *ratio = first > 0 ? second / first : 1;
  mk_vec3 off = mk_vec3_sub (m->pattern_color, mk_vec3_scale (m->base_color, *ratio));
  return *ratio <= 1 && mk_vec3_length (off) < 1e-3f * first;
}

/* The index of the gray picture of a pattern, or -1. */
static int
gray_texture (mk_gltf_writer *w, const mk_material *material, float ratio, GError **error)
{
  g_autofree char *key = g_strdup_printf ("%d %.3f", (int)material->pattern, (double)ratio);
  gpointer known = NULL;
  if (g_hash_table_lookup_extended (w->grays, key, NULL, &known))
    return GPOINTER_TO_INT (known);
  mk_material gray = *material;
  gray.base_color = (mk_vec3){ 1, 1, 1 };
  gray.pattern_color = (mk_vec3){ ratio, ratio, ratio };
  g_autoptr (mk_image) image = bake (w, &gray, error);
  int texture = image != NULL ? add_texture (w, image, has_hard_edges (material->pattern), error) : -1;
  if (texture >= 0)
    g_hash_table_insert (w->grays, g_steal_pointer (&key), GINT_TO_POINTER (texture));
  return texture;
}

/* uv is in metres: one repeat of the baked picture is as large as the pattern's. */
static bool
set_pattern (mk_gltf_writer *w, mk_json *object, const char *key, const mk_material *material, GError **error)
{
  float ratio = 1;
  bool is_shared = is_gray (material, &ratio);
  g_autoptr (mk_image) image = is_shared ? NULL : bake (w, material, error);
  int texture = is_shared ? gray_texture (w, material, ratio, error) : image != NULL ? add_texture (w, image, has_hard_edges (material->pattern), error) : -1;
  if (texture < 0)
    return false;
  add_texture_info (object, key, texture);
  mk_vec2 size = mk_pattern_size (material);
  const float scale[] = { 1 / size.x, 1 / size.y };
  mk_json *transform = mk_json_new_object (), *extensions = mk_json_new_object ();
  mk_json_set (transform, "scale", mk_gltf_numbers (scale, 2));
  mk_json_set (extensions, "KHR_texture_transform", transform);
  mk_json_set (mk_json_get (object, key), "extensions", extensions);
  mk_gltf_use (w, "KHR_texture_transform");
  return true;
}

static bool
set_glow (mk_gltf_writer *w, mk_json *entry, const mk_material *material, GError **error)
{
  mk_material glow = *material;
  glow.base_color = (mk_vec3){ 0, 0, 0 };
  glow.pattern_color = (mk_vec3){ 1, 1, 1 };
  return set_pattern (w, entry, "emissiveTexture", &glow, error);
}

static mk_json *
extend (mk_gltf_writer *w, mk_json *extensions, const char *name)
{
  mk_json *own = mk_json_new_object ();
  mk_json_set (extensions, name, own);
  mk_gltf_use (w, name);
  return own;
}

static mk_json *
material_extensions (mk_gltf_writer *w, const mk_material *m, float emission)
{
  mk_json *extensions = mk_json_new_object ();
  if (m->unlit) /* which leaves no room for the others */
    extend (w, extensions, "KHR_materials_unlit");
  if (!m->unlit && m->transmission > 0)
    mk_gltf_set_real (extend (w, extensions, "KHR_materials_transmission"), "transmissionFactor", fminf (m->transmission, 1));
  if (!m->unlit && (m->transmission > 0 || fabsf (m->ior - 1.5f) > 1e-4f))
    mk_gltf_set_real (extend (w, extensions, "KHR_materials_ior"), "ior", fmaxf (m->ior, 1));
  if (!m->unlit && m->clearcoat > 0) {
    mk_json *coat = extend (w, extensions, "KHR_materials_clearcoat");
    mk_gltf_set_real (coat, "clearcoatFactor", fminf (m->clearcoat, 1));
    mk_gltf_set_real (coat, "clearcoatRoughnessFactor", CLAMP (m->clearcoat_roughness, 0, 1));
  }
  if (!m->unlit && m->sheen > 0) {
    mk_json *sheen = extend (w, extensions, "KHR_materials_sheen");
    const float color[] = { fminf (m->sheen, 1), fminf (m->sheen, 1), fminf (m->sheen, 1) };
    mk_json_set (sheen, "sheenColorFactor", mk_gltf_numbers (color, 3));
    mk_gltf_set_real (sheen, "sheenRoughnessFactor", 0.5f);
  }
  if (emission > 1)
    mk_gltf_set_real (extend (w, extensions, "KHR_materials_emissive_strength"), "emissiveStrength", emission);
  return extensions;
}

static bool
set_surface (mk_gltf_writer *w, mk_json *entry, const mk_material *m, GError **error)
{
  mk_json *pbr = mk_json_new_object ();
  mk_json_set (entry, "pbrMetallicRoughness", pbr);
  bool is_baked = m->pattern != MK_PATTERN_NONE && m->pattern_scale_m > 0 && m->base_color_texture == NULL;
  bool is_in_picture = is_baked && !is_gray (m, &(float){ 0 });
  mk_vec3 factor = is_in_picture ? (mk_vec3){ 1, 1, 1 } : m->base_color;
  const float color[] = { CLAMP (factor.x, 0, 1), CLAMP (factor.y, 0, 1), CLAMP (factor.z, 0, 1), CLAMP (m->opacity, 0, 1) };
  mk_json_set (pbr, "baseColorFactor", mk_gltf_numbers (color, 4));
  mk_gltf_set_real (pbr, "metallicFactor", CLAMP (m->metallic, 0, 1));
  mk_gltf_set_real (pbr, "roughnessFactor", CLAMP (m->roughness, 0, 1));
  if (is_baked)
    return set_pattern (w, pbr, "baseColorTexture", m, error) && (!mk_pattern_glows_between (m) || set_glow (w, entry, m, error));
  return set_texture (w, pbr, "baseColorTexture", m->base_color_texture, false, error) &&
         set_texture (w, pbr, "metallicRoughnessTexture", m->metallic_roughness_texture, true, error);
}

int
mk_gltf_material (mk_gltf_writer *w, int material, GError **error)
{
  if (w->material_map[material] >= 0)
    return w->material_map[material];
  const mk_material *m = mk_scene_get_material (w->scene, material);
  g_autoptr (mk_json) entry = mk_json_new_object ();
  if (m->name[0] != 0)
    mk_json_set (entry, "name", mk_json_new_string (m->name));
  if (!set_surface (w, entry, m, error) || !set_texture (w, entry, "normalTexture", m->normal_texture, true, error) ||
      !set_texture (w, entry, "emissiveTexture", m->emission_texture, false, error))
    return -1;
  float emission = fmaxf (m->emission.x, fmaxf (m->emission.y, m->emission.z));
  if (emission > 0) {
    float to_one = 1 / fmaxf (emission, 1);
    const float factor[] = { m->emission.x * to_one, m->emission.y * to_one, m->emission.z * to_one };
    mk_json_set (entry, "emissiveFactor", mk_gltf_numbers (factor, 3));
  }
  if (m->opacity < 0.999f || (m->base_color_texture != NULL && m->base_color_texture->n_channels == 4))
    mk_json_set (entry, "alphaMode", mk_json_new_string ("BLEND"));
  if (m->double_sided)
    mk_json_set (entry, "doubleSided", mk_json_new_bool (true));
  mk_json *extensions = material_extensions (w, m, emission);
  if (mk_json_length (extensions) > 0 || mk_json_iterate (extensions).entry != NULL)
    mk_json_set (entry, "extensions", extensions);
  else
    mk_json_unref (extensions);
  w->is_textured[material] = mk_json_has (entry, "normalTexture") || mk_json_has (entry, "emissiveTexture") ||
                             mk_json_has (mk_json_get (entry, "pbrMetallicRoughness"), "baseColorTexture") ||
                             mk_json_has (mk_json_get (entry, "pbrMetallicRoughness"), "metallicRoughnessTexture");
  mk_json_append (w->materials, g_steal_pointer (&entry));
  w->material_map[material] = (int)mk_json_length (w->materials) - 1;
  return w->material_map[material];
}
