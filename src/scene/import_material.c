/* Surfaces: metallic-roughness where the file has it, and what comes nearest where it has not. */
#include <assimp/types.h>
#include <assimp/material.h>
#include <string.h>

#include "media/picture.h"
#include "media/resize.h"
#include "scene/import_private.h"

#define MAX_TEXTURE_SIDE 4096
#define MAX_TEXTURE_BYTES ((uint64_t)2 << 30)

/* --- values --- */

static float
real_of (const struct aiMaterial *material, const char *key, float fallback)
{
  float value;
  unsigned n = 1;
  return mk_assimp.aiGetMaterialFloatArray (material, key, 0, 0, &value, &n) == aiReturn_SUCCESS && n == 1 && isfinite (value) ? value : fallback;
}

static bool
color_of (const struct aiMaterial *material, const char *key, mk_vec3 *color, float *alpha)
{
  struct aiColor4D c;
  if (mk_assimp.aiGetMaterialColor (material, key, 0, 0, &c) != aiReturn_SUCCESS || !isfinite (c.r) || !isfinite (c.g) || !isfinite (c.b))
    return false;
  *color = (mk_vec3){ fmaxf (c.r, 0), fmaxf (c.g, 0), fmaxf (c.b, 0) };
  if (alpha != NULL && isfinite (c.a))
    *alpha = CLAMP (c.a, 0, 1);
  return true;
}

static bool
is_set (const struct aiMaterial *material, const char *key)
{
  int value;
  unsigned n = 1;
  return mk_assimp.aiGetMaterialIntegerArray (material, key, 0, 0, &value, &n) == aiReturn_SUCCESS && value != 0;
}

/* --- pictures --- */

mk_image *
mk_import_picture (const void *bytes, size_t length, uint64_t *n_bytes)
{
  mk_image *image = mk_picture_decode (bytes, length, NULL);
  if (image != NULL && MAX (image->width, image->height) > MAX_TEXTURE_SIDE) {
    float share = (float)MAX_TEXTURE_SIDE / (float)MAX (image->width, image->height);
    mk_image *small = mk_image_resize (image, MAX ((int)((float)image->width * share), 1), MAX ((int)((float)image->height * share), 1), MK_RESIZE_AREA, false, NULL, NULL);
    mk_image_unref (image);
    image = small;
  }
  *n_bytes += image != NULL ? mk_image_n_bytes (image) : 0;
  if (image != NULL && (*n_bytes > MAX_TEXTURE_BYTES || image->n_channels < 3))
    g_clear_pointer (&image, mk_image_unref);
  return image;
}

static mk_image *
image_of_raw (const struct aiTexture *texture)
{
  if (texture->mWidth > MAX_TEXTURE_SIDE || texture->mHeight > MAX_TEXTURE_SIDE)
    return NULL;
  mk_image *image = mk_image_new (1, (int)texture->mHeight, (int)texture->mWidth, 4, NULL);
  float *to = image != NULL ? mk_image_write (image, 0) : NULL;
  for (size_t i = 0; to != NULL && i < (size_t)texture->mWidth * texture->mHeight; i++) {
    const struct aiTexel *from = &texture->pcData[i];
    to[i * 4] = from->r / 255.0f;
    to[i * 4 + 1] = from->g / 255.0f;
    to[i * 4 + 2] = from->b / 255.0f;
    to[i * 4 + 3] = from->a / 255.0f;
  }
  return image;
}

static const struct aiTexture *
find_embedded (const struct aiScene *scene, const char *name)
{
  if (name[0] == '*') {
    guint64 index;
    bool is_number = g_ascii_string_to_unsigned (name + 1, 10, 0, G_MAXUINT, &index, NULL);
    return is_number && index < scene->mNumTextures ? scene->mTextures[index] : NULL;
  }
  g_autofree char *bare = g_path_get_basename (name);
  for (unsigned i = 0; i < scene->mNumTextures; i++) {
    g_autofree char *own = g_path_get_basename (scene->mTextures[i]->mFilename.data);
    if (scene->mTextures[i]->mFilename.length > 0 && g_str_equal (own, bare))
      return scene->mTextures[i];
  }
  return NULL;
}

/* The picture of a kind; a missing one is no reason to refuse the model. */
static mk_image *
texture_of (mk_importer *importer, const struct aiMaterial *material, enum aiTextureType kind, unsigned *uv_channel)
{
  struct aiString path;
  unsigned channel = 0;
  size_t length;
  if (mk_assimp.aiGetMaterialTexture (material, kind, 0, &path, NULL, &channel, NULL, NULL, NULL, NULL) != aiReturn_SUCCESS || !g_utf8_validate (path.data, -1, NULL))
    return NULL;
  const struct aiTexture *embedded = find_embedded (importer->from, path.data);
  if (uv_channel != NULL)
    *uv_channel = channel;
  if (embedded != NULL)
    return embedded->mHeight == 0 ? mk_import_picture (embedded->pcData, embedded->mWidth, &importer->n_texture_bytes) : image_of_raw (embedded);
  g_autofree char *bytes = mk_import_read_beside (importer->place, path.data, &length);
  return bytes != NULL ? mk_import_picture (bytes, length, &importer->n_texture_bytes) : NULL;
}

/* --- the whole --- */

/* From Blinn-Phong's exponent: equal width of the highlight, Karis 2013, "Specular BRDF Reference", alpha = roughness^2. */
static float
roughness_of_shininess (float shininess)
{
  return sqrtf (sqrtf (2 / (fmaxf (shininess, 0) + 2)));
}

static void
read_values (const struct aiMaterial *from, mk_material *m)
{
  float alpha = 1, strength = real_of (from, "$mat.emissiveIntensity", 1);
  mk_vec3 color;
  if (!color_of (from, "$clr.base", &m->base_color, &alpha))
    color_of (from, "$clr.diffuse", &m->base_color, NULL);
  m->base_color = (mk_vec3){ fminf (m->base_color.x, 1), fminf (m->base_color.y, 1), fminf (m->base_color.z, 1) };
  m->opacity = CLAMP (fminf (alpha, real_of (from, "$mat.opacity", 1)), 0, 1);
  if (m->opacity <= 0) /* nobody models what cannot be seen: some writers count transparency the other way round */
    m->opacity = 1;
  float shininess = real_of (from, "$mat.shininess", -1);
  m->metallic = CLAMP (real_of (from, "$mat.metallicFactor", 0), 0, 1);
  m->roughness = CLAMP (real_of (from, "$mat.roughnessFactor", shininess > 0 ? roughness_of_shininess (shininess) : 0.6f), 0, 1);
  if (color_of (from, "$clr.emissive", &color, NULL))
    m->emission = mk_vec3_scale (color, CLAMP (strength, 0, 1e6f));
  m->transmission = CLAMP (real_of (from, "$mat.transmission.factor", 0), 0, 1);
  m->ior = CLAMP (real_of (from, "$mat.refracti", 1.5f), 1, 4);
  if (m->ior < 1.01f)
    m->ior = 1.5f; /* many writers' way of saying nothing */
  m->clearcoat = CLAMP (real_of (from, "$mat.clearcoat.factor", 0), 0, 1);
  m->clearcoat_roughness = CLAMP (real_of (from, "$mat.clearcoat.roughnessFactor", 0), 0, 1);
  if (color_of (from, "$clr.sheen.factor", &color, NULL))
    m->sheen = CLAMP (fmaxf (color.x, fmaxf (color.y, color.z)), 0, 1);
  m->double_sided = is_set (from, "$mat.twosided");
}

static void
read_textures (mk_importer *importer, const struct aiMaterial *from, unsigned *uv_channel, mk_material *m)
{
  m->base_color_texture = texture_of (importer, from, aiTextureType_BASE_COLOR, uv_channel);
  if (m->base_color_texture == NULL)
    m->base_color_texture = texture_of (importer, from, aiTextureType_DIFFUSE, uv_channel);
  m->normal_texture = texture_of (importer, from, aiTextureType_NORMALS, NULL);
  m->emission_texture = texture_of (importer, from, aiTextureType_EMISSIVE, NULL);
  if (m->base_color_texture != NULL) /* a dark or absent colour under a picture is a writer's default */
    m->base_color = (mk_vec3){ 1, 1, 1 };
}

int
mk_import_material (mk_importer *importer, unsigned index)
{
  if (index >= importer->from->mNumMaterials)
    return mk_scene_add_material (importer->to, &(mk_material)MK_MATERIAL_DEFAULT);
  if (importer->materials[index] >= 0)
    return importer->materials[index];
  const struct aiMaterial *from = importer->from->mMaterials[index];
  mk_material material = MK_MATERIAL_DEFAULT;
  struct aiString name;
  if (mk_assimp.aiGetMaterialString (from, AI_MATKEY_NAME, &name) == aiReturn_SUCCESS) {
    const char *end;
    g_strlcpy (material.name, name.data, sizeof material.name);
    if (!g_utf8_validate (material.name, -1, &end)) /* a letter that was cut, or none at all */
      material.name[end - material.name] = 0;
  }
  read_values (from, &material);
  read_textures (importer, from, &importer->uv_channels[index], &material);
  importer->materials[index] = mk_scene_add_material (importer->to, &material);
  mk_image_unref (material.base_color_texture);
  mk_image_unref (material.metallic_roughness_texture);
  mk_image_unref (material.normal_texture);
  mk_image_unref (material.emission_texture);
  return importer->materials[index];
}
