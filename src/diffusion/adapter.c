/* adapter.c - see adapter.h. */
#include "diffusion/adapter.h"

#include <float.h>
#include <math.h>
#include <string.h>

static const struct {
  const char *end;
  mk_part part;
} ends[] = {
  { ".lora_up.weight", MK_PART_UP },        { ".lora_down.weight", MK_PART_DOWN },
  { "_lora.up.weight", MK_PART_UP },        { "_lora.down.weight", MK_PART_DOWN },
  { ".lora_B.weight", MK_PART_UP },         { ".lora_A.weight", MK_PART_DOWN },
  { ".lora.up.weight", MK_PART_UP },        { ".lora.down.weight", MK_PART_DOWN },
  { ".lora_linear_layer.up.weight", MK_PART_UP }, { ".lora_linear_layer.down.weight", MK_PART_DOWN },
  { ".lora_B.default.weight", MK_PART_UP }, { ".lora_A.default.weight", MK_PART_DOWN },
  { ".lora_B", MK_PART_UP },                { ".lora_A", MK_PART_DOWN },
  { ".lora_mid.weight", MK_PART_MIDDLE },
  { ".hada_w1_a", MK_PART_W1_A },           { ".hada_w1_b", MK_PART_W1_B },   { ".hada_t1", MK_PART_T1 },
  { ".hada_w2_a", MK_PART_W2_A },           { ".hada_w2_b", MK_PART_W2_B },   { ".hada_t2", MK_PART_T2 },
  { ".lokr_w1", MK_PART_LEFT },             { ".lokr_w1_a", MK_PART_LEFT_A }, { ".lokr_w1_b", MK_PART_LEFT_B },
  { ".lokr_w2", MK_PART_RIGHT },            { ".lokr_w2_a", MK_PART_RIGHT_A }, { ".lokr_w2_b", MK_PART_RIGHT_B },
  { ".lokr_t2", MK_PART_RIGHT_CORE },
  { ".a1.weight", MK_PART_GENERAL_A1 },     { ".a2.weight", MK_PART_GENERAL_A2 },
  { ".b1.weight", MK_PART_GENERAL_B1 },     { ".b2.weight", MK_PART_GENERAL_B2 },
  { ".oft_blocks", MK_PART_TURNS },
  { ".diff", MK_PART_DIFFERENCE },          { ".diff_b", MK_PART_BIAS },
  { ".w_norm", MK_PART_DIFFERENCE },        { ".b_norm", MK_PART_BIAS },
  { ".dora_scale", MK_PART_LENGTHS },       { ".alpha", MK_PART_ALPHA },
};

mk_part
mk_adapter_find_part (const char *name, size_t *n_end)
{
  for (size_t i = 0; i < MK_COUNT (ends); i++)
    if (g_str_has_suffix (name, ends[i].end)) {
      *n_end = strlen (ends[i].end);
      return ends[i].part;
    }
  return MK_N_PARTS;
}

bool
mk_adapter_has_matrix (const mk_adapter *adapter)
{
  const mk_safetensor *const *parts = adapter->parts;
  static const mk_part firsts[] = { MK_PART_UP, MK_PART_W1_A, MK_PART_LEFT, MK_PART_LEFT_A, MK_PART_GENERAL_A1, MK_PART_TURNS };
  for (size_t i = 0; i < MK_COUNT (firsts); i++)
    if (parts[firsts[i]] != NULL)
      return true;
  return false;
}

bool
mk_adapters_equal (const mk_adapter *a, const mk_adapter *b)
{
  return memcmp (a->parts, b->parts, sizeof a->parts) == 0;
}

/* rows × columns × area numbers; x NULL = parts are missing or do not fit. */
typedef struct {
  size_t rows, columns, area;
  float *x;
} matrix;

static size_t
area_of (const mk_safetensor *tensor)
{
  return tensor->n_dims == 4 ? (size_t)tensor->dims[2] * (size_t)tensor->dims[3] : 1;
}

static size_t
n_numbers (matrix m)
{
  return m.rows * m.columns * m.area;
}

static matrix
read_matrix (const mk_safetensor *tensor)
{
  matrix m = { 0 };
  if (tensor == NULL || tensor->n_dims < 2 || tensor->n_items == 0)
    return m;
  m = (matrix) { (size_t)tensor->dims[0], tensor->n_items / (size_t)tensor->dims[0] / area_of (tensor), area_of (tensor), g_try_new (float, tensor->n_items) };
  if (m.x != NULL)
    mk_safetensor_read (tensor, m.x);
  return m;
}

/* Numbers between a core and its factors: a thousand ranks of the widest layers. A small file must not ask for much more than it holds. */
#define MOST_FOLDED ((size_t)1 << 26)

/* A zeroed one, unless it would hold more than `n_most` numbers. */
static matrix
new_matrix (size_t rows, size_t columns, size_t area, size_t n_most)
{
  size_t n, all;
  matrix m = { rows, columns, area, NULL };
  if (mk_size_multiply (rows, columns, &n) && mk_size_multiply (n, area, &all) && all <= n_most)
    m.x = g_try_new0 (float, MAX (all, 1));
  return m;
}

/* a b, where a is rows × rank and b is rank × (columns × area); takes both. */
static matrix
multiply (matrix a, matrix b, size_t n_most)
{
  size_t rank = b.rows, width = b.columns * b.area;
  matrix product = { 0 };
  if (a.x != NULL && b.x != NULL && a.columns * a.area == rank)
    product = new_matrix (a.rows, b.columns, b.area, n_most);
  for (size_t r = 0; product.x != NULL && r < a.rows; r++)
    for (size_t k = 0; k < rank; k++)
      for (size_t c = 0; c < width; c++)
        product.x[r * width + c] += a.x[r * rank + k] * b.x[k * width + c];
  g_free (a.x);
  g_free (b.x);
  return product;
}

/* Sum over s of core[r, s, place] b[s, i]: rank × inputs × places. Takes both. */
static matrix
fold_core (matrix core, matrix b)
{
  matrix folded = { 0 };
  if (core.x != NULL && b.x != NULL && core.columns == b.rows && b.area == 1)
    folded = new_matrix (core.rows, b.columns, core.area, MOST_FOLDED);
  for (size_t r = 0; folded.x != NULL && r < core.rows; r++)
    for (size_t s = 0; s < b.rows; s++)
      for (size_t i = 0; i < b.columns; i++)
        for (size_t k = 0; k < core.area; k++)
          folded.x[(r * b.columns + i) * core.area + k] += core.x[(r * core.columns + s) * core.area + k] * b.x[s * b.columns + i];
  g_free (core.x);
  g_free (b.x);
  return folded;
}

static matrix
transpose (matrix taken)
{
  matrix turned = taken.x != NULL && taken.area == 1 ? new_matrix (taken.columns, taken.rows, 1, taken.columns * taken.rows) : (matrix) { 0 };
  for (size_t r = 0; turned.x != NULL && r < taken.rows; r++)
    for (size_t c = 0; c < taken.columns; c++)
      turned.x[c * taken.rows + r] = taken.x[r * taken.columns + c];
  g_free (taken.x);
  return turned;
}

/* LyCORIS' pairs: with a core, `a` lies on its side. */
static matrix
multiply_pair (const mk_safetensor *a, const mk_safetensor *b, const mk_safetensor *core, size_t n_most)
{
  if (core == NULL)
    return multiply (read_matrix (a), read_matrix (b), n_most);
  return multiply (transpose (read_matrix (a)), fold_core (read_matrix (core), read_matrix (b)), n_most);
}

static matrix
low_rank (const mk_safetensor *const *parts, size_t n)
{
  matrix down = read_matrix (parts[MK_PART_DOWN]);
  if (parts[MK_PART_MIDDLE] != NULL)
    down = fold_core (read_matrix (parts[MK_PART_MIDDLE]), down);
  return multiply (read_matrix (parts[MK_PART_UP]), down, n);
}

static matrix
hadamard (const mk_safetensor *const *parts, size_t n)
{
  matrix a = multiply_pair (parts[MK_PART_W1_A], parts[MK_PART_W1_B], parts[MK_PART_T1], n), b = multiply_pair (parts[MK_PART_W2_A], parts[MK_PART_W2_B], parts[MK_PART_T2], n);
  if (a.x == NULL || b.x == NULL || n_numbers (a) != n || n_numbers (b) != n)
    g_clear_pointer (&a.x, g_free);
  for (size_t i = 0; a.x != NULL && i < n; i++)
    a.x[i] *= b.x[i];
  g_free (b.x);
  return a;
}

static matrix
kronecker (const mk_safetensor *const *parts, size_t n)
{
  matrix left = parts[MK_PART_LEFT] != NULL ? read_matrix (parts[MK_PART_LEFT]) : multiply_pair (parts[MK_PART_LEFT_A], parts[MK_PART_LEFT_B], NULL, n);
  matrix right = parts[MK_PART_RIGHT] != NULL ? read_matrix (parts[MK_PART_RIGHT]) : multiply_pair (parts[MK_PART_RIGHT_A], parts[MK_PART_RIGHT_B], parts[MK_PART_RIGHT_CORE], n);
  matrix all = { 0 };
  if (left.x != NULL && right.x != NULL && left.area == 1)
    all = new_matrix (left.rows * right.rows, left.columns * right.columns, right.area, n);
  size_t width = right.columns * right.area;
  for (size_t r = 0; all.x != NULL && r < all.rows; r++)
    for (size_t c = 0; c < left.columns; c++)
      for (size_t k = 0; k < width; k++)
        all.x[(r * left.columns + c) * width + k] = left.x[r / right.rows * left.columns + c] * right.x[r % right.rows * width + k];
  g_free (left.x);
  g_free (right.x);
  return all;
}

static matrix
add (matrix a, matrix taken)
{
  if (a.x == NULL || taken.x == NULL || n_numbers (a) != n_numbers (taken))
    g_clear_pointer (&a.x, g_free);
  for (size_t i = 0; a.x != NULL && i < n_numbers (a); i++)
    a.x[i] += taken.x[i];
  g_free (taken.x);
  return a;
}

static matrix
flatten (matrix m)
{
  return (matrix) { m.rows, m.columns * m.area, 1, m.x };
}

/* GLoRA: what is added depends on the weight W itself. W a1 a2 + b1 b2 over input channels, or, as LyCORIS first wrote such files,
 * W a2 a1 + b2 b1 over all inputs; ComfyUI tells the two by their shapes, and so does this. */
static matrix
general (const mk_safetensor *const *parts, matrix w, size_t n, size_t *rank)
{
  matrix a1 = flatten (read_matrix (parts[MK_PART_GENERAL_A1])), a2 = flatten (read_matrix (parts[MK_PART_GENERAL_A2]));
  matrix b1 = flatten (read_matrix (parts[MK_PART_GENERAL_B1])), b2 = flatten (read_matrix (parts[MK_PART_GENERAL_B2]));
  bool is_first = b2.columns == b1.rows && b1.rows == a1.rows && a1.rows == a2.columns;
  bool is_today = b2.rows == b1.columns && b1.columns == a1.columns && a1.columns == a2.rows;
  if (is_first && (!is_today || (a2.rows == w.rows && w.rows == w.columns))) {
    *rank = a1.rows;
    matrix turned = multiply (multiply (flatten (w), a2, MOST_FOLDED), a1, n);
    return add (multiply (b2, b1, n), turned);
  }
  *rank = is_today ? a2.rows : 0;
  matrix turned = fold_core (fold_core (w, a1), a2);
  return add (multiply (b1, b2, n), turned);
}

/* Solves a x = b, all n × n; a is changed, x comes to lie in b. `a` is one plus a skew matrix, which
 * always has an inverse. */
static void
solve (double *a, double *b, size_t n)
{
  for (size_t k = 0; k < n; k++) {
    size_t best = k;
    for (size_t r = k + 1; r < n; r++)
      best = fabs (a[r * n + k]) > fabs (a[best * n + k]) ? r : best;
    for (size_t c = 0; c < n && best != k; c++) {
      double *pairs[2][2] = { { &a[k * n + c], &a[best * n + c] }, { &b[k * n + c], &b[best * n + c] } };
      for (int i = 0; i < 2; i++) {
        double kept = *pairs[i][0];
        *pairs[i][0] = *pairs[i][1];
        *pairs[i][1] = kept;
      }
    }
    for (size_t r = 0; r < n; r++) {
      double factor = r == k ? 0 : a[r * n + k] / a[k * n + k];
      for (size_t c = 0; c < n && factor != 0; c++) {
        a[r * n + c] -= factor * a[k * n + c];
        b[r * n + c] -= factor * b[k * n + c];
      }
    }
  }
  for (size_t i = 0; i < n * n; i++)
    b[i] /= a[i / n * n + i / n];
}

/* OFT: blocks of outputs are turned, by (1 + q) / (1 - q) with q the skew part of what was learnt, no longer than `longest` when that is
 * above 0. The difference that this makes to `w`, which is taken. */
static matrix
turn (const mk_safetensor *learnt, float longest, matrix w)
{
  size_t size = learnt->n_dims == 3 ? (size_t)learnt->dims[1] : 0, n_blocks = learnt->n_dims == 3 ? (size_t)learnt->dims[0] : 0, width = w.columns * w.area;
  matrix change = { 0 };
  if (size > 0 && (size_t)learnt->dims[2] == size && n_blocks * size == w.rows)
    change = new_matrix (w.rows, w.columns, w.area, n_numbers (w));
  g_autofree float *blocks = change.x != NULL ? g_try_new (float, learnt->n_items) : NULL;
  g_autofree double *q = g_try_new (double, MAX (size * size, 1)), *r = g_try_new (double, MAX (size * size, 1));
  if (blocks == NULL || q == NULL || r == NULL)
    g_clear_pointer (&change.x, g_free);
  else
    mk_safetensor_read (learnt, blocks);
  double squares = 0, shorten = 1;
  for (size_t i = 0; change.x != NULL && i < learnt->n_items; i++) {
    const float *block = blocks + i / (size * size) * size * size;
    double value = blocks[i] - block[i % size * size + i / size % size];
    squares += value * value;
  }
  if (longest > 0 && sqrt (squares) + 1e-8 > longest)
    shorten = longest / (sqrt (squares) + 1e-8);
  for (size_t k = 0; change.x != NULL && k < n_blocks; k++) {
    const float *block = blocks + k * size * size, *from = w.x + k * size * width;
    for (size_t i = 0; i < size * size; i++) {
      double one = i / size == i % size ? 1 : 0, skew = (block[i] - block[i % size * size + i / size]) * shorten;
      q[i] = one - skew;
      r[i] = one + skew;
    }
    solve (q, r, size);
    for (size_t i = 0; i < size * size; i++) { /* input row i / size of the block goes to row i % size */
      float factor = (float)(r[i] - (i / size == i % size ? 1 : 0));
      for (size_t c = 0; c < width; c++)
        change.x[(k * size + i % size) * width + c] += factor * from[i / size * width + c];
    }
  }
  g_free (w.x);
  return change;
}

/* Whose first dimension alpha is divided by; NULL = alpha means nothing. */
static const mk_safetensor *
find_rank (const mk_safetensor *const *parts)
{
  static const mk_part ranks[] = { MK_PART_DOWN, MK_PART_W1_B, MK_PART_RIGHT_B, MK_PART_LEFT_B };
  bool is_whole = parts[MK_PART_LEFT] != NULL && parts[MK_PART_RIGHT] != NULL;
  for (size_t i = 0; !is_whole && i < MK_COUNT (ranks); i++)
    if (parts[ranks[i]] != NULL)
      return parts[ranks[i]];
  return NULL;
}

/* `otherwise` where none is given. */
static float
read_alpha (const mk_safetensor *const *parts, float otherwise)
{
  float alpha = otherwise;
  if (parts[MK_PART_ALPHA] != NULL && parts[MK_PART_ALPHA]->n_items == 1)
    mk_safetensor_read (parts[MK_PART_ALPHA], &alpha);
  return alpha;
}

/* The change that the parts stand for, to be multiplied by `scale`. */
static matrix
find_change (const mk_safetensor *const *parts, float strength, const mk_safetensor *weight, const float *numbers, float *scale)
{
  size_t n = weight->n_items, rank = 0;
  const mk_safetensor *ranked = find_rank (parts);
  if (parts[MK_PART_GENERAL_A1] == NULL && parts[MK_PART_TURNS] == NULL) {
    *scale = ranked != NULL && ranked->dims[0] > 0 ? read_alpha (parts, (float)ranked->dims[0]) / (float)ranked->dims[0] : 1;
    return parts[MK_PART_UP] != NULL ? low_rank (parts, n) : parts[MK_PART_W1_A] != NULL ? hadamard (parts, n) : kronecker (parts, n);
  }
  size_t rows = (size_t)weight->dims[0], area = area_of (weight);
  matrix w = { rows, n / rows / area, area, g_try_new (float, n) };
  if (w.x == NULL)
    return w;
  memcpy (w.x, numbers, n * sizeof *numbers);
  if (parts[MK_PART_TURNS] != NULL) { /* its alpha is how far it may turn; and ComfyUI turns by the strength before it adds by it */
    float longest = read_alpha (parts, 0);
    *scale = parts[MK_PART_LENGTHS] != NULL ? strength * longest : strength;
    return turn (parts[MK_PART_TURNS], longest, w);
  }
  matrix change = general (parts, w, n, &rank);
  *scale = rank > 0 ? read_alpha (parts, (float)rank) / (float)rank : 1;
  return change;
}

/* Length of row `i` of `x` seen as rows × columns × area, or of column `i`. */
static double
length_of (const float *x, size_t rows, size_t columns, size_t area, size_t i, bool is_row)
{
  double sum = 0;
  for (size_t k = 0; is_row && k < columns * area; k++)
    sum += (double)x[i * columns * area + k] * x[i * columns * area + k];
  for (size_t r = 0; !is_row && r < rows; r++)
    for (size_t k = 0; k < area; k++)
      sum += (double)x[(r * columns + i) * area + k] * x[(r * columns + i) * area + k];
  return sqrt (sum);
}

/* DoRA: `change`, added to `numbers`, gives a direction; its length is learnt for itself, by output where there are as many lengths,
 * else by input. As in ComfyUI, by output the length divided away is that of the weights before. */
static bool
set_lengths (const mk_safetensor *lengths, float strength, const mk_safetensor *weight, const float *change, float *numbers)
{
  size_t rows = (size_t)weight->dims[0], area = area_of (weight), columns = weight->n_items / rows / area, width = columns * area;
  bool by_row = lengths->n_dims > 0 && (size_t)lengths->dims[0] == rows;
  size_t n = by_row ? rows : columns;
  if (lengths->n_items != n)
    return false;
  g_autofree float *learnt = g_new (float, n), *turned = g_try_new (float, weight->n_items);
  if (turned == NULL)
    return false;
  mk_safetensor_read (lengths, learnt);
  for (size_t i = 0; i < weight->n_items; i++)
    turned[i] = numbers[i] + change[i];
  for (size_t i = 0; i < n; i++)
    learnt[i] /= (float)length_of (by_row ? numbers : turned, rows, columns, area, i, by_row) + FLT_EPSILON;
  for (size_t i = 0; i < weight->n_items; i++)
    numbers[i] += strength * (turned[i] * learnt[by_row ? i / width : i % width / area] - numbers[i]);
  return true;
}

bool
mk_adapter_apply (const mk_adapter *adapter, float strength, const mk_safetensor *weight, float *numbers)
{
  const mk_safetensor *const *parts = adapter->parts;
  size_t n = weight->n_items;
  if (parts[MK_PART_DIFFERENCE] != NULL) {
    g_autofree float *difference = parts[MK_PART_DIFFERENCE]->n_items == n ? g_try_new (float, MAX (n, 1)) : NULL;
    if (difference == NULL)
      return false;
    mk_safetensor_read (parts[MK_PART_DIFFERENCE], difference);
    for (size_t i = 0; i < n; i++)
      numbers[i] += strength * difference[i];
    return true;
  }
  if (!mk_adapter_has_matrix (adapter))
    return true; /* nothing but a factor */
  if (n == 0 || weight->n_dims < 2)
    return false;
  float scale;
  matrix change = find_change (parts, strength, weight, numbers, &scale);
  bool fits = change.x != NULL && change.rows == (size_t)weight->dims[0] && n_numbers (change) == n;
  if (fits && parts[MK_PART_LENGTHS] != NULL) {
    for (size_t i = 0; i < n; i++)
      change.x[i] *= scale;
    fits = set_lengths (parts[MK_PART_LENGTHS], strength, weight, change.x, numbers);
  } else
    for (size_t i = 0; fits && i < n; i++)
      numbers[i] += strength * scale * change.x[i];
  g_free (change.x);
  return fits;
}
