/* Rays through a world. */
#include "render/surface.h"
#include "render/world_parts.h"

/* Embree's context with what the shadow filter counts behind it. */
typedef struct {
  struct RTCIntersectContext base;
  const mk_world *world;
  bool is_fixed;              /* which scene is asked */
  vec3 passed;
} shadow_context;

static struct RTCRay
ray_make (vec3 o, vec3 d, float far, float time)
{
  return (struct RTCRay){ .org_x = o.x, .org_y = o.y, .org_z = o.z, .dir_x = d.x, .dir_y = d.y, .dir_z = d.z, .tfar = far, .time = time, .mask = ~0u };
}

static void
resolve (const mk_world *world, bool is_fixed, unsigned instance, unsigned geometry, unsigned primitive, mk_hit *hit)
{
  uint32_t source, copy = 0;
  if (is_fixed) {
    source = geometry;
    copy = primitive / world->sources[source].n_triangles;
  } else {
    const mk_slot *slot = &world->slots[instance == RTC_INVALID_GEOMETRY_ID ? geometry : instance];
    source = slot->source;
    copy = slot->copy;
  }
  hit->source = &world->sources[source];
  hit->copy = copy;
  hit->triangle = primitive % hit->source->n_triangles;
}

/* What moves as this kind of ray sees it; NULL when there is nothing. */
static RTCScene
moving_for (const mk_world *world, mk_ray_kind kind)
{
  if (kind == MK_RAY_BLURRED && world->coarse != NULL)
    return world->has_coarse ? world->coarse : NULL;
  return world->has_moving ? world->moving : NULL;
}

bool
mk_world_intersect (const mk_world *world, vec3 origin, vec3 direction, float far, float time, mk_ray_kind kind, mk_hit *hit)
{
  struct RTCIntersectContext context;
  rtcInitIntersectContext (&context);
  context.flags = kind == MK_RAY_EYE ? RTC_INTERSECT_CONTEXT_FLAG_COHERENT : RTC_INTERSECT_CONTEXT_FLAG_INCOHERENT;
  struct RTCRayHit r = { .ray = ray_make (origin, direction, far, time) };
  r.hit.geomID = RTC_INVALID_GEOMETRY_ID;
  r.hit.instID[0] = RTC_INVALID_GEOMETRY_ID;
  RTCScene moving = moving_for (world, kind);
  if (world->has_fixed)
    rtcIntersect1 (world->fixed, &context, &r);
  float nearest = r.ray.tfar;
  bool is_fixed = r.hit.geomID != RTC_INVALID_GEOMETRY_ID;
  if (moving != NULL)
    rtcIntersect1 (moving, &context, &r);
  is_fixed = is_fixed && !(r.ray.tfar < nearest);
  if (r.hit.geomID == RTC_INVALID_GEOMETRY_ID)
    return false;
  hit->t = r.ray.tfar;
  hit->u = r.hit.u;
  hit->v = r.hit.v;
  hit->normal = v3 (r.hit.Ng_x, r.hit.Ng_y, r.hit.Ng_z);
  resolve (world, is_fixed, r.hit.instID[0], r.hit.geomID, r.hit.primID, hit);
  return true;
}

void
mk_world_filter_shadow (const struct RTCFilterFunctionNArguments *args)
{
  shadow_context *context = (shadow_context *)(void *)args->context;
  const struct RTCHit *at = (const struct RTCHit *)(const void *)args->hit;
  const struct RTCRay *ray = (const struct RTCRay *)(const void *)args->ray;
  if (args->valid[0] == 0)
    return;
  mk_hit hit = { .t = ray->tfar, .u = at->u, .v = at->v, .normal = v3 (at->Ng_x, at->Ng_y, at->Ng_z) };
  resolve (context->world, context->is_fixed, at->instID[0], at->geomID, at->primID, &hit);
  vec3 d = { ray->dir_x, ray->dir_y, ray->dir_z };
  vec3 passes = mk_surface_passes (&hit, along (v3 (ray->org_x, ray->org_y, ray->org_z), d, ray->tfar), d, ray->time);
  context->passed = mul (context->passed, passes);
  if (max3 (context->passed) > 0.002f)
    args->valid[0] = 0; /* go on behind it */
}

vec3
mk_world_transmittance (const mk_world *world, vec3 origin, vec3 direction, float far, float time, mk_ray_kind kind)
{
  shadow_context context = { .world = world, .passed = { 1, 1, 1 } };
  rtcInitIntersectContext (&context.base);
  context.base.flags = RTC_INTERSECT_CONTEXT_FLAG_INCOHERENT;
  struct RTCRay ray = ray_make (origin, direction, far, time);
  RTCScene moving = moving_for (world, kind);
  context.is_fixed = true;
  if (world->has_fixed)
    rtcOccluded1 (world->fixed, &context.base, &ray);
  context.is_fixed = false;
  if (moving != NULL && !(ray.tfar < 0))
    rtcOccluded1 (moving, &context.base, &ray);
  return ray.tfar < 0 ? v3_all (0) : context.passed;
}
