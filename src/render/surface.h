/* surface.h - what a ray finds where it hits: place, normals, material values. */
#pragma once
#include "render/bsdf.h"
#include "render/world.h"

typedef struct mk_surface {
  vec3 p, geometric, normal;  /* both normals unit, on the side the ray came from */
  bool is_outside;            /* the ray came from where the mesh's normals point */
  float opacity;
  vec3 emission;
  mk_bsdf_params params;
} mk_surface;

/* `width` is that of a pixel at the hit in metres: patterns fade below it. */
void mk_surface_make (const mk_hit *hit, vec3 origin, vec3 direction, float time, float width, mk_surface *surface);
/* What a shadow ray that hits at `p` keeps. Glass lets it pass straight, dimmed by reflection and tint. */
vec3 mk_surface_passes (const mk_hit *hit, vec3 p, vec3 direction, float time);
/* Where the point of the hit was one frame earlier, in world space. */
vec3 mk_surface_before (const mk_hit *hit, vec3 p);
