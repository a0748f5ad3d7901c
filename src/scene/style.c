#include "scene/style.h"

#include "scene/facets.h"

const char *const mk_style_words[] = { "realistic", "clay", "toy", "low-poly", "neon", "blueprint", "paper", "noir", NULL };
enum { REALISTIC, CLAY, TOY, LOW_POLY, NEON, BLUEPRINT, PAPER, NOIR };

static mk_vec3
gray_of (mk_vec3 c)
{
  float y = mk_vec3_luminance (c);
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
  m->base_color = is_ground ? (mk_vec3){ 0.01f, 0.01f, 0.02f } : mk_vec3_scale (hue, 0.12f); /* what shines are the lines of the look */
  m->clearcoat = is_ground;
  m->clearcoat_roughness = 0.05f;
  if (!is_ground)
    m->emission = mk_vec3_add (m->emission, mk_vec3_scale (hue, 0.05f));
}

static void
wear (mk_material *m, int style, bool is_ground)
{
  switch (style) {
  case CLAY:
    m->base_color = mk_vec3_lerp ((mk_vec3){ 0.55f, 0.4f, 0.3f }, m->base_color, is_ground ? 0.4f : 0.75f); /* colours kneaded into one lump */
    plain (m, 0.75f);
    m->pattern = MK_PATTERN_NOISE; /* as fingers leave it */
    m->pattern_color = mk_vec3_scale (m->base_color, 0.9f);
    m->pattern_scale_m = is_ground ? 0.6f : 0.12f;
    m->pattern_strength = 0.6f;
    break;
  case TOY:
    m->base_color = vivid (m->base_color, 1.35f);
    plain (m, is_ground ? 0.6f : 0.28f);
    m->clearcoat = is_ground ? 0 : 0.8f;
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
    m->base_color = is_ground ? (mk_vec3){ 0.06f, 0.2f, 0.75f } : mk_vec3_lerp ((mk_vec3){ 0.06f, 0.2f, 0.75f }, (mk_vec3){ 0.25f, 0.5f, 0.95f }, sqrtf (mk_vec3_luminance (m->base_color)));
    plain (m, 0.9f);
    if (is_ground) {
      m->pattern = MK_PATTERN_TILES;
      m->pattern_color = (mk_vec3){ 0.2f, 0.45f, 0.95f };
      m->pattern_scale_m = 1;
      m->pattern_strength = 0;
    }
    break;
  case PAPER:
    m->base_color = mk_vec3_lerp (m->base_color, (mk_vec3){ 0.9f, 0.88f, 0.82f }, is_ground ? 0.4f : 0.12f);
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

/* Blades of grass are nobody's idea of a thing made of clay or drawn in lines. */
static void
mow (mk_scene *scene)
{
  for (int i = 0; i < (int)scene->nodes->len; i++) {
    mk_scene_node *node = mk_scene_get_node (scene, i);
    node->is_hidden |= node->is_ground && node->copies != NULL;
  }
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
    scene->sky.color = (mk_vec3){ 0.02f, 0.06f, 0.22f };
    scene->sky.exposure_ev -= 2.2f; /* what is bright are the lines */
    break;
  case PAPER:
    scene->sky.kind = MK_SKY_STUDIO;
    scene->sky.color = (mk_vec3){ 1, 0.96f, 0.88f };
    break;
  case NOIR:
    scene->sky.color = gray_of (scene->sky.color);
    scene->sky.sun_elevation_rad = fminf (scene->sky.sun_elevation_rad, 0.35f); /* long shadows */
    scene->sky.sky_intensity *= 0.3f; /* and dark ones */
    scene->sky.exposure_ev -= 0.8f;
    break;
  default:
    break;
  }
}

static mk_print
print_of (int style)
{
  switch (style) {
  case NEON:
    return (mk_print){ .lines = 1.2f, .do_lines_glow = true };
  case BLUEPRINT:
    return (mk_print){ .lines = 0.9f, .line_color = { 0.88f, 0.94f, 1 } };
  case PAPER:
    return (mk_print){ .lines = 0.35f, .line_color = { 1, 0.99f, 0.96f } };
  case NOIR:
    return (mk_print){ .gray = 1, .contrast = 0.7f, .vignette = 0.5f };
  default:
    return (mk_print){ 0 };
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
  scene->print = print_of (style);
  if (style != NOIR)
    mow (scene);
  for (guint i = 0; i < scene->lights->len && style == NOIR; i++) {
    mk_light *light = &g_array_index (scene->lights, mk_light, i);
    light->color = gray_of (light->color);
  }
  return (style != LOW_POLY && style != PAPER) || mk_facets_cut (scene, error);
}
