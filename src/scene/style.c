#include "scene/style.h"

#include <string.h>

const char *const mk_style_words[] = { "realistic", "clay", "toy", "low-poly", "neon", "blueprint", "paper", "noir", NULL };
enum { REALISTIC, CLAY, TOY, LOW_POLY, NEON, BLUEPRINT, PAPER, NOIR };

static float
luminance (mk_vec3 c)
{
  return 0.2126f * c.x + 0.7152f * c.y + 0.0722f * c.z;
}

static mk_vec3
gray_of (mk_vec3 c)
{
  float y = luminance (c);
  return (mk_vec3){ y, y, y };
}

/* Away from gray, its brightness kept. */
static mk_vec3
vivid (mk_vec3 c, float amount)
{
  mk_vec3 out = mk_vec3_add (gray_of (c), mk_vec3_scale (mk_vec3_sub (c, gray_of (c)), amount));
  return (mk_vec3){ CLAMP (out.x, 0, 1), CLAMP (out.y, 0, 1), CLAMP (out.z, 0, 1) };
}

static mk_vec3
hue_of (mk_vec3 c)
{
  float high = fmaxf (c.x, fmaxf (c.y, c.z));
  return high > 1e-4f ? mk_vec3_scale (c, 1 / high) : (mk_vec3){ 1, 1, 1 };
}

static void
plain (mk_material *m, float roughness)
{
  m->pattern = MK_PATTERN_NONE;
  m->metallic = m->transmission = m->clearcoat = m->sheen = 0;
  m->opacity = fmaxf (m->opacity, 0.6f);
  m->roughness = roughness;
}

static void
wear_neon (mk_material *m, bool is_ground)
{
  mk_vec3 hue = vivid (hue_of (m->base_color), 2);
  plain (m, is_ground ? 0.15f : 0.3f);
  m->base_color = is_ground ? (mk_vec3){ 0.01f, 0.01f, 0.02f } : mk_vec3_scale (hue, 0.25f);
  m->clearcoat = 1;
  m->clearcoat_roughness = 0.05f;
  if (!is_ground)
    m->emission = mk_vec3_add (m->emission, mk_vec3_scale (hue, 0.9f));
}

static void
wear (mk_material *m, int style, bool is_ground)
{
  switch (style) {
  case CLAY:
    m->base_color = mk_vec3_lerp ((mk_vec3){ 0.52f, 0.34f, 0.25f }, m->base_color, is_ground ? 0 : 0.22f);
    plain (m, 0.9f);
    break;
  case TOY:
    m->base_color = vivid (m->base_color, 1.35f);
    plain (m, 0.28f);
    m->clearcoat = 0.8f;
    m->clearcoat_roughness = 0.1f;
    break;
  case LOW_POLY:
    m->base_color = vivid (m->base_color, 1.15f);
    plain (m, 0.85f);
    break;
  case NEON:
    wear_neon (m, is_ground);
    break;
  case BLUEPRINT:
    m->base_color = is_ground ? (mk_vec3){ 0.012f, 0.06f, 0.22f } : mk_vec3_lerp ((mk_vec3){ 0.1f, 0.25f, 0.6f }, (mk_vec3){ 0.75f, 0.86f, 1 }, sqrtf (luminance (m->base_color)));
    plain (m, 0.9f);
    if (is_ground) {
      m->pattern = MK_PATTERN_TILES;
      m->pattern_color = (mk_vec3){ 0.2f, 0.4f, 0.75f };
      m->pattern_scale_m = 1;
      m->pattern_strength = 0;
    }
    break;
  case PAPER:
    m->base_color = mk_vec3_lerp (m->base_color, (mk_vec3){ 0.9f, 0.88f, 0.82f }, is_ground ? 0.7f : 0.35f);
    plain (m, 1);
    break;
  case NOIR:
    m->base_color = gray_of (m->base_color);
    m->pattern_color = gray_of (m->pattern_color);
    m->emission = gray_of (m->emission);
    break;
  default:
    break;
  }
}

/* Every triangle with corners of its own and one flat normal. */
static mk_mesh *
facet (const mk_mesh *from, GError **error)
{
  mk_mesh *mesh = mk_mesh_new (from->n_indices, from->n_indices, error);
  if (mesh == NULL)
    return NULL;
  if (from->joints != NULL) {
    mesh->joints = g_malloc (from->n_indices * sizeof *mesh->joints);
    mesh->weights = g_malloc (from->n_indices * sizeof *mesh->weights);
  }
  for (uint32_t i = 0; i < from->n_indices; i++) {
    uint32_t v = from->indices[i];
    mesh->indices[i] = i;
    mesh->positions[i] = from->positions[v];
    if (from->uvs != NULL)
      mesh->uvs[i] = from->uvs[v];
    if (from->joints != NULL) {
      memcpy (mesh->joints[i], from->joints[v], sizeof mesh->joints[i]);
      memcpy (mesh->weights[i], from->weights[v], sizeof mesh->weights[i]);
    }
    if (i % 3 != 2)
      continue;
    mk_vec3 *p = &mesh->positions[i - 2], n = mk_vec3_normalize (mk_vec3_cross (mk_vec3_sub (p[1], p[0]), mk_vec3_sub (p[2], p[0])));
    if (mk_vec3_length (n) < 0.5f)
      n = from->normals[v];
    mesh->normals[i - 2] = mesh->normals[i - 1] = mesh->normals[i] = n;
  }
  mk_mesh_update_bounds (mesh);
  return mesh;
}

static bool
facet_all (mk_scene *scene, GError **error)
{
  g_autoptr (GHashTable) done = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)mk_mesh_unref);
  for (int i = 0; i < (int)scene->nodes->len; i++) {
    mk_scene_node *node = mk_scene_get_node (scene, i);
    for (unsigned p = 0; p < node->n_parts && !node->is_ground && node->copies == NULL; p++) {
      mk_mesh *flat = g_hash_table_lookup (done, node->parts[p].mesh);
      if (flat == NULL) {
        flat = facet (node->parts[p].mesh, error);
        if (flat == NULL)
          return false;
        g_hash_table_insert (done, node->parts[p].mesh, flat);
      }
      mk_mesh_ref (flat);
      mk_mesh_unref (node->parts[p].mesh);
      node->parts[p].mesh = flat;
    }
  }
  return true;
}

static void
wear_sky (mk_scene *scene, int style)
{
  switch (style) {
  case CLAY:
  case TOY:
    scene->sky.kind = MK_SKY_STUDIO;
    break;
  case NEON:
    scene->sky.kind = MK_SKY_NEON;
    break;
  case BLUEPRINT:
    scene->sky.kind = MK_SKY_COLOR;
    scene->sky.color = (mk_vec3){ 0.02f, 0.09f, 0.3f };
    break;
  case PAPER:
    scene->sky.kind = MK_SKY_COLOR;
    scene->sky.color = (mk_vec3){ 0.86f, 0.83f, 0.76f };
    break;
  case NOIR:
    scene->sky.color = gray_of (scene->sky.color);
    scene->sky.sun_elevation_rad = fminf (scene->sky.sun_elevation_rad, 0.35f); /* long shadows */
    scene->sky.exposure_ev -= 0.4f;
    break;
  default:
    break;
  }
}

bool
mk_style_wear (mk_scene *scene, int style, GError **error)
{
  if (style == REALISTIC)
    return true;
  g_autofree bool *is_ground = g_new0 (bool, scene->materials->len + 1);
  for (int i = 0; i < (int)scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    for (unsigned p = 0; p < node->n_parts && node->is_ground; p++)
      is_ground[node->parts[p].material] = true;
  }
  for (int i = 0; i < (int)scene->materials->len; i++)
    wear (mk_scene_get_material (scene, i), style, is_ground[i]);
  wear_sky (scene, style);
  for (guint i = 0; i < scene->lights->len && style == NOIR; i++) {
    mk_light *light = &g_array_index (scene->lights, mk_light, i);
    light->color = gray_of (light->color);
  }
  return style != LOW_POLY || facet_all (scene, error);
}
