#include "render/lights.h"
#include "scene/pattern.h"

#define BULB_RADIUS_M 0.03f   /* of bulbs that say nothing: a household lamp */
#define SUN_RADIUS_RAD 0.0093f

mk_lights *
mk_lights_new (const mk_sky_light *sky)
{
  mk_lights *lights = g_new0 (mk_lights, 1);
  lights->sky = sky;
  lights->lamps = g_array_new (FALSE, FALSE, sizeof (mk_lamp));
  lights->emitters = g_array_new (FALSE, FALSE, sizeof (mk_emitter));
  lights->groups = g_array_new (FALSE, FALSE, sizeof (mk_emitter_group));
  lights->area_ends = g_array_new (FALSE, FALSE, sizeof (float));
  return lights;
}

void
mk_lights_free (mk_lights *lights)
{
  if (lights == NULL)
    return;
  g_array_unref (lights->lamps);
  g_array_unref (lights->emitters);
  g_array_unref (lights->groups);
  g_array_unref (lights->area_ends);
  g_free (lights);
}

static void
add_lamp (mk_lights *lights, const mk_light *light, const mk_mat4 *world, float opacity)
{
  mk_lamp lamp = { .kind = light->kind, .position = mk_mat4_point (*world, v3_all (0)), .direction = unit (mk_mat4_direction (*world, v3 (0, 0, -1))) };
  vec3 full = scale (light->color, light->intensity * opacity);
  float area = 1;
  switch (light->kind) {
  case MK_LIGHT_SUN:
    lamp.cos_outer = cosf (light->radius_m > 0 ? minf (light->radius_m, 1.5f) : SUN_RADIUS_RAD);
    area = 2 * MK_PI * (1 - lamp.cos_outer);
    lamp.radiance = scale (full, 1 / area);
    break;
  case MK_LIGHT_POINT:
  case MK_LIGHT_SPOT:
    lamp.radius = light->radius_m > 0 ? light->radius_m : BULB_RADIUS_M;
    area = MK_PI * lamp.radius * lamp.radius;
    lamp.radiance = scale (full, 1 / area);
    lamp.cos_inner = cosf (light->inner_cone_rad);
    lamp.cos_outer = minf (cosf (light->outer_cone_rad > 0 ? light->outer_cone_rad : 0.785f), lamp.cos_inner - 1e-4f);
    break;
  case MK_LIGHT_AREA:
    lamp.x = mk_mat4_direction (*world, v3 (0.5f * light->width_m, 0, 0));
    lamp.y = mk_mat4_direction (*world, v3 (0, 0.5f * light->height_m, 0));
    area = 4 * mk_vec3_length (cross (lamp.x, lamp.y));
    lamp.radiance = full;
    break;
  }
  lamp.power = luminance (lamp.radiance) * area;
  if (lamp.power > 0)
    g_array_append_val (lights->lamps, lamp);
}

static vec3
corner_of (const mk_source *s, uint32_t copy, uint32_t vertex)
{
  if (s->kind == MK_SOURCE_SKINNED)
    return s->positions[0][vertex];
  vec3 p = mk_mat4_point (s->world[0][copy], s->mesh->positions[vertex]);
  return s->kind == MK_SOURCE_MOVING ? scale (add (p, mk_mat4_point (s->world[1][copy], s->mesh->positions[vertex])), 0.5f) : p;
}

static void
add_group (mk_lights *lights, mk_source *s)
{
  mk_emitter_group group = { .source = s, .first = lights->emitters->len, .n = s->n_copies * s->n_triangles };
  mk_box box = MK_BOX_EMPTY;
  s->first_emitter = lights->emitters->len;
  for (uint32_t c = 0; c < s->n_copies; c++)
    for (uint32_t t = 0; t < s->n_triangles; t++) {
      const uint32_t *i = s->mesh->indices + 3 * (size_t)t;
      vec3 a = corner_of (s, c, i[0]), b = corner_of (s, c, i[1]), d = corner_of (s, c, i[2]);
      mk_emitter emitter = { a, sub (b, a), sub (d, a), 0 };
      emitter.area = 0.5f * mk_vec3_length (cross (emitter.e1, emitter.e2));
      group.area += emitter.area;
      box = mk_box_add_point (mk_box_add_point (mk_box_add_point (box, a), b), d);
      g_array_append_val (lights->emitters, emitter);
      g_array_append_val (lights->area_ends, group.area);
    }
  group.center = scale (add (box.min, box.max), 0.5f);
  group.radius2 = 0.25f * dot (sub (box.max, box.min), sub (box.max, box.min));
  group.power = group.area * luminance (s->shade->material->emission) * s->opacity;
  for (uint32_t k = 0; k < group.n; k++)
    g_array_index (lights->area_ends, float, group.first + k) /= maxf (group.area, 1e-20f);
  g_array_append_val (lights->groups, group);
}

/* Dim things are found by chance well enough. */
#define MIN_EMISSION 0.3f

void
mk_lights_update (mk_lights *lights, mk_world *world, const mk_pose *pose)
{
  g_array_set_size (lights->lamps, 0);
  g_array_set_size (lights->emitters, 0);
  g_array_set_size (lights->groups, 0);
  g_array_set_size (lights->area_ends, 0);
  for (guint i = 0; i < world->scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (world->scene, (int)i);
    if (node->light >= 0 && !node->is_hidden)
      add_lamp (lights, &g_array_index (world->scene->lights, mk_light, node->light), &pose->world[i], pose->opacity[i]);
  }
  for (unsigned i = 0; i < world->n_sources; i++) {
    mk_source *s = &world->sources[i];
    s->first_emitter = -1;
    bool is_even = !mk_pattern_glows_between (s->shade->material); /* nobody can aim at cracks */
    if (is_even && !s->is_ground && luminance (s->shade->material->emission) >= MIN_EMISSION && s->opacity > 0 && (uint64_t)s->n_copies * s->n_triangles < 2000000)
      add_group (lights, s);
  }
}

/* --- who gets the ray --- */

static float
spot_factor (const mk_lamp *lamp, vec3 to_lamp)
{
  return lamp->kind == MK_LIGHT_SPOT ? smooth (lamp->cos_outer, lamp->cos_inner, -dot (lamp->direction, to_lamp)) : 1;
}

static float
lamp_worth (const mk_lamp *lamp, vec3 p)
{
  if (lamp->kind == MK_LIGHT_SUN)
    return lamp->power;
  vec3 to = sub (lamp->position, p);
  float d2 = maxf (dot (to, to), 1e-4f), facing = 1;
  if (lamp->kind == MK_LIGHT_AREA) {
    float size2 = dot (lamp->x, lamp->x) + dot (lamp->y, lamp->y);
    facing = -dot (lamp->direction, to) / sqrtf (d2) + sqrtf (size2 / (size2 + d2));
    d2 = maxf (d2, 0.5f * size2);
  } else {
    facing = maxf (spot_factor (lamp, scale (to, 1 / sqrtf (d2))), 1e-3f);
    d2 = maxf (d2, square (lamp->radius));
  }
  return lamp->power * maxf (facing, 0) / d2;
}

static float
group_worth (const mk_emitter_group *group, vec3 p)
{
  vec3 to = sub (group->center, p);
  return 0.4f * group->power / maxf (dot (to, to), 0.5f * group->radius2 + 1e-4f);
}

static float
sky_worth (const mk_lights *lights)
{
  return lights->sky->is_peaked ? 3 * luminance (lights->sky->mean) : 0;
}

static float
total_worth (const mk_lights *lights, vec3 p)
{
  float sum = sky_worth (lights);
  for (guint i = 0; i < lights->lamps->len; i++)
    sum += lamp_worth (&g_array_index (lights->lamps, mk_lamp, i), p);
  for (guint i = 0; i < lights->groups->len; i++)
    sum += group_worth (&g_array_index (lights->groups, mk_emitter_group, i), p);
  return sum;
}

/* --- sampling one --- */

static mk_light_ray
sample_lamp (const mk_lamp *lamp, vec3 p, mk_vec2 u)
{
  mk_light_ray ray = { .radiance = lamp->radiance };
  if (lamp->kind == MK_LIGHT_SUN) {
    ray.direction = cone_of (scale (lamp->direction, -1), lamp->cos_outer, u);
    ray.distance = INFINITY;
    ray.pdf = 1 / (2 * MK_PI * (1 - lamp->cos_outer));
    return ray;
  }
  vec3 at, to = sub (lamp->position, p), facing = scale (unit (to), -1);
  float area;
  if (lamp->kind == MK_LIGHT_AREA) {
    at = add (lamp->position, add (scale (lamp->x, 2 * u.x - 1), scale (lamp->y, 2 * u.y - 1)));
    area = 4 * mk_vec3_length (cross (lamp->x, lamp->y));
    facing = lamp->direction;
  } else {
    vec3 x, y;
    mk_vec2 d = disk_of (u);
    frame_of (facing, &x, &y);
    at = add (lamp->position, add (scale (x, lamp->radius * d.x), scale (y, lamp->radius * d.y)));
    area = MK_PI * square (lamp->radius);
    ray.radiance = scale (ray.radiance, spot_factor (lamp, scale (facing, -1)));
  }
  vec3 off = sub (at, p);
  float d2 = dot (off, off);
  ray.distance = sqrtf (d2);
  ray.direction = scale (off, 1 / maxf (ray.distance, 1e-9f));
  float c = -dot (facing, ray.direction);
  ray.pdf = c > 1e-6f ? d2 / (area * c) : 0;
  return ray;
}

static uint32_t
find_emitter (const mk_lights *lights, const mk_emitter_group *group, float pick)
{
  const float *ends = (const float *)(void *)lights->area_ends->data + group->first;
  uint32_t low = 0, high = group->n - 1;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (ends[middle] > pick)
      high = middle;
    else
      low = middle + 1;
  }
  return group->first + low;
}

static mk_light_ray
sample_group (const mk_lights *lights, const mk_emitter_group *group, vec3 p, float pick, mk_vec2 u)
{
  const mk_emitter *e = &g_array_index (lights->emitters, mk_emitter, find_emitter (lights, group, pick));
  float r = sqrtf (u.x), a = r * (1 - u.y), b = r * u.y;
  vec3 off = sub (add (e->p, add (scale (e->e1, a), scale (e->e2, b))), p), n = unit (cross (e->e1, e->e2));
  float d2 = dot (off, off);
  mk_light_ray ray = { .distance = sqrtf (d2), .radiance = scale (group->source->shade->material->emission, group->source->opacity) };
  ray.direction = scale (off, 1 / maxf (ray.distance, 1e-9f));
  float c = group->source->is_flame ? -dot (n, ray.direction) : fabsf (dot (n, ray.direction)); /* its far side would be seen through it */
  ray.pdf = c > 1e-5f && group->area > 0 ? d2 / (group->area * c) : 0;
  return ray;
}

mk_light_ray
mk_lights_sample (const mk_lights *lights, vec3 p, float pick, mk_vec2 u)
{
  mk_light_ray none = { .pdf = 0 };
  float total = total_worth (lights, p), left = pick * total, worth = sky_worth (lights);
  if (total <= 0)
    return none;
  if (left < worth) {
    mk_light_ray ray = { .distance = INFINITY };
    ray.direction = mk_sky_light_sample (lights->sky, u, &ray.pdf);
    ray.radiance = mk_sky_light_lookup (lights->sky, ray.direction);
    ray.pdf *= worth / total;
    return ray;
  }
  left -= worth;
  for (guint i = 0; i < lights->lamps->len; i++, left -= worth) {
    const mk_lamp *lamp = &g_array_index (lights->lamps, mk_lamp, i);
    worth = lamp_worth (lamp, p);
    if (left < worth) {
      mk_light_ray ray = sample_lamp (lamp, p, u);
      ray.pdf *= worth / total;
      return ray;
    }
  }
  for (guint i = 0; i < lights->groups->len; i++, left -= worth) {
    const mk_emitter_group *group = &g_array_index (lights->groups, mk_emitter_group, i);
    worth = group_worth (group, p);
    if (left < worth) {
      mk_light_ray ray = sample_group (lights, group, p, left / worth, u);
      ray.pdf *= worth / total;
      return ray;
    }
  }
  return none;
}

float
mk_lights_sky_pdf (const mk_lights *lights, vec3 p, vec3 direction)
{
  float worth = sky_worth (lights);
  return worth > 0 ? mk_sky_light_pdf (lights->sky, direction) * worth / total_worth (lights, p) : 0;
}

float
mk_lights_emitter_pdf (const mk_lights *lights, vec3 p, const mk_hit *hit, vec3 direction)
{
  const mk_source *s = hit->source;
  if (s->first_emitter < 0)
    return 0;
  for (guint i = 0; i < lights->groups->len; i++) {
    const mk_emitter_group *group = &g_array_index (lights->groups, mk_emitter_group, i);
    if (group->source != s)
      continue;
    const mk_emitter *e = &g_array_index (lights->emitters, mk_emitter, (guint)s->first_emitter + hit->copy * s->n_triangles + hit->triangle);
    float c = fabsf (dot (unit (cross (e->e1, e->e2)), direction));
    return c > 1e-5f ? group_worth (group, p) / total_worth (lights, p) * hit->t * hit->t / (group->area * c) : 0;
  }
  return 0;
}

/* --- lamps met by chance --- */

static bool
crosses (const mk_lamp *lamp, vec3 p, vec3 d, float far, float *pdf)
{
  if (lamp->kind == MK_LIGHT_SUN) {
    *pdf = 1 / (2 * MK_PI * (1 - lamp->cos_outer));
    return far == INFINITY && -dot (d, lamp->direction) > lamp->cos_outer;
  }
  vec3 to = sub (lamp->position, p), facing = lamp->kind == MK_LIGHT_AREA ? lamp->direction : scale (unit (to), -1);
  float c = -dot (facing, d);
  if (c <= 1e-6f)
    return false;
  float t = -dot (facing, to) / c;
  if (t <= 1e-4f || t >= far)
    return false;
  vec3 off = sub (along (p, d, t), lamp->position);
  if (lamp->kind == MK_LIGHT_AREA) {
    *pdf = t * t / (4 * mk_vec3_length (cross (lamp->x, lamp->y)) * c);
    return fabsf (dot (off, lamp->x)) <= dot (lamp->x, lamp->x) && fabsf (dot (off, lamp->y)) <= dot (lamp->y, lamp->y);
  }
  *pdf = t * t / (MK_PI * square (lamp->radius) * c);
  return dot (off, off) <= square (lamp->radius);
}

vec3
mk_lights_crossed (const mk_lights *lights, vec3 p, vec3 direction, float far, float pdf)
{
  vec3 sum = { 0, 0, 0 };
  for (guint i = 0; i < lights->lamps->len; i++) {
    const mk_lamp *lamp = &g_array_index (lights->lamps, mk_lamp, i);
    float own;
    if (!crosses (lamp, p, direction, far, &own))
      continue;
    float weight = pdf > 0 ? mis_weight (pdf, own * lamp_worth (lamp, p) / total_worth (lights, p)) : 1;
    sum = add (sum, scale (lamp->radiance, weight * spot_factor (lamp, unit (sub (lamp->position, p)))));
  }
  return sum;
}
