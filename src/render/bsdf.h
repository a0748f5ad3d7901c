/* bsdf.h - how a surface scatters light.
 *
 * Model     From the top: sheen (cloth), clear coat, then glTF's metallic-roughness base: GGX with Smith
 *           shadowing; light that one bounce between microfacets loses is given back (E. Turquin, "Practical
 *           multiple scattering compensation for microfacet models", 2019), and each layer takes from those
 *           below what it reflects itself, so that a white surface reflects everything. Transmission is
 *           B. Walter et al.'s rough dielectric (2007), made whole in the same way.
 * Frame     Local: +Z is the shading normal on the side that light left towards the viewer, `wo`.
 * Threads   Tables are made once, by mk_bsdf_init.
 * Tests     tests/render/test_bsdf.c
 */
#pragma once
#include "render/maths.h"

#include <stdbool.h>

typedef struct {
  vec3 base;          /* linear */
  float metallic, roughness, transmission, ior, coat, coat_roughness, sheen;
  bool is_entering;   /* wo is outside: matters for glass */
} mk_bsdf_params;

typedef struct {
  vec3 wo;
  vec3 diffuse;       /* albedo below the specular layer, already scaled */
  vec3 f0, specular;  /* `specular` multiplies the GGX lobe: compensation and layers */
  float alpha, coat_alpha, coat, sheen;
  vec3 glass;         /* tint and scale of the transmitting lobe */
  float glass_reflect; /* scale of its reflection */
  float eta;          /* index on the far side / on the near side */
  float p_diffuse, p_specular, p_coat, p_glass; /* sampling shares, sum 1 */
} mk_bsdf;

/* Once before anything else; cheap when already done; any thread. */
void mk_bsdf_init (void);
void mk_bsdf_make (mk_bsdf *bsdf, const mk_bsdf_params *params, vec3 wo);
/* f * |cos wi| and the density with which mk_bsdf_sample picks wi. */
vec3 mk_bsdf_evaluate (const mk_bsdf *bsdf, vec3 wi, float *pdf);
/* false = absorbed. `weight` = f * |cos| / pdf. */
bool mk_bsdf_sample (const mk_bsdf *bsdf, float pick, mk_vec2 u, vec3 *wi, vec3 *weight, float *pdf);

/* Exact reflectance of a smooth dielectric for light on the side of `cos_i` (> 0); eta as in mk_bsdf. */
float mk_fresnel_dielectric (float cos_i, float eta);
