/* A part of shape "body": blobs and joints to skinned pieces. */
#include "scene/library.h"

#include <string.h>

#include "scene/implicit.h"

#define MAX_BLOBS 400

typedef struct {
  mk_compiler *c;
  GArray *blobs;    /* mk_blob */
  GArray *binds;    /* int: node of every joint */
  GPtrArray *names; /* of joints, borrowed from the nodes */
  GArray *parents;  /* int: joint */
  GArray *is_leg;   /* bool per joint */
  float blend;
  mk_mat4 frame;
} body_builder;

static int
find_joint (const body_builder *b, const char *prefix, const char *name)
{
  g_autofree char *sided = g_strconcat (prefix, name, NULL);
  for (int pass = 0; pass < 2; pass++)
    for (guint i = 0; i < b->names->len; i++)
      if (g_str_equal (b->names->pdata[i], pass == 0 ? sided : name))
        return (int)i;
  return -1;
}

static void
add_joint (body_builder *b, const mk_json *json, int body_node, bool is_mirrored, bool is_right)
{
  mk_compiler *c = b->c;
  const char *prefix = !is_mirrored ? "" : is_right ? "right " : "left ";
  const char *parent = mk_json_get_string (mk_json_get (json, "parent"));
  int above = *parent != 0 ? find_joint (b, prefix, parent) : -1;
  if (*parent != 0 && above < 0)
    mk_compiler_fail (c, MK_ERROR_NOT_FOUND, "no joint before is named “%s”", parent);
  mk_vec3 at = mk_compiler_vec3 (c, mk_json_get (json, "at"), (mk_vec3){ 0, 0, 0 });
  if (is_right)
    at.x = -at.x;
  if (b->names->len >= 255)
    mk_compiler_fail (c, MK_ERROR_LIMIT, "more than 255 joints");
  if (c->error != NULL)
    return;
  g_autofree char *name = g_strconcat (prefix, mk_json_get_string (mk_json_get (json, "name")), NULL);
  int below = above >= 0 ? g_array_index (b->binds, int, above) : body_node;
  mk_vec3 adult = mk_mat4_point (b->frame, at), where = mk_young_joint (c, below, adult);
  int node = mk_compile_node (c, name, below, where);
  mk_young_grow (c, node, mk_joint_role_find (mk_json_get_string (mk_json_get (json, "role"))), adult);
  if (mk_json_has (json, "role"))
    mk_compile_joint (c, json, node, where.x > 1e-4f ? 1 : where.x < -1e-4f ? -1 : 0, b->frame);
  g_array_append_val (b->binds, node);
  g_array_append_val (b->parents, above);
  bool is_leg = g_str_equal (mk_json_get_string (mk_json_get (json, "role")), "leg");
  g_array_append_val (b->is_leg, is_leg);
  g_ptr_array_add (b->names, mk_prototype_node (c->prototype, node)->name);
}

static float
radius_at (mk_compiler *c, const mk_json *radius, size_t i)
{
  if (mk_json_get_kind (radius) == MK_JSON_ARRAY)
    return (float)mk_compiler_number (c, mk_json_at (radius, MIN (i, MAX (mk_json_length (radius), 1) - 1)), 0.1);
  return (float)mk_compiler_number (c, radius, 0.1);
}

static void
check_blob (mk_compiler *c, const mk_blob *blob)
{
  bool is_limb = blob->kind == MK_BLOB_LIMB;
  float least = is_limb ? fminf (blob->radius_a, blob->radius_b) : fminf (blob->half.x, fminf (blob->half.y, blob->half.z));
  if (!(least > 0))
    mk_compiler_fail (c, MK_ERROR_RANGE, "a blob of size %g is not possible", (double)least);
}

static int
blob_joint (body_builder *b, const mk_json *json, const char *prefix, size_t segment)
{
  const mk_json *joint = mk_json_get (json, "joint");
  if (joint == NULL)
    return b->names->len > 0 ? 0 : -1;
  if (mk_json_get_kind (joint) == MK_JSON_ARRAY)
    joint = mk_json_at (joint, MIN (segment, MAX (mk_json_length (joint), 1) - 1));
  int found = find_joint (b, prefix, mk_json_get_string (joint));
  if (found < 0)
    mk_compiler_fail (b->c, MK_ERROR_NOT_FOUND, "no joint is named “%s”", mk_json_get_string (joint));
  return found;
}

static mk_vec3
flip (mk_vec3 p, bool is_right)
{
  return (mk_vec3){ is_right ? -p.x : p.x, p.y, p.z };
}

static void
keep_blob (body_builder *b, mk_blob blob)
{
  if (blob.joint >= 0)
    mk_young_blob (b->c, g_array_index (b->binds, int, blob.joint), b->frame, &blob);
  check_blob (b->c, &blob);
  g_array_append_val (b->blobs, blob);
}

static void
add_limb (body_builder *b, const mk_json *json, mk_blob blob, const char *prefix, bool is_right)
{
  mk_compiler *c = b->c;
  const mk_json *points = mk_json_get (json, "limb"), *radius = mk_json_get (json, "radius");
  mk_vec3 zero = { 0, 0, 0 };
  blob.kind = MK_BLOB_LIMB;
  if (mk_json_length (points) < 2)
    mk_compiler_fail (c, MK_ERROR_RANGE, "a limb has 2 points or more");
  for (size_t i = 0; i + 1 < mk_json_length (points) && c->error == NULL; i++) {
    blob.a = flip (mk_compiler_vec3 (c, mk_json_at (points, i), zero), is_right);
    blob.b = flip (mk_compiler_vec3 (c, mk_json_at (points, i + 1), zero), is_right);
    blob.radius_a = radius_at (c, radius, i);
    blob.radius_b = radius_at (c, radius, i + 1);
    blob.joint = blob_joint (b, json, prefix, i);
    keep_blob (b, blob);
  }
}

static void
add_blob (body_builder *b, const mk_json *json, int slot, bool is_mirrored, bool is_right)
{
  mk_compiler *c = b->c;
  const char *prefix = !is_mirrored ? "" : is_right ? "right " : "left ";
  mk_blob blob = { .turn = MK_QUAT_IDENTITY, .slot = mk_compiler_slot (c, json, slot),
                   .blend_m = fmaxf (0, (float)mk_compiler_number (c, mk_json_get (json, "blend"), (double)b->blend)),
                   .is_cut = mk_json_get_bool (mk_json_get (json, "cut")), .is_paint = mk_json_get_bool (mk_json_get (json, "paint")) };
  if (mk_json_has (json, "limb")) {
    add_limb (b, json, blob, prefix, is_right);
    return;
  }
  bool is_box = mk_json_has (json, "box");
  blob.kind = is_box ? MK_BLOB_BOX : MK_BLOB_ELLIPSOID;
  blob.a = flip (mk_compiler_vec3 (c, mk_json_get (json, is_box ? "box" : "ball"), (mk_vec3){ 0, 0, 0 }), is_right);
  float d = 2 * (float)mk_compiler_number (c, mk_json_get (json, "radius"), 0.1);
  blob.half = mk_vec3_scale (mk_compiler_vec3 (c, mk_json_get (json, "size"), (mk_vec3){ d, d, d }), 0.5f);
  mk_vec3 turn = mk_vec3_scale (mk_compiler_vec3 (c, mk_json_get (json, "turn"), (mk_vec3){ 0, 0, 0 }), MK_PI / 180);
  blob.turn = mk_quat_from_euler (is_right ? -turn.x : turn.x, turn.y, is_right ? -turn.z : turn.z);
  if (is_box)
    blob.radius_a = fminf ((float)mk_compiler_number (c, mk_json_get (json, "round"), 0), 0.99f * fminf (blob.half.x, fminf (blob.half.y, blob.half.z)));
  blob.joint = blob_joint (b, json, prefix, 0);
  keep_blob (b, blob);
}

static void
check_keys (mk_compiler *c, const mk_json *json, const char *what, const char *const *keys)
{
  for (mk_json_iter i = mk_json_iterate (json); mk_json_next (&i);)
    if (!g_strv_contains (keys, i.key))
      mk_compiler_fail (c, MK_ERROR_USAGE, "a %s has no “%s”", what, i.key);
}

typedef void (*item_func) (body_builder *b, const mk_json *json, int argument, bool is_mirrored, bool is_right);

/* Blobs and joints alike may be repeated, left out by "if", and mirrored. */
static void
each_item (body_builder *b, const mk_json *items, const char *what, const char *const *keys, item_func func, int argument)
{
  mk_compiler *c = b->c;
  for (size_t k = 0; k < mk_json_length (items) && c->error == NULL; k++) {
    const mk_json *json = mk_json_at (items, k);
    bool is_mirrored = g_str_equal (mk_json_get_string (mk_json_get (json, "mirror")), "x");
    int n = (int)CLAMP (mk_compiler_number (c, mk_json_get (json, "repeat"), 1), -1, MAX_BLOBS + 1);
    if (n < 0 || n > MAX_BLOBS)
      mk_compiler_fail (c, MK_ERROR_RANGE, "a %s is repeated 0 to %d times", what, MAX_BLOBS);
    mk_scope outer = c->scope;
    check_keys (c, json, what, keys);
    for (int i = 0; i < n && c->error == NULL; i++) {
      if (mk_json_has (json, "repeat") && (!mk_scope_set (&c->scope, "i", i) || !mk_scope_set (&c->scope, "n", n)))
        mk_compiler_fail (c, MK_ERROR_LIMIT, "more than %d names", MK_SCOPE_MAX);
      if (!(fabs (mk_compiler_number (c, mk_json_get (json, "if"), 1)) > 0))
        continue;
      func (b, json, argument, is_mirrored, false);
      if (is_mirrored)
        func (b, json, argument, is_mirrored, true);
      if (b->blobs->len > MAX_BLOBS)
        mk_compiler_fail (c, MK_ERROR_LIMIT, "more than %d blobs", MAX_BLOBS);
    }
    c->scope = outer;
    if (c->error != NULL)
      g_prefix_error (&c->error, "%s %zu: ", what, k + 1);
  }
}

/* Into the node's space; a frame that mirrors turns the triangles round. */
static void
place_mesh (mk_mesh *mesh, mk_mat4 frame, mk_vec3 pivot)
{
  mk_vec3 x = { frame.m[0], frame.m[1], frame.m[2] }, y = { frame.m[4], frame.m[5], frame.m[6] }, z = { frame.m[8], frame.m[9], frame.m[10] };
  bool is_mirrored = mk_vec3_dot (mk_vec3_cross (x, y), z) < 0;
  for (uint32_t i = 0; i + 2 < mesh->n_indices && is_mirrored; i += 3) {
    uint32_t swap = mesh->indices[i + 1];
    mesh->indices[i + 1] = mesh->indices[i + 2];
    mesh->indices[i + 2] = swap;
  }
  for (uint32_t i = 0; i < mesh->n_vertices; i++) {
    mesh->positions[i] = mk_vec3_sub (mk_mat4_point (frame, mesh->positions[i]), pivot);
    mesh->normals[i] = mk_vec3_normalize (mk_mat4_direction (frame, mesh->normals[i]));
  }
  mk_mesh_update_bounds (mesh);
}

/* Feet stand still while shins move over them: little passes from one to the other. */
#define FOOT_SHARE 0.2f /* of how far the foot reaches from its joint */

static GArray *
blends_of (const body_builder *b, float skin)
{
  GArray *blends = g_array_new (FALSE, FALSE, sizeof (float));
  for (guint j = 0; j < b->names->len; j++) {
    float reach = 0, blend = skin;
    bool is_last = g_array_index (b->is_leg, bool, j);
    int parent = g_array_index (b->parents, int, j);
    for (guint k = 0; k < b->names->len; k++)
      is_last &= g_array_index (b->parents, int, k) != (int)j;
    mk_vec3 pivot = mk_mat4_point (mk_mat4_inverse (b->frame), mk_prototype_node (b->c->prototype, g_array_index (b->binds, int, j))->pivot);
    for (guint k = 0; k < b->blobs->len; k++) {
      const mk_blob *blob = &g_array_index (b->blobs, mk_blob, k);
      bool is_limb = blob->kind == MK_BLOB_LIMB;
      if (blob->joint == (int)j)
        reach = fmaxf (reach, mk_vec3_length (mk_vec3_sub (is_limb ? blob->b : blob->a, pivot)) + (is_limb ? blob->radius_b : blob->half.z));
    }
    if (is_last && parent >= 0 && g_array_index (b->is_leg, bool, parent) && reach > 0)
      blend = fminf (skin, FOOT_SHARE * reach);
    g_array_append_val (blends, blend);
  }
  return blends;
}

static void
mesh_body (body_builder *b, const mk_json *part, int node)
{
  mk_compiler *c = b->c;
  unsigned n_slots = c->prototype->slots->len;
  g_autofree mk_mesh **meshes = g_new0 (mk_mesh *, n_slots + 1);
  float reach = (float)mk_compiler_number (c, mk_json_get (part, "skin"), 2.0 * (double)b->blend + 1e-4);
  g_autoptr (GArray) blends = blends_of (b, reach);
  mk_body body = { .blobs = (const mk_blob *)(void *)b->blobs->data, .n_blobs = b->blobs->len, .n_slots = n_slots,
                   .cells = (unsigned)CLAMP (mk_compiler_number (c, mk_json_get (part, "cells"), 72), 16, 160),
                   .joint_parents = (const int *)(void *)b->parents->data, .n_joints = b->names->len, .skin_blend_m = reach,
                   .joint_blends_m = (const float *)(void *)blends->data };
  if (c->error != NULL || !mk_body_mesh (&body, meshes, &c->error))
    return;
  mk_proto_node *own = mk_prototype_node (c->prototype, node);
  for (unsigned slot = 0; slot < n_slots; slot++) {
    if (meshes[slot] == NULL)
      continue;
    place_mesh (meshes[slot], b->frame, own->pivot);
    mk_proto_piece piece = { meshes[slot], (int)slot };
    g_array_append_val (own->pieces, piece);
  }
  if (b->names->len > 0)
    own->binds = g_array_ref (b->binds);
}

void
mk_compile_body (mk_compiler *c, const mk_json *part, int parent, mk_mat4 frame, int slot)
{
  static const char *const joint_keys[] = { "name", "at", "parent", "role", "axis", "min", "max", "tip", "drape", "out", "mirror", "if", NULL };
  static const char *const blob_keys[] = { "ball", "box", "limb", "size", "radius", "round", "turn", "joint", "material", "color", "blend",
                                           "mirror", "repeat", "if", "cut", "paint", NULL };
  int node = mk_compile_node (c, "body", parent, mk_prototype_node (c->prototype, parent)->pivot);
  body_builder b = { .c = c, .blobs = g_array_new (FALSE, FALSE, sizeof (mk_blob)), .binds = g_array_new (FALSE, FALSE, sizeof (int)),
                     .names = g_ptr_array_new (), .parents = g_array_new (FALSE, FALSE, sizeof (int)), .is_leg = g_array_new (FALSE, FALSE, sizeof (bool)), .frame = frame,
                     .blend = (float)mk_compiler_number (c, mk_json_get (part, "blend"), 0.05) };
  if (slot < 0)
    slot = mk_compiler_slot (c, part, -1);
  each_item (&b, mk_json_get (part, "joints"), "joint", joint_keys, add_joint, node);
  each_item (&b, mk_json_get (part, "blobs"), "blob", blob_keys, add_blob, slot);
  if (c->error == NULL)
    mesh_body (&b, part, node);
  g_array_unref (b.blobs);
  g_array_unref (b.binds);
  g_array_unref (b.parents);
  g_array_unref (b.is_leg);
  g_ptr_array_unref (b.names);
}
