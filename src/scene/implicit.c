#include "scene/implicit.h"

#include <stdlib.h>

#define BLOCK 4          /* cells along a block that is skipped or kept as one */
#define MAX_SAMPLES ((size_t)6000000)
#define STEEPNESS 1.7f   /* fields of flat ellipsoids grow at most about this much faster than distance */

static mk_vec3
unturn (const mk_blob *blob, mk_vec3 p)
{
  mk_quat back = { -blob->turn.x, -blob->turn.y, -blob->turn.z, blob->turn.w };
  return mk_quat_rotate (back, mk_vec3_sub (p, blob->a));
}

static float
ellipsoid_distance (const mk_blob *blob, mk_vec3 p)
{
  mk_vec3 q = unturn (blob, p), h = blob->half;
  mk_vec3 one = { q.x / h.x, q.y / h.y, q.z / h.z }, two = { one.x / h.x, one.y / h.y, one.z / h.z };
  float k0 = mk_vec3_length (one), k1 = mk_vec3_length (two);
  return k1 > 1e-9f ? k0 * (k0 - 1) / k1 : -fminf (h.x, fminf (h.y, h.z));
}

static float
box_distance (const mk_blob *blob, mk_vec3 p)
{
  mk_vec3 q = unturn (blob, p);
  float r = blob->radius_a;
  mk_vec3 d = { fabsf (q.x) - blob->half.x + r, fabsf (q.y) - blob->half.y + r, fabsf (q.z) - blob->half.z + r };
  mk_vec3 out = { fmaxf (d.x, 0), fmaxf (d.y, 0), fmaxf (d.z, 0) };
  return mk_vec3_length (out) + fminf (fmaxf (d.x, fmaxf (d.y, d.z)), 0) - r;
}

static float
limb_distance (const mk_blob *blob, mk_vec3 p)
{
  mk_vec3 ba = mk_vec3_sub (blob->b, blob->a), pa = mk_vec3_sub (p, blob->a);
  float l2 = mk_vec3_dot (ba, ba), rr = blob->radius_a - blob->radius_b, a2 = l2 - rr * rr;
  if (a2 <= 0 || l2 <= 0) /* one end swallows the other */
    return rr >= 0 ? mk_vec3_length (pa) - blob->radius_a : mk_vec3_length (mk_vec3_sub (p, blob->b)) - blob->radius_b;
  float il2 = 1 / l2, y = mk_vec3_dot (pa, ba), z = y - l2;
  mk_vec3 side = mk_vec3_sub (mk_vec3_scale (pa, l2), mk_vec3_scale (ba, y));
  float x2 = mk_vec3_dot (side, side), y2 = y * y * l2, z2 = z * z * l2;
  float k = (rr > 0 ? 1.0f : rr < 0 ? -1.0f : 0.0f) * rr * rr * x2;
  if ((z > 0 ? 1.0f : -1.0f) * a2 * z2 > k)
    return sqrtf (x2 + z2) * il2 - blob->radius_b;
  if ((y > 0 ? 1.0f : -1.0f) * a2 * y2 < k)
    return sqrtf (x2 + y2) * il2 - blob->radius_a;
  return (sqrtf (x2 * a2 * il2) + y * rr) * il2 - blob->radius_a;
}

float
mk_blob_distance (const mk_blob *blob, mk_vec3 p)
{
  switch (blob->kind) {
  case MK_BLOB_LIMB:
    return limb_distance (blob, p);
  case MK_BLOB_BOX:
    return box_distance (blob, p);
  case MK_BLOB_ELLIPSOID:
  default:
    return ellipsoid_distance (blob, p);
  }
}

static float
melt (float a, float b, float k)
{
  float h = k > 0 ? fmaxf (k - fabsf (a - b), 0) / k : 0;
  return fminf (a, b) - h * h * k * 0.25f;
}

float
mk_body_field (const mk_body *body, const uint16_t *list, unsigned n_list, mk_vec3 p)
{
  float field = 1e9f;
  for (unsigned i = 0; i < n_list; i++) {
    const mk_blob *blob = &body->blobs[list[i]];
    float d = mk_blob_distance (blob, p);
    field = blob->is_cut ? -melt (-field, d, blob->blend_m) : melt (field, d, blob->blend_m);
  }
  return field;
}

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

/* The blobs that shape the surface within a block; none when the surface is not there. */
static void
find_block_list (grid *g, size_t block, mk_vec3 middle, const uint16_t *all, unsigned n_all, float *field)
{
  float reach = 0.8661f * BLOCK * g->cell * STEEPNESS;
  *field = mk_body_field (g->body, all, n_all, middle);
  if (fabsf (*field) > reach + 2 * g->cell)
    return;
  uint16_t *list = g->lists + block * g->body->n_blobs;
  for (unsigned i = 0; i < n_all; i++) {
    const mk_blob *blob = &g->body->blobs[all[i]];
    if (mk_blob_distance (blob, middle) < reach + blob->blend_m + 2 * g->cell)
      list[g->n_lists[block]++] = all[i];
  }
}

static void
fill_block (grid *g, int bx, int by, int bz, const uint16_t *all, unsigned n_all, bool is_second_round)
{
  int x0 = bx * BLOCK, y0 = by * BLOCK, z0 = bz * BLOCK;
  size_t block = block_index (g, x0, y0, z0);
  float field = 0;
  if (!is_second_round)
    find_block_list (g, block, sample_point (g, (float)x0 + BLOCK / 2, (float)y0 + BLOCK / 2, (float)z0 + BLOCK / 2), all, n_all, &field);
  bool is_near = g->n_lists[block] > 0;
  if (is_near != is_second_round)
    return;
  for (int z = z0; z <= z0 + BLOCK; z++)
    for (int y = y0; y <= y0 + BLOCK; y++)
      for (int x = x0; x <= x0 + BLOCK; x++)
        g->samples[sample_index (g, x, y, z)] =
          is_near ? mk_body_field (g->body, g->lists + block * g->body->n_blobs, g->n_lists[block], sample_point (g, (float)x, (float)y, (float)z)) : field;
}

/* Far blocks first: on borders the exact values of near blocks win. */
static void
grid_fill (grid *g)
{
  g_autofree uint16_t *all = g_new (uint16_t, g->body->n_blobs);
  unsigned n_all = 0;
  for (unsigned i = 0; i < g->body->n_blobs; i++)
    if (!g->body->blobs[i].is_paint)
      all[n_all++] = (uint16_t)i;
  for (int round = 0; round < 2; round++)
    for (int z = 0; z < g->blocks[2]; z++)
      for (int y = 0; y < g->blocks[1]; y++)
        for (int x = 0; x < g->blocks[0]; x++)
          fill_block (g, x, y, z, all, n_all, round == 1);
}

/* --- surface nets --- */

/* From four samples about the point; their mean is the field there, to second order. */
static mk_vec3
field_gradient (const grid *g, const uint16_t *list, unsigned n_list, mk_vec3 p, float *field)
{
  static const mk_vec3 corners[] = { { 1, -1, -1 }, { -1, -1, 1 }, { -1, 1, -1 }, { 1, 1, 1 } };
  float h = 0.05f * g->cell, total = 0;
  mk_vec3 sum = { 0, 0, 0 };
  for (int i = 0; i < 4; i++) {
    float f = mk_body_field (g->body, list, n_list, mk_vec3_add (p, mk_vec3_scale (corners[i], h)));
    sum = mk_vec3_add (sum, mk_vec3_scale (corners[i], f));
    total += f;
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
