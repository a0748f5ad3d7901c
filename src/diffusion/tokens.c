/* tokens.c - see tokens.h. */
#include "diffusion/tokens.h"
#include "diffusion/nn_product.h"

#include <math.h>
#include <string.h>

#define ASKED 64 /* tokens compared at a time */

/* Well mixed bits of two numbers (the finaliser of MurmurHash3; A. Appleby, 2011). */
static uint32_t
draw (uint32_t lot, uint32_t which)
{
  uint32_t x = lot * 2654435761u + which * 40503u + 1u;
  x = (x ^ x >> 16) * 0x85ebca6bu;
  x = (x ^ x >> 13) * 0xc2b2ae35u;
  return x ^ x >> 16;
}

/* In how many parts a side of `n` cells falls, each of at least `least` cells. */
static int
divide (int n, int least, int n_sizes, uint32_t lot)
{
  int found[128], n_found = 0;
  for (int size = MIN (least, n); size <= n && n_found < MIN (n_sizes, 128); size++)
    if (n % size == 0)
      found[n_found++] = n / size;
  return found[n_found > 2 ? draw (lot, 0) % (uint32_t)(n_found - 1) : 0]; /* the last is never drawn, as in ComfyUI */
}

static mk_token_map
map_tiles (const mk_nn *nn, const mk_token_choice *tokens, mk_act x, int height, int width, uint32_t lot)
{
  mk_token_map map = { .is_plain = true };
  int n = x.h * x.w, level = 0;
  while (level <= tokens->depth && ldexp (height, -level) * ldexp (width, -level) != n)
    level++;
  double aspect = (double)width / height;
  int rows = (int)rint (sqrt (n * aspect)), columns = (int)rint (sqrt (n / aspect)); /* sic: ComfyUI's rows are the picture's columns */
  if (level > tokens->depth || rows * columns != n)
    return map;
  int least = MAX (32, tokens->tile) / 8 * (tokens->scales ? 1 << level : 1);
  int down = divide (rows, least, tokens->swap, lot * 2), across = divide (columns, least, tokens->swap, lot * 2 + 1), h = rows / down, w = columns / across;
  map = (mk_token_map) { .n_rows = n, .n_parts = down * across };
  if (nn->is_planning)
    return map;
  map.rows = g_new (int, (size_t)x.n * (size_t)n);
  for (int i = 0; i < x.n * n; i++) {
    int at = i % n, row = at / columns, column = at % columns;
    map.rows[i] = ((row / h * across + column / w) * h + row % h) * w + column % w;
  }
  return map;
}

typedef struct {
  const float *x;      /* tokens of one picture, each of length 1 */
  size_t c, n_from, n_to;
  const int *from, *to;
  float *to_x;         /* of `to`, side by side */
  float *best;         /* per `from` */
  int *best_to;
  float **scratch;
} matching;

static void
match (void *user, size_t item, unsigned worker)
{
  const matching *m = user;
  size_t first = item * ASKED, n = MIN (m->n_from - first, ASKED);
  float *asked = m->scratch[worker], *scores = asked + ASKED * m->c;
  for (size_t i = 0; i < n; i++)
    memcpy (asked + i * m->c, m->x + (size_t)m->from[first + i] * m->c, m->c * sizeof (float));
  mk_sgemm (true, n, m->n_to, m->c, asked, m->c, m->to_x, m->c, 0, scores, m->n_to);
  for (size_t i = 0; i < n; i++) {
    size_t best = 0;
    for (size_t k = 1; k < m->n_to; k++)
      best = scores[i * m->n_to + k] > scores[i * m->n_to + best] ? k : best;
    m->best[first + i] = scores[i * m->n_to + best];
    m->best_to[first + i] = (int)best;
  }
}

typedef struct {
  float likeness;
  int from;
} candidate;

static int
compare_candidates (const void *a, const void *b)
{
  const candidate *left = a, *right = b;
  if (left->likeness != right->likeness)
    return left->likeness > right->likeness ? -1 : 1;
  return left->from - right->from;
}

/* Of each 2 × 2 cells one, by lot, may be joined by others. */
static void
choose (int h, int w, uint32_t lot, GArray *from, GArray *to)
{
  for (int i = 0; i < h * w; i++) {
    int y = i / w, x = i % w, block = y / 2 * (w / 2) + x / 2;
    bool is_inside = y < h / 2 * 2 && x < w / 2 * 2;
    g_array_append_val (is_inside && (int)(draw (lot, (uint32_t)block) % 4) == y % 2 * 2 + x % 2 ? to : from, i);
  }
}

static void
normalise (float *x, size_t n, size_t c)
{
  for (size_t i = 0; i < n; i++) {
    double sum = 0;
    for (size_t k = 0; k < c; k++)
      sum += (double)x[i * c + k] * x[i * c + k];
    float factor = sum > 0 ? (float)(1 / sqrt (sum)) : 0;
    for (size_t k = 0; k < c; k++)
      x[i * c + k] *= factor;
  }
}

/* The `n_merged` tokens of `from` that are most like one of `to` share its row. */
static void
merge_picture (mk_nn *nn, const float *x, size_t c, const GArray *from, const GArray *to, size_t n_merged, int *rows)
{
  size_t n = from->len + to->len;
  g_autofree float *unit = g_memdup2 (x, n * c * sizeof *x), *to_x = g_new (float, (size_t)to->len * c), *best = g_new (float, from->len);
  g_autofree int *best_to = g_new (int, from->len);
  g_autofree candidate *order = g_new (candidate, from->len);
  matching m = { unit, c, from->len, to->len, (const int *)(const void *)from->data, (const int *)(const void *)to->data, to_x, best, best_to, nn->scratch };
  normalise (unit, n, c);
  for (size_t i = 0; i < to->len; i++)
    memcpy (to_x + i * c, unit + (size_t)m.to[i] * c, c * sizeof (float));
  mk_nn_each (nn, (from->len + ASKED - 1) / ASKED, match, &m);
  for (guint i = 0; i < from->len; i++)
    order[i] = (candidate) { best[i], (int)i };
  qsort (order, from->len, sizeof *order, compare_candidates);
  size_t n_alone = from->len - n_merged;
  for (size_t i = 0; i < from->len; i++) {
    int who = order[i].from;
    rows[m.from[who]] = (int)(i < n_merged ? n_alone + (size_t)best_to[who] : i - n_merged);
  }
  for (size_t i = 0; i < to->len; i++)
    rows[m.to[i]] = (int)(n_alone + i);
}

static mk_token_map
map_alike (mk_nn *nn, const mk_token_choice *tokens, mk_act x, int height, int width, uint32_t lot)
{
  mk_token_map map = { .is_plain = true };
  int n = x.h * x.w, n_to = (x.h / 2) * (x.w / 2), n_merged = MIN ((int)(n * tokens->ratio), n - n_to);
  if (n != height * width || n_merged <= 0 || n_to == 0)
    return map;
  map = (mk_token_map) { .n_rows = n - n_merged, .n_parts = 1 };
  if (!mk_nn_reserve (nn, ASKED * ((size_t)x.c + (size_t)n_to)) || nn->is_planning)
    return map;
  g_autoptr (GArray) from = g_array_new (FALSE, FALSE, sizeof (int)), to = g_array_new (FALSE, FALSE, sizeof (int));
  choose (x.h, x.w, lot, from, to);
  map.rows = g_new (int, (size_t)x.n * (size_t)n);
  for (size_t i = 0; i < (size_t)x.n; i++)
    merge_picture (nn, x.x + i * (size_t)n * (size_t)x.c, (size_t)x.c, from, to, (size_t)n_merged, map.rows + i * (size_t)n);
  return map;
}

mk_token_map
mk_token_map_make (mk_nn *nn, const mk_token_choice *tokens, mk_act x, int height, int width, uint32_t lot)
{
  if (tokens->kind == MK_TOKENS_ALL || mk_nn_failed (nn))
    return (mk_token_map) { .is_plain = true };
  return (tokens->kind == MK_TOKENS_TILED ? map_tiles (nn, tokens, x, height, width, lot) : map_alike (nn, tokens, x, height, width, lot));
}

void
mk_token_map_clear (mk_token_map *map)
{
  g_clear_pointer (&map->rows, g_free);
}

mk_act
mk_token_map_join (mk_nn *nn, const mk_token_map *map, mk_act x)
{
  mk_act out = mk_act_new (nn, x.n * map->n_parts, map->n_rows / map->n_parts, 1, x.c);
  size_t c = (size_t)x.c, n = (size_t)x.h * (size_t)x.w, n_rows = (size_t)map->n_rows;
  if (mk_nn_skips (nn) || map->rows == NULL)
    return out;
  g_autofree int *counts = g_new0 (int, (size_t)x.n * n_rows);
  memset (out.x, 0, (size_t)x.n * n_rows * c * sizeof (float));
  for (size_t i = 0; i < (size_t)x.n * n; i++) {
    size_t row = i / n * n_rows + (size_t)map->rows[i];
    counts[row]++;
    for (size_t k = 0; k < c; k++)
      out.x[row * c + k] += x.x[i * c + k];
  }
  for (size_t row = 0; row < (size_t)x.n * n_rows; row++)
    for (size_t k = 0; k < c && counts[row] > 1; k++)
      out.x[row * c + k] /= (float)counts[row];
  return out;
}

mk_act
mk_token_map_spread (mk_nn *nn, const mk_token_map *map, mk_act rows, mk_act like)
{
  mk_act out = mk_act_new (nn, like.n, like.h, like.w, rows.c);
  size_t c = (size_t)rows.c, n = (size_t)like.h * (size_t)like.w;
  for (size_t i = 0; i < (size_t)like.n * n && !mk_nn_skips (nn) && map->rows != NULL; i++)
    memcpy (out.x + i * c, rows.x + (i / n * (size_t)map->n_rows + (size_t)map->rows[i]) * c, c * sizeof (float));
  return out;
}
