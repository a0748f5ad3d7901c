#include "render/aurora.h"

/* A curtain hangs all round the sky: its hem winds up and down, light fades quickly upwards from it. Sines of the azimuth, so
 * that it closes behind the viewer. */
static const struct {
  float hem, sway, height, bright; /* of the sine of elevation; the hem's middle and how far it winds */
  float waves, phase;
} curtains[] = { { 0.070f, 0.035f, 0.17f, 0.75f, 3, 0.4f }, { 0.135f, 0.060f, 0.30f, 1.0f, 2, 2.3f }, { 0.300f, 0.080f, 0.42f, 0.6f, 3, 4.4f } };

/* How far the folds turn the curtain's own azimuth from the sky's: steep folds pass before and behind each other. */
static float
folded (float azimuth, float waves, float phase)
{
  return azimuth + 0.55f / waves * sinf (waves * 2 * azimuth + phase) + 0.16f * sinf (7 * azimuth - 2 * phase) + 0.05f * sinf (17 * azimuth + phase);
}

/* Rays of light along the field lines, 0.55..1.45: some broad, many narrow. */
static float
rays (float along, float phase)
{
  float broad = sinf (23 * along + phase) * sinf (14 * along - 3 * phase), narrow = sinf (83 * along + 5 * phase) * sinf (57 * along + phase);
  return 1 + 0.27f * broad + 0.18f * narrow;
}

vec3
mk_aurora_radiance (vec3 d, bool is_sharp)
{
  static const vec3 low = { 0.10f, 1.0f, 0.42f }, middle = { 0.05f, 0.62f, 0.60f }, high = { 0.52f, 0.16f, 0.78f };
  vec3 sum = { 0, 0, 0 };
  float azimuth = atan2f (d.x, -d.z);
  for (size_t i = 0; i < MK_COUNT (curtains) && d.y > 0; i++) {
    float along = folded (azimuth, curtains[i].waves, curtains[i].phase);
    float hem = curtains[i].hem + curtains[i].sway * sinf (curtains[i].waves * along + curtains[i].phase) + 0.012f * sinf (11 * along);
    float up = (d.y - hem) / curtains[i].height;
    float there = smooth (-0.75f, 0.7f, sinf (2 * along + 3 * curtains[i].phase) + 0.55f * cosf (azimuth)); /* it comes and goes, and is strongest in the north */
    float light = smooth (-0.10f, 0.06f, up) * expf (-2.6f * maxf (up, 0)) * there * curtains[i].bright;
    if (is_sharp)
      light *= rays (along, curtains[i].phase);
    vec3 hue = mix (mix (low, middle, smooth (0.05f, 0.45f, up)), high, smooth (0.3f, 1.0f, up));
    sum = add (sum, scale (hue, light));
  }
  return scale (sum, 0.16f * smooth (0, 0.05f, d.y));
}
