#include "scene/pattern.h"

/* A point of a pattern in repeats (1 = pattern_scale_m), and how much of it one pixel covers. */
typedef struct {
  float x, y, width;
} point;

/* What a pattern says of a point: share of the second colour, shade (1 = as it is), height in repeats. */
typedef struct {
  float share, shade, height;
} look;

/* --- noise on a lattice that wraps --- */

static int
wrap (int x, int period)
{
  if ((unsigned)x < (unsigned)period)
    return x; /* mostly: division is slow */
  int rest = x % period;
  return rest < 0 ? rest + period : rest;
}

/* 0..1 out of a point's number, by the mixing steps of C. Wellons's "lowbias32". */
static inline float
mixed (uint32_t h)
{
  h = (h ^ (h >> 16)) * 0x7feb352du;
  h = (h ^ (h >> 15)) * 0x846ca68bu;
  return (float)((h ^ (h >> 16)) >> 8) * 0x1p-24f;
}

static float
lattice (int x, int y, int period, uint32_t seed)
{
  return mixed ((uint32_t)wrap (x, period) * 0x8da6b343u ^ (uint32_t)wrap (y, period) * 0xd8163841u ^ seed * 0xcb1ab31fu);
}

static int
floor_of (float x)
{
  int whole = (int)x;
  return whole - ((float)whole > x);
}

static float
fade (float t)
{
  return t * t * t * (t * (t * 6 - 15) + 10);
}

static float
ramp (float low, float high, float x)
{
  float t = fminf (fmaxf ((x - low) / (high - low), 0), 1);
  return t * t * (3 - 2 * t);
}

/* Value noise, 0..1, with cells of size 1 and `period` of them before it repeats. */
static float
noise (float x, float y, int period, uint32_t seed)
{
  int ix = floor_of (x), iy = floor_of (y);
  float u = fade (x - (float)ix), v = fade (y - (float)iy);
  int left = wrap (ix, period), top = wrap (iy, period), right = left + 1 == period ? 0 : left + 1, bottom = top + 1 == period ? 0 : top + 1;
  uint32_t l = (uint32_t)left * 0x8da6b343u ^ seed * 0xcb1ab31fu, r = (uint32_t)right * 0x8da6b343u ^ seed * 0xcb1ab31fu;
  uint32_t above = (uint32_t)top * 0xd8163841u, below = (uint32_t)bottom * 0xd8163841u;
  float a = mixed (l ^ above), b = mixed (r ^ above), c = mixed (l ^ below), d = mixed (r ^ below);
  return (a + (b - a) * u) * (1 - v) + (c + (d - c) * u) * v;
}

/* Octaves of halving size, -1..1; those smaller than a pixel fade out. `cells` of the first lie in one repeat. */
static float
turbulence (point at, float cells, int period, int n_octaves, uint32_t seed)
{
  float sum = 0, weight = 0.5f;
  for (int i = 0; i < n_octaves; i++, weight *= 0.5f, cells *= 2) {
    float seen = fminf (fmaxf (1.5f - at.width * cells * 1.5f, 0), 1);
    if (seen <= 0)
      break;
    sum += weight * seen * (2 * noise (at.x * cells, at.y * cells, (int)lrintf ((float)period * cells), seed + (uint32_t)i) - 1);
  }
  return sum;
}

/* 1 within the middle half of each unit, 0 outside, its edges as wide as a pixel. */
static float
square_wave (float x, float width)
{
  float d = fabsf (x - floorf (x) - 0.5f); /* 0 in the middle, 0.5 at the ends */
  float w = fmaxf (width, 1e-4f);
  if (w >= 0.5f)
    return 0.5f;
  return 1 - fminf (fmaxf ((d - 0.25f) / w + 0.5f, 0), 1);
}

/* --- the patterns --- */

static look
checker (point at)
{
  float a = 2 * square_wave (at.x, at.width) - 1, b = 2 * square_wave (at.y, at.width) - 1;
  return (look){ .share = 0.5f - 0.5f * a * b, .shade = 1 };
}

static look
stripes (point at)
{
  return (look){ .share = square_wave (at.y, at.width), .shade = 1 };
}

static look
dots (point at)
{
  float best = 1; /* one in the middle, one at the corners: rows that step */
  for (int i = 0; i < 2; i++) {
    float x = at.x + 0.5f * (float)i, y = at.y + 0.5f * (float)i;
    x -= floorf (x) + 0.5f;
    y -= floorf (y) + 0.5f;
    best = fminf (best, sqrtf (x * x + y * y));
  }
  const float radius = 0.21f;
  float w = fmaxf (at.width, 0.01f);
  return (look){ .share = fminf (fmaxf ((radius - best) / w + 0.5f, 0), 1), .shade = 1 };
}

/* Two bricks and six courses in a repeat: 25 by 8 cm at half a metre. */
static look
brick (point at, int period)
{
  float row = floorf (at.y * 6), x = at.x * 2 + 0.5f * (row - 2 * floorf (row / 2)), column = floorf (x);
  float dx = (0.5f - fabsf (x - column - 0.5f)) / 2, dy = (0.5f - fabsf (at.y * 6 - row - 0.5f)) / 6;
  float edge = fminf (dx, dy), soft = fmaxf (at.width, 0.004f);
  float body = ramp (0.008f - soft, 0.008f + soft, edge);
  float own = lattice ((int)column, (int)row, period * 2, 7) + 0.5f * lattice ((int)row, (int)column, period * 6, 11);
  float grain = turbulence (at, 12, period, 3, 3);
  return (look){ .share = 1 - body, .shade = 1 + body * (0.28f * (own - 0.75f) + 0.25f * grain), .height = body * (0.014f + 0.006f * grain) };
}

/* Two by two tiles in a repeat, with joints. */
static look
tiles (point at, int period)
{
  float x = at.x * 2, y = at.y * 2, ix = floorf (x), iy = floorf (y);
  float edge = fminf (0.5f - fabsf (x - ix - 0.5f), 0.5f - fabsf (y - iy - 0.5f)) / 2, soft = fmaxf (at.width, 0.003f);
  float body = ramp (0.006f - soft, 0.006f + soft, edge);
  float own = lattice ((int)ix, (int)iy, period * 2, 5);
  return (look){ .share = 1 - body, .shade = 1 + body * 0.1f * (own - 0.5f), .height = body * 0.006f };
}

/* Fibres run along u: growth rings cut lengthwise, wavering, with pores drawn out along them. */
static look
wood (point at, int period)
{
  point slow = { at.x, at.y * 3, at.width };
  float wave = turbulence (slow, 1, period, 3, 21);
  float ring = at.y * 5 + 1.8f * wave + 0.4f * turbulence (at, 2, period, 2, 22);
  float t = ring - floorf (ring);
  float late = ramp (0.25f, 0.9f, t) * (1 - ramp (0.9f, 1.0f, t)); /* early wood darkens slowly, then a sharp edge */
  late = 0.5f + (late - 0.5f) * fminf (fmaxf (1.5f - at.width * 10, 0), 1);
  point thin = { at.x, at.y * 16, at.width * 16 };
  float pores = turbulence (thin, 2, period, 2, 23);
  return (look){ .share = fminf (fmaxf (0.1f + 0.75f * late + 0.3f * pores, 0), 1), .shade = 1 + 0.16f * pores, .height = 0.0035f * (pores - late) };
}

/* Boards along u, eight to a repeat across: each cut from another place of the log, ends staggered, dark joints between. */
static look
planks (point at, int period)
{
  const float across = 8, along = 0.75f; /* boards in a repeat */
  float row = floorf (at.y * across), shift = lattice ((int)row, 3, period * 8, 81), x = at.x * along + 3 * shift, column = floorf (x);
  float dx = (0.5f - fabsf (x - column - 0.5f)) / along, dy = (0.5f - fabsf (at.y * across - row - 0.5f)) / across, soft = fmaxf (at.width, 0.0016f);
  float joint = 1 - ramp (0, 2 * soft, fminf (dx, dy)), dark = 0.75f * joint * 0.0016f / soft, far = fminf (fmaxf (1.5f - at.width * 14, 0), 1);
  int board = wrap ((int)column, 3 * period / 4);
  float own = lattice (board, (int)row, period * 8, 82), other = lattice (board, (int)row, period * 8, 83);
  point slow = { at.x + 2.7f * own, at.y * 4 + 1.3f * other, at.width * 4 }, thin = { at.x + 1.9f * other, at.y * 40, at.width * 40 };
  float ring = (at.y + own) * 26 + 4.5f * turbulence (slow, 1, period, 3, 84), t = ring - floorf (ring);
  float late = ramp (0.2f, 0.9f, t) * (1 - ramp (0.9f, 1.0f, t)), pores = turbulence (thin, 2, period, 2, 85);
  late = 0.5f + (late - 0.5f) * far;
  float share = 0.12f + 0.45f * late + 0.3f * pores + 0.25f * (other - 0.5f);
  share += (0.4f - share) * joint;
  return (look){ .share = fminf (fmaxf (share, 0), 1), .shade = (0.80f + 0.4f * own) * (1 + 0.12f * pores) * (1 - dark), .height = 0.0012f * (pores - late) * far * (1 - joint) - 0.002f * joint };
}

/* Veins run where a bent plane wave turns over: sharp in a soft shadow, here strong, there lost, with a net of fine ones between. */
static look
marble (point at, int period)
{
  static const float turns[3][2] = { { 2, 3 }, { -3, 1 }, { 1, -4 } }, weights[3] = { 1, 0.7f, 0.5f }; /* whole turns over the period, so that it closes */
  float bend = turbulence (at, 1, period, 5, 31), veins = 0, near = fminf (fmaxf (1.5f - at.width * 18, 0), 1), seen = fminf (fmaxf (1.5f - at.width * 4, 0), 1);
  for (int i = 0; i < 3; i++) {
    float phase = MK_PI * ((turns[i][0] * at.x + turns[i][1] * at.y) / (float)period + 1.5f * bend * (1 + 0.3f * (float)i));
    float thin = 1 - fabsf (sinf (phase)), t2 = thin * thin, t8 = t2 * t2 * t2 * t2, t32 = t8 * t8 * t8 * t8;
    float strong = ramp (0.30f, 0.75f, noise (at.x * 2 + 3 * bend, at.y * 2, period * 2, 34 + (uint32_t)i));
    veins += weights[i] * strong * (0.30f * t8 * seen + 0.75f * t32 * t32 * near);
  }
  float net = 1 - fminf (fabsf (turbulence (at, 3, period, 4, 37)) * 9, 1), cloud = ramp (-0.35f, 0.6f, turbulence (at, 1, period, 4, 32));
  veins += 0.22f * net * net * near * ramp (0.4f, 0.8f, cloud);
  return (look){ .share = fminf (0.26f * cloud + veins, 1), .shade = 1 };
}

static look
clouds (point at, int period)
{
  float broad = turbulence (at, 1, period, 3, 41), fine = turbulence (at, 8, period, 3, 42);
  return (look){ .share = fminf (fmaxf (0.5f + 1.1f * broad + 0.35f * fine, 0), 1), .shade = 1 + 0.18f * fine, .height = 0.03f * broad + 0.012f * fine };
}

/* Blades are short strokes of all directions; patches of them differ in hue and height. */
static look
grass (point at, int period)
{
  float patch = turbulence (at, 1, period, 3, 51), tufts = turbulence (at, 6, period, 2, 52);
  point along = { at.x * 40 + 3 * tufts, at.y * 12, at.width * 40 }, across = { at.x * 12, at.y * 40 + 3 * patch, at.width * 40 };
  float strokes = turbulence (along, 1, period, 2, 53) + turbulence (across, 1, period, 2, 54);
  float share = 0.45f + 0.45f * patch + 0.4f * tufts - 0.45f * strokes;
  return (look){ .share = fminf (fmaxf (share, 0), 1), .shade = 1 + 0.42f * strokes + 0.2f * tufts, .height = 0.02f * tufts + 0.006f * strokes };
}

/* Waves of whole numbers per period, the longer the higher: a slice through a calm sea. */
static look
ripples (point at, int period)
{
  static const float waves[][3] = { /* turns along x and y per repeat, phase */
    { 0.75f, 0.25f, 0.3f }, { 0.5f, -0.75f, 1.9f }, { 1, 0.5f, 4.1f }, { -0.25f, 1.25f, 2.2f }, { 1.5f, -0.75f, 5.3f },
    { 1.25f, 1.5f, 0.9f }, { 2.5f, 0.75f, 3.3f }, { -1.5f, 2.25f, 1.1f }, { 3, -2, 2.7f }, { 2, 3.5f, 4.7f } };
  float height = 0, warp = turbulence (at, 1, period, 2, 61);
  for (size_t i = 0; i < MK_COUNT (waves); i++) {
    float length = sqrtf (waves[i][0] * waves[i][0] + waves[i][1] * waves[i][1]);
    float seen = fminf (fmaxf (1.5f - at.width * length * 3, 0), 1);
    height += seen * 0.011f / length * sinf (2 * MK_PI * (waves[i][0] * at.x + waves[i][1] * at.y) + waves[i][2] + 2.5f * warp);
  }
  return (look){ .share = fminf (fmaxf (0.5f + 14 * height, 0), 1), .shade = 1, .height = height };
}

/* --- what is broken, grown or worn --- */

/* Of the random points of a lattice (one a cell): how far the nearest and the second are, and the nearest one's own number. */
typedef struct {
  float nearest, second, own;
} crumb;

static crumb
crumb_at (float x, float y, int period, uint32_t seed)
{
  int ix = floor_of (x), iy = floor_of (y);
  crumb found = { 9, 9, 0 };
  for (int k = 0; k < 9; k++) {
    int cx = ix + k % 3 - 1, cy = iy + k / 3 - 1;
    float dx = (float)cx + 0.1f + 0.8f * lattice (cx, cy, period, seed) - x, dy = (float)cy + 0.1f + 0.8f * lattice (cx, cy, period, seed + 1) - y, d = dx * dx + dy * dy;
    if (d < found.nearest)
      found = (crumb){ d, found.nearest, lattice (cx, cy, period, seed + 2) };
    else if (d < found.second)
      found.second = d;
  }
  return (crumb){ sqrtf (found.nearest), sqrtf (found.second), found.own };
}

/* How much of what is `size` repeats wide is left in so coarse a pixel. */
static float
left_of (point at, float size)
{
  return fminf (fmaxf (1.5f - at.width / size, 0), 1);
}

/* Crystals of three minerals grown into each other: the second colour, the first and a lighter one, smaller ones between. */
static look
speckles (point at, int period)
{
  float seen = left_of (at, 1), fine_seen = left_of (at, 0.4f);
  crumb large = crumb_at (at.x, at.y, period, 101), fine = crumb_at (at.x * 2.5f, at.y * 2.5f, period * 5 / 2, 105);
  float dark = fmaxf (large.own < 0.28f ? 1 : 0, fine.own < 0.2f ? 0.85f : 0), light = large.own > 0.72f ? 0.3f : fine.own > 0.8f ? 0.2f : 0;
  float share = 0.4f + (dark - 0.4f) * (fine_seen + seen) / 2;
  return (look){ .share = share, .shade = 1 + seen * (light + 0.16f * (fine.own - 0.5f)) };
}

/* Pores of cast stone in a surface that dried in clouds. */
static look
pores (point at, int period)
{
  float broad = turbulence (at, 1, period, 4, 111), grain = turbulence (at, 24, period, 2, 112), seen = left_of (at, 0.04f);
  crumb pore = crumb_at (at.x * 9, at.y * 9, period * 9, 113);
  float hole = pore.own < 0.3f ? 1 - ramp (0.3f * pore.own + 0.06f, 0.3f * pore.own + 0.14f, pore.nearest) : 0;
  return (look){ .share = fminf (fmaxf (0.45f + 0.9f * broad + 0.7f * hole * seen, 0), 1), .shade = 1 + 0.14f * grain - 0.3f * hole * seen, .height = 0.004f * grain - 0.02f * hole * seen };
}

/* Hair that lies along v, strand beside strand, in locks that end at different heights. */
static look
hair (point at, int period)
{
  float comb = turbulence (at, 2, period, 2, 121), tuft = turbulence ((point){ at.x * 2, at.y, at.width * 2 }, 3, period, 2, 122);
  point thin = { at.x * 40 + 3 * comb, at.y * 4, at.width * 40 }, thick = { at.x * 14 + 2 * comb, at.y * 4, at.width * 14 };
  float hairs = turbulence (thin, 1, period, 2, 123), locks = turbulence (thick, 1, period, 2, 124);
  return (look){ .share = fminf (fmaxf (0.4f - 0.5f * locks - 0.9f * hairs - 0.35f * tuft, 0), 1), .shade = 1 + 0.45f * hairs + 0.2f * locks, .height = 0.04f * locks + 0.02f * hairs + 0.06f * tuft };
}

/* Pebbles with creases between, as hide has them. */
static look
hide (point at, int period)
{
  crumb pebble = crumb_at (at.x, at.y, period, 131);
  float gap = pebble.second - pebble.nearest, seen = left_of (at, 0.5f), broad = turbulence (at, 0.25f, period, 2, 134), crease = (1 - ramp (0, 0.22f, gap)) * seen;
  return (look){ .share = fminf (fmaxf (0.28f + 0.6f * broad + 0.62f * crease, 0), 1), .shade = 1 + 0.12f * seen * (pebble.own - 0.5f), .height = 0.16f * ramp (0, 0.45f, gap) * seen };
}

/* Folds of a sheet that was crumpled and smoothed out again. */
static look
creases (point at, int period)
{
  float sum = 0, weight = 1, width = at.width, fibre = turbulence (at, 40, period, 2, 145);
  for (int i = 0, cells = 2; i < 3; i++, cells *= 2, weight *= 0.5f, width *= 2)
    sum += weight * fabsf (turbulence ((point){ at.x, at.y, at.width }, (float)cells, period, 1, 141 + (uint32_t)i)) * fminf (fmaxf (1.5f - 6 * width, 0), 1);
  return (look){ .share = fminf (fmaxf (0.55f - 1.3f * sum + 0.2f * fibre, 0), 1), .shade = 1 + 0.03f * fibre, .height = 0.07f * sum };
}

/* Plates that drift apart; the second colour is what is seen between them. */
static look
cracks (point at, int period)
{
  float warp = turbulence (at, 2, period, 3, 151), grain = turbulence (at, 8, period, 3, 152);
  crumb plate = crumb_at (at.x * 2 + 0.7f * warp, at.y * 2 + 0.7f * grain, period * 2, 153);
  float gap = plate.second - plate.nearest, wide = 0.05f + 0.16f * plate.own, soft = fmaxf (at.width, 0.01f);
  float open = 1 - ramp (0.25f * wide - soft, wide + soft, gap + 0.05f * grain);
  return (look){ .share = open, .shade = 1 + (1 - open) * (0.5f * grain + 0.4f * (plate.own - 0.5f)), .height = 0.05f * ramp (0, 0.3f, gap) + 0.02f * grain };
}

/* Stitches: two lobes that meet in a V, row upon row. */
static look
knit (point at, int period)
{
  float column = floorf (at.x), u = fabsf (at.x - column - 0.5f) * 2, y = at.y * 1.25f - 0.42f * u; /* u: 0 in the middle of a V, 1 between two */
  float v = y - floorf (y), lobe = sinf (MK_PI * v) * sqrtf (fmaxf (sinf (MK_PI * (0.12f + 0.76f * u)), 0)), seen = left_of (at, 0.3f);
  float fuzz = turbulence (at, 8, period, 2, 161);
  return (look){ .share = fminf (fmaxf (0.4f + (0.85f - 1.1f * lobe - 0.4f) * seen - 0.35f * fuzz, 0), 1), .shade = 1 + 0.1f * fuzz, .height = 0.22f * lobe * seen + 0.03f * fuzz };
}

/* Flutes of corrugated board that press through its paper, and flecks of old print in it. */
static look
flutes (point at, int period)
{
  float seen = left_of (at, 0.4f), wave = sinf (2 * MK_PI * at.y) * seen, fleck = turbulence ((point){ at.x * 4, at.y, at.width * 4 }, 1, period, 2, 171), broad = turbulence (at, 0.25f, period, 2, 172);
  return (look){ .share = fminf (fmaxf (0.45f - 0.4f * wave + 0.5f * fleck + 0.4f * broad, 0), 1), .shade = 1 + 0.08f * fleck, .height = 0.05f * wave };
}

/* Flakes of the second colour where iron has long been wet, pitted. */
static look
rust (point at, int period)
{
  float broad = turbulence (at, 1, period, 5, 181), fine = turbulence (at, 14, period, 3, 182);
  float flake = ramp (-0.12f, 0.16f, broad + 0.45f * fine);
  return (look){ .share = flake, .shade = 1 + 0.55f * fine + 0.25f * broad, .height = 0.012f * flake + 0.012f * fine };
}

#define FLAT_WIDTH 0.5f /* of a repeat: from so far away bumps are gone */

/* --- one door --- */

static int
period_of (mk_pattern_kind kind)
{
  switch (kind) {
  case MK_PATTERN_BRICK:
  case MK_PATTERN_TILES:
  case MK_PATTERN_WOOD:
  case MK_PATTERN_MARBLE:
  case MK_PATTERN_RIPPLES:
  case MK_PATTERN_PLANKS:
  case MK_PATTERN_PORES:
  case MK_PATTERN_HAIR:
  case MK_PATTERN_CREASES:
  case MK_PATTERN_CRACKS:
  case MK_PATTERN_RUST:
    return 4;
  case MK_PATTERN_NOISE:
  case MK_PATTERN_GRASS:
    return 6;
  case MK_PATTERN_SPECKLES:
  case MK_PATTERN_HIDE:
  case MK_PATTERN_KNIT:
  case MK_PATTERN_FLUTES:
    return 16;
  default:
    return 1;
  }
}

static look
look_at (mk_pattern_kind kind, point at)
{
  int period = period_of (kind);
  switch (kind) {
  case MK_PATTERN_CHECKER:
    return checker (at);
  case MK_PATTERN_STRIPES:
    return stripes (at);
  case MK_PATTERN_DOTS:
    return dots (at);
  case MK_PATTERN_BRICK:
    return brick (at, period);
  case MK_PATTERN_TILES:
    return tiles (at, period);
  case MK_PATTERN_WOOD:
    return wood (at, period);
  case MK_PATTERN_MARBLE:
    return marble (at, period);
  case MK_PATTERN_NOISE:
    return clouds (at, period);
  case MK_PATTERN_GRASS:
    return grass (at, period);
  case MK_PATTERN_RIPPLES:
    return ripples (at, period);
  case MK_PATTERN_PLANKS:
    return planks (at, period);
  case MK_PATTERN_SPECKLES:
    return speckles (at, period);
  case MK_PATTERN_PORES:
    return pores (at, period);
  case MK_PATTERN_HAIR:
    return hair (at, period);
  case MK_PATTERN_HIDE:
    return hide (at, period);
  case MK_PATTERN_CREASES:
    return creases (at, period);
  case MK_PATTERN_CRACKS:
    return cracks (at, period);
  case MK_PATTERN_KNIT:
    return knit (at, period);
  case MK_PATTERN_FLUTES:
    return flutes (at, period);
  case MK_PATTERN_RUST:
    return rust (at, period);
  case MK_PATTERN_NONE:
    break;
  }
  return (look){ .shade = 1 };
}

static bool
has_height (mk_pattern_kind kind)
{
  return kind >= MK_PATTERN_BRICK && kind != MK_PATTERN_MARBLE && kind != MK_PATTERN_SPECKLES;
}

bool
mk_pattern_glows_between (const mk_material *material)
{
  return material->pattern == MK_PATTERN_CRACKS && mk_vec3_luminance (material->emission) > 0;
}

mk_vec2
mk_pattern_size (const mk_material *material)
{
  float size = material->pattern == MK_PATTERN_NONE ? 0 : (float)period_of (material->pattern) * material->pattern_scale_m;
  return (mk_vec2){ size, size };
}

void
mk_pattern_evaluate (const mk_material *material, mk_vec2 uv_m, float width_m, mk_pattern_sample *sample)
{
  *sample = (mk_pattern_sample){ .color = material->base_color };
  float scale = material->pattern_scale_m;
  if (material->pattern == MK_PATTERN_NONE || !(scale > 0))
    return;
  int period = period_of (material->pattern);
  point at = { uv_m.x / scale, uv_m.y / scale, width_m / scale };
  at.x -= (float)period * floorf (at.x / (float)period); /* near 0 floats are fine enough for bumps */
  at.y -= (float)period * floorf (at.y / (float)period);
  look here = look_at (material->pattern, at);
  sample->share = here.share;
  sample->color = mk_vec3_scale (mk_vec3_lerp (material->base_color, material->pattern_color, here.share), here.shade);
  float strength = material->pattern_strength;
  if (strength <= 0 || !has_height (material->pattern) || at.width > FLAT_WIDTH)
    return;
  const float step = fmaxf (0.002f, at.width * 0.5f); /* of a repeat: below the finest detail that is left */
  look right = look_at (material->pattern, (point){ at.x + step, at.y, at.width });
  look below = look_at (material->pattern, (point){ at.x, at.y + step, at.width });
  sample->height_m = here.height * scale * strength;
  sample->slope = (mk_vec2){ (right.height - here.height) / step * strength, (below.height - here.height) / step * strength };
}
