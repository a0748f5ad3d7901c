/* Easing: how a motion shares out its way over its time. */
#include "scene/motion.h"

const char *const mk_easing_words[] = { "linear", "in", "out", "in-out", "bounce", "elastic", NULL };

/* Four parabolas, each a quarter as high as the one before: what a dropped ball does. */
static float
ease_bounce (float t)
{
  const float k = 7.5625f; /* (11/4)^2: the first fall ends at t = 4/11 */
  if (t < 4 / 11.0f)
    return k * t * t;
  if (t < 8 / 11.0f) {
    t -= 6 / 11.0f;
    return k * t * t + 0.75f;
  }
  if (t < 10 / 11.0f) {
    t -= 9 / 11.0f;
    return k * t * t + 0.9375f;
  }
  t -= 21 / 22.0f;
  return k * t * t + 0.984375f;
}

float
mk_ease (mk_easing easing, float t)
{
  t = fminf (fmaxf (t, 0), 1);
  switch (easing) {
  case MK_EASE_IN:
    return t * t;
  case MK_EASE_OUT:
    return t * (2 - t);
  case MK_EASE_IN_OUT:
    return t * t * t * (t * (t * 6 - 15) + 10);
  case MK_EASE_BOUNCE:
    return ease_bounce (t);
  case MK_EASE_ELASTIC: /* a spring that settles: three swings */
    return t >= 1 ? 1 : 1 - exp2f (-9 * t) * cosf (t * 3 * 2 * MK_PI) * (1 - t);
  default:
    return t;
  }
}

float
mk_glide (double time_s, double duration_s, double in_s, double out_s)
{
  double whole = duration_s - (in_s + out_s) / 2, t = CLAMP (time_s, 0, duration_s), left = duration_s - t;
  if (t < in_s)
    return (float)(t * t / (2 * in_s) / whole);
  return (float)((left < out_s ? whole - left * left / (2 * out_s) : t - in_s / 2) / whole);
}

float
mk_smooth (float low, float high, float x)
{
  float t = fminf (fmaxf ((x - low) / (high - low), 0), 1);
  return t * t * (3 - 2 * t);
}
