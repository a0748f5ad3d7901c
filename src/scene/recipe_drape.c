/* A part that hangs: "drape" cuts its mesh across along a line and binds it to a chain of joints, so that drape.c can bend it. */
#include <string.h>

#include "scene/library.h"

#define MAX_JOINTS 12
#define CUTS_PER_JOINT 4

static const char *const drape_names[] = { "none", "hair", "cape", "skirt", "flag", "sail", "curtain", "streamer" };
G_STATIC_ASSERT (MK_COUNT (drape_names) == MK_N_DRAPES);

mk_drape
mk_drape_find (const char *name)
{
  for (size_t i = 1; i < MK_COUNT (drape_names); i++)
    if (g_str_equal (drape_names[i], name))
      return (mk_drape)i;
  return MK_DRAPE_NONE;
}

/* --- cutting --- */

typedef struct {
  GArray *positions, *normals, *uvs, *indices;
  mk_vec3 from, way;
} cutter;

static float
along_of (const cutter *k, uint32_t vertex)
{
  return mk_vec3_dot (mk_vec3_sub (g_array_index (k->positions, mk_vec3, vertex), k->from), k->way);
}

/* Where an edge meets the plane at `along`; from its lower end, so that neighbours agree to the last bit. */
static uint32_t
cut_edge (cutter *k, uint32_t a, uint32_t b, float along)
{
  if (along_of (k, a) > along_of (k, b)) {
    uint32_t swap = a;
    a = b;
    b = swap;
  }
  float low = along_of (k, a), t = (along - low) / (along_of (k, b) - low);
  mk_vec3 p = mk_vec3_lerp (g_array_index (k->positions, mk_vec3, a), g_array_index (k->positions, mk_vec3, b), t);
  mk_vec3 n = mk_vec3_normalize (mk_vec3_lerp (g_array_index (k->normals, mk_vec3, a), g_array_index (k->normals, mk_vec3, b), t));
  mk_vec2 ua = g_array_index (k->uvs, mk_vec2, a), ub = g_array_index (k->uvs, mk_vec2, b), uv = { ua.x + (ub.x - ua.x) * t, ua.y + (ub.y - ua.y) * t };
  g_array_append_val (k->positions, p);
  g_array_append_val (k->normals, n);
  g_array_append_val (k->uvs, uv);
  return k->positions->len - 1;
}

static void
add_triangle (GArray *indices, uint32_t a, uint32_t b, uint32_t c)
{
  const uint32_t t[] = { a, b, c };
  g_array_append_vals (indices, t, 3);
}

static void
cut_at (cutter *k, float along)
{
  g_autoptr (GArray) old = k->indices;
  k->indices = g_array_sized_new (FALSE, FALSE, sizeof (uint32_t), old->len + old->len / 4);
  for (guint i = 0; i + 2 < old->len; i += 3) {
    const uint32_t *t = &g_array_index (old, uint32_t, i);
    int n_below = 0, single = 0;
    bool below[3], touches = false;
    for (int c = 0; c < 3; c++) {
      float d = along_of (k, t[c]) - along;
      below[c] = d < 0;
      n_below += below[c];
      touches |= fabsf (d) < 1e-6f;
    }
    if (n_below == 0 || n_below == 3 || touches) {
      add_triangle (k->indices, t[0], t[1], t[2]);
      continue;
    }
    while (below[single] != (n_below == 1))
      single++;
    uint32_t a = t[single], b = t[(single + 1) % 3], c = t[(single + 2) % 3], ab = cut_edge (k, a, b, along), ac = cut_edge (k, a, c, along);
    add_triangle (k->indices, a, ab, ac);
    add_triangle (k->indices, ab, b, c);
    add_triangle (k->indices, ab, c, ac);
  }
}

/* --- binding --- */

/* Half of what lies at a joint goes with the one before: joint 0 of the skin is what the whole hangs on. */
static void
bind_vertex (mk_mesh *mesh, uint32_t v, float place, unsigned n)
{
  float x = CLAMP (place + 0.5f, 0, (float)n);
  unsigned low = MIN ((unsigned)x, n - 1);
  float t = x - (float)low, share = t * t * (3 - 2 * t);
  mesh->joints[v][0] = (uint16_t)low;
  mesh->joints[v][1] = (uint16_t)(low + 1);
  mesh->weights[v][0] = 1 - share;
  mesh->weights[v][1] = share;
}

static mk_mesh *
skinned (const cutter *k, float length, unsigned n, mk_vec3 pivot, GError **error)
{
  g_autoptr (mk_mesh) mesh = mk_mesh_new (k->positions->len, k->indices->len, error);
  if (mesh == NULL)
    return NULL;
  mesh->joints = calloc (MAX (mesh->n_vertices, 1), sizeof *mesh->joints);
  mesh->weights = calloc (MAX (mesh->n_vertices, 1), sizeof *mesh->weights);
  if (mesh->joints == NULL || mesh->weights == NULL) {
    mk_error (error, MK_ERROR_MEMORY, "the skin of %u vertices does not fit in memory", mesh->n_vertices);
    return NULL;
  }
  memcpy (mesh->indices, k->indices->data, sizeof (uint32_t) * mesh->n_indices);
  for (uint32_t v = 0; v < mesh->n_vertices; v++) {
    mesh->positions[v] = mk_vec3_sub (g_array_index (k->positions, mk_vec3, v), pivot);
    mesh->normals[v] = g_array_index (k->normals, mk_vec3, v);
    mesh->uvs[v] = g_array_index (k->uvs, mk_vec2, v);
    bind_vertex (mesh, v, along_of (k, v) / length * (float)n, n);
  }
  mk_mesh_update_bounds (mesh);
  return g_steal_pointer (&mesh);
}

static void
add_joints (mk_compiler *c, mk_drape kind, unsigned n, int node, mk_vec3 from, mk_vec3 to, mk_vec3 out, GArray *binds)
{
  static const char *const names[] = { "fold 1", "fold 2", "fold 3", "fold 4", "fold 5", "fold 6", "fold 7", "fold 8", "fold 9", "fold 10", "fold 11", "fold 12" };
  g_array_append_val (binds, node);
  mk_vec3 tip = mk_vec3_scale (mk_vec3_sub (to, from), 1 / (float)n);
  int parent = node;
  for (unsigned i = 0; i < n; i++) {
    int joint_node = mk_compile_node (c, names[i], parent, mk_vec3_lerp (from, to, (float)i / (float)n));
    mk_joint joint = { .node = joint_node, .role = MK_ROLE_DRAPE, .drape = kind, .axis = { 1, 0, 0 }, .tip = tip, .out = out };
    g_array_append_val (c->prototype->joints, joint);
    g_array_append_val (binds, joint_node);
    parent = joint_node;
  }
}

void
mk_compile_drape (mk_compiler *c, const mk_json *json, const mk_mesh *mesh, int node, int slot, mk_mat4 frame, mk_mat4 shape)
{
  static const mk_vec3 zero = { 0, 0, 0 };
  const char *name = mk_json_get_string (mk_json_get (json, "kind"));
  mk_drape kind = mk_drape_find (name);
  mk_vec3 from = mk_mat4_point (frame, mk_compiler_vec3 (c, mk_json_get (json, "from"), zero)), to = mk_mat4_point (frame, mk_compiler_vec3 (c, mk_json_get (json, "to"), zero));
  mk_vec3 out = mk_vec3_normalize (mk_mat4_direction (frame, mk_compiler_vec3 (c, mk_json_get (json, "out"), zero)));
  unsigned n = (unsigned)CLAMP (mk_compiler_number (c, mk_json_get (json, "joints"), 4), 0, 1000);
  float length = mk_vec3_length (mk_vec3_sub (to, from));
  if (kind == MK_DRAPE_NONE)
    mk_compiler_fail (c, MK_ERROR_RANGE, "nothing drapes as “%s” does: hair, cape, skirt, flag, sail, curtain, streamer", name);
  if (n < 1 || n > MAX_JOINTS || !(length > 1e-4f))
    mk_compiler_fail (c, MK_ERROR_RANGE, "a drape has 1 to %d joints between two places, not %u over %g m", MAX_JOINTS, n, (double)length);
  if (c->error != NULL)
    return;
  int hung = mk_compile_node (c, "drape", node, from);
  mk_mesh_builder placed;
  mk_mesh_builder_init (&placed);
  mk_mesh_builder_append (&placed, mesh, shape);
  cutter k = { placed.positions, placed.normals, placed.uvs, placed.indices, from, mk_vec3_scale (mk_vec3_sub (to, from), 1 / length) };
  for (unsigned i = 0; i <= n * CUTS_PER_JOINT; i++)
    cut_at (&k, length * (float)i / (float)(n * CUTS_PER_JOINT));
  placed.indices = k.indices;
  mk_proto_piece piece = { skinned (&k, length, n, from, &c->error), slot };
  mk_mesh_builder_clear (&placed);
  if (piece.mesh == NULL)
    return;
  GArray *binds = g_array_new (FALSE, FALSE, sizeof (int));
  add_joints (c, kind, n, hung, from, to, out, binds);
  g_array_append_val (mk_prototype_node (c->prototype, hung)->pieces, piece);
  mk_prototype_node (c->prototype, hung)->binds = binds;
}
