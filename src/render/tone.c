#include "render/tone.h"

#define GREY 0.18f
#define CONTRAST 1.42f
#define INSET 0.20f  /* how far colours are drawn towards grey */
#define OUTSET 0.17f /* and back: a little less keeps highlights soft */

static float
curve (float x)
{
  float p = powf (maxf (x, 0), CONTRAST), m = powf (GREY, CONTRAST) * (1 - GREY) / GREY;
  return p / (p + m);
}

static float
encode (float x)
{
  x = clampf (x, 0, 1);
  return x <= 0.0031308f ? 12.92f * x : 1.055f * powf (x, 1 / 2.4f) - 0.055f; /* IEC 61966-2-1 */
}

vec3
mk_tone_map (vec3 c)
{
  c = mix (c, v3_all (luminance (c)), INSET);
  vec3 y = { curve (c.x), curve (c.y), curve (c.z) };
  float grey = luminance (y);
  y = mix (v3_all (grey), y, 1 / (1 - OUTSET));
  return v3 (encode (y.x), encode (y.y), encode (y.z));
}
