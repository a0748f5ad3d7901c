/* The box around a skin as its joints hold it. Neighbouring points hang on the same few joints, and each lies between where those carry it:
 * the box of some at a time, carried by each of its joints, tells of most that they lie within what others reach already. */
#include "scene/scene.h"

#include <stdlib.h>
#include <string.h>

enum { RUN = 16 /* points */, RUN_JOINTS = 8 };
#define AIR_M 1e-4f /* more than sums of rounded weights are off */

typedef struct {
  mk_box box; /* in rest */
  uint32_t first, end; /* of `order` */
  uint16_t n_joints, joints[RUN_JOINTS];
} run;

struct mk_skin_runs {
  uint32_t n;
  uint32_t *order; /* vertices, those of one joint after each other */
  run all[];
};

/* False when the run has no room for a point's joints. */
static bool
add_joints (run *r, const mk_mesh *mesh, uint32_t vertex)
{
  uint16_t n = r->n_joints;
  for (int k = 0; k < 4; k++) {
    uint16_t joint = mesh->joints[vertex][k];
    bool is_known = !(mesh->weights[vertex][k] > 0);
    for (uint16_t i = 0; i < n && !is_known; i++)
      is_known = r->joints[i] == joint;
    if (is_known)
      continue;
    if (n == RUN_JOINTS)
      return false;
    r->joints[n++] = joint;
  }
  r->n_joints = n;
  return true;
}

static int
compare_places (const void *a, const void *b)
{
  uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
  return left < right ? -1 : left > right;
}

/* By the joint that carries most of each, then as they follow each other in the mesh. */
static void
fill_order (const mk_mesh *mesh, uint32_t *order)
{
  g_autofree uint64_t *places = g_new (uint64_t, mesh->n_vertices + 1);
  for (uint32_t v = 0; v < mesh->n_vertices; v++) {
    int most = 0;
    for (int k = 1; k < 4; k++)
      most = mesh->weights[v][k] > mesh->weights[v][most] ? k : most;
    places[v] = (uint64_t)mesh->joints[v][most] << 32 | v;
  }
  qsort (places, mesh->n_vertices, sizeof *places, compare_places);
  for (uint32_t i = 0; i < mesh->n_vertices; i++)
    order[i] = (uint32_t)places[i];
}

/* The order lies behind the runs: one block, freed as one. */
static struct mk_skin_runs *
find_runs (const mk_mesh *mesh)
{
  g_autoptr (GArray) runs = g_array_new (FALSE, TRUE, sizeof (run));
  g_autofree uint32_t *order = g_new (uint32_t, mesh->n_vertices + 1);
  fill_order (mesh, order);
  for (uint32_t i = 0; i < mesh->n_vertices; i++) {
    run *last = runs->len > 0 ? &g_array_index (runs, run, runs->len - 1) : NULL;
    if (last == NULL || i - last->first == RUN || !add_joints (last, mesh, order[i])) {
      g_array_append_val (runs, ((run){ .box = MK_BOX_EMPTY, .first = i }));
      last = &g_array_index (runs, run, runs->len - 1);
      add_joints (last, mesh, order[i]);
    }
    last->box = mk_box_add_point (last->box, mesh->positions[order[i]]);
    last->end = i + 1;
  }
  struct mk_skin_runs *found = g_malloc (sizeof *found + runs->len * sizeof (run) + mesh->n_vertices * sizeof *order);
  found->n = runs->len;
  found->order = (uint32_t *)(void *)(found->all + runs->len);
  memcpy (found->all, runs->data, runs->len * sizeof (run));
  memcpy (found->order, order, mesh->n_vertices * sizeof *order);
  return found;
}

/* A mesh is constant while it is looked at: whoever is first publishes, the others throw theirs away. */
static const struct mk_skin_runs *
runs_of (const mk_mesh *mesh)
{
  struct mk_skin_runs **place = &((mk_mesh *)mesh)->runs, *known = __atomic_load_n (place, __ATOMIC_ACQUIRE), *expected = NULL;
  if (known != NULL)
    return known;
  struct mk_skin_runs *runs = find_runs (mesh);
  if (__atomic_compare_exchange_n (place, &expected, runs, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    return runs;
  g_free (runs);
  return expected;
}

/* A box while it grows, and one column of a matrix: x, y, z and one more that nobody reads. */
typedef float lanes __attribute__ ((vector_size (16)));
typedef int32_t mask __attribute__ ((vector_size (16)));
typedef struct { lanes min, max; } span;

#define PICK(m, a, b) ((lanes)(((m) & (mask)(a)) | (~(m) & (mask)(b))))
#define MAGNITUDE(a) ((lanes)((mask)(a) & 0x7fffffff))

static inline lanes
column_of (const mk_mat4 *m, int column)
{
  lanes out;
  memcpy (&out, m->m + 4 * column, sizeof out);
  return out;
}

static inline lanes
carried (const mk_mat4 *by, mk_vec3 p)
{
  return column_of (by, 0) * p.x + column_of (by, 1) * p.y + column_of (by, 2) * p.z + column_of (by, 3);
}

static inline span
joined (span a, lanes low, lanes high)
{
  return (span){ PICK (low < a.min, low, a.min), PICK (high > a.max, high, a.max) };
}

static span
nothing (void)
{
  const lanes zero = { 0 };
  return (span){ zero + INFINITY, zero - INFINITY };
}

/* As mk_mesh_skinned_point, to the last bit. */
static span
measured (const mk_mesh *mesh, const struct mk_skin_runs *runs, uint32_t i, const mk_mat4 *matrices, span box)
{
  for (uint32_t at = runs->all[i].first; at < runs->all[i].end; at++) {
    uint32_t v = runs->order[at];
    lanes sum = { 0 };
    for (int k = 0; k < 4; k++)
      if (mesh->weights[v][k] > 0)
        sum = sum + carried (&matrices[mesh->joints[v][k]], mesh->positions[v]) * mesh->weights[v][k];
    box = joined (box, sum, sum);
  }
  return box;
}

/* Where a run lies at most. */
static span
span_of (const run *r, const mk_mat4 *matrices)
{
  mk_vec3 half = mk_vec3_scale (mk_vec3_sub (r->box.max, r->box.min), 0.5f), middle = mk_vec3_add (r->box.min, half);
  span all = nothing ();
  for (uint16_t k = 0; k < r->n_joints; k++) {
    const mk_mat4 *by = &matrices[r->joints[k]];
    lanes at = carried (by, middle), reach = MAGNITUDE (column_of (by, 0)) * half.x + MAGNITUDE (column_of (by, 1)) * half.y + MAGNITUDE (column_of (by, 2)) * half.z;
    all = joined (all, at - reach, at + reach);
  }
  return all;
}

static inline bool
is_within (const span *inner, const span *outer)
{
  mask is_less = (mask)(inner->min - AIR_M < outer->min) | (mask)(inner->max + AIR_M > outer->max);
  return (is_less[0] | is_less[1] | is_less[2]) == 0;
}

mk_box
mk_mesh_skinned_bounds (const mk_mesh *mesh, const mk_mat4 *matrices)
{
  const struct mk_skin_runs *runs = runs_of (mesh);
  g_autofree span *around = g_new (span, runs->n + 1);
  uint32_t farthest[2][3] = { { 0 } };
  span box = nothing ();
  for (uint32_t i = 0; i < runs->n; i++) {
    around[i] = span_of (&runs->all[i], matrices);
    for (int axis = 0; axis < 3; axis++) {
      farthest[0][axis] = around[i].min[axis] < around[farthest[0][axis]].min[axis] ? i : farthest[0][axis];
      farthest[1][axis] = around[i].max[axis] > around[farthest[1][axis]].max[axis] ? i : farthest[1][axis];
    }
  }
  for (int side = 0; side < 6 && runs->n > 0; side++)
    box = measured (mesh, runs, farthest[side / 3][side % 3], matrices, box);
  for (uint32_t i = 0; i < runs->n; i++)
    if (!is_within (&around[i], &box))
      box = measured (mesh, runs, i, matrices, box);
  return runs->n == 0 ? MK_BOX_EMPTY : (mk_box){ { box.min[0], box.min[1], box.min[2] }, { box.max[0], box.max[1], box.max[2] } };
}
