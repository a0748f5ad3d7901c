#include "render/bsdf.h"

#include "base/rng.h"
#include "check.h"

static mk_vec3
wo_at (float cos_o)
{
  return v3 (sqrtf (1 - cos_o * cos_o), 0, cos_o);
}

/* Share of light that comes back when it comes evenly from everywhere. */
static mk_vec3
reflected (const mk_bsdf_params *params, float cos_o, unsigned n)
{
  mk_bsdf bsdf;
  mk_bsdf_init ();
  mk_bsdf_make (&bsdf, params, wo_at (cos_o));
  mk_rng rng = mk_rng_new (5, 3);
  double sum[3] = { 0, 0, 0 };
  for (unsigned i = 0; i < n; i++) {
    vec3 wi, weight;
    float pdf, pick = ((float)i + mk_rng_float (&rng)) / (float)n;
    mk_vec2 u = { mk_rng_float (&rng), mk_rng_float (&rng) };
    if (!mk_bsdf_sample (&bsdf, pick, u, &wi, &weight, &pdf))
      continue;
    sum[0] += (double)weight.x;
    sum[1] += (double)weight.y;
    sum[2] += (double)weight.z;
  }
  return v3 ((float)(sum[0] / n), (float)(sum[1] / n), (float)(sum[2] / n));
}

static const float roughnesses[] = { 0, 0.1f, 0.3f, 0.5f, 0.75f, 1 }, cosines[] = { 1, 0.7f, 0.3f, 0.1f };

TEST (white_surfaces_of_every_make_reflect_everything)
{
  for (unsigned mask = 0; mask < 16; mask++)
    for (size_t r = 0; r < MK_COUNT (roughnesses); r++)
      for (size_t c = 0; c < MK_COUNT (cosines); c++) {
        mk_bsdf_params p = { .base = { 1, 1, 1 }, .roughness = roughnesses[r], .ior = 1.5f, .metallic = mask & 1, .coat = (mask & 2) ? 1 : 0,
                             .coat_roughness = 0.2f, .sheen = (mask & 4) ? 0.5f : 0, .transmission = (mask & 8) ? 0.5f : 0, .is_entering = true };
        float share = luminance (reflected (&p, cosines[c], 40000));
        if (!(fabsf (share - 1) < 0.025f))
          mk_test_fail (__FILE__, __LINE__, "metallic %g coat %g sheen %g transmission %g roughness %g at cosine %g reflects %g", (double)p.metallic, (double)p.coat,
                        (double)p.sheen, (double)p.transmission, (double)p.roughness, (double)cosines[c], (double)share);
      }
}

TEST (glass_keeps_all_light_from_both_sides)
{
  for (size_t r = 0; r < MK_COUNT (roughnesses); r++)
    for (int side = 0; side < 2; side++)
      for (size_t c = 0; c < MK_COUNT (cosines); c++) {
        mk_bsdf_params p = { .base = { 1, 1, 1 }, .roughness = roughnesses[r], .ior = 1.5f, .transmission = 1, .is_entering = side == 0 };
        float share = luminance (reflected (&p, cosines[c], 40000));
        if (!(fabsf (share - 1) < 0.03f))
          mk_test_fail (__FILE__, __LINE__, "roughness %g, side %d, cosine %g keeps %g", (double)roughnesses[r], side, (double)cosines[c], (double)share);
      }
}

TEST (no_material_gives_more_than_it_gets)
{
  mk_rng rng = mk_rng_new (11, 1);
  for (int i = 0; i < 300; i++) {
    mk_bsdf_params p = { .base = { mk_rng_float (&rng), mk_rng_float (&rng), mk_rng_float (&rng) }, .roughness = mk_rng_float (&rng), .metallic = mk_rng_float (&rng),
                         .ior = mk_rng_range (&rng, 1.1f, 2.2f), .coat = mk_rng_float (&rng), .coat_roughness = mk_rng_float (&rng), .sheen = mk_rng_float (&rng),
                         .transmission = mk_rng_float (&rng), .is_entering = (i & 1) != 0 };
    vec3 share = reflected (&p, mk_rng_range (&rng, 0.1f, 1), 4000);
    CHECK_REAL (max3 (share), <, 1.06); /* noise of 4,000 samples */
  }
}

/* Sampling and evaluation must be two views of one function. */
TEST (sampled_and_evenly_integrated_reflection_agree)
{
  for (int kind = 0; kind < 3; kind++) {
    mk_bsdf_params p = { .base = { 0.8f, 0.5f, 0.2f }, .roughness = 0.5f, .ior = 1.5f, .metallic = kind == 1, .coat = kind == 0 ? 0.7f : 0, .coat_roughness = 0.4f,
                         .sheen = kind == 0 ? 0.3f : 0, .transmission = kind == 2, .is_entering = true };
    mk_bsdf bsdf;
    mk_bsdf_init ();
    mk_bsdf_make (&bsdf, &p, wo_at (0.6f));
    mk_rng rng = mk_rng_new (2, 2);
    double even = 0, density = 0;
    const int n = 6000000; /* the transmitted lobe is small */
    for (int i = 0; i < n; i++) {
      float z = mk_rng_range (&rng, -1, 1), s = sqrtf (1 - z * z), a = 2 * MK_PI * mk_rng_float (&rng), pdf;
      even += (double)luminance (mk_bsdf_evaluate (&bsdf, v3 (s * cosf (a), s * sinf (a), z), &pdf)) * 4 * G_PI / n;
      density += (double)pdf * 4 * G_PI / n;
    }
    float sampled = luminance (reflected (&p, 0.6f, 200000));
    if (!(fabs (even - (double)sampled) < 0.015))
      mk_test_fail (__FILE__, __LINE__, "material %d reflects %g evenly integrated, %g sampled", kind, even, (double)sampled);
    CHECK_REAL (density, <, 1.01);
    CHECK_REAL (density, >, 0.9); /* what is missing was sampled below the surface */
  }
}

TEST (fresnel_has_its_known_values)
{
  CHECK_NEAR (mk_fresnel_dielectric (1, 1.5f), 0.04, 1e-6);
  CHECK_NEAR (mk_fresnel_dielectric (1, 1 / 1.5f), 0.04, 1e-6);
  CHECK_NEAR (mk_fresnel_dielectric (1e-4f, 1.5f), 1, 1e-2);
  float brewster = cosf (atanf (1.5f)), t = asinf (sinf (atanf (1.5f)) / 1.5f), s = square (sinf (atanf (1.5f) - t) / sinf (atanf (1.5f) + t));
  CHECK_NEAR (mk_fresnel_dielectric (brewster, 1.5f), 0.5f * s, 1e-5); /* the parallel half vanishes */
  CHECK_REAL (mk_fresnel_dielectric (cosf (0.74f), 1 / 1.5f), ==, 1);  /* beyond 41.8 degrees: total */
  CHECK_REAL (mk_fresnel_dielectric (cosf (0.71f), 1 / 1.5f), <, 1);
}

TEST (smooth_glass_bends_light_as_snell_says)
{
  mk_bsdf_params p = { .base = { 1, 1, 1 }, .ior = 1.5f, .transmission = 1, .is_entering = true };
  mk_bsdf bsdf;
  mk_bsdf_init ();
  mk_bsdf_make (&bsdf, &p, wo_at (cosf (0.8f)));
  int n_through = 0;
  for (int i = 0; i < 1000; i++) {
    vec3 wi, weight;
    float pdf;
    mk_vec2 u = { (float)(i % 33) / 33, (float)(i / 33) / 31 };
    if (!mk_bsdf_sample (&bsdf, ((float)i + 0.5f) / 1000, u, &wi, &weight, &pdf) || wi.z > 0)
      continue;
    n_through++;
    if (u.y < 0.9f) /* the tail of GGX is long even here */
      CHECK_NEAR (sqrtf (wi.x * wi.x + wi.y * wi.y), sinf (0.8f) / 1.5f, 0.01);
  }
  CHECK_INT (n_through, >, 500);
}
