#include "render/surface.h"

#include "scene/pattern.h"
#include "scene/shapes.h"

typedef struct {
  uint32_t v[3];
  float w[3];
} corner_set;

static corner_set
corners_of (const mk_hit *hit)
{
  const uint32_t *i = hit->source->mesh->indices + 3 * (size_t)hit->triangle;
  return (corner_set){ { i[0], i[1], i[2] }, { 1 - hit->u - hit->v, hit->u, hit->v } };
}

static vec3
blend3 (const vec3 *values, const corner_set *c)
{
  return add (add (scale (values[c->v[0]], c->w[0]), scale (values[c->v[1]], c->w[1])), scale (values[c->v[2]], c->w[2]));
}

static mk_vec2
blend_uv (const mk_mesh *mesh, const corner_set *c)
{
  if (mesh->uvs == NULL)
    return (mk_vec2){ 0, 0 };
  const mk_vec2 *t = mesh->uvs;
  return (mk_vec2){ t[c->v[0]].x * c->w[0] + t[c->v[1]].x * c->w[1] + t[c->v[2]].x * c->w[2],
                    t[c->v[0]].y * c->w[0] + t[c->v[1]].y * c->w[1] + t[c->v[2]].y * c->w[2] };
}

static mk_mat4
matrix_at (const mk_hit *hit, float time)
{
  const mk_source *s = hit->source;
  return s->kind == MK_SOURCE_MOVING ? mat4_mix (&s->world[0][hit->copy], &s->world[1][hit->copy], time) : s->world[0][hit->copy];
}

/* Both normals, unit, as the mesh has them. */
static void
normals_of (const mk_hit *hit, const corner_set *c, float time, vec3 *geometric, vec3 *smooth_one)
{
  const mk_source *s = hit->source;
  if (s->kind == MK_SOURCE_SKINNED) {
    *geometric = unit (hit->normal);
    *smooth_one = unit (mix (blend3 (s->normals[0], c), blend3 (s->normals[1], c), time));
  } else {
    mk_mat4 m = matrix_at (hit, time);
    *smooth_one = unit (transform_normal (&m, blend3 (s->mesh->normals, c)));
    *geometric = unit (s->kind == MK_SOURCE_BAKED ? hit->normal : transform_normal (&m, hit->normal));
  }
  if (!(dot (*smooth_one, *smooth_one) > 0.5f))
    *smooth_one = *geometric;
  if (dot (*geometric, *smooth_one) < 0) /* a mirrored instance turns triangles over; normals know better */
    *geometric = scale (*geometric, -1);
}

/* The directions in which u and v grow, across the normal; false without usable uvs. */
static bool
tangents_of (const mk_hit *hit, const corner_set *c, float time, vec3 n, vec3 *along_u, vec3 *along_v)
{
  const mk_mesh *mesh = hit->source->mesh;
  if (mesh->uvs == NULL)
    return false;
  const vec3 *p = hit->source->kind == MK_SOURCE_SKINNED ? hit->source->positions[0] : mesh->positions;
  vec3 e1 = sub (p[c->v[1]], p[c->v[0]]), e2 = sub (p[c->v[2]], p[c->v[0]]);
  mk_vec2 t0 = mesh->uvs[c->v[0]], t1 = mesh->uvs[c->v[1]], t2 = mesh->uvs[c->v[2]];
  float du1 = t1.x - t0.x, dv1 = t1.y - t0.y, du2 = t2.x - t0.x, dv2 = t2.y - t0.y, det = du1 * dv2 - dv1 * du2;
  if (fabsf (det) < 1e-12f)
    return false;
  vec3 u = scale (sub (scale (e1, dv2), scale (e2, dv1)), 1 / det), v = scale (sub (scale (e2, du1), scale (e1, du2)), 1 / det);
  if (hit->source->kind != MK_SOURCE_SKINNED) {
    mk_mat4 m = matrix_at (hit, time);
    u = mk_mat4_direction (m, u);
    v = mk_mat4_direction (m, v);
  }
  *along_u = unit (sub (u, scale (n, dot (n, u))));
  *along_v = unit (sub (v, scale (n, dot (n, v))));
  return dot (*along_u, *along_u) > 0.5f && dot (*along_v, *along_v) > 0.5f;
}

/* A bent normal must not look away from the ray. */
static vec3
bent (vec3 n, vec3 wanted, vec3 direction)
{
  vec3 m = unit (wanted);
  float facing = -dot (m, direction);
  if (facing < 0.05f)
    m = unit (add (m, scale (direction, facing - 0.05f)));
  return dot (m, n) > 0.1f ? m : n;
}

static void
apply_pattern (const mk_hit *hit, const corner_set *c, mk_vec2 uv, vec3 direction, float time, float width, mk_surface *surface)
{
  mk_pattern_sample sample;
  mk_pattern_evaluate (hit->source->shade->material, uv, width, &sample);
  surface->params.base = sample.color;
  if (mk_pattern_glows_between (hit->source->shade->material))
    surface->emission = scale (surface->emission, sample.share);
  vec3 u, v, n = surface->normal;
  if ((sample.slope.x != 0 || sample.slope.y != 0) && tangents_of (hit, c, time, n, &u, &v))
    surface->normal = bent (n, sub (n, add (scale (u, sample.slope.x), scale (v, sample.slope.y))), direction);
}

/* Natural grounds differ from place to place, over lengths at which their pattern would repeat. */
static vec3
weathered (const mk_material *m, vec3 p, float width, vec3 base)
{
  if (width > 4 || (m->pattern != MK_PATTERN_GRASS && m->pattern != MK_PATTERN_NOISE))
    return base;
  float broad = mk_noise_fractal (v3 (p.x / 17, 0.5f, p.z / 17), width > 0.8f ? 1 : 3, 0.5f, 71), near = width > 0.8f ? 0 : mk_noise_fractal (v3 (p.x / 2.3f, 3.5f, p.z / 2.3f), 2, 0.5f, 72);
  float shade = 1 + 0.16f * broad + 0.08f * near, dry = m->pattern == MK_PATTERN_GRASS ? clampf (0.9f * broad + 0.3f * near, -0.35f, 0.5f) : 0;
  return mul (base, v3 (shade * (1 + 0.5f * dry), shade * (1 + 0.08f * dry), shade * (1 - 0.3f * dry)));
}

static void
apply_normal_map (const mk_hit *hit, const corner_set *c, mk_vec2 uv, vec3 direction, float time, mk_surface *surface)
{
  vec3 u, v, n = surface->normal;
  if (!tangents_of (hit, c, time, n, &u, &v))
    return;
  vec3 t = mk_texture_lookup (hit->source->shade->normal, uv, false).color;
  /* v grows downwards in glTF and green points up */
  vec3 wanted = add (scale (u, 2 * t.x - 1), add (scale (v, 1 - 2 * t.y), scale (n, 2 * t.z - 1)));
  surface->normal = bent (n, wanted, direction);
}

/* Colour and cover without what needs tangents; shadow rays stop here. */
static vec3
base_of (const mk_hit *hit, const corner_set *c, mk_vec2 uv, float *opacity)
{
  const mk_source *s = hit->source;
  const mk_shade *shade = s->shade;
  vec3 base = shade->material->base_color;
  *opacity = shade->material->opacity * s->opacity;
  if (shade->base != NULL) {
    mk_texel texel = mk_texture_lookup (shade->base, uv, true);
    base = mul (base, texel.color);
    *opacity *= texel.alpha;
  }
  if (s->mesh->colors != NULL)
    base = mul (base, blend3 (s->mesh->colors, c));
  if (s->tints != NULL)
    base = mul (base, s->tints[hit->copy]);
  return base;
}

static void
apply_maps (const mk_shade *shade, mk_vec2 uv, mk_surface *surface)
{
  const mk_material *m = shade->material;
  surface->emission = m->emission;
  if (shade->emission != NULL)
    surface->emission = mul (surface->emission, mk_texture_lookup (shade->emission, uv, true).color);
  if (shade->metallic_roughness != NULL) {
    vec3 t = mk_texture_lookup (shade->metallic_roughness, uv, false).color;
    surface->params.roughness *= t.y;
    surface->params.metallic *= t.z;
  }
}

void
mk_surface_make (const mk_hit *hit, vec3 origin, vec3 direction, float time, float width, mk_surface *surface)
{
  const mk_shade *shade = hit->source->shade;
  const mk_material *m = shade->material;
  corner_set c = corners_of (hit);
  mk_vec2 uv = blend_uv (hit->source->mesh, &c);
  surface->p = along (origin, direction, hit->t);
  normals_of (hit, &c, time, &surface->geometric, &surface->normal);
  surface->is_outside = dot (surface->geometric, direction) < 0;
  if (!surface->is_outside) {
    surface->geometric = scale (surface->geometric, -1);
    surface->normal = scale (surface->normal, -1);
  }
  if (hit->source->is_ground && hit->source->tints != NULL) /* blades let light through: they are lit as the lawn that they make up */
    surface->geometric = surface->normal = v3 (0, 1, 0);
  surface->params = (mk_bsdf_params){ .metallic = clampf (m->metallic, 0, 1), .roughness = clampf (m->roughness, 0, 1), .transmission = clampf (m->transmission, 0, 1),
                                      .ior = clampf (m->ior, 1.01f, 4), .coat = clampf (m->clearcoat, 0, 1), .coat_roughness = clampf (m->clearcoat_roughness, 0, 1),
                                      .sheen = clampf (m->sheen, 0, 1), .is_entering = surface->is_outside };
  surface->params.base = base_of (hit, &c, uv, &surface->opacity);
  apply_maps (shade, uv, surface);
  if (m->pattern != MK_PATTERN_NONE) {
    float facing = fabsf (dot (surface->geometric, direction));
    width /= sqrtf (maxf (facing, 0.004f)); /* seen flatly a pixel is long: its mean side */
    vec3 multiplier = surface->params.base, own = m->base_color;
    apply_pattern (hit, &c, uv, direction, time, width, surface);
    /* vertex colours and tints go over patterns too */
    if (hit->source->is_ground)
      surface->params.base = weathered (m, surface->p, width, surface->params.base);
    if (hit->source->tints != NULL || hit->source->mesh->colors != NULL)
      surface->params.base = mul (surface->params.base, v3 (own.x > 0 ? multiplier.x / own.x : 1, own.y > 0 ? multiplier.y / own.y : 1, own.z > 0 ? multiplier.z / own.z : 1));
  }
  if (shade->normal != NULL)
    apply_normal_map (hit, &c, uv, direction, time, surface);
  if (m->unlit) {
    surface->emission = add (surface->emission, surface->params.base);
    surface->params.base = v3_all (0);
  }
  surface->params.base = v3 (clampf (surface->params.base.x, 0, 1), clampf (surface->params.base.y, 0, 1), clampf (surface->params.base.z, 0, 1));
  if (-dot (surface->normal, direction) < 0.02f) /* smooth normals of coarse meshes may look away */
    surface->normal = bent (surface->geometric, surface->normal, direction);
}

vec3
mk_surface_passes (const mk_hit *hit, vec3 p, vec3 direction, float time)
{
  if (hit->source->is_flame)
    return v3_all (1);
  if (hit->source->wall_m < INFINITY)
    return v3_all (p.y > hit->source->wall_m ? 1 : 0);
  const mk_shade *shade = hit->source->shade;
  corner_set c = corners_of (hit);
  float opacity;
  vec3 base = base_of (hit, &c, blend_uv (hit->source->mesh, &c), &opacity), through = { 0, 0, 0 };
  if (shade->is_glass) {
    vec3 geometric, normal;
    normals_of (hit, &c, time, &geometric, &normal);
    float facing = fabsf (dot (normal, unit (direction))), f = square ((shade->material->ior - 1) / (shade->material->ior + 1));
    float keep = shade->material->transmission * (1 - lerpf (f, 1, powf (1 - facing, 3))); /* edges bend light away: a darker rim */
    through = scale (v3 (sqrtf (base.x), sqrtf (base.y), sqrtf (base.z)), keep);
  }
  return mix (v3_all (1), through, clampf (opacity, 0, 1));
}

vec3
mk_surface_before (const mk_hit *hit, vec3 p)
{
  const mk_source *s = hit->source;
  if (s->kind == MK_SOURCE_BAKED)
    return p;
  corner_set c = corners_of (hit);
  if (s->kind == MK_SOURCE_SKINNED)
    return blend3 (s->positions_before, &c);
  return mk_mat4_point (s->before[hit->copy], blend3 (s->mesh->positions, &c));
}
