#include "render/sky.h"

#include <string.h>

#include "check.h"
#include "render/underwater.h"
#include "render/sampler.h"

static const mk_sky_kind kinds[] = { MK_SKY_DAY, MK_SKY_SUNSET, MK_SKY_NIGHT, MK_SKY_STUDIO, MK_SKY_NEON, MK_SKY_FOG, MK_SKY_OVERCAST, MK_SKY_SPACE, MK_SKY_COLOR, MK_SKY_UNDERWATER };

static mk_sky
sky_of (mk_sky_kind kind)
{
  return (mk_sky){ .kind = kind, .sun_elevation_rad = kind == MK_SKY_SUNSET ? 0.09f : 0.8f, .sun_azimuth_rad = 0.7f, .sun_intensity = 1, .sky_intensity = 1,
                   .color = { 1, 1, 1 }, .turbidity = 3 };
}

static vec3
direction_of (mk_sampler *sampler)
{
  return cone_of (v3 (0, 1, 0), -1, mk_sampler_2d (sampler));
}

/* The mean of 1 / density over what is sampled is the whole sphere, and of radiance / density the mean light. */
TEST (every_sky_is_sampled_with_the_density_that_it_says)
{
  for (size_t k = 0; k < MK_COUNT (kinds); k++) {
    mk_sky sky = sky_of (kinds[k]);
    mk_sky_light *light = mk_sky_light_new (&sky, NULL, NULL);
    double sphere = 0, sum = 0;
    const uint32_t n = 20000;
    unsigned n_beside = 0; /* on the border of two cells either may answer */
    for (uint32_t i = 0; i < n; i++) {
      mk_sampler sampler = mk_sampler_start (1, 0, 0, i);
      float pdf;
      vec3 d = mk_sky_light_sample (light, mk_sampler_2d (&sampler), &pdf);
      n_beside += fabsf (mk_sky_light_pdf (light, d) - pdf) > 1e-3f * pdf;
      sphere += 1 / (double)pdf / n;
      sum += luminance (mk_sky_light_lookup (light, d)) / (double)pdf / n;
    }
    CHECK_REAL (n_beside, <, 0.02 * n);
    CHECK_NEAR (sphere / (4 * G_PI), 1, 0.02);
    CHECK_NEAR (sum / (4 * G_PI * luminance (light->mean)), 1, 0.02);
    mk_sky_light_free (light);
  }
}

TEST (no_sky_is_darker_than_nothing_or_brighter_than_numbers)
{
  for (size_t k = 0; k < MK_COUNT (kinds); k++) {
    mk_sky sky = sky_of (kinds[k]);
    mk_sky_light *light = mk_sky_light_new (&sky, NULL, NULL);
    for (uint32_t i = 0; i < 4000; i++) {
      mk_sampler sampler = mk_sampler_start (2, 0, 0, i);
      vec3 d = direction_of (&sampler), c = mk_sky_light_radiance (light, d), b = mk_sky_light_backdrop (light, d);
      CHECK (c.x >= 0 && c.y >= 0 && c.z >= 0 && max3 (c) < 100);
      CHECK (b.x >= 0 && b.y >= 0 && b.z >= 0 && max3 (b) < 100);
    }
    mk_sky_light_free (light);
  }
}

TEST (clouds_cover_a_share_above_the_horizon_and_none_below)
{
  mk_clouds *clear = mk_clouds_new (v3 (0, 1, 0), 0, NULL, NULL), *some = mk_clouds_new (v3 (0, 1, 0), 0.45f, NULL, NULL);
  double covered = 0;
  int n = 0;
  for (uint32_t i = 0; i < 8000; i++) {
    mk_sampler sampler = mk_sampler_start (3, 0, 0, i);
    vec3 d = direction_of (&sampler);
    mk_cloud cloud = mk_clouds_at (some, d);
    CHECK (cloud.cover >= 0 && cloud.cover <= 1 && cloud.sun >= 0 && cloud.sky >= 0);
    CHECK_REAL (mk_clouds_at (clear, d).cover, ==, 0);
    if (d.y <= 0)
      CHECK_REAL (cloud.cover, ==, 0);
    covered += cloud.cover;
    n += d.y > 0;
  }
  CHECK_REAL (covered / n, >, 0.1);
  CHECK_REAL (covered / n, <, 0.7);
  mk_clouds_free (clear);
  mk_clouds_free (some);
}

TEST (clouds_are_the_same_for_any_number_of_threads)
{
  g_autoptr (mk_pool) pool = mk_pool_new (3);
  vec3 sun = unit (v3 (0.3f, 0.6f, 0.2f));
  mk_clouds *alone = mk_clouds_new (sun, 0.45f, NULL, NULL), *together = mk_clouds_new (sun, 0.45f, pool, NULL);
  for (uint32_t i = 0; i < 4000; i++) {
    mk_sampler sampler = mk_sampler_start (4, 0, 0, i);
    vec3 d = direction_of (&sampler);
    mk_cloud a = mk_clouds_at (alone, d), b = mk_clouds_at (together, d);
    CHECK (memcmp (&a, &b, sizeof a) == 0);
  }
  mk_clouds_free (alone);
  mk_clouds_free (together);
}

TEST (a_dusk_is_warm_about_the_sun_and_blue_overhead)
{
  mk_sky sky = sky_of (MK_SKY_SUNSET);
  mk_sky_light *light = mk_sky_light_new (&sky, NULL, NULL);
  vec3 sun = light->sun_direction, low = mk_sky_light_horizon (light, unit (v3 (sun.x, 0, sun.z))), up = mk_sky_light_lookup (light, v3 (0, 1, 0));
  CHECK_REAL (low.x, >, 2 * low.z);
  CHECK_REAL (up.z, >, up.x);
  mk_sky_light_free (light);
}

TEST (northern_lights_are_green_below_and_violet_above_and_light_the_ground)
{
  mk_sky dark = sky_of (MK_SKY_NIGHT), bright = dark;
  bright.aurora = 1;
  mk_sky_light *without = mk_sky_light_new (&dark, NULL, NULL), *with = mk_sky_light_new (&bright, NULL, NULL);
  vec3 low = { 0, 0, 0 }, high = { 0, 0, 0 };
  for (int i = 0; i < 360; i++) {
    float a = (float)i * MK_PI / 180;
    low = add (low, mk_sky_light_radiance (with, unit (v3 (sinf (a), 0.12f, cosf (a)))));
    high = add (high, mk_sky_light_radiance (with, unit (v3 (sinf (a), 0.75f, cosf (a)))));
    CHECK (luminance (mk_sky_light_radiance (with, unit (v3 (sinf (a), -0.2f, cosf (a))))) < 0.1f);
  }
  CHECK_REAL (low.y, >, 1.3f * low.x);
  CHECK_REAL (low.y, >, 1.1f * low.z);
  CHECK_REAL (high.x + high.z, >, 2 * high.y);
  CHECK_REAL (with->mean.y, >, 1.6f * without->mean.y);
  mk_sky_light_free (without);
  mk_sky_light_free (with);
}

TEST (waves_gather_sunlight_into_lines_without_making_any)
{
  vec3 sun = unit (v3 (0.3f, 0.9f, -0.2f));
  const int side = 400;
  double sum = 0;
  float low = INFINITY, high = 0;
  for (int i = 0; i < side * side; i++) {
    float c = mk_underwater_caustic (v3 (0.037f * (float)(i % side), 0, 0.041f * (float)(i / side)), sun, 0.5f, 1.7);
    sum += (double)c / (side * side);
    low = minf (low, c);
    high = maxf (high, c);
  }
  CHECK_NEAR (sum, 1, 0.1);
  CHECK_REAL (low, <, 0.6);
  CHECK_REAL (high, >, 2);
}
