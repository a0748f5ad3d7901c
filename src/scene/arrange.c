/* Groups: rows, grids, circles, stacks, piles, pyramids, and what is strewn about. */
#include "base/rng.h"
#include "scene/arrange_curve.h"

const char *const mk_arrange_words[] = {
#define X(name, word) word,
  MK_ARRANGE_LIST (X)
#undef X
  NULL
};

#define MAX_TRIES 4000

static float
width_of (const mk_layout_item *item)
{
  return fmaxf (item->size.x, item->size.z);
}

static float
widest (const mk_layout_item *items, unsigned n)
{
  float most = 0;
  for (unsigned i = 0; i < n; i++)
    most = fmaxf (most, width_of (&items[i]));
  return most;
}

/* Along x, or along z from the front to the back. */
static void
arrange_row (mk_layout_item *items, unsigned n, float gap, bool is_along_z)
{
  float length = -gap, at;
  for (unsigned i = 0; i < n; i++)
    length += (is_along_z ? items[i].size.z : items[i].size.x) + gap;
  at = -length / 2;
  for (unsigned i = 0; i < n; i++) {
    float own = is_along_z ? items[i].size.z : items[i].size.x;
    *(is_along_z ? &items[i].offset.z : &items[i].offset.x) = is_along_z ? -(at + own / 2) : at + own / 2;
    at += own + gap;
  }
}

static void
arrange_grid (mk_layout_item *items, unsigned n, float gap)
{
  unsigned columns = (unsigned)ceilf (sqrtf ((float)n)), rows = (n + columns - 1) / columns;
  float cell_x = gap, cell_z = gap;
  for (unsigned i = 0; i < n; i++) {
    cell_x = fmaxf (cell_x, items[i].size.x + gap);
    cell_z = fmaxf (cell_z, items[i].size.z + gap);
  }
  for (unsigned i = 0; i < n; i++) {
    unsigned row = i / columns, in_row = MIN (columns, n - row * columns);
    items[i].offset.x = ((float)(i % columns) - 0.5f * (float)(in_row - 1)) * cell_x;
    items[i].offset.z = (0.5f * (float)(rows - 1) - (float)row) * cell_z;
  }
}

/* Far enough apart at any turn: the box's diagonal. */
static float
farthest_across (const mk_layout_item *items, unsigned n)
{
  float most = 0;
  for (unsigned i = 0; i < n; i++)
    most = fmaxf (most, hypotf (items[i].size.x, items[i].size.z));
  return most;
}

static void
arrange_circle (mk_layout_item *items, unsigned n, float gap)
{
  float radius = n > 1 ? (farthest_across (items, n) + gap) / (2 * sinf (MK_PI / (float)n)) : 0;
  for (unsigned i = 0; i < n; i++) {
    float angle = 2 * MK_PI * (float)i / (float)n;
    items[i].offset = (mk_vec3){ radius * sinf (angle), 0, radius * cosf (angle) };
    items[i].yaw_rad = angle + MK_PI; /* all look at the middle */
  }
}

static void
arrange_stack (mk_layout_item *items, unsigned n)
{
  float y = 0;
  for (unsigned i = 0; i < n; i++) {
    items[i].offset.y = y;
    y += items[i].size.y;
  }
}

/* Square layers, each over the gaps of the one below; balls sink into the gaps by Pythagoras. */
static void
arrange_layers (mk_layout_item *items, unsigned n, float gap, bool is_flat)
{
  float cell_x = 0, cell_z = 0, height = 0;
  unsigned base = 1, sum = 0;
  for (unsigned i = 0; i < n; i++) {
    height = fmaxf (height, items[i].size.y);
    cell_x = fmaxf (cell_x, items[i].size.x + gap);
    cell_z = fmaxf (cell_z, items[i].size.z + gap);
  }
  for (base = 1;; base++) {
    sum = is_flat ? base * (base + 1) / 2 : base * (base + 1) * (2 * base + 1) / 6;
    if (sum >= n)
      break;
  }
  bool is_round = items[0].is_round && gap <= 0;
  float step = is_round ? height * (is_flat ? 0.8660254f : 0.70710678f) : height;
  unsigned i = 0;
  for (unsigned layer = 0; i < n; layer++) {
    unsigned side = base - layer, in_layer = is_flat ? side : side * side;
    for (unsigned k = 0; k < in_layer && i < n; k++, i++) {
      items[i].offset.x = ((float)(k % side) - 0.5f * (float)(side - 1)) * cell_x;
      items[i].offset.z = is_flat ? 0 : ((float)(k / side) - 0.5f * (float)(side - 1)) * cell_z;
      items[i].offset.y = (float)layer * step;
    }
  }
}

#define SLIM 2.2f           /* times as high as wide: nothing stands on its top */
#define PIN_GAP 1.5f        /* of its width: ten pins of 12 cm stand 30 cm apart */

static bool
is_slim (const mk_layout_item *items, unsigned n)
{
  bool is_all = true;
  for (unsigned i = 0; i < n; i++)
    is_all &= items[i].size.y > SLIM * width_of (&items[i]);
  return is_all;
}

/* A triangle on the floor, its tip in front: how pins stand, and a pyramid of what cannot be stacked. */
static void
arrange_triangle (mk_layout_item *items, unsigned n, float gap)
{
  float cell = widest (items, n) + gap, depth = 0;
  unsigned n_rows = 0, i = 0;
  for (unsigned left = n; left > 0; left -= MIN (left, n_rows))
    n_rows++;
  depth = 0.8660254f * cell * (float)(n_rows - 1);
  for (unsigned row = 0; i < n; row++)
    for (unsigned k = 0; k <= row && i < n; k++, i++)
      items[i].offset = (mk_vec3){ ((float)k - 0.5f * (float)row) * cell, 0, 0.5f * depth - 0.8660254f * cell * (float)row };
}

#define WOOD_N 24            /* as many tall things as this are a wood or a crowd */
#define WOOD_CLOSER 0.74f    /* and stand crown to crown: a square's diagonal, times this, is a little more than its side */

static float
reach_of (const mk_layout_item *items, unsigned n, unsigned i)
{
  mk_vec3 size = items[i].size;
  return (n >= WOOD_N && size.y > 1.2f * fmaxf (size.x, size.z) ? WOOD_CLOSER : 1) * hypotf (size.x, size.z);
}

static bool
is_free (const mk_layout_item *items, unsigned n, unsigned n_all, mk_vec3 at, float own, float gap)
{
  for (unsigned i = 0; i < n; i++)
    if (hypotf (at.x - items[i].offset.x, at.z - items[i].offset.z) < 0.5f * (own + reach_of (items, n_all, i)) + gap)
      return false;
  return true;
}

/* Poisson discs by dart throwing: the field grows while there is no room. */
static void
arrange_scatter (mk_layout_item *items, unsigned n, float gap, mk_rng *rng, bool is_crowd)
{
  float area = 0;
  for (unsigned i = 0; i < n; i++) {
    float own = reach_of (items, n, i) + gap;
    area += own * own;
  }
  float radius = 0.75f * sqrtf (area), tries = 0;
  for (unsigned i = 0; i < n; i++) {
    float own = reach_of (items, n, i);
    mk_vec3 at;
    do {
      float r = radius * sqrtf (mk_rng_float (rng)), angle = 2 * MK_PI * mk_rng_float (rng);
      at = (mk_vec3){ r * sinf (angle), 0, 0.8f * r * cosf (angle) };
      radius *= 1.004f;
      tries++;
    } while (i > 0 && !is_free (items, i, n, at, own, gap) && tries < (float)n * MAX_TRIES);
    items[i].offset = at;
    items[i].yaw_rad = is_crowd ? mk_rng_range (rng, -0.5f, 0.5f) : 2 * MK_PI * mk_rng_float (rng);
  }
}

void
mk_layout_arrange (mk_layout_item *items, unsigned n, int arrange, float spacing_m, uint64_t seed)
{
  mk_rng rng = mk_rng_new (seed, 7);
  float gap = spacing_m >= 0 ? spacing_m : 0.3f * widest (items, n);
  for (unsigned i = 0; i < n; i++) {
    items[i].offset = (mk_vec3){ 0, 0, 0 };
    items[i].yaw_rad = 0;
  }
  if (arrange < 0)
    arrange = n <= 6 ? MK_ARRANGE_ROW : MK_ARRANGE_GRID;
  if (mk_arrange_is_curve (arrange)) {
    mk_arrange_curve (items, n, arrange, farthest_across (items, n) + (spacing_m >= 0 ? spacing_m : 0.15f * widest (items, n)));
    return;
  }
  switch (arrange) {
  case MK_ARRANGE_COLUMN:
    arrange_row (items, n, gap, true);
    break;
  case MK_ARRANGE_GRID:
    arrange_grid (items, n, gap);
    break;
  case MK_ARRANGE_CIRCLE:
    arrange_circle (items, n, spacing_m >= 0 ? spacing_m : 0.15f * widest (items, n));
    break;
  case MK_ARRANGE_STACK:
    arrange_stack (items, n);
    break;
  case MK_ARRANGE_PILE:
    arrange_layers (items, n, items[0].is_round ? 0 : 0.06f * widest (items, n), false);
    break;
  case MK_ARRANGE_PYRAMID: {
    if (is_slim (items, n)) {
      arrange_triangle (items, n, spacing_m >= 0 ? spacing_m : PIN_GAP * widest (items, n));
      break;
    }
    bool is_square = n == 5 || n == 14 || n == 30 || n == 55 || n == 91 || n == 140;
    arrange_layers (items, n, spacing_m > 0 ? spacing_m : 0, !is_square);
    break;
  }
  case MK_ARRANGE_SCATTER:
  case MK_ARRANGE_CROWD:
    arrange_scatter (items, n, spacing_m >= 0 ? spacing_m : (arrange == MK_ARRANGE_CROWD ? 0.15f : n >= WOOD_N ? 0.25f : 0.5f) * widest (items, n), &rng, arrange == MK_ARRANGE_CROWD);
    break;
  default:
    arrange_row (items, n, gap, false);
  }
}
