/* Materials and their pictures. */
#include <string.h>

#include "scene/gltf_read.h"

/* --- pictures --- */

static mk_image *
load (mk_gltf_reader *reader, int64_t index)
{
  const mk_json *entry = mk_gltf_element (reader, "images", index);
  int64_t view = mk_gltf_index (entry, "bufferView");
  size_t length = 0;
  if (entry == NULL)
    return NULL;
  const char *inside = view >= 0 ? mk_gltf_view (reader, view, &length) : NULL;
  g_autofree char *outside = view < 0 ? mk_gltf_uri (reader, mk_json_get_string (mk_json_get (entry, "uri")), &length) : NULL;
  const char *bytes = inside != NULL ? inside : outside;
  return bytes != NULL ? mk_import_picture (bytes, length, &reader->n_texture_bytes) : NULL;
}

/* A new reference to the picture that a texture info of the object names; a missing one is no reason to refuse the model. */
static mk_image *
picture_of (mk_gltf_reader *reader, const mk_json *object, const char *key)
{
  const mk_json *texture = mk_gltf_element (reader, "textures", mk_gltf_index (mk_json_get (object, key), "index"));
  int64_t image = mk_gltf_index (texture, "source");
  if (image < 0)
    image = mk_gltf_index (mk_gltf_extension (texture, "EXT_texture_webp"), "source");
  if (image < 0 || (size_t)image >= mk_json_length (mk_json_get (reader->json, "images")))
    return NULL;
  if (reader->images[image] == NULL)
    reader->images[image] = load (reader, image);
  return reader->images[image] != NULL ? mk_image_ref (reader->images[image]) : NULL;
}

int
mk_gltf_read_uv_transform (const mk_gltf_reader *reader, int64_t index, float m[6])
{
  const mk_json *info = mk_json_get (mk_json_get (mk_gltf_element (reader, "materials", index), "pbrMetallicRoughness"), "baseColorTexture");
  const mk_json *transform = mk_gltf_extension (info, "KHR_texture_transform");
  float offset[2] = { 0, 0 }, scale[2] = { 1, 1 }, turn = mk_gltf_real (transform, "rotation", 0);
  mk_gltf_reals (transform, "offset", offset, 2);
  mk_gltf_reals (transform, "scale", scale, 2);
  /* KHR_texture_transform: translation * rotation * scale, counter-clockwise in a picture whose v points down */
  const float c = cosf (turn), s = sinf (turn), values[6] = { c * scale[0], s * scale[1], offset[0], -s * scale[0], c * scale[1], offset[1] };
  memcpy (m, values, sizeof values);
  int64_t set = mk_gltf_index (transform, "texCoord");
  return (int)MAX (set >= 0 ? set : mk_gltf_index (info, "texCoord"), 0);
}

/* --- alpha --- */

/* What the mode leaves of a picture's alpha: nothing, all, or all or nothing. */
static void
settle_alpha (const mk_json *entry, mk_material *m)
{
  const char *mode = mk_json_get_string (mk_json_get (entry, "alphaMode"));
  bool is_mask = g_str_equal (mode, "MASK");
  if (!is_mask && !g_str_equal (mode, "BLEND"))
    m->opacity = 1;
  if (g_str_equal (mode, "BLEND") || m->base_color_texture == NULL || m->base_color_texture->n_channels != 4)
    return;
  mk_image *own = mk_image_new (1, m->base_color_texture->height, m->base_color_texture->width, is_mask ? 4 : 3, NULL);
  const float *from = mk_image_read (m->base_color_texture, 0);
  float *to = own != NULL ? mk_image_write (own, 0) : NULL, cutoff = mk_gltf_real (entry, "alphaCutoff", 0.5f);
  for (size_t i = 0; to != NULL && i < (size_t)own->width * (size_t)own->height; i++) {
    memcpy (to + i * (size_t)own->n_channels, from + i * 4, 3 * sizeof *to);
    if (is_mask)
      to[i * 4 + 3] = from[i * 4 + 3] * m->opacity >= cutoff ? 1 : 0;
  }
  if (is_mask)
    m->opacity = 1;
  mk_image_unref (m->base_color_texture);
  m->base_color_texture = own;
}

/* --- the whole --- */

static float
factor (const mk_json *object, const char *key, float fallback)
{
  return CLAMP (mk_gltf_real (object, key, fallback), 0, 1);
}

static void
read_extensions (const mk_json *entry, mk_material *m)
{
  const mk_json *coat = mk_gltf_extension (entry, "KHR_materials_clearcoat"), *ior = mk_gltf_extension (entry, "KHR_materials_ior");
  const mk_json *strength = mk_gltf_extension (entry, "KHR_materials_emissive_strength"), *sheen = mk_gltf_extension (entry, "KHR_materials_sheen");
  float sheen_color[3] = { 0, 0, 0 };
  mk_gltf_reals (sheen, "sheenColorFactor", sheen_color, 3);
  m->sheen = CLAMP (fmaxf (sheen_color[0], fmaxf (sheen_color[1], sheen_color[2])), 0, 1);
  m->clearcoat = factor (coat, "clearcoatFactor", 0);
  m->clearcoat_roughness = factor (coat, "clearcoatRoughnessFactor", 0);
  m->transmission = factor (mk_gltf_extension (entry, "KHR_materials_transmission"), "transmissionFactor", 0);
  m->ior = CLAMP (mk_gltf_real (ior, "ior", 1.5f), 1, 4);
  m->emission = mk_vec3_scale (m->emission, CLAMP (mk_gltf_real (strength, "emissiveStrength", 1), 0, 1e6f));
  m->unlit = mk_gltf_extension (entry, "KHR_materials_unlit") != NULL;
}

static void
read_material (mk_gltf_reader *reader, const mk_json *entry, mk_material *m)
{
  const mk_json *pbr = mk_json_get (entry, "pbrMetallicRoughness");
  float color[4] = { 1, 1, 1, 1 };
  mk_gltf_reals (pbr, "baseColorFactor", color, 4);
  mk_gltf_reals (entry, "emissiveFactor", &m->emission.x, 3);
  g_strlcpy (m->name, mk_json_get_string (mk_json_get (entry, "name")), sizeof m->name);
  const char *end;
  if (!g_utf8_validate (m->name, -1, &end)) /* a letter that was cut */
    m->name[end - m->name] = 0;
  m->base_color = (mk_vec3){ CLAMP (color[0], 0, 1), CLAMP (color[1], 0, 1), CLAMP (color[2], 0, 1) };
  m->opacity = CLAMP (color[3], 0, 1);
  m->metallic = factor (pbr, "metallicFactor", 1);
  m->roughness = factor (pbr, "roughnessFactor", 1);
  m->emission = (mk_vec3){ fmaxf (m->emission.x, 0), fmaxf (m->emission.y, 0), fmaxf (m->emission.z, 0) };
  m->double_sided = mk_json_get_bool (mk_json_get (entry, "doubleSided"));
  m->base_color_texture = picture_of (reader, pbr, "baseColorTexture");
  m->metallic_roughness_texture = picture_of (reader, pbr, "metallicRoughnessTexture");
  m->normal_texture = picture_of (reader, entry, "normalTexture");
  m->emission_texture = picture_of (reader, entry, "emissiveTexture");
  read_extensions (entry, m);
  settle_alpha (entry, m);
}

int
mk_gltf_read_material (mk_gltf_reader *reader, int64_t index)
{
  const mk_json *entry = mk_gltf_element (reader, "materials", index);
  if (entry == NULL) /* glTF's default: white */
    return mk_scene_add_material (reader->to, &(mk_material){ .name = "default", .base_color = { 1, 1, 1 }, .opacity = 1, .roughness = 1, .ior = 1.5f });
  if (reader->material_map[index] >= 0)
    return reader->material_map[index];
  mk_material m = MK_MATERIAL_DEFAULT;
  read_material (reader, entry, &m);
  reader->material_map[index] = mk_scene_add_material (reader->to, &m);
  mk_image *const pictures[] = { m.base_color_texture, m.metallic_roughness_texture, m.normal_texture, m.emission_texture };
  for (size_t i = 0; i < MK_COUNT (pictures); i++)
    mk_image_unref (pictures[i]);
  return reader->material_map[index];
}
