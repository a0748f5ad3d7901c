#include "scene/implicit.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK 4          /* cells along a block that is skipped or kept as one */
#define MAX_SAMPLES ((size_t)6000000)
#define STEEPNESS 1.7f   /* fields of flat ellipsoids grow at most about this much faster than distance */

/* --- the grid --- */

typedef struct {
  const mk_body *body;
  mk_vec3 origin;
  float cell;
  int n[3];               /* samples per axis: a multiple of BLOCK, plus 1 */
  int blocks[3];
  float *samples;
  uint16_t *lists;        /* per block: n_blobs room */
  uint16_t *n_lists;      /* 0 = nothing of the surface is near */
  int32_t *vertices;      /* per cell, -1 = none */
} grid;

static size_t
sample_index (const grid *g, int x, int y, int z)
{
  return ((size_t)z * (size_t)g->n[1] + (size_t)y) * (size_t)g->n[0] + (size_t)x;
}

static mk_vec3
sample_point (const grid *g, float x, float y, float z)
{
  return (mk_vec3){ g->origin.x + x * g->cell, g->origin.y + y * g->cell, g->origin.z + z * g->cell };
}

static size_t
block_index (const grid *g, int x, int y, int z)
{
  return ((size_t)(z / BLOCK) * (size_t)g->blocks[1] + (size_t)(y / BLOCK)) * (size_t)g->blocks[0] + (size_t)(x / BLOCK);
}

static mk_box
body_bounds (const mk_body *body)
{
  mk_box box = MK_BOX_EMPTY;
  for (unsigned i = 0; i < body->n_blobs; i++) {
    const mk_blob *blob = &body->blobs[i];
    if (blob->is_cut || blob->is_paint)
      continue;
    float r = blob->kind == MK_BLOB_LIMB ? blob->radius_a : 0, s = blob->kind == MK_BLOB_LIMB ? blob->radius_b : 0;
    mk_box own = { mk_vec3_scale (blob->half, -1), blob->half };
    if (blob->kind == MK_BLOB_LIMB) {
      own = (mk_box){ mk_vec3_sub (blob->a, (mk_vec3){ r, r, r }), mk_vec3_add (blob->a, (mk_vec3){ r, r, r }) };
      own = mk_box_union (own, (mk_box){ mk_vec3_sub (blob->b, (mk_vec3){ s, s, s }), mk_vec3_add (blob->b, (mk_vec3){ s, s, s }) });
    } else
      own = mk_box_transform (mk_mat4_from_trs ((mk_trs){ blob->a, blob->turn, { 1, 1, 1 } }), own);
    float grow = blob->blend_m * 0.5f;
    own.min = mk_vec3_sub (own.min, (mk_vec3){ grow, grow, grow });
    own.max = mk_vec3_add (own.max, (mk_vec3){ grow, grow, grow });
    box = mk_box_union (box, own);
  }
  return box;
}

static bool
grid_init (grid *g, const mk_body *body, GError **error)
{
  mk_box box = body_bounds (body);
  mk_vec3 size = mk_vec3_sub (box.max, box.min);
  float longest = fmaxf (size.x, fmaxf (size.y, size.z));
  if (!(longest > 0) || longest > 1e5f)
    return mk_error (error, MK_ERROR_RANGE, "a body of %g m is not possible", (double)longest);
  *g = (grid){ .body = body, .cell = longest / (float)CLAMP (body->cells, 16u, 160u) };
  float sides[] = { size.x, size.y, size.z };
  size_t n_samples = 1, n_blocks = 1;
  for (int k = 0; k < 3; k++) {
    g->blocks[k] = ((int)ceilf (sides[k] / g->cell) + 3 + BLOCK - 1) / BLOCK;
    g->n[k] = g->blocks[k] * BLOCK + 1;
    n_samples *= (size_t)g->n[k];
    n_blocks *= (size_t)g->blocks[k];
  }
  mk_vec3 middle = mk_vec3_scale (mk_vec3_add (box.min, box.max), 0.5f);
  /* A third of a cell off, so that flat soles do not fall on samples. */
  g->origin = (mk_vec3){ middle.x - 0.5f * g->cell * (float)(g->n[0] - 1), middle.y - g->cell * (0.5f * (float)(g->n[1] - 1) + 0.33f),
                         middle.z - 0.5f * g->cell * (float)(g->n[2] - 1) };
  if (n_samples > MAX_SAMPLES)
    return mk_error (error, MK_ERROR_LIMIT, "a body's grid of %zu samples is more than %zu", n_samples, MAX_SAMPLES);
  g->samples = malloc (n_samples * sizeof *g->samples);
  g->vertices = malloc (n_samples * sizeof *g->vertices);
  g->lists = malloc (n_blocks * body->n_blobs * sizeof *g->lists);
  g->n_lists = calloc (n_blocks, sizeof *g->n_lists);
  if (g->samples == NULL || g->vertices == NULL || g->lists == NULL || g->n_lists == NULL)
    return mk_error (error, MK_ERROR_MEMORY, "a body's grid of %zu samples does not fit in memory", n_samples);
  return true;
}

static void
grid_clear (grid *g)
{
  free (g->samples);
  free (g->vertices);
  free (g->lists);
  free (g->n_lists);
}

/* What grid_fill works with: the blobs that have a form, and a row of blocks. */
typedef struct {
  uint16_t *all;
  unsigned n_all;
  mk_vec3 *middles;
  float *fields, *distances;
} filler;

static float
block_reach (const grid *g)
{
  return 0.8661f * BLOCK * g->cell * STEEPNESS;
}

/* The blobs that shape the surface within each block of a row; none where the surface is not. */
static void
find_row_lists (grid *g, size_t first, const filler *f)
{
  unsigned n = (unsigned)g->blocks[0];
  float reach = block_reach (g);
  mk_body_fields (g->body, f->all, f->n_all, f->middles, n, f->fields);
  bool is_any_near = false;
  for (unsigned x = 0; x < n; x++)
    is_any_near |= fabsf (f->fields[x]) <= reach + 2 * g->cell;
  for (unsigned i = 0; i < f->n_all && is_any_near; i++) {
    const mk_blob *blob = &g->body->blobs[f->all[i]];
    mk_blob_distances (blob, f->middles, n, f->distances);
    for (unsigned x = 0; x < n; x++)
      if (fabsf (f->fields[x]) <= reach + 2 * g->cell && f->distances[x] < reach + blob->blend_m + 2 * g->cell)
        g->lists[(first + x) * g->body->n_blobs + g->n_lists[first + x]++] = f->all[i];
  }
}

static void
fill_far_block (grid *g, int x0, int y0, int z0, float field)
{
  for (int z = z0; z <= z0 + BLOCK; z++)
    for (int y = y0; y <= y0 + BLOCK; y++)
      for (int x = x0; x <= x0 + BLOCK; x++)
        g->samples[sample_index (g, x, y, z)] = field;
}

static void
fill_near_block (grid *g, int x0, int y0, int z0)
{
  mk_vec3 at[(BLOCK + 1) * (BLOCK + 1) * (BLOCK + 1)];
  float fields[MK_COUNT (at)];
  size_t block = block_index (g, x0, y0, z0);
  unsigned n = 0;
  for (int z = z0; z <= z0 + BLOCK; z++)
    for (int y = y0; y <= y0 + BLOCK; y++)
      for (int x = x0; x <= x0 + BLOCK; x++)
        at[n++] = sample_point (g, (float)x, (float)y, (float)z);
  mk_body_fields (g->body, g->lists + block * g->body->n_blobs, g->n_lists[block], at, n, fields);
  n = 0;
  for (int z = z0; z <= z0 + BLOCK; z++)
    for (int y = y0; y <= y0 + BLOCK; y++, n += BLOCK + 1)
      memcpy (&g->samples[sample_index (g, x0, y, z)], fields + n, (BLOCK + 1) * sizeof *fields);
}

/* Finds what is near, and gives all that is not the field of its block. */
static void
fill_far_row (grid *g, int y, int z, const filler *f)
{
  for (int x = 0; x < g->blocks[0]; x++)
    f->middles[x] = sample_point (g, (float)(x * BLOCK) + BLOCK / 2, (float)(y * BLOCK) + BLOCK / 2, (float)(z * BLOCK) + BLOCK / 2);
  size_t first = block_index (g, 0, y * BLOCK, z * BLOCK);
  find_row_lists (g, first, f);
  for (int x = 0; x < g->blocks[0]; x++)
    if (g->n_lists[first + (size_t)x] == 0)
      fill_far_block (g, x * BLOCK, y * BLOCK, z * BLOCK, f->fields[x]);
}

/* Far blocks first: on borders the exact values of near blocks win. */
static void
grid_fill (grid *g)
{
  size_t row = (size_t)g->blocks[0];
  g_autofree uint16_t *all = g_new (uint16_t, g->body->n_blobs);
  g_autofree mk_vec3 *middles = g_new (mk_vec3, row);
  g_autofree float *fields = g_new (float, row), *distances = g_new (float, row);
  filler f = { .all = all, .middles = middles, .fields = fields, .distances = distances };
  for (unsigned i = 0; i < g->body->n_blobs; i++)
    if (!g->body->blobs[i].is_paint)
      all[f.n_all++] = (uint16_t)i;
  for (int z = 0; z < g->blocks[2]; z++)
    for (int y = 0; y < g->blocks[1]; y++)
      fill_far_row (g, y, z, &f);
  for (int z = 0; z < g->n[2] - 1; z += BLOCK)
    for (int y = 0; y < g->n[1] - 1; y += BLOCK)
      for (int x = 0; x < g->n[0] - 1; x += BLOCK)
        if (g->n_lists[block_index (g, x, y, z)] > 0)
          fill_near_block (g, x, y, z);
}

/* --- surface nets --- */

/* From four samples about the point; their mean is the field there, to second order. */
static mk_vec3
field_gradient (const grid *g, const uint16_t *list, unsigned n_list, mk_vec3 p, float *field)
{
  static const mk_vec3 corners[] = { { 1, -1, -1 }, { -1, -1, 1 }, { -1, 1, -1 }, { 1, 1, 1 } };
  mk_vec3 at[MK_COUNT (corners)], sum = { 0, 0, 0 };
  float h = 0.05f * g->cell, total = 0, fields[MK_COUNT (corners)];
  for (unsigned i = 0; i < MK_COUNT (corners); i++)
    at[i] = mk_vec3_add (p, mk_vec3_scale (corners[i], h));
  mk_body_fields (g->body, list, n_list, at, MK_COUNT (corners), fields);
  for (unsigned i = 0; i < MK_COUNT (corners); i++) {
    sum = mk_vec3_add (sum, mk_vec3_scale (corners[i], fields[i]));
    total += fields[i];
  }
  *field = total / 4;
  return mk_vec3_scale (sum, 1 / (4 * h));
}

/* One step of Newton's method onto the surface, not farther than the cell; then the normal there. */
static void
add_vertex (const grid *g, int x, int y, int z, mk_vec3 guess, mk_body_surface *surface)
{
  size_t block = block_index (g, x, y, z);
  const uint16_t *list = g->lists + block * g->body->n_blobs;
  unsigned n_list = g->n_lists[block];
  float field;
  mk_vec3 p = guess, gradient = field_gradient (g, list, n_list, p, &field);
  float steep2 = mk_vec3_dot (gradient, gradient);
  if (steep2 > 1e-6f) {
    float step = CLAMP (field / steep2, -0.8f * g->cell, 0.8f * g->cell);
    p = mk_vec3_sub (p, mk_vec3_scale (gradient, step));
    gradient = field_gradient (g, list, n_list, p, &field);
  }
  mk_vec3 normal = mk_vec3_normalize (gradient);
  if (mk_vec3_length (normal) < 0.5f)
    normal = (mk_vec3){ 0, 1, 0 };
  g_array_append_val (surface->positions, p);
  g_array_append_val (surface->normals, normal);
}

/* The mean of the crossings on a cell's edges, in cells from its corner; false when nothing crosses. */
static bool
cell_guess (const grid *g, int x, int y, int z, mk_vec3 *guess)
{
  float v[8];
  unsigned mask = 0;
  for (unsigned i = 0; i < 8; i++) {
    v[i] = g->samples[sample_index (g, x + (int)(i & 1), y + (int)(i >> 1 & 1), z + (int)(i >> 2))];
    mask |= (v[i] < 0 ? 1u : 0u) << i;
  }
  if (mask == 0 || mask == 255)
    return false;
  mk_vec3 sum = { 0, 0, 0 };
  int n = 0;
  for (unsigned i = 0; i < 8; i++)
    for (unsigned axis = 0; axis < 3; axis++) {
      unsigned j = i | 1u << axis;
      if (j == i || (v[i] < 0) == (v[j] < 0))
        continue;
      float t = v[i] / (v[i] - v[j]);
      mk_vec3 at = { (float)(i & 1), (float)(i >> 1 & 1), (float)(i >> 2) };
      *(axis == 0 ? &at.x : axis == 1 ? &at.y : &at.z) += t;
      sum = mk_vec3_add (sum, at);
      n++;
    }
  *guess = mk_vec3_scale (sum, 1 / (float)n);
  return true;
}

static void
add_quad (const grid *g, const int at[3], int axis, bool is_flipped, mk_body_surface *surface)
{
  int u = (axis + 1) % 3, v = (axis + 2) % 3;
  uint32_t q[4];
  for (int i = 0; i < 4; i++) {
    int cell[3] = { at[0], at[1], at[2] };
    cell[u] -= i == 0 || i == 3;
    cell[v] -= i < 2;
    int32_t vertex = g->vertices[sample_index (g, cell[0], cell[1], cell[2])];
    if (vertex < 0) /* in a block taken for empty: a field steeper than STEEPNESS; a hole is better than a crash */
      return;
    q[i] = (uint32_t)vertex;
  }
  if (is_flipped) {
    uint32_t swap = q[1];
    q[1] = q[3];
    q[3] = swap;
  }
  /* Along the shorter diagonal. */
  const mk_vec3 *p = (const mk_vec3 *)(void *)surface->positions->data;
  bool is_first = mk_vec3_length (mk_vec3_sub (p[q[0]], p[q[2]])) <= mk_vec3_length (mk_vec3_sub (p[q[1]], p[q[3]]));
  uint32_t a[] = { q[0], q[1], q[2], q[0], q[2], q[3] }, b[] = { q[1], q[2], q[3], q[1], q[3], q[0] };
  g_array_append_vals (surface->indices, is_first ? a : b, 6);
}

static void
grid_mesh (grid *g, mk_body_surface *surface)
{
  for (int z = 0; z + 1 < g->n[2]; z++)
    for (int y = 0; y + 1 < g->n[1]; y++)
      for (int x = 0; x + 1 < g->n[0]; x++) {
        size_t index = sample_index (g, x, y, z);
        mk_vec3 guess;
        g->vertices[index] = -1;
        if (g->n_lists[block_index (g, x, y, z)] == 0 || !cell_guess (g, x, y, z, &guess))
          continue;
        g->vertices[index] = (int32_t)surface->positions->len;
        add_vertex (g, x, y, z, sample_point (g, (float)x + guess.x, (float)y + guess.y, (float)z + guess.z), surface);
      }
  for (int z = 1; z + 1 < g->n[2]; z++)
    for (int y = 1; y + 1 < g->n[1]; y++)
      for (int x = 1; x + 1 < g->n[0]; x++)
        for (int axis = 0; axis < 3; axis++) {
          float here = g->samples[sample_index (g, x, y, z)];
          float next = g->samples[sample_index (g, x + (axis == 0), y + (axis == 1), z + (axis == 2))];
          if ((here < 0) != (next < 0))
            add_quad (g, (const int[]){ x, y, z }, axis, here >= 0, surface);
        }
}

bool
mk_body_mesh (const mk_body *body, mk_mesh **meshes, GError **error)
{
  if (body->n_blobs == 0 || body->n_blobs > 1000)
    return mk_error (error, MK_ERROR_RANGE, "a body has 1 to 1000 blobs, not %u", body->n_blobs);
  grid g = { 0 };
  mk_body_surface surface = { NULL };
  bool ok = grid_init (&g, body, error);
  if (ok) {
    surface = (mk_body_surface){ g_array_new (FALSE, FALSE, sizeof (mk_vec3)), g_array_new (FALSE, FALSE, sizeof (mk_vec3)),
                                 g_array_new (FALSE, FALSE, sizeof (uint32_t)), g.cell };
    grid_fill (&g);
    grid_mesh (&g, &surface);
    ok = surface.indices->len > 0 || mk_error (error, MK_ERROR_RANGE, "a body of %u blobs has no surface", body->n_blobs);
  }
  ok = ok && mk_body_split (body, &surface, meshes, error);
  grid_clear (&g);
  g_clear_pointer (&surface.positions, g_array_unref);
  g_clear_pointer (&surface.normals, g_array_unref);
  g_clear_pointer (&surface.indices, g_array_unref);
  return ok;
}
