#include "media/quantize.h"

#include <stdlib.h>
#include <string.h>

/* Beyond this many colours their lowest bits are left out. */
#define MAX_COLORS 65536u

typedef struct {
  uint8_t v[3];
  uint8_t box;
  uint32_t count;
} color;

typedef struct {
  color *first; /* a piece of one array */
  uint32_t n, n_pixels;
  int left, right; /* its halves; -1 for a leaf */
} box;

static uint32_t
pack (const uint8_t *rgb, int shift)
{
  return (uint32_t)(rgb[0] >> shift) << 16 | (uint32_t)(rgb[1] >> shift) << 8 | (uint32_t)(rgb[2] >> shift);
}

static int
compare_packed (const void *a, const void *b)
{
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static uint32_t
count_colors (const uint32_t *sorted, size_t n)
{
  uint32_t n_colors = n > 0;
  for (size_t i = 1; i < n; i++)
    n_colors += sorted[i] != sorted[i - 1];
  return n_colors;
}

/* The colours of the picture and how often each occurs, in order of their bits; `*shift` bits are left out of each. */
static color *
collect_colors (const uint8_t *rgb, size_t n_pixels, uint32_t *n_colors, int *shift)
{
  g_autofree uint32_t *packed = g_new (uint32_t, n_pixels);
  for (*shift = 0;; (*shift)++) {
    for (size_t i = 0; i < n_pixels; i++)
      packed[i] = pack (rgb + 3 * i, *shift);
    qsort (packed, n_pixels, sizeof *packed, compare_packed);
    *n_colors = count_colors (packed, n_pixels);
    if (*n_colors <= MAX_COLORS)
      break;
  }
  color *colors = g_new0 (color, *n_colors);
  color *at = colors - 1;
  for (size_t i = 0; i < n_pixels; i++) {
    if (i == 0 || packed[i] != packed[i - 1])
      *++at = (color){ .v = { (uint8_t)(packed[i] >> 16), (uint8_t)(packed[i] >> 8), (uint8_t)packed[i] } };
    at->count++;
  }
  return colors;
}

#define BY_AXIS(axis)                                                    \
  static int by_axis_##axis (const void *a, const void *b)               \
  {                                                                      \
    return ((const color *)b)->v[axis] - ((const color *)a)->v[axis];    \
  }
BY_AXIS (0)
BY_AXIS (1)
BY_AXIS (2)

/* The axis with the longest range, weighed as the eye does; -1 when there is but one colour. */
static int
longest_axis (const box *b)
{
  static const int weights[3] = { 77, 150, 29 };
  int best = -1, longest = 0;
  for (int axis = 0; axis < 3; axis++) {
    int low = 255, high = 0;
    for (uint32_t i = 0; i < b->n; i++) {
      low = MIN (low, b->first[i].v[axis]);
      high = MAX (high, b->first[i].v[axis]);
    }
    if ((high - low) * weights[axis] > longest) {
      longest = (high - low) * weights[axis];
      best = axis;
    }
  }
  return best;
}

/* From the brightest down, the first half of the pixels, with all that are equal to its last; never everything. */
static uint32_t
find_cut (const box *b, int axis)
{
  uint32_t n = 0, n_pixels = 0;
  while (n < b->n && n_pixels * 2 <= b->n_pixels)
    n_pixels += b->first[n++].count;
  while (n < b->n && b->first[n].v[axis] == b->first[n - 1].v[axis])
    n++;
  if (n == b->n)
    while (n > 0 && b->first[n - 1].v[axis] == b->first[b->n - 1].v[axis])
      n--;
  return n;
}

static box
box_new (color *first, uint32_t n)
{
  box b = { first, n, 0, -1, -1 };
  for (uint32_t i = 0; i < n; i++)
    b.n_pixels += first[i].count;
  return b;
}

static bool
split (GArray *boxes, int index)
{
  static int (*const orders[3]) (const void *, const void *) = { by_axis_0, by_axis_1, by_axis_2 };
  box *b = &g_array_index (boxes, box, index);
  int axis = longest_axis (b);
  if (axis < 0)
    return false;
  qsort (b->first, b->n, sizeof (color), orders[axis]);
  uint32_t n = find_cut (b, axis);
  box left = box_new (b->first, n), right = box_new (b->first + n, b->n - n);
  b->left = (int)boxes->len;
  b->right = (int)boxes->len + 1;
  g_array_append_val (boxes, left);
  g_array_append_val (boxes, right);
  return true;
}

/* A heap of box numbers by pixels; which of equals comes first decides the colours, so its steps are Pillow's. */
typedef struct {
  const GArray *boxes;
  int items[1 + 512];
  int n;
} heap;

static int64_t
weigh (const heap *h, int index)
{
  return g_array_index (h->boxes, box, index).n_pixels;
}

static void
heap_add (heap *h, int index)
{
  int at = ++h->n;
  for (; at > 1 && weigh (h, index) > weigh (h, h->items[at / 2]); at /= 2)
    h->items[at] = h->items[at / 2];
  h->items[at] = index;
}

static int
heap_take (heap *h)
{
  int top = h->items[1], last = h->items[h->n--], at = 1;
  for (int child; at * 2 <= h->n; at = child) {
    child = at * 2;
    if (child < h->n && weigh (h, h->items[child]) < weigh (h, h->items[child + 1]))
      child++;
    if (weigh (h, last) > weigh (h, h->items[child]))
      break;
    h->items[at] = h->items[child];
  }
  h->items[at] = last;
  return top;
}

static void
cut_all (GArray *boxes, int n_colors)
{
  heap h = { .boxes = boxes };
  heap_add (&h, 0);
  while (--n_colors > 0) {
    int index = -1;
    while (h.n > 0 && index < 0) {
      int next = heap_take (&h);
      if (split (boxes, next))
        index = next;
    }
    if (index < 0)
      return;
    heap_add (&h, g_array_index (boxes, box, index).left);
    heap_add (&h, g_array_index (boxes, box, index).right);
  }
}

/* Leaves get their numbers from left to right. */
static int
number_leaves (const GArray *boxes, int index, int next)
{
  const box *b = &g_array_index (boxes, box, index);
  if (b->left >= 0)
    return number_leaves (boxes, b->right, number_leaves (boxes, b->left, next));
  for (uint32_t i = 0; i < b->n; i++)
    b->first[i].box = (uint8_t)next;
  return next + 1;
}

static int
by_bits (const void *a, const void *b)
{
  const color *x = a, *y = b;
  return memcmp (x->v, y->v, 3);
}

static uint8_t
find_box (const color *colors, uint32_t n_colors, const uint8_t *rgb, int shift)
{
  color wanted = { .v = { (uint8_t)(rgb[0] >> shift), (uint8_t)(rgb[1] >> shift), (uint8_t)(rgb[2] >> shift) } };
  const color *found = bsearch (&wanted, colors, n_colors, sizeof (color), by_bits);
  return found->box;
}

static int
distance (const uint8_t *a, const uint8_t *b)
{
  int r = a[0] - b[0], g = a[1] - b[1], l = a[2] - b[2];
  return r * r + g * g + l * l;
}

static void
average (mk_palette *palette, const uint8_t *rgb, const uint8_t *boxes, size_t n_pixels)
{
  uint64_t sums[256][4] = { { 0 } };
  for (size_t i = 0; i < n_pixels; i++) {
    for (int c = 0; c < 3; c++)
      sums[boxes[i]][c] += rgb[3 * i + (size_t)c];
    sums[boxes[i]][3]++;
  }
  for (int k = 0; k < palette->n; k++)
    for (int c = 0; c < 3; c++)
      palette->rgb[k][c] = (uint8_t)(0.5 + (double)sums[k][c] / (double)MAX (1, sums[k][3]));
}

void
mk_palette_median_cut (mk_palette *palette, const uint8_t *rgb, size_t n_pixels, int n_colors)
{
  uint32_t n_found;
  int shift;
  memset (palette, 0, sizeof *palette);
  g_autofree color *colors = collect_colors (rgb, n_pixels, &n_found, &shift);
  g_autofree uint8_t *boxes = g_malloc (n_pixels);
  GArray *tree = g_array_new (FALSE, FALSE, sizeof (box));
  box root = box_new (colors, n_found);
  g_array_append_val (tree, root);
  cut_all (tree, n_colors);
  palette->n = number_leaves (tree, 0, 0);
  g_array_free (tree, TRUE);
  qsort (colors, n_found, sizeof (color), by_bits);
  for (size_t i = 0; i < n_pixels; i++)
    boxes[i] = find_box (colors, n_found, rgb + 3 * i, shift);
  average (palette, rgb, boxes, n_pixels);
}

/* --- with a given palette --- */

/* The nearest to the colour without its two lowest bits, remembered. */
static int
look_up (const mk_palette *palette, int16_t *known, const int *rgb)
{
  int16_t *entry = &known[(rgb[0] >> 2) << 12 | (rgb[1] >> 2) << 6 | rgb[2] >> 2];
  if (*entry >= 0)
    return *entry;
  const uint8_t coarse[3] = { (uint8_t)(rgb[0] & ~3), (uint8_t)(rgb[1] & ~3), (uint8_t)(rgb[2] & ~3) };
  int best = G_MAXINT;
  for (int k = 0; k < 256; k++) /* those that are not used are black, and count */
    if (distance (palette->rgb[k], coarse) < best) {
      best = distance (palette->rgb[k], coarse);
      *entry = (int16_t)k;
    }
  return *entry;
}

/* Sevens, threes, fives and ones of sixteen, in integers. What runs over the end of a row goes, as in Pillow, from
 * the blue channel into all three of the next row's. */
static void
map_row_dithered (const mk_palette *palette, int16_t *known, const uint8_t *rgb, int width, int *below, uint8_t *mapped)
{
  int ahead[3] = { 0 }, under[3] = { 0 }, beyond[3] = { 0 }, last_blue = 0;
  for (int x = 0; x < width; x++, below += 3) {
    int wanted[3];
    for (int c = 0; c < 3; c++)
      wanted[c] = CLAMP (rgb[3 * x + c] + (ahead[c] + below[3 + c]) / 16, 0, 255);
    mapped[x] = (uint8_t)look_up (palette, known, wanted);
    for (int c = 0; c < 3; c++) {
      int rest = wanted[c] - palette->rgb[mapped[x]][c];
      below[c] = 3 * rest + under[c];
      under[c] = 5 * rest + beyond[c];
      beyond[c] = rest;
      ahead[c] = 7 * rest;
      last_blue = rest;
    }
  }
  below[0] = under[2];
  below[1] = beyond[2];
  below[2] = last_blue;
}

void
mk_palette_map (const mk_palette *palette, const uint8_t *rgb, int width, int height, bool dithers, uint8_t *mapped)
{
  g_autofree int16_t *known = g_new (int16_t, 64 * 64 * 64);
  g_autofree int *below = g_new0 (int, 3 * ((size_t)width + 1));
  memset (known, 0xff, sizeof (int16_t) * 64 * 64 * 64);
  for (int y = 0; y < height; y++) {
    const uint8_t *row = rgb + (size_t)y * (size_t)width * 3;
    uint8_t *to = mapped + (size_t)y * (size_t)width;
    if (dithers)
      map_row_dithered (palette, known, row, width, below, to);
    for (int x = 0; !dithers && x < width; x++)
      to[x] = (uint8_t)look_up (palette, known, (int[3]){ row[3 * x], row[3 * x + 1], row[3 * x + 2] });
  }
}
