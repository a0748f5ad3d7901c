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
  return parts[MK_PART_UP] != NULL || parts[MK_PART_W1_A] != NULL || parts[MK_PART_LEFT] != NULL || parts[MK_PART_LEFT_A] != NULL;
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

static float
find_scale (const mk_safetensor *const *parts)
{
  const mk_safetensor *rank = find_rank (parts);
  float alpha;
  if (parts[MK_PART_ALPHA] == NULL || parts[MK_PART_ALPHA]->n_items != 1 || rank == NULL || rank->dims[0] < 1)
    return 1;
  mk_safetensor_read (parts[MK_PART_ALPHA], &alpha);
  return alpha / (float)rank->dims[0];
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
  matrix change = parts[MK_PART_UP] != NULL ? low_rank (parts, n) : parts[MK_PART_W1_A] != NULL ? hadamard (parts, n) : kronecker (parts, n);
  bool fits = change.x != NULL && change.rows == (size_t)weight->dims[0] && n_numbers (change) == n;
  float scale = find_scale (parts);
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
