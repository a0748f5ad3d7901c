#include "render/path.h"

#include "render/surface.h"
#include "render/underwater.h"

#define MAX_PASSES 24         /* layers of cut-outs and fading things that do not count as bounces */
#define FREE_BOUNCES 6        /* through glass, beyond max_bounces */
#define MIRROR_ROUGHNESS 0.25f /* below it the filter looks at what a mirror shows */
#define BLURRED_ROUGHNESS 0.6f /* after a dull surface */
#define FOG_HEIGHT_M 60.0f

typedef struct {
  const mk_tracer *tracer;
  mk_sampler *sampler;
  mk_pixel *out;
  vec3 origin, direction, throughput;
  float time, pdf;            /* pdf: of the direction, when a light ray could have found the same; 0 = not */
  float width, distance;
  float blur;                 /* least roughness that it tells apart: what a dull surface sees is blurred */
  unsigned bounce, n_glass;
  bool is_clear;              /* nothing but the eye so far */
  bool has_features, met_diffuse, was_through_glass;
  vec3 feature_tint;
} walk;

static vec3
offset_point (vec3 p, vec3 normal, float distance)
{
  float size = maxf (maxf (fabsf (p.x), fabsf (p.y)), maxf (fabsf (p.z), distance));
  return along (p, normal, 1e-5f * size + 2e-5f);
}

static void
give (walk *path, vec3 light)
{
  vec3 c = mul (path->throughput, light);
  if (path->is_clear) {
    path->out->clear = add (path->out->clear, c);
    return;
  }
  float level = luminance (c), most = path->tracer->max_indirect;
  if (!(level < INFINITY))
    return;
  if (path->met_diffuse && path->bounce > 1 && most > 0 && level > most)
    c = scale (c, most / level);
  path->out->lit = add (path->out->lit, c);
}

/* After a diffuse surface, light that shines through glass was counted by the shadow ray. */
static bool
is_counted (const walk *path)
{
  return path->met_diffuse && path->was_through_glass;
}

static void
see_sky (walk *path)
{
  const mk_tracer *t = path->tracer;
  vec3 d = path->direction;
  bool is_sharp = path->is_clear || !path->met_diffuse;
  vec3 light = path->is_clear ? mk_sky_light_backdrop (t->sky, d) : is_sharp ? mk_sky_light_radiance (t->sky, d) : mk_sky_light_lookup (t->sky, d);
  if (path->pdf > 0 && t->sky->is_peaked)
    light = scale (light, mis_weight (path->pdf, mk_lights_sky_pdf (t->lights, path->origin, d)));
  if (!is_counted (path)) {
    vec3 sun = mk_sky_light_sun (t->sky, d);
    float sun_pdf = 1 / (2 * MK_PI * maxf (1 - t->sky->sun_cos, 1e-9f));
    light = add (light, path->pdf > 0 ? scale (sun, mis_weight (path->pdf, sun_pdf)) : sun);
    if (!path->is_clear)
      light = add (light, mk_lights_crossed (t->lights, path->origin, d, INFINITY, path->pdf));
  }
  give (path, light);
}

/* A ground that ends fades into the sky before its edge. Returns what is left of the surface. */
static void
fade_ground (walk *path, const mk_hit *hit, vec3 p)
{
  const mk_world *world = path->tracer->world;
  if (!hit->source->is_ground || world->ground_radius_m <= 0)
    return;
  float r = hypotf (p.x - world->ground_center.x, p.z - world->ground_center.z) / world->ground_radius_m;
  mk_sky_kind kind = path->tracer->sky->sky.kind;
  bool is_indoors = kind == MK_SKY_STUDIO || kind == MK_SKY_COLOR;
  float haze = kind == MK_SKY_NEON || kind == MK_SKY_FOG || kind == MK_SKY_UNDERWATER ? 9 : kind == MK_SKY_NIGHT ? 5 : kind == MK_SKY_DAY || kind == MK_SKY_SUNSET ? 2.1f : 3.2f;
  float share = lerpf (1 - expf (-square (haze * r)), 1, smooth (0.35f, 0.9f, r));
  if (is_indoors) /* a floor runs out into the paper behind it */
    share = smooth (3.5f, 13, r * world->ground_radius_m / world->reach_m);
  if (share <= 0.004f)
    return;
  vec3 before = path->throughput;
  path->throughput = scale (before, share);
  give (path, mk_sky_light_horizon (path->tracer->sky, path->direction));
  path->throughput = scale (before, 1 - share);
}

/* Even fog along a segment, up to its height: what it adds is the fog's colour in the light of the sky and, towards it, of the sun. */
static void
cross_fog (walk *path, float length)
{
  const mk_sky_light *sky = path->tracer->sky;
  if (sky->sky.fog_density <= 0)
    return;
  if (path->direction.y > 0)
    length = minf (length, maxf (FOG_HEIGHT_M - path->origin.y, 0) / path->direction.y);
  float keep = expf (-sky->sky.fog_density * minf (length, 1e6f));
  float strongest = max3 (sky->sky.fog_color); /* a hue: how bright fog is follows from the sky */
  vec3 tint = strongest > 0 ? scale (sky->sky.fog_color, 1 / strongest) : v3_all (1);
  vec3 ahead = mk_sky_light_horizon (sky, path->direction), before = path->throughput;
  float c = dot (path->direction, sky->sun_direction), g = 0.6f;
  float phase = (1 - g * g) / (4 * MK_PI * powf (1 + g * g - 2 * g * c, 1.5f));
  vec3 sun = scale (sky->sun_radiance, phase * 2 * MK_PI * maxf (1 - sky->sun_cos, 0));
  path->throughput = scale (before, 1 - keep);
  give (path, mul (tint, add (mix (ahead, sky->mean, 0.3f), sky->sun_cos <= 1 ? scale (sun, 0.5f) : v3_all (0))));
  path->throughput = scale (before, keep);
}

static void
note_features (walk *path, const mk_hit *hit, const mk_surface *surface, const mk_bsdf *bsdf)
{
  const mk_bsdf_params *m = &surface->params;
  bool is_glass = bsdf->p_glass > 0.4f, is_mirror = m->metallic > 0.5f && m->roughness < MIRROR_ROUGHNESS;
  if ((is_glass || is_mirror) && path->bounce < 4) {
    path->feature_tint = mul (path->feature_tint, is_glass ? v3 (sqrtf (m->base.x), sqrtf (m->base.y), sqrtf (m->base.z)) : m->base);
    return;
  }
  path->has_features = true;
  vec3 own = add (scale (m->base, 1 - 0.9f * bsdf->p_glass), v3_all (0.04f * (1 - m->metallic) + 0.04f * m->coat));
  path->out->albedo = mul (path->feature_tint, own);
  path->out->normal = surface->normal;
  (void)hit;
}

/* The ray to a light, with what the surface makes of it. */
static void
gather (walk *path, const mk_surface *surface, const mk_bsdf *bsdf, vec3 x, vec3 y, vec3 direction, vec3 radiance, float distance, float pdf)
{
  vec3 n = surface->normal, wi = { dot (x, direction), dot (y, direction), dot (n, direction) };
  bool is_above = dot (surface->geometric, direction) > 0;
  if (is_above != (wi.z > 0)) /* light must not leak through where normals differ */
    return;
  float own;
  vec3 f = mk_bsdf_evaluate (bsdf, wi, &own);
  if (max3 (f) <= 0)
    return;
  vec3 from = offset_point (surface->p, is_above ? surface->geometric : scale (surface->geometric, -1), path->distance);
  vec3 share = mk_world_transmittance (path->tracer->world, from, direction, distance < INFINITY ? distance * 0.9998f - 1e-4f : 1e30f, path->time, path->met_diffuse ? MK_RAY_BLURRED : MK_RAY_SHARP);
  if (max3 (share) <= 0)
    return;
  float weight = mis_weight (pdf, own) / pdf;
  if (distance < INFINITY && path->tracer->sky->sky.fog_density > 0)
    weight *= expf (-path->tracer->sky->sky.fog_density * distance);
  path->bounce++;
  give (path, scale (mul (mul (f, radiance), share), weight));
  path->bounce--;
}

/* Waves above gather the sun into lines. Their net suits the size of what is shown. */
static vec3
sunlight_at (const mk_tracer *t, vec3 p)
{
  if (t->sky->sky.kind != MK_SKY_UNDERWATER)
    return t->sky->sun_radiance;
  return scale (t->sky->sun_radiance, mk_underwater_caustic (p, t->sky->sun_direction, clampf (0.3f * t->world->reach_m, 0.15f, 8), t->time_s));
}

static void
gather_lights (walk *path, const mk_surface *surface, const mk_bsdf *bsdf, vec3 x, vec3 y)
{
  const mk_tracer *t = path->tracer;
  mk_vec2 u = mk_sampler_2d (path->sampler), v = mk_sampler_2d (path->sampler);
  float pick = mk_sampler_1d (path->sampler);
  if (t->is_brute)
    return;
  if (t->sky->sun_cos <= 1) {
    vec3 d = cone_of (t->sky->sun_direction, t->sky->sun_cos, u);
    gather (path, surface, bsdf, x, y, d, sunlight_at (t, surface->p), INFINITY, 1 / (2 * MK_PI * (1 - t->sky->sun_cos)));
  }
  mk_light_ray ray = mk_lights_sample (t->lights, surface->p, pick, v);
  if (ray.pdf > 0 && max3 (ray.radiance) > 0)
    gather (path, surface, bsdf, x, y, ray.direction, ray.radiance, ray.distance, ray.pdf);
}

/* Chooses where the path goes on; false when it ends. */
static bool
scatter (walk *path, const mk_surface *surface, const mk_bsdf *bsdf, vec3 x, vec3 y)
{
  float pick = mk_sampler_1d (path->sampler), luck = mk_sampler_1d (path->sampler), pdf;
  mk_vec2 u = mk_sampler_2d (path->sampler);
  vec3 wi, weight, n = surface->normal;
  if (!mk_bsdf_sample (bsdf, minf (pick, 0.999999f), u, &wi, &weight, &pdf))
    return false;
  vec3 d = unit (add (add (scale (x, wi.x), scale (y, wi.y)), scale (n, wi.z)));
  bool is_through = wi.z < 0;
  float rise = dot (surface->geometric, d);
  if (!is_through && rise <= 0) /* bumps would send it into the surface: it glances off */
    d = along (d, surface->geometric, 1e-3f - 2 * rise);
  else if (is_through && rise > 0)
    return false;
  bool is_above = !is_through;
  path->throughput = mul (path->throughput, weight);
  path->is_clear = false;
  path->pdf = path->tracer->is_brute ? 0 : pdf;
  bool is_narrow = surface->params.roughness < MIRROR_ROUGHNESS && pick >= bsdf->p_diffuse;
  path->met_diffuse |= !is_narrow;
  path->blur = maxf (path->blur, is_narrow ? minf (2 * surface->params.roughness, BLURRED_ROUGHNESS) : BLURRED_ROUGHNESS);
  path->was_through_glass |= is_through;
  if (!is_narrow)
    path->was_through_glass = is_through;
  path->origin = offset_point (surface->p, is_above ? surface->geometric : scale (surface->geometric, -1), path->distance);
  path->direction = d;
  path->width += is_narrow ? 0 : 0.3f * path->distance + 0.2f; /* a blurred view needs no detail */
  path->bounce++;
  path->n_glass += bsdf->p_glass > 0.4f && path->n_glass < FREE_BOUNCES;
  float keep = path->bounce > path->n_glass + 1 ? minf (max3 (path->throughput) * 1.2f, 0.95f) : 1;
  if (luck >= keep)
    return false;
  path->throughput = scale (path->throughput, 1 / keep);
  return path->bounce <= path->tracer->max_bounces + path->n_glass;
}

/* Light of the surface itself. */
static void
see_glow (walk *path, const mk_hit *hit, const mk_surface *surface)
{
  if (max3 (surface->emission) <= 0)
    return;
  float weight = 1;
  if (path->pdf > 0 && hit->source->first_emitter >= 0) {
    if (is_counted (path))
      return;
    weight = mis_weight (path->pdf, mk_lights_emitter_pdf (path->tracer->lights, path->origin, hit, path->direction));
  }
  give (path, scale (surface->emission, weight));
}

static void
note_first (walk *path, const mk_hit *hit, const mk_eye_ray *ray, float distance, vec3 *before)
{
  mk_pixel *out = path->out;
  out->depth = distance * dot (ray->direction, ray->forward);
  out->id = (float)(hit->source->root + 1);
  *before = mk_surface_before (hit, along (ray->origin, ray->direction, distance));
}

bool
mk_path_trace (const mk_tracer *tracer, const mk_eye_ray *ray, mk_sampler *sampler, mk_pixel *out, vec3 *before)
{
  *out = (mk_pixel){ .depth = 0 };
  walk path = { .tracer = tracer, .sampler = sampler, .out = out, .origin = ray->origin, .direction = ray->direction, .throughput = { 1, 1, 1 },
                .time = ray->time, .is_clear = true, .feature_tint = { 1, 1, 1 } };
  float run = 0; /* along the first segment, through things that let it pass */
  *before = ray->direction;
  for (unsigned n_passes = 0;;) {
    mk_hit hit;
    bool is_first = path.bounce == 0;
    if (!mk_world_intersect (tracer->world, path.origin, path.direction, 1e30f, path.time, is_first ? MK_RAY_EYE : path.met_diffuse ? MK_RAY_BLURRED : MK_RAY_SHARP, &hit)) {
      cross_fog (&path, 1e6f);
      see_sky (&path);
      break;
    }
    mk_surface surface;
    path.distance = hit.t;
    if (!is_first && path.origin.y + path.direction.y * hit.t > hit.source->wall_m && ++n_passes < MAX_PASSES) {
      path.origin = along (path.origin, path.direction, hit.t * 1.0001f);
      continue;
    }
    mk_surface_make (&hit, path.origin, path.direction, path.time, path.width + (run + hit.t) * tracer->pixel_angle, &surface);
    if (surface.opacity < 1 && mk_sampler_1d (sampler) >= surface.opacity && ++n_passes < MAX_PASSES) {
      run += hit.t;
      path.origin = offset_point (surface.p, scale (surface.geometric, -1), hit.t);
      continue;
    }
    cross_fog (&path, hit.t);
    if (!is_first && !is_counted (&path))
      give (&path, mk_lights_crossed (tracer->lights, path.origin, path.direction, hit.t, path.pdf));
    if (is_first) {
      out->alpha = 1;
      note_first (&path, &hit, ray, run + hit.t, before);
    }
    surface.params.roughness = maxf (surface.params.roughness, path.blur);
    surface.params.coat_roughness = maxf (surface.params.coat_roughness, path.blur);
    fade_ground (&path, &hit, surface.p);
    see_glow (&path, &hit, &surface);
    vec3 x, y, wo = scale (path.direction, -1);
    frame_of (surface.normal, &x, &y);
    mk_bsdf bsdf;
    mk_bsdf_make (&bsdf, &surface.params, v3 (dot (x, wo), dot (y, wo), dot (surface.normal, wo)));
    if (!path.has_features)
      note_features (&path, &hit, &surface, &bsdf);
    path.is_clear = false;
    gather_lights (&path, &surface, &bsdf, x, y);
    run = 0;
    if (!scatter (&path, &surface, &bsdf, x, y))
      break;
  }
  if (!path.has_features && out->alpha > 0)
    out->albedo = add (out->albedo, path.feature_tint); /* a mirror or glass that shows the sky */
  return out->alpha > 0;
}
