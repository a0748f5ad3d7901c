/* A body's surface cut along the borders of its materials, and bound to its joints.
 *
 * Every vertex knows its distance to every blob. The nearest blob's slot wins; borders are cut through the
 * triangles, so that they run smoothly however coarse the mesh is. Paint is cut the same way, after. */
#include <stdlib.h>
#include <string.h>

#include "scene/implicit.h"

typedef struct {
  const mk_body *body;
  mk_body_surface *surface;
  GArray *distances; /* float, n_blobs per vertex */
  GArray *labels;    /* int per triangle: slot */
  GHashTable *cuts;  /* both ends of an edge -> vertex */
} splitter;

static const float *
distances_of (const splitter *s, uint32_t vertex)
{
  return &g_array_index (s->distances, float, (size_t)vertex * s->body->n_blobs);
}

/* Of a plain body, one slot and no joints, nobody asks for distances. */
static bool
is_plain (const mk_body *body)
{
  for (unsigned i = 0; i < body->n_blobs; i++)
    if (body->blobs[i].is_paint || (!body->blobs[i].is_cut && body->blobs[i].slot != body->blobs[0].slot))
      return false;
  return body->n_joints == 0 && !body->blobs[0].is_cut;
}

static void
measure_vertices (splitter *s)
{
  unsigned n = s->surface->positions->len, n_blobs = s->body->n_blobs;
  s->distances = g_array_set_size (g_array_sized_new (FALSE, FALSE, sizeof (float), n * n_blobs), n * n_blobs);
  g_autofree float *distances = g_new (float, n);
  for (unsigned k = 0; k < n_blobs; k++) {
    mk_blob_distances (&s->body->blobs[k], (const mk_vec3 *)(void *)s->surface->positions->data, n, distances);
    for (unsigned i = 0; i < n; i++)
      g_array_index (s->distances, float, (size_t)i * n_blobs + k) = distances[i];
  }
}

/* Negative where slot `slot` is nearer than all slots before it; `paint` >= 0 asks for that blob alone. */
static float
border_field (const splitter *s, uint32_t vertex, int slot, int paint)
{
  const float *d = distances_of (s, vertex);
  if (paint >= 0)
    return d[paint];
  float own = 1e9f, others = 1e9f;
  for (unsigned k = 0; k < s->body->n_blobs; k++) {
    const mk_blob *blob = &s->body->blobs[k];
    if (blob->is_cut || blob->is_paint)
      continue;
    if (blob->slot == slot)
      own = fminf (own, d[k]);
    else if (blob->slot < slot)
      others = fminf (others, d[k]);
  }
  return own - others;
}

static uint32_t
cut_edge (splitter *s, uint32_t a, uint32_t b, const float *field)
{
  uint64_t key = (uint64_t)MIN (a, b) << 32 | MAX (a, b);
  void *found;
  if (g_hash_table_lookup_extended (s->cuts, &key, NULL, &found))
    return GPOINTER_TO_UINT (found);
  if (a > b) {
    uint32_t swap = a;
    a = b;
    b = swap;
  }
  float t = CLAMP (field[a] / (field[a] - field[b]), 0.02f, 0.98f);
  mk_vec3 p = mk_vec3_lerp (g_array_index (s->surface->positions, mk_vec3, a), g_array_index (s->surface->positions, mk_vec3, b), t);
  mk_vec3 n = mk_vec3_normalize (mk_vec3_lerp (g_array_index (s->surface->normals, mk_vec3, a), g_array_index (s->surface->normals, mk_vec3, b), t));
  uint32_t index = s->surface->positions->len;
  g_array_append_val (s->surface->positions, p);
  g_array_append_val (s->surface->normals, n);
  for (unsigned k = 0; k < s->body->n_blobs; k++) {
    float d = distances_of (s, a)[k] * (1 - t) + distances_of (s, b)[k] * t;
    g_array_append_val (s->distances, d);
  }
  g_hash_table_insert (s->cuts, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (index));
  return index;
}

static void
add_triangle (GArray *indices, GArray *labels, uint32_t a, uint32_t b, uint32_t c, int label)
{
  uint32_t t[] = { a, b, c };
  g_array_append_vals (indices, t, 3);
  g_array_append_val (labels, label);
}

/* Relabels what lies on the negative side, cutting the triangles that lie on both. */
static void
split_by (splitter *s, const float *field, int label)
{
  g_autoptr (GArray) indices = s->surface->indices, labels = s->labels;
  s->surface->indices = g_array_sized_new (FALSE, FALSE, sizeof (uint32_t), indices->len);
  s->labels = g_array_sized_new (FALSE, FALSE, sizeof (int), labels->len);
  g_hash_table_remove_all (s->cuts);
  for (guint i = 0; i < labels->len; i++) {
    const uint32_t *t = &g_array_index (indices, uint32_t, (size_t)i * 3);
    int old = g_array_index (labels, int, i), n_inside = 0;
    for (int k = 0; k < 3; k++)
      n_inside += field[t[k]] < 0;
    if (n_inside == 0 || n_inside == 3 || old == label) {
      add_triangle (s->surface->indices, s->labels, t[0], t[1], t[2], n_inside == 3 ? label : old);
      continue;
    }
    int single = 0; /* the corner that is alone on its side */
    while ((field[t[single]] < 0) != (n_inside == 1))
      single++;
    uint32_t a = t[single], b = t[(single + 1) % 3], c = t[(single + 2) % 3];
    uint32_t ab = cut_edge (s, a, b, field), ca = cut_edge (s, c, a, field);
    int alone = n_inside == 1 ? label : old, pair = n_inside == 1 ? old : label;
    add_triangle (s->surface->indices, s->labels, a, ab, ca, alone);
    add_triangle (s->surface->indices, s->labels, ab, b, c, pair);
    add_triangle (s->surface->indices, s->labels, ab, c, ca, pair);
  }
}

static void
split_pass (splitter *s, int slot, int paint)
{
  unsigned n = s->surface->positions->len;
  g_autofree float *field = g_new (float, n);
  for (unsigned i = 0; i < n; i++)
    field[i] = border_field (s, i, slot, paint);
  split_by (s, field, slot);
}

static void
label_all (splitter *s)
{
  g_autofree bool *is_used = g_new0 (bool, s->body->n_slots);
  int first = -1;
  for (unsigned k = 0; k < s->body->n_blobs; k++)
    if (!s->body->blobs[k].is_cut && !s->body->blobs[k].is_paint)
      is_used[s->body->blobs[k].slot] = true;
  for (unsigned slot = 0; slot < s->body->n_slots && first < 0; slot++)
    if (is_used[slot])
      first = (int)slot;
  s->labels = g_array_new (FALSE, FALSE, sizeof (int));
  for (guint i = 0; i < s->surface->indices->len / 3; i++)
    g_array_append_val (s->labels, first);
  for (unsigned slot = 0; slot < s->body->n_slots; slot++)
    if (is_used[slot] && (int)slot != first)
      split_pass (s, (int)slot, -1);
  for (unsigned k = 0; k < s->body->n_blobs; k++)
    if (s->body->blobs[k].is_paint)
      split_pass (s, s->body->blobs[k].slot, (int)k);
}

/* The nearest joint's weight passes smoothly to its parent and children, never across to another limb. */
static void
bind_vertex (const splitter *s, uint32_t vertex, uint16_t joints[4], float weights[4])
{
  const mk_body *body = s->body;
  const float *d = distances_of (s, vertex);
  float nearest[256];
  unsigned best = 0;
  for (unsigned j = 0; j < body->n_joints; j++)
    nearest[j] = 1e9f;
  for (unsigned k = 0; k < body->n_blobs; k++)
    if (body->blobs[k].joint >= 0 && !body->blobs[k].is_cut && !body->blobs[k].is_paint)
      nearest[body->blobs[k].joint] = fminf (nearest[body->blobs[k].joint], d[k]);
  for (unsigned j = 1; j < body->n_joints; j++)
    if (nearest[j] < nearest[best])
      best = j;
  int n = 0;
  float sum = 0;
  for (unsigned j = 0; j < body->n_joints; j++) {
    bool is_near = j == best || body->joint_parents[j] == (int)best || body->joint_parents[best] == (int)j;
    unsigned outer = body->joint_parents[j] == (int)best ? j : best;
    float blend = body->joint_blends_m != NULL ? fminf (body->joint_blends_m[outer], body->skin_blend_m) : body->skin_blend_m;
    float share = j == best ? 1 : 1 - (nearest[j] - nearest[best]) / fmaxf (blend, 1e-6f);
    if (!is_near || share <= 0)
      continue;
    share *= share;
    int at = n < 4 ? n++ : 3;
    if (n == 4 && at == 3 && weights[3] > share)
      continue;
    joints[at] = (uint16_t)j;
    weights[at] = share;
  }
  for (int i = 0; i < n; i++)
    sum += weights[i];
  for (int i = 0; i < n; i++)
    weights[i] /= sum;
}

static mk_vec2
uv_of (mk_vec3 p, mk_vec3 n)
{
  mk_vec3 a = { fabsf (n.x), fabsf (n.y), fabsf (n.z) };
  if (a.y > a.x && a.y > a.z)
    return (mk_vec2){ p.x, p.z };
  return a.x > a.z ? (mk_vec2){ p.z, -p.y } : (mk_vec2){ p.x, -p.y };
}

static mk_mesh *
slot_mesh (const splitter *s, int slot, GError **error)
{
  unsigned n = s->surface->positions->len, n_own = 0, n_triangles = 0;
  g_autofree uint32_t *own = g_new (uint32_t, n);
  memset (own, 0xff, n * sizeof *own);
  for (guint i = 0; i < s->labels->len; i++)
    if (g_array_index (s->labels, int, i) == slot)
      n_triangles++;
  if (n_triangles == 0)
    return NULL;
  for (guint i = 0; i < s->labels->len; i++)
    for (int k = 0; k < 3 && g_array_index (s->labels, int, i) == slot; k++) {
      uint32_t v = g_array_index (s->surface->indices, uint32_t, (size_t)i * 3 + (size_t)k);
      own[v] = own[v] == UINT32_MAX ? n_own++ : own[v];
    }
  mk_mesh *mesh = mk_mesh_new (n_own, n_triangles * 3, error);
  if (mesh == NULL)
    return NULL;
  if (s->body->n_joints > 0) {
    mesh->joints = calloc (n_own, sizeof *mesh->joints);
    mesh->weights = calloc (n_own, sizeof *mesh->weights);
    g_assert (mesh->joints != NULL && mesh->weights != NULL);
  }
  for (unsigned v = 0; v < n; v++) {
    if (own[v] == UINT32_MAX)
      continue;
    mk_vec3 p = g_array_index (s->surface->positions, mk_vec3, v), normal = g_array_index (s->surface->normals, mk_vec3, v);
    mesh->positions[own[v]] = p;
    mesh->normals[own[v]] = normal;
    mesh->uvs[own[v]] = uv_of (p, normal);
    if (mesh->joints != NULL)
      bind_vertex (s, v, mesh->joints[own[v]], mesh->weights[own[v]]);
  }
  unsigned at = 0;
  for (guint i = 0; i < s->labels->len; i++)
    for (int k = 0; k < 3 && g_array_index (s->labels, int, i) == slot; k++)
      mesh->indices[at++] = own[g_array_index (s->surface->indices, uint32_t, (size_t)i * 3 + (size_t)k)];
  mk_mesh_update_bounds (mesh);
  return mesh;
}

bool
mk_body_split (const mk_body *body, mk_body_surface *surface, mk_mesh **meshes, GError **error)
{
  if (body->n_joints > 256)
    return mk_error (error, MK_ERROR_LIMIT, "a body of %u joints has more than 256", body->n_joints);
  splitter s = { .body = body, .surface = surface, .cuts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL) };
  GError *wrong = NULL;
  if (is_plain (body))
    s.distances = g_array_new (FALSE, FALSE, sizeof (float));
  else
    measure_vertices (&s);
  label_all (&s);
  for (unsigned slot = 0; slot < body->n_slots; slot++)
    meshes[slot] = wrong == NULL ? slot_mesh (&s, (int)slot, &wrong) : NULL;
  g_hash_table_unref (s.cuts);
  g_array_unref (s.distances);
  g_array_unref (s.labels);
  if (wrong == NULL)
    return true;
  for (unsigned slot = 0; slot < body->n_slots; slot++)
    g_clear_pointer (&meshes[slot], mk_mesh_unref);
  g_propagate_error (error, wrong);
  return false;
}
